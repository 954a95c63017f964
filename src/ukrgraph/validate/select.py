"""A `sh:select` constraint as one query for all focus nodes (SHACL, section 5).

pySHACL runs the constraint once per focus node with `$this` bound beforehand; here the focus nodes are joined to it.
Both give the same solutions where the pattern has only what is translated below. Filters are written from two sides, as
in `expressions`: outside `NOT EXISTS` a solution may only be kept by mistake, inside it only lost by mistake.
"""

from collections.abc import Callable
from typing import Any

from rdflib import BNode, Literal, URIRef, Variable
from rdflib.paths import InvPath, Path, SequencePath
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Node

from ukrgraph.errors import InputError
from ukrgraph.validate.cached import prepared
from ukrgraph.validate.exact import AS_WRITTEN
from ukrgraph.validate.expressions import MATCHES, alike, term
from ukrgraph.validate.paths import UntranslatableError, iri

_THIS = Variable("this")
_ONE = (
    "STR",
    "LANG",
    "STRLEN",
    "UCASE",
    "LCASE",
    "isIRI",
    "isURI",
    "isLiteral",
    "isBLANK",
    "isNUMERIC",
    "YEAR",
    "MONTH",
    "DAY",
)
_TWO = ("STRSTARTS", "STRENDS", "CONTAINS", "STRBEFORE", "STRAFTER", "LANGMATCHES", "sameTerm")
_BUILTINS = {
    **{f"Builtin_{name}": (name, ("arg",)) for name in _ONE},
    **{f"Builtin_{name}": (name, ("arg1", "arg2")) for name in _TWO},
    "Builtin_IF": ("IF", ("arg1", "arg2", "arg3")),
    "Builtin_CONCAT": ("CONCAT", ("arg",)),
    "Builtin_COALESCE": ("COALESCE", ("arg",)),
}
"""Functions that Oxigraph and rdflib compute alike, or where Oxigraph reports an error."""

_EXACT = {"Builtin_BOUND", "Builtin_isIRI", "Builtin_isURI", "Builtin_isLITERAL", "Builtin_isBLANK", "Builtin_sameTerm"}
_EXISTS = ("Builtin_EXISTS", "Builtin_NOTEXISTS")
_EQUALITY = ("=", "!=", "IN", "NOT IN")


