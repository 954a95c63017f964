"""Files on their way into a store: their format, their compression, and what is wrong with them."""

from collections.abc import Callable
from pathlib import Path
from typing import IO, NamedTuple, cast

import pyoxigraph as ox

from ukrgraph.errors import InputError, UsageError
from ukrgraph.store import FORMATS, SUFFIXES, TRIPLE_FORMATS, manifest, syntax_error
from ukrgraph.store.manifest import STDIN
from ukrgraph.streams import Source

PACKED = frozenset({".gz", ".bz2", ".zst"})
"""Suffixes that stand after that of the format; what a file really is packed with, its first bytes tell."""

_SMALL = 1 << 20


class Input(NamedTuple):
    """A file to load, or STDIN: `format` is a name of FORMATS, `graph` and `base` are IRIs or "".

    Triples go to `graph`, or to the default graph; relative IRIs are resolved against `base`.
    """

    path: str
    format: str
    graph: str = ""
    base: str = ""


def format_of(path: str) -> str:
    """Return the name of the format that the suffix of `path` stands for.

    Raises UsageError if it stands for none.
    """
    name = Path(path)
    if name.suffix.lower() in PACKED:
        name = name.with_suffix("")
    found = "" if path == STDIN else SUFFIXES.get(name.suffix.lower(), "")
    if not found:
        shown = "standard input" if path == STDIN else path
        raise UsageError(
            f"{shown}: cannot tell the format; use --format with one of {', '.join(FORMATS)}, or a name that ends in "
            f"{', '.join(SUFFIXES)}, packed or not ({', '.join(sorted(PACKED))})"
        )
    return found


def check(one: Input) -> None:
    """Raise UsageError if an input has a graph that its format names itself, or an IRI is none."""
    if one.graph and one.format not in TRIPLE_FORMATS:
        names = ", ".join(sorted(TRIPLE_FORMATS))
        raise UsageError(f"--graph: {one.path} is {one.format}, which names its graphs itself; it goes with {names}")
    for option, iri in (("--graph", one.graph), ("--base", one.base)):
        if iri:
            try:
                ox.NamedNode(iri)
            except ValueError as error:
                raise UsageError(f"{option}: expected an absolute IRI, got {iri!r}") from error


class _Plain:
    """A source as a file that Oxigraph can read from."""

    def __init__(self, source: Source) -> None:
        self.blocks = source.blocks()
        self.block, self.at = b"", 0

    def read(self, size: int) -> bytes:
        """Return at most `size` bytes; none at the end."""
        if self.at >= len(self.block):
            self.block, self.at = next(self.blocks, b""), 0
        piece = self.block[self.at : self.at + size]
        self.at += len(piece)
        return piece

    def whole(self, most: int) -> bytes | None:
        """Return all of it if that is less than `most` bytes; None, with nothing lost, otherwise."""
        found = bytearray()
        while len(found) < most and (block := next(self.blocks, b"")):
            found += block
        self.block, self.at = bytes(found), 0
        return None if len(found) >= most else self.block


def load(
    store: ox.Store, one: Input, kind: str, root: Path, seen: Callable[[int], None]
) -> tuple[manifest.Source, bool]:
    """Load an input into `store`; return what the manifest is to say of it, and whether it holds any quad.

    `seen` is told the number of bytes whenever some were read. Only a few megabytes are held at a time. That a file
    holds nothing is only noticed of small ones. Raises InputError with line and column if it is not in the syntax of
    its format, if it cannot be read or is packed and damaged, or if it has no byte.
    """
    name = "standard input" if one.path == STDIN else one.path
    time = 0 if one.path == STDIN else _time(one.path)
    source = Source(one.path, seen)
    plain = _Plain(source)
    small = plain.whole(_SMALL)
    if small is not None and not small and not source.fault:
        raise InputError(f"{name}: expected RDF, got an empty file")
    chosen, graph = FORMATS[one.format], ox.NamedNode(one.graph) if one.graph else None
    try:
        stream = cast("IO[bytes]", plain)
        store.bulk_load(stream, format=chosen, base_iri=one.base or None, to_graph=graph)
    except SyntaxError as error:
        if source.fault:
            raise InputError(f"{name}: {source.fault}") from error
        raise syntax_error(name, error) from error
    if source.fault:
        raise InputError(f"{name}: {source.fault}")
    path = one.path if one.path == STDIN else manifest.recorded(Path(one.path), root)
    made = manifest.Source(path, kind, one.format, one.graph, one.base, source.size, time, source.sha256)
    some = small is None or next(ox.parse(small, format=chosen, base_iri=one.base or None), None) is not None
    return made, some


def _time(path: str) -> int:
    """Return when a file was last changed, in nanoseconds since 1970.

    Raises InputError if there is no such file.
    """
    file = Path(path)
    if file.is_dir():
        raise InputError(f"{path}: expected a file, got a folder")
    try:
        return file.stat().st_mtime_ns
    except OSError as error:
        raise InputError(f"{path}: cannot read it: {error.strerror or error}") from error
