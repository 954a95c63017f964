"""RDF files as ground quads in batches: the same batches in every run, each of which may be sent twice.

A store gives a blank node a new identity whenever it is sent, so that a batch with one could not be sent again, and a
node in two batches would become two. Blank nodes are therefore replaced by IRIs (RDF 1.1 Concepts, section 3.5) that
depend on the content of the files alone.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import NamedTuple, cast

import pyoxigraph as ox

from ukrgraph.errors import InputError
from ukrgraph.store import FORMATS
from ukrgraph.store.inputs import Input, format_of
from ukrgraph.streams import STDIN, Source

QUADS = 1000
"""Quads in a batch at most: Virtuoso 7.2.5 takes fewer than 5,000 in an update."""

BYTES = 1 << 18
"""Bytes of a batch as N-Triples, 256 KiB, after which it is closed."""

BLANK = "urn:ukrgraph:blank:"
"""Put before the key of the content and the number or label of a blank node."""


class Batch(NamedTuple):
    """Ground triples as lines of N-Triples by graph; "" is the default graph. `quads` and `blank` are counts.

    `blank` counts the blank nodes that became IRIs, each where it first occurs.
    """

    graphs: dict[str, list[str]]
    quads: int
    blank: int


def inputs(sources: Sequence[Path | Input]) -> list[Input]:
    """Return sources with their formats.

    Raises UsageError if the suffix of a file tells none, InputError for standard input, which cannot be read twice.
    """
    found = [one if isinstance(one, Input) else Input(str(one), format_of(str(one))) for one in sources]
    if any(one.path == STDIN for one in found):
        raise InputError(
            "standard input: expected a file, for an upload that breaks off is resumed by reading it again; "
            "write it to a file first"
        )
    return found


def key(sources: Sequence[Input]) -> str:
    """Return a digest of the content of all files, in hexadecimal digits.

    Raises InputError if a file cannot be read.
    """
    return _key(sources, [_digest(one.path) for one in sources])


def _key(sources: Sequence[Input], digests: Sequence[str]) -> str:
    whole = hashlib.sha256()
    for one, digest in zip(sources, digests, strict=True):
        whole.update(f"{one.format}\t{one.graph}\t{one.base}\t{digest}\n".encode())
    return whole.hexdigest()


def _digest(path: str) -> str:
    try:
        with Path(path).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{path}: cannot read it: {error.strerror or error}; check the path") from error


def batches(sources: Sequence[Input], content: str, seen: Callable[[int], None]) -> Iterator[Batch]:
    """Yield the quads of `sources` in batches of at most QUADS quads and about BYTES bytes.

    `content` is their key; `seen` is told how many bytes of the files were read. Only a batch and the labels of blank
    nodes are held at a time. Raises InputError with line and column if a file is not in the syntax of its format, if
    it is packed and damaged, or if it has changed since its key was taken.
    """
    graphs, quads, size, blank = dict[str, list[str]](), 0, 0, 0
    read = [Source(one.path, seen) for one in sources]
    for number, (one, source) in enumerate(zip(sources, read, strict=True)):
        names = _Names(f"{BLANK}{content[:16]}:{number}-")
        for quad in _quads(one, source):
            graph, line = names.ground(quad, one)
            graphs.setdefault(graph, []).append(line)
            quads, size = quads + 1, size + len(line.encode())
            if quads >= QUADS or size >= BYTES:
                yield Batch(graphs, quads, len(names.known) - blank)
                graphs, quads, size, blank = {}, 0, 0, len(names.known)
        if graphs:  # a batch ends with its file
            yield Batch(graphs, quads, len(names.known) - blank)
        graphs, quads, size, blank = {}, 0, 0, 0
    if _key(sources, [source.sha256 for source in read]) != content:
        raise InputError("the files have changed while they were read; start again")


class _Names:
    """The IRIs of the blank nodes of a file, numbered in the order of their appearance."""

    def __init__(self, start: str) -> None:
        self.start = start
        self.known: dict[str, str] = {}

    def ground(self, quad: ox.Quad, one: Input) -> tuple[str, str]:
        """Return the graph of a quad as an IRI in brackets, "" for the default graph, and its triple as a line."""
        if isinstance(quad.object, ox.Triple):
            raise InputError(f"{one.path}: expected RDF 1.1, got a triple term; leave it out")
        graph = "" if isinstance(quad.graph_name, ox.DefaultGraph) else self._term(quad.graph_name)
        return graph, f"{self._term(quad.subject)} {quad.predicate} {self._term(quad.object)} ."

    def _term(self, term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
        if isinstance(term, ox.BlankNode):
            return self.known.setdefault(term.value, f"<{self.start}{len(self.known) + 1}>")
        return str(term)


def _quads(one: Input, source: Source) -> Iterator[ox.Quad]:
    graph = ox.NamedNode(one.graph) if one.graph else None
    try:
        stream = BufferedReader(cast("RawIOBase", _Blocks(source.blocks())))
        for quad in ox.parse(stream, format=FORMATS[one.format], base_iri=one.base or None, rename_blank_nodes=False):
            yield ox.Quad(quad.subject, quad.predicate, quad.object, graph) if graph else quad
    except SyntaxError as error:
        if source.fault:
            raise InputError(f"{one.path}: {source.fault}") from error
        reason = (error.msg or "").partition(": ")[2] or error.msg
        raise InputError(f"{one.path}:{error.lineno}:{error.offset}: expected {one.format}: {reason}") from error
    if source.fault:
        raise InputError(f"{one.path}: {source.fault}")


class _Blocks(RawIOBase):
    """Blocks of bytes as a file that is read once."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        super().__init__()
        self._blocks, self._rest = blocks, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # a buffer is one
        """Fill `buffer` as far as the block at hand goes; return how many bytes, 0 at the end."""
        if not self._rest:
            self._rest = memoryview(next(self._blocks, b""))
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count
