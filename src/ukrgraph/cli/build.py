"""`ukrgraph build`: from the corpus to the published graph."""

import time
from pathlib import Path

import click

from ukrgraph.cli.findings import exit_with, show
from ukrgraph.finding import Severity


@click.command()
@click.argument("corpus", type=click.Path(path_type=Path, exists=True, file_okay=False), required=False)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Folder to write; default data/graph.")
@click.option("--base", default="", help="IRI that all names are put under; default https://w3id.org/ukrgraph/.")
@click.option(
    "--check", is_flag=True, help="Write nothing; exit 1 if the published graph is not what would be written."
)
@click.pass_obj
def command(project: Path, corpus: Path | None, output: Path | None, base: str, *, check: bool) -> None:
    """Build the published graph: facts in Turtle, everything in TriG.

    Reads CORPUS, by default data/corpus, with the ontology and the authority file. The same input gives the same bytes.
    The store of the project is made from it at once; with CORPUS or --output there is none.

    For example: ukrgraph build
    """
    from ukrgraph import build  # noqa: PLC0415  # Oxigraph is loaded only where it is used
    from ukrgraph.iri import Namespace, namespace  # noqa: PLC0415

    started = time.perf_counter()
    names = namespace(base) if base else Namespace()
    if corpus is None and not (project / "data/corpus").is_dir():
        click.echo("reading the corpus that came with ukrgraph", err=True)
    built = build.build(project, names, corpus)
    show(built.findings)
    target = output or project / build.GRAPH_FOLDER
    if check:
        stale = build.stale(built, target, names)
        for name in stale:
            click.echo(f"{target / name}: not what the corpus gives; run 'ukrgraph build' and commit it", err=True)
        if stale:
            raise SystemExit(1)
    elif any(finding.severity is Severity.VIOLATION for finding in built.findings):
        click.echo(f"{target}: not written because of the errors above", err=True)
    else:
        build.publish(built, target, None if output or corpus else project / build.CACHE_FOLDER, names)
        if not output and not corpus:
            _store(project)
    rows = [*build.summary(built), ("seconds", f"{time.perf_counter() - started:.2f}")]
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        click.echo(f"{name:<{width}}  {value:>8}")
    exit_with(built.findings, Severity.VIOLATION)


def _store(project: Path) -> None:
    """Make the store of the project, so that the next reader need not."""
    from ukrgraph.cli.storing import say  # noqa: PLC0415
    from ukrgraph.store import home, making  # noqa: PLC0415

    making.refresh(home.of_project(project), making.Task("ukrgraph build", say))
