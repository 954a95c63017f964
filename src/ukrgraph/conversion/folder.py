"""A folder of parts: conversion that goes on where it was stopped, and whose parts are loaded side by side.

    out/part-00000.nq ...   N-Quads of 100 documents each, in the order of the input
    out/part-00000.jsonl    the journal of a part: its documents, their digests, what was found in them
    out/done.json           numbers of documents, parts and bytes; there only when all is complete

The same input gives the same parts, whether at once or after any number of stops.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ukrgraph.conversion import batched, journal, part
from ukrgraph.conversion.locks import alone
from ukrgraph.conversion.one import NO_DOCUMENTS, Source, Task
from ukrgraph.conversion.pool import each
from ukrgraph.errors import InputError, OutsideError, UsageError
from ukrgraph.files import replacing
from ukrgraph.finding import Finding

Tell = Callable[[str], None]
"""What tells the user something, a sentence at a time."""

LOCK, DONE = ".lock", "done.json"

PART = 100
"""Documents in a part: 80 MB of N-Quads if each has 4,000 quads; so a million documents are 10,000 files."""


def is_folder(output: str) -> bool:
    """Tell whether `output` names a folder: one that is there, or any name that ends in '/'."""
    return output.endswith("/") or (output != "-" and Path(output).is_dir())


def run(documents: Iterable[Source], folder: Path, task: Task, tell: Tell, *, resume: bool) -> Iterator[list[Finding]]:
    """Convert `documents` to the parts of `folder`; yield what was found in each, those done before included.

    Without `resume` the folder must have no parts. At the end `tell` is told in words what was done.

    Raises InputError if there is no document at all, UsageError if there are parts, OutsideError if the folder cannot
    be written or another process writes it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with alone(folder / LOCK):
            if not resume and any(folder.glob("part-*")):
                raise UsageError(f"{folder}: expected a folder without parts; use --resume, or another folder")
            yield from _parts(documents, folder, task, tell)
    except OSError as error:
        raise OutsideError(f"{folder}: cannot write there: {error.strerror}") from error


def _parts(documents: Iterable[Source], folder: Path, task: Task, tell: Tell) -> Iterator[list[Finding]]:
    (folder / DONE).unlink(missing_ok=True)
    head = journal.head(task, journal.program())
    jobs = (part.Job(folder, number, batch, head) for number, batch in enumerate(batched(documents, PART)))
    documents_done = converted = parts = size = 0
    for written in each(part.write, jobs, task):
        documents_done += written.documents
        converted += written.converted
        parts += 1
        size += written.size
        yield from written.findings
    part.remove_from(folder, parts)
    if not parts:
        raise InputError(NO_DOCUMENTS)
    with replacing(folder / DONE) as stream:
        stream.write((json.dumps({"documents": documents_done, "parts": parts, "bytes": size}) + "\n").encode())
    kept = documents_done - converted
    tell(f"{folder}: {documents_done} documents in {parts} parts; {converted} converted now, {kept} kept")
