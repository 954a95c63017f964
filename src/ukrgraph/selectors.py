"""Spans of text as Web Annotation selectors: where the words stand, what they are, and a digest to check both.

Web Annotation Data Model, sections 4.2.4 (TextQuoteSelector) and 4.2.5 (TextPositionSelector): positions count Unicode
code points, half open. The IRI of a span follows RFC 5147 (`#char=start,end`).
"""

import hashlib
from collections.abc import Iterable, Mapping

from ukrgraph.concepts import concept
from ukrgraph.document import Document
from ukrgraph.nquads import string
from ukrgraph.terms import OA, RDF, UKG

QUOTED_WORDS = 15
"""The longest quotation, in words, from a text that may not be redistributed; longer spans carry their digest alone."""

CONTEXT = 24
"""Code points of text before and after a quotation that help to find it again after an edit."""

_A = f"<{RDF}type> <{OA}"
_SOURCE, _SELECTOR = f"<{OA}hasSource> ", f"<{OA}hasSelector> "
_START, _END, _EXACT, _PREFIX, _SUFFIX = (f"<{OA}{name}> " for name in ("start", "end", "exact", "prefix", "suffix"))
_INTEGER = '"^^<http://www.w3.org/2001/XMLSchema#integer>'
_SHA256, _ROLE = f"<{UKG}spanSha256> ", f"<{UKG}passageRole> "


def span_quads(document: Document, base: str, graph: str, spans: Mapping[tuple[int, int], Iterable[str]]) -> list[str]:
    """Return the quads of `spans`, by start and end: resource, position and, where they may be quoted, words.

    `base` is the document's IRI, `graph` a term. The values of `spans` are notations of the scheme passage-roles. Most
    quads of a corpus are written here, so what is the same for all spans is joined once.
    """
    text, whole = document.text, document.metadata.redistributable
    end_of_line = f" {graph} .\n"
    span, position, quote = (f"<{base}#{kind}=" for kind in ("char", "position", "quote"))
    is_resource = f"{_A}SpecificResource>{end_of_line}{span}"
    to_position = f"{_SOURCE}<{base}>{end_of_line}{span}"
    is_position, is_quote = f"{_A}TextPositionSelector>{end_of_line}", f"{_A}TextQuoteSelector>{end_of_line}"
    integer = f"{_INTEGER}{end_of_line}"
    written = []
    for (start, end), parts in sorted(spans.items()):
        words = text[start:end]
        at = f"{start},{end}> "
        digest = hashlib.sha256(words.encode()).hexdigest()
        written.append(
            f"{span}{at}{is_resource}{at}{to_position}{at}{_SELECTOR}{position}{start},{end}>{end_of_line}"
            f'{span}{at}{_SHA256}"{digest}"{end_of_line}'
            f'{position}{at}{is_position}{position}{at}{_START}"{start}{integer}{position}{at}{_END}"{end}{integer}'
        )
        if parts:
            roles = (concept("passage-roles", part) for part in sorted(parts))
            written += [f"{span}{at}{_ROLE}<{role}>{end_of_line}" for role in roles if role]
        if whole or len(words.split()) <= QUOTED_WORDS:
            written.append(
                f"{span}{at}{_SELECTOR}{quote}{start},{end}>{end_of_line}{quote}{at}{is_quote}"
                f"{quote}{at}{_EXACT}{string(words)}{end_of_line}"
            )
        if whole:
            before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
            written.append(
                f"{quote}{at}{_PREFIX}{string(before)}{end_of_line}{quote}{at}{_SUFFIX}{string(after)}{end_of_line}"
            )
    return written
