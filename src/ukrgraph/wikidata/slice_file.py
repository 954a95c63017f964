"""Slices as files: N-Quads and beside them their manifest, read back only if both still belong together."""

import hashlib
import json
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox

from ukrgraph.errors import InputError
from ukrgraph.iri import Namespace
from ukrgraph.streams import Source
from ukrgraph.wikidata.items import Item, items
from ukrgraph.wikidata.slice import FORMAT, MANIFEST
from ukrgraph.wikidata.terms import OWN_VALUE


class SliceFile(NamedTuple):
    """A slice: the path it was read from, its graph, its N-Quads lines and its manifest."""

    path: str
    graph: str
    lines: list[str]
    manifest: dict[str, Any]

    @property
    def date(self) -> str:
        """The date up to which the whole slice knows, "" if that is unknown."""
        return str(self.manifest.get("date", ""))

    def items(self) -> dict[str, Item]:
        """Return the items by QID, in the order of their numbers."""
        quads = ox.parse("".join(self.lines).encode(), format=ox.RdfFormat.N_QUADS)
        return {item.qid: item for item in items(quads)}


def read(path: str | Path) -> SliceFile:
    """Return the slice in a file, which may be packed.

    Raises InputError if the file or its manifest is missing, if the slice was changed since it was cut, or if it says
    anything about what is ours.
    """
    manifest = _manifest(Path(f"{path}{MANIFEST}"))
    source = Source(str(path))
    data = b"".join(source.blocks())
    if source.fault or hashlib.sha256(data).hexdigest() != manifest.get("sha256"):
        why = source.fault or "its digest is not the one in its manifest"
        raise InputError(f"{path}: expected a slice as it was cut, but {why}; cut it again")
    lines = [f"{line}\n" for line in data.decode().split("\n") if line]
    graph, own = str(manifest["graph"]), f"<{Namespace().base}"
    for number, line in enumerate(lines, 1):
        if not line.endswith(f" <{graph}> .\n"):
            raise InputError(f"{path}:{number}: expected a quad in <{graph}>, got {line.rstrip()[-80:]!r}")
        if line.startswith(own) and not line.startswith(f"<{OWN_VALUE}"):
            raise InputError(f"{path}:{number}: expected a subject of Wikidata, got one of ours: {line[:80]!r}")
    return SliceFile(str(path), graph, lines, manifest)


def _manifest(file: Path) -> dict[str, Any]:
    try:
        loaded = json.loads(file.read_bytes())
    except OSError as error:
        message = f"{file}: expected the manifest of a slice: {error.strerror}; keep it beside the slice"
        raise InputError(message) from error
    except ValueError as error:
        raise InputError(f"{file}: expected JSON: {error}; cut the slice again") from error
    if not isinstance(loaded, dict) or loaded.get("format") != FORMAT:
        raise InputError(f"{file}: expected the manifest of a slice ({FORMAT!r}); cut the slice again")
    return loaded
