"""The pages over HTTP: for those who want pages, in the language they want, and nothing else at the same addresses."""

import pytest
from in_process import Client, service
from page_check import faults

from ukrgraph.serve.exchange import preferred
from ukrgraph.serve.html import PLAIN, wants_page

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture(scope="module")
def get():
    client = Client(service())
    return lambda path, **more: client(path, headers={**BROWSER, **more.pop("headers", {})}, **more)


PATHS = [f"/{path}" for path in PLAIN if path != "findings"]


@pytest.mark.parametrize("path", [*PATHS, "/queries/", "/sparql", "/sparql.html", "/id/ukraine", "/statement/s001-04",
                                  "/document/doc-001", "/ontology", "/concepts", "/queries/who-condemned"])  # fmt: skip
def test_a_browser_gets_a_page(get, path):
    found = get(path)
    assert (found.status_code, found.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert faults(found.text, "en") == []


@pytest.mark.parametrize("path", ["/queries/", "/sparql", "/id/ukraine", "/ontology", "/queries/who-condemned"])
def test_a_program_gets_data_at_the_same_address(get, path):
    found = get(path, headers={"Accept": "application/json, text/turtle;q=0.9"})
    assert not found.headers["content-type"].startswith("text/html")


def test_the_language_is_that_of_the_address_then_of_the_browser(get):
    assert '<html lang="uk">' in get("/id/ukraine?lang=uk").text
    assert '<html lang="uk">' in get("/", headers={"Accept-Language": "uk-UA,uk;q=0.9,en;q=0.5"}).text
    assert '<html lang="en">' in get("/?lang=en", headers={"Accept-Language": "uk"}).text
    assert '<html lang="en">' in get("/?lang=de", headers={"Accept-Language": "de"}).text
    assert 'href="/timeline?lang=uk"' in get("/?lang=uk").text


@pytest.mark.parametrize(
    ("header", "language"),
    [("uk", "uk"), ("en;q=0.5, uk;q=0.6", "uk"), ("de, fr", "en"), ("", "en"), ("uk;q=0", "en"), (";;,,q=", "en")],
)
def test_the_best_language_is_chosen(header, language):
    assert preferred(header) == language


def test_a_page_is_wanted_by_browsers_only():
    assert wants_page([BROWSER["Accept"]])
    assert [accept for accept in ("*/*", "application/json", "text/turtle", "") if wants_page([accept])] == []


@pytest.mark.parametrize(
    "path", ["/id/ukrain", "/nothing", "/statement/s1", "/queries/who-condemmed", "/id/%00", "/%2e%2e/x"]
)
def test_what_is_not_there_is_a_page_with_status_404(get, path):
    found = get(path)
    assert (found.status_code, found.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert faults(found.text, "en") == []


def test_pages_have_tags_and_need_not_be_sent_twice(get):
    first = get("/statements")
    assert get("/statements", headers={"If-None-Match": first.headers["etag"]}).status_code == 304


def test_the_policy_lets_nothing_in_from_elsewhere(get):
    policy = get("/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", ["/static/../html.py", "/static/%2e%2e/html.py", "/static/..%2fhtml.py", "/static/",
                                  "/static/vendor/..%2f..%2fhtml.py", "/static/nothing.css"])  # fmt: skip
def test_only_files_of_the_pages_are_served(get, path):
    assert get(path).status_code == 404


def test_the_style_sheet_is_served(get):
    assert get("/static/site.css").headers["content-type"].startswith("text/css")


@pytest.mark.parametrize(
    "value", ["<script>alert(1)</script>", "'\"><svg onload=x>", "\x00", "%", "\u202e", "a" * 15_000]
)
@pytest.mark.parametrize(
    "path", ["/search?q=", "/queries/?tag=", "/queries/who-condemned?event=", "/?lang=", "/timeline?x="]
)
def test_values_of_any_kind_give_a_valid_page(get, path, value):
    where, _, name = path.partition("?")
    found = get(where, params={name.removesuffix("="): value})
    assert found.status_code == 200
    assert faults(found.text, "en") == []
    assert "<script>alert" not in found.text


def test_a_query_is_answered_and_an_update_is_not(get):
    assert "s001-04" in get("/sparql.html", params={"query": "SELECT * { ?s a ukg:Statement } ORDER BY ?s"}).text
    for query in ("DELETE WHERE { ?s ?p ?o }", "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"):
        found = get("/sparql.html", params={"query": query})
        assert (found.status_code, 'class="error"' in found.text) == (200, True)
