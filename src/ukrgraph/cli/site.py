"""`ukrgraph site`: all pages as files."""

from pathlib import Path

import click

from ukrgraph.errors import UsageError


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.pass_obj
def command(project: Path, out: Path) -> None:
    """Write all pages of the graph into the folder OUT, in English and Ukrainian.

    They are the pages that a server shows, with relative links: open OUT/index.html, or put the folder on any web
    server. Fields that need a server give way to answered examples.

    For example: ukrgraph site public
    """
    try:
        from ukrgraph import pages, site  # noqa: PLC0415  # the templates are loaded only where pages are made
    except ModuleNotFoundError as error:
        raise UsageError(f"site: {error.name} is not installed; run: pip install 'ukrgraph[serve]'") from error
    from ukrgraph.engine.local import Local, open_project  # noqa: PLC0415

    site.check(out)
    shown = pages.open_site(project, Local(open_project(project)), live=False)
    written = site.write(shown, out)
    click.echo(f"{out}: {written.pages} pages, {written.data} files of data", err=True)
