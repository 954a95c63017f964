"""Reading one source, in whatever form it is, into a Cut."""

import io
import json
import re
from collections.abc import Iterator
from typing import IO, Any, cast

import pyoxigraph as ox

from ukrgraph.finding import Finding, Severity, excerpt
from ukrgraph.streams import Source
from ukrgraph.wikidata import entity
from ukrgraph.wikidata.cut import Cut
from ukrgraph.wikidata.terms import REFERENCE, VALUE, is_qid
from ukrgraph.wikidata.wanted import Wanted, pieces

FORMS = ("json", "turtle", "ntriples")
"""The forms of a source. JSON is a dump (one entity a line), an answer of the API, or an EntityData file."""

DAMAGED, BROKEN_OFF, UNREADABLE = "damaged-line", "source-breaks-off", "unknown-form"

_SUFFIXES = {
    ".json": "json",
    ".jsonl": "json",
    ".ttl": "turtle",
    ".turtle": "turtle",
    ".nt": "ntriples",
    ".nq": "ntriples",
}
_SHORT = 1000  # bytes: the first line of JSON that is laid out over several lines is shorter than an entity
_FAULTS = 100  # lines of Turtle with faults, after which it is taken to be no Turtle
_SCALARS_THEN_ID = re.compile(rb'\s*\{(?:\s*"\w+"\s*:\s*(?:"[^"]*"|\d+)\s*,)*?\s*"id"\s*:\s*"([A-Z]\d+)"')


class Reader:
    """Reads sources into one Cut; what cannot be read becomes a finding.

    `strict` tells whether all triples are such as strict readers accept; `missing` are items said to be deleted.
    """

    def __init__(self, cut: Cut) -> None:
        self.cut, self.findings, self.missing, self.strict = cut, list[Finding](), set[str](), True

    def read(self, source: Source, wanted: Wanted) -> str:
        """Add what `source` says of the wanted items; return its form.

        Raises InputError if it cannot be opened.
        """
        blocks = source.blocks()
        first = b""
        while len(first) < _SHORT and (block := next(blocks, b"")):
            first += block
        form = form_of(source.path, first)
        whole = _Chain(first, blocks)
        if not form and first:
            advice = "give N-Triples, Turtle, or JSON of Wikidata"
            self._report(source, UNREADABLE, "expected a form of Wikidata's data, got something else", advice=advice)
        elif form == "json":
            self._json(source, whole, wanted)
        elif form == "turtle":
            self._turtle(source, whole, wanted)
        else:
            self._ntriples(source, whole, wanted)
        if source.fault:
            message = f"{source.fault} after {source.plain} plain bytes; what comes before is kept"
            self._report(source, BROKEN_OFF, message, advice="get the file again and compare its digest")
        return form

    def _report(self, where: Source, rule: str, message: str, **more: Any) -> None:  # noqa: ANN401  # fields of a Finding
        self.findings.append(Finding(rule, Severity.VIOLATION, message, where.name, **more))

    def _ntriples(self, source: Source, blocks: "_Chain", wanted: Wanted) -> None:
        for offset, text in pieces(blocks, wanted):
            self._needed(wanted)
            try:
                triples = self._parsed(text)
            except SyntaxError:
                self._line_by_line(source, offset, text)
            else:
                self.cut.add_all(triples)

    def _parsed(self, text: bytes) -> list[ox.Triple]:
        """Return the triples of N-Triples, strictly if that is possible; else `strict` becomes false."""
        try:
            return [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_QUADS)]
        except SyntaxError:
            self.strict = False
            return [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_QUADS, lenient=True)]

    def _needed(self, wanted: Wanted) -> None:
        if len(wanted.nodes) < len(self.cut.needed):
            for node in self.cut.needed:
                wanted.need(node)

    def _line_by_line(self, source: Source, offset: int, text: bytes) -> None:
        for line in io.BytesIO(text):
            try:
                triples = self._parsed(line)
            except SyntaxError as error:
                message = f"expected a triple in N-Triples at byte {offset} of the plain text, got something else"
                reason = (error.msg or "").rpartition(": ")[2]
                self._report(source, DAMAGED, f"{message}: {reason}; the line is left out", source=_decoded(line))
                triples = []
            self.cut.add_all(triples)
            offset += len(line)

    def _turtle(self, source: Source, blocks: "_Chain", wanted: Wanted) -> None:
        self.strict = False
        stream: Any = ox.parse(cast(IO[bytes], blocks), format=ox.RdfFormat.TURTLE, lenient=True)
        inside = False
        for triple in self._whole(source, stream):
            if isinstance(triple.subject, ox.NamedNode):
                subject = triple.subject.value
                if not subject.startswith((REFERENCE, VALUE)):
                    inside = wanted.has(f"<{subject}>".encode())
                if inside or subject in self.cut.needed or f"<{subject}>".encode() in wanted.nodes:
                    self.cut.add(triple)

    def _whole(self, source: Source, stream: Any) -> Iterator[ox.Triple | ox.Quad]:  # noqa: ANN401  # Oxigraph's reader
        """Yield the triples that can be read; faults are told once a line, and after _FAULTS lines reading ends."""
        lines = set[int]()
        while len(lines) <= _FAULTS:
            try:
                yield next(stream)
            except StopIteration:
                return
            except SyntaxError as error:
                if (line := error.lineno or 0) not in lines:
                    message = f"expected Turtle, got something else: {(error.msg or '').rpartition(': ')[2]}"
                    rest = "; the rest is not read" if len(lines) == _FAULTS else "; what is whole is kept"
                    self._report(source, DAMAGED, message + rest, line=line)
                lines.add(line)

    def _json(self, source: Source, blocks: "_Chain", wanted: Wanted) -> None:
        whole: list[bytes] = []
        offset = 0
        for line in blocks.lines():
            body = line.strip().lstrip(b"[").removesuffix(b"]").rstrip().rstrip(b",") if not whole else line
            start, offset = offset, offset + len(line)
            if whole:
                whole.append(line)
            elif body:
                head = None if line.startswith(b"[") else _SCALARS_THEN_ID.match(body[:400])
                if head is None or head[1] in wanted.items:
                    loaded = _loaded(body) or _loaded(b"[" + body + b"]")
                    if loaded is None and start == 0 and len(line) < _SHORT:
                        whole.append(line)
                    elif loaded is None:
                        self._damaged_json(source, start, line)
                    else:
                        self._entities(source, loaded, wanted, start)
        if whole:
            loaded = _loaded(b"".join(whole))
            if loaded is None:
                self._damaged_json(source, 0, whole[0])
            else:
                self._entities(source, loaded, wanted, 0)

    def _damaged_json(self, source: Source, offset: int, line: bytes) -> None:
        message = f"expected JSON at byte {offset} of the plain text, got something else; it is left out"
        self._report(source, DAMAGED, message, source=_decoded(line[:400]))

    def _entities(self, source: Source, loaded: Any, wanted: Wanted, offset: int) -> None:  # noqa: ANN401
        for one in _listed(loaded):
            redirect = entity.redirect_of(one)
            qid = redirect[0] if redirect else one.get("id", "")
            ids = {name for name in (qid, one.get("id", "")) if name.encode() in wanted.items}
            if not ids or not is_qid(qid):
                continue
            if "missing" in one:
                self.missing |= ids
            try:
                self.cut.add_all(self._parsed("".join(entity.triples(one)).encode()))
            except (KeyError, TypeError, ValueError, SyntaxError, AttributeError) as error:
                message = f"{qid}: expected an item in Wikidata's JSON at byte {offset}, got something else: {error!r}"
                self._report(source, DAMAGED, message, advice="get the item again")


