"""Content negotiation: which of the media types that are offered a client wants most (RFC 9110, section 12.5.1)."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

SOLUTION_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "application/sparql-results+json": "json",
        "application/sparql-results+xml": "xml",
        "text/csv": "csv",
        "text/tab-separated-values": "tsv",
        "application/json": "json",
        "application/xml": "xml",
        "text/xml": "xml",
    }
)
"""Formats of the answers of SELECT and ASK by media type, the preferred first."""

GRAPH_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "text/turtle": "turtle",
        "application/n-triples": "ntriples",
        "application/ld+json": "jsonld",
        "application/rdf+xml": "rdfxml",
        "application/trig": "trig",
        "application/n-quads": "nquads",
        "application/json": "jsonld",
        "application/xml": "rdfxml",
        "text/plain": "ntriples",
    }
)
"""Formats of graphs by media type, the preferred first. text/plain was that of N-Triples before it had its own."""

Range = tuple[str, float]
"""A media range in lower case, without parameters, and its quality."""


_REMEMBERED = 500
"""Code points of a header up to which what it means is remembered: a client must not fill the memory with them."""


def ranges(accept: str) -> tuple[Range, ...]:
    """Return the media ranges of an Accept header; parts that are none are left out."""
    found = []
    for part in accept.lower().split(","):
        name, *parameters = (item.strip() for item in part.split(";"))
        if name.count("/") != 1 or name in {"/", "*"}:
            continue
        found.append((name, _quality(parameters)))
    return tuple(found)


def _quality(parameters: Sequence[str]) -> float:
    """Return the quality that parameters give: 1 where there is none, 0 where it is no number from 0 to 1."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                quality = float(value)
            except ValueError:
                return 0.0
            return quality if 0 <= quality <= 1 else 0.0
    return 1.0


def _match(media: str, accepted: tuple[Range, ...]) -> float:
    """Return the quality of the most specific range that `media` is in; 0 if there is none."""
    kind = media.partition("/")[0]
    for wanted in (media, f"{kind}/*", "*/*"):
        fitting = [quality for name, quality in accepted if name == wanted]
        if fitting:
            return max(fitting)
    return 0.0


def chosen(accept: str, offered: Sequence[str]) -> str | None:
    """Return the media type that fits an Accept header best, None if none does; the first for an empty header.

    Of several that fit equally well the first wins. `offered` are media types without parameters.

    >>> chosen("text/html;q=0.5, application/*", ["text/html", "application/json"])
    'application/json'
    """
    return (_remembered if len(accept) <= _REMEMBERED else _chosen)(accept, tuple(offered))


def _chosen(accept: str, offered: tuple[str, ...]) -> str | None:
    if not accept.strip():
        return offered[0]
    accepted = ranges(accept)
    best = max(offered, key=lambda media: _match(media, accepted))  # max keeps the first of equals
    return best if _match(best, accepted) else None


_remembered = lru_cache(maxsize=1024)(_chosen)


def accepts_gzip(header: str) -> bool:
    """Tell whether an Accept-Encoding header allows gzip (RFC 9110, section 12.5.3)."""
    if "gzip" not in header:
        return False
    for part in header.lower().split(","):
        name, *parameters = (item.strip() for item in part.split(";"))
        if name == "gzip":
            return _quality(parameters) > 0
    return False
