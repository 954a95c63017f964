"""`ukrgraph validate`: SHACL findings at file, line and column."""

import sys
from pathlib import Path

import click

from ukrgraph.cli.findings import LEVELS
from ukrgraph.finding import Finding, worst

FORMATS = ("text", "json", "sarif", "junit", "github", "turtle")
DATA_FORMATS = ("turtle", "trig", "nquads", "ntriples", "jsonld", "rdfxml")


@click.command()
@click.argument("data", nargs=-1, metavar="[DATA...]")
@click.option("--shapes", multiple=True, type=click.Path(path_type=Path), help="Shapes file or folder; repeatable.")
@click.option("--format", "format_", default="text", type=click.Choice(FORMATS), help="Format of the report.")
@click.option("--fail-on", type=click.Choice(list(LEVELS)), default="violation", help="Level that makes exit code 1.")
@click.option("--baseline", type=click.Path(path_type=Path), help="File of findings that are known; only others count.")
@click.option("--write-baseline", type=click.Path(path_type=Path), help="Write the findings to a baseline file.")
@click.option("--counts", type=click.Path(path_type=Path), help="File of counts that the data must keep.")
@click.option("--data-format", type=click.Choice(DATA_FORMATS), help="Format of DATA where the suffix does not tell.")
@click.option(
    "--knowledge/--no-knowledge", default=None, help="Add ontology, concepts and authority file to RDF files."
)
@click.option(
    "--engine",
    type=click.Choice(("prefilter", "pyshacl")),
    default="prefilter",
    help="pyshacl: without the pre-filter.",
)
@click.option("--store", default="", metavar="FOLDER|URL", help="Validate all quads of this store or endpoint.")
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), default=60.0, help="Seconds for each request.")
@click.option("--quads", type=click.IntRange(min=1), help="Fetch at most so many from an endpoint; default 2000000.")
@click.option("--no-cache", is_flag=True, help="Validate everything anew.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="File to write the report to; default standard output."
)
@click.pass_obj
def command(  # noqa: PLR0913, PLR0917  # one parameter an option
    project: Path,
    data: tuple[str, ...],
    shapes: tuple[Path, ...],
    format_: str,
    fail_on: str,
    baseline: Path | None,
    write_baseline: Path | None,
    counts: Path | None,
    data_format: str | None,
    engine: str,
    output: Path | None,
    store: str,
    timeout: float,
    quads: int | None,
    *,
    knowledge: bool | None,
    no_cache: bool,
) -> None:
    """Validate data against SHACL shapes; findings point at file, line and column.

    DATA are RDF files, folders of annotated documents, stores, or - for standard input; by default the corpus of the
    project. Shapes are those of the project, else the packaged ones. Of an endpoint all quads are fetched and
    validated here; its findings name nodes, not lines.

    For example: ukrgraph validate data/corpus --format github
    """
    from ukrgraph.validate import baseline as known  # noqa: PLC0415  # pySHACL is loaded only where it is used
    from ukrgraph.validate import job  # noqa: PLC0415

    stdin, plain = sys.stdin.buffer.read() if "-" in data else b"", engine == "pyshacl"
    stored = job.Stored(store, timeout, quads, lambda note: click.echo(f"ukrgraph: {note}", err=True))
    outcome = job.run(
        job.Job(project, data, shapes, counts, data_format or "", plain, knowledge, stdin, not no_cache, stored)
    )
    if write_baseline:
        known.write(write_baseline, outcome)
    new = known.new(baseline, outcome) if baseline else outcome.findings
    _write(job.report(outcome, new, format_), output)
    _exit(new, fail_on)


def _write(report: str, output: Path | None) -> None:
    from ukrgraph.validate import job  # noqa: PLC0415  # pySHACL is loaded only where it is used

    if output:
        job.save(output, report)
    else:
        click.echo(report, nl=False)


def _exit(findings: list[Finding], fail_on: str) -> None:
    highest = worst(findings)
    if highest is not None and highest >= LEVELS[fail_on]:
        raise SystemExit(1)
