"""Records as triples: from an event of the annotation, with its roles, attributes and notes, to predicate-object pairs.

Every pair is given with the part of the annotation that says so, so that a finding about a triple can point at it. What
cannot be turned into a pair is a finding, never dropped in silence.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from ukrgraph.concepts import concept
from ukrgraph.document import Attribute, Document, Event, Note, TextBound
from ukrgraph.finding import Finding, Severity
from ukrgraph.iri import Namespace, digest, is_id
from ukrgraph.nquads import iri, string
from ukrgraph.profile import (
    AUTHORITY,
    MARK_ATTRIBUTES,
    MENTION_ATTRIBUTES,
    MENTION_LABELS,
    RECORDS,
    Record,
    Value,
)
from ukrgraph.standoff.lines import Annotation, finding
from ukrgraph.terms import DCTERMS, RDF, UKG
from ukrgraph.values import EXPECTED, term

FOREIGN_AUTHORITIES = {"Wikidata": "http://www.wikidata.org/entity/"}
"""Authorities other than our own that links may name, with the IRI that the reference is put after."""

SHARED = frozenset({"Sanction", "ThreatenedResponse"})
"""Records of entities that several documents may describe: their triples stand in the graph `shared`."""

_QID = re.compile(r"Q[1-9][0-9]*")
_TYPES = {label: f"<{RDF}type> <{UKG}{label}>" for label in RECORDS}
_PREDICATES = {known.term: f"<{UKG}{known.term}> " for record in RECORDS.values() for known in record.fields.values()}
_IDENTIFIER = f"<{DCTERMS}identifier> "
_TEXT_FIELDS = {True: MENTION_ATTRIBUTES, False: MARK_ATTRIBUTES}
_FOR, _AGAINST, _STANCE = f"<{UKG}stanceFor> ", f"<{UKG}stanceAgainst> ", f"<{UKG}stance> "


Said = tuple[list[str], Annotation, str]
"""Pairs of a record, and the part of an annotation that says them (a name of `ukrgraph.standoff.lines.parts`)."""


@dataclass(slots=True)
class Work:
    """A document with its annotations indexed by what they belong to, and the findings met on the way."""

    document: Document
    names: Namespace
    textbounds: dict[str, TextBound] = field(default_factory=dict)
    subjects: dict[str, str] = field(default_factory=dict)
    fields: dict[str, list[Attribute | Note]] = field(default_factory=lambda: defaultdict(list))
    entities: dict[str, str] = field(default_factory=dict)
    spans: dict[tuple[int, int], set[str]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    iri: str = ""

    def report(self, rule: str, message: str, at: tuple[Annotation, str], advice: str) -> None:
        """Add a finding about a part of an annotation."""
        annotation, part = at
        file = self.document.annotation_file
        self.findings.append(finding(file, annotation, part, rule, Severity.VIOLATION, message, advice))


def indexed(document: Document, names: Namespace) -> Work:
    """Return the index of a document: its text-bounds, the fields of each annotation, links and the IRIs of records."""
    work = Work(document, names)
    work.iri = names.document(document.metadata.id)
    _take_textbounds(work)
    for attribute in document.attributes:
        work.fields[attribute.target].append(attribute)
    for note in document.notes:
        work.fields[note.target].append(note)
    _link_entities(work)
    seen: dict[str, int] = defaultdict(int)
    for event in document.events:
        record = RECORDS.get(event.label)
        if record is None:
            message, advice = f"no record is called {event.label!r}", f"use one of {', '.join(RECORDS)}"
            work.report("unknown-label", message, (event, "label"), advice)
            continue
        work.subjects[event.id] = _subject(work, event, record, seen)
    _report_leftovers(work)
    return work


def _take_textbounds(work: Work) -> None:
    """Index the text-bounds whose words are those of the text; a quotation of other words would be a false one."""
    text = work.document.text
    for mark in work.document.textbounds:
        pieces = [text[start:end] for start, end in mark.spans]
        words = pieces[0] if len(pieces) == 1 else " ".join(pieces)
        if words == mark.surface or words.replace("\n", " ") == mark.surface:
            work.textbounds[mark.id] = mark
        else:
            message = f"expected the words of the text, {words!r}, got {mark.surface!r}"
            work.report("surface-differs", message, (mark, "surface"), "correct the offsets or the words")


def _link_entities(work: Work) -> None:
    for link in work.document.links:
        if link.authority == AUTHORITY and is_id(link.reference):
            work.entities[link.target] = iri(work.names.entity(link.reference))
        elif link.authority in FOREIGN_AUTHORITIES and _QID.fullmatch(link.reference):
            work.entities[link.target] = iri(FOREIGN_AUTHORITIES[link.authority] + link.reference)
        else:
            known = ", ".join([AUTHORITY, *FOREIGN_AUTHORITIES])
            message = f"cannot resolve the link {f'{link.authority}:{link.reference}'!r}"
            advice = f"authorities are {known}; a reference is an id"
            work.report("unknown-link", message, (link, "reference"), advice)


def _report_leftovers(work: Work) -> None:
    """Report what the profile gives no place: relations, and fields of text that are not its own."""
    for relation in work.document.relations:
        message, advice = f"no relation is called {relation.label!r}", "write it as an event of a record"
        work.report("unknown-label", message, (relation, "label"), advice)
    reported = {event.id for event in work.document.events}
    reported |= {mark.id for mark in work.document.textbounds} - work.textbounds.keys()
    for target, given in work.fields.items():
        if target in reported:
            continue
        mark = work.textbounds.get(target)
        schemes = _TEXT_FIELDS[mark.label in MENTION_LABELS] if mark else {}
        for one in given:
            text, part = (one.value, "value") if isinstance(one, Attribute) else (one.text, "text")
            scheme = schemes.get(one.name)
            if scheme is None:
                advice = f"what text can have is {', '.join(schemes)}" if schemes else "name an annotation of this file"
                work.report("unknown-field", f"{target!r} has no field {one.name!r}", (one, "name"), advice)
            elif scheme and concept(scheme, text) is None:
                message = f"{one.name}: expected {EXPECTED[Value.CONCEPT]}, got {text!r}"
                work.report("bad-value", message, (one, part), "correct the value")


def _subject(work: Work, event: Event, record: Record, seen: dict[str, int]) -> str:
    """Return the IRI of a record: by the id that the annotation gives, else by a digest of its words.

    Records of the same label on the same words are told apart by their order.
    """
    for known in work.fields[event.id]:
        if known.name == "Id" and isinstance(known, Attribute):
            if is_id(known.value):
                return iri(work.names.record(record.path, known.value))
            message, advice = f"expected an id, got {known.value!r}", "use letters, digits, '.', '_' and '-'"
            work.report("bad-id", message, (known, "value"), advice)
    marks = [event.trigger, *(role.target for role in event.roles if role.name == "Passage")]
    words = [work.textbounds[mark].surface for mark in marks if mark in work.textbounds]
    name = digest([work.document.metadata.id, event.label, *words])
    seen[name] += 1
    if seen[name] > 1:
        name = f"{name}-{seen[name]}"
    return iri(work.names.record(record.path, f"{work.document.metadata.id}.{name}"))


def evidence(work: Work, mark: TextBound, predicate: str) -> list[str]:
    """Return pairs from `predicate`, a term and a space, to the spans of `mark`, and keep the spans for later."""
    if mark.label == "Passage":
        parts = [part.value for part in work.fields[mark.id] if isinstance(part, Attribute)]
        for span in mark.spans:
            work.spans.setdefault(span, set()).update(parts)
    else:
        for span in mark.spans:
            if span not in work.spans:
                work.spans[span] = set()
    return [f"{predicate}<{work.iri}#char={start},{end}>" for start, end in mark.spans]


def statements(work: Work, event: Event) -> Iterator[Said]:
    """Yield what a record says, in the order of the annotation; nothing if its label or trigger is unknown."""
    record, trigger = RECORDS.get(event.label), work.textbounds.get(event.trigger)
    if record is None:
        return
    if trigger is None:
        message = f"there is no trigger {event.trigger!r}"
        work.report("dangling", message, (event, "trigger"), "name a T line of this file")
        return
    shared = event.label in SHARED
    reported = f"{_REPORTED_IN}<{work.iri}>"
    yield [reported] if shared else [_TYPES[event.label], reported], event, "label"
    passages = any(role.name == "Passage" for role in event.roles)
    yield evidence(work, trigger, _CUE if passages else _EVIDENCE), trigger, "id"
    for index in range(len(event.roles)):
        yield _role(work, event, index, record), event, f"role{index}"
    for known in work.fields[event.id]:
        yield _field(work, event, known), known, _part(known)


_REPORTED_IN, _CUE, _EVIDENCE = (f"<{UKG}{name}> " for name in ("reportedIn", "cue", "evidence"))


def _role(work: Work, event: Event, index: int, record: Record) -> list[str]:
    """Return the pairs of one role."""
    name, target = event.roles[index]
    known = record.fields.get(name)
    if known is None:
        _unknown_field(work, event, name, (event, f"role{index}"))
        return []
    mark = work.textbounds.get(target)
    if known.value is Value.SPAN:
        if mark is None:
            message = f"{name} points at {target!r}"
            work.report("dangling", message, (event, f"role{index}"), "name a T line of this file")
            return []
        predicate = _PREDICATES[known.term]
        return [predicate + string(mark.surface)] if name == "Time" else evidence(work, mark, predicate)
    thing = work.entities.get(target) or work.subjects.get(target)
    if known.value is not Value.THING or thing is None:
        message, advice = f"{name} points at {target!r}, which names nothing", "name a linked mention, or a record"
        work.report("unresolved-role", message, (event, f"role{index}"), advice)
        return []
    pairs = [_PREDICATES[known.term] + thing]
    if name == "Speaker" and mark is not None:
        pairs.append(f"<{UKG}speakerText> {string(mark.surface)}")
    return pairs


def _field(work: Work, event: Event, given: Attribute | Note) -> list[str]:
    """Return the pair of an attribute or note, or none and a finding if it is no field or its value does not fit."""
    text = given.text if isinstance(given, Note) else given.value
    known = RECORDS[event.label].fields.get(given.name)
    if known is None:
        _unknown_field(work, event, given.name, (given, "name"))
        return []
    if given.name == "Id":
        return [] if event.label in SHARED or not is_id(text) else [_IDENTIFIER + string(text)]
    if known.value is Value.TEXT:
        value = term(known, text, work.names)
    else:
        value = _recurring(event.label, given.name, text, work.names)
    if value is None:
        message = f"{given.name}: expected {EXPECTED[known.value]}, got {text!r}"
        work.report("bad-value", message, (given, _part(given)), "correct the value")
        return []
    return [_PREDICATES[known.term] + value]


def _part(given: Attribute | Note) -> str:
    """Return the name of the part of a line that has the value."""
    return "text" if isinstance(given, Note) else "value"


@lru_cache(maxsize=8192)
def _recurring(label: str, name: str, text: str, names: Namespace) -> str | None:
    """Return the term of a value that is no free text; a corpus has the same ones over and over.

    Asked for by the names of record and field, because those are hashed faster than a Field.
    """
    return term(RECORDS[label].fields[name], text, names)


def _unknown_field(work: Work, event: Event, name: str, at: tuple[Annotation, str]) -> None:
    advice = f"fields of {event.label} are {', '.join(RECORDS[event.label].fields)}"
    work.report("unknown-field", f"{event.label} has no field {name!r}", at, advice)


def stance(pairs: Iterable[str]) -> str:
    """Return the pair that follows from what a speaker is for and against."""
    is_for = against = False
    for pair in pairs:
        is_for = is_for or pair.startswith(_FOR)
        against = against or pair.startswith(_AGAINST)
    notation = ("mixed" if against else "for") if is_for else "against" if against else "neutral"
    return f"{_STANCE}<{concept('stances', notation)}>"
