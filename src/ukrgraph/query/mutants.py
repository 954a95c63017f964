"""Mutants: a query with one term replaced or one pattern left out. Good examples notice every one of them."""

from collections.abc import Iterator
from typing import NamedTuple

from ukrgraph.query.empty import written
from ukrgraph.query.terms_check import uses
from ukrgraph.query.vocabularies import VOCABULARIES
from ukrgraph.sparql.parse import parse
from ukrgraph.sparql.tree import Element, Group, Parsed, Union, groups


class Mutant(NamedTuple):
    """A changed query and what was done to it."""

    change: str
    text: str


def mutants(text: str) -> Iterator[Mutant]:
    """Yield the query with each term of a known vocabulary replaced by another one, then without each pattern.

    Which other term is put in is fixed by the order of names, so that the same query gives the same mutants.
    """
    parsed = parse(text)
    for use in uses(parsed):
        namespace = max((space for space in VOCABULARIES if use.iri.startswith(space)), key=len, default="")
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
    """Yield the query without each pattern of its groups, sub-selects included, and without each branch of a UNION."""
    for group in groups(parsed.query):
        for element in group.elements:
            if isinstance(element, Union) and len(element.groups) > 1:
                for branch in element.groups:
                    fewer = Union(tuple(other for other in element.groups if other is not branch), element.token)
                    yield _changed(parsed, group, element, [fewer], branch.text)
            else:
                yield _changed(parsed, group, element, [], written(element, parsed.text))


def _changed(parsed: Parsed, group: Group, element: Element, instead: list[Element], gone: str) -> Mutant:
    """Return the query with `instead` in the place of an element of a group."""
    kept = [new for other in group.elements for new in (instead if other is element else [other])]
    text = f"{{ {' '.join(written(new, parsed.text) for new in kept)} }}"
    change = f"without {' '.join(gone.split())[:70]}"
    return Mutant(change, _replaced(parsed.text, group.start, group.start + len(group.text), text))
