"""Small made-up dumps in the forms of Wikidata's own; only what comes from SAMPLES is Wikidata's data."""

import bz2
import gzip
import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from ukrgraph.wikidata import entity

SAMPLES = Path(__file__).parents[1].parent / "shared" / "wikidata" / "samples"
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="../shared/wikidata/samples is absent")

GREGORIAN = "http://www.wikidata.org/entity/Q1985727"


def item(qid, labels=None, claims=(), aliases=None, **more):
    """Return an item of Wikidata's JSON; each claim is (property, value) with an optional dict of what else it has."""
    made = {
        "type": "item",
        "id": qid,
        "labels": {language: {"language": language, "value": text} for language, text in (labels or {}).items()},
        "descriptions": {},
        "aliases": {
            language: [{"language": language, "value": text} for text in texts]
            for language, texts in (aliases or {}).items()
        },
        "claims": {},
    }
    for number, (pid, value, *rest) in enumerate(claims, 1):
        made["claims"].setdefault(pid, []).append(
            claim(f"{qid}$0000-{number}", pid, value, **(rest[0] if rest else {}))
        )
    return made | more


def claim(id, pid, value, rank="normal", qualifiers=(), references=()):
    return {
        "mainsnak": snak(pid, value),
        "type": "statement",
        "id": id,
        "rank": rank,
        "qualifiers": grouped(qualifiers),
        "references": [{"hash": f"{hash_of(one):040x}", "snaks": grouped(one)} for one in references],
    }


def hash_of(pairs):
    return sum(ord(letter) * 31**place for place, letter in enumerate(repr(pairs))) % 16**40


def grouped(pairs):
    found = {}
    for pid, value in pairs:
        found.setdefault(pid, []).append(snak(pid, value))
    return found


def snak(pid, value):
    """Return a snak: "Q5" an item, "2022" or "2022-09-30" a time, ("uk", text) a text, None and ... have no value."""
    if value is None or value is ...:
        return {"snaktype": "novalue" if value is None else "somevalue", "property": pid, "hash": "00"}
    if isinstance(value, tuple):
        data = {"type": "monolingualtext", "value": {"language": value[0], "text": value[1]}}
        return {"snaktype": "value", "property": pid, "datavalue": data, "datatype": "monolingualtext"}
    if value.startswith("Q"):
        data = {"type": "wikibase-entityid", "value": {"entity-type": "item", "id": value}}
        return {"snaktype": "value", "property": pid, "datavalue": data, "datatype": "wikibase-item"}
    if value[:4].isdigit():
        precision = {4: 9, 7: 10, 10: 11}[len(value)]
        year, month, day = [*value.split("-"), "00", "00"][:3]
        time = {"time": f"+{year}-{month}-{day}T00:00:00Z", "timezone": 0, "before": 0, "after": 0}
        data = {"type": "time", "value": time | {"precision": precision, "calendarmodel": GREGORIAN}}
        return {"snaktype": "value", "property": pid, "datavalue": data, "datatype": "time"}
    return {"snaktype": "value", "property": pid, "datavalue": {"type": "string", "value": value}, "datatype": "string"}


def ntriples(*entities):
    """Return entities in N-Triples, grouped as dumps are: each after the lines that name its data."""
    return "".join(line for one in entities for line in dict.fromkeys(entity.triples(one))).encode()


def turtle(data):
    """Return N-Triples in Turtle."""
    return ox.serialize(ox.parse(data, format=ox.RdfFormat.N_TRIPLES), format=ox.RdfFormat.TURTLE)


def dump(*entities):
    """Return a JSON dump."""
    return b"[\n" + b",\n".join(json.dumps(one).encode() for one in entities) + b"\n]\n"


def answer(*entities):
    """Return an answer of the API, which is also the form of an EntityData file."""
    return json.dumps({"entities": {one["id"]: one for one in entities}}, indent=1).encode()


PACKERS = {"": bytes, ".gz": lambda data: gzip.compress(data, mtime=0), ".bz2": bz2.compress}


def write(folder, name, data):
    """Write a source and return its path."""
    for suffix, pack in PACKERS.items():
        if suffix and name.endswith(suffix):
            data = pack(data)
    if name.endswith(".zst"):
        data = pytest.importorskip("zstandard", reason="zstandard is not installed").compress(data)
    file = folder / name
    file.write_bytes(data)
    return str(file)
