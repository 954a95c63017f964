"""What to tell a client about its query: where it is not SPARQL, and which of its terms there are not."""

import re
from collections.abc import Iterator
from itertools import pairwise

from ukrgraph.engine import NamedNode, Store
from ukrgraph.engine.local import Local
from ukrgraph.errors import InputError
from ukrgraph.iri import Namespace
from ukrgraph.query.known import Known
from ukrgraph.query.syntax import UPDATES, checked, project_prefixes
from ukrgraph.query.terms_check import expand, unknown_terms
from ukrgraph.serve.workers.question import Question
from ukrgraph.sparql.parse import SyntaxProblem, parse
from ukrgraph.sparql.tokens import Token, place, significant, tokenise
from ukrgraph.sparql.tree import Parsed

MOST_QUADS = 300_000
"""Quads of a store up to which misspelt individuals are looked for: that reads all subjects."""

_AT = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_LONGEST = 300

Problem = tuple[int, str, str, dict[str, object]]
"""Status, title, detail, and line and column, which count from 1."""


def malformed(text: str, error: SyntaxError, names: Namespace) -> Problem:
    """Return what is wrong with a query that the engine refuses."""
    tokens = significant(tokenise(text))
    first = next((token for token in tokens if token.kind == "word" and token.keyword not in {"PREFIX", "BASE"}), None)
    if first is not None and first.keyword in UPDATES:
        detail = f"{first.keyword}: this endpoint only reads; the graph is changed by those who build it"
        return 403, "Updates are not allowed", detail, {}
    line, column, message = _place(text, tokens, error, names)
    detail = f"{line}:{column}: {message[:_LONGEST]}"
    return 400, "Malformed query", detail, {"line": line, "column": column}


def _place(text: str, tokens: list[Token], error: SyntaxError, names: Namespace) -> tuple[int, int, str]:
    undeclared = next(_undeclared(tokens), None)
    if undeclared is not None:
        prefix = undeclared.text.partition(":")[0]
        known = project_prefixes(names).get(prefix, "...")
        return *place(
            text, undeclared.start
        ), f"the prefix {prefix + ':'!r} is not declared; add PREFIX {prefix}: <{known}>"
    found = _AT.match(error.msg or "")
    line, column, message = (int(found[1]), int(found[2]), found[3]) if found else (1, 1, error.msg or "not SPARQL")
    try:
        checked(text, "query")
    except InputError as own:
        head, *_ = str(own).split("\n")
        at = re.match(r"query:(\d+):(\d+): (.*)", head)
        if at and at[3][:40] != message[:40]:
            return int(at[1]), int(at[2]), at[3]
    return line, column, message


def _undeclared(tokens: list[Token]) -> Iterator[Token]:
    """Yield the prefixed names whose prefix is not declared."""
    declared = {
        following.text.rstrip(":")
        for token, following in pairwise(tokens)
        if token.keyword == "PREFIX" and following.kind == "name"
    }
    for token in tokens:
        if token.kind == "name" and token.text.partition(":")[0] not in declared:
            yield token


def remarks(store: Store, question: Question, names: Namespace) -> tuple[str, ...]:
    """Return why an empty answer may be empty: terms and graphs that there are not, one line each."""
    try:
        parsed = parse(question.text)
    except SyntaxProblem:
        return ()
    known = Known(Local(store), names) if len(store) <= MOST_QUADS else None
    found = [
        f"{item.line}:{item.column}: {item.message}{'; ' + item.advice if item.advice else ''}"
        for item in unknown_terms(parsed, known, "query")
    ]
    asked = {*(question.default or ()), *(question.named or ()), *_graphs(parsed)}
    for iri in sorted(asked):
        try:
            if not store.contains_named_graph(NamedNode(iri)):
                found.append(f"there is no graph <{iri}>")
        except ValueError:
            continue
    return tuple(found)


def _graphs(parsed: Parsed) -> Iterator[str]:
    """Yield the IRIs of the graphs that FROM and FROM NAMED name."""
    for before, token in pairwise(parsed.tokens):
        if before.keyword in {"FROM", "NAMED"} and token.kind in {"iri", "name"}:
            yield expand(token, parsed.prologue.prefixes)
