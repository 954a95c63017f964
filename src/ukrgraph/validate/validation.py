"""A whole validation: results, what nobody looked at, and what is wrong with the shapes, as findings with places."""

from collections.abc import Iterable
from typing import NamedTuple

import pyoxigraph as ox
from rdflib import RDFS, SKOS, Graph, URIRef
from rdflib.term import Node

from ukrgraph.finding import Finding, Severity, by_place
from ukrgraph.reports.context import Context, Rule
from ukrgraph.validate import counts as count_limits
from ukrgraph.validate import coverage as covering
from ukrgraph.validate import engines, lint
from ukrgraph.validate.counts import NONE, Counts
from ukrgraph.validate.data import Data
from ukrgraph.validate.engines import Run
from ukrgraph.validate.exact import AS_WRITTEN, to_rdflib
from ukrgraph.validate.incremental import Change, State
from ukrgraph.validate.places import Files, Locate, Where
from ukrgraph.validate.quiet import quiet
from ukrgraph.validate.results import SEVERITIES, Result, n3
from ukrgraph.validate.shapes import Shapes, nodes, rule
from ukrgraph.validate.vocabulary import SH
from ukrgraph.validate.wording import advice, component, message, sentence, short

NOWHERE = Where("data")


class Before(NamedTuple):
    """A run before: the state it left, and the quads that came and went since."""

    state: State
    change: Change


class Request(NamedTuple):
    """What is to be validated: data, shapes, where results are found, counts; `plain` is for pySHACL alone.

    `before` is a run over nearly the same data, `faults` are the faults of the shapes where they are known already.
    """

    data: Data
    shapes: Shapes
    locate: Locate
    counts: Counts = NONE
    plain: bool = False
    before: Before | None = None
    faults: tuple[Finding, ...] | None = None
    meta: bool = False


class Outcome(NamedTuple):
    """Findings sorted by place, what a report says beside them, the results of SHACL, and what a next run can use."""

    findings: list[Finding]
    context: Context
    results: list[Result]
    faults: tuple[Finding, ...] = ()
    state: State | None = None


def validate(request: Request, others: Iterable[Finding] = ()) -> Outcome:
    """Return the findings of a validation, with `others` that were made before.

    Raises InputError if the shapes graph is so malformed that nothing can be validated.
    """
    graph = request.shapes.graph
    with quiet():
        faults = lint.check(request.shapes, meta=request.meta) if request.faults is None else list(request.faults)
        run = _run(request, faults)
        seen = covering.coverage(request.data.store, graph, run.plans, request.counts.may_be_empty())
        found = [*others, *faults, *_gaps(request, seen.gaps), *_ill_typed(request), *_missed(run, graph)]
        found += count_limits.check(request.counts, request.data.store, graph, run.plans)
    facts = {}
    for result in run.results:
        finding, about = _finding(result, graph, request.locate)
        found.append(finding)
        facts[finding] = about
    findings = sorted(dict.fromkeys(found), key=by_place)
    return Outcome(findings, Context(rules(graph), facts, seen.line()), run.results, tuple(faults), run.state)


def _run(request: Request, faults: Iterable[Finding]) -> Run:
    store, graph = request.data.store, request.shapes.graph
    if any(fault.rule == "malformed-shape" for fault in faults):
        return Run([], engines.plans(store, graph))
    if request.plain:
        return Run(engines.plainly(store, graph), engines.plans(store, graph))
    if request.before is not None:
        return engines.revalidate(store, graph, request.before.state, request.before.change)
    return engines.validate(store, graph)


def rules(graph: Graph) -> tuple[Rule, ...]:
    """Return the rules of a shapes graph, one for each name, sorted."""
    found: dict[str, Rule] = {}
    for shape in sorted(nodes(graph), key=str):
        if isinstance(shape, URIRef):
            name = rule(graph, shape)
            need = sentence(graph, shape, SH.message) or sentence(graph, shape, RDFS.label) or name.replace("-", " ")
            found[name] = Rule(name, need, why(graph, shape), severity(graph, shape))
    return tuple(found[name] for name in sorted(found))


