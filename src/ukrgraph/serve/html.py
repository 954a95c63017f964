"""The pages over HTTP: routes for those that are no IRI of ours, and `page` for those that are.

Their style sheet and the scripts of the editor lie under /static/; nothing is loaded from elsewhere.
"""

from collections.abc import Sequence
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from ukrgraph.errors import UkrgraphError
from ukrgraph.pages import LANGUAGES, Site, open_site, render
from ukrgraph.pages.render import Asked, Page
from ukrgraph.pages.render import missing as missing_page
from ukrgraph.serve.assets import STATIC, VENDOR, scripts
from ukrgraph.serve.conditional import respond
from ukrgraph.serve.exchange import preferred
from ukrgraph.serve.negotiation import chosen
from ukrgraph.serve.problems import ProblemError
from ukrgraph.serve.service import Service
from ukrgraph.serve.threads import contained

PLAIN = ("", "entities", "statements", "search", "timeline", "map", "network", "findings", "about")
"""Paths of pages at which there is nothing but a page."""

DATA_TYPES = ("text/turtle", "application/json", "application/ld+json", "application/n-triples", "application/rdf+xml")
_LONGEST = 20_000


@lru_cache(maxsize=2)
def _site(service: Service, version: int) -> Site:
    """Return the pages of a version of the store; what is looked up once is kept until there is another."""
    del version
    return open_site(service.project, service.engine, service.names, scripts=scripts())


@lru_cache(maxsize=128)
def _kept(service: Service, version: int, path: str, language: str, *, keep: bool) -> Page | None:
    """Return a page that nothing was asked of; the last ones are kept."""
    return render(_site(service, version), path, language, Asked({}, keep))


def language_of(request: Request) -> tuple[str, bool]:
    """Return the language that a request asks for, and whether it says so in its address.

    It is that of `lang`, else the best of Accept-Language (RFC 9110, section 12.5.4), else the first of LANGUAGES.
    """
    wanted = request.query_params.get("lang", "")
    if wanted in LANGUAGES:
        return wanted, True
    return preferred(",".join(request.headers.getlist("accept-language"))), False


def page(service: Service, request: Request, path: str) -> Response | None:
    """Return the page at `path`, such as "/id/ukraine"; None if there is none. To be called in threads only.

    Raises ProblemError 503 if the engine cannot answer.
    """
    language, keep = language_of(request)
    values = {name: value[:_LONGEST] for name, value in request.query_params.items() if name != "lang"}
    name = path.removeprefix("/")
    try:
        if values:
            found = render(_site(service, service.pool.version), name, language, Asked(values, keep))
        else:
            found = _kept(service, service.pool.version, name, language, keep=keep)
    except UkrgraphError as error:
        raise ProblemError(503, str(error), headers={"Retry-After": "5"}) from error
    return None if found is None else _response(request, found)


def _response(request: Request, found: Page) -> Response:
    headers = {"Content-Language": found.language, "Vary": "Accept, Accept-Language"}
    if not found.found:
        return Response(found.body, 404, {**headers, "Cache-Control": "no-store"}, "text/html")
    return respond(request, found.body.encode(), "text/html", headers)


def missing(service: Service, request: Request) -> Response | None:
    """Return the page that says that nothing is at the address of a request; None if no page is wanted."""
    if not wants_page(request.headers.getlist("accept")):
        return None
    language, keep = language_of(request)
    try:
        site = _site(service, service.pool.version)
        found = missing_page(site, request.url.path.removeprefix("/"), language, Asked({}, keep))
    except UkrgraphError:
        return None
    return _response(request, found)


def wants_page(accept: Sequence[str]) -> bool:
    """Tell whether Accept headers want a page rather than data, as browsers say it."""
    return chosen(",".join(accept), (*DATA_TYPES, "text/html")) == "text/html"


class PageRoute(Route):
    """A route for those who want a page; for others it is not there, so that a later route may give them data."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return how well a request fits."""
        headers: Sequence[tuple[bytes, bytes]] = scope.get("headers", ())
        accept = [value.decode("latin-1") for name, value in headers if name == b"accept"]
        if not wants_page(accept) or b"query=" in scope.get("query_string", b""):
            return Match.NONE, {}
        return super().matches(scope)


def routes(service: Service) -> list[BaseRoute]:
    """Return the routes of the pages that are no IRI of ours, and of their files; they go before all others."""

    def answer(request: Request) -> Response:
        path = request.url.path.removeprefix("/").removesuffix(".html")
        found = page(service, request, path)
        if found is None:
            raise ProblemError(404, f"there is no page at {request.url.path}", title="Not found")
        return found

    def gallery(request: Request) -> Response:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/queries/{query}", 308)

    return [
        *(Route(f"/{path}", contained(answer), methods=["GET"]) for path in PLAIN),
        Route("/sparql.html", contained(answer), methods=["GET"]),
        PageRoute("/queries/", contained(answer), methods=["GET"]),
        PageRoute("/queries", gallery, methods=["GET"]),
        PageRoute("/sparql", contained(answer), methods=["GET"]),
        *([Mount("/static/vendor", StaticFiles(directory=VENDOR))] if VENDOR.is_dir() else []),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
