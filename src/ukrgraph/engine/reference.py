"""rdflib as a second opinion: the same query over the same files, for tests that two engines agree.

Answers are compared as values: numbers by what they are worth, strings without their datatype, rows in order only where
the query says ORDER BY.
"""

import warnings
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from ukrgraph.engine import BlankNode, Boolean, Literal, NamedNode, Results, Solutions, Term
from ukrgraph.engine.local import PUBLISHED
from ukrgraph.errors import InputError
from ukrgraph.resources import folder
from ukrgraph.terms import XSD

Value = tuple[str, ...]
"""A term in a form that is equal for equal values."""

_NUMBERS = frozenset(XSD + name for name in ("integer", "decimal", "double", "float", "int", "long"))
_DIGITS = 12


class Reference:
    """A dataset of rdflib in memory whose default graph is the union of all graphs."""

    def __init__(self, files: Iterable[Path]) -> None:
        import rdflib  # noqa: PLC0415  # slow to import, and only tests need it
        from rdflib.plugins import sparql  # noqa: PLC0415

        sparql.SPARQL_LOAD_GRAPHS = False
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # rdflib 7.6 calls what it has deprecated itself
            self.dataset = rdflib.Dataset(default_union=True)
            for file in files:
                self.dataset.parse(str(file))

    def add(self, nquads: bytes) -> None:
        """Add quads, given as N-Quads."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            self.dataset.parse(data=nquads, format="nquads")

    @classmethod
    def of_project(cls, project: Path) -> "Reference":
        """Return the published graph of a project.

        Raises InputError if it has not been built.
        """
        file = folder(project, "data/graph") / PUBLISHED.name
        if not file.is_file():
            raise InputError(f"{project / PUBLISHED}: expected the published graph, found none; run: ukrgraph build")
        return cls([file])

    def values(self, query: str) -> list[tuple[Value, ...]]:
        """Return the rows of SELECT, the triples of a graph, or one row with the truth of ASK."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            answer: Any = self.dataset.query(query)
            return self._values(answer)

    @staticmethod
    def _values(answer: Any) -> list[tuple[Value, ...]]:  # noqa: ANN401  # rdflib is imported late
        if answer.type == "ASK":
            return [(("boolean", str(bool(answer.askAnswer)).lower()),)]
        if answer.type == "SELECT":
            return [tuple(_of_rdflib(row[name]) for name in answer.vars) for row in answer]
        return [tuple(_of_rdflib(term) for term in triple) for triple in answer]


def values(answer: Results) -> list[tuple[Value, ...]]:
    """Return an answer of our engines in the same form."""
    if isinstance(answer, Boolean):
        return [(("boolean", str(bool(answer)).lower()),)]
    if isinstance(answer, Solutions):
        return [tuple(_of_ours(term) for term in solution) for solution in answer]
    return [tuple(_of_ours(term) for term in (item.subject, item.predicate, item.object)) for item in answer]


def _of_ours(term: Term | None) -> Value:
    if isinstance(term, NamedNode):
        return ("iri", term.value)
    if isinstance(term, BlankNode):
        return ("blank",)
    if isinstance(term, Literal):
        return _literal(term.value, term.language or "", term.datatype.value)
    return ("unbound",) if term is None else ("triple", str(term))


def _of_rdflib(term: Any) -> Value:  # noqa: ANN401  # rdflib is imported late
    if term is None:
        return ("unbound",)
    kind = type(term).__name__
    if kind == "BNode":
        return ("blank",)
    if kind == "Literal":
        return _literal(str(term), term.language or "", str(term.datatype or f"{XSD}string"))
    return ("iri", str(term))


def _literal(value: str, language: str, datatype: str) -> Value:
    if datatype in _NUMBERS:
        try:
            return ("number", format(round(Decimal(value), _DIGITS).normalize(), "f"))
        except InvalidOperation:
            return ("literal", value, datatype)
    if datatype == f"{XSD}boolean":
        return ("boolean", {"1": "true", "0": "false"}.get(value, value))
    return ("literal", value, language.lower() or datatype.removesuffix("string").removesuffix("langString"))
