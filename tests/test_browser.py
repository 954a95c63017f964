"""The pages in a real browser: nothing from elsewhere, no error, no overflow, and nothing that keeps anybody out.

UKRGRAPH_SCREENSHOTS=FOLDER leaves pictures of every page there.
"""

import pytest
from browser import PAGES, Visit, in_language, launched, picture
from real_server import serving, tree

LANGUAGES = ("en", "uk")
LOOKS = {"en": ((390, "dark"), (1280, "light")), "uk": ((1280, "light"), (390, "dark"))}
"""Widths in CSS pixels and colour schemes: all are looked at, and axe-core judges the last. Layout depends on the one
and colours on the other, so each is judged once a page."""

NARROWEST = 320
"""The width at which WCAG 2.1 asks for no scrolling in two directions (1.4.10), in CSS pixels."""


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


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_and_open_to_everybody(visit, name, language):
    status = visit.open(in_language(PAGES[name], language))
    assert status == (404 if name == "nothing" else 200)
    assert visit.page.get_attribute("html", "lang") == language
    assert visit.page.locator("h1").count() == 1
    for width, scheme in LOOKS[language]:
        visit.page.set_viewport_size({"width": width, "height": 900})
        visit.page.emulate_media(color_scheme=scheme)
        assert visit.overflow() == []
        picture(visit, name, language, str(width), scheme)
    assert visit.violations() == []
    visit.page.set_viewport_size({"width": NARROWEST, "height": 900})
    assert visit.overflow() == []
    expected = ["console: Failed to load resource: the server responded with a status of 404"]
    assert [fault.partition(" (")[0] for fault in visit.faults()] == (expected if name == "nothing" else [])
