"""`ukrgraph convert`: from annotated documents to RDF, one document at a time."""

import click

from ukrgraph.cli.findings import LEVELS, exit_with, show
from ukrgraph.finding import Severity
from ukrgraph.readers import READERS


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="IN...")
@click.option("-o", "--output", default="-", help="File to write; '-', the default, is standard output.")
@click.option(
    "--format",
    type=click.Choice(["turtle", "trig", "nquads", "jsonld"]),
    help="RDF format; by default from the suffix of the output, else nquads.",
)
@click.option("--from", "reader", type=click.Choice(sorted(READERS)), default="brat", help="How to read the input.")
@click.option("--base", default="", help="IRI that all names are put under; default https://w3id.org/ukrgraph/.")
@click.option("--workers", type=click.IntRange(1, 256), default=1, help="Processes; the output is the same.")
@click.option("--fail-on", type=click.Choice(list(LEVELS)), default="violation", help="Level that makes exit code 1.")
def command(  # noqa: PLR0913, PLR0917  # one parameter an option
    sources: tuple[str, ...], output: str, format: str | None, reader: str, base: str, workers: int, fail_on: str
) -> None:
    """Convert annotated documents to RDF.

    Each IN is a folder of documents, the folder of one document, an annotation file, or '-' for a list of such paths,
    a line each, on standard input. N-Quads are written as documents are read, in constant memory; the other formats
    are sorted first.

    For example: ukrgraph convert data/corpus -o corpus.trig
    """
    from ukrgraph import conversion  # noqa: PLC0415  # Oxigraph is loaded only where it is used
    from ukrgraph.iri import Namespace, namespace  # noqa: PLC0415

    names = namespace(base) if base else Namespace()
    chosen = format or conversion.format_of(output)
    with conversion.destination(output) as stream:
        findings = conversion.run(conversion.sources(sources), stream, conversion.Task(chosen, reader, names, workers))
    show(findings)
    if any(finding.severity is Severity.VIOLATION for finding in findings):
        click.echo(f"{output}: written without what the errors above are about", err=True)
    exit_with(findings, LEVELS[fail_on])
