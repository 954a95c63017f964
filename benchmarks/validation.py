"""Validation beside its peers: load, validate all, and validate again after one edit.

    python benchmarks/run.py validation
    python benchmarks/validation.py --sizes 10000 --plain-up-to 10000

Engines, each in a process of its own: ukrgraph (pre-filter and pySHACL), the limit (the same constraints as SPARQL
written by hand, on Oxigraph), pyshacl-turbo, and pySHACL as it comes. All must find as many results.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent / "src"), str(HERE / "peers")]
import shacl  # noqa: E402  # the line above says where it is
from statements import E, generate  # noqa: E402
from table import Table  # noqa: E402

SHAPES, QUERIES = HERE / "peers" / "constraints.ttl", HERE / "peers" / "constraints.rq"
OURS, LIMIT, TURBO, PLAIN = "ukrgraph", "SPARQL by hand, on Oxigraph", "pyshacl-turbo", "pySHACL"
TIMEOUT = 600
LARGE = 100_000
"""Triples from which the goals hold: for small graphs the start of a session counts."""
PEERS = {TURBO: "pyshacl_turbo", PLAIN: "pyshacl"}

Figures = dict[str, float]


class Case(NamedTuple):
    """A graph: about how many triples, which share of faulty statements, who validates it, and how often."""

    triples: int
    rate: float
    engines: tuple[str, ...]
    rounds: int


FULL = (
    Case(10_000, 0.0, (LIMIT, OURS, TURBO, PLAIN), 1),
    Case(10_000, 0.01, (LIMIT, OURS, TURBO, PLAIN), 1),
    Case(100_000, 0.0, (LIMIT, OURS, TURBO), 1),
    Case(100_000, 0.01, (LIMIT, OURS, TURBO), 1),
    Case(1_000_000, 0.0, (LIMIT, OURS, TURBO), 1),
    Case(1_000_000, 0.01, (LIMIT, OURS), 1),
)
"""pySHACL takes 200 times as long as the limit: it gets the two small graphs only."""
QUICK = (
    Case(2_000, 0.01, (LIMIT, OURS, TURBO, PLAIN), 1),
    Case(20_000, 0.0, (LIMIT, OURS, TURBO), 1),
    Case(20_000, 0.01, (LIMIT, OURS, TURBO), 1),
)


def ours(file: Path) -> Figures:
    """Return load and validate, and the time after one edit, which makes one result more."""
    import pyoxigraph as ox  # noqa: PLC0415  # a peer's process need not load it

    from ukrgraph.validate import data, shapes  # noqa: PLC0415
    from ukrgraph.validate.incremental import Change, Session  # noqa: PLC0415

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
    import pyoxigraph as ox  # noqa: PLC0415  # a peer's process need not load it

    text = QUERIES.read_text("utf-8").splitlines()
    head = "\n".join(line for line in text if line.startswith("PREFIX"))
    queries = [f"{head}\n{line}" for line in text if line.startswith("SELECT")]
    started = time.perf_counter()
    store = ox.Store()
    store.bulk_load(path=str(file))
    loaded = time.perf_counter()
    rows = sum(1 for query in queries for _ in store.query(query))  # type: ignore[union-attr]
    return {"load": loaded - started, "validate": time.perf_counter() - loaded, "results": rows}


OWN: dict[str, Callable[[Path], Figures]] = {LIMIT: limit, OURS: ours}


def measured(engine: str, file: Path, turbo: str) -> Figures | str:
    """Run an engine in a process of its own; return its figures, or why there are none."""
    if engine == TURBO and not turbo:
        return "not to be had: pip could not install it"
    if engine in PEERS:
        python = turbo if engine == TURBO else sys.executable
        command = [python, shacl.__file__, PEERS[engine], str(file), str(SHAPES)]
    else:
        command = [sys.executable, __file__, "--engine", engine, "--file", str(file)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        return f"not done after {TIMEOUT} s"
    if done.returncode:
        return f"failed: {(done.stderr.strip().splitlines() or ['no message'])[-1]}"
    figures: Figures = json.loads(done.stdout)
    return figures


def total(figures: Figures) -> float:
    """Return the seconds of loading and validating."""
    return figures["load"] + figures["validate"]


class Row(NamedTuple):
    """What an engine took for a graph of so many triples."""

    triples: int
    rate: float
    engine: str
    figures: Figures | str


def compare(case: Case, folder: Path, turbo: str) -> list[Row]:
    """Let each engine validate a graph, in turns; the fastest of the rounds counts."""
    file = folder / "data.nt"
    triples = generate(case.triples, case.rate, file)
    best: dict[str, Figures | str] = {}
    for _ in range(case.rounds):
        for engine in case.engines:
            print(f"{triples:,} triples, {case.rate:.0%} faults: {engine}", file=sys.stderr, flush=True)
            found, known = measured(engine, file, turbo), best.get(engine)
            if isinstance(found, str) or known is None or isinstance(known, str) or total(found) < total(known):
                best[engine] = found
    file.unlink()
    return [Row(triples, case.rate, engine, figures) for engine, figures in best.items()]


def measure(folder: Path, peers: Path, *, quick: bool) -> list[Table]:
    """Return the tables of validation; files go to `folder`, the environment of pyshacl-turbo to `peers`."""
    peers.mkdir(parents=True, exist_ok=True)
    turbo = shacl.environment(peers / "turbo")
    rows = [row for case in (QUICK if quick else FULL) for row in compare(case, folder, turbo)]
    return [_table(rows), _goals(rows)]


def _table(rows: Sequence[Row]) -> Table:
    made: list[tuple[str, ...]] = []
    for row in rows:
        name = f"{row.triples:,} triples, {row.rate:.0%} faults: {row.engine}"
        if isinstance(row.figures, str):
            made.append((name, row.figures, "", "", "", "", ""))
            continue
        figures = row.figures
        bar = _figures(rows, row, LIMIT)
        edit = f"{figures['edit']:.3f}" if "edit" in figures else ""
        ratio = f"{total(figures) / total(bar):.2f}" if bar else ""
        counted = (edit, f"{figures['results']:,.0f}", f"{figures['MB']:.0f}", ratio)
        made.append((name, f"{figures['load']:.2f}", f"{figures['validate']:.2f}", *counted))
    head = ("graph and engine", "load, s", "validate, s", "after an edit, s", "results", "peak, MiB", "times the limit")
    notes = [
        "The limit are the same constraints in SPARQL, written by hand: it only tells which nodes fail.",
        "pyshacl-turbo and pySHACL load into rdflib. Both loading and validating count for the last column.",
        "pySHACL takes minutes for 100,000 triples: it gets the small graphs only.",
        (
            "pySHACL compares ill-typed literals as rdflib does: it does not report that a day that is no date is not "
            "at most another (SHACL, section 4.5.4, does), but that it is later (SPARQL 1.1, section 17.3: an error)."
        ),
    ]
    return Table("Validation", head, made, notes)


def _figures(rows: Sequence[Row], like: Row, engine: str) -> Figures | None:
    """Return the figures of an engine for the graph of a row, if there are any."""
    for row in rows:
        if (row.triples, row.rate, row.engine) == (like.triples, like.rate, engine):
            return None if isinstance(row.figures, str) else row.figures
    return None


def _goals(rows: Sequence[Row]) -> Table:
    made = []
    for row in rows:
        if row.engine != OURS or isinstance(row.figures, str):
            continue
        graph, figures = f"{row.triples:,} triples, {row.rate:.0%} faults", row.figures
        plain, bar = _figures(rows, row, PLAIN), _figures(rows, row, LIMIT)
        if plain and row.triples >= LARGE:
            made.append(_goal(f"{graph}: times the speed of pySHACL", total(plain) / total(figures), 60, least=True))
        if bar and row.triples >= LARGE:
            made.append(_goal(f"{graph}: times the limit", total(figures) / total(bar), 1.0))
        made.append(_goal(f"{graph}: after an edit, of the full run", figures["edit"] / total(figures), 0.1))
        if row.triples >= 1_000_000:
            made.append(_goal(f"{graph}: peak in MiB", figures["MB"], 1024))
        counts = {
            other.figures["results"] for other in rows if other[:2] == row[:2] and not isinstance(other.figures, str)
        }
        made.append(
            (f"{graph}: results", "the same", " ".join(f"{one:,.0f}" for one in sorted(counts)), _yes(len(counts) == 1))
        )
    return Table("Goals of validation", ("", "goal", "measured", "met"), made)


def _goal(name: str, found: float, goal: float, *, least: bool = False) -> tuple[str, ...]:
    met = found >= goal if least else found <= goal
    return (
        name,
        f"at {'least' if least else 'most'} {goal:g}",
        f"{found:.3g}" if found < 1000 else f"{found:.0f}",
        _yes(met),
    )


def _yes(met: bool) -> str:  # noqa: FBT001  # a cell of a table
    return "yes" if met else "no"


def main() -> None:
    """Run one engine, or all of them on all sizes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--rates", type=float, nargs="+", default=[0.0, 0.01])
    parser.add_argument("--plain-up-to", type=int, default=10_000)
    parser.add_argument("--engine", choices=list(OWN))
    parser.add_argument("--file", type=Path)
    parser.add_argument("--peers", type=Path, default=HERE.parent / ".venv" / "peers")
    given = parser.parse_args()
    if given.engine:
        figures = OWN[given.engine](given.file)
        print(json.dumps({**figures, "MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
        return
    given.peers.mkdir(parents=True, exist_ok=True)
    turbo = shacl.environment(given.peers / "turbo")
    with tempfile.TemporaryDirectory() as folder:
        for size in given.sizes:
            engines = (LIMIT, OURS, TURBO, PLAIN) if size <= given.plain_up_to else (LIMIT, OURS, TURBO)
            for rate in given.rates:
                for row in compare(Case(size, rate, engines, 1), Path(folder), turbo):
                    print(row.triples, f"{row.rate:.0%}", row.engine, row.figures, sep="\t", flush=True)


if __name__ == "__main__":
    main()
