"""The entities as reconciliation sees them: names, types, properties and values, read from the graph by queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ukrgraph.engine import Engine, Literal, NamedNode, Term, rows
from ukrgraph.errors import UsageError
from ukrgraph.iri import Namespace
from ukrgraph.near import nearest
from ukrgraph.terms import DCTERMS, RDF, RDFS, SKOS, UKC, UKG
from ukrgraph.wikidata.authorities import Entity, Name
from ukrgraph.wikidata.match import SUBCLASSES, Matcher, targets

LANGUAGES = ("en", "uk")
"""The languages of names; the first stands for all others."""

Labels = Mapping[str, str]
"""The names of something by language."""

WIKIDATA = "wikidata"
_OFFICE = "office"
ACTOR_TYPES = ("Actor", "Person", "Organization", "Country", "Group", "Place", "Region", "Event", "Office", "Norm")
"""The types that a client is offered first."""

_NAMES = {SKOS + "prefLabel": "label", SKOS + "altLabel": "alias", SKOS + "hiddenLabel": "hidden"}
_ORDER = {"label": 0, "alias": 1, "hidden": 2}
_HIDDEN = frozenset({RDF + "type", SKOS + "hiddenLabel", UKG + "evidence", UKG + "cue", UKG + "quotation"})
_OWN_NAMES = {SKOS + "prefLabel": "name", SKOS + "altLabel": "alias", DCTERMS + "identifier": "id"}


class Type(NamedTuple):
    """A type of entities: a class of the ontology (`Person`), or a kind (`government`) with its classes."""

    id: str
    labels: Labels
    broader: tuple[str, ...] = ()


class Property(NamedTuple):
    """A property of entities; `pattern` leads from `?e`, the entity, to `?v`, its value, and may count (`counts`)."""

    id: str
    labels: Labels
    pattern: str
    counts: bool = False


_COUNTED = (
    ("statements-by", "statements by it", "висловлювань від нього", f"?v <{UKG}speaker> ?e"),
    ("statements-about", "statements about it", "висловлювань про нього", f"?v <{UKG}about> ?e"),
    ("mentions", "mentions in documents", "згадок у документах", f"?v <{UKG}mentionOf> ?e"),
)
_HELD = f"?c <{UKG}relation> <{UKC}relation-holds-office> ; <{UKG}relationSubject> ?e ; <{UKG}relationObject> ?v"


def label(labels: Labels, language: str, otherwise: str) -> str:
    """Return the name in `language`, else in English, else in any language, else `otherwise`."""
    return labels.get(language) or labels.get("en") or next(iter(labels.values()), otherwise)


class Directory:
    """All entities of the graph, their types and properties; values are looked up when they are asked for.

    `qids` are the items of Wikidata that entities exactly match, by id.
    """

    def __init__(self, engine: Engine, qids: Mapping[str, str], names: Namespace | None = None) -> None:
        self.engine = engine
        self.names = names or Namespace()
        self.qids = qids
        self.space = self.names.entity("")
        self.entities = self._entities()
        self.matcher = Matcher(targets(self.entities.values(), dict(qids)))
        self.by_qid = {qid: one for one, qid in sorted(qids.items(), reverse=True) if one in self.entities}
        self.types = self._types()
        self.properties = self._properties()
        self._used = self._properties_by_type()

    def _entities(self) -> dict[str, Entity]:
        """Return the entities by id, sorted: those below /id/ that the graph gives a class and a name."""
        predicates = " ".join(f"<{iri}>" for iri in (RDF + "type", UKG + "kind", *_NAMES))
        query = (
            f"SELECT ?s ?p ?o {{ VALUES ?p {{ {predicates} }} ?s ?p ?o FILTER(STRSTARTS(STR(?s), {self._start()})) }}"
        )
        classes: dict[str, str] = {}
        kinds: dict[str, str] = {}
        known: dict[str, set[Name]] = defaultdict(set)
        for subject, predicate, term in rows(self.engine.answer(query)):
            id, property = _value(subject).removeprefix(self.space), _value(predicate)  # noqa: A001  # their names
            if property == RDF + "type":
                classes[id] = max(classes.get(id, ""), _value(term).removeprefix(UKG))
            elif property == UKG + "kind":
                kinds[id] = _value(term).removeprefix(UKC + "kind-")
            elif isinstance(term, Literal):
                known[id].add(Name(term.value, term.language or "", _NAMES[property]))
        return {
            id: Entity(id, classes[id], kinds.get(id, ""), tuple(sorted(known[id], key=_name_order)))
            for id in sorted(classes)  # noqa: A001  # its name
            if known[id]
        }

    def _start(self) -> str:
        return str(Literal(self.space))

    def _labels(self, query: str) -> dict[str, dict[str, str]]:
        """Return labels by IRI and language, of a query for ?s and ?l."""
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for subject, term in rows(self.engine.answer(query)):
            if isinstance(term, Literal):
                found[_value(subject)].setdefault(term.language or "", term.value)
        return found

    def _types(self) -> dict[str, Type]:
        """Return the types that entities have, and those that stand for several, by id."""
        labels = self._labels(
            f"SELECT ?s ?l {{ ?s <{RDFS}label>|<{SKOS}prefLabel> ?l FILTER(isIRI(?s)) }} ORDER BY ?s ?l"
        )
        used = {one.own for one in self.entities.values()}
        found = {}
        for own in sorted(used | set(SUBCLASSES)):
            broader = tuple(sorted(one for one, below in SUBCLASSES.items() if own in below and own != one))
            found[own] = Type(own, labels.get(UKG + own, {}), broader)
        within: dict[str, set[str]] = defaultdict(set)
        for one in self.entities.values():
            if one.kind:
                within[one.kind].add(one.own)
        for kind, classes in sorted(within.items()):
            found.setdefault(kind, Type(kind, labels.get(f"{UKC}kind-{kind}", {}), tuple(sorted(classes))))
        return found

    def _properties(self) -> dict[str, Property]:
        """Return the properties that entities have, by id: those of the graph first, then those that are counted."""
        used = f"SELECT DISTINCT ?p {{ ?s a ?c ; ?p ?o FILTER(STRSTARTS(STR(?s), {self._start()})) }} ORDER BY ?p"
        labels = self._labels(f"SELECT ?s ?l {{ ?s <{RDFS}label> ?l FILTER(isIRI(?s)) }} ORDER BY ?s ?l")
        found = {}
        for (term,) in rows(self.engine.answer(used)):
            iri = _value(term)
            own = _own_name(iri)
            if iri not in _HIDDEN:
                found[own] = Property(own, labels.get(iri, {}), f"?e <{iri}> ?v")
        found[WIKIDATA] = Property(WIKIDATA, {"en": "Wikidata item", "uk": "елемент Вікіданих"}, "")
        held = {"en": "office, as a source says", "uk": "посада, за словами джерела"}
        found[_OFFICE] = Property(_OFFICE, held, _HELD)
        for own, english, ukrainian, pattern in _COUNTED:
            found[own] = Property(own, {"en": english, "uk": ukrainian}, pattern, counts=True)
        return found

    def _properties_by_type(self) -> dict[str, set[str]]:
        """Return the ids of the properties of the graph that entities of each class or kind have."""
        found: dict[str, set[str]] = defaultdict(set)
        for way in (RDF + "type", UKG + "kind"):
            query = f"SELECT DISTINCT ?t ?p {{ ?s <{way}> ?t ; ?p ?o FILTER(STRSTARTS(STR(?s), {self._start()})) }}"
            for kind, predicate in rows(self.engine.answer(query)):
                found[_value(kind).removeprefix(UKG).removeprefix(UKC + "kind-")].add(_own_name(_value(predicate)))
        return found

    def properties_of(self, type: str) -> list[Property]:
        """Return the properties that entities of a type have, and those that are counted, in the order of all."""
        wanted = SUBCLASSES.get(type, (type,))
        own = [one.id for one in self.entities.values() if one.own in wanted or one.kind in wanted]
        used = set().union(*(self._used.get(one, set()) for one in wanted))
        used |= {WIKIDATA} if not self.qids.keys().isdisjoint(own) else set()
        used |= {_OFFICE} if self.values(own, self.properties[_OFFICE]) else set()
        return [one for one in self.properties.values() if one.counts or one.id in used]

    def type(self, name: str) -> str:
        """Return the id of the type that a client names, by id or IRI.

        Raises UsageError with the nearest types if there is none.
        """
        id = name.removeprefix(UKG).removeprefix(UKC + "kind-")  # noqa: A001  # its name
        if id in self.types:
            return id
        raise UsageError(f"expected a type, got {name!r}{_hint(id, self.types)}")

    def property(self, name: str) -> Property:
        """Return the property that a client names, by id or IRI.

        Raises UsageError with the nearest properties if there is none.
        """
        found = self.properties.get(name) or self.properties.get(name.removeprefix(UKG))
        if found is None:
            raise UsageError(f"expected a property, got {name!r}{_hint(name, self.properties)}")
        return found

    def id(self, name: str) -> str:
        """Return the id of the entity that a client names by id, IRI or item of Wikidata; "" if there is none."""
        local = name.strip().removeprefix(self.space)
        if local in self.entities:
            return local
        return self.by_qid.get(local.rpartition("/")[2], "")

    def label(self, id: str, language: str) -> str:
        """Return the name of an entity in a language, else in another one."""
        return self.entities[id].label(language) if id in self.entities else id

    def values(self, ids: Iterable[str], wanted: Property) -> dict[str, list[Term]]:
        """Return the values of a property by entity, in the order of SPARQL; entities without one are left out."""
        asked = [id for id in dict.fromkeys(ids) if id in self.entities]  # noqa: A001  # their name
        if wanted.id == WIKIDATA:
            return {id: [Literal(self.qids[id])] for id in asked if id in self.qids}  # noqa: A001
        known = " ".join(str(NamedNode(self.space + one)) for one in asked)
        if wanted.counts:
            select, rest = "?e (COUNT(DISTINCT ?v) AS ?n)", "GROUP BY ?e ORDER BY ?e"
        else:
            select, rest = "DISTINCT ?e ?v", "ORDER BY ?e ?v"
        found: dict[str, list[Term]] = {}
        if wanted.counts:
            found = {one: [Literal(0)] for one in asked}
        query = f"SELECT {select} {{ VALUES ?e {{ {known} }} {wanted.pattern} }} {rest}"
        for entity, term in rows(self.engine.answer(query)) if known else ():
            id = _value(entity).removeprefix(self.space)  # noqa: A001  # its name
            if term is not None and wanted.counts:
                found[id] = [term]
            elif term is not None:
                found.setdefault(id, []).append(term)
        return found


def _own_name(iri: str) -> str:
    """Return the id of a property."""
    return _OWN_NAMES.get(iri) or iri.rpartition("#")[2].rpartition("/")[2]


def _value(term: Term | None) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


def _name_order(name: Name) -> tuple[int, str, str]:
    return (_ORDER[name.kind], name.language, name.text)


def _hint(name: str, known: Iterable[str]) -> str:
    near = nearest(name, known)
    return f"; did you mean {near[0]!r}?" if near else "; the suggest service lists them"
