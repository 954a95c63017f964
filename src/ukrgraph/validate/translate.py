"""Shapes as SPARQL queries whose solutions are all the focus nodes that may fail.

A shape is translated whole or not at all. The form of the queries follows what Oxigraph is quick at (measured): scan
the predicate first and test the type of the few subjects that fail last; nest `EXISTS` a step at a time; list the
subclasses beforehand; all tests of one path in one filter.
"""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

import pyoxigraph as ox
from rdflib import Graph, Literal
from rdflib.term import Node

from ukrgraph.validate import expressions as ex
from ukrgraph.validate import paths
from ukrgraph.validate.cached import names_of
from ukrgraph.validate.nodes import Shapes
from ukrgraph.validate.paths import UntranslatableError
from ukrgraph.validate.rows import rows
from ukrgraph.validate.select import set_based
from ukrgraph.validate.targets import Target, classes, declared, target
from ukrgraph.validate.vocabulary import SH

_PAIR = {SH.lessThan: "<", SH.lessThanOrEquals: "<="}
_NO_STEP = re.compile(r"[)>][*?]")
_REPEATED = re.compile(r"\)[*+?]")

Texts = Callable[[Node, Node], str]
"""From a shape and a SPARQL constraint of it to the constraint's text with prefixes and path."""


class Plan(NamedTuple):
    """How the focus nodes of a shape that may fail are found: by queries, or not at all, for a reason.

    `focus` is a pattern that binds ?this to each focus node, or "" where there is none.
    """

    shape: Node
    queries: tuple[str, ...]
    reason: str = ""
    focus: str = ""


