"""The W3C evaluation tests of SPARQL 1.1, through the query layer and by Oxigraph alone: the same answers."""

import io
from pathlib import Path

import pyoxigraph as ox
import pytest
from query_project import SHARED

from ukrgraph import results
from ukrgraph.engine import Solutions, Triples, parse_solutions
from ukrgraph.engine.local import Local
from ukrgraph.errors import UkrgraphError
from ukrgraph.query.catalogue import parse as stored
from ukrgraph.query.run import prepare, run

SUITE = SHARED / "w3c/sparql11"
MANIFEST = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QUERY_TEST = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
LEFT_OUT = {
    "service",
    "syntax-fed",
    "protocol",
    "service-description",
    "entailment",
    "http-rdf-update",
    "graph-store-protocol",
}


def evaluation_tests():
    """Yield name, query file, data files and named graphs of each evaluation test."""
    found = ox.Store()
    for manifest in sorted(SUITE.glob("*/manifest.ttl")):
        if manifest.parent.name not in LEFT_OUT:
            found.bulk_load(path=str(manifest), base_iri=manifest.as_uri(), to_graph=ox.NamedNode(manifest.as_uri()))
    query = f"""SELECT ?test ?query (GROUP_CONCAT(DISTINCT COALESCE(STR(?data), ""); separator=" ") AS ?default)
            (GROUP_CONCAT(DISTINCT COALESCE(STR(?graph), ""); separator=" ") AS ?named) {{
        ?test a <{MANIFEST}QueryEvaluationTest> ; <{MANIFEST}action> ?action .
        ?action <{QUERY_TEST}query> ?query .
        OPTIONAL {{ ?action <{QUERY_TEST}data> ?data }}
        OPTIONAL {{ ?action <{QUERY_TEST}graphData> ?graph }}
    }} GROUP BY ?test ?query ORDER BY ?test"""
    return [tuple(term.value for term in row) for row in found.query(query, use_default_graph_as_union=True)]


TESTS = evaluation_tests() if SUITE.is_dir() else []


def load(default, named):
    store = ox.Store()
    for graph, uris in ((None, default.split()), ("named", named.split())):
        for uri in uris:
            target = ox.NamedNode(uri) if graph else ox.DefaultGraph()
            store.load(path=Path(uri.removeprefix("file://")).as_posix(), base_iri=uri, to_graph=target)
    return store


class Alone(Local):
    """Oxigraph over the default graph of a test."""

    def answer(self, query):
        return self.store.query(query)


def lines(answer):
    """Return an answer as sorted lines, blank nodes without their names."""
    if isinstance(answer, Triples):
        return sorted(str(triple) for triple in answer if "_:" not in str(triple))
    if isinstance(answer, Solutions):
        return sorted(
            "\t".join("_:" if isinstance(term, ox.BlankNode) else str(term) for term in row) for row in answer
        )
    return [str(bool(answer))]


@pytest.mark.skipif(not TESTS, reason="the W3C test suites are not here (../shared/w3c)")
def test_the_suite_is_whole():
    assert len(TESTS) >= 200


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test[0].rpartition("/sparql11/")[2])
def test_the_layer_answers_what_the_engine_answers(test):
    _, file, default, named = test
    text = Path(file.removeprefix("file://")).read_text(encoding="utf-8")
    store = load(default, named)
    try:
        alone = lines(store.query(text))
    except (SyntaxError, RuntimeError):
        with pytest.raises(UkrgraphError):
            run(prepare(stored(text, "w3c", Path(file).name), {}, Alone(store)), Alone(store))
        return
    prepared = prepare(stored(text, "w3c", Path(file).name), {}, Alone(store))
    random_values = any(word in text.upper() for word in ("RAND()", "UUID()", "NOW()", "BNODE("))
    got = lines(run(prepared, Alone(store)))
    assert len(got) == len(alone) if random_values else got == alone


@pytest.mark.parametrize("format", ["json", "xml", "tsv"])
@pytest.mark.parametrize("test", TESTS, ids=lambda test: test[0].rpartition("/sparql11/")[2])
def test_what_our_writers_write_reads_back_equal(test, format):
    _, file, default, named = test
    text = Path(file.removeprefix("file://")).read_text(encoding="utf-8")
    try:
        answer = load(default, named).query(text)
    except (SyntaxError, RuntimeError):
        assert "nonexistent" not in file
        return
    if not isinstance(answer, Solutions):
        assert not isinstance(answer, Solutions)
        return
    names = tuple(variable.value for variable in answer.variables)
    rows = [tuple(solution) for solution in answer]
    output = io.BytesIO()
    results.writer(format)(results.Table(names, rows), output, results.Style())
    back = parse_solutions(output.getvalue(), format)
    assert tuple(variable.value for variable in back.variables) == names
    assert [plain(row) for row in back] == [plain(row) for row in rows]


def plain(row):
    return ["_:" if isinstance(term, ox.BlankNode) else str(term) for term in row]
