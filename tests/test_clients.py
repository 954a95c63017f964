"""Clients that know nothing of ukrgraph work unchanged against a real server: curl, and Comunica from npm.

SPARQLWrapper and rdflib are in another file.
"""

import csv
import gzip
import json
import os
import shutil
import subprocess

import pytest
from serving import Server

DOCUMENTS = """PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX ukg: <https://w3id.org/ukrgraph/ontology#>
SELECT ?document ?id WHERE { ?document a ukg:Document ; dcterms:identifier ?id } ORDER BY ?id"""
IDS = ["doc-000", "doc-001", "doc-002", "doc-003", "doc-004"]
THERE = "PREFIX ukg: <https://w3id.org/ukrgraph/ontology#> ASK { ?statement a ukg:Statement }"
SECONDS = 600
"""How long a client may take: only there to end a hang."""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Give the address of a server over the packaged graph."""
    with Server(tmp_path_factory.mktemp("project")) as running:
        yield running.url


@pytest.fixture
def curl(server, tmp_path):
    """Return a function that calls curl with a path and options; it gives status, headers by name, and body."""
    program = shutil.which("curl")
    if program is None:
        pytest.skip("curl is not installed here")

    def call(path, *options):
        head, body = tmp_path / "head", tmp_path / "body"
        body.write_bytes(b"")
        files = ["--dump-header", str(head), "--output", str(body), "--write-out", "%{http_code}"]
        command = [program, "--silent", "--show-error", "--max-time", str(SECONDS), *files, *options, server + path]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        lines = head.read_text(encoding="iso-8859-1").splitlines()
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        return int(done.stdout), headers, body.read_bytes()

    return call


def bound(body):
    """Return the ids in an answer in JSON."""
    return [solution["id"]["value"] for solution in json.loads(body)["results"]["bindings"]]


def accept(media):
    return ("--header", f"Accept: {media}")


JSON = accept("application/sparql-results+json")


def test_curl_asks_with_get(curl):
    status, headers, body = curl("/sparql", "--get", "--data-urlencode", f"query={DOCUMENTS}", *JSON)
    assert (status, headers["content-type"].partition(";")[0]) == (200, "application/sparql-results+json")
    assert bound(body) == IDS


def test_curl_asks_with_a_form(curl):
    status, _, body = curl("/sparql", "--data-urlencode", f"query={DOCUMENTS}", *JSON)
    assert (status, bound(body)) == (200, IDS)


def test_curl_asks_with_the_query_as_body(curl):
    kind = ("--header", "Content-Type: application/sparql-query")
    status, _, body = curl("/sparql", *kind, "--data-binary", DOCUMENTS, *JSON)
    assert (status, bound(body)) == (200, IDS)


def test_curl_asks_for_csv(curl):
    status, headers, body = curl("/sparql", "--data-urlencode", f"query={DOCUMENTS}", *accept("text/csv"))
    assert (status, headers["content-type"].partition(";")[0]) == (200, "text/csv")
    assert [row["id"] for row in csv.DictReader(body.decode().splitlines())] == IDS


def test_curl_asks_a_question_of_yes_or_no(curl):
    status, _, body = curl("/sparql", "--data-urlencode", f"query={THERE}", *JSON)
    assert (status, json.loads(body)) == (200, {"head": {}, "boolean": True})


def test_curl_gets_the_same_headers_without_the_body(curl):
    asked = ("--get", "--data-urlencode", f"query={THERE}", *JSON)
    answered, whole, _ = curl("/sparql", *asked)
    status, headers, _ = curl("/sparql", "--head", *asked)
    assert (status, answered) == (200, 200)
    differ = {"date"}
    assert {name: headers[name] for name in set(headers) - differ} == {n: whole[n] for n in set(whole) - differ}


def test_curl_asks_what_is_allowed(curl):
    origin = ("--header", "Origin: https://example.org", "--header", "Access-Control-Request-Method: POST")
    status, headers, _ = curl("/sparql", "--request", "OPTIONS", *origin)
    assert status in {200, 204}
    assert headers["access-control-allow-origin"] == "*"
    assert {"GET", "POST"} <= {word.strip() for word in headers["access-control-allow-methods"].split(",")}


def test_curl_asks_for_a_compressed_answer(curl):
    everything = "query=SELECT * WHERE { ?s ?p ?o } LIMIT 500"
    zipped = ("--header", "Accept-Encoding: gzip")
    status, headers, body = curl("/sparql", "--data-urlencode", everything, *JSON, *zipped)
    plain = curl("/sparql", "--data-urlencode", everything, *JSON)[2]
    assert (status, headers["content-encoding"]) == (200, "gzip")
    assert len(body) < len(plain)
    assert len(json.loads(gzip.decompress(body))["results"]["bindings"]) == 500


@pytest.mark.parametrize("form", ["text/html", "text/turtle", "application/ld+json"])
def test_curl_asks_again_for_what_it_has(curl, form):
    status, headers, body = curl("/document/doc-000", *accept(form))
    assert (status, headers["content-type"].partition(";")[0]) == (200, form)
    assert body
    again = ("--header", f"If-None-Match: {headers['etag']}")
    status, headers, body = curl("/document/doc-000", *accept(form), *again)
    assert (status, body) == (304, b"")


def test_curl_follows_an_iri_to_its_triples(curl):
    status, headers, body = curl("/document/doc-000.nt")
    assert (status, headers["content-type"].partition(";")[0]) == (200, "application/n-triples")
    title = b"<https://w3id.org/ukrgraph/document/doc-000> <http://purl.org/dc/terms/identifier> "
    assert [line for line in body.splitlines() if line.startswith(title)] == [title + b'"doc-000" .']


@pytest.mark.parametrize("update", ["DELETE WHERE { ?s ?p ?o }", "LOAD <http://127.0.0.1:9/x>"], ids=["delete", "load"])
def test_curl_may_not_write(curl, update):
    status, headers, body = curl("/sparql", "--data-urlencode", f"update={update}")
    assert (status, headers["content-type"].partition(";")[0]) == (403, "application/problem+json")
    assert json.loads(body)["status"] == 403


@pytest.fixture(scope="module")
def comunica(tmp_path_factory):
    """Return a function that asks an endpoint with the command line of Comunica, which npm brings first."""
    if not {"CI", "UKRGRAPH_NPM"} & set(os.environ):
        pytest.skip("set UKRGRAPH_NPM=1 to let npm install Comunica, which takes a minute")
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("npm or node is not installed here")
    folder = tmp_path_factory.mktemp("comunica")
    (folder / "package.json").write_text('{"name": "client", "version": "0.0.0", "private": true}', encoding="utf-8")
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--silent"]
    command = [npm, "install", *quiet, "@comunica/query-sparql@4.5.0"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False)
    if done.returncode:
        pytest.skip(f"npm could not install Comunica: {done.stderr.strip()[:200]}")

    def ask(endpoint, query):
        program = folder / "node_modules/@comunica/query-sparql/bin/query.js"
        media = "application/sparql-results+json"
        command = [node, str(program), f"sparql@{endpoint}", "-q", query, "-t", media]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return ask


def test_comunica_gets_the_rows_of_a_query(server, comunica):
    found = comunica(f"{server}/sparql", DOCUMENTS)["results"]["bindings"]
    assert [solution["id"]["value"] for solution in found] == IDS


def test_comunica_gets_the_answer_to_a_question_of_yes_or_no(server, comunica):
    assert comunica(f"{server}/sparql", THERE)["boolean"] is True
