"""What our graph says that Wikidata may say otherwise: names, classes, countries, times, and who holds an office."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from ukrgraph.iri import Namespace
from ukrgraph.resources import folder
from ukrgraph.terms import UKC, UKG
from ukrgraph.wikidata import authorities
from ukrgraph.wikidata.authorities import Entity
from ukrgraph.wikidata.days import FIRST, LAST, Days

COUNTRY_PROPERTIES = ("officeOfState", "organOf")
"""The properties that put an office or an organization under a country; of regions our graph says so only by claims."""

_HEAD = re.compile(r"id:([A-Za-z0-9._-]+)$")


class Place(NamedTuple):
    """Where something of ours stands: a file and a line, counted from 1."""

    file: str
    line: int = 0


class Holding(NamedTuple):
    """A claim that somebody holds an office, as a document tells it; all but `days` are ids."""

    claim: str
    person: str
    office: str
    document: str
    days: Days | None


class Ours(NamedTuple):
    """Our graph: entities by id, the countries and the days of those that have some, who holds what, and places."""

    entities: Mapping[str, Entity]
    countries: Mapping[str, frozenset[str]]
    days: Mapping[str, Days]
    holdings: tuple[Holding, ...]
    places: Mapping[str, Place]


def read(project: Path, data: ox.Store) -> Ours:
    """Return what `data`, our graph, and the authority file of `project` say.

    Raises InputError if a file of the authority file is not Turtle.
    """
    entities = authorities.read(project)
    countries = {
        entity: found
        for entity in entities
        if (found := frozenset(one for name in COUNTRY_PROPERTIES for one in _ids(data, entity, name)))
    }
    events = {one.id: _days(data, Namespace().entity(one.id)) for one in entities.values() if one.own == "Event"}
    known = {event: found for event, found in events.items() if found is not None}
    return Ours(entities, countries, known, tuple(sorted(_holdings(data))), dict(_places(project)))


def _node(value: str) -> ox.NamedNode:
    return ox.NamedNode(value)


def _objects(data: ox.Store, subject: str, property: str) -> Iterator[str]:
    for quad in data.quads_for_pattern(_node(subject), _node(UKG + property), None, None):
        if isinstance(quad.object, ox.NamedNode | ox.Literal):
            yield quad.object.value


def _ids(data: ox.Store, id: str, property: str) -> set[str]:
    own = Namespace().entity("")
    return {value.removeprefix(own) for value in _objects(data, Namespace().entity(id), property)}


def _days(data: ox.Store, subject: str) -> Days | None:
    first, last = (min(_objects(data, subject, name), default="") for name in ("earliest", "latest"))
    return Days(first or FIRST, last or LAST) if first or last else None


def _holdings(data: ox.Store) -> Iterator[Holding]:
    """Yield the claims of office, dated by the speech that makes them, else by the document that reports them."""
    own, base = Namespace().entity(""), Namespace().base
    office = _node(UKC + "relation-holds-office")
    for quad in data.quads_for_pattern(None, _node(UKG + "relation"), office, None):
        if not isinstance(quad.subject, ox.NamedNode):
            continue
        claim = quad.subject.value
        document = min(_objects(data, claim, "reportedIn"), default="")
        said = [found for speech in _objects(data, claim, "claimedIn") if (found := _days(data, speech)) is not None]
        for person in _objects(data, claim, "relationSubject"):
            for held in _objects(data, claim, "relationObject"):
                when = said[0] if said else _days(data, document)
                ids = (claim.removeprefix(f"{base}claim/"), person.removeprefix(own), held.removeprefix(own))
                yield Holding(*ids, document.removeprefix(f"{base}document/"), when)


def _places(project: Path) -> Iterator[tuple[str, Place]]:
    """Yield the line of each entry of the authority file; its path is relative to the project where it can be."""
    for file in sorted(folder(project, "data/entities").glob("*.ttl")):
        shown = file.relative_to(project) if file.is_relative_to(project) else Path("data/entities", file.name)
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if match := _HEAD.match(line):
                yield match[1], Place(shown.as_posix(), number)
