"""An entity: who or what it is, what it said, what was said of it, and everything else that points at it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from ukrgraph.engine import NamedNode, rows
from ukrgraph.pages.records import SPOKEN, Record, described, described_all, number
from ukrgraph.pages.site import Site
from ukrgraph.terms import OA, SKOS, UKG
from ukrgraph.wikidata.links import Link

SAYS = ("speaker", "onBehalfOf", "onBehalfOfState", "reportedVia")
"""How a record of speech points at who says it."""

SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("territory", ("TerritorialClaim",)),
    ("sanctions", ("Sanction", "SanctionStatus", "ThreatenedResponse")),
    ("violations", ("ViolationClaim",)),
    ("reports", ("EventReport",)),
    ("figures", ("QuantityClaim",)),
    ("relations", ("RelationClaim",)),
    ("narrated", ("NarratorClaim",)),
    ("silences", ("ReportedSilence",)),
)
"""Sections of records that are no speech, by their classes, in the order of the page."""

OWN = ("locatedIn", "organOf", "officeIn", "officeOfState", "hasMember", "partOf", "specializes", "participant",
       "place", "coordinatedWith", "imposer", "sanctionTarget", "trigger", "phase", "measure", "measureDetail",
       "condition", "threatenedBy", "threatenedAgainst", "statusOf")  # fmt: skip
"""Properties of the entity itself that the page lists, in order."""

NOTES = ("dateBasis", "targetBasis", "triggerBasis", "note")


@dataclass(frozen=True, slots=True)
class Entity:
    """What a page of an entity shows; records are in the order of time.

    `said` are records of speech in which it speaks, `heard` those about it, each with the ways in which they point at
    it. `places` are the number of mentions by document. `members` are things that name it in their own description.
    """

    record: Record
    classes: tuple[str, ...]
    said: tuple[Record, ...]
    heard: tuple[tuple[Record, tuple[str, ...]], ...]
    sections: tuple[tuple[str, tuple[Record, ...]], ...]
    members: tuple[tuple[str, tuple[str, ...]], ...]
    mentions: tuple[tuple[str, int, str], ...]
    links: tuple[Link, ...]
    beside: tuple[Record, ...]
    """Records that others of the page speak of, such as the sanction of a status."""


@lru_cache(maxsize=64)
def entity(site: Site, iri: str) -> Entity | None:
    """Return what the page of the entity `iri` shows; None if the graph says nothing of it."""
    node = NamedNode(iri)
    pattern = f"{{ BIND({node} AS ?s) }} UNION {{ ?s ?way {node} FILTER NOT EXISTS {{ ?s a <{UKG}Mention> }} }}"
    found = {record.iri: record for record in described(site.engine, pattern)}
    own = found.pop(iri, None)
    if own is None:
        return None
    others = sorted(found.values(), key=lambda record: record.when)
    spoken = [record for record in others if record.kind in SPOKEN]
    said = tuple(record for record in spoken if iri in record.iris(*SAYS))
    heard = tuple((record, ways) for record in spoken if (ways := _ways(record, iri)))
    rest = [record for record in others if record.kind not in SPOKEN]
    sections = [(name, tuple(record for record in rest if record.kind in kinds)) for name, kinds in SECTIONS]
    sections = _with_collections(site, iri, sections)
    return Entity(
        own,
        tuple(sorted(set().union(*(site.classes.get(kind, {kind}) for kind in own.kinds)) - set(own.kinds))),
        said,
        heard,
        tuple((name, records) for name, records in sections if records),
        _members(rest, iri),
        _mentions(site, node),
        site.links.get(iri.removeprefix(site.names.entity("")), ()),
        _beside(site, sections),
    )


def _ways(record: Record, iri: str) -> tuple[str, ...]:
    """Return the properties by which a record points at `iri`, those of speaking left out."""
    return tuple(name for name in record.values if name not in SAYS and iri in record.iris(name))


def _with_collections(
    site: Site, iri: str, sections: list[tuple[str, tuple[Record, ...]]]
) -> list[tuple[str, tuple[Record, ...]]]:
    """Return the sections with the claims about collections that the entity is a member of."""
    pattern = f"?place <{UKG}hasMember> {NamedNode(iri)} . ?s <{UKG}region> ?place ; a <{UKG}TerritorialClaim>"
    more = described(site.engine, pattern)
    merged = []
    for name, records in sections:
        if name == "territory" and more:
            known = {record.iri: record for record in (*records, *more)}
            records = tuple(sorted(known.values(), key=lambda record: record.when))  # noqa: PLW2901
        merged.append((name, records))
    return merged


def _members(records: Iterable[Record], iri: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return, by property, the things that are described by naming `iri`; records of documents are left out."""
    known = {kind for _, kinds in SECTIONS for kind in kinds} | {"Document"}
    found: dict[str, list[str]] = {}
    for record in sorted(records, key=lambda item: item.iri):
        if record.kind in known or f"{SKOS}prefLabel" not in record.values:
            continue
        for name in record.values:
            if iri in record.iris(name):
                found.setdefault(name, []).append(record.iri)
    return tuple((name, tuple(found[name])) for name in sorted(found))


def _mentions(site: Site, node: NamedNode) -> tuple[tuple[str, int, str], ...]:
    """Return, for each document, how often it mentions the entity, and its first mention there."""
    query = f"""SELECT ?document ?m ?start {{
        ?m <{UKG}mentionOf> {node} ; <{UKG}reportedIn> ?document ; <{UKG}evidence>/<{OA}hasSelector>/<{OA}start> ?start
    }}"""
    found: dict[str, list[tuple[int, str]]] = {}
    for document, mention, start in rows(site.engine.answer(query)):
        if isinstance(document, NamedNode) and isinstance(mention, NamedNode):
            found.setdefault(document.value, []).append((number(start), mention.value))
    return tuple((document, len(set(found[document])), min(found[document])[1]) for document in sorted(found))


def _beside(site: Site, sections: Iterable[tuple[str, tuple[Record, ...]]]) -> tuple[Record, ...]:
    """Return the statements in which sanction statuses and other claims are made, by IRI."""
    wanted = {iri for _, records in sections for record in records for iri in record.iris("claimedIn", "deniedIn")}
    return tuple(described_all(site.engine, wanted).values())
