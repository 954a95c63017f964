"""What surrounds every request: bounds on its body, headers of every response, the access log, and no traceback.

A log line is JSON on standard error: time, method, path, status, bytes, milliseconds, and the digest of a query, never
its text.
"""

import asyncio
import json
import os
import sys
import time
import traceback
from collections.abc import Iterable, MutableMapping
from datetime import UTC, datetime
from json.encoder import encode_basestring_ascii
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ukrgraph.serve.metrics import Metrics
from ukrgraph.serve.problems import ProblemError
from ukrgraph.serve.settings import Settings
from ukrgraph.serve.sparql import PATHS, Sparql, digest, problem_response, send_finished

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""What a page may load: nothing but what this service has. A response with a policy of its own keeps that."""

SECURITY = (
    (b"x-content-type-options", b"nosniff"),
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Link, Retry-After, X-Ukrgraph-Finding"),
)
"""Headers of every response. Everything here is public, so any page may read it; credentials are not asked for."""

PAGES = ((b"referrer-policy", b"no-referrer"), (b"cross-origin-opener-policy", b"same-origin"))
"""Headers that mean something to pages only."""

_PAGE_POLICY = (b"content-security-policy", CSP.encode())
_DATA_POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
_PREFLIGHT = [
    (b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"),
    (b"access-control-allow-headers", b"Accept, Accept-Language, Content-Type, If-None-Match"),
    (b"access-control-max-age", b"86400"),
    (b"allow", b"GET, HEAD, POST, OPTIONS"),
    (b"content-length", b"0"),
]
_BODILESS = frozenset({"GET", "HEAD", "OPTIONS"})
_LONGEST_PATH = 200
_MARKUP = (b"text/html", b"application/xhtml", b"image/svg", b"text/xml", b"application/xml", b"application/rdf+xml")


class _Exchange:
    """One request and its response: it bounds the one, completes the other, and knows its size."""

    __slots__ = ("_receive", "_send", "ended", "left", "settings", "size", "status", "until")

    def __init__(self, receive: Receive, send: Send, settings: Settings) -> None:
        self._receive, self._send, self.settings = receive, send, settings
        self.status = self.size = 0
        self.left = settings.body_bytes
        self.until = 0.0
        self.ended = False

    async def receive(self) -> Message:
        """Return the next piece of the body; raise ProblemError if it is too large or too slow."""
        if self.ended:
            return await self._receive()
        loop = asyncio.get_running_loop()
        self.until = self.until or loop.time() + self.settings.body_seconds
        try:
            async with asyncio.timeout_at(self.until):
                message = await self._receive()
        except TimeoutError as error:
            detail = f"the body did not come within {self.settings.body_seconds:g} s"
            raise ProblemError(408, detail, headers={"Connection": "close"}) from error
        self.left -= len(message.get("body", b""))
        self.ended = not message.get("more_body")
        if self.left < 0:
            raise too_large(self.settings)
        return message

    async def send(self, message: MutableMapping[str, Any]) -> None:
        """Pass on a piece of the response."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message = {**message, "headers": completed(message.get("headers", ()))}
        else:
            self.size += len(message.get("body", b""))
        await self._send(message)


