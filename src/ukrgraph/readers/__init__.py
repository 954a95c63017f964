"""Readers: from the files of an annotation tool to documents, one function a format, in an explicit table.

A reader finds the documents below a path and reads one after the other. What it cannot read is a finding with its
place, never left out in silence; a document that cannot be read at all is None.
"""

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from ukrgraph.errors import UsageError
from ukrgraph.finding import Finding
from ukrgraph.readers import brat, dialects, files
from ukrgraph.readers.files import Files, Parse, Read


class Reader(NamedTuple):
    """A format: its name, what it is, and the function that reads the files of one document."""

    name: str
    description: str
    read: Callable[[Files], Read]


def _read(source: Files, parse: Parse) -> Read:
    return files.read(source, parse)


READERS: Mapping[str, Reader] = MappingProxyType(
    {
        reader.name: reader
        for reader in (
            Reader(
                "brat",
                "brat standoff in the strict profile: text.txt, text.ann and meta.toml in a folder",
                partial(_read, parse=brat.parse),
            ),
            Reader(
                "brat-lenient",
                "brat standoff as brat, INCEpTION and others write it: x.txt and x.ann",
                partial(_read, parse=dialects.parse_lenient),
            ),
        )
    }
)
"""The formats by the name that users give."""


def read(path: Path, format: str) -> Iterator[Read]:
    """Return the documents below `path` one at a time, sorted by path, each with what was found while reading it.

    Raises UsageError if there is no such format, and InputError, when the first document is asked for, if there is no
    such path.
    """
    if format not in READERS:
        near = get_close_matches(format, READERS, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(READERS)}"
        raise UsageError(f"expected the name of a format, got {format!r}; {hint}")
    reader = READERS[format].read
    return ((None, [found]) if isinstance(found, Finding) else reader(found) for found in files.documents(path))
