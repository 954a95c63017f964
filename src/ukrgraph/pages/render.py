"""From a path and a language to a page: which view and which template, and the names that templates may use."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ukrgraph.engine import NamedNode
from ukrgraph.pages import drawing, parts
from ukrgraph.pages.address import Address
from ukrgraph.pages.pen import Pen
from ukrgraph.pages.records import SPOKEN
from ukrgraph.pages.site import Site
from ukrgraph.pages.views import browse, home
from ukrgraph.pages.words import LANGUAGES
from ukrgraph.terms import CLASSES, PROPERTIES, SKOS, UKG

MENU = ("", "queries/", "entities", "statements", "timeline", "map", "network", "findings", "sparql", "about")
"""The pages that every page links to, in order."""

DATA = (("ttl", "Turtle"), ("jsonld", "JSON-LD"), ("nt", "N-Triples"))
"""The forms of data that a server gives; a folder of files has the first."""

Context = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """A page: HTML in a language; `found` tells whether there is something at the path."""

    path: str
    language: str
    title: str
    body: str
    found: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader asks for beside the path: the values of a form, and whether links carry the language on."""

    values: Mapping[str, str] = field(default_factory=dict)
    keep: bool = False


@cache
def environment() -> Environment:
    """Return the templates; every value is escaped, and a name that a page does not give is an error."""
    folder = Path(__file__).parent / "templates"
    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {
        "languages": LANGUAGES,
        "menu": MENU,
        "ukg": UKG,
        "skos": SKOS,
        "spoken": SPOKEN,
        "own_terms": frozenset(CLASSES | PROPERTIES),
    }
    return made


def render(site: Site, path: str, language: str, asked: Asked | None = None) -> Page | None:
    """Return the page at `path` ("" is the first page, "id/ukraine" an entity) in a language; None if there is none.

    Raises OutsideError if the engine cannot answer.
    """
    given = asked or Asked()
    pen = Pen(site, Address(site.names.base, path, language, not site.live, given.keep))
    found = _whole(site, path, pen, given) or _thing(site, path, pen)
    if found is None:
        return None
    template, context = found
    return _page(site, pen, template, context, given)


def missing(site: Site, path: str, language: str, asked: Asked | None = None) -> Page:
    """Return the page that says that there is nothing at `path`, with the nearest names."""
    given = asked or Asked()
    pen = Pen(site, Address(site.names.base, path, language, not site.live, given.keep))
    name = path.rpartition("/")[2]
    view = browse.Found(name, (), browse.near(site, name))
    page = _page(site, pen, "missing.html", {"title": pen.t("missing-title"), "view": view}, given)
    return Page(page.path, page.language, page.title, page.body, found=False)


def _page(site: Site, pen: Pen, template: str, context: Context, asked: Asked) -> Page:
    path = pen.address.here
    is_data = path in {"ontology", "concepts"} or ("/" in path and not path.startswith("queries/"))
    names = {
        "p": pen,
        "site": site,
        "path": path,
        "here": _menu_entry(path),
        "live": site.live,
        "asked": dict(asked.values),
        "data": (DATA if site.live else DATA[:1]) if is_data else (),
    }
    body = environment().get_template(template).render({**names, **context})
    return Page(path, pen.language, str(context["title"]), body)


def _menu_entry(path: str) -> str:
    first = path.partition("/")[0]
    return {"queries": "queries/", "id": "entities", "statement": "statements"}.get(first, path)


def _whole(site: Site, path: str, pen: Pen, asked: Asked) -> tuple[str, Context] | None:
    """Return template and values of a page that is not about one thing of the graph."""
    if path in _PAGES:
        template, make = _PAGES[path]
        return template, make(site, pen, asked.values)
    if path.startswith("queries/"):
        query = site.query(path.removeprefix("queries/"))
        return None if query is None else ("query.html", parts.query_page(site, query, asked.values))
    return None


def _thing(site: Site, path: str, pen: Pen) -> tuple[str, Context] | None:
    """Return template and values of the page of one thing of the graph."""
    try:
        iri = NamedNode(site.names.base + path).value
    except ValueError:
        return None
    kind, mark, id_ = path.partition("/")
    if not mark or not id_:
        return None
    if kind == "document":
        return parts.document_page(site, pen, iri)
    if kind == "id":
        return parts.entity_page(site, pen, iri)
    return parts.statement_page(site, pen, iri)


_PAGES = {
    "": ("home.html", parts.home_page),
    "queries/": ("gallery.html", parts.gallery_page),
    "entities": ("entities.html", parts.entities_page),
    "statements": ("statements.html", parts.statements_page),
    "search": ("search.html", parts.search_page),
    "timeline": ("timeline.html", drawing.timeline_page),
    "map": ("map.html", drawing.map_page),
    "network": ("network.html", drawing.network_page),
    "findings": ("findings.html", parts.findings_page),
    "sparql": ("sparql.html", parts.sparql_page),
    "ontology": ("vocabulary.html", parts.ontology_page),
    "concepts": ("vocabulary.html", parts.concepts_page),
    "about": ("about.html", parts.about_page),
}


def paths(site: Site) -> Iterator[str]:
    """Yield the paths of all pages that need no question: those of the menu first, then things by IRI."""
    yield from (path for path in _PAGES if path != "search")
    yield from (f"queries/{query.name}" for query in site.queries)
    base = site.names.base
    yield from (record.iri.removeprefix(base) for record in home.documents(site))
    yield from (
        iri.removeprefix(base) for iri in sorted({iri for _, things in browse.entities(site) for iri in things})
    )
    yield from sorted(record.iri.removeprefix(base) for record in browse.statements(site))
    yield from (iri.removeprefix(base) for iri in browse.others(site))
