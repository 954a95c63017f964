"""What an example is asked of: the published graph, or a small file beside the query, with the ontology.

A published graph need not have a case of everything that a query tells apart. Such a case stands in an RDF file of its
own (`data: cases/...` in the header), which is asked together with ontology and concepts, and with nothing else.
"""

from pathlib import Path
from typing import NamedTuple

from ukrgraph import store
from ukrgraph.engine import GRAPH_FORMATS, NamedNode, Store
from ukrgraph.engine.local import Local
from ukrgraph.engine.reference import Reference
from ukrgraph.errors import InputError
from ukrgraph.iri import Namespace
from ukrgraph.query.catalogue import StoredQuery
from ukrgraph.query.header import Example
from ukrgraph.query.vocabularies import VOCABULARIES
from ukrgraph.resources import folder

ONTOLOGY = {"ontology": "ukrgraph.ttl", "concepts": "concepts.ttl"}
"""The files of the folder `ontology` by the last part of the name of their graph, as in the published graph."""


class World(NamedTuple):
    """The same data in both engines; `reference` is None where one is enough."""

    engine: Local
    reference: Reference | None


class Worlds:
    """The worlds of the examples of a project; each is read once."""

    def __init__(self, project: Path, published: World, names: Namespace | None = None) -> None:
        self.project = project
        self.published = published
        self.names = names or Namespace()
        self._read: dict[Path, World] = {}

    def of(self, query: StoredQuery, example: Example) -> World:
        """Return what an example of `query` is asked of.

        Raises InputError if its file cannot be read or holds nothing.
        """
        if not example.data:
            return self.published
        place = file(query, example)
        if place not in self._read:
            self._read[place] = self._world(read(query, example))
        return self._read[place]

    def _world(self, own: Store) -> World:
        """Return the quads of a file and of the ontology, in both engines if the published graph is in both."""
        for graph, name in ONTOLOGY.items():
            lines = store.quad_lines(folder(self.project, "ontology") / name, self.names.graph(graph))
            own.bulk_load("".join(lines).encode(), format=GRAPH_FORMATS["nquads"])
        reference = None
        if self.published.reference is not None:
            reference = Reference([])
            reference.add(own.dump(format=GRAPH_FORMATS["nquads"]) or b"")
        return World(Local(own), reference)


def read(query: StoredQuery, example: Example) -> Store:
    """Return the quads of the file of an example.

    Raises InputError if it cannot be read or holds nothing.
    """
    place = file(query, example)
    own = store.load([place])
    if not len(own):
        raise InputError(f"{place}: expected triples, got none")
    return own


def unknown(own: Store) -> list[str]:
    """Return the IRIs in a file that a known vocabulary does not have, sorted."""
    terms = {term.value for quad in own for term in quad if isinstance(term, NamedNode)}
    return sorted(term for term in terms if _unknown(term))


def _unknown(iri: str) -> bool:
    namespace = max((space for space in VOCABULARIES if iri.startswith(space)), key=len, default="")
    return bool(namespace) and iri.removeprefix(namespace) not in VOCABULARIES[namespace]


def file(query: StoredQuery, example: Example) -> Path:
    """Return the file of an example.

    Raises InputError if the query is in no folder to begin from.
    """
    if query.folder is None:
        raise InputError(f"data: {example.data!r}: expected the query in a file, for the path begins in its folder")
    return query.folder / example.data
