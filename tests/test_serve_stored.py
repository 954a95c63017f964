"""Stored queries as an API: the values, messages and rows of the command line, described by OpenAPI, and attacked."""

import asyncio
import csv
import io
import json
import re
import shutil
import subprocess
import threading

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from in_process import ADDRESS, ROOT, Client, service
from real_server import serving

from ukrgraph.errors import UsageError
from ukrgraph.query.catalogue import all_queries, named
from ukrgraph.query.parameters import TYPES, Parameter
from ukrgraph.query.run import prepare, run
from ukrgraph.results import write
from ukrgraph.serve.asking import Call, ask, call
from ukrgraph.serve.exchange import preferred
from ukrgraph.serve.openapi import document, schema
from ukrgraph.serve.threads import in_thread

SECONDS = 300
"""How long a client may take: only there to end a hang."""

NAMES = [query.name for query in all_queries(ROOT)]
CONDEMNED = ["s000-01", "s000-20", "s001-04", "s004-20"]


@pytest.fixture(scope="module")
def get():
    return Client(service())


def ids(response, variable="statement"):
    """Return the local names of a column of an answer in JSON."""
    return [row[variable]["value"].rpartition("/")[2] for row in response.json()["results"]["bindings"]]


def test_a_query_answers_with_its_defaults_and_with_values(get):
    assert ids(get("/queries/who-condemned")) == CONDEMNED
    assert ids(get("/queries/who-condemned?event=annexation-2022")) == ["s004-14", "s004-15", "s004-20"]
    assert ids(get("/queries/who-condemned?event=https://w3id.org/ukrgraph/id/annexation-2022&limit=1")) == ["s004-14"]


def test_a_form_is_the_same_as_an_address(get):
    by_form = get("/queries/who-condemned", "POST", data={"event": "annexation-2022"})
    assert by_form.content == get("/queries/who-condemned?event=annexation-2022").content
    assert by_form.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", NAMES)
def test_the_rows_are_those_of_the_command_line(get, name):
    engine, output = get.service.engine, io.BytesIO()
    write(run(prepare(named(ROOT, name), {}, engine), engine), "json", output)
    response = get(f"/queries/{name}.json")
    assert response.status_code == 200
    assert response.json() == json.loads(output.getvalue())


