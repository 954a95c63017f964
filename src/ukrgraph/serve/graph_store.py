"""The SPARQL 1.1 Graph Store Protocol, its reading part (https://www.w3.org/TR/sparql11-http-rdf-update/).

Graphs are named indirectly: /rdf-graph-store?graph=IRI, or ?default for the union of all, which is the default graph of
the endpoint too.
"""

from starlette.requests import Request
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from ukrgraph.serve.negotiation import GRAPH_TYPES, accepts_gzip, chosen
from ukrgraph.serve.problems import ProblemError
from ukrgraph.serve.protocol import pairs
from ukrgraph.serve.sparql import Sparql
from ukrgraph.serve.workers.pool import GoneError
from ukrgraph.serve.workers.question import Question

PATH = "/rdf-graph-store"
_TYPES = tuple(GRAPH_TYPES)
_WRITING = frozenset({"PUT", "POST", "DELETE", "PATCH"})


class GraphStore:
    """The graphs of a service, whole; it answers with the workers and the cache of the endpoint for queries."""

    def __init__(self, sparql: Sparql) -> None:
        self.sparql = sparql

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        request = Request(scope)
        if request.method in _WRITING:
            raise ProblemError(403, "the graphs are only read here; they are changed by those who build them")
        if request.method not in {"GET", "HEAD"}:
            allowed = {"Allow": "GET, HEAD, OPTIONS"}
            raise ProblemError(405, f"expected GET or HEAD, got {request.method}", headers=allowed)
        question = Question(
            named(scope["query_string"]),
            "graph",
            triples=chosen(", ".join(request.headers.getlist("accept")), _TYPES) or "",
            gzip=accepts_gzip(", ".join(request.headers.getlist("accept-encoding"))),
        )
        try:
            response = await self.sparql.response(question, receive)
        except GoneError:
            return
        await self.sparql.deliver(response, scope, send)


def named(query_string: bytes) -> str:
    """Return the IRI of the graph that a request names, empty for the default graph.

    Raises ProblemError with 400 if it names none, or several.
    """
    given = pairs(query_string)
    graphs = [value for name, value in given if name == "graph"]
    default = any(name == "default" for name, _ in given)
    if len(graphs) + default != 1 or (graphs and not graphs[0]):
        raise ProblemError(400, "expected one parameter: graph=IRI, or default")
    return "" if default else graphs[0]


def routes(sparql: Sparql) -> list[BaseRoute]:
    """Return the route of the graph store."""
    return [Route(PATH, GraphStore(sparql))]
