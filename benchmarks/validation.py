"""Validation beside its peers, in one run on one machine: the ratios count, not the times.

    python benchmarks/validation.py                       10k, 100k and 1M triples, clean and with 1 % of faults
    python benchmarks/validation.py --sizes 10000 --plain-up-to 10000

Engines, each in a process of its own: `ours` (pre-filter and pySHACL), `limit` (the same constraints as SPARQL written
by hand, on Oxigraph), `turbo` (pyshacl-turbo, if it is installed), `pyshacl` (as it comes, up to --plain-up-to triples:
it takes minutes). Load is parsing into the engine's store, validate all that follows, edit the time to validate again
after one statement changed, x limit the sum of load and validate. MB is the peak of the process.
"""

import argparse
import importlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph
from rdflib.namespace import SH
from statements import E, generate

from ukrgraph.validate import data, shapes
from ukrgraph.validate.incremental import Change, Session

PEERS = Path(__file__).parent / "peers"
SHAPES, QUERIES = PEERS / "constraints.ttl", PEERS / "constraints.rq"

Figures = dict[str, float]


def ours(file: Path) -> Figures:
    """Return load and validate, and the time after one edit, which makes one result more."""
    graph = shapes.load([SHAPES]).graph
    started = time.perf_counter()
    store = data.load([data.source(str(file))]).store
    loaded = time.perf_counter()
    session = Session(store, graph)
    missed = session.guard(20, 0)
    results = len(session.results)
    done = time.perf_counter()
    session.state()  # what a project keeps between runs
    node, stance = ox.NamedNode(f"{E}statement/1"), ox.NamedNode(f"{E}stance")
    [old] = store.quads_for_pattern(node, stance, None, None)
    before_edit = time.perf_counter()
    session.update(Change((ox.Quad(node, stance, ox.NamedNode(f"{E}perhaps")),), (old,)))
    edited = time.perf_counter() - before_edit
    if missed or len(session.results) != results + 1:
        raise ValueError(f"expected one result more after the edit, got {len(session.results) - results}; {missed}")
    return {"load": loaded - started, "validate": done - loaded, "edit": edited, "results": results}


def limit(file: Path) -> Figures:
    """Return load and validate of the queries written by hand."""
    text = QUERIES.read_text("utf-8").splitlines()
    head = "\n".join(line for line in text if line.startswith("PREFIX"))
    queries = [f"{head}\n{line}" for line in text if line.startswith("SELECT")]
    started = time.perf_counter()
    store = ox.Store()
    store.bulk_load(path=str(file))
    loaded = time.perf_counter()
    rows = sum(1 for query in queries for _ in store.query(query))  # type: ignore[union-attr]
    return {"load": loaded - started, "validate": time.perf_counter() - loaded, "results": rows}


def peer(file: Path, module: str) -> Figures:
    """Return load and validate of an engine with pySHACL's interface."""
    engine = importlib.import_module(module)
    graph = Graph().parse(SHAPES)
    started = time.perf_counter()
    data_graph = Graph().parse(file, format="nt")
    loaded = time.perf_counter()
    _, report, _ = engine.validate(data_graph, shacl_graph=graph)
    results = len(list(report.objects(None, SH.result)))
    return {"load": loaded - started, "validate": time.perf_counter() - loaded, "results": results}


ENGINES: dict[str, Callable[[Path], Figures]] = {
    "limit": limit,
    "ours": ours,
    "turbo": lambda file: peer(file, "pyshacl_turbo"),
    "pyshacl": lambda file: peer(file, "pyshacl"),
}


def measured(engine: str, file: Path) -> Figures | None:
    """Run an engine in a process of its own and return its figures, or None if it cannot run."""
    command = [sys.executable, __file__, "--engine", engine, "--file", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{engine}: {(done.stderr.strip().splitlines() or ['no message'])[-1]}", file=sys.stderr)
        return None
    figures: Figures = json.loads(done.stdout)
    return figures


def compare(file: Path, triples: int, rate: float, *, plain: bool) -> None:
    """Measure every engine on a file and print a row each."""
    bar = 0.0
    for engine in ENGINES:
        figures = measured(engine, file) if plain or engine != "pyshacl" else None
        if figures is None:
            continue
        total = figures["load"] + figures["validate"]
        bar = bar or total
        edit = f"{figures['edit']:7.3f}" if "edit" in figures else f"{'':7}"
        print(
            f"{triples:9} {rate:6.2%} {engine:8} {figures['load']:8.2f} {figures['validate']:10.2f} {edit} "
            f"{figures['results']:8.0f} {figures['MB']:6.0f} {total / bar:8.1f}",
            flush=True,
        )


def main() -> None:
    """Run one engine, or all of them on all sizes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--rates", type=float, nargs="+", default=[0.0, 0.01])
    parser.add_argument("--plain-up-to", type=int, default=100_000)
    parser.add_argument("--engine", choices=list(ENGINES))
    parser.add_argument("--file", type=Path)
    given = parser.parse_args()
    if given.engine:
        figures = ENGINES[given.engine](given.file)
        print(json.dumps({**figures, "MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
        return
    heads = ("engine  ", "  load s", "validate s", " edit s", " results", "    MB", " x limit")
    print("  triples", "faults", *heads)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "data.nt"
        for size in given.sizes:
            for rate in given.rates:
                triples = generate(size, rate, file)
                compare(file, triples, rate, plain=size <= given.plain_up_to)


if __name__ == "__main__":
    main()
