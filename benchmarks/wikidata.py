"""How fast items are cut out of a dump of Wikidata, and in how much memory, beside grep and wikibase-dump-filter.

    python benchmarks/run.py wikidata

The dumps are made up in the form of Wikidata's: 200 lines an item, names in many languages, the wanted items spread
evenly. Every method must find the same items; the figures are of whole processes on one core where the system allows to
choose one.
"""

import bz2
import gzip
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import NamedTuple

import alone
from table import Table

FILTER = "wikibase-dump-filter"
MARK = "Q999999"
"""The class that marks the wanted items: wikibase-dump-filter cannot be asked for ids."""

FIRST = 1_000_000
LABELS = 195
_WD, _DATA = "http://www.wikidata.org/entity/", "https://www.wikidata.org/wiki/Special:EntityData/"
_LABEL, _TYPE = "http://www.w3.org/2000/01/rdf-schema#label", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


class Sizes(NamedTuple):
    """Numbers: of items in a dump, of those in the dumps that are plain or packed with bzip2, and of wanted items."""

    items: int
    small: int
    wanted: int


FULL, QUICK = Sizes(15_000, 4_000, 200), Sizes(1_250, 500, 10)
GOALS = {"truthy.nt.gz": ("MB/s of gzip", 300.0), "truthy.nt.bz2": ("times the speed of bzip2 -dc alone", 0.95)}
MEMORY = 100.0
"""MiB that cutting may take."""


class Dump(NamedTuple):
    """A dump: its file, and the bytes of its plain text."""

    file: Path
    size: int


def names(number: int) -> list[str]:
    """Return the made-up names of an item, one a language; half of each is the same everywhere, as in Wikidata."""
    own = hashlib.shake_128(number.to_bytes(4, "big")).hexdigest(LABELS)
    return [f"made-up item {number} {own[place : place + 8]}" for place in range(LABELS)]


