"""`ukrgraph wikidata links`: the links to Wikidata, and what is wrong with them."""

import sys
from contextlib import suppress
from pathlib import Path

import click

from ukrgraph.cli.findings import LEVELS, exit_with

FORMATS = ("sssom", "turtle", "nquads", "jsonld")
REPORTS = ("text", "json", "sarif", "junit", "github")


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--check", is_flag=True, help="Look for faults instead of printing the links.")
@click.option("--slice", "slice_file", type=click.Path(path_type=Path), help="With --check: items to check against.")
@click.option("--format", type=click.Choice(FORMATS), default="sssom", show_default=True, help="Format of the links.")
@click.option("--report", type=click.Choice(REPORTS), default="text", show_default=True, help="Format of the findings.")
@click.option("--fail-on", type=click.Choice(list(LEVELS)), default="warning", help="Level that makes exit code 1.")
@click.pass_obj
def command(  # noqa: PLR0913, PLR0917  # one parameter an option
    project: Path,
    file: Path | None,
    slice_file: Path | None,
    format: str,
    report: str,
    fail_on: str,
    *,
    check: bool,
) -> None:
    """Print the links to Wikidata, or check them.

    FILE is an SSSOM file, by default data/links.sssom.tsv. Checked are form, duplicates, contradictions, evidence, and
    against a slice class, redirects and deletion.

    For example: ukrgraph wikidata links --check --slice slice.nq
    """
    from ukrgraph.iri import Namespace  # noqa: PLC0415  # Oxigraph is loaded only where it is used
    from ukrgraph.wikidata import links  # noqa: PLC0415

    path = file or links.find(project)
    if check:
        _check(project, path, slice_file, report, fail_on)
    elif format == "sssom":
        links.read(path)
        sys.stdout.buffer.write(path.read_bytes())
    else:
        from ukrgraph import store  # noqa: PLC0415
        from ukrgraph.terms import PREFIXES  # noqa: PLC0415
        from ukrgraph.wikidata.terms import WD  # noqa: PLC0415

        names = Namespace()
        prefixes = {**PREFIXES, "id": names.entity(""), "wd": WD}
        sys.stdout.buffer.write(store.write(links.nquads(links.read(path), names), format, prefixes))


def _check(project: Path, path: Path, slice_file: Path | None, report: str, fail_on: str) -> None:
    from ukrgraph.reports import WRITERS, Context  # noqa: PLC0415
    from ukrgraph.wikidata import authorities, link_check, links  # noqa: PLC0415
    from ukrgraph.wikidata.slice_facts import read as read_slice  # noqa: PLC0415

    known = authorities.read(project)
    classes = {entity.id: entity.own for entity in known.values()}
    private = frozenset(entity.id for entity in known.values() if entity.kind == authorities.UNNAMED)
    with suppress(ValueError):
        path = path.absolute().relative_to(Path.cwd())
    parsed = links.parse(path)
    cut = read_slice(slice_file) if slice_file else None
    found = link_check.check(parsed.links, str(path), link_check.Entities(classes, private), cut)
    findings = sorted([*parsed.findings, *found], key=lambda finding: (finding.line, finding.rule, finding.message))
    counts = ", ".join(f"{count} {name}" for name, count in link_check.counts(parsed.links).items())
    summary = f"{len(parsed.links)} links ({counts}), {len(findings)} findings"
    click.echo(WRITERS[report](findings, Context(link_check.RULES, {}, summary)), nl=False)
    exit_with(findings, LEVELS[fail_on])
