"""Names of things in two languages, looked up once for all pages."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ukrgraph.engine import Engine, Literal, NamedNode, Term, rows
from ukrgraph.terms import DCTERMS, RDFS, SKOS

_QUERY = f"""SELECT ?thing ?label ?rank {{
    VALUES (?property ?rank) {{ (<{SKOS}prefLabel> 0) (<{RDFS}label> 1) (<{DCTERMS}title> 2) }}
    ?thing ?property ?label
}}"""


class Word(NamedTuple):
    """A text and its language; "" where the graph names none."""

    text: str
    language: str = ""


def word(term: Term | None) -> Word:
    """Return the text of a literal with its language, or an IRI as a text."""
    if isinstance(term, Literal):
        return Word(term.value, term.language or "")
    return Word(term.value) if isinstance(term, NamedNode) else Word("")


class Labels:
    """The labels of everything that has one."""

    def __init__(self, found: Mapping[str, Mapping[str, str]]) -> None:
        self._found = found

    @classmethod
    def of(cls, engine: Engine) -> "Labels":
        """Return the labels that an engine knows: of several in one language the preferred, then the first."""
        best: dict[str, dict[str, tuple[str, str]]] = {}
        for thing, label, rank in rows(engine.answer(_QUERY)):
            if isinstance(thing, NamedNode) and isinstance(label, Literal) and isinstance(rank, Literal):
                known = best.setdefault(thing.value, {})
                key = (rank.value, label.value)
                language = label.language or ""
                known[language] = min(known.get(language, key), key)
        return cls({thing: {name: key[1] for name, key in known.items()} for thing, known in best.items()})

    def get(self, iri: str, language: str) -> Word:
        """Return the label of `iri` in a language, else in English, else any, else the end of the IRI."""
        known = self._found.get(iri)
        if not known:
            return Word(_end(iri))
        for wanted in (language, "en", ""):
            if wanted in known:
                return Word(known[wanted], wanted)
        first = min(known)
        return Word(known[first], first)

    def __contains__(self, iri: str) -> bool:
        return iri in self._found

    def items(self, folder: str) -> Iterator[tuple[str, str]]:
        """Yield each IRI that begins with `folder` with each of its labels, sorted."""
        for iri in sorted(self._found):
            if iri.startswith(folder):
                for language in sorted(self._found[iri]):
                    yield iri, self._found[iri][language]


def _end(iri: str) -> str:
    return iri.rstrip("/#").rpartition("#")[2].rpartition("/")[2] or iri
