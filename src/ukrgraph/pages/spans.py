"""Marks over a text that nest and overlap, as a tree that HTML can write.

Marks that cross are cut where an outer one ends; the pieces know that they belong together, so that an anchor stands
at the first and a reference at the last.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

MENTION, SAID, NOTED, QUOTED, CUE = "mention", "said", "noted", "quoted", "cue"
"""What a span is marked as: a mention of an entity, the words of a statement, those of another record, a quotation, the
words that introduce it."""

_DEPTH = {kind: depth for depth, kind in enumerate((SAID, NOTED, CUE, QUOTED, MENTION))}


@dataclass(frozen=True, slots=True)
class Span:
    """The code points `start` (included) to `end` (excluded) of a text, and what they are marked as.

    `anchors` are the names by which links find it, `targets` what the mark leads to.
    """

    start: int
    end: int
    kind: str
    anchors: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()


@dataclass(slots=True)
class Piece:
    """A part of a span between `start` and `end`; `first` and `last` tell whether the span begins and ends here.

    Parts are texts and pieces in turn, in the order of the text.
    """

    span: Span
    start: int
    end: int
    first: bool
    last: bool
    parts: "list[str | Piece]" = field(default_factory=list)


def tree(text: str, spans: Iterable[Span]) -> "list[str | Piece]":
    """Return `text` cut into texts and pieces of spans; spans that lie outside the text or are empty are left out.

    Of spans that begin at one place the longer is outside, of equal ones that of a statement.
    """
    inside = [span for span in spans if 0 <= span.start < span.end <= len(text)]
    waiting = [Piece(span, span.start, span.end, first=True, last=True) for span in inside]
    waiting.sort(key=_order)
    return _fill(text, 0, len(text), waiting)


def _order(piece: Piece) -> tuple[int, int, int, tuple[str, ...]]:
    return (piece.start, -piece.end, _DEPTH.get(piece.span.kind, 0), piece.span.targets)


def _fill(text: str, start: int, end: int, waiting: list[Piece]) -> "list[str | Piece]":
    """Return what stands between `start` and `end`; what is left of pieces that go on stays in `waiting`, sorted."""
    found: list[str | Piece] = []
    at = start
    while waiting and waiting[0].start < end:
        piece = waiting.pop(0)
        if piece.start > at:
            found.append(text[at : piece.start])
        if piece.end > end:
            rest = Piece(piece.span, end, piece.end, first=False, last=piece.last)
            piece.end, piece.last = end, False
            waiting.append(rest)
            waiting.sort(key=_order)
        piece.parts = _fill(text, piece.start, piece.end, waiting)
        found.append(piece)
        at = piece.end
    if at < end:
        found.append(text[at:end])
    return found


def plain(parts: "Sequence[str | Piece]") -> str:
    """Return the text that a tree was made of."""
    return "".join(part if isinstance(part, str) else plain(part.parts) for part in parts)
