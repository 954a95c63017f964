"""Linked data: every IRI of ours can be looked up, as a page or as triples, by negotiation or by suffix.

A resource is answered directly, with the status 200 and a Content-Location that names the document about it
(https://www.w3.org/TR/cooluris/, and RFC 9110, section 8.7); that is one journey less than a redirection with 303.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from ukrgraph.engine import NamedNode
from ukrgraph.errors import UkrgraphError
from ukrgraph.iri import is_id
from ukrgraph.query.syntax import project_prefixes
from ukrgraph.serve import addresses
from ukrgraph.serve.addresses import KINDS, LICENSE, SHAPES, VOCABULARIES, iri_of, near
from ukrgraph.serve.conditional import respond
from ukrgraph.serve.description import PAGE, Description, contents, describe, paged
from ukrgraph.serve.exchange import refused
from ukrgraph.serve.fallback import completed
from ukrgraph.serve.fallback import page as fallback_page
from ukrgraph.serve.forms import BY_MEDIA, FORMS, Form, UnfitError, published, serialized, split
from ukrgraph.serve.html import page
from ukrgraph.serve.negotiation import chosen
from ukrgraph.serve.problems import ProblemError
from ukrgraph.serve.service import Service
from ukrgraph.serve.threads import contained
from ukrgraph.terms import BASE, DCTERMS

FROM = "incoming-from"
"""The parameter that names the first of the triples with the resource as object that a description holds."""

MOST = 1_000_000_000
_DIGITS = 10


def form_of(request: Request, suffix: Form | None) -> Form:
    """Return the form that a request wants: that of its suffix, else the best of its Accept header.

    Raises ProblemError 406 if it accepts none.
    """
    if suffix is not None:
        return suffix
    accept = ",".join(request.headers.getlist("accept"))
    media = chosen(accept, tuple(BY_MEDIA))
    if media is None:
        offered = ", ".join(form.media for form in FORMS)
        raise ProblemError(406, f"Accept: expected one of {offered}, got {accept!r}; or add a suffix such as .ttl")
    return BY_MEDIA[media]


def link(target: str, relation: str, media: str = "") -> str:
    """Return a value of the Link header (RFC 8288); whatever is not allowed in an address is escaped."""
    kind = f'; type="{media}"' if media else ""
    return f'<{quote(target, safe="/:?#[]@!$&()*+,;=%~")}>; rel="{relation}"{kind}'


def headers(path: str, form: Form, suffix: Form | None, more: Sequence[str] = ()) -> dict[str, str]:
    """Return the headers of a description at `path`, which has no suffix; `more` are further values of Link."""
    alternate = [link(f"{path}.{one.suffix}", "alternate", one.media) for one in FORMS if one is not form]
    found = {"Link": ", ".join([*alternate, link("/.well-known/void", "describedby"), *more])}
    if suffix is None:
        return found | {"Content-Location": f"{path}.{form.suffix}", "Vary": "Accept, Accept-Language"}
    return found | ({"Vary": "Accept-Language"} if form.suffix == "html" else {})


def html(service: Service, request: Request, path: str, found: Description, headers: Mapping[str, str]) -> Response:
    """Return the page of `path` with `headers`: one of the service's pages, else a plain one of the triples."""
    made = page(service, request, path)
    if made is None:
        plain = fallback_page(found, service.names, path)
        return respond(request, bytes(plain.body), "text/html", headers)
    return completed(made, headers)


