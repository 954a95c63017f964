"""Where a page is: the one place that makes links, for a server (absolute paths) and for files (relative ones)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from posixpath import dirname, relpath
from urllib.parse import quote, urlencode

ENGLISH = "en"
_SAFE = "/-._~,=:@!$&'()*+;"
"""What needs no escape in a path or a fragment (RFC 3986, section 3.3)."""

FILED = frozenset(
    {"id", "statement", "claim", "report", "silence", "status", "document", "agent", "ontology", "concepts", "queries"}
)
"""The kinds of IRIs that have a page as a file."""


def file_of(path: str, language: str) -> str:
    """Return the file that a page is written to; other languages than English have a folder of their own.

    >>> file_of("id/ukraine", "en"), file_of("queries/", "uk")
    ('id/ukraine.html', 'uk/queries/index.html')
    """
    name = f"{path}index.html" if not path or path.endswith("/") else f"{path}.html"
    return name if language == ENGLISH else f"{language}/{name}"


@dataclass(frozen=True, slots=True)
class Address:
    """Where we are, and so how to link: `here` is a path such as "id/ukraine", `base` that of our IRIs.

    `files` is for a folder of files instead of a server. `keep` carries the language on in links.
    """

    base: str
    here: str
    language: str = ENGLISH
    files: bool = False
    keep: bool = False

    def page(self, path: str, fragment: str = "", query: Mapping[str, str] | None = None) -> str:
        """Return the link to the page at `path`; `query` is for a server only."""
        mark = f"#{quote(fragment, safe=_SAFE)}" if fragment else ""
        if self.files:
            return self._relative(file_of(path, self.language)) + mark
        asked = {**(query or {}), **({"lang": self.language} if self.keep else {})}
        return f"/{quote(path, safe=_SAFE)}" + (f"?{urlencode(asked)}" if asked else "") + mark

    def iri(self, iri: str) -> str:
        """Return the link to what an IRI names: a page of ours, or the IRI itself."""
        if not self.ours(iri):
            return iri
        path, _, fragment = iri.removeprefix(self.base).partition("#")
        return self.page(path, fragment)

    def has_page(self, iri: str) -> bool:
        """Tell whether there is a page to link to: a server has one for every IRI of ours, files for some kinds."""
        return not self.files or iri.removeprefix(self.base).partition("/")[0].partition("#")[0] in FILED

    def ours(self, iri: str) -> bool:
        """Tell whether an IRI lies under our base and so has a page."""
        return iri.startswith(self.base)

    def file(self, path: str) -> str:
        """Return the link to a file that is the same in every language, such as the style sheet."""
        return self._relative(path) if self.files else f"/{quote(path, safe=_SAFE)}"

    def in_language(self, language: str, query: Mapping[str, str] | None = None) -> str:
        """Return the link to this page in a language."""
        if self.files:
            return self._relative(file_of(self.here, language))
        return replace(self, language=language, keep=True).page(self.here, "", query)

    def _relative(self, target: str) -> str:
        return _between(_folder(self.here, self.language), target)


@lru_cache(maxsize=1024)
def _folder(path: str, language: str) -> str:
    return dirname(file_of(path, language))


@lru_cache(maxsize=4096)
def _between(folder: str, target: str) -> str:
    """Return the way from a folder to a file."""
    return quote(relpath(target, folder or "."), safe=_SAFE)
