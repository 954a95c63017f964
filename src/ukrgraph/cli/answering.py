"""What `query` and `ask` share: the options, and the way from a query to an answer on standard output."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from ukrgraph.errors import UsageError

if TYPE_CHECKING:
    from ukrgraph.engine import Engine, Results, Term
    from ukrgraph.finding import Finding
    from ukrgraph.query.catalogue import StoredQuery
    from ukrgraph.results import Table

FORMATS = ("table", "csv", "tsv", "json", "xml", "turtle", "trig", "nquads", "markdown", "html")
SECONDS = 60.0
GRACE = 1.0
"""Seconds that an endpoint gets on top, for its own message says more when the time is up."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a user wants of an answer; `labels` is a language, or empty for IRIs as they are."""

    format: str | None
    endpoint: str | None
    store: str | None
    limit: int | None
    timeout: float
    labels: str
    services: tuple[str, ...]
    evidence: bool
    strict: bool
    check: bool
    notes: bool = True


Command = Callable[..., Any]


def options(command: Command) -> Command:
    """Add the options that make a Request."""
    added = [
        click.option("--format", type=click.Choice(FORMATS), help="Default: table for rows, turtle for graphs."),
        click.option("--store", metavar="FOLDER|URL", help="Ask this store or endpoint, not the project's graph."),
        click.option("--endpoint", metavar="URL", help="The same for a SPARQL endpoint."),
        click.option("--limit", type=click.IntRange(min=0), help="At most so many rows."),
        click.option(
            "--timeout",
            type=click.FloatRange(min=0, min_open=True),
            default=SECONDS,
            show_default=True,
            help="Stop after so many seconds.",
        ),
        click.option("--labels", metavar="LANGUAGE", default="", help="Labels in this language instead of IRIs."),
        click.option("--evidence", is_flag=True, help="Add document, place and quote to each row."),
        click.option("--strict", is_flag=True, help="Exit 1 if there is any warning."),
        click.option("--check/--no-check", default=True, help="Look for unknown terms and unbound variables first."),
        click.option(
            "--allow-service",
            "services",
            metavar="IRI",
            multiple=True,
            help="Let the query call this endpoint by SERVICE.",
        ),
    ]
    for option in reversed(added):
        command = option(command)
    return command


class Watched:
    """A binary file that keeps the first bytes of what is written, to tell an empty answer."""

    KEPT = 4096

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self.first = b""

    def write(self, data: bytes) -> int:
        """Write `data`."""
        if len(self.first) <= self.KEPT:
            self.first += data[: self.KEPT]
        return self.stream.write(data)

    def flush(self) -> None:
        """Write out what is buffered."""
        self.stream.flush()


def answer(project: Path, query: "StoredQuery", values: Mapping[str, str], request: Request) -> None:
    """Run a query and write its answer to standard output, what is noteworthy to standard error.

    Ends the command with exit code 1 if `request.strict` and there is a warning.
    """
    from ukrgraph.engine.deadline import deadline  # noqa: PLC0415
    from ukrgraph.finding import Severity  # noqa: PLC0415
    from ukrgraph.query.run import Options, explain_empty, prepare, run  # noqa: PLC0415

    with deadline(_seconds(request), query.file):
        engine = _engine(project, request)
        chosen = Options(request.limit, frozenset(request.services), request.check)
        prepared = prepare(query, values, engine, options=chosen)
        least = Severity.INFO if request.notes else Severity.WARNING
        findings = [finding for finding in prepared.findings if finding.severity >= least]
        _show(findings)
        try:
            empty = _write(run(prepared, engine), engine, project, request)
        except BrokenPipeError:
            _close_output()
            return
        if (empty or prepared.counts_nothing(engine)) and request.check:
            reasons = explain_empty(prepared, engine)
            _show(reasons)
            findings += reasons
    if request.strict and any(finding.severity >= Severity.WARNING for finding in findings):
        raise SystemExit(1)


def _show(findings: "list[Finding]") -> None:
    """Print findings to standard error; their writers are imported only if there are any."""
    if findings:
        from ukrgraph.cli.findings import show  # noqa: PLC0415

        show(findings)


