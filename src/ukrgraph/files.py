"""Files that are replaced as a whole or not at all."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from ukrgraph.errors import OutsideError


@contextlib.contextmanager
def replacing(file: Path) -> Iterator[IO[bytes]]:
    """Open a new file beside `file` that takes its place when the block ends well; a failure leaves the old one.

    Raises OutsideError if the disk is full or the folder cannot be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = tempfile.NamedTemporaryFile(  # noqa: SIM115  # closed below, then renamed
            dir=file.parent, prefix=f".{file.name}.", delete=False
        )
    except OSError as error:
        raise OutsideError(f"{file}: cannot write there: {error.strerror}") from error
    new = Path(beside.name)
    try:
        with beside:
            yield beside
            beside.flush()
            os.fsync(beside.fileno())
            os.fchmod(beside.fileno(), 0o644)
        new.replace(file)
    except OSError as error:
        raise OutsideError(f"{file}: cannot write it: {error.strerror}; the old file is untouched") from error
    finally:
        new.unlink(missing_ok=True)
