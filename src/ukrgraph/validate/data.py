"""The data graph: any RDF file, several of them, standard input, or lines in memory, in one Oxigraph store.

Named graphs stay apart; shapes see their union, as blank nodes of different files stay apart too.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from ukrgraph.errors import InputError, UsageError
from ukrgraph.store import FORMATS, SUFFIXES
from ukrgraph.validate.exact import kept, kept_by_itself

LINES = frozenset({"ntriples", "nquads"})
"""Formats in which a triple is a line."""

_POSITION = re.compile(r"^Parser error at line .*?: ")


class Source(NamedTuple):
    """A piece of RDF: how messages call it, its bytes, and its format."""

    name: str
    content: bytes
    format: str


def source(name: str, content: bytes | None = None, format: str = "") -> Source:
    """Return the RDF file called `name`, or `content` under that name.

    Raises UsageError if the format is unknown, InputError if the file cannot be read.
    """
    known = format or SUFFIXES.get(Path(name).suffix.lower(), "")
    if known not in FORMATS:
        wanted = f"format {format!r}" if format else f"suffix {Path(name).suffix!r}"
        names, suffixes = ", ".join(FORMATS), ", ".join(SUFFIXES)
        raise UsageError(f"{name}: unknown {wanted}; use --data-format with one of {names}, or one of {suffixes}")
    if content is None:
        try:
            content = Path(name).read_bytes()
        except OSError as error:
            raise InputError(f"{name}: cannot read it: {error.strerror or error}; check the path") from error
    return Source(name, content, known)


def unreadable(one: Source, error: SyntaxError) -> InputError:
    """Return the error that says where a source is not in its format, and why."""
    reason = _POSITION.sub("", error.msg)
    where = f"{one.name}:{error.lineno or 1}:{error.offset or 1}"
    return InputError(f"{where}: expected {one.format}: {reason}; correct the file")


def parsed(one: Source) -> Iterator[ox.Quad]:
    """Yield the quads of a source.

    Raises InputError with line and column if it is not in the syntax of its format.
    """
    try:
        base = Path(one.name).absolute().as_uri()
        yield from ox.parse(one.content, format=FORMATS[one.format], base_iri=base, rename_blank_nodes=False)
    except SyntaxError as error:
        raise unreadable(one, error) from error


class Data(NamedTuple):
    """A data graph: the store, the sources it was read from, and the literals that are outside their datatypes."""

    store: ox.Store
    sources: tuple[Source, ...] = ()
    ill_typed: frozenset[ox.Literal] = frozenset()


def load(sources: Iterable[Source]) -> Data:
    """Return the quads of `sources`; literals that a store would change are kept as they are written.

    Blank nodes are numbered in the order of their appearance, apart for each source. Raises InputError if a source
    cannot be parsed, or holds not a single triple.
    """
    store, every, ill_typed = ox.Store(), tuple(sources), set[ox.Literal]()
    for number, one in enumerate(every):
        if one.format in LINES and (ill := kept_by_itself(one.content)) is not None:
            _bulk_load(store, one)
            ill_typed |= ill
            continue
        quads = parsed(one)
        first = next(quads, None)
        if first is None:
            raise InputError(f"{one.name}: expected RDF with at least one triple, found none; nothing was validated")
        label = f"f{number}b" if number else "b"
        store.bulk_extend(kept(chain([first], quads), label, ill_typed))
    return Data(store, every, frozenset(ill_typed))


def _bulk_load(store: ox.Store, one: Source) -> None:
    """Load a source whose terms need no care."""
    before = len(store)
    try:
        store.bulk_load(one.content, format=FORMATS[one.format])
    except SyntaxError as error:
        raise unreadable(one, error) from error
    if len(store) == before and next(parsed(one), None) is None:
        raise InputError(f"{one.name}: expected RDF with at least one triple, found none; nothing was validated")


def add_lines(data: Data, lines: Iterable[str]) -> Data:
    """Return `data` with N-Quads lines added to its store."""
    return add_quads(data, ox.parse("".join(lines).encode(), format=ox.RdfFormat.N_QUADS))


def add_quads(data: Data, quads: Iterable[ox.Quad], label: str = "q") -> Data:
    """Return `data` with quads added to its store; their blank nodes are called after `label`."""
    ill_typed = set(data.ill_typed)
    data.store.bulk_extend(kept(quads, label, ill_typed))
    return data._replace(ill_typed=frozenset(ill_typed))
