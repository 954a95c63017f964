"""The two ways to the same results: with the pre-filter, and pySHACL alone."""

from typing import NamedTuple

import pyoxigraph as ox
from rdflib import Graph
from rdflib.term import Node

from ukrgraph.validate.incremental import Change, Session, State
from ukrgraph.validate.quiet import quiet
from ukrgraph.validate.reference import Engine
from ukrgraph.validate.results import Result
from ukrgraph.validate.translate import Plan, translate
from ukrgraph.validate.view import copy, view

SAMPLE = 20
"""How many focus nodes are looked at again in a run, as a guard."""


class Run(NamedTuple):
    """What validation gave: results, how each shape was done, the shapes whose translation lost a node, and a state.

    The state is what a later run with a few changes starts from.
    """

    results: list[Result]
    plans: list[Plan]
    missed: tuple[Node, ...] = ()
    state: State | None = None


def plans(store: ox.Store, shapes: Graph) -> list[Plan]:
    """Return how each shape with targets is validated."""
    with quiet():
        engine = Engine(shapes, view(store, shapes.namespace_manager))
        return translate(engine.shapes, engine.nodes(), store, engine.query_text)


def validate(store: ox.Store, shapes: Graph, *, sample: int = SAMPLE, seed: int = 0) -> Run:
    """Return the results of validating the union of all graphs of `store`.

    The sample is drawn with `seed`, so that the same input takes the same way. Raises InputError if the shapes graph is
    malformed.
    """
    session = Session(store, shapes)
    return _run(session, sample, seed)


def revalidate(store: ox.Store, shapes: Graph, state: State, change: Change) -> Run:
    """Return the results after an edit of data that had been validated to `state`; the store has the edit already."""
    session = Session(store, shapes, state)
    session.update(change)
    return _run(session, SAMPLE, 0)


def _run(session: Session, sample: int, seed: int) -> Run:
    missed = session.guard(sample, seed)
    return Run(session.results, session.plans, missed, session.state())


def plainly(store: ox.Store, shapes: Graph, *, corrected: bool = True) -> list[Result]:
    """Return the results of pySHACL alone, on a copy of the data in rdflib's memory.

    Without `corrected` it is pySHACL as it comes, departures from the specification included.
    """
    with quiet():
        data = copy(store, shapes.namespace_manager)
        data.strict = corrected
        return Engine(shapes, data, corrected=corrected).validate_all()
