"""When a node fails a shape, as SPARQL expressions: SHACL Core, constraint by constraint (section 4)."""

from collections.abc import Callable

from rdflib import RDF, RDFS, XSD, Graph, Literal, URIRef
from rdflib.term import Node

from ukrgraph.validate import expressions as ex
from ukrgraph.validate import paths
from ukrgraph.validate.expressions import Test
from ukrgraph.validate.paths import UntranslatableError
from ukrgraph.validate.targets import Classes
from ukrgraph.validate.vocabulary import NEUTRAL, PARAMETERS, SH, SHACL

_DEEPEST = 6
_ORDER = {
    SH.minInclusive: ">=",
    SH.maxInclusive: "<=",
    SH.minExclusive: ">",
    SH.maxExclusive: "<",
}
_ONLY_AT_TOP = (
    SH.equals,
    SH.disjoint,
    SH.lessThan,
    SH.lessThanOrEquals,
    SH.uniqueLang,
    SH.qualifiedValueShape,
    SH.sparql,
)


class Shapes:
    """A shapes graph read for one data graph."""

    def __init__(self, graph: Graph, known: Classes) -> None:
        """Keep the shapes, the classes of the data, and which parameters custom components have."""
        self.graph, self.known, self._variables = graph, known, 0
        parameters = {term for one in graph.objects(None, SH.parameter) for term in graph.objects(one, SH.path)}
        self._custom = frozenset(parameters)

    def all(self, shape: Node, name: URIRef) -> list[Node]:
        """Return what a shape has for the property `name`, sorted."""
        return sorted(self.graph.objects(shape, name), key=str)

    def members(self, head: Node) -> list[Node]:
        """Return the members of an RDF list.

        Raises UntranslatableError if the list is not well-formed.
        """
        members, seen = [], set()
        while head != RDF.nil:
            first, rest = list(self.graph.objects(head, RDF.first)), list(self.graph.objects(head, RDF.rest))
            if len(first) != 1 or len(rest) != 1 or head in seen:
                raise UntranslatableError("a list that is not well-formed")
            seen.add(head)
            members.append(first[0])
            head = rest[0]
        return members

    def count(self, shape: Node, name: URIRef) -> int | None:
        """Return the count that a shape has for the property `name`, or None.

        Raises UntranslatableError if it is not one xsd:integer.
        """
        found = self.all(shape, name)
        if not found:
            return None
        if (
            len(found) > 1
            or not isinstance(found[0], Literal)
            or found[0].datatype != XSD.integer
            or found[0].ill_typed
        ):
            raise UntranslatableError(f"{name} that is not one xsd:integer")
        return int(found[0])

    def deactivated(self, shape: Node) -> bool:
        """Tell whether a shape is switched off (SHACL, section 2.1.5)."""
        return any(isinstance(one, Literal) and bool(one.value) for one in self.graph.objects(shape, SH.deactivated))

    def check(self, shape: Node, depth: int) -> None:
        """Raise UntranslatableError for a property of a shape whose meaning is not known here."""
        if depth > _DEEPEST:
            raise UntranslatableError("shapes nested too deep")
        for name in self.graph.predicates(shape, None):
            if name in self._custom or (str(name).startswith(SHACL) and name not in PARAMETERS | NEUTRAL):
                raise UntranslatableError(f"{name}")

    def _new(self) -> str:
        self._variables += 1
        return f"?v{self._variables}"

    # -- tests of one value ------------------------------------------------------------------------------------------

    def test(self, shape: Node, value: str, depth: int = 0) -> Test:
        """Return when the node `value` fails a shape."""
        self.check(shape, depth)
        if self.deactivated(shape):
            return ex.PASSES
        if (shape, SH.path, None) in self.graph:
            return self._property_test(shape, value, depth)
        for name in _ONLY_AT_TOP:
            if (shape, name, None) in self.graph:
                raise UntranslatableError(f"{name} in a nested shape")
        tests = [*self.value_tests(shape, value, depth), *self.closed(shape, value)]
        tests += [self.test(one, value, depth + 1) for one in self.all(shape, SH.property)]
        return ex.any_of(tests)

    def value_tests(self, shape: Node, value: str, depth: int) -> list[Test]:
        """Return the tests of the constraints that look at one value."""
        tests = [self._class(value, one) for one in self.all(shape, SH["class"])]
        tests += [ex.datatype(value, one) for one in self.all(shape, SH.datatype)]
        tests += [ex.node_kind(value, one) for one in self.all(shape, SH.nodeKind)]
        for name, operator in _ORDER.items():
            tests += [ex.ordered(value, operator, ex.term(one), one) for one in self.all(shape, name)]
        tests += [ex.length(value, "<", one) for one in self.all(shape, SH.minLength)]
        tests += [ex.length(value, ">", one) for one in self.all(shape, SH.maxLength)]
        flags = self.all(shape, SH.flags)
        if len(flags) > 1:
            raise UntranslatableError("more than one sh:flags")
        tests += [ex.pattern(value, one, str(flags[0]) if flags else "") for one in self.all(shape, SH.pattern)]
        tests += [ex.language_in(value, self.members(one)) for one in self.all(shape, SH.languageIn)]
        tests += [ex.member(value, self.members(one)) for one in self.all(shape, SH["in"])]
        if (shape, SH.path, None) not in self.graph:
            tests += [ex.certain(f"!sameTerm({value}, {ex.term(one)})") for one in self.all(shape, SH.hasValue)]
        return tests + self._logic(shape, value, depth)

    def _class(self, value: str, wanted: Node) -> Test:
        kind, names = self._new(), ", ".join(self.known.of(wanted))
        return ex.certain(f"NOT EXISTS {{ {value} a {kind} FILTER({kind} IN ({names})) }}")

    def _logic(self, shape: Node, value: str, depth: int) -> list[Test]:
        def nested(one: Node) -> Test:
            return self.test(one, value, depth + 1)

        tests = [nested(one) for one in self.all(shape, SH.node)]
        tests += [ex.inverted(nested(one)) for one in self.all(shape, SH["not"])]
        joins: dict[URIRef, Callable[[list[Test]], Test]] = {
            SH["and"]: ex.any_of,
            SH["or"]: ex.all_of,
            SH.xone: ex.exactly_one,
        }
        for name, join in joins.items():
            for head in self.all(shape, name):
                members = self.members(head)
                if not members:
                    raise UntranslatableError(f"{name} of an empty list")
                tests.append(join([nested(one) for one in members]))
        return tests

    def closed(self, shape: Node, value: str) -> list[Test]:
        """Return the test of `sh:closed`, if a shape is (SHACL, section 4.8.1)."""
        closed = self.all(shape, SH.closed)
        if not any(isinstance(one, Literal) and bool(one.value) for one in closed):
            return []
        allowed = {term for one in self.all(shape, SH.property) for term in self.all(one, SH.path)}
        for head in self.all(shape, SH.ignoredProperties):
            allowed |= set(self.members(head))
        names = ", ".join(sorted(paths.iri(one) for one in allowed if isinstance(one, URIRef)))
        predicate, other = self._new(), self._new()
        beyond = f"({predicate} NOT IN ({names})" if names else "(true"
        beyond += f" && !({predicate} = <{RDF.type}> && sameTerm({other}, <{RDFS.Resource}>)))"
        return [ex.certain(f"EXISTS {{ {value} {predicate} {other} FILTER({beyond}) }}")]

    # -- tests of the values of a path, nested -----------------------------------------------------------------------

    def exists(self, value: str, path: Node, condition: Callable[[str], str] | None = None) -> str:
        """Return an expression: `value` has a value at `path` that meets `condition`."""
        steps = paths.steps(self.graph, path)
        text, here = "", value
        for number, step in enumerate(steps):
            there = self._new()
            text += f"EXISTS {{ {here} {step} {there} " + ("FILTER(" if number + 1 < len(steps) else "")
            here = there
        inner = condition(here) if condition else ex.ALWAYS
        if inner == ex.NEVER:
            return ex.NEVER
        text += "" if inner == ex.ALWAYS else f"FILTER({inner})"
        return text + " }" + ") }" * (len(steps) - 1)

    def _property_test(self, shape: Node, value: str, depth: int) -> Test:
        path = self.path(shape)
        for name in _ONLY_AT_TOP:
            if (shape, name, None) in self.graph:
                raise UntranslatableError(f"{name} in a nested shape")
        tests = [ex.certain(not_here) for not_here in self._nested_counts(shape, value, path)]
        for one in self.all(shape, SH.hasValue):
            wanted = ex.term(one)
            has = self.exists(value, path, lambda there, wanted=wanted: f"sameTerm({there}, {wanted})")  # type: ignore[misc]
            tests.append(ex.certain(ex.not_(has)))
        may = self.exists(value, path, lambda there: self.values(shape, there, depth).may)
        must = self.exists(value, path, lambda there: self.values(shape, there, depth).must)
        return ex.any_of([*tests, Test(may, must)])

    def _nested_counts(self, shape: Node, value: str, path: Node) -> list[str]:
        least, most = self.count(shape, SH.minCount), self.count(shape, SH.maxCount)
        tests = []
        if least is not None and least > 0:
            tests.append(ex.not_(self.exists(value, path)))
        if most == 0:
            tests.append(self.exists(value, path))
        elif most == 1:
            one, other, text = self._new(), self._new(), paths.text(self.graph, path)
            tests.append(
                f"EXISTS {{ {value} {text} {one} . {value} {text} {other} FILTER(!sameTerm({one}, {other})) }}"
            )
        if (least or 0) > 1 or (most or 0) > 1:
            raise UntranslatableError("a nested count of more than one")
        return tests

    def values(self, shape: Node, value: str, depth: int) -> Test:
        """Return when a value of a property shape fails it."""
        tests = self.value_tests(shape, value, depth)
        tests += [self.test(one, value, depth + 1) for one in self.all(shape, SH.property)]
        return ex.any_of([*tests, *self.closed(shape, value)])

    def path(self, shape: Node) -> Node:
        """Return the path of a property shape.

        Raises UntranslatableError if it has not exactly one.
        """
        found = self.all(shape, SH.path)
        if len(found) != 1:
            raise UntranslatableError("a property shape without exactly one sh:path")
        return found[0]
