"""`ukrgraph why`: the sentences behind a triple."""

import sys
from pathlib import Path

import click


@click.command()
@click.argument("subject")
@click.argument("predicate", required=False)
@click.argument("object", required=False)
@click.option(
    "--format", type=click.Choice(["text", "json", "turtle", "trig", "nquads"]), default="text", show_default=True
)
@click.pass_obj
def command(project: Path, subject: str, predicate: str | None, object: str | None, format: str) -> None:
    """Show the sentences that support what the graph says, and who else says so or denies it.

    SUBJECT is an entity or record by IRI, id or label; PREDICATE a property (speaker, skos:prefLabel); OBJECT a value.

    For example: ukrgraph why s000-04 speaker
    """
    from ukrgraph.engine import write_triples  # noqa: PLC0415  # --help does not need the engine
    from ukrgraph.engine.local import Local, open_project  # noqa: PLC0415
    from ukrgraph.iri import Namespace  # noqa: PLC0415
    from ukrgraph.query.entities import Entities  # noqa: PLC0415
    from ukrgraph.query.parameters import Parameter  # noqa: PLC0415
    from ukrgraph.query.syntax import project_prefixes  # noqa: PLC0415
    from ukrgraph.terms import UKG  # noqa: PLC0415
    from ukrgraph.why import provenance, report  # noqa: PLC0415
    from ukrgraph.why.explain import Explainer  # noqa: PLC0415

    engine = Local(open_project(project))
    entities = Entities(engine)
    node = entities.resolve(Parameter("SUBJECT", "entity"), subject)
    property_ = entities.expand("rdf:type" if predicate == "a" else predicate, UKG) if predicate else None
    value = entities.value(node, property_, object) if property_ and object else None
    why = Explainer(engine, project).why(node, property_, value)
    prefixes = project_prefixes(Namespace())
    if format == "text":
        mark = (lambda words: click.style(words, bold=True)) if sys.stdout.isatty() else report.angles
        click.echo(report.text(why, prefixes, mark), nl=False)
    elif format == "json":
        click.echo(report.json(why), nl=False)
    else:
        write_triples(provenance.triples(why), format, prefixes, sys.stdout.buffer)
