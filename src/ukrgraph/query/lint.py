"""Whether a stored query is one that can be kept: described, tested, portable, and free of what engines do differently.

The constructs that are refused are those for which engines were seen to give different answers: GRAPH with a variable
around a sub-select, VALUES or MINUS, and FROM over a union default graph.
"""

import re
from collections.abc import Iterator

from ukrgraph.errors import InputError, UkrgraphError, UsageError
from ukrgraph.finding import Finding, Severity
from ukrgraph.iri import Namespace
from ukrgraph.query.binding import rebound
from ukrgraph.query.cases import read, unknown
from ukrgraph.query.catalogue import StoredQuery
from ukrgraph.query.known import Known
from ukrgraph.query.run import findings_before
from ukrgraph.query.syntax import checked, declare, project_prefixes, refuse_excess
from ukrgraph.sparql.parse import parse
from ukrgraph.sparql.tokens import Token, place, significant, tokenise
from ukrgraph.sparql.tree import Group, Nested, Parsed, SubSelect, Values, elements
from ukrgraph.terms import CLASSES

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PLACE = re.compile(r".*?:(\d+):(\d+): (.*)", re.DOTALL)


def lint(query: StoredQuery, known: Known | None) -> list[Finding]:
    """Return what is wrong with a stored query, in the order of its text; `known` is the data it will be asked of."""
    try:
        text, notes = declare(query.text, query.file, project_prefixes(known.names if known else Namespace()))
        refuse_excess(significant(tokenise(text)), query.file)
        checked(text, query.file, original=query.text)
        parsed = parse(query.text)
    except (InputError, UsageError) as error:
        return [_of_error(error, query.file)]
    found = [note._replace(severity=Severity.VIOLATION) for note in notes]
    found += _described(query)
    found += _cases(query)
    found += _parameters(query, parsed)
    found += _portable(parsed, query)
    found += _tidy(parsed, query)
    found += findings_before(query, parsed, known)
    return sorted(found, key=lambda finding: (finding.line, finding.column, finding.rule))


def _of_error(error: UkrgraphError, file: str) -> Finding:
    """Return an error that names its place as a finding."""
    hit = _PLACE.fullmatch(str(error))
    if hit is None:
        return Finding("not-sparql", Severity.VIOLATION, str(error), file)
    return Finding("not-sparql", Severity.VIOLATION, hit[3].partition("\n")[0], file, int(hit[1]), int(hit[2]))


def _at(query: StoredQuery, token: Token, rule: str, message: str, severity: Severity, advice: str = "") -> Finding:  # noqa: PLR0913, PLR0917
    line, column = place(query.text, token.start)
    source = query.text.split("\n")[line - 1]
    return Finding(rule, severity, message, query.file, line, column, source, len(token.text), advice)


def _described(query: StoredQuery) -> Iterator[Finding]:
    """Yield what the header lacks."""
    header, file = query.header, query.file
    if not _NAME.fullmatch(query.name):
        yield Finding("query-name", Severity.WARNING, f"expected a name in kebab-case, got {query.name!r}", file)
    if not header.summary:
        yield Finding(
            "no-summary", Severity.VIOLATION, "the query does not say what it asks", file, 1, advice="#+ summary: ..."
        )
    if not header.description:
        yield Finding(
            "no-description",
            Severity.WARNING,
            "the query does not say how it is read",
            file,
            1,
            advice="#+ description: ...",
        )
    wanted = 2 if header.params else 1
    if len(header.examples) < wanted:
        message = f"expected {wanted} or more examples, got {len(header.examples)}"
        yield Finding(
            "no-example", Severity.VIOLATION, message, file, 1, advice="#+ examples: [{params: {...}, rows: 3}]"
        )
    if header.examples and not any(example.rows or example.result for example in header.examples):
        yield Finding("no-example", Severity.VIOLATION, "no example has rows", file, header.examples[0].line)


