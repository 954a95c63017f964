"""Conversion from annotated files to N-Quads: how fast, beside whom, on how many cores, in how much memory.

All in one run on one machine, in turns, so that the ratios hold although the times do not. The fastest of the rounds
counts. Corpora are made just before, so their files come from memory.

    python benchmarks/run.py conversion
    python benchmarks/conversion.py         up to 20,000 documents, in about 15 minutes; prints only
"""

import argparse
import filecmp
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import corpus
from table import Table, markdown

sys.path.insert(0, str(Path(__file__).parent / "peers"))
import morph
import resolved

HERE = Path(__file__).parent
ENVIRONMENT = os.environ | {"PYTHONPATH": str(corpus.ROOT / "src")}


class Sizes(NamedTuple):
    """Numbers of documents: in the corpus for speed, in the large one for memory, and for the peers; and the rounds."""

    speed: int
    large: int
    peers: int
    rounds: int


LONG = Sizes(2000, 20_000, 200, 2)
FULL = Sizes(1000, 2000, 150, 2)
QUICK = Sizes(120, 500, 30, 1)

LIMIT_QUADS = 400_000
"""Quads that Oxigraph gets for the limit: enough for a steady rate, few enough for the memory."""

OURS, TWO = "ukrgraph convert", "ukrgraph convert --workers 2"
PARTS = "ukrgraph convert -o folder/ --workers 2"
SPARK = "the same on Apache Spark with two workers, its start included"
CONVERTER = "of that, the converter: documents in memory to N-Quads"
LIMIT, BUILT = "Oxigraph writing the same quads, already built", "Oxigraph writing them, built from strings"
RDFLIB, MORPH = "rdflib script, from JSON", "Morph-KGC, from JSON"


class Rate(NamedTuple):
    """What was measured: documents (0 if quads were not given by documents), triples, and seconds of wall time."""

    documents: int
    triples: int
    seconds: float

    @property
    def speed(self) -> float:
        """Return triples a second."""
        return self.triples / self.seconds


class Run(NamedTuple):
    """What a command took: seconds of wall time, and its peak of resident memory in MiB."""

    seconds: float
    peak: float


def measure(folder: Path, peers: Path, *, quick: bool) -> list[Table]:
    """Return the tables of the conversion; files go to `folder`, the environment of the peers to `peers`."""
    return tables(folder, peers, QUICK if quick else FULL)


def tables(folder: Path, peers: Path, sizes: Sizes) -> list[Table]:
    """Return the tables of the conversion for some sizes."""
    for name, number in (("speed", sizes.speed), ("large", sizes.large), ("peers", sizes.peers)):
        _say(f"writing {number} documents")
        corpus.write(folder / name, range(number))
    rates, notes = _rates(folder, peers, sizes)
    stages = _alone("stages", folder / "peers")
    memory = {}
    for name, number in (("speed", sizes.speed), ("large", sizes.large)):
        _say(f"memory of {number} documents")
        memory[number] = convert(folder / name, None)
    return [_rate_table(rates, sizes, notes), _stage_table(stages), _memory_table(memory), _goal_table(rates, memory)]


def _rates(folder: Path, peers: Path, sizes: Sizes) -> tuple[dict[str, Rate], list[str]]:
    """Measure in turns; return the best rates, and notes about the peers."""
    (folder / "json").mkdir()
    expected = resolved.write(folder / "peers", folder / "json")
    notes = []
    best: dict[str, Rate] = {}
    measures = _own(folder, sizes)
    if sizes is not QUICK:
        try:
            _say(SPARK)
            best[SPARK] = Rate(sizes.peers, expected, _spark(folder / "peers", folder / "spark"))
        except UnavailableError as reason:
            notes.append(f"Spark was skipped: {reason}.")
            _say(notes[-1])
    measures[RDFLIB] = lambda: Rate(sizes.peers, expected, _rdflib(folder / "json"))
    try:
        python = morph.environment(peers)
        measures[MORPH] = lambda: Rate(sizes.peers, expected, morph.materialize(python, folder / "json"))
    except morph.UnavailableError as reason:
        notes.append(f"{MORPH}, was skipped: {reason}.")
        _say(notes[-1])
    for number in range(sizes.rounds):
        for name, one in measures.items():
            _say(f"round {number + 1} of {sizes.rounds}: {name}")
            rate = one()
            best[name] = min(rate, best.get(name, rate), key=lambda rate: rate.seconds)
    same = (
        "the same bytes as" if filecmp.cmp(folder / "out.nq", folder / "two.nq", shallow=False) else "OTHER BYTES THAN"
    )
    return best, [*notes, f"Two processes write {same} one.", *_same(folder / "json")]


