"""From an annotated document to the nodes of its graph.

Pure: the same document gives the same nodes in the same order. Each record, mention and span becomes one node; evidence
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
from ukrgraph.nquads import Node, iri, string, typed
from ukrgraph.profile import MARK_LABELS, MENTION_LABELS, RECORDS
from ukrgraph.records import SHARED, Said, Work, evidence, indexed, stance, statements
from ukrgraph.selectors import span_nodes
from ukrgraph.terms import DCTERMS, RDF, UKG

_A = f"<{RDF}type> "


class Conversion(NamedTuple):
    """The nodes of a document, and what could not be converted."""

    nodes: list[Node]
    findings: list[Finding]


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
    """Return the nodes of `document`: itself, its mentions and records in the order of the file, then its spans."""
    work = indexed(document, names or Namespace())
    nodes = [_document_node(work), *_mentions(work)]
    nodes += [_record_node(work, event) for event in document.events if event.id in work.subjects]
    base, graph = work.names.document(document.metadata.id), iri(work.names.graph(document.metadata.id))
    nodes += span_nodes(document, base, graph, work.spans)
    return Conversion([node for node in nodes if node.pairs], work.findings)


def origins(document: Document, names: Namespace | None = None) -> Iterator[Origin]:
    """Yield the origins of the triples of `document`: for each mention and record the node itself, then its pairs."""
    work = indexed(document, names or Namespace())
    base = work.names.document(document.metadata.id)
    for mark in document.textbounds:
        if mark.label in MENTION_LABELS:
            yield Origin(f"<{base}#{mark.id}>", "", mark.line, 1, mark.start, mark.end)
    for event in document.events:
        said, trigger = list(statements(work, event)), work.textbounds.get(event.trigger)
        if not said or trigger is None:
            continue
        passages = [work.textbounds.get(role.target) for role in event.roles if role.name == "Passage"]
        start, end = next(((p.start, p.end) for p in passages if p), (trigger.start, trigger.end))
        subject = work.subjects[event.id]
        yield Origin(subject, "", event.line, 1, start, end)
        for pairs, line, column in said:
            for pair in pairs:
                yield Origin(subject, pair, line, column, start, end)


def _document_node(work: Work) -> Node:
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
    return Node(iri(names.document(metadata.id)), iri(names.graph(metadata.id)), pairs)


def _mentions(work: Work) -> Iterator[Node]:
    """Yield a node for each mention. A trigger that names an entity is a mention too."""
    base = work.names.document(work.document.metadata.id)
    graph = iri(work.names.graph(work.document.metadata.id))
    triggers = {event.trigger for event in work.document.events}
    kinds = {a.target: a.value for a in work.document.attributes if a.name == "Kind"}
    is_mention, in_document = f"{_A}<{UKG}Mention>", f"<{UKG}reportedIn> <{base}>"
    mention_of, mention_kind = f"<{UKG}mentionOf> ", f"<{UKG}mentionKind> "
    for mark in work.document.textbounds:
        entity = work.entities.get(mark.id)
        if mark.label not in MENTION_LABELS:
            if mark.label not in MARK_LABELS and mark.label not in RECORDS:
                message, place = f"no mention is called {mark.label!r}", (mark.line, len(mark.id) + 2)
                work.report("unknown-label", message, place, "use a label of the profile (docs/annotation.md)")
            continue
        if entity is None and mark.id in triggers:
            continue
        pairs = [is_mention, in_document]
        if entity:
            pairs.append(mention_of + entity)
        kind = concept("mention-kinds", kinds.get(mark.id, "name"))
        if kind:
            pairs.append(f"{mention_kind}<{kind}>")
        pairs += evidence(work, mark, "evidence")
        yield Node(f"<{base}#{mark.id}>", graph, pairs)


def _record_node(work: Work, event: Event) -> Node:
    said: list[Said] = list(statements(work, event))
    pairs = [pair for part in said for pair in part.pairs]
    fields = RECORDS[event.label].fields
    if pairs and "For" in fields:
        pairs.append(stance(pairs))
    graph = "shared" if event.label in SHARED else work.document.metadata.id
    return Node(work.subjects[event.id], iri(work.names.graph(graph)), list(dict.fromkeys(pairs)))
