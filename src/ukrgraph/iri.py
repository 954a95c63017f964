"""Minting: the IRIs of the graph, derived from ids and from content, the same in every run.

Everything lies under one configurable base. Ids are those that people give in the authority file and in annotations;
a record without an id is named by a digest of what it says and where.
"""

import hashlib
import re
from collections.abc import Iterable
from typing import NamedTuple

from ukrgraph.errors import UsageError

DEFAULT_BASE = "https://w3id.org/ukrgraph/"

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_BASE = re.compile(r'[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`\x00-\x20]+[/#]')


def is_id(text: str) -> bool:
    """Tell whether `text` can be an id: ASCII letters, digits, '.', '_' and '-', first a letter or digit, no '..'.

    Such an id needs no escape in an IRI (RFC 3987, section 2.2, unreserved) and cannot leave its folder.
    """
    return _ID.fullmatch(text) is not None and ".." not in text


def digest(parts: Iterable[str]) -> str:
    """Return 16 hexadecimal digits of the SHA-256 of `parts`, each ended by U+001F, in UTF-8.

    >>> digest(["doc-000", "EventReport"])
    'b898a4e27a00cf60'
    """
    text = "".join(part + "\x1f" for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Namespace(NamedTuple):
    """The IRIs under one base, which ends in '/' or '#'."""

    base: str = DEFAULT_BASE

    def entity(self, id: str) -> str:
        """Return the IRI of the entity called `id` in the authority file."""
        return f"{self.base}id/{id}"

    def document(self, id: str) -> str:
        """Return the IRI of a document; fragments of it name its spans and mentions."""
        return f"{self.base}document/{id}"

    def record(self, path: str, id: str) -> str:
        """Return the IRI of a record of the kind that lies under `path`, such as "statement"."""
        return f"{self.base}{path}/{id}"

    def graph(self, id: str) -> str:
        """Return the IRI of a named graph."""
        return f"{self.base}graph/{id}"


def namespace(base: str) -> Namespace:
    """Return the namespace of `base`.

    Raises UsageError if `base` is no absolute IRI that ends in '/' or '#' (RFC 3987, section 2.2).
    """
    if not _BASE.fullmatch(base):
        raise UsageError(f"base: expected an absolute IRI that ends in '/' or '#', got {base!r}")
    return Namespace(base)
