"""The endpoint as the standards have it: SPARQL 1.1 Protocol, its results, Graph Store Protocol, descriptions."""

import csv
import gzip
import io
import json
import socket
import threading
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx
import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from serving import QUADS, Client, Server, project

from ukrgraph.serve.negotiation import GRAPH_TYPES, SOLUTION_TYPES, accepts_gzip, chosen

SHARED = Path(__file__).parents[1].parent / "shared"
SUITE = SHARED / "w3c/sparql11/protocol"
EX = "http://example.org/"
ALL = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DIRECT = {"Content-Type": "application/sparql-query"}


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    with Client(project(tmp_path_factory.mktemp("web"))) as client:
        yield client


def ask(web, query, accept="application/sparql-results+json", **parameters):
    """Return the response to a query by GET."""
    return web.get("/sparql", params={"query": query, **parameters}, headers={"Accept": accept})


def names(response, variable="s"):
    """Return the values of a variable in an answer in JSON."""
    return [row[variable]["value"] for row in response.json()["results"]["bindings"]]


# Requests


@pytest.mark.parametrize(
    "request_",
    [
        ("GET", f"/sparql?{urlencode({'query': ALL})}", {}, b""),
        ("GET", f"/sparql/?{urlencode({'query': ALL})}", {}, b""),
        ("POST", "/sparql", FORM, urlencode({"query": ALL}).encode()),
        (
            "POST",
            "/sparql",
            {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"},
            urlencode({"query": ALL}).encode(),
        ),
        ("POST", "/sparql", DIRECT, ALL.encode()),
        ("POST", "/sparql", {"Content-Type": "application/sparql-query; charset=utf-8"}, ALL.encode()),
    ],
    ids=["get", "slash", "form", "form-charset", "direct", "direct-charset"],
)
def test_query_is_answered_in_every_form_of_the_protocol(web, request_):
    method, path, headers, body = request_
    response = web.request(method, path, headers=headers, content=body)
    assert (response.status_code, len(response.json()["results"]["bindings"])) == (200, QUADS)


def test_relative_iri_is_one_of_the_project(web):
    assert names(ask(web, "SELECT ?s { BIND(<id/x> AS ?s) }")) == ["https://w3id.org/ukrgraph/id/x"]


def test_percent_signs_are_decoded_once(web):
    response = ask(web, 'SELECT ("a%20b+c" AS ?s) {}')
    assert names(response) == ["a%20b+c"]


def test_head_has_the_headers_of_get_and_no_body(web):
    path = f"/sparql?{urlencode({'query': ALL})}"
    plain = {"Accept-Encoding": "identity"}
    got, head = web.get(path, headers=plain), web.request("HEAD", path, headers=plain)
    assert (head.status_code, head.headers["content-length"], head.headers["etag"]) == (
        200,
        str(len(got.content)),
        got.headers["etag"],
    )


def test_options_tells_the_methods_and_lets_any_page_ask(web):
    response = web.request(
        "OPTIONS", "/sparql", headers={"Origin": "https://x.org", "Access-Control-Request-Method": "POST"}
    )
    assert response.status_code == 204
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert "access-control-allow-credentials" not in response.headers


# Data sets

DATASETS = {
    "union": ({}, "", [f"{EX}a", f"{EX}a", f"{EX}a", f"{EX}b", f"{EX}b", f"{EX}x,y"], [f"{EX}g1", f"{EX}g2"]),
    "from": ({}, f"FROM <{EX}g2>", [f"{EX}b", f"{EX}b"], []),
    "from-named": ({}, f"FROM NAMED <{EX}g2>", [], [f"{EX}g2"]),
    "default": ({"default-graph-uri": f"{EX}g2"}, "", [f"{EX}b", f"{EX}b"], []),
    "named": ({"named-graph-uri": f"{EX}g2"}, "", [], [f"{EX}g2"]),
    "both": ({"default-graph-uri": f"{EX}g2", "named-graph-uri": f"{EX}g1"}, "", [f"{EX}b", f"{EX}b"], [f"{EX}g1"]),
    "override": ({"default-graph-uri": f"{EX}g2"}, f"FROM <{EX}g1> FROM NAMED <{EX}g1>", [f"{EX}b", f"{EX}b"], []),
    "unknown": ({"default-graph-uri": f"{EX}none"}, "", [], []),
}


@pytest.mark.parametrize("name", DATASETS)
def test_data_set_is_that_of_the_protocol_then_of_the_query_then_the_union(web, name):
    parameters, clause, default, named = DATASETS[name]
    subjects = ask(web, f"SELECT ?s {clause} {{ ?s ?p ?o }} ORDER BY ?s", **parameters)
    graphs = ask(web, f"SELECT DISTINCT ?s {clause} {{ GRAPH ?s {{ ?x ?p ?o }} }} ORDER BY ?s", **parameters)
    assert (names(subjects), names(graphs)) == (default, named)


# Results


@pytest.mark.parametrize("media", SOLUTION_TYPES)
def test_rows_come_in_every_format(web, media):
    response = ask(web, ALL, media)
    assert response.headers["content-type"].partition(";")[0] == media
    assert ROWS[SOLUTION_TYPES[media]](response) == QUADS


ROWS = {
    "json": lambda response: len(response.json()["results"]["bindings"]),
    "xml": lambda response: len(list(ox.parse_query_results(response.content, ox.QueryResultsFormat.XML))),
    "tsv": lambda response: len(list(ox.parse_query_results(response.content, ox.QueryResultsFormat.TSV))),
    "csv": lambda response: len(list(csv.reader(io.StringIO(response.text, newline="")))) - 1,
}


def test_csv_quotes_an_iri_with_a_comma(web):
    response = ask(web, f"SELECT ?s ?o {{ ?s ?p ?o FILTER(?s = <{EX}x,y>) }}", "text/csv")
    assert response.text == f's,o\r\n"{EX}x,y",5\r\n'


@pytest.mark.parametrize("media", ["application/sparql-results+json", "application/sparql-results+xml"])
@pytest.mark.parametrize("truth", [True, False])
def test_truth_comes_in_both_formats(web, media, truth):
    response = ask(web, "ASK {}" if truth else "ASK { <x:a> <x:b> <x:c> }", media)
    syntax = ox.QueryResultsFormat.JSON if media.endswith("json") else ox.QueryResultsFormat.XML
    assert bool(ox.parse_query_results(response.content, syntax)) is truth


FORMATS = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
}


