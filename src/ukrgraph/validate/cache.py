"""What a run leaves for the next one, by the content it came from.

Two kinds of files in `.ukrgraph/validate/`: the faults of a shapes graph, and the state of a validated corpus with its
quads. A file is named by a digest of the shapes, of the program's version and of the engines'; it can be deleted at any
time, and one that cannot be read is not used.
"""

import gzip
import hashlib
import json
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox
from rdflib import BNode, URIRef
from rdflib.term import Node

from ukrgraph.errors import OutsideError
from ukrgraph.files import replacing
from ukrgraph.finding import Finding, Severity
from ukrgraph.validate.incremental import Change, State
from ukrgraph.validate.reads import Read, Reads
from ukrgraph.validate.results import from_row, n3
from ukrgraph.validate.shapes import Shapes
from ukrgraph.validate.targets import Classes
from ukrgraph.validate.translate import Plan
from ukrgraph.validate.validation import Before

FOLDER = ".ukrgraph/validate"
_ENGINES = ("pyshacl", "rdflib", "pyoxigraph")
_LARGEST = 200_000


class Kept(NamedTuple):
    """What is kept: the faults of the shapes, and a run over nearly the same data; None where there is none."""

    faults: tuple[Finding, ...] | None = None
    before: Before | None = None


def key(shapes: Shapes) -> str:
    """Return 32 hexadecimal digits that name shapes and program: the same content gives the same digits."""
    whole = hashlib.sha256()
    for name in _ENGINES:
        whole.update(f"{name} {version(name)}\n".encode())
    for source in shapes.sources:
        whole.update(f"{source.name} {len(source.content)}\n".encode() + source.content)
    for module in sorted(Path(__file__).parent.glob("*.py")):
        whole.update(module.read_bytes())
    return whole.hexdigest()[:32]


def read(folder: Path, name: str, lines: Iterable[str]) -> Kept:
    """Return what is kept under `name`; `lines` are the quads of the data now."""
    faults = _load(folder / f"{name}.faults.json.gz")
    run = _load(folder / f"{name}.run.json.gz")
    try:
        known = None if faults is None else tuple(Finding(*row)._replace(severity=Severity(row[1])) for row in faults)
        before = None if run is None else _before(run, lines)
    except (TypeError, ValueError, KeyError):
        return Kept()
    return Kept(known, before)


def _before(run: dict[str, Any], lines: Iterable[str]) -> Before | None:
    now, then = dict.fromkeys(lines), dict.fromkeys(run["lines"])
    if not now:
        return None
    added = _quads(line for line in now if line not in then)
    return Before(_state(run), Change(added, _quads(line for line in then if line not in now)))


def _state(run: dict[str, Any]) -> State:
    results = {
        shape: {focus: [from_row(row) for row in rows] for focus, rows in found.items()}
        for shape, found in run["results"].items()
    }
    plans = tuple(Plan(_node(shape), tuple(queries), reason, focus) for shape, queries, reason, focus in run["plans"])
    known = {
        _node(shape): Reads(frozenset(Read(*one) for one in along), None if anywhere is None else frozenset(anywhere))
        for shape, along, anywhere in run["reads"]
    }
    return State(results, plans, known, Classes({name: set(below) for name, below in run["classes"].items()}))


def _rows(state: State) -> dict[str, Any]:
    results = {shape: {focus: list(rows) for focus, rows in found.items()} for shape, found in state.results.items()}
    return {
        "results": results,
        "plans": [[n3(plan.shape), plan.queries, plan.reason, plan.focus] for plan in state.plans],
        "reads": [
            [n3(shape), sorted(one.along, key=str), None if one.anywhere is None else sorted(one.anywhere)]
            for shape, one in state.reads.items()
        ],
        "classes": {name: sorted(below, key=str) for name, below in state.classes.below.items()},
    }


def _node(text: str) -> Node:
    return BNode(text[2:]) if text.startswith("_:") else URIRef(text[1:-1])


def _quads(lines: Iterable[str]) -> tuple[ox.Quad, ...]:
    return tuple(ox.parse("".join(lines).encode(), format=ox.RdfFormat.N_QUADS))


def _load(file: Path) -> Any:  # noqa: ANN401  # JSON
    try:
        return json.loads(gzip.decompress(file.read_bytes()))
    except (OSError, EOFError, ValueError):
        return None


def write(folder: Path, name: str, faults: Iterable[Finding], state: State | None, lines: Iterable[str]) -> None:
    """Keep the faults of the shapes, and the state of a corpus with its quads; other files of the folder go away.

    A folder that cannot be written is left alone: the next run is a full one.
    """
    quads = list(dict.fromkeys(lines))
    files: dict[str, Any] = {f"{name}.faults.json.gz": [list(fault) for fault in faults]}
    if state is not None and 0 < len(quads) <= _LARGEST:
        files[f"{name}.run.json.gz"] = {"lines": quads, **_rows(state)}
    try:
        for file, content in files.items():
            with replacing(folder / file) as stream:
                stream.write(gzip.compress(json.dumps(content).encode(), 1, mtime=0))
        for other in folder.glob("*.json.gz"):
            if not other.name.startswith(name):
                other.unlink(missing_ok=True)
    except (OSError, OutsideError):
        return
