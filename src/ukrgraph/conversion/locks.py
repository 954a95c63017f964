"""Locks on files of an output folder, of the kind of flock(2): they end with their process, however it ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ukrgraph.errors import OutsideError

try:
    import fcntl
except ImportError:  # pragma: no cover  # Windows has no flock: there two runs at once are not noticed
    fcntl = None  # type: ignore[assignment]


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """Be the only one that holds `file` during the block; it is made if it is not there.

    Raises OutsideError if another process holds it.
    """
    with file.open("ab") as stream:
        if fcntl is not None:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise OutsideError(f"{file.parent}: another process converts into it; wait for its end") from error
        yield


@contextmanager
def in_turn(file: Path) -> Iterator[None]:
    """Wait until nobody holds `file`, then hold it during the block; it is made if it is not there."""
    with file.open("ab") as stream:
        if fcntl is not None:
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield
