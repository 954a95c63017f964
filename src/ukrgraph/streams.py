"""Sources as streams of plain bytes: files or standard input, plain or packed with gzip, bzip2 or zstd.

Decompressors are those of the standard library; isal (five times as fast for gzip) is used where it is installed, and
zstd needs the package zstandard. Only a few megabytes are held at a time.
"""

import bz2
import gzip
import hashlib
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from importlib import import_module
from pathlib import Path
from typing import IO, Any, Protocol, cast

from ukrgraph.errors import InputError, OutsideError

CHUNK = 1 << 17
"""Packed bytes that are read at a time; text of dumps is 10 to 17 times as long."""

STDIN = "-"

_MAGIC = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\x28\xb5\x2f\xfd": "zstd"}
_LONGEST_MAGIC = max(map(len, _MAGIC))


class Decompressor(Protocol):
    """What zlib, bz2 and zstandard have in common."""

    @property
    def eof(self) -> bool:
        """Whether the end of a packed member was reached."""

    @property
    def unused_data(self) -> bytes:
        """The packed bytes after that end."""

    def decompress(self, data: bytes, /) -> bytes:
        """Return what `data` unpacks to, as far as it is known yet."""


def _gzip() -> Decompressor:
    with suppress(ImportError):
        made: Decompressor = import_module("isal.isal_zlib").decompressobj(31)
        return made
    return zlib.decompressobj(31)


def _zstd() -> Decompressor:
    made: Decompressor = _zstandard().ZstdDecompressor().decompressobj()
    return made


def _zstandard() -> Any:  # noqa: ANN401  # the package need not be installed
    try:
        return import_module("zstandard")
    except ImportError as error:
        raise OutsideError("zstd: expected the package zstandard, found none; pip install zstandard") from error


@contextmanager
def packing(output: IO[bytes], suffix: str) -> Iterator[IO[bytes]]:
    """Give a stream that packs what is written as the suffix says (.gz, .bz2, .zst) and writes it to `output`.

    Any other suffix packs nothing. The same bytes give the same bytes. Raises OutsideError if a package is missing.
    """
    if suffix == ".gz":
        with gzip.GzipFile("", "wb", fileobj=output, mtime=0) as packed:
            yield cast("IO[bytes]", packed)
    elif suffix == ".bz2":
        with bz2.BZ2File(output, "wb") as packed:
            yield packed
    elif suffix == ".zst":
        with _zstandard().ZstdCompressor().stream_writer(output, closefd=False) as packed:
            yield packed
    else:
        yield output


def _bzip2() -> Decompressor:
    return bz2.BZ2Decompressor()


_UNPACK: dict[str, Callable[[], Decompressor]] = {"gzip": _gzip, "bzip2": _bzip2, "zstd": _zstd}


class Source:
    """A file or standard input that is read once from beginning to end.

    `name` is the file's own name, without its folder. After reading, `sha256` and `size` tell of the packed bytes,
    `plain` counts the unpacked ones, and `fault` says why the rest could not be read, "" if all was.
    """

    def __init__(self, path: str, seen: Callable[[int], None] = lambda _: None) -> None:
        self.path, self.name = path, "standard input" if path == STDIN else Path(path).name
        self.compression, self.fault = "", ""
        self.size = self.plain = 0
        self._seen, self._digest = seen, hashlib.sha256()

    @property
    def repeatable(self) -> bool:
        """Whether the source can be read a second time."""
        return self.path != STDIN and Path(self.path).is_file()

    @property
    def sha256(self) -> str:
        """The digest of the packed bytes that were read."""
        return self._digest.hexdigest()

    def blocks(self) -> Iterator[bytes]:
        """Yield the plain bytes in blocks that are not empty.

        A packed file that breaks off or is damaged yields what comes before the break and sets `fault`.
        Raises InputError if the file cannot be opened, OutsideError if reading fails or a package is missing.
        """
        with self._opened() as stream:
            packed = self._packed(stream)
            first = b""
            while len(first) < _LONGEST_MAGIC and (chunk := next(packed, b"")):
                first += chunk
            self.compression = next((name for magic, name in _MAGIC.items() if first.startswith(magic)), "")
            whole = _chain(first, packed)
            for block in self._unpacked(whole) if self.compression else whole:
                if block:
                    self.plain += len(block)
                    yield block

    def _opened(self) -> AbstractContextManager[IO[bytes]]:
        if self.path == STDIN:
            return nullcontext(sys.stdin.buffer)
        try:
            return Path(self.path).open("rb")
        except OSError as error:
            raise InputError(f"{self.path}: cannot read it: {error.strerror or error}") from error

    def _packed(self, stream: IO[bytes]) -> Iterator[bytes]:
        try:
            while chunk := stream.read(CHUNK):
                self.size += len(chunk)
                self._digest.update(chunk)
                self._seen(len(chunk))
                yield chunk
        except OSError as error:
            raise OutsideError(f"{self.path}: cannot read on: {error.strerror or error}") from error

    def _unpacked(self, packed: Iterator[bytes]) -> Iterator[bytes]:
        """Yield the content of all members; a member that is damaged ends the stream."""
        start = _UNPACK[self.compression]
        member = start()
        for chunk in packed:
            data = chunk
            while data:
                if member.eof:
                    member = start()
                try:
                    block = member.decompress(data)
                except Exception as error:  # noqa: BLE001  # each package has an error of its own
                    self.fault = f"damaged {self.compression} data: {error}"
                    return
                yield block
                data = member.unused_data if member.eof else b""
        if not member.eof:
            self.fault = f"the {self.compression} data breaks off"


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from rest
