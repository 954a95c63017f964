"""An rdflib graph that reads an Oxigraph store, without a copy: what pySHACL sees of the data.

pySHACL asks for the truth of its graph at every result, which rdflib answers by counting; the count is kept here,
because counting an Oxigraph store is a full scan.
"""

from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox
from rdflib import Graph
from rdflib.namespace import NamespaceManager
from rdflib.store import Store
from rdflib.term import Literal, Node, URIRef

from ukrgraph.validate.cached import CachedGraph
from ukrgraph.validate.exact import to_ox, to_rdflib


class _View(Store):
    """The union of all graphs of an Oxigraph store, each triple once."""

    context_aware = graph_aware = True

    def __init__(self, store: ox.Store) -> None:
        super().__init__()
        self.store, self.size = store, len(store)
        self.names: dict[str, URIRef] = {}
        self.home: Graph | None = None

    def triples(self, triple_pattern: Any, context: Any = None) -> Iterator[Any]:  # noqa: ANN401, ARG002
        subject, predicate, term = triple_pattern
        if isinstance(subject, Literal) or not (predicate is None or isinstance(predicate, URIRef)):
            return
        wanted: Any = [None if part is None else to_ox(part) for part in (subject, predicate, term)]
        seen = set()
        for quad in self.store.quads_for_pattern(*wanted):
            triple = (quad.subject, quad.predicate, quad.object)
            if triple not in seen:
                seen.add(triple)
                yield tuple(to_rdflib(part) for part in triple), iter((self.home,))

    def __len__(self, context: Any = None) -> int:  # noqa: ANN401
        return self.size

    def bind(self, prefix: str, namespace: URIRef, override: bool = True) -> None:  # noqa: ARG002, FBT001, FBT002
        self.names[prefix] = namespace

    def namespaces(self) -> Iterator[tuple[str, URIRef]]:
        return iter(list(self.names.items()))

    def prefix(self, namespace: URIRef) -> str | None:
        return next((prefix for prefix, name in self.names.items() if name == namespace), None)

    def namespace(self, prefix: str) -> URIRef | None:
        return self.names.get(prefix)


def view(store: ox.Store, names: NamespaceManager) -> Graph:
    """Return `store` as a graph of rdflib; `names` are the prefixes of the shapes, which messages use."""
    inner = _View(store)
    graph = CachedGraph(store=inner)
    inner.home = graph
    for prefix, namespace in names.namespaces():
        graph.bind(prefix, namespace)
    return graph


def copy(store: ox.Store, names: NamespaceManager) -> CachedGraph:
    """Return the union of all graphs of `store` as a graph in rdflib's memory, on which pySHACL is slow but right."""
    graph = CachedGraph()
    for quad in store:
        graph.add((_node(quad.subject), URIRef(quad.predicate.value), _node(quad.object)))
    for prefix, namespace in names.namespaces():
        graph.bind(prefix, namespace)
    return graph


def _node(term: object) -> Node:
    return to_rdflib(term)
