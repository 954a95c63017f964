"""Terms between rdflib and Oxigraph without loss.

An Oxigraph store keeps the value of a typed literal, not its lexical form: "01"^^xsd:integer comes back as "1", and
"1"^^xsd:byte as an xsd:integer. SHACL speaks of terms (section 4.1.2), so a literal that the store would change goes in
under a datatype of its own, `AS_WRITTEN` and the IRI of the true one, and gets the true one back on the way out.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache

import pyoxigraph as ox
from rdflib import BNode, Literal, URIRef
from rdflib.term import Node

from ukrgraph.errors import InputError
from ukrgraph.terms import XSD
from ukrgraph.validate.quiet import quiet

AS_WRITTEN = "urn:ukrgraph:as-written:"
"""Put before the IRI of a datatype whose literal the store would not keep as it is written."""

_STRING = f"{XSD}string"
_KEPT = {
    f"{XSD}integer": re.compile(r"0|-?[1-9][0-9]{0,17}"),
    f"{XSD}date": re.compile(r"(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    f"{XSD}dateTime": re.compile(r"(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z"),
    f"{XSD}decimal": re.compile(r"0|-?[1-9][0-9]{0,9}|-?(0|[1-9][0-9]{0,9})\.[0-9]{0,8}[1-9]"),
    f"{XSD}boolean": re.compile(r"true|false"),
    f"{XSD}anyURI": re.compile(r"(?s).*"),
}
"""Lexical forms that come back unchanged and are compared alike by Oxigraph and rdflib (no dates with time zones)."""

_DAYS = frozenset({f"{XSD}date", f"{XSD}dateTime"})

_CHECKED = frozenset(
    f"{XSD}{name}"
    for name in (  # noqa: SIM905  # a list of words
        "boolean byte date dateTime dateTimeStamp dayTimeDuration decimal double duration float gDay gMonth gMonthDay "
        "gYear gYearMonth int integer long negativeInteger nonNegativeInteger nonPositiveInteger positiveInteger short "
        "time unsignedByte unsignedInt unsignedLong unsignedShort yearMonthDuration"
    ).split()
)
"""Datatypes of XML Schema whose literals have a value other than their lexical form."""

_CHECKED_NODES = frozenset(map(ox.NamedNode, _CHECKED))

_TYPED = b'"^^<' + XSD.encode()
_LONGEST = 200


def keep(literal: ox.Literal) -> ox.Literal:
    """Return `literal`, under a datatype of its own if a store would change it."""
    datatype = literal.datatype.value
    if datatype == _STRING or not datatype.startswith(XSD):
        return literal
    lexical = literal.value
    known = _KEPT.get(datatype)
    if known is not None and known.fullmatch(lexical):
        return literal
    return ox.Literal(lexical, datatype=ox.NamedNode(AS_WRITTEN + datatype))


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


@lru_cache(maxsize=1 << 16)
def is_ill_typed(lexical: str, datatype: str) -> bool:
    """Tell whether a lexical form is outside its datatype, as far as rdflib knows the datatype."""
    known = _KEPT.get(datatype)
    if known is not None and known.fullmatch(lexical):
        return datatype in _DAYS and not _is_day(lexical[: len("2022-02-24")])
    if datatype == f"{XSD}boolean":  # rdflib takes any other word for false
        return lexical not in ("0", "1")
    with quiet():
        return bool(Literal(lexical, datatype=URIRef(datatype), normalize=False).ill_typed)


def _typed(lines: bytes) -> set[tuple[bytes, bytes]] | None:
    """Return lexical form and datatype of the typed literals of N-Triples or N-Quads, where a literal is on a line.

    None if one of them is longer than `_LONGEST` bytes or has an escape.
    """
    found = set()
    at = lines.find(_TYPED)
    while at >= 0:
        start = lines.rfind(b'"', max(0, at - _LONGEST), at) + 1
        name = at + len(_TYPED)
        end = lines.find(b">", name)
        if not start or b"\\" in lines[start - 2 : at]:
            return None
        found.add((lines[start:at], lines[name:end]))
        at = lines.find(_TYPED, end)
    return found


def kept_by_itself(lines: bytes) -> set[ox.Literal] | None:
    """Return the ill-typed literals of N-Triples or N-Quads that a store keeps as they are, or None if it would not.

    Blank nodes have to be numbered, so that they are not kept either.
    """
    typed = None if b"_:" in lines or b"<<" in lines else _typed(lines)
    if typed is None:
        return None
    ill = set()
    for lexical, name in typed:
        literal = ox.Literal(lexical.decode(), datatype=ox.NamedNode(XSD + name.decode()))
        if literal.datatype.value in _CHECKED:
            if keep(literal) is not literal:
                return None
            if is_ill_typed(literal.value, literal.datatype.value):
                ill.add(literal)
    return ill


def kept(quads: Iterable[ox.Quad], label: str = "b", ill_typed: set[ox.Literal] | None = None) -> Iterator[ox.Quad]:
    """Yield `quads` with the literals that `keep` gives, and blank nodes numbered in order after `label`.

    Literals whose lexical form is outside their datatype are added to `ill_typed`, as they stand in the store. Raises
    InputError for a triple term, which SHACL 1.0 does not know.
    """
    names: dict[ox.BlankNode, ox.BlankNode] = {}
    ill = set() if ill_typed is None else ill_typed

    def named(node: ox.BlankNode) -> ox.BlankNode:
        return names.setdefault(node, ox.BlankNode(f"{label}{len(names) + 1}"))

    for quad in quads:
        subject, written = quad.subject, quad.object
        term = written
        if isinstance(written, ox.Literal):
            if written.datatype in _CHECKED_NODES:
                term = keep(written)
                if is_ill_typed(written.value, written.datatype.value):
                    ill.add(term)
        elif isinstance(written, ox.BlankNode):
            term = named(written)
        elif isinstance(written, ox.Triple):
            raise InputError("expected RDF 1.1, got a triple term; shapes cannot look into it, leave it out")
        if isinstance(subject, ox.BlankNode):
            yield ox.Quad(named(subject), quad.predicate, term, quad.graph_name)
        elif term is written:
            yield quad
        else:
            yield ox.Quad(subject, quad.predicate, term, quad.graph_name)


def to_rdflib(term: object) -> Node:
    """Return a term of a store as rdflib has it: a plain string has no datatype."""
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if not isinstance(term, ox.Literal):
        raise TypeError(f"expected an RDF 1.1 term, got {term!r}")
    if term.language:
        return Literal(term.value, lang=term.language)
    datatype = term.datatype.value
    if datatype == _STRING:
        return Literal(term.value)
    return Literal(term.value, datatype=URIRef(datatype.removeprefix(AS_WRITTEN)), normalize=False)


def to_ox(term: Node) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """Return a term of rdflib as it stands in a store."""
    if isinstance(term, URIRef):
        return ox.NamedNode(str(term))
    if isinstance(term, BNode):
        return ox.BlankNode(str(term))
    if not isinstance(term, Literal):
        raise TypeError(f"expected an RDF 1.1 term, got {term!r}")
    if term.language:
        return ox.Literal(str(term), language=term.language)
    if term.datatype is None:
        return ox.Literal(str(term))
    return keep(ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype))))
