"""From an entity in Wikidata's JSON to triples in Wikidata's RDF.

JSON: https://doc.wikimedia.org/Wikibase/master/php/docs_topics_json.html; RDF:
https://www.mediawiki.org/wiki/Wikibase/Indexing/RDF_Dump_Format. What JSON does not carry is left out: normalized
identifiers and quantities. Site links are left out as well. Value nodes and unknown values have names of our own.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from ukrgraph.iri import digest
from ukrgraph.nquads import iri, string, typed
from ukrgraph.terms import OWL, PROV, RDF, RDFS, SCHEMA, SKOS
from ukrgraph.wikidata.terms import (
    CC,
    CC0,
    DATA,
    DIRECT,
    GEO,
    NO_VALUE,
    OWN_UNKNOWN,
    OWN_VALUE,
    PQ,
    PR,
    PROP,
    PS,
    REFERENCE,
    STATEMENT,
    WD,
    WIKIBASE,
)
from ukrgraph.wikidata.times import as_datetime

Json = Mapping[str, Any]

FILE = "http://commons.wikimedia.org/wiki/Special:FilePath/"
COMMONS_DATA = "http://commons.wikimedia.org/data/main/"
EARTH = WD + "Q2"

LANGUAGES = {
    "als": "gsw",
    "bat-smg": "sgs",
    "be-x-old": "be-tarask",
    "fiu-vro": "vro",
    "roa-rup": "rup",
    "simple": "en-simple",
    "zh-classical": "lzh",
    "zh-min-nan": "nan",
    "zh-yue": "yue",
}
"""Language codes of Wikimedia that its RDF replaces; others it writes as they are, though BCP 47 does not know them."""

_RANKS = {"preferred": "PreferredRank", "normal": "NormalRank", "deprecated": "DeprecatedRank"}
_A = iri(RDF + "type")


def redirect_of(entity: Json) -> tuple[str, str] | None:
    """Return the id of a redirect and of its target, if that is what `entity` is or was asked by."""
    if "redirects" in entity:
        return entity["redirects"]["from"], entity["redirects"]["to"]
    if "redirect" in entity:
        return entity["entity"], entity["redirect"]
    return None


def triples(entity: Json) -> Iterator[str]:
    """Yield the triples of an item as N-Triples lines.

    Raises KeyError, TypeError or ValueError if `entity` is not Wikidata's JSON.
    """
    if redirect := redirect_of(entity):
        yield _line(iri(WD + redirect[0]), iri(OWL + "sameAs"), iri(WD + redirect[1]))
    if "redirect" in entity or "missing" in entity:
        return
    qid = entity["id"]
    item, data = iri(WD + qid), iri(DATA + qid)
    yield _line(data, _A, iri(SCHEMA + "Dataset"))
    yield _line(data, iri(SCHEMA + "about"), item)
    yield _line(data, iri(CC + "license"), iri(CC0))
    if "lastrevid" in entity:
        yield _line(data, iri(SCHEMA + "version"), typed(str(entity["lastrevid"]), "integer"))
    if "modified" in entity:
        yield _line(data, iri(SCHEMA + "dateModified"), typed(entity["modified"], "dateTime"))
    yield _line(item, _A, iri(WIKIBASE + "Item"))
    yield from _names(item, entity)
    for claims in _values(entity.get("claims")):
        yield from _claims(item, claims)


def _values(table: Any) -> list[Any]:  # noqa: ANN401  # an empty table is written as an empty list
    return list(table.values()) if isinstance(table, Mapping) else []


def _names(item: str, entity: Json) -> Iterator[str]:
    for one in _values(entity.get("labels")):
        for predicate in (RDFS + "label", SKOS + "prefLabel", SCHEMA + "name"):
            yield _line(item, iri(predicate), _text(one))
    for one in _values(entity.get("descriptions")):
        yield _line(item, iri(SCHEMA + "description"), _text(one))
    for several in _values(entity.get("aliases")):
        for one in several:
            yield _line(item, iri(SKOS + "altLabel"), _text(one))


def _text(one: Json) -> str:
    language: str = one["language"]
    return string(one["value"], LANGUAGES.get(language, language))


def _claims(item: str, claims: list[Json]) -> Iterator[str]:
    """Yield the statements of one property, and the direct triples of those of the best rank."""
    ranks = {claim["rank"] for claim in claims}
    best = "preferred" if "preferred" in ranks else "normal"
    for claim in claims:
        pid, main = claim["mainsnak"]["property"], claim["mainsnak"]
        node = iri(STATEMENT + claim["id"].replace("$", "-"))
        yield _line(item, iri(PROP + pid), node)
        yield _line(node, _A, iri(WIKIBASE + "Statement"))
        yield _line(node, iri(WIKIBASE + "rank"), iri(WIKIBASE + _RANKS[claim["rank"]]))
        yield from _snak(node, PS, main)
        if claim["rank"] == best:
            yield _line(node, _A, iri(WIKIBASE + "BestRank"))
            yield from (line for line in _snak(item, DIRECT, main, node) if not line.startswith(f"<{OWN_VALUE}"))
        for qualifiers in _values(claim.get("qualifiers")):
            for snak in qualifiers:
                yield from _snak(node, PQ, snak)
        yield from _references(node, claim.get("references", ()))


def _references(node: str, references: list[Json]) -> Iterator[str]:
    for reference in references:
        name = iri(REFERENCE + reference["hash"])
        yield _line(node, iri(PROV + "wasDerivedFrom"), name)
        yield _line(name, _A, iri(WIKIBASE + "Reference"))
        for snaks in _values(reference["snaks"]):
            for snak in snaks:
                yield from _snak(name, PR, snak)


def _snak(subject: str, prefix: str, snak: Json, about: str = "") -> Iterator[str]:
    """Yield the triples of a snak of `subject`; `about` is the node that names an unknown value, if not `subject`."""
    pid = snak["property"]
    if snak["snaktype"] == "novalue":
        yield _line(subject, _A, iri(NO_VALUE + pid))
        return
    if snak["snaktype"] == "somevalue":
        # In qualifiers and references the snak's own digest keeps two unknown values of a property apart.
        own = "" if prefix in {PS, DIRECT} else snak.get("hash", "")
        unknown = OWN_UNKNOWN + digest([about or subject, pid, own])
        yield _line(subject, iri(prefix + pid), iri(unknown))
        return
    kind, value = snak["datavalue"]["type"], snak["datavalue"]["value"]
    yield _line(subject, iri(prefix + pid), _simple(kind, snak.get("datatype", ""), value))
    if prefix != DIRECT and (pairs := _full(kind, value)):
        node = iri(OWN_VALUE + digest(pairs))
        yield _line(subject, iri(f"{prefix}value/{pid}"), node)
        for pair in pairs:
            yield f"{node} {pair} .\n"


def _simple(kind: str, datatype: str, value: Any) -> str:  # noqa: ANN401  # text or object, by kind
    if kind == "wikibase-entityid":
        return iri(WD + (value.get("id") or f"Q{value['numeric-id']}"))
    if kind == "time":
        lexical = as_datetime(value["time"], value["precision"], value["calendarmodel"])
        return typed(lexical, "dateTime") if lexical else string(value["time"])
    if kind == "quantity":
        return typed(value["amount"], "decimal")
    if kind == "monolingualtext":
        return _text({"language": value["language"], "value": value["text"]})
    if kind == "globecoordinate":
        globe = "" if value["globe"] == EARTH else f"<{value['globe']}> "
        point = f"{globe}Point({_number(value['longitude'])} {_number(value['latitude'])})"
        return f"{string(point)}^^{iri(GEO + 'wktLiteral')}"
    return _from_string(datatype, value)


def _from_string(datatype: str, value: str) -> str:
    if datatype == "commonsMedia":
        return iri(FILE + quote(value, safe=""))
    if datatype in {"geo-shape", "tabular-data"}:
        return iri(COMMONS_DATA + quote(value, safe="/:"))
    return iri(_NOT_IN_IRI.sub(lambda match: quote(match[0]), value)) if datatype == "url" else string(value)


_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`]')
"""What an IRI must not contain (https://www.w3.org/TR/n-triples/, IRIREF)."""


def _full(kind: str, value: Any) -> list[str]:  # noqa: ANN401  # text or object, by kind
    """Return predicate and object of each triple of the value node; only times, quantities and coordinates have one."""

    def pair(name: str, term: str) -> str:
        return f"{iri(WIKIBASE + name)} {term}"

    if kind == "time":
        return [
            f"{_A} {iri(WIKIBASE + 'TimeValue')}",
            pair("timeValue", _simple("time", "", value)),
            pair("timePrecision", typed(str(value["precision"]), "integer")),
            pair("timeTimezone", typed(str(value["timezone"]), "integer")),
            pair("timeCalendarModel", iri(value["calendarmodel"])),
        ]
    if kind == "quantity":
        unit = value["unit"] if value["unit"] != "1" else WD + "Q199"
        bounds = [
            pair(name, typed(value[key], "decimal"))
            for name, key in (("quantityUpperBound", "upperBound"), ("quantityLowerBound", "lowerBound"))
            if key in value
        ]
        amount = pair("quantityAmount", typed(value["amount"], "decimal"))
        return [f"{_A} {iri(WIKIBASE + 'QuantityValue')}", amount, pair("quantityUnit", iri(unit)), *bounds]
    if kind == "globecoordinate":
        names = (("geoLatitude", "latitude"), ("geoLongitude", "longitude"), ("geoPrecision", "precision"))
        numbers = [pair(name, typed(_number(value[key]), "double")) for name, key in names if value[key] is not None]
        return [f"{_A} {iri(WIKIBASE + 'GlobecoordinateValue')}", *numbers, pair("geoGlobe", iri(value["globe"]))]
    return []


def _number(value: float) -> str:
    return f"{value:.14G}"


def _line(subject: str, predicate: str, term: str) -> str:
    return f"{subject} {predicate} {term} .\n"
