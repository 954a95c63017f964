"""Shapes graphs: from files and folders of Turtle to one graph, with the file of each shape."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox
from pyshacl.monkey import rdflib_bool_patch, rdflib_bool_unpatch
from rdflib import RDF, XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from ukrgraph.errors import InputError
from ukrgraph.store import FORMATS
from ukrgraph.validate.data import Source, source, unreadable
from ukrgraph.validate.exact import kept, to_rdflib
from ukrgraph.validate.vocabulary import PARAMETERS, SH, SHACL, TARGETS

_SHAPE_CLASSES = (SH.NodeShape, SH.PropertyShape)


class Shapes(NamedTuple):
    """A shapes graph, the sources it was read from, and the source of each shape with a name."""

    graph: Graph
    sources: tuple[Source, ...]
    homes: dict[str, str]


def files(places: Iterable[Path]) -> list[Path]:
    """Return the files that `places` name: each file, and the RDF files of each folder and its folders, by path.

    Raises InputError for a path that does not exist, or a folder without a file.
    """
    found = []
    for place in places:
        inside = sorted(place.rglob("*.ttl")) if place.is_dir() else [place]
        if not inside or not inside[0].exists():
            raise InputError(
                f"{place}: expected a shapes file or a folder of .ttl files, found nothing; check --shapes"
            )
        found += inside
    return found


def load(places: Iterable[Path]) -> Shapes:
    """Return the shapes of files and folders.

    Raises InputError if a file cannot be read or parsed, or if there is no shape in any of them.
    """
    sources = tuple(source(str(file)) for file in files(places))
    return from_sources(sources)


@lru_cache(maxsize=8)
def from_sources(sources: tuple[Source, ...]) -> Shapes:
    """Return the shapes of `sources`, which nobody may change; blank nodes are numbered in the order of appearance.

    Raises InputError if one cannot be parsed, or if there is no shape in any of them.
    """
    graph, homes = Graph(), {}
    for number, one in enumerate(sources):
        for triple in _triples(one, f"s{number}b" if number else "b", graph):
            graph.add(triple)
            if triple[1] == RDF.type and triple[2] in _SHAPE_CLASSES:
                homes[str(triple[0])] = one.name
    if not nodes(graph):
        names = ", ".join(one.name for one in sources)
        raise InputError(f"{names}: expected SHACL shapes, found none; nothing was validated")
    return Shapes(graph, sources, homes)


def _triples(one: Source, label: str, graph: Graph) -> Iterable[Any]:
    """Yield the triples of a source, and bind its prefixes in `graph`."""
    parser = ox.parse(one.content, format=FORMATS[one.format], base_iri=Path(one.name).absolute().as_uri())
    try:
        for quad in kept(parser, label):
            yield to_rdflib(quad.subject), to_rdflib(quad.predicate), _parameter(to_rdflib(quad.object))
    except SyntaxError as error:
        raise unreadable(one, error) from error
    for prefix, namespace in parser.prefixes.items():
        graph.bind(prefix, namespace, override=False)


def _parameter(term: Node) -> Node:
    """Return a term of a shapes graph; only the literal `true` is true in it, "1"^^xsd:boolean is not."""
    if not (isinstance(term, Literal) and term.datatype == XSD.boolean):
        return term
    rdflib_bool_patch()  # type: ignore[no-untyped-call]  # pySHACL's
    try:
        return Literal(str(term), datatype=XSD.boolean)
    finally:
        rdflib_bool_unpatch()  # type: ignore[no-untyped-call]  # pySHACL's


def nodes(graph: Graph) -> set[Node]:
    """Return the nodes that are shapes (SHACL, section 2.1): by class, by target, or by a parameter of a constraint."""
    found = {term for kind in _SHAPE_CLASSES for term in graph.subjects(RDF.type, kind)}
    found |= {term for name in TARGETS for term in graph.subjects(name)}
    return found | {term for name in PARAMETERS for term in graph.subjects(name) if (term, SH.path, None) in graph}


def parents(graph: Graph, shape: Node) -> list[Node]:
    """Return the shapes that refer to a shape, directly or through a list, sorted."""
    above = set()
    for node, name in graph.subject_predicates(shape):
        if str(name).startswith(SHACL):
            above.add(node)
        elif name in (RDF.first, RDF.rest):
            head = node
            while (previous := graph.value(predicate=RDF.rest, object=head)) is not None:
                head = previous
            above |= {other for other, term in graph.subject_predicates(head) if str(term).startswith(SHACL)}
    return sorted(above, key=str)


def rule(graph: Graph, shape: Node) -> str:
    """Return the stable name of a rule: the local name of the shape, or of the nearest named shape around it."""
    waiting, seen = [shape], set()
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, URIRef):
            return local_name(str(one))
        seen.add(one)
        waiting += [above for above in parents(graph, one) if above not in seen]
    return "unnamed-shape" if isinstance(shape, BNode) else str(shape)


def local_name(iri: str) -> str:
    """Return what follows the last '#' or '/' of an IRI."""
    return iri.rstrip("#/").replace("#", "/").rpartition("/")[2] or iri
