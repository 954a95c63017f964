"""From what a person calls an entity to the entity: by IRI, CURIE, id, label or alias in any language."""

import re
import unicodedata
from collections.abc import Mapping

from ukrgraph.engine import Engine, Literal, NamedNode, Term, rows
from ukrgraph.errors import UsageError
from ukrgraph.iri import Namespace
from ukrgraph.query.parameters import Parameter
from ukrgraph.terms import DCTERMS, PREFIXES, RDFS, SKOS, UKC, UKG

_NAMES = (
    (f"{DCTERMS}identifier", 0),
    (f"{SKOS}notation", 0),
    (f"{SKOS}prefLabel", 1),
    (f"{SKOS}altLabel", 2),
    (f"{SKOS}hiddenLabel", 3),
)
"""Properties that name things, with their precedence: an id before a label before an alias."""

_ABSOLUTE = re.compile(r"<.*>|[A-Za-z][A-Za-z0-9+.-]*:(?:/|.*/)", re.DOTALL)
_CURIE = re.compile(r"([A-Za-z][\w-]*):([^\s/]+)")
_SHOWN = 8


class Entities:
    """The entities that an engine knows; `names` are the IRIs of the project."""

    def __init__(self, engine: Engine, names: Namespace | None = None) -> None:
        self.engine = engine
        self.names = names or Namespace()
        base = self.names.base
        own = {
            kind: f"{base}{kind}/" for kind in ("id", "statement", "claim", "silence", "document", "report", "status")
        }
        self.prefixes: Mapping[str, str] = {**PREFIXES, **own}

    def resolve(self, parameter: Parameter, value: str) -> NamedNode:
        """Return the entity that `value` means.

        Raises UsageError if there is none, with the nearest names, or more than one, with the candidates.
        """
        name = unicodedata.normalize("NFC", " ".join(value.split(" "))).strip(" ")
        iri = self._iri(parameter, name, value)
        if iri is not None:
            return self._checked(parameter, iri, value)
        found = self._named(parameter, f"FILTER(STR(?name) = {Literal(name)})")
        if not found:
            found = self._named(parameter, f"FILTER(LCASE(STR(?name)) = {Literal(name.lower())})")
        if len(found) > 1:
            listed = ", ".join(f"{label} ({self.short(entity)})" for entity, label in sorted(found.items())[:_SHOWN])
            more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
            raise UsageError(f"{parameter.name}: {value!r} names {len(found)} entities: {listed}{more}; give the id")
        if not found:
            raise parameter.wrong(value, self._nearest(parameter, name))
        return NamedNode(next(iter(found)))

    def _iri(self, parameter: Parameter, name: str, value: str) -> NamedNode | None:
        """Return the IRI that a text is, written in full or as a CURIE with a known prefix; None if it is a name."""
        curie = _CURIE.fullmatch(name)
        if _ABSOLUTE.match(name):
            full = name[1:-1] if name.startswith("<") else name
        elif curie and curie[1] in self.prefixes:
            full = self.prefixes[curie[1]] + curie[2]
        else:
            return None
        try:
            return NamedNode(full)
        except ValueError as error:
            raise parameter.wrong(value, "it is not a valid IRI") from error

    def _checked(self, parameter: Parameter, iri: NamedNode, value: str) -> NamedNode:
        """Return `iri` if the graph knows it as what the parameter wants."""
        if next(rows(self.engine.answer(f"SELECT * {{ {iri} ?property ?value }} LIMIT 1")), None) is None:
            raise parameter.wrong(value, "the graph says nothing of it")
        narrow = self._narrow(parameter)
        query = f"SELECT * {{ {{ BIND({iri} AS ?entity) }} {narrow.replace('?entity', str(iri))} }} LIMIT 1"
        if narrow and next(rows(self.engine.answer(query)), None) is None:
            kinds = rows(self.engine.answer(f"SELECT DISTINCT ?kind {{ {iri} a ?kind }} ORDER BY ?kind"))
            listed = ", ".join(self.short(kind.value) for (kind,) in kinds if isinstance(kind, NamedNode))
            raise parameter.wrong(value, f"it is {listed or 'of no class'}")
        return iri

    def _narrow(self, parameter: Parameter) -> str:
        """Return the patterns that an entity of the parameter fulfils."""
        patterns = ""
        if parameter.of_class:
            patterns += f" ?entity a/<{RDFS}subClassOf>* {self.expand(parameter.of_class, UKG)} ."
        if parameter.scheme:
            patterns += f" ?entity <{SKOS}inScheme> {self.expand(parameter.scheme, UKC)} ."
        return patterns

    def expand(self, name: str, namespace: str) -> NamedNode:
        """Return the IRI of a CURIE, or of a local name in `namespace`."""
        prefix, mark, local = name.partition(":")
        if mark and prefix in self.prefixes:
            return NamedNode(self.prefixes[prefix] + local)
        return NamedNode(namespace + name)

    def _named(self, parameter: Parameter, filter: str) -> dict[str, str]:
        """Return the entities whose name passes a filter, with their names; those of the best precedence only."""
        values = " ".join(f"(<{iri}> {precedence})" for iri, precedence in _NAMES)
        query = f"""SELECT DISTINCT ?entity ?precedence ?name {{
            VALUES (?property ?precedence) {{ {values} }}
            ?entity ?property ?name . {filter} {self._narrow(parameter)}
        }} ORDER BY ?precedence ?entity ?name"""
        found: dict[str, str] = {}
        best = None
        for entity, precedence, label in rows(self.engine.answer(query)):
            if not (isinstance(entity, NamedNode) and isinstance(precedence, Literal) and isinstance(label, Literal)):
                continue
            best = best or precedence.value
            if precedence.value == best:
                found.setdefault(entity.value, label.value)
        return found

    def _nearest(self, parameter: Parameter, name: str) -> str:
        """Return advice: the names nearest to a misspelt one, or where to look."""
        from ukrgraph.near import nearest  # noqa: PLC0415  # only after a mistake

        values = " ".join(f"<{iri}>" for iri, _ in _NAMES)
        query = f"""SELECT DISTINCT ?entity ?name {{
            VALUES ?property {{ {values} }} ?entity ?property ?name . {self._narrow(parameter)}
        }} ORDER BY ?name ?entity"""
        known: dict[str, str] = {}
        for entity, label in rows(self.engine.answer(query)):
            if isinstance(entity, NamedNode) and isinstance(label, Literal):
                known.setdefault(label.value, entity.value)
        near = list({known[item]: item for item in reversed(nearest(name, known))}.values())[::-1]
        if near:
            return "did you mean " + " or ".join(f"{item!r} ({self.short(known[item])})" for item in near) + "?"
        if len({*known.values()}) <= _SHOWN and known:
            return "there are: " + ", ".join(sorted({self.short(iri) for iri in known.values()}))
        return "the graph has no such name"

    def value(self, subject: NamedNode, property: NamedNode, text: str) -> Term:
        """Return the value that a text means: a literal that the subject has, a term by CURIE, or an entity.

        Raises UsageError if it is none of them.
        """
        for (found,) in rows(self.engine.answer(f"SELECT ?o {{ {subject} {property} ?o }} ORDER BY ?o")):
            if isinstance(found, Literal) and found.value == text:
                return found
        prefix, mark, local = text.partition(":")
        if mark and prefix in self.prefixes:
            return NamedNode(self.prefixes[prefix] + local)
        return self.resolve(Parameter("OBJECT", "entity"), text)

    def short(self, iri: str) -> str:
        """Return the id of one of our entities, the CURIE of another known term, else the IRI in <>."""
        if iri.startswith(self.prefixes["id"]):
            return iri.removeprefix(self.prefixes["id"])
        for prefix, namespace in self.prefixes.items():
            if iri.startswith(namespace):
                return f"{prefix}:{iri.removeprefix(namespace)}"
        return f"<{iri}>"
