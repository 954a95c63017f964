"""The shipped queries: their examples hold on Oxigraph, and notice when the query is changed."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest
from query_project import ROOT, make_project, published_engine, small_engine, ukrgraph

from ukrgraph.engine import write_triples
from ukrgraph.engine.reference import Reference
from ukrgraph.iri import Namespace
from ukrgraph.query import examples, export
from ukrgraph.query.catalogue import all_queries
from ukrgraph.query.catalogue import parse as stored
from ukrgraph.query.header import read
from ukrgraph.query.known import Known
from ukrgraph.query.lint import lint
from ukrgraph.query.mutants import mutants
from ukrgraph.sparql.parse import parse

QUERIES = all_queries(ROOT)
ENGINE = published_engine()
UNTOLD = {
    "office-holders-against-recognition": 2,
    "positions-held-over-time": 4,
}
"""How many mutants stay alive where they are more than one in ten: no example tells these patterns from none."""

FEW = 10
"""A query with fewer mutants than this may leave one alive, which is then more than 10 %."""


def test_there_are_at_least_40_queries_and_each_has_an_example_with_rows():
    assert len(QUERIES) >= 40
    assert [
        query.name for query in QUERIES if not any(item.rows or item.result for item in query.header.examples)
    ] == []


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_the_examples_hold(query):
    outcomes = [examples.check(query, example, ENGINE, None) for example in query.header.examples]
    assert [outcome.problem for outcome in outcomes if outcome.problem] == []


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_the_examples_notice_nine_of_ten_changes(query):
    found = list(dict.fromkeys(mutants(query.text)))
    alive = [
        mutant.change
        for mutant in found
        if not any(
            examples.check(replace(query, text=mutant.text), example, ENGINE, None).problem
            for example in query.header.examples
        )
    ]
    allowed = len(found) // 10 if len(found) >= FEW else 1
    assert len(alive) <= UNTOLD.get(query.name, allowed), alive


def test_mutants_replace_each_term_and_leave_out_each_pattern():
    head = "PREFIX ukg: <https://w3id.org/ukrgraph/ontology#>\nSELECT ?s "
    text = head + "{ ?s a ukg:Statement ; ukg:about ?x FILTER(?x != ?s) }"
    assert [mutant.text.removeprefix(head) for mutant in mutants(text)] == [
        "{ ?s a <https://w3id.org/ukrgraph/ontology#TerritorialClaim> ; ukg:about ?x FILTER(?x != ?s) }",
        "{ ?s a ukg:Statement ; <https://w3id.org/ukrgraph/ontology#act> ?x FILTER(?x != ?s) }",
        "{ ?s ukg:about ?x . FILTER(?x != ?s) }",
        "{ ?s a ukg:Statement . FILTER(?x != ?s) }",
        "{ ?s a ukg:Statement . ?s ukg:about ?x . }",
    ]


HEAD = "#+ summary: s\n#+ description: d\n#+ examples: [{rows: 1}]\n"


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("SELECT ?g { GRAPH ?g { { SELECT ?s { ?s ?p ?o } } } } ORDER BY ?g", "graph-around"),
        ("SELECT ?g { GRAPH ?g { VALUES ?x { 1 } } } ORDER BY ?g", "graph-around"),
        ("SELECT ?g { GRAPH ?g { ?s ?p ?o MINUS { ?s ?p 1 } } } ORDER BY ?g", "graph-around"),
        ("SELECT ?s FROM <http://e/g> { ?s ?p ?o } ORDER BY ?s", "from-clause"),
        ("SELECT ?s { ?s ?p ?o }", "no-order"),
        ("PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\nSELECT ?s { ?s ?p ?o } ORDER BY ?s", "unused-prefix"),
        ("SELECT ?s { ?s ukg:about ?o } ORDER BY ?s", "undeclared-prefix"),
        ("SELECT ?s { ?s ?p ?o ORDER BY ?s", "not-sparql"),
        ("select ?s { ?s ?p ?o } ORDER BY ?s", "keyword-case"),
        ("SELECT ?s ?x { ?s ?p ?o } ORDER BY ?s", "never-bound"),
    ],
)
def test_lint_refuses_what_cannot_be_kept(body, rule):
    found = lint(stored(HEAD + body, "q", "q.rq"), Known(small_engine()))
    assert rule in [finding.rule for finding in found]


@pytest.mark.parametrize(
    ("header", "rule"),
    [
        ("", "no-summary"),
        ("#+ summary: s\n", "no-description"),
        ("#+ summary: s\n#+ description: d\n", "no-example"),
        ("#+ summary: s\n#+ description: d\n#+ examples: [{rows: 0}]\n", "no-example"),
        (HEAD + "#+ params: {x: {type: date}}\n", "unused-parameter"),
        (HEAD + "#+ params: {s: {type: entity, class: Statment}}\n", "unknown-class"),
    ],
)
def test_lint_wants_a_header_that_says_enough(header, rule):
    found = lint(stored(header + "SELECT ?s { ?s ?p ?o } ORDER BY ?s", "q", "q.rq"), None)
    assert rule in [finding.rule for finding in found]


def test_graph_with_a_name_or_around_plain_patterns_is_fine():
    body = "SELECT ?g { GRAPH ?g { ?s ?p ?o } GRAPH <http://e/g> { VALUES ?x { 1 } } } ORDER BY ?g"
    assert lint(stored(HEAD + body, "q", "q.rq"), None) == []


@pytest.mark.parametrize(
    ("example", "problem"),
    [
        ("{rows: 2}", ""),
        ("{rows: 3}", "expected 3 rows, got 2"),
        ("{result: [[a1, Ann Example], [a3, Ann Example]]}", ""),
        ("{result: [[statement:a1, Ann Example], [a3, Ann Example]]}", "row 1"),
        (
            "{result: [[a3, Ann Example], [a1, Ann Example]]}",
            "row 1: expected ['a3', 'Ann Example'], got ['a1', 'Ann Example']",
        ),
        ("{result: [[a1, Ann Example]]}", "expected 1 rows, got 2"),
        ("{params: {who: Bob Example}, result: [[a2, Bob Example]]}", ""),
        ("{params: {who: nobody}, rows: 1}", "who: expected a Person"),
    ],
)
def test_an_example_is_compared_with_what_comes(example, problem):
    text = f"""#+ params: {{who: {{type: entity, class: Person, default: ann-example}}}}
