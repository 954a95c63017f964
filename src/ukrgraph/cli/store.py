"""`ukrgraph store`: the group of commands about the store itself."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ukrgraph.store.info import Info


@click.group()
def command() -> None:
    """Look at the store itself: where it is, what it was made from, whether it is up to date.

    For example: ukrgraph store info
    """


@command.command()
@click.option(
    "--store",
    "place",
    metavar="DIR",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Look at this store, not that of the project.",
)
@click.option("--format", type=click.Choice(("text", "json")), default="text", show_default=True)
@click.pass_obj
def info(project: Path, place: Path | None, format: str) -> None:
    """Say where the store is, which version, whether it is fresh or why not, its sources, size and counts.

    Nothing is made or changed: a store that is not fresh is made anew by the next command that reads it.

    For example: ukrgraph store info --format json
    """
    from ukrgraph.store import home  # noqa: PLC0415  # --help does not need the engine
    from ukrgraph.store.info import look  # noqa: PLC0415

    found = look(home.of_project(project) if place is None else home.of_folder(place))
    if format == "json":
        click.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=1))
    else:
        _show(found)


def _show(found: "Info") -> None:
    rows = [("store", found.folder), ("state", found.state)]
    if found.version:
        rows += [("version", found.version), ("Oxigraph", found.oxigraph)]
        rows += [("quads", str(found.quads)), ("graphs", str(found.graphs)), ("bytes", str(found.size))]
    for source in found.sources:
        rows.append((source.kind, f"{source.path} ({source.state})"))
    for name, value in rows:
        click.echo(f"{name:<9}  {value}")