class _Writer:
    """Writes rdflib's algebra as SPARQL from one side: `may` keeps what may hold, else only what holds for certain."""

    def __init__(self) -> None:
        self._fresh = 0

    def pattern(self, part: Any, *, may: bool, top: bool = False) -> str:  # noqa: ANN401  # rdflib's algebra is untyped
        """Return a graph pattern."""
        writers: dict[str, Callable[..., str]] = {
            "BGP": self._triples,
            "Filter": self._filter,
            "Join": self._join,
            "Union": self._union,
            "LeftJoin": self._optional,
            "Extend": self._bind,
        }
        part = _simplified(part)
        if part.name not in writers:
            raise UntranslatableError(f"{part.name} in sh:select")
        return writers[part.name](part, may=may, top=top)

    def _triples(self, part: Any, **_: bool) -> str:  # noqa: ANN401
        return " ".join(self._triple(*triple) for triple in part.triples)

    def _triple(self, subject: Node, predicate: Any, other: Node) -> str:  # noqa: ANN401
        if isinstance(predicate, SequencePath):
            text, here = "", subject
            for number, step in enumerate(predicate.args):
                last = number + 1 == len(predicate.args)
                self._fresh += 1
                there = other if last else Variable(f"step{self._fresh}")
                text, here = text + self._triple(here, step, there) + " ", there
            return text
        if isinstance(predicate, InvPath) and isinstance(predicate.arg, URIRef):
            return self._triple(other, predicate.arg, subject)
        verb = f"({predicate.n3()})" if isinstance(predicate, Path) else _term(predicate)
        return f"{_term(subject)} {verb} {_term(other)} ."

    def _filter(self, part: Any, *, may: bool, top: bool) -> str:  # noqa: ANN401
        if not top and _THIS in _free(part.expr) and _THIS not in _certain(part.p):
            raise UntranslatableError("$this in a filter of a group that does not bind it")
        return f"{self.pattern(part.p, may=may, top=top)} FILTER({self.test(part.expr, may=may)})"

    def _join(self, part: Any, *, may: bool, top: bool) -> str:  # noqa: ANN401
        return f"{self.pattern(part.p1, may=may, top=top)} {self._group(part.p2, may=may)}"

    def _group(self, part: Any, *, may: bool) -> str:  # noqa: ANN401
        inner = self.pattern(part, may=may)
        return inner if part.name == "BGP" else f"{{ {inner} }}"

    def _union(self, part: Any, *, may: bool, **_: bool) -> str:  # noqa: ANN401
        return f"{{ {self.pattern(part.p1, may=may)} }} UNION {{ {self.pattern(part.p2, may=may)} }}"

    def _optional(self, part: Any, *, may: bool, top: bool) -> str:  # noqa: ANN401
        condition, inside = part.expr, _simplified(part.p2)
        plain = getattr(condition, "name", "") == "TrueFilter"
        if inside.name != "BGP" or not (plain or self._is_exact(condition)):
            raise UntranslatableError("OPTIONAL with more than triples")
        inner = self._triples(inside) + ("" if plain else f" FILTER({self.test(condition, may=may)})")
        return f"{self.pattern(part.p1, may=may, top=top)} OPTIONAL {{ {inner} }}"

    def _bind(self, part: Any, *, may: bool, top: bool) -> str:  # noqa: ANN401
        if not top and _THIS in _free(part.expr) and _THIS not in _certain(part.p):
            raise UntranslatableError("$this in BIND of a group that does not bind it")
        return f"{self.pattern(part.p, may=may, top=top)} BIND({self.value(part.expr)} AS ?{part.var})"

    # -- expressions -------------------------------------------------------------------------------------------------

    def test(self, part: Any, *, may: bool) -> str:  # noqa: ANN401
        """Return a condition that is true if `part` may be (or, not `may`, must be) true, and never an error."""
        name = getattr(part, "name", "")
        if name in ("ConditionalAndExpression", "ConditionalOrExpression"):
            operator = " && " if name == "ConditionalAndExpression" else " || "
            return operator.join(f"({self.test(one, may=may)})" for one in (part["expr"], *part["other"]))
        if name in _EXISTS:
            negated = name == "Builtin_NOTEXISTS"
            text = f"EXISTS {{ {self.pattern(part.graph, may=may is not negated, top=True)} }}"
            return f"NOT {text}" if negated else text
        if name == "UnaryNot" and getattr(part["expr"], "name", "").startswith("Builtin_"):
            inner = part["expr"]
            if inner.name in _EXISTS:
                return f"!({self.test(inner, may=not may)})"
        if may:
            return f"COALESCE({self.value(part)}, true)"
        if self._is_exact(part):
            return f"COALESCE({self.value(part)}, false)"
        if name == "RelationalExpression" and not isinstance(part["other"], list):
            return self._sure(part)
        raise UntranslatableError("a condition inside NOT EXISTS that is not translated")

    def _sure(self, part: Any) -> str:  # noqa: ANN401
        """Return a condition that is true only where both engines compare alike."""
        left, right = self.value(part["expr"]), self.value(part["other"])
        comparable = alike(left, right)
        if part["op"] in _EQUALITY:
            comparable = f"(isIRI({left}) && isIRI({right}) || {comparable})"
        return f"COALESCE({left} {part['op']} {right} && {comparable}, false)"

    def _is_exact(self, part: Any) -> bool:  # noqa: ANN401
        """Tell whether Oxigraph and rdflib agree about an expression, errors included."""
        name = getattr(part, "name", "")
        if name == "UnaryNot":
            return self._is_exact(part["expr"])
        if name in ("ConditionalAndExpression", "ConditionalOrExpression"):
            return all(self._is_exact(one) for one in (part["expr"], *part["other"]))
        if name in _EXISTS:
            return bool(_simplified(part.graph).name == "BGP")
        if name in _EXACT:
            return True
        if name == "RelationalExpression" and part["op"] in _EQUALITY:
            others = part["other"] if isinstance(part["other"], list) else [part["other"]]
            return isinstance(part["expr"], Variable) and all(isinstance(one, URIRef) for one in others)
        return False

    def value(self, part: Any) -> str:  # noqa: ANN401
        """Return an expression."""
        if not isinstance(part, CompValue):
            return _term(part)
        name = part.name
        if name in ("ConditionalAndExpression", "ConditionalOrExpression"):
            operator = " && " if name == "ConditionalAndExpression" else " || "
            return "(" + operator.join(self.value(one) for one in (part["expr"], *part["other"])) + ")"
        if name == "RelationalExpression":
            return self._relation(part)
        if name in ("AdditiveExpression", "MultiplicativeExpression"):
            pairs = zip(part["op"], part["other"], strict=True)
            return f"({self.value(part['expr'])}" + "".join(f" {op} {self.value(one)}" for op, one in pairs) + ")"
        if name in ("UnaryNot", "UnaryMinus"):
            return f"{'!' if name == 'UnaryNot' else '-'}({self.value(part['expr'])})"
        return self._call(part)

    def _relation(self, part: Any) -> str:  # noqa: ANN401
        other = part["other"]
        right = f"({', '.join(self.value(one) for one in other)})" if isinstance(other, list) else self.value(other)
        return f"({self.value(part['expr'])} {part['op']} {right})" if part["op"] else self.value(part["expr"])

    def _call(self, part: Any) -> str:  # noqa: ANN401
        name = part.name
        if name in _EXISTS and self._is_exact(part):
            return (
                f"{'NOT ' if name == 'Builtin_NOTEXISTS' else ''}EXISTS {{ {self._triples(_simplified(part.graph))} }}"
            )
        if name == "Builtin_BOUND":
            return f"BOUND({_term(part['arg'])})"
        if name == "Builtin_DATATYPE":
            inner = f"STR(DATATYPE({self.value(part['arg'])}))"
            return f'IRI(IF(STRSTARTS({inner}, "{AS_WRITTEN}"), STRAFTER({inner}, "{AS_WRITTEN}"), {inner}))'
        if name == "Builtin_REGEX":
            flags = self.value(part["flags"]) if part.get("flags") is not None else '""'
            return f"<{MATCHES}>(STR({self.value(part['text'])}), {self.value(part['pattern'])}, {flags})"
        if name not in _BUILTINS:
            raise UntranslatableError(f"{name} in sh:select")
        function, fields = _BUILTINS[name]
        values = [one for field in fields for one in (part[field] if isinstance(part[field], list) else [part[field]])]
        return f"{function}({', '.join(self.value(one) for one in values)})"


