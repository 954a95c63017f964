"""Engines answer queries: Oxigraph in this process or in a worker that can be killed, or an endpoint elsewhere.

All of them only read. Terms are those of pyoxigraph, which validates IRIs and escapes literals; other rooms take them
from here.
"""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import IO, Protocol

import pyoxigraph as ox

NamedNode = ox.NamedNode
Literal = ox.Literal
BlankNode = ox.BlankNode
Store = ox.Store
Solutions = ox.QuerySolutions
Boolean = ox.QueryBoolean
Triples = ox.QueryTriples
Triple = ox.Triple
Quad = ox.Quad
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples

RESULT_FORMATS: Mapping[str, ox.QueryResultsFormat] = MappingProxyType(
    {
        "csv": ox.QueryResultsFormat.CSV,
        "json": ox.QueryResultsFormat.JSON,
        "tsv": ox.QueryResultsFormat.TSV,
        "xml": ox.QueryResultsFormat.XML,
    }
)
"""The four formats of SPARQL 1.1 results by the name that users give."""

GRAPH_FORMATS: Mapping[str, ox.RdfFormat] = MappingProxyType(
    {"nquads": ox.RdfFormat.N_QUADS, "trig": ox.RdfFormat.TRIG, "turtle": ox.RdfFormat.TURTLE}
)
"""Formats of the answers of CONSTRUCT and DESCRIBE by the name that users give."""


class Engine(Protocol):
    """Whatever answers a query; `remote` says that each question costs a journey."""

    remote: bool

    def answer(self, query: str) -> Results:
        """Return the answer to a query.

        Raises SyntaxError if it is not SPARQL 1.1, RuntimeError if it cannot be evaluated, OutsideError if the engine
        cannot be reached or the time is up.
        """
        ...


def variables(answer: ox.QuerySolutions) -> tuple[str, ...]:
    """Return the names of the variables of SELECT, in order."""
    return tuple(variable.value for variable in answer.variables)


def rows(answer: Results) -> Iterator[tuple[Term | None, ...]]:
    """Yield the terms of each solution of SELECT, in the order of the variables; nothing for another form."""
    if isinstance(answer, ox.QuerySolutions):
        for solution in answer:
            yield tuple(solution)


def parse_solutions(source: bytes | IO[bytes], format: str) -> ox.QuerySolutions | ox.QueryBoolean:
    """Return SPARQL results read from `source`, streaming.

    Raises SyntaxError if they are not in the format.
    """
    return ox.parse_query_results(source, RESULT_FORMATS[format])


def parse_triples(source: bytes | IO[bytes], format: str) -> ox.QueryTriples:
    """Return a graph read from `source` as the answer of a CONSTRUCT.

    Raises SyntaxError if it is not in the format.
    """
    graph = ox.Store()
    graph.bulk_load(source, format=GRAPH_FORMATS[format])
    answer = graph.query("CONSTRUCT WHERE { ?s ?p ?o }")
    if not isinstance(answer, ox.QueryTriples):
        raise TypeError(answer)
    return answer


def read_triples(source: bytes | IO[bytes], format: str) -> Iterator[ox.Triple]:
    """Yield the triples of a graph read from `source` as they are written there; blank nodes get names of their own.

    Raises SyntaxError if it is not in the format.
    """
    for quad in ox.parse(source, format=GRAPH_FORMATS[format], rename_blank_nodes=True):
        yield quad.triple


def write_triples(
    triples: Iterable[ox.Triple], format: str, prefixes: Mapping[str, str], output: IO[bytes] | None = None
) -> bytes:
    """Write triples in one of GRAPH_FORMATS to `output`, or return them; N-Quads takes no prefixes."""
    used = dict(prefixes) if format != "nquads" else None
    written: bytes | None
    if output is None:
        written = ox.serialize(triples, format=GRAPH_FORMATS[format], prefixes=used)
        return written or b""
    ox.serialize(triples, output, GRAPH_FORMATS[format], prefixes=used)
    return b""


def triple(subject: ox.NamedNode, predicate: str, object: Term) -> ox.Triple:
    """Return a triple with the predicate that an IRI names."""
    return ox.Triple(subject, ox.NamedNode(predicate), object)


def parse_term(text: str) -> Term:
    """Return the term that `text` is in the syntax of N-Triples.

    Raises ValueError if it is none.
    """
    try:
        (quad,) = ox.parse(f"<x:s> <x:p> {text} .", format=ox.RdfFormat.N_TRIPLES)
    except SyntaxError as error:
        raise ValueError(text) from error
    found: Term = quad.object
    return found
