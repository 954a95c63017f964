"""The routes of reconciliation: version 0.2 of the protocol at /reconcile, the draft of 1.0 at /reconcile/1.0.

Answers come to clients of any origin (CORS, which version 0.2 demands; see `app`). JSONP is not offered: it runs our
answer as code in the client's page, and version 1.0 has done away with it. Nor are flyouts: version 0.2 itself calls
them a threat, and the preview shows more.
"""

from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from ukrgraph.errors import UkrgraphError, UsageError
from ukrgraph.reconciliation import answers, extend, manifest, preview, questions, suggest
from ukrgraph.reconciliation.directory import Directory
from ukrgraph.serve.exchange import fields, json_response, language, own_version, refused, root, single
from ukrgraph.serve.problems import ProblemError
from ukrgraph.serve.service import Service
from ukrgraph.serve.threads import in_thread
from ukrgraph.wikidata import links

MEDIA = "application/json"
PREVIEW_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors *"
"""What a preview may do: nothing but be shown, in a frame of any page."""

_MOST_OFFSET = 1_000_000

T = TypeVar("T")


class Reconciliation:
    """The endpoints over a service; the entities are read at the first request, and again if the store changes."""

    def __init__(self, service: Service, version: str) -> None:
        self.service = service
        self.version = version
        self._lock = Lock()
        self._kept: tuple[int, Directory] | None = None

    def directory(self) -> Directory:
        """Return the entities."""
        with self._lock:
            current = self.service.pool.version
            if self._kept is None or self._kept[0] != current:
                qids = links.exact(links.read(links.find(self.service.project)))
                self._kept = (current, Directory(self.service.engine, qids, self.service.names))
            return self._kept[1]

    async def made(self, request: Request, make: Callable[[Directory, str], Any]) -> Response:
        """Return the JSON that `make` makes of the directory and a language, in a thread; errors as problems."""
        wanted = language(request)
        try:
            found = await in_thread(lambda: make(self.directory(), wanted))
        except questions.TooManyError as error:
            raise ProblemError(413, str(error)) from error
        except UkrgraphError as error:
            raise refused(error) from error
        headers = {"Content-Language": wanted, "Vary": "Accept-Language", "Cache-Control": "no-cache"}
        return json_response(found, headers)

    async def old(self, request: Request) -> Response:
        """Answer at the endpoint of version 0.2: the manifest, a batch of questions, or a data extension."""
        given = single(await fields(request))
        if "callback" in given:
            raise ProblemError(400, "callback: JSONP is not offered; ask by CORS, which every answer allows")
        if "queries" in given:
            asked = _read(questions.batch_0_2, given["queries"])
            return await self.made(request, lambda directory, wanted: answers.batch_0_2(directory, asked, wanted))
        if "extend" in given:
            wish = _read(questions.extension, given["extend"])
            return await self.made(request, lambda directory, wanted: extend.rows_0_2(directory, wish, wanted))
        if request.method == "POST":
            raise ProblemError(400, "expected the field 'queries' or 'extend' in the form, got neither")
        address = root(self.service, request)
        return await self.made(
            request, lambda directory, wanted: manifest.manifest_0_2(directory, address, wanted, self.version)
        )

    async def new(self, request: Request) -> Response:
        """Answer with the manifest of the draft of version 1.0."""
        address = root(self.service, request)
        return await self.made(
            request, lambda directory, wanted: manifest.manifest_1_0(directory, address, wanted, self.version)
        )

    async def match(self, request: Request) -> Response:
        """Answer a batch of questions of the draft of version 1.0."""
        asked = _read(questions.batch_1_0, await _json(request))
        return await self.made(request, lambda directory, wanted: answers.batch_1_0(directory, asked, wanted))

    async def extension(self, request: Request) -> Response:
        """Answer a data extension of the draft of version 1.0."""
        text = await _json(request)
        wish = _read(lambda found: questions.extension(found, "body"), text)
        return await self.made(request, lambda directory, wanted: extend.rows_1_0(directory, wish, wanted))

    async def suggestions(self, request: Request) -> Response:
        """Answer what somebody types, for entities, types or properties."""
        make = {"entity": suggest.entities, "type": suggest.kinds, "property": suggest.properties}
        given = single(await fields(request))
        place = request.url.path.rpartition("/")[2]
        offset = given.get("offset", given.get("cursor", "0"))
        first = _number("offset", offset, _MOST_OFFSET)
        most = _number("limit", given.get("limit", str(suggest.SHOWN)), _MOST_OFFSET)
        prefix = given.get("prefix", "")
        return await self.made(
            request,
            lambda directory, wanted: make[place](directory, suggest.bounded(prefix, first, most, wanted)),
        )

    async def proposals(self, request: Request) -> Response:
        """Answer which properties there are for a type."""
        given = single(await fields(request))
        most = _number("limit", given.get("limit", "0"), _MOST_OFFSET)
        kind = given.get("type", "")
        return await self.made(request, lambda directory, wanted: extend.proposed(directory, kind, most, wanted))

    async def preview(self, request: Request) -> Response:
        """Answer with a small page about an entity."""
        name = single(await fields(request)).get("id", "")
        wanted = language(request)
        address = root(self.service, request)

        def make() -> str:
            directory = self.directory()
            return preview.page(directory, name, wanted, f"{address}/id/{directory.id(name)}")

        try:
            page = await in_thread(make)
        except UsageError as error:
            raise ProblemError(404, str(error)) from error
        except UkrgraphError as error:
            raise refused(error) from error
        headers = {
            "Content-Security-Policy": PREVIEW_POLICY,
            "Content-Language": wanted,
            "Vary": "Accept-Language",
            "Cache-Control": "no-cache",
        }
        return Response(page.encode(), headers=headers, media_type="text/html")


def _read(read: Callable[[str], T], text: str) -> T:
    try:
        return read(text)
    except questions.TooManyError as error:
        raise ProblemError(413, str(error)) from error
    except UsageError as error:
        raise refused(error) from error


def _number(name: str, text: str, most: int) -> int:
    return _read(lambda found: questions.number(found, name, most), text)


async def _json(request: Request) -> str:
    """Return the body of a request in JSON.

    Raises ProblemError 415 if it is something else, 400 if it is not UTF-8.
    """
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != MEDIA:
        raise ProblemError(415, f"Content-Type: expected {MEDIA}, got {media!r}")
    try:
        return (await request.body()).decode()
    except UnicodeDecodeError as error:
        raise ProblemError(400, "body: expected UTF-8, got something else") from error


def routes(service: Service) -> list[BaseRoute]:
    """Return the routes of both versions."""
    here = Reconciliation(service, own_version())
    get, post = ["GET"], ["POST"]
    found: list[BaseRoute] = [
        Route("/reconcile", here.old, methods=["GET", "POST"]),
        Route("/reconcile/properties", here.proposals, methods=get),
        Route("/reconcile/1.0", here.new, methods=get),
        Route("/reconcile/1.0/", here.new, methods=get),
        Route("/reconcile/1.0/match", here.match, methods=post),
        Route("/reconcile/1.0/extend", here.extension, methods=post),
        Route("/reconcile/1.0/extend/propose", here.proposals, methods=get),
    ]
    for start in ("/reconcile", "/reconcile/1.0"):
        found.append(Route(f"{start}/preview", here.preview, methods=get))
        found += [
            Route(f"{start}/suggest/{kind}", here.suggestions, methods=get) for kind in ("entity", "type", "property")
        ]
    return found
