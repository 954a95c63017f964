"""The forms in which triples are given: suffix, media type, and bytes that are the same for the same triples."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from ukrgraph.errors import InputError, UsageError
from ukrgraph.store import FORMATS

Triple = ox.Triple
Prefixes = Mapping[str, str]


class Form(NamedTuple):
    """A form: the suffix of its addresses, its media type, and the name of its RDF format, "" for a page."""

    suffix: str
    media: str
    format: str


FORMS = (
    Form("ttl", "text/turtle", "turtle"),
    Form("jsonld", "application/ld+json", "jsonld"),
    Form("nt", "application/n-triples", "ntriples"),
    Form("rdf", "application/rdf+xml", "rdfxml"),
    Form("html", "text/html", ""),
)
"""The forms, the preferred first: who accepts anything gets Turtle."""

BY_SUFFIX: Mapping[str, Form] = {form.suffix: form for form in FORMS}
BY_MEDIA: Mapping[str, Form] = {form.media: form for form in FORMS} | {"application/json": FORMS[1]}


_NO_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]|<oxprefix: ")


class UnfitError(UsageError):
    """A format cannot carry what it is to carry."""


def split(path: str) -> tuple[str, Form | None]:
    """Return a path without the suffix of a form, and that form; None if it ends in no such suffix.

    >>> split("/id/ukraine.ttl")[0], split("/status/doc-004.83ac")
    ('/id/ukraine', ('/status/doc-004.83ac', None))
    """
    stem, mark, suffix = path.rpartition(".")
    form = BY_SUFFIX.get(suffix) if mark and not stem.endswith("/") else None
    return (stem, form) if form else (path, None)


def serialized(triples: Sequence[Triple], format: str, prefixes: Prefixes) -> bytes:
    """Return triples, in their order, in an RDF format of `ukrgraph.store.FORMATS`, with those prefixes that occur.

    Raises UnfitError if the format cannot carry them.
    """
    used = prefixes if format in {"turtle", "rdfxml"} else {}
    if used:
        known = {text.rpartition("#")[0] or text.rpartition("/")[0] for text in _iris(triples)}
        used = {name: space for name, space in used.items() if space[:-1] in known}
    body = ox.serialize(triples, format=FORMATS[format], prefixes=dict(used)) or b""
    if format == "rdfxml" and _NO_XML.search(body):
        raise UnfitError(
            "RDF/XML cannot carry this: a control character, or a property that is no XML name; use Turtle"
        )
    return body


def _iris(triples: Iterable[Triple]) -> Iterator[str]:
    """Yield the IRIs of triples, datatypes included; some more than once."""
    for one in triples:
        for term in (one.subject, one.predicate, one.object):
            if isinstance(term, ox.NamedNode):
                yield term.value
            elif isinstance(term, ox.Literal):
                yield term.datatype.value


def published(files: Sequence[Path], format: str) -> bytes:
    """Return RDF files as one: in Turtle as they stand, one after the other, in another format with their prefixes.

    Blank nodes are named in the order in which they come. Raises InputError if a file is missing or not Turtle.
    """
    try:
        if format == "turtle":
            return b"\n".join(file.read_bytes() for file in files)
        prefixes: dict[str, str] = {}
        triples: list[Triple] = []
        for file in files:
            triples += _parsed(file, prefixes, len(triples))
    except OSError as error:
        raise InputError(f"{error.filename}: cannot read it: {error.strerror}") from error
    return serialized(triples, format, prefixes)


def _parsed(file: Path, prefixes: dict[str, str], number: int) -> list[Triple]:
    """Return the triples of a file and add its prefixes to `prefixes`; `number` makes its blank nodes its own."""
    names: dict[ox.BlankNode, ox.BlankNode] = {}

    def named(term: object) -> object:
        if not isinstance(term, ox.BlankNode):
            return term
        return names.setdefault(term, ox.BlankNode(f"b{number}x{len(names)}"))

    try:
        reading = ox.parse(path=str(file))
        found = [ox.Triple(named(one.subject), one.predicate, named(one.object)) for one in reading]  # type: ignore[arg-type]
    except SyntaxError as error:
        raise InputError(f"{file}:{error.lineno}:{error.offset}: {error.msg}") from error
    prefixes.update(reading.prefixes)
    return found
