"""What the commands of the store share: which store, what is told while they work, and how counts are printed."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from ukrgraph.engine import Store

Command = Callable[..., Any]


def store_option(command: Command) -> Command:
    """Add the option that names another store than that of the project."""
    return click.option(
        "--store",
        "place",
        metavar="DIR",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        help="Read this store, of ukrgraph or of Oxigraph, not that of the project.",
    )(command)


def say(message: str) -> None:
    """Tell the user something on standard error."""
    click.echo(f"ukrgraph: {message}", err=True)


@contextmanager
def opened(project: Path, place: Path | None) -> Iterator["Store"]:
    """Give the store that a command reads.

    Raises OutsideError if Oxigraph finds its files damaged while they are read.
    """
    from ukrgraph.engine.local import open_folder, open_project  # noqa: PLC0415  # --help does not need the engine
    from ukrgraph.errors import OutsideError  # noqa: PLC0415
    from ukrgraph.store import home  # noqa: PLC0415

    try:
        yield open_project(project, say) if place is None else open_folder(place)
    except RuntimeError as error:
        if not str(error).startswith("Corruption"):
            raise
        folder = home.of_project(project).folder if place is None else place
        again = "remove the folder, the next command makes it anew" if place is None else "load its files again"
        raise OutsideError(f"{folder}: the files of the store are damaged; {again}") from error


@contextmanager
def standard_output() -> Iterator[IO[bytes]]:
    """Give standard output for bytes; when its reader goes away, the rest is thrown away, and that is no error."""
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def progress(what: str, sources: Sequence[str]) -> Iterator[Callable[[int], None]]:
    """Show how many bytes of `sources` were read, if standard error is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn  # noqa: PLC0415

    known = [Path(source).stat().st_size for source in sources if Path(source).is_file()]
    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=sum(known) if len(known) == len(sources) else None)
        yield lambda count: bar.advance(task, count)


def show_counts(rows: Sequence[tuple[str, object]]) -> None:
    """Print names and values, a line each, as `ukrgraph build` does."""
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        click.echo(f"{name:<{width}}  {value!s:>8}")
