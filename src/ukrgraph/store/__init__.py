"""The store: the only room that knows Oxigraph. Quads go in, solutions come out.

The default graph of a query is the union of all named graphs. Oxigraph does not remove duplicates from that union, so a
triple must stand in one graph only: `duplicated` tells which do not.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from ukrgraph.errors import InputError, UsageError
from ukrgraph.terms import PREFIXES, RDF

FORMATS = {
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
"""RDF formats by the name that users give."""

SUFFIXES = {
    ".ttl": "turtle",
    ".trig": "trig",
    ".nq": "nquads",
    ".nt": "ntriples",
    ".jsonld": "jsonld",
    ".json": "jsonld",
    ".rdf": "rdfxml",
    ".owl": "rdfxml",
    ".xml": "rdfxml",
}
"""Formats by the suffix of a file."""

TRIPLE_FORMATS = frozenset({"turtle", "ntriples", "rdfxml"})
"""Formats that cannot name graphs."""

_POSITION = re.compile(r"^Parser error at line .*?: ")
_TYPE = f"<{RDF}type>"

Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


def quad_lines(file: Path, graph: str) -> Iterator[str]:
    """Yield the triples of an RDF file as N-Quads lines in the named graph `graph`.

    Triples with a blank node are left out: they are the ontology's disjointness axioms and have no stable name.
    Raises InputError with line and column if the file is not in the syntax of its suffix.
    """
    name = ox.NamedNode(graph)
    try:
        for quad in ox.parse(path=str(file)):
            if isinstance(quad.subject, ox.NamedNode) and not isinstance(quad.object, ox.BlankNode):
                yield f"{quad.subject} {quad.predicate} {quad.object} {name} .\n"
    except SyntaxError as error:
        raise syntax_error(str(file), error) from error


def syntax_error(name: str, error: SyntaxError) -> InputError:
    """Return the error that says where in the file called `name` its syntax is wrong, if known, and how."""
    reason = _POSITION.sub("", error.msg)
    if "LoadDocumentCallback" in reason:
        reason = "its JSON-LD context lies elsewhere and is not fetched; put the context itself into the file"
    return InputError(f"{name}:{error.lineno}:{error.offset}: {reason}" if error.lineno else f"{name}: {reason}")


def sort_key(line: str) -> tuple[str, str, bool, str]:
    """Return the key that sorts N-Quads lines by graph, subject, predicate (types first) and object."""
    subject, predicate, rest = line.split(" ", 2)
    term, graph, _ = rest.rsplit(" ", 2)
    return (graph, subject, predicate != _TYPE, f"{predicate} {term}")


def write(lines: Iterable[str], format: str, prefixes: dict[str, str] | None = None) -> bytes:
    """Return N-Quads `lines`, in their order, in another RDF format; graphs are dropped where it cannot name them."""
    nquads = "".join(lines).encode()
    if format == "nquads":
        return nquads
    quads = ox.parse(nquads, format=ox.RdfFormat.N_QUADS)
    prefixes = prefixes or dict(PREFIXES)
    if format in TRIPLE_FORMATS:
        triples = (quad.triple for quad in quads)
        return ox.serialize(triples, format=FORMATS[format], prefixes=prefixes) or b""
    return ox.serialize(quads, format=FORMATS[format], prefixes=prefixes) or b""


def load(files: Iterable[Path]) -> ox.Store:
    """Return a store in memory with the quads of `files`.

    Raises InputError if a file is missing or cannot be parsed.
    """
    store = ox.Store()
    for file in files:
        try:
            store.bulk_load(path=str(file))
        except SyntaxError as error:
            raise syntax_error(str(file), error) from error
        except OSError as error:
            raise InputError(f"{file}: cannot read it: {error.strerror or error}") from error
    return store


def select(store: ox.Store, query: str, name: str) -> Results:
    """Return what `query` answers over the union of all graphs; `name` is how messages call it.

    Raises UsageError with line and column if the query is not SPARQL 1.1.
    """
    try:
        return store.query(query, use_default_graph_as_union=True)
    except SyntaxError as error:
        raise UsageError(f"{name}:{error.lineno}:{error.offset}: {error.msg}") from error


def duplicated(lines: Iterable[str]) -> list[str]:
    """Return the triples that stand in more than one graph, sorted."""
    seen: dict[str, str] = {}
    twice = set()
    for line in lines:
        triple, graph, _ = line.rsplit(" ", 2)
        if seen.setdefault(triple, graph) != graph:
            twice.add(triple)
    return sorted(twice)