class Translator:
    """The translation of one shapes graph for one data graph."""

    def __init__(self, shapes: Shapes, texts: Texts) -> None:
        """Keep the shapes, and where the texts of SPARQL constraints come from."""
        self.shapes, self.graph, self._texts = shapes, shapes.graph, texts
        self._names = names_of(shapes.graph)

    def _focus(self, shape: Node) -> Target:
        found = target(self.graph, shape, self.shapes.known)
        if found is None or (shape, SH.target, None) in self.graph:
            raise UntranslatableError("a target that is not of SHACL Core")
        return found

    def plan(self, shape: Node) -> Plan | None:
        """Return the plan of a shape, or None if it has no targets or is deactivated."""
        foreign = (shape, SH.target, None) in self.graph
        if self.shapes.deactivated(shape) or not (declared(self.graph, shape) or foreign):
            return None
        focus = ""
        try:
            found = self._focus(shape)
            focus = found.pattern
            queries = tuple(dict.fromkeys(self._queries(shape, found)))
            self._refuse_absent(shape, queries)
            return Plan(shape, queries, focus=focus)
        except UntranslatableError as error:
            return Plan(shape, (), str(error), focus)

    def _queries(self, shape: Node, focus: Target) -> list[str]:
        self.shapes.check(shape, 0)
        if (shape, SH.path, None) in self.graph:
            return self._property_queries(shape, focus)
        if any((shape, name, None) in self.graph for name in (SH.equals, SH.disjoint)):
            raise UntranslatableError("a pair of properties on a node shape")
        tests = [*self.shapes.value_tests(shape, "?this", 0), *self.shapes.closed(shape, "?this")]
        queries = [_select(f"{focus.pattern} FILTER({test.may})") for test in tests if test.may != ex.NEVER]
        for one in self.shapes.all(shape, SH.property):
            self.shapes.check(one, 1)
            if not self.shapes.deactivated(one):
                queries += self._property_queries(one, focus)
        return queries + [self._select(shape, one, focus) for one in self._constraints(shape)]

    def _select(self, shape: Node, constraint: Node, focus: Target) -> str:
        return set_based(self._texts(shape, constraint), self._names, focus.pattern)

    def _refuse_absent(self, shape: Node, queries: Iterable[str]) -> None:
        """Raise UntranslatableError for a path of no step from a node that the data may not have.

        Such a path leads from every node to itself; Oxigraph looks for it among the nodes of the data.
        """
        if (shape, SH.targetNode, None) in self.graph and any(_NO_STEP.search(query) for query in queries):
            raise UntranslatableError("sh:targetNode with a path of no step")

    def _constraints(self, shape: Node) -> list[Node]:
        return [one for one in self.shapes.all(shape, SH.sparql) if not self.shapes.deactivated(one)]

    def _property_queries(self, shape: Node, focus: Target) -> list[str]:
        path = self.shapes.path(shape)
        text = paths.text(self.graph, path)
        queries = self._count_queries(shape, path, text, focus)
        queries += self._pair_queries(shape, text, focus)
        queries += self._qualified(shape, path, text, focus)
        for one in self.shapes.all(shape, SH.hasValue):
            wanted = ex.term(one)
            has = self.shapes.exists("?this", path, lambda there, wanted=wanted: f"sameTerm({there}, {wanted})")  # type: ignore[misc]
            queries.append(_select(f"{focus.pattern} FILTER({ex.not_(has)})"))
        may = self.shapes.values(shape, "?value", 0).may
        if may != ex.NEVER:
            queries.append(_first(text, "?value", may, focus))
        return queries + [self._select(shape, one, focus) for one in self._constraints(shape)]

    def _count_queries(self, shape: Node, path: Node, text: str, focus: Target) -> list[str]:
        least, most = self.shapes.count(shape, SH.minCount), self.shapes.count(shape, SH.maxCount)
        queries = []
        if least == 1:
            queries.append(_select(f"{focus.pattern} FILTER({ex.not_(self.shapes.exists('?this', path))})"))
        elif least is not None and least > 1:
            queries.append(_counted(f"{focus.pattern} OPTIONAL {{ ?this {text} ?value }}", f"< {least}"))
        if most == 1:
            queries.append(_first(text, "?one", f"EXISTS {{ ?this {text} ?two FILTER(!sameTerm(?one, ?two)) }}", focus))
        elif most is not None:
            queries.append(_counted(f"{focus.pattern} ?this {text} ?value", f"> {most}"))
        return queries

    def _pair_queries(self, shape: Node, text: str, focus: Target) -> list[str]:
        queries = []
        if any(isinstance(one, Literal) and bool(one.value) for one in self.shapes.all(shape, SH.uniqueLang)):
            twice = (
                f"EXISTS {{ ?this {text} ?two FILTER(!sameTerm(?one, ?two) && LCASE(LANG(?two)) = LCASE(LANG(?one))) }}"
            )
            queries.append(_first(text, "?one", f'isLiteral(?one) && LANG(?one) != "" && {twice}', focus))
        for name, operator in _PAIR.items():
            for other in self.shapes.all(shape, name):
                may = ex.ordered("?one", operator, "?two").may
                queries.append(_first(text, "?one", f"EXISTS {{ ?this {paths.iri(other)} ?two FILTER({may}) }}", focus))
        for other in self.shapes.all(shape, SH.disjoint):
            same = f"EXISTS {{ ?this {paths.iri(other)} ?two FILTER(sameTerm(?one, ?two)) }}"
            queries.append(_first(text, "?one", same, focus))
        for other in self.shapes.all(shape, SH.equals):
            lacks = f"NOT EXISTS {{ ?this {paths.iri(other)} ?two FILTER(sameTerm(?one, ?two)) }}"
            queries.append(_first(text, "?one", lacks, focus))
            beyond = f"FILTER NOT EXISTS {{ ?this {text} ?one FILTER(sameTerm(?one, ?two)) }}"
            queries.append(_select(f"{focus.pattern} ?this {paths.iri(other)} ?two {beyond}"))
        return queries

    def _qualified(self, shape: Node, path: Node, text: str, focus: Target) -> list[str]:
        wanted = self.shapes.all(shape, SH.qualifiedValueShape)
        least, most = self.shapes.count(shape, SH.qualifiedMinCount), self.shapes.count(shape, SH.qualifiedMaxCount)
        if not wanted:
            return []
        if (shape, SH.qualifiedValueShapesDisjoint, None) in self.graph or len(wanted) > 1:
            raise UntranslatableError("sh:qualifiedValueShapesDisjoint")
        if least is None and most is None:
            raise UntranslatableError("sh:qualifiedValueShape without a count")
        queries = []
        if least == 1:
            has = self.shapes.exists("?this", path, lambda there: ex.not_(self.shapes.test(wanted[0], there, 1).may))
            queries.append(_select(f"{focus.pattern} FILTER({ex.not_(has)})"))
        elif least is not None and least > 1:
            surely = ex.not_(self.shapes.test(wanted[0], "?value", 1).may)
            queries.append(
                _counted(f"{focus.pattern} OPTIONAL {{ ?this {text} ?value FILTER({surely}) }}", f"< {least}")
            )
        if most is not None:
            maybe = ex.not_(self.shapes.test(wanted[0], "?value", 1).must)
            queries.append(_counted(f"{focus.pattern} ?this {text} ?value FILTER({maybe})", f"> {most}"))
        return queries


def _select(body: str) -> str:
    return f"SELECT DISTINCT ?this WHERE {{ {body} }}"


def _counted(body: str, condition: str) -> str:
    return f"SELECT ?this WHERE {{ {body} }} GROUP BY ?this HAVING (COUNT(DISTINCT ?value) {condition})"


def _first(path: str, variable: str, condition: str, focus: Target) -> str:
    """Return a query that scans the values of a path, tests them, and asks for the type of the few that fail."""
    if focus.has_type and not _REPEATED.search(path):
        return _select(f"?this {path} {variable} FILTER({condition}) FILTER({focus.has_type})")
    return _select(f"{focus.pattern} ?this {path} {variable} FILTER({condition})")


def translate(graph: Graph, shapes: Iterable[Node], store: ox.Store, texts: Texts) -> list[Plan]:
    """Return the plans of those `shapes` of a graph that have targets, in their order."""
    translator = Translator(Shapes(graph, classes(store)), texts)
    plans = (translator.plan(shape) for shape in shapes)
    return [_parsed(plan, store) for plan in plans if plan is not None]


def _parsed(plan: Plan, store: ox.Store) -> Plan:
    """Return `plan`, or one without queries if Oxigraph does not take them; queries run only when they are read."""
    try:
        for query in plan.queries:
            rows(store, query)
    except (SyntaxError, ValueError) as error:
        return plan._replace(queries=(), reason=f"Oxigraph does not take the query: {error}")
    return plan
