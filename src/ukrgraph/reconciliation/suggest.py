"""Suggestions while somebody types: entities, types and properties that begin so, or have a word that does."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from ukrgraph.reconciliation.answers import described, types
from ukrgraph.reconciliation.directory import Directory, Labels, label
from ukrgraph.reconciliation.questions import LONGEST, MOST
from ukrgraph.wikidata.spelling import plain

SHOWN = 10
"""How many suggestions are given if the request does not say."""


class Typed(NamedTuple):
    """What somebody has typed, how many suggestions to leave out, how many to give, and the language of names."""

    prefix: str
    offset: int = 0
    limit: int = SHOWN
    language: str = "en"


def bounded(prefix: str, offset: int, limit: int, language: str) -> Typed:
    """Return what somebody has typed within the bounds of the service: overlong text is nobody's name."""
    return Typed(prefix[: LONGEST + 1], offset, min(limit, MOST), language)


def entities(directory: Directory, typed: Typed) -> dict[str, Any]:
    """Return the entities whose id, IRI, item or one of whose names begins so, in any language; then those nearly so.

    An entity that the text identifies comes first, then labels that begin so, then other names, then later words. An
    empty text means all entities.
    """
    known = directory.entities.values()
    ranks = {one.id: _rank(typed.prefix, (name.text for name in one.names), (one.id,)) for one in known}
    own = directory.id(typed.prefix) if typed.prefix.strip() else ""
    if own:
        ranks[own] = -1
    found = sorted((rank, directory.label(own, typed.language), own) for own, rank in ranks.items() if rank < _NONE)
    listed = [own for _, _, own in found]
    if len(listed) < typed.offset + typed.limit and len(typed.prefix) <= LONGEST:
        alike = directory.matcher.candidates(typed.prefix, limit=MOST)
        listed += [one.id for one in alike if one.id and one.id not in listed]
    return {"result": [_entity(directory, one, typed.language) for one in _page(listed, typed)]}


def _entity(directory: Directory, id: str, language: str) -> dict[str, Any]:
    notable = types(directory, id, language)
    name = directory.label(id, language)
    return {"id": id, "name": name, "description": described(directory, id, language), "notable": notable}


def kinds(directory: Directory, typed: Typed) -> dict[str, Any]:
    """Return the types whose id or name begins so, in any language, each with the types above it."""
    listed = _named({one.id: one.labels for one in directory.types.values()}, typed)
    return {"result": [kind(directory, one, typed.language) for one in listed]}


def kind(directory: Directory, id: str, language: str) -> dict[str, Any]:
    """Return a type with its name and the types above it."""
    found = directory.types[id]
    broader = [kind(directory, one, language) for one in found.broader]
    own = {"id": id, "name": label(found.labels, language, id)}
    return own | ({"broader": broader} if broader else {})


def properties(directory: Directory, typed: Typed) -> dict[str, Any]:
    """Return the properties whose id or name begins so, in any language."""
    listed = _named({one.id: one.labels for one in directory.properties.values()}, typed)
    return {"result": [property(directory, one, typed.language) for one in listed]}


def property(  # noqa: A001  # a word of the protocol
    directory: Directory, id: str, language: str
) -> dict[str, Any]:
    """Return a property with its name."""
    return {"id": id, "name": label(directory.properties[id].labels, language, id)}


def _named(known: dict[str, Labels], typed: Typed) -> list[str]:
    ranks = {name: _rank(typed.prefix, labels.values(), (name,)) for name, labels in known.items()}
    found = sorted(
        (rank, label(known[name], typed.language, name), name) for name, rank in ranks.items() if rank < _NONE
    )
    return _page([name for _, _, name in found], typed)


_NONE = 9


def _rank(prefix: str, names: Iterable[str], ids: Iterable[str]) -> int:
    """Return how well names begin with `prefix`: 0 the id or a whole name, 1 the first name, 2 another, 3 a later word.

    9 is not at all. Case, accents and script make no difference.
    """
    wanted, raw = plain(prefix), prefix.strip().casefold()
    if not raw:
        return 1
    if not wanted:
        return _NONE
    best = min((0 if one.casefold() == raw else 2 for one in ids if one.casefold().startswith(raw)), default=_NONE)
    for at, name in enumerate(names):
        spelt = plain(name)
        if spelt == wanted:
            best = 0
        elif spelt.startswith(wanted):
            best = min(best, 2 if at else 1)
        elif f" {wanted}" in spelt:
            best = min(best, 3)
    return best


def _page(listed: list[str], typed: Typed) -> list[str]:
    return listed[typed.offset : typed.offset + typed.limit]
