"""From the knowledge folders to the published graph: facts in Turtle, everything in TriG, and a table of places.

The output is a function of the input alone: the quads are sorted, and files are replaced only as a whole.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from ukrgraph import authority, corpus, store
from ukrgraph.check import check, record_classes
from ukrgraph.convert import convert, origins
from ukrgraph.document import Document, position
from ukrgraph.errors import InputError
from ukrgraph.files import replacing
from ukrgraph.finding import Finding, Severity
from ukrgraph.iri import DEFAULT_BASE, Namespace
from ukrgraph.nquads import lines as lines_of
from ukrgraph.resources import folder
from ukrgraph.terms import PREFIXES, UKG

GRAPH_FOLDER = "data/graph"
FACTS, EVERYTHING, PLACES = "facts.ttl", "ukrgraph.trig", "places.tsv"
CACHE_FOLDER = ".ukrgraph"

STATEMENTS = ("Statement", "PlannedStatement", "AscribedStatement")
_TEXT_BOUND = ("#char=", "#position=", "#quote=")


class Place(NamedTuple):
    """Where a triple comes from: the annotation that says it and the first words that carry it.

    `node` is the subject and `pair` predicate and object, as in N-Quads; `pair` is "" for the node as a whole. Lines
    and columns count from 1, columns and offsets in code points; `quote` is the text from `start` to `end`.
    """

    node: str
    pair: str
    annotation_file: str
    annotation_line: int
    annotation_column: int
    text_file: str
    text_line: int
    text_column: int
    start: int
    end: int
    quote: str


class Built(NamedTuple):
    """A graph as sorted N-Quads lines, where its nodes come from, and what was found on the way."""

    lines: list[str]
    places: list[Place]
    findings: list[Finding]
    documents: int


def knowledge(project: Path, names: Namespace) -> tuple[list[str], dict[str, str]]:
    """Return the lines of ontology, concepts and authority file, and the class of each entity by id."""
    lines = list(store.quad_lines(folder(project, "ontology") / "ukrgraph.ttl", names.graph("ontology")))
    lines += store.quad_lines(folder(project, "ontology") / "concepts.ttl", names.graph("concepts"))
    entities: list[str] = []
    for file in sorted((folder(project, "data/entities")).glob("*.ttl")):
        entities += store.quad_lines(file, names.graph("entities"))
    if names.base != DEFAULT_BASE:
        own = f"<{Namespace().entity('')}"
        entities = [line.replace(own, f"<{names.entity('')}") for line in entities]
    return lines + entities, authority.classes(entities, names)


def build(project: Path, names: Namespace, corpus_folder: Path | None = None) -> Built:
    """Return the graph of a corpus with the ontology and the authority file that `project` has.

    Raises InputError if the corpus has no document or a file cannot be read.
    """
    lines, classes = knowledge(project, names)
    source = corpus_folder or folder(project, "data/corpus")
    read = list(corpus.load(source))
    findings = [finding for _, problems in read for finding in problems]
    documents = [document for document, _ in read if document is not None]
    for document in documents:
        classes |= record_classes(document)
    places: list[Place] = []
    for document in documents:
        converted = convert(document, names)
        checked = check(document, classes)
        said = {finding.line for finding in checked if finding.severity is Severity.VIOLATION}
        findings += [*checked, *(finding for finding in converted.findings if finding.line not in said)]
        lines += lines_of(converted.quads)
        places += places_of(document, names)
    if not documents:
        raise InputError(f"{source}: expected annotated documents, found none; see docs/annotation.md for the layout")
    return Built(sorted(set(lines), key=store.sort_key), sorted(places), findings, len(documents))


def places_of(document: Document, names: Namespace) -> Iterator[Place]:
    """Yield the places of the triples of `document`, in the order of its annotations."""
    for node, pair, line, column, start, end in origins(document, names):
        text_line, text_column = position(document.text, start)
        quote = document.text[start:end]
        where = (document.annotation_file, line, column, document.text_file, text_line, text_column)
        yield Place(node, pair, *where, start, end, quote)


def is_fact(line: str) -> bool:
    """Tell whether a line is a fact: what documents report, without the description of spans and documents."""
    subject = line.split(" ", 1)[0]
    graph = line.rsplit(" ", 2)[1]
    if graph.endswith(("graph/ontology>", "graph/concepts>", "graph/entities>")):
        return False
    if any(part in subject for part in _TEXT_BOUND):
        return False
    return not ("/document/" in subject and "#" not in subject)


def rendered(built: Built, names: Namespace) -> dict[str, bytes]:
    """Return the published files by name."""
    own = {"id": names.entity(""), "statement": f"{names.base}statement/", "claim": f"{names.base}claim/"}
    prefixes = {**PREFIXES, **own}
    return {
        FACTS: store.write(filter(is_fact, built.lines), "turtle", prefixes),
        EVERYTHING: store.write(built.lines, "trig", prefixes),
    }


def stale(built: Built, output: Path, names: Namespace) -> list[str]:
    """Return the names of the published files in `output` that are missing or not what `built` gives."""
    files = rendered(built, names)
    return [
        name for name, data in files.items() if not (output / name).is_file() or (output / name).read_bytes() != data
    ]


def publish(built: Built, output: Path, cache: Path | None, names: Namespace) -> None:
    """Write the graph to `output` and the table of places to `cache`, if given, each file as a whole or not at all.

    Raises OutsideError if a file cannot be written.
    """
    head = "\t".join(Place._fields)
    rows = "".join("\t".join(_cell(value) for value in place) + "\n" for place in built.places)
    for name, data in rendered(built, names).items():
        with replacing(output / name) as stream:
            stream.write(data)
    if cache:
        with replacing(cache / PLACES) as stream:
            stream.write(f"{head}\n{rows}".encode())


def _cell(value: object) -> str:
    return str(value).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


def summary(built: Built) -> list[tuple[str, int]]:
    """Return the counts that `ukrgraph build` prints."""
    return [
        ("documents", built.documents),
        ("statements", sum(count(built.lines, name) for name in STATEMENTS)),
        ("sanctions", count(built.lines, "Sanction")),
        ("triples", len(built.lines)),
        ("findings", len(built.findings)),
    ]


def count(lines: Iterable[str], name: str) -> int:
    """Return how many subjects are of the class with the local name `name`."""
    ending = f"#type> <{UKG}{name}> "
    return sum(ending in line for line in lines)
