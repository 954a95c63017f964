"""A slice as the check of links sees it: the items in it, and which QIDs its source says are deleted."""

import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ukrgraph.errors import InputError
from ukrgraph.streams import Source
from ukrgraph.wikidata.items import items
from ukrgraph.wikidata.link_check import Slice
from ukrgraph.wikidata.slice import MANIFEST


def read(path: Path) -> Slice:
    """Return the items of a slice (N-Quads, also packed), and what its manifest says if it has one.

    Raises InputError if the slice cannot be read whole.
    """
    source = Source(str(path))
    data = b"".join(source.blocks())
    if source.fault:
        raise InputError(f"{path}: {source.fault}; cut the slice again")
    try:
        found = {item.qid: item for item in items(ox.parse(data, format=ox.RdfFormat.N_QUADS, lenient=True))}
    except SyntaxError as error:
        message = f"{path}:{error.lineno}:{error.offset}: {error.msg}; expected a slice in N-Quads"
        raise InputError(message) from error
    manifest = _manifest(path)
    kept = manifest.get("properties")
    return Slice(found, frozenset(manifest.get("deleted", ())), None if kept is None else frozenset(kept))


def _manifest(path: Path) -> dict[str, Any]:
    """Return the manifest beside a slice, empty if there is none."""
    manifest = path.with_name(path.name + MANIFEST)
    if not manifest.is_file():
        return {}
    try:
        known: dict[str, Any] = json.loads(manifest.read_bytes())
    except ValueError as error:
        raise InputError(f"{manifest}: expected JSON: {error}; cut the slice again") from error
    return known
