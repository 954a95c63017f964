"""The commands query, queries, ask and why: what they print where, and how they end."""

import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from time import perf_counter
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest
from query_project import PREFIXES, make_project, small_engine, ukrgraph

WHO = (
    """#+ summary: Who says what?
#+ description: Statements of an actor.
#+ tags: [statements]
#+ params:
#+   who: {type: entity, class: Actor, required: true, label: the actor}
#+   since: {type: date, default: 2022-01-01}
#+ examples:
#+   - {params: {who: ann-example}, rows: 2}
#+   - {params: {who: Bob Example, since: 2022-02-25}, rows: 1}
"""
    + PREFIXES
    + """SELECT ?s ?day { ?s ukg:speaker ?who ; ukg:earliest ?day FILTER(?day >= ?since) } ORDER BY ?s"""
)
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(STR(?a) < STR(?j)) }"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return make_project(tmp_path_factory.mktemp("project"), who_says=WHO)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["query", "who-say", "-p", "who=Ann Example"], 2, "no stored query 'who-say'; did you mean 'who-says'?"),
        (["query", "zzz"], 2, "no stored query 'zzz'; run: ukrgraph queries list"),
        (
            ["query", "who-says"],
            2,
            "who: expected an Actor (IRI, CURIE, id, label or alias), got nothing; add -p who=... (the actor)",
        ),
        (["query", "who-says", "-p", "who=Nobody Here"], 2, "who: expected an Actor"),
        (
            ["query", "who-says", "-p", "who=Example"],
            2,
            "names 2 entities: Example (ann-example), Example (bob-example)",
        ),
        (
            ["query", "who-says", "-p", "who=Bob Example", "-p", "since=today"],
            2,
            "since: expected a date (YYYY-MM-DD), got 'today'",
        ),
        (["query", "who-says", "-p", "whom=x"], 2, "whom: the query has no such parameter; did you mean 'who'?"),
        (["query", "who-says", "-p", "who"], 2, "-p: expected name=value, got 'who'"),
        (["query", "who-says", "-p", "who=a", "-p", "who=b"], 2, "-p: 'who' is given twice"),
        (["query", "nope.rq"], 3, "nope.rq: cannot read it: No such file or directory"),
        (["ask", "SELECT ?s { ?s ?p }"], 3, "query:1:19: expected a variable, an IRI or a value, got '}'"),
        (["ask", "SELECT (<http://e/f>(?s) AS ?x) { ?s ?p ?o }"], 3, "the engine cannot evaluate the query"),
        (["ask", "DELETE WHERE { ?s ?p ?o }"], 2, "DELETE: queries only read"),
        (["ask", "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"], 2, "other endpoints are not asked"),
        (["ask", "ASK {}", "--format", "turtle"], 2, "--format: rows are written as"),
        (["ask", "CONSTRUCT WHERE { ?s ?p ?o }", "--format", "csv"], 2, "--format: a graph is written as"),
        (["ask", "ASK {}", "--format", "pdf"], 2, "'pdf' is not one of"),
        (["ask", "ASK {}", "--endpoint", "file:///etc/passwd"], 2, "--endpoint: expected an http or https address"),
        (["ask", "ASK {}", "--endpoint", "http://127.0.0.1:9/"], 4, "http://127.0.0.1:9/: cannot reach the endpoint"),
        (["ask", SLOW, "--timeout", "0.3"], 4, "query: not done after 0.3 s"),
        (["ask", "ASK { ?s ukg:speakr ?o }", "--strict"], 1, "did you mean ukg:speaker?"),
        (["ask", "ASK { ?s ukg:speakr ?o }"], 0, "did you mean ukg:speaker?"),
        (["queries", "list", "--tag", "none"], 2, "--tag: no query has the tag 'none'; there are: statements"),
        (["queries", "show", "who-say"], 2, "did you mean 'who-says'?"),
        (["queries", "new", "Not Kebab"], 2, "NAME: expected a name in kebab-case"),
        (["why", "nobody"], 2, "SUBJECT: expected an entity"),
        (["why", "a1", "imposer"], 2, "has no value for"),
    ],
)
def test_a_mistake_ends_with_its_code_and_without_a_traceback(project, arguments, code, message):
    run = ukrgraph(project, *arguments)
    assert (run.returncode, message in run.stderr, "Traceback" in run.stderr) == (code, True, False), run.stderr


