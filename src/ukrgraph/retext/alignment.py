"""Where each character of a text is after an edit, as far as the two texts alone can tell.

An edit script deletes and inserts characters. A character is *settled* if all shortest edit scripts keep it, and bring
it to the same place. Whoever only deletes, or only inserts, or inserts characters that the text did not have, has
written one of the shortest scripts; what is settled is then right, whatever was done.

Shortest scripts are the paths of least cost through the grid of the two texts (Myers, An O(ND) difference algorithm and
its variations, Algorithmica 1, 1986). F(x, y) is the cost from the beginning to the point that has x characters of the
old and y of the new text behind it, B(x, y) that from there to the end, D = F(0, 0) + B(0, 0). A point lies on a
shortest path if F + B = D. On a diagonal k = x - y neither F nor -B falls, so points with one F and one B are
an interval, which the furthest points of the search from either end bound. Time O((N + M) D), memory O(D * D).
"""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

DELETED, UNSETTLED = -1, -2

Row: TypeAlias = "array[int]"

WHOLE_LIMIT, PIECE_LIMIT = 800, 1600
"""The most insertions and deletions that are searched for in a whole text, and in a piece of it."""

_CHUNK = 64


def images(old: str, new: str) -> list[int]:
    """Return the offset in `new` of each code point of `old`, or DELETED, or UNSETTLED if scripts disagree.

    If there are more than WHOLE_LIMIT changes, both texts are first cut at the lines that each has once, in the same
    order; a piece with more than PIECE_LIMIT changes is unsettled.
    """
    whole = _settled(old, new, WHOLE_LIMIT)
    if whole is not None:
        return whole
    found = [UNSETTLED] * len(old)
    for piece in _pieces(old, new):
        part = _settled(old[piece.old : piece.old_end], new[piece.new : piece.new_end], PIECE_LIMIT)
        if part is not None:
            moved = [image + piece.new if image >= 0 else image for image in part]
            found[piece.old : piece.old_end] = moved
    return found


class _Piece(NamedTuple):
    """A piece of the old text, and the piece of the new one that stands for it."""

    old: int
    old_end: int
    new: int
    new_end: int


def _pieces(old: str, new: str) -> Iterator[_Piece]:
    """Cut two texts at the lines that occur once in each of them and follow each other in both."""
    at_old, at_new = 0, 0
    for start_old, start_new, length in _common_lines(old, new):
        yield _Piece(at_old, start_old, at_new, start_new)
        yield _Piece(start_old, start_old + length, start_new, start_new + length)
        at_old, at_new = start_old + length, start_new + length
    yield _Piece(at_old, len(old), at_new, len(new))


def _common_lines(old: str, new: str) -> list[tuple[int, int, int]]:
    """Return offsets and lengths of the longest row of lines that both texts have once, in the order of both."""
    once_old, once_new = _once(old), _once(new)
    common = [(at, once_new[line], len(line)) for line, at in once_old.items() if line in once_new]
    tails: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for index, (_, at, _) in enumerate(common):
        length = bisect_left(tails, at)
        before.append(last[length - 1] if length else -1)
        tails[length:] = [at]
        last[length:] = [index]
    row = []
    index = last[-1] if last else -1
    while index >= 0:
        row.append(common[index])
        index = before[index]
    return row[::-1]


def _once(text: str) -> dict[str, int]:
    """Return the offset of each line that `text` has once, with its line end, in the order of the text."""
    lines = text.splitlines(keepends=True)
    counts = Counter(lines)
    found, at = {}, 0
    for line in lines:
        if counts[line] == 1 and line.strip():
            found[line] = at
        at += len(line)
    return found


def _settled(old: str, new: str, limit: int) -> list[int] | None:
    """Return the images of all characters of `old`, or None if more than `limit` changes are needed."""
    if old == new:
        return list(range(len(old)))
    forward = _furthest(old, new, limit)
    if forward is None:
        return None
    backward = _furthest(old[::-1], new[::-1], len(forward))
    if backward is None:
        raise AssertionError("the distance of two texts is that of the reversed ones")
    edges = _Edges(old, new)
    below: dict[int, range] = {}
    for distance in range(len(forward)):
        points = dict(_optimal(len(old), len(new), forward, backward, distance))
        for diagonal, interval in points.items():
            edges.keep(diagonal, interval)
            if diagonal - 1 in below:
                edges.delete(below[diagonal - 1], interval)
        below = points
    return edges.images()


