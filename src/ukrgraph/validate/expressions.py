"""Tests of one value as SPARQL expressions, each from two sides.

`may` is true whenever the value may fail, `must` only when it fails for certain. A filter on `may` loses no failing
node; `sh:not`, `sh:or` and `sh:xone` need both sides, because they turn them round. Neither side is ever an error.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

import pyoxigraph as ox
from rdflib import RDF, RDFS, XSD, Literal, URIRef
from rdflib.term import Node

from ukrgraph.validate.exact import AS_WRITTEN, to_ox
from ukrgraph.validate.paths import UntranslatableError, iri

ALWAYS, NEVER = "true", "false"

_CAST = frozenset({XSD.integer, XSD.decimal, XSD.date, XSD.dateTime, XSD.boolean})
_NUMBERS = (XSD.integer, XSD.decimal)
_ORDERED = frozenset({*_NUMBERS, XSD.date, XSD.dateTime})


class Test(NamedTuple):
    """When a value fails: `may` over-approximates, `must` under-approximates."""

    may: str
    must: str


PASSES = Test(NEVER, NEVER)
UNKNOWN = Test(ALWAYS, NEVER)


def certain(expression: str) -> Test:
    """Return the test of an expression that is true exactly when the value fails, and never an error."""
    return Test(expression, expression)


def guarded(expression: str) -> Test:
    """Return the test of an expression that is true when the value fails, but may be an error."""
    return Test(f"COALESCE({expression}, true)", f"COALESCE({expression}, false)")


def _joined(parts: Sequence[str], operator: str, neutral: str, absorbing: str) -> str:
    kept = list(dict.fromkeys(part for part in parts if part != neutral))
    if absorbing in kept:
        return absorbing
    return f" {operator} ".join(f"({part})" for part in kept) if kept else neutral


def any_of(tests: Sequence[Test]) -> Test:
    """Return the test that fails when one of `tests` does."""
    return Test(
        _joined([t.may for t in tests], "||", NEVER, ALWAYS), _joined([t.must for t in tests], "||", NEVER, ALWAYS)
    )


def all_of(tests: Sequence[Test]) -> Test:
    """Return the test that fails when all of `tests` do."""
    return Test(
        _joined([t.may for t in tests], "&&", ALWAYS, NEVER), _joined([t.must for t in tests], "&&", ALWAYS, NEVER)
    )


def not_(expression: str) -> str:
    """Return the negation of an expression that is never an error."""
    return {ALWAYS: NEVER, NEVER: ALWAYS}.get(expression, f"!({expression})")


def inverted(test: Test) -> Test:
    """Return the test that fails when `test` passes (`sh:not`)."""
    return Test(not_(test.must), not_(test.may))


def exactly_one(tests: Sequence[Test]) -> Test:
    """Return the test that fails unless exactly one of `tests` passes (`sh:xone`)."""
    sure = []
    for test in tests:
        others = [other.must for other in tests if other is not test]
        sure.append(_joined([not_(test.may), *others], "&&", ALWAYS, NEVER))
    none = _joined([test.must for test in tests], "&&", ALWAYS, NEVER)
    two = [
        _joined([not_(one.may), not_(other.may)], "&&", ALWAYS, NEVER)
        for number, one in enumerate(tests)
        for other in tests[:number]
    ]
    return Test(not_(_joined(sure, "||", NEVER, ALWAYS)), _joined([none, *two], "||", NEVER, ALWAYS))


def term(node: Node) -> str:
    """Return a term as it stands in the store, in SPARQL.

    Raises UntranslatableError for a blank node.
    """
    if isinstance(node, URIRef):
        return iri(node)
    if isinstance(node, Literal):
        return str(to_ox(node))
    raise UntranslatableError("a blank node as a value")


def datatype(value: str, wanted: Node) -> Test:
    """Return the test of `sh:datatype` (SHACL, section 4.1.2): the datatype, and a lexical form that fits it."""
    if wanted in (RDFS.Literal, RDFS.Datatype):
        raise UntranslatableError("sh:datatype rdfs:Literal")
    other = f"(!isLiteral({value}) || DATATYPE({value}) != {iri(wanted)})"
    if wanted in (XSD.string, RDF.langString):
        return certain(other)
    written = f'isLiteral({value}) && STRSTARTS(STR(DATATYPE({value})), "{AS_WRITTEN}")'
    if wanted not in _CAST:
        return Test(ALWAYS, f"{other} && !({written})")
    ill = f"!COALESCE(isLiteral({iri(wanted)}(STR({value}))), false)"
    return Test(f"{other} || {ill}", f"({other} || {ill}) && !({written})")


def node_kind(value: str, wanted: Node) -> Test:
    """Return the test of `sh:nodeKind` (SHACL, section 4.1.3)."""
    names = str(wanted).rpartition("#")[2]
    known = {"IRI": "isIRI", "BlankNode": "isBlank", "Literal": "isLiteral"}
    parts = [part for part in names.replace("Or", " ").split() if part in known]
    if not parts:
        raise UntranslatableError(f"sh:nodeKind {wanted}")
    return certain(not_(" || ".join(f"{known[part]}({value})" for part in parts)))


def ordered(left: str, operator: str, right: str, bound: Node | None = None) -> Test:
    """Return the test that fails unless `left operator right`; `bound` is the right side if it is a constant.

    Only pairs that Oxigraph and rdflib order alike can pass: whole and decimal numbers, dates without time zone, and
    instants in UTC.
    """
    if bound is not None and not (
        isinstance(bound, Literal) and (bound.datatype in _ORDERED) and term(bound) == _plain(bound)
    ):
        return UNKNOWN
    return Test(f"!COALESCE({left} {operator} {right} && {alike(left, right)}, false)", NEVER)


def alike(left: str, right: str) -> str:
    """Return an expression that is true if two literals are of datatypes that Oxigraph and rdflib compare alike."""
    kinds, numbers = (", ".join(iri(kind) for kind in family) for family in (sorted(_ORDERED), _NUMBERS))
    same = f"(DATATYPE({left}) = DATATYPE({right}) && DATATYPE({left}) IN ({kinds}))"
    return f"({same} || (DATATYPE({left}) IN ({numbers}) && DATATYPE({right}) IN ({numbers})))"


def _plain(literal: Literal) -> str:
    return f'"{literal}"^^<{literal.datatype}>'


def length(value: str, operator: str, bound: Node) -> Test:
    """Return the test of `sh:minLength` or `sh:maxLength`: it fails when the length `operator` the bound."""
    if not (isinstance(bound, Literal) and bound.datatype == XSD.integer and bound.value is not None):
        raise UntranslatableError("a length that is no xsd:integer")
    if operator == "<" and int(bound.value) == 0:
        return PASSES
    return certain(f"(isBlank({value}) || STRLEN(STR({value})) {operator} {int(bound.value)})")


def language_in(value: str, ranges: Sequence[Node]) -> Test:
    """Return the test of `sh:languageIn` (SHACL, section 4.4.4), as pySHACL matches: whole tags, or primary ones."""
    if not all(isinstance(one, Literal) for one in ranges):
        raise UntranslatableError("sh:languageIn with something else than strings")
    tags = ", ".join(str(to_ox(Literal(str(one).lower()))) for one in ranges)
    if any(str(one) == "*" for one in ranges):
        return guarded(f'(!isLiteral({value}) || LANG({value}) = "")')
    if not tags:
        return certain(ALWAYS)
    tag = f"LCASE(LANG({value}))"
    return guarded(f'(!isLiteral({value}) || !({tag} IN ({tags}) || STRBEFORE({tag}, "-") IN ({tags})))')


def member(value: str, allowed: Sequence[Node]) -> Test:
    """Return the test of `sh:in` (SHACL, section 4.8.3): the same term as one of `allowed`."""
    if allowed and all(isinstance(one, URIRef) for one in allowed):
        return certain(f"(!isIRI({value}) || {value} NOT IN ({', '.join(term(one) for one in allowed)}))")
    same = " || ".join(f"sameTerm({value}, {term(one)})" for one in allowed)
    return certain(not_(same) if same else ALWAYS)


_ALIKE = re.compile(
    r"\^?(?:[A-Za-z0-9_:/,#@%=&~ -]|\\[.\\/$^*+?()\[\]{}|-]|\[\^?[A-Za-z0-9_./:-]+\]|[*+?]|\{[0-9,]+\}|[()|])*\$?"
)
"""Patterns that Oxigraph and Python match alike: no classes such as \\w, no dot, no flags."""

MATCHES = "urn:ukrgraph:matches"
"""The function that asks Python: a value, a pattern and its flags."""


def pattern(value: str, wanted: Node, flags: str) -> Test:
    """Return the test of `sh:pattern` (SHACL, section 4.4.3), searched for anywhere in the string.

    Raises UntranslatableError if Python does not take the pattern.
    """
    if not isinstance(wanted, Literal):
        raise UntranslatableError("sh:pattern that is no literal")
    try:
        re.compile(str(wanted))
    except re.error as error:
        raise UntranslatableError(f"sh:pattern {str(wanted)!r}: {error}") from error
    text = to_ox(Literal(str(wanted)))
    if not flags and _ALIKE.fullmatch(str(wanted)):
        found = f"REGEX(STR({value}), {text})"
    else:
        found = f"<{MATCHES}>({value}, {text}, {to_ox(Literal(flags))})"
    return guarded(f"(isBlank({value}) || !{found})")


def matches(value: object, wanted: object, flags: object) -> ox.Literal:
    """Tell whether Python finds a pattern in a value: the function behind `MATCHES`; flags as pySHACL reads them."""
    options = re.NOFLAG
    options |= re.IGNORECASE if "i" in getattr(flags, "value", "").lower() else options
    options |= re.MULTILINE if "m" in getattr(flags, "value", "").lower() else options
    return ox.Literal(re.search(getattr(wanted, "value", ""), getattr(value, "value", ""), options) is not None)
