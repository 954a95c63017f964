"""What is wrong with a shapes graph: nothing in it may be ignored in silence.

A misspelt `sh:minCuont` or class makes a shape that every node passes, in every engine. Here each term of SHACL and of
our own namespaces must exist, each parameter must be well-formed, and each shape must be reachable.
"""

import re
from collections.abc import Iterable, Iterator
from importlib.resources import files as package_files
from typing import NamedTuple

import pyoxigraph as ox
from rdflib import RDF, RDFS, Graph, Literal, URIRef
from rdflib.namespace import SH as SHACL_TERMS
from rdflib.term import Node

from ukrgraph.concepts import SCHEMES, concept
from ukrgraph.finding import Finding, Severity
from ukrgraph.near import nearest
from ukrgraph.terms import CLASSES, PROPERTIES, UKC, UKG
from ukrgraph.validate import engines
from ukrgraph.validate.data import Source
from ukrgraph.validate.exact import to_ox
from ukrgraph.validate.places import Files
from ukrgraph.validate.reference import Engine
from ukrgraph.validate.results import Result, n3
from ukrgraph.validate.shapes import Shapes, from_sources, nodes, parents, rule
from ukrgraph.validate.vocabulary import PARAMETERS, SH, SHACL, TARGETS
from ukrgraph.validate.wording import own_message, short

_KEYWORDS = frozenset({"and", "class", "in", "not", "or"})
_KNOWN_SHACL = _KEYWORDS | {str(term).removeprefix(SHACL) for term in dir(SHACL_TERMS) if str(term).startswith(SHACL)}
_NOTATIONS = frozenset(
    str(concept(scheme, notation)).removeprefix(UKC)
    for scheme, known in SCHEMES.items()
    for notation in known.notations
) | frozenset(SCHEMES)
_OWN = {UKG: CLASSES | PROPERTIES, UKC: _NOTATIONS}
_CLASS_PLACES = (SH.targetClass, SH["class"])
_PROPERTY_PLACES = (
    SH.path,
    SH.targetSubjectsOf,
    SH.targetObjectsOf,
    SH.equals,
    SH.disjoint,
    SH.lessThan,
    SH.lessThanOrEquals,
)
_PREFIXED = re.compile(r"(?<![\w:/<#])(ukg|ukc|sh):([A-Za-z][\w-]*)")


class _Fault(NamedTuple):
    """A fault of a shapes graph, and the triple that has it."""

    rule: str
    severity: Severity
    message: str
    advice: str
    subject: Node
    predicate: Node | None = None
    term: Node | None = None


def check(shapes: Shapes, *, meta: bool = False) -> list[Finding]:
    """Return the faults of a shapes graph with their places; `meta` adds the shapes that SHACL gives for shapes."""
    graph = shapes.graph
    faults = [*_unknown(graph), *_misplaced(graph), *_unreachable(graph), *_malformed(shapes)]
    if meta:
        faults += _against_shacl(graph)
    locate = Files(shapes.sources)
    return [_finding(fault, locate, graph) for fault in dict.fromkeys(faults)]


def _finding(fault: _Fault, locate: Files, graph: Graph) -> Finding:
    subject = fault.subject
    while not isinstance(subject, URIRef):
        above = sorted({*parents(graph, subject), *graph.subjects(None, subject)}, key=str)
        if not above:
            break
        subject = above[0]
    parts = [n3(part) if part is not None else "" for part in (subject, fault.predicate, fault.term)]
    where = locate(Result(parts[0], parts[1], parts[2], "", "", "", "", ()))
    name = rule(graph, fault.subject)
    file, line, column, source, width = where[:5] if where else ("shapes", 0, 0, "", 0)
    return Finding(
        fault.rule, fault.severity, f"{name}: {fault.message}", file, line, column, source, width, fault.advice
    )


def _unknown(graph: Graph) -> Iterator[_Fault]:
    for subject, predicate, term in sorted(graph, key=str):
        yield from _unknown_term(predicate, (subject, predicate, term))
        if isinstance(term, URIRef):
            yield from _unknown_term(term, (subject, predicate, term))
        elif isinstance(term, Literal) and predicate in (SH.select, SH.ask):
            for prefix, name in dict.fromkeys(_PREFIXED.findall(str(term))):
                namespace = {"ukg": UKG, "ukc": UKC, "sh": SHACL}[prefix]
                yield from _unknown_term(URIRef(namespace + name), (subject, predicate, term))


