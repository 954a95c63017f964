"""The SPARQL 1.1 Protocol: what a request asks (https://www.w3.org/TR/sparql11-protocol/, section 2.1)."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl

from ukrgraph.serve.problems import ProblemError

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
_MOST_FIELDS = 1000
_REMEMBERED = 4096
Pairs = Sequence[tuple[str, str]]


class Asked(NamedTuple):
    """A query, and the graphs that the request names as its dataset; None: it names none."""

    query: str
    default: tuple[str, ...] | None
    named: tuple[str, ...] | None


def pairs(encoded: bytes) -> Pairs:
    """Return the parameters of a query string or a form, in order.

    Raises ProblemError with 400 if they are not percent-encoded UTF-8.
    """
    return _remembered(encoded) if len(encoded) <= _REMEMBERED else _pairs(encoded)


def _pairs(encoded: bytes) -> Pairs:
    try:
        return tuple(
            parse_qsl(encoded.decode("utf-8"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
        )
    except ValueError as error:
        raise ProblemError(400, f"expected parameters in percent-encoded UTF-8: {error}") from error


_remembered = lru_cache(maxsize=512)(_pairs)


def from_url(query_string: bytes) -> Asked | None:
    """Return what a GET asks; None if it has no query, and wants to know what this service is."""
    given = pairs(query_string)
    _refuse_update(given)
    return _asked(given) if any(name == "query" for name, _ in given) else None


def from_form(body: bytes) -> Asked:
    """Return what a form asks."""
    given = pairs(body)
    _refuse_update(given)
    return _asked(given)


def from_body(body: bytes, query_string: bytes) -> Asked:
    """Return what a query that was sent as it is asks; its dataset stands in the address."""
    given = pairs(query_string)
    _refuse_update(given)
    return _asked([*(pair for pair in given if pair[0] != "query"), ("query", decoded(body))])


def decoded(body: bytes) -> str:
    """Return the text of a query; raises ProblemError with 400 if it is not UTF-8."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProblemError(400, f"expected a query in UTF-8: {error}") from error


def _asked(given: Pairs) -> Asked:
    queries = [value for name, value in given if name == "query"]
    if len(queries) != 1:
        raise ProblemError(400, f"expected exactly one parameter 'query', got {len(queries)}")
    default = tuple(value for name, value in given if name == "default-graph-uri")
    named = tuple(value for name, value in given if name == "named-graph-uri")
    if not default and not named:
        return Asked(queries[0], None, None)
    return Asked(queries[0], default, named)


def _refuse_update(given: Pairs) -> None:
    if any(name == "update" for name, _ in given):
        raise updates_refused()


def updates_refused() -> ProblemError:
    """Return the error for an update."""
    detail = "this endpoint only reads; the graph is changed by those who build it"
    return ProblemError(403, detail, title="Updates are not allowed")


def media_type(content_type: str) -> tuple[str, str]:
    """Return the media type and the charset of a Content-Type header in lower case; utf-8 if it names none."""
    media, *parameters = (part.strip().lower() for part in content_type.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset":
            return media, value.strip(' "')
    return media, "utf-8"
