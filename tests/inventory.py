"""The inventory of facts as annotations of the strict profile: the same facts for any text that carries them.

Where the words stand is given by `Words`; what they say comes from the inventory alone. Used to annotate the source
articles themselves, of which the inventory has every offset.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from ukrgraph.document import Attribute, Document, Event, Link, Metadata, Note, Role, Span, TextBound

SHARED = Path(__file__).parents[2] / "shared"

CLASSES = {
    "UnnamedPerson": "Person", "Person": "Person", "Group": "Group", "Country": "Country",
    "Region": "Region", "City": "City", "MacroRegion": "Territory", "RegionCollection": "Territory",
    "TerritoryAggregate": "Territory", "Place": "Place", "BodyOfWater": "Place", "LegalConcept": "Norm",
    "LegalDocument": "Norm", "InternationalAgreement": "Norm", "LegalDocumentCollection": "Norm", "Principle": "Norm",
    "Report": "Work", "Artefact": "Work", "Concept": "Topic", "Office": "Office", "Sanction": "Sanction",
    "ThreatenedResponse": "ThreatenedResponse",
}  # fmt: skip
"""Class of each type of the inventory; the other types of entity are organizations."""

MODES = {"direct quote": "direct-quote", "partial quote": "partial-quote"}
EPISTEMIC = {
    "asserted by narrator": "asserted-by-narrator",
    "claimed in speech": "claimed-in-speech",
    "scheduled": "scheduled",
    "claimed by Kremlin; called sham by others": "claimed-and-disputed",
    "performed by decree": "performed-by-decree",
    "proclaimed on artefact": "proclaimed-on-artefact",
    "text distances itself: so-called": "distanced",
    "requested; not yet done in the text": "requested",
    "asserted by Guterres and narrator": "asserted-by-narrator-and-speaker",
}
SANCTION_PHASES = {
    "considered": "considered",
    "announced": "announced",
    "announced (future, no speaker)": "announced",
    "announced (headline only)": "announced",
    "in-force (presupposed)": "in-force-presupposed",
    "in force (presupposed)": "in-force-presupposed",
    "in-force (to be continued)": "to-be-continued",
    'to be continued ("contemplates continuing")': "to-be-continued",
}
UNSAID = {"s001-02": "PlannedStatement", "s001-16": "AscribedStatement"}
EMBEDDED = {"s000-20": "s000-19", "s002-05": "s002-02", "s003-04": "s003-03"}

Spans = list[tuple[int, int]]


@dataclass
class Words:
    """Where the facts stand in one text: spans by (id of the fact, part), and mentions."""

    parts: dict[tuple[str, str], Spans] = field(default_factory=lambda: defaultdict(list))
    mentions: list[tuple[str, str, int, int]] = field(default_factory=list)
    furniture: list[tuple[str, int, int]] = field(default_factory=list)

    def passages(self, id):
        """Return (part, span) for each passage of the fact."""
        found = [(part, span) for (i, part), spans in self.parts.items() if i == id for span in spans]
        return sorted((part[8:], span) for part, span in found if part.startswith("passage:"))


def passage_role(role: str) -> str:
    """Return the notation of a span's role in the inventory."""
    for notation in ("headline", "lead-in", "restatement", "repeated", "channel", "lead"):
        if role.startswith(notation) or (notation == "headline" and "headline only" in role):
            return notation
    return "primary"


@dataclass
class Draft:
    """A document in the making."""

    text: str
    words: Words
    classes: dict[str, str]
    doc: str
    textbounds: list[TextBound] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    attributes: list[Attribute] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    marks: dict[tuple[str, int, int], str] = field(default_factory=dict)
    records: dict[str, str] = field(default_factory=dict)
    pending: list[tuple[str, str, str]] = field(default_factory=list)

    def mark(self, label, span, *, shared=True):
        """Return the id of a text-bound on `span`; passages, quotations and times are shared by their records."""
        start, end = span
        key = (label, start, end)
        if shared and key in self.marks:
            return self.marks[key]
        id = f"T{len(self.textbounds) + 1}"
        surface = self.text[start:end].replace("\n", " ")
        self.textbounds.append(TextBound(id, label, (Span(start, end),), surface, 0))
        if shared:
            self.marks[key] = id
        return id

    def attribute(self, target, name, value):
        if value not in (None, ""):
            self.attributes.append(Attribute(f"A{len(self.attributes) + 1}", name, target, str(value), 0))

    def note(self, target, name, text):
        if text:
            self.notes.append(Note(f"#{len(self.notes) + 1}", name, target, text, 0))

    def mention_in(self, entity, spans):
        """Return the first mention of `entity` that lies within one of `spans`."""
        inside = [
            (start, end)
            for id, _, start, end in self.words.mentions
            if id == entity and any(a <= start and end <= b for a, b in spans)
        ]
        return self.marks.get((self.classes[entity], *min(inside))) if inside else None


