"""Our graph as exports read it: values by subject and property."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from ukrgraph.errors import InputError
from ukrgraph.terms import RDF, UKG


class Graph:
    """The triples of a dataset, whatever graph they stand in."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        self._values: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._texts: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._by_class: dict[str, set[str]] = defaultdict(set)
        for quad in quads:
            subject, term = quad.subject, quad.object
            if not isinstance(subject, ox.NamedNode) or not isinstance(term, ox.NamedNode | ox.Literal):
                continue
            place = (subject.value, quad.predicate.value)
            self._values[place].add(term.value)
            if isinstance(term, ox.Literal) and term.language:
                self._texts[place][term.language].add(term.value)
            if place[1] == RDF + "type":
                self._by_class[term.value.removeprefix(UKG)].add(subject.value)

    def of(self, name: str) -> set[str]:
        """Return the subjects of our class with the local name `name`."""
        return self._by_class.get(name, set())

    def local_class(self, subject: str) -> str:
        """Return the local name of a class of ours that `subject` has, "" if it has none."""
        classes = sorted(value for value in self.all(subject, RDF + "type") if value.startswith(UKG))
        return classes[0].removeprefix(UKG) if classes else ""

    def all(self, subject: str, property: str) -> set[str]:
        """Return the values of a property: IRIs and lexical forms."""
        return self._values.get((subject, property), set())

    def one(self, subject: str, property: str) -> str:
        """Return the first value of a property in the order of code points, "" if there is none."""
        return min(self.all(subject, property), default="")

    def texts(self, subject: str, property: str) -> dict[str, tuple[str, ...]]:
        """Return the texts of a property by language, both sorted."""
        found = self._texts.get((subject, property), {})
        return {language: tuple(sorted(found[language])) for language in sorted(found)}


def read(file: Path) -> Graph:
    """Return the graph in an RDF file.

    Raises InputError if it cannot be read, with line and column if it is not in the syntax of its suffix.
    """
    try:
        return Graph(ox.parse(path=str(file)))
    except SyntaxError as error:
        raise InputError(f"{file}:{error.lineno}:{error.offset}: {error.msg}") from error
    except ValueError as error:
        message = f"{file}: expected RDF as .trig, .nq, .ttl, .nt, .jsonld or .rdf, got {file.suffix or 'no suffix'}"
        raise InputError(message) from error
    except OSError as error:
        message = f"{file}: cannot read it: {error.strerror or error}; `ukrgraph build` writes it"
        raise InputError(message) from error
