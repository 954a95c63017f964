"""`ukrgraph backup`: a copy of a store that Oxigraph opens as it is."""

from pathlib import Path

import click

from ukrgraph.cli.storing import opened, show_counts, store_option


@click.command()
@click.argument("target", metavar="DIR", type=click.Path(path_type=Path))
@store_option
@click.pass_obj
def command(project: Path, target: Path, place: Path | None) -> None:
    """Copy the store to the new folder DIR, as it is now; others may go on reading and loading.

    On the same file system nothing is copied, the files get a second name. DIR is a plain Oxigraph store:
    `oxigraph serve --location DIR` serves it, and other commands read it with --store DIR.

    For example: ukrgraph backup ../backups/2022-09-21
    """
    from ukrgraph.store.copying import backup  # noqa: PLC0415  # --help does not need the engine

    with opened(project, place) as store:
        show_counts([("quads", backup(store, target))])
