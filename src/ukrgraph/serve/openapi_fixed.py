"""The parts of the description of the API that no query changes: SPARQL, reconciliation, linked data, operations."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ukrgraph.serve.addresses import KINDS

PROBLEM = "application/problem+json"
FORM = "application/x-www-form-urlencoded"
_RDF = ("text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml", "text/html")

Json = dict[str, Any]

TAGS = ("SPARQL", "linked data", "reconciliation", "operations")
"""The subjects of operations that no query changes."""


def ref(kind: str, name: str) -> Json:
    """Return a reference to a component."""
    return {"$ref": f"#/components/{kind}/{name}"}


def _problem(description: str) -> Json:
    return {"description": description, "content": {PROBLEM: {"schema": ref("schemas", "Problem")}}}


def _problems(*statuses: str) -> Json:
    names = {
        "400": "Wrong",
        "403": "Forbidden",
        "404": "Unknown",
        "406": "NotAcceptable",
        "413": "TooLarge",
        "415": "WrongBody",
        "500": "Failed",
        "503": "Busy",
        "504": "TimeUp",
    }
    return {status: ref("responses", names[status]) for status in (*statuses, "500", "503")}


def _text(*media: str) -> Json:
    return {one: {"schema": {} if one == "application/ld+json" else {"type": "string"}} for one in media}


def _field(name: str, description: str, *, where: str = "query", required: bool = False, **schema: object) -> Json:
    found = {"type": "string", **schema}
    return {"name": name, "in": where, "required": required, "description": description, "schema": found}


def _object(required: Mapping[str, Json], optional: Mapping[str, Json] | None = None) -> Json:
    return {"type": "object", "required": list(required), "properties": {**required, **(optional or {})}}


def _list(of: Json) -> Json:
    return {"type": "array", "items": of}


_STRING: Json = {"type": "string"}
_TERM = _object({"type": {"type": "string", "enum": ["uri", "literal", "bnode", "triple"]}, "value": {}})
_NAMED = _object({"id": _STRING, "name": _STRING})
_CANDIDATE = _object(
    {
        "id": _STRING,
        "name": _STRING,
        "score": {"type": "number", "minimum": 0, "maximum": 100},
        "match": {"type": "boolean"},
        "type": _list(_NAMED),
        "features": _list(_object({"id": _STRING, "name": _STRING, "value": {"type": "number"}})),
    },
    {"description": _STRING, "lang": _STRING},
)

_SCHEMAS: Json = {
    "Problem": _object(
        {"type": _STRING, "status": {"type": "integer"}, "title": _STRING, "detail": _STRING},
        {"nearest": _list(_STRING), "line": {"type": "integer"}, "column": {"type": "integer"}},
    ),
    "Solutions": _object(
        {
            "head": _object({"vars": _list(_STRING)}),
            "results": _object({"bindings": _list({"type": "object", "additionalProperties": _TERM})}),
        }
    ),
    "Truth": _object({"head": {"type": "object"}, "boolean": {"type": "boolean"}}),
    "Candidates0.2": {"type": "object", "additionalProperties": _object({"result": _list(_CANDIDATE)})},
    "Candidates1.0": _object({"results": _list(_object({"candidates": _list(_CANDIDATE)}))}),
    "Suggestions": _object({"result": _list(_NAMED)}),
    "Proposals": _object({"properties": _list(_NAMED), "type": _STRING}, {"limit": {"type": "integer"}}),
    "Rows1.0": _object(
        {"meta": _list(_NAMED), "rows": _list(_object({"id": _STRING, "properties": {"type": "array"}}))}
    ),
    "Manifest": _object({"versions": _list(_STRING), "name": _STRING}),
}

_ROWS = ("application/sparql-results+xml", "text/csv", "text/tab-separated-values", "text/markdown", "text/html")
_FOUND: Json = {"X-Ukrgraph-Finding": ref("headers", "Finding"), "ETag": ref("headers", "ETag")}
_SAID = "The answer. If it is empty, headers X-Ukrgraph-Finding say why."


def _answer(json: Json, *media: str) -> Json:
    """Return the response of a query, in SPARQL results or in RDF."""
    return {"description": _SAID, "headers": _FOUND, "content": json | _text(*media)}


_RESPONSES: Json = {
    "Rows": _answer({"application/sparql-results+json": {"schema": ref("schemas", "Solutions")}}, *_ROWS),
    "Truth": _answer({"application/sparql-results+json": {"schema": ref("schemas", "Truth")}}, *_ROWS),
    "Graph": _answer({}, *_RDF),
    "Unchanged": {"description": "The client has it already."},
    "Wrong": _problem("A parameter is missing, unknown, given twice or of the wrong type; or no SPARQL."),
    "Forbidden": _problem("An update, or a SERVICE: this service only reads, and asks no other endpoint."),
    "Unknown": _problem("There is nothing of this name; `nearest` has the names that may have been meant."),
    "NotAcceptable": _problem("None of the media types that the client takes is offered."),
    "TooLarge": _problem("The request or its answer is larger than the service allows; nothing is cut off silently."),
    "WrongBody": _problem("The body is of a media type that is not taken."),
    "Failed": _problem("The service has failed."),
    "Busy": _problem("The service is not ready, or has too much to do."),
    "TimeUp": _problem("The query took longer than the service allows; it was stopped."),
}

_HEADERS: Json = {
    "Finding": {"description": "A reason why the answer is empty; one header for each.", "schema": _STRING},
    "ETag": {"description": "The entity tag, a digest of the body.", "schema": _STRING},
}

COMPONENTS: Json = {"schemas": _SCHEMAS, "responses": _RESPONSES, "headers": _HEADERS}


def _json(name: str) -> Json:
    return {"description": "The answer.", "content": {"application/json": {"schema": ref("schemas", name)}}}


def _sparql() -> Json:
    query = _field("query", "the query, SPARQL 1.1; without one the service describes itself", minLength=1)
    default = {"type": "array", "items": {"type": "string"}}
    graphs = [
        {"name": name, "in": "query", "description": "the IRI of a graph of the dataset", "schema": default}
        for name in ("default-graph-uri", "named-graph-uri")
    ]
    rows = {"application/sparql-results+json": {"schema": {"type": "object"}}}
    rows |= _text("application/sparql-results+xml", "text/csv", "text/tab-separated-values")
    rows |= _text("text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml")
    answers = {"200": {"description": "The answer.", "content": rows}, **_problems("400", "403", "406", "413", "504")}
    form = _object({"query": _STRING}, {"default-graph-uri": default, "named-graph-uri": default})
    body = {FORM: {"schema": form}, "application/sparql-query": {"schema": _STRING}}
    about = {"tags": ["SPARQL"], "description": "SPARQL 1.1 Protocol, read only."}
    ask = {"operationId": "sparql", "summary": "Ask in SPARQL", **about, "parameters": [query, *graphs]}
    post = {"operationId": "sparql-post", "summary": "Ask in SPARQL", **about}
    more = answers | _problems("415")
    return {
        "get": {**ask, "responses": answers},
        "post": {**post, "requestBody": {"required": True, "content": body}, "responses": more},
    }


def _reconcile() -> Json:
    batch = {"application/json": {"schema": {"type": "object"}}}
    found = {"200": {"description": "The manifest, candidates, or rows of values.", "content": batch}}
    found |= _problems("400", "413")
    form = {"type": "object", "properties": {"queries": _STRING, "extend": _STRING}, "minProperties": 1}
    parameters = [
        _field("queries", "a batch of questions in JSON, version 0.2"),
        _field("extend", "a data extension in JSON, version 0.2"),
    ]
    about = {"tags": ["reconciliation"], "description": "Reconciliation, version 0.2; without parameters the manifest."}
    get = {"operationId": "reconcile", "summary": "Reconcile names", **about, "parameters": parameters}
    post = {"operationId": "reconcile-post", "summary": "Reconcile names", **about}
    body = {"required": True, "content": {FORM: {"schema": form}}}
    return {
        "get": {**get, "responses": found},
        "post": {**post, "requestBody": body, "responses": found | _problems("415")},
    }


def _get(id: str, summary: str, answer: Json, parameters: list[Json], *statuses: str) -> Json:
    found = {"200": answer, **_problems(*statuses)}
    return {
        "get": {
            "operationId": id,
            "summary": summary,
            "tags": ["reconciliation"],
            "parameters": parameters,
            "responses": found,
        }
    }


def _post(id: str, summary: str, answer: str, body: Json) -> Json:
    found = {"200": _json(answer), **_problems("400", "413", "415")}
    return {
        "post": {
            "operationId": id,
            "summary": summary,
            "tags": ["reconciliation"],
            "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
            "responses": found,
        }
    }


def _reconciliation() -> Json:
    typed = [
        _field("prefix", "what somebody has typed", maxLength=1000),
        _field("limit", "how many", type="integer", minimum=0, maximum=1_000_000),
        _field("offset", "how many to leave out", type="integer", minimum=0, maximum=1_000_000),
    ]
    of_type = [_field("type", "the id of a type"), typed[1]]
    preview = {"description": "A small page.", "content": _text("text/html")}
    wanted = _field("id", "the id of an entity", required=True)
    extension = _object({"ids": _list(_STRING), "properties": _list(_object({"id": _STRING}))})
    found = {"/reconcile": _reconcile(), "/reconcile/1.0": _get("manifest", "The manifest", _json("Manifest"), [])}
    for start, mark in (("/reconcile", "0.2"), ("/reconcile/1.0", "1.0")):
        found[f"{start}/preview"] = _get(f"preview-{mark}", "Show an entity", preview, [wanted], "400", "404")
        for kind in ("entity", "type", "property"):
            id = f"suggest-{kind}-{mark}"  # noqa: A001  # its name
            found[f"{start}/suggest/{kind}"] = _get(id, f"Suggest: {kind}", _json("Suggestions"), typed, "400")
    proposed = _json("Proposals")
    found["/reconcile/properties"] = _get("properties", "Propose properties", proposed, of_type, "400")
    found["/reconcile/1.0/extend/propose"] = _get("propose", "Propose properties", proposed, of_type, "400")
    batch = _object({"queries": _list({"type": "object"})})
    found["/reconcile/1.0/match"] = _post("match", "Reconcile names", "Candidates1.0", batch)
    found["/reconcile/1.0/extend"] = _post("extend", "Look up values", "Rows1.0", extension)
    return found


def _linked_data(kind: str) -> Json:
    name = _field("id", "the name after the last slash of the IRI", where="path", required=True)
    answer = {"description": "What the graph says of it.", "content": _text(*_RDF)}
    return {
        "get": {
            "operationId": f"look-up-{kind}",
            "summary": f"Look up an IRI below /{kind}/",
            "tags": ["linked data"],
            "parameters": [name],
            "responses": {"200": answer, "304": ref("responses", "Unchanged"), **_problems("400", "404", "406")},
        }
    }


def _vocabulary(path: str) -> Json:
    answer = {"description": "The files as they are published.", "content": _text(*_RDF)}
    return {
        "get": {
            "operationId": path,
            "summary": f"Look up the {path}",
            "tags": ["linked data"],
            "responses": {"200": answer, "304": ref("responses", "Unchanged"), **_problems("406")},
        }
    }


def _state(id: str, summary: str, *statuses: str) -> Json:
    answer = {"description": "Its state.", "content": {"application/json": {"schema": {"type": "object"}}}}
    found = dict.fromkeys(("200", *statuses), answer)
    return {"get": {"operationId": id, "summary": summary, "tags": ["operations"], "responses": found}}


PATHS: Mapping[str, Any] = MappingProxyType(
    {
        "/sparql": _sparql(),
        **_reconciliation(),
        **{f"/{kind}/{{id}}": _linked_data(kind) for kind in KINDS},
        "/health": _state("health", "Is the service alive?"),
        "/ready": _state("ready", "Can it answer?", "503"),
        **{f"/{path}": _vocabulary(path) for path in ("ontology", "concepts", "shapes")},
    }
)
"""The paths that no query changes."""
