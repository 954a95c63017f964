"""A slice: what sources say of some items, as sorted N-Quads in one graph, with a manifest of where it comes from.

The graph is named by a digest of the triples, so that the same data has the same name whatever form it came in.
"""

import hashlib
import json
import re
import time
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox

from ukrgraph.errors import InputError, UsageError
from ukrgraph.finding import Finding, Severity, excerpt
from ukrgraph.iri import Namespace
from ukrgraph.streams import STDIN, Source
from ukrgraph.wikidata.cut import Cut, Limits
from ukrgraph.wikidata.reading import Reader
from ukrgraph.wikidata.terms import CC0, is_qid, number
from ukrgraph.wikidata.wanted import Wanted

FORMAT = "ukrgraph wikidata slice 1"
MANIFEST = ".manifest.json"
PASSES = 8
"""How often sources are read at most, to follow redirects and to find references that stand elsewhere."""

INCOMPLETE, ABSENT, DELETED, RETAGGED = "incomplete-references", "absent-item", "deleted-item", "language-tag"
INVALID = "invalid-term"

_SHOWN = 8  # absent items that a message names
_CHUNK = 1000  # triples that are joined at a time
_STAMP = re.compile(r"(?<!\d)(20\d\d)-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?!\d)")


class Order(NamedTuple):
    """What to cut: `sources` are paths, "-" is standard input; `date` is that of the dump, "" if sources tell it.

    `hops` is 0, or 1 to add the items that are values of kept statements. `exact` looks for lines of an item that stand
    among those of another, which Wikibase never writes.
    """

    sources: Sequence[str]
    qids: AbstractSet[str]
    hops: int = 0
    limits: Limits = Limits()
    date: str = ""
    exact: bool = False


class Slice(NamedTuple):
    """Sorted N-Quads lines, what is known of their origin, and what was found on the way."""

    lines: list[str]
    manifest: dict[str, Any]
    findings: list[Finding]


def cut(order: Order, seen: Callable[[int], None] = lambda _: None) -> Slice:
    """Return the slice that `order` asks for; `seen` is told how many packed bytes were read.

    Memory grows with the slice, not with the sources. Raises InputError if a source cannot be opened, UsageError if it
    would have to be read twice but cannot.
    """
    started = time.perf_counter()
    if order.hops and any(not Source(path).repeatable for path in order.sources):
        raise UsageError("--hops 1: expected sources that can be read twice, got standard input; save it to a file")
    collected = Cut()
    reader = Reader(collected)
    origins, read = _passes(order, reader, seen)
    kept = _with_targets(order.qids, collected)
    near = {qid for qid in _neighbours(order, collected, kept) - kept if collected.has(qid)}
    cut_out = sorted({" ".join(triple) for qid in kept | near for triple in collected.triples(qid, order.limits)})
    valid, refused = (cut_out, []) if reader.strict else _valid(cut_out)
    lines = _named(valid)
    seconds = time.perf_counter() - started
    manifest = {
        "format": FORMAT,
        "graph": graph_of(lines),
        "sha256": _digest(lines),
        "licence": CC0,
        "sources": origins,
        **_dated(order, collected, origins),
        **_contents(order, reader, kept, near),
        "counts": {"items": len(kept), "neighbours": len(near), "triples": len(lines), "damaged": len(reader.findings)},
        "speed": {"seconds": round(seconds, 3), "plain_megabytes_per_second": round(read / seconds / 1e6, 1)},
    }
    return Slice(lines, manifest, [*reader.findings, *refused, *_findings(order, reader, manifest["absent"])])


