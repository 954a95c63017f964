"""A SPARQL 1.1 endpoint: a query is sent as a form, the answer is read whole before the first row is given out.

Sent by POST as a form because that is the one way all servers understand (SPARQL 1.1 Protocol, section 2.1.2); read
whole because servers that run out of time send the status 200 with half an answer. Virtuoso, which cuts long answers
at ResultSetMaxRows, says so in a header for SELECT and not at all for CONSTRUCT; there the rows behind the graph are
asked for as well.
"""

import os
from collections import deque
from urllib.parse import urlencode

from ukrgraph.engine import Results, Solutions, Triple, parse_solutions, parse_triples, read_triples, rows, variables
from ukrgraph.engine.access import Access, access
from ukrgraph.engine.address import address
from ukrgraph.engine.answers import accepted, excerpt
from ukrgraph.engine.body import Body
from ukrgraph.engine.transport import Answer, Message, Server
from ukrgraph.errors import OutsideError
from ukrgraph.sparql.parse import SyntaxProblem, parse
from ukrgraph.sparql.tokens import Token, significant, tokenise

RESULTS = "application/sparql-results+json"
GRAPHS = "application/n-triples, text/turtle;q=0.5"
_GRAPHS = {"application/n-triples": "nquads", "text/plain": "nquads", "text/turtle": "turtle"}
_ROWS = frozenset({RESULTS, "application/json"})
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_TRUTH = ("__ASK_RETVAL",)
"""The one variable of Virtuoso's answer to ASK, 1 for true."""

_TRUE, _FALSE = b'{"head":{},"boolean":true}', b'{"head":{},"boolean":false}'
_MOST_ROWS = "x-sparql-maxrows"


class CutError(OutsideError):
    """The server gave a part of the answer, and says so."""


class Endpoint:
    """A SPARQL endpoint at an http or https address; `timeout` bounds a query, in seconds.

    Who we are to it comes from the environment (`ukrgraph.engine.access`), unless `given` says it.
    """

    remote = True

    def __init__(self, url: str, timeout: float | None = None, given: Access | None = None) -> None:
        self.url = url
        self.server = Server(address(url, "--endpoint"), timeout, access(os.environ) if given is None else given)

    def answer(self, query: str) -> Results:
        """Return what the endpoint answers.

        Raises SyntaxError if it refuses the query, OutsideError if it cannot be reached, fails, answers otherwise or
        cuts the answer.
        """
        answer = self._sent(query)
        self._whole(query, answer)
        try:
            if answer.kind in _ROWS:
                return _solutions(answer.body)
            if answer.kind in _GRAPHS:
                graph = parse_triples(answer.body, _GRAPHS[answer.kind])  # type: ignore[arg-type]  # it has read()
                self._whole_graph(query, answer)
                return graph
        except SyntaxError as error:
            raise self._damaged(error) from error
        raise self._unexpected(answer)

    def triples(self, query: str) -> list[Triple]:
        """Return the triples that a CONSTRUCT answers as the endpoint writes them; `answer` gives canonical literals.

        Blank nodes have names that no other answer has. Raises what `answer` raises.
        """
        answer = self._sent(query)
        self._whole(query, answer)
        if answer.kind not in _GRAPHS:
            raise self._unexpected(answer)
        try:
            found = list(read_triples(answer.body, _GRAPHS[answer.kind]))  # type: ignore[arg-type]  # it has read()
        except SyntaxError as error:
            raise self._damaged(error) from error
        self._whole_graph(query, answer)
        return found

    def _damaged(self, error: SyntaxError) -> OutsideError:
        return OutsideError(f"{self.url}: the answer is cut off or damaged: {error.msg}")

    def _unexpected(self, answer: Answer) -> OutsideError:
        got = repr(answer.kind) if answer.kind else "no content type"
        page = f" with {text!r}" if (text := excerpt(answer)) else ""
        wanted = "expected SPARQL results in JSON or a graph"
        return OutsideError(f"{self.url}: {wanted}, got {got}{page}; is this the address of an endpoint?")

    def close(self) -> None:
        """Close the connection; the next query opens a new one."""
        self.server.close()

    def _sent(self, query: str, *, only_head: bool = False) -> Answer:
        headers = {**_FORM, "Accept": _accept(query)}
        data = urlencode({"query": query}).encode()
        message = Message("POST", self.server.where.target, data, headers, only_head=only_head)
        return accepted(self.server.where, self.server.send(message))

    def _whole(self, query: str, answer: Answer) -> None:
        """Raise OutsideError if the headers say that the answer is cut."""
        most = answer.headers.get(_MOST_ROWS, "")
        if most and not _within(query, most):
            raise CutError(
                f"{self.url}: the server gives at most {most} rows an answer, and this one is cut there; "
                "ask for less with --limit, or raise its limit (ResultSetMaxRows in virtuoso.ini)"
            )
        if answer.headers.get("x-sql-state", "").startswith("S1TAT"):
            raise CutError(f"{self.url}: the server ran out of its time and gave part of the answer; ask for less")

    def _whole_graph(self, query: str, answer: Answer) -> None:
        """Raise OutsideError if Virtuoso cut a graph; its headers tell only for the rows behind it."""
        if answer.headers.get("server", "").startswith("Virtuoso") and (behind := rows_behind(query)):
            self._whole(query, self._sent(behind, only_head=True))


def _solutions(body: Body) -> Results:
    """Return the rows or the truth of an answer that is read to its end first."""
    found = parse_solutions(body, "json")  # type: ignore[arg-type]  # it has read()
    truth = isinstance(found, Solutions) and variables(found) == _TRUTH
    every = deque(rows(found), 1)  # to the end before the first row is given out: a cut answer must not look whole
    if truth:
        is_true = every and getattr(every[0][0], "value", "") in {"1", "true"}
        return parse_solutions(_TRUE if is_true else _FALSE, "json")
    body.rewind()
    return parse_solutions(body, "json")  # type: ignore[arg-type]  # it has read()


def _form(tokens: list[Token]) -> int:
    """Return the index of the keyword that says the form of a query, -1 if there is none."""
    forms = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
    return next((at for at, token in enumerate(tokens) if token.keyword in forms), -1)


def _accept(query: str) -> str:
    """Return the media types for the form of a query: servers that may choose send rows for a graph."""
    tokens = significant(tokenise(query))
    at = _form(tokens)
    if at < 0:
        return f"{RESULTS}, {GRAPHS}"
    return RESULTS if tokens[at].keyword in {"SELECT", "ASK"} else GRAPHS


def rows_behind(query: str) -> str:
    """Return the SELECT of the solutions that a CONSTRUCT is made of, "" for another form."""
    tokens = significant(tokenise(query))
    at = _form(tokens)
    if at < 0 or tokens[at].keyword != "CONSTRUCT":
        return ""
    end, depth = tokens[at].end, 0
    for token in tokens[at + 1 :]:
        if not depth and token.text != "{":
            break
        depth += {"{": 1, "}": -1}.get(token.text, 0)
        end = token.end
        if not depth:
            break
    return f"{query[: tokens[at].start]}SELECT *{query[end:]}"


def _within(query: str, most: str) -> bool:
    """Tell whether a query asks for no more rows than the server gives at most."""
    try:
        limit = parse(query).query.limit
    except SyntaxProblem:
        return False
    return limit is not None and most.isdecimal() and int(limit.text) <= int(most)
