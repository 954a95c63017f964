"""Making a store: anew from all that belongs to it, or by adding to what is there; beside the old one, then swapped.

All files of one call get in, or none does.
"""

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from ukrgraph import files
from ukrgraph.errors import InputError, OutsideError
from ukrgraph.store import inputs, lock, manifest, versions
from ukrgraph.store.content import Repeated, repeated
from ukrgraph.store.home import Home, Key, State, graph_input, key, loaded, state, touched
from ukrgraph.store.inputs import Input
from ukrgraph.store.lock import Say
from ukrgraph.store.manifest import LOADED, PUBLISHED, DamagedError, Manifest

_LARGE = 50 << 20
"""Bytes of files from which a store is not made anew without a word."""


class Task(NamedTuple):
    """How to go about it: what others are told is being done, who tells the user, who counts bytes, and the patience.

    `wait` is in seconds.
    """

    what: str
    say: Say
    seen: Callable[[int], None] = lambda _: None
    wait: float = lock.WAIT


class Made(NamedTuple):
    """A store that was made.

    `before` is the number of quads that it had; `empty` names the inputs that held none, `known` those that it held
    already; `repeated` is about triples in more than one graph.
    """

    manifest: Manifest
    before: int = 0
    empty: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    repeated: Repeated = Repeated(0, ())


def refresh(home: Home, task: Task) -> Manifest:
    """Return the manifest of the store of `home`, made anew if it is not fresh.

    Raises InputError if something that was loaded into it cannot be had any more, OutsideError if the folder cannot be
    written or another writer takes too long.
    """
    found = state(home)
    if found.manifest is not None and not found.reason:
        _remember(home, found)
        return found.manifest
    with lock.writing(home.folder, task.what, task.say, task.wait):
        found = state(home)  # another writer may just have made it
        if found.manifest is not None and not found.reason:
            return found.manifest
        _mourn(home, found, task)
        again = loaded(found.manifest, home)
        size = sum(Path(one.path).stat().st_size for one in [*graph_input(home), *again])
        if size > _LARGE:
            task.say(f"{home.folder}: {found.reason}; it is made from {size >> 20} MiB of files")
        return _anew(home, again, task).manifest


def remake(home: Home, task: Task) -> Manifest:
    """Return the manifest of the store of `home`, made anew because its files turned out to be damaged.

    Raises as `refresh`.
    """
    with lock.writing(home.folder, task.what, task.say, task.wait):
        found = state(home)
        _mourn(home, found, task)
        return _anew(home, loaded(found.manifest, home), task).manifest


def replace(home: Home, given: Sequence[Input], task: Task) -> Made:
    """Put `given` in the place of all that was loaded into the store of `home`.

    Raises as `add`.
    """
    with lock.writing(home.folder, task.what, task.say, task.wait):
        _check_ours(home)
        return _anew(home, given, task)


def add(home: Home, given: Sequence[Input], task: Task) -> Made:
    """Load `given` into the store of `home`.

    A file that was loaded before and is unchanged is not loaded twice; one that has changed takes the place of what it
    was. Raises InputError if a file cannot be read or parsed, or cannot be had any more, or if the folder is not ours;
    OutsideError if it cannot be written or another writer takes too long. The store is as it was then.
    """
    with lock.writing(home.folder, task.what, task.say, task.wait):
        _check_ours(home)
        found = state(home)
        _mourn(home, found, task)
        before = {key(source): source for source in found.manifest.sources} if found.manifest else {}
        keys = {one: _key(one, home) for one in given}
        again = {name for name in keys.values() if name in before and name[0] != manifest.STDIN}
        changed = [name for name in again if before[name].changed(home.root)]
        if found.manifest is not None and not found.reason and not changed:
            fresh = [one for one in given if keys[one] not in again]
            with contextlib.suppress(DamagedError):
                made = _more(home, found.manifest, fresh, task)
                return made._replace(known=tuple(one.path for one in given if one not in fresh))
        return _anew(home, [*loaded(found.manifest, home, again), *given], task)


def _key(one: Input, home: Home) -> Key:
    path = one.path if one.path == manifest.STDIN else manifest.recorded(Path(one.path), home.root)
    return path, one.graph


def _mourn(home: Home, found: State, task: Task) -> None:
    """Say that what was loaded into a store is not known any more; refuse to write over a store that the user named."""
    if found.lost and not home.cache:
        raise InputError(f"{home.folder}: cannot be used: {found.reason}; name another folder, or load with --replace")
    if found.lost:
        task.say(f"{home.folder}: {found.reason}; it is made anew, files that were loaded into it must be loaded again")


def _check_ours(home: Home) -> None:
    """Raise InputError if the folder holds something that is not a store of ukrgraph."""
    if home.cache or (home.folder / manifest.NAME).exists():
        return
    others = [entry.name for entry in home.folder.iterdir() if not versions.ours(entry.name)]
    if "CURRENT" in others:
        raise InputError(
            f"{home.folder}: a bare Oxigraph store, which ukrgraph only reads; name another folder, or run "
            f"'oxigraph load --location {home.folder} --file FILE'"
        )
    if others:
        raise InputError(f"{home.folder}: expected a store or an empty folder, got {min(others)!r}; name another one")


def _anew(home: Home, given: Sequence[Input], task: Task) -> Made:
    """Make a store of the published graph and `given`."""
    first = graph_input(home)
    rest = [one for one in given if _key(one, home) not in {_key(graph, home) for graph in first}]
    return _make(home, None, [*((PUBLISHED, one) for one in first), *((LOADED, one) for one in rest)], task)


def _more(home: Home, base: Manifest, given: Sequence[Input], task: Task) -> Made:
    """Make a store of what the version `base` holds and `given`."""
    if not given:
        return Made(base, base.quads)
    return _make(home, base, [(LOADED, one) for one in given], task)


def _make(home: Home, base: Manifest | None, given: Sequence[tuple[str, Input]], task: Task) -> Made:
    """Make the next version and swap it in.

    Raises DamagedError if `base` is, else as `add`.
    """
    versions.clean(home.folder)
    with versions.draft(home.folder, base) as target:
        sources, empty = list(base.sources if base else ()), []
        store = ox.Store(str(target))
        for kind, one in given:
            source, some = inputs.load(store, one, kind, home.root, task.seen)
            sources.append(source)
            empty += [] if some else [one.path]
        store.flush()
        quads, twice = repeated(store)
        del store  # it is closed before anybody reads it
    made = Manifest(manifest.FORMAT, manifest.engine(), target.name, quads, tuple(sources))
    versions.publish(home.folder, made)
    return Made(made, base.quads if base else 0, tuple(empty), (), twice)


def _remember(home: Home, found: State) -> None:
    """Note that a published graph was only touched, if that is possible without waiting."""
    if (noted := touched(found, home)) is None:
        return
    with contextlib.suppress(OutsideError), lock.writing(home.folder, "reading", lambda _: None, 0):
        if state(home).manifest == found.manifest:
            with files.replacing(home.folder / manifest.NAME) as stream:
                stream.write(manifest.text(noted).encode())