def language(place: int) -> str:
    """Return the tag of the language at a place: three letters."""
    return "".join(chr(97 + place // power % 26) for power in (676, 26, 1))


def triples(number: int, wanted: range) -> str:
    """Return an item as truthy N-Triples: 200 lines after and with those that name its data."""
    item, data = f"<{_WD}Q{number}>", f"<{_DATA}Q{number}>"
    kind = MARK if number in wanted else "Q5"
    head = [
        f"{data} <{_TYPE}> <http://schema.org/Dataset> .\n",
        f"{data} <http://schema.org/about> {item} .\n",
        f'{data} <http://schema.org/version> "{number}"^^<http://www.w3.org/2001/XMLSchema#integer> .\n',
        f"{item} <{_TYPE}> <http://wikiba.se/ontology#Item> .\n",
    ]
    texts = [f'{item} <{_LABEL}> "{text}"@{language(place)} .\n' for place, text in enumerate(names(number))]
    return "".join([*head, *texts, f"{item} <http://www.wikidata.org/prop/direct/P31> <{_WD}{kind}> .\n"])


def entity(number: int, wanted: range) -> str:
    """Return the same item as a line of a JSON dump."""
    kind = MARK if number in wanted else "Q5"
    snak = {"snaktype": "value", "property": "P31", "datatype": "wikibase-item"}
    value = {"type": "wikibase-entityid", "value": {"entity-type": "item", "id": kind}}
    statement = {"type": "statement", "id": f"Q{number}$0", "rank": "normal", "mainsnak": snak | {"datavalue": value}}
    labels = {language(place): {"language": language(place), "value": text} for place, text in enumerate(names(number))}
    made = {"type": "item", "id": f"Q{number}", "labels": labels, "claims": {"P31": [statement]}, "sitelinks": {}}
    return json.dumps(made, separators=(",", ":"))


Writer = Callable[[int, range], str]
"""What writes an item: of its number and the wanted ones."""


def write(files: Mapping[Path, range], one: Writer, wanted: range, ends: tuple[str, str, str]) -> list[Dump]:
    """Write the items of a range of numbers to each file, packed by its suffix; `ends` are head, separator and tail."""
    openers = {".gz": partial(gzip.open, compresslevel=6), ".bz2": partial(bz2.open, compresslevel=9)}
    head, separator, tail = (text.encode() for text in ends)
    sizes = dict.fromkeys(files, 0)
    with ExitStack() as stack:
        streams = {file: stack.enter_context(openers.get(file.suffix, open)(file, "wb")) for file in files}
        for number in max(files.values(), key=len):
            text = one(number, wanted).encode()
            for file, numbers in files.items():
                if number in numbers:
                    parts = (head * (number == numbers[0]), text, tail if number == numbers[-1] else separator)
                    sizes[file] += sum(streams[file].write(part) for part in parts)
    return [Dump(file, size) for file, size in sizes.items()]


def sources(folder: Path, sizes: Sizes, wanted: range) -> list[Dump]:
    """Write the dumps."""
    every, small = range(FIRST, FIRST + sizes.items), range(FIRST, FIRST + sizes.small)
    lines = {"truthy.nt": small, "truthy.nt.gz": every, "truthy.nt.bz2": small}
    items = {"dump.json": every, "dump.json.gz": every, "dump.json.bz2": small}
    made = write({folder / name: numbers for name, numbers in lines.items()}, triples, wanted, ("", "", ""))
    return made + write(
        {folder / name: numbers for name, numbers in items.items()}, entity, wanted, ("[\n", ",\n", "\n]\n")
    )


class Measured(NamedTuple):
    """What a method took for a dump, or why it could not be run; and how many items it found."""

    method: str
    dump: Dump
    figures: alone.Figures | str
    found: int

    @property
    def speed(self) -> float:
        """The megabytes of plain text a second, 0 if it could not be run."""
        return 0.0 if isinstance(self.figures, str) else self.dump.size / self.figures["seconds"] / 1e6


def measure(folder: Path, peers: Path, *, quick: bool) -> list[Table]:
    """Return the figures of one run; `quick` takes a twentieth of the size, so that the start of a process counts."""
    sizes = QUICK if quick else FULL
    wanted = range(FIRST, FIRST + sizes.items, sizes.items // sizes.wanted)[: sizes.wanted]
    qids = folder / "qids.txt"
    qids.write_text("".join(f"Q{number}\n" for number in wanted))
    subjects = folder / "subjects.txt"
    subjects.write_text("".join(f"<{_WD}Q{number}> \n" for number in wanted))
    _say(f"writing dumps of {sizes.items} items")
    rows: list[Measured] = []
    for dump in sources(folder, sizes, wanted):
        _say(dump.file.name)
        rows += _methods(dump, folder, qids, subjects, peers)
        dump.file.unlink()
    fast = "with" if importlib.util.find_spec("isal") else "without"
    notes = [
        f"{sizes.items:,} items, {sizes.items * 200:,} triples, {sizes.wanted} wanted",
        f"{sizes.small:,} items in dumps of plain triples and of bzip2",
        f"ukrgraph {fast} isal; grep finds lines that mention an item, not those of its statements",
        "ukrgraph also computes the SHA-256 of what it reads: of plain text that alone is the bound",
        f"{FILTER} cannot filter by id (its issue 37): it is asked for a class that only the wanted items have",
    ]
    head = ("source and method", "MB/s of plain text", "peak MiB", "items", "ukrgraph is faster by")
    return [Table("Cutting items out of a dump", head, _table(rows), notes), *([] if quick else [_goals(rows)])]


def _table(rows: Sequence[Measured]) -> list[Sequence[str]]:
    ours = {row.dump.file: row.speed for row in rows if row.method == "ukrgraph"}
    made: list[Sequence[str]] = []
    for row in rows:
        name = f"{row.dump.file.name}: {row.method}"
        if isinstance(row.figures, str):
            made.append((name, row.figures, "", "", ""))
        else:
            figures = (f"{row.speed:.0f}", f"{row.figures['peak']:.0f}", str(row.found) if row.found >= 0 else "-")
            made.append((name, *figures, f"{ours[row.dump.file] / row.speed:.2f}"))
    return made


def _goals(rows: Sequence[Measured]) -> Table:
    made = []
    for name, (unit, goal) in GOALS.items():
        first, *_ = several = [row for row in rows if row.dump.file.name == name]
        [own] = [row for row in several if row.method == "ukrgraph"]
        measured = own.speed if "MB/s" in unit else own.speed / first.speed if first.speed else 0.0
        made.append((f"{name}: {unit}", f"at least {goal:g}", f"{measured:.2f}", "yes" if measured >= goal else "no"))
    peak = max(row.figures["peak"] for row in rows if row.method == "ukrgraph" and not isinstance(row.figures, str))
    made.append(("memory, MiB", f"under {MEMORY:g}", f"{peak:.0f}", "yes" if peak < MEMORY else "no"))
    return Table("Goals of cutting", ("", "goal", "measured", "met"), made)


def _methods(dump: Dump, folder: Path, qids: Path, subjects: Path, peers: Path) -> Iterator[Measured]:
    """Yield what each method takes for a dump, and how many items it finds; -1 if it looks for none."""
    plain = {".gz": "gzip -dc", ".bz2": "bzip2 -dc"}.get(dump.file.suffix, "cat")
    before = plain if plain != "cat" else "sha256sum"
    yield Measured(f"{before} alone", dump, _timed(folder, f"{before} {dump.file} > {os.devnull}"), -1)
    output = folder / "slice.nq"
    command = f"{sys.executable} -m ukrgraph wikidata slice {dump.file} --qids {qids} -o {output} 2> {os.devnull}"
    figures = _timed(folder, command)
    manifest = Path(f"{output}.manifest.json")
    found = len(json.loads(manifest.read_text())["items"]) if manifest.exists() else 0
    yield Measured("ukrgraph", dump, figures, found)
    manifest.unlink(missing_ok=True)
    kept = folder / "found"
    if ".nt" in dump.file.suffixes:
        figures = _timed(folder, f"{plain} {dump.file} | LC_ALL=C grep -F -f {subjects} > {kept}")
        yield Measured(f"{plain} and grep -F -f", dump, figures, _subjects(kept))
    elif peer := _peer(peers):
        figures = _timed(folder, f"{plain} {dump.file} | {peer} --claim P31:{MARK} --quiet > {kept}")
        yield Measured(FILTER, dump, figures, sum(1 for _ in kept.open("rb")))
    else:
        yield Measured(FILTER, dump, "not to be had: npm could not install it", -1)


def _subjects(file: Path) -> int:
    with file.open("rb") as lines:
        return len({line.split(b" ", 1)[0] for line in lines if line.startswith(f"<{_WD}Q".encode())})


def _timed(folder: Path, line: str) -> alone.Figures | str:
    """Return what a line of the shell takes, on one core if that can be chosen; or why it could not be run."""
    one = ["taskset", "-c", "0"] if shutil.which("taskset") else []
    script = folder / "line.sh"
    script.write_text(line + "\n")
    environment = f"PYTHONPATH={Path(__file__).parents[1] / 'src'}"
    try:
        return alone.run("env", environment, *one, "bash", "-o", "pipefail", str(script))
    except (RuntimeError, OSError) as error:
        return f"not run: {error}"


def _peer(peers: Path) -> str:
    """Return the path of wikibase-dump-filter in the peers' environment, installed the first time; "" without npm."""
    binary = peers / "node_modules" / ".bin" / FILTER
    if not binary.exists() and shutil.which("npm"):
        peers.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", "--silent", "--prefix", str(peers), FILTER], check=False, capture_output=True)
    return str(binary) if binary.exists() else ""


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
