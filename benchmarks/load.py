"""Loading into a store on the disk: `ukrgraph load` beside Oxigraph's own loader; how fast, in how much memory.

The quads are those of the published graph and copies of its statements under new names, a graph a copy. Both commands
run from their start to a store that is closed, in turns; the least of the rounds counts. That ours says which triples
stand in two graphs, and what it was made from, is included. Adding a few quads to the big store is measured last.

Also a command of its own, for any size:  python benchmarks/load.py 200000
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
from table import Table, markdown

HERE = Path(__file__).parent
ROOT = HERE.parent
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT / "src")}
GRAPH = ROOT / "data/graph/ukrgraph.trig"
STATEMENT = "<https://w3id.org/ukrgraph/statement/"
COPY = "https://w3id.org/ukrgraph/graph/copy-"

FULL, QUICK = (1_000_000, 5_000_000), (100_000,)
ROUNDS = {1_000_000: 1}
"""Rounds by size; others get one."""

OURS, THEIRS = "ukrgraph load", "oxigraph load"
GOAL = 1.2


class Run(NamedTuple):
    """What a command took: seconds of wall time, peak of resident memory in MiB, and MiB of the store."""

    seconds: float
    peak: float
    size: float


def measure(folder: Path, peers: Path, *, quick: bool) -> list[Table]:
    """Return the tables of loading; files go to `folder`. Oxigraph is the program of the package `oxigraph`."""
    del peers
    return _measure(folder, QUICK if quick else FULL)


def _measure(folder: Path, sizes: tuple[int, ...]) -> list[Table]:
    program = oxigraph()
    rows, goals, notes = [], [], []
    if program is None:
        notes.append("Oxigraph's own loader was skipped: the package `oxigraph` is not installed.")
    for size in sizes:
        file = folder / f"{size}.nq"
        quads = write(file, size)
        best = _best(folder, file, program, ROUNDS.get(size, 1))
        rows += [_row(name, quads, run) for name, run in best.items()]
        if THEIRS in best:
            goals += _goals(quads, best[OURS], best[THEIRS])
        rows.append(_row("ukrgraph load, a thousand quads more", 1000, _more(folder)))
        for name in ("ours", "theirs"):
            shutil.rmtree(folder / name, ignore_errors=True)
        file.unlink()
    head = ("", "quads", "seconds", "quads/s", "peak, MiB", "store, MiB")
    about = (
        "From the start of the command to a store that is closed; N-Quads, one file; the store was removed before.",
        "Ours also computes the digest of the file, looks for triples in more than one graph, and swaps versions.",
    )
    return [
        Table("Loading", head, rows, [*about, *notes]),
        Table("Goals of loading", ("", "goal", "measured", "met"), goals),
    ]


def oxigraph() -> str | None:
    """Return the path of Oxigraph's own command, or None if it is not installed."""
    beside = Path(sys.executable).parent / "oxigraph"
    return str(beside) if beside.is_file() else shutil.which("oxigraph")


def write(file: Path, quads: int) -> int:
    """Write at least `quads` quads, in N-Quads; return how many."""
    written = 0
    with file.open("w", encoding="utf-8") as stream:
        for line in _lines():
            if written >= quads and line.startswith(f"{STATEMENT}"):
                break
            stream.write(line)
            written += 1
    return written


def _lines() -> Iterator[str]:
    """Yield the lines of the published graph, then copies of its statements without end."""
    graph = [f"{quad} .\n" for quad in ox.parse(path=str(GRAPH))]
    yield from graph
    parts = [line.split(" ", 1) for line in graph if line.startswith(STATEMENT)]
    rests = [(subject[:-1], rest.rsplit(" ", 2)[0]) for subject, rest in parts]
    number = 0
    while True:
        for subject, rest in rests:
            yield f"{subject}.copy-{number}> {rest} <{COPY}{number}> .\n"
        number += 1


def _best(folder: Path, file: Path, program: str | None, rounds: int) -> dict[str, Run]:
    best: dict[str, Run] = {}
    commands = {OURS: ("ours", [sys.executable, "-m", "ukrgraph", "load", "--store", folder / "ours", file])}
    if program:
        commands[THEIRS] = ("theirs", [program, "load", "--location", folder / "theirs", "--file", file])
    for number in range(rounds):
        for name, (place, command) in commands.items():
            print(f"{name}, {file.stem} quads, round {number + 1} of {rounds}", file=sys.stderr, flush=True)
            shutil.rmtree(folder / place, ignore_errors=True)
            run = _run(command, folder / place)
            other = best.get(name, run)
            best[name] = Run(min(run.seconds, other.seconds), min(run.peak, other.peak), run.size)
    return best


def _more(folder: Path) -> Run:
    """Load a thousand quads more into our store."""
    file = folder / "more.nq"
    line = (
        "<https://w3id.org/ukrgraph/more/{0}> <https://w3id.org/ukrgraph/more/p> <https://w3id.org/ukrgraph/more/o> .\n"
    )
    file.write_text("".join(line.format(number) for number in range(1000)))
    return _run([sys.executable, "-m", "ukrgraph", "load", "--store", folder / "ours", file], folder / "ours")


def _run(command: list[object], place: Path) -> Run:
    """Run a command in a process of its own that measures it."""
    words = [sys.executable, str(HERE / "alone.py"), "run", *map(str, command)]
    done = subprocess.run(words, env=ENVIRONMENT, check=True, stdout=subprocess.PIPE, text=True)
    found = json.loads(done.stdout)
    size = sum(file.stat().st_size for file in place.rglob("*") if file.is_file())
    return Run(found["seconds"], found["peak"], size / (1 << 20))


def _row(name: str, quads: int, run: Run) -> tuple[str, ...]:
    return name, f"{quads:,}", f"{run.seconds:.1f}", f"{quads / run.seconds:,.0f}", f"{run.peak:.0f}", f"{run.size:.0f}"


def _goals(quads: int, ours: Run, theirs: Run) -> list[tuple[str, ...]]:
    ratios = {"time": ours.seconds / theirs.seconds, "peak of memory": ours.peak / theirs.peak}
    return [
        (f"{quads:,} quads: {name}, times that of oxigraph load", f"at most {GOAL}", f"{ratio:.2f}", met(ratio))
        for name, ratio in ratios.items()
    ]


def met(ratio: float) -> str:
    """Return whether a ratio is within the goal."""
    return "yes" if ratio <= GOAL else "no"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="ukrgraph-bench-") as temporary:
        print("\n".join(map(markdown, _measure(Path(temporary), tuple(map(int, sys.argv[1:])) or QUICK))))
