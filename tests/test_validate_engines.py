"""Both engines give the same results: on random graphs with random shapes, and on the W3C suite."""

from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import random_graphs
from rdflib import RDF, Graph, Namespace, URIRef

from ukrgraph.errors import InputError
from ukrgraph.validate import data, engines, results, shapes
from ukrgraph.validate.exact import kept, to_rdflib
from ukrgraph.validate.incremental import Change, Session
from ukrgraph.validate.quiet import quiet
from ukrgraph.validate.reference import Engine
from ukrgraph.validate.view import copy
from ukrgraph.validate.vocabulary import SH

SUITE = Path(__file__).parents[1].parent / "shared" / "w3c" / "data-shapes" / "tests"
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SEEDS = 100
"""Graphs compared in the test run; `python tests/random_graphs.py 1000` compares as many as you like."""

UNSUPPORTED = {"sparql/pre-binding/shapesGraph-001.ttl": "pySHACL does not bind $shapesGraph"}


@pytest.mark.parametrize("first", range(0, SEEDS, 10))
def test_random_graphs_have_the_same_results_in_both_engines(first):
    for seed in range(first, first + 10):
        mine, plain, _, missed = random_graphs.answers(seed)
        assert (seed, mine, missed) == (seed, plain, ())


def test_random_shapes_are_translated_and_have_results():
    some = [random_graphs.answers(seed) for seed in range(20)]
    assert sum(reasons.count("") for _, _, reasons, _ in some) > 40
    assert sum(len(mine) for mine, *_ in some if not isinstance(mine, str)) > 200


def test_random_edits_leave_the_results_of_a_full_run():
    for seed in range(25):
        maker = random_graphs.Maker(seed)
        store, graph = random_graphs.graphs(seed)
        try:
            session = Session(store, graph)
        except InputError:
            continue
        for step in range(5):
            change = edit(maker, store)
            session.update(change)
            fresh = data.add_quads(data.Data(ox.Store()), ()).store
            fresh.extend(store)
            assert (seed, step, session.results) == (seed, step, engines.validate(fresh, graph).results)


def edit(maker, store):
    """Return a random edit: triples of another random graph come, some of the store's go."""
    other = data.load([data.source("edit.ttl", maker.data().encode())]).store
    added = [quad for quad in other if not isinstance(quad.subject, ox.BlankNode)][: maker.chance.randint(0, 4)]
    there = sorted(store, key=str)
    removed = maker.chance.sample(there, min(len(there) - 1, maker.chance.randint(0, 4)))
    return Change(tuple(quad for quad in added if quad not in removed), tuple(removed))


def test_the_guard_finds_a_node_that_a_wrong_translation_loses(monkeypatch):
    store = data.load([data.source("d.ttl", b"@prefix e: <urn:e:> . e:a a e:C . e:b a e:C .")]).store
    text = (
        b"@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <urn:e:> .\n"
        b"e:S a sh:NodeShape ; sh:targetClass e:C ; sh:property [ sh:path e:p ; sh:minCount 1 ] ."
    )
    graph = shapes.from_sources((data.source("s.ttl", text),)).graph
    right = engines.plainly(store, graph)
    monkeypatch.setattr("ukrgraph.validate.incremental.suspects", lambda *_: [])
    run = engines.validate(store, graph)
    assert run.missed == (URIRef("urn:e:S"),)
    assert run.results == right
    assert len(right) == 2


@pytest.mark.parametrize(
    ("values", "strict", "raw"),
    [
        pytest.param(
            'e:from "2022-13-41"^^xsd:date ; e:to "2022-10-01"^^xsd:date', 1, 1, id="an ill-typed date, greater"
        ),
        pytest.param('e:from "2022-01-41"^^xsd:date ; e:to "2022-10-01"^^xsd:date', 1, 0, id="an ill-typed date, less"),
        pytest.param("e:from e:a ; e:to e:b", 1, 0, id="IRIs"),
        pytest.param('e:from "2022-01-01"^^xsd:date ; e:to "2022-10-01"^^xsd:date', 0, 0, id="dates in order"),
    ],
)
def test_less_than_follows_the_specification_where_pyshacl_compares_strings(values, strict, raw):
    assert counted(LESS_THAN, values) == (strict, strict, raw)


