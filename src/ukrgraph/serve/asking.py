"""A stored query asked by a program: values by name, a few wishes beside them, and why an answer is empty.

Values are read as the command line reads them, with the same messages. Nothing here knows HTTP.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from ukrgraph.engine import Boolean, Engine, Solutions, Term, rows, variables
from ukrgraph.errors import UsageError
from ukrgraph.evidence import Corpus
from ukrgraph.iri import Namespace
from ukrgraph.query.catalogue import StoredQuery, files, named
from ukrgraph.query.columns import with_evidence, with_labels
from ukrgraph.query.parameters import Parameter, unknown_parameter
from ukrgraph.query.run import Options, Prepared, explain_empty, prepare, run
from ukrgraph.results import Table
from ukrgraph.serve.service import Service

WISHES = (
    Parameter("limit", "limit", label="at most so many rows"),
    Parameter("evidence", "enum", values=("true", "false"), label="document, place and quote of each row"),
    Parameter("labels", "language", label="names in this language instead of IRIs"),
    Parameter("lang", "enum", values=("en", "uk"), label="language of the page"),
)
"""What may be given beside the parameters of a query; one of the query itself with such a name comes first."""

LONGEST = 2000
"""The longest value, in code points."""

_LIMIT = re.compile(r"[0-9]{1,9}")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")


class Call(NamedTuple):
    """A call of a query: the values of its parameters, and the wishes; `labels` is a language or empty."""

    query: StoredQuery
    values: Mapping[str, str]
    limit: int | None = None
    evidence: bool = False
    labels: str = ""

    @property
    def plain(self) -> bool:
        """Tell whether the answer is wanted as the engine gives it."""
        return not self.evidence and not self.labels


class Asked(NamedTuple):
    """An answer: the rows of SELECT, or the truth of ASK; `explanation` says why it is empty, a line a reason."""

    query: StoredQuery
    variables: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]
    truth: bool | None
    explanation: tuple[str, ...]


def call(query: StoredQuery, given: Mapping[str, str]) -> Call:
    """Return the call that fields of a request mean.

    Raises UsageError for a field that is neither a parameter of the query nor a wish, and for a wish that is ill-typed.
    """
    own = {one.name for one in query.header.params}
    wishes = {one.name: given[one.name] for one in WISHES if one.name not in own and one.name in given}
    for name, value in given.items():
        if name not in own and name not in wishes:
            raise unknown_parameter(name, (*query.header.params, *WISHES))
        if len(value) > LONGEST:
            raise UsageError(f"{name}: expected at most {LONGEST} characters, got {len(value)}")
    for one in WISHES:
        _check(one, wishes.get(one.name))
    return Call(
        query,
        {name: value for name, value in given.items() if name in own},
        int(wishes["limit"]) if "limit" in wishes else None,
        wishes.get("evidence") == "true",
        wishes.get("labels", ""),
    )


def _check(wish: Parameter, value: str | None) -> None:
    """Raise UsageError if what is given for a wish is not of its type."""
    if value is None:
        return
    pattern = {"limit": _LIMIT, "language": _LANGUAGE}.get(wish.type)
    if value not in wish.values if wish.values else pattern is not None and not pattern.fullmatch(value):
        raise wish.wrong(value)


def filled(query: StoredQuery, given: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of a form without those left empty, which a browser sends too.

    An empty value stays where it can be meant: for a text.
    """
    texts = {one.name for one in query.header.params if one.type == "string"}
    return {name: value for name, value in given.items() if value or name in texts}


def prepared(one: Call, engine: Engine, names: Namespace) -> Prepared:
    """Return the query of a call with its values bound.

    Raises UsageError for a value that is missing or of the wrong type, InputError if the query is not SPARQL.
    """
    return prepare(one.query, one.values, engine, names, Options(limit=one.limit, check=False))


def form(ready: Prepared) -> str:
    """Return the form of a query: SELECT, ASK, CONSTRUCT or DESCRIBE."""
    return ready.written.query.form if ready.written is not None else "SELECT"


def check_wishes(one: Call, ready: Prepared) -> None:
    """Raise UsageError if a call wants columns on top of an answer that has no rows."""
    if not one.plain and form(ready) != "SELECT":
        raise UsageError("labels and evidence: they go with the rows of SELECT")


def decorated(one: Call, answer: Solutions, engine: Engine, project: Path) -> Table:
    """Return the rows of an answer, all of them read, with the columns that a call wants on top.

    They are read at once, since an answer of the engine must end in the thread that it began in, and one that is left
    in the traceback of an error would not.
    """
    found = Table(variables(answer), list(rows(answer)))
    if one.evidence:
        found = with_evidence(found, engine, Corpus(project))
    if one.labels:
        found = with_labels(found, engine, one.labels)
    return Table(found.variables, list(found.rows))


def explanation(ready: Prepared, engine: Engine, names: Namespace) -> tuple[str, ...]:
    """Return why a query came back empty, a line a reason."""
    found = []
    for finding in explain_empty(ready, engine, names):
        advice = "; ".join(line.strip() for line in finding.advice.splitlines())
        found.append(f"{finding.message}: {advice}" if advice else finding.message)
    return tuple(found)


def names_of(project: Path) -> list[str]:
    """Return the names of the stored queries, sorted."""
    return [file.stem for file in files(project)]


def ask(service: Service, name: str, given: Mapping[str, str]) -> Asked:
    """Return the answer of the stored query `name` with the explanation if it is empty; for pages with forms.

    A field that a form left empty counts as not given.
    Raises UsageError for an unknown query, parameter or value, InputError if the query cannot be evaluated,
    OutsideError if a limit is hit.
    """
    query = named(service.project, name)
    one = call(query, filled(query, given))
    ready = prepared(one, service.engine, service.names)
    check_wishes(one, ready)
    answer = run(ready, service.engine)
    truth = bool(answer) if isinstance(answer, Boolean) else None
    shown = Table((), ())
    if isinstance(answer, Solutions):
        shown = decorated(one, answer, service.engine, service.project)
    found = tuple(shown.rows)
    empty = truth is False or (truth is None and (not found or ready.counts_nothing(service.engine)))
    reasons = explanation(ready, service.engine, service.names) if empty else ()
    return Asked(one.query, shown.variables, found, truth, reasons)
