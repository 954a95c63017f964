"""A stored query as a form and a table: what can be put in, what came of it, and what went wrong where."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from ukrgraph.engine import Boolean, NamedNode, Results, Solutions, Term, rows, variables
from ukrgraph.errors import InputError, UkrgraphError, UsageError
from ukrgraph.evidence import Passage
from ukrgraph.finding import Finding
from ukrgraph.pages.site import Site
from ukrgraph.query.catalogue import StoredQuery
from ukrgraph.query.entities import Entities
from ukrgraph.query.parameters import Parameter
from ukrgraph.query.run import Options, Prepared, explain_empty, prepare, run
from ukrgraph.terms import RDF, RDFS, SKOS, UKC, UKG

MOST = 500
"""The most rows that a page shows."""

FEW = 14
"""Up to so many entities are a list to choose from; more are suggested while one types."""

Row = tuple[tuple[Term | None, ...], Passage | None]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a query: columns and rows, each with the passage it rests on; `truth` is the answer of ASK.

    `cut` says that there are more rows than are shown. `errors` are messages by name of a parameter, "" for the query
    as a whole; `reasons` say why there are no rows.
    """

    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    cut: bool = False
    truth: bool | None = None
    evidence: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)
    reasons: tuple[Finding, ...] = ()

    @property
    def failed(self) -> bool:
        """Tell whether the query could not be run."""
        return bool(self.errors)


def given(query: StoredQuery, values: Mapping[str, str]) -> dict[str, str]:
    """Return the values that a form really gives: fields left empty are as if they were not there."""
    del query
    return {name: value for name, value in values.items() if value.strip()}


def answer(site: Site, query: StoredQuery, values: Mapping[str, str]) -> Answer:
    """Return what comes of a stored query with the values of a form."""
    return _answer(site, query.name, tuple(sorted(values.items())))


@lru_cache(maxsize=64)
def _answer(site: Site, name: str, pairs: tuple[tuple[str, str], ...]) -> Answer:
    """Return an answer; the last ones are kept, for both languages show the same."""
    query, values = site.query(name), dict(pairs)
    if query is None:
        return Answer(errors={"": f"no stored query {name!r}"})
    missing = _missing(query, values)
    if missing:
        return Answer(errors=missing)
    try:
        prepared = prepare(query, values, site.engine, site.names, Options(limit=MOST + 1, check=False))
    except UsageError as error:
        name = str(error).partition(":")[0]
        known = any(parameter.name == name for parameter in query.header.params)
        return Answer(errors={name if known else "": str(error).removeprefix(f"{name}: ") if known else str(error)})
    except InputError as error:
        return Answer(errors={"": str(error)})
    return _run(site, prepared)


def free(site: Site, query: StoredQuery) -> Answer:
    """Return what comes of a query that somebody wrote; its faults stand under "query"."""
    try:
        prepared = prepare(query, {}, site.engine, site.names, Options(limit=MOST + 1, check=False))
    except UkrgraphError as error:
        return Answer(errors={"query": str(error)})
    return _run(site, prepared)


def _missing(query: StoredQuery, values: Mapping[str, str]) -> dict[str, str]:
    return {
        parameter.name: f"expected {parameter.expected}, got nothing"
        for parameter in query.header.params
        if parameter.required and parameter.default is None and parameter.name not in values
    }


def _run(site: Site, prepared: Prepared) -> Answer:
    try:
        found = run(prepared, site.engine)
        if isinstance(found, Boolean):
            return Answer(truth=bool(found))
        names, table = _table(found)
        if not table or prepared.counts_nothing(site.engine):
            return Answer(names, reasons=tuple(explain_empty(prepared, site.engine, site.names)))
    except UkrgraphError as error:
        return Answer(errors={"": str(error)})
    shown = table[:MOST]
    kept = [at for at, name in enumerate(names) if not _named_twice(name, names)]
    known = site.passages(sorted({term.value for row in shown for term in row if isinstance(term, NamedNode)}))
    with_evidence = tuple((tuple(row[at] for at in kept), _first(row, known)) for row in shown)
    columns = tuple(names[at] for at in kept)
    return Answer(columns, with_evidence, len(table) > MOST, evidence=any(passage for _, passage in with_evidence))


def _table(found: Results) -> tuple[tuple[str, ...], list[tuple[Term | None, ...]]]:
    """Return the columns and at most MOST + 1 rows of an answer; a graph has the columns of its triples."""
    if isinstance(found, Solutions):
        return variables(found), list(islice(rows(found), MOST + 1))
    if isinstance(found, Boolean):
        return (), []
    triples = [(item.subject, item.predicate, item.object) for item in islice(found, MOST + 1)]
    return ("subject", "predicate", "object"), [(s, p, o) for s, p, o in triples]


def _named_twice(name: str, names: Iterable[str]) -> bool:
    """Tell whether a column is the label of another, which a page gives anyway."""
    return name.endswith("Label") and name.removesuffix("Label") in names


def _first(row: tuple[Term | None, ...], known: Mapping[str, list[Passage]]) -> Passage | None:
    found = (known[term.value][0] for term in row if isinstance(term, NamedNode) and known.get(term.value))
    return next(found, None)


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form: a parameter, what it holds, and the entities that may be put in as pairs of id and IRI."""

    parameter: Parameter
    value: str
    candidates: tuple[tuple[str, str], ...] = ()

    @property
    def choice(self) -> bool:
        """Tell whether there are few enough candidates to choose from a list."""
        values = {value for value, _ in self.candidates}
        return 0 < len(values) <= FEW and (not self.value or self.value in values)


def fields(site: Site, query: StoredQuery, values: Mapping[str, str]) -> tuple[Field, ...]:
    """Return the fields of the form of a query, with the values given or the defaults."""
    found = []
    for parameter in query.header.params:
        value = values.get(parameter.name, parameter.default or "")
        candidates = _candidates(site, parameter) if parameter.type == "entity" else ()
        found.append(Field(parameter, value, candidates))
    return tuple(found)


def _candidates(site: Site, parameter: Parameter) -> tuple[tuple[str, str], ...]:
    """Return the entities that a parameter takes, by id."""
    short = Entities(site.engine, site.names).short
    patterns = ""
    if parameter.of_class:
        patterns += f"?s <{RDF}type>/<{RDFS}subClassOf>* <{UKG}{parameter.of_class}> . "
    if parameter.scheme:
        patterns += f"?s <{SKOS}inScheme> <{UKC}{parameter.scheme}> . ?s <{SKOS}notation> ?id ."
    if not patterns:
        patterns = f"?s <{SKOS}prefLabel> ?l FILTER(STRSTARTS(STR(?s), '{site.names.entity('')}'))"
    query = f"SELECT DISTINCT ?s ?id {{ {patterns} }}"
    found = []
    for thing, notation in rows(site.engine.answer(query)):
        if isinstance(thing, NamedNode):
            local = thing.value.removeprefix(site.names.document(""))
            name = notation.value if notation is not None and not parameter.of_class else local  # type: ignore[union-attr]
            found.append((name if name != thing.value else short(thing.value), thing.value))
    return tuple(sorted(set(found)))
