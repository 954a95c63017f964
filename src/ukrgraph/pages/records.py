"""What the graph says of things: one query for many of them, and each as a record of properties and values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ukrgraph.engine import Engine, Literal, NamedNode, Term, rows
from ukrgraph.pages.labels import Word, word
from ukrgraph.terms import RDF, UKG

TYPE = f"{RDF}type"
SPOKEN = ("Statement", "PlannedStatement", "AscribedStatement")
"""Kinds of records of speech; the last two were not said, so far as the document tells."""


@dataclass(frozen=True, slots=True)
class Record:
    """A thing and its values by property; local names stand for properties of our own ontology."""

    iri: str
    values: Mapping[str, tuple[Term, ...]] = field(default_factory=dict)

    def all(self, property: str) -> tuple[Term, ...]:
        """Return the values of a property, sorted."""
        return self.values.get(property, ())

    def iris(self, *properties: str) -> tuple[str, ...]:
        """Return the values that are IRIs, without repetition, in the order of the properties."""
        found = (term.value for name in properties for term in self.all(name) if isinstance(term, NamedNode))
        return tuple(dict.fromkeys(found))

    def iri_of(self, property: str) -> str:
        """Return the first value that is an IRI, or an empty text."""
        return next(iter(self.iris(property)), "")

    def text(self, property: str) -> str:
        """Return the first value as a text, or an empty text."""
        return word(next(iter(self.all(property)), None)).text

    def word(self, property: str) -> Word:
        """Return the first value with its language."""
        return word(next(iter(self.all(property)), None))

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the classes, local names for those of our own ontology."""
        return tuple(iri.removeprefix(UKG) for iri in self.iris(TYPE))

    @property
    def kind(self) -> str:
        """Return the first class, or an empty text."""
        return next(iter(self.kinds), "")

    @property
    def days(self) -> tuple[str, str]:
        """Return the first and the last day; empty where they are open."""
        return self.text("earliest"), self.text("latest")

    @property
    def when(self) -> tuple[str, str, str]:
        """Return the key that sorts by time: last day, first day, IRI; what has no day comes last."""
        first, last = self.days
        return (last or first or "~", first, self.iri)


def described(engine: Engine, pattern: str) -> list[Record]:
    """Return everything said of each ?s that a group pattern binds, sorted by IRI."""
    found: dict[str, dict[str, set[Term]]] = {}
    query = f"SELECT DISTINCT ?s ?p ?o {{ {{ SELECT DISTINCT ?s {{ {pattern} }} }} ?s ?p ?o }}"
    for subject, predicate, value in rows(engine.answer(query)):
        if isinstance(subject, NamedNode) and isinstance(predicate, NamedNode) and value is not None:
            values = found.setdefault(subject.value, {})
            values.setdefault(predicate.value.removeprefix(UKG), set()).add(value)
    return [
        Record(iri, {name: tuple(sorted(terms, key=_order)) for name, terms in sorted(found[iri].items())})
        for iri in sorted(found)
    ]


def _order(term: Term) -> tuple[str, str]:
    value = word(term)
    return (value.text, value.language)


def described_all(engine: Engine, iris: Iterable[str]) -> dict[str, Record]:
    """Return what is said of each of some IRIs, by IRI; those of which nothing is said are left out."""
    values = " ".join(str(NamedNode(iri)) for iri in sorted(set(iris)))
    return {record.iri: record for record in described(engine, f"VALUES ?s {{ {values} }}")} if values else {}


def number(term: Term | None) -> int:
    """Return a literal as a whole number; 0 where there is none."""
    return int(term.value) if isinstance(term, Literal) else 0
