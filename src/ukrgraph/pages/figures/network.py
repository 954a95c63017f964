"""The network as a figure: who reacts stands on the left, to whom on the right, and a curve for each way to react.

The order of both columns is found by the barycentre rule (Sugiyama, Tagawa, Toda 1981): a few rounds in which every
name moves to the mean height of the names that it is joined with, so that fewer curves cross. Nothing is left to
chance.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ukrgraph.pages.figures.svg import element, figure, link, number, shortened, text

WIDTH, COLUMN, LINE, HEAD = 940.0, 290.0, 34.0, 40.0
_ROUNDS = 12
_LONGEST = 36


@dataclass(frozen=True, slots=True)
class Edge:
    """A reaction: the ids of both sides, its kind, how many statements, where it leads, and what it is called."""

    source: str
    target: str
    kind: str
    weight: int
    href: str
    name: str


def ordered(edges: Sequence[Edge]) -> tuple[list[str], list[str]]:
    """Return the names of both columns from top to bottom."""
    left = sorted({edge.source for edge in edges})
    right = sorted({edge.target for edge in edges})
    for _ in range(_ROUNDS):
        right = _sorted(right, left, [(edge.target, edge.source, edge.weight) for edge in edges])
        left = _sorted(left, right, [(edge.source, edge.target, edge.weight) for edge in edges])
    return left, right


def _sorted(names: Sequence[str], others: Sequence[str], joins: Sequence[tuple[str, str, int]]) -> list[str]:
    height = {name: at for at, name in enumerate(others)}

    def mean(name: str) -> tuple[float, str]:
        joined = [(height[other], weight) for own, other, weight in joins if own == name]
        return (sum(at * weight for at, weight in joined) / sum(weight for _, weight in joined), name)

    return sorted(names, key=mean)


def draw(
    edges: Sequence[Edge], names: Mapping[str, tuple[str, str]], heads: tuple[str, str], title: str, description: str
) -> str:
    """Return the network; `names` are the name and the link of each side, `heads` stand over the columns."""
    left, right = ordered(edges)
    height = HEAD + LINE * max(len(left), len(right), 1) + 10
    content = [text(heads[0], COLUMN - 14, 20, "axis", "end"), text(heads[1], WIDTH - COLUMN + 14, 20, "axis")]
    starts, ends = _ports(edges, left, right, height)
    drawn = sorted(edges, key=lambda item: (-item.weight, item.source, item.target, item.kind))
    content += [_curve(edge, starts[edge], ends[edge]) for edge in drawn]
    content += _column(left, names, COLUMN - 14, "end", height)
    content += _column(right, names, WIDTH - COLUMN + 14, "", height)
    return figure("network", (WIDTH, height), title, description, content)


def _heights(names: Sequence[str], height: float) -> dict[str, float]:
    step = (height - HEAD) / max(len(names), 1)
    return {name: HEAD + step * (at + 0.5) for at, name in enumerate(names)}


def _column(
    names: Sequence[str], known: Mapping[str, tuple[str, str]], x: float, anchor: str, height: float
) -> Iterator[str]:
    for name, y in _heights(names, height).items():
        words, href = known[name]
        yield link(href, text(shortened(words, _LONGEST), x, y + 5, "side", anchor), words)


Ports = dict[Edge, float]


def _ports(edges: Sequence[Edge], left: Sequence[str], right: Sequence[str], height: float) -> tuple[Ports, Ports]:
    """Return at which height each curve leaves and arrives, so that those of one side do not lie on each other."""
    sources, targets = _heights(left, height), _heights(right, height)
    starts: Ports = {}
    ends: Ports = {}
    for name in left:
        own = sorted((e for e in edges if e.source == name), key=lambda e: (targets[e.target], e.kind))
        starts |= {edge: sources[name] + _spread(at, len(own)) for at, edge in enumerate(own)}
    for name in right:
        own = sorted((e for e in edges if e.target == name), key=lambda e: (sources[e.source], e.kind))
        ends |= {edge: targets[name] + _spread(at, len(own)) for at, edge in enumerate(own)}
    return starts, ends


def _spread(at: int, of: int) -> float:
    room = min(7.0, (LINE - 6) / max(of, 1))
    return (at - (of - 1) / 2) * room


def _curve(edge: Edge, y1: float, y2: float) -> str:
    x1, x2 = COLUMN, WIDTH - COLUMN
    middle = (x1 + x2) / 2
    d = (
        f"M{number(x1)} {number(y1)}C{number(middle)} {number(y1)} {number(middle)} {number(y2)} "
        f"{number(x2 - 6)} {number(y2)}"
    )
    wide = min(1.5 + edge.weight * 0.9, 9.0)
    end = element("path", d=f"M{number(x2 - 8)} {number(y2 - 4)}l8 4l-8 4z", class_="end")
    line = element("path", d=d, class_="line", stroke_width=wide)
    return link(edge.href, line + end, edge.name, f"edge {edge.kind}")
