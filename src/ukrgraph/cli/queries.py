"""`ukrgraph queries`: the stored queries themselves."""

import sys
from collections.abc import Iterable
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ukrgraph.errors import OutsideError, UsageError

if TYPE_CHECKING:
    from ukrgraph.query.catalogue import StoredQuery

TEMPLATE = """\
#+ summary: Who says what?
#+ description: How the answer is read, and what is left out.
#+ tags: [statements]
#+ params:
#+   state: {{type: entity, class: Country, default: ukraine, label: the state}}
#+ view: table
#+ examples:
#+   - {{params: {{state: ukraine}}, rows: 1}}
#+   - {{params: {{state: japan}}, rows: 1}}
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX ukg: <https://w3id.org/ukrgraph/ontology#>

# {name}
SELECT ?statement ?speaker ?speakerLabel
WHERE {{
    ?statement a ukg:Statement ;
        ukg:onBehalfOfState ?state ;
        ukg:speaker ?speaker .
    ?speaker skos:prefLabel ?speakerLabel .
    FILTER(LANG(?speakerLabel) = "en")
}}
ORDER BY ?statement ?speaker
"""


@click.group()
def command() -> None:
    """List, show, test, check, write and export the stored queries.

    For example: ukrgraph queries show who-condemned
    """


@command.command("list")
@click.option("--tag", help="Only queries with this tag.")
@click.option("--format", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.pass_obj
def list_(project: Path, tag: str | None, format: str) -> None:
    """List the stored queries with their questions."""
    from ukrgraph.query.catalogue import all_queries  # noqa: PLC0415  # --help does not need it

    found = [query for query in all_queries(project) if tag is None or tag in query.header.tags]
    if tag is not None and not found:
        tags = sorted({name for query in all_queries(project) for name in query.header.tags})
        raise UsageError(f"--tag: no query has the tag {tag!r}; there are: {', '.join(tags)}")
    if format == "json":
        listed = [
            {
                "name": query.name,
                "summary": query.header.summary,
                "tags": list(query.header.tags),
                "view": query.header.view,
            }
            for query in found
        ]
        click.echo(dumps(listed, ensure_ascii=False, indent=2))
        return
    width = max((len(query.name) for query in found), default=0)
    for query in found:
        click.echo(f"{query.name:<{width}}  {query.header.summary}")


@command.command()
@click.argument("name")
@click.option("--text", "only_text", is_flag=True, help="Only the SPARQL, as it stands in the file.")
@click.pass_obj
def show(project: Path, name: str, *, only_text: bool) -> None:
    """Show the question, the parameters and the examples of a stored query."""
    from ukrgraph.query.catalogue import find  # noqa: PLC0415  # --help does not need it

    query = find(project, name)
    if only_text:
        click.echo(query.text, nl=False)
        return
    click.echo("\n".join(_described(query)))


def _described(query: "StoredQuery") -> list[str]:
    """Return what `show` prints."""
    header = query.header
    lines = [query.name, f"  {header.summary}"]
    if header.description:
        lines.append(f"  {header.description}")
    if header.tags:
        lines.append(f"  tags: {', '.join(header.tags)}")
    if header.params:
        lines.append("parameters:")
    for parameter in header.params:
        default = f", default {parameter.default}" if parameter.default is not None else ""
        need = ", required" if parameter.required else ""
        lines.append(f"  {parameter.name}: {parameter.expected}{default}{need}   {parameter.label}")
    if header.examples:
        lines.append("examples:")
    for example in header.examples:
        given = "".join(f" -p {name}={_quoted(value)}" for name, value in example.params.items())
        count = example.rows if example.rows is not None else len(example.result or ())
        call = f"on {example.data}:" if example.data else f"ukrgraph query {query.name}"
        lines.append(f"  {call}{given or ' no parameters' * bool(example.data)}   # rows: {count}")
    return lines


def _quoted(value: str) -> str:
    from shlex import quote  # noqa: PLC0415

    return quote(value)


@command.command("test")
@click.argument("names", nargs=-1)
@click.option(
    "--engine", type=click.Choice(["oxigraph", "both"]), default="both", show_default=True, help="both: rdflib too."
)
@click.option("--junit", type=click.Path(path_type=Path, dir_okay=False), help="Write the outcome as JUnit XML.")
@click.pass_obj
def test(project: Path, names: tuple[str, ...], engine: str, junit: Path | None) -> None:
    """Run the examples of the stored queries, or of those named; exit 1 if one fails."""
    from ukrgraph.engine.local import Local, open_project  # noqa: PLC0415  # --help does not need the engine
    from ukrgraph.engine.reference import Reference  # noqa: PLC0415
    from ukrgraph.query import examples  # noqa: PLC0415
    from ukrgraph.query.cases import World, Worlds  # noqa: PLC0415

    reference = Reference.of_project(project) if engine == "both" else None
    worlds = Worlds(project, World(Local(open_project(project)), reference))
    outcomes = list(examples.check_all(_chosen(project, names), worlds))
    if junit is not None:
        _write(junit, examples.junit(outcomes))
    for outcome in outcomes:
        if outcome.problem:
            click.echo(
                f"{outcome.file}:{outcome.line}: {outcome.query} ({outcome.example}): {outcome.problem}", err=True
            )
    failed = sum(bool(outcome.problem) for outcome in outcomes)
    click.echo(f"{len(outcomes)} examples, {failed} failed")
    if failed:
        raise SystemExit(1)


def _chosen(project: Path, names: Iterable[str]) -> "list[StoredQuery]":
    from ukrgraph.query.catalogue import all_queries, find  # noqa: PLC0415

    chosen = [find(project, name) for name in names]
    return chosen or all_queries(project)


def _write(file: Path, text: str) -> None:
    from ukrgraph.files import replacing  # noqa: PLC0415

    with replacing(file) as stream:
        stream.write(text.encode())


@command.command()
@click.argument("names", nargs=-1)
@click.option(
    "--fail-on",
    type=click.Choice(["violation", "warning", "info"]),
    default="violation",
    show_default=True,
    help="Exit 1 at findings of this level or above.",
)
@click.pass_obj
def lint(project: Path, names: tuple[str, ...], fail_on: str) -> None:
    """Check the stored queries, or those named: header, terms, portability, tidiness."""
    from ukrgraph.cli.findings import LEVELS, exit_with, show  # noqa: PLC0415
    from ukrgraph.engine.local import Local, open_project  # noqa: PLC0415  # --help does not need the engine
    from ukrgraph.query.known import Known  # noqa: PLC0415
    from ukrgraph.query.lint import lint as lint_query  # noqa: PLC0415

    known = Known(Local(open_project(project)))
    chosen = _chosen(project, names)
    found = [finding for query in chosen for finding in lint_query(query, known)]
    show(found)
    click.echo(f"{len(chosen)} queries, {len(found)} findings")
    exit_with(found, LEVELS[fail_on])


@command.command()
@click.argument("name")
@click.pass_obj
def new(project: Path, name: str) -> None:
    """Write a new stored query to start from."""
    from ukrgraph.query.catalogue import SUFFIX  # noqa: PLC0415  # --help does not need it

    name = name.removesuffix(SUFFIX)
    if not name or not all(part.isalnum() and part.islower() and part.isascii() for part in name.split("-")):
        raise UsageError(f"NAME: expected a name in kebab-case such as who-condemned, got {name!r}")
    file = project / "queries" / f"{name}{SUFFIX}"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as stream:
            stream.write(TEMPLATE.format(name=name))
    except FileExistsError as error:
        raise UsageError(f"{file}: there is such a query already; choose another name") from error
    except OSError as error:
        raise OutsideError(f"{file}: cannot write it: {error.strerror}") from error
    click.echo(str(file))


@command.command()
@click.argument("names", nargs=-1)
@click.option("--endpoint", default="", help="Address of the endpoint where the queries can be asked.")
@click.pass_obj
def export(project: Path, names: tuple[str, ...], endpoint: str) -> None:
    """Write the stored queries as sh:SPARQLExecutable in Turtle, as other SPARQL editors show them."""
    from ukrgraph.engine import write_triples  # noqa: PLC0415  # --help does not need the engine
    from ukrgraph.query.export import SH, triples  # noqa: PLC0415
    from ukrgraph.terms import PREFIXES  # noqa: PLC0415

    used = {name: PREFIXES[name] for name in ("dcterms", "rdf", "rdfs", "schema", "xsd")} | {"sh": SH}
    write_triples(triples(_chosen(project, names), endpoint), "turtle", used, sys.stdout.buffer)
