"""`ukrgraph ask`: run SPARQL given on the command line."""

from pathlib import Path
from typing import Any

import click

from ukrgraph.cli.answering import Request, answer, options


@click.command()
@click.argument("sparql")
@options
@click.pass_obj
def command(project: Path, /, sparql: str, **rest: Any) -> None:  # noqa: ANN401  # the options of Request
    """Run a SPARQL query; the prefixes of the project need not be declared.

    For example: ukrgraph ask "SELECT ?s { ?s ukg:speaker id:joe-biden }"
    """
    from ukrgraph.query.catalogue import parse  # noqa: PLC0415  # --help does not need it

    answer(project, parse(sparql, "ask", "query"), {}, Request(**rest, notes=False))
