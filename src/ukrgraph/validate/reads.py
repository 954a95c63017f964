"""Which triples a shape reads: what has to be looked at again after an edit.

A constraint reads the triples with one predicate at the nodes that some path leads to from the focus node. So from a
triple that changed, the same path walked backwards leads to the focus nodes that it may concern. SPARQL constraints are
known by their predicates alone: if one of them changed, the whole shape is validated again.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from rdflib import RDF, Graph, URIRef
from rdflib.collection import Collection
from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Node

from ukrgraph.errors import InputError
from ukrgraph.validate import paths
from ukrgraph.validate.cached import names_of, prepared
from ukrgraph.validate.paths import UntranslatableError
from ukrgraph.validate.translate import Texts
from ukrgraph.validate.vocabulary import NEUTRAL, PARAMETERS, PATH_OPERATORS, SH, SHACL

_PAIRS = (SH.equals, SH.disjoint, SH.lessThan, SH.lessThanOrEquals)
_ONE = (SH.node, SH["not"], SH.property, SH.qualifiedValueShape)
_LISTS = (SH["and"], SH["or"], SH.xone)
_DEEPEST = 12


class Read(NamedTuple):
    """A shape reads the triples with `predicate` (None: any) at the nodes that `chain` leads to.

    `chain` is a SPARQL path from the focus node, "" for the focus node itself. The node is the triple's subject, or its
    object if `inverse`.
    """

    chain: str
    predicate: str | None
    inverse: bool = False


class Reads(NamedTuple):
    """What a shape reads along paths, and the predicates whose change concerns all of its focus nodes (None: any)."""

    along: frozenset[Read]
    anywhere: frozenset[str] | None = frozenset()


EVERYTHING = Reads(frozenset(), None)


def reads(graph: Graph, shape: Node, texts: Texts) -> Reads:
    """Return what a shape with targets reads."""
    try:
        found = frozenset([*_targets(graph, shape), *_shape(graph, shape, "", 0)])
        anywhere = frozenset(_queried(graph, shape, texts, 0))
    except (UntranslatableError, InputError):
        return EVERYTHING
    return Reads(found, anywhere)


def _targets(graph: Graph, shape: Node) -> Iterator[Read]:
    if (shape, SH.target, None) in graph:
        raise UntranslatableError("a target that is not of SHACL Core")
    yield Read("", str(RDF.type))
    for term in graph.objects(shape, SH.targetSubjectsOf):
        yield Read("", str(term))
    for term in graph.objects(shape, SH.targetObjectsOf):
        yield Read("", str(term), inverse=True)


def _shape(graph: Graph, shape: Node, chain: str, depth: int) -> Iterator[Read]:
    """Yield what a shape reads when `chain` leads to its focus nodes."""
    _check(graph, shape, depth)
    values = chain
    path = graph.value(shape, SH.path)
    if path is not None:
        yield from _path(graph, path, chain)
        values = _longer(chain, paths.text(graph, path))
    if (shape, SH["class"], None) in graph:
        yield Read(values, str(RDF.type))
    if (shape, SH.closed, None) in graph:
        yield Read(values, None)
    for name in _PAIRS:
        for term in graph.objects(shape, name):
            yield Read(chain, str(term))
    for inner in _inner(graph, shape):
        yield from _shape(graph, inner, values, depth + 1)


def _check(graph: Graph, shape: Node, depth: int) -> None:
    """Raise UntranslatableError for a shape of which it is not known what it reads."""
    if depth > _DEEPEST:
        raise UntranslatableError("shapes nested too deep")
    for name in graph.predicates(shape):
        if str(name).startswith(SHACL) and name not in PARAMETERS | NEUTRAL:
            raise UntranslatableError(f"{name}")
        if (None, SH.path, name) in graph and any(graph.subjects(SH.parameter)):
            raise UntranslatableError("a custom component")


def _inner(graph: Graph, shape: Node) -> Iterator[Node]:
    for name in _ONE:
        yield from graph.objects(shape, name)
    for name in _LISTS:
        for head in graph.objects(shape, name):
            yield from Collection(graph, head)


def _longer(chain: str, step: str) -> str:
    return f"{chain}/{step}" if chain else step


def _path(graph: Graph, path: Node, chain: str) -> Iterator[Read]:
    """Yield what walking a path reads."""
    if isinstance(path, URIRef):
        yield Read(chain, str(path))
        return
    if (path, RDF.first, None) in graph:
        here = chain
        for step in Collection(graph, path):
            yield from _path(graph, step, here)
            here = _longer(here, paths.text(graph, step))
        return
    for head in graph.objects(path, SH.alternativePath):
        for member in Collection(graph, head):
            yield from _path(graph, member, chain)
    for operator in PATH_OPERATORS:
        for inner in graph.objects(path, operator):
            if operator == SH.inversePath:
                yield from (one._replace(inverse=not one.inverse) for one in _path(graph, inner, chain))
            elif operator == SH.zeroOrOnePath:
                yield from _path(graph, inner, chain)
            else:
                yield from _path(graph, inner, _longer(chain, f"({paths.text(graph, inner)})*"))


def _queried(graph: Graph, shape: Node, texts: Texts, depth: int) -> Iterator[str]:
    """Yield the predicates of the SPARQL constraints of a shape and of the shapes inside it."""
    if depth > _DEEPEST:
        raise UntranslatableError("shapes nested too deep")
    for constraint in graph.objects(shape, SH.sparql):
        algebra: Any = prepared(texts(shape, constraint), names_of(graph)).algebra
        yield from _predicates(algebra)
    for inner in _inner(graph, shape):
        yield from _queried(graph, inner, texts, depth + 1)


def _predicates(part: Any) -> Iterator[str]:  # noqa: ANN401  # rdflib's algebra is untyped
    if isinstance(part, CompValue):
        for triple in part.get("triples") or () if part.name == "BGP" else ():
            yield from _steps(triple[1])
        for value in (*part.values(), part.__dict__.get("graph")):
            yield from _predicates(value)
    elif isinstance(part, list):
        for value in part:
            yield from _predicates(value)


def _steps(predicate: Any) -> Iterator[str]:  # noqa: ANN401
    if isinstance(predicate, URIRef):
        yield str(predicate)
    elif isinstance(predicate, InvPath):
        yield from _steps(predicate.arg)
    elif isinstance(predicate, SequencePath | AlternativePath):
        for one in predicate.args:
            yield from _steps(one)
    elif isinstance(predicate, MulPath):
        yield from _steps(predicate.path)
    else:
        raise UntranslatableError("a variable or a negated set as predicate")