def test_all_forms_of_an_answer_have_the_same_rows(get):
    path = "/queries/who-condemned"
    rows = get(f"{path}.json").json()["results"]["bindings"]
    names = ["statement", "speaker", "speakerLabel", "document"]
    values = [[row[name]["value"] for name in names] for row in rows]
    assert list(csv.reader(io.StringIO(get(f"{path}.csv").text)))[1:] == values
    assert len(get(f"{path}.tsv").text.splitlines()) == 1 + len(rows)
    assert get(f"{path}.xml").text.count("<result>") == len(rows)
    assert len(get(f"{path}.md").text.splitlines()) == 2 + len(rows)
    assert get(f"{path}.html").text.count("<tr>") >= len(rows)


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv, */*;q=0.1", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("text/markdown", "text/markdown; charset=utf-8"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8"),
    ],
)
def test_the_form_is_chosen_by_the_accept_header(get, accept, media):
    response = get("/queries/who-condemned", headers={"Accept": accept})
    assert (response.status_code, response.headers["content-type"]) == (200, media)
    assert response.headers["vary"] == "Accept, Accept-Language, Accept-Encoding"


def test_forms_that_there_are_not_are_refused(get):
    assert get("/queries/who-condemned", headers={"Accept": "image/png"}).status_code == 406
    response = get("/queries/who-condemned.ttl")
    assert response.status_code == 406
    assert response.json()["detail"] == "expected one of the suffixes json, xml, csv, tsv, md, html, got 'ttl'"


@pytest.mark.parametrize(
    "fields",
    [
        {"event": "referendum"},
        {"event": "<javascript:alert(1)>"},
        {"event": "ukraine"},
        {"event": "x:y z"},
        {"event": "\x00"},
        {"evnt": "x"},
    ],
)
def test_a_wrong_value_has_the_message_of_the_command_line(get, fields):
    with pytest.raises(UsageError) as said:
        prepare(named(ROOT, "who-condemned"), fields, get.service.engine)
    response = get("/queries/who-condemned", params=fields)
    assert (response.status_code, response.headers["content-type"]) == (400, "application/problem+json")
    assert response.json()["detail"] == str(said.value)


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("statements-on-a-day?day=2022-13-01", "day: expected a date (YYYY-MM-DD), got '2022-13-01'"),
        ("statements-on-a-day?day=", "day: expected a date (YYYY-MM-DD), got ''"),
        ("statements-on-a-day?day=2022-09-29&day=2022-09-30", "day: expected one value, got more than one"),
        ("statements-on-a-day?limit=-1", "limit: expected a number of rows, got '-1'"),
        ("statements-on-a-day?limit=", "limit: expected a number of rows, got ''"),
        ("statements-on-a-day?lang=", "lang: expected one of en, uk, got ''"),
        ("statements-on-a-day?evidence=yes", "evidence: expected one of true, false, got 'yes'"),
        ("statements-on-a-day?labels=%3Cscript%3E", "labels: expected a language tag (such as uk), got '<script>'"),
        ("statements-on-a-day?lables=uk", "lables: the query has no such parameter; did you mean 'labels'?"),
        ("statements-on-a-day?day=%ff", "query string: expected UTF-8, percent-encoded, got something else"),
        (
            "who-condemned?event=" + "x" * 2001,
            "event: expected at most 2000 characters, got 2001",
        ),
    ],
)
def test_what_is_wrong_is_said(get, path, detail):
    response = get(f"/queries/{path}")
    assert (response.status_code, response.json()["detail"]) == (400, detail)


def test_an_ambiguous_name_lists_its_candidates(tmp_path):
    folder = tmp_path / "queries"
    folder.mkdir()
    header = "#+ summary: Who?\n#+ params:\n#+   one: {type: entity, label: the one}\n"
    (folder / "who.rq").write_text(header + "SELECT ?p WHERE { ?one ?p ?o } ORDER BY ?p\n", encoding="utf-8")
    response = Client(service(tmp_path))("/queries/who?one=President")
    assert response.status_code == 400
    assert response.json()["detail"].startswith(
        "one: 'President' names 5 entities: President (office-president-of-france)"
    )
    assert response.json()["detail"].endswith("; give the id")
    missing = Client(service(tmp_path))("/queries/who")
    assert missing.status_code == 400
    assert missing.json()["detail"] == (
        "one: expected an entity (IRI, CURIE, id, label or alias), got nothing; add -p one=... (the one)"
    )


def test_an_unknown_query_is_404_with_the_nearest_names(get):
    response = get("/queries/who-condemn.csv")
    assert response.status_code == 404
    assert response.json()["detail"] == "no stored query 'who-condemn'; did you mean 'who-condemned'?"
    assert response.json()["nearest"] == ["/queries/who-condemned"]


def test_an_empty_answer_says_why_in_a_header(get):
    for accept in ("application/json", "text/csv", "text/markdown"):
        response = get("/queries/statements-on-a-day?day=2021-01-01", headers={"Accept": accept})
        assert response.status_code == 200
        said = response.headers.get_list("x-ukrgraph-finding")
        assert len(said) == 1
        assert said[0].startswith("no rows: 1 of 5 patterns matches nothing: ?said ukg:earliest ")
    assert get("/queries/statements-on-a-day?day=2021-01-01").json()["results"]["bindings"] == []
    assert "x-ukrgraph-finding" not in get("/queries/who-condemned").headers


@pytest.fixture(scope="module")
def others(tmp_path_factory):
    """Return a client of a project with a query that makes a graph, and one that is answered by yes or no."""
    project = tmp_path_factory.mktemp("others")
    folder = project / "queries"
    folder.mkdir()
    construct = "CONSTRUCT { id:japan skos:altLabel ?l } WHERE { BIND(?name AS ?l) }\n"
    header = "#+ summary: A graph?\n#+ params:\n#+   name: {type: string, default: a, label: a name}\n"
    (folder / "graph.rq").write_text(header + construct, encoding="utf-8")
    (folder / "nothing.rq").write_text("CONSTRUCT { ?s a ?o } WHERE { ?s a ?o . FILTER(false) }\n", encoding="utf-8")
    ask_one = "ASK { ?one a ukg:Person }\n"
    header = "#+ summary: Somebody?\n#+ params:\n#+   one: {type: entity, default: joe-biden, label: one}\n"
    (folder / "person.rq").write_text(header + ask_one, encoding="utf-8")
    return Client(service(project))


def test_a_query_that_makes_a_graph_answers_in_rdf(others):
    line = (
        "<https://w3id.org/ukrgraph/id/japan> <http://www.w3.org/2004/02/skos/core#altLabel> "
        '"<script>alert(1)</script>" .\n'
    )
    evil = {"name": "<script>alert(1)</script>"}
    assert others("/queries/graph.nt", params=evil).text == line
    assert others("/queries/graph").headers["content-type"] == "text/turtle; charset=utf-8"
    assert others("/queries/graph", headers={"Accept": "application/json"}).headers["content-type"] == (
        "application/ld+json"
    )
    assert others("/queries/graph.csv").status_code == 406
    assert others("/queries/graph.ttl?labels=uk").json()["detail"] == (
        "labels and evidence: they go with the rows of SELECT"
    )
    for page in (
        others("/queries/graph", "POST", data=evil, headers={"Accept": "text/html"}),
        others("/queries/graph.html", params=evil),
    ):
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert "<script>alert" not in page.text
    assert others("/queries/graph.rdf", params={"name": "\x01"}).status_code == 406
    empty = others("/queries/nothing.nt")
    assert (empty.status_code, empty.content) == (200, b"")
    assert empty.headers["x-ukrgraph-finding"].startswith("no rows: ")


def test_a_query_that_asks_answers_by_yes_or_no(others):
    assert others("/queries/person.json").json()["boolean"] is True
    no = others("/queries/person.json?one=japan")
    assert no.json()["boolean"] is False
    assert no.headers["x-ukrgraph-finding"].startswith("no rows: ")
    assert others("/queries/person.csv").text.strip() == "true"
    assert "<boolean>false</boolean>" in others("/queries/person.xml?one=japan").text
    assert others("/queries/person.json?evidence=true").status_code == 400
    found = ask(others.service, "person", {"one": "japan"})
    assert (found.truth, found.rows, bool(found.explanation)) == (False, (), True)


def test_evidence_and_labels_add_what_they_say(get):
    first = get("/queries/who-condemned?evidence=true").json()
    assert first["head"]["vars"][-2:] == ["place", "quote"]
    assert first["results"]["bindings"][0]["quote"]["value"] == (
        "Leaders around the world condemn referendums planned for Russian-occupied areas of Ukraine"
    )
    labelled = get("/queries/who-condemned?labels=uk").json()["results"]["bindings"][0]["speaker"]
    assert labelled == {"type": "literal", "xml:lang": "uk", "value": "світові лідери"}


def test_a_parameter_of_the_query_comes_before_a_wish_of_that_name():
    query = named(ROOT, "who-condemned")
    own = query.header.params[0].replaced(name="limit")
    changed = type(query)(query.name, query.file, query.text, type(query.header)(params=(own,)))
    assert call(changed, {"limit": "referendums-2022"}) == Call(changed, {"limit": "referendums-2022"})
    with pytest.raises(UsageError, match="limit: expected a number of rows, got 'x'"):
        call(query, {"limit": "x"})


def test_pages_ask_without_http(get):
    found = ask(get.service, "statements-on-a-day", {"day": "2021-01-01", "limit": ""})
    assert (found.variables, found.rows, found.truth) == (("statement", "paraphrase"), (), None)
    assert found.explanation[0].startswith("no rows: 1 of 5 patterns matches nothing")
    full = ask(get.service, "who-condemned", {"event": ""})
    assert [row[0].value.rpartition("/")[2] for row in full.rows] == CONDEMNED
    assert full.explanation == ()


def test_answers_have_tags_and_are_not_sent_twice(get):
    plain = {"Accept-Encoding": "identity"}
    first = get("/queries/who-condemned.csv", headers=plain)
    assert first.headers["content-disposition"] == 'inline; filename="who-condemned.csv"'
    again = get("/queries/who-condemned.csv", headers=plain | {"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    posted = get("/queries/who-condemned", "POST", data={}, headers=plain | {"If-None-Match": "*"})
    assert posted.status_code == 200


def test_an_answer_beyond_the_limits_is_an_error(get):
    small = Client(service(rows=3))
    tiny = Client(service(result_bytes=300))
    assert small("/queries/who-condemned.json").status_code == 413
    assert small("/queries/who-condemned.md").status_code == 413
    assert small("/queries/who-condemned.csv?labels=uk").status_code == 413
    assert [tiny(f"/queries/who-condemned.{suffix}").status_code for suffix in ("json", "md", "csv")] == [413] * 3
    assert small("/queries/who-condemned.json?limit=1").status_code == 200
    assert get("/queries/who-condemned.json").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        b"/queries/who-condemned.csv%0d%0aX-Evil:%201",
        b"/queries/who-condemned%0aX-Evil:%201.csv",
        b"/queries/who-condemned.csv?event=%0d%0aX-Evil:%201",
        b"/queries/who-condemned?labels=uk%0d%0aX-Evil:%201",
        b"/queries/statements-on-a-day?day=2021-01-01%0d%0aX-Evil:%201",
        b"/queries/..%2f..%2fdata%2fgraph%2fukrgraph.trig",
        b"/queries/%2e%2e/%2e%2e/pyproject.toml",
        b"/queries/-",
    ],
)
def test_no_parameter_and_no_path_reaches_a_header_or_a_file(get, path):
    found = get.raw(path)
    assert found.status in {400, 404}
    names = {name for name, _ in found.headers}
    assert b"x-evil" not in names
    assert all(b"\r" not in value and b"\n" not in value for _, value in found.headers)


def test_no_value_becomes_markup(get):
    evil = "<script>alert(1)</script>"
    browser = {"Accept": "text/html"}
    for path in (f"/queries/who-condemned?event={evil}", f"/queries/{evil}", f"/queries/who-condemned?{evil}=1"):
        response = get(path, headers=browser)
        assert response.status_code in {200, 400, 404}
        html = response.headers["content-type"].startswith("text/html")
        assert not (html and evil in response.text)
        assert response.headers["x-content-type-options"] == "nosniff"


def test_a_header_in_another_script_is_ascii(tmp_path):
    folder = tmp_path / "queries"
    folder.mkdir()
    header = "#+ summary: Who?\n#+ params:\n#+   name: {type: string, default: a, label: a name}\n"
    text = "SELECT ?s WHERE { ?s skos:prefLabel ?l FILTER(STR(?l) = ?name) } ORDER BY ?s\n"
    (folder / "who.rq").write_text(header + text, encoding="utf-8")
    response = Client(service(tmp_path))("/queries/who", params={"name": "\u0457\r\nX-Evil: 1"})
    assert response.status_code == 200
    assert response.headers.get_list("x-ukrgraph-finding") != []
    assert "x-evil" not in response.headers


def test_languages_are_negotiated():
    assert [preferred(header) for header in ("uk", "en;q=0.2,uk-UA;q=0.3", "de", "uk;q=0", "uk;q=x", "")] == [
        "uk",
        "uk",
        "en",
        "en",
        "en",
        "en",
    ]


# ---------------- the description


@pytest.fixture(scope="module")
def described(get):
    return get("/openapi.json").json()


def test_the_description_has_every_query_with_both_methods(described):
    paths = {path.removeprefix("/queries/") for path in described["paths"] if path.startswith("/queries/")}
    assert paths == set(NAMES)
    assert all(set(described["paths"][f"/queries/{name}"]) == {"get", "post"} for name in NAMES)
    assert described["openapi"] == "3.1.0"
    others = {"/sparql", "/reconcile", "/reconcile/1.0/match", "/health", "/ready", "/id/{id}", "/ontology"}
    assert others <= set(described["paths"])


def test_a_parameter_is_described_with_type_default_and_examples(described):
    (first, *wishes) = described["paths"]["/queries/who-condemned"]["get"]["parameters"]
    assert first == {
        "name": "event",
        "in": "query",
        "required": False,
        "description": "the event; expected: an Event (IRI, CURIE, id, label or alias)",
        "schema": {"type": "string", "minLength": 1, "maxLength": 2000, "default": "referendums-2022"},
        "examples": {"example1": {"value": "annexation-2022"}},
    }
    assert [one["$ref"].rpartition("/")[2] for one in wishes] == ["limit", "evidence", "labels", "lang"]


@pytest.mark.parametrize(
    ("parameter", "expected"),
    [
        (Parameter("a", "date"), {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}),
        (Parameter("a", "year"), {"type": "string", "pattern": "^-?[0-9]{4}$"}),
        (Parameter("a", "integer", default="3"), {"type": "integer", "default": 3}),
        (Parameter("a", "limit"), {"type": "integer", "minimum": 0, "maximum": 999_999_999}),
        (Parameter("a", "enum", values=("x", "y")), {"type": "string", "enum": ["x", "y"]}),
        (Parameter("a", "string", pattern="a|b"), {"type": "string", "pattern": "^(?:a|b)$", "minLength": 0}),
        (Parameter("a", "language"), {"pattern": "^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$"}),
        (Parameter("a", "decimal"), {"type": "string"}),
        (Parameter("a", "entity"), {"type": "string", "minLength": 1}),
    ],
    ids=lambda value: getattr(value, "type", None),
)
def test_each_type_of_parameter_has_its_schema(parameter, expected):
    found = schema(parameter)
    assert {name: found.get(name) for name in expected} == expected


def test_every_type_of_parameter_has_a_schema():
    assert all(schema(Parameter("a", kind))["type"] in {"string", "integer"} for kind in TYPES)


def test_the_description_is_valid_openapi(described):
    jsonschema = pytest.importorskip("jsonschema")
    for path in described["paths"].values():
        for operation in path.values():
            for one in operation.get("parameters", []):
                if "schema" in one:
                    jsonschema.Draft202012Validator.check_schema(one["schema"])
    for one in described["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(one)
    names = [operation["operationId"] for path in described["paths"].values() for operation in path.values()]
    assert len(names) == len(set(names))
    used = set(re.findall(r'"#/components/(\w+/[\w.]+)"', json.dumps(described)))
    assert used <= {f"{kind}/{name}" for kind, known in described["components"].items() for name in known}


def test_the_examples_of_the_description_answer(get, described):
    tried = 0
    for name in NAMES:
        for one in described["paths"][f"/queries/{name}"]["get"]["parameters"]:
            for example in one.get("examples", {}).values():
                response = get(f"/queries/{name}.json", params={one["name"]: example["value"]})
                assert (name, one["name"], response.status_code) == (name, one["name"], 200)
                tried += 1
    assert tried > 50


def test_the_addresses_of_the_documentation_answer(get):
    text = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    addresses = re.findall(r"^    curl .*?http://127\.0\.0\.1:7878(/[^\s']+)", text, re.MULTILINE)
    assert {path: get(path).status_code for path in addresses} == dict.fromkeys(addresses, 200)
    assert len(addresses) == 16


def test_the_description_is_a_function_of_the_queries():
    assert set(document([], "https://example.org")["paths"]) == {
        path for path in document(all_queries(ROOT))["paths"] if not path.startswith("/queries/")
    }


# ---------------- attacked by schemathesis

FUZZED = (
    "/queries/who-condemned",
    "/queries/timeline",
    "/queries/statements-on-a-day",
    "/queries/actors-in-several-documents",
    "/queries/nodes-per-graph",
    "/queries/sanction-details",
    "/sparql",
    "/reconcile",
    "/reconcile/preview",
    "/reconcile/properties",
    "/reconcile/suggest/entity",
    "/reconcile/1.0",
    "/reconcile/1.0/match",
    "/reconcile/1.0/extend",
    "/reconcile/1.0/suggest/type",
    "/id/{id}",
    "/document/{id}",
    "/graph/{id}",
    "/ontology",
    "/health",
)
"""Paths that are attacked: those of each kind of parameter, and all that no query changes but for their like."""

EXAMPLES = 4


@pytest.mark.parametrize("path", FUZZED)
def test_schemathesis_finds_no_fault(get, path):
    schemathesis = pytest.importorskip("schemathesis")
    from schemathesis.specs.openapi.checks import positive_data_acceptance  # noqa: PLC0415

    described = document([one for one in all_queries(ROOT) if path == f"/queries/{one.name}"])
    described["paths"] = {path: described["paths"][path]}
    schemata = schemathesis.openapi.from_dict(described)
    sent = []
    for found in schemata.get_all_operations():
        operation = found.ok()
        for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):

            @given(case=operation.as_strategy(generation_mode=mode))
            @settings(
                max_examples=EXAMPLES,
                database=None,
                derandomize=True,
                suppress_health_check=list(HealthCheck),
                phases=[Phase.generate],
            )
            def attack(case):
                response = send(get, case)
                sent.append(response.status_code)
                # a name that nobody has is of the right type, and refused all the same
                case.validate_response(response, excluded_checks=[positive_data_acceptance])

            try:
                attack()
            except Unsatisfiable:
                continue  # nothing can be wrong with a request that has no parameter
    assert sent
    assert all(status < 500 for status in sent)


def send(get, case):
    """Send a case of schemathesis and return the response."""
    given = case.as_transport_kwargs(base_url=ADDRESS)
    named = {name: given[name] for name in ("params", "headers", "json") if given.get(name) is not None}
    data = given.get("data")
    if data is not None:
        named["content" if isinstance(data, bytes | str) else "data"] = data
    return get(given["url"], given["method"], **named)


# ---------------- clients that know nothing of ukrgraph, against a real server


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Give the address of a server over the packaged graph."""
    with serving(tmp_path_factory.mktemp("project")) as address:
        yield address


SPEAKERS = """PREFIX ukg: <https://w3id.org/ukrgraph/ontology#> PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT ?id WHERE { ?document a ukg:Document ; dcterms:identifier ?id } ORDER BY ?id"""
DOCUMENTS = ["doc-000", "doc-001", "doc-002", "doc-003", "doc-004"]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_sparqlwrapper_works_unchanged(server, method):
    wrapper = pytest.importorskip("SPARQLWrapper")
    client = wrapper.SPARQLWrapper(f"{server}/sparql")
    client.setMethod(method)
    client.setQuery(SPEAKERS)
    client.setReturnFormat(wrapper.JSON)
    found = client.query().convert()
    assert [row["id"]["value"] for row in found["results"]["bindings"]] == DOCUMENTS
    client.setReturnFormat(wrapper.CSV)
    assert client.query().convert().decode().splitlines() == ["id", *DOCUMENTS]
    client.setQuery("DESCRIBE <https://w3id.org/ukrgraph/id/ukraine>")
    client.setReturnFormat(wrapper.TURTLE)
    assert b"Ukraine" in client.query().convert()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_sparqlstore_of_rdflib_works_unchanged(server):
    import rdflib  # noqa: PLC0415  # slow to import
    from rdflib.plugins.stores.sparqlstore import SPARQLStore  # noqa: PLC0415

    for method in ("GET", "POST"):
        graph = rdflib.Graph(SPARQLStore(f"{server}/sparql", method=method))
        assert [str(row[0]) for row in graph.query(SPEAKERS)] == DOCUMENTS
        ukraine = rdflib.URIRef("https://w3id.org/ukrgraph/id/ukraine")
        labels = {str(label) for label in graph.objects(ukraine, rdflib.SKOS.prefLabel)}
        assert labels == {"Ukraine", "Україна"}
        assert (ukraine, rdflib.RDF.type, rdflib.URIRef("https://w3id.org/ukrgraph/ontology#Country")) in graph


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_rdflib_reads_linked_data_by_negotiation(server):
    import rdflib  # noqa: PLC0415  # slow to import

    sizes = set()
    for path in ("id/ukraine", "id/ukraine.jsonld", "id/ukraine.rdf", "id/ukraine.nt"):
        graph = rdflib.Graph()
        graph.parse(f"{server}/{path}")
        sizes.add(len(graph))
    assert len(sizes) == 1
    assert sizes.pop() > 50


def test_curl_asks_a_stored_query_and_looks_up_an_iri(server):
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("curl is not installed here")

    def call(*options):
        command = [curl, "--silent", "--show-error", "--max-time", str(SECONDS), *options]
        return subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8").stdout

    lines = call("--compressed", f"{server}/queries/who-condemned.csv").splitlines()
    assert [line.partition(",")[0].rpartition("/")[2] for line in lines[1:]] == CONDEMNED
    assert call("--header", "Accept: text/turtle", f"{server}/id/japan").startswith("@prefix ")
    etag = re.search(r'etag: ("[^"]+")', call("--head", f"{server}/id/japan.ttl"), re.IGNORECASE)[1]
    held = ("--header", f"If-None-Match: {etag}", "--write-out", "%{http_code}")
    assert call(*held, f"{server}/id/japan.ttl") == "304"
    batch = json.dumps({"q0": {"query": "Joe Biden"}})
    found = json.loads(call("--data-urlencode", f"queries={batch}", f"{server}/reconcile"))
    first = found["q0"]["result"][0]
    assert (first["id"], first["match"]) == ("joe-biden", True)
    assert (
        call("--path-as-is", "--write-out", "%{http_code}", "-o", "/dev/null", f"{server}/id/../../etc/passwd") == "404"
    )


def test_what_a_thread_raises_holds_on_to_nothing_of_the_engine():
    dropped = []

    class Held:
        def __del__(self):
            dropped.append(threading.get_ident())

    def work():
        held = Held()
        raise UsageError(f"no {held is None}")

    async def call():
        with pytest.raises(UsageError):
            await in_thread(work)
        return threading.get_ident()

    here = asyncio.run(call())
    assert len(dropped) == 1
    assert dropped != [here]
