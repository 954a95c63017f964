"""`ukrgraph wikidata merge`: slices beside our graph."""

from pathlib import Path

import click

from ukrgraph.cli.findings import exit_with, show
from ukrgraph.errors import InputError
from ukrgraph.finding import Severity

OURS, MERGED, STORE = "data/graph/ukrgraph.trig", "data/graph/merged.trig", ".ukrgraph/merged"


@click.command()
@click.argument("slices", nargs=-1, required=True, metavar="SLICE...")
@click.option("--graph", type=click.Path(path_type=Path), help=f"Graph to merge into; default {OURS}.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help=f"File to write; default {MERGED}.")
@click.option(
    "--identity",
    type=click.Choice(("skos", "owl")),
    default="skos",
    show_default=True,
    help="owl: say owl:sameAs of persons, organizations and countries.",
)
@click.pass_obj
def command(project: Path, slices: tuple[str, ...], graph: Path | None, output: Path | None, identity: str) -> None:
    """Put slices beside our graph, each in a named graph of its own, with the links to their items.

    Nothing of ours is changed. Slices that the output holds already stay; merging one twice changes nothing.

    For example: ukrgraph wikidata merge slice.nq
    """
    from ukrgraph import authority, store  # noqa: PLC0415  # Oxigraph is loaded only where it is used
    from ukrgraph.files import replacing  # noqa: PLC0415
    from ukrgraph.iri import Namespace  # noqa: PLC0415
    from ukrgraph.resources import folder  # noqa: PLC0415
    from ukrgraph.wikidata import links, merge, slice_file  # noqa: PLC0415

    ours, target = graph or folder(project, "data/graph") / Path(OURS).name, output or project / MERGED
    try:
        data = ours.read_bytes()
        held = target.read_bytes() if target.is_file() else b""
    except OSError as error:
        raise InputError(f"{ours}: cannot read it: {error.strerror}; run: ukrgraph build") from error
    before = merge.unmerged(data)
    earlier = held.partition(merge.BEGIN)[1:] if merge.BEGIN in held else data.partition(merge.BEGIN)[1:]
    same = None
    if identity == "owl":
        entities = sorted(folder(project, "data/entities").glob("*.ttl"))
        lines = [line for file in entities for line in store.quad_lines(file, Namespace().graph("entities"))]
        same = authority.classes(lines, Namespace())
    read = [slice_file.read(path) for path in slices]
    linked = links.read(links.find(project))
    done = merge.merge(before + b"".join(earlier), ours.suffix, read, linked, same)
    with replacing(target) as stream:
        stream.write(done.data)
    show(finding._replace(file=finding.file or str(target)) for finding in done.findings)
    for name, count in done.slices.items():
        click.echo(f"<{name}>  {count:>9} triples", err=True)
    for old, new in sorted(done.redirects.items()):
        click.echo(f"{old} was merged into {new} in Wikidata: our link leads there", err=True)
    click.echo(_next(target, project), err=True)
    exit_with(done.findings, Severity.VIOLATION)


def _next(target: Path, project: Path) -> str:
    """Return what a user does to ask the merged graph."""
    if target == project / OURS:
        return f"{target}: written; 'ukrgraph query' asks it, 'ukrgraph wikidata unmerge {target}' takes it back"
    return (
        f"{target}: written; to ask it, run: ukrgraph load --replace --store {STORE} {target}\n"
        f"then, for example: ukrgraph query offices-on-the-day --store {STORE}"
    )
