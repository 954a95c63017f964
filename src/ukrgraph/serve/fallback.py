"""A plain page of a description or a table, for what the pages of the service have none for."""

from collections.abc import Mapping
from html import escape

from starlette.responses import HTMLResponse, Response

from ukrgraph.engine import Literal, NamedNode, Term
from ukrgraph.iri import Namespace
from ukrgraph.query.syntax import project_prefixes
from ukrgraph.results.plain import curie
from ukrgraph.serve.description import Description
from ukrgraph.terms import BASE

_HEAD = '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{0}</title></head><body><h1>{0}</h1>\n'


def completed(made: Response, headers: Mapping[str, str]) -> Response:
    """Return a page, which has its own tag and says what it varies by, with those of `headers` that it lacks."""
    for name, value in headers.items():
        made.headers.setdefault(name, value)
    return made


def page(found: Description, names: Namespace, path: str) -> Response:
    """Return a page with the triples of a description as a table; nothing in them is taken for markup."""
    prefixes = project_prefixes(names)
    shown = escape(curie(found.iri, prefixes))
    forms = " ".join(f'<a href="{escape(path)}.{suffix}">{suffix}</a>' for suffix in ("ttl", "jsonld", "nt", "rdf"))
    lines = [_HEAD.format(shown), f"<p>As data: {forms}</p>\n<table>\n"]
    lines.append('<tr><th scope="col">subject</th><th scope="col">property</th><th scope="col">value</th></tr>\n')
    for one in found.triples:
        cells = (_cell(term, names, prefixes) for term in (one.subject, one.predicate, one.object))
        lines.append(f"<tr>{''.join(cells)}</tr>\n")
    lines.append("</table></body></html>\n")
    return HTMLResponse("".join(lines))


def table_page(name: str, question: str, table: bytes) -> bytes:
    """Return a page with a table that is HTML already, under the question that it answers."""
    head = _HEAD.format(escape(name))
    return f"{head}<p>{escape(question)}</p>\n".encode() + table + b"</body></html>\n"


def _cell(term: Term, names: Namespace, prefixes: Mapping[str, str]) -> str:
    if isinstance(term, NamedNode):
        base = next((base for base in (names.base, BASE) if term.value.startswith(base)), None)
        web = term.value.startswith(("http://", "https://"))
        target = f"/{term.value.removeprefix(base)}" if base else term.value if web else ""
        text = escape(curie(term.value, prefixes))
        return f'<td><a href="{escape(target)}">{text}</a></td>' if target else f"<td>{text}</td>"
    if isinstance(term, Literal):
        language = f' lang="{escape(term.language)}"' if term.language else ""
        return f"<td{language}>{escape(term.value)}</td>"
    return f"<td>{escape(str(term))}</td>"
