"""The terms that the SPARQL editor suggests: classes, properties, concepts and entities, with labels and definitions.

`/terms.json?lang=uk` gives them all at once; the editor asks once a page. Everything is read from the served graph.
"""

import json
import re
from collections.abc import Mapping
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from ukrgraph.engine import Engine, Literal, NamedNode, Term, rows
from ukrgraph.iri import Namespace
from ukrgraph.query.syntax import project_prefixes
from ukrgraph.results.plain import curie
from ukrgraph.serve.conditional import respond
from ukrgraph.serve.service import Service
from ukrgraph.serve.threads import contained
from ukrgraph.terms import OWL, RDF, RDFS, SKOS

LANGUAGES = ("en", "uk")
MOST_LABELS = 10_000
"""How many labels of entities are read: an editor needs no more to choose from."""

_KINDS = {
    OWL + "Class": "class",
    OWL + "ObjectProperty": "property",
    OWL + "DatatypeProperty": "property",
    OWL + "AnnotationProperty": "property",
    SKOS + "Concept": "concept",
}
_ALWAYS = (RDF + "type", RDFS + "label", RDFS + "subClassOf")
"""Properties that data may use without a declaration."""

_VOCABULARY = f"""SELECT ?term ?type ?label ?definition {{
    VALUES ?type {{ {" ".join(f"<{iri}>" for iri in _KINDS)} }}
    ?term a ?type
    OPTIONAL {{
        ?term <{RDFS}label> | <{SKOS}prefLabel> ?label
        OPTIONAL {{ ?term <{SKOS}definition> ?definition FILTER(LANG(?definition) = LANG(?label)) }}
    }}
}}"""

_ENTITIES = f"""SELECT ?term ?label {{
    ?term <{SKOS}prefLabel> ?label
    FILTER(STRSTARTS(STR(?term), "%sid/"))
}} LIMIT {MOST_LABELS}"""

_NAME = re.compile(r"[a-z]+:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
"""Names that need no escape in SPARQL 1.1 (section 19.8, PNAME_LN), as far as our ids and vocabularies go."""


def _said(term: Term | None) -> tuple[str, str]:
    """Return the language and the text of a literal."""
    return (term.language or "", term.value) if isinstance(term, Literal) else ("", "")


def found(engine: Engine, names: Namespace, language: str) -> dict[str, object]:
    """Return the prefixes of a project and its terms, sorted by name.

    A term has its name with a prefix, its kind, its labels by language, and its definition in `language`.
    """
    prefixes = project_prefixes(names)
    listed: dict[str, dict[str, str]] = {}
    for iri in _ALWAYS:
        _add(listed, prefixes, NamedNode(iri), "property")
    for term, kind, label, definition in rows(engine.answer(_VOCABULARY)):
        entry = _add(listed, prefixes, term, _KINDS[kind.value] if isinstance(kind, NamedNode) else "")
        spoken, text = _said(label)
        if spoken in LANGUAGES:
            entry[spoken] = min(entry.get(spoken, text), text)
        if spoken == language and definition is not None:
            entry["definition"] = _said(definition)[1]
    for term, label in rows(engine.answer(_ENTITIES % names.base)):
        entry = _add(listed, prefixes, term, "entity")
        spoken, text = _said(label)
        if spoken in LANGUAGES:
            entry[spoken] = text
    used = {name.partition(":")[0] for name in listed}
    return {
        "prefixes": {name: iri for name, iri in prefixes.items() if name in used or iri.startswith(names.base)},
        "terms": [listed[name] for name in sorted(listed)],
    }


def _add(
    listed: dict[str, dict[str, str]], prefixes: Mapping[str, str], term: Term | None, kind: str
) -> dict[str, str]:
    """Return the entry of a term, which is listed if its name can stand in a query."""
    name = curie(term.value, prefixes) if isinstance(term, NamedNode) else ""
    if not _NAME.fullmatch(name):
        return {}
    return listed.setdefault(name, {"name": name, "kind": kind})


def routes(service: Service) -> list[BaseRoute]:
    """Return the route of the terms; they are looked up once for each version of the store."""

    @lru_cache(maxsize=len(LANGUAGES))
    def body(language: str, version: int) -> bytes:
        del version
        return json.dumps(found(service.engine, service.names, language), ensure_ascii=False).encode()

    def terms(request: Request) -> Response:
        asked = request.query_params.get("lang", "")
        language = asked if asked in LANGUAGES else LANGUAGES[0]
        return respond(request, body(language, service.pool.version), "application/json", {})

    return [Route("/terms.json", contained(terms), methods=["GET"])]
