"""Queries on the store, over the union of its graphs, with the one function that asks Python."""

from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox

from ukrgraph.validate.expressions import MATCHES, matches

_FUNCTIONS: Any = {ox.NamedNode(MATCHES): matches}


def rows(store: ox.Store, query: str) -> Iterator[Any]:
    """Return the solutions of a SELECT query; it is parsed at once, and runs as they are read.

    Raises SyntaxError if Oxigraph does not take the query.
    """
    found: Any = store.query(query, use_default_graph_as_union=True, custom_functions=_FUNCTIONS)
    return iter(found)


def focus_nodes(store: ox.Store, query: str) -> Iterator[Any]:
    """Yield what a query binds ?this to."""
    for row in rows(store, query):
        yield row["this"]
