"""From a result to the place that a person edits: the annotation and its words, or the line of an RDF file."""

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ukrgraph.build import Place
from ukrgraph.validate.data import Source
from ukrgraph.validate.lines import Index, index
from ukrgraph.validate.results import Result

QUOTED_WORDS = 15
"""The longest quotation of a text in a report, in words."""


class Where(NamedTuple):
    """A place in a file; line and column from 1, 0 where unknown.

    `text` is the place of the words it stands on and `quote` these words; `reason` says why there is no line.
    """

    file: str
    line: int = 0
    column: int = 0
    source: str = ""
    width: int = 0
    text: str = ""
    quote: str = ""
    reason: str = ""


Locate = Callable[[Result], Where | None]


class Annotations:
    """The places of triples that ukrgraph made from annotations."""

    def __init__(self, places: Iterable[Place], lines_of: Callable[[str], list[str]] | None = None) -> None:
        """Index the table of places that the build keeps; `lines_of` reads the lines of a file."""
        self._pairs: dict[tuple[str, str], Place] = {}
        self._nodes: dict[str, Place] = {}
        self._by_predicate: dict[tuple[str, str], list[Place]] = {}
        self._by_object: dict[str, list[Place]] = {}
        self._documents: dict[str, str] = {}
        self._lines_of = lines_of or read_lines
        for place in places:
            self._add(place)

    def _add(self, place: Place) -> None:
        if not place.pair:
            self._nodes.setdefault(place.node, place)
            document, mark, _ = place.node[1:-1].partition("#")
            if mark:
                self._documents.setdefault(document, str(Path(place.annotation_file).with_name("meta.toml")))
            return
        predicate, _, term = place.pair.partition(" ")
        self._pairs.setdefault((place.node, place.pair), place)
        self._by_predicate.setdefault((place.node, predicate), []).append(place)
        self._by_object.setdefault(term, []).append(place)

    def __call__(self, result: Result) -> Where | None:
        """Return the place of the annotation that a result is about, or None if no annotation says it."""
        place = self._of_triple(result) or self._nodes.get(result.focus) or self._of_span(result.focus)
        if place is not None:
            return self._where(place)
        document = self._documents.get(result.focus[1:-1])
        return self._metadata(document, result) if document else None

    def _of_triple(self, result: Result) -> Place | None:
        path, focus, value = result.path, result.focus, result.value
        if path.startswith("^(<"):
            return self._pairs.get((value, f"{path[2:-1]} {focus}"))
        first = path.removeprefix("(").partition("/")[0] if path.startswith("(<") else path
        exact = self._pairs.get((focus, f"{first} {value}"))
        said = sorted(self._by_predicate.get((focus, first), []), key=_order)
        if exact or said:
            return exact or said[-1]
        if not path and value and value != focus:
            pointing = [place for place in self._by_object.get(value, []) if place.node == focus]
            return min(pointing, key=_order, default=None)
        return None

    def _of_span(self, focus: str) -> Place | None:
        """Return the place of the first annotation that points at a span, for the span and its selectors."""
        span = focus.replace("#position=", "#char=").replace("#quote=", "#char=")
        return min(self._by_object.get(span, []), key=_order, default=None)

    def _where(self, place: Place) -> Where:
        lines = self._lines_of(place.annotation_file)
        source = lines[place.annotation_line - 1] if place.annotation_line <= len(lines) else ""
        width = _width(source, place.annotation_column)
        words = place.quote.split()
        quote = " ".join(words[:QUOTED_WORDS]) + (" ..." if len(words) > QUOTED_WORDS else "")
        text = f"{place.text_file}:{place.text_line}:{place.text_column}"
        return Where(place.annotation_file, place.annotation_line, place.annotation_column, source, width, text, quote)

    def _metadata(self, file: str, result: Result) -> Where:
        """Return the line of `meta.toml` that gives a property of a document."""
        keys = [result.path.strip("<>").replace("#", "/").rpartition("/")[2].lower()]
        keys += ["id"]
        lines = self._lines_of(file)
        for key in keys:
            for number, line in enumerate(lines, 1):
                if line.partition("=")[0].strip() == key:
                    return Where(file, number, 1, line, len(line))
        return Where(file)


