"""`ukrgraph dump`: what a store holds, as RDF."""

from contextlib import ExitStack
from pathlib import Path
from typing import IO

import click

from ukrgraph.cli.storing import opened, standard_output, store_option

FORMATS = ("nquads", "trig", "turtle", "ntriples", "jsonld", "rdfxml")


@click.command()
@click.option("-o", "--output", default="-", help="File to write; '-', the default, is standard output.")
@click.option("--format", type=click.Choice(FORMATS), help="Default: by the suffix of the output, else nquads.")
@click.option(
    "--graph", "graphs", metavar="IRI", multiple=True, help="Only this graph; 'default' is the default graph."
)
@store_option
@click.pass_obj
def command(project: Path, output: str, format: str | None, graphs: tuple[str, ...], place: Path | None) -> None:
    """Write what a store holds as RDF, graph by graph as it is read, in constant memory.

    The order is that of the store's index, not of the alphabet: sort N-Quads to compare them. Formats that cannot
    name graphs get the triples of all. A file that ends in .gz, .bz2 or .zst is packed.

    For example: ukrgraph dump -o everything.nq.gz
    """
    from ukrgraph.iri import Namespace  # noqa: PLC0415  # --help does not need the engine
    from ukrgraph.query.syntax import project_prefixes  # noqa: PLC0415
    from ukrgraph.store import dumping, inputs  # noqa: PLC0415

    chosen = format or ("nquads" if output == "-" else inputs.format_of(output))
    with opened(project, place) as store, ExitStack() as stack:
        names = dumping.graphs(store, graphs)
        dumping.dump(store, _stream(output, stack), chosen, names, project_prefixes(Namespace()))


def _stream(output: str, stack: ExitStack) -> IO[bytes]:
    if output == "-":
        return stack.enter_context(standard_output())
    from ukrgraph.files import replacing  # noqa: PLC0415
    from ukrgraph.streams import packing  # noqa: PLC0415

    return stack.enter_context(packing(stack.enter_context(replacing(Path(output))), Path(output).suffix))
