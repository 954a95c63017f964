"""The authority file as linking sees it: names, classes and kinds of our entities."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from ukrgraph.errors import InputError
from ukrgraph.iri import Namespace
from ukrgraph.resources import folder
from ukrgraph.terms import RDF, SKOS, UKC, UKG

UNNAMED = "unnamed-person"
"""The kind of persons whom no text names."""


class Name(NamedTuple):
    """A name of an entity; `kind` is "label", "alias" or "hidden" (misspelt, garbled, or another tradition's)."""

    text: str
    language: str
    kind: str


class Entity(NamedTuple):
    """An entry of the authority file: id, class (local name), kind (kebab-case) and names, the labels first."""

    id: str
    own: str
    kind: str
    names: tuple[Name, ...]

    def label(self, language: str = "en") -> str:
        """Return the label in `language`, else in any language, else the id."""
        labels = {name.language: name.text for name in self.names if name.kind == "label"}
        return labels.get(language) or next(iter(labels.values()), self.id)


_KINDS = {SKOS + "prefLabel": "label", SKOS + "altLabel": "alias", SKOS + "hiddenLabel": "hidden"}
_ORDER = {"label": 0, "alias": 1, "hidden": 2}


def read(project: Path, names: Namespace | None = None) -> dict[str, Entity]:
    """Return the entries of the project's authority file by id, sorted.

    Raises InputError with line and column if a file of it is not Turtle.
    """
    own = (names or Namespace()).entity("")
    classes: dict[str, str] = {}
    kinds: dict[str, str] = {}
    known: dict[str, set[Name]] = defaultdict(set)
    for file in sorted(folder(project, "data/entities").glob("*.ttl")):
        for subject, predicate, term in _triples(file):
            local = subject.removeprefix(own)
            if predicate == RDF + "type":
                classes[local] = term.value.removeprefix(UKG)
            elif predicate == UKG + "kind":
                kinds[local] = term.value.removeprefix(UKC + "kind-")
            elif predicate in _KINDS and isinstance(term, ox.Literal):
                known[local].add(Name(term.value, term.language or "", _KINDS[predicate]))
    return {
        local: Entity(local, classes[local], kinds.get(local, ""), tuple(sorted(known[local], key=_name_order)))
        for local in sorted(classes)
    }


def _name_order(name: Name) -> tuple[int, str, str]:
    return (_ORDER[name.kind], name.language, name.text)


def _triples(file: Path) -> Iterator[tuple[str, str, ox.NamedNode | ox.Literal]]:
    try:
        for quad in ox.parse(path=str(file)):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode | ox.Literal):
                yield quad.subject.value, quad.predicate.value, quad.object
    except SyntaxError as error:
        raise InputError(f"{file}:{error.lineno}:{error.offset}: {error.msg}") from error
