"""Triples that stand in more than one graph are counted as a plain count of all quads would."""

from collections import Counter

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ukrgraph.store.content import Repeated, repeated

P, Q = ox.NamedNode("http://e.org/p"), ox.NamedNode("http://e.org/q")
SUBJECTS = (ox.NamedNode("http://e.org/a"), ox.NamedNode("http://e.org/b"), ox.BlankNode("b"))
OBJECTS = (ox.Literal("x"), ox.Literal("x", language="uk"), SUBJECTS[0])
GRAPHS = (ox.DefaultGraph(), ox.NamedNode("http://e.org/g"), ox.NamedNode("http://e.org/h"), ox.BlankNode("g"))

quads = st.builds(
    ox.Quad, st.sampled_from(SUBJECTS), st.sampled_from((P, Q)), st.sampled_from(OBJECTS), st.sampled_from(GRAPHS)
)


def stored(*given):
    store = ox.Store()
    store.extend(given)
    return store


@given(st.sets(quads))
def test_the_number_is_that_of_a_plain_count(given):
    number, found = repeated(stored(*given))
    copies = Counter(quad.triple for quad in given)
    assert number == len(given)
    assert found.number == sum(copies.values()) - len(copies)
    twice = {tuple(map(str, triple)) for triple, count in copies.items() if count > 1}
    assert found.example in (twice or {()})


@pytest.mark.parametrize("graphs", [GRAPHS[:1], GRAPHS[1:2], GRAPHS[3:]], ids=str)
def test_nothing_is_repeated_in_one_graph(graphs):
    given = [ox.Quad(SUBJECTS[0], P, object_, graphs[0]) for object_ in OBJECTS]
    assert repeated(stored(*given)) == (3, Repeated(0, ()))


def test_each_graph_more_counts_and_the_first_triple_is_the_example():
    given = [ox.Quad(subject, P, OBJECTS[0], graph) for subject in SUBJECTS[:2] for graph in GRAPHS]
    assert repeated(stored(*given)) == (8, Repeated(6, ("<http://e.org/a>", "<http://e.org/p>", '"x"')))
