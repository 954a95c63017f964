"""A store as RDF, written while it is read."""

from collections.abc import Iterator, Mapping, Sequence
from typing import IO

import pyoxigraph as ox

from ukrgraph.errors import UsageError
from ukrgraph.near import nearest
from ukrgraph.store import FORMATS, TRIPLE_FORMATS

DEFAULT = "default"
"""How users call the default graph."""

_WITHOUT_PREFIXES = frozenset({"nquads", "ntriples", "jsonld"})

Graph = ox.NamedNode | ox.DefaultGraph


def graphs(store: ox.Store, names: Sequence[str]) -> list[Graph]:
    """Return the graphs that are called `names`; none means all.

    Raises UsageError if there is no such graph.
    """
    return [_graph(store, name) for name in dict.fromkeys(names)]


def _graph(store: ox.Store, name: str) -> Graph:
    if name == DEFAULT:
        return ox.DefaultGraph()
    known = sorted(graph.value for graph in store.named_graphs())
    if name in known:
        return ox.NamedNode(name)
    near = nearest(name, known)
    hint = f"did you mean {near[0]!r}?" if near else "'ukrgraph stats' names them"
    raise UsageError(f"--graph: the store has no graph {name!r}; {hint}")


def dump(store: ox.Store, output: IO[bytes], format: str, only: Sequence[Graph], prefixes: Mapping[str, str]) -> None:
    """Write the graphs `only`, or all if there is none, to `output`; triples alone where the format has no graphs.

    The order is that of the index: graph by graph, the same for the same store.
    """
    used = None if format in _WITHOUT_PREFIXES else dict(prefixes)
    chosen = FORMATS[format]
    if not only and format not in TRIPLE_FORMATS:
        store.dump(output, chosen, prefixes=used)
    elif len(only) == 1 and format in TRIPLE_FORMATS:
        store.dump(output, chosen, from_graph=only[0], prefixes=used)
    elif format in TRIPLE_FORMATS:
        ox.serialize((quad.triple for quad in _quads(store, only)), output, chosen, prefixes=used)
    else:
        ox.serialize(_quads(store, only), output, chosen, prefixes=used)


def _quads(store: ox.Store, only: Sequence[Graph]) -> Iterator[ox.Quad]:
    if not only:
        yield from store
    for graph in only:
        yield from store.quads_for_pattern(None, None, None, graph)
