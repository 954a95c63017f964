"""Records as triples: from an event of the annotation, with its roles, attributes and notes, to predicate-object pairs.

Every pair is given with the line and column of the annotation that says so, so that a finding about a triple can point
at it. What cannot be turned into a pair is a finding, never dropped in silence.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ukrgraph.concepts import concept
from ukrgraph.document import Attribute, Document, Event, Role, TextBound
from ukrgraph.finding import Finding, Severity
from ukrgraph.iri import Namespace, digest, is_id
from ukrgraph.nquads import iri, string
from ukrgraph.profile import AUTHORITY, RECORDS, Field, Record, Value
from ukrgraph.terms import DCTERMS, RDF, UKG
from ukrgraph.values import EXPECTED, term

FOREIGN_AUTHORITIES = {"Wikidata": "http://www.wikidata.org/entity/"}
"""Authorities other than our own that links may name, with the IRI that the reference is put after."""

SHARED = frozenset({"Sanction", "ThreatenedResponse"})
"""Records of entities that several documents may describe: their triples stand in the graph `shared`."""

_QID = re.compile(r"Q[1-9][0-9]*")
_A = f"<{RDF}type> "


class Said(NamedTuple):
    """Pairs of a record, and the line and column (from 1) of the annotation that says them."""

    pairs: list[str]
    line: int
    column: int


@dataclass(slots=True)
class Work:
    """A document with its annotations indexed by what they belong to, and the findings met on the way."""

    document: Document
    names: Namespace
    textbounds: dict[str, TextBound] = field(default_factory=dict)
    subjects: dict[str, str] = field(default_factory=dict)
    fields: dict[str, list[Attribute]] = field(default_factory=lambda: defaultdict(list))
    entities: dict[str, str] = field(default_factory=dict)
    spans: dict[tuple[int, int], set[str]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def report(self, rule: str, message: str, place: tuple[int, int], advice: str) -> None:
        """Add a finding about a line and column of the annotation file."""
        file, (line, column) = self.document.annotation_file, place
        self.findings.append(Finding(rule, Severity.VIOLATION, message, file, line, column, advice=advice))


def indexed(document: Document, names: Namespace) -> Work:
    """Return the index of a document: its text-bounds, the fields of each annotation, links and the IRIs of records."""
    work = Work(document, names, {mark.id: mark for mark in document.textbounds})
    for attribute in document.attributes:
        work.fields[attribute.target].append(attribute)
    for note in document.notes:
        work.fields[note.target].append(Attribute(note.id, note.name, note.target, note.text, note.line))
    _link_entities(work)
    seen: dict[str, int] = defaultdict(int)
    for event in document.events:
        record = RECORDS.get(event.label)
        if record is None:
            message, advice = f"no record is called {event.label!r}", f"use one of {', '.join(RECORDS)}"
            work.report("unknown-label", message, (event.line, len(event.id) + 2), advice)
            continue
        work.subjects[event.id] = _subject(work, event, record, seen)
    return work


def _link_entities(work: Work) -> None:
    for link in work.document.links:
        if link.authority == AUTHORITY and is_id(link.reference):
            work.entities[link.target] = iri(work.names.entity(link.reference))
        elif link.authority in FOREIGN_AUTHORITIES and _QID.fullmatch(link.reference):
            work.entities[link.target] = iri(FOREIGN_AUTHORITIES[link.authority] + link.reference)
        else:
            known = ", ".join([AUTHORITY, *FOREIGN_AUTHORITIES])
            message = f"cannot resolve the link {f'{link.authority}:{link.reference}'!r}"
            column = len(f"{link.id}\tReference {link.target} ") + 1
            work.report("unknown-link", message, (link.line, column), f"authorities are {known}; a reference is an id")


def _subject(work: Work, event: Event, record: Record, seen: dict[str, int]) -> str:
    """Return the IRI of a record: by the id that the annotation gives, else by a digest of its words.

    Records of the same label on the same words are told apart by their order.
    """
    for attribute in work.fields[event.id]:
        if attribute.name == "Id":
            if is_id(attribute.value):
                return iri(work.names.record(record.path, attribute.value))
            message, advice = f"expected an id, got {attribute.value!r}", "use letters, digits, '.', '_' and '-'"
            work.report("bad-id", message, _value_place(attribute), advice)
    marks = [event.trigger, *(role.target for role in event.roles if role.name == "Passage")]
    words = [work.textbounds[mark].surface for mark in marks if mark in work.textbounds]
    name = digest([work.document.metadata.id, event.label, *words])
    seen[name] += 1
    if seen[name] > 1:
        name = f"{name}-{seen[name]}"
    return iri(work.names.record(record.path, f"{work.document.metadata.id}.{name}"))


def evidence(work: Work, mark: TextBound, name: str) -> list[str]:
    """Return pairs from the property `name` to the spans of `mark`, and keep the spans for later."""
    base = work.names.document(work.document.metadata.id)
    pairs = []
    for start, end in mark.spans:
        parts = work.spans.setdefault((start, end), set())
        if mark.label == "Passage":
            parts.update(a.value for a in work.fields[mark.id] if a.name == "Part")
        pairs.append(f"<{UKG}{name}> <{base}#char={start},{end}>")
    return pairs


def statements(work: Work, event: Event) -> Iterator[Said]:
    """Yield what a record says, in the order of the annotation; nothing if its label or trigger is unknown."""
    record, trigger = RECORDS.get(event.label), work.textbounds.get(event.trigger)
    column = len(event.id) + 2
    if record is None:
        return
    if trigger is None:
        place = (event.line, column + len(event.label) + 1)
        work.report("dangling", f"there is no trigger {event.trigger!r}", place, "name a T line of this file")
        return
    base = work.names.document(work.document.metadata.id)
    shared = event.label in SHARED
    own = [] if shared else [f"{_A}<{UKG}{event.label}>"]
    yield Said([*own, f"<{UKG}reportedIn> <{base}>"], event.line, column)
    passages = any(role.name == "Passage" for role in event.roles)
    yield Said(evidence(work, trigger, "cue" if passages else "evidence"), trigger.line, 1)
    column += len(f"{event.label}:{event.trigger} ")
    for role, written in zip(event.roles, _numbered(event), strict=True):
        yield Said(_role(work, event, role, column), event.line, column)
        column += len(f"{written}:{role.target} ")
    for attribute in work.fields[event.id]:
        known = record.fields.get(attribute.name)
        if known is None:
            _unknown_field(work, event, record, attribute.name, (attribute.line, len(attribute.id) + 2))
        elif attribute.name == "Id":
            named = not shared and is_id(attribute.value)
            pairs = [f"<{DCTERMS}identifier> {string(attribute.value)}"] if named else []
            yield Said(pairs, *_value_place(attribute))
        else:
            yield Said(_value(work, attribute, known), *_value_place(attribute))


def _numbered(event: Event) -> Iterator[str]:
    """Yield the names of the roles as brat writes them: repeated ones numbered from 2."""
    seen: dict[str, int] = defaultdict(int)
    for role in event.roles:
        seen[role.name] += 1
        yield role.name if seen[role.name] == 1 else f"{role.name}{seen[role.name]}"


def _value_place(attribute: Attribute) -> tuple[int, int]:
    """Return line and column of the value in an A or # line of the strict profile."""
    return attribute.line, len(f"{attribute.id}\t{attribute.name} {attribute.target} ") + 1


