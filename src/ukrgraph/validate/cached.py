"""SPARQL texts parsed once, and compared as SPARQL says.

pySHACL hands the same text to the graph once per focus node, and rdflib parses it each time: 85 to 93 % of pySHACL's
time in our measurements.

rdflib lets `"2016-07-01" > "2015-01-01"^^xsd:date` be true; by SPARQL 1.1 (section 17.3, operator mapping) it is an
error, and a filter with an error drops the solution. `comparable` is that table.
"""

from functools import lru_cache
from typing import Any

from rdflib import XSD, Graph
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue, Expr
from rdflib.plugins.sparql.sparql import Query, SPARQLError
from rdflib.query import Result
from rdflib.term import Literal, Node

from ukrgraph.errors import InputError

_INTEGERS = (
    "integer long int short byte nonNegativeInteger positiveInteger nonPositiveInteger negativeInteger "
    "unsignedLong unsignedInt unsignedShort unsignedByte"
)
_FAMILY = {
    **dict.fromkeys((XSD[name] for name in f"decimal double float {_INTEGERS}".split()), "number"),
    **dict.fromkeys((XSD[name] for name in ("dateTime", "dateTimeStamp")), "instant"),
    **dict.fromkeys((XSD[name] for name in ("duration", "dayTimeDuration", "yearMonthDuration")), "duration"),
    XSD.date: "date",
    XSD.time: "time",
    XSD.boolean: "boolean",
    XSD.string: "string",
}
_ORDER = frozenset({"<", ">", "<=", ">="})


def family(term: Node) -> str | None:
    """Return the kind of values that a literal is ordered among, or None if SPARQL gives it no order."""
    if not isinstance(term, Literal) or term.language or term.ill_typed:
        return None
    return "string" if term.datatype is None else _FAMILY.get(term.datatype)


def comparable(left: Node, right: Node) -> bool:
    """Tell whether SPARQL's operators `<`, `<=`, `>` and `>=` are defined for two terms."""
    kind = family(left)
    return kind is not None and kind == family(right)


def _strict(expression: Expr) -> None:
    """Make an order comparison an error where SPARQL has no operator for its arguments."""
    evaluate = expression._evalfn  # noqa: SLF001  # rdflib has no public door to it

    def checked(self: Expr, context: Any) -> Any:  # noqa: ANN401  # rdflib's own types
        if self.op in _ORDER and not comparable(self.expr, self.other):
            raise SPARQLError(f"{self.expr!r} and {self.other!r} have no order")
        return evaluate(context) if evaluate is not None else None

    expression._evalfn = checked.__get__(expression)  # noqa: SLF001


def _walk(part: object) -> None:
    if isinstance(part, Expr) and part.name == "RelationalExpression":
        _strict(part)
    if isinstance(part, CompValue):
        for value in (*part.values(), part.__dict__.get("graph")):
            _walk(value)
    elif isinstance(part, list | tuple):
        for value in part:
            _walk(value)


@lru_cache(maxsize=4096)
def prepared(text: str, names: tuple[tuple[str, str], ...], *, strict: bool = True) -> Query:
    """Return a parsed query; `names` are prefixes that it need not declare; `strict` compares as SPARQL says.

    Raises InputError if it is not SPARQL.
    """
    try:
        query = prepareQuery(text, initNs=dict(names))
    except Exception as error:
        what = " ".join(str(error).split())
        raise InputError(f"SPARQL constraint: {what}; correct the query {' '.join(text.split())!r}") from error
    if strict:
        _walk(query.algebra)
    return query


def names_of(graph: Graph) -> tuple[tuple[str, str], ...]:
    """Return the prefixes of a graph, sorted."""
    return tuple(sorted((prefix, str(namespace)) for prefix, namespace in graph.namespaces()))


class CachedGraph(Graph):
    """A graph whose SPARQL texts are parsed once; `strict` compares as SPARQL says, else as rdflib does."""

    strict = True
    _names: tuple[tuple[str, str], ...] | None = None

    def query(self, query_object: str | Query, *args: Any, **options: Any) -> Result:  # noqa: ANN401  # rdflib's types
        """Answer a query as rdflib does."""
        if isinstance(query_object, str):
            if self._names is None:
                self._names = names_of(self)
            query_object = prepared(query_object, self._names, strict=self.strict)
        return super().query(query_object, *args, **options)
