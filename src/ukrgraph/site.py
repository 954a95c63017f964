"""A folder with all pages as files: the same as a server gives, with relative links, in every language.

It can be looked at from the disk or put on any web server. The same graph gives the same bytes.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

from ukrgraph.engine import NamedNode, Triples, write_triples
from ukrgraph.errors import OutsideError, UsageError
from ukrgraph.pages import LANGUAGES, Site, paths, render
from ukrgraph.pages.address import file_of
from ukrgraph.pages.render import missing
from ukrgraph.query.syntax import project_prefixes
from ukrgraph.resources import folder
from ukrgraph.terms import UKG

STYLES = Path(__file__).parent / "serve" / "static" / "site.css"
MARK = "sitemap.xml"
"""The file by which a folder is known as a site that was written before."""

_VOCABULARIES = (("ontology.ttl", "ukrgraph.ttl"), ("concepts.ttl", "concepts.ttl"))

Progress = Callable[[int, int], None]
"""Told how many files are written, of how many."""


class Written(NamedTuple):
    """How many pages and how many files of data were written."""

    pages: int
    data: int


def write(site: Site, target: Path, progress: Progress | None = None) -> Written:
    """Write the pages of `site` into the folder `target`, and nothing outside it.

    Raises UsageError if the folder has files that are no site, OutsideError if it cannot be written.
    """
    check(target)
    addresses = list(paths(site))
    described = [path for path in addresses if _is_thing(path)]
    total = len(addresses) * len(LANGUAGES) + len(described)
    done = 0
    for path in addresses:
        for language in LANGUAGES:
            page = render(site, path, language)
            if page is None:
                raise OutsideError(f"{path}: expected a page, got none; the graph changed while the site was written")
            _save(target / file_of(path, language), page.body.encode())
            done += 1
        if path in described:
            _save(target / f"{path}.ttl", turtle(site, path))
            done += 1
        if progress is not None:
            progress(done, total)
    for name, content in _others(site, addresses):
        _save(target / name, content)
    return Written(len(addresses) * len(LANGUAGES), len(described) + len(_VOCABULARIES))


def check(target: Path) -> None:
    """Raise UsageError if `target` is a file, or a folder with files that no site put there."""
    if target.exists() and not target.is_dir():
        raise UsageError(f"{target}: expected a folder, got a file")
    if target.is_dir() and any(target.iterdir()) and not (target / MARK).is_file():
        raise UsageError(f"{target}: expected an empty folder or a site written before; name another folder")


def _is_thing(path: str) -> bool:
    kind, mark, _ = path.partition("/")
    return bool(mark) and kind != "queries"


def _save(file: Path, content: bytes) -> None:
    """Write a file at once; a site that was cut short is written again, so that nothing is synced to the disk."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    except OSError as error:
        raise OutsideError(f"{file}: cannot write it: {error.strerror}") from error


def turtle(site: Site, path: str) -> bytes:
    """Return what the graph says of a thing as Turtle; of a document also which records it reports."""
    node = NamedNode(site.names.base + path)
    more = f" UNION {{ BIND(<{UKG}reportedIn> AS ?p) ?s ?p {node} . BIND({node} AS ?o) }}"
    pattern = f"{{ BIND({node} AS ?s) ?s ?p ?o }}" + (more if path.startswith("document/") else "")
    found = site.engine.answer(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}")
    triples = sorted(found, key=str) if isinstance(found, Triples) else []
    return write_triples(triples, "turtle", project_prefixes(site.names))


def _others(site: Site, addresses: list[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the files beside the pages: styles, vocabularies, the page for what is missing, and the map of the site."""
    yield "static/site.css", STYLES.read_bytes()
    for name, source in _VOCABULARIES:
        yield name, (folder(site.project, "ontology") / source).read_bytes()
    for language in LANGUAGES:
        yield file_of("404", language), missing(site, "404", language).body.encode()
    yield MARK, sitemap(site, addresses)


def sitemap(site: Site, addresses: list[str]) -> bytes:
    """Return the map of the site (https://www.sitemaps.org/protocol.html); addresses are under the base of the IRIs."""
    files = sorted(file_of(path, language) for path in addresses for language in LANGUAGES)
    lines = [f"<url><loc>{escape(site.names.base + file)}</loc></url>\n" for file in files]
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return "".join([head, *lines, "</urlset>\n"]).encode()
