"""What `ukrgraph validate` does: gather data, shapes and places by the names that users give, validate, and report."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from ukrgraph import build
from ukrgraph.engine import download
from ukrgraph.engine.address import is_address
from ukrgraph.engine.endpoint import Endpoint
from ukrgraph.engine.local import open_folder
from ukrgraph.errors import InputError, OutsideError, UsageError
from ukrgraph.files import replacing
from ukrgraph.finding import Finding
from ukrgraph.iri import Namespace
from ukrgraph.reports import WRITERS
from ukrgraph.resources import folder, packaged_root
from ukrgraph.terms import ONTOLOGY, OWL, RDF
from ukrgraph.validate import cache, counts, data, shapes
from ukrgraph.validate.data import Data, Source
from ukrgraph.validate.places import Annotations, Files, Locate, first_of
from ukrgraph.validate.report_graph import turtle
from ukrgraph.validate.validation import Outcome, Request, validate

COUNTS_FILE = "shapes/counts.toml"


def _silent(_: str) -> None:
    """Tell nobody."""


class Stored(NamedTuple):
    """A store to validate: the name of a folder or an address, "" if there is none.

    For an address: `timeout` is in seconds a request, `quads` how many are fetched at most (None: a default), and
    `tell` is told what of it could not be had.
    """

    name: str = ""
    timeout: float = 60.0
    quads: int | None = None
    tell: Callable[[str], None] = _silent


class Job(NamedTuple):
    """What the user asked for; names of data may be files, folders, stores, or "-"."""

    project: Path
    data: tuple[str, ...] = ()
    shapes: tuple[Path, ...] = ()
    counts: Path | None = None
    data_format: str = ""
    plain: bool = False
    knowledge: bool | None = None
    stdin: bytes = b""
    cache: bool = True
    store: Stored = Stored()


class _Gathered(NamedTuple):
    """Data with the doors to its places, what was found on the way, and the quads if they are a corpus and no more."""

    data: Data
    doors: list[Locate]
    findings: list[Finding]
    lines: tuple[str, ...] = ()


def run(job: Job) -> Outcome:
    """Validate.

    Raises UsageError and InputError for names, formats and files that are wrong; see the parts.
    """
    rules = shapes.load(job.shapes or default_shapes(job.project))
    limits = _counts(job)
    gathered = _gather(job)
    request = Request(gathered.data, rules, first_of(*gathered.doors), limits, job.plain)
    if job.plain or not job.cache:
        return validate(request, gathered.findings)
    place, name = job.project / cache.FOLDER, cache.key(rules)
    kept = cache.read(place, name, gathered.lines)
    outcome = validate(request._replace(faults=kept.faults, before=kept.before), gathered.findings)
    cache.write(place, name, outcome.faults, outcome.state, gathered.lines)
    return outcome


def default_shapes(project: Path) -> list[Path]:
    """Return the project's own shapes, else the packaged ones that hold for any corpus."""
    own = project / "shapes"
    return [own] if own.is_dir() else [packaged_root() / "shapes" / "core"]


def _counts(job: Job) -> counts.Counts:
    default = job.project / COUNTS_FILE
    if job.counts is not None:
        return counts.load(job.counts)
    own = not (job.shapes or job.data or job.store.name)
    return counts.load(default) if default.is_file() and own else counts.NONE


def _gather(job: Job) -> _Gathered:
    default = () if job.store.name else (str(folder(job.project, "data/corpus")),)
    names = job.data or default
    files, lines, places, findings = [], list[str](), list[build.Place](), list[Finding]()
    stores = []
    for name in dict.fromkeys(names):
        path = Path(name)
        if name == "-":
            files.append(_standard_input(job))
        elif (path / "CURRENT").is_file():
            stores.append(path)
        elif path.is_dir():
            built = build.build(job.project, Namespace(), path)
            lines += built.lines
            places += built.places
            findings += built.findings
        else:
            files.append(data.source(name, None, job.data_format))
    gathered = data.load(files)
    for number, quads in enumerate([*map(_stored, stores), *_named(job.store)]):
        gathered = data.add_quads(gathered, quads, f"q{number}b")
    if lines:
        gathered = data.add_lines(gathered, dict.fromkeys(lines))
    doors: list[Locate] = [Annotations([*places, *_kept_places(job, files)])]
    gathered = _with_knowledge(job, gathered, has_corpus=bool(lines))
    only_corpus = () if files or stores or job.store.name else tuple(lines)
    return _Gathered(gathered, [*doors, Files([*files, *_authority(job)])], findings, only_corpus)


