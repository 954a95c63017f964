r"""The lines of an N-Triples dump that are about wanted items, found without parsing the others.

Wikibase writes an item's lines together, after `Special:EntityData` lines that name it. A block is therefore cut at
those, and the part of an unwanted item is skipped whole. That this holds is checked while reading: the first and the
last line with an entity as subject must belong to the part, and in every sixteenth part all of them are counted. A part
where it does not hold is looked at line by line, and as soon as that is not a mere redirect the file is doubted: it is
to be read again, exactly, which means that all lines of all parts are counted. What cannot be read twice is read
exactly at once.
"""

import io
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ukrgraph.terms import OWL
from ukrgraph.wikidata.terms import DATA, STATEMENT, WD, WIKIBASE

HEADERS = (f"<{DATA}".encode(), f"<{DATA.replace('https:', 'http:')}".encode())
_ENTITY = f"<{WD}".encode()
_STATEMENT = f"<{STATEMENT}".encode()
_DUMP = f"<{WIKIBASE}Dump>".encode()
_REDIRECT = f"> <{OWL}sameAs> <".encode()
_SAMPLE = 16  # of so many parts, one is counted whole


class Wanted:
    """What is looked for: items by QID, and nodes (references, values) by IRI; more may be added while reading.

    `scattered` becomes true when lines of an item may stand outside its part, so that those of a node may as well;
    `doubted` when the file has to be read again, exactly.
    """

    def __init__(self, qids: Iterable[str], nodes: Iterable[str] = (), *, exact: bool = False) -> None:
        self.items = {qid.encode() for qid in qids}
        self.nodes = {f"<{node}>".encode() for node in nodes}
        self.subjects = {_DUMP} | {head + qid + b">" for qid in self.items for head in (_ENTITY, *HEADERS)}
        self.only_items = not self.nodes
        self.scattered = self.doubted = False
        self.exact, self.parts = exact, 0

    def exactly(self) -> "Wanted":
        """Return the same, to be looked for in all lines."""
        found = Wanted((), exact=True)
        found.items, found.nodes = self.items, set(self.nodes)
        found.subjects, found.only_items = self.subjects, self.only_items
        return found

    def has(self, subject: bytes) -> bool:
        """Tell whether the subject of a line, as it stands there, is wanted."""
        if subject in self.subjects or subject in self.nodes:
            return True
        if subject.startswith(_STATEMENT):
            return subject[len(_STATEMENT) :].partition(b"-")[0].upper() in self.items
        return False

    def need(self, node: str) -> None:
        """Look for a node as well."""
        self.nodes.add(f"<{node}>".encode())


class Piece(NamedTuple):
    """Whole lines that stand together; `offset` is the number of plain bytes before them."""

    offset: int
    text: bytes


def pieces(blocks: Iterable[bytes], wanted: Wanted) -> Iterator[Piece]:
    """Yield the wanted lines, in the order of the file.

    The lines of a wanted item's part are yielded all, also those about its site links. Nodes that are wanted from the
    beginning are looked for everywhere; others only within those parts.
    """
    rest, offset, current, header = b"", 0, b"", HEADERS[0]
    for block in blocks:
        buffer = rest + block
        end = buffer.rfind(b"\n") + 1
        if not current:
            header = next((one for one in HEADERS if buffer.startswith(one) or b"\n" + one in buffer), header)
        start = 0
        while start < end:
            stop, following = _next_part(buffer, header, start, end, current)
            if stop > start:
                yield from _part(buffer, start, stop, offset, current, wanted)
            start, current = stop, following
        rest, offset = buffer[end:], offset + end
    if rest:
        yield from _lines(rest, offset, wanted)


def _next_part(buffer: bytes, header: bytes, start: int, end: int, current: bytes) -> tuple[int, bytes]:
    """Return where the part of another entity than `current` begins, and its id; else the end, and `current`."""
    at = start if buffer.startswith(header, start) else _find(buffer, header, start, end)
    while at >= 0:
        entity = buffer[at + len(header) : buffer.find(b">", at, end)]
        if entity != current:
            return at, entity
        at = _find(buffer, header, at, end)
    return end, current


def _find(buffer: bytes, beginning: bytes, start: int, end: int) -> int:
    """Return where the next line begins that has this beginning, or -1."""
    at = buffer.find(b"\n" + beginning, start, end)
    return at + 1 if at >= 0 else -1


def _part(buffer: bytes, start: int, stop: int, offset: int, current: bytes, wanted: Wanted) -> Iterator[Piece]:  # noqa: PLR0913, PLR0917
    wanted.parts += 1
    if current in wanted.items:
        yield Piece(offset + start, buffer[start:stop])
    elif not (current and wanted.only_items and _skippable(buffer, start, stop, current, wanted)):
        wanted.scattered = True
        yield from _lines(buffer[start:stop], offset + start, wanted)


def _skippable(buffer: bytes, start: int, stop: int, current: bytes, wanted: Wanted) -> bool:
    if wanted.exact or wanted.parts % _SAMPLE == 0:
        pure = _pure(buffer, start, stop, current)
        wanted.doubted |= not pure and not wanted.exact
        return pure
    first = start if buffer.startswith(_ENTITY, start) else _find(buffer, _ENTITY, start, stop)
    last = buffer.rfind(b"\n" + _ENTITY, start, stop) + 1 or first
    if first < 0:
        return True
    if not _owned(buffer, first, current):
        wanted.doubted = True
        return False
    if not _owned(buffer, last, current):
        wanted.doubted |= _REDIRECT not in buffer[last : buffer.find(b"\n", last)]
        return False
    return True


def _owned(buffer: bytes, at: int, current: bytes) -> bool:
    """Tell whether the line at `at` has `current`, or a statement of it, as subject."""
    if buffer.startswith(_ENTITY + current + b"> ", at):
        return True
    return any(buffer.startswith(_STATEMENT + prefix + b"-", at) for prefix in (current, current.lower()))


def _pure(buffer: bytes, start: int, stop: int, current: bytes) -> bool:
    """Tell whether all entities and statements that are subjects in a part of `buffer` belong to `current`."""
    foreign = _count(buffer, _ENTITY, start, stop) - _count(buffer, _ENTITY + current + b"> ", start, stop)
    for prefix in {current, current.lower()} if foreign else ():
        foreign -= _count(buffer, _STATEMENT + prefix + b"-", start, stop)
    return foreign == 0


def _count(buffer: bytes, beginning: bytes, start: int, stop: int) -> int:
    return buffer.count(b"\n" + beginning, start, stop) + buffer.startswith(beginning, start)


def _lines(text: bytes, offset: int, wanted: Wanted) -> Iterator[Piece]:
    for line in io.BytesIO(text):
        if wanted.has(line[: line.find(b" ")]):
            yield Piece(offset, line)
        offset += len(line)