def _unknown_term(term: Node, triple: tuple[Node, Node, Node]) -> Iterator[_Fault]:
    for namespace, known in ({SHACL: _KNOWN_SHACL} | _OWN).items():
        name = str(term).removeprefix(namespace)
        if isinstance(term, URIRef) and str(term).startswith(namespace) and name and name not in known:
            written = short(n3(term), {"ukg": UKG, "ukc": UKC, "sh": SHACL})
            near = nearest(name, known, 1)
            advice = f"did you mean {written.partition(':')[0]}:{near[0]}?" if near else "correct the name"
            yield _Fault("unknown-term", Severity.VIOLATION, f"there is no term {written}", advice, *triple)


def _misplaced(graph: Graph) -> Iterator[_Fault]:
    """Yield classes where a property is due, and properties where a class is."""
    for names, wrong, wanted in ((_CLASS_PLACES, PROPERTIES, "class"), (_PROPERTY_PLACES, CLASSES, "property")):
        right = CLASSES if wanted == "class" else PROPERTIES
        for predicate in names:
            for subject, term in sorted(graph.subject_objects(predicate), key=str):
                local = str(term).removeprefix(UKG)
                if isinstance(term, URIRef) and str(term).startswith(UKG) and local in wrong - right:
                    message = f"expected a {wanted}, got {short(n3(term))}"
                    near = nearest(local, right, 1)
                    advice = f"did you mean ukg:{near[0]}?" if near else f"name a {wanted}"
                    yield _Fault("misplaced-term", Severity.VIOLATION, message, advice, subject, predicate, term)


def _has_target(graph: Graph, shape: Node) -> bool:
    classes = {RDFS.Class, URIRef("http://www.w3.org/2002/07/owl#Class")}
    named = any((shape, name, None) in graph for name in (*TARGETS, SH.target))
    return named or any(kind in classes for kind in graph.objects(shape, RDF.type))


def _unreachable(graph: Graph) -> Iterator[_Fault]:
    for shape in sorted(nodes(graph), key=str):
        used = _has_target(graph, shape) or parents(graph, shape)
        if not used:
            message = "no target, and no shape refers to it"
            yield _Fault("unused-shape", Severity.WARNING, message, "give it a target, or take it away", shape)
        components = {term for one in graph.objects(None, SH.parameter) for term in graph.objects(one, SH.path)}
        says = {name for name in graph.predicates(shape) if name in PARAMETERS or name in components or name == SH.rule}
        if not says and (shape, SH.expression, None) not in graph and (shape, SH.js, None) not in graph:
            message = "no constraint"
            yield _Fault("empty-shape", Severity.WARNING, message, "give it a constraint, or take it away", shape)


def _malformed(shapes: Shapes) -> Iterator[_Fault]:
    engine = Engine(shapes.graph, Graph())
    for shape, reason in engine.malformed():
        yield _Fault("malformed-shape", Severity.VIOLATION, reason, "correct the shape", shape)


def _against_shacl(graph: Graph) -> Iterator[_Fault]:
    """Yield what the shapes for shapes find (SHACL, appendix C), as pySHACL ships them."""
    text = (package_files("pyshacl") / "assets" / "shacl-shacl.ttl").read_bytes()
    rules = from_sources((Source("shacl-shacl.ttl", text, "turtle"),))
    store = ox.Store()
    for subject, predicate, term in graph:
        store.add(ox.Quad(to_ox(subject), ox.NamedNode(str(predicate)), to_ox(term)))  # type: ignore[arg-type]
    for result in engines.validate(store, rules.graph, sample=0).results:
        reason = own_message(result) or f"{short(result.path)} {short(result.value)} is not well-formed"
        yield _Fault(
            "malformed-shape", Severity.VIOLATION, reason, "correct the shape", _subject(graph, result), *_rest(result)
        )


def _subject(graph: Graph, result: Result) -> Node:
    return next((node for node in graph.subjects(unique=True) if n3(node) == result.focus), URIRef("urn:unknown"))


def _rest(result: Result) -> Iterable[Node | None]:
    path = URIRef(result.path[1:-1]) if result.path.startswith("<") else None
    value = URIRef(result.value[1:-1]) if result.value.startswith("<") else None
    return path, value
