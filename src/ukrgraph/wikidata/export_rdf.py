"""Items in Wikidata's own RDF, so that queries written for the Wikidata query service run on them.

The form is https://www.mediawiki.org/wiki/Wikibase/Indexing/RDF_Dump_Format. Nodes of statements, references and values
are ours and have names under our base; what has no item in Wikidata keeps our IRI and never gets an invented QID.
"""

from collections.abc import Iterable, Iterator

from ukrgraph.iri import Namespace, digest
from ukrgraph.nquads import iri, string, typed
from ukrgraph.terms import PREFIXES, PROV, RDF, RDFS, SCHEMA, SKOS
from ukrgraph.wikidata.export_model import Node, main
from ukrgraph.wikidata.items import Claim, Snak
from ukrgraph.wikidata.terms import DIRECT, NO_VALUE, PQ, PR, PROP, PS, WD, WIKIBASE

GRAPH = "wikidata-shape"
"""The id of the named graph."""

GREGORIAN = WD + "Q1985727"
_A = iri(RDF + "type")
_RANKS = {"preferred": "PreferredRank", "normal": "NormalRank", "deprecated": "DeprecatedRank"}


def prefixes(names: Namespace) -> dict[str, str]:
    """Return the prefixes of the Wikidata query service, and ours."""
    own = {"id": names.entity(""), "statement": f"{names.base}statement/"}
    wikidata = {"wd": WD, "wdt": DIRECT, "p": PROP, "ps": PS, "pq": PQ, "pr": PR, "wikibase": WIKIBASE}
    values = {"psv": PS + "value/", "pqv": PQ + "value/", "prv": PR + "value/", "wdno": NO_VALUE}
    return {**PREFIXES, **own, **wikidata, **values}


def nquads(nodes: Iterable[Node], names: Namespace) -> list[str]:
    """Return items as N-Quads lines in one named graph, sorted, each once."""
    end = f" {iri(names.graph(GRAPH))} .\n"
    found = {triple for node in nodes for triple in _node(node, names)}
    return [triple + end for triple in sorted(found)]


def _node(node: Node, names: Namespace) -> Iterator[str]:
    item = iri(node.iri)
    yield f"{item} {_A} {iri(WIKIBASE + 'Item')}"
    for language, text in node.labels.items():
        for predicate in (RDFS + "label", SKOS + "prefLabel", SCHEMA + "name"):
            yield f"{item} {iri(predicate)} {string(text, language)}"
    for language, texts in node.aliases.items():
        for text in texts:
            yield f"{item} {iri(SKOS + 'altLabel')} {string(text, language)}"
    for language, text in node.descriptions.items():
        yield f"{item} {iri(SCHEMA + 'description')} {string(text, language)}"
    for claim in node.claims:
        yield from _claim(node, claim, names)


def _claim(node: Node, claim: Claim, names: Namespace) -> Iterator[str]:
    item = iri(node.iri)
    own = iri(f"{names.base}wikidata-statement/{digest([node.own, *map(str, claim[:3]), *map(str, claim[6:])])}")
    yield f"{item} {iri(PROP + claim.property)} {own}"
    yield f"{own} {_A} {iri(WIKIBASE + 'Statement')}"
    yield f"{own} {iri(WIKIBASE + 'rank')} {iri(WIKIBASE + _RANKS[claim.rank])}"
    yield from _snak(own, PS, main(claim), names)
    best = max(other.rank == "preferred" for other in node.claims if other.property == claim.property)
    if claim.rank == ("preferred" if best else "normal"):
        yield f"{own} {_A} {iri(WIKIBASE + 'BestRank')}"
        yield f"{item} {iri(DIRECT + claim.property)} {_simple(main(claim), own, names)}"
    for qualifier in claim.qualifiers:
        yield from _snak(own, PQ, qualifier, names)
    for reference in claim.references:
        name = iri(f"{names.base}wikidata-reference/{digest(str(snak) for snak in reference)}")
        yield f"{own} {iri(PROV + 'wasDerivedFrom')} {name}"
        yield f"{name} {_A} {iri(WIKIBASE + 'Reference')}"
        for snak in reference:
            yield from _snak(name, PR, snak, names)


def _snak(subject: str, prefix: str, snak: Snak, names: Namespace) -> Iterator[str]:
    yield f"{subject} {iri(prefix + snak.property)} {_simple(snak, subject, names)}"
    if snak.datatype == "time" and snak.kind == "value":
        node = iri(f"{names.base}wikidata-value/{digest([snak.value, str(snak.precision)])}")
        yield f"{subject} {iri(f'{prefix}value/{snak.property}')} {node}"
        yield f"{node} {_A} {iri(WIKIBASE + 'TimeValue')}"
        yield f"{node} {iri(WIKIBASE + 'timeValue')} {typed(snak.value, 'dateTime')}"
        yield f"{node} {iri(WIKIBASE + 'timePrecision')} {typed(str(snak.precision), 'integer')}"
        yield f"{node} {iri(WIKIBASE + 'timeTimezone')} {typed('0', 'integer')}"
        yield f"{node} {iri(WIKIBASE + 'timeCalendarModel')} {iri(GREGORIAN)}"


def _simple(snak: Snak, subject: str, names: Namespace) -> str:
    if snak.kind == "somevalue":
        return iri(f"{names.base}.well-known/genid/{digest([subject, snak.property])}")
    if snak.datatype == "item":
        return iri(snak.value if ":" in snak.value else WD + snak.value)
    if snak.datatype == "iri":
        return iri(snak.value)
    if snak.datatype == "time":
        return typed(snak.value, "dateTime")
    return string(snak.value, snak.language)