def form_of(path: str, first: bytes) -> str:
    """Return the form that a source has by its name, else by its first bytes; "" if it is none that we know."""
    for suffix in reversed(path.lower().split("/")[-1].split(".")[1:]):
        if f".{suffix}" in _SUFFIXES:
            return _SUFFIXES[f".{suffix}"]
    start = first.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"{", b"[")):
        return "json"
    if start.startswith((b"@prefix", b"@base", b"PREFIX", b"prefix", b"BASE")):
        return "turtle"
    lines = [line for line in start.split(b"\n") if line.strip() and not line.startswith(b"#")]
    if not lines[:1] or not lines[0].startswith((b"<http", b"_:")):
        return ""
    return "ntriples" if lines[0].rstrip().endswith(b".") else "turtle"


def _listed(loaded: Any) -> Iterator[Any]:  # noqa: ANN401  # JSON
    """Yield the entities of an answer, of a list, or the one that is given."""
    if isinstance(loaded, list):
        yield from (one for one in loaded if isinstance(one, dict))
    elif isinstance(loaded, dict):
        entities = loaded.get("entities")
        yield from entities.values() if isinstance(entities, dict) else [loaded]


def _loaded(text: bytes) -> Any:  # noqa: ANN401  # JSON
    try:
        return json.loads(text)
    except ValueError:
        return None


def _decoded(line: bytes) -> str:
    return excerpt(line.decode("utf-8", "replace").rstrip("\r\n"), 1)


class _Chain(io.RawIOBase):
    """Blocks as something that can be iterated, read as a file, or read by line."""

    def __init__(self, first: bytes, rest: Iterator[bytes]) -> None:
        super().__init__()
        self._first, self._rest = first, rest

    def __iter__(self) -> Iterator[bytes]:
        yield from ([self._first] if self._first else [])
        yield from self._rest

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes; b"" at the end."""
        block = self._first or next(self._rest, b"")
        self._first = block[size:] if size >= 0 else b""
        return block[:size] if size >= 0 else block

    def lines(self) -> Iterator[bytes]:
        """Yield lines with their line ends."""
        rest: list[bytes] = []
        for block in self:
            parts = block.split(b"\n")
            for part in parts[:-1]:
                rest.append(part + b"\n")
                yield b"".join(rest)
                rest.clear()
            rest.append(parts[-1])
        if last := b"".join(rest):
            yield last
