"""Oxigraph in this process, over the published graph of a project or any other store."""

from functools import lru_cache
from pathlib import Path

from ukrgraph import store
from ukrgraph.engine import Results, Store
from ukrgraph.errors import InputError
from ukrgraph.resources import folder
from ukrgraph.sparql.tokens import significant, tokenise

PUBLISHED = Path("data/graph/ukrgraph.trig")


class Local:
    """Oxigraph in this process."""

    remote = False

    def __init__(self, data: Store) -> None:
        self.store = data

    def answer(self, query: str) -> Results:
        """Return the answer over the union of all graphs, or over the graphs that FROM names.

        Raises SyntaxError if `query` is not SPARQL 1.1, RuntimeError if it cannot be evaluated.
        """
        return self.store.query(query, use_default_graph_as_union=not names_dataset(query))


@lru_cache(maxsize=256)
def names_dataset(query: str) -> bool:
    """Tell whether a query has a FROM clause: Oxigraph's flag for the union of graphs would override it."""
    return "from" in query.lower() and any(token.keyword == "FROM" for token in significant(tokenise(query)))


def open_project(project: Path) -> Store:
    """Return a store with the published graph of a project.

    Raises InputError if it has not been built.
    """
    file = folder(project, "data/graph") / PUBLISHED.name
    if not file.is_file():
        raise InputError(f"{project / PUBLISHED}: expected the published graph, found none; run: ukrgraph build")
    return store.load([file])


def accepts(query: str) -> tuple[int, int, str] | None:
    """Return None if `query` is SPARQL as the engine reads it, else line, column and what is wrong.

    Nothing is read: the query must not call a SERVICE that may not be called, for it is asked of an empty store.
    """
    try:
        Store().query(query)
    except SyntaxError as error:
        return error.lineno or 1, error.offset or 1, (error.msg or "").removeprefix("error at ").partition(": ")[2]
    except (RuntimeError, OSError):
        return None
    return None
