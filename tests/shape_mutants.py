"""Mutants of the shapes: one term or number changed, which must be reported, or change the results of the cases.

Run as a script for all of them: `python tests/shape_mutants.py`; a number samples as many.
"""

import random
import sys
from pathlib import Path

from rdflib import XSD, Graph, Literal, URIRef

from ukrgraph.errors import InputError
from ukrgraph.terms import CLASSES, PROPERTIES, UKG
from ukrgraph.validate import coverage, data, lint, shapes
from ukrgraph.validate.nodes import Shapes as Reader
from ukrgraph.validate.prefilter import suspects
from ukrgraph.validate.quiet import quiet
from ukrgraph.validate.reference import Engine
from ukrgraph.validate.targets import classes
from ukrgraph.validate.translate import Translator
from ukrgraph.validate.view import view
from ukrgraph.validate.vocabulary import SH, SHACL

ROOT = Path(__file__).parents[1]
CASES = Path(__file__).parent / "cases" / "shapes"
WORLD = (CASES / "world.trig", ROOT / "ontology" / "ukrgraph.ttl", ROOT / "ontology" / "concepts.ttl")
KEYWORDS = ("minCount", "maxCount", "class", "datatype", "in", "pattern", "nodeKind", "node", "or", "not", "property")
KINDS = ("cardinality", "class", "datatype", "keyword", "path", "target")
OTHER_TYPES = {XSD.string: XSD.integer, XSD.integer: XSD.string, XSD.date: XSD.dateTime, XSD.decimal: XSD.integer}


def world(every=1):
    """Return a store with all cases of the shapes, or one in `every`, and the world they live in."""
    files = [*WORLD, *sorted(CASES.glob("*/*.trig"))[::every]]
    return data.load(data.source(str(file)) for file in files).store


def misspelt(term, chance):
    """Return an IRI with two letters of its local name in the wrong order, or one doubled."""
    head, local = str(term)[: str(term).rindex("#") + 1], str(term).rpartition("#")[2]
    at = chance.randrange(max(1, len(local) - 1))
    swapped = local[:at] + local[at + 1 : at + 2] + local[at : at + 1] + local[at + 2 :]
    return URIRef(head + (swapped if swapped != local else local + local[-1]))


def mutants(graph, chance):
    """Return (kind, shape, triple before, triple after) of every mutant of a shapes graph, in a stable order."""
    found = []
    for subject, predicate, term in sorted(graph, key=str):
        triple = (subject, predicate, term)
        if isinstance(term, URIRef) and str(term).startswith(UKG) and predicate in (SH.targetClass, SH["class"]):
            other = UKG + chance.choice(sorted(CLASSES - {str(term).removeprefix(UKG)}))
            kind = "target" if predicate == SH.targetClass else "class"
            found += [(kind, triple, (subject, predicate, one)) for one in (misspelt(term, chance), URIRef(other))]
        elif predicate == SH.path and isinstance(term, URIRef) and str(term).startswith(UKG):
            other = UKG + chance.choice(sorted(PROPERTIES - {str(term).removeprefix(UKG)}))
            found += [("path", triple, (subject, predicate, one)) for one in (misspelt(term, chance), URIRef(other))]
        elif predicate == SH.datatype and term in OTHER_TYPES:
            found.append(("datatype", triple, (subject, predicate, OTHER_TYPES[term])))
        elif predicate in (SH.minCount, SH.maxCount):
            number = int(term) - 1 if predicate == SH.minCount else int(term) + 1
            found.append(("cardinality", triple, (subject, predicate, Literal(number))))
        if str(predicate).removeprefix(SHACL) in KEYWORDS:
            found.append(("keyword", triple, (subject, misspelt(predicate, chance), term)))
    return found


def mutated(graph, before, after):
    """Return a copy of a graph with one triple changed."""
    other = Graph()
    for prefix, namespace in graph.namespaces():
        other.bind(prefix, namespace)
    other += graph
    other.remove(before)
    other.add(after)
    return other


def above(graph, shape):
    """Return a shape and all shapes that refer to it."""
    found, waiting = set(), [shape]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += shapes.parents(graph, one)
    return found


class Judge:
    """Tells whether a mutant is noticed; results of shapes that the mutant does not touch are not looked at."""

    def __init__(self):
        self.store = world()
        self.known = classes(self.store)
        self.shapes = shapes.load([ROOT / "shapes"])
        with quiet():
            self.faults = self.faults_of(self.shapes.graph)

    def faults_of(self, graph):
        faults = lint.check(shapes.Shapes(graph, (), {}))
        return {(fault.rule, fault.message) for fault in faults}

    def results(self, graph, concerned):
        """Return results and vacuous shapes of the shapes in `concerned` that have targets."""
        engine = Engine(graph, view(self.store, graph.namespace_manager))
        translator = Translator(Reader(engine.shapes, self.known), engine.query_text)
        plans = [translator.plan(shape) for shape in engine.nodes() if shape in concerned]
        plans = [plan for plan in plans if plan is not None]
        focus = {plan.shape: None if plan.reason else suspects(self.store, plan) for plan in plans}
        gaps = coverage.vacuous(self.store, graph, plans, frozenset())
        return engine.validate(focus), [gap.message for gap in gaps]

    def notices(self, before, after):
        """Tell whether a mutant is reported or changes what the shapes find in the cases."""
        graph = self.shapes.graph
        other = mutated(graph, before, after)
        with quiet():
            if self.faults_of(other) != self.faults:
                return True
            concerned = above(graph, before[0]) | above(other, before[0])
            try:
                return self.results(graph, concerned) != self.results(other, concerned)
            except InputError:
                return True


def judged(number=0, seed=0):
    """Return all mutants, or a sample of about `number`, as many of each kind, each with whether it is noticed."""
    chance = random.Random(seed)
    judge = Judge()
    every = mutants(judge.shapes.graph, chance)
    chosen = every
    if number:
        by_kind = [[one for one in every if one[0] == kind] for kind in KINDS]
        chosen = [one for kind in by_kind for one in chance.sample(kind, min(len(kind), number // len(KINDS)))]
    return [(kind, before, after, judge.notices(before, after)) for kind, before, after in chosen]


def main(number=0):
    """Print the mutants that nobody notices, and how many are noticed of each kind."""
    found = judged(number)
    for kind, before, after, noticed in found:
        if not noticed:
            print(f"{kind}: {before} -> {after[1:]}")  # noqa: T201
    for kind in sorted({kind for kind, *_ in found}):
        marks = [noticed for other, *_, noticed in found if other == kind]
        print(f"{kind}: {sum(marks)} of {len(marks)}")  # noqa: T201
    marks = [noticed for *_, noticed in found]
    print(f"all: {sum(marks)} of {len(marks)}, {100 * sum(marks) / len(marks):.1f} %")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
