"""Where the stored queries are, and how one is found by name."""

import sys
from dataclasses import dataclass
from pathlib import Path

from ukrgraph.errors import InputError, UsageError
from ukrgraph.query.header import Header, read
from ukrgraph.resources import folder

SUFFIX = ".rq"


@dataclass(frozen=True, slots=True)
class StoredQuery:
    """A query with its header; `file` is how messages call it, `folder` where it is, None if it is in no file."""

    name: str
    file: str
    text: str
    header: Header
    folder: Path | None = None


def parse(text: str, name: str, file: str, place: Path | None = None) -> StoredQuery:
    """Return the query `text`, of a file in the folder `place`, with its header.

    Raises InputError if the text is not Unicode or the header cannot be read.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(f"{file}: expected UTF-8, got another byte at character {error.start + 1}") from error
    return StoredQuery(name, file, text, read(text, file), place)


def load(file: Path, shown: str = "") -> StoredQuery:
    """Return the query in a file, which messages call `shown`.

    Raises InputError if it cannot be read.
    """
    name = shown or str(file)
    try:
        text = file.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name}: expected UTF-8, got the byte {error.object[error.start]:#04x} at {error.start}"
        ) from error
    except OSError as error:
        raise InputError(f"{name}: cannot read it: {error.strerror}") from error
    return parse(text.removeprefix("\ufeff"), file.stem, name, file.parent)


def files(project: Path) -> list[Path]:
    """Return the files of the stored queries, sorted by name."""
    return sorted(folder(project, "queries").glob(f"*{SUFFIX}"))


def all_queries(project: Path) -> list[StoredQuery]:
    """Return the stored queries, sorted by name."""
    return [load(file, f"queries/{file.name}") for file in files(project)]


def named(project: Path, name: str) -> StoredQuery:
    """Return the stored query called `name`.

    Raises UsageError with the nearest names if there is none.
    """
    for file in files(project):
        if file.stem == name:
            return load(file, f"queries/{file.name}")
    from ukrgraph.near import nearest  # noqa: PLC0415  # only after a mistake

    names = [file.stem for file in files(project)]
    near = nearest(name, names, limit=max(3, len(name) // 2)) or [other for other in names if _shares_word(name, other)]
    if near:
        raise UsageError(f"no stored query {name!r}; did you mean {' or '.join(map(repr, near[:3]))}?")
    raise UsageError(f"no stored query {name!r}; run: ukrgraph queries list")


def _shares_word(name: str, other: str) -> bool:
    return bool(set(name.lower().split("-")) & set(other.split("-")))


def find(project: Path, name: str) -> StoredQuery:
    """Return the query that a user names: a stored one, a file, or `-` for standard input.

    A name with a slash or the suffix .rq is a file.
    """
    if name == "-":
        return parse(sys.stdin.buffer.read().decode("utf-8", "surrogateescape"), "-", "<stdin>")
    if name.endswith(SUFFIX) or "/" in name:
        return load(Path(name))
    return named(project, name)
