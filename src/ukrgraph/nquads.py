r"""RDF 1.1 terms in the canonical syntax of N-Quads, and nodes: the triples of one subject in one graph.

A term is a string as it stands in an N-Quads file (https://www.w3.org/TR/n-quads/, section 3, and the canonical form of
https://www.w3.org/TR/rdf-canon/, section 5: only `"`, `\` and control characters are escaped). Strings are joined, not
built into objects: that is what makes writing as fast as the engine that reads it.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

_XSD = "http://www.w3.org/2001/XMLSchema#"
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_TO_ESCAPE = re.compile(r'["\\\x00-\x1f\x7f]')


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    return _ESCAPES.get(character) or f"\\u{ord(character):04X}"


def iri(value: str) -> str:
    """Return `value`, which must be a valid absolute IRI, as a term."""
    return f"<{value}>"


def string(text: str, language: str = "") -> str:
    r"""Return `text` as a plain literal, or as one in `language` (a BCP 47 tag in lower case).

    >>> string('say "no"', "en")
    '"say \\"no\\""@en'
    """
    if _TO_ESCAPE.search(text):
        text = _TO_ESCAPE.sub(_escape, text)
    return f'"{text}"@{language}' if language else f'"{text}"'


def typed(lexical: str, datatype: str) -> str:
    """Return the literal of the XML Schema type `datatype` ("date", "decimal", ...) with a canonical `lexical` form."""
    return f'"{lexical}"^^<{_XSD}{datatype}>'


class Node(NamedTuple):
    """The triples of one subject in one graph.

    `subject` and `graph` are terms; each item of `pairs` is a predicate, a space and an object. Their order is kept.
    """

    subject: str
    graph: str
    pairs: list[str]

    def nquads(self) -> str:
        """Return the quads of the node, a line each, each ended by a line feed."""
        if not self.pairs:
            return ""
        end = f" {self.graph} .\n"
        return f"{self.subject} {f'{end}{self.subject} '.join(self.pairs)}{end}"


def document(nodes: Iterable[Node]) -> str:
    """Return the N-Quads of `nodes` in the order given."""
    return "".join([node.nquads() for node in nodes])
