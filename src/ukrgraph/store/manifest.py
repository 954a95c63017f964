"""The manifest of a store: what it was made from and by what. Its file is also the pointer to the current version.

    {"format": 1, "oxigraph": "0.5.13", "version": "v000002", "quads": 24086, "sources": [{"path": ..., ...}, ...]}

A path is relative to the folder of the project where the file is inside it, so that a project may be moved.
"""

import hashlib
import json
import re
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ukrgraph.store.lock import RefusedError

FORMAT = 1
"""The number of this layout; one that is greater was made by a later ukrgraph."""

NAME = "manifest.json"
VERSION = re.compile(r"v\d{6,}")
"""The names of the folders of versions."""

STDIN = "-"
PUBLISHED, LOADED = "published", "loaded"


class DamagedError(Exception):
    """A store that cannot be read; says why."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file that is in a store: where it was, how it was read, and what it looked like then.

    `kind` is PUBLISHED or LOADED; `format`, `graph` and `base` are as the user gave them, "" where nothing was given;
    `size` is in bytes, `mtime` in nanoseconds since 1970, `sha256` the digest of the file as it lies on the disk.
    """

    path: str
    kind: str
    format: str
    graph: str
    base: str
    size: int
    mtime: int
    sha256: str

    def changed(self, root: Path) -> str:
        """Return "" if the file is still what it was, else what became of it, as the end of a sentence.

        The digest is computed only if size or time differ.
        """
        if self.path == STDIN:
            return "cannot be read a second time"
        file = root / self.path
        try:
            now = file.stat()
            if now.st_size == self.size and now.st_mtime_ns == self.mtime:
                return ""
            return "" if now.st_size == self.size and digest(file) == self.sha256 else "has changed"
        except OSError:
            return "is gone"

    def touched(self, root: Path) -> bool:
        """Tell whether the file has another time than is recorded."""
        return self.path != STDIN and (root / self.path).stat().st_mtime_ns != self.mtime


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a store holds: the number of its layout, the Oxigraph that made it, its version, quads and sources."""

    format: int
    oxigraph: str
    version: str
    quads: int
    sources: tuple[Source, ...]

    def foreign(self) -> str:
        """Return "" if this program can use the store, else why not.

        Releases of Oxigraph that differ only in the last number read each other's stores.
        """
        if self.format != FORMAT:
            return f"its layout is number {self.format}, and this ukrgraph knows number {FORMAT}"
        ours = engine()
        if self.oxigraph.rpartition(".")[0] != ours.rpartition(".")[0]:
            return f"it was made by Oxigraph {self.oxigraph}, and this is {ours}"
        return ""


def engine() -> str:
    """Return the version of Oxigraph that is installed."""
    found: str = ox.__version__
    return found


def digest(file: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def recorded(file: Path, root: Path) -> str:
    """Return the path of a file as a manifest has it: relative to `root` if inside it, else absolute."""
    whole, inside = file.absolute().resolve(), root.absolute().resolve()
    return whole.relative_to(inside).as_posix() if whole.is_relative_to(inside) else str(whole)


def text(manifest: Manifest) -> str:
    """Return the file of a manifest."""
    return json.dumps(asdict(manifest), indent=1, ensure_ascii=False) + "\n"


def read(folder: Path) -> Manifest | None:
    """Return the manifest of the store in `folder`, or None if there is none.

    Raises DamagedError if it is not one, RefusedError if it may not be read.
    """
    try:
        data = (folder / NAME).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise RefusedError(f"{folder / NAME}: cannot read it: {error.strerror or error}") from error
    try:
        found: dict[str, Any] = json.loads(data)
        sources = tuple(Source(**source) for source in found["sources"])
        made = Manifest(found["format"], found["oxigraph"], found["version"], found["quads"], sources)
        if _typed(made):
            return made
    except (ValueError, TypeError, KeyError) as error:
        raise DamagedError(_fault(data)) from error
    raise DamagedError(_fault(data))


def _fault(data: bytes) -> str:
    """Return why a manifest cannot be understood."""
    with suppress(ValueError, TypeError, KeyError):
        if json.loads(data)["format"] > FORMAT:
            return "it was made by a later ukrgraph"
    return f"its {NAME} is damaged"


def _typed(found: Manifest) -> bool:
    """Tell whether the fields are of their types, and the version names a folder beside the manifest."""
    numbers = [found.format, found.quads, *(n for source in found.sources for n in (source.size, source.mtime))]
    texts = [found.oxigraph, found.version]
    for source in found.sources:
        texts += [source.path, source.kind, source.format, source.graph, source.base, source.sha256]
    typed = all(isinstance(n, int) for n in numbers) and all(isinstance(s, str) for s in texts)
    return typed and VERSION.fullmatch(found.version) is not None