def _standard_input(job: Job) -> Source:
    if not job.data_format:
        known = "turtle, trig, nquads, ntriples, jsonld or rdfxml"
        raise UsageError(f"-: expected --data-format for standard input, got none; give {known}")
    return data.source("-", job.stdin, job.data_format)


def _stored(path: Path) -> Iterator[ox.Quad]:
    try:
        store = ox.Store.read_only(str(path))
    except OSError as error:
        raise OutsideError(f"{path}: cannot open the store: {error}") from error
    return _some(str(path), store)


def _named(stored: Stored) -> Iterator[Iterable[ox.Quad]]:
    """Yield the quads of the store that `--store` names, if it names one.

    Raises InputError if there is not a single one.
    """
    if not stored.name:
        return
    if not is_address(stored.name):
        yield _some(stored.name, open_folder(Path(stored.name)))
        return
    endpoint = Endpoint(stored.name, stored.timeout)
    yield _some(stored.name, download.quads(endpoint, stored.quads or download.MOST, stored.tell))


def _some(name: str, quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    found = iter(quads)
    first = next(found, None)
    if first is None:
        raise InputError(f"{name}: expected a store with at least one triple, found none; nothing was validated")
    yield first
    yield from found


def _with_knowledge(job: Job, gathered: Data, *, has_corpus: bool) -> Data:
    """Return data with the ontology, the concepts and the authority file, if it is wanted and not there already."""
    if has_corpus or job.knowledge is False:
        return gathered
    node = ox.NamedNode(ONTOLOGY)
    is_there = any(
        gathered.store.quads_for_pattern(node, ox.NamedNode(f"{RDF}type"), ox.NamedNode(f"{OWL}Ontology"), None)
    )
    if job.knowledge or (not job.shapes and not is_there):
        lines, _ = build.knowledge(job.project, Namespace())
        return data.add_lines(gathered, lines)
    return gathered


def _kept_places(job: Job, files: list[Source]) -> list[build.Place]:
    """Return the table of places that the build kept, if the published graph is among the files."""
    published = (job.project / build.GRAPH_FOLDER).resolve()
    table = job.project / build.CACHE_FOLDER / build.PLACES
    if table.is_file() and any(Path(file.name).resolve().parent == published for file in files):
        return read_places(table)
    return []


def read_places(table: Path) -> list[build.Place]:
    """Return the table of places that `ukrgraph build` wrote."""
    rows = (line.split("\t") for line in table.read_text("utf-8").splitlines()[1:])
    return [_place([_cell(cell) for cell in row]) for row in rows]


def _cell(text: str) -> str:
    return text.replace("\\\\", "\0").replace("\\t", "\t").replace("\\n", "\n").replace("\0", "\\")


def _place(cells: list[str]) -> build.Place:
    numbers = {3, 4, 6, 7, 8, 9}
    values = [int(cell) if number in numbers else cell for number, cell in enumerate(cells)]
    return build.Place(*values)  # type: ignore[arg-type]  # numbers stand where numbers belong


def _authority(job: Job) -> list[Source]:
    """Return the files of the authority file and the ontology, whose lines findings about entities point at."""
    found = []
    for name in ("data/entities", "ontology"):
        found += sorted(folder(job.project, name).glob("*.ttl"))
    return [data.source(str(file)) for file in found]


def report(outcome: Outcome, findings: list[Finding], format_: str) -> str:
    """Return the report of `findings` in a format."""
    writers: dict[str, Callable[[], str]] = {"turtle": lambda: turtle(outcome, findings)}
    if format_ in writers:
        return writers[format_]()
    return WRITERS[format_](findings, outcome.context)


def save(file: Path, text: str) -> None:
    """Write a report to `file`, as a whole or not at all."""
    with replacing(file) as stream:
        stream.write(text.encode())
