"""From a question to the whole answer in bytes, within bounds: what a worker does.

An answer is written completely before the first byte of it leaves the worker, so that one that hits a bound is an
error and never looks whole.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

import pyoxigraph as ox

from ukrgraph.engine import BlankNode, Boolean, NamedNode, Results, Solutions, Store, Triple
from ukrgraph.engine.local import names_dataset
from ukrgraph.errors import OutsideError, UkrgraphError, UsageError
from ukrgraph.iri import Namespace
from ukrgraph.query.syntax import DEEPEST, MOST_TOKENS, project_prefixes, refuse_excess, refuse_services
from ukrgraph.results import write
from ukrgraph.serve.negotiation import GRAPH_TYPES, SOLUTION_TYPES
from ukrgraph.serve.workers.mistakes import malformed, remarks
from ukrgraph.serve.workers.question import Question, Reply
from ukrgraph.sparql.tokens import significant, tokenise
from ukrgraph.store import FORMATS

COMPRESSED_FROM = 1024
"""Bytes of an answer from which on it is compressed for clients that take gzip."""

KEPT = 4 << 20
"""Bytes of an answer after which a worker ends, so that its memory goes back to the system."""

CHARSET = frozenset({"text/csv", "text/tab-separated-values", "text/turtle", "text/plain", "text/xml"})
_NO_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]|<oxprefix: ")
_OPEN = re.compile(r"[({\[]")


class Bounds(NamedTuple):
    """The most rows (or triples), and the most bytes before compression, that an answer may have."""

    rows: int
    size: int


class ExcessError(Exception):
    """An answer is longer than it may be."""


class RefusedError(Exception):
    """A question that is not answered; its members are those of a problem document."""

    def __init__(self, status: int, title: str, detail: str, **extra: object) -> None:
        super().__init__(detail)
        self.status = status
        self.problem = {"title": title, "detail": detail, **extra}


class _Output:
    """A file in memory that takes no more than `most` bytes."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.written = bytearray()

    def write(self, data: bytes) -> int:
        self.written += data
        if len(self.written) > self.most:
            raise ExcessError(f"the answer has more than {self.most:,} bytes")
        return len(data)

    def flush(self) -> None:
        """Do nothing: it is memory."""


def answer(store: Store, question: Question, bounds: Bounds, names: Namespace) -> Reply:
    """Return the answer to a question, whole; a problem if it is refused or goes beyond `bounds`."""
    try:
        if question.kind == "graph":
            return _graph(store, question, bounds, names)
        return _query(store, question, bounds, names)
    except RefusedError as refused:
        return Reply(refused.status, problem=refused.problem)
    except ExcessError as excess:
        detail = f"{excess}; ask for less with LIMIT, or for fewer variables"
        return Reply(413, problem={"title": "Result too large", "detail": detail, "limit": "result"})


def _query(store: Store, question: Question, bounds: Bounds, names: Namespace) -> Reply:
    text = question.text
    _guard(text)
    try:
        found = _asked(store, question, names)
        if isinstance(found, Solutions | Boolean):
            media = _wanted(question.solutions, SOLUTION_TYPES)
            body, small = _solutions(found, media, bounds)
        else:
            media = _wanted(question.triples, GRAPH_TYPES)
            body, small = _triples(found, media, bounds, names)
    except SyntaxError as error:
        status, title, detail, extra = malformed(text, error, names)
        raise RefusedError(status, title, detail, **extra) from error
    except (RuntimeError, ValueError) as error:
        raise RefusedError(400, "Query cannot be evaluated", str(error)) from error
    return _finished(body, media, question, remarks(store, question, names) if small else ())


def _wanted(media: str, offered: Iterable[str]) -> str:
    if not media:
        raise RefusedError(406, "Not acceptable", f"expected an Accept header with one of {', '.join(offered)}")
    return media


def _guard(text: str) -> None:
    """Refuse a query that would end the process of the engine, or make it call another one.

    Tokens are only counted where there can be too many of them: a text has no more tokens than characters, and no
    deeper nesting than opening brackets. The engine takes SERVICE only where it is written in plain letters.
    """
    calls = "service" in text.lower()
    if not calls and len(text) <= MOST_TOKENS and len(_OPEN.findall(text)) <= DEEPEST:
        return
    try:
        refuse_excess(significant(tokenise(text)), "query")
    except UsageError as error:
        raise RefusedError(413, "Query too large", str(error)) from error
    if calls:
        try:
            refuse_services(None, text, frozenset())
        except UsageError as error:
            detail = f"{str(error).partition(':')[0]}: this endpoint asks no other endpoint"
            raise RefusedError(403, "SERVICE is not allowed", detail) from error


def _asked(store: Store, question: Question, names: Namespace) -> Results:
    """Return the answer of the engine over the dataset of the protocol, or that of the query if it names none.

    Relative IRIs are those of the project (SPARQL 1.1 Query Language, section 4.1.1: the base is ours to choose).
    """
    text, base = question.text, names.base
    if question.default is None and question.named is None:
        return store.query(text, base_iri=base, use_default_graph_as_union=not _names_dataset(text))
    try:
        default: list[NamedNode | BlankNode | ox.DefaultGraph] = [NamedNode(iri) for iri in question.default or ()]
        named: list[NamedNode | BlankNode] = [NamedNode(iri) for iri in question.named or ()]
    except ValueError as error:
        raise RefusedError(400, "Not an IRI", f"expected absolute IRIs of graphs: {error}") from error
    return store.query(text, base_iri=base, default_graph=default, named_graphs=named)


