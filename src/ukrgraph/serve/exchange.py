"""What the parts with an API share: fields of requests, languages, JSON, and errors as clients get them."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from ukrgraph.errors import InputError, OutsideError, UkrgraphError, UsageError
from ukrgraph.serve.problems import ProblemError
from ukrgraph.serve.service import LimitError, Service

LANGUAGES = ("en", "uk")
"""The languages of texts, the preferred first."""

FORM = "application/x-www-form-urlencoded"
_LONGEST_REMARK = 500
FIELDS = 1000
"""How many fields a request may have."""


def own_version() -> str:
    """Return the version of ukrgraph, "0" where it runs from files that were never installed."""
    try:
        return version("ukrgraph")
    except PackageNotFoundError:
        return "0"


def refused(error: UkrgraphError) -> ProblemError:
    """Return what a client is told of an error.

    400 for its own mistakes, the status of a limit that was hit, 503 for what else is outside, 500 for the rest.
    """
    if isinstance(error, UsageError):
        return ProblemError(400, str(error))
    if isinstance(error, LimitError) and error.status != HTTPStatus.SERVICE_UNAVAILABLE:
        return ProblemError(error.status, str(error))
    if isinstance(error, OutsideError):
        return ProblemError(503, str(error), headers={"Retry-After": "1"})
    if isinstance(error, InputError):
        return ProblemError(500, str(error), title="A file of the project cannot be read")
    return ProblemError(500, str(error))


def parsed(text: bytes, place: str) -> list[tuple[str, str]]:
    """Return the fields of a query string or a form (WHATWG URL standard, section 5.1), in their order.

    Raises ProblemError 400 if they are not UTF-8 or more than FIELDS.
    """
    try:
        return parse_qsl(text.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=FIELDS)
    except UnicodeDecodeError as error:
        raise ProblemError(400, f"{place}: expected UTF-8, percent-encoded, got something else") from error
    except ValueError as error:
        raise ProblemError(400, f"{place}: expected at most {FIELDS} fields") from error


async def fields(request: Request) -> list[tuple[str, str]]:
    """Return the fields of a request: those of its address, then those of its form if it has one.

    Raises ProblemError 415 for a body that is no form, 400 for one that cannot be read.
    """
    found = parsed(request.url.query.encode("ascii", "replace"), "query string")
    if request.method != "POST":
        return found
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body()
    if media != FORM and (media or body):
        raise ProblemError(415, f"Content-Type: expected {FORM}, got {media!r}")
    return found + parsed(body, "body")


def single(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Return fields by name.

    Raises ProblemError 400 if one stands twice.
    """
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise ProblemError(400, f"{name}: expected one value, got more than one")
        found[name] = value
    return found


def language(request: Request) -> str:
    """Return the language for a client: that of its `lang`, else the best of its Accept-Language (RFC 9110, 12.5.4)."""
    wanted = request.query_params.get("lang", "")
    return wanted if wanted in LANGUAGES else preferred(request.headers.get("accept-language", ""))


def preferred(header: str) -> str:
    """Return the one of LANGUAGES that an Accept-Language header wants most; the first if it wants none.

    >>> preferred("uk-UA, en;q=0.8"), preferred("de"), preferred("en;q=0.1, uk;q=0.2")
    ('uk', 'en', 'uk')
    """
    best, most = LANGUAGES[0], 0.0
    for part in header.lower().split(","):
        name, _, weight = part.partition(";")
        own = name.strip().partition("-")[0]
        try:
            quality = float(weight.partition("=")[2] or 1)
        except ValueError:
            continue
        if own in LANGUAGES and most < quality <= 1:
            best, most = own, quality
    return best


def root(service: Service, request: Request) -> str:
    """Return the address of the server as the client sees it, without a slash at its end."""
    return service.settings.public or str(request.base_url).rstrip("/")


def remark(text: str) -> str:
    r"""Return a text as a header can carry it: ASCII, the rest escaped, no control characters, at most 500 of them.

    >>> remark("Київ\n")
    '\\u041a\\u0438\\u0457\\u0432 '
    """
    plain = text.encode("ascii", "backslashreplace").decode()
    return "".join(mark if " " <= mark <= "~" else " " for mark in plain)[:_LONGEST_REMARK]


def json_response(found: Any, headers: Mapping[str, str], status: int = 200) -> Response:  # noqa: ANN401  # JSON
    """Return a response in JSON."""
    body = json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(body, HTTPStatus(status), headers, "application/json")
