"""`ukrgraph wikidata unmerge`: take merged slices out again."""

import sys
from pathlib import Path

import click

from ukrgraph.cli.wikidata.merge import MERGED
from ukrgraph.errors import InputError


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="File to write, - for standard output; default FILE."
)
@click.pass_obj
def command(project: Path, file: Path | None, output: Path | None) -> None:
    """Take merged slices out of FILE, by default data/graph/merged.trig.

    What is left has exactly the bytes of before. A file without slices stays as it is.

    For example: ukrgraph wikidata unmerge data/graph/merged.trig
    """
    from ukrgraph.files import replacing  # noqa: PLC0415
    from ukrgraph.wikidata import merge  # noqa: PLC0415  # Oxigraph is loaded only where it is used

    path = file or project / MERGED
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot read it: {error.strerror}") from error
    before = merge.unmerged(data)
    if output is not None and str(output) == "-":
        sys.stdout.buffer.write(before)
    elif output is not None or before != data:
        with replacing(output or path) as stream:
            stream.write(before)
    click.echo(f"{path}: {len(data) - len(before)} bytes taken out", err=True)
