"""`ukrgraph query`: run a stored query."""

from pathlib import Path
from typing import Any

import click

from ukrgraph.cli.answering import Request, answer, options, values


@click.command()
@click.argument("name")
@click.option("-p", "--param", "pairs", metavar="NAME=VALUE", multiple=True, help="Value of a parameter.")
@options
@click.pass_obj
def command(project: Path, /, name: str, pairs: tuple[str, ...], **rest: Any) -> None:  # noqa: ANN401  # the options of Request
    """Run the stored query NAME, a query file, or '-' for standard input.

    `ukrgraph queries list` names the stored queries, `ukrgraph queries show NAME` their parameters. An entity is given
    by IRI, id, label or alias in any language.

    For example: ukrgraph query who-condemned -p event=referendums-2022 --evidence
    """
    from ukrgraph.query.catalogue import find  # noqa: PLC0415  # --help does not need it

    answer(project, find(project, name), values(pairs), Request(**rest))
