"""One document: from its files to N-Quads, and how the collector of cycles is kept from looking at millions of them."""

import contextlib
import gc
from collections.abc import Iterator
from typing import NamedTuple

from ukrgraph.convert import convert
from ukrgraph.finding import Finding
from ukrgraph.iri import Namespace
from ukrgraph.readers import READERS
from ukrgraph.readers.files import Files

Source = Files | Finding
"""The files of a document, or what is wrong with files that make none."""

NO_DOCUMENTS = "expected annotated documents, found none; see docs/annotation.md for the layout"


class Task(NamedTuple):
    """What is to be done with each document: the format, the reader and the names; and by how many processes.

    If not `ordered`, documents are written as they are ready; the lines are the same.
    """

    format: str
    reader: str
    names: Namespace
    workers: int = 1
    ordered: bool = True


class Converted(NamedTuple):
    """The N-Quads of one document, whole lines in UTF-8, and what was found."""

    quads: bytes
    findings: list[Finding]


def convert_one(source: Source, task: Task) -> Converted:
    """Return the N-Quads of one document, and what was found; a source that is a finding has no document."""
    if isinstance(source, Finding):
        return Converted(b"", [source])
    document, findings = READERS[task.reader].read(source)
    if document is None:
        return Converted(b"", findings)
    converted = convert(document, task.names)
    return Converted(b"".join([piece.encode() for piece in converted.pieces]), [*findings, *converted.findings])


COLLECT_EVERY = 100_000
"""Objects that may be made before Python looks for cycles among them. Conversion makes none, and looking for them after
every 700 objects, as is the default, takes a seventh of its time."""


@contextlib.contextmanager
def sparing_collector() -> Iterator[None]:
    """Let Python look for cycles seldom while the block runs."""
    before = gc.get_threshold()
    gc.set_threshold(COLLECT_EVERY, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
