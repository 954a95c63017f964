"""Items as Wikidata knows them: labels, claims with rank, qualifiers and references, redirect and revision.

They are read from RDF alone, so that an item is the same whether it came as JSON, as Turtle or as N-Triples.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import pyoxigraph as ox

from ukrgraph.terms import OWL, PROV, RDF, RDFS, SCHEMA, SKOS, XSD
from ukrgraph.wikidata.terms import DATA, DIRECT, GEO, NO_VALUE, PQ, PR, PROP, PS, STATEMENT, UNKNOWN, WD, WIKIBASE

PREFERRED, NORMAL, DEPRECATED, TRUTHY = "preferred", "normal", "deprecated", "truthy"
"""Ranks of a claim; "truthy" is a claim of which only the direct triple is known, so that its rank is not."""

DAY = 11
"""Time precision of a day; 10 is a month, 9 a year, 8 a decade, 7 a century."""

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


class Snak(NamedTuple):
    """A property and its value.

    `value` is a QID for items, an IRI for addresses and files, else the lexical form of the literal. `datatype` is
    "item", "iri", "time", "quantity", "coordinates", "text" (in `language`) or "string". `kind` is "value", "somevalue"
    (there is one, unknown) or "novalue" (there is none); the value is then "". `precision` is that of a time (11 a day,
    9 a year), 0 where it is not known; `unit` is the QID of a quantity's unit, "" for none.
    """

    property: str
    value: str
    datatype: str
    kind: str = "value"
    language: str = ""
    precision: int = 0
    unit: str = ""


class Claim(NamedTuple):
    """A statement of an item: its main value, its rank, and what qualifies and supports it.

    `id` is the statement's id, "" where only the direct triple is known. Qualifiers and references are sorted.
    """

    property: str
    value: str
    datatype: str
    rank: str
    qualifiers: tuple[Snak, ...] = ()
    references: tuple[tuple[Snak, ...], ...] = ()
    kind: str = "value"
    language: str = ""
    precision: int = 0
    unit: str = ""
    id: str = ""

    def qualifier(self, property: str) -> tuple[Snak, ...]:
        """Return the qualifiers with `property`."""
        return tuple(snak for snak in self.qualifiers if snak.property == property)


class Item(NamedTuple):
    """An item; `redirect` is the QID it was merged into, `modified` the time of its last edit (xsd:dateTime) or ""."""

    qid: str
    labels: Mapping[str, str] = {}
    aliases: Mapping[str, tuple[str, ...]] = {}
    descriptions: Mapping[str, str] = {}
    claims: Mapping[str, tuple[Claim, ...]] = {}
    redirect: str | None = None
    revision: int | None = None
    modified: str = ""

    def best(self, property: str) -> tuple[Claim, ...]:
        """Return the claims of `property` that Wikidata calls truthy: the preferred ones, else the normal ones."""
        claims = self.claims.get(property, ())
        preferred = tuple(claim for claim in claims if claim.rank == PREFERRED)
        return preferred or tuple(claim for claim in claims if claim.rank in {NORMAL, TRUTHY})


Pairs = list[tuple[str, Term]]


def items(triples: Iterable[ox.Quad | ox.Triple]) -> Iterator[Item]:
    """Yield the items that are described in `triples`, in the order of their numbers.

    An item is described if it has any triple of its own. All triples are held in memory.
    """
    nodes: dict[str, Pairs] = defaultdict(list)
    for triple in triples:
        if isinstance(triple.subject, ox.NamedNode):
            nodes[triple.subject.value].append((triple.predicate.value, triple.object))
    qids = {iri.removeprefix(WD) for iri in nodes if iri.startswith(WD + "Q")}
    for qid in sorted(qids, key=lambda qid: int(qid[1:])):
        yield _item(qid, nodes)


def _item(qid: str, nodes: Mapping[str, Pairs]) -> Item:
    own, about = nodes[WD + qid], dict(nodes.get(DATA + qid, ()))
    revision = about.get(SCHEMA + "version")
    modified = about.get(SCHEMA + "dateModified")
    redirect = [term.value for predicate, term in own if predicate == OWL + "sameAs" and isinstance(term, ox.NamedNode)]
    return Item(
        qid,
        labels={language: texts[0] for language, texts in _texts(own, RDFS + "label", SKOS + "prefLabel").items()},
        aliases=_texts(own, SKOS + "altLabel"),
        descriptions={language: texts[0] for language, texts in _texts(own, SCHEMA + "description").items()},
        claims=_claims(own, nodes),
        redirect=redirect[0].removeprefix(WD) if redirect else None,
        revision=int(revision.value) if isinstance(revision, ox.Literal) else None,
        modified=modified.value if isinstance(modified, ox.Literal) else "",
    )


def _texts(own: Pairs, *predicates: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = defaultdict(set)
    for predicate, term in own:
        if predicate in predicates and isinstance(term, ox.Literal) and term.language:
            found[term.language].add(term.value)
    return {language: tuple(sorted(found[language])) for language in sorted(found)}


def _claims(own: Pairs, nodes: Mapping[str, Pairs]) -> dict[str, tuple[Claim, ...]]:
    found: dict[str, set[Claim]] = defaultdict(set)
    for predicate, term in own:
        if isinstance(term, ox.NamedNode) and term.value.startswith(STATEMENT) and predicate.startswith(PROP):
            claim = _claim(predicate.removeprefix(PROP), term.value, nodes)
            found[claim.property].add(claim)
    full = set(found)
    for predicate, term in own:
        pid = predicate.removeprefix(DIRECT) if predicate.startswith(DIRECT) else _without_value(predicate, term)
        if pid and pid not in full:
            snak = _snak(pid, term, {}) if predicate.startswith(DIRECT) else Snak(pid, "", "", "novalue")
            found[pid].add(_from_snak(snak, TRUTHY))
    return {pid: tuple(sorted(found[pid])) for pid in sorted(found, key=_property_number)}


def _from_snak(main: Snak, rank: str, qualifiers: tuple[Snak, ...] = (), id: str = "") -> Claim:
    claim = Claim(main.property, main.value, main.datatype, rank, qualifiers, id=id)
    return claim._replace(kind=main.kind, language=main.language, precision=main.precision, unit=main.unit)


def _claim(pid: str, node: str, nodes: Mapping[str, Pairs]) -> Claim:
    pairs = nodes.get(node, [])
    ranked = [_text(term) for predicate, term in pairs if predicate == WIKIBASE + "rank"]
    rank = ranked[0].removeprefix(WIKIBASE).removesuffix("Rank").lower() if ranked else NORMAL
    mains = _snaks(pairs, PS, nodes)
    main = mains[0] if mains else Snak(pid, "", "", "novalue")
    references = {
        _snaks(nodes.get(term.value, []), PR, nodes)
        for predicate, term in pairs
        if predicate == PROV + "wasDerivedFrom" and isinstance(term, ox.NamedNode)
    }
    qualifiers = tuple(snak for snak in _snaks(pairs, PQ, nodes) if snak != main or snak.kind != "novalue")
    claim = _from_snak(main, rank, qualifiers, node.removeprefix(STATEMENT))
    return claim._replace(references=tuple(sorted(references)))


def _snaks(pairs: Pairs, prefix: str, nodes: Mapping[str, Pairs]) -> tuple[Snak, ...]:
    """Return the snaks of a node, sorted; each simple value is joined with the value node that refines it."""
    details: dict[str, list[Pairs]] = defaultdict(list)
    for predicate, term in pairs:
        if predicate.startswith(prefix + "value/") and isinstance(term, ox.NamedNode):
            details[predicate.removeprefix(prefix + "value/")].append(nodes.get(term.value, []))
    found = set()
    for predicate, term in pairs:
        pid = predicate.removeprefix(prefix) if predicate.startswith(prefix) else ""
        if pid and "/" not in pid:
            found.add(_snak(pid, term, _matching(term, details[pid])))
        elif prefix != PS and _without_value(predicate, term):
            found.add(Snak(_without_value(predicate, term), "", "", "novalue"))
    return tuple(sorted(found))


def _without_value(predicate: str, term: Term) -> str:
    """Return the property that a node is said to have no value of (its class is one of Wikibase's), else ""."""
    if predicate == RDF + "type" and isinstance(term, ox.NamedNode) and term.value.startswith(NO_VALUE):
        return term.value.removeprefix(NO_VALUE)
    return ""


def _matching(term: Term, details: list[Pairs]) -> dict[str, Term]:
    """Return the value node whose time or amount is `term`, the one with the lowest precision if there are two."""
    matching = [
        dict(pairs)
        for pairs in details
        if len(details) == 1 or any(value == term for predicate, value in pairs if predicate.startswith(WIKIBASE))
    ]
    return min(matching, key=lambda node: _text(node.get(WIKIBASE + "timePrecision")), default={})


def _snak(pid: str, term: Term, detail: Mapping[str, Term]) -> Snak:
    if isinstance(term, ox.NamedNode) and UNKNOWN not in term.value:
        local = term.value.removeprefix(WD)
        is_item = term.value.startswith(WD) and "/" not in local
        return Snak(pid, local, "item") if is_item else Snak(pid, term.value, "iri")
    if not isinstance(term, ox.Literal):
        return Snak(pid, "", "", "somevalue")
    if term.language:
        return Snak(pid, term.value, "text", language=term.language)
    datatype = _DATATYPES.get(term.datatype.value, "string")
    precision = _text(detail.get(WIKIBASE + "timePrecision"))
    unit = _text(detail.get(WIKIBASE + "quantityUnit")).removeprefix(WD)
    if datatype == "time" and precision.isdigit():
        return Snak(pid, term.value, datatype, precision=int(precision))
    return Snak(pid, term.value, datatype, unit="" if unit == _NO_UNIT else unit)


_DATATYPES = {
    XSD + "dateTime": "time",
    XSD + "date": "time",
    XSD + "decimal": "quantity",
    GEO + "wktLiteral": "coordinates",
}
_NO_UNIT = "Q199"  # "one": a quantity that is a number


def _text(term: Term | None) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else ""


def _property_number(pid: str) -> tuple[int, str]:
    return (int(pid[1:]) if pid[1:].isdigit() else 0, pid)
