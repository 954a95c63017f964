"""Which nodes a shape looks at, as SPARQL (SHACL, section 2.1.3)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import pyoxigraph as ox
from rdflib import OWL, RDF, RDFS, BNode, Graph, Literal
from rdflib.term import Node

from ukrgraph.terms import RDFS as RDFS_NAMESPACE
from ukrgraph.validate.paths import UntranslatableError, iri
from ukrgraph.validate.rows import rows
from ukrgraph.validate.vocabulary import SH

_SUBCLASSES = f"SELECT DISTINCT ?class ?above {{ ?class <{RDFS_NAMESPACE}subClassOf> ?above }}"


@dataclass(frozen=True, slots=True)
class Classes:
    """The subclasses that the data graph states, by class; None stands for a blank node."""

    below: dict[str, set[str | None]] = field(default_factory=dict)

    def of(self, name: Node) -> list[str]:
        """Return a class and all its subclasses as terms, sorted.

        Raises UntranslatableError if one of them is a blank node.
        """
        iri(name)
        found: set[str] = set()
        waiting: list[str | None] = [str(name)]
        while waiting:
            one = waiting.pop()
            if one is None:
                raise UntranslatableError(f"a subclass of {name} without a name")
            if one not in found:
                found.add(one)
                waiting += self.below.get(one, ())
        return sorted(f"<{one}>" for one in found)


def classes(store: ox.Store) -> Classes:
    """Return the classes of a data graph."""
    below: dict[str, set[str | None]] = {}
    for row in rows(store, _SUBCLASSES):
        above, one = row["above"], row["class"]
        if isinstance(above, ox.NamedNode):
            below.setdefault(above.value, set()).add(one.value if isinstance(one, ox.NamedNode) else None)
    return Classes(below)


class Target(NamedTuple):
    """The focus nodes of a shape: a pattern that binds ?this, once each; or a test of ?this if it is cheaper.

    `has_type` is an expression that is true of focus nodes alone, where the only target is one of classes.
    """

    pattern: str
    has_type: str = ""


def declared(shapes: Graph, shape: Node) -> bool:
    """Tell whether a shape names targets of its own, or is a class itself."""
    names = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
    return any((shape, name, None) in shapes for name in names) or is_class(shapes, shape)


def is_class(shapes: Graph, shape: Node) -> bool:
    """Tell whether a shape is a class as well, and so the target of itself (implicit class target)."""
    kinds = {RDFS.Class, OWL.Class, *shapes.subjects(RDFS.subClassOf, RDFS.Class)}
    return any(kind in kinds for kind in shapes.objects(shape, RDF.type))


def target(shapes: Graph, shape: Node, known: Classes) -> Target | None:
    """Return the focus nodes of a shape, or None if it names none.

    Raises UntranslatableError for targets that are literals or blank nodes.
    """
    wanted = sorted({*shapes.objects(shape, SH.targetClass), *([shape] if is_class(shapes, shape) else [])}, key=str)
    names = sorted({name for one in wanted for name in known.of(one)})
    choices = [f"VALUES ?type {{ {' '.join(names)} }} ?this a ?type ."] if wanted else []
    choices += _others(shapes, shape)
    if not choices:
        return None
    if len(choices) == 1 and wanted:
        pattern = choices[0] if len(names) == 1 else f"{{ SELECT DISTINCT ?this {{ {choices[0]} }} }}"
        return Target(pattern, f"EXISTS {{ ?this a ?type FILTER(?type IN ({', '.join(names)})) }}")
    union = " UNION ".join(f"{{ {choice} }}" for choice in choices)
    return Target(f"{{ SELECT DISTINCT ?this {{ {union} }} }}")


def _others(shapes: Graph, shape: Node) -> Iterable[str]:
    nodes = sorted(shapes.objects(shape, SH.targetNode), key=str)
    if any(isinstance(node, Literal | BNode) for node in nodes):
        raise UntranslatableError("a literal or a blank node as sh:targetNode")
    if nodes:
        yield f"VALUES ?this {{ {' '.join(map(iri, nodes))} }}"
    for name in sorted(shapes.objects(shape, SH.targetSubjectsOf), key=str):
        yield f"?this {iri(name)} ?any ."
    for name in sorted(shapes.objects(shape, SH.targetObjectsOf), key=str):
        yield f"?any {iri(name)} ?this ."
