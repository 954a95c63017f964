"""Spans of text as Web Annotation selectors: where the words stand, what they are, and a digest to check both.

Web Annotation Data Model, sections 4.2.4 (TextQuoteSelector) and 4.2.5 (TextPositionSelector): positions count Unicode
code points, half open. The IRI of a span follows RFC 5147 (`#char=start,end`).
"""

import hashlib
from collections.abc import Iterable, Mapping

from ukrgraph.concepts import concept
from ukrgraph.document import Document
from ukrgraph.nquads import Node, string
from ukrgraph.terms import OA, RDF, UKG

QUOTED_WORDS = 15
"""The longest quotation, in words, from a text that may not be redistributed; longer spans carry their digest alone."""

CONTEXT = 24
"""Code points of text before and after a quotation that help to find it again after an edit."""

_A = f"<{RDF}type> <{OA}"
_RESOURCE, _POSITION, _QUOTE = f"{_A}SpecificResource>", f"{_A}TextPositionSelector>", f"{_A}TextQuoteSelector>"
_SOURCE, _SELECTOR = f"<{OA}hasSource> ", f"<{OA}hasSelector> "
_START, _END, _EXACT, _PREFIX, _SUFFIX = (f"<{OA}{name}> " for name in ("start", "end", "exact", "prefix", "suffix"))
_INTEGER = '"^^<http://www.w3.org/2001/XMLSchema#integer>'
_SHA256, _ROLE = f"<{UKG}spanSha256> ", f"<{UKG}passageRole> "


def span_nodes(document: Document, base: str, graph: str, spans: Mapping[tuple[int, int], Iterable[str]]) -> list[Node]:
    """Return three nodes for each of `spans` (two if the words may not be quoted), by start and end.

    `base` is the document's IRI, `graph` a term. The values of `spans` are notations of the scheme passage-roles.
    """
    nodes = []
    text, whole = document.text, document.metadata.redistributable
    for (start, end), parts in sorted(spans.items()):
        words = text[start:end]
        at = f"{start},{end}>"
        pairs = [_RESOURCE, f"{_SOURCE}<{base}>", f"{_SELECTOR}<{base}#position={at}"]
        pairs.append(f'{_SHA256}"{hashlib.sha256(words.encode()).hexdigest()}"')
        if parts:
            pairs += [f"{_ROLE}<{role}>" for role in (concept("passage-roles", part) for part in sorted(parts)) if role]
        nodes.append(Node(f"<{base}#char={at}", graph, pairs))
        position = [_POSITION, f'{_START}"{start}{_INTEGER}', f'{_END}"{end}{_INTEGER}']
        nodes.append(Node(f"<{base}#position={at}", graph, position))
        if whole or len(words.split()) <= QUOTED_WORDS:
            pairs.append(f"{_SELECTOR}<{base}#quote={at}")
            quote = [_QUOTE, _EXACT + string(words)]
            if whole:
                quote.append(_PREFIX + string(text[max(0, start - CONTEXT) : start]))
                quote.append(_SUFFIX + string(text[end : end + CONTEXT]))
            nodes.append(Node(f"<{base}#quote={at}", graph, quote))
    return nodes
