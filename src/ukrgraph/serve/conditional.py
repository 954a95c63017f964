"""Conditional requests: entity tags, and whether a client already has what it asks for (RFC 9110, section 13).

The tag of a body is its digest, so that it is the same in every run and on every machine. There is no Last-Modified:
when a graph was last changed is not to be known from the graph.
"""

import gzip
import re
from collections.abc import Mapping
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from ukrgraph.serve.negotiation import accepts_gzip

CACHE = "public, max-age=300"
"""How long a copy may be used without asking again, in seconds: a rebuilt graph is seen after five minutes at most."""

COMPRESSED_FROM = 1024
"""Bytes of a body from which on it is compressed."""

_TAG = re.compile(r'\s*(W/)?"([\x21\x23-\x7e\x80-\xff]*)"\s*(?:,|$)')
_ENCODED = "-gzip"


def tag(body: bytes) -> str:
    """Return the strong entity tag of a body: 32 hexadecimal digits of its SHA-256, in quotes."""
    return f'"{sha256(body).hexdigest()[:32]}"'


def tags(header: str) -> list[str] | None:
    """Return the opaque tags of If-Match or If-None-Match without W/ and quotes; None if it is `*`.

    A header that is no list of tags (section 8.8.3) names none.

    >>> tags('W/"a", "b"'), tags("*"), tags("a")
    (['a', 'b'], None, [])
    """
    if header.strip() == "*":
        return None
    found, at = [], 0
    while at < len(header):
        match = _TAG.match(header, at)
        if match is None:
            return []
        found.append(match[2])
        at = match.end()
    return found


def fresh(header: str | None, current: str) -> bool:
    """Tell whether If-None-Match names the tag `current`, by weak comparison (section 8.8.3.2).

    A tag of the same body compressed, which ends in -gzip, counts as the same.
    """
    if header is None:
        return False
    named = tags(header)
    return named is None or current.strip('"') in {one.removesuffix(_ENCODED) for one in named}


def respond(request: Request, body: bytes, media: str, headers: Mapping[str, str]) -> Response:
    """Return a response with `body`, or 304 without it if the client has it, or 412 if it asks for another.

    `headers` go with all of them, as section 15.4.5 asks. A body of some length is compressed for clients that take
    gzip; it has a tag of its own then, since a strong tag names bytes (section 8.8.3.3).
    """
    current = tag(body)
    compressed = len(body) >= COMPRESSED_FROM and accepts_gzip(request.headers.get("accept-encoding", ""))
    sent = f'{current[:-1]}{_ENCODED}"' if compressed else current
    vary = ", ".join(filter(None, [headers.get("Vary", ""), "Accept-Encoding"]))
    common = {"Cache-Control": CACHE, **headers, "ETag": sent, "Vary": vary}
    wanted = request.headers.get("if-match")
    if wanted is not None and (named := tags(wanted)) is not None and sent.strip('"') not in named:
        return Response(status_code=412, headers=common)
    if request.method in {"GET", "HEAD"} and fresh(request.headers.get("if-none-match"), current):
        return Response(status_code=304, headers=common)
    if compressed:
        body, common = gzip.compress(body, 5, mtime=0), common | {"Content-Encoding": "gzip"}
    return Response(body, headers=common, media_type=media)
