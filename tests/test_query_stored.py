"""The shipped queries: their examples hold on Oxigraph, and notice when the query is changed."""

import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest
from query_project import ROOT, make_project, published_engine, small_engine, ukrgraph

from ukrgraph.engine import write_triples
from ukrgraph.engine.reference import Reference
from ukrgraph.iri import Namespace
from ukrgraph.query import examples, export
from ukrgraph.query.cases import World, Worlds
from ukrgraph.query.catalogue import all_queries
from ukrgraph.query.catalogue import parse as stored
from ukrgraph.query.header import read
from ukrgraph.query.known import Known
from ukrgraph.query.lint import lint
from ukrgraph.query.mutants import mutants
from ukrgraph.sparql.parse import parse

QUERIES = all_queries(ROOT)
ENGINE = published_engine()
ONE = Worlds(ROOT, World(ENGINE, None))
TWO = Worlds(ROOT, World(ENGINE, Reference([])))
QUERIES_FOLDER = ROOT / "queries"
CASES = sorted((QUERIES_FOLDER / "cases").iterdir())
EQUIVALENT = {
    # the domain of ukg:unit, ukg:quantifier and ukg:quantityOf is that class, and the shapes allow them on no other
    "figures-and-claimants": ["without ?figure a ukg:QuantityClaim ."],
}
"""Mutants that mean the same as the query under the ontology."""


def test_there_are_at_least_40_queries_and_each_has_an_example_with_rows():
    assert len(QUERIES) >= 40
    assert [
        query.name for query in QUERIES if not any(item.rows or item.result for item in query.header.examples)
    ] == []


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_the_examples_hold(query):
    assert [outcome.problem for outcome in examples.check_all([query], ONE) if outcome.problem] == []


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_the_examples_notice_every_change(query):
    first = sorted(query.header.examples, key=lambda example: not example.data)
    alive = [
        mutant.change
        for mutant in dict.fromkeys(mutants(query.text))
        if not any(
            examples.check(replace(query, text=mutant.text), example, ONE.of(query, example).engine, None).problem
            for example in first
        )
    ]
    assert alive == EQUIVALENT.get(query.name, [])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_the_rules_hold_in_the_data_of_examples(case, run):
    ontology = [str(ROOT / "ontology" / name) for name in ("ukrgraph.ttl", "concepts.ttl")]
    arguments = ("validate", case, *ontology, "--no-knowledge", "--no-cache", "--format", "json", "--fail-on", "info")
    _, out, _ = run("--project", ROOT, *arguments)
    assert [found for found in json.loads(out)["findings"] if found["rule"] != "vacuous-shape"] == []


def test_each_file_of_data_is_asked():
    asked = {QUERIES_FOLDER / example.data for query in QUERIES for example in query.header.examples if example.data}
    assert asked == set(CASES)


@pytest.mark.parametrize("name", ["northland.trig", "votes.trig"])
def test_both_engines_agree_on_the_data_of_examples(name):
    asked = [
        replace(query, header=replace(query.header, examples=chosen))
        for query in QUERIES
        if (chosen := tuple(item for item in query.header.examples if item.data == f"cases/{name}"))
    ]
    assert len(asked) >= 2
    assert [outcome for outcome in examples.check_all(asked, TWO) if outcome.problem] == []


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


def test_mutants_leave_out_branches_values_and_sub_selects():
    text = "SELECT ?s { VALUES ?s { 1 } { SELECT ?s { ?s ?p 2 } } { ?s ?p 3 } UNION { ?s ?p 4 } BIND(5 AS ?x) }"
    assert [mutant.change for mutant in mutants(text)] == [
        "without VALUES ?s { 1 }",
        "without { SELECT ?s { ?s ?p 2 } }",
        "without { ?s ?p 3 }",
        "without { ?s ?p 4 }",
        "without BIND(5 AS ?x)",
        "without ?s ?p 4 .",
        "without ?s ?p 3 .",
        "without ?s ?p 2 .",
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
        ("#+ summary: s\n#+ description: d\n#+ examples: [{rows: 1, data: none.trig}]\n", "no-example-data"),
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


CASE = """@prefix ukg: <https://w3id.org/ukrgraph/ontology#> .
<http://e/a> a ukg:Person ; ukg:speakr <http://e/b> . <http://e/b> a ukg:Actor .
"""
ASKED = """#+ summary: Who is an actor?
#+ description: By class, those below it included.
#+ examples:
#+   - {rows: 3}
#+   - {data: cases/one.ttl, result: [["http://e/a"], ["http://e/b"]]}
#+   - {data: cases/none.ttl, rows: 1}
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX ukg: <https://w3id.org/ukrgraph/ontology#>
SELECT ?s { ?s a/rdfs:subClassOf* ukg:Actor } ORDER BY ?s"""


def test_an_example_can_be_asked_of_a_file_beside_the_query(tmp_path):
    project = make_project(tmp_path, actors=ASKED)
    (project / "queries/cases").mkdir()
    (project / "queries/cases/one.ttl").write_text(CASE, encoding="utf-8")
    shown = ukrgraph(project, "queries", "show", "actors").stdout
    assert "  on cases/one.ttl: no parameters   # rows: 2\n" in shown
    tested = ukrgraph(project, "queries", "test", "--junit", str(tmp_path / "j.xml"))
    missing = project / "queries/cases/none.ttl"
    expected = f"{missing}: cannot read it: No such file or directory"
    assert (tested.stdout, tested.returncode) == ("3 examples, 1 failed\n", 1)
    assert f"queries/actors.rq:6: actors (no parameters on cases/none.ttl): {expected}" in tested.stderr
    names = [case.get("name") for case in ET.parse(tmp_path / "j.xml").iter("testcase")]  # noqa: S314  # written by us
    assert names == ["no parameters", "no parameters on cases/one.ttl", "no parameters on cases/none.ttl"]
    linted = ukrgraph(project, "queries", "lint")
    assert linted.returncode == 1
    assert "queries/actors.rq:5: error: cases/one.ttl: there is no term https://w3id.org" in linted.stderr
    assert f"queries/actors.rq:6: error: {expected}" in linted.stderr
    assert linted.stderr.count("[no-example-data]") == 1


def test_the_data_of_an_example_needs_a_file_to_begin_from():
    query = stored(ASKED, "q", "<stdin>")
    [problem] = {item.problem for item in examples.check_all([query], ONE) if item.line == 5}
    assert problem == "data: 'cases/one.ttl': expected the query in a file, for the path begins in its folder"


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