def _contents(order: Order, reader: Reader, kept: AbstractSet[str], near: AbstractSet[str]) -> dict[str, Any]:
    """Return what was asked for and what is there, item by item."""
    collected = reader.cut
    return {
        "requested": sorted(order.qids, key=number),
        "items": {qid: _about(qid, collected) for qid in sorted(kept, key=number)},
        "neighbours": {qid: _about(qid, collected) for qid in sorted(near, key=number)},
        "absent": sorted((qid for qid in order.qids if not collected.has(qid)), key=number),
        "deleted": sorted(reader.missing, key=number),
        "redirects": {old: new for old, new in sorted(collected.redirects.items()) if old in order.qids},
        "properties": _listed(order.limits.properties),
        "languages": _listed(order.limits.languages),
    }


def _passes(order: Order, reader: Reader, seen: Callable[[int], None]) -> tuple[list[dict[str, Any]], int]:
    """Read the sources until nothing more is to be found; return what is known of each, and the plain bytes read."""
    qids, asked, nodes = set(order.qids), set[str](), set[str]()
    origins: list[dict[str, Any]] = []
    read, collected, scattered = 0, reader.cut, False
    for later in range(PASSES):
        for path in order.sources:
            if later and not Source(path).repeatable:
                continue
            source, form, wanted, plain = _read(reader, path, seen, Wanted(qids - asked, nodes, exact=order.exact))
            read += plain
            scattered |= wanted.scattered
            origins += [] if later else [_origin(source, form)]
        reader.findings[:] = dict.fromkeys(reader.findings)  # a second reading finds the same lines damaged
        asked |= qids
        qids |= _more(order, collected, asked)
        sought = (collected.needed if scattered else collected.missing) - nodes
        nodes |= sought
        if not qids - asked and not sought:
            break
    return origins, read


def _read(reader: Reader, path: str, seen: Callable[[int], None], wanted: Wanted) -> tuple[Source, str, Wanted, int]:
    """Read a source, a second time exactly if the first leaves doubts; return what it was, and the plain bytes read."""
    source, known, again = Source(path, seen), len(reader.findings), wanted.exactly()
    wanted = wanted if source.repeatable else again
    form, plain = reader.read(source, wanted), source.plain
    if wanted.doubted:
        del reader.findings[known:]
        source, wanted = Source(path, seen), again
        reader.read(source, wanted)
        plain += source.plain
    return source, form, wanted, plain


def _more(order: Order, collected: Cut, asked: AbstractSet[str]) -> set[str]:
    """Return the targets of redirects; if there are no new ones, also the neighbours that are to be added."""
    targets = set(collected.redirects.values())
    if targets - asked or not order.hops:
        return targets
    return targets | _neighbours(order, collected, _with_targets(order.qids, collected))


def _neighbours(order: Order, collected: Cut, kept: Iterable[str]) -> set[str]:
    return {near for qid in kept for near in collected.neighbours(qid, order.limits)} if order.hops else set()


def _with_targets(qids: Iterable[str], collected: Cut) -> set[str]:
    """Return those of `qids` that there is something about, and all that their redirects lead to."""
    found = {qid for qid in qids if collected.has(qid)}
    waiting = list(found)
    while waiting:
        target = collected.redirects.get(waiting.pop(), "")
        if target not in found and collected.has(target):
            found.add(target)
            waiting.append(target)
    return found


def _valid(triples: Sequence[str]) -> tuple[list[str], list[Finding]]:
    """Return the triples that are RDF also where readers are strict, and a finding for each other one."""
    kept, refused = list[str](), list[Finding]()
    for start in range(0, len(triples), _CHUNK):
        some = triples[start : start + _CHUNK]
        if _is_rdf(some):
            kept += some
            continue
        for triple in some:
            if _is_rdf([triple]):
                kept.append(triple)
            else:
                message = f"expected an RDF triple, got one with an invalid term: {excerpt(triple, 1)}; it is left out"
                refused.append(Finding(INVALID, Severity.VIOLATION, message, ""))
    return kept, refused


def _is_rdf(triples: Iterable[str]) -> bool:
    try:
        for _ in ox.parse("".join(f"{triple} .\n" for triple in triples), format=ox.RdfFormat.N_TRIPLES):
            pass
    except SyntaxError:
        return False
    return True


