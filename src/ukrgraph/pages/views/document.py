"""A document: its whole text with the annotated words marked, and the records that it reports."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from ukrgraph.engine import Literal, NamedNode, rows
from ukrgraph.pages.records import SPOKEN, Record, described
from ukrgraph.pages.site import Site
from ukrgraph.pages.spans import CUE, MENTION, NOTED, QUOTED, SAID, Piece, Span, tree
from ukrgraph.terms import OA, RDF, UKG

_SPANS = f"""SELECT ?node ?type ?way ?start ?end ?entity {{
    ?span <{OA}hasSource> %s ; <{OA}hasSelector> ?position .
    ?position <{OA}start> ?start ; <{OA}end> ?end .
    VALUES ?way {{ <{UKG}evidence> <{UKG}quotation> <{UKG}cue> }}
    ?node ?way ?span ; <{RDF}type> ?type .
    OPTIONAL {{ ?node <{UKG}mentionOf> ?entity }}
}}"""


@dataclass(frozen=True, slots=True)
class Document:
    """What the page of a document shows.

    `paragraphs` are the text, empty if it is not at hand; `statements` and `others` the records that it reports, in
    the order in which the text first speaks of them; `spans` how many passages are marked, by kind.
    """

    record: Record
    paragraphs: tuple[tuple[str | Piece, ...], ...]
    statements: tuple[Record, ...]
    others: tuple[Record, ...]
    spans: tuple[tuple[str, int], ...]


@lru_cache(maxsize=64)
def document(site: Site, iri: str) -> Document | None:
    """Return what the page of the document `iri` shows; None if the graph says nothing of it."""
    node = NamedNode(iri)
    pattern = f"""{{ BIND({node} AS ?s) }} UNION
        {{ ?s <{UKG}reportedIn> {node} FILTER NOT EXISTS {{ ?s a <{UKG}Mention> }} }}"""
    found = {record.iri: record for record in described(site.engine, pattern)}
    own = found.pop(iri, None)
    if own is None:
        return None
    spans, first = _spans(site, node)
    text = site.texts.text(own.text("http://purl.org/dc/terms/identifier"), own.text("textSha256"))
    records = sorted(found.values(), key=lambda record: (first.get(record.iri, len(text)), record.iri))
    return Document(
        own,
        tuple(_paragraphs(text, spans)),
        tuple(record for record in records if record.kind in SPOKEN),
        tuple(record for record in records if record.kind not in SPOKEN),
        tuple((kind, sum(span.kind == kind for span in spans)) for kind in (MENTION, SAID, NOTED, QUOTED)),
    )


def _spans(site: Site, node: NamedNode) -> tuple[list[Span], dict[str, int]]:
    """Return the spans of a document, one for each place and kind, and where each record is first spoken of."""
    targets: dict[tuple[int, int, str], list[str]] = {}
    anchors: dict[tuple[int, int], list[str]] = {}
    first: dict[str, int] = {}
    for subject, type_, way, start, end, entity in rows(site.engine.answer(_SPANS % node)):
        if not (isinstance(subject, NamedNode) and isinstance(start, Literal) and isinstance(end, Literal)):
            continue
        kind, place = _kind(type_, way), (int(start.value), int(end.value))
        target = entity.value if isinstance(entity, NamedNode) else subject.value
        targets.setdefault((*place, kind), []).append(target)
        names = anchors.setdefault(place, [f"char={place[0]},{place[1]}"])
        if kind == MENTION:
            names.append(subject.value.removeprefix(f"{node.value}#"))
        else:
            first[subject.value] = min(first.get(subject.value, place[0]), place[0])
    found = [
        Span(start, end, kind, tuple(dict.fromkeys(anchors.pop((start, end), ()))), tuple(sorted(set(names))))
        for (start, end, kind), names in sorted(targets.items())
    ]
    return found, first


def _kind(type_: object, way: object) -> str:
    name = type_.value.removeprefix(UKG) if isinstance(type_, NamedNode) else ""
    if name == "Mention":
        return MENTION
    manner = way.value.removeprefix(UKG) if isinstance(way, NamedNode) else ""
    if manner in {"quotation", "cue"}:
        return QUOTED if manner == "quotation" else CUE
    return SAID if name in SPOKEN else NOTED


def _paragraphs(text: str, spans: list[Span]) -> Iterable[tuple[str | Piece, ...]]:
    """Yield the paragraphs of a text, which end at line ends, as trees; spans that cross a line end are cut there."""
    cut = [piece for span in spans for piece in _lines(text, span)]
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        inside = [
            Span(span.start - start, span.end - start, span.kind, span.anchors, span.targets)
            for span in cut
            if start <= span.start and span.end <= end
        ]
        if line.strip():
            yield tuple(tree(line, inside))
        start = end + 1


def _lines(text: str, span: Span) -> Iterable[Span]:
    """Yield a span, or its parts on each line; only the first keeps the anchors."""
    start, names = span.start, span.anchors
    for line in text[span.start : span.end].split("\n"):
        if line.strip():
            yield Span(start, start + len(line), span.kind, names, span.targets)
            names = ()
        start += len(line) + 1


def anchors(parts: Iterable[str | Piece]) -> Iterable[str]:
    """Yield the anchors in a tree, in the order of the text."""
    for part in parts:
        if not isinstance(part, str):
            if part.first:
                yield from part.span.anchors
            yield from anchors(part.parts)
