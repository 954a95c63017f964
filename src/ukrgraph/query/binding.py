"""Binding: a parameter's variable tokens are replaced by a term, wherever they stand.

The engines' own ways to bind do not reach sub-selects, FILTER and NOT EXISTS, or fail in silence there. A token is
replaced by a term as the engine writes it, and by nothing else, so a value cannot change the shape of a query. Where
the grammar wants a variable (SELECT, GROUP BY, BOUND), the term is put in the form that the grammar allows.
"""

from collections.abc import Mapping

from ukrgraph.engine import Term
from ukrgraph.errors import InputError
from ukrgraph.sparql.parse import parse
from ukrgraph.sparql.tokens import TRIVIA, Token, place, tokenise
from ukrgraph.sparql.tree import Bind, Expression, Parsed, Projection, Values, groups, queries


def bind(text: str, terms: Mapping[str, Term], file: str = "query") -> str:
    """Return the query `text` with the variables named in `terms` replaced.

    Raises InputError if the query itself gives a value to one of these variables (AS, BIND, VALUES), SyntaxProblem if
    it cannot be read.
    """
    if not terms:
        return text
    parsed = parse(text)
    forbidden = rebound(parsed, frozenset(terms))
    if forbidden:
        line, column = place(text, forbidden[0].start)
        raise InputError(f"{file}:{line}:{column}: the query gives {forbidden[0].text} a value, but it is a parameter")
    special = _special(parsed, terms)
    written: list[str] = []
    tokens = tokenise(text)
    skipped_to = 0
    for at, token in enumerate(tokens):
        if token.start < skipped_to:
            continue
        if token.keyword == "BOUND":
            end = _bound_call(tokens, at, terms)
            if end:
                written.append("true")
                skipped_to = end
                continue
        name = token.variable
        written.append(special.get(token.start, str(terms[name])) if name in terms else token.text)
    return "".join(written)


def rebound(parsed: Parsed, names: frozenset[str]) -> list[Token]:
    """Return the tokens where a query gives one of the variables `names` a value: after AS, or in VALUES."""
    found: list[Token] = []
    for query in queries(parsed.query):
        items = [*query.projections, *(item for item in query.groupings if isinstance(item, Projection))]
        found += [item.token for item in items if item.expression and item.token.variable in names]
        found += [token for token in (query.values.variables if query.values else ()) if token.variable in names]
        for element in (element for group in groups(query, sub_selects=False) for element in group.elements):
            if isinstance(element, Bind) and element.target.variable in names:
                found.append(element.target)
            if isinstance(element, Values):
                found += [token for token in element.variables if token.variable in names]
    return sorted(found, key=lambda token: token.start)


def _special(parsed: Parsed, terms: Mapping[str, Term]) -> dict[int, str]:
    """Return what to write, by the start of a token, where the grammar takes a variable but no term."""
    found: dict[int, str] = {}
    for depth, query in enumerate(queries(parsed.query)):
        if query.form == "DESCRIBE":
            continue
        for number, item in enumerate(query.projections):
            name = item.token.variable
            if item.expression is None and name in terms:
                new = name if depth == 0 else f"bound_{name}_{depth}_{number}"
                found[item.token.start] = f"({terms[name]} AS ?{new})"
        for condition in (*query.groupings, *query.orderings):
            expression = condition.expression if isinstance(condition, Projection) else condition
            if isinstance(expression, Expression) and len(expression.tokens) == 1:
                name = expression.tokens[0].variable
                if name in terms:
                    found[expression.tokens[0].start] = f"({terms[name]})"
    return found


def _bound_call(tokens: list[Token], at: int, terms: Mapping[str, Term]) -> int:
    """Return the end of a call BOUND(?name) of a bound parameter that begins at token `at`, else 0."""
    following = [token for token in tokens[at + 1 : at + 12] if token.kind not in TRIVIA][:3]
    shape = [token.text for token in following]
    if len(following) == 3 and shape[0] == "(" and shape[2] == ")" and following[1].variable in terms:  # noqa: PLR2004
        return following[2].end
    return 0


def limited(text: str, rows: int) -> str:
    """Return the query `text` with at most `rows` solutions: its own LIMIT lowered, or one added at its end."""
    parsed = parse(text)
    query = parsed.query
    if query.form == "ASK":
        return text
    if query.limit is not None:
        lowered = str(min(int(query.limit.text), rows))
        return text[: query.limit.start] + lowered + text[query.limit.end :]
    end = query.values.token.start if query.values else query.end
    return f"{text[:end].rstrip()}\nLIMIT {rows}\n{text[end:].lstrip()}"
