"""The API described in OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0), made from the headers of the stored queries.

`document` is a function of the queries: types, values, patterns, defaults and examples of parameters come from there.
What does not depend on queries is in `openapi_fixed`.
"""

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ukrgraph.errors import UkrgraphError
from ukrgraph.query.catalogue import StoredQuery, all_queries, files
from ukrgraph.query.parameters import Parameter
from ukrgraph.serve.asking import LONGEST, WISHES
from ukrgraph.serve.conditional import respond
from ukrgraph.serve.exchange import FORM, own_version, refused
from ukrgraph.serve.openapi_fixed import COMPONENTS, PATHS, ref
from ukrgraph.serve.openapi_fixed import TAGS as FIXED_TAGS
from ukrgraph.serve.service import Service
from ukrgraph.sparql.parse import SyntaxProblem, parse

MOST_LIMIT, MOST_INTEGER = 999_999_999, 10**18 - 1

_PATTERNS = {
    "date": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    "year": "^-?[0-9]{4}$",
    "decimal": r"^[+-]?([0-9]{1,18}(\.[0-9]{0,18})?|\.[0-9]{1,18})$",
    "language": "^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$",
}

_NUMBERED = re.compile(r"cq[0-9]+")


def schema(parameter: Parameter) -> dict[str, Any]:
    """Return the JSON schema of the values of a parameter."""
    if parameter.type in {"integer", "limit"}:
        least, most = (0, MOST_LIMIT) if parameter.type == "limit" else (-MOST_INTEGER, MOST_INTEGER)
        found: dict[str, Any] = {"type": "integer", "minimum": least, "maximum": most}
    else:
        found = {"type": "string", "minLength": 0 if parameter.type == "string" else 1, "maxLength": LONGEST}
    if parameter.type in _PATTERNS:
        found["pattern"] = _PATTERNS[parameter.type]
    if parameter.type == "date":
        found["format"] = "date"
    if parameter.pattern:
        found["pattern"] = f"^(?:{parameter.pattern})$"
    if parameter.values:
        found = {"type": "string", "enum": list(parameter.values)}
    if parameter.default is not None:
        found["default"] = _value(parameter, parameter.default)
    return found


def _value(parameter: Parameter, text: str) -> str | int:
    """Return the text of a value as JSON has it."""
    whole = parameter.type in {"integer", "limit"} and not parameter.values
    return int(text) if whole and text.lstrip("+-").isdecimal() else text


def field(parameter: Parameter, query: StoredQuery | None = None) -> dict[str, Any]:
    """Return a parameter as OpenAPI describes it, with the values that the examples of the query have for it."""
    about = [parameter.label, parameter.description, f"expected: {parameter.expected}"]
    found: dict[str, Any] = {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": "; ".join(filter(None, about)),
        "schema": schema(parameter),
    }
    examples = query.header.examples if query else ()
    values = dict.fromkeys(
        one.params[parameter.name] for one in examples if parameter.name in one.params and not one.data
    )
    if values:
        found["examples"] = {f"example{at}": {"value": _value(parameter, text)} for at, text in enumerate(values, 1)}
    return found


def form_of(query: StoredQuery) -> str:
    """Return the form of a query; SELECT if only the engine can read it."""
    try:
        return parse(query.text).query.form
    except SyntaxProblem:
        return "SELECT"


def tags(query: StoredQuery) -> list[str]:
    """Return the subjects of a query, without the numbers of the competency questions that it answers."""
    return [tag for tag in query.header.tags if not _NUMBERED.fullmatch(tag)] or ["queries"]


def operations(query: StoredQuery) -> dict[str, Any]:
    """Return the operations at the path of a stored query: asked by GET, or by POST with a form."""
    header = query.header
    own = {one.name for one in header.params}
    wishes = [one for one in WISHES if one.name not in own]
    given = [*header.params, *wishes]
    parameters = [*(field(one, query) for one in header.params), *(ref("parameters", one.name) for one in wishes)]
    common = {
        "summary": header.summary or query.name,
        "description": header.description or header.summary or query.name,
        "tags": tags(query),
        "responses": responses(form_of(query)),
    }
    fields = {one.name: schema(one) for one in given}
    required = [one.name for one in given if one.required]
    body = {"type": "object", "properties": fields, "additionalProperties": False}
    if required:
        body["required"] = required
    content = {FORM: {"schema": body}}
    return {
        "get": {"operationId": query.name, **common, "parameters": parameters},
        "post": {
            "operationId": f"{query.name}-form",
            **common,
            "requestBody": {"required": bool(required), "content": content},
        },
    }


def responses(form: str) -> dict[str, Any]:
    """Return the responses of a query of a form: the answer in all its media types, and the problems."""
    kind = {"SELECT": "Rows", "ASK": "Truth"}.get(form, "Graph")
    problems = {"400": "Wrong", "406": "NotAcceptable", "413": "TooLarge", "415": "WrongBody"}
    later = {"500": "Failed", "503": "Busy", "504": "TimeUp"}
    return {
        "200": ref("responses", kind),
        "304": ref("responses", "Unchanged"),
        **{status: ref("responses", name) for status, name in (problems | later).items()},
    }


def document(queries: Iterable[StoredQuery], address: str = "/") -> dict[str, Any]:
    """Return the description of the API with the stored `queries`; `address` is that of the server."""
    found = list(queries)
    used = sorted({tag for query in found for tag in tags(query)})
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "ukrgraph",
            "version": own_version(),
            "description": "Who said what: stored queries, SPARQL, linked data and reconciliation over one graph.",
        },
        "servers": [{"url": address}],
        "tags": [{"name": tag} for tag in [*used, *FIXED_TAGS]],
        "paths": {**{f"/queries/{query.name}": operations(query) for query in found}, **PATHS},
        "components": {**COMPONENTS, "parameters": {one.name: field(one) for one in WISHES}},
    }


@lru_cache(maxsize=4)
def _written(project: Path, changed: tuple[int, ...], address: str) -> bytes:
    """Return the description of a project's queries in JSON; kept until a file of them changes."""
    del changed
    return json.dumps(document(all_queries(project), address), ensure_ascii=False, separators=(",", ":")).encode()


class Described:
    """The endpoint of the description."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def answer(self, request: Request) -> Response:
        """Answer with the description of the API."""
        project = self.service.project
        try:
            changed = tuple(file.stat().st_mtime_ns for file in files(project))
            body = _written(project, changed, self.service.settings.public or "/")
        except UkrgraphError as error:
            raise refused(error) from error
        return respond(request, body, "application/json", {})
