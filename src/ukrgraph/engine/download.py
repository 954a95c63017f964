"""All quads of a store elsewhere, graph by graph, counted before and after: the whole of it, or an error.

Each graph is one answer, so that blank nodes keep their identity within it. Where the server cuts the answer, the graph
is asked for property by property; blank nodes would be torn apart there, so that such a graph is refused.
"""

from collections.abc import Callable, Iterator, Mapping

from ukrgraph.engine import BlankNode, Literal, NamedNode, Quad, Term, Triple, rows
from ukrgraph.engine.endpoint import CutError, Endpoint
from ukrgraph.errors import OutsideError

MOST = 2_000_000
"""Quads that are fetched at most unless the user allows more: they are held in memory."""

_COUNTS = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
_REST = "?s ?p ?o FILTER NOT EXISTS { GRAPH ?g { ?s ?p ?o } }"
"""Triples of the default graph that are in no named graph, whether or not the default graph is the union of these."""

_OWN = frozenset(
    {
        "http://localuriqaserver/sparql",
        "http://www.openlinksw.com/schemas/virtrdf#",
        "http://www.w3.org/ns/ldp#",
    }
)
"""Graphs that Virtuoso 7.2.5 makes for itself in an empty store."""

Tell = Callable[[str], None]


def quads(endpoint: Endpoint, most: int, tell: Tell) -> Iterator[Quad]:
    """Yield the quads of the store behind `endpoint`, at most `most`; `tell` is told what was left out or changed.

    Raises OutsideError if there are more or none, if the server cuts what it gives, or if the store changes meanwhile.
    """
    counts = _counts(endpoint)
    own = sorted(name for name in counts if name in _OWN)
    if own:
        tell(f"{endpoint.url}: left out the graphs that the server keeps for itself: {', '.join(own)}")
    wanted = {name: count for name, count in counts.items() if name not in _OWN and count}
    total = sum(wanted.values())
    if total > most:
        raise OutsideError(
            f"{endpoint.url}: expected at most {most} triples, got {total}; allow more with --quads, or take a part of "
            "the store as a file"
        )
    blank = 0
    for name in sorted(wanted):
        graph = NamedNode(name) if name else None
        for triple in _graph(endpoint, name, wanted[name]):
            blank += _has_blank(triple)
            yield Quad(triple.subject, triple.predicate, triple.object, graph)
    if blank and len(wanted) > 1:
        tell(f"{endpoint.url}: blank nodes are taken for different ones in each graph; the protocol cannot tell")
    after = _counts(endpoint)
    changed = sorted(name or "the default graph" for name in {*counts, *after} if counts.get(name) != after.get(name))
    if changed:
        raise OutsideError(f"{endpoint.url}: {', '.join(changed)} changed while it was read; do it again")


def _has_blank(triple: Triple) -> bool:
    return isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode)


def _counts(endpoint: Endpoint) -> Mapping[str, int]:
    """Return how many triples each graph has; the default graph is called ""."""
    found = {"": _number(next(rows(endpoint.answer(f"SELECT (COUNT(*) AS ?n) WHERE {{ {_REST} }}")))[0])}
    for name, count in rows(endpoint.answer(_COUNTS)):
        if not isinstance(name, NamedNode):
            raise OutsideError(f"{endpoint.url}: expected graphs with IRIs, got {name}, which no query can ask for")
        found[name.value] = _number(count)
    return found


def _number(term: Term | None) -> int:
    return int(term.value) if isinstance(term, Literal) else 0


def _graph(endpoint: Endpoint, name: str, count: int) -> list[Triple]:
    """Return the `count` triples of a graph."""
    try:
        found = endpoint.triples(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {_within(name, '?p')} }}")
    except CutError:
        found = []
    return found if len(found) == count else _by_property(endpoint, name, count)


def _within(name: str, predicate: str) -> str:
    return f"GRAPH <{name}> {{ ?s {predicate} ?o }}" if name else _REST.replace("?p", predicate)


def _by_property(endpoint: Endpoint, name: str, count: int) -> list[Triple]:
    """Return the `count` triples of a graph that no answer can hold as a whole.

    Raises OutsideError if a property alone has too many triples, or if there are blank nodes.
    """
    graph = f"graph <{name}>" if name else "the default graph"
    query = f"SELECT ?p (COUNT(*) AS ?n) WHERE {{ {_within(name, '?p')} }} GROUP BY ?p"
    found: list[Triple] = []
    for predicate, wanted in list(rows(endpoint.answer(query))):
        body = _within(name, str(predicate))
        part = endpoint.triples(f"CONSTRUCT {{ ?s {predicate} ?o }} WHERE {{ {body} }}")
        if len(part) != _number(wanted):
            raise OutsideError(
                f"{endpoint.url}: {graph}: expected {_number(wanted)} triples with {predicate}, got {len(part)}; "
                "raise the limit of the server for an answer, or take the store as a file"
            )
        found += part
    if any(map(_has_blank, found)):
        raise OutsideError(
            f"{endpoint.url}: {graph} has blank nodes and is longer than an answer of the server; its parts would tear "
            "them apart; raise the limit of the server for an answer, or take the store as a file"
        )
    if len(found) != count:
        raise OutsideError(f"{endpoint.url}: {graph}: expected {count} triples, got {len(found)}; do it again")
    return found
