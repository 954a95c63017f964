"""A corpus of any size in the strict profile, about the shape of the real one, for measurements.

    python benchmarks/corpus.py FOLDER NUMBER [--seed SEED]     write NUMBER documents to FOLDER
    python benchmarks/corpus.py --compare                       counts a document, beside those of data/corpus

The names are those of the authority file, the words between them are made of random syllables and mean nothing: a text
says nothing about the people it names, and neither do its annotations. Document n of a seed is the same in every run,
whatever the number of documents.
"""

import argparse
import hashlib
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple

import pyoxigraph
from annotations import Mark, Record, lines
from records import RECORDS, Scene

ROOT = Path(__file__).parents[1]

SEED = 2022

FOLDER_SIZE = 1000
"""Documents in a folder, so that no folder has more entries than file systems like."""

_SPEAKERS = ("Person", "Person", "Organization")
_OTHERS = ("Organization", "Group", "Country", "Norm")
_LAST = ("Territory", "Region", "Territory", "Office", "City", "Territory", "Region", "Office", "Place", "Topic")
"""Classes named in a sentence, besides a country and an event."""

_LONGEST_NAME = 40
_SENTENCES = 25
_STATEMENTS = frozenset({0, 1, 3, 4, 6, 7, 9, 10, 12, 13, 15, 16, 18, 19, 21, 23})
"""The sentences that report a statement; the others are the narrator's."""


class Entity(NamedTuple):
    """An entity of the authority file: its id and a name in English."""

    id: str
    name: str


class Files(NamedTuple):
    """The contents of the three files of a document."""

    text: str
    annotations: str
    metadata: str


@cache
def entities() -> Mapping[str, list[Entity]]:
    """Return the entities of the authority file by class, sorted by id and name; names are at most 40 code points."""
    ontology, skos = "https://w3id.org/ukrgraph/ontology#", "http://www.w3.org/2004/02/skos/core#"
    classes, names = {}, defaultdict(set)
    for file in sorted((ROOT / "data/entities").glob("*.ttl")):
        for triple in pyoxigraph.parse(path=str(file)):
            key, predicate, value = triple.subject.value.rpartition("/")[2], triple.predicate.value, triple.object
            if predicate.endswith("#type") and value.value.startswith(ontology):
                classes[key] = value.value.removeprefix(ontology)
            elif predicate in {f"{skos}prefLabel", f"{skos}altLabel"} and value.language == "en":
                names[key].add(value.value)
    found = defaultdict(list)
    for key, label in sorted(classes.items()):
        found[label] += [Entity(key, name) for name in sorted(names[key]) if len(name) <= _LONGEST_NAME]
    return found


@cache
def vocabulary() -> list[str]:
    """Return 2,000 words without meaning, some with letters outside ASCII."""
    random = Random(SEED)  # noqa: S311  # words, no secrets
    onsets, vowels, codas = list("bdfgklmnprstvz"), list("aeioué"), ["", "", "n", "r", "l", "s"]

    def syllable() -> str:
        return random.choice(onsets) + random.choice(vowels) + random.choice(codas)

    return ["".join(syllable() for _ in range(random.choice((1, 2, 2, 3)))) for _ in range(2000)]


class _Page:
    """A text that grows, and the marks on it."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.parts: list[str] = []
        self.length = 0
        self.marks: list[Mark] = []

    def say(self, text: str) -> int:
        """Add `text`; return where it begins."""
        self.parts.append(text)
        start, self.length = self.length, self.length + len(text)
        return start

    def words(self, least: int, most: int) -> str:
        """Return words without meaning, between `least` and `most`, separated by spaces."""
        return " ".join(self.random.choices(vocabulary(), k=self.random.randint(least, most)))

    def mark(self, label: str, start: int, end: int, entity: str = "", **attributes: str) -> Mark:
        """Mark the code points from `start` to `end`."""
        mark = Mark(start, end, label, entity, list(attributes.items()))
        self.marks.append(mark)
        return mark

    def name(self, label: str) -> Mark:
        """Add the name of an entity of the class `label`, and mark it as a mention."""
        entity = self.random.choice(entities()[label])
        start = self.say(entity.name)
        kind = self.random.choice(("name", "name", "name", "nominal", "adjective", "metonym"))
        return self.mark(label, start, self.length, entity.id, Kind=kind)


def document(number: int, seed: int = SEED) -> Files:
    """Return the files of document `number`."""
    page = _Page(Random(f"{seed}:{number}"))  # noqa: S311  # words, no secrets
    key = f"doc-{number:06d}"
    counts: Counter[str] = Counter()
    time = None
    for index in range(_SENTENCES):
        start = page.length
        cast, verb, quote, time_here = _sentence(page, index, speech=index in _STATEMENTS)
        time = time_here or time
        part = "lead" if index == 0 else page.random.choice(("primary", "primary", "primary", "restatement"))
        passage = page.mark("Passage", start, page.length, Part=part)
        scene = Scene(page.random, f"{number:06d}", key, cast, passage, verb, quote, time, page.words, counts)
        page.marks += _records(scene, index)
        page.say("\n\n" if index % 3 == 2 and index < _SENTENCES - 1 else " " if index < _SENTENCES - 1 else "\n")
    for _ in range(3):
        page.mark("Furniture", page.say(page.words(1, 2)), page.length)
        page.say("\n")
    text = "".join(page.parts)
    return Files(text, "".join(lines(page.marks, text)), _metadata(key, text, page))


def _sentence(
    page: _Page, index: int, *, speech: bool
) -> tuple[dict[str, Mark], Mark | None, Mark | None, Mark | None]:
    """Add a sentence; return the mentions in it by class, and what it marks of verb, quotation and time."""
    cast = {}
    verb = quote = time = None
    labels = (_SPEAKERS[index % 3], "Country", "Event", page.random.choice(_OTHERS), _LAST[index % len(_LAST)])
    for position, label in enumerate(labels):
        cast[label] = page.name(label)
        page.say(f" {page.words(0, 1)} ".replace("  ", " "))
        if speech and position == 1:
            start = page.say("said")
            verb = page.mark("Statement", start, page.length)
            page.say(" ")
    if index % 7 == 0:
        time = page.mark("Time", page.say("on Wednesday"), page.length)
        page.say(" ")
    if speech and index % 2 == 0:
        page.say("“")
        start = page.say(page.words(3, 8))
        quote = page.mark("Quotation", start, page.length)
        page.say("” ")
    page.say(page.words(1, 2) + ".")
    return cast, verb, quote, time


def _records(scene: Scene, index: int) -> Iterator[Mark]:
    """Yield the triggers of the records of a sentence, each with its record."""
    if scene.verb:
        scene.verb.record = RECORDS["Statement"](scene)
    mentions = sorted(scene.cast.values(), key=lambda mark: mark.start)
    for place, label in enumerate(_labels(index)):
        first, last = mentions[place % len(mentions)], mentions[-1 - place % 2]
        start, end = min(first.start, last.start), max(first.end, last.end)
        record: Record = RECORDS[label](scene)
        yield Mark(start, end, label, record=record)


def _labels(index: int) -> Iterable[str]:
    """Return the labels of the records of sentence `index` beside its statement, each at most once."""
    yield from (label for label, sentences in _PLAN.items() if index in sentences)


_PLAN = {
    "RelationClaim": frozenset(range(0, 25, 2)),
    "EventReport": frozenset(range(1, 25, 2)),
    "TerritorialClaim": frozenset(range(2, 25, 3)),
    "NarratorClaim": frozenset({5, 11, 17, 22}),
    "QuantityClaim": frozenset({5, 8, 14, 20}),
    "ViolationClaim": frozenset({4, 10, 16}),
    "SanctionStatus": frozenset({7, 19}),
    "Sanction": frozenset({7}),
}
"""Which sentences have a record of which kind: together about as many as a document of data/corpus has."""


def _metadata(key: str, text: str, page: _Page) -> str:
    publisher = page.random.choice(entities()["Organization"]).id
    return f"""\
