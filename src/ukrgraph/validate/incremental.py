"""Validation that remembers: after an edit, only what the edit may concern is looked at again.

The results are those of a full run: the tests compare them over random sequences of edits.
"""

import random
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pyoxigraph as ox
from rdflib import RDFS, Graph
from rdflib.term import Node

from ukrgraph.validate.exact import keep, to_rdflib
from ukrgraph.validate.prefilter import suspects
from ukrgraph.validate.quiet import quiet
from ukrgraph.validate.reads import Read, Reads, reads
from ukrgraph.validate.reference import Engine
from ukrgraph.validate.results import Result, n3
from ukrgraph.validate.rows import focus_nodes
from ukrgraph.validate.targets import Classes, classes
from ukrgraph.validate.translate import Plan, translate
from ukrgraph.validate.view import view

MOST = 2000
"""Focus nodes of a shape beyond which all of its queries are run anew instead."""

Term = ox.NamedNode | ox.BlankNode | ox.Literal
Found = dict[str, list[Result]]
"""Results of a shape by focus node; "" stands for all of them together."""

_ALL = ""


class State(NamedTuple):
    """What a later session over nearly the same data can start from.

    `results` are by shape and focus node, as N-Triples terms; `plans` and `reads` hold for these `classes` of the data.
    """

    results: Mapping[str, Mapping[str, Iterable[Result]]]
    plans: tuple[Plan, ...]
    reads: Mapping[Node, Reads]
    classes: Classes


class Change(NamedTuple):
    """The quads that an edit adds and takes away."""

    added: tuple[ox.Quad, ...]
    removed: tuple[ox.Quad, ...]


