"""What the service asks a worker, and what comes back; and both as bytes on the socket between them."""

import hashlib
import json
import struct
from collections.abc import Mapping
from typing import NamedTuple

HEAD = struct.Struct("!II")
"""What a message begins with: the length of its description, then that of its body, in bytes."""

JSON_SOLUTIONS = "application/sparql-results+json"
NTRIPLES = "application/n-triples"


class Question(NamedTuple):
    """A query with its dataset, or a graph to be written out whole; equal questions have equal answers.

    `text` is SPARQL, or for the kind "graph" the IRI of the graph, empty for the union of all. `default` and `named`
    are the graphs that the protocol names (None: none were named, the query decides). `solutions` and `triples` are
    the media types in which rows and graphs are wanted, empty for one that the client does not take.
    """

    text: str
    kind: str = "query"
    default: tuple[str, ...] | None = None
    named: tuple[str, ...] | None = None
    solutions: str = JSON_SOLUTIONS
    triples: str = NTRIPLES
    gzip: bool = False

    def work(self) -> bytes:
        """Return a digest of what decides how much work the answer is, without how it is written."""
        return hashlib.blake2b(repr(self[:4]).encode("utf-8", "surrogatepass"), digest_size=16).digest()

    def size(self) -> int:
        """Return about how many bytes it takes."""
        return len(self.text) + sum(map(len, (*(self.default or ()), *(self.named or ()))))


class Reply(NamedTuple):
    """An answer: its status, media type, body and ETag; `problem` has the members of a problem document instead.

    `findings` are remarks on the query, one line each. `last` says that the worker ends after it.
    """

    status: int
    media: str = ""
    body: bytes = b""
    encoding: str = ""
    etag: str = ""
    findings: tuple[str, ...] = ()
    problem: Mapping[str, object] = {}
    last: bool = False


def pack(description: object, body: bytes = b"") -> bytes:
    """Return a message."""
    head = json.dumps(description, separators=(",", ":")).encode()
    return b"".join((HEAD.pack(len(head), len(body)), head, body))


def packed_question(question: Question) -> bytes:
    """Return a question as a message."""
    return pack(question)


def parse_question(head: bytes) -> Question:
    """Return the question of a description."""
    text, kind, default, named, solutions, triples, gzip = json.loads(head)
    return Question(text, kind, _names(default), _names(named), solutions, triples, gzip)


def _names(found: list[str] | None) -> tuple[str, ...] | None:
    return None if found is None else tuple(found)


def packed_reply(reply: Reply) -> bytes:
    """Return an answer as a message."""
    return pack([reply.status, reply.media, *reply[3:]], reply.body)


def parse_reply(head: bytes, body: bytes) -> Reply:
    """Return the answer of a description and a body."""
    status, media, encoding, etag, findings, problem, last = json.loads(head)
    return Reply(status, media, body, encoding, etag, tuple(findings), problem, last)
