"""Columns that a query did not ask for: names instead of IRIs, and the passage that each row rests on."""

from collections.abc import Iterator
from itertools import islice

from ukrgraph.engine import Engine, Literal, NamedNode, Term, rows
from ukrgraph.evidence import Corpus, Passage, passages
from ukrgraph.results import Table
from ukrgraph.terms import DCTERMS, SKOS

BATCH = 500
"""How many rows are looked up at once; they are what is held in memory."""

EVIDENCE = ("document", "place", "quote")

Cells = tuple[Term | None, ...]


def with_labels(table: Table, engine: Engine, language: str) -> Table:
    """Return a table with the labels of IRIs in their place, in `language` or else in any other."""
    return Table(table.variables, _labelled(table, engine, language))


def _labelled(table: Table, engine: Engine, language: str) -> Iterator[Cells]:
    for batch in _batches(table):
        names = labels(
            engine, sorted({term.value for row in batch for term in row if isinstance(term, NamedNode)}), language
        )
        for row in batch:
            yield tuple(names.get(term.value, term) if isinstance(term, NamedNode) else term for term in row)


def labels(engine: Engine, iris: list[str], language: str) -> dict[str, Literal]:
    """Return the label of each IRI that has one: in `language`, else in English, else the first of any."""
    wanted = " ".join(str(NamedNode(iri)) for iri in iris)
    found: dict[str, tuple[tuple[bool, bool, str], Literal]] = {}
    query = f"SELECT ?s ?l {{ VALUES ?s {{ {wanted} }} ?s <{SKOS}prefLabel>|<{DCTERMS}title> ?l }}"
    for subject, label in rows(engine.answer(query)):
        if isinstance(subject, NamedNode) and isinstance(label, Literal):
            key = (label.language != language, label.language != "en", label.value)
            best = found.get(subject.value)
            if best is None or key < best[0]:
                found[subject.value] = (key, label)
    return {iri: label for iri, (_, label) in found.items()}


def with_evidence(table: Table, engine: Engine, corpus: Corpus) -> Table:
    """Return a table with three more columns: document, place and quote of the first cell that has evidence."""
    names = [name if name not in table.variables else f"{name}_" for name in EVIDENCE]
    return Table((*table.variables, *names), _evident(table, engine, corpus))


def _evident(table: Table, engine: Engine, corpus: Corpus) -> Iterator[Cells]:
    for batch in _batches(table):
        iris = sorted({term.value for row in batch for term in row if isinstance(term, NamedNode)})
        known = passages(engine, iris)
        for row in batch:
            yield (*row, *_cells(_first(row, known), corpus))


def _first(row: Cells, known: dict[str, list[Passage]]) -> Passage | None:
    for term in row:
        if isinstance(term, NamedNode) and known.get(term.value):
            return known[term.value][0]
    return None


def _cells(passage: Passage | None, corpus: Corpus) -> Cells:
    if passage is None:
        return (None, None, None)
    sentence = corpus.sentence(passage)
    place = f"{sentence.file}:{sentence.line}:{sentence.column}" if sentence else f"{passage.start}-{passage.end}"
    return (Literal(passage.id or passage.document), Literal(place), Literal(corpus.words(passage)))


def _batches(table: Table) -> Iterator[list[Cells]]:
    source = iter(table.rows)
    while batch := list(islice(source, BATCH)):
        yield batch