def triples(response):
    """Return the triples of a graph in whatever format it came."""
    media = response.headers["content-type"].partition(";")[0]
    return {str(quad.triple) for quad in ox.parse(response.content, format=FORMATS[GRAPH_TYPES[media]])}


@pytest.mark.parametrize("media", GRAPH_TYPES)
def test_graphs_come_in_every_format(web, media):
    expected = triples(ask(web, "CONSTRUCT WHERE { ?s ?p ?o }", "application/n-triples"))
    response = ask(web, "CONSTRUCT WHERE { ?s ?p ?o }", media)
    assert response.headers["content-type"].partition(";")[0] == media
    assert (len(expected), triples(response)) == (QUADS, expected)


def test_graph_that_xml_cannot_carry_is_not_acceptable_as_rdf_xml(web):
    response = ask(web, "CONSTRUCT { <x:s> <http://example.org/1> 1 } {}", "application/rdf+xml")
    assert (response.status_code, response.json()["title"]) == (406, "Not acceptable")


def test_control_character_is_not_acceptable_as_xml(web):
    query = 'SELECT ("a\\u0001" AS ?x) {}'
    assert [ask(web, query, media).status_code for media in ("text/xml", "text/tab-separated-values")] == [406, 200]


# Negotiation


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("text/csv;q=0.5, text/tab-separated-values", "text/tab-separated-values"),
        ("text/*;q=0.9, text/csv;q=0.1", "text/tab-separated-values"),
        ("application/json;q=0, */*;q=0.1", "application/sparql-results+json"),
        ("text/turtle, application/sparql-results+xml", "application/sparql-results+xml"),
        ("TEXT/CSV; Q=1", "text/csv"),
        ("text/html, application/xml;q=0.9, */*;q=0.8", "application/xml"),
    ],
)
def test_format_is_the_one_the_client_wants_most(web, accept, media):
    assert ask(web, ALL, accept).headers["content-type"].partition(";")[0] == media


@pytest.mark.parametrize("accept", ["image/png", "text/csv;q=0", "text/turtle", "nonsense", ";;;,,,"])
def test_format_that_there_is_not_is_not_acceptable(web, accept):
    response = ask(web, ALL, accept)
    assert response.status_code == 406
    assert response.headers["content-type"] == "application/problem+json"
    assert "application/sparql-results+json" in response.json()["detail"]


