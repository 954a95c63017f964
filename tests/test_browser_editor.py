"""The SPARQL editor in a real browser, with the third-party scripts that vendor.toml pins."""

import os
import shutil

import pytest
from browser import Visit, in_language, launched, picture, rows
from build_hook import hook
from real_server import serving, tree

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
def vendor(tmp_path_factory):
    """Give the folder of the third-party scripts: the one of the checkout if it is current, else as npm brings them."""
    if hook.is_current(hook.VENDOR):
        return hook.VENDOR
    if not {"CI", "UKRGRAPH_NPM"} & set(os.environ) or shutil.which("npm") is None:
        pytest.skip("the scripts of the editor are not placed here: make vendor")
    folder = tmp_path_factory.mktemp("npm") / "vendor"
    try:
        hook.place(folder)
    except hook.UnavailableError as error:
        pytest.skip(f"the scripts of the editor cannot be had here: {error}")
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory, vendor):
    """Give the address of a server that has the editor."""
    source = tree(tmp_path_factory.mktemp("whole"), vendor=vendor)
    with serving(tmp_path_factory.mktemp("project"), source=source) as address:
        yield address


@pytest.fixture
def visit(browser, server):
    """Give the SPARQL page in English with an empty editor."""
    visit = Visit(browser, server)
    visit.open("/sparql.html?lang=en")
    empty(visit)
    yield visit
    visit.close()


def empty(visit):
    visit.page.click(".cm-content")
    visit.page.keyboard.press("Control+a")
    visit.page.keyboard.press("Delete")


def written(visit):
    """Return what the form would send."""
    return visit.page.input_value("textarea[name=query]")


def offered(visit, typed, *wanted):
    """Type something, and wait until all of `wanted` are suggested; return the suggestions."""
    visit.page.keyboard.type(typed)
    for one in wanted:
        label = visit.page.locator(".cm-tooltip-autocomplete .cm-completionLabel").get_by_text(one, exact=True)
        label.first.wait_for()
    return visit.page.locator(".cm-tooltip-autocomplete .cm-completionLabel").all_inner_texts()


def accept(visit, before):
    """Accept the first suggestion, and wait until the text is another than `before`."""
    visit.page.wait_for_timeout(500)  # the editor takes no key for one that is meant for a suggestion just opened
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_function("(text) => document.querySelector('textarea[name=query]').value !== text", arg=before)


@pytest.mark.parametrize("language", ["en", "uk"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_editor_is_whole_and_open_to_everybody(browser, server, language, width, scheme):
    options = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    visit = Visit(browser, server, **options)
    visit.open(in_language("/sparql.html", language))
    empty(visit)
    visit.page.keyboard.type('# words\nSELECT (COUNT(*) AS ?n) { ?s <http://example.org/p> "x", 3.5 ; a ')
    offered(visit, "ukg:St", "ukg:Statement")
    picture(visit, "editor", language, str(width), scheme)
    assert visit.violations() == []
    assert visit.overflow() == []
    assert visit.faults() == []
    visit.close()


def test_a_query_is_typed_and_run(visit):
    visit.page.keyboard.insert_text(QUERY)
    assert written(visit) == QUERY
    visit.page.click("form.asked button")
    assert rows(visit) == ROWS
    assert visit.page.locator(".cm-line").all_inner_texts() == QUERY.splitlines()
    assert visit.faults() == []


def test_control_and_enter_run_the_query(visit):
    visit.page.keyboard.insert_text(QUERY)
    visit.page.keyboard.press("Control+Enter")
    assert rows(visit) == ROWS


def test_a_term_is_found_by_its_name_and_brings_its_prefix(visit):
    visit.page.keyboard.type("SELECT * { ?s ")
    assert offered(visit, "ukg:speakerT", "ukg:speakerText") == ["ukg:speakerText"]
    accept(visit, written(visit))
    assert written(visit).splitlines() == [
        "PREFIX ukg: <https://w3id.org/ukrgraph/ontology#>",
        "SELECT * { ?s ukg:speakerText",
    ]


@pytest.mark.parametrize(("typed", "name"), [("мовець", "ukg:speaker"), ("guterres", "id:antonio-guterres")])
def test_a_term_is_found_by_its_label_in_either_language(visit, typed, name):
    visit.page.keyboard.type("SELECT * { ?s ?p ")
    assert name in offered(visit, typed, name)


def test_a_prefix_that_is_declared_is_not_declared_again(visit):
    visit.page.keyboard.insert_text("PREFIX u: <https://w3id.org/ukrgraph/ontology#>\nSELECT * { ?s ")
    offered(visit, "speakerT", "ukg:speakerText")
    accept(visit, written(visit))
    assert written(visit) == "PREFIX u: <https://w3id.org/ukrgraph/ontology#>\nSELECT * { ?s u:speakerText"


def test_prefixes_and_variables_are_suggested(visit):
    offered(visit, "PREFIX uk", "ukg: <https://w3id.org/ukrgraph/ontology#>")
    empty(visit)
    visit.page.keyboard.insert_text("SELECT ?statement ?stance { ")
    offered(visit, "?sta", "?stance", "?statement")


def test_nothing_is_suggested_inside_words_and_comments(visit):
    visit.page.keyboard.type("# speak")
    visit.page.keyboard.press("Enter")
    visit.page.keyboard.type('SELECT * { ?s ?p "speak')
    visit.page.wait_for_timeout(500)
    assert visit.page.locator(".cm-tooltip-autocomplete").count() == 0


def test_tab_leaves_the_editor_in_both_directions(visit):
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.activeElement.tagName") == "BUTTON"
    visit.page.keyboard.press("Shift+Tab")
    assert visit.page.evaluate("document.activeElement.className") == "sparql-editor"


def test_the_editor_has_the_name_of_its_label_and_a_click_on_it_leads_there(visit):
    label = visit.page.locator("label[for=query]")
    assert visit.page.get_attribute(".cm-content", "aria-label") == label.inner_text()
    visit.page.keyboard.press("Tab")
    label.click()
    assert visit.page.evaluate("document.activeElement.className") == "sparql-editor"


def test_without_scripts_the_text_field_is_there(browser, server):
    visit = Visit(browser, server, java_script_enabled=False)
    visit.open("/sparql.html")
    assert visit.page.is_visible("textarea[name=query]")
    visit.close()