#+ examples: [{example}]
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX ukg: <https://w3id.org/ukrgraph/ontology#>
SELECT ?s ?name {{ ?s ukg:speaker ?who . ?who skos:prefLabel ?name FILTER(LANG(?name) = "en") }} ORDER BY ?s"""
    query = stored(text, "q", "q.rq")
    found = examples.check(query, query.header.examples[0], small_engine(), None).problem
    assert found.startswith(problem) if problem else found == ""


def test_two_engines_that_differ_are_noticed():
    text = """#+ examples: [{rows: 4}]
PREFIX ukg: <https://w3id.org/ukrgraph/ontology#>
SELECT ?s { ?s ukg:speaker ?o } ORDER BY ?o"""
    query = stored(text, "q", "q.rq")
    reference = Reference([ROOT / "tests/cases/query/graph.trig"])
    assert examples.check(query, query.header.examples[0], small_engine(), Reference([])).problem.startswith(
        "Oxigraph and rdflib differ: only Oxigraph has"
    )
    fixed = replace(query, text=query.text.replace("ORDER BY ?o", "ORDER BY ?o ?s"))
    assert examples.check(fixed, query.header.examples[0], small_engine(), reference).problem == ""


def test_junit_counts_cases_and_failures():
    good = examples.Outcome("one", "a=<b>", "queries/one.rq", 3, "", 0.5)
    bad = examples.Outcome("two", "no parameters", "queries/two.rq", 4, 'expected "1" & got 2', 0.25)
    root = ET.fromstring(examples.junit([good, bad]))  # noqa: S314  # written by us
    assert dict(root.items()) == {"name": "queries", "tests": "2", "failures": "1", "errors": "0", "time": "0.750"}
    assert [case.get("name") for case in root] == ["a=<b>", "no parameters"]
    assert [item.get("message") for item in root.iter("failure")] == ['expected "1" & got 2']


def test_the_export_holds_every_query_in_full():
    store = ox.Store()
    store.load(write_triples(export.triples(QUERIES, "http://e/sparql"), "turtle", {}), format=ox.RdfFormat.TURTLE)
    query = f"""PREFIX sh: <{export.SH}>
        SELECT ?name ?text {{ ?q a sh:SPARQLExecutable ; sh:select|sh:ask|sh:construct ?text ;
            <http://purl.org/dc/terms/identifier> ?name ; sh:prefixes/sh:declare/sh:prefix "ukg" ;
            <http://schema.org/target> <http://e/sparql> }} ORDER BY ?name"""
    found = {row[0].value: row[1].value for row in store.query(query)}
    assert found == {query.name: query.text for query in QUERIES}
    for name, text in found.items():
        assert read(text, name).examples == next(query for query in QUERIES if query.name == name).header.examples


def test_the_export_is_the_same_every_time():
    first, second = (write_triples(export.triples(QUERIES), "turtle", {}) for _ in range(2))
    assert first == second
    assert Namespace().record("query", QUERIES[0].name).encode() in first


def test_a_new_query_is_sound_but_for_its_examples(tmp_path):
    project = make_project(tmp_path)
    made = ukrgraph(project, "queries", "new", "who-speaks")
    assert made.returncode == 0
    text = (project / "queries/who-speaks.rq").read_text(encoding="utf-8")
    assert parse(text).query.form == "SELECT"
    assert lint(stored(text, "who-speaks", "q.rq"), None) == []
    again = ukrgraph(project, "queries", "new", "who-speaks")
    assert (again.returncode, "there is such a query already" in again.stderr) == (2, True)
