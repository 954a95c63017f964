"""What the endpoint says of itself: its service description, and what is in its data set (VoID).

https://www.w3.org/TR/sparql11-service-description/ and https://www.w3.org/TR/void/ . The figures are asked of the graph
once a version of the store.
"""

import re
from collections.abc import Iterator

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from ukrgraph.engine import Literal, NamedNode, rows
from ukrgraph.query.syntax import project_prefixes
from ukrgraph.serve.negotiation import GRAPH_TYPES, chosen
from ukrgraph.serve.problems import ProblemError
from ukrgraph.serve.service import Service, parsed
from ukrgraph.serve.workers.question import Question
from ukrgraph.store import FORMATS
from ukrgraph.terms import DCTERMS, RDF, XSD

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
_FORMAT = "http://www.w3.org/ns/formats/"
FORMS = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "JSON-LD",
    "RDF_XML",
    "TriG",
    "N-Quads",
)
"""Formats of results, as https://www.w3.org/ns/formats/ calls them."""

LICENSE = "https://creativecommons.org/licenses/by/4.0/"
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?")
_TYPES = tuple(GRAPH_TYPES)
_GRAPHS = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
_CLASSES = "SELECT ?c (COUNT(?s) AS ?n) { ?s a ?c } GROUP BY ?c ORDER BY ?c"
_PROPERTIES = "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY ?p"
_SUBJECTS = "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"
Rows = list[tuple[str, int]]


def address(service: Service, request: Request) -> str:
    """Return the address of the service as clients see it, without a slash at its end."""
    if service.settings.public:
        return service.settings.public
    host = request.headers.get("host", "")
    return f"{request.url.scheme}://{host}" if _HOST.fullmatch(host) else f"http://{service.settings.host}"


class Descriptions:
    """The two descriptions of a service, by negotiation."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._counted: dict[str, Rows] = {}
        self._version = 0

    async def endpoint(self, request: Request) -> Response:
        """Return the service description."""
        return self._written(request, describe(address(self.service, request), await self._count(_GRAPHS)))

    async def dataset(self, request: Request) -> Response:
        """Return the description of the data set."""
        counted = [await self._count(query) for query in (_CLASSES, _PROPERTIES, _SUBJECTS)]
        base, quads = self.service.names.base, self.service.pool.quads
        return self._written(request, summarise(address(self.service, request), base, quads, counted))

    async def _count(self, query: str) -> Rows:
        """Return the rows of a query of names and numbers; it is asked once a version of the store."""
        if self._version != self.service.pool.version:
            self._counted.clear()
            self._version = self.service.pool.version
        if query not in self._counted:
            reply = await self.service.pool.answer(Question(query))
            if reply.problem:
                raise ProblemError(reply.status, str(reply.problem["detail"]), headers={"Retry-After": "5"})
            found = [[getattr(term, "value", "") for term in row] for row in rows(parsed(reply))]
            self._counted[query] = [(row[0], int(row[-1])) for row in found]
        return self._counted[query]

    def _written(self, request: Request, triples: Iterator[ox.Triple]) -> Response:
        media = chosen(", ".join(request.headers.getlist("accept")).replace("text/html", "text/turtle"), _TYPES)
        if media is None:
            raise ProblemError(406, f"expected an Accept header with one of {', '.join(_TYPES)}")
        syntax = GRAPH_TYPES[media]
        prefixes = {**project_prefixes(self.service.names), "sd": SD, "void": VOID, "formats": _FORMAT}
        used = None if syntax in {"ntriples", "nquads"} else prefixes
        body = ox.serialize(triples, format=FORMATS[syntax], prefixes=used)
        return Response(body, media_type=media, headers={"Vary": "Accept", "Cache-Control": "no-cache"})


def describe(root: str, graphs: Rows) -> Iterator[ox.Triple]:
    """Yield the service description of the endpoint under `root`, with its named graphs and their sizes."""
    service, dataset = NamedNode(f"{root}/sparql"), NamedNode(f"{root}/sparql#dataset")
    yield _triple(service, f"{RDF}type", f"{SD}Service")
    yield _triple(service, f"{SD}endpoint", service)
    yield _triple(service, f"{SD}supportedLanguage", f"{SD}SPARQL11Query")
    yield _triple(service, f"{SD}feature", f"{SD}UnionDefaultGraph")
    for name in FORMS:
        yield _triple(service, f"{SD}resultFormat", f"{_FORMAT}{name}")
    yield _triple(service, f"{SD}defaultDataset", dataset)
    yield _triple(dataset, f"{RDF}type", f"{SD}Dataset")
    default = NamedNode(f"{root}/sparql#default")
    yield from _graph(dataset, f"{SD}defaultGraph", default, sum(number for _, number in graphs))
    for place, (iri, number) in enumerate(graphs):
        named, graph = NamedNode(f"{root}/sparql#named-{place}"), NamedNode(f"{root}/sparql#graph-{place}")
        yield _triple(dataset, f"{SD}namedGraph", named)
        yield _triple(named, f"{RDF}type", f"{SD}NamedGraph")
        yield _triple(named, f"{SD}name", NamedNode(iri))
        yield from _graph(named, f"{SD}graph", graph, number)


def _graph(owner: NamedNode, property: str, graph: NamedNode, number: int) -> Iterator[ox.Triple]:
    yield _triple(owner, property, graph)
    yield _triple(graph, f"{RDF}type", f"{SD}Graph")
    yield _triple(graph, f"{VOID}triples", number)


def summarise(root: str, base: str, quads: int, counted: list[Rows]) -> Iterator[ox.Triple]:
    """Yield the description of the data set: its size, its classes and properties and how often each occurs."""
    dataset = NamedNode(f"{root}/.well-known/void#dataset")
    classes, properties, subjects = counted
    yield _triple(dataset, f"{RDF}type", f"{VOID}Dataset")
    yield _triple(dataset, f"{DCTERMS}title", Literal("ukrgraph", language="en"))
    yield _triple(dataset, f"{DCTERMS}license", LICENSE)
    yield _triple(dataset, f"{VOID}sparqlEndpoint", f"{root}/sparql")
    yield _triple(dataset, f"{VOID}uriSpace", Literal(base))
    yield _triple(dataset, f"{VOID}triples", quads)
    yield _triple(dataset, f"{VOID}distinctSubjects", subjects[0][1])
    yield _triple(dataset, f"{VOID}classes", len(classes))
    yield _triple(dataset, f"{VOID}properties", len(properties))
    parts = (("classPartition", "class", "entities", classes), ("propertyPartition", "property", "triples", properties))
    for partition, name, size, found in parts:
        for place, (iri, number) in enumerate(found):
            part = NamedNode(f"{root}/.well-known/void#{name}-{place}")
            yield _triple(dataset, f"{VOID}{partition}", part)
            yield _triple(part, f"{VOID}{name}", iri)
            yield _triple(part, f"{VOID}{size}", number)


def _triple(subject: NamedNode, predicate: str, object: NamedNode | Literal | str | int) -> ox.Triple:
    """Return a triple; a text is an IRI, a number an xsd:integer."""
    term = NamedNode(object) if isinstance(object, str) else object
    if isinstance(term, int):
        term = Literal(str(term), datatype=NamedNode(f"{XSD}integer"))
    return ox.Triple(subject, NamedNode(predicate), term)


def routes(service: Service) -> list[BaseRoute]:
    """Return the routes of both; that of the endpoint comes last, so that a page can be had at its address."""
    found = Descriptions(service)
    return [
        Route("/.well-known/void", found.dataset),
        Route("/sparql", found.endpoint),
        Route("/sparql/", found.endpoint),
    ]
