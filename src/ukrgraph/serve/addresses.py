"""Which address of the service stands for which IRI: the path under the base is the path under the server's root.

The IRIs of the data begin with the base of the project; those of the ontology, the concepts and the shapes with the
base of ukrgraph, which is the same unless a project chose another.
"""

from collections.abc import Iterator
from pathlib import Path

from ukrgraph.engine import Engine, NamedNode, rows
from ukrgraph.engine.local import PUBLISHED
from ukrgraph.errors import UkrgraphError
from ukrgraph.iri import Namespace
from ukrgraph.resources import folder, packaged_root
from ukrgraph.terms import BASE, OWL

KINDS = ("id", "statement", "claim", "report", "silence", "status", "document", "graph", "agent")
"""The folders of the IRIs of data."""

VOCABULARIES = {"ontology": "ontology/ukrgraph.ttl", "concepts": "ontology/concepts.ttl"}
"""The vocabularies by path, with their files."""

SHAPES = "shapes"
NAMES = 20_000
"""How many names of a folder are looked through for the one that was meant."""

LICENSE = "https://creativecommons.org/licenses/by/4.0/"
"""The licence of the data that comes with the package (LICENSE-DATA)."""


def iri_of(names: Namespace, kind: str, id: str) -> str:
    """Return the IRI that the path /kind/id stands for."""
    return f"{BASE if kind == 'agent' else names.base}{kind}/{id}"


def names_in(engine: Engine, space: str) -> list[str]:
    """Return what follows `space` in the IRIs of typed resources and of graphs; empty if there are very many.

    An engine that cannot answer knows no names: they are only a hint.
    """
    if space.endswith("/graph/"):
        query = "SELECT DISTINCT ?s { GRAPH ?s { ?x ?y ?z } }"
    else:
        test = f'STRSTARTS(STR(?s), "{space}") && !CONTAINS(STR(?s), "#")'
        query = f"SELECT DISTINCT ?s {{ ?s a ?class FILTER({test}) }} LIMIT {NAMES + 1}"
    try:
        found = [term.value for (term,) in rows(engine.answer(query)) if isinstance(term, NamedNode)]
    except UkrgraphError:
        return []
    return sorted(iri.removeprefix(space) for iri in found if iri.startswith(space)) if len(found) <= NAMES else []


def near(name: str, known: list[str]) -> list[str]:
    """Return at most three of the `known` names that may have been meant: misspelt, or with the name as a part."""
    from ukrgraph.near import nearest  # noqa: PLC0415  # only after a mistake

    folded = name.casefold()
    return (nearest(name, known) or [other for other in known if folded and folded in other.casefold()])[:3]


def vocabulary_files(project: Path, path: str) -> list[Path]:
    """Return the files that are published at `path`, such as "ontology", "shapes" or "shapes/core/claim"; else none.

    A path is looked for among the files that there are, so that it leads nowhere else.
    """
    if path in VOCABULARIES:
        name, _, file = VOCABULARIES[path].partition("/")
        return [folder(project, name) / file]
    root = folder(project, SHAPES)
    files = sorted(root.glob("*/*.ttl"))
    if path == SHAPES:
        return files
    return [file for file in files if f"{SHAPES}/{file.relative_to(root).with_suffix('').as_posix()}" == path]


def shape_names(project: Path) -> list[str]:
    """Return the paths of the shape files below "shapes/", without suffix."""
    root = folder(project, SHAPES)
    return [file.relative_to(root).with_suffix("").as_posix() for file in sorted(root.glob("*/*.ttl"))]


def versions(engine: Engine) -> Iterator[str]:
    """Yield the IRIs of the versions of the ontology that the graph names."""
    query = (
        f"SELECT ?v {{ ?o a <{OWL}Ontology> ; <{OWL}versionIRI> ?v . FILTER(STRSTARTS(STR(?v), STR(?o))) }} ORDER BY ?v"
    )
    for (term,) in rows(engine.answer(query)):
        if isinstance(term, NamedNode):
            yield term.value


def is_packaged(project: Path) -> bool:
    """Tell whether the data of a project is the one that came with the package."""
    return (folder(project, "data/graph") / PUBLISHED.name).resolve().is_relative_to(packaged_root().resolve())
