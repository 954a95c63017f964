"""A small project for the tests of the query layer: graph, text and whatever stored queries a test wants."""

import shutil
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox

from ukrgraph.engine.local import Local

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests/cases/query"
SHARED = ROOT.parent / "shared"
PREFIXES = """PREFIX id: <https://w3id.org/ukrgraph/id/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX statement: <https://w3id.org/ukrgraph/statement/>
PREFIX ukc: <https://w3id.org/ukrgraph/concepts#>
PREFIX ukg: <https://w3id.org/ukrgraph/ontology#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""


def small_engine() -> Local:
    """Return an engine over the small graph."""
    store = ox.Store()
    store.bulk_load(path=str(CASES / "graph.trig"))
    return Local(store)


def published_engine() -> Local:
    """Return an engine over the published graph."""
    store = ox.Store()
    store.bulk_load(path=str(ROOT / "data/graph/ukrgraph.trig"))
    return Local(store)


def make_project(folder: Path, **queries: str) -> Path:
    """Write a project with the small graph, its one text, and stored queries; `_` in a name stands for `-`."""
    (folder / "data/graph").mkdir(parents=True)
    shutil.copy(CASES / "graph.trig", folder / "data/graph/ukrgraph.trig")
    (folder / "data/corpus/doc-a").mkdir(parents=True)
    shutil.copy(CASES / "text.txt", folder / "data/corpus/doc-a/text.txt")
    (folder / "queries").mkdir()
    for name, text in queries.items():
        (folder / "queries" / f"{name.replace('_', '-')}.rq").write_text(text, encoding="utf-8")
    return folder


def ukrgraph(project: Path, *arguments: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
    """Run the command line on a project."""
    return subprocess.run(
        [sys.executable, "-m", "ukrgraph", "--project", str(project), *arguments],
        capture_output=True,
        text=True,
        input=stdin,
        check=False,
        timeout=60,
    )
