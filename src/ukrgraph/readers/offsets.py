"""Offsets that do not count code points: which unit a file counts in, proved by its surfaces, and the way back.

Browsers and the JVM count UTF-16 code units, some programs bytes of UTF-8; and a file with line ends CRLF or with a
byte order mark may have been counted with them or without. The unit under which most surfaces are equal to the text is
the right one: once a character that makes a difference stands before a span, only one unit fits.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import accumulate, product
from typing import NamedTuple

from ukrgraph.document import Span


class Unit(NamedTuple):
    """What offsets count: a name for messages, and where in that unit each code point of a text begins.

    `starts` has one more entry than the text has code points: the end. None means that they are code points.
    """

    name: str
    starts: list[int] | None


class Proof(NamedTuple):
    """The unit that fits best: how many of `total` surfaces agree under it, and how many under code points."""

    unit: Unit
    agreeing: int
    as_code_points: int
    total: int


Marked = tuple[tuple[Span, ...], str]
"""The spans of a text-bound in the unit of its file, and its surface."""

CODE_POINTS = Unit("code points", None)

_ENOUGH = 0.9
_ASTRAL = 0xFFFF
_TWO_BYTES, _THREE_BYTES = 0x80, 0x800


def _utf16(character: str) -> int:
    return 2 if ord(character) > _ASTRAL else 1


def _utf8(character: str) -> int:
    code = ord(character)
    if code > _ASTRAL:
        return 4
    return 1 if code < _TWO_BYTES else 2 if code < _THREE_BYTES else 3


_WIDTHS = (("code points", lambda _: 1, 1), ("UTF-16 code units", _utf16, 1), ("bytes of UTF-8", _utf8, 3))
"""The name of each unit, the width of a character in it, and that of a byte order mark."""


def units(text: str) -> Iterator[Unit]:
    """Return the units that offsets of `text` may count in, the plain ones first; some may be equal for this text."""
    for crlf, mark, (name, width, mark_width) in product((False, True), (False, True), _WIDTHS):
        widths = {character: width(character) for character in set(text)}
        if crlf and "\n" in widths:
            widths["\n"] = 2
        start = mark_width if mark else 0
        words = name + " with CRLF" * crlf + " with a byte order mark" * mark
        yield Unit(words, list(accumulate(map(widths.__getitem__, text), initial=start)))


def prove(text: str, marked: list[Marked]) -> Proof:
    """Return the unit under which most surfaces of `marked` are equal to `text`; code points if none is better.

    A unit other than code points is proved by nine surfaces of ten, or more. The time is linear in the text and in the
    spans for each unit, and only code points are tried if they fit.
    """
    plain = sum(agrees(text, spans, surface) for spans, surface in marked)
    best = Proof(CODE_POINTS, plain, plain, len(marked))
    if plain == len(marked):
        return best
    for unit in units(text):
        agreeing = 0
        for spans, surface in marked:
            converted = convert(spans, unit)
            agreeing += converted is not None and agrees(text, converted, surface)
        if agreeing > best.agreeing and agreeing >= _ENOUGH * len(marked):
            best = Proof(unit, agreeing, plain, len(marked))
        if agreeing == len(marked):
            break
    return best


def convert(spans: Iterable[Span], unit: Unit) -> tuple[Span, ...] | None:
    """Return `spans` in code points; None if an offset lies inside a character or outside the text."""
    if unit.starts is None:
        return tuple(spans)
    found = []
    for start, end in spans:
        first, last = bisect_left(unit.starts, start), bisect_left(unit.starts, end)
        if last >= len(unit.starts) or unit.starts[first] != start or unit.starts[last] != end:
            return None
        found.append(Span(first, last))
    return tuple(found)


def agrees(text: str, spans: tuple[Span, ...], surface: str) -> bool:
    """Tell whether `surface` is what `text` has at `spans`, pieces joined by a space, line ends written as spaces."""
    found = " ".join([text[start:end] for start, end in spans])
    return found == surface or found.replace("\n", " ") == surface.replace("\n", " ")
