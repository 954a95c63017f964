"""A browser: Debian's Chromium, driven by Playwright, that notes whatever a page should not do."""

import contextlib
import importlib.util
import os
import shutil
from pathlib import Path

import pytest

ARGUMENTS = (
    "--no-sandbox",  # tests may run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MILLISECONDS = 120_000
"""How long anything may take: only there to end a hang."""

LEVELS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
"""The rules of axe-core for the levels A and AA of WCAG 2.0, 2.1 and 2.2, by its own tags."""

PAGES = {
    "home": "/",
    "gallery": "/queries/",
    "form without fields": "/queries/claims-by-footing",
    "form with an entity": "/queries/addressees-of-a-speaker?speaker=antonio-guterres",
    "form with a day": "/queries/statements-on-a-day?day=2022-09-30",
    "form with a text": "/queries/statements-in-a-document?document=doc-003&act=denies",
    "form with a choice": "/queries/narrator-claims?kind=speculation",
    "form with a number": "/queries/actors-in-several-documents?minimum=3",
    "form without rows": "/queries/statements-on-a-day?day=2022-09-19",
    "form with a mistake": "/queries/statements-on-a-day?day=yesterday",
    "SPARQL": "/sparql.html",
    "SPARQL with rows": "/sparql.html?query=SELECT+DISTINCT+%3Fclass+WHERE+%7B+%3Fs+a+%3Fclass+%7D+ORDER+BY+%3Fclass",
    "SPARQL with a mistake": "/sparql.html?query=SELECT+%3Fx+WHERE+%7B",
    "entities": "/entities",
    "person": "/id/vladimir-putin",
    "region": "/id/donetsk-region",
    "sanction": "/id/sanction-us-new-2022-09",
    "statement": "/statement/s000-04",
    "document": "/document/doc-000",
    "timeline": "/timeline",
    "map": "/map",
    "network": "/network",
    "findings": "/findings",
    "search": "/search?q=guterres",
    "ontology": "/ontology",
    "about": "/about",
    "nothing": "/id/nobody-of-this-name",
}
"""The pages by what they are: each kind of page, and each kind of form with its answer."""

_NOTE_VIOLATIONS = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) => window.refused.push(
    `${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


@contextlib.contextmanager
def launched():
    """Give a browser; skip where there is none."""
    for module in ("playwright", "axe_playwright_python"):
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"{module} is not installed here: make peers")
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("chromium is not installed here: apt-get install chromium")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  # not there where tests are skipped

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS), timeout=MILLISECONDS)
        try:
            yield browser
        finally:
            browser.close()


class Visit:
    """A page and the faults that it showed since it was opened: requests elsewhere, errors, refused content."""

    def __init__(self, browser, origin, **options):
        self.origin = origin
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        self.context.set_default_timeout(MILLISECONDS)
        self.page = self.context.new_page()
        self._noted = []
        if options.get("java_script_enabled", True):
            self.page.add_init_script(_NOTE_VIOLATIONS)
        self.page.on("request", self._requested)
        self.page.on("console", self._printed)
        self.page.on("pageerror", lambda error: self._noted.append(f"error: {error}"))
        self.page.on("requestfailed", self._failed)

    def _requested(self, request):
        if not request.url.startswith((f"{self.origin}/", "data:")):
            self._noted.append(f"request elsewhere: {request.url}")

    def _printed(self, message):
        if message.type in {"error", "warning"}:
            self._noted.append(f"console: {message.text}")

    def _failed(self, request):
        if request.failure != "net::ERR_ABORTED":  # going to another page ends what the first one still waits for
            self._noted.append(f"failed: {request.url}")

    def open(self, path):
        """Open a page; return its status."""
        return self.page.goto(f"{self.origin}{path}", wait_until="networkidle").status

    def faults(self):
        """Return what was noted, and note nothing of it again."""
        refused = self.page.evaluate("window.refused?.splice(0) ?? []")
        noted, self._noted = self._noted, []
        return [*noted, *(f"refused: {one}" for one in refused)]

    def overflow(self):
        """Return how many pixels a page is wider than its window, and the innermost elements that stick out."""
        return self.page.evaluate(
            """() => {
                const wide = document.documentElement.clientWidth;
                const excess = document.documentElement.scrollWidth - wide;
                if (excess <= 0) return [];
                const out = [...document.body.querySelectorAll("*")].filter(
                    (one) => one.getBoundingClientRect().right > wide + 0.5 && !one.children.length);
                return [`${excess} pixels`, ...out.slice(0, 5).map((one) => one.outerHTML.slice(0, 120))];
            }"""
        )

    def violations(self):
        """Return what axe-core finds against the levels A and AA: the rule and the element, each on a line."""
        from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415  # not there where tests are skipped

        only = {"runOnly": {"type": "tag", "values": list(LEVELS)}, "resultTypes": ["violations"]}
        found = Axe().run(self.page, options=only).response["violations"]
        return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]

    def close(self):
        """Close the page with all that belongs to it."""
        self.context.close()


def in_language(path, language):
    """Return a path that asks for a language."""
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


def picture(visit, *names):
    """Leave a picture of a page where the environment asks for it."""
    if folder := os.environ.get("UKRGRAPH_SCREENSHOTS"):
        name = "-".join(names).replace(" ", "-").lower()
        Path(folder).mkdir(parents=True, exist_ok=True)
        visit.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def rows(visit):
    """Return the text of the first cell of each row of the answer."""
    visit.page.wait_for_selector("#answer")
    return visit.page.locator("main table tbody tr td:first-child").all_inner_texts()
