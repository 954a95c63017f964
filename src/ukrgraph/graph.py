"""The library's door: open a graph, ask it, and ask it why.

    graph = Graph("path/to/project")
    for row in graph.query("who-condemned", event="referendums-2022"):
        print(row.actor, row.date)

Rows are named tuples of Python values. What a query check finds, and why an answer is empty, comes as a warning.
"""

import warnings
from collections import namedtuple
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Self, overload

from ukrgraph.engine import Boolean, Engine, Literal, NamedNode, Results, Solutions, Term, Triples, rows, variables
from ukrgraph.engine.endpoint import Endpoint
from ukrgraph.engine.local import Local, open_project
from ukrgraph.engine.worker import Worker
from ukrgraph.errors import UsageError
from ukrgraph.finding import Finding, Severity
from ukrgraph.query.catalogue import StoredQuery, all_queries, named, parse
from ukrgraph.query.entities import Entities
from ukrgraph.query.parameters import Parameter
from ukrgraph.query.run import Options, explain_empty, prepare, run
from ukrgraph.terms import UKG, XSD
from ukrgraph.why.explain import Explainer, Why


class QueryWarning(UserWarning):
    """Something about a query that a person should look at: an unknown term, an answer without rows."""


class Iri(str):
    """An IRI."""

    __slots__ = ()


class Text(str):
    """A text in a language."""

    language: str
    __slots__ = ("language",)

    def __new__(cls, text: str, language: str) -> Self:
        """Return `text`, said to be in `language`."""
        made = super().__new__(cls, text)
        made.language = language
        return made


Value = Iri | Text | str | int | float | Decimal | bool | date | datetime | None


def value(term: Term | None) -> Value:
    """Return a term as a Python value; a literal that its datatype does not allow stays text.

    IRIs become Iri, texts in a language Text; integer, decimal, double, float, boolean, date and dateTime of XML Schema
    their Python types; everything else str. Unbound is None.
    """
    if term is None:
        return None
    if isinstance(term, NamedNode):
        return Iri(term.value)
    if not isinstance(term, Literal):
        return str(term)
    if term.language:
        return Text(term.value, term.language)
    read = _READERS.get(term.datatype.value.removeprefix(XSD))
    try:
        return read(term.value) if read else term.value
    except (ValueError, ArithmeticError):
        return term.value


_READERS: dict[str, Any] = {
    "integer": int,
    "decimal": Decimal,
    "double": float,
    "float": float,
    "boolean": lambda text: {"true": True, "false": False, "1": True, "0": False}[text],
    "date": date.fromisoformat,
    "dateTime": datetime.fromisoformat,
}


class Rows(Sequence[Any]):
    """The answer of SELECT: rows as named tuples of Python values, in order.

    A variable whose name is a Python keyword is called `_` and its position.
    """

    def __init__(self, names: tuple[str, ...], terms: Iterator[tuple[Term | None, ...]]) -> None:
        row = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # noqa: PYI024  # the names come with the answer
        self.variables = names
        self._rows = [row._make(map(value, found)) for found in terms]

    @overload
    def __getitem__(self, index: int) -> Any: ...  # noqa: ANN401  # a row of this answer
    @overload
    def __getitem__(self, index: slice) -> list[Any]: ...
    def __getitem__(self, index: int | slice) -> Any:
        """Return a row, or several."""
        return self._rows[index]

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        return f"<Rows: {len(self)} of {', '.join(self.variables)}>"

    def to_dicts(self) -> list[dict[str, Value]]:
        """Return a dictionary for each row."""
        return [dict(zip(self.variables, row, strict=True)) for row in self._rows]

    def to_pandas(self) -> Any:  # noqa: ANN401  # pandas need not be installed
        """Return a pandas.DataFrame; pandas must be installed."""
        pandas = _installed("pandas")
        return pandas.DataFrame.from_records([tuple(row) for row in self._rows], columns=list(self.variables))

    def to_polars(self) -> Any:  # noqa: ANN401  # Polars need not be installed
        """Return a polars.DataFrame; Polars must be installed."""
        polars = _installed("polars")
        columns = {name: [_plain(row[at]) for row in self._rows] for at, name in enumerate(self.variables)}
        return polars.DataFrame(columns, strict=False)


def _plain(found: Value) -> Value:
    """Return our own kinds of text as plain text."""
    return str(found) if isinstance(found, Iri | Text) else found


def _installed(name: str) -> Any:  # noqa: ANN401  # a module
    from importlib import import_module  # noqa: PLC0415

    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise UsageError(f"{name} is not installed; run: pip install {name}") from error


