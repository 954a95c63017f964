"""What is in a store: counts of quads, graphs, classes and properties, and triples that stand in several graphs."""

from collections.abc import Iterator
from typing import NamedTuple

import pyoxigraph as ox

from ukrgraph.terms import RDF

_PROPERTIES = "SELECT ?name (COUNT(*) AS ?n) WHERE { ?s ?name ?o } GROUP BY ?name"
_CLASSES = f"SELECT ?name (COUNT(*) AS ?n) WHERE {{ ?s <{RDF}type> ?name }} GROUP BY ?name"
_GRAPHS = "SELECT ?name (COUNT(*) AS ?n) WHERE { GRAPH ?name { ?s ?p ?o } } GROUP BY ?name"
_DEFAULT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
_SHARED = """
SELECT ?s WHERE {
  SELECT ?s WHERE { SELECT REDUCED ?s ?g WHERE { { GRAPH ?g { ?s ?p ?o } } UNION { ?s ?p ?o } } }
  GROUP BY ?s HAVING (COUNT(*) > 1)
}"""
"""Subjects that may stand in more than one graph: REDUCED takes out what comes in a row, and need not take out all."""

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


class Count(NamedTuple):
    """How many quads `name` has: a graph (None: the default graph), a class its instances, a property its uses."""

    kind: str
    name: Term | None
    number: int


class Repeated(NamedTuple):
    """How many triples too many there are because they stand in more than one graph, and one of them."""

    number: int
    example: tuple[str, ...]


def counts(store: ox.Store) -> Iterator[Count]:
    """Yield the count of all quads, then of each graph, class and property, the greatest first."""
    yield Count("quads", None, len(store))
    default = _number(store, _DEFAULT, union=False)
    graphs = [Count("graph", None, default)] if default else []
    yield from _sorted([*graphs, *_grouped(store, "graph", _GRAPHS)])
    yield from _sorted(_grouped(store, "class", _CLASSES))
    yield from _sorted(_grouped(store, "property", _PROPERTIES))


def _sorted(found: list[Count]) -> list[Count]:
    return sorted(found, key=lambda count: (-count.number, str(count.name)))


def _grouped(store: ox.Store, kind: str, query: str) -> list[Count]:
    rows = _rows(store, query, union=kind != "graph")
    return [Count(kind, row["name"], int(row["n"].value)) for row in rows]


def _number(store: ox.Store, query: str, *, union: bool = True) -> int:
    (row,) = _rows(store, query, union=union)
    return int(row["n"].value)


def _rows(store: ox.Store, query: str, *, union: bool = True) -> ox.QuerySolutions:
    answer = store.query(query, use_default_graph_as_union=union)
    if not isinstance(answer, ox.QuerySolutions):
        raise TypeError(answer)
    return answer


def repeated(store: ox.Store) -> tuple[int, Repeated]:
    """Return how many quads there are, and how many triples stand in more than one graph.

    The union of all graphs has each of them as often. Only subjects of more than one graph can have such triples: they
    are found first, in one pass, and looked at one by one, so that not all triples are in memory.
    """
    surplus, example = 0, tuple[str, ...]()
    for subject in sorted((row["s"] for row in _rows(store, _SHARED, union=False)), key=str):
        seen = set[tuple[Term, Term]]()
        for _, predicate, object_, _ in store.quads_for_pattern(subject, None, None):
            if (predicate, object_) in seen:
                surplus += 1
                example = example or (str(subject), str(predicate), str(object_))
            seen.add((predicate, object_))
    return len(store), Repeated(surplus, example)
