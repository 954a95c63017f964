"""`ukrgraph reconcile`: which entities the names in a table stand for."""

import json
import sys
from pathlib import Path

import click

from ukrgraph.errors import InputError


@click.command()
@click.argument("file")
@click.option("--column", required=True, help="The column with the names.")
@click.option("--type", "type_", default="", help="Class or kind of all names, such as Person, Place or government.")
@click.option("--type-column", default="", help="The column with the class or kind of each name.")
@click.option("--lang", default="", metavar="LANGUAGE", help="Language of the names, such as uk.")
@click.option("--limit", type=click.IntRange(min=1), default=3, show_default=True, help="At most so many candidates.")
@click.option(
    "--slice", "slice_file", type=click.Path(path_type=Path), help="Look among the items of this slice as well."
)
@click.option(
    "--format", type=click.Choice(["csv", "json"]), default="csv", show_default=True, help="json: all reasons."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write; default standard output.")
@click.pass_obj
def command(  # noqa: PLR0913, PLR0917  # one parameter an option
    project: Path,
    file: str,
    column: str,
    type_: str,
    type_column: str,
    lang: str,
    limit: int,
    slice_file: Path | None,
    format: str,
    output: Path | None,
) -> None:
    """Find the entities, and the items of Wikidata, that the names in a CSV file stand for.

    FILE may be - for standard input. Each row gets the best candidate with its score and the reasons. A candidate is
    marked as the match only if it is certain and none comes near it. Nothing is looked up on the network.

    For example: ukrgraph reconcile people.csv --column name --type Person
    """
    from ukrgraph.files import replacing  # noqa: PLC0415  # Oxigraph is loaded only where it is used
    from ukrgraph.wikidata import reconcile  # noqa: PLC0415

    table = reconcile.parse(_read(file), file if file != "-" else "standard input")
    question = reconcile.Question(column, type_, type_column, lang, limit)
    found = list(reconcile.answers(table, question, reconcile.matcher(project, slice_file)))
    if format == "json":
        parts = [json.dumps(list(reconcile.objects(table, iter(found))), ensure_ascii=False, indent=2) + "\n"]
    else:
        parts = list(reconcile.write(table, question, iter(found)))
    if output:
        with replacing(output) as stream:
            stream.writelines(part.encode() for part in parts)
    else:
        click.echo("".join(parts), nl=False)
    matched = sum(bool(answer.candidates) and answer.candidates[0].match for answer in found)
    none = sum(not answer.candidates for answer in found)
    click.echo(
        f"{len(found)} rows: {matched} matched, {len(found) - matched - none} to look at, {none} not found", err=True
    )


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise InputError(f"{file}: cannot read it: {error.strerror}") from error
