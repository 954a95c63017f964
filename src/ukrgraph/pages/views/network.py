"""Who reacts to whom: the sides that speak, the sides they speak to or of, and in which way."""

from dataclasses import dataclass

from ukrgraph.pages.records import Record, described_all
from ukrgraph.pages.site import Site
from ukrgraph.pages.views.browse import statements
from ukrgraph.pages.views.timeline import side

WAYS = ("disputes", "denies", "echoes", "addressee", "stanceAgainst", "stanceFor")
"""The ways to react, in the order of the page: three to a statement, three to somebody."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One side reacts to another in one way; the statements that do so, by time."""

    source: str
    target: str
    way: str
    statements: tuple[Record, ...]


def network(site: Site) -> tuple[Edge, ...]:
    """Return who reacts to whom, by side, way and side; nobody reacts to their own side.

    An organ of a state counts as the state, as `ukg:organOf` says; a stance counts where it is towards an actor.
    """
    said = statements(site)
    known = {record.iri: record for record in said}
    things = described_all(site.engine, {iri for record in said for iri in record.iris(*WAYS, "onBehalfOf", "speaker")})
    found: dict[tuple[str, str, str], dict[str, Record]] = {}
    for record in said:
        source = _whole(side(record), things)
        for way in WAYS:
            for iri in record.iris(way):
                target = _target(site, iri, known, things)
                if source and target and source != target:
                    found.setdefault((source, target, way), {})[record.iri] = record
    order = {way: at for at, way in enumerate(WAYS)}
    keys = sorted(found, key=lambda key: (key[0], order[key[2]], key[1]))
    return tuple(Edge(*key, tuple(sorted(found[key].values(), key=lambda item: item.when))) for key in keys)


def _whole(iri: str, things: dict[str, Record]) -> str:
    """Return the state that a body is an organ of, else the body."""
    return (things[iri].iri_of("organOf") or iri) if iri in things else iri


def _target(site: Site, iri: str, known: dict[str, Record], things: dict[str, Record]) -> str:
    """Return the side that a reaction is to; "" if it is to something that is no side."""
    if iri in known:
        return _whole(side(known[iri]), things)
    kinds = things[iri].kinds if iri in things else ()
    is_actor = any("Actor" in site.classes.get(kind, ()) for kind in kinds)
    return _whole(iri, things) if is_actor else ""
