"""Versions of a store: each a folder of Oxigraph's that is written once, and then only read.

    store/manifest.json      says which version is the current one; replaced in one step
    store/v000002/           a version
    store/lock               see `ukrgraph.store.lock`

A writer makes the next version beside the current one. If it dies, the manifest still names the old one, and what it
left is removed by the next writer.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pyoxigraph as ox

from ukrgraph.errors import OutsideError
from ukrgraph.files import replacing
from ukrgraph.store import lock, manifest
from ukrgraph.store.lock import RefusedError
from ukrgraph.store.manifest import DamagedError, Manifest

_TRIES = 20
_drafted: set[Path] = set()
"""The versions that this process began: Oxigraph may still have open what failed, and knows it by its path."""

_REFUSED = ("permission denied", "too many open files", "read-only file system")


def path(folder: Path, made: Manifest) -> Path:
    """Return the folder of a version."""
    return folder / made.version


def open_current(folder: Path) -> tuple[Manifest, ox.Store]:
    """Open the current version of the store in `folder` for reading; it stays what it is while newer ones are made.

    Raises DamagedError if there is none or it is damaged, RefusedError if it may not be read.
    """
    last = ""
    for _ in range(_TRIES):
        made = manifest.read(folder)
        if made is None:
            raise DamagedError("there is none")
        version = path(folder, made)
        try:
            lock.hold(version)
            return made, _opened(version)
        except (FileNotFoundError, DamagedError) as error:
            if made.version == last:
                raise DamagedError(f"its version {made.version} is damaged: {error}") from error
            last = made.version  # a newer version may have taken its place just now
        except OSError as error:
            raise RefusedError(f"{version}: cannot read it: {error.strerror or error}") from error
    raise DamagedError("it is replaced all the time")


def _opened(version: Path) -> ox.Store:
    """Open a version for reading.

    Raises DamagedError if it is damaged or gone, RefusedError if it may not be read.
    """
    try:
        return ox.Store.read_only(str(version))
    except (OSError, RuntimeError) as error:
        if any(words in str(error).lower() for words in _REFUSED):
            raise RefusedError(f"{version}: cannot read it: {error}") from error
        raise DamagedError(str(error)) from error


@contextmanager
def draft(folder: Path, base: Manifest | None) -> Iterator[Path]:
    """Give the folder of the next version, with what the version `base` holds; it is removed if the block fails.

    Nothing is copied: the files of `base`, which never change, get a second name. The caller is the only writer.
    Raises DamagedError if `base` is, OutsideError if the disk is full or the folder cannot be written.
    """
    target = _next(folder.absolute())
    old = None if base is None else _opened(path(folder, base))
    try:
        if old is not None:
            old.backup(str(target))
            del old
        yield target
    except (OSError, RuntimeError) as error:
        shutil.rmtree(target, ignore_errors=True)
        raise OutsideError(f"{folder}: cannot write the store: {_reason(error)}; the old one is untouched") from error
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise


def publish(folder: Path, made: Manifest) -> None:
    """Make a version that is written and closed the current one; the versions that nobody reads are removed.

    Raises OutsideError if the disk is full or the folder cannot be written.
    """
    try:
        version = path(folder, made)
        for file in [*version.iterdir(), version, folder]:
            _sync(file)
        with replacing(folder / manifest.NAME) as stream:
            stream.write(manifest.text(made).encode())
    except OutsideError:
        shutil.rmtree(path(folder, made), ignore_errors=True)
        raise
    clean(folder)


def _sync(file: Path) -> None:
    """Wait until a file is on the disk.

    Raises OutsideError if the disk does not take it.
    """
    try:
        descriptor = os.open(file, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise OutsideError(f"{file}: cannot write it: {error.strerror}; the old store is untouched") from error


def ours(name: str) -> bool:
    """Tell whether an entry of the folder of a store was made by us."""
    return name in {lock.NAME, manifest.NAME} or _is_version(name) or name.startswith(f".{manifest.NAME}.")


def _is_version(name: str) -> bool:
    return manifest.VERSION.fullmatch(name) is not None


def clean(folder: Path) -> None:
    """Remove the versions that are not current and that no process reads, and what dead writers left.

    The caller is the only writer.
    """
    current = None
    with suppress(DamagedError, RefusedError):
        current = manifest.read(folder)
    for entry in folder.iterdir():
        if entry.name.startswith(f".{manifest.NAME}."):
            entry.unlink(missing_ok=True)
        elif _is_version(entry.name) and (current is None or entry.name != current.version):
            with suppress(OSError), lock.unread(entry) as free:
                if free:
                    shutil.rmtree(entry, ignore_errors=True)


def _next(folder: Path) -> Path:
    """Return the folder of a version that comes after all there are."""
    names = [entry.name for entry in folder.iterdir() if _is_version(entry.name)]
    with suppress(DamagedError):
        if (made := manifest.read(folder)) is not None:
            names.append(made.version)
    number = max((int(name[1:]) for name in names), default=0) + 1
    while (target := folder / f"v{number:06}") in _drafted:
        number += 1
    _drafted.add(target)
    return target


def _reason(error: OSError | RuntimeError) -> str:
    """Return why the system refused, in words; Oxigraph has only a message, with the file that it was about."""
    known = error.strerror if isinstance(error, OSError) else None
    return known or str(error).rpartition(": ")[2]