class LinkedData:
    """The endpoints over a service; what is looked up once is kept."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.packaged = addresses.is_packaged(service.project)
        self.names = lru_cache(maxsize=64)(self._names)
        self.found = lru_cache(maxsize=128)(self._found)

    def _names(self, space: str, version: int) -> list[str]:
        """Return the names below an IRI in a version of the store."""
        del version
        return addresses.names_in(self.service.engine, space)

    def resource(self, request: Request) -> Response:
        """Answer for an IRI of the data."""
        kind, _, rest = request.url.path.lstrip("/").partition("/")
        first, version = _first(request), self.service.pool.version
        try:
            for path, suffix in _readings(rest):
                found = self.found(kind, path, first, version) if is_id(path) else None
                if found is not None:
                    return self._described(request, f"/{kind}/{path}", suffix, found)
        except UkrgraphError as error:
            raise refused(error) from error
        raise self._unknown(kind, split(rest)[0])

    def _found(self, kind: str, id: str, first: int, version: int) -> Description | None:
        """Return what the graph says of /kind/id in a version of the store; None if nothing."""
        del version
        service = self.service
        iri = iri_of(service.names, kind, id)
        if kind == "graph":
            found = contents(service.engine, iri)
        else:
            graph = service.names.graph(id) if kind == "document" else ""
            found = describe(service.engine, iri, graph, first)
        return found if found.triples or found.incoming else None

    def _described(self, request: Request, path: str, suffix: Form | None, found: Description) -> Response:
        form = form_of(request, suffix)
        more = [link(one, "license") for one in self._licenses(found)]
        more.append(link(found.iri, "canonical"))
        if found.first:
            more.append(link(f"{path}?{FROM}={max(0, found.first - PAGE)}", "prev"))
        if found.more:
            more.append(link(f"{path}?{FROM}={found.after}", "next"))
        sent = headers(path, form, suffix, more)
        if not form.format:
            return html(self.service, request, path, found, sent)
        part = f"{found.iri}.{form.suffix}?{FROM}="
        whole = paged(found, f"{part}{found.first}", f"{part}{found.after}")
        prefixes = project_prefixes(self.service.names)
        try:
            body = serialized(whole.triples, form.format, prefixes)
        except UnfitError as error:
            raise ProblemError(406, str(error)) from error
        return respond(request, body, form.media, sent)

    def _licenses(self, found: Description) -> list[str]:
        """Return the licences that the graph names for a resource, else that of the data in the package."""
        own = sorted(
            one.object.value
            for one in found.triples
            if isinstance(one.subject, NamedNode) and one.subject.value == found.iri
            if one.predicate.value == DCTERMS + "license" and isinstance(one.object, NamedNode)
        )
        return own or [LICENSE] * self.packaged

    def _unknown(self, kind: str, name: str) -> ProblemError:
        space = iri_of(self.service.names, kind, "")
        return unknown(
            f"/{kind}/", name, self.names(space, self.service.pool.version), f"the graph says nothing of {space}{name}"
        )

    def vocabulary(self, request: Request) -> Response:
        """Answer for the ontology, the concepts, the shapes, or a file of shapes: the files as they are published."""
        try:
            return self._vocabulary(request)
        except UkrgraphError as error:
            raise refused(error) from error

    def _vocabulary(self, request: Request) -> Response:
        whole = request.url.path.strip("/")
        path, suffix = split(whole)
        files = addresses.vocabulary_files(self.service.project, path)
        if not files and path.startswith("ontology/"):
            path, suffix, files = self._version(whole)
        if not files:
            known = addresses.shape_names(self.service.project)
            raise unknown(f"/{SHAPES}/", path.removeprefix(f"{SHAPES}/"), known, f"no file of shapes is called {path}")
        form = form_of(request, suffix)
        described = self._about(path)
        more = [link(one, "license") for one in self._licenses(described)]
        sent = headers(f"/{path}", form, suffix, [*more, link(BASE + path, "canonical")])
        if not form.format:
            return html(self.service, request, f"/{path}", described, sent)
        return respond(request, _published(tuple(files), _changed(files), form.format), form.media, sent)

    def _about(self, path: str) -> Description:
        """Return what the graph says of a vocabulary as a whole."""
        if path in VOCABULARIES:
            return describe(self.service.engine, BASE + path)
        return Description(BASE + path, ())

    def _version(self, path: str) -> tuple[str, Form | None, list[Path]]:
        """Return the ontology for the address of its version.

        Raises ProblemError 404 if it is another version.
        """
        known = list(addresses.versions(self.service.engine))
        for name, suffix in _readings(path):
            if BASE + name in known:
                return "ontology", suffix, addresses.vocabulary_files(self.service.project, "ontology")
        listed = [iri.removeprefix(f"{BASE}ontology/") for iri in known]
        name = path.removeprefix("ontology/")
        raise unknown("/ontology/", name, listed, f"no version of the ontology is called {name}")


def unknown(folder: str, name: str, known: list[str], detail: str) -> ProblemError:
    """Return the error 404 with the nearest of the `known` names, and their addresses as its member `nearest`."""
    meant = near(name, known)
    hint = f"; did you mean {' or '.join(map(repr, meant))}?" if meant else ""
    extra = {"nearest": [f"{folder}{one}" for one in meant]}
    return ProblemError(404, f"{detail}{hint}", title="Not found", extra=extra)


def _readings(rest: str) -> list[tuple[str, Form | None]]:
    """Return the ways to read a name: with its ending as the suffix of a form, then with it as part of the name."""
    stem, suffix = split(rest)
    return [(stem, suffix), (rest, None)] if suffix else [(rest, None)]


def _first(request: Request) -> int:
    text = request.query_params.get(FROM, "0")
    if not (text.isascii() and text.isdecimal() and len(text) < _DIGITS):
        raise ProblemError(400, f"{FROM}: expected a number from 0 to {MOST - 1}, got {text!r}")
    return int(text)


def _changed(files: Sequence[Path]) -> tuple[int, ...]:
    return tuple(file.stat().st_mtime_ns for file in files)


@lru_cache(maxsize=32)
def _published(files: tuple[Path, ...], changed: tuple[int, ...], format: str) -> bytes:
    """Return published files in a format; kept until one of them changes."""
    del changed
    return published(files, format)


def routes(service: Service) -> list[BaseRoute]:
    """Return the routes of all IRIs of ours."""
    data = LinkedData(service)
    vocabulary = contained(data.vocabulary)
    found = [Route(f"/{kind}/{{rest:path}}", contained(data.resource), methods=["GET"]) for kind in KINDS]
    for name in (*VOCABULARIES, SHAPES):
        found.append(Route(f"/{name}", vocabulary, methods=["GET"]))
        found += [Route(f"/{name}.{form.suffix}", vocabulary, methods=["GET"]) for form in FORMS]
    deeper = [Route(f"/{name}/{{rest:path}}", vocabulary, methods=["GET"]) for name in ("ontology", SHAPES)]
    return [*found, *deeper]
