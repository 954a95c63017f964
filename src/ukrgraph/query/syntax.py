"""Is a text SPARQL, and is it one that we run? The engine judges; our own parser finds the place of a mistake."""

from collections.abc import Mapping
from itertools import pairwise

from ukrgraph.engine.local import accepts
from ukrgraph.errors import InputError, UsageError
from ukrgraph.finding import Finding, Severity
from ukrgraph.iri import Namespace
from ukrgraph.query.characters import suspicious
from ukrgraph.sparql.parse import SyntaxProblem, parse, where
from ukrgraph.sparql.tokens import Token, place, significant, tokenise
from ukrgraph.sparql.tree import Parsed
from ukrgraph.terms import PREFIXES

UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"})
"""Words that begin an update (SPARQL 1.1 Update, section 3)."""

MOST_TOKENS = 4000
"""How long a query may be, in tokens outside VALUES. Oxigraph 0.5.13 overflows its stack, which ends the process, from
some 10,000 on, and orders a thousand triple patterns for more than a minute."""

DEEPEST = 200
"""How deep brackets may be nested: its stack ends between 1,000 and 3,000."""

_LONGEST = 160


def project_prefixes(names: Namespace) -> dict[str, str]:
    """Return the prefixes that a query need not declare: those of the vocabularies, and the folders of our IRIs."""
    folders = ("id", "statement", "claim", "silence", "document", "report", "status", "graph")
    return {**PREFIXES, **{folder: f"{names.base}{folder}/" for folder in folders}}


def caret(text: str, token: Token | None, line: int, column: int) -> str:
    """Return a line of the text with a caret under the token at fault."""
    source = text.split("\n")[line - 1] if text else ""
    margin = "".join(character if character == "\t" else " " for character in source[: column - 1])
    width = min(len(token.text), max(1, len(source) - column + 1)) if token else 1
    return f"\n    {source}\n    {margin}{'^' * width}"


def declare(text: str, file: str, prefixes: Mapping[str, str]) -> tuple[str, list[Finding]]:
    """Return the query with the prefixes that it uses and does not declare put before it on its first line.

    Raises InputError for one that nobody knows.
    """
    tokens = significant(tokenise(text))
    declared = {
        following.text.rstrip(":")
        for token, following in pairwise(tokens)
        if token.keyword == "PREFIX" and following.kind == "name"
    }
    added: dict[str, Token] = {}
    for token in tokens:
        if token.kind == "name" and (prefix := token.text.partition(":")[0]) not in declared:
            if prefix not in prefixes:
                line, column = place(text, token.start)
                raise InputError(
                    f"{file}:{line}:{column}: the prefix {prefix + ':'!r} is not declared; "
                    f"add PREFIX {prefix}: <...>{caret(text, token, line, column)}"
                )
            added.setdefault(prefix, token)
    findings = []
    if added:
        line, column = place(text, next(iter(added.values())).start)
        listed = ", ".join(f"{prefix}: <{prefixes[prefix]}>" for prefix in sorted(added))
        message = f"not declared, and taken from the project: {listed}"
        findings.append(Finding("undeclared-prefix", Severity.INFO, message, file, line, column))
    head = "".join(f"PREFIX {prefix}: <{prefixes[prefix]}> " for prefix in sorted(added))
    return head + text, findings


def checked(text: str, file: str, *, original: str = "") -> Parsed | None:
    """Return the shape of a query that the engine accepts; None if only the engine can read it (SPARQL 1.2).

    `original` is the text that the user wrote, if prefixes have been put before it. Raises InputError with line,
    column and a caret if it is not SPARQL, UsageError if it is an update.
    """
    written = original or text
    tokens = significant(tokenise(text))
    refuse_update(tokens)
    calls_service = any(token.keyword == "SERVICE" for token in tokens)
    problem = None if calls_service else accepts(text)
    try:
        parsed = parse(text)
    except SyntaxProblem as own:
        if problem is None:
            return None
        shift = len(text) - len(written)
        moved = own.token._replace(start=own.token.start - shift) if own.token else None
        line, column = where(written, SyntaxProblem(moved, own.expected))
        found = repr(own.token.text) if own.token else "the end of the query"
        raise _not_sparql(written, file, f"expected {own.expected}, got {found}", (line, column), moved) from own
    if problem is not None:
        line, column, message = problem
        shift = len(text) - len(written) if line == 1 else 0
        raise _not_sparql(written, file, message[:_LONGEST], (line, max(1, column - shift)), None)
    return parsed


def _not_sparql(text: str, file: str, message: str, at: tuple[int, int], token: Token | None) -> InputError:
    """Return the error, with the invisible or look-alike characters that may be the cause."""
    line, column = at
    odd = [finding for finding in suspicious(text, file) if finding.rule == "odd-character"]
    if odd:
        first = odd[0]
        line, column, message, token = first.line, first.column, f"{message}; {first.message}", None
    return InputError(f"{file}:{line}:{column}: {message}{caret(text, token, line, column)}")


def refuse_excess(tokens: list[Token], file: str) -> None:
    """Raise UsageError if a query is so long or so deeply nested that it would end the process of the engine."""
    depth = deepest = count = 0
    in_values = False
    for token in tokens:
        in_values = (in_values or token.keyword == "VALUES") and token.text != "}"
        count += not in_values
        if token.kind == "mark":
            depth += (token.text in {"(", "{", "["}) - (token.text in {")", "}", "]"})
            deepest = max(deepest, depth)
    if count > MOST_TOKENS:
        advice = "split it, or put long lists into VALUES"
        raise UsageError(f"{file}: expected at most {MOST_TOKENS} tokens outside VALUES, got {count}; {advice}")
    if deepest > DEEPEST:
        raise UsageError(f"{file}: expected brackets nested at most {DEEPEST} deep, got {deepest}")


def refuse_update(tokens: list[Token]) -> None:
    """Raise UsageError if the tokens are an update."""
    for token in tokens:
        if token.keyword in UPDATES:
            raise UsageError(f"{token.text}: queries only read; the graph is changed by ukrgraph build")
        if token.keyword in {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}:
            return


def refuse_services(parsed: Parsed | None, text: str, allowed: frozenset[str]) -> None:
    """Raise UsageError if a query calls a SERVICE that is not allowed by name.

    A query that cannot be read is refused if the word occurs at all.
    """
    tokens = significant(tokenise(text))
    for at, token in enumerate(tokens):
        if token.keyword != "SERVICE":
            continue
        after = at + (2 if at + 1 < len(tokens) and tokens[at + 1].keyword == "SILENT" else 1)
        target = tokens[after] if after < len(tokens) else token
        iri = target.text[1:-1] if target.kind == "iri" else ""
        if target.kind == "name" and parsed:
            prefix, _, local = target.text.partition(":")
            iri = parsed.prologue.prefixes.get(prefix, "") + local
        if iri not in allowed:
            raise UsageError(f"SERVICE {target.text}: other endpoints are not asked; allow it with --allow-service IRI")
