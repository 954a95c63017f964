"""How much the query layer costs beside Oxigraph alone, and what the commands cost to start.

    python benchmarks/run.py queries
    python benchmarks/queries.py --quads 100000 --rounds 5

The published graph is grown to the sizes by copies of its statements under new names. Each stored query runs with the
parameters of its first example: by pyoxigraph on the bound text, and through the layer with the query prepared once.
Compared are the least CPU seconds of the rounds, taken in turns. Then: what the check before a query costs, rows
written to CSV with the growth of memory, and the commands from start to end.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from time import process_time
from typing import NamedTuple

import pyoxigraph as ox
from table import Table

ROOT = Path(__file__).parents[1]
GRAPH = ROOT / "data" / "graph" / "ukrgraph.trig"
sys.path.insert(0, str(ROOT / "src"))
from ukrgraph import results  # noqa: E402  # the line above says where ukrgraph is
from ukrgraph.engine.local import Local  # noqa: E402
from ukrgraph.query.catalogue import StoredQuery, all_queries  # noqa: E402
from ukrgraph.query.run import Options, prepare, run  # noqa: E402

IDENTIFIER = ox.NamedNode("http://purl.org/dc/terms/identifier")
STATEMENT = "https://w3id.org/ukrgraph/statement/"
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT / "src")}
COMMANDS = (("--help",), ("queries", "list"), ("ask", "ASK { ?s ?p ?o }"), ("query", "documents"))
UNCHECKED = Options(check=False)
RATIO, CHECK, HELP, SMALL = 1.2, 50.0, 0.25, 0.5
"""The goals: layer to alone, milliseconds of the check, seconds of --help, seconds of a query with a small result."""


SHORT, MORE = 0.005, 6
"""Queries that take less than so many seconds are asked so many times as often: their times are noisy."""


class Sizes(NamedTuple):
    """Numbers of quads with the rounds for each, and of the rows that are written."""

    quads: dict[int, int]
    rows: int


FULL, QUICK = Sizes({100_000: 3, 1_000_000: 1}, 1_000_000), Sizes({40_000: 3}, 100_000)


class Cost(NamedTuple):
    """CPU seconds of a query alone and through the layer, of preparing it, and of preparing it without the check."""

    name: str
    alone: float
    layer: float
    prepared: float
    unchecked: float

    @property
    def ratio(self) -> float:
        """How many times as long it takes through the layer."""
        return self.layer / self.alone if self.alone else 1.0

    @property
    def check(self) -> float:
        """The milliseconds of the check."""
        return (self.prepared - self.unchecked) * 1e3


def grown(quads: int) -> ox.Store:
    """Return the published graph with copies of its statements, about `quads` in all."""
    store = ox.Store()
    store.bulk_load(path=str(GRAPH))
    own = [quad for quad in store if str(quad.subject).startswith(f"<{STATEMENT}") and quad.predicate != IDENTIFIER]
    for number in range(max(0, (quads - len(store)) // max(1, len(own)))):
        graph = ox.NamedNode(f"https://w3id.org/ukrgraph/graph/copy-{number}")
        store.bulk_extend(
            ox.Quad(ox.NamedNode(f"{str(quad.subject)[1:-1]}.copy-{number}"), quad.predicate, quad.object, graph)
            for quad in own
        )
    return store


def least(rounds: int, *actions: Callable[[], object]) -> list[float]:
    """Return the least CPU seconds of each action over `rounds`, taken in turns."""
    best = [float("inf")] * len(actions)
    for _ in range(rounds):
        for place, action in enumerate(actions):
            started = process_time()
            action()
            best[place] = min(best[place], process_time() - started)
    return best


def read(answer: object) -> int:
    """Read an answer to its end; return how many rows it had."""
    return sum(1 for _ in answer) if not isinstance(answer, ox.QueryBoolean) else 1  # type: ignore[attr-defined]


def cost(query: StoredQuery, engine: Local, rounds: int) -> Cost:
    """Return what a query costs with the parameters of its first example."""
    values = query.header.examples[0].params
    prepared = prepare(query, values, engine)

    def alone() -> int:
        return read(engine.store.query(prepared.text, use_default_graph_as_union=True))

    often = rounds * MORE if least(1, alone)[0] < SHORT else rounds
    asked = least(often, alone, lambda: read(run(prepared, engine)))
    before = least(
        rounds,
        lambda: prepare(query, values, engine),
        lambda: prepare(query, values, engine, None, UNCHECKED),
    )
    return Cost(query.name, *asked, *before)


def measure(folder: Path, peers: Path, *, quick: bool) -> list[Table]:
    """Return the tables of the query layer; the peer is pyoxigraph, which is here already."""
    del folder, peers
    sizes = QUICK if quick else FULL
    costs = {}
    for quads, rounds in sizes.quads.items():
        _say(f"growing the graph to {quads:,} quads")
        store = grown(quads)
        engine = Local(store)
        _say(f"asking {len(store):,} quads")
        costs[len(store)] = [cost(query, engine, rounds) for query in all_queries(ROOT)]
        del store, engine
    _say("starting commands, writing rows")
    starts = [started(arguments, 3) for arguments in COMMANDS]
    written = streamed("csv", sizes.rows)
    tables = [_ratios(costs, sizes), _starts(starts), _imports()]
    return [*tables, _goals(costs, starts, written, sizes)]


def _ratios(costs: dict[int, list[Cost]], sizes: Sizes) -> Table:
    rows = []
    for quads, several in costs.items():
        ratios, checks = [one.ratio for one in several], [one.check for one in several]
        over = ", ".join(f"{one.name} {one.ratio:.2f}" for one in several if one.ratio > RATIO) or "none"
        whole = (f"{sum(one.alone for one in several):.2f}", f"{sum(one.layer for one in several):.2f}")
        ratio = (f"{statistics.median(ratios):.2f}", f"{max(ratios):.2f}", over)
        check = (f"{statistics.median(checks):.1f}", f"{max(checks):.1f}")
        rows.append((f"{quads:,} quads", str(len(several)), *whole, *ratio, *check))
    head = ("", "queries", "s alone", "s layer", "ratio, median", "greatest", f"above {RATIO}")
    notes = [
        "CPU seconds, the least of the rounds, in turns: Oxigraph on the bound text, and through the query layer.",
        f"Rounds: {', '.join(map(str, sizes.quads.values()))}; {MORE} times as many for queries of under {SHORT} s.",
        "The last two columns: what the check before a query costs.",
    ]
    return Table("Stored queries", (*head, "check ms, median", "check ms, most"), rows, notes)


def started(arguments: Sequence[str], rounds: int) -> float:
    """Return the least seconds of wall time of a command from start to end."""
    best = float("inf")
    command = [sys.executable, "-m", "ukrgraph", *arguments]
    for _ in range(rounds + 1):  # the first may make the store
        begin = time.perf_counter()
        subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, check=True)
        best = min(best, time.perf_counter() - begin)
    return best


def _starts(starts: Sequence[float]) -> Table:
    rows = [(f"`ukrgraph {' '.join(one)}`", f"{seconds:.2f}") for one, seconds in zip(COMMANDS, starts, strict=True)]
    return Table("Starting", ("", "seconds"), rows, ["Wall time from start to end, the least of several."])


def _imports() -> Table:
    """Return what the costliest imports of a query take, of their own and with what they import."""
    command = [sys.executable, "-X", "importtime", "-m", "ukrgraph", "query", "documents"]
    shown = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=True).stderr
    lines = [line.removeprefix("import time:").split("|") for line in shown.splitlines() if line.startswith("import")]
    known = sorted((int(whole), int(own), name.strip()) for own, whole, name in lines if own.strip().isdigit())
    rows = [(f"`{name}`", f"{own / 1e3:.1f}", f"{whole / 1e3:.1f}") for whole, own, name in known[:-11:-1]]
    head = ("`ukrgraph query documents` imports", "ms of its own", "ms with what it imports")
    return Table("Imports", head, rows, ["As Python's -X importtime tells, which makes them slower."])


def streamed(name: str, rows: int) -> dict[str, float]:
    """Return the seconds and the growth of memory in MiB of writing `rows` rows, in a process of its own."""
    command = [sys.executable, __file__, "--stream", name, "--rows", str(rows)]
    done = subprocess.run(command, env=ENVIRONMENT, stdout=subprocess.PIPE, check=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def stream(name: str, rows: int) -> dict[str, float]:
    """Return the seconds and the growth of memory in MiB of writing `rows` rows in the format `name`, to nowhere."""
    terms = (ox.NamedNode("http://example.org/a"), ox.Literal("a text of some length"), None)
    with Path(os.devnull).open("wb") as output:
        results.write(results.Table(("a", "b", "c"), (terms for _ in range(1000))), name, output)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        table = results.Table(("a", "b", "c"), (terms for _ in range(rows)))
        begin = time.perf_counter()
        results.write(table, name, output)
        seconds = time.perf_counter() - begin
    return {"seconds": seconds, "MiB": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024}


def _goals(costs: dict[int, list[Cost]], starts: Sequence[float], written: dict[str, float], sizes: Sizes) -> Table:
    rows = []
    for quads, several in costs.items():
        most = max(one.ratio for one in several)
        rows.append(
            (f"{quads:,} quads: layer to Oxigraph alone, each query", f"at most {RATIO}", f"{most:.2f}", most <= RATIO)
        )
    quads, several = min(costs.items())
    check = max(one.check for one in several)
    rows.append((f"{quads:,} quads: ms of the check", f"under {CHECK:g}", f"{check:.1f}", check < CHECK))
    rows.append(("seconds of `--help`", f"at most {HELP}", f"{starts[0]:.2f}", starts[0] <= HELP))
    rows.append(
        ("seconds of a query with a small result", f"at most {SMALL}", f"{starts[-1]:.2f}", starts[-1] <= SMALL)
    )
    flat = written["MiB"]
    rows.append((f"{sizes.rows:,} rows of CSV: growth of memory in MiB", "under 5", f"{flat:.1f}", flat < 5))
    notes = [f"{sizes.rows:,} rows of CSV took {written['seconds']:.2f} s."]
    return Table("Goals of queries", ("", "goal", "measured", "met"), [_said(*row) for row in rows], notes)


def _said(name: str, goal: str, measured: str, met: bool) -> tuple[str, ...]:  # noqa: FBT001  # a cell of a table
    return (name, goal, measured, "yes" if met else "no")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    """Compare at one size, query by query; or write rows and tell what it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quads", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--stream", metavar="FORMAT", help="write rows in this format to nowhere; print JSON")
    parser.add_argument("--rows", type=int, default=1_000_000)
    chosen = parser.parse_args()
    if chosen.stream:
        print(json.dumps(stream(chosen.stream, chosen.rows)))
        return
    engine = Local(grown(chosen.quads))
    print(f"{'query':<40} {'alone ms':>9} {'layer ms':>9} {'ratio':>6} {'prepare ms':>11} {'check ms':>9}")
    for query in all_queries(ROOT):
        one = cost(query, engine, chosen.rounds)
        figures = f"{one.alone * 1e3:9.2f} {one.layer * 1e3:9.2f} {one.ratio:6.2f} {one.prepared * 1e3:11.2f}"
        print(f"{one.name:<40} {figures} {one.check:9.2f}", flush=True)


if __name__ == "__main__":
    main()
