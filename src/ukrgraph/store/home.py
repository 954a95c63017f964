"""Where a store lives, what must be in it, and whether it is.

The store of a project holds its published graph and what was loaded beside it; a store that the user names holds what
was loaded into it.
"""

from collections.abc import Set as AbstractSet
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from ukrgraph.errors import InputError
from ukrgraph.resources import folder
from ukrgraph.store import manifest
from ukrgraph.store.inputs import Input
from ukrgraph.store.manifest import LOADED, PUBLISHED, STDIN, DamagedError, Manifest, Source

GRAPH = Path("data/graph/ukrgraph.trig")
FOLDER = Path(".ukrgraph/store")


class Home(NamedTuple):
    """A place of a store: its folder, the folder that recorded paths are relative to, and the graph of the project.

    `graph` is None where there is no project, or where it has no graph of its own. `cache` says that the folder is
    ours alone.
    """

    folder: Path
    root: Path
    graph: Path | None
    cache: bool


class State(NamedTuple):
    """What was found in a home: the manifest, if it could be read, and why the store must be made anew, "" if not.

    `lost` says that something was loaded into the store, perhaps, of which nothing is known any more.
    """

    manifest: Manifest | None
    reason: str
    lost: bool = False


def of_project(project: Path) -> Home:
    """Return the home of the store of a project."""
    own = project / GRAPH
    return Home(project / FOLDER, project, own if own.is_file() else None, cache=True)


def of_folder(place: Path) -> Home:
    """Return the home of a store that the user names."""
    return Home(place, place, None, cache=False)


def state(home: Home) -> State:
    """Return whether the store of a home is there and fresh; takes well under a millisecond if nothing was touched."""
    try:
        made = manifest.read(home.folder)
    except DamagedError as error:
        return State(None, str(error), lost=True)
    if made is None:
        return State(None, "there is none yet")
    reason = made.foreign() or _stale(made, home)
    if not reason and not (home.folder / made.version).is_dir():
        reason = f"its folder {made.version} is gone"
    return State(made, reason)


def _stale(made: Manifest, home: Home) -> str:
    """Return "" if a store holds the graph of the project as it is now, else what changed."""
    recorded = [source for source in made.sources if source.kind == PUBLISHED]
    if home.graph is None:
        return "the published graph is gone" if recorded else ""
    if not recorded or recorded[0].path != manifest.recorded(home.graph, home.root):
        return "the published graph is new"
    reason = recorded[0].changed(home.root)
    return f"the published graph {reason}" if reason else ""


def touched(found: State, home: Home) -> Manifest | None:
    """Return a manifest with the new time of a published graph that was only touched, None if it was not.

    It saves the next reader the digest.
    """
    made = found.manifest
    if made is None or found.reason or home.graph is None:
        return None
    try:
        time = home.graph.stat().st_mtime_ns
    except OSError:
        return None
    sources = tuple(replace(source, mtime=time) if source.kind == PUBLISHED else source for source in made.sources)
    return None if sources == made.sources else replace(made, sources=sources)


def graph_input(home: Home) -> list[Input]:
    """Return the published graph as something to load; nothing if there is none."""
    return [] if home.graph is None else [Input(str(home.graph), "trig")]


Key = tuple[str, str]
"""What tells loaded files apart: the recorded path, and the graph that its triples went to."""


def key(source: Source) -> Key:
    """Return the key of a source."""
    return source.path, source.graph


def loaded(made: Manifest | None, home: Home, without: AbstractSet[Key] = frozenset()) -> list[Input]:
    """Return what was loaded into a store, to be loaded once more; the keys in `without` are left out.

    Raises InputError if a file is gone or has changed since: its content of then cannot be had, and that of now was
    not asked for.
    """
    inputs = []
    for source in made.sources if made else ():
        if source.kind != LOADED or key(source) in without:
            continue
        if reason := source.changed(home.root):
            raise InputError(_not_again(source, reason, home))
        inputs.append(Input(str(home.root / source.path), source.format, source.graph, source.base))
    return inputs


def _not_again(source: Source, reason: str, home: Home) -> str:
    name = "standard input" if source.path == STDIN else str(home.root / source.path)
    load = "ukrgraph load" if home.cache else f"ukrgraph load --store {home.folder}"
    remedy = f"'{load} --replace' with all the files that the store is to hold"
    if reason == "has changed":
        graph = f" --graph {source.graph}" if source.graph else ""
        remedy = f"'{load}{graph} {name}' to take it as it is now, or {remedy}"
    return f"{name}: was loaded into the store, which must be made anew, and {reason}; run {remedy}"


def own_graph(project: Path) -> Path:
    """Return the published graph of a project, or the one that came with ukrgraph if the project has no such folder.

    Raises InputError if the project has the folder and no graph in it.
    """
    file = folder(project, GRAPH.parent.as_posix()) / GRAPH.name
    if not file.is_file():
        raise InputError(f"{project / GRAPH}: expected the published graph, found none; run: ukrgraph build")
    return file
