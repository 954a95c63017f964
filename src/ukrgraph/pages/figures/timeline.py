"""The timeline as figures: a row of marks for each side, and a bar for each event, over days.

Days far apart from their neighbours are set apart by a gap, not by their distance. What has only a last day carries a
line that comes from the left, without a beginning.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ukrgraph.pages.figures.svg import element, figure, link, number, shortened, text

DAY, GAP, MARK, SIDE, HEAD, LINE = 52.0, 30.0, 24.0, 190.0, 46.0, 26.0
"""Widths of a day and of a gap, the room of a mark, the width of the names, the heights of the head and of a line."""

_LONGEST = 25
"""How many characters of a name stand in the column of names."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A statement or an event: its bounds, None where open; where it leads, what it is called, and its kind."""

    first: date | None
    last: date | None
    href: str
    name: str
    kind: str = "neutral"


@dataclass(frozen=True, slots=True)
class Row:
    """A side with its marks."""

    name: str
    href: str
    marks: tuple[Mark, ...]


class Axis:
    """Where each day stands."""

    def __init__(self, days: Sequence[date | None]) -> None:
        self.at: dict[date, float] = {}
        self.gaps: list[float] = []
        at = SIDE
        for day in days:
            if day is None:
                self.gaps.append(at + GAP / 2)
                at += GAP
            else:
                self.at[day] = at + DAY / 2
                at += DAY
        self.width = at

    def head(self, height: float) -> Iterator[str]:
        """Yield the names of the days and the lines below them: years and months where they change."""
        before = ""
        for day, x in self.at.items():
            month = day.strftime("%Y-%m")
            if month != before:
                yield text(month, x, 16, "axis", "middle")
            before = month
            yield text(f"{day.day:02}", x, 34, "axis", "middle")
            yield element("line", x1=x, y1=HEAD - 4, x2=x, y2=height, class_="grid")
        for x in self.gaps:
            before = ""
            yield text("…", x, 34, "axis", "middle")


def statements(days: Sequence[date | None], rows: Sequence[Row], title: str, description: str) -> str:
    """Return the statements of each side; of those of one day two stand side by side."""
    axis = Axis(days)
    heights = [max(LINE, MARK * (_deepest(row) + 1) // 2) + 12 for row in rows]
    height = HEAD + sum(heights) + 8
    content = list(axis.head(height))
    top = HEAD
    for row, room in zip(rows, heights, strict=True):
        content.append(element("line", x1=0.0, y1=top, x2=axis.width, y2=top, class_="rule"))
        name = text(shortened(row.name, _LONGEST), 0, top + 22, "side")
        content.append(link(row.href, name, row.name) if row.href else name)
        content += _marks(row, axis, top + 6)
        top += room
    return figure("timeline-statements", (axis.width, height), title, description, content)


def _deepest(row: Row) -> int:
    """Return how many marks of a row share one day at most."""
    days = [mark.last or mark.first for mark in row.marks]
    return max((days.count(day) for day in days), default=0)


def _marks(row: Row, axis: Axis, top: float) -> Iterator[str]:
    seen: dict[date, int] = {}
    for mark in row.marks:
        day = mark.last or mark.first
        if day is None or day not in axis.at:
            continue
        place = seen.get(day, 0)
        seen[day] = place + 1
        x = axis.at[day] + (place % 2 - 0.5) * MARK
        y = top + place // 2 * MARK + MARK / 2
        yield link(mark.href, _whisker(mark, axis, x, y) + _shape(mark.kind, x, y), mark.name, f"mark {mark.kind}")


def _whisker(mark: Mark, axis: Axis, x: float, y: float) -> str:
    """Return the line that tells the bounds of a mark, "" for a single day."""
    if mark.first == mark.last:
        return ""
    start = axis.at[mark.first] if mark.first and mark.last else x + (MARK / 2 if mark.first else -MARK / 2)
    kind = "span" if mark.first and mark.last else "span open"
    return element("line", x1=start, y1=y, x2=x, y2=y, class_=kind)


def _shape(kind: str, x: float, y: float) -> str:
    """Return the shape of a kind, so that it does not hang on colour: a triangle down, one up, a circle."""
    if kind == "against":
        return element("path", d=f"M{number(x - 8)} {number(y - 6)}h16l-8 13z")
    if kind == "for":
        return element("path", d=f"M{number(x - 8)} {number(y + 6)}h16l-8 -13z")
    return element("circle", cx=x, cy=y, r=6.5)


def legend_shape(kind: str) -> str:
    """Return the shape of a kind on its own, for a legend."""
    return element("svg", _shape(kind, 10, 10), viewBox="0 0 20 20", width=18.0, height=18.0, class_=f"key mark {kind}",
                   aria_hidden="true", focusable="false")  # fmt: skip


def events(days: Sequence[date | None], marks: Sequence[Mark], title: str, description: str) -> str:
    """Return the events, one in a line, each with a bar between its bounds and its name beside it."""
    axis = Axis(days)
    height = HEAD + LINE * len(marks) + 8
    content = list(axis.head(height))
    for at, mark in enumerate(marks):
        y = HEAD + LINE * at
        content.append(link(mark.href, "".join(_bar(mark, axis, y)), mark.name, "event"))
    return figure("timeline-events", (axis.width, height), title, description, content)


def _bar(mark: Mark, axis: Axis, y: float) -> Iterator[str]:
    left = axis.at[mark.first] - DAY / 2 + 4 if mark.first else axis.at[mark.last or min(axis.at)] - DAY / 2 - GAP + 4
    right = axis.at[mark.last] + DAY / 2 - 4 if mark.last else axis.at[mark.first or max(axis.at)] + DAY / 2 + GAP - 4
    kind = "bar" if mark.first and mark.last else "bar open"
    yield element("rect", x=left, y=y + 5, width=right - left, height=LINE - 10, rx=3.0, class_=kind)
    room = axis.width - right - 6
    before = left - 6
    if room >= before:
        yield text(shortened(mark.name, int(room / 6.6)), right + 6, y + 18, "name")
    else:
        yield text(shortened(mark.name, int(before / 6.6)), left - 6, y + 18, "name", "end")