@pytest.mark.parametrize(
    ("accept", "offered", "media"),
    [
        ("text/html;q=0.5", ["text/html"], "text/html"),
        ("a/b;q=x", ["a/b"], None),
        ("a/b;q=2", ["a/b"], None),
        ("*", ["a/b"], None),
    ],
)
def test_qualities(accept, offered, media):
    assert chosen(accept, offered) == media


@pytest.mark.parametrize(
    ("header", "taken"), [("gzip", True), ("br, gzip;q=0.5", True), ("gzip;q=0", False), ("", False), ("br", False)]
)
def test_gzip_is_sent_to_whom_takes_it(header, taken):
    assert accepts_gzip(header) is taken


def test_long_answer_is_compressed(web):
    query = 'SELECT ("' + "a" * 3000 + '" AS ?x) {}'
    plain = web.get("/sparql", params={"query": query}, headers={"Accept-Encoding": "identity"})
    path = f"/sparql?{urlencode({'query': query})}"
    packed = web.request("GET", path, headers={"Accept-Encoding": "gzip"})
    assert (packed.headers["content-encoding"], packed.content) == ("gzip", plain.content)
    assert int(packed.headers["content-length"]) < len(plain.content)
    assert packed.headers["etag"] != plain.headers["etag"]
    assert len(gzip.compress(plain.content)) < len(plain.content)


def test_answer_that_the_client_has_is_not_sent_again(web):
    first = ask(web, ALL)
    headers = {"If-None-Match": f'"other", W/{first.headers["etag"]}'}
    again = web.get("/sparql", params={"query": ALL}, headers=headers)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])


# Refusals


@pytest.mark.parametrize(
    ("query", "line", "column", "words"),
    [
        ("SELECT * {\n ?s ?p }", 2, 8, "got '}'"),
        ("SELECT * {\n  ?s ukg:says ?o }", 2, 6, "add PREFIX ukg: <https://w3id.org/ukrgraph/ontology#>"),
        ("", 1, 1, "expected"),
        ("nonsense", 1, 1, "nonsense"),
        ("SELECT * { ?s ?p <a b> }", 1, 18, ""),
    ],
)
def test_query_that_is_not_sparql_is_refused_with_the_place(web, query, line, column, words):
    response = ask(web, query)
    told = response.json()
    assert (response.status_code, told["line"], told["column"]) == (400, line, column)
    assert words in told["detail"]


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "status"),
    [
        ("GET", "/sparql?query=ASK{}&query=ASK{}", {}, b"", 400),
        ("GET", "/sparql?query=%FF", {}, b"", 400),
        ("POST", "/sparql", FORM, b"x=1", 400),
        ("POST", "/sparql", FORM, b"query=%80", 400),
        ("POST", "/sparql", DIRECT, b"ASK {} \xff", 400),
        ("POST", "/sparql", {}, b"ASK {}", 415),
        ("POST", "/sparql", {"Content-Type": "text/plain"}, b"ASK {}", 415),
        ("POST", "/sparql", {"Content-Type": "application/sparql-query; charset=utf-16"}, b"ASK {}", 415),
        ("PUT", "/sparql", {}, b"", 405),
        ("DELETE", "/sparql", {}, b"", 405),
        ("GET", "/sparql?query=ASK{}&default-graph-uri=relative", {}, b"", 400),
        ("POST", "/sparql", {"Content-Type": "application/sparql-update"}, b"CLEAR ALL", 403),
        ("POST", "/sparql", FORM, b"update=CLEAR%20ALL", 403),
        ("GET", "/sparql?update=CLEAR%20ALL", {}, b"", 403),
        ("GET", "/sparql?query=CLEAR%20ALL", {}, b"", 403),
        ("POST", "/sparql", DIRECT, b"x" * (1 << 20) + b"x", 413),
        ("GET", "/rdf-graph-store", {}, b"", 400),
        ("GET", "/rdf-graph-store?default&graph=x:y", {}, b"", 400),
        ("GET", "/rdf-graph-store?graph=relative", {}, b"", 400),
        ("GET", f"/rdf-graph-store?graph={EX}none", {}, b"", 404),
        ("GET", "/rdf-graph-store?default", {"Accept": "image/png"}, b"", 406),
        ("PUT", "/rdf-graph-store?default", {}, b"", 403),
        ("POST", "/rdf-graph-store?default", {}, b"", 403),
        ("PATCH", "/rdf-graph-store?default", {}, b"", 403),
        ("DELETE", f"/rdf-graph-store?graph={EX}g1", {}, b"", 403),
        ("TRACE", "/rdf-graph-store?default", {}, b"", 405),
        ("GET", "/nothing", {}, b"", 404),
        ("DELETE", "/health", {}, b"", 405),
    ],
)
def test_request_that_cannot_be_answered_is_refused_with_a_problem(web, method, path, headers, body, status):
    response = web.request(method, path, headers=headers, content=body)
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    assert response.json()["status"] == status


