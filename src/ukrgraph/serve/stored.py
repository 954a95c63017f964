"""Stored queries as an API: each at /queries/NAME, its parameters as fields, its answer in every form.

The rows are those of the command line, and so are the messages for a wrong value. An empty answer is an answer (200);
headers X-Ukrgraph-Finding say why it is empty, as those of /sparql do.
"""

import io
from collections.abc import Mapping
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from ukrgraph.engine import Boolean, Triple, Triples
from ukrgraph.errors import OutsideError, UkrgraphError, UsageError
from ukrgraph.iri import is_id
from ukrgraph.query.catalogue import StoredQuery, named
from ukrgraph.query.run import Prepared
from ukrgraph.query.syntax import project_prefixes
from ukrgraph.results import Style, Table, write
from ukrgraph.serve.addresses import near
from ukrgraph.serve.asking import Call, call, check_wishes, decorated, explanation, form, names_of, prepared
from ukrgraph.serve.conditional import respond
from ukrgraph.serve.description import Description
from ukrgraph.serve.exchange import fields, refused, remark, single
from ukrgraph.serve.fallback import completed, table_page
from ukrgraph.serve.fallback import page as plain_page
from ukrgraph.serve.forms import FORMS, Form, UnfitError, serialized
from ukrgraph.serve.html import page as html_page
from ukrgraph.serve.negotiation import chosen
from ukrgraph.serve.openapi import Described
from ukrgraph.serve.problems import ProblemError
from ukrgraph.serve.service import Service, parsed
from ukrgraph.serve.threads import in_thread
from ukrgraph.serve.workers.evaluation import counted
from ukrgraph.serve.workers.pool import GoneError
from ukrgraph.serve.workers.question import Question, Reply

FINDING = "X-Ukrgraph-Finding"
"""The header with a reason why an answer is empty; one for each."""


ROWS = (
    Form("json", "application/sparql-results+json", "json"),
    Form("xml", "application/sparql-results+xml", "xml"),
    Form("csv", "text/csv", "csv"),
    Form("tsv", "text/tab-separated-values", "tsv"),
    Form("md", "text/markdown", "markdown"),
    Form("html", "text/html", ""),
)
"""The forms of rows, the preferred first."""

DIRECT = frozenset({"json", "xml", "csv", "tsv"})
"""The formats that a worker writes itself."""

_SUFFIXES = frozenset(one.suffix for one in (*ROWS, *FORMS))


class Made(NamedTuple):
    """An answer in bytes, and whether there is nothing in it."""

    body: bytes
    empty: bool


def form_wanted(accept: str, suffix: str, offered: tuple[Form, ...]) -> Form:
    """Return the form that a suffix names, or else an Accept header wants.

    Raises ProblemError 406 if it is none of those offered.
    """
    by_suffix = {one.suffix: one for one in offered}
    if suffix:
        if suffix in by_suffix:
            return by_suffix[suffix]
        raise ProblemError(406, f"expected one of the suffixes {', '.join(by_suffix)}, got {suffix!r}")
    by_media = {one.media: one for one in offered}
    by_media["application/json"] = next(one for one in offered if "json" in one.suffix)
    media = chosen(accept, tuple(by_media))
    if media is None:
        listed = ", ".join(one.media for one in offered)
        raise ProblemError(406, f"Accept: expected one of {listed}, got {accept!r}; or add a suffix such as .json")
    return by_media[media]


