"""How fast items are cut out of a dump of Wikidata, and in how much memory, beside grep and wikibase-dump-filter.

    python benchmarks/run.py wikidata

The dumps are made up in the form of Wikidata's: 200 lines an item, names in many languages, 200 wanted items spread
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
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import alone
from table import Table

FILTER = "wikibase-dump-filter"
WANTED, MARK = 200, "Q999999"
"""How many items are wanted, and the class that marks them: wikibase-dump-filter cannot be asked for ids."""

FIRST = 1_000_000
LABELS = 195
_WD, _DATA = "http://www.wikidata.org/entity/", "https://www.wikidata.org/wiki/Special:EntityData/"
_LABEL, _TYPE = "http://www.w3.org/2000/01/rdf-schema#label", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


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


def write(file: Path, texts: Iterator[str]) -> int:
    """Write texts to a file, packed by its suffix, and return the bytes of the plain text."""
    openers = {".gz": partial(gzip.open, compresslevel=6), ".bz2": partial(bz2.open, compresslevel=9)}
    with openers.get(file.suffix, open)(file, "wb") as stream:
        return sum(stream.write(text.encode()) for text in texts)


def sources(folder: Path, items: int, wanted: range) -> list[Dump]:
    """Write the dumps."""
    numbers = range(FIRST, FIRST + items)
    small = range(FIRST, FIRST + items // 5)  # bzip2 and JSON take longer than their figures are worth
    made = []
    for name, several in (("truthy.nt", small), ("truthy.nt.gz", numbers), ("truthy.nt.bz2", small)):
        file = folder / name
        made.append(Dump(file, write(file, (triples(number, wanted) for number in several))))
    for name in ("dump.json", "dump.json.gz"):
        file = folder / name
        lines = (entity(number, wanted) + ("\n]\n" if number == small[-1] else ",\n") for number in small)
        made.append(Dump(file, write(file, _begun(lines))))
    return made


def _begun(lines: Iterator[str]) -> Iterator[str]:
    yield "[\n"
    yield from lines


def measure(folder: Path, peers: Path, *, quick: bool) -> list[Table]:
    """Return the figures of one run; `quick` takes a twentieth of the size."""
    items = 1_250 if quick else 25_000
    wanted = range(FIRST, FIRST + items, items // WANTED)[:WANTED]
    qids = folder / "qids.txt"
    qids.write_text("".join(f"Q{number}\n" for number in wanted))
    subjects = folder / "subjects.txt"
    subjects.write_text("".join(f"<{_WD}Q{number}> \n" for number in wanted))
    dumps = sources(folder, items, wanted)
    rows = []
    for dump in dumps:
        rows += [_row(*one) for one in _methods(dump, folder, qids, subjects, peers)]
    fast = "with" if importlib.util.find_spec("isal") else "without"
    notes = [
        f"{items:,} items, {items * 200:,} triples, {WANTED} wanted; bzip2, plain text and JSON a fifth of that",
        f"ukrgraph {fast} isal; grep finds lines that mention an item, not those of its statements",
        f"{FILTER} cannot filter by id (its issue 37): it is asked for a class that only the wanted items have",
    ]
    return [
        Table(
            "Cutting items out of a dump", ("source and method", "MB/s of plain text", "peak MiB", "items"), rows, notes
        )
    ]


def _row(name: str, dump: Dump, figures: alone.Figures | str, found: int) -> Sequence[str]:
    if isinstance(figures, str):
        return (f"{dump.file.name}: {name}", figures, "", "")
    speed = dump.size / figures["seconds"] / 1e6
    return (f"{dump.file.name}: {name}", f"{speed:.0f}", f"{figures['peak']:.0f}", str(found))


def _methods(
    dump: Dump, folder: Path, qids: Path, subjects: Path, peers: Path
) -> Iterator[tuple[str, Dump, alone.Figures | str, int]]:
    """Yield what each method takes for a dump, and how many items it finds."""
    plain = {".gz": "gzip -dc", ".bz2": "bzip2 -dc"}.get(dump.file.suffix, "cat")
    if dump.file.suffix in {".gz", ".bz2"}:
        yield f"{plain} alone", dump, _timed(folder, f"{plain} {dump.file} > {os.devnull}"), 0
    output = folder / "slice.nq"
    command = f"{sys.executable} -m ukrgraph wikidata slice {dump.file} --qids {qids} -o {output} 2> {os.devnull}"
    figures = _timed(folder, command)
    manifest = Path(f"{output}.manifest.json")
    yield "ukrgraph", dump, figures, len(json.loads(manifest.read_text())["items"]) if manifest.exists() else 0
    manifest.unlink(missing_ok=True)
    found = folder / "found"
    if ".nt" in dump.file.suffixes:
        figures = _timed(folder, f"{plain} {dump.file} | LC_ALL=C grep -F -f {subjects} > {found}")
        yield f"{plain} and grep -F -f", dump, figures, _subjects(found)
    else:
        peer = _peer(peers)
        if not peer:
            yield FILTER, dump, "not to be had: npm could not install it", 0
            return
        figures = _timed(folder, f"{plain} {dump.file} | {peer} --claim P31:{MARK} --quiet > {found}")
        yield FILTER, dump, figures, sum(1 for _ in found.open("rb"))


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
