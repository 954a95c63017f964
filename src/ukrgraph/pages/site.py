"""What all pages of a project share: an engine to ask, the texts, the links to Wikidata, and the labels."""

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path

from ukrgraph.engine import Engine, NamedNode, rows
from ukrgraph.errors import UkrgraphError
from ukrgraph.evidence import CACHE, Annotation, Corpus, Passage, passages
from ukrgraph.finding import Finding
from ukrgraph.iri import Namespace, is_id
from ukrgraph.pages.labels import Labels
from ukrgraph.query.catalogue import StoredQuery, all_queries
from ukrgraph.resources import folder
from ukrgraph.terms import RDFS, UKC, UKG
from ukrgraph.wikidata import links as wikidata

Findings = tuple[tuple[Finding, ...], str]
"""What validation found, or why it could not look."""


class Texts(Corpus):
    """The texts of the corpus, and the places of annotations, which are read once."""

    def text(self, id: str, sha: str) -> str:
        """Return the text of a document, or an empty text if it is not the one that was annotated."""
        file = self.folder / id / "text.txt"
        if not is_id(id) or not file.is_file():
            return ""
        data = file.read_bytes()
        return "" if sha and sha256(data).hexdigest() != sha else data.decode()

    def annotations(self, nodes: Iterable[str]) -> dict[tuple[str, str], Annotation]:
        """Return where nodes as a whole are annotated."""
        return {(node, ""): self.places[node] for node in nodes if node in self.places}

    @cached_property
    def places(self) -> Mapping[str, Annotation]:
        """Return where each node as a whole is annotated; empty if the graph has not been built here."""
        file = self.project / CACHE
        if not file.is_file():
            return {}
        found: dict[str, Annotation] = {}
        with file.open(encoding="utf-8", newline="\n") as lines:
            names = {name: at for at, name in enumerate(next(lines, "").rstrip("\n").split("\t"))}
            wanted = [names.get(f"annotation_{name}", -1) for name in ("file", "line", "column")]
            if -1 in wanted:
                return {}
            for line in lines:
                cells = line.rstrip("\n").split("\t")
                if not cells[names["pair"]]:
                    where, row, column = (cells[at] for at in wanted)
                    place = Annotation(_shown(where, self.project.resolve()), int(row), int(column))
                    found.setdefault(cells[0][1:-1], place)
        return found


@dataclass(frozen=True, eq=False)
class Site:
    """The pages of a project. `live` says that a server answers forms; without one they are replaced.

    `scripts` are the modules of the editor below static/, the first for the page and the others to load beside it.
    """

    project: Path
    engine: Engine
    names: Namespace
    texts: Texts
    queries: tuple[StoredQuery, ...]
    links: Mapping[str, tuple[wikidata.Link, ...]]
    live: bool = True
    scripts: tuple[str, ...] = ()
    validate: Callable[[Path], Findings] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    @cached_property
    def labels(self) -> Labels:
        """Return the labels of everything."""
        return Labels.of(self.engine)

    @cached_property
    def classes(self) -> Mapping[str, frozenset[str]]:
        """Return each class of our ontology by local name with itself and all classes above it."""
        above: dict[str, set[str]] = {}
        query = f"SELECT ?c ?d {{ ?c <{RDFS}subClassOf>* ?d FILTER(STRSTARTS(STR(?c), '{UKG}')) }}"
        for low, high in rows(self.engine.answer(query)):
            if isinstance(low, NamedNode) and isinstance(high, NamedNode):
                above.setdefault(low.value.removeprefix(UKG), set()).add(high.value.removeprefix(UKG))
        return {low: frozenset(found | {low}) for low, found in above.items()}

    @cached_property
    def geometry(self) -> Mapping[str, object]:
        """Return the outlines of the map as GeoJSON; empty if the project has none."""
        file = folder(self.project, "data/map") / "regions.geojson"
        return json.loads(file.read_text("utf-8")) if file.is_file() else {}

    @property
    def findings(self) -> Findings:
        """Return what validation finds in the corpus; it is validated at the first call."""
        with self._lock:
            return self._findings

    @cached_property
    def _findings(self) -> Findings:
        return (self.validate or found_in)(self.project)

    def passages(self, nodes: Iterable[str]) -> Mapping[str, list[Passage]]:
        """Return the passages of nodes; without a server all are looked up at once, for all pages will ask."""
        if self.live:
            return passages(self.engine, nodes)
        return {node: self._passages[node] for node in nodes if node in self._passages}

    @cached_property
    def _passages(self) -> Mapping[str, list[Passage]]:
        query = f"SELECT DISTINCT ?s {{ ?s <{UKG}evidence>|<{UKG}quotation>|<{UKG}cue> ?span }}"
        return passages(
            self.engine, [node.value for (node,) in rows(self.engine.answer(query)) if isinstance(node, NamedNode)]
        )

    def query(self, name: str) -> StoredQuery | None:
        """Return the stored query called `name`."""
        return next((query for query in self.queries if query.name == name), None)

    def concept(self, iri: str) -> str:
        """Return the notation of one of our concepts without its scheme, such as 'for' of stance-for."""
        return iri.removeprefix(UKC).partition("-")[2]


def found_in(project: Path) -> Findings:
    """Return the findings of a validation of the corpus of a project."""
    from ukrgraph.validate import job  # noqa: PLC0415  # pySHACL is loaded only where it is used

    root = project.resolve()
    try:
        outcome = job.run(job.Job(root))
    except (UkrgraphError, OSError) as error:
        return (), str(error)
    return tuple(found._replace(file=_shown(found.file, root)) for found in outcome.findings), ""


def _shown(file: str, root: Path) -> str:
    path = Path(file)
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else "/".join(path.parts[-4:])


@lru_cache(maxsize=4)
def _links(file: Path, names: Namespace) -> Mapping[str, tuple[wikidata.Link, ...]]:
    found: dict[str, list[wikidata.Link]] = {}
    for link in wikidata.parse(file, names).links if file.is_file() else ():
        found.setdefault(link.subject, []).append(link)
    return {subject: tuple(links) for subject, links in found.items()}


def open_site(
    project: Path, engine: Engine, names: Namespace | None = None, *, live: bool = True, scripts: tuple[str, ...] = ()
) -> Site:
    """Return the pages of a project whose graph `engine` answers for.

    Raises InputError if a stored query or the file of links cannot be read.
    """
    space = names or Namespace()
    links = _links(wikidata.find(project), space)
    return Site(project, engine, space, Texts(project), tuple(all_queries(project)), links, live, scripts)
