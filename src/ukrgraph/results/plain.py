"""A table for a terminal: columns as wide as their values, shrunk to fit, long values cut with an ellipsis."""

import re
from collections.abc import Iterable, Mapping
from itertools import chain, islice
from typing import IO

from rich.cells import cell_len, set_cell_size

from ukrgraph.engine import Literal, NamedNode, Term
from ukrgraph.results import Style, Table

MEASURED = 1000
"""How many rows are read before the first is written, to know how wide the columns must be."""

_GAP = "  "
_LEAST = 8
_LOCAL = re.compile(r"[\w.~-]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def shown(term: Term | None, prefixes: Mapping[str, str]) -> str:
    """Return a term for a person: an IRI as CURIE where a prefix fits, a literal without tag and type.

    Control characters and marks that turn the writing direction become spaces, so that a value cannot disturb the
    terminal.
    """
    if term is None:
        return ""
    if isinstance(term, NamedNode):
        return curie(term.value, prefixes)
    text = term.value if isinstance(term, Literal) else str(term)
    return _CONTROL.sub(" ", text)


def curie(iri: str, prefixes: Mapping[str, str]) -> str:
    """Return an IRI with the longest namespace that fits replaced by its prefix, or in <> if none does."""
    best = max(
        (item for item in prefixes.items() if iri.startswith(item[1])), key=lambda item: len(item[1]), default=None
    )
    if best and _LOCAL.fullmatch(iri[len(best[1]) :]):
        return f"{best[0]}:{iri[len(best[1]) :]}"
    return f"<{_CONTROL.sub(' ', iri)}>"


def table(table: Table, output: IO[bytes], style: Style) -> None:
    """Write a table; a heading, a rule, a line for each solution."""
    lines = ([shown(term, style.prefixes) for term in row] for row in table.rows)
    first = list(islice(lines, MEASURED))
    widths = fit(_widths(table.variables, first), style.width)
    rule = _GAP.join("─" * width for width in widths)
    for line in chain([list(table.variables)], [None], first, lines):
        text = (
            rule if line is None else _GAP.join(_sized(cell, width) for cell, width in zip(line, widths, strict=True))
        )
        output.write(f"{text.rstrip()}\n".encode())


def _widths(variables: Iterable[str], lines: Iterable[list[str]]) -> list[int]:
    """Return the width of each column in cells."""
    widths = [cell_len(name) for name in variables]
    for line in lines:
        widths = [max(width, cell_len(cell)) for width, cell in zip(widths, line, strict=True)]
    return widths


def fit(widths: list[int], width: int) -> list[int]:
    """Return `widths` with the widest columns shrunk until a line is at most `width` cells wide; 0 means no bound.

    No column becomes narrower than 8 cells, so that a table of very many columns may stay too wide.

    >>> fit([5, 40, 90], 80)
    [5, 35, 36]
    """
    found = list(widths)
    if not width or not found:
        return found
    room = width - len(_GAP) * (len(found) - 1)
    while sum(found) > room:
        widest = max(range(len(found)), key=found.__getitem__)
        if found[widest] <= _LEAST:
            break
        second = max((other for at, other in enumerate(found) if at != widest), default=0)
        down_to = max(_LEAST, min(second, found[widest] - 1), found[widest] - (sum(found) - room))
        found[widest] = down_to if down_to < found[widest] else found[widest] - 1
    return found


def _sized(cell: str, width: int) -> str:
    """Return a cell cut or padded to exactly `width` cells of the terminal."""
    if cell_len(cell) <= width:
        return set_cell_size(cell, width)
    return set_cell_size(cell, width - 1) + "…"
