"""`ukrgraph tables`: statements, sanctions and findings as tables for analysts."""

from pathlib import Path

import click

from ukrgraph.readers import READERS


@click.command()
@click.argument("output", type=click.Path(path_type=Path, file_okay=False), metavar="OUT")
@click.argument("sources", nargs=-1, metavar="[IN]...")
@click.option(
    "--format", type=click.Choice(["parquet", "csv", "arrow"]), default="parquet", help="Format of the files."
)
@click.option("--from", "reader", type=click.Choice(sorted(READERS)), default="brat", help="How to read the input.")
@click.option("--workers", type=click.IntRange(1, 256), default=1, help="Processes; the tables are the same.")
@click.pass_obj
def command(  # noqa: PLR0913, PLR0917  # one parameter an option
    project: Path, output: Path, sources: tuple[str, ...], format: str, reader: str, workers: int
) -> None:
    """Write the statements, sanctions and findings of documents to the folder OUT, a file each.

    Each IN is what `ukrgraph convert` takes; by default the corpus of the project. Parquet and Arrow need pyarrow.

    For example: ukrgraph tables tables --format csv
    """
    from ukrgraph import conversion  # noqa: PLC0415  # not needed for --help
    from ukrgraph.iri import Namespace  # noqa: PLC0415
    from ukrgraph.resources import folder  # noqa: PLC0415
    from ukrgraph.tables import files  # noqa: PLC0415

    documents = conversion.sources(sources or (str(folder(project, "data/corpus")),))
    task = conversion.Task("nquads", reader, Namespace(), workers)
    counts = files.write(documents, output, format, task)
    for name, count in counts.items():
        click.echo(f"{output / name}.{format}  {count} rows", err=True)
