"""Counts that the data must keep: a small TOML file of least and greatest numbers, so that a lost document is noticed.

    [classes."ukg:Statement"]
    minimum = 79
    maximum = 79

    [rules.speech-speaker]
    minimum = 0

A class counts its instances and those of its subclasses; a rule counts the nodes it looks at. A rule with a minimum of
0 may match nothing.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox
from rdflib import Graph, URIRef

from ukrgraph.errors import InputError
from ukrgraph.finding import Finding, Severity
from ukrgraph.near import nearest
from ukrgraph.terms import PREFIXES
from ukrgraph.validate.rows import rows
from ukrgraph.validate.shapes import rule
from ukrgraph.validate.targets import classes
from ukrgraph.validate.translate import Plan

_TABLES = ("classes", "rules")
_LIMITS = ("minimum", "maximum")


class Limit(NamedTuple):
    """The least and the greatest count of a class or rule; None where there is none. `line` is that of the file."""

    table: str
    name: str
    minimum: int | None
    maximum: int | None
    line: int


class Counts(NamedTuple):
    """The counts file and its limits."""

    file: str
    lines: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()

    def may_be_empty(self) -> list[str]:
        """Return the rules whose least count is 0."""
        return [limit.name for limit in self.limits if limit.table == "rules" and limit.minimum == 0]


NONE = Counts("")


def load(file: Path) -> Counts:
    """Return the counts file at `file`.

    Raises InputError if it cannot be read, or has anything else than limits that are whole numbers.
    """
    try:
        text = file.read_text("utf-8")
        tables = tomllib.loads(text)
    except OSError as error:
        raise InputError(f"{file}: cannot read it: {error.strerror or error}; check --counts") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: expected TOML: {error}; correct the file") from error
    lines = tuple(text.splitlines())
    return Counts(str(file), lines, tuple(_limits(file, tables, lines)))


def _limits(file: Path, tables: Mapping[str, Any], lines: Sequence[str]) -> Iterator[Limit]:
    for table, entries in tables.items():
        if table not in _TABLES or not isinstance(entries, dict):
            raise InputError(f"{file}: expected tables {' and '.join(_TABLES)}, got {table!r}; see docs/validation.md")
        for name, limits in entries.items():
            if not isinstance(limits, dict) or not all(key in _LIMITS and type(n) is int for key, n in limits.items()):
                raise InputError(f"{file}: {table}.{name}: expected {' and '.join(_LIMITS)}, whole numbers; correct it")
            heads = (f'[{table}."{name}"]', f"[{table}.{name}]")
            line = next((number for number, text in enumerate(lines, 1) if text.strip() in heads), 0)
            yield Limit(table, name, limits.get("minimum"), limits.get("maximum"), line)


def check(counts: Counts, store: ox.Store, graph: Graph, plans: Sequence[Plan]) -> list[Finding]:
    """Return a finding for each limit that the data does not keep, or that names nothing."""
    patterns: dict[str, list[str]] = {}
    for plan in plans:
        patterns.setdefault(rule(graph, plan.shape), []).append(plan.focus)
    found = (_check(counts, limit, store, patterns) for limit in counts.limits)
    return [finding for finding in found if finding is not None]


def _check(counts: Counts, limit: Limit, store: ox.Store, patterns: Mapping[str, list[str]]) -> Finding | None:
    source = counts.lines[limit.line - 1] if limit.line else ""
    place = (counts.file, limit.line, 1 if limit.line else 0, source, len(source))
    if limit.table == "rules":
        if limit.name not in patterns:
            near = nearest(limit.name, patterns, 1)
            advice = f"did you mean {near[0]!r}?" if near else "name a shape that has targets"
            message = f"no shape with targets is called {limit.name!r}"
            return Finding("unknown-rule", Severity.VIOLATION, message, *place, advice)
        wanted = [pattern for pattern in patterns[limit.name] if pattern]
    else:
        prefix, _, local = limit.name.partition(":")
        iri = URIRef(PREFIXES.get(prefix, f"{prefix}:") + local)
        wanted = [f"VALUES ?type {{ {' '.join(classes(store).of(iri))} }} ?this a ?type ."]
    union = " UNION ".join(f"{{ {pattern} }}" for pattern in wanted)
    query = f"SELECT (COUNT(DISTINCT ?this) AS ?n) WHERE {{ {union} }}"
    number = int(next(rows(store, query))["n"].value) if wanted else 0
    if limit.minimum is not None and number < limit.minimum:
        message = f"{limit.name}: expected at least {limit.minimum}, got {number}"
    elif limit.maximum is not None and number > limit.maximum:
        message = f"{limit.name}: expected at most {limit.maximum}, got {number}"
    else:
        return None
    return Finding("count", Severity.VIOLATION, message, *place, "find what was lost or doubled, or correct the limit")
