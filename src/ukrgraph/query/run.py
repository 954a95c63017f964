"""From a stored query and a user's values to an answer, with everything worth knowing found on the way."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ukrgraph.engine import Engine, Results, Term
from ukrgraph.errors import InputError
from ukrgraph.finding import Finding, Severity
from ukrgraph.iri import Namespace
from ukrgraph.query.binding import bind, limited
from ukrgraph.query.catalogue import StoredQuery
from ukrgraph.query.characters import suspicious
from ukrgraph.query.empty import Search, patterns
from ukrgraph.query.entities import Entities
from ukrgraph.query.known import Known
from ukrgraph.query.nearest_values import hints
from ukrgraph.query.parameters import terms
from ukrgraph.query.scope_check import misused, never_bound
from ukrgraph.query.syntax import checked, declare, project_prefixes, refuse_excess, refuse_services
from ukrgraph.query.terms_check import unknown_terms
from ukrgraph.sparql.parse import SyntaxProblem, parse
from ukrgraph.sparql.tokens import place, significant, tokenise
from ukrgraph.sparql.tree import Parsed, Prologue


@dataclass(frozen=True, slots=True)
class Prepared:
    """A query ready to be sent: its text with all values bound; its form; and what was found before it ran.

    `written` is the shape of the query as the user wrote it, None if only the engine can read it.
    """

    query: StoredQuery
    text: str
    written: Parsed | None
    bound: Mapping[str, Term]
    findings: tuple[Finding, ...]

    def counts_nothing(self, engine: Engine) -> bool:
        """Tell whether the answer is one row of aggregates over no solution at all."""
        parsed = _parsed(self.text)
        if parsed is None or not parsed.query.aggregates or parsed.query.where is None:
            return False
        return not Search(parsed, engine).ask(parsed.query.where.text)


@dataclass(frozen=True, slots=True)
class Options:
    """How to run: the most rows, the endpoints that SERVICE may name, and whether terms are checked first."""

    limit: int | None = None
    services: frozenset[str] = frozenset()
    check: bool = True


def prepare(
    query: StoredQuery,
    values: Mapping[str, str],
    engine: Engine,
    names: Namespace | None = None,
    options: Options | None = None,
) -> Prepared:
    """Return `query` with `values` bound and checked.

    Raises UsageError for a value that is missing, unknown or of the wrong type, for an update and for a SERVICE that is
    not allowed; InputError if the query is not SPARQL.
    """
    chosen, space = options or Options(), names or Namespace()
    text, notes = declare(query.text, query.file, project_prefixes(space))
    refuse_excess(significant(tokenise(text)), query.file)
    refuse_services(_parsed(text), text, chosen.services)
    checked(text, query.file, original=query.text)
    bound, limit = terms(query.header.params, values, Entities(engine, space).resolve)
    written = _written(query.text, text)
    findings = tuple(notes)
    if chosen.check and written is not None:
        known = None if engine.remote else Known(engine, space)
        findings += tuple(findings_before(query, written, known))
    ready = bind(text, bound, query.file) if written else text
    most = min((number for number in (limit, chosen.limit) if number is not None), default=None)
    if most is not None and written:
        ready = limited(ready, most)
    return Prepared(query, ready, written, bound, findings)


def _parsed(text: str) -> Parsed | None:
    try:
        return parse(text)
    except SyntaxProblem:
        return None


def _written(original: str, declared: str) -> Parsed | None:
    """Return the shape of the text that the user wrote, with the prefixes that were added for it."""
    parsed, full = _parsed(original), _parsed(declared)
    if parsed is None or full is None:
        return None
    own = parsed.prologue
    return replace(parsed, prologue=Prologue(full.prologue.prefixes, own.declared, own.base, own.end))


def findings_before(query: StoredQuery, parsed: Parsed, known: Known | None) -> list[Finding]:
    """Return what the checks find before a query runs, in the order of the text."""
    parameters = frozenset(item.name for item in query.header.params)
    found = suspicious(query.text, query.file)
    found += unknown_terms(parsed, known, query.file)
    found += never_bound(parsed, parameters, query.file)
    if known is not None:
        found += misused(parsed, known, query.file)
    return sorted(found, key=lambda finding: (finding.line, finding.column, finding.rule))


def run(prepared: Prepared, engine: Engine) -> Results:
    """Return the answer.

    Raises InputError if the engine refuses the query or calls a function that it does not have.
    """
    file = prepared.query.file
    try:
        return engine.answer(prepared.text)
    except SyntaxError as error:
        raise InputError(f"{file}: the engine refuses the query: {error.msg}") from error
    except (RuntimeError, ValueError) as error:
        raise InputError(f"{file}: the engine cannot evaluate the query: {error}") from error


def explain_empty(prepared: Prepared, engine: Engine, names: Namespace | None = None) -> list[Finding]:
    """Return why a query came back empty: the smallest sets of patterns that are empty, and what there is instead."""
    parsed = _parsed(prepared.text)
    if parsed is None:
        return []
    search = Search(parsed, engine)
    prefixes = project_prefixes(names or Namespace())
    found = []
    for empty in search.explain(parsed.query):
        if empty.reason:
            message, advice = empty.reason, ""
        else:
            count = len(empty.elements)
            message = f"no rows: {count} of {empty.of} patterns match nothing together"
            if count == 1:
                message = (
                    f"no rows: 1 of {empty.of} patterns matches nothing" if empty.of > 1 else "no rows: nothing matches"
                )
            lines = [*patterns(empty, parsed.text), *hints(empty, search, prefixes)]
            advice = "\n    ".join(lines)
        line = _line(prepared, empty.elements)
        found.append(Finding("empty-result", Severity.WARNING, message, prepared.query.file, line, advice=advice))
    return found


def _line(prepared: Prepared, elements: tuple[object, ...]) -> int:
    """Return the line of the first pattern in the text that the user wrote; binding changes no line."""
    starts = [token.start for element in elements if (token := getattr(element, "token", None)) is not None]
    starts += [element.subject.token.start for element in elements if hasattr(element, "subject")]
    return place(prepared.text, min(starts))[0] if starts else 0