class Graph:
    """The graph of a project, or an endpoint with the same data.

    With a `timeout` in seconds, queries run in a worker process that is killed when the time is up; without one they
    run in this process. An endpoint keeps its own time.
    """

    def __init__(self, project: str | Path = ".", *, endpoint: str = "", timeout: float | None = None) -> None:
        self.project = Path(project)
        self.engine: Engine
        if endpoint:
            self.engine = Endpoint(endpoint, timeout)
        elif timeout is not None:
            self.engine = Worker(self.project, timeout)
        else:
            self.engine = Local(open_project(self.project))

    def queries(self) -> list[StoredQuery]:
        """Return the stored queries, sorted by name."""
        return all_queries(self.project)

    def query(self, name: str, /, *, limit: int | None = None, **parameters: object) -> Any:  # noqa: ANN401
        """Return the answer of a stored query: Rows, the truth of ASK, or the triples of a graph.

        Raises UsageError for an unknown query or a parameter that is missing, unknown or of the wrong type.
        """
        given = {key: str(found) for key, found in parameters.items() if found is not None}
        return self._answer(named(self.project, name), given, limit)

    def select(self, sparql: str) -> Rows:
        """Return the rows of a SELECT query; the prefixes of the project need not be declared.

        Raises UsageError if it is no SELECT.
        """
        found = self._answer(parse(sparql, "select", "query"), {}, None)
        if not isinstance(found, Rows):
            raise UsageError("select: expected a SELECT query; use ask() or construct()")
        return found

    def ask(self, sparql: str) -> bool:
        """Return the truth of an ASK query.

        Raises UsageError if it is no ASK.
        """
        found = self._answer(parse(sparql, "ask", "query"), {}, None)
        if not isinstance(found, bool):
            raise UsageError("ask: expected an ASK query; use select() or construct()")
        return found

    def construct(self, sparql: str) -> Triples:
        """Return the triples of a CONSTRUCT or DESCRIBE query.

        Raises UsageError if it is neither.
        """
        found = self._answer(parse(sparql, "construct", "query"), {}, None)
        if not isinstance(found, Triples):
            raise UsageError("construct: expected a CONSTRUCT or DESCRIBE query; use select() or ask()")
        return found

    def why(self, subject: str, predicate: str | None = None, object: str | None = None) -> Why:
        """Return what supports a subject, its triples with a property, or one triple; names as on the command line."""
        entities = Entities(self.engine)
        node = entities.resolve(Parameter("subject", "entity"), subject)
        relation = entities.expand(predicate, UKG) if predicate else None
        target = entities.value(node, relation, object) if relation is not None and object is not None else None
        return Explainer(self.engine, self.project).why(node, relation, target)

    def dataset(self) -> Any:  # noqa: ANN401  # rdflib need not be imported for anything else
        """Return the same store as an rdflib Dataset, to be read only, by way of oxrdflib.

        Its default graph is the union of all graphs; a named graph is `get_context(IRI)`, for `graph(IRI)` writes. A
        query must be given as text: one that was prepared is evaluated by rdflib, triple by triple, much slower. What
        differs from rdflib's own stores (oxrdflib 0.5):

        - FROM is ignored, `initBindings` fail for a variable that is not in the SELECT clause, and functions that were
          registered with rdflib are unknown;
        - a text without language is `Literal(..., datatype=XSD.string)`, which rdflib does not take for equal to
          `Literal(...)`; numbers and times have the one form that Oxigraph writes;
        - pySHACL reports false violations over it: validate files with `ukrgraph validate`.

        Raises UsageError for an endpoint and for a graph with a time-out, whose store is not in this process.
        """
        if not isinstance(self.engine, Local):
            raise UsageError("dataset: the store is not in this process; open the graph without endpoint and timeout")
        import rdflib  # noqa: PLC0415  # slow to import
        from oxrdflib import OxigraphStore  # noqa: PLC0415

        return rdflib.Dataset(store=OxigraphStore(store=self.engine.store), default_union=True)

    def _answer(self, query: StoredQuery, given: dict[str, str], limit: int | None) -> Any:  # noqa: ANN401
        prepared = prepare(query, given, self.engine, options=Options(limit=limit))
        _warn(prepared.findings)
        found = _typed(run(prepared, self.engine))
        if (isinstance(found, Rows) and not found) or prepared.counts_nothing(self.engine):
            _warn(explain_empty(prepared, self.engine))
        return found

    def close(self) -> None:
        """End the worker process, if there is one."""
        if isinstance(self.engine, Worker):
            self.engine.close()


def _typed(answer: Results) -> Rows | bool | Triples:
    if isinstance(answer, Boolean):
        return bool(answer)
    if isinstance(answer, Solutions):
        return Rows(variables(answer), rows(answer))
    return answer


def _warn(findings: Sequence[Finding]) -> None:
    """Warn of findings where the user called us."""
    for finding in findings:
        if finding.severity >= Severity.WARNING:
            place = f"{finding.file}:{finding.line}" if finding.line else finding.file
            advice = f"\n{finding.advice}" if finding.advice else ""
            warnings.warn(f"{place}: {finding.message}{advice}", QueryWarning, stacklevel=4)