class Session:
    """A data graph under edit, with its results."""

    def __init__(self, store: ox.Store, shapes: Graph, state: State | None = None) -> None:
        """Validate `store`, or take over the `state` of a session over the same data and shapes.

        Raises InputError if the shapes graph is malformed.
        """
        self.store, self._shapes = store, shapes
        self._found: dict[Node, Found] = {}
        self._reads: dict[Node, Reads] = {}
        with quiet():
            self._engine = Engine(shapes, view(store, shapes.namespace_manager))
            if state is None or state.classes != classes(store):
                self._all_over()
            else:
                self.plans, self._reads = list(state.plans), dict(state.reads)
                for plan in self.plans:
                    kept = state.results.get(n3(plan.shape), {})
                    self._found[plan.shape] = {focus: list(results) for focus, results in kept.items()}

    @property
    def results(self) -> list[Result]:
        """Return the results, sorted."""
        return sorted(one for by_focus in self._found.values() for results in by_focus.values() for one in results)

    def state(self) -> State:
        """Return what a later session over nearly the same data can start from."""
        for plan in self.plans:
            self._read_by(plan)
        found = {n3(shape): by_focus for shape, by_focus in self._found.items() if by_focus}
        return State(found, tuple(self.plans), self._reads, classes(self.store))

    def _read_by(self, plan: Plan) -> Reads:
        if plan.shape not in self._reads:
            self._reads[plan.shape] = reads(self._engine.shapes, plan.shape, self._engine.query_text)
        return self._reads[plan.shape]

    def _all_over(self) -> None:
        engine = self._engine
        self.plans = translate(engine.shapes, engine.nodes(), self.store, engine.query_text)
        self._reads = {}
        self._found = {plan.shape: self._whole(plan) for plan in self.plans}

    def _whole(self, plan: Plan) -> Found:
        """Return the results of a shape on all of its focus nodes."""
        if plan.reason:
            results = self._engine.validate({plan.shape: None})
            return {_ALL: results} if results else {}
        return self._validated(plan.shape, suspects(self.store, plan))

    def _validated(self, shape: Node, nodes: list[Node]) -> Found:
        """Return the results of a shape on `nodes`, by node."""
        if self._engine.is_flat(shape):
            found: Found = {}
            for result in self._engine.validate({shape: nodes}):
                found.setdefault(result.focus, []).append(result)
            return found
        each = {n3(node): self._engine.validate({shape: [node]}) for node in nodes}
        return {focus: results for focus, results in each.items() if results}

    def update(self, change: Change) -> None:
        """Apply an edit to the store, unless it has it already, and bring the results up to date."""
        quads = [*map(_as_stored, change.added), *map(_as_stored, change.removed)]
        for quad in quads[len(change.added) :]:
            self.store.remove(quad)
        self.store.extend(quads[: len(change.added)])
        with quiet():
            if any(quad.predicate.value == str(RDFS.subClassOf) for quad in quads):
                self._all_over()
                return
            for plan in self.plans:
                self._again(plan, quads)

    def _again(self, plan: Plan, quads: list[ox.Quad]) -> None:
        """Bring the results of one shape up to date after `quads` came or went."""
        concerned = self._concerned(self._read_by(plan), quads)
        if concerned is None or (concerned and plan.reason):
            self._found[plan.shape] = self._whole(plan)
        elif concerned:
            found = self._found[plan.shape]
            for term in concerned:
                found.pop(n3(to_rdflib(term)), None)
            found.update(self._validated(plan.shape, self._targets(plan, concerned)))

    def _concerned(self, read: Reads, quads: list[ox.Quad]) -> set[Term] | None:
        """Return the nodes whose validation may read one of `quads`; None if that cannot be told, or for too many."""
        if read.anywhere is None or any(quad.predicate.value in read.anywhere for quad in quads):
            return None
        found: set[Term] = set()
        for one in read.along:
            ends: set[Term] = {
                quad.object if one.inverse else quad.subject  # type: ignore[misc]  # no triple terms in the store
                for quad in quads
                if one.predicate is None or quad.predicate.value == one.predicate
            }
            back = self._back(one, ends)
            if back is None or len(found) > MOST:
                return None
            found |= back
        return found

    def _back(self, read: Read, ends: set[Term]) -> set[Term] | None:
        """Return the nodes from which the chain of `read` leads to `ends`, or None if one of them has no name."""
        if not read.chain or not ends:
            return ends
        if any(isinstance(end, ox.BlankNode) for end in ends) or len(ends) > MOST:
            return None
        values = " ".join(sorted(map(str, ends)))
        query = f"SELECT DISTINCT ?this WHERE {{ VALUES ?end {{ {values} }} ?this {read.chain} ?end }}"
        found = ends | set(focus_nodes(self.store, query))  # a path of no step leads from an end to itself
        return found if len(found) <= MOST else None

    def _targets(self, plan: Plan, nodes: set[Term]) -> list[Node]:
        """Return those of `nodes` that are focus nodes of a shape now, sorted."""
        named = " ".join(sorted(str(node) for node in nodes if not isinstance(node, ox.BlankNode)))
        query = f"SELECT DISTINCT ?this WHERE {{ VALUES ?this {{ {named} }} {plan.focus} }}"
        found = set(focus_nodes(self.store, query))
        if any(isinstance(node, ox.BlankNode) for node in nodes):
            found |= nodes & set(focus_nodes(self.store, f"SELECT DISTINCT ?this WHERE {{ {plan.focus} }}"))
        return sorted((to_rdflib(term) for term in found), key=str)

    def guard(self, sample: int, seed: int) -> tuple[Node, ...]:
        """Look at a random focus node of each of `sample` shapes again; return the shapes whose results were not right.

        Those shapes are validated whole by pySHACL, so that the results are right afterwards.
        """
        chance = random.Random(seed)  # noqa: S311  # a sample, no secret
        translated = [plan for plan in self.plans if not plan.reason]
        wrong = []
        with quiet():
            for plan in chance.sample(translated, min(sample, len(translated))):
                query = f"SELECT ?this WHERE {{ {plan.focus} }} OFFSET {chance.randrange(64)} LIMIT 1"
                first = f"SELECT ?this WHERE {{ {plan.focus} }} LIMIT 1"
                nodes = [to_rdflib(term) for term in (*focus_nodes(self.store, query), *focus_nodes(self.store, first))]
                if nodes and self._validated(plan.shape, nodes[:1]).get(n3(nodes[0]), []) != self._expected(
                    plan, nodes[0]
                ):
                    wrong.append(plan.shape)
            for shape in wrong:
                self._found[shape] = {_ALL: self._engine.validate({shape: None})}
        return tuple(wrong)

    def _expected(self, plan: Plan, node: Node) -> list[Result]:
        return sorted(self._found[plan.shape].get(n3(node), []))


def _as_stored(quad: ox.Quad) -> ox.Quad:
    """Return a quad as it stands in the store."""
    if isinstance(quad.object, ox.Literal):
        return ox.Quad(quad.subject, quad.predicate, keep(quad.object), quad.graph_name)
    return quad