UPDATES = [
    "INSERT DATA { <x:s> <x:p> <x:o> }",
    "DELETE WHERE { ?s ?p ?o }",
    "LOAD <http://127.0.0.1:9/>",
    "CLEAR ALL",
    "PREFIX x: <x:> WITH <x:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "# a comment\nDROP ALL",
]


@pytest.mark.parametrize("update", UPDATES)
def test_update_is_refused_and_changes_nothing(web, update):
    response = ask(web, update)
    assert (response.status_code, response.json()["title"]) == (403, "Updates are not allowed")
    assert len(names(ask(web, ALL))) == QUADS


OUTWARD = [
    "SELECT * {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ SERVICE SILENT <{0}> {{ ?s ?p ?o }} }}",
    "PREFIX x: <{0}> SELECT * {{ service x: {{ ?s ?p ?o }} }}",
    "SELECT * {{ VALUES ?e {{ <{0}> }} SERVICE ?e {{ ?s ?p ?o }} }}",
    "SELECT * {{ \\u0053ERVICE <{0}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ OPTIONAL {{ SeRvIcE <{0}> {{ ?s ?p ?o }} }} }}",
    "SELECT * FROM <{0}> {{ ?s ?p ?o }}",
    "SELECT * FROM NAMED <{0}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "LOAD <{0}>",
    "DESCRIBE <{0}>",
    "SELECT * {{ GRAPH <{0}> {{ ?s ?p ?o }} }}",
]


def test_no_query_reaches_another_server(web):
    with socket.create_server(("127.0.0.1", 0)) as trap:
        seen = []

        def watch():
            while True:
                try:
                    seen.append(trap.accept())
                except OSError:
                    return

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        address = f"http://127.0.0.1:{trap.getsockname()[1]}/"
        found = {query: ask(web, query.format(address), "*/*").status_code for query in OUTWARD}
        graph = quote(address)
        found["default-graph-uri"] = ask(web, ALL, **{"default-graph-uri": address}).status_code
        found["graph store"] = web.get(f"/rdf-graph-store?graph={graph}").status_code
        trap.shutdown(socket.SHUT_RDWR)
    watcher.join()
    assert seen == []
    assert set(found.values()) <= {200, 400, 403, 404}
    assert [found[query] for query in OUTWARD[:4]] == [403] * 4


def test_empty_answer_says_which_terms_and_graphs_there_are_not(web):
    query = (
        "PREFIX ukg: <https://w3id.org/ukrgraph/ontology#> SELECT * FROM <http://example.org/g3> { ?s a ukg:Statment }"
    )
    response = ask(web, query)
    assert response.headers.get_list("x-ukrgraph-finding") == [
        "1:96: there is no class ukg:Statment; did you mean ukg:Statement?",
        f"there is no graph <{EX}g3>",
    ]


def test_finding_cannot_break_out_of_its_header(web):
    query = "SELECT * FROM <x:%0D%0ASet-Cookie:a=b> { ?s ?p <https://w3id.org/ukrgraph/ontology#Ї> }"
    response = ask(web, query)
    assert "set-cookie" not in response.headers
    assert response.status_code == 200


# Graph store


def test_graph_store_gives_a_graph_and_the_union(web):
    one = web.get(f"/rdf-graph-store?graph={quote(EX)}g2", headers={"Accept": "application/n-triples"})
    union = web.get("/rdf-graph-store?default", headers={"Accept-Encoding": "identity"})
    head = web.request("HEAD", "/rdf-graph-store?default", headers={"Accept-Encoding": "identity"})
    assert (len(triples(one)), len(triples(union))) == (2, QUADS)
    assert (head.headers["content-length"], head.content) == (str(len(union.content)), b"")


# Descriptions