def why(graph: Graph, shape: Node, language: str = "en") -> str:
    """Return why a rule exists, as the shape says."""
    names = (RDFS.comment, SKOS.scopeNote, SH.description)
    return next((text for name in names if (text := sentence(graph, shape, name, language))), "")


def severity(graph: Graph, shape: Node) -> Severity:
    """Return the severity of a shape (SHACL, section 2.1.4)."""
    return SEVERITIES.get(str(graph.value(shape, SH.severity, default=SH.Violation)), Severity.VIOLATION)


def _finding(result: Result, graph: Graph, locate: Locate) -> tuple[Finding, dict[str, str]]:
    where = locate(result) or NOWHERE
    shape = (
        next((node for node in graph.subjects(unique=True) if n3(node) == result.shape), None)
        if result.shape.startswith("_:")
        else URIRef(result.shape[1:-1])
    )
    name = rule(graph, shape) if shape is not None else result.shape
    what = advice(result, graph) + (f"; {where.reason}" if where.reason else "")
    place = (where.file, where.line, where.column, where.source, where.width)
    finding = Finding(name, result.level, message(result, graph), *place, what)
    about = {
        "focusNode": result.focus,
        "resultPath": result.path,
        "value": result.value,
        "sourceShape": result.shape,
        "component": component(result),
        "text": where.text,
        "quote": where.quote,
    }
    return finding, {key: value for key, value in about.items() if value}


def _gaps(request: Request, gaps: Iterable[covering.Gap]) -> Iterable[Finding]:
    in_shapes = Files(request.shapes.sources)
    for gap in gaps:
        if gap.shape is not None:
            where = in_shapes(Result(n3(gap.shape), "", "", "", "", "", "", ()))
        else:
            value = _value(request.data.store, gap)
            where = request.locate(Result(gap.node, gap.path, value, "", "", "", "", ()))
        file, line, column, source, width = (where or NOWHERE)[:5]
        yield Finding(gap.rule, gap.severity, gap.message, file, line, column, source, width, gap.advice)


def _value(store: ox.Store, gap: covering.Gap) -> str:
    """Return the first value of a gap's node at its path."""
    if not gap.path or not gap.node.startswith("<"):
        return ""
    quads = store.quads_for_pattern(ox.NamedNode(gap.node[1:-1]), ox.NamedNode(gap.path[1:-1]), None, None)
    return min((n3(to_rdflib(quad.object)) for quad in quads), default="")


def _ill_typed(request: Request) -> Iterable[Finding]:
    """Yield the literals whose lexical form is outside their datatype, at each triple that has one."""
    for literal in sorted(request.data.ill_typed, key=str):
        for quad in request.data.store.quads_for_pattern(None, None, literal, None):
            terms = [n3(to_rdflib(part)) for part in (quad.subject, quad.predicate, literal)]
            where = request.locate(Result(terms[0], terms[1], terms[2], "", "", "", "", ()))
            datatype = short(f"<{literal.datatype.value.removeprefix(AS_WRITTEN)}>")
            text = f"{literal.value!r} is no {datatype} ({short(terms[0])} {short(terms[1])})"
            place = (where or NOWHERE)[:5]
            yield Finding("ill-typed-literal", Severity.VIOLATION, text, *place, f"write a value of {datatype}")


def _missed(run: Run, graph: Graph) -> Iterable[Finding]:
    """Yield a finding for each shape whose translation lost a failing node; the results are right all the same."""
    for shape in run.missed:
        text = (
            f"{rule(graph, shape)}: the translation to SPARQL lost a node that fails; pySHACL validated the shape whole"
        )
        yield Finding(
            "lost-node",
            Severity.WARNING,
            text,
            "shapes",
            advice="report it with the shape; --engine pyshacl is not affected",
        )