def _own(folder: Path, sizes: Sizes) -> dict[str, Callable[[], Rate]]:
    """Return what is measured of ukrgraph, and of Oxigraph on the quads that come of it, in this order."""
    output, two, parts = folder / "out.nq", folder / "two.nq", folder / "parts"

    def command(output: Path, workers: int) -> Rate:
        seconds = convert(folder / "speed", output, workers).seconds
        return Rate(sizes.speed, _lines(output), seconds)

    def into_parts() -> Rate:
        shutil.rmtree(parts, ignore_errors=True)
        parts.mkdir()
        seconds = convert(folder / "speed", parts, 2).seconds
        return Rate(sizes.speed, sum(map(_lines, parts.glob("*.nq"))), seconds)

    def converter() -> Rate:
        found = _alone("convert", folder / "speed", sizes.peers)
        return Rate(int(found["documents"]), int(found["quads"]), found["seconds"])

    limit: dict[str, float] = {}

    def built() -> Rate:
        limit.update(_alone("oxigraph", output, LIMIT_QUADS, folder / "limit.nq"))
        return Rate(0, int(limit["quads"]), limit["built"])

    def from_strings() -> Rate:
        """Return what `built`, which comes first, has measured along the way."""
        return Rate(0, int(limit["quads"]), limit["strings"])

    return {
        OURS: lambda: command(output, 1),
        CONVERTER: converter,
        TWO: lambda: command(two, 2),
        PARTS: into_parts,
        LIMIT: built,
        BUILT: from_strings,
    }


def convert(source: Path, output: Path | None, workers: int = 1) -> Run:
    """Run `ukrgraph convert`; without `output`, what it writes to standard output is thrown away."""
    command = [sys.executable, "-m", "ukrgraph", "convert", source, "--workers", workers]
    command += ["-o", output] if output else ["--format", "nquads"]
    return Run(**_alone("run", *command))