def test_service_describes_itself(web):
    response = web.get("/sparql", headers={"Accept": "text/turtle", "Host": "data.example.org"})
    store = ox.Store()
    store.load(response.content, format=ox.RdfFormat.TURTLE)
    found = store.query(
        """PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> PREFIX void: <http://rdfs.org/ns/void#>
        SELECT ?e ?n ?t { ?s a sd:Service ; sd:endpoint ?e ; sd:feature sd:UnionDefaultGraph ;
            sd:supportedLanguage sd:SPARQL11Query ; sd:defaultDataset/sd:namedGraph ?g .
            ?g sd:name ?n ; sd:graph/void:triples ?t } ORDER BY ?n"""
    )
    endpoint = "http://data.example.org/sparql"
    assert [[term.value for term in row] for row in found] == [[endpoint, f"{EX}g1", "4"], [endpoint, f"{EX}g2", "2"]]


def test_host_that_is_none_is_not_repeated(web):
    response = web.get("/sparql", headers={"Host": 'x"><script>'})
    assert (response.status_code, "<script" in response.text) == (200, False)


def test_data_set_describes_itself(web):
    response = web.get("/.well-known/void", headers={"Accept": "application/n-triples"})
    assert response.status_code == 200
    assert f'<http://rdfs.org/ns/void#triples> "{QUADS}"' in response.text
    assert "<http://rdfs.org/ns/void#sparqlEndpoint> <http://ukrgraph.test/sparql>" in response.text


# Whatever a client sends

WORDS = st.sampled_from(
    [
        "query",
        "update",
        "default-graph-uri",
        "named-graph-uri",
        "ASK {}",
        ALL,
        "x:y",
        "\x00",
        "%",
        "+",
        "я",
        "\ud800",
        "SERVICE",
    ]
)
TEXT = st.one_of(WORDS, st.text(max_size=40))
PAIRS = st.lists(st.tuples(TEXT, TEXT), max_size=4)
EXPECTED = {200, 304, 400, 403, 405, 406, 413, 415}


@given(pairs=PAIRS, accept=TEXT, encoding=TEXT, tag=TEXT)
@settings(max_examples=150)
def test_no_parameters_make_the_service_fail(web, pairs, accept, encoding, tag):
    query = urlencode([(name, value) for name, value in pairs], errors="surrogatepass")
    headers = {"Accept": accept, "Accept-Encoding": encoding, "If-None-Match": tag}
    sendable = {
        name: value.encode("utf-8", "replace").replace(b"\n", b"").replace(b"\r", b"")
        for name, value in headers.items()
    }
    assert web.get(f"/sparql?{query}", headers=sendable).status_code in EXPECTED


@given(
    body=st.one_of(st.binary(max_size=200), TEXT.map(lambda text: text.encode("utf-8", "replace"))),
    content_type=TEXT,
    query=PAIRS,
)
@settings(max_examples=150)
def test_no_body_makes_the_service_fail(web, body, content_type, query):
    for media in (content_type, "application/sparql-query", "application/x-www-form-urlencoded"):
        sent = media.encode("utf-8", "replace").replace(b"\n", b"").replace(b"\r", b"")
        path = "/sparql?" + urlencode(query, errors="surrogatepass")
        assert web.post(path, content=body, headers={"Content-Type": sent}).status_code in EXPECTED


@given(path=st.text(max_size=30), pairs=PAIRS)
@settings(max_examples=100)
def test_no_graph_and_no_path_make_the_service_fail(web, path, pairs):
    query = urlencode(pairs, errors="surrogatepass")
    assert web.get(f"/rdf-graph-store?{query}").status_code in EXPECTED | {404}
    quoted = quote(path, safe="/.", errors="replace")
    assert web.get(f"/{quoted.lstrip('/')}").status_code < 500


# The suite of the W3C

NOT_APPLICABLE = {
    "update_dataset_default_graph": "an update",
    "update_dataset_default_graphs": "an update",
    "update_dataset_named_graphs": "an update",
    "update_dataset_full": "an update",
    "update_post_form": "an update",
    "update_post_direct": "an update",
    "update_base_uri": "an update",
}
"""Tests of the suite that a service that only reads cannot pass, with the reason. Their updates get 403."""

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
HT = "http://www.w3.org/2011/http#"
CNT = "http://www.w3.org/2011/content#"
MEDIA = {
    "boolean": {"application/sparql-results+json", "application/sparql-results+xml"},
    "tabular": {*SOLUTION_TYPES},
    "RDF": {*GRAPH_TYPES},
}
NO_SUITE = pytest.mark.skipif(not SUITE.is_dir(), reason=f"there is no {SUITE.relative_to(SHARED.parent)}")


