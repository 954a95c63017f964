"""What validation looked at: shapes that looked at nothing, and data that no shape looked at."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import pyoxigraph as ox
from rdflib import RDF, Graph, URIRef
from rdflib.term import Node

from ukrgraph.finding import Severity
from ukrgraph.near import nearest
from ukrgraph.terms import CLASSES, PROPERTIES, UKG
from ukrgraph.validate.results import n3
from ukrgraph.validate.rows import rows
from ukrgraph.validate.shapes import rule
from ukrgraph.validate.translate import Plan
from ukrgraph.validate.vocabulary import SH, SHACL
from ukrgraph.validate.wording import short

_W3C = ("http://www.w3.org/", "https://www.w3.org/")


class Gap(NamedTuple):
    """Something that nobody looked at: the rule of the finding, what it is, and the node of the data or the shape.

    `number` is how many nodes are left out.
    """

    rule: str
    severity: Severity
    message: str
    advice: str
    node: str = ""
    path: str = ""
    shape: Node | None = None
    number: int = 0


class Coverage(NamedTuple):
    """How many shapes with targets there are, how many nodes they look at, and what was left out."""

    shapes: int
    checked: int
    not_covered: int
    gaps: tuple[Gap, ...]

    def line(self) -> str:
        """Return the figures in one line."""
        return f"{self.shapes} shapes, {self.checked} nodes checked, {self.not_covered} not covered"


def coverage(store: ox.Store, graph: Graph, plans: Sequence[Plan], may_be_empty: Iterable[str] = ()) -> Coverage:
    """Return what the shapes of `graph`, by their `plans`, looked at in `store`.

    Rules in `may_be_empty` are expected to match nothing now and then.
    """
    patterns = [plan.focus for plan in plans if plan.focus]
    gaps = [*vacuous(store, graph, plans, frozenset(may_be_empty))]
    nodes_left = list(_nodes(store, graph, patterns))
    gaps += nodes_left
    gaps += _properties(store, graph)
    gaps += _unknown(store)
    return Coverage(len(plans), _checked(store, patterns), sum(gap.number for gap in nodes_left), tuple(gaps))


def _union(patterns: Sequence[str]) -> str:
    return " UNION ".join(f"{{ {pattern} }}" for pattern in patterns)


def _checked(store: ox.Store, patterns: Sequence[str]) -> int:
    if not patterns:
        return 0
    query = f"SELECT (COUNT(DISTINCT ?this) AS ?n) WHERE {{ {_union(list(dict.fromkeys(patterns)))} }}"
    return int(next(rows(store, query))["n"].value)


def vacuous(store: ox.Store, graph: Graph, plans: Sequence[Plan], may_be_empty: frozenset[str]) -> Iterator[Gap]:
    """Yield the shapes whose targets the data does not have, except those in `may_be_empty`."""
    for plan in plans:
        name = rule(graph, plan.shape)
        if not plan.focus or name in may_be_empty or any(True for _ in rows(store, _one(plan.focus))):
            continue
        targets = sorted(
            f"{short(n3(kind), {'sh': SHACL})} {short(n3(term))}"
            for kind in (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
            for term in graph.objects(plan.shape, kind)
        )
        message = f"{name}: no node of the data is its target ({', '.join(targets) or 'implicit class'})"
        advice = "correct the target; if nothing is expected, give the rule a minimum of 0 in the counts file"
        yield Gap("vacuous-shape", Severity.WARNING, message, advice, shape=plan.shape)


def _one(pattern: str) -> str:
    return f"SELECT ?this WHERE {{ {pattern} }} LIMIT 1"


def namespaces(graph: Graph) -> list[str]:
    """Return the namespaces that a shapes graph is about: ours, and those of the classes it targets, W3C's left out."""
    found = {UKG}
    for term in graph.objects(None, SH.targetClass):
        text = str(term)
        cut = max(text.rfind("#"), text.rfind("/")) + 1
        if not text.startswith(_W3C):
            found.add(text[:cut])
    return sorted(found)


def _within(variable: str, graph: Graph) -> str:
    tests = (f'STRSTARTS(STR({variable}), "{namespace}")' for namespace in namespaces(graph))
    return " || ".join(tests)


