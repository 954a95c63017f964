"""What the graph says of a resource: what a client gets that looks its IRI up.

The triples with it as subject; the passages that it rests on, with their selectors; the names of what it names; and the
triples with it as object, of which there may be very many: they come in pages, and a page says that there are more.
A document is described with all the IRIs that are fragments of its own, since a server never sees a fragment (RFC 3986,
section 3.5). A named graph is described by its triples.
"""

from collections.abc import Iterable
from typing import NamedTuple

from ukrgraph.engine import Engine, Literal, NamedNode, Term, Triple, Triples, rows, triple
from ukrgraph.terms import DCTERMS, FOAF, OA, RDF, RDFS, SKOS, UKG

PAGE = 500
"""How many triples with the resource as object a description holds."""

HYDRA = "http://www.w3.org/ns/hydra/core#"
"""The vocabulary that says where the next page is (https://www.hydra-cg.com/spec/latest/core/, section 5.3)."""

_LABELS = (SKOS + "prefLabel", DCTERMS + "title", RDFS + "label")
_SPANS = " | ".join(f"<{UKG}{name}>" for name in ("evidence", "quotation", "cue"))

_ABOUT = f"""CONSTRUCT {{ ?s ?p ?o }} WHERE {{
    {{ BIND(%(iri)s AS ?s) %(iri)s ?p ?o }}
    UNION {{ %(iri)s {_SPANS} ?s . ?s ?p ?o }}
    UNION {{ %(iri)s ({_SPANS})/<{OA}hasSelector> ?s . ?s ?p ?o }}
    UNION {{ VALUES ?p {{ {" ".join(f"<{label}>" for label in _LABELS)} }} %(iri)s ?names ?s . ?s ?p ?o }}
}}"""

_FRAGMENTS = """CONSTRUCT { ?s ?p ?o } WHERE {
    GRAPH %s { ?s ?p ?o FILTER(STRSTARTS(STR(?s), %s)) }
}"""

_INCOMING = """SELECT ?s ?p {
    ?s ?p %(iri)s FILTER(?s != %(iri)s && !STRSTARTS(STR(?s), %(fragments)s))
} ORDER BY ?s ?p OFFSET %(first)d LIMIT %(count)d"""

_HOW_MANY = "SELECT (COUNT(*) AS ?n) { ?s ?p %(iri)s FILTER(?s != %(iri)s && !STRSTARTS(STR(?s), %(fragments)s)) }"

_CONTENTS = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH %s { ?s ?p ?o } }"


class Description(NamedTuple):
    """What the graph says of `iri`: its triples in the order in which they are written, none twice.

    Of the triples with it as object there are `incoming`, and those from the one numbered `first` (0 is the first) to
    before the one numbered `after` are here.
    """

    iri: str
    triples: tuple[Triple, ...]
    incoming: int = 0
    first: int = 0
    after: int = 0

    @property
    def more(self) -> bool:
        """Tell whether there are triples with it as object after those here."""
        return self.after < self.incoming


def describe(engine: Engine, iri: str, graph: str = "", first: int = 0, count: int = PAGE) -> Description:
    """Return what the graph says of `iri`; no triples if nothing.

    `graph` is the named graph that holds the fragments of `iri`, if it is a document. Of the triples with it as object
    at most `count` are taken, from the one numbered `first` on.
    """
    node, start = str(NamedNode(iri)), str(Literal(f"{iri}#"))
    found = set(_triples(engine, _ABOUT % {"iri": node}))
    if graph:
        found |= set(_triples(engine, _FRAGMENTS % (NamedNode(graph), start)))
    asked: dict[str, object] = {"iri": node, "fragments": start, "first": first, "count": count + 1}
    naming = [
        triple(subject, predicate.value, NamedNode(iri))
        for subject, predicate in rows(engine.answer(_INCOMING % asked))
        if isinstance(subject, NamedNode) and isinstance(predicate, NamedNode)
    ]
    known = first + len(naming)
    if len(naming) > count or (first and not naming):
        known = _number(engine, _HOW_MANY % asked)
    shown = naming[:count]
    return Description(iri, _ordered(iri, found, shown), known, first, first + len(shown))


def contents(engine: Engine, graph: str) -> Description:
    """Return the triples of a named graph; none if there is no such graph."""
    return Description(graph, _ordered(graph, set(_triples(engine, _CONTENTS % NamedNode(graph))), []))


def paged(found: Description, document: str, following: str) -> Description:
    """Return a description that says of itself, if so, that it is a part: what it is about, and where the next part is.

    `document` and `following` are the IRIs of this part and the next one.
    """
    if not found.more:
        return found
    note = (
        f"{found.first + 1} to {found.after} of the {found.incoming} triples with this resource as object; "
        "the next ones are in the next part"
    )
    said = (
        (RDF + "type", NamedNode(HYDRA + "PartialCollectionView")),
        (FOAF + "primaryTopic", NamedNode(found.iri)),
        (RDFS + "comment", Literal(note, language="en")),
        (HYDRA + "next", NamedNode(following)),
    )
    part = NamedNode(document)
    return found._replace(triples=(*found.triples, *(triple(part, predicate, term) for predicate, term in said)))


def _triples(engine: Engine, query: str) -> Iterable[Triple]:
    answer = engine.answer(query)
    if not isinstance(answer, Triples):
        raise TypeError(query)
    return answer


def _number(engine: Engine, query: str) -> int:
    ((found,),) = rows(engine.answer(query))
    return int(found.value) if isinstance(found, Literal) else 0


def _ordered(iri: str, found: set[Triple], naming: list[Triple]) -> tuple[Triple, ...]:
    """Return triples with those of `iri` first, types before other properties, and those that name it last."""
    return (*sorted(found, key=lambda one: _key(iri, one)), *(one for one in naming if one not in found))


def _key(iri: str, one: Triple) -> tuple[bool, str, bool, str, str]:
    subject, predicate = _text(one.subject), _text(one.predicate)
    return (subject != iri, subject, predicate != RDF + "type", predicate, str(one.object))


def _text(term: Term) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)