def test_a_graph_that_is_not_built_is_told_with_what_to_run(tmp_path):
    (tmp_path / "data/graph").mkdir(parents=True)
    run = ukrgraph(tmp_path, "ask", "ASK {}")
    assert run.returncode == 3
    assert run.stderr.endswith(
        "data/graph/ukrgraph.trig: expected the published graph, found none; run: ukrgraph build\n"
    )


def test_a_query_prints_rows_and_nothing_else_on_standard_output(project):
    run = ukrgraph(project, "query", "who-says", "-p", "who=Анна Приклад", "--format", "csv")
    assert run.stdout.splitlines() == [
        "s,day",
        "https://w3id.org/ukrgraph/statement/a1,2022-02-24",
        "https://w3id.org/ukrgraph/statement/a3,2022-02-28",
    ]
    assert (run.stderr, run.returncode) == ("", 0)


def test_a_query_is_read_from_a_file_and_from_standard_input(project):
    file = project / "queries/who-says.rq"
    for name, stdin in ((str(file), ""), ("-", file.read_text(encoding="utf-8"))):
        run = ukrgraph(project, "query", name, "-p", "who=bob-example", "--format", "tsv", stdin=stdin)
        assert run.stdout.splitlines()[1:] == [
            '<https://w3id.org/ukrgraph/statement/a2>\t"2022-02-26"^^<http://www.w3.org/2001/XMLSchema#date>'
        ]


def test_labels_and_evidence_add_what_people_want(project):
    text = "SELECT ?s ?who { ?s ukg:speaker ?who ; ukg:denies ?t }"
    run = ukrgraph(project, "ask", text, "--labels", "uk", "--evidence", "--format", "json")
    (row,) = json.loads(run.stdout)["results"]["bindings"]
    assert {name: cell["value"] for name, cell in row.items()} == {
        "s": "https://w3id.org/ukrgraph/statement/a2",
        "who": "Богдан Приклад",
        "document": "doc-a",
        "place": "data/corpus/doc-a/text.txt:1:38",
        "quote": "Bob Example said: it's no",
    }


def test_an_empty_answer_is_explained_on_standard_error(project):
    run = ukrgraph(project, "ask", "SELECT ?s { ?s ukg:speaker id:anne-example }", "--format", "csv")
    assert run.stdout == "s\n"
    assert run.stderr == (
        "query:1:28: warning: there is no term id:anne-example [unknown-term]\n"
        "    SELECT ?s { ?s ukg:speaker id:anne-example }\n"
        "                               ^^^^^^^^^^^^^^^\n"
        "    did you mean id:ann-example?\n"
        "query:1: warning: no rows: nothing matches [empty-result]\n"
        "    ?s ukg:speaker id:anne-example .\n"
        "    instead of id:anne-example the data has id:ann-example and 2 more\n"
    )