def _nodes(store: ox.Store, graph: Graph, patterns: Sequence[str]) -> Iterator[Gap]:
    """Yield the classes of our namespaces with instances that no shape has as its target."""
    kinds = [
        row["type"]
        for row in rows(store, f"SELECT DISTINCT ?type WHERE {{ ?s a ?type FILTER({_within('?type', graph)}) }}")
    ]
    for kind in sorted(kinds, key=str):
        if any(str(kind) in pattern for pattern in patterns):
            continue
        left = _left(store, kind, patterns)
        if left:
            message = f"no shape looks at {len(left)} instance{'s' if len(left) > 1 else ''} of {short(str(kind))}"
            advice = "add a shape for the class, or correct the class"
            yield Gap("uncovered-node", Severity.WARNING, message, advice, left[0], n3(RDF.type), number=len(left))


def _left(store: ox.Store, kind: object, patterns: Sequence[str]) -> list[str]:
    """Return the instances of a class that are no target of any pattern, sorted."""
    instances = {str(row["this"]) for row in rows(store, f"SELECT ?this WHERE {{ ?this a {kind} }}")}
    for pattern in dict.fromkeys(patterns):
        if not instances:
            break
        query = f"SELECT DISTINCT ?this WHERE {{ ?this a {kind} . {pattern} }}"
        instances -= {str(row["this"]) for row in rows(store, query)}
    return sorted(instances)


def mentioned(graph: Graph) -> set[str]:
    """Return the IRIs that a shapes graph names as terms or in SPARQL, in full."""
    found = {str(term) for triple in graph for term in triple if isinstance(term, URIRef)}
    texts = [str(term) for name in (SH.select, SH.ask) for term in graph.objects(None, name)]
    for prefix, namespace in graph.namespaces():
        for text in texts:
            found |= {f"{namespace}{word}" for word in _local_names(text, prefix)}
    return found


def _local_names(text: str, prefix: str) -> Iterator[str]:
    for part in text.split(f"{prefix}:")[1:]:
        word = ""
        for character in part:
            if not (character.isalnum() or character in "_-"):
                break
            word += character
        if word:
            yield word


def _properties(store: ox.Store, graph: Graph) -> Iterator[Gap]:
    """Yield the properties of our namespaces that the data uses and no shape names."""
    known = mentioned(graph)
    select = "SELECT ?p (COUNT(*) AS ?n) (MIN(STR(?s)) AS ?first)"
    query = f"{select} WHERE {{ ?s ?p ?o FILTER({_within('?p', graph)}) }} GROUP BY ?p"
    for row in sorted(rows(store, query), key=str):
        if row["p"].value not in known:
            count = int(row["n"].value)
            message = f"no shape looks at {short(str(row['p']))}, used {count} time{'s' if count > 1 else ''}"
            node = f"<{row['first'].value}>"
            yield Gap(
                "uncovered-property", Severity.WARNING, message, "add it to a shape, or correct it", node, str(row["p"])
            )


def _unknown(store: ox.Store) -> Iterator[Gap]:
    """Yield the properties and classes of our ontology's namespace that it does not have."""
    for pattern, known, kind in (("?s ?term ?o", PROPERTIES, "property"), ("?s a ?term", CLASSES, "class")):
        ours = f'{pattern} FILTER(STRSTARTS(STR(?term), "{UKG}"))'
        query = f"SELECT ?term (MIN(STR(?s)) AS ?first) WHERE {{ {ours} }} GROUP BY ?term"
        for row in sorted(rows(store, query), key=str):
            name = row["term"].value.removeprefix(UKG)
            if name in known:
                continue
            near = nearest(name, known, 1)
            advice = f"did you mean ukg:{near[0]}?" if near else f"use a {kind} of the ontology"
            path = str(row["term"]) if kind == "property" else n3(RDF.type)
            yield Gap(
                "unknown-term",
                Severity.VIOLATION,
                f"there is no {kind} ukg:{name}",
                advice,
                f"<{row['first'].value}>",
                path,
            )
