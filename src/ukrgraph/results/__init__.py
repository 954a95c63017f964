"""Answers as people and programs read them: one function a format, in explicit tables. All of them stream."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from types import MappingProxyType
from typing import IO

from ukrgraph.engine import (
    GRAPH_FORMATS,
    RESULT_FORMATS,
    Boolean,
    Results,
    Solutions,
    Term,
    Triples,
    rows,
    variables,
    write_triples,
)
from ukrgraph.errors import UsageError


@dataclass(frozen=True, slots=True)
class Table:
    """Variables and, for each solution, the terms in their order; None where one is unbound. Read once."""

    variables: tuple[str, ...]
    rows: Iterable[tuple[Term | None, ...]]


@dataclass(frozen=True, slots=True)
class Style:
    """How answers look to people: the width of the terminal in cells (0: no bound), and prefixes to shorten IRIs."""

    width: int = 0
    prefixes: Mapping[str, str] = field(default_factory=dict)


Write = Callable[[Table, IO[bytes], Style], None]

DIRECT = frozenset({"json", "tsv"})
"""Formats that the engine writes itself. Its CSV (0.5.13) leaves IRIs with a comma unquoted, and so misses RFC 4180."""

WRITERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "table": ("ukrgraph.results.plain", "table"),
        "csv": ("ukrgraph.results.w3c", "csv"),
        "tsv": ("ukrgraph.results.w3c", "tsv"),
        "json": ("ukrgraph.results.w3c", "json"),
        "xml": ("ukrgraph.results.w3c", "xml"),
        "markdown": ("ukrgraph.results.markup", "markdown"),
        "html": ("ukrgraph.results.markup", "html"),
    }
)
"""Where the writer of each format is; its module is imported when it is needed, so that a query starts quicker."""

NAMES = tuple(WRITERS)
"""Formats for the answers of SELECT and ASK."""

GRAPH_NAMES = tuple(sorted(GRAPH_FORMATS, reverse=True))
"""Formats for the answers of CONSTRUCT and DESCRIBE."""


def writer(format: str) -> Write:
    """Return the function that writes a table in `format`."""
    module, name = WRITERS[format]
    write: Write = getattr(import_module(module), name)
    return write


def table(answer: Solutions) -> Table:
    """Return the answer of SELECT as a table."""
    return Table(variables(answer), rows(answer))


def write(answer: Results | Table, format: str, output: IO[bytes], style: Style | None = None) -> None:
    """Write an answer to `output` as it comes.

    Raises UsageError if the answer is a graph and the format is for tables, or the other way round.
    """
    check_format(answer, format)
    if isinstance(answer, Triples):
        _write_graph(answer, format, output, style or Style())
    elif isinstance(answer, Boolean):
        _write_boolean(answer, format, output)
    elif isinstance(answer, Solutions) and format in DIRECT:
        answer.serialize(output, RESULT_FORMATS[format])
        if format == "json":
            output.write(b"\n")
    else:
        writer(format)(answer if isinstance(answer, Table) else table(answer), output, style or Style())


def check_format(answer: Results | Table, format: str) -> None:
    """Raise UsageError if an answer cannot be written in a format."""
    if isinstance(answer, Triples) and format not in GRAPH_FORMATS:
        raise UsageError(f"--format: a graph is written as {', '.join(GRAPH_NAMES)}, got {format!r}")
    if not isinstance(answer, Triples) and format not in NAMES:
        raise UsageError(f"--format: rows are written as {', '.join(NAMES)}, got {format!r}")


def _write_graph(answer: Triples, format: str, output: IO[bytes], style: Style) -> None:
    """Write a graph with the prefixes of the project, which Oxigraph's own writer of answers does not know."""
    write_triples(answer, format, style.prefixes, output)


def _write_boolean(answer: Boolean, format: str, output: IO[bytes]) -> None:
    """Write the answer of ASK; CSV and TSV, which the standard leaves open, get the word alone."""
    truth = bool(answer)
    if format in {"json", "xml"}:
        output.write((answer.serialize(format=RESULT_FORMATS[format]) or b"") + b"\n")
    elif format == "html":
        output.write(f"<p>{str(truth).lower()}</p>\n".encode())
    else:
        output.write(f"{str(truth).lower()}\n".encode())
