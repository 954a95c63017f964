"""Kill load, build and merge at random moments, and look at what is left.

    python tests/store_kills.py 100 [SEED]

Each time, a project is put into a known state, a command is started that takes its store to another known state, and
killed with SIGKILL at a random moment between its start and its end. Then the store must hold exactly the one or the
other, no lock may be held, a reader must get what the published graph says, and the next writer must leave nothing of
the dead one.
"""

import fcntl
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import wikidata_dumps as dumps

from ukrgraph.engine.local import open_project
from ukrgraph.store import home, lock, making, manifest, versions
from ukrgraph.wikidata.slice import Order, cut, manifest_text

ROOT = Path(__file__).parents[1]
OLD = '<http://e.org/old> <http://e.org/p> "old" <http://e.org/g> .\n'


class Case(NamedTuple):
    """A command that is killed: its arguments, the projects before and after it, and its seconds when it is not."""

    name: str
    arguments: tuple[str, ...]
    before: Path
    contents: dict[str, frozenset[str]]
    seconds: float


def content(store: ox.Store) -> frozenset[str]:
    """Return the quads of a store; those with blank nodes, which have another name each time, without it."""
    return frozenset(str(quad) for quad in store if "_:" not in str(quad))


def command(project: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    """Start the command line on a project."""
    words = [sys.executable, "-m", "ukrgraph", "--project", str(project), *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    return subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def cases(folder: Path, quads: int) -> list[Case]:
    """Return the three cases; what is loaded has `quads` quads."""
    shutil.copytree(ROOT / "data/entities", folder / "start/data/entities")
    shutil.copytree(ROOT / "data/corpus/doc-003", folder / "start/data/corpus/doc-003")
    graph = folder / "start" / home.GRAPH
    graph.parent.mkdir()
    graph.write_text(OLD.replace(" <http://e.org/g>", ""))
    big, item = folder / "big.nq", dumps.item("Q212", {"en": "Ukraine"}, [("P31", "Q6256")])
    line = "<http://e.org/{0}> <http://e.org/p> <http://e.org/{1}> <http://e.org/g> .\n"
    big.write_text("".join(line.format(number, number % 97) for number in range(quads)))
    done = cut(Order([dumps.write(folder, "dump.json", dumps.dump(item))], {"Q212"}))
    slices = folder / "slice.nq"
    slices.write_text("".join(done.lines))
    Path(f"{slices}.manifest.json").write_text(manifest_text(done.manifest))
    merge = ("wikidata", "merge", str(slices), "-o", "{project}/" + str(home.GRAPH))
    built = _case(folder, "build", ("build",), folder / "start")
    return [
        _case(folder, "load", ("load", str(big)), folder / "start"),
        built,
        _case(folder, "merge", merge, folder / "after-build"),
    ]


def _case(folder: Path, name: str, arguments: tuple[str, ...], before: Path) -> Case:
    """Run a command to its end, to know how long it takes and what comes of it."""
    contents = {"old": content(open_project(before))}
    after = Path(shutil.copytree(before, folder / f"after-{name}"))
    started = time.monotonic()
    process = command(after, *(word.replace("{project}", str(after)) for word in arguments))
    if process.wait():
        raise RuntimeError(f"{name} ended with exit code {process.returncode}")
    seconds = time.monotonic() - started
    contents["new"] = content(open_project(after))
    if contents["old"] == contents["new"]:
        raise RuntimeError(f"{name} changed nothing")
    return Case(name, arguments, before, contents, seconds)


SOON = 0.02
"""Seconds after the swap within which every third kill comes."""


def kill(case: Case, project: Path, share: float, *, swap: bool) -> str:
    """Kill a command after a `share` of its time, or of the moment after the swap; return what was left.

    That is "old", "new", or "ended" if it was too late. Raises AssertionError if the store is anything else.
    """
    shutil.rmtree(project, ignore_errors=True)
    shutil.copytree(case.before, project, copy_function=shutil.copy2)
    process = command(project, *(word.replace("{project}", str(project)) for word in case.arguments))
    if swap:
        wait(process, project / (home.GRAPH if case.name == "merge" else home.FOLDER / manifest.NAME))
    time.sleep(share * (SOON if swap else case.seconds))
    process.kill()
    killed = process.wait() < 0
    left = check(case, project)
    return left if killed else "ended"


def wait(process: "subprocess.Popen[bytes]", file: Path) -> None:
    """Wait until another file has taken the place of `file`, or the process has ended."""
    before = file.stat().st_ino
    while process.poll() is None and file.stat().st_ino == before:
        time.sleep(0.0005)


def check(case: Case, project: Path) -> str:
    """Return which of its contents a project has; raise AssertionError if it is not whole."""
    place = home.of_project(project)
    made, store = versions.open_current(place.folder)
    held = content(store)
    assert made.quads == len(store), "the manifest counts other quads than the store holds"
    assert held in case.contents.values(), "the store is neither old nor new"
    assert free(place.folder), "the lock is held"
    read = content(open_project(project, fail))
    assert read in case.contents.values(), "what a reader gets is neither old nor new"
    file = place.folder / "after.nq"
    file.write_text("<http://e.org/after> <http://e.org/p> <http://e.org/o> <http://e.org/g> .\n")
    making.add(place, [making.Input(str(file), "nquads")], making.Task("check", fail))
    file.unlink()
    for entry in place.folder.iterdir():
        assert needed(place.folder, entry), f"{entry.name} of the dead writer is left"
    return next(name for name, known in case.contents.items() if known == held)


def needed(folder: Path, entry: Path) -> bool:
    """Tell whether an entry of the folder of a store is part of it, or a version that somebody reads."""
    made = manifest.read(folder)
    if entry.name in {lock.NAME, manifest.NAME, made.version if made else ""}:
        return True
    with lock.unread(entry) as unread:
        return not unread


def free(folder: Path) -> bool:
    """Tell whether nobody holds the lock of a store."""
    with (folder / lock.NAME).open("rb") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def fail(message: str) -> None:
    """Fail: nothing is to be told."""
    raise AssertionError(message)


def run(kills: int, seed: int, folder: Path, quads: int, tell: Callable[[str], None]) -> "Counter[tuple[str, str]]":
    """Kill so many times, each case in turn; return how often each was left in which state."""
    chance, found = random.Random(seed), Counter[tuple[str, str]]()
    every = cases(folder, quads)
    for number in range(kills):
        case, share = every[number % len(every)], chance.random()
        swap = number // len(every) % 3 == 2
        left = kill(case, folder / "project", share, swap=swap)
        found[case.name, left] += 1
        moment = (
            f"{share * SOON * 1000:.0f} ms after the swap" if swap else f"after {share:.2f} of {case.seconds:.1f} s"
        )
        tell(f"{number + 1}: {case.name} {moment}: {left}")
    return found


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        chosen = int(sys.argv[2]) if len(sys.argv) > 2 else 0
        outcome = run(int(sys.argv[1]), chosen, Path(temporary), 100_000, print)
    for (name, left), count in sorted(outcome.items()):
        print(f"{name:<6} {left:<6} {count:>4}")  # noqa: T201  # a script
