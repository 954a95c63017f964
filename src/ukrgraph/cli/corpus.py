"""`ukrgraph corpus`: check, format and re-anchor annotated documents."""

from pathlib import Path

import click

from ukrgraph.cli.findings import LEVELS, exit_with, show


@click.group()
def command() -> None:
    """Check, format and re-anchor annotated documents."""


@command.command()
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path, exists=True), metavar="[FOLDER...]")
@click.option("--lenient", is_flag=True, help="Read the dialects of other tools; report each deviation.")
@click.option("--fail-on", type=click.Choice(list(LEVELS)), default="warning", help="Level that makes exit code 1.")
@click.pass_obj
def check(project: Path, folders: tuple[Path, ...], fail_on: str, *, lenient: bool) -> None:
    """Check documents against the annotation profile and the authority file.

    For example: ukrgraph corpus check data/corpus
    """
    from ukrgraph import maintenance  # noqa: PLC0415  # Oxigraph is loaded only where it is used

    checked = maintenance.check_folders(project, folders, lenient=lenient)
    show(checked.findings)
    click.echo(f"{checked.documents} documents, {checked.annotations} annotations, {len(checked.findings)} findings")
    exit_with(checked.findings, LEVELS[fail_on])


@command.command()
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path, exists=True), metavar="[FOLDER...]")
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 if a file would change.")
@click.pass_obj
def fmt(project: Path, folders: tuple[Path, ...], *, only_check: bool) -> None:
    """Write annotation files in the canonical order, with ids derived from their spans.

    For example: ukrgraph corpus fmt data/corpus
    """
    from ukrgraph import maintenance  # noqa: PLC0415  # as above

    formatted = maintenance.format_folders(project, folders, write=not only_check)
    show(formatted.findings)
    for file in formatted.changed:
        click.echo(f"{file}: {'would be' if only_check else ''} formatted".replace(":  ", ": "))
    click.echo(f"{formatted.documents} documents, {len(formatted.changed)} changed")
    if only_check and formatted.changed:
        raise SystemExit(1)
    exit_with(formatted.findings, LEVELS["violation"])


@command.command()
@click.argument("document", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("text", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--force", is_flag=True, help="Write although annotations were lost.")
def retext(document: Path, text: Path, *, force: bool) -> None:
    """Give DOCUMENT, a folder, the edited TEXT and move its annotations along.

    Each annotation is either moved rightly or reported; nothing is written if one is lost, unless --force says so.

    For example: ukrgraph corpus retext data/corpus/doc-000 edited.txt
    """
    from ukrgraph import maintenance  # noqa: PLC0415  # as above

    moved = maintenance.retext_folder(document, text, force=force)
    show(moved.findings)
    outcome = "written" if moved.written else "nothing written"
    click.echo(f"{moved.annotations} annotations, {moved.lost} lost, {outcome}")
    if not moved.written:
        raise SystemExit(1)
    exit_with(moved.findings, LEVELS["violation"])
