r"""RDF 1.1 terms in the canonical syntax of N-Quads, and lines of them.

A term is a string as it stands in an N-Quads file (https://www.w3.org/TR/n-quads/, section 3, and the canonical form of
https://www.w3.org/TR/rdf-canon/, section 5: only `"`, `\` and control characters are escaped). Strings are joined, not
built into objects: that is what makes writing as fast as the engine that reads it.
"""

import re
from collections.abc import Iterable

_XSD = "http://www.w3.org/2001/XMLSchema#"
_ESCAPES = {"\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


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
    if not text.isprintable() or '"' in text or "\\" in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        if not text.isprintable():
            text = _CONTROL.sub(_escape, text)
    return f'"{text}"@{language}' if language else f'"{text}"'


def typed(lexical: str, datatype: str) -> str:
    """Return the literal of the XML Schema type `datatype` ("date", "decimal", ...) with a canonical `lexical` form."""
    return f'"{lexical}"^^<{_XSD}{datatype}>'


def quads(subject: str, graph: str, pairs: Iterable[str]) -> str:
    """Return the quads of one subject in one graph, a line each, in the order of `pairs`.

    `subject` and `graph` are terms; each pair is a predicate, a space and an object.

    >>> print(quads("<x:s>", "<x:g>", ["<x:p> <x:o>", '<x:q> "1"']), end="")
    <x:s> <x:p> <x:o> <x:g> .
    <x:s> <x:q> "1" <x:g> .
    """
    end = f" {graph} .\n"
    body = f"{end}{subject} ".join(pairs)
    return f"{subject} {body}{end}" if body else ""


def lines(text: str) -> list[str]:
    """Return the lines of N-Quads `text`, each with its line feed; no other character ends a line."""
    return [f"{line}\n" for line in text.split("\n") if line]
