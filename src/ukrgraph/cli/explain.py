"""`ukrgraph explain`: what a rule asks, why, and a bad and a good example."""

from pathlib import Path

import click


@click.command()
@click.argument("rule", required=False)
@click.option("--list", "list_", is_flag=True, help="List the rules with what they ask.")
@click.option("--all", "all_examples", is_flag=True, help="Show all examples, not only one bad and one good.")
@click.option("--shapes", multiple=True, type=click.Path(path_type=Path), help="Shapes file or folder; repeatable.")
@click.pass_obj
def command(project: Path, rule: str | None, shapes: tuple[Path, ...], *, list_: bool, all_examples: bool) -> None:
    """Explain RULE, the name that a finding gives in brackets.

    For example: ukrgraph explain speech-speaker
    """
    from ukrgraph.errors import UsageError  # noqa: PLC0415  # pySHACL is loaded only where it is used
    from ukrgraph.validate import explain, job, validation  # noqa: PLC0415
    from ukrgraph.validate import shapes as shapes_graph  # noqa: PLC0415

    known = shapes_graph.load(shapes or job.default_shapes(project))
    if list_:
        for one in validation.rules(known.graph):
            click.echo(f"{one.name}  {one.severity.name.lower()}  {one.need}")
        return
    if rule is None:
        raise UsageError("explain: expected the name of a rule, got none; 'ukrgraph explain --list' names them")
    click.echo(explain.render(explain.explain(rule, known, project), all_examples=all_examples), nl=False)
