"""Results of validation as plain values: the same results in the same order in every run.

pySHACL writes a result as triples about a blank node, in the order of Python sets. Here it is a tuple of N-Triples
terms. The texts that pySHACL makes up for shapes without `sh:message` hold such sets as well, so `wording` makes them
anew.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import pyoxigraph as ox
from rdflib import RDF, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from ukrgraph.finding import Severity
from ukrgraph.validate.vocabulary import PATH_OPERATORS, SH

SEVERITIES = {str(SH.Violation): Severity.VIOLATION, str(SH.Warning): Severity.WARNING, str(SH.Info): Severity.INFO}
"""Severities by IRI; a severity of one's own counts as a violation."""


class Result(NamedTuple):
    """One validation result (SHACL, section 3.6.2); every field is a term or path as text, "" where there is none.

    `messages` are pairs of text and language, sorted. `details` are the results of a nested shape (`sh:detail`).
    """

    focus: str
    path: str
    value: str
    shape: str
    component: str
    severity: str
    constraint: str
    messages: tuple[tuple[str, str], ...]
    details: tuple[Any, ...] = ()

    @property
    def level(self) -> Severity:
        """Return the severity as a level."""
        return SEVERITIES.get(self.severity[1:-1], Severity.VIOLATION)


def n3(term: Node) -> str:
    """Return a term as canonical N-Triples writes it; a plain string without its datatype."""
    if isinstance(term, Literal):
        if term.language:
            return str(ox.Literal(str(term), language=term.language))
        plain = str(ox.Literal(str(term)))
        return plain if term.datatype is None or term.datatype == XSD.string else f"{plain}^^<{term.datatype}>"
    return f"_:{term}" if isinstance(term, BNode) else f"<{term}>"


def path_text(graph: Graph, path: Node, depth: int = 0) -> str:
    """Return a SHACL path as a SPARQL property path (SHACL, section 2.3.1), with full IRIs."""
    if isinstance(path, URIRef) or depth > len(graph):
        return n3(path)
    if (path, RDF.first, None) in graph:
        return "(" + "/".join(path_text(graph, step, depth + 1) for step in Collection(graph, path)) + ")"
    for operator, (before, after) in PATH_OPERATORS.items():
        inner = graph.value(path, operator)
        if inner is not None:
            return f"{before}({path_text(graph, inner, depth + 1)}){after}"
    choices = graph.value(path, SH.alternativePath)
    if choices is not None:
        return "(" + "|".join(path_text(graph, step, depth + 1) for step in Collection(graph, choices)) + ")"
    return n3(path)


def from_report(shapes: Graph, report: tuple[Any, Node, list[Any]]) -> Result:
    """Return the result that pySHACL describes as (text, node, triples)."""
    _, node, triples = report
    said: dict[Node, list[Node]] = {}
    for subject, predicate, term in triples:
        if subject == node:
            said.setdefault(predicate, []).append(term[1] if isinstance(term, tuple) else term)

    def one(predicate: Node) -> str:
        return n3(said[predicate][0]) if predicate in said else ""

    own = shapes.value(said[SH.sourceShape][0], SH.message) is not None or SH.sourceConstraint in said
    messages = {(str(text), getattr(text, "language", "") or "") for text in said.get(SH.resultMessage, ()) if own}
    details = [from_report(shapes, ("", part, triples)) for part in said.get(SH.detail, ())]
    return Result(
        one(SH.focusNode),
        path_text(shapes, said[SH.resultPath][0]) if SH.resultPath in said else "",
        one(SH.value),
        one(SH.sourceShape),
        one(SH.sourceConstraintComponent),
        one(SH.resultSeverity),
        one(SH.sourceConstraint),
        tuple(sorted(messages)),
        tuple(sorted(details)),
    )


def from_reports(shapes: Graph, reports: Iterable[tuple[Any, Node, list[Any]]]) -> list[Result]:
    """Return the results that pySHACL found, sorted."""
    return sorted(from_report(shapes, report) for report in reports)


def from_row(row: Sequence[Any]) -> Result:
    """Return the result that was written as a JSON array."""
    *terms, messages, details = row
    texts = tuple((text, language) for text, language in messages)
    return Result._make((*terms, texts, tuple(from_row(one) for one in details)))
