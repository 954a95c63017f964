"""Locks that die with their process: one writer a store, and readers that keep their version from being removed.

A lock is of the kind of flock(2): the system lets go of it when the process ends, however it ends. The file `lock`
stays behind and means nothing by itself; while a writer holds it, it says who that is.
"""

import errno
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ukrgraph.errors import OutsideError

try:
    import fcntl
except ImportError:  # pragma: no cover  # Windows has no flock: stores are kept in memory there
    fcntl = None  # type: ignore[assignment]

Say = Callable[[str], None]
"""What tells the user something while it happens, a sentence at a time."""

NAME = "lock"
WAIT = 600.0
"""Seconds that a writer waits for another."""

_PAUSE = 0.05
_REFUSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_KEPT = 2
_held: dict[Path, list[int]] = {}
"""The open descriptors of versions that this process reads, by store; a store of Oxigraph cannot carry them itself."""


class RefusedError(OutsideError):
    """A store that may not be read or written."""


@contextmanager
def writing(folder: Path, what: str, say: Say, wait: float = WAIT) -> Iterator[None]:
    """Be the only writer of the store in `folder` during the block; `what` tells others what is being done.

    Another writer is waited for, `wait` seconds at most. Raises OutsideError if it takes longer, or if the folder
    cannot be written; RefusedError if it may not be.
    """
    if fcntl is None:  # pragma: no cover
        raise RefusedError(f"{folder}: a store on the disk needs file locks, and this system has none")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        kind = RefusedError if error.errno in _REFUSED else OutsideError
        raise kind(f"{folder}: cannot write there: {error.strerror or error}") from error
    try:
        _acquire(descriptor, folder, say, wait)
        with suppress(OSError):
            os.truncate(descriptor, 0)
            os.pwrite(descriptor, f"process {os.getpid()} ({what})".encode(), 0)
        yield
    finally:
        with suppress(OSError):
            os.truncate(descriptor, 0)
        os.close(descriptor)


def _acquire(descriptor: int, folder: Path, say: Say, wait: float) -> None:
    until, told = time.monotonic() + wait, False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(descriptor, 300, 0).decode("utf-8", "replace") or "another process"
            if time.monotonic() >= until:
                raise OutsideError(
                    f"{folder}: {holder} is writing the store; waited {wait:g} s; try again when it has ended"
                ) from error
            if not told:
                say(f"{folder}: {holder} is writing the store; waiting for it")
                told = True
            time.sleep(_PAUSE)
        except OSError as error:
            raise OutsideError(f"{folder}: cannot lock it: {error.strerror or error}") from error
        else:
            return


def hold(version: Path) -> None:
    """Keep a version from being removed as long as this process lives, or until it has opened two newer ones.

    Oxigraph opens some of its files only when it needs them. Raises FileNotFoundError if the version is gone or is
    being removed.
    """
    if fcntl is None:  # pragma: no cover
        return
    descriptor = os.open(version, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise FileNotFoundError(version) from error
    except OSError:  # a file system without locks: then readers rely on their open files
        os.close(descriptor)
        return
    mine = _held.setdefault(version.parent.resolve(), [])
    if any(os.path.sameopenfile(descriptor, other) for other in mine):
        os.close(descriptor)
        return
    mine.append(descriptor)
    while len(mine) > _KEPT:
        os.close(mine.pop(0))


@contextmanager
def unread(version: Path) -> Iterator[bool]:
    """Tell whether no process holds a version; if so, none can get hold of it during the block."""
    descriptor = os.open(version, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        free = True
    except BlockingIOError:
        free = False
    except OSError:  # a file system without locks
        free = True
    try:
        yield free
    finally:
        os.close(descriptor)
