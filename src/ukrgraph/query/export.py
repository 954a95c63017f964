"""Stored queries as sh:SPARQLExecutable, in the form of the SIB's examples, so that other editors show them.

The convention is that of https://github.com/sib-swiss/sparql-examples: a node a query with its text, a comment,
keywords and the prefixes. The text is the whole file, header included, so nothing is lost on the way.
"""

from collections.abc import Iterable, Iterator

from ukrgraph.engine import Literal, NamedNode, Term, Triple, triple
from ukrgraph.iri import Namespace
from ukrgraph.query.catalogue import StoredQuery
from ukrgraph.sparql.parse import parse
from ukrgraph.terms import DCTERMS, RDF, RDFS, SCHEMA, XSD

SH = "http://www.w3.org/ns/shacl#"

_CLASSES = {"SELECT": "SPARQLSelectExecutable", "ASK": "SPARQLAskExecutable", "CONSTRUCT": "SPARQLConstructExecutable"}
_PROPERTIES = {
    "SELECT": f"{SH}select",
    "ASK": f"{SH}ask",
    "CONSTRUCT": f"{SH}construct",
    "DESCRIBE": "https://purl.expasy.org/sparql-examples/ontology#describe",
}


def triples(queries: Iterable[StoredQuery], endpoint: str = "", names: Namespace | None = None) -> Iterator[Triple]:
    """Yield the description of `queries`; `endpoint` is where they can be asked, if anywhere."""
    space = names or Namespace()
    prefixes: dict[str, str] = {}
    for query in queries:
        parsed = parse(query.text)
        prefixes |= parsed.prologue.prefixes
        for subject, predicate, value in _of(query, parsed.query.form, endpoint, space):
            yield triple(subject, predicate, value)
    declared = NamedNode(space.record("query", "prefixes"))
    for prefix, namespace in sorted(prefixes.items()):
        node = NamedNode(space.record("query", f"prefixes#{prefix}"))
        yield triple(declared, f"{SH}declare", node)
        yield triple(node, f"{SH}prefix", Literal(prefix))
        yield triple(node, f"{SH}namespace", Literal(namespace, datatype=NamedNode(f"{XSD}anyURI")))


def _of(query: StoredQuery, form: str, endpoint: str, names: Namespace) -> Iterator[tuple[NamedNode, str, Term]]:
    node = NamedNode(names.record("query", query.name))
    yield node, f"{RDF}type", NamedNode(f"{SH}SPARQLExecutable")
    if form in _CLASSES:
        yield node, f"{RDF}type", NamedNode(f"{SH}{_CLASSES[form]}")
    yield node, f"{DCTERMS}identifier", Literal(query.name)
    yield node, f"{RDFS}label", Literal(query.header.summary, language="en")
    comment = query.header.description or query.header.summary
    yield node, f"{RDFS}comment", Literal(comment, language="en")
    yield node, f"{SH}prefixes", NamedNode(names.record("query", "prefixes"))
    yield node, _PROPERTIES[form], Literal(query.text)
    for tag in query.header.tags:
        yield node, f"{SCHEMA}keywords", Literal(tag)
    if endpoint:
        yield node, f"{SCHEMA}target", NamedNode(endpoint)