def _unknown_field(work: Work, event: Event, record: Record, name: str, place: tuple[int, int]) -> None:
    advice = f"fields of {event.label} are {', '.join(record.fields)}"
    work.report("unknown-field", f"{event.label} has no field {name!r}", place, advice)


def _role(work: Work, event: Event, role: Role, column: int) -> list[str]:
    """Return the pairs of one role, which stands at `column`."""
    record, (name, target), place = RECORDS[event.label], role, (event.line, column)
    known = record.fields.get(name)
    if known is None:
        _unknown_field(work, event, record, name, place)
        return []
    mark = work.textbounds.get(target)
    if known.value is Value.SPAN:
        if mark is None:
            work.report("dangling", f"{name} points at {target!r}", place, "name a T line of this file")
            return []
        return [f"<{UKG}{known.term}> {string(mark.surface)}"] if name == "Time" else evidence(work, mark, known.term)
    thing = work.entities.get(target) or work.subjects.get(target)
    if known.value is not Value.THING or thing is None:
        message, advice = f"{name} points at {target!r}, which names nothing", "name a linked mention, or a record"
        work.report("unresolved-role", message, place, advice)
        return []
    pairs = [f"<{UKG}{known.term}> {thing}"]
    if name == "Speaker" and mark is not None:
        pairs.append(f"<{UKG}speakerText> {string(mark.surface)}")
    return pairs


def _value(work: Work, attribute: Attribute, known: Field) -> list[str]:
    """Return the pair of an attribute or note, or none and a finding if its value is not of the field's kind."""
    value = term(known, attribute.value, work.names)
    if value is None:
        message = f"{attribute.name}: expected {EXPECTED[known.value]}, got {attribute.value!r}"
        work.report("bad-value", message, _value_place(attribute), "correct the value")
        return []
    return [f"<{UKG}{known.term}> {value}"]


def stance(pairs: Iterable[str]) -> str:
    """Return the pair that follows from what a speaker is for and against."""
    predicates = {pair.split(" ", 1)[0] for pair in pairs}
    for_something, against = f"<{UKG}stanceFor>" in predicates, f"<{UKG}stanceAgainst>" in predicates
    notation = {(True, True): "mixed", (True, False): "for", (False, True): "against", (False, False): "neutral"}
    return f"<{UKG}stance> <{concept('stances', notation[for_something, against])}>"