def completed(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return the headers of a response with those that every response has; a page gets more of them."""
    found = [*headers, *SECURITY]
    policy: tuple[bytes, bytes] | None = _DATA_POLICY
    for name, value in headers:
        if name == b"content-security-policy":
            policy = None
        elif name == b"content-type" and value.startswith(_MARKUP):
            found += PAGES
            policy = policy and _PAGE_POLICY
    if policy is not None:
        found.append(policy)
    return found


def too_large(settings: Settings) -> ProblemError:
    """Return the error for a body that is too large."""
    detail = f"expected a body of at most {settings.body_bytes:,} bytes"
    return ProblemError(413, detail, headers={"Connection": "close"})


class Gate:
    """The application around the endpoint for queries, which needs no routing, and all other parts."""

    def __init__(self, sparql: Sparql, parts: ASGIApp, settings: Settings, metrics: Metrics) -> None:
        self.sparql, self.parts, self.settings, self.metrics = sparql, parts, settings, metrics
        self.log = AccessLog()
        self.log = AccessLog()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.parts(scope, receive, send)
            return
        started = time.perf_counter()
        exchange = _Exchange(receive, send, self.settings)
        try:
            await self._answer(scope, exchange)
        except Exception as error:  # noqa: BLE001  # whatever it is, the client gets no traceback
            await self._fail(error, scope, exchange)
        finally:
            seconds = time.perf_counter() - started
            self.metrics.count(scope["method"], exchange.status, seconds, exchange.size)
            if self.settings.access_log:
                self.log.add(scope, exchange.status, exchange.size, seconds)

    async def _answer(self, scope: Scope, exchange: _Exchange) -> None:
        method = scope["method"]
        if method == "OPTIONS":
            await exchange.send({"type": "http.response.start", "status": 204, "headers": _PREFLIGHT})
            await exchange.send({"type": "http.response.body", "body": b""})
            return
        if method in _BODILESS:
            exchange.ended = True
        elif _announced(scope) > self.settings.body_bytes:
            await self._refuse(too_large(self.settings), scope, exchange)
            return
        if scope["path"] in PATHS and await self.sparql(scope, exchange.receive, exchange.send):
            return
        scope["app"] = self.parts  # without it the router answers by itself where there is no route
        await self.parts(scope, exchange.receive, exchange.send)

    async def _fail(self, error: Exception, scope: Scope, exchange: _Exchange) -> None:
        """Answer a request that failed; the log has the reason under the id that the client is told."""
        if isinstance(error, ProblemError):
            if not exchange.status:
                await self._refuse(error, scope, exchange)
            return
        mark = os.urandom(6).hex()
        trace = "".join(traceback.format_exception(error))
        write({"error": f"{type(error).__name__}: {error}", "id": mark, "traceback": trace})
        if not exchange.status:
            detail = "the service has failed; its log says why"
            await send_finished(problem_response(500, {"detail": detail, "id": mark}), scope, exchange.send)

    async def _refuse(self, error: ProblemError, scope: Scope, exchange: _Exchange) -> None:
        members = {"title": error.title, "detail": error.detail, **error.extra}
        await send_finished(problem_response(error.status, members, error.headers), scope, exchange.send)


def _announced(scope: Scope) -> int:
    """Return the size of the body as the request announces it; 0 if it does not."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


class AccessLog:
    """Lines about responses, written together a few times a second: a system call a request is too dear."""

    PAUSE = 0.2

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._second = 0
        self._stamp = ""

    def add(self, scope: Scope, status: int, size: int, seconds: float) -> None:
        """Add a line about a response."""
        now = time.time()
        if int(now) != self._second:
            self._second = int(now)
            self._stamp = datetime.fromtimestamp(self._second, UTC).strftime("%Y-%m-%dT%H:%M:%S")
        query = f', "query": "{digest(scope["ukrgraph.query"])}"' if "ukrgraph.query" in scope else ""
        self._lines.append(
            f'{{"time": "{self._stamp}.{int(now % 1 * 1000):03}Z", "method": {_quoted(scope["method"][:10])}, '
            f'"path": {_quoted(scope["path"][:_LONGEST_PATH])}, "status": {status}, "bytes": {size}, '
            f'"ms": {seconds * 1000:.2f}{query}}}\n'
        )
        if len(self._lines) == 1:
            asyncio.get_running_loop().call_later(self.PAUSE, self.flush)

    def flush(self) -> None:
        """Write what there is."""
        lines, self._lines = self._lines, []
        sys.stderr.write("".join(lines))
        sys.stderr.flush()


_quoted = encode_basestring_ascii
"""Return a text in JSON: characters beyond ASCII and line ends are escaped."""


def write(line: object) -> None:
    """Write a line of JSON to standard error; characters beyond ASCII and line ends are escaped."""
    sys.stderr.write(json.dumps(line) + "\n")
    sys.stderr.flush()
