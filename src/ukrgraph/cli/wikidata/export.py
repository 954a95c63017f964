"""`ukrgraph wikidata export`: our graph in Wikidata's forms."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ukrgraph.errors import UsageError

if TYPE_CHECKING:
    from ukrgraph.wikidata.export_model import Node

FORMATS = ("turtle", "nquads", "ntriples", "trig", "quickstatements", "quickstatements-csv", "wikibase-json", "sssom")


@click.command()
@click.argument("graph", type=click.Path(path_type=Path), required=False)
@click.option("--format", type=click.Choice(FORMATS), default="turtle", show_default=True, help="The first four: RDF.")
@click.option("--slice", "slice_file", type=click.Path(path_type=Path), help="QuickStatements: what Wikidata has.")
@click.option("--review", type=click.Path(path_type=Path), help="QuickStatements: table to write for the reviewer.")
@click.option("--property-map", type=click.Path(path_type=Path), help="Wikibase JSON: the properties of your Wikibase.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write; default standard output.")
@click.pass_obj
def command(  # noqa: PLR0913, PLR0917  # one parameter an option
    project: Path,
    graph: Path | None,
    format: str,
    slice_file: Path | None,
    review: Path | None,
    property_map: Path | None,
    output: Path | None,
) -> None:
    """Write the graph in Wikidata's own form, as QuickStatements, or as Wikibase JSON.

    GRAPH is an RDF file, by default the published graph. Claims, announced sanctions and people without a name are
    never written as facts. QuickStatements hold only what the slice lacks.

    For example: ukrgraph wikidata export --format trig -o wikidata.trig
    """
    from ukrgraph.iri import Namespace  # noqa: PLC0415  # Oxigraph is loaded only where it is used
    from ukrgraph.resources import folder  # noqa: PLC0415
    from ukrgraph.wikidata import export_graph, export_model, links  # noqa: PLC0415

    path = links.find(project)
    known = links.read(path)
    if format == "sssom":
        return _write([path.read_text(encoding="utf-8")], output)
    read = export_graph.read(graph or folder(project, "data/graph") / "ukrgraph.trig")
    names = Namespace()
    nodes = export_model.nodes(read, known, names)
    if format.startswith("quickstatements"):
        return _quickstatements(nodes, slice_file, format, review, output)
    if format == "wikibase-json":
        from ukrgraph.wikidata import export_wikibase  # noqa: PLC0415

        pids = export_wikibase.read_map(property_map) if property_map else None
        return _write(export_wikibase.lines(nodes, read, known, pids), output)
    from ukrgraph import store  # noqa: PLC0415
    from ukrgraph.wikidata import export_rdf  # noqa: PLC0415

    data = store.write(export_rdf.nquads(nodes, names), format, export_rdf.prefixes(names))
    return _write([data.decode()], output)


def _quickstatements(
    nodes: "list[Node]", slice_file: Path | None, format: str, review: Path | None, output: Path | None
) -> None:
    from ukrgraph.wikidata import export_quickstatements, slice_facts  # noqa: PLC0415

    if slice_file is None:
        raise UsageError("--slice: expected a slice of Wikidata, for only what it lacks is given back; see `slice`")
    selection = export_quickstatements.select(nodes, slice_facts.read(slice_file))
    commands = selection.commands
    if format == "quickstatements":
        _write(export_quickstatements.tabbed(commands), output)
        bars = sum(not export_quickstatements.fits(command) for command in commands)
        if bars:
            click.echo(
                f"{bars} left out for a bar or a comment in a text; --format quickstatements-csv has them", err=True
            )
    else:
        _write([export_quickstatements.commas(commands)], output)
    if review:
        _write([export_quickstatements.review(commands, nodes)], review)
    for reason, count in selection.held.items():
        click.echo(f"{count} not given back: {reason}", err=True)
    click.echo(f"{len(commands)} statements to review", err=True)


def _write(parts: Iterable[str], output: Path | None) -> None:
    from ukrgraph.files import replacing  # noqa: PLC0415

    if output is None:
        for part in parts:
            sys.stdout.buffer.write(part.encode())
        return
    with replacing(output) as stream:
        stream.writelines(part.encode() for part in parts)
