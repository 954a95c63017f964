"""Tables with names, reconciled: a column of names in, the candidates for each beside it out."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ukrgraph.errors import InputError, UsageError
from ukrgraph.near import nearest
from ukrgraph.wikidata import authorities, links, slice_facts
from ukrgraph.wikidata.match import Candidate, Matcher, targets

ADDED = ("id", "wikidata", "label", "score", "match", "why", "others")
"""The columns that are added, each with the name of the reconciled column and a colon before it."""

_DELIMITERS = (",", ";", "\t", "|")


class Table(NamedTuple):
    """A table: the delimiter, the names of its columns, and its rows."""

    delimiter: str
    columns: list[str]
    rows: list[list[str]]


class Question(NamedTuple):
    """What is asked of a table: the column with names, and what is known of all of them or, by column, of each."""

    column: str
    type: str = ""
    type_column: str = ""
    language: str = ""
    limit: int = 3


class Answer(NamedTuple):
    """A row of the table and the candidates for its name, the best first."""

    row: list[str]
    candidates: list[Candidate]


def parse(data: bytes, name: str) -> Table:
    """Return a table in CSV (RFC 4180), separated by what its first line has most of: comma, semicolon, tab or bar.

    Rows that are too short are filled up. Raises InputError with the line if a row is too long or the text not UTF-8.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"byte {error.object[error.start]:#04x} at byte {error.start}"
        raise InputError(f"{name}: expected UTF-8, got {found}; save it as UTF-8") from error
    first = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows = []
    try:
        columns = next(reader, [])
        for row in reader:
            if len(row) > len(columns):
                raise InputError(
                    f"{name}:{reader.line_num}: expected {len(columns)} columns, got {len(row)}; quote the text"
                )
            if row:
                rows.append(row + [""] * (len(columns) - len(row)))
    except csv.Error as error:
        raise InputError(f"{name}:{reader.line_num}: expected CSV: {error}") from error
    if not columns:
        raise InputError(f"{name}: expected a line with the names of columns, got nothing")
    return Table(delimiter, columns, rows)


def matcher(project: Path, slice: Path | None = None) -> Matcher:
    """Return a matcher for the entities of a project, and for the items of a slice of Wikidata if one is given."""
    items = slice_facts.read(slice).items.values() if slice else ()
    qids = links.exact(links.read(links.find(project)))
    return Matcher(targets(authorities.read(project).values(), qids, items))


def answers(table: Table, question: Question, matcher: Matcher) -> Iterator[Answer]:
    """Yield each row with its candidates, in the order of the table.

    Raises UsageError if a column or a type does not exist.
    """
    name = _position(table, question.column)
    kind = _position(table, question.type_column) if question.type_column else None
    known: dict[tuple[str, str], list[Candidate]] = {}
    for number, row in enumerate(table.rows, 1):
        type = row[kind].strip() if kind is not None else question.type  # noqa: A001
        asked = (row[name].strip(), type)
        if asked not in known:
            try:
                known[asked] = matcher.candidates(*asked, question.language, question.limit)
            except UsageError as error:
                raise UsageError(f"row {number}: {error}" if kind is not None else str(error)) from error
        yield Answer(row, known[asked])


def write(table: Table, question: Question, found: Iterator[Answer]) -> Iterator[str]:
    """Yield the lines of the table with the best candidate of each row beside it, and the others in one column."""
    yield _line(table, [*table.columns, *(f"{question.column}:{name}" for name in ADDED)])
    for answer in found:
        yield _line(table, [*answer.row, *_cells(answer.candidates)])


def _line(table: Table, cells: list[str]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=table.delimiter, lineterminator="\n").writerow(cells)
    return out.getvalue()


def objects(table: Table, found: Iterator[Answer]) -> Iterator[dict[str, object]]:
    """Yield each row as an object with all its candidates."""
    for answer in found:
        candidates = [
            one._asdict() | {"name": one.name._asdict(), "reasons": [reason._asdict() for reason in one.reasons]}
            for one in answer.candidates
        ]
        yield {"row": dict(zip(table.columns, answer.row, strict=True)), "candidates": candidates}


def _cells(candidates: list[Candidate]) -> list[str]:
    if not candidates:
        return [""] * len(ADDED)
    best, *others = candidates
    rest = " | ".join(f"{one.id or one.qid} {one.score:g}" for one in others)
    match = "yes" if best.match else "no"
    return [best.id, best.qid, best.label, f"{best.score:g}", match, best.why(), rest]


def _position(table: Table, column: str) -> int:
    if column in table.columns:
        return table.columns.index(column)
    near = nearest(column, table.columns)
    hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(table.columns)}"
    raise UsageError(f"no column {column!r}; {hint}")
