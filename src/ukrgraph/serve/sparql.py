"""The endpoint /sparql: SPARQL 1.1 Protocol, queries only. Answers are sent as the workers wrote them."""

import hashlib
import json
import sys
from collections.abc import Mapping
from http import HTTPStatus

from starlette.types import Receive, Scope, Send

from ukrgraph.serve import protocol
from ukrgraph.serve.cache import Cache, Finished
from ukrgraph.serve.negotiation import GRAPH_TYPES, SOLUTION_TYPES, accepts_gzip, chosen
from ukrgraph.serve.problems import MEDIA, ProblemError, document
from ukrgraph.serve.service import Service
from ukrgraph.serve.workers.evaluation import CHARSET
from ukrgraph.serve.workers.pool import GoneError
from ukrgraph.serve.workers.question import Question, Reply

PATHS = frozenset({"/sparql", "/sparql/"})
METHODS = "GET, HEAD, POST, OPTIONS"
RETRY_SECONDS = 5
PIECE = 1 << 18
"""Bytes that are sent at a time: no more is handed over before the client has read most of what was."""

TOGETHER = 8
"""How many answers of the largest size may be on their way to clients at a time, or as many bytes of smaller ones."""

_SOLUTIONS = tuple(SOLUTION_TYPES)
_TRIPLES = tuple(GRAPH_TYPES)
_LONGEST_REMARK = 500


def header(scope: Scope, wanted: bytes) -> str:
    """Return the values of a header, joined by commas; empty if there is none."""
    found = [value for name, value in scope["headers"] if name == wanted]
    return b", ".join(found).decode("latin-1")


async def read(receive: Receive) -> bytes:
    """Return the whole body of a request; `receive` bounds its size and time."""
    message = await receive()
    if not message.get("more_body"):
        return bytes(message.get("body", b""))
    parts = [message["body"]]
    while message.get("more_body"):
        message = await receive()
        parts.append(message.get("body", b""))
    return b"".join(parts)


def finished(reply: Reply) -> Finished:
    """Return the response for an answer of a worker."""
    if reply.problem:
        return problem_response(reply.status, reply.problem)
    media = f"{reply.media}; charset=utf-8" if reply.media in CHARSET else reply.media
    headers = [
        (b"content-type", media.encode()),
        (b"content-length", str(len(reply.body)).encode()),
        (b"etag", reply.etag.encode()),
        (b"cache-control", b"no-cache"),
        (b"vary", b"Accept, Accept-Encoding"),
    ]
    if reply.encoding:
        headers.append((b"content-encoding", reply.encoding.encode()))
    headers += [(b"x-ukrgraph-finding", _plain(remark)) for remark in reply.findings]
    return Finished(reply.status, headers, reply.body, reply.etag.encode())


def _plain(remark: str) -> bytes:
    """Return a remark as a header can carry it: ASCII, others escaped, no control characters, of bounded length."""
    text = remark.encode("ascii", "backslashreplace").decode()
    return "".join(mark if " " <= mark <= "~" else " " for mark in text)[:_LONGEST_REMARK].encode()