def suite():
    """Return the tests of the manifest: name and requests, each a node."""
    store = ox.Store()
    base = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/protocol/manifest#"
    store.load((SUITE / "manifest.ttl").read_bytes(), format=ox.RdfFormat.TURTLE, base_iri=base)
    entries = store.query(
        f"""PREFIX mf: <{MF}> PREFIX ht: <{HT}> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
        SELECT ?test ?request {{ ?test a mf:ProtocolTest ; mf:action/ht:requests/rdf:rest*/rdf:first ?request }}"""
    )
    found = {}
    for test, node in entries:
        found.setdefault(test.value.removeprefix(base), []).append(node)
    return store, found


def value(store, node, *path):
    """Return the value at the end of a path of properties, None if there is none."""
    for name in path:
        if node is None:
            return None
        node = next((quad.object for quad in store.quads_for_pattern(node, ox.NamedNode(name), None)), None)
    return node.value if node is not None else None


@pytest.fixture(scope="module")
def w3c(tmp_path_factory):
    lines = []
    for name in ("data1", "data2", "data3"):
        graph = ox.NamedNode(f"http://kasei.us/2009/09/sparql/data/{name}.rdf")
        quads = ox.parse((SUITE / f"{name}.nt").read_bytes(), format=ox.RdfFormat.N_TRIPLES)
        lines += [f"{graph} {{ {quad.subject} {quad.predicate} {quad.object} }}" for quad in quads]
    with Client(project(tmp_path_factory.mktemp("w3c"), "\n".join(lines))) as client:
        yield client


def send(web, store, node):
    """Send a request of the suite and return the response."""
    encoding = value(store, node, f"{HT}body", f"{CNT}characterEncoding") or "utf-8"
    body = (value(store, node, f"{HT}body", f"{CNT}chars") or "").encode(encoding)
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    first = next((quad.object for quad in store.quads_for_pattern(node, ox.NamedNode(f"{HT}headers"), None)), None)
    field = value(store, first, f"{rdf}first", f"{HT}fieldValue") if first is not None else None
    headers = {"Content-Type": field} if field else {}
    return web.request(
        value(store, node, f"{HT}methodName"), value(store, node, f"{HT}absolutePath"), content=body, headers=headers
    )


@NO_SUITE
def test_protocol_tests_of_the_w3c_pass(w3c):
    store, tests = suite()
    failures = {}
    for name, nodes in tests.items():
        if name in NOT_APPLICABLE:
            continue
        (node,) = nodes
        response = send(w3c, store, node)
        wanted = next(store.quads_for_pattern(node, ox.NamedNode(f"{HT}resp"), None)).object
        refused = "4xx" in value(store, wanted, f"{MF}expectedStatus")
        form, truth = value(store, wanted, f"{MF}expectedFormat"), value(store, wanted, f"{MF}expectedBoolean")
        media = response.headers["content-type"].partition(";")[0]
        right = (400 <= response.status_code < 500) if refused else response.status_code == 200 and media in MEDIA[form]
        if not right or (truth and response.json()["boolean"] is not (truth == "true")):
            failures[name] = (response.status_code, response.text)
    assert failures == {}
    assert (len(tests), len(NOT_APPLICABLE.keys() & tests.keys())) == (34, 7)


@NO_SUITE
@pytest.mark.parametrize("name", NOT_APPLICABLE)
def test_updates_of_the_suite_are_refused(w3c, name):
    store, tests = suite()
    statuses = [send(w3c, store, node).status_code for node in tests[name]]
    assert 403 in statuses
    assert set(statuses) <= {200, 403}


# Over a real connection


def test_keep_alive_head_and_options_over_a_connection(tmp_path):
    with Server(project(tmp_path)) as server, httpx.Client(base_url=server.url) as client:
        statuses = [
            client.get("/sparql", params={"query": ALL}).status_code,
            client.head("/sparql", params={"query": ALL}).status_code,
            client.options("/sparql").status_code,
            client.post("/sparql", content=ALL, headers=DIRECT).status_code,
        ]
        body = json.loads(client.get("/sparql", params={"query": "ASK {}"}).content)
    assert (statuses, body) == ([200, 200, 204, 200], {"head": {}, "boolean": True})