id = "{key}"
title = "{page.words(5, 9)}"
language = "en"
publisher = "{publisher}"
publisher_basis = "{page.words(4, 8)}"
licence = "https://creativecommons.org/licenses/by/4.0/"
redistributable = true
source = "Generated words without meaning"
sha256 = "{hashlib.sha256(text.encode()).hexdigest()}"

[published]
earliest = 2022-09-20
latest = 2022-09-{page.random.randint(21, 30)}
basis = "{page.words(4, 8)}"
"""


def _write_range(folder: Path, numbers: range, seed: int) -> None:
    for number in numbers:
        place = folder / f"{number // FOLDER_SIZE:03d}" / f"doc-{number:06d}"
        place.mkdir(parents=True, exist_ok=True)
        for name, content in zip(("text.txt", "text.ann", "meta.toml"), document(number, seed), strict=True):
            (place / name).write_bytes(content.encode())


def write(folder: Path, numbers: range, seed: int = SEED, workers: int = 2) -> None:
    """Write the documents `numbers` to `folder`, in folders of a thousand."""
    pieces = [numbers[start : start + 250] for start in range(0, len(numbers), 250)]
    with ProcessPoolExecutor(workers) as pool:
        for _ in pool.map(_write_range, [folder] * len(pieces), pieces, [seed] * len(pieces)):
            pass


def counts(annotations: Iterable[str], texts: Iterable[str]) -> dict[str, float]:
    """Return the mean counts a document: code points of text, lines by letter, and text-bounds by label."""
    found: Counter[str] = Counter()
    number = 0
    for annotation, text in zip(annotations, texts, strict=True):
        number += 1
        found["code points"] += len(text)
        for line in annotation.splitlines():
            found[line[0]] += 1
            if line[0] == "T":
                found[line.split("\t")[1].split(" ")[0]] += 1
    return {name: count / number for name, count in found.items()}


def compare(number: int = 50) -> str:
    """Return a table of the counts a document: data/corpus beside `number` documents of the generator."""
    folders = sorted(path.parent for path in (ROOT / "data/corpus").glob("*/text.ann"))
    real = counts(*([(folder / name).read_text() for folder in folders] for name in ("text.ann", "text.txt")))
    made = [document(index) for index in range(number)]
    generated = counts((files.annotations for files in made), (files.text for files in made))
    rows = [f"{'a document':<20} {'data/corpus':>12} {'generated':>12}"]
    names = sorted(real.keys() | generated.keys(), key=lambda name: -real.get(name, 0))
    rows += [f"{name:<20} {real.get(name, 0):>12.1f} {generated.get(name, 0):>12.1f}" for name in names]
    return "\n".join(rows)


def main() -> None:
    """Write a corpus, or compare its counts with those of the real one."""
    parser = argparse.ArgumentParser(description="Write a corpus without meaning, for measurements.")
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("number", nargs="?", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--compare", action="store_true")
    given = parser.parse_args()
    if given.compare:
        print(compare())
    elif given.folder is None:
        parser.error("name a folder")
    else:
        write(given.folder, range(given.number), given.seed)
        print(f"{given.folder}: {given.number} documents", file=sys.stderr)


if __name__ == "__main__":
    main()