def problem_response(status: int, members: Mapping[str, object], extra: Mapping[str, str] | None = None) -> Finished:
    """Return the response for a problem."""
    title, detail = str(members.get("title", "")) or HTTPStatus(status).phrase, str(members.get("detail", ""))
    more = {name: value for name, value in members.items() if name not in {"title", "detail", "cause"}}
    body = document(status, title, detail, more)
    headers = [
        (b"content-type", MEDIA.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append((b"retry-after", str(RETRY_SECONDS).encode()))
    headers += [(name.lower().encode(), value.encode("latin-1")) for name, value in (extra or {}).items()]
    return Finished(status, headers, body, b"")


async def send_finished(response: Finished, scope: Scope, send: Send) -> None:
    """Send a response, or 304 if the client has it already (RFC 9110, section 13.1.2)."""
    if response.etag and scope["method"] != "POST":
        held = header(scope, b"if-none-match")
        if held and matches(held, response.etag.decode()):
            kept = [pair for pair in response.headers if pair[0] not in {b"content-length", b"content-type"}]
            await send({"type": "http.response.start", "status": 304, "headers": kept})
            await send({"type": "http.response.body", "body": b""})
            return
    await send({"type": "http.response.start", "status": response.status, "headers": response.headers})
    for start in range(PIECE, len(response.body), PIECE):
        piece = response.body[start - PIECE : start]
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    rest = (len(response.body) - 1) // PIECE * PIECE if response.body else 0
    await send({"type": "http.response.body", "body": response.body[rest:]})


def matches(held: str, etag: str) -> bool:
    """Tell whether an If-None-Match header names an ETag; it compares weakly, as the standard has it."""
    return held.strip() == "*" or etag in {part.strip().removeprefix("W/") for part in held.split(",")}


class Sparql:
    """The endpoint over the workers of a service; it calls `describe` for a GET without a query."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.cache = Cache(service.settings.cache_bytes)
        self.sending = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Answer a request; False if it is a GET without a query, which is not answered here."""
        try:
            asked = await self._asked(scope, receive)
            if asked is None:
                return False
            response = await self.answer(asked, scope, receive)
        except ProblemError as error:
            members = {"title": error.title, "detail": error.detail, **error.extra}
            response = problem_response(error.status, members, error.headers)
        except GoneError:
            return True
        await self.deliver(response, scope, send)
        return True

    async def deliver(self, response: Finished, scope: Scope, send: Send) -> None:
        """Send a response; a large one only if there are not too many on their way to slow clients."""
        size = len(response.body)
        if size > PIECE and self.sending + size > TOGETHER * self.service.settings.result_bytes:
            members = {"title": "Busy", "detail": "too many large answers are on their way; try again later"}
            response, size = problem_response(503, {**members, "limit": "concurrency"}), 0
        self.sending += size
        try:
            await send_finished(response, scope, send)
        finally:
            self.sending -= size

    async def _asked(self, scope: Scope, receive: Receive) -> protocol.Asked | None:
        method = scope["method"]
        if method in {"GET", "HEAD"}:
            return protocol.from_url(scope["query_string"])
        if method != "POST":
            detail = f"expected GET, HEAD or POST, got {method}"
            raise ProblemError(405, detail, headers={"Allow": METHODS})
        media, charset = protocol.media_type(header(scope, b"content-type"))
        if media == protocol.UPDATE:
            raise protocol.updates_refused()
        if media not in {protocol.FORM, protocol.QUERY} or charset not in {"utf-8", "utf8", "us-ascii"}:
            detail = f"expected Content-Type {protocol.FORM} or {protocol.QUERY} in UTF-8"
            raise ProblemError(415, detail, headers={"Accept-Post": f"{protocol.FORM}, {protocol.QUERY}"})
        body = await read(receive)
        return protocol.from_form(body) if media == protocol.FORM else protocol.from_body(body, scope["query_string"])

    async def answer(self, asked: protocol.Asked, scope: Scope, receive: Receive) -> Finished:
        """Return the response to a query, from the cache if it was asked before."""
        accept, encoding = "", ""
        for name, value in scope["headers"]:
            if name == b"accept":
                accept = f"{accept}, {value.decode('latin-1')}" if accept else value.decode("latin-1")
            elif name == b"accept-encoding":
                encoding += f",{value.decode('latin-1')}"
        question = Question(
            asked.query,
            default=asked.default,
            named=asked.named,
            solutions=chosen(accept, _SOLUTIONS) or "",
            triples=chosen(accept, _TRIPLES) or "",
            gzip=accepts_gzip(encoding),
        )
        scope["ukrgraph.query"] = asked.query
        return await self.response(question, receive)

    async def response(self, question: Question, receive: Receive) -> Finished:
        """Return the response to a question, from the cache if it was asked before.

        Raises GoneError if the client leaves while it waits for a long one.
        """
        version = self.service.pool.version
        kept = self.cache.get(question, version)
        if kept is not None:
            return kept

        async def gone() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass

        reply = await self.service.pool.answer(question, gone)
        found = finished(reply)
        if reply.status == HTTPStatus.OK:
            self.cache.put(question, found, question.size(), version)
        elif "cause" in reply.problem:
            report(reply.problem)
        return found


def report(problem: Mapping[str, object]) -> None:
    """Write to the log why a worker failed."""
    sys.stderr.write(json.dumps({"error": problem["cause"], "id": problem["id"]}) + "\n")


def digest(text: str) -> str:
    """Return what the log calls a query: 16 hexadecimal digits, from which it cannot be read."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