@pytest.mark.parametrize(
    ("values", "strict", "raw"),
    [
        pytest.param('e:from "2022-12-01" ; e:to "2022-10-01"^^xsd:date', 0, 1, id="a string and a date"),
        pytest.param('e:from 642 ; e:to "2022-10-01"^^xsd:date', 0, 1, id="a number and a date"),
        pytest.param('e:from "2022-12-01"^^xsd:date ; e:to "2022-10-01"^^xsd:date', 1, 1, id="two dates"),
    ],
)
def test_a_filter_follows_the_specification_where_rdflib_orders_anything(values, strict, raw):
    assert counted(SPARQL, values) == (strict, strict, raw)


HEAD = """\
@prefix e: <urn:e:> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
LESS_THAN = "e:S a sh:NodeShape ; sh:targetNode e:x ; sh:property [ sh:path e:from ; sh:lessThan e:to ] ."
SPARQL = (
    "e:S a sh:NodeShape ; sh:targetNode e:x ; sh:sparql [ sh:select "
    "'SELECT $this WHERE { $this <urn:e:from> ?a ; <urn:e:to> ?b FILTER (?a > ?b) }' ] ."
)


def counted(shape, values):
    """Return how many results there are with the pre-filter, with pySHACL corrected, and with pySHACL as it comes."""
    store = data.load([data.source("d.ttl", f"{HEAD} e:x {values} .".encode())]).store
    graph = shapes.from_sources((data.source("s.ttl", f"{HEAD}{shape}".encode()),)).graph
    plain = [engines.plainly(store, graph, corrected=corrected) for corrected in (True, False)]
    return (len(engines.validate(store, graph).results), *map(len, plain))


def suite():
    if not SUITE.is_dir():
        return []
    return [path for path in sorted(SUITE.rglob("*.ttl")) if b"sht:Validate" in path.read_bytes()]


def test_the_w3c_suite_is_there():
    if not SUITE.is_dir():
        pytest.skip(f"the W3C SHACL test suite is not at {SUITE}")
    assert len(suite()) == 121


@pytest.mark.parametrize("path", suite(), ids=lambda path: str(path.relative_to(SUITE)))
def test_w3c_suite(path):
    for manifest, test in entries(path):
        action = manifest.value(test, MF.action)
        places = [
            Path(str(manifest.value(action, name)).removeprefix("file://")) for name in (SHT.dataGraph, SHT.shapesGraph)
        ]
        store = data.load([data.source(str(places[0]))]).store
        graph = shapes.from_sources((data.source(str(places[1])),)).graph
        expected = manifest.value(test, MF.result)
        name = str(path.relative_to(SUITE))
        if expected == SHT.Failure or name in UNSUPPORTED:
            for engine in (engines.validate, engines.plainly):
                with pytest.raises(InputError, match="correct the shape"):
                    engine(store, graph)
            continue
        mine = engines.validate(store, graph).results
        assert mine == engines.plainly(store, graph)
        assert sorted(map(cut, mine)) == sorted(expected_results(manifest, expected))


def entries(path):
    """Return the graph of a file of the suite, its blank nodes numbered as in data and shapes, with each test in it."""
    manifest = Graph()
    with quiet():
        for quad in kept(data.parsed(data.source(str(path)))):
            manifest.add(tuple(map(to_rdflib, (quad.subject, quad.predicate, quad.object))))
    return [(manifest, test) for test in manifest.subjects(RDF.type, SHT.Validate)]


def cut(result):
    return (result.focus, result.path, result.value, result.shape, result.component, result.severity)


def expected_results(manifest, report):
    for result in manifest.objects(report, SH.result):
        path = manifest.value(result, SH.resultPath)
        terms = [
            manifest.value(result, name)
            for name in (SH.focusNode, SH.value, SH.sourceShape, SH.sourceConstraintComponent, SH.resultSeverity)
        ]
        focus, value, shape, component, severity = ("" if term is None else results.n3(term) for term in terms)
        yield (focus, "" if path is None else results.path_text(manifest, path), value, shape, component, severity)


def test_pyshacl_itself_gives_the_same_number_of_results():
    """The engine is driven shape by shape; this is the door that everybody uses."""
    for seed in (1, 2, 3):
        store, graph = random_graphs.graphs(seed)
        with quiet():
            private = Graph()
            private += graph
            conforms, report, _ = pyshacl.validate(copy(store, graph.namespace_manager), shacl_graph=private)
        found = engines.plainly(store, graph, corrected=False)
        assert len(list(report.objects(None, SH.result))) == len(found)
        assert conforms is (not found)


def test_an_engine_keeps_the_shapes_graph_it_was_given():
    _, graph = random_graphs.graphs(1)
    before = set(graph)
    Engine(graph, Graph()).validate_all()
    assert set(graph) == before
