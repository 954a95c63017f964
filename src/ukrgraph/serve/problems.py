"""Errors as clients get them: problem documents (RFC 9457), never a traceback."""

import json
from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import Response

MEDIA = "application/problem+json"


def document(status: int, title: str, detail: str, extra: Mapping[str, object] | None = None) -> bytes:
    """Return a problem document: what went wrong in general, in this case, and members of one's own."""
    found = {"type": "about:blank", "status": status, "title": title, "detail": detail, **(extra or {})}
    return json.dumps(found, ensure_ascii=False).encode() + b"\n"


def problem(
    status: int,
    title: str = "",
    detail: str = "",
    *,
    headers: Mapping[str, str] | None = None,
    extra: Mapping[str, object] | None = None,
) -> Response:
    """Return a response with a problem document; without a title it has the phrase of the status.

    `detail` says what was expected, what came and what to do, as messages of the command line do; `extra` are members
    of one's own, such as line and column.
    """
    title = title or HTTPStatus(status).phrase
    body = document(status, title, detail, extra)
    return Response(body, status, {"Cache-Control": "no-store", **(headers or {})}, MEDIA)


class ProblemError(Exception):
    """Raised by any part of the service for an error that the client is told about."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        title: str = "",
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.title = status, detail, title or HTTPStatus(status).phrase
        self.headers, self.extra = dict(headers or {}), dict(extra or {})

    def response(self) -> Response:
        """Return the response with its problem document."""
        return problem(self.status, self.title, self.detail, headers=self.headers, extra=self.extra)
