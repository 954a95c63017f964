"""The lines of triples in files of RDF, for results about data that ukrgraph did not convert.

Turtle and TriG: rdflib's own parser, which counts lines, told to note them. N-Triples and N-Quads: a triple is a line.
JSON-LD and RDF/XML: no line can be had. Only files that a result blames are read again, and only up to `LARGEST` bytes.
"""

import warnings
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import pyoxigraph as ox
from rdflib import Dataset, Graph
from rdflib.plugins.parsers.notation3 import RDFSink, SinkParser
from rdflib.plugins.parsers.trig import TrigSinkParser
from rdflib.term import Node

from ukrgraph.store import FORMATS
from ukrgraph.validate.data import Source
from ukrgraph.validate.exact import to_rdflib
from ukrgraph.validate.results import n3

LARGEST = 50_000_000
"""Bytes of a file beyond which its lines are not looked up."""

Triple = tuple[str, str, str]


class Index(NamedTuple):
    """The first line (from 1) of each triple and of each subject of a file, terms as in N-Triples."""

    triples: dict[Triple, int]
    subjects: dict[str, int]
    text: list[str]


class _Sink(RDFSink):
    """A sink of rdflib's parser that keeps the line of each triple."""

    def __init__(self, graph: Graph) -> None:
        super().__init__(graph)
        self.found: list[tuple[Triple, int]] = []
        self.parser: Any = None

    def makeStatement(self, quadruple: Any, why: Any = None) -> None:  # noqa: ANN401, ARG002, N802  # rdflib's name
        """Note a statement; it is given when its object has been read, so the line is that of the object."""
        formula, predicate, subject, term = quadruple
        triple = tuple(n3(self.normalise(formula, part)) for part in (subject, predicate, term))
        self.found.append((triple, self.parser.lines + 1))  # type: ignore[arg-type]  # three terms


@lru_cache(maxsize=64)
def index(source: Source) -> Index | None:
    """Return the lines of a source, or None where they cannot be had."""
    if len(source.content) > LARGEST:
        return None
    if source.format in ("turtle", "trig"):
        found = _turtle(source)
    elif source.format in ("ntriples", "nquads"):
        found = list(_plain(source))
    else:
        return None
    triples: dict[Triple, int] = {}
    subjects: dict[str, int] = {}
    for triple, line in found:
        triples.setdefault(triple, line)
        subjects.setdefault(triple[0], line)
    return Index(triples, subjects, source.content.decode().split("\n"))


def _turtle(source: Source) -> list[tuple[Triple, int]]:
    sink = _Sink(Dataset() if source.format == "trig" else Graph())
    kind = TrigSinkParser if source.format == "trig" else SinkParser
    parser = kind(sink, baseURI="file:///", turtle=True)
    sink.parser = parser
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's TriG parser uses what rdflib deprecates
        parser.loadBuf(source.content)
    return sink.found


def _plain(source: Source) -> Iterator[tuple[Triple, int]]:
    for number, line in enumerate(source.content.splitlines(keepends=True), 1):
        for quad in ox.parse(line, format=FORMATS[source.format]):
            terms: list[Node] = [to_rdflib(part) for part in (quad.subject, quad.predicate, quad.object)]
            yield (n3(terms[0]), n3(terms[1]), n3(terms[2])), number
