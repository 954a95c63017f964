"""`ukrgraph load`: RDF files into the store of a project, a store of its own, or a store elsewhere."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ukrgraph.cli.storing import progress, say, show_counts
from ukrgraph.errors import InputError, UsageError

if TYPE_CHECKING:
    from ukrgraph.store.home import Home
    from ukrgraph.store.inputs import Input
    from ukrgraph.store.making import Made

FORMATS = ("turtle", "trig", "ntriples", "nquads", "jsonld", "rdfxml")
SECONDS = 60.0


@click.command()
@click.argument("files", nargs=-1, metavar="FILE...")
@click.option("--store", metavar="DIR|URL", default="", help="Load into this store, not that of the project.")
@click.option("--replace", is_flag=True, help="Forget what was loaded before.")
@click.option("--graph", metavar="IRI", default="", help="Graph for triples; default: the default graph.")
@click.option("--base", metavar="IRI", default="", help="What relative IRIs are resolved against.")
@click.option("--format", type=click.Choice(FORMATS), help="Default: by the suffix of each file.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=SECONDS,
    show_default=True,
    help="Seconds that a store at a URL has for an answer.",
)
@click.pass_obj
def command(  # noqa: PLR0913  # one parameter an option
    project: Path,
    files: tuple[str, ...],
    *,
    store: str,
    replace: bool,
    graph: str,
    base: str,
    format: str | None,
    timeout: float,
) -> None:
    """Load RDF files, all or none of them; '-' is standard input.

    Turtle, TriG, N-Triples, N-Quads, JSON-LD and RDF/XML, plain or packed with gzip, bzip2 or zstd. The store of a
    project holds its published graph and what is loaded beside it.

    For example: ukrgraph load wikidata-slice.nq.gz
    """
    from ukrgraph.engine.address import is_address  # noqa: PLC0415  # --help does not need the engine
    from ukrgraph.store import home, inputs  # noqa: PLC0415

    if not files and not (replace and not store):
        raise click.UsageError("Missing argument 'FILE...'.")
    wanted = [inputs.Input(file, format or inputs.format_of(file), graph, base) for file in dict.fromkeys(files)]
    for one in wanted:
        inputs.check(one)
    if is_address(store):
        if replace:
            raise UsageError("--replace: goes with a store on the disk; nothing is removed from one at an address")
        _upload(project, store, wanted, timeout)
    else:
        place = home.of_folder(Path(store)) if store else home.of_project(project)
        _report(_made(place, wanted, replace=replace))


def _made(place: "Home", wanted: "list[Input]", *, replace: bool) -> "Made":
    from ukrgraph.store import making  # noqa: PLC0415

    with progress("load", [one.path for one in wanted]) as seen:
        task = making.Task("ukrgraph load", say, seen)
        try:
            return making.replace(place, wanted, task) if replace else making.add(place, wanted, task)
        except InputError as error:
            raise InputError(f"{error}; nothing was loaded") from error


def _report(made: "Made") -> None:
    """Print what was loaded; what a person should look at goes to standard error."""
    for path in made.known:
        say(f"{path}: was loaded before and has not changed")
    for path in made.empty:
        say(f"{path}: there is not a single triple in it")
    if made.repeated.number:
        say(
            f"triples that stand in more than one graph: {made.repeated.number}; queries over all graphs count them as "
            f"often; for example {' '.join(made.repeated.example)}"
        )
    show_counts([("quads before", made.before), ("quads now", made.manifest.quads)])


def _upload(project: Path, address: str, wanted: "list[Input]", timeout: float) -> None:
    """Send files to a store at an address; where this broke off last time, it goes on."""
    from ukrgraph.engine.upload import upload  # noqa: PLC0415  # --help does not need it

    name = hashlib.sha256(repr([address, *map(tuple, wanted)]).encode()).hexdigest()[:16]
    journal = project / ".ukrgraph" / "upload" / f"{name}.json"
    with progress("load", [one.path for one in wanted]) as seen:
        done = upload(address, wanted, timeout=timeout, journal=journal, progress=seen)
    if done.blank:
        say(f"blank nodes that became IRIs, so that they can be sent again: {done.blank}")
    show_counts([("quads sent", done.quads), ("batches", done.batches), ("sent before", done.resumed)])
