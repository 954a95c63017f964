"""`ukrgraph stats`: how much a store holds, by graph, class and property."""

import shutil
import sys
from pathlib import Path

import click

from ukrgraph.cli.storing import opened, standard_output, store_option

FORMATS = ("table", "csv", "tsv", "json", "xml", "markdown", "html")


@click.command()
@click.option("--format", type=click.Choice(FORMATS), default="table", show_default=True)
@store_option
@click.pass_obj
def command(project: Path, format: str, place: Path | None) -> None:
    """Count the quads of a store: all, then those of each graph, instances of each class, uses of each property.

    For example: ukrgraph stats --format csv
    """
    from ukrgraph.engine import Literal  # noqa: PLC0415  # --help does not need the engine
    from ukrgraph.iri import Namespace  # noqa: PLC0415
    from ukrgraph.query.syntax import project_prefixes  # noqa: PLC0415
    from ukrgraph.results import Style, Table, write  # noqa: PLC0415
    from ukrgraph.store.content import counts  # noqa: PLC0415

    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    style = Style(width, project_prefixes(Namespace()))
    with opened(project, place) as store, standard_output() as output:
        rows = ((Literal(count.kind), count.name, Literal(count.number)) for count in counts(store))
        write(Table(("kind", "name", "number"), rows), format, output, style)
