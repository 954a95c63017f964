"""How much the query layer costs beside Oxigraph alone.

Run it with: python benchmarks/queries.py [--quads 100000] [--rounds 5]

The published graph is grown to the size asked for by copies of its statements under new names. Each stored query runs
with the parameters of its first example: by pyoxigraph on the bound text, and through the layer with the query prepared
once. Compared are the least CPU seconds of the rounds. Then: what preparing a query costs, CSV of many rows with the
peak of memory, and what the commands cost to start.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pyoxigraph as ox

from ukrgraph import results
from ukrgraph.engine.local import Local, open_project
from ukrgraph.query.catalogue import StoredQuery, all_queries
from ukrgraph.query.run import prepare, run

ROOT = Path(__file__).parents[1]
IDENTIFIER = ox.NamedNode("http://purl.org/dc/terms/identifier")
STATEMENT = "https://w3id.org/ukrgraph/statement/"


def grown(quads: int) -> ox.Store:
    """Return the published graph with copies of its statements, about `quads` in all."""
    store = open_project(ROOT)
    own = [quad for quad in store if str(quad.subject).startswith(f"<{STATEMENT}") and quad.predicate != IDENTIFIER]
    for number in range(max(0, (quads - len(store)) // max(1, len(own)))):
        graph = ox.NamedNode(f"https://w3id.org/ukrgraph/graph/copy-{number}")
        store.bulk_extend(
            ox.Quad(ox.NamedNode(f"{str(quad.subject)[1:-1]}.copy-{number}"), quad.predicate, quad.object, graph)
            for quad in own
        )
    return store


def least(action: Callable[[], object], rounds: int) -> float:
    """Return the least CPU seconds of `action` over `rounds`."""
    times = []
    for _ in range(rounds):
        started = process_time()
        action()
        times.append(process_time() - started)
    return min(times)


def read(answer: object) -> int:
    """Read an answer to its end; return how many rows it had."""
    return sum(1 for _ in answer) if not isinstance(answer, ox.QueryBoolean) else 1  # type: ignore[attr-defined]


def costs(query: StoredQuery, engine: Local, rounds: int) -> tuple[float, float, float]:
    """Return the CPU seconds of a query alone, through the layer, and of preparing it."""
    values = query.header.examples[0].params
    prepared = prepare(query, values, engine)
    alone = least(lambda: read(engine.store.query(prepared.text, use_default_graph_as_union=True)), rounds)
    layer = least(lambda: read(run(prepared, engine)), rounds)
    return alone, layer, least(lambda: prepare(query, values, engine), rounds)


def compare(store: ox.Store, rounds: int) -> None:
    """Print the cost of each stored query both ways, and the ratio."""
    engine, ratios = Local(store), []
    print(f"{'query':<40} {'alone ms':>9} {'layer ms':>9} {'ratio':>6} {'prepare ms':>11}")
    for query in all_queries(ROOT):
        alone, layer, before = costs(query, engine, rounds)
        ratios.append(layer / alone if alone else 1.0)
        print(f"{query.name:<40} {alone * 1e3:9.2f} {layer * 1e3:9.2f} {ratios[-1]:6.2f} {before * 1e3:11.2f}")
    print(f"ratio: median {statistics.median(ratios):.2f}, greatest {max(ratios):.2f}")


def stream(name: str, rows: int) -> None:
    """Print the cost and the growth of memory of writing `rows` rows in the format `name`."""
    terms = (ox.NamedNode("http://example.org/a"), ox.Literal("a text of some length"), None)
    table = results.Table(("a", "b", "c"), (terms for _ in range(rows)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with Path(os.devnull).open("wb") as output:
        seconds = least(lambda: results.write(table, name, output), 1)
    grown_by = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"{name}: {rows} rows in {seconds:.2f} s, memory grew by {grown_by} kB")


def start(rounds: int) -> None:
    """Print what the commands cost from start to end, in CPU seconds of the child."""
    for arguments in (["--help"], ["queries", "list"], ["ask", "ASK { ?s ?p ?o }"], ["query", "documents"]):
        times = []
        for _ in range(rounds):
            before = os.times()
            subprocess.run([sys.executable, "-m", "ukrgraph", *arguments], cwd=ROOT, capture_output=True, check=True)
            after = os.times()
            times.append(after.children_user + after.children_system - before.children_user - before.children_system)
        print(f"ukrgraph {' '.join(arguments)}: {min(times):.2f} s")


def imports() -> None:
    """Print what the costliest imports of a query take, in microseconds: of their own, and with what they import."""
    command = [sys.executable, "-X", "importtime", "-m", "ukrgraph", "query", "documents"]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stderr
    lines = [line for line in shown.splitlines() if line.startswith("import time:") and "cumulative" not in line]
    for line in sorted(lines, key=lambda line: int(line.split("|")[1]))[-15:]:
        print(line)


def main() -> None:
    """Run all comparisons."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quads", type=int, default=100_000)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    store = grown(chosen.quads)
    print(f"{len(store)} quads")
    compare(store, chosen.rounds)
    for name in ("csv", "json", "table"):
        stream(name, chosen.rows)
    start(chosen.rounds)
    imports()


if __name__ == "__main__":
    main()
