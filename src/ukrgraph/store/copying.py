"""A copy of a store, made beside the place where it goes and put there in one step."""

import shutil
import tempfile
from pathlib import Path

import pyoxigraph as ox

from ukrgraph.errors import OutsideError, UsageError


def backup(store: ox.Store, target: Path) -> int:
    """Write a plain Oxigraph store with what `store` holds to the new folder `target`; return the number of quads.

    Files of a store on the same file system get a second name, others are copied. Raises UsageError if `target` exists,
    OutsideError if it cannot be written; it does not exist then.
    """
    if target.exists():
        raise UsageError(f"{target}: exists; name a folder that does not")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    except OSError as error:
        raise OutsideError(f"{target}: cannot write there: {error.strerror}") from error
    made = beside / "store"
    try:
        quads = _copied(store, made)
        made.rename(target)
    except OSError as error:
        raise OutsideError(f"{target}: cannot write it: {error.strerror or error}") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return quads


def _copied(store: ox.Store, target: Path) -> int:
    """Copy a store; one in memory is written anew."""
    try:
        store.backup(str(target))
    except (OSError, ValueError, RuntimeError):
        shutil.rmtree(target, ignore_errors=True)
        copy = ox.Store(str(target))
        copy.bulk_extend(store)
        copy.flush()
        return len(copy)
    return len(store)