class Record:
    """One event in the making: the trigger, then fields in the order of the calls."""

    def __init__(self, draft, label, spans, *, id="", cue=None):
        self.draft, self.spans, self.roles = draft, [*spans, *([cue] if cue else [])], []
        trigger = draft.mark(label, cue or spans[0], shared=False)
        self.id = "E" + trigger[1:]
        self.label, self.trigger = label, trigger
        if id:
            draft.attribute(self.id, "Id", id)
            draft.records[id] = self.id

    def passages(self, passages):
        for part, span in passages:
            mark = self.draft.mark("Passage", span)
            self.roles.append(Role("Passage", mark))
            if not any(a.target == mark for a in self.draft.attributes):
                self.draft.attribute(mark, "Part", part)

    def span(self, role, label, spans):
        self.roles += [Role(role, self.draft.mark(label, span)) for span in spans]

    def things(self, name, ids):
        """Point at mentions within the words of this record; name the others by their ids."""
        for id in ids:
            if re.fullmatch(r"s\d{3}-\d\d", id):
                self.draft.pending.append((self.id, name, id))
            elif id.startswith("doc-"):
                self.draft.attribute(self.id, name, f"document:{id}")
            elif mention := self.draft.mention_in(id, self.spans):
                self.roles.append(Role(name, mention))
            else:
                self.draft.attribute(self.id, name, id)

    def dates(self, date):
        if date:
            self.draft.attribute(self.id, "Earliest", date["earliest"])
            self.draft.attribute(self.id, "Latest", date["latest"])
            self.draft.note(self.id, "DateBasis", date.get("basis"))

    def end(self):
        self.draft.events.append(Event(self.id, self.label, self.trigger, tuple(self.roles), 0))


def annotate(facts, doc, metadata: Metadata, text: str, words: Words, labels=None) -> Document:
    """Return `text` with all that the inventory says of the document `doc`; `labels` are the names that links show."""
    classes = {e["id"]: CLASSES.get(e["type"], "Organization") for e in facts["entities"]}
    classes |= {e["id"]: "Event" for e in facts["events"]}
    draft = Draft(text, words, classes, doc)
    for entity, kind, start, end in words.mentions:
        mark = draft.mark(classes[entity], (start, end))
        if not any(link.target == mark for link in draft.links):
            name = (labels or {}).get(entity, entity)
            link = Link(f"N{len(draft.links) + 1}", mark, "ukrgraph", entity, name, 0)
            draft.links.append(link)
            draft.attribute(mark, "Kind", kind)
    for role, start, end in words.furniture:
        draft.attribute(draft.mark("Furniture", (start, end)), "Furniture", role)
    for make in (_statements, _silences, _claims, _violations, _sanctions, _reports):
        make(draft, facts)
    return _document(draft, metadata)


def _document(draft: Draft, metadata: Metadata) -> Document:
    roles = defaultdict(list)
    for event, name, id in draft.pending:
        if id in draft.records:
            roles[event].append(Role(name, draft.records[id]))
        else:
            draft.attribute(event, name, f"statement:{id}")
    events = tuple(e._replace(roles=e.roles + tuple(roles[e.id])) for e in draft.events)
    return Document(
        metadata, draft.text, textbounds=tuple(draft.textbounds), events=events, attributes=tuple(draft.attributes),
        links=tuple(draft.links), notes=tuple(draft.notes),
    )  # fmt: skip


def _statements(draft, facts):
    for s in facts["statements"]:
        if s["doc"] != draft.doc:
            continue
        id, parts = s["id"], draft.words.parts
        passages = draft.words.passages(id)
        spans = [span for _, span in passages]
        cue = next(iter(parts[id, "cue"]), None)
        r = Record(draft, UNSAID.get(id, "Statement"), spans, id=id, cue=cue)
        r.passages(passages)
        r.span("Quote", "Quotation", parts[id, "quote"])
        r.span("Time", "Time", parts[id, "time"])
        organizations = s["speaker_orgs"]
        r.things("Speaker", [s["speaker_person"]] if s["speaker_person"] else organizations)
        r.things("OnBehalfOf", organizations)
        r.things("State", [s["on_behalf_of_state"]] if s["on_behalf_of_state"] else [])
        for name, key in (
            ("Addressee", "addressee"), ("About", "about"), ("Against", "stance_against"), ("For", "stance_for"),
            ("Denies", "denies"), ("Disputes", "disputes"), ("Echoes", "echoes"), ("Affirms", "positions"),
            ("SameUtteranceAs", "same_utterance_as"),
        ):  # fmt: skip
            r.things(name, s[key])
        for name, value in (("Via", s["reported_via"]), ("UtteredAt", s["communication_event"])):
            r.things(name, [value] if value else [])
        r.things("EmbeddedIn", [EMBEDDED[id]] if id in EMBEDDED else [])
        for act in s["acts"]:
            draft.attribute(r.id, "Act", act)
        draft.attribute(r.id, "Modality", s["modality"].split(" (")[0])
        attribution = s["attribution"]
        mode = next((MODES[m] for m in MODES if attribution.startswith(m)), attribution.split(",")[0].split()[0])
        draft.attribute(r.id, "Mode", mode)
        draft.attribute(r.id, "Confidence", s["confidence"])
        r.dates(s["date_said"])
        draft.note(r.id, "Attribution", attribution)
        draft.note(r.id, "Channel", "" if s["channel"].startswith(("not stated", "none")) else s["channel"])
        draft.note(r.id, "Paraphrase", s["paraphrase"])
        draft.note(r.id, "Note", s["note"])
        r.end()


def _silences(draft, facts):
    for x in facts["reported_silences"]:
        if x["doc"] == draft.doc:
            r = Record(draft, "ReportedSilence", draft.words.parts[x["id"], "evidence"], id=x["id"])
            r.things("Actor", x["actors"])
            r.things("About", x["about"])
            r.things("SilentOn", [x["target_statement"]])
            draft.attribute(r.id, "Silence", x["kind"])
            draft.note(r.id, "Paraphrase", x["paraphrase"])
            draft.note(r.id, "Note", x["note"])
            r.end()


def _claimants(r, text):
    """Read a claimant of the inventory: who asserts, and in which statements."""
    statements = re.findall(r"s\d{3}-\d\d", text)
    for part in text.split("; "):
        name = part.split(" (")[0]
        if name == "billboards":
            r.things("AssertedBy", ["red-square-billboards"])
        elif name.startswith("doc-") or name in r.draft.classes:
            r.things("AssertedBy", [name])
    if "narrator" in text:
        r.things("AssertedBy", [r.draft.doc])
    r.things("ClaimedIn", statements)


def _claims(draft, facts):
    for make in (_quantities, _status_facts, _relations, _narrator_claims):
        make(draft, facts, draft.words.parts)


def _quantities(draft, facts, parts):
    for q in facts["quantities"]:
        if q["doc"] == draft.doc:
            r = Record(draft, "QuantityClaim", parts[q["id"], "evidence"], id=q["id"])
            draft.attribute(r.id, "Amount", q["value"])
            draft.attribute(r.id, "Quantifier", re.split(r' \(| "', q["qualifier"])[0].replace(" ", "-"))
            r.things("About", q["about"])
            _claimants(r, q["claimant"])
            for denial in q["denied_or_disputed_by"]:
                r.things("DeniedBy", [denial.split(" (")[0]])
                r.things("DeniedIn", re.findall(r"s\d{3}-\d\d", denial))
            for name, key in (("Unit", "unit"), ("QuantityOf", "what"), ("Basis", "claim_basis"), ("Note", "note")):
                draft.note(r.id, name, q[key])
            r.end()


def _status_facts(draft, facts, parts):
    for t in facts["status_facts"]:
        if t["doc"] == draft.doc:
            r = Record(draft, "TerritorialClaim", parts[t["id"], "evidence"], id=t["id"])
            r.things("Region", t["region"])
            draft.attribute(r.id, "Status", t["predicate"])
            _object(r, t["object"])
            _claimants(r, t["asserted_by"])
            draft.attribute(r.id, "Epistemic", EPISTEMIC[t["epistemic"]])
            r.dates(t["date"])
            draft.note(r.id, "Note", t["note"])
            r.end()


def _relations(draft, facts, parts):
    for x in facts["relations"]:
        if x["doc"] == draft.doc:
            r = Record(draft, "RelationClaim", parts[x["id"], "evidence"], id=x["id"])
            draft.attribute(r.id, "Relation", x["predicate"])
            r.things("Subject", [x["subject"]])
            _object(r, x["object"])
            r.things("AssertedBy", [x["subject"] if x["basis"] == "claimed by the document" else draft.doc])
            r.dates({"earliest": x["time"], "latest": x["time"]} if x["time"] else None)
            draft.note(r.id, "Basis", x["basis"])
            draft.note(r.id, "Note", x["note"])
            r.end()


