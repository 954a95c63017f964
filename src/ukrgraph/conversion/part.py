"""A part: the N-Quads of some consecutive documents in a file of their own, with its journal.

    part-00003.nq       complete, never half-written
    part-00003.jsonl    its journal, put there after it: with the journal, the part is done
    .part-00003.nq      a part that is being written, and
    .part-00003.jsonl   its journal, which has a line more after each document

A process that is killed loses the document at which it was. What is on the disk is used only as far as digests agree:
documents whose source is the same are copied, the others are converted.
"""

import os
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from ukrgraph.conversion import journal
from ukrgraph.conversion.journal import Entry
from ukrgraph.conversion.locks import in_turn
from ukrgraph.conversion.one import Source, Task, convert_one
from ukrgraph.errors import OutsideError
from ukrgraph.finding import Finding

DATA, JOURNAL = ".nq", ".jsonl"

Key = tuple[str, str]
"""A document: the name of its file, and the digest of its source."""


class Job(NamedTuple):
    """A part to be written to `folder`: its number, its documents, and the first line of its journal."""

    folder: Path
    number: int
    sources: Sequence[Source]
    head: str


class Written(NamedTuple):
    """A part that is done: numbers of documents and of those converted now, bytes, and findings by document."""

    documents: int
    converted: int
    size: int
    findings: list[list[Finding]]


class _Files(NamedTuple):
    """The four files of a part."""

    data: Path
    journal: Path
    new_data: Path
    new_journal: Path


def name(number: int) -> str:
    """Return the name of a part, without suffix."""
    return f"part-{number:05}"


def write(job: Job, task: Task) -> Written:
    """Write a part as far as it is not there; return what it has.

    Raises OutsideError if the disk is full or the folder cannot be written.
    """
    stem = name(job.number)
    files = _Files(*(job.folder / f"{dot}{stem}{suffix}" for dot in ("", ".") for suffix in (DATA, JOURNAL)))
    wanted = [(journal.name_of(source), journal.digest_of(source)) for source in job.sources]
    try:
        with in_turn(files.new_journal):  # a process whose parent was killed may still write for a moment
            old = _finished(files, job.head)
            if [(entry.file, entry.source) for entry in old] == wanted:
                files.new_data.unlink(missing_ok=True)
                files.new_journal.unlink()
                return _summary(job, old, 0)
            begun = _begun(files, job.head, wanted)
            entries, converted = _go_on(job, task, files, wanted, begun, _Old(files.data, old))
            _publish(files)
            return _summary(job, entries, converted)
    except OSError as error:
        reason = f"cannot write it: {error.strerror}; --resume goes on from here"
        raise OutsideError(f"{job.folder / stem}: {reason}") from error


def _summary(job: Job, entries: list[Entry], converted: int) -> Written:
    size = sum(entry.size for entry in entries)
    documents = sum(not isinstance(source, Finding) for source in job.sources)
    return Written(documents, converted, size, [entry.findings for entry in entries])


def _finished(files: _Files, head: str) -> list[Entry]:
    """Return the entries of the part that is done; none if there is none."""
    entries = journal.read(files.journal, head)
    size = files.data.stat().st_size if files.data.exists() else -1
    return entries if sum(entry.size for entry in entries) == size else []


def _begun(files: _Files, head: str, wanted: Sequence[Key]) -> list[Entry]:
    """Return the first entries of the part that is being written: those that are still wanted, and are on the disk."""
    kept: list[Entry] = []
    if not files.new_data.exists():
        return kept
    with files.new_data.open("rb") as data:
        for entry, key in zip(journal.read(files.new_journal, head), wanted, strict=False):
            if (entry.file, entry.source) != key or crc32(data.read(entry.size)) != entry.check:
                break
            kept.append(entry)
    return kept


class _Old:
    """The N-Quads that the part had before, by document."""

    def __init__(self, data: Path, entries: Sequence[Entry]) -> None:
        starts = accumulate((entry.size for entry in entries), initial=0)
        self.data = data
        self.places = {(entry.file, entry.source): (start, entry) for start, entry in zip(starts, entries)}  # noqa: B905  # one more start

    def find(self, key: Key) -> tuple[bytes, Entry] | None:
        """Return the N-Quads of a document and its entry, or None if they are not there."""
        start, entry = self.places.get(key, (0, None))
        if entry is None:
            return None
        with self.data.open("rb") as stream:
            stream.seek(start)
            quads = stream.read(entry.size)
        return (quads, entry) if crc32(quads) == entry.check else None


def _go_on(  # noqa: PLR0913, PLR0917  # what a part is made of
    job: Job, task: Task, files: _Files, wanted: Sequence[Key], begun: list[Entry], old: _Old
) -> tuple[list[Entry], int]:
    """Write what comes after the entries `begun`; return all entries, and how many documents were converted."""
    entries, converted = begun, 0
    with files.new_data.open("ab") as data, files.new_journal.open("ab") as lines:
        data.truncate(sum(entry.size for entry in entries))
        lines.truncate(journal.length(job.head, entries) if entries else 0)
        if not entries:
            lines.write(f"{job.head}\n".encode())
        for source, key in zip(job.sources[len(entries) :], wanted[len(entries) :], strict=True):
            found = old.find(key)
            if found is None:
                converted += not isinstance(source, Finding)
                quads, findings = convert_one(source, task)
                found = quads, Entry(*key, len(quads), crc32(quads), findings)
            data.write(found[0])
            data.flush()
            lines.write(f"{journal.line(found[1])}\n".encode())
            lines.flush()
            entries.append(found[1])
        os.fsync(data.fileno())
        os.fsync(lines.fileno())
    return entries, converted


def _publish(files: _Files) -> None:
    """Put the new part in the place of the old one; in between there is no journal, and so no part."""
    files.journal.unlink(missing_ok=True)
    files.new_data.replace(files.data)
    files.new_journal.replace(files.journal)


def remove_from(folder: Path, number: int) -> None:
    """Remove the parts of `folder` from `number` on: they are of documents that are no longer there."""
    for file in _numbered(folder, number, JOURNAL):
        file.unlink()
    for file in _numbered(folder, number, DATA):
        file.unlink()


def _numbered(folder: Path, number: int, suffix: str) -> Iterator[Path]:
    for file in sorted(folder.iterdir()):
        stem = file.name.removeprefix(".").removesuffix(suffix)
        digits = stem.removeprefix("part-")
        if file.suffix == suffix and stem != digits and digits.isdecimal() and int(digits) >= number:
            yield file