def _named(triples: Sequence[str]) -> list[str]:
    """Return sorted triples as lines in the graph that is named by their digest."""
    end = f" <{Namespace().graph(f'wikidata/{_digest(triples)[:16]}')}> .\n"
    return [triple + end for triple in triples]


def _digest(texts: Sequence[str]) -> str:
    """Return the SHA-256 of texts joined, which are not joined all at once."""
    told = hashlib.sha256()
    for start in range(0, len(texts), _CHUNK):
        told.update("".join(texts[start : start + _CHUNK]).encode())
    return told.hexdigest()


def graph_of(lines: Sequence[str]) -> str:
    """Return the graph that a slice's lines stand in, "" if there are none."""
    return lines[0].rsplit(" ", 2)[1][1:-1] if lines else ""


def _origin(source: Source, form: str) -> dict[str, Any]:
    about = {"name": source.name, "form": form, "compression": source.compression or "none", "sha256": source.sha256}
    return about | {"bytes": source.size, "plain_bytes": source.plain, "complete": not source.fault}


def _dated(order: Order, collected: Cut, origins: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Return the date up to which the slice knows, and where it is from."""
    if order.date:
        return {"date": order.date, "date_basis": "given"}
    if collected.dump_date:
        return {"date": collected.dump_date, "date_basis": "dump header"}
    stamps = [match for origin in origins if (match := _STAMP.search(origin["name"]))]
    if stamps and len(stamps) == len(list(origins)):
        return {"date": min("-".join(match.groups()) for match in stamps), "date_basis": "file name"}
    return {"date": "", "date_basis": "unknown"}


def _about(qid: str, collected: Cut) -> dict[str, Any]:
    revision, modified = collected.about(qid)
    return {"revision": revision, "modified": modified}


def _listed(names: AbstractSet[str] | None) -> list[str] | None:
    return None if names is None else sorted(names)


def _findings(order: Order, reader: Reader, absent: Iterable[str]) -> list[Finding]:
    collected = reader.cut
    where = ", ".join(Source(path).name for path in order.sources)
    found = [
        Finding(DELETED, Severity.WARNING, f"{qid}: Wikidata answers that it is missing", where)
        for qid in sorted(reader.missing, key=number)
    ]
    others = [qid for qid in absent if qid not in reader.missing]
    if others:
        some = ", ".join(others[:_SHOWN]) + (", ..." if len(others) > _SHOWN else "")
        message = f"{len(others)} of {len(order.qids)} items are not in the sources: {some}"
        advice = "that is no proof that they do not exist; the manifest lists them all"
        found.append(Finding(ABSENT, Severity.WARNING, message, where, advice=advice))
    if collected.missing:
        message = f"{len(collected.missing)} references or values are pointed to but not in the sources"
        advice = "cut from the JSON dump, or from a file that can be read twice" if STDIN in order.sources else ""
        found.append(Finding(INCOMPLETE, Severity.WARNING, message, where, advice=advice))
    if collected.retagged:
        message = f"language tags that BCP 47 does not allow were replaced: {', '.join(sorted(collected.retagged))}"
        found.append(Finding(RETAGGED, Severity.INFO, message, where))
    return found


def qids_in(file: Path) -> set[str]:
    """Return the QIDs of a file with one a line; blank lines and what follows a "#" do not count.

    Raises InputError with the line that is no QID.
    """
    found = set()
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: expected a text file with a QID a line, cannot read it: {error}") from error
    for row, line in enumerate(lines, 1):
        text = line.partition("#")[0].strip().removeprefix("wd:")
        if text and not is_qid(text):
            raise InputError(f"{file}:{row}: expected a QID such as Q212, got {text!r}")
        found |= {text} if text else set()
    return found


def manifest_text(manifest: dict[str, Any]) -> str:
    """Return a manifest as it is written beside its slice."""
    return json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
