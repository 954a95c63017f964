"""The journal of an upload: what is on its way where, and how many batches have arrived."""

import os
from pathlib import Path

from ukrgraph.errors import OutsideError

_TITLE = "ukrgraph upload 1"


class Journal:
    """A file with a line that names the upload and one for each batch that has arrived, in their order.

    `about` is one line. A journal about anything else is begun anew.
    """

    def __init__(self, file: Path, about: str) -> None:
        self.file = file
        self._head = f"{_TITLE}\t{about}\n".encode()

    def arrived(self) -> int:
        """Return how many batches have arrived; a last line that was not written to its end does not count.

        Raises OutsideError if the file cannot be read or written.
        """
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            found = self.file.read_bytes() if self.file.exists() else b""
            whole = found[: found.rfind(b"\n") + 1]
            if not whole.startswith(self._head):
                whole = self._head
            if whole != found:
                self.file.write_bytes(whole)
        except OSError as error:
            raise self._unwritable(error) from error
        return whole.count(b"\n") - 1

    def add(self, number: int) -> None:
        """Note that batch `number` has arrived, so that not even a power cut loses it.

        Raises OutsideError if the disk is full.
        """
        try:
            with self.file.open("ab") as stream:
                stream.write(f"{number}\n".encode())
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            raise self._unwritable(error) from error

    def end(self) -> None:
        """Remove the file: everything has arrived."""
        self.file.unlink(missing_ok=True)

    def _unwritable(self, error: OSError) -> OutsideError:
        return OutsideError(f"{self.file}: cannot write the journal of the upload: {error.strerror or error}")