class _Output(io.BytesIO):
    """A file in memory that refuses to grow beyond `most` bytes."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def write(self, data: bytes) -> int:  # type: ignore[override]  # only bytes are written
        if self.tell() + len(data) > self.most:
            raise ProblemError(413, f"the answer has more than {self.most:,} bytes; ask for less with limit")
        return super().write(data)


class Stored:
    """The endpoints over a service."""

    def __init__(self, service: Service) -> None:
        self.service = service

    async def answer(self, request: Request) -> Response:
        """Answer a stored query."""
        name, suffix = self._name(request.path_params["name"])
        given = single(await fields(request))
        try:
            query = await in_thread(self._query, name)
            page = await self._page(request, name, suffix)
            if page is not None:
                return completed(page, self._headers(request, name, suffix))
            wish = call(query, given)
            ready = await in_thread(prepared, wish, self.service.engine, self.service.names)
            offered = ROWS if form(ready) in {"SELECT", "ASK"} else FORMS
            wanted = form_wanted(_accept(request), suffix, offered)
            made = await self._made(wish, ready, wanted, request)
            reasons = await in_thread(self._reasons, ready, made)
        except UkrgraphError as error:
            raise refused(error) from error
        except GoneError:
            return Response(status_code=503)  # nobody is there to see it
        found = respond(request, made.body, wanted.media, self._headers(request, name, suffix))
        for reason in reasons:
            found.headers.append(FINDING, remark(reason))
        return found

    def _name(self, text: str) -> tuple[str, str]:
        """Return the name of a query and the suffix of a form, "" for none."""
        stem, mark, suffix = text.rpartition(".")
        return (stem, suffix) if mark and suffix in _SUFFIXES else (text, "")

    def _query(self, name: str) -> StoredQuery:
        """Return a stored query; ProblemError 404 with the nearest names if there is none."""
        try:
            return named(self.service.project, name)
        except UsageError as error:
            found = [f"/queries/{one}" for one in near(name, names_of(self.service.project))]
            raise ProblemError(404, str(error), title="Not found", extra={"nearest": found}) from error

    async def _page(self, request: Request, name: str, suffix: str) -> Response | None:
        """Return the page of a query if one is wanted, and there is one; its form asks by GET.

        It is asked for before the values are looked at, since its form shows what is wrong with them.
        """
        if request.method != "POST" and (suffix == "html" or (not suffix and _prefers_page(_accept(request)))):
            return await in_thread(html_page, self.service, request, f"/queries/{name}")
        return None

    async def _made(self, wish: Call, ready: Prepared, wanted: Form, request: Request) -> Made:
        """Return the answer in a form: from a worker where it can write it, else made of its terms."""
        check_wishes(wish, ready)
        direct = wish.plain and wanted.format in DIRECT
        asked = Question(ready.text, solutions=wanted.media, triples="") if direct else Question(ready.text)

        async def gone() -> None:
            while (await request.receive())["type"] != "http.disconnect":
                pass

        reply = await self.service.pool.answer(asked, gone)
        _refuse(reply)
        if not direct:
            return await in_thread(self._written, wish, reply, wanted)
        if form(ready) == "ASK":
            return Made(reply.body, b"true" not in reply.body)
        return Made(reply.body, counted(reply.body, wanted.format, 1) == 0)

    def _written(self, wish: Call, reply: Reply, wanted: Form) -> Made:
        prefixes = project_prefixes(self.service.names)
        answer = parsed(reply)
        if isinstance(answer, Triples):
            return self._graph(wish, tuple(sorted(answer, key=str)), wanted)
        if isinstance(answer, Boolean):
            return Made(self._bytes(answer, wanted, {}), not answer)
        shown = decorated(wish, answer, self.service.engine, self.service.project)
        del answer
        body = self._bytes(shown, wanted, prefixes)
        if not wanted.format:
            body = table_page(wish.query.name, wish.query.header.summary, body)
        return Made(body, not shown.rows)

    def _graph(self, wish: Call, found: tuple[Triple, ...], wanted: Form) -> Made:
        """Return a graph in a form; ProblemError 406 if the form cannot carry it."""
        name, names = wish.query.name, self.service.names
        if not wanted.format:
            plain = plain_page(Description(f"{names.base}queries/{name}", found), names, f"/queries/{name}")
            return Made(bytes(plain.body), not found)
        try:
            return Made(serialized(found, wanted.format, project_prefixes(names)), not found)
        except UnfitError as error:
            raise ProblemError(406, str(error)) from error

    def _bytes(self, answer: Boolean | Table, wanted: Form, prefixes: Mapping[str, str]) -> bytes:
        """Return an answer in a form; ProblemError 413 if it is too large, 406 if the form cannot carry it."""
        output = _Output(self.service.settings.result_bytes)
        try:
            write(answer, wanted.format or "html", output, Style(0, prefixes))
        except OutsideError as error:
            raise ProblemError(406, str(error).replace("--format xml", "XML")) from error
        return output.getvalue()

    def _reasons(self, ready: Prepared, made: Made) -> tuple[str, ...]:
        """Return why an answer is empty; nothing if it is not."""
        engine = self.service.engine
        if made.empty or ready.counts_nothing(engine):
            return explanation(ready, engine, self.service.names)
        return ()

    def _headers(self, request: Request, name: str, suffix: str) -> dict[str, str]:
        """Return the headers of an answer, which can be kept if it was got by GET."""
        headers = {"Vary": "Accept, Accept-Language"} if not suffix else {}
        if suffix and suffix != "html" and is_id(name):
            headers["Content-Disposition"] = f'inline; filename="{name}.{suffix}"'
        if request.method == "POST":
            headers["Cache-Control"] = "no-store"
        headers["Link"] = '</openapi.json>; rel="service-desc"; type="application/json"'
        return headers


def _refuse(reply: Reply) -> None:
    """Raise ProblemError if a worker gives a problem in place of an answer."""
    if reply.problem:
        rest = dict(reply.problem)
        title, detail = str(rest.pop("title", "")), str(rest.pop("detail", ""))
        headers = {"Retry-After": "1"} if reply.status == 503 else {}  # noqa: PLR2004  # RFC 9110, section 15.6.4
        raise ProblemError(reply.status, detail, title=title, headers=headers, extra=rest)


def _accept(request: Request) -> str:
    return ",".join(request.headers.getlist("accept"))


def _prefers_page(accept: str) -> bool:
    """Tell whether a page is wanted rather than data, as browsers say it."""
    return chosen(accept, [one.media for one in (*ROWS, *FORMS[:-1])]) == "text/html"


def routes(service: Service) -> list[BaseRoute]:
    """Return the routes of the stored queries and of the description of the API."""
    stored, described = Stored(service), Described(service)
    return [
        Route("/openapi.json", described.answer, methods=["GET"]),
        Route("/queries/{name}", stored.answer, methods=["GET", "POST"]),
    ]
