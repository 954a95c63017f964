"""SHACL property paths as SPARQL, in the forms that Oxigraph answers quickly.

`NOT EXISTS` over a sequence path is quadratic in Oxigraph; one nested `EXISTS` a step is not (measured). So a path is a
list of steps, and a sequence has several.
"""

from rdflib import RDF, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from ukrgraph.validate.vocabulary import PATH_OPERATORS, SH


class UntranslatableError(Exception):
    """A part of the shapes graph that has no safe translation: pySHACL looks at all focus nodes of the shape."""


def steps(graph: Graph, path: Node) -> list[str]:
    """Return the steps of a path, each a SPARQL path.

    Raises UntranslatableError for what is no well-formed path, and for the inverse of a sequence, which pySHACL
    walks in another order than the specification.
    """
    if (path, RDF.first, None) in graph and not isinstance(path, URIRef):
        members = list(Collection(graph, path))
        if len(members) < 2:  # noqa: PLR2004  # SHACL, section 2.3.1.2
            raise UntranslatableError("a sequence path of less than two steps")
        return [step for member in members for step in steps(graph, member)]
    return [_one(graph, path)]


def text(graph: Graph, path: Node) -> str:
    """Return a path as one SPARQL path."""
    return "/".join(steps(graph, path))


def _one(graph: Graph, path: Node) -> str:
    if isinstance(path, URIRef):
        return iri(path)
    inner = [(operator, term) for operator in PATH_OPERATORS for term in graph.objects(path, operator)]
    choices = list(graph.objects(path, SH.alternativePath))
    if len(inner) + len(choices) != 1:
        raise UntranslatableError("a path that is not well-formed")
    if choices:
        members = list(Collection(graph, choices[0]))
        if len(members) < 2:  # noqa: PLR2004  # SHACL, section 2.3.1.3
            raise UntranslatableError("an alternative path of less than two members")
        return "(" + "|".join(f"({text(graph, member)})" for member in members) + ")"
    operator, term = inner[0]
    if operator == SH.inversePath and not _names_only(graph, term):
        raise UntranslatableError("an inverse path of more than one step")
    before, after = PATH_OPERATORS[operator]
    return f"{before}({text(graph, term)}){after}"


def _names_only(graph: Graph, path: Node) -> bool:
    """Tell whether a path is an IRI or a choice of IRIs."""
    choices = list(graph.objects(path, SH.alternativePath))
    return isinstance(path, URIRef) or (
        len(choices) == 1 and all(isinstance(member, URIRef) for member in Collection(graph, choices[0]))
    )


def iri(term: Node) -> str:
    """Return an IRI as SPARQL writes it.

    Raises UntranslatableError if it is none, or has a character that SPARQL does not allow in it.
    """
    if not isinstance(term, URIRef) or any(c in '<>"{}|^`\\' or c <= " " for c in term):
        raise UntranslatableError(f"{term!r} is no valid IRI")
    return f"<{term}>"
