"""`ukrgraph wikidata diff`: where our graph and slices of Wikidata say different things."""

import re
from pathlib import Path

import click

from ukrgraph.cli.findings import LEVELS, exit_with
from ukrgraph.cli.wikidata.merge import OURS
from ukrgraph.errors import InputError, UsageError

FORMATS = ("text", "json", "sarif", "junit", "github")


@click.command()
@click.argument("slices", nargs=-1, required=True, metavar="SLICE...")
@click.option(
    "--as-of", default="statement", metavar="DATE", help="Day to ask offices of; default each statement's own."
)
@click.option("--graph", type=click.Path(path_type=Path), help=f"Our graph; default {OURS}.")
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True, help="Of the report."
)
@click.option("--fail-on", type=click.Choice(list(LEVELS)), default="violation", help="Level that makes exit code 1.")
@click.pass_obj
def command(  # noqa: PLR0913, PLR0917  # one parameter an option
    project: Path, slices: tuple[str, ...], as_of: str, graph: Path | None, format_: str, fail_on: str
) -> None:
    """Report where our graph and slices of Wikidata say different things: both values, both sources.

    Compared are names, classes, countries, dates of events, and whether an office was held on the day of a statement:
    held, not held, unknown, or beyond what the slice knows. Nothing is overwritten.

    For example: ukrgraph wikidata diff slice.nq --as-of 2022-09-30
    """
    from ukrgraph import store  # noqa: PLC0415  # Oxigraph is loaded only where it is used
    from ukrgraph.reports import WRITERS  # noqa: PLC0415
    from ukrgraph.resources import folder  # noqa: PLC0415
    from ukrgraph.wikidata import diff, links, ours, slice_file  # noqa: PLC0415

    day = "" if as_of == "statement" else as_of
    if day and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", day):
        raise UsageError(f"--as-of: expected YYYY-MM-DD or 'statement', got {as_of!r}")
    file = graph or folder(project, "data/graph") / Path(OURS).name
    if not file.is_file():
        raise InputError(f"{file}: expected our graph, found none; run: ukrgraph build")
    read = [slice_file.read(path) for path in slices]
    compared = diff.diff(ours.read(project, store.load([file])), links.read(links.find(project)), read, day)
    click.echo(WRITERS[format_](compared.findings, compared.context), nl=False)
    exit_with(compared.findings, LEVELS[fail_on])