def _order(place: Place) -> tuple[str, int, int]:
    return (place.annotation_file, place.annotation_line, place.annotation_column)


def _width(line: str, column: int) -> int:
    """Return how many code points the caret covers: a note to its end, anything else to the next white space."""
    rest = line[column - 1 :]
    if line.startswith("#") and column > 1:
        return len(rest)
    words = rest.split(None, 1)
    return len(words[0]) if words else 1


@cache
def read_lines(file: str) -> list[str]:
    """Return the lines of a file, without their ends; none if it cannot be read."""
    try:
        return Path(file).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []


class Files:
    """The places of triples in RDF files, which are read again when a result blames them."""

    def __init__(self, sources: Iterable[Source]) -> None:
        """Keep the sources; their lines are looked up when they are first asked for."""
        self._sources = tuple(sources)
        self._indexes: dict[str, Index | None] = {}

    def __call__(self, result: Result) -> Where | None:
        """Return the line of the triple that a result is about, else that of its focus node."""
        for source in self._sources:
            found = self._index(source) if _words(result.focus).encode() in source.content else None
            if found is None:
                continue
            for triple in _triples(result):
                if triple in found.triples:
                    return _line(source.name, found, _written(found, triple[2], found.triples[triple]))
            if result.focus in found.subjects:
                head = _written(found, result.focus, found.subjects[result.focus])
                return _line(source.name, found, _in_block(found, head, (result.value, result.path)))
        return self._unknown(result)

    def _index(self, source: Source) -> Index | None:
        if source.name not in self._indexes:
            self._indexes[source.name] = index(source)
        return self._indexes[source.name]

    def _unknown(self, result: Result) -> Where | None:
        if not self._sources:
            return None
        source = self._sources[0]
        if result.focus.startswith("_:"):
            return Where(source.name, reason="its line is unknown: it has no name")
        if self._index(source) is None:
            return Where(source.name, reason=f"its line is unknown: {source.format} is read without lines")
        return Where(source.name, reason="its line is unknown: no subject of the file is called so")


def _triples(result: Result) -> list[tuple[str, str, str]]:
    if result.path.startswith("^(<"):
        return [(result.value, result.path[2:-1], result.focus)]
    return [(result.focus, result.path, result.value)]


def _words(term: str) -> str:
    """Return the part of a term that is written in a file whatever its prefixes: a local name, or the first words."""
    if term.startswith('"'):
        return term.split('"')[1][:24]
    return term.strip("<>").replace("#", "/").rpartition("/")[2]


def _written(found: Index, term: str, last: int) -> int:
    """Return the line on which a term is written, at or above `last`, where the parser saw its list of terms end."""
    wanted = _words(term)
    for number in range(min(last, len(found.text)), max(0, last - 200), -1):
        if wanted and wanted in found.text[number - 1]:
            return number
    return last


def _in_block(found: Index, head: int, terms: Iterable[str]) -> int:
    """Return the first line of the block of triples that starts at `head` which has one of `terms`, else `head`."""
    for wanted in filter(None, map(_words, terms)):
        for number in range(head, min(head + 200, len(found.text)) + 1):
            line = found.text[number - 1]
            if wanted in line:
                return number
            if line.rstrip().endswith((" .", ">.")) or line.strip() == ".":
                break
    return head


def _line(file: str, found: Index, number: int) -> Where:
    line = found.text[number - 1] if number <= len(found.text) else ""
    column = len(line) - len(line.lstrip()) + 1
    return Where(file, number, column, line, max(1, len(line.strip())))


def first_of(*doors: Locate) -> Locate:
    """Return a door that asks each of `doors` in turn and prefers a place with a line."""

    def locate(result: Result) -> Where | None:
        best = None
        for door in doors:
            found = door(result)
            if found is not None and found.line:
                return found
            best = best or found
        return best

    return locate
