"""Mutants: a query with one term replaced or one pattern left out. Good examples notice every one of them."""

from collections.abc import Iterator
from typing import NamedTuple

from ukrgraph.query.empty import written
from ukrgraph.query.terms_check import uses
from ukrgraph.query.vocabularies import VOCABULARIES
from ukrgraph.sparql.parse import parse
from ukrgraph.sparql.tree import Filter, Nested, Parsed, Triple, groups
from ukrgraph.terms import UKC, UKG

_OPTIONS = frozenset({"OPTIONAL", "MINUS"})


class Mutant(NamedTuple):
    """A changed query and what was done to it."""

    change: str
    text: str


def mutants(text: str) -> Iterator[Mutant]:
    """Yield the query with each class, property and concept of ours replaced by another one, then without each pattern.

    Which other term is put in is fixed by the order of names, so that the same query gives the same mutants.
    """
    parsed = parse(text)
    for use in uses(parsed):
        namespace = next((space for space in (UKG, UKC) if use.iri.startswith(space)), "")
        if namespace:
            other = _neighbour(namespace, use.iri.removeprefix(namespace))
            new = f"<{namespace}{other}>"
            yield Mutant(f"{use.token.text} replaced by {other}", _replaced(text, use.token.start, use.token.end, new))
    yield from _without(parsed)


def _neighbour(namespace: str, local: str) -> str:
    """Return the next term of the same kind (class, property or concept) in alphabetical order."""
    same = sorted(term for term in VOCABULARIES[namespace] if term[:1].isupper() == local[:1].isupper())
    return same[(same.index(local) + 1) % len(same)] if local in same else same[0]


def _replaced(text: str, start: int, end: int, new: str) -> str:
    return text[:start] + new + text[end:]


def _without(parsed: Parsed) -> Iterator[Mutant]:
    """Yield the query without each triple pattern, FILTER, OPTIONAL and MINUS of its groups, sub-selects included."""
    for group in groups(parsed.query):
        for element in group.elements:
            if isinstance(element, Triple | Filter) or (isinstance(element, Nested) and element.keyword in _OPTIONS):
                kept = (written(other, parsed.text) for other in group.elements if other is not element)
                new = f"{{ {' '.join(kept)} }}"
                gone = " ".join(written(element, parsed.text).split())
                end = group.start + len(group.text)
                yield Mutant(f"without {gone[:70]}", _replaced(parsed.text, group.start, end, new))