def _cases(query: StoredQuery) -> Iterator[Finding]:
    """Yield what is wrong with the files that examples are asked of."""
    first = {example.data: example for example in reversed(query.header.examples) if example.data}
    for data, example in sorted(first.items()):
        try:
            terms = unknown(read(query, example))
        except InputError as error:
            advice = "the path begins in the folder of the query"
            yield Finding("no-example-data", Severity.VIOLATION, str(error), query.file, example.line, advice=advice)
        else:
            for term in terms:
                message = f"{data}: there is no term {term}"
                yield Finding("unknown-term", Severity.VIOLATION, message, query.file, example.line)


def _parameters(query: StoredQuery, parsed: Parsed) -> Iterator[Finding]:
    """Yield parameters that are not used, given a value by the query, or of a class that there is not."""
    used = {token.variable for token in parsed.tokens}
    for parameter in query.header.params:
        if parameter.name not in used and parameter.type != "limit":
            message = f"the parameter {parameter.name!r} is not used"
            yield Finding("unused-parameter", Severity.VIOLATION, message, query.file, 1)
        if parameter.of_class and ":" not in parameter.of_class and parameter.of_class not in CLASSES:
            message = f"the parameter {parameter.name!r} is of a class that there is not: {parameter.of_class!r}"
            yield Finding("unknown-class", Severity.VIOLATION, message, query.file, 1)
    for token in rebound(parsed, frozenset(item.name for item in query.header.params)):
        message = f"{token.text} is a parameter, and the query gives it a value"
        yield _at(query, token, "rebound-parameter", message, Severity.VIOLATION)


def _portable(parsed: Parsed, query: StoredQuery) -> Iterator[Finding]:
    """Yield the constructs that engines answer differently, or that leave the machine."""
    for token in parsed.query.datasets[:1]:
        message = "FROM is answered differently where the default graph is the union of all graphs"
        yield _at(query, token, "from-clause", message, Severity.VIOLATION, "use GRAPH <...> { ... }")
    where = parsed.query.where
    for element in elements(where) if where else ():
        if not isinstance(element, Nested):
            continue
        if element.keyword == "SERVICE":
            message = "a stored query asks no other endpoint"
            yield _at(query, element.token, "service", message, Severity.VIOLATION)
        if element.keyword == "GRAPH" and element.name is not None and element.name.variable:
            inside = _differing(element.group)
            if inside:
                message = f"engines differ on GRAPH {element.name.text} around {inside}"
                advice = "put it outside of GRAPH, or name the graph"
                yield _at(query, element.token, "graph-around", message, Severity.VIOLATION, advice)


def _differing(group: Group) -> str:
    """Return what stands in a group that engines treat differently inside GRAPH, or the empty string."""
    for element in elements(group):
        if isinstance(element, SubSelect):
            return "a sub-select"
        if isinstance(element, Values):
            return "VALUES"
        if isinstance(element, Nested) and element.keyword == "MINUS":
            return "MINUS"
    return ""


def _tidy(parsed: Parsed, query: StoredQuery) -> Iterator[Finding]:
    """Yield what makes a query hard to read or its answer hard to compare."""
    if parsed.query.form == "SELECT" and not parsed.query.orderings and not parsed.query.aggregates:
        message = "the order of the rows is left open"
        yield Finding("no-order", Severity.WARNING, message, query.file, 1, advice="end it with ORDER BY")
    used = {
        token.text.partition(":")[0]
        for token in parsed.tokens
        if token.kind == "name" and token.start > parsed.prologue.end
    }
    for prefix, token in parsed.prologue.declared.items():
        if prefix not in used:
            message = f"the prefix {prefix + ':'!r} is not used"
            yield _at(query, token, "unused-prefix", message, Severity.WARNING)
    for token in parsed.tokens:
        if token.kind == "word" and token.text not in {"a", "true", "false"} and token.text != token.text.upper():
            yield _at(query, token, "keyword-case", f"expected {token.text.upper()}, got {token.text}", Severity.INFO)
