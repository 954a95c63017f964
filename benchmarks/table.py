"""Tables of measurements, and how they are written."""

from collections.abc import Sequence
from typing import NamedTuple


class Table(NamedTuple):
    """A table: its title, the heads of its columns, its rows, and what a reader must know to judge them."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()


def markdown(table: Table) -> str:
    """Return the table in Markdown; the first column is text, the others are numbers."""
    lines = [f"## {table.title}", "", _row(table.head), _row(["---", *["---:"] * (len(table.head) - 1)])]
    lines += [_row(row) for row in table.rows]
    lines += ["", *(f"* {note}" for note in table.notes)] if table.notes else []
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
