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


def span_quads(document: Document, base: str, graph: str, spans: Mapping[tuple[int, int], Iterable[str]]) -> str:
    """Return the quads of `spans`, by start and end: resource, position and, where they may be quoted, words.

    `base` is the document's IRI, `graph` a term. The values of `spans` are notations of the scheme passage-roles. Most
    quads of a corpus are written here, so each span is one format string.
    """
    text, whole = document.text, document.metadata.redistributable
    end_of_line = f" {graph} .\n"
    source = f"{_SOURCE}<{base}>{end_of_line}"
    resource = f"{_A}SpecificResource>{end_of_line}"
    position_selector, quote_selector = f"{_A}TextPositionSelector>", f"{_A}TextQuoteSelector>"
    written = []
    for (start, end), parts in sorted(spans.items()):
        words = text[start:end]
        span, position, quote = (f"<{base}#{kind}={start},{end}> " for kind in ("char", "position", "quote"))
        digest = hashlib.sha256(words.encode()).hexdigest()
        written.append(
            f"{span}{resource}{span}{source}{span}{_SELECTOR}{position[:-1]}{end_of_line}"
            f'{span}{_SHA256}"{digest}"{end_of_line}'
            f"{position}{position_selector}{end_of_line}"
            f'{position}{_START}"{start}{_INTEGER}{end_of_line}{position}{_END}"{end}{_INTEGER}{end_of_line}'
        )
        roles = (concept("passage-roles", part) for part in sorted(parts))
        written += [f"{span}{_ROLE}<{role}>{end_of_line}" for role in roles if role]
        if whole or len(words.split()) <= QUOTED_WORDS:
            written.append(
                f"{span}{_SELECTOR}{quote[:-1]}{end_of_line}{quote}{quote_selector}{end_of_line}"
                f"{quote}{_EXACT}{string(words)}{end_of_line}"
            )
        if whole:
            before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
            written.append(f"{quote}{_PREFIX}{string(before)}{end_of_line}{quote}{_SUFFIX}{string(after)}{end_of_line}")
    return "".join(written)