def _narrator_claims(draft, facts, parts):
    for n in facts["narrator_claims"]:
        if n["doc"] == draft.doc:
            r = Record(draft, "NarratorClaim", parts[n["id"], "evidence"], id=n["id"])
            draft.attribute(r.id, "Narration", n["kind"])
            r.things("About", n["about"])
            r.things("AssertedBy", [draft.doc])
            draft.note(r.id, "Paraphrase", n["paraphrase"])
            draft.note(r.id, "Note", n["note"])
            r.end()


def _object(r, value):
    if value in r.draft.classes or value.startswith("doc-"):
        r.things("Object", [value])
    else:
        r.draft.note(r.id, "ObjectValue", value)


def _violations(draft, facts):
    documents = {s["id"]: s["doc"] for s in facts["statements"]}
    for v in facts["violation_claims"]:
        if documents[v["claimed_in"]] == draft.doc:
            r = Record(draft, "ViolationClaim", draft.words.parts[v["id"], "evidence"], id=v["id"])
            r.things("ViolatingAct", [v["act"]])
            r.things("Norm", [v["violates"]])
            r.things("AssertedBy", [v["claimant"]])
            r.things("ClaimedIn", [v["claimed_in"]])
            modality = v["modality"].split(" (")[0].replace(" ", "-")
            draft.attribute(r.id, "Modality", "actual" if modality == "goes-against" else modality)
            draft.note(r.id, "Note", v["modality"] if v["modality"].split()[0] in {"goes", "conditional"} else "")
            r.end()


def _sanctions(draft, facts):
    parts = draft.words.parts
    for s in facts["sanctions"]:
        if spans := parts[s["id"], "evidence"]:
            r = Record(draft, "Sanction", spans, id=s["id"])
            if len(spans) > 1:
                r.passages([("primary", span) for span in spans])
            for name, key in (
                ("Imposer", "imposer"), ("Target", "target"), ("Trigger", "trigger"),
                ("CoordinatedWith", "coordinated_with"),
            ):  # fmt: skip
                r.things(name, s[key])
            r.things("PartOf", [s["part_of"]] if s["part_of"] else [])
            draft.attribute(r.id, "Measure", s["measure_type"])
            draft.attribute(r.id, "Phase", SANCTION_PHASES[s["status"]])
            r.dates(s["date"])
            for name, key in (
                ("MeasureDetail", "measure_detail"), ("TargetBasis", "target_basis"), ("Note", "note"),
                ("TriggerBasis", "trigger_basis"), ("LegalBasis", "legal_basis"),
            ):  # fmt: skip
                draft.note(r.id, name, s.get(key))
            r.end()
            for claim in s["status_claims"]:
                words = parts[claim["statement"], "cue"] or [
                    span for _, span in draft.words.passages(claim["statement"])
                ]
                r = Record(draft, "SanctionStatus", words)
                r.things("Of", [s["id"]])
                draft.attribute(r.id, "Phase", SANCTION_PHASES[claim["status"]])
                r.things("ClaimedIn", [claim["statement"]])
                draft.note(r.id, "Note", claim["status"] if " (" in claim["status"] else "")
                r.end()
    for t in facts["threatened_responses"]:
        if spans := parts[t["id"], "evidence"]:
            r = Record(draft, "ThreatenedResponse", spans, id=t["id"])
            r.passages([("primary", span) for span in spans])
            r.things("By", t["by"])
            r.things("Against", t["against"])
            r.things("Condition", [t["condition"]])
            r.things("ClaimedIn", [t["statement"]])
            draft.note(r.id, "Paraphrase", t["kind"])
            draft.note(r.id, "Note", t["note"])
            r.end()


def _phase(status, doc):
    """Return phase and note of an event in one document; a status may name documents by their last three digits."""
    for part in status.split("; "):
        if doc[-3:] in part:
            status = part
    words = {"feared/hypothetical": "hypothetical", "offered": "offered"}
    first = re.split(r"[ ,;(]", status)[0]
    phase = words.get(first, first)
    return phase, status if status != phase else ""


def _reports(draft, facts):
    for e in facts["events"]:
        spans = draft.words.parts[e["id"], "report"]
        if spans:
            r = Record(draft, "EventReport", spans)
            if len(spans) > 1:
                r.passages([("primary", span) for span in spans])
            r.things("Event", [e["id"]])
            phase, note = _phase(e["status"], draft.doc)
            draft.attribute(r.id, "Phase", phase)
            draft.note(r.id, "Note", note)
            r.end()