def _close_output() -> None:
    """Let go of a standard output whose reader has gone: what is still buffered is not written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _seconds(request: Request) -> float:
    """Return after how many seconds the command ends."""
    remote = request.endpoint or "://" in (request.store or "")
    return request.timeout + (GRACE if remote else 0)


def _engine(project: Path, request: Request) -> "Engine":
    if request.endpoint and request.store:
        raise UsageError("--store and --endpoint: expected one of them, got both; leave one out")
    if request.endpoint:
        from ukrgraph.engine.endpoint import Endpoint  # noqa: PLC0415

        return Endpoint(request.endpoint, request.timeout)
    if request.store:
        from ukrgraph.engine.chosen import chosen  # noqa: PLC0415

        return chosen(request.store, request.timeout)
    from ukrgraph.engine.local import Local, open_project  # noqa: PLC0415

    return Local(open_project(project))


def _write(result: "Results", engine: "Engine", project: Path, request: Request) -> bool:
    """Write an answer; return whether it was empty."""
    from ukrgraph.engine import Boolean, Solutions, Triples  # noqa: PLC0415
    from ukrgraph.iri import Namespace  # noqa: PLC0415
    from ukrgraph.query.syntax import project_prefixes  # noqa: PLC0415
    from ukrgraph.results import DIRECT, Style, table, write  # noqa: PLC0415

    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    style = Style(width, project_prefixes(Namespace()))
    output = Watched(sys.stdout.buffer)
    chosen = request.format or ("turtle" if isinstance(result, Triples) else "table")
    if isinstance(result, Solutions):
        plain = table(result)
        counted = _Counted(_decorated(plain, engine, project, request))
        direct = not request.labels and not request.evidence and chosen in DIRECT
        write(result if direct else counted.table, chosen, output, style)  # type: ignore[arg-type]
        output.flush()
        return _no_rows(output.first, chosen) if direct else counted.rows == 0
    if request.labels or request.evidence:
        raise UsageError("--labels and --evidence: they go with the rows of SELECT")
    empty = isinstance(result, Boolean) and not result
    write(result, chosen, output, style)  # type: ignore[arg-type]
    output.flush()
    return empty or (isinstance(result, Triples) and not _has_triples(output.first))


def _decorated(plain: "Table", engine: "Engine", project: Path, request: Request) -> "Table":
    """Return a table with the columns that the user wants on top."""
    if request.evidence:
        from ukrgraph.evidence import Corpus  # noqa: PLC0415
        from ukrgraph.query.columns import with_evidence  # noqa: PLC0415

        plain = with_evidence(plain, engine, Corpus(project))
    if request.labels:
        from ukrgraph.query.columns import with_labels  # noqa: PLC0415

        plain = with_labels(plain, engine, request.labels)
    return plain


class _Counted:
    """A table that counts its rows while they are written."""

    def __init__(self, plain: "Table") -> None:
        from ukrgraph.results import Table  # noqa: PLC0415

        self.rows = 0
        self.table = Table(plain.variables, self._count(plain))

    def _count(self, plain: "Table") -> "Iterator[tuple[Term | None, ...]]":
        for row in plain.rows:
            self.rows += 1
            yield row


def _no_rows(first: bytes, format: str) -> bool:
    """Tell whether an answer in TSV or JSON that begins so has no row."""
    if format == "json":
        return first.replace(b" ", b"").endswith((b'"bindings":[]}}', b'"bindings":[]}}\n'))
    return not first.partition(b"\n")[2]


def _has_triples(first: bytes) -> bool:
    """Tell whether a graph that begins so has a triple."""
    return any(line.strip() and not line.startswith(b"@prefix") for line in first.splitlines())


def values(pairs: tuple[str, ...]) -> dict[str, str]:
    """Return the parameters of `-p name=value`.

    Raises UsageError if one has no '=' or is given twice.
    """
    found: dict[str, str] = {}
    for pair in pairs:
        name, mark, value = pair.partition("=")
        if not mark:
            raise UsageError(f"-p: expected name=value, got {pair!r}")
        if name in found:
            raise UsageError(f"-p: {name!r} is given twice")
        found[name] = value
    return found
