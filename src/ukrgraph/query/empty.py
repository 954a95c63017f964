"""Why a query came back empty: the smallest set of its patterns that is already empty.

A set of patterns makes sense only if whatever reads a variable (FILTER, BIND, MINUS, OPTIONAL) stands with something
that binds it. Among such sets, one is sought that is empty while no smaller part of it is; sets of up to three
patterns are tried in order of size, so that a smallest one is found, and larger ones are found by leaving out.
More patterns never give more solutions, so both ways end at a minimal set.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from time import monotonic

from ukrgraph.engine import Engine, rows
from ukrgraph.sparql.tree import (
    Bind,
    Element,
    Filter,
    Group,
    Nested,
    Parsed,
    Query,
    SubSelect,
    Triple,
    Union,
    Values,
    bound,
    mentioned,
)

SMALL = 3
"""Sets of up to this many patterns are tried in order of size."""

BUDGET = 2.0
"""Seconds that the search may take before it leaves out instead of trying all."""

Ask = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Empty:
    """Patterns that are empty together, in the order of the text; `of` is how many their group has.

    `around` is what stands around the group (GRAPH ...), with {} in its place. `reason` is set if not the patterns but
    a clause after them (HAVING, LIMIT, OFFSET) leaves nothing.
    """

    elements: tuple[Element, ...]
    of: int
    around: str
    reason: str = ""


class Search:
    """The search for empty patterns in one query."""

    def __init__(self, parsed: Parsed, engine: Engine) -> None:
        self.parsed = parsed
        self.engine = engine
        self.head = parsed.text[: parsed.prologue.end]
        self.datasets = " ".join(token.text for token in parsed.query.datasets)
        self.until = monotonic() + BUDGET

    def ask(self, pattern: str) -> bool:
        """Tell whether a group pattern has a solution."""
        query = f"{self.head}\nSELECT * {self.datasets} WHERE {{ {pattern} }} LIMIT 1"
        return next(rows(self.engine.answer(query)), None) is not None

    def explain(self, query: Query) -> list[Empty]:
        """Return the empty parts of a query; several if all branches of a UNION are empty."""
        if query.where is None:
            return []
        if self.ask(query.where.text):
            return [Empty((), 0, "{}", _modifier(query))]
        return self.group(query.where, "{}")

    def group(self, group: Group, around: str) -> list[Empty]:
        """Return the empty parts of a group."""
        units = list(group.elements)
        found = self.minimal(units, around)
        if len(found) == 1:
            deeper = self.inside(found[0], around)
            if deeper:
                return deeper
        return [Empty(tuple(found), len(units), around)]

    def inside(self, element: Element, around: str) -> list[Empty]:
        """Return the empty parts inside an element that is empty by itself."""
        match element:
            case Union(groups=branches):
                return [empty for branch in branches for empty in self.group(branch, around)]
            case Nested(keyword="GRAPH", group=group, name=name) if name is not None:
                return self.group(group, around.replace("{}", f"GRAPH {name.text} {{ {{}} }}"))
            case SubSelect(query=query) if query.where and not self.ask(around.replace("{}", query.where.text)):
                return self.group(query.where, around)
        return []

    def minimal(self, units: list[Element], around: str) -> list[Element]:
        """Return a minimal set of `units` that is empty, in their order."""
        for size in range(1, min(SMALL, len(units)) + 1):
            for chosen in combinations(units, size):
                if monotonic() > self.until:
                    return self.reduced(units, around)
                if self.sensible(chosen, units) and connected(chosen) and not self.has(chosen, around):
                    return list(chosen)
        return self.reduced(units, around)

    def reduced(self, units: list[Element], around: str) -> list[Element]:
        """Return a minimal empty set found by leaving out one pattern after the other, as often as it can be done."""
        kept = list(units)
        changed = True
        while changed:
            changed = False
            for unit in kept:
                fewer = sensible_part([other for other in kept if other is not unit], units)
                if fewer and not self.has(fewer, around):
                    kept, changed = fewer, True
                    break
        return kept

    def has(self, chosen: tuple[Element, ...] | list[Element], around: str) -> bool:
        """Tell whether patterns have a common solution."""
        pattern = " ".join(written(item, self.parsed.text) for item in chosen)
        return self.ask(around.replace("{}", pattern))

    @staticmethod
    def sensible(chosen: tuple[Element, ...], units: list[Element]) -> bool:
        """Tell whether everything that `chosen` reads is bound in it."""
        return len(sensible_part(list(chosen), units)) == len(chosen)


def written(element: Element, text: str) -> str:  # noqa: PLR0911  # one return a kind
    """Return an element as a pattern of its own."""
    match element:
        case Triple():
            return element.text
        case Filter(expression=expression):
            return f"FILTER {expression.text}" if expression.text[:1] != "(" else f"FILTER{expression.text}"
        case Bind(expression=expression, target=target):
            return f"BIND({expression.text} AS {target.text})"
        case Values():
            return element.text
        case Nested(keyword=keyword, group=group, name=name):
            return f"{keyword} {name.text + ' ' if name else ''}{group.text}"
        case Union(groups=branches):
            return " UNION ".join(branch.text for branch in branches)
        case SubSelect(query=query, token=token):
            return f"{{ {text[token.start : query.end]} }}"


def sensible_part(chosen: list[Element], units: list[Element]) -> list[Element]:
    """Return the largest part of `chosen` in which all that is read is bound, as far as `units` bind it at all."""
    kept = chosen
    while True:
        fewer = [item for item in kept if _reads(item, units) <= _binds(kept, item)]
        if len(fewer) == len(kept):
            return kept
        kept = fewer


def _reads(item: Element, units: list[Element]) -> frozenset[str]:
    """Return the variables that an element needs from others."""
    if isinstance(item, Filter | Bind) or (isinstance(item, Nested) and item.keyword in {"MINUS", "OPTIONAL"}):
        return mentioned(item) & _binds(units, item)
    return frozenset()


def _binds(units: list[Element], but: Element) -> frozenset[str]:
    return frozenset().union(*(bound(unit) for unit in units if unit is not but))


def connected(chosen: tuple[Element, ...]) -> bool:
    """Tell whether patterns hang together by variables: if not, one part of them is empty by itself."""
    if len(chosen) == 1:
        return True
    reached, rest = mentioned(chosen[0]), list(chosen[1:])
    while rest:
        touching = [item for item in rest if mentioned(item) & reached]
        if not touching:
            return False
        reached = reached.union(*map(mentioned, touching))
        rest = [item for item in rest if not any(item is other for other in touching)]
    return True


def _modifier(query: Query) -> str:
    """Return which clause after the patterns leaves nothing."""
    if query.limit is not None and int(query.limit.text) == 0:
        return "LIMIT 0 leaves no row"
    if query.values is not None:
        return "no solution agrees with the VALUES at the end"
    if query.havings:
        return f"no group passes HAVING {' '.join(item.text for item in query.havings)}"
    if query.offset is not None:
        return f"there are no more rows than OFFSET {query.offset.text}"
    return "the patterns match, but the template or projection leaves nothing"


def patterns(empty: Empty, text: str) -> Iterator[str]:
    """Yield the patterns of an empty set as one line each."""
    for element in empty.elements:
        yield " ".join(written(element, text).split())
