"""The journal of a part: what each document of it came from, how many bytes it gave, and what was found.

JSON lines. The first says how the part was made; a journal that says otherwise than the run at hand is not used. Then
one line a document, in the order of the part. A last line that was cut off is left out.
"""

import json
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import IO, NamedTuple

from ukrgraph.conversion.one import Source, Task
from ukrgraph.finding import Finding, Severity


class Entry(NamedTuple):
    """One document of a part: its file and the digest of its source; bytes and check sum of its N-Quads; findings."""

    file: str
    source: str
    size: int
    check: int
    findings: list[Finding]


def head(task: Task, code: str) -> str:
    """Return the first line of a journal, without line end: reader, base and the digest of the program."""
    return _json({"journal": 1, "reader": task.reader, "base": task.names.base, "code": code})


def line(entry: Entry) -> str:
    """Return the line of an entry, without line end."""
    return _json(entry)


def length(first: str, entries: Iterable[Entry]) -> int:
    """Return the bytes of a journal that begins with `first` and has `entries`."""
    return sum(len(text.encode()) + 1 for text in (first, *map(line, entries)))


def read(file: Path, first: str) -> list[Entry]:
    """Return the entries of a journal; none if there is no such file or its first line is not `first`."""
    try:
        with file.open(encoding="utf-8", newline="\n") as stream:
            return list(_entries(stream, first))
    except (FileNotFoundError, UnicodeDecodeError):
        return []


def _entries(stream: IO[str], first: str) -> Iterator[Entry]:
    if next(stream, "") != f"{first}\n":
        return
    for text in stream:
        try:
            name, source, size, check, findings = json.loads(text)
        except ValueError:
            return
        if not text.endswith("\n"):
            return
        yield Entry(name, source, size, check, [Finding(one[0], Severity(one[1]), *one[2:]) for one in findings])


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def name_of(source: Source) -> str:
    """Return the file that stands for a source: that of its annotations, or that of the finding."""
    return source.file if isinstance(source, Finding) else str(source.annotations)


def digest_of(source: Source) -> str:
    """Return the BLAKE2b of all that a source is: the names of its files and their bytes.

    A file that cannot be read counts as one that is not there; converting it says what is wrong.
    """
    found = blake2b(digest_size=16)
    if isinstance(source, Finding):
        found.update(_json(source).encode("utf-8", "surrogateescape"))
        return found.hexdigest()
    for file in (source.text, source.annotations, source.metadata):
        try:
            data = file.read_bytes() if file else None
        except OSError:
            data = None
        named = "" if data is None else f"{file}\0{len(data)}"
        found.update(f"{named}\0".encode("utf-8", "surrogateescape"))
        found.update(data or b"")
    return found.hexdigest()


PROGRAM = (
    "concepts.py", "conversion", "convert.py", "document.py", "errors.py", "files.py", "finding.py", "iri.py",
    "nquads.py", "profile.py", "readers", "records.py", "selectors.py", "standoff", "terms.py", "values.py",
)  # fmt: skip
"""The modules that say what a document gives."""


def program() -> str:
    """Return a digest of the modules of PROGRAM: what another version wrote is not taken for what this one writes."""
    package = Path(__file__).parents[1]
    found = blake2b(digest_size=16)
    for name in PROGRAM:
        for file in sorted((package / name).rglob("*.py")) if "." not in name else [package / name]:
            found.update(f"{file.relative_to(package).as_posix()}\0".encode())
            found.update(file.read_bytes())
    return found.hexdigest()
