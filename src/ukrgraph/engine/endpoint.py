"""A SPARQL 1.1 endpoint: a query is sent as a form, the answer is read whole before the first row is given out.

Sent by POST as a form because that is the one way all servers understand (SPARQL 1.1 Protocol, section 2.1.2); read
whole because servers that run out of time send the status 200 with half an answer.
"""

from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from ukrgraph.engine import Results, parse_solutions, parse_triples, rows
from ukrgraph.errors import OutsideError, UsageError

ACCEPT = "application/sparql-results+json, application/n-triples;q=0.9, text/turtle;q=0.8"
_GRAPHS = {"application/n-triples": "nquads", "text/plain": "nquads", "text/turtle": "turtle"}
_EXCERPT = 300


class _NoRedirect(HTTPRedirectHandler):
    """An endpoint that sends a query elsewhere is refused: the elsewhere was not chosen by the user."""

    def redirect_request(self, *_: object, **__: object) -> None:
        """Follow nothing."""


class Endpoint:
    """A SPARQL endpoint at an http or https address; `timeout` is in seconds."""

    remote = True

    def __init__(self, url: str, timeout: float | None = None) -> None:
        if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).netloc:
            raise UsageError(f"--endpoint: expected an http or https address, got {url!r}")
        self.url = url
        self.timeout = timeout

    def answer(self, query: str) -> Results:
        """Return what the endpoint answers.

        Raises SyntaxError if it refuses the query, OutsideError if it cannot be reached, fails or answers otherwise.
        """
        kind, body = self._send(query)
        try:
            if kind == "application/sparql-results+json":
                for _ in rows(parse_solutions(body, "json")):
                    pass  # read to the end before the first row is given out: a cut answer must not look whole
                return parse_solutions(body, "json")
            if kind in _GRAPHS:
                return parse_triples(body, _GRAPHS[kind])
        except SyntaxError as error:
            raise OutsideError(f"{self.url}: the answer is cut off or damaged: {error.msg}") from error
        raise OutsideError(f"{self.url}: expected SPARQL results in JSON or a graph, got {kind or 'no content type'!r}")

    def _send(self, query: str) -> tuple[str, bytes]:
        """Return the content type and the body of the answer."""
        data = urlencode({"query": query}).encode()
        request = Request(self.url, data, {"Accept": ACCEPT, "User-Agent": "ukrgraph"})  # noqa: S310  # checked above
        try:
            with build_opener(_NoRedirect).open(request, timeout=self.timeout) as answer:
                kind = answer.headers.get_content_type()
                return kind, answer.read()
        except HTTPError as error:
            text = error.read(_EXCERPT).decode("utf-8", "replace").strip()
            if error.code == 400:  # noqa: PLR2004  # MalformedQuery (SPARQL 1.1 Protocol, section 2.1.6)
                raise SyntaxError(text) from error
            raise OutsideError(f"{self.url}: the endpoint answered {error.code} {error.reason}: {text}") from error
        except TimeoutError as error:
            raise OutsideError(f"{self.url}: no answer within {self.timeout:g} s") from error
        except (URLError, HTTPException, OSError) as error:
            reason = getattr(error, "reason", error)
            raise OutsideError(f"{self.url}: cannot reach the endpoint: {reason}") from error
