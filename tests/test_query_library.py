"""The library's door: typed rows, warnings, data frames, and a worker that can be killed."""

import datetime as dt
import os
from decimal import Decimal
from time import perf_counter

import pytest
from query_project import PREFIXES, make_project

from ukrgraph.engine import Literal, NamedNode
from ukrgraph.engine.worker import Worker
from ukrgraph.errors import InputError, OutsideError, UsageError
from ukrgraph.graph import Graph, Iri, QueryWarning, Text, value

XSD = "http://www.w3.org/2001/XMLSchema#"
WHO = (
    "#+ params: {who: {type: entity, class: Actor, required: true}}\n"
    + PREFIXES
    + "SELECT ?s ?day ?label { ?s ukg:speaker ?who ; ukg:earliest ?day . ?who skos:prefLabel ?label"
    + " FILTER(LANG(?label) = 'uk') } ORDER BY ?s"
)
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(STR(?a) < STR(?j)) }"


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path, who_says=WHO)


def test_rows_are_typed(project):
    rows = Graph(project).query("who-says", who="Ann Example")
    assert len(rows) == 2
    assert rows[0] == ("https://w3id.org/ukrgraph/statement/a1", dt.date(2022, 2, 24), "Анна Приклад")
    assert (type(rows[0].s), type(rows[0].label), rows[0].label.language) == (Iri, Text, "uk")
    assert [row.day.day for row in rows] == [24, 28]
    assert rows.to_dicts()[1]["s"] == "https://w3id.org/ukrgraph/statement/a3"
    assert repr(rows) == "<Rows: 2 of s, day, label>"


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (None, None),
        (Literal("7", datatype=NamedNode(XSD + "integer")), 7),
        (Literal("1.50", datatype=NamedNode(XSD + "decimal")), Decimal("1.50")),
        (Literal("true", datatype=NamedNode(XSD + "boolean")), True),
        (
            Literal("2022-02-24T10:00:00Z", datatype=NamedNode(XSD + "dateTime")),
            dt.datetime(2022, 2, 24, 10, tzinfo=dt.UTC),
        ),
        (Literal("24 February", datatype=NamedNode(XSD + "date")), "24 February"),
        (Literal("1e3", datatype=NamedNode(XSD + "double")), 1000.0),
        (Literal("x"), "x"),
    ],
)
def test_a_term_becomes_the_python_value_it_stands_for(term, expected):
    assert value(term) == expected
    assert type(value(term)) is type(expected)


def test_mistakes_are_errors_and_empty_answers_warnings(project):
    graph = Graph(project)
    with pytest.raises(UsageError, match="who: expected an Actor"):
        graph.query("who-says", who="Nobody Here")
    with pytest.raises(UsageError, match="did you mean 'who-says'"):
        graph.query("who-say")
    with pytest.raises(InputError, match="query:1:12: expected"):
        graph.select("SELECT ?s {")
    with pytest.raises(UsageError, match="ask: expected an ASK query"):
        graph.ask("SELECT ?s { ?s ?p ?o }")
    with pytest.warns(QueryWarning) as caught:
        assert len(graph.select("SELECT ?s { ?s ukg:speaker id:anne-example }")) == 0
    assert [str(item.message).partition("\n")[0] for item in caught] == [
        "query:1: there is no term id:anne-example",
        "query:1: no rows: nothing matches",
    ]
    assert {item.filename for item in caught} == {__file__}


def test_all_forms_have_a_door(project):
    graph = Graph(project)
    assert graph.ask("ASK { id:coast a ukg:Place }") is True
    assert len(list(graph.construct("CONSTRUCT WHERE { ?s ukg:imposer ?o }"))) == 1
    assert [query.name for query in graph.queries()] == ["who-says"]
    assert (
        graph.why("a1", "speaker", "Ann Example").reasons[0].quotes[0].words == "Ann Example said the harbour closed."
    )
    assert len(graph.query("who-says", who="ann-example", limit=1)) == 1


@pytest.mark.parametrize("name", ["pandas", "polars"])
def test_rows_become_data_frames(project, name):
    pytest.importorskip(name, reason=f"{name} is not installed")
    frame = getattr(Graph(project).query("who-says", who="ann-example"), f"to_{name}")()
    assert list(frame.columns) == ["s", "day", "label"]
    assert frame.shape == (2, 3)
    assert list(frame["label"]) == ["Анна Приклад", "Анна Приклад"]


def test_a_frame_without_its_library_is_told(project, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(UsageError, match="pandas is not installed; run: pip install pandas"):
        Graph(project).query("who-says", who="ann-example").to_pandas()


def test_a_worker_answers_what_the_engine_answers_and_is_killed_in_time(project):
    graph = Graph(project, timeout=3.0)
    worker = graph.engine
    assert isinstance(worker, Worker)
    try:
        assert (
            graph.query("who-says", who="ann-example").to_dicts()
            == Graph(project).query("who-says", who="ann-example").to_dicts()
        )
        first = worker.start().pid
        assert graph.ask("ASK { id:coast a ukg:Place }") is True
        assert len(list(graph.construct("CONSTRUCT WHERE { ?s ukg:imposer ?o }"))) == 1
        assert worker.start().pid == first
        started = perf_counter()
        with pytest.raises(OutsideError, match=r"no answer after 3 s; it was stopped"):
            worker.answer(SLOW)
        assert perf_counter() - started < 30
        with pytest.raises(ProcessLookupError):
            os.kill(first, 0)
        assert graph.ask("ASK { id:coast a ukg:Place }") is True
        assert worker.start().pid != first
        with pytest.raises(SyntaxError):
            worker.answer("SELECT ?s {")
        with pytest.raises(RuntimeError, match="custom function"):
            worker.answer("SELECT (<http://e/f>(1) AS ?x) {}")
    finally:
        graph.close()


def test_a_worker_whose_graph_is_missing_says_so(tmp_path):
    (tmp_path / "data/graph").mkdir(parents=True)
    with Worker(tmp_path, 5) as worker, pytest.raises(InputError, match="run: ukrgraph build"):
        worker.answer("ASK {}")
