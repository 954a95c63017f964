"""The examples of stored queries: run, compared with what they promise, on one engine or on two that must agree."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from time import perf_counter

from ukrgraph.engine import Engine
from ukrgraph.engine.reference import Reference, Value, values
from ukrgraph.errors import InputError, UkrgraphError
from ukrgraph.iri import Namespace
from ukrgraph.query.cases import Worlds
from ukrgraph.query.catalogue import StoredQuery
from ukrgraph.query.header import Example
from ukrgraph.query.run import Options, Prepared, prepare, run
from ukrgraph.terms import PREFIXES

_SHOWN = 3

Rows = list[tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one example: empty `problem` if it holds. `seconds` is what it took."""

    query: str
    example: str
    file: str
    line: int
    problem: str
    seconds: float


def check(
    query: StoredQuery, example: Example, engine: Engine, reference: Reference | None, names: Namespace | None = None
) -> Outcome:
    """Run one example."""
    started = perf_counter()
    try:
        prepared = prepare(query, example.params, engine, names, Options(check=False))
        found = values(run(prepared, engine))
        problem = difference(example, found, prepared, names or Namespace())
        if not problem and reference is not None:
            problem = _disagreement(prepared, found, reference.values(prepared.text))
    except UkrgraphError as error:
        problem = str(error)
    return Outcome(query.name, _called(example), query.file, example.line, problem, perf_counter() - started)


def check_all(queries: Iterable[StoredQuery], worlds: Worlds, names: Namespace | None = None) -> Iterator[Outcome]:
    """Run all examples of `queries`, each on its own data; yield what came of them, in their order."""
    for query in queries:
        for example in query.header.examples:
            try:
                engine, reference = worlds.of(query, example)
            except InputError as error:
                yield Outcome(query.name, _called(example), query.file, example.line, str(error), 0.0)
            else:
                yield check(query, example, engine, reference, names)


def _called(example: Example) -> str:
    """Return how messages call an example."""
    given = ", ".join(f"{name}={value}" for name, value in example.params.items()) or "no parameters"
    return f"{given} on {example.data}" if example.data else given


def ordered(prepared: Prepared) -> bool:
    """Tell whether the order of the rows means something."""
    return prepared.written is not None and bool(prepared.written.query.orderings)


def difference(example: Example, found: Rows, prepared: Prepared, names: Namespace) -> str:
    """Return how an answer differs from what an example promises; empty if it does not."""
    if prepared.written is not None and prepared.written.query.form == "ASK" and example.rows is not None:
        found = [row for row in found if row == (("boolean", "true"),)]
    if example.rows is not None and len(found) != example.rows:
        return f"expected {example.rows} rows, got {len(found)}"
    if example.result is None:
        return ""
    if len(found) != len(example.result):
        return f"expected {len(example.result)} rows, got {len(found)}: {_rows(found, names)}"
    wanted = list(example.result)
    if not ordered(prepared):
        return _unordered(wanted, found, names)
    for number, (expected, row) in enumerate(zip(wanted, found, strict=True), 1):
        if not matches(expected, row, names):
            return f"row {number}: expected {list(expected)}, got {_row(row, names)}"
    return ""


def _unordered(wanted: list[tuple[str, ...]], found: Rows, names: Namespace) -> str:
    left = list(found)
    for expected in wanted:
        hit = next((row for row in left if matches(expected, row, names)), None)
        if hit is None:
            return f"expected a row {list(expected)}, got {_rows(left, names)}"
        left.remove(hit)
    return ""


def matches(expected: tuple[str, ...], row: tuple[Value, ...], names: Namespace) -> bool:
    """Tell whether a row is what an example writes for it."""
    return len(expected) == len(row) and all(
        text in forms(value, names) for text, value in zip(expected, row, strict=True)
    )


def forms(value: Value, names: Namespace) -> frozenset[str]:
    """Return the ways in which an example may write a value: an IRI in full, as CURIE, or one of ours as its id."""
    if value[0] == "unbound":
        return frozenset({""})
    if value[0] != "iri":
        return frozenset({value[-1] if value[0] in {"number", "boolean"} else value[1]})
    iri = value[1]
    found = {iri, f"<{iri}>"}
    found |= {f"{prefix}:{iri.removeprefix(space)}" for prefix, space in PREFIXES.items() if iri.startswith(space)}
    if iri.startswith(names.base):
        rest = iri.removeprefix(names.base)
        found |= {rest.partition("/")[2], rest.rpartition("#")[2]} - {""}
    return frozenset(found)


def _row(row: tuple[Value, ...], names: Namespace) -> list[str]:
    return [min(forms(value, names), key=lambda form: (len(form), form)) for value in row]


def _rows(found: Rows, names: Namespace) -> str:
    shown = ", ".join(str(_row(row, names)) for row in found[:_SHOWN])
    return shown + (f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else "") if found else "none"


def _disagreement(prepared: Prepared, ours: Rows, theirs: Rows) -> str:
    """Return how Oxigraph and rdflib differ; empty if they agree."""
    same = ours == theirs if ordered(prepared) else Counter(ours) == Counter(theirs)
    if same:
        return ""
    if Counter(ours) == Counter(theirs):
        return "rdflib gives the same rows in another order: ORDER BY leaves ties open"
    only = list((Counter(ours) - Counter(theirs)).elements())[:_SHOWN]
    other = list((Counter(theirs) - Counter(ours)).elements())[:_SHOWN]
    return f"Oxigraph and rdflib differ: only Oxigraph has {only}, only rdflib has {other}"


def junit(outcomes: Iterable[Outcome]) -> str:
    """Return outcomes as JUnit XML, a test suite with a test case an example."""
    cases = []
    listed = list(outcomes)
    for outcome in listed:
        inside = ""
        if outcome.problem:
            inside = f"<failure message={_quoted(outcome.problem)}>{escape(outcome.file)}:{outcome.line}</failure>"
        name, time = _quoted(outcome.example), f"{outcome.seconds:.3f}"
        where = f'file={_quoted(outcome.file)} line="{outcome.line}"'
        cases.append(
            f'  <testcase classname={_quoted(outcome.query)} name={name} {where} time="{time}">{inside}</testcase>'
        )
    failed = sum(bool(outcome.problem) for outcome in listed)
    seconds = sum(outcome.seconds for outcome in listed)
    head = f'<testsuite name="queries" tests="{len(listed)}" failures="{failed}" errors="0" time="{seconds:.3f}">'
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *cases, "</testsuite>", ""])


def _quoted(text: str) -> str:
    """Return `text` as the value of an attribute of XML."""
    return f'"{escape(text)}"'
