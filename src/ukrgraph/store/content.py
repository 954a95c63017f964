"""What is in a store: counts of quads, graphs, classes and properties, and triples that stand in several graphs."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import pyoxigraph as ox

from ukrgraph.terms import RDF

_PROPERTIES = "SELECT ?name (COUNT(*) AS ?n) WHERE { ?s ?name ?o } GROUP BY ?name"
_CLASSES = f"SELECT ?name (COUNT(*) AS ?n) WHERE {{ ?s <{RDF}type> ?name }} GROUP BY ?name"
_GRAPHS = "SELECT ?name (COUNT(*) AS ?n) WHERE { GRAPH ?name { ?s ?p ?o } } GROUP BY ?name"
_DEFAULT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
_DIFFERENT = "SELECT (COUNT(*) AS ?n) WHERE {{ SELECT DISTINCT ?s ?o WHERE {{ ?s {} ?o }} }}"
_TWICE = "SELECT ?s ?o WHERE {{ ?s {} ?o }} GROUP BY ?s ?o HAVING (COUNT(*) > 1) LIMIT 1"

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

    The union of all graphs has each of them as often. Triples are compared one property at a time, two of them at once,
    so that not all triples are in memory.
    """
    if len(list(store.named_graphs())) + bool(_number(store, _DEFAULT, union=False)) < 2:  # noqa: PLR2004  # two graphs
        return len(store), Repeated(0, ())
    properties = _sorted(_grouped(store, "property", _PROPERTIES))
    with ThreadPoolExecutor(2) as threads:  # Oxigraph lets other threads run while it counts
        different = list(threads.map(lambda count: _number(store, _DIFFERENT.format(count.name)), properties))
    surplus, example = 0, tuple[str, ...]()
    for count, number in zip(properties, different, strict=True):
        surplus += count.number - number
        if surplus and not example:
            (found,) = _rows(store, _TWICE.format(count.name))
            example = (str(found["s"]), str(count.name), str(found["o"]))
    return sum(count.number for count in properties), Repeated(surplus, example)