def test_a_reader_that_goes_away_ends_the_query_quietly(project):
    command = [
        sys.executable,
        "-m",
        "ukrgraph",
        "--project",
        str(project),
        "ask",
        "SELECT * { ?s ?p ?o . ?a ?b ?c }",
        "--format",
        "csv",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        assert len(run.stdout.readline()) > 1
        run.stdout.close()
        assert run.stderr.read() == b""
    assert run.returncode == 0


def test_queries_are_listed_shown_tested_and_checked(project, tmp_path):
    assert ukrgraph(project, "queries", "list").stdout == "who-says  Who says what?\n"
    assert json.loads(ukrgraph(project, "queries", "list", "--format", "json").stdout)[0]["name"] == "who-says"
    shown = ukrgraph(project, "queries", "show", "who-says").stdout
    assert "  who: an Actor (IRI, CURIE, id, label or alias), required   the actor" in shown
    assert "  ukrgraph query who-says -p who='Bob Example' -p since=2022-02-25   # rows: 1" in shown
    run = ukrgraph(project, "queries", "test", "--junit", str(tmp_path / "j.xml"))
    assert (run.stdout, run.returncode) == ("2 examples, 0 failed\n", 0)
    assert 'tests="2" failures="0"' in (tmp_path / "j.xml").read_text(encoding="utf-8")
    run = ukrgraph(project, "queries", "lint")
    assert (run.stdout, run.stderr.count("unused-prefix"), run.returncode) == ("1 queries, 5 findings\n", 5, 0)
    assert "sh:SPARQLSelectExecutable" in ukrgraph(project, "queries", "export").stdout


def test_why_prints_text_json_and_graphs(project):
    assert "»Ann Example said the harbour closed.«" in ukrgraph(project, "why", "a1", "speaker").stdout
    assert json.loads(ukrgraph(project, "why", "a1", "--format", "json").stdout)["label"] == "a1"
    assert "prov:wasDerivedFrom" in ukrgraph(project, "why", "a1", "--format", "turtle").stdout
    assert "follows by cax-sco from" in ukrgraph(project, "why", "Ann Example", "a", "ukg:Actor").stdout


class Fake(BaseHTTPRequestHandler):
    """An endpoint over the small graph, with faults on demand."""

    def do_POST(self):  # the name is that of the standard library
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        query = parse_qs(body)["query"][0]
        kind, status, data = "application/sparql-results+json", 200, b""
        if "CUT" in query:
            data = b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri"'
        elif "BUSY" in query:
            status, data = 503, b"try later"
        elif "HTML" in query:
            kind, data = "text/html", b"<p>hello</p>"
        else:
            answer = small_engine().answer(query)
            if isinstance(answer, ox.QueryTriples):
                kind, data = "application/n-triples", answer.serialize(format=ox.RdfFormat.N_TRIPLES)
            else:
                data = answer.serialize(format=ox.QueryResultsFormat.JSON)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture(scope="module")
def endpoint():
    server = HTTPServer(("127.0.0.1", 0), Fake)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/sparql"
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_endpoint_answers_the_same_stored_query(project, endpoint):
    arguments = ["query", "who-says", "-p", "who=The Minister", "--format", "csv"]
    here, there = ukrgraph(project, *arguments), ukrgraph(project, *arguments, "--endpoint", endpoint)
    assert there.stdout == here.stdout
    assert there.returncode == 0
    graph = ukrgraph(project, "ask", "DESCRIBE id:coast", "--format", "nquads", "--endpoint", endpoint)
    assert "<https://w3id.org/ukrgraph/id/coast>" in graph.stdout


@pytest.mark.parametrize(
    ("mark", "message"),
    [("CUT", "the answer is cut off or damaged"), ("BUSY", "answered 503"), ("HTML", "got 'text/html'")],
)
def test_a_faulty_endpoint_is_an_error_and_never_an_empty_answer(project, endpoint, mark, message):
    run = ukrgraph(project, "ask", f"SELECT ?s {{ ?s ?p '{mark}' }}", "--endpoint", endpoint, "--no-check")
    assert (run.returncode, message in run.stderr) == (4, True), run.stderr


IMPORTED_BY_HELP = """
import sys
from ukrgraph.cli import group
sys.argv = ["ukrgraph", "--help"]
try:
    group()
except SystemExit:
    slow = ("pyoxigraph", "rdflib", "yaml", "rich", "rapidfuzz", "pyshacl")
    print([name for name in slow if name in sys.modules])
"""


def test_help_imports_neither_the_engine_nor_rdflib_nor_yaml():
    run = subprocess.run([sys.executable, "-c", IMPORTED_BY_HELP], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "[]"


def test_a_time_out_comes_on_time(project):
    started = perf_counter()
    run = ukrgraph(project, "ask", SLOW, "--timeout", "0.5")
    assert run.returncode == 4
    assert perf_counter() - started < 60
