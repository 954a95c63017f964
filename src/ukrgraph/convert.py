"""From an annotated document to the quads of its graph.

Pure: the same document gives the same quads in the same order. Each record, mention and span becomes one node; evidence
hangs on the record (`ukg:evidence`), so a triple's evidence is that of its subject.

Graphs: all that a document says stands in the graph of that document; what it says of a Sanction or a
ThreatenedResponse, which several documents may describe, stands in the graph `shared`.
"""

from collections.abc import Iterator
from typing import NamedTuple

from ukrgraph.concepts import concept
from ukrgraph.document import Document, Event
from ukrgraph.finding import Finding
from ukrgraph.iri import Namespace
from ukrgraph.nquads import iri, quads, string, typed
from ukrgraph.profile import MARK_LABELS, MENTION_LABELS, RECORDS
from ukrgraph.records import SHARED, Work, evidence, indexed, stance, statements
from ukrgraph.selectors import span_quads
from ukrgraph.standoff.lines import place
from ukrgraph.terms import DCTERMS, RDF, UKG

_A = f"<{RDF}type> "
_MENTION = f"{_A}<{UKG}Mention>"
_REPORTED_IN, _MENTION_OF, _MENTION_KIND, _EVIDENCE = (
    f"<{UKG}{name}> " for name in ("reportedIn", "mentionOf", "mentionKind", "evidence")
)


class Conversion(NamedTuple):
    """The N-Quads of a document in pieces of whole lines, and what could not be converted.

    The pieces are not joined: most are ASCII, and Python encodes those for nothing, but not a text with one other
    character in it.
    """

    pieces: list[str]
    findings: list[Finding]

    @property
    def quads(self) -> str:
        """Return the N-Quads as one text."""
        return "".join(self.pieces)


class Origin(NamedTuple):
    """Which annotation says a triple, and the words it stands on.

    `node` is the subject, a term; `pair` is predicate, space and object, or "" for the node as a whole. `line` and
    `column` (from 1, code points) are those of the annotation file; `start` and `end` are the code points of the first
    piece of evidence in the text, half open.
    """

    node: str
    pair: str
    line: int
    column: int
    start: int
    end: int


def convert(document: Document, names: Namespace | None = None) -> Conversion:
    """Return the quads of `document`: itself, its mentions and records in the order of the file, then its spans."""
    work = indexed(document, names or Namespace())
    graph = iri(work.names.graph(document.metadata.id))
    written = [_document_quads(work, graph), *_mentions(work, graph)]
    written += [_record_quads(work, event, graph) for event in document.events if event.id in work.subjects]
    written += span_quads(document, work.iri, graph, work.spans)
    return Conversion(written, work.findings)


def origins(document: Document, names: Namespace | None = None) -> Iterator[Origin]:
    """Yield the origins of the triples of `document`: for each mention and record the node itself, then its pairs."""
    work = indexed(document, names or Namespace())
    base = work.names.document(document.metadata.id)
    for mark in work.textbounds.values():
        if mark.label in MENTION_LABELS:
            yield Origin(f"<{base}#{mark.id}>", "", mark.line, 1, mark.start, mark.end)
    for event in document.events:
        said, trigger = list(statements(work, event)), work.textbounds.get(event.trigger)
        if trigger is None or not said:
            continue
        passages = [work.textbounds.get(role.target) for role in event.roles if role.name == "Passage"]
        start, end = next(((p.start, p.end) for p in passages if p), (trigger.start, trigger.end))
        subject = work.subjects[event.id]
        yield Origin(subject, "", event.line, 1, start, end)
        for pairs, annotation, part in said:
            column = place(annotation, part).column
            for pair in pairs:
                yield Origin(subject, pair, annotation.line, column, start, end)


def _document_quads(work: Work, graph: str) -> str:
    """Return what the metadata says; publication is an interval because sources seldom state a day."""
    metadata, names = work.document.metadata, work.names
    day = {"earliest": metadata.published.earliest, "latest": metadata.published.latest}
    stated = [
        (f"{DCTERMS}identifier", string(metadata.id)),
        (f"{DCTERMS}title", metadata.title and string(metadata.title, metadata.language)),
        (f"{DCTERMS}language", metadata.language and string(metadata.language)),
        (f"{DCTERMS}source", metadata.source and string(metadata.source)),
        (f"{DCTERMS}license", metadata.licence and iri(metadata.licence)),
        (f"{DCTERMS}publisher", metadata.publisher and iri(names.entity(metadata.publisher))),
        (f"{UKG}creditedSource", metadata.credited_source and iri(names.entity(metadata.credited_source))),
        (f"{UKG}publisherBasis", metadata.publisher_basis and string(metadata.publisher_basis)),
        (f"{UKG}dateBasis", metadata.published_basis and string(metadata.published_basis)),
        *((f"{UKG}{name}", typed(value.isoformat(), "date")) for name, value in day.items() if value),
        *((f"{UKG}note", string(text)) for text in metadata.notes.values()),
        (f"{UKG}textSha256", metadata.sha256 and string(metadata.sha256)),
        (f"{UKG}characterCount", typed(str(len(work.document.text)), "integer")),
    ]
    pairs = [f"{_A}<{UKG}Document>", *(f"<{predicate}> {value}" for predicate, value in stated if value)]
    return quads(iri(work.iri), graph, pairs)


def _mentions(work: Work, graph: str) -> Iterator[str]:
    """Yield the quads of each mention. A trigger that names an entity is a mention too."""
    triggers = {event.trigger for event in work.document.events}
    kinds = {a.target: a.value for a in work.document.attributes if a.name == "Kind"}
    in_document = f"{_REPORTED_IN}<{work.iri}>"
    for mark in work.textbounds.values():
        if mark.label not in MENTION_LABELS:
            if mark.label not in MARK_LABELS and mark.label not in RECORDS:
                message, advice = f"no mention is called {mark.label!r}", "use a label of docs/annotation.md"
                work.report("unknown-label", message, (mark, "label"), advice)
            continue
        entity = work.entities.get(mark.id)
        if entity is None and mark.id in triggers:
            continue
        kind = concept("mention-kinds", kinds.get(mark.id, "name"))
        pairs = [_MENTION, in_document]
        if entity:
            pairs.append(_MENTION_OF + entity)
        if kind:
            pairs.append(f"{_MENTION_KIND}<{kind}>")
        pairs += evidence(work, mark, _EVIDENCE)
        yield quads(f"<{work.iri}#{mark.id}>", graph, pairs)


def _record_quads(work: Work, event: Event, graph: str) -> str:
    pairs = [pair for said, _, _ in statements(work, event) for pair in said]
    if pairs and "For" in RECORDS[event.label].fields:
        pairs.append(stance(pairs))
    if event.label in SHARED:
        graph = iri(work.names.graph("shared"))
    return quads(work.subjects[event.id], graph, dict.fromkeys(pairs))
