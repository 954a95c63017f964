"""Oxigraph in this process, over the published graph of a project or any other store."""

import sys
from functools import lru_cache
from pathlib import Path

from ukrgraph import store
from ukrgraph.engine import Results, Store
from ukrgraph.errors import InputError, OutsideError
from ukrgraph.sparql.tokens import significant, tokenise
from ukrgraph.store import home, inputs, making, versions
from ukrgraph.store.home import Home
from ukrgraph.store.lock import RefusedError, Say
from ukrgraph.store.manifest import DamagedError

PUBLISHED = home.GRAPH
_PATIENCE = 60.0
"""Seconds that a reader waits for a writer before it reads the files into memory."""


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


def _tell(message: str) -> None:
    sys.stderr.write(f"ukrgraph: {message}\n")


def open_project(project: Path, say: Say = _tell) -> Store:
    """Return the store of a project, to be read only: its published graph, and what was loaded beside it.

    It lies on the disk and is made anew if the graph has changed since; it stays what it is as long as it is open. It
    is in memory where the folder of the project cannot be written, and for the graph that came with ukrgraph, which a
    project without one of its own gets. `say` is told why the reader waits, or what went wrong.

    Raises InputError if the graph has not been built or cannot be parsed, or if something that was loaded beside it
    cannot be had any more.
    """
    place = home.of_project(project)
    if place.graph is None and home.state(place).manifest is None:
        return store.load([home.own_graph(project)])
    task = making.Task("reading", say, wait=_PATIENCE)
    try:
        making.refresh(place, task)
        try:
            return versions.open_current(place.folder)[1]
        except DamagedError:
            making.remake(place, task)
            return versions.open_current(place.folder)[1]
    except RefusedError:
        return _in_memory(place, say)
    except (DamagedError, OutsideError) as error:
        say(f"{error}; the graph is read into memory instead")
        return _in_memory(place, say)


def _in_memory(place: Home, say: Say) -> Store:
    """Return a store in memory with all that belongs to a home, as far as that is known."""
    made, data = None, Store()
    try:
        made = home.state(place).manifest
    except RefusedError as error:
        say(f"{error}; files that were loaded into the store are left out")
    for one in [*home.graph_input(place), *home.loaded(made, place)]:
        inputs.load(data, one, "", place.root, lambda _: None)
    return data


def open_folder(folder: Path) -> Store:
    """Return the store that a user names, to be read only: one that `ukrgraph load` made, or a bare one of Oxigraph.

    Nobody may be writing to a bare one. Raises InputError if there is none or it cannot be read.
    """
    found = home.state(home.of_folder(folder))
    try:
        if found.reason and (folder / "CURRENT").is_file():
            return Store.read_only(str(folder))
        if not found.reason:
            return versions.open_current(folder)[1]
    except (OSError, RuntimeError, DamagedError) as error:
        raise InputError(f"{folder}: cannot open the store: {error}") from error
    raise InputError(f"{folder}: expected a store, but {found.reason}; make one: ukrgraph load --store {folder} FILE")


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
