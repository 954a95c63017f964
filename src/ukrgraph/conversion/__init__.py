"""Conversion of many documents: streamed, on one process or several, written as a whole or not at all.

`run` writes one stream; `ukrgraph.conversion.folder` writes a folder of parts, which can go on where it was stopped.
Both give back what was found document by document, so that the memory stays flat however many there are.
"""

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO

from ukrgraph.conversion.one import NO_DOCUMENTS, Source, Task, convert_one
from ukrgraph.conversion.pool import each
from ukrgraph.errors import InputError, OutsideError, UsageError
from ukrgraph.files import replacing
from ukrgraph.finding import Finding
from ukrgraph.nquads import lines as lines_of
from ukrgraph.readers import files

__all__ = ["SUFFIXES", "Source", "Task", "batched", "convert_one", "destination", "format_of", "run", "sources"]

SUFFIXES = {".ttl": "turtle", ".trig": "trig", ".nq": "nquads", ".jsonld": "jsonld"}
"""Formats by the suffix of the output."""

BATCH = 16
"""Documents that a process converts at a time. Results go through files: a pipe costs more than the conversion."""


def format_of(output: str) -> str:
    """Return the format that the suffix of `output` stands for; N-Quads for standard output.

    Raises UsageError if the suffix is unknown.
    """
    if output == "-":
        return "nquads"
    suffix = Path(output).suffix
    if suffix not in SUFFIXES:
        raise UsageError(
            f"cannot tell the format of {output!r}; known suffixes: {', '.join(SUFFIXES)}; or use --format"
        )
    return SUFFIXES[suffix]


def sources(paths: Iterable[str]) -> Iterator[Source]:
    """Yield the documents that `paths` name, in order; '-' stands for the lines of standard input.

    Raises InputError for a path that does not exist or is no annotation file.
    """
    for path in paths:
        for name in (line.rstrip("\n") for line in sys.stdin) if path == "-" else (path,):
            yield from files.documents(Path(name))


@contextlib.contextmanager
def destination(output: str) -> Iterator[IO[bytes]]:
    """Open `output` for writing; a file takes its place only when all is written."""
    if output == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    else:
        with replacing(Path(output)) as stream:
            yield stream


def run(documents: Iterable[Source], stream: IO[bytes], task: Task) -> Iterator[list[Finding]]:
    """Convert `documents` to `stream`; yield what was found in each, as it is written.

    Raises InputError if there is no document at all.
    """
    lines: set[str] = set()
    empty = True
    for quads, findings in _converted(documents, task):
        empty = False
        if task.format == "nquads":
            _write(stream, quads)
        else:
            lines.update(lines_of(_bytes(quads).decode()))
        yield from findings
    if empty:
        raise InputError(NO_DOCUMENTS)
    if task.format != "nquads":
        from ukrgraph import store  # noqa: PLC0415  # Oxigraph is loaded only where it is used

        _write(stream, store.write(sorted(lines, key=store.sort_key), task.format))


def _converted(documents: Iterable[Source], task: Task) -> Iterator[tuple[bytes | IO[bytes], list[list[Finding]]]]:
    """Yield N-Quads, as bytes or in an open file, and what was found in each of the documents they are of."""
    if task.workers == 1:
        for quads, findings in each(convert_one, documents, task):
            yield quads, [findings]
        return
    with tempfile.TemporaryDirectory(prefix="ukrgraph-") as folder:
        batches = ((number, batch, folder) for number, batch in enumerate(batched(documents, BATCH)))
        for file, found in each(_convert_batch, batches, task):
            with file.open("rb") as part:
                yield part, found
            file.unlink()


def _convert_batch(work: tuple[int, Sequence[Source], str], task: Task) -> tuple[Path, list[list[Finding]]]:
    """Convert a batch of documents to a file of its own; return the file and what was found in each."""
    number, batch, folder = work
    file, findings = Path(folder) / f"{number}.nq", []
    with file.open("wb") as stream:
        for source in batch:
            quads, found = convert_one(source, task)
            stream.write(quads)
            findings.append(found)
    return file, findings


def _bytes(quads: bytes | IO[bytes]) -> bytes:
    return quads if isinstance(quads, bytes) else quads.read()


def _write(stream: IO[bytes], quads: bytes | IO[bytes]) -> None:
    try:
        if isinstance(quads, bytes):
            stream.write(quads)
        else:
            append(stream, quads)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutsideError(f"cannot write the output: {error.strerror}") from error


def append(stream: IO[bytes], part: IO[bytes]) -> None:
    """Copy the rest of the file `part` to `stream`: within the kernel where that can be done."""
    stream.flush()
    try:
        while os.sendfile(stream.fileno(), part.fileno(), None, 1 << 30):
            pass
    except (AttributeError, OSError):
        shutil.copyfileobj(part, stream, 1 << 20)


def batched(items: Iterable[Source], size: int) -> Iterator[Sequence[Source]]:
    """Yield `items` in tuples of `size`, the last one shorter."""
    iterator = iter(items)
    while batch := tuple(islice(iterator, size)):
        yield batch
