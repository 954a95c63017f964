"""The pages as people use them in a real browser: by keyboard, with and without scripts, in either language."""

import re

import pytest
from browser import PAGES, Visit, in_language, launched, rows
from real_server import serving, tree

SOME = ("home", "gallery", "form with an entity", "SPARQL", "person", "statement", "map")
ROWS = [f"doc-00{number}" for number in range(5)]
QUERY = """PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX ukg: <https://w3id.org/ukrgraph/ontology#>
SELECT ?id WHERE { ?document a ukg:Document ; dcterms:identifier ?id } ORDER BY ?id"""


@pytest.fixture(scope="module")
def browser():
    """Give a browser."""
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Give the address of a server as in a plain checkout: it has no third-party scripts."""
    source = tree(tmp_path_factory.mktemp("plain"))
    with serving(tmp_path_factory.mktemp("project"), source=source) as address:
        yield address


@pytest.fixture
def visit(browser, server):
    """Give a page that has not been anywhere yet."""
    visit = Visit(browser, server)
    yield visit
    visit.close()


WATCH_FOCUS = """() => {
    window.seen = new Map();
    document.addEventListener("focusin", (event) => {
        const style = getComputedStyle(event.target);
        const shown = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== "none";
        window.seen.set(event.target, shown);
    }, true);
    const asked = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
    const visible = (one) => one.checkVisibility({ visibilityProperty: true });
    window.wanted = [...document.querySelectorAll(asked)].filter(visible);
    const days = window.wanted.filter((one) => one.type === "date");
    return window.wanted.length + 4 * days.length;  // year, month, day and calendar are reached one by one
}"""
FOCUS = """() => [
    window.wanted.filter((one) => !window.seen.has(one)).map((one) => one.outerHTML.slice(0, 120)),
    [...window.seen].filter(([, shown]) => !shown).map(([one]) => one.outerHTML.slice(0, 120)),
]"""


@pytest.mark.parametrize("name", PAGES)
def test_every_link_and_control_is_reached_by_tab_and_shows_it(visit, name):
    visit.open(PAGES[name])
    for _ in range(visit.page.evaluate(WATCH_FOCUS) + 1):
        visit.page.keyboard.press("Tab")
    missed, unseen = visit.page.evaluate(FOCUS)
    assert (missed, unseen) == ([], [])


@pytest.mark.parametrize("name", SOME)
def test_the_first_tab_offers_to_skip_to_the_content(visit, name):
    visit.open(PAGES[name])
    visit.page.keyboard.press("Tab")
    link = visit.page.locator("a.skip")
    assert link.evaluate("(link) => link === document.activeElement")
    box = link.bounding_box()
    assert box["x"] >= 0
    assert box["y"] >= 0
    visit.page.keyboard.press("Enter")
    assert visit.page.evaluate("document.activeElement.tagName") == "MAIN"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_query_is_typed_and_run_in_the_plain_form(browser, server, scripts):
    visit = Visit(browser, server, java_script_enabled=scripts)
    visit.open("/sparql.html")
    visit.page.fill("textarea[name=query]", QUERY)
    visit.page.click("form.asked button")
    assert rows(visit) == ROWS
    assert visit.page.input_value("textarea[name=query]").replace("\r\n", "\n") == QUERY
    if scripts:
        assert visit.faults() == []
    visit.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_stored_query_is_asked_with_its_form(browser, server, scripts):
    visit = Visit(browser, server, java_script_enabled=scripts)
    visit.open("/queries/statements-on-a-day")
    visit.page.fill("input[name=day]", "2022-02-16")
    visit.page.click("form.asked button")
    assert rows(visit) == ["s003-01", "s003-02", "s003-03", "s003-06", "s003-07", "s003-08"]
    visit.close()


@pytest.mark.parametrize("language", ["en", "uk"])
def test_marked_words_lead_to_their_statement_and_back(visit, language):
    visit.open(in_language("/document/doc-000", language))
    mark = visit.page.locator("mark.said").first
    place = mark.get_attribute("id")
    words = mark.evaluate("""(mark) => {
        const copy = mark.cloneNode(true);
        copy.querySelectorAll(".refs").forEach((refs) => refs.remove());
        return copy.textContent.trim();
    }""")
    link = mark.locator("a.ref").first
    target = link.get_attribute("href").partition("?")[0]
    assert re.fullmatch(r"/statement/s000-\d\d", target)
    link.click()
    visit.page.wait_for_url(f"**{target}*")
    assert visit.page.locator("h1").count() == 1
    back = visit.page.locator(f"figure.quote figcaption a[href$='#{place}']").first
    assert words in visit.page.locator("figure.quote blockquote mark").all_inner_texts()
    back.click()
    visit.page.wait_for_url(f"**/document/doc-000*#{place}")
    found = visit.page.locator("mark:target")
    assert found.get_attribute("id") == place
    assert found.evaluate(
        "(mark) => { const at = mark.getBoundingClientRect(); return at.top >= 0 && at.bottom <= innerHeight }"
    )
    assert visit.faults() == []


@pytest.mark.parametrize("name", SOME)
def test_the_other_language_is_a_link_away_and_stays(visit, name):
    visit.open(PAGES[name])
    visit.page.click("a[hreflang=uk]")
    visit.page.wait_for_selector("html[lang=uk]")
    visit.page.locator("nav a").nth(1).click()
    visit.page.wait_for_load_state()
    assert visit.page.get_attribute("html", "lang") == "uk"
    visit.page.click("a[hreflang=en]")
    visit.page.wait_for_selector("html[lang=en]")


def test_a_browser_that_prefers_ukrainian_gets_it(browser, server):
    visit = Visit(browser, server, locale="uk-UA")
    visit.open("/")
    assert visit.page.get_attribute("html", "lang") == "uk"
    visit.close()
