"""`ukrgraph wikidata slice`: cut items out of dumps."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ukrgraph.cli.findings import exit_with, show
from ukrgraph.errors import UsageError
from ukrgraph.finding import Severity

if TYPE_CHECKING:
    from ukrgraph.wikidata.slice import Slice

LANGUAGES = "en,uk,ru,mul"


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--qids", type=click.Path(path_type=Path), help="File with a QID a line.")
@click.option("--from-graph", is_flag=True, help="The items that our entities are linked to; this is the default.")
@click.option("--hops", type=click.IntRange(0, 1), default=0, help="1: also the items that they have as values.")
@click.option("--props", default="", metavar="P31,P39", help="Only statements with these properties.")
@click.option("--langs", default="", metavar=LANGUAGES, help="Only names in these languages.")
@click.option("--date", default="", metavar="YYYY-MM-DD", help="Date of the dump, where the source does not tell.")
@click.option("--exact", is_flag=True, help="Look at all lines of N-Triples, for files that Wikibase did not write.")
@click.option("-o", "--output", default="slice.nq", show_default=True, help="File to write; - for standard output.")
@click.pass_obj
def command(  # noqa: PLR0913, PLR0917  # one parameter an option
    project: Path,
    sources: tuple[str, ...],
    qids: Path | None,
    hops: int,
    props: str,
    langs: str,
    date: str,
    output: str,
    *,
    from_graph: bool,
    exact: bool,
) -> None:
    """Cut items out of Wikidata's dumps.

    A SOURCE is N-Triples, Turtle or JSON, plain or packed with gzip, bzip2 or zstd: a dump, an EntityData file, an
    answer of the API; - is standard input. Written are sorted N-Quads and beside them a manifest.

    For example: ukrgraph wikidata slice latest-truthy.nt.gz --langs en,uk,ru,mul -o slice.nq
    """
    from ukrgraph.wikidata import links, slice  # noqa: A004, PLC0415  # Oxigraph is loaded only where it is used
    from ukrgraph.wikidata.cut import Limits  # noqa: PLC0415

    if qids and from_graph:
        raise UsageError("--qids: expected either --qids or --from-graph, got both")
    if date and not re.fullmatch(r"\d{4}-\d\d-\d\d", date):
        raise UsageError(f"--date: expected YYYY-MM-DD, got {date!r}")
    asked = slice.qids_in(qids) if qids else set(links.exact(links.read(links.find(project))).values())
    limits = Limits(_names(props, r"P[1-9]\d*", "--props"), _names(langs, r"[a-z]{2,}[a-z0-9-]*", "--langs"))
    with _progress(sources) as seen:
        cut = slice.cut(slice.Order(sources, asked, hops, limits, date, exact), seen)
    _write(cut, output)
    show(cut.findings)
    _summarise(cut)
    exit_with(cut.findings, Severity.VIOLATION)


def _names(text: str, form: str, option: str) -> frozenset[str] | None:
    """Return the names of a list with commas, None if it is empty."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if not re.fullmatch(form, name):
            raise UsageError(f"{option}: expected names such as those in its help, got {name!r}")
    return frozenset(names) or None


def _write(cut: "Slice", output: str) -> None:
    from ukrgraph.files import replacing  # noqa: PLC0415
    from ukrgraph.wikidata.slice import MANIFEST, manifest_text  # noqa: PLC0415

    if output == "-":
        sys.stdout.buffer.writelines(line.encode() for line in cut.lines)
        return
    for name, texts in ((output, cut.lines), (output + MANIFEST, [manifest_text(cut.manifest)])):
        with replacing(Path(name)) as stream:
            stream.writelines(text.encode() for text in texts)


def _summarise(cut: "Slice") -> None:
    counts, speed = cut.manifest["counts"], cut.manifest["speed"]
    rows = {
        "items": counts["items"],
        "neighbours": counts["neighbours"],
        "absent": len(cut.manifest["absent"]),
        "redirects": len(cut.manifest["redirects"]),
        "triples": counts["triples"],
        "MB/s": speed["plain_megabytes_per_second"],
    }
    for name, value in rows.items():
        click.echo(f"{name:<10}  {value:>10}", err=True)


@contextmanager
def _progress(sources: tuple[str, ...]) -> Iterator[Callable[[int], None]]:
    """Show how much of the packed bytes was read, if standard error is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn  # noqa: PLC0415

    known = [Path(source).stat().st_size for source in sources if Path(source).is_file()]
    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("slice", total=sum(known) if len(known) == len(sources) else None)
        yield lambda count: bar.advance(task, count)