def _simplified(part: Any) -> Any:  # noqa: ANN401
    """Return a pattern without joins to the empty one, which rdflib leaves in nested groups."""
    while part.name == "Join":
        if part.p1.name == "BGP" and not part.p1.triples:
            part = part.p2
        elif part.p2.name == "BGP" and not part.p2.triples:
            part = part.p1
        else:
            break
    return part


def _term(node: Any) -> str:  # noqa: ANN401
    if isinstance(node, Variable):
        return f"?{node}"
    if isinstance(node, BNode):
        return f"?blank{node}"
    if isinstance(node, URIRef):
        return iri(node)
    if isinstance(node, Literal):
        return term(node)
    raise UntranslatableError(f"{node!r} in sh:select")


def _free(part: Any) -> set[Variable]:  # noqa: ANN401
    """Return the variables of an expression, those of patterns inside it left out."""
    if isinstance(part, Variable):
        return {part}
    if isinstance(part, CompValue) and part.name not in _EXISTS:
        return {variable for name, one in part.items() if name != "_vars" for variable in _free(one)}
    if isinstance(part, list | tuple):
        return {variable for one in part for variable in _free(one)}
    return set()


def _certain(part: Any) -> set[Variable]:  # noqa: ANN401
    """Return the variables that a pattern binds in each of its solutions."""
    match part.name:
        case "BGP":
            return {term for triple in part.triples for term in triple if isinstance(term, Variable)}
        case "Filter" | "Extend":
            return _certain(part.p)
        case "LeftJoin":
            return _certain(part.p1)
        case "Join":
            return _certain(part.p1) | _certain(part.p2)
        case "Union":
            return _certain(part.p1) & _certain(part.p2)
        case _:
            return set()


def set_based(text: str, names: tuple[tuple[str, str], ...], focus: str) -> str:
    """Return the query for all focus nodes of the pattern `focus` that may have a solution of the constraint `text`.

    Raises UntranslatableError if it has parts that are not translated, or does not read `$this`.
    """
    if "currentShape" in text or "shapesGraph" in text:
        raise UntranslatableError("$currentShape or $shapesGraph in sh:select")
    try:
        algebra: Any = prepared(text, names).algebra
    except InputError as error:
        raise UntranslatableError(f"sh:select that is not SPARQL: {error}") from error
    if algebra.name != "SelectQuery" or algebra.get("datasetClause"):
        raise UntranslatableError("sh:select that is no plain SELECT")
    part = algebra.p
    while part.name in ("Distinct", "Reduced", "Project", "OrderBy", "Extend"):  # what SELECT itself computes
        if part.name == "Extend" and part.var == _THIS:
            raise UntranslatableError("$this given by sh:select")
        part = part.p
    body = _Writer().pattern(part, may=True, top=True)
    return f"SELECT DISTINCT ?this WHERE {{ {focus} {body} }}"
