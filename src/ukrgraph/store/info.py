"""What there is to know about a store without changing anything."""

from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox

from ukrgraph.errors import InputError
from ukrgraph.store import home, versions
from ukrgraph.store.home import Home
from ukrgraph.store.manifest import STDIN, DamagedError


class SourceInfo(NamedTuple):
    """A file that is in a store, and "unchanged" or what became of it since."""

    kind: str
    path: str
    state: str
    sha256: str


class Info(NamedTuple):
    """A store: its folder, "fresh" or why not, its version, Oxigraph, counts, size in bytes, and sources.

    A bare store of Oxigraph has neither version nor sources.
    """

    folder: str
    state: str
    version: str = ""
    oxigraph: str = ""
    quads: int = 0
    graphs: int = 0
    size: int = 0
    sources: tuple[SourceInfo, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the fields with names and values as JSON has them."""
        return {**self._asdict(), "sources": [source._asdict() for source in self.sources]}


def look(place: Home) -> Info:
    """Return what there is to know about the store of a home.

    Raises RefusedError if it may not be read.
    """
    found = home.state(place)
    folder = str(place.folder)
    if found.manifest is None:
        if (place.folder / "CURRENT").is_file():
            return _bare(place.folder)
        return Info(folder, f"not usable: {found.reason}")
    made = found.manifest
    state, graphs = f"stale: {found.reason}" if found.reason else "fresh", 0
    try:
        made, store = versions.open_current(place.folder)
        graphs = sum(1 for _ in store.named_graphs())
    except DamagedError as error:
        state = f"not usable: {error}"
    sources = tuple(
        SourceInfo(
            source.kind,
            source.path if source.path == STDIN else str(place.root / source.path),
            source.changed(place.root) or "unchanged",
            source.sha256,
        )
        for source in made.sources
    )
    size = _size(versions.path(place.folder, made))
    return Info(folder, state, made.version, made.oxigraph, made.quads, graphs, size, sources)


def _bare(folder: Path) -> Info:
    try:
        store = ox.Store.read_only(str(folder))
    except (OSError, RuntimeError) as error:
        raise InputError(f"{folder}: cannot open the store: {error}") from error
    graphs = sum(1 for _ in store.named_graphs())
    return Info(str(folder), "a bare Oxigraph store", "-", "-", len(store), graphs, _size(folder))


def _size(folder: Path) -> int:
    """Return the bytes of the files of a version; 0 if it is gone."""
    return sum(file.stat().st_size for file in folder.glob("*"))
