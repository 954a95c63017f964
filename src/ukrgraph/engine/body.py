"""The bytes of an answer: in memory while they are few, else in a file without a name that goes when they do."""

from contextlib import suppress
from tempfile import SpooledTemporaryFile

from ukrgraph.errors import OutsideError

IN_MEMORY = 1 << 24
"""Bytes that are kept in memory, 16 MiB."""


class Body:
    """A binary file to be written once and then read."""

    def __init__(self, content: bytes = b"") -> None:
        self._file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # closed when nobody reads it any more
        if content:
            self.write(content)
            self.rewind()

    def write(self, data: bytes) -> int:
        """Add `data`.

        Raises OutsideError if the disk is full.
        """
        try:
            return self._file.write(data)
        except OSError as error:
            raise OutsideError(f"cannot keep an answer in the folder for temporary files: {error.strerror}") from error

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, at most `size` if it is not negative."""
        return self._file.read(size)

    def rewind(self) -> None:
        """Begin to read anew."""
        self._file.seek(0)

    def start(self, size: int) -> bytes:
        """Return the first bytes, at most `size`; the next read begins anew."""
        self.rewind()
        found = self._file.read(size)
        self.rewind()
        return found

    def __del__(self) -> None:
        with suppress(OSError, AttributeError):
            self._file.close()
