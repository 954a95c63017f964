"""The command line: commands parse, call and print; nothing else.

Each command lives in a module of its own that is imported only when the command runs, so that `ukrgraph --help` stays
quick. The table names them with their one-line help.
"""

import os
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import click

from ukrgraph.errors import OutsideError, UkrgraphError

COMMANDS = {
    "ask": ("ukrgraph.cli.ask", "Run SPARQL given on the command line."),
    "backup": ("ukrgraph.cli.backup", "Copy the store to a folder that Oxigraph opens."),
    "build": ("ukrgraph.cli.build", "Build the published graph from the corpus."),
    "convert": ("ukrgraph.cli.convert", "Convert annotated documents to RDF."),
    "corpus": ("ukrgraph.cli.corpus", "Check, format and re-anchor annotated documents."),
    "dump": ("ukrgraph.cli.dump", "Write what the store holds as RDF."),
    "explain": ("ukrgraph.cli.explain", "Explain a rule: what it wants, why, a good and a bad example."),
    "init": ("ukrgraph.cli.init", "Write a workflow and a hook that validate on every commit."),
    "load": ("ukrgraph.cli.load", "Load RDF files into the store."),
    "queries": ("ukrgraph.cli.queries", "List, show, test, check and export the stored queries."),
    "query": ("ukrgraph.cli.query", "Run a stored query."),
    "serve": ("ukrgraph.cli.serve", "Serve the graph over HTTP: an endpoint, linked data and pages."),
    "reconcile": ("ukrgraph.cli.reconcile", "Find the entities that the cells of a table name."),
    "site": ("ukrgraph.cli.site", "Write all pages as files."),
    "stats": ("ukrgraph.cli.stats", "Count what the store holds."),
    "store": ("ukrgraph.cli.store", "Say where the store is and what it was made from."),
    "tables": ("ukrgraph.cli.tables", "Write statements, sanctions and findings as tables."),
    "validate": ("ukrgraph.cli.validate", "Check a graph, a corpus or any RDF against the shapes."),
    "why": ("ukrgraph.cli.why", "Show the sentences behind what the graph says."),
    "wikidata": ("ukrgraph.cli.wikidata", "Link to Wikidata; slice, merge, compare, export."),
}
"""The commands: where each lives, and what it does."""

EXIT_CODES = """\b
Exit codes: 0 done and clean; 1 findings at or above the level asked for;
2 wrong use; 3 input that cannot be read; 4 something outside failed."""


_DAMAGED = "Corruption"
"""What Oxigraph's message begins with when it finds a damaged block while it answers."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called; `table` says where they are."""

    table = COMMANDS

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands in alphabetical order."""
        return sorted({*super().list_commands(ctx), *self.table})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command called `cmd_name`, or None."""
        if cmd_name not in self.table:
            return super().get_command(ctx, cmd_name)
        module, _ = self.table[cmd_name]
        command: click.Command = import_module(module).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, purpose) for name, (_, purpose) in sorted(self.table.items())])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of `args`; for a misspelt one, name the nearest."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and self.get_command(ctx, name) is None:
            from difflib import get_close_matches  # noqa: PLC0415  # only after a mistake

            near = get_close_matches(name, self.list_commands(ctx), 1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; there are: {', '.join(self.list_commands(ctx))}"
            raise click.UsageError(f"no command {name!r}{hint}")
        return super().resolve_command(ctx, args)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXIT_CODES)
@click.option(
    "--project",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=Path(),
    help="Folder of the project; its data/, queries/, shapes/ and ontology/ are used before the packaged ones.",
)
@click.version_option(package_name="ukrgraph")
@click.pass_context
def group(ctx: click.Context, project: Path) -> None:
    """Turn annotated news text into a knowledge graph whose every triple leads back to the words.

    For example: ukrgraph build && ukrgraph query statements-per-document
    """
    ctx.obj = project


def main() -> NoReturn:
    """Run the command line; print a user's mistake as one message and exit with its code.

    Whoever reads what is printed may stop reading; the exit code is the same then.
    """
    code, tell = _outcome()
    try:
        tell()
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        _silence()
    sys.exit(code)


def _outcome() -> tuple[int, Callable[[], None]]:
    """Run the command; return the exit code, and what tells the user why."""
    code, tell, printed = 0, _nothing, sys.stdout
    try:
        group(prog_name="ukrgraph", standalone_mode=False)
    except UkrgraphError as error:
        code, tell = error.exit_code, partial(click.echo, f"ukrgraph: {error}", err=True)
    except click.Abort:
        code = 130
    except click.ClickException as error:
        code, tell = error.exit_code, error.show
    except SystemExit as error:
        if sys.stdout is not printed:  # nobody reads: click has wrapped it, and says 1, as if there were findings
            tell = _silence
        elif isinstance(error.code, int):
            code = error.code
    except BrokenPipeError:
        tell = _silence
    except (OSError, RuntimeError) as error:
        if _DAMAGED not in str(error):
            raise
        message = f"the store is damaged: {error}; remove its folder: it is made anew; then load your files again"
        code, tell = OutsideError.exit_code, partial(click.echo, f"ukrgraph: {message}", err=True)
    return code, tell


def _nothing() -> None:
    pass


def _silence() -> None:
    """Have nothing more written to a pipe that nobody reads, not even what waits in buffers until the end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
