"""What the data knows: whether a term occurs, which names there are, which classes go with which properties."""

from functools import cached_property

from ukrgraph.engine import Engine, NamedNode, rows
from ukrgraph.iri import Namespace
from ukrgraph.terms import RDF, RDFS


class Known:
    """The knowledge of an engine; each question is asked when it is needed, and once."""

    def __init__(self, engine: Engine, names: Namespace | None = None) -> None:
        self.engine = engine
        self.names = names or Namespace()
        self._folders: dict[str, list[str]] = {}
        self._below: dict[str, list[str]] = {}

    def some(self, pattern: str) -> bool:
        """Tell whether a group pattern has a solution."""
        return bool(self.engine.answer(f"ASK {{ {pattern} }}"))

    def occurs(self, iri: str) -> bool:
        """Tell whether an IRI is a subject, predicate, object or graph of the data."""
        term = NamedNode(iri)
        return any(
            self.some(pattern)
            for pattern in (f"{term} ?p ?o", f"?s ?p {term}", f"?s {term} ?o", f"GRAPH {term} {{ ?s ?p ?o }}")
        )

    def members(self, folder: str) -> list[str]:
        """Return what follows `folder` in the IRIs of subjects that begin with it, without fragments; sorted."""
        if folder not in self._folders:
            found = set()
            for (subject,) in rows(self.engine.answer("SELECT DISTINCT ?s { ?s ?p ?o }")):
                if isinstance(subject, NamedNode) and subject.value.startswith(folder) and "#" not in subject.value:
                    found.add(subject.value.removeprefix(folder))
            self._folders[folder] = sorted(found)
        return self._folders[folder]

    def subclasses(self, iri: str) -> list[str]:
        """Return a class and all classes below it, sorted."""
        if iri not in self._below:
            query = f"SELECT DISTINCT ?c {{ ?c <{RDFS}subClassOf>* {NamedNode(iri)} }} ORDER BY ?c"
            found = {term.value for (term,) in rows(self.engine.answer(query)) if isinstance(term, NamedNode)}
            self._below[iri] = sorted(found | {iri})
        return self._below[iri]

    def instances(self, iri: str, *, direct: bool) -> bool:
        """Tell whether a class has an instance, `direct` or of a class below it."""
        classes = [iri] if direct else self.subclasses(iri)
        return self.some(f"VALUES ?c {{ {_values(classes)} }} ?s <{RDF}type> ?c")

    def goes_with(self, class_iri: str, property_iri: str, *, inverse: bool = False) -> bool:
        """Tell whether an instance of a class has a property, or is a value of it (`inverse`)."""
        pattern = f"?o {NamedNode(property_iri)} ?s" if inverse else f"?s {NamedNode(property_iri)} ?o"
        classes = _values(self.subclasses(class_iri))
        return self.some(f"VALUES ?c {{ {classes} }} ?s <{RDF}type> ?c . {pattern}")

    def declared(self, class_iri: str, property_iri: str, *, inverse: bool = False) -> bool:
        """Tell whether the ontology gives a property to a class: its domain or range is it, or above or below it."""
        relation = f"{RDFS}range" if inverse else f"{RDFS}domain"
        above = f"{NamedNode(class_iri)} <{RDFS}subClassOf>* ?c"
        below = f"?c <{RDFS}subClassOf>* {NamedNode(class_iri)}"
        member = "(<http://www.w3.org/2002/07/owl#unionOf>/<" + RDF + "rest>*/<" + RDF + "first>)?"
        domain = f"{NamedNode(property_iri)} <{relation}>/{member} ?c"
        return self.some(f"{domain} . {{ {above} }} UNION {{ {below} }}")

    def classes_with(self, property_iri: str) -> list[str]:
        """Return the classes whose instances have a property, the most frequent first."""
        query = f"""SELECT ?c (COUNT(*) AS ?n) {{ ?s {NamedNode(property_iri)} ?o ; <{RDF}type> ?c }}
            GROUP BY ?c ORDER BY DESC(?n) ?c LIMIT 5"""
        return [term.value for term, _ in rows(self.engine.answer(query)) if isinstance(term, NamedNode)]

    @cached_property
    def empty(self) -> bool:
        """Tell whether there is no data at all."""
        return not self.some("?s ?p ?o")


def _values(iris: list[str]) -> str:
    return " ".join(str(NamedNode(iri)) for iri in iris)