def _furthest(old: str, new: str, limit: int) -> list[Row] | None:
    """Return for each cost d the furthest x that is reached with it on each diagonal, at index k + d; -1 if none is.

    The last cost is the least with which the end is reached. None if that is above `limit`.
    """
    length, width = len(old), len(new)
    rows: list[Row] = []
    before = array("l", [-1])
    for cost in range(limit + 1):
        row = array("l", [-1]) * (2 * cost + 1)
        for diagonal in range(max(-cost, -width - (width - cost) % 2), min(cost, length + 1) + 1, 2):
            if cost == 0:
                x = 0
            else:
                index = diagonal + cost
                deleted = before[index - 2] if index >= 2 else -1  # noqa: PLR2004
                inserted = before[index] if index <= 2 * cost - 2 else -1
                x = deleted + 1 if 0 <= deleted < length else -1
                if inserted > x and inserted - diagonal <= width:
                    x = inserted
            row[diagonal + cost] = _slide(old, new, x, x - diagonal) if x >= 0 and x - diagonal <= width else -1
        rows.append(row)
        if abs(length - width) <= cost and row[length - width + cost] >= length:
            return rows
        before = row
    return None


def _slide(old: str, new: str, x: int, y: int) -> int:
    """Return the x at the end of the equal characters that begin at `x` and `y`."""
    while x < len(old) and y < len(new) and old[x] == new[y]:
        x, y = x + 1, y + 1
        while old[x : x + _CHUNK] == new[y : y + _CHUNK] and x + _CHUNK <= len(old):
            x, y = x + _CHUNK, y + _CHUNK
    return x


def _optimal(
    length: int, width: int, forward: list[Row], backward: list[Row], cost: int
) -> Iterator[tuple[int, range]]:
    """Return the points (as ranges of x, by diagonal) on shortest paths that cost `cost` from the beginning."""
    rest = len(forward) - 1 - cost
    for diagonal in range(-cost, cost + 1, 2):
        reverse = length - width - diagonal
        if abs(reverse) > rest:
            continue
        last = forward[cost][diagonal + cost]
        first = length - backward[rest][reverse + rest] if backward[rest][reverse + rest] >= 0 else length + 1
        if abs(diagonal) <= cost - 2:
            first = max(first, forward[cost - 2][diagonal + cost - 2] + 1)
        if abs(reverse) <= rest - 2 and backward[rest - 2][reverse + rest - 2] >= 0:
            last = min(last, length - backward[rest - 2][reverse + rest - 2] - 1)
        if max(first, diagonal, 0) <= last:
            yield diagonal, range(max(first, diagonal, 0), last + 1)


class _Edges:
    """The steps of all shortest paths, counted for each character of the old text, as differences along it."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new
        self._kept = [0] * (len(old) + 1)
        self._diagonals = [0] * (len(old) + 1)
        self._deleted = [0] * (len(old) + 2)

    def keep(self, diagonal: int, points: range) -> None:
        """Count the characters that are kept between neighbouring points of a diagonal."""
        start, end = points[0], points[-1]
        if self.old[start:end] == self.new[start - diagonal : end - diagonal]:
            self._add(diagonal, start, end)
            return
        for x in range(start, end):
            if self.old[x] == self.new[x - diagonal]:
                self._add(diagonal, x, x + 1)

    def _add(self, diagonal: int, start: int, end: int) -> None:
        self._kept[start] += 1
        self._kept[end] -= 1
        self._diagonals[start] += diagonal
        self._diagonals[end] -= diagonal

    def delete(self, points: range, after: range) -> None:
        """Count the characters that are deleted between `points` and the points `after` on the next diagonal."""
        start, end = max(points[0], after[0] - 1), min(points[-1], after[-1] - 1)
        if start <= end:
            self._deleted[start] += 1
            self._deleted[end + 1] -= 1

    def images(self) -> list[int]:
        """Return the image of each character: its one place, DELETED if it has none, UNSETTLED if paths disagree."""
        found = []
        kept = diagonal = deleted = 0
        for x in range(len(self.old)):
            kept += self._kept[x]
            diagonal += self._diagonals[x]
            deleted += self._deleted[x]
            if kept == 1 and not deleted:
                found.append(x - diagonal)
            else:
                found.append(UNSETTLED if kept else DELETED)
        return found