def _alone(what: str, *arguments: object) -> dict[str, float]:
    """Return what `alone.py` measures."""
    command = [sys.executable, str(HERE / "alone.py"), what, *map(str, arguments)]
    done = subprocess.run(command, env=ENVIRONMENT, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


class UnavailableError(Exception):
    """A peer that cannot be had here; the message says why."""


def _spark(source: Path, output: Path) -> float:
    """Return the seconds that Spark takes from its start to its end; it runs once, because that is long.

    Raises UnavailableError if it cannot be started.
    """
    command = [sys.executable, "-m", "ukrgraph.spark", str(source), str(output), "--master", "local[2]"]
    started = time.perf_counter()
    done = subprocess.run(command, env=ENVIRONMENT, check=False, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise UnavailableError(done.stderr.strip().rpartition("\n")[2])
    return time.perf_counter() - started


def _rdflib(folder: Path) -> float:
    command = [sys.executable, str(HERE / "peers" / "graph.py"), str(folder), str(folder / "rdflib.nq")]
    return float(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def _lines(file: Path) -> int:
    with file.open("rb") as stream:
        return sum(1 for _ in stream)


def _same(folder: Path) -> list[str]:
    """Return a note for each peer: how many triples it made, and how many of them are ours."""
    expected = _quads(folder / "expected.nq")
    notes = []
    for name, file in ((RDFLIB, folder / "rdflib.nq"), (MORPH, folder / "morph.nq")):
        if file.exists():
            made = _quads(file)
            ours = len(expected)
            notes.append(
                f"{name}: {len(made):,} triples, {len(made & expected):,} of them among the {ours:,} of ukrgraph."
            )
    return notes


def _quads(file: Path) -> set[str]:
    return set(file.read_text().split("\n")) - {""}


def _rate_table(rates: Mapping[str, Rate], sizes: Sizes, notes: Sequence[str]) -> Table:
    ours = rates[OURS]
    rows = []
    for name, rate in rates.items():
        number = f"{rate.documents:,}" if rate.documents else "-"
        documents = f"{rate.speed * ours.documents / ours.triples:.1f}"
        figures = (number, f"{rate.triples:,}", f"{rate.seconds:.2f}", documents, f"{rate.speed:,.0f}")
        rows.append((name, *figures, f"{ours.speed / rate.speed:.2f}"))
    head = ("", "documents", "triples", "seconds", "documents/s", "triples/s", "ukrgraph convert is faster by")
    about = (
        (
            "`ukrgraph convert` is the whole command, from its start to the file on the disk: annotations read, "
            "records resolved, digests computed."
        ),
        f"Oxigraph and each peer run on one core. Rounds, in turns: {sizes.rounds}; the fastest counts.",
        (
            "The peers' JSON has everything resolved: IRIs minted, quotations cut from the text, digests computed, "
            "concepts looked up (`peers/resolved.py`, not measured). They do the last step alone; of Morph-KGC neither "
            "the start nor the reading of the mapping is counted. So our lead over them is a lower bound."
        ),
    )
    return Table("Conversion", head, rows, [*about, *notes])


def _stage_table(stages: Mapping[str, float]) -> Table:
    rows = [(name, f"{1000 * stages[name] / stages['documents']:.2f}") for name in ("read", "convert", "check")]
    note = "One process. `check` is part of `corpus check` and of `build`, not of `convert`."
    return Table("Where the time goes", ("stage", "ms a document"), rows, [note])


def _memory_table(memory: Mapping[int, Run]) -> Table:
    rows = [(f"{number:,}", f"{run.peak:.0f}", f"{number / run.seconds:.1f}") for number, run in memory.items()]
    return Table(
        "Memory", ("documents", "peak, MiB", "documents/s"), rows, ["N-Quads to standard output, one process."]
    )


def _goal_table(rates: Mapping[str, Rate], memory: Mapping[int, Run]) -> Table:
    """Return what was to be reached, and what was."""
    pairs = [
        ("the rdflib script: times its speed", 10, OURS, RDFLIB),
        ("Morph-KGC: times its speed", 10, OURS, MORPH),
        ("the limit, for the whole command", 0.5, OURS, LIMIT),
        ("the limit, for the converter", 0.5, CONVERTER, LIMIT),
        ("two processes: times the speed of one", 1.7, TWO, OURS),
        ("two processes, into parts: times the speed of one", 1.7, PARTS, OURS),
    ]
    rows = []
    for name, goal, one, other in pairs:
        if other in rates:
            ratio = rates[one].speed / rates[other].speed
            rows.append((name, f"at least {goal}", f"{ratio:.2f}", "yes" if ratio >= goal else "no"))
    small, large = (run.peak for run in memory.values())
    growth = large / small
    rows.append(
        ("memory: times that of the small corpus", "at most 1.1", f"{growth:.2f}", "yes" if growth <= 1.1 else "no")
    )
    return Table("Goals", ("", "goal", "measured", "met"), rows)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    """Measure long and print."""
    parser = argparse.ArgumentParser(description="Measure the conversion of up to 20,000 documents.")
    parser.add_argument("--peers", type=Path, default=corpus.ROOT / ".venv" / "peers", help="environment of the peers")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ukrgraph-bench-") as folder:
        for table in tables(Path(folder), given.peers, LONG):
            print(markdown(table))


if __name__ == "__main__":
    main()
