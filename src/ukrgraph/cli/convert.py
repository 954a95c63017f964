"""`ukrgraph convert`: from annotated documents to RDF, one document at a time."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path

import click

from ukrgraph.cli.findings import LEVELS, show
from ukrgraph.errors import UsageError
from ukrgraph.finding import Finding, Severity
from ukrgraph.readers import READERS


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="IN...")
@click.option("-o", "--output", default="-", help="File or folder/ to write; '-', the default, is standard output.")
@click.option(
    "--format",
    type=click.Choice(["turtle", "trig", "nquads", "jsonld"]),
    help="RDF format; by default from the suffix of the output, else nquads.",
)
@click.option("--from", "reader", type=click.Choice(sorted(READERS)), default="brat", help="How to read the input.")
@click.option("--base", default="", help="IRI that all names are put under; default https://w3id.org/ukrgraph/.")
@click.option("--workers", type=click.IntRange(1, 256), default=1, help="Processes; the output is the same.")
@click.option("--unordered", is_flag=True, help="Write documents as they are ready: the same lines, sooner.")
@click.option("--resume", is_flag=True, help="Go on with an output folder/; what is there and unchanged is kept.")
@click.option("--fail-on", type=click.Choice(list(LEVELS)), default="violation", help="Level that makes exit code 1.")
def command(  # noqa: PLR0913, PLR0917  # one parameter an option
    sources: tuple[str, ...],
    output: str,
    format: str | None,
    reader: str,
    base: str,
    workers: int,
    fail_on: str,
    *,
    unordered: bool,
    resume: bool,
) -> None:
    """Convert annotated documents to RDF.

    Each IN is a folder of documents, the folder of one document, an annotation file, or '-' for a list of such paths,
    a line each, on standard input. N-Quads are written as documents are read, in constant memory; the other formats
    are sorted first.

    An output that ends in '/', or is a folder, gets a part for each 100 documents; a run that was stopped goes on with
    --resume, and so does one after documents were changed, added or removed.

    For example: ukrgraph convert data/corpus -o corpus.trig
    """
    from ukrgraph import conversion  # noqa: PLC0415  # not needed for --help
    from ukrgraph.conversion import folder  # noqa: PLC0415
    from ukrgraph.iri import Namespace, namespace  # noqa: PLC0415

    names = namespace(base) if base else Namespace()
    documents = conversion.sources(sources)
    if folder.is_folder(output):
        if format not in {None, "nquads"}:
            raise UsageError(f"--format: expected nquads for the parts of a folder, got {format}")
        task = conversion.Task("nquads", reader, names, workers, ordered=True)
        worst = _shown(folder.run(documents, Path(output), task, partial(click.echo, err=True), resume=resume))
    elif resume:
        raise UsageError(f"--resume: expected a folder as output, such as -o out/, got {output!r}")
    else:
        task = conversion.Task(format or conversion.format_of(output), reader, names, workers, not unordered)
        with conversion.destination(output) as stream:
            worst = _shown(conversion.run(documents, stream, task))
    if worst is Severity.VIOLATION:
        click.echo(f"{output}: written without what the errors above are about", err=True)
    if worst is not None and worst >= LEVELS[fail_on]:
        raise SystemExit(1)


def _shown(findings: Iterable[list[Finding]]) -> Severity | None:
    """Print what is found, document by document; return the highest severity."""
    worst = None
    for found in findings:
        if found:
            show(found)
            worst = (
                max(one.severity for one in found) if worst is None else max(worst, *(one.severity for one in found))
            )
    return worst
