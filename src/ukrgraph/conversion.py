"""Conversion of many documents: streamed, on one process or several, written as a whole or not at all."""

import contextlib
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import IO, NamedTuple

from ukrgraph import store
from ukrgraph.convert import convert
from ukrgraph.errors import InputError, OutsideError, UsageError
from ukrgraph.files import replacing
from ukrgraph.finding import Finding
from ukrgraph.iri import Namespace
from ukrgraph.nquads import lines as lines_of
from ukrgraph.readers import READERS, files
from ukrgraph.readers.files import Files

SUFFIXES = {".ttl": "turtle", ".trig": "trig", ".nq": "nquads", ".jsonld": "jsonld"}
"""Formats by the suffix of the output."""


class Task(NamedTuple):
    """What is to be done with each document: the format, the reader, the names and the number of processes."""

    format: str
    reader: str
    names: Namespace
    workers: int = 1


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


def sources(paths: Iterable[str]) -> Iterator[Files | Finding]:
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


def convert_one(source: Files | Finding, task: Task) -> tuple[list[bytes], list[Finding]]:
    """Return the N-Quads of one document, and what was found; a source that is a finding has no document."""
    if isinstance(source, Finding):
        return [], [source]
    document, findings = READERS[task.reader].read(source)
    if document is None:
        return [], findings
    converted = convert(document, task.names)
    return [piece.encode() for piece in converted.pieces], [*findings, *converted.findings]


def run(documents: Iterable[Files | Finding], stream: IO[bytes], task: Task) -> list[Finding]:
    """Convert `documents` to `stream`; return what was found, in the order of the documents.

    Raises InputError if there is no document at all.
    """
    findings: list[Finding] = []
    lines: set[str] = set()
    empty = True
    for pieces, found in _converted(documents, task):
        empty = False
        findings += found
        if task.format == "nquads":
            _write(stream, pieces)
        else:
            lines.update(lines_of(b"".join(pieces).decode()))
    if empty:
        raise InputError("expected annotated documents, found none; see docs/annotation.md for the layout")
    if task.format != "nquads":
        _write(stream, [store.write(sorted(lines, key=store.sort_key), task.format)])
    return findings


def _write(stream: IO[bytes], pieces: Iterable[bytes]) -> None:
    try:
        stream.writelines(pieces)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutsideError(f"cannot write the output: {error.strerror}") from error


def _converted(documents: Iterable[Files | Finding], task: Task) -> Iterator[tuple[Iterable[bytes], list[Finding]]]:
    """Yield N-Quads and findings in the order of `documents`, whatever the number of processes."""
    if task.workers == 1:
        for source in documents:
            yield convert_one(source, task)
        return
    with tempfile.TemporaryDirectory(prefix="ukrgraph-") as folder:
        batches = ((number, batch, folder) for number, batch in enumerate(batched(documents, BATCH)))
        with get_context("spawn").Pool(task.workers, _initialize, (task,)) as pool:
            for file, findings in pool.imap(_convert_batch, batches):
                with file.open("rb") as part:
                    yield _blocks(part), findings
                file.unlink()


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    while block := file.read(_BLOCK):
        yield block


BATCH, _BLOCK = 16, 1 << 20
"""Documents that a process converts at a time, and bytes that are copied at a time. Results go through files: a pipe
costs more than the conversion."""

_task: Task


def _initialize(task: Task) -> None:
    """Keep the task in a worker process, so that it is not sent with each document."""
    global _task  # noqa: PLW0603  # the one way that multiprocessing offers
    _task = task


def _convert_batch(work: tuple[int, Sequence[Files | Finding], str]) -> tuple[Path, list[Finding]]:
    """Convert a batch of documents to a file of its own; return the file and what was found."""
    number, batch, folder = work
    file, findings = Path(folder) / f"{number}.nq", []
    with file.open("wb") as stream:
        for source in batch:
            pieces, found = convert_one(source, _task)
            stream.writelines(pieces)
            findings += found
    return file, findings


def batched(items: Iterable[Files | Finding], size: int) -> Iterator[Sequence[Files | Finding]]:
    """Yield `items` in tuples of `size`, the last one shorter."""
    iterator = iter(items)
    while batch := tuple(islice(iterator, size)):
        yield batch