def _names_dataset(text: str) -> bool:
    """Tell whether a query has a FROM clause; what is told of long ones is not remembered, for it would add up."""
    if len(text) <= MOST_TOKENS:
        return names_dataset(text)
    return any(token.keyword == "FROM" for token in tokenise(text))


def _solutions(found: Results, media: str, bounds: Bounds) -> tuple[bytes, bool]:
    """Return the rows of SELECT or the truth of ASK, and whether there is at most one row, or the truth is false."""
    syntax = SOLUTION_TYPES[media]
    output = _Output(bounds.size)
    truth = bool(found) if isinstance(found, Boolean) else None
    try:
        write(found, syntax, output)  # type: ignore[arg-type]  # it only writes
    except OutsideError as error:
        raise RefusedError(406, "Not acceptable", str(error).replace("--format xml", "XML")) from error
    body = bytes(output.written)
    if truth is not None:
        return body, not truth
    rows = counted(body, syntax, bounds.rows)
    if rows > bounds.rows:
        raise ExcessError(f"the answer has more than {bounds.rows:,} rows")
    return body, rows <= 1


def counted(body: bytes, format: str, most: int) -> int:
    """Return how many rows an answer has; for JSON perhaps more, but above `most` only if there are so many.

    TSV escapes line ends and XML escapes tags, so their rows can be counted; of JSON the pieces between rows are
    counted, which strings can contain too, so it is read if there are more than `most` of them.
    """
    if format == "tsv":
        return body.count(b"\n") - 1
    if format == "xml":
        return body.count(b"<result>")
    if format == "json":
        pieces = body.count(b"},{") + body.count(b"},\n{")
        if pieces >= most:
            return len(json.loads(body)["results"]["bindings"])
        return pieces + 1 if pieces else int(b'"bindings":[]' not in body and b'"bindings":[\n]' not in body)
    return _csv_rows(body)


def _csv_rows(body: bytes) -> int:
    """Return the rows of CSV: the line ends outside quotation marks, without that of the head."""
    if b'"' not in body:
        return body.count(b"\r\n") - 1
    return sum(part.count(b"\r\n") for part in body.split(b'"')[::2]) - 1


def _triples(found: Iterable[Triple | ox.Quad], media: str, bounds: Bounds, names: Namespace) -> tuple[bytes, bool]:
    """Return a graph, and whether it is empty."""
    syntax, output = GRAPH_TYPES[media], _Output(bounds.size)
    number = 0

    def bounded() -> Iterator[Triple | ox.Quad]:
        nonlocal number
        for number, triple in enumerate(found, 1):
            if number > bounds.rows:
                raise ExcessError(f"the answer has more than {bounds.rows:,} triples")
            yield triple

    prefixes = None if syntax in {"ntriples", "nquads"} else project_prefixes(names)
    ox.serialize(bounded(), output, format=FORMATS[syntax], prefixes=prefixes)  # type: ignore[arg-type]
    body = bytes(output.written)
    if syntax == "rdfxml" and _NO_XML.search(body):
        detail = (
            "RDF/XML cannot carry this graph: a control character, or a property that is no XML name; ask for Turtle"
        )
        raise RefusedError(406, "Not acceptable", detail)
    return body, not number


def _graph(store: Store, question: Question, bounds: Bounds, names: Namespace) -> Reply:
    """Return one graph whole, or the union of all, as the Graph Store Protocol wants it."""
    media = _wanted(question.triples, GRAPH_TYPES)
    try:
        graph = NamedNode(question.text) if question.text else None
    except ValueError as error:
        raise RefusedError(400, "Not an IRI", f"graph: expected an absolute IRI: {error}") from error
    if graph is not None and not store.contains_named_graph(graph):
        raise RefusedError(404, "No such graph", f"there is no graph {graph}")
    quads = store.quads_for_pattern(None, None, None, graph)
    body, _ = _triples((quad.triple for quad in quads), media, bounds, names)
    return _finished(body, media, question, ())


def _finished(body: bytes, media: str, question: Question, findings: Iterable[str]) -> Reply:
    """Return the answer with its ETag, compressed if that is wanted and worth it."""
    encoding, last = "", len(body) > KEPT
    if question.gzip and len(body) >= COMPRESSED_FROM:
        body, encoding = gzip.compress(body, 5, mtime=0), "gzip"
    etag = hashlib.blake2b(body, digest_size=12).hexdigest()
    return Reply(200, media, body, encoding, f'"{etag}"', tuple(islice(findings, 5)), last=last)


def failed(error: BaseException, mark: str) -> Reply:
    """Return the answer for an error that nobody foresaw; `mark` finds it in the log."""
    detail = "the service has failed; its log says why" if not isinstance(error, UkrgraphError) else str(error)
    members: Mapping[str, object] = {"title": "Internal server error", "detail": detail, "id": mark}
    return Reply(500, problem=members)
