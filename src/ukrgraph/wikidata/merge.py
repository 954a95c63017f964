"""Merging: slices after our graph in the same file, each in a named graph of its own, and taking them out again.

What is merged stands between two comments at the end of the file. The bytes before are never touched, so taking it out
gives exactly what was there. What is merged is a set of quads: merging twice, or in another order, gives the same file.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import pyoxigraph as ox

from ukrgraph.errors import InputError, UsageError
from ukrgraph.finding import Finding, Severity
from ukrgraph.iri import Namespace
from ukrgraph.nquads import iri, string, typed
from ukrgraph.terms import DCTERMS, OWL, SKOS
from ukrgraph.wikidata.links import Link, nquads
from ukrgraph.wikidata.slice_file import SliceFile
from ukrgraph.wikidata.terms import WD

BEGIN = b"\n# merged from Wikidata; 'ukrgraph wikidata unmerge' takes out all that follows\n"
FORMATS = {".trig": ox.RdfFormat.TRIG, ".nq": ox.RdfFormat.N_QUADS}
"""What slices can be merged into, by suffix: the formats that can name graphs and be continued."""

IDENTITIES = ("skos", "owl")
SAME_AS_CLASSES = frozenset({"Person", "Organization", "Country"})
"""Classes of which owl:sameAs may be said; of places it would join what different states call one territory."""

TWO_ENTITIES, TWO_SLICES = "two-entities-one-item", "items-in-two-slices"

_SHOWN = 8  # items that a message names
_SLICES = Namespace().graph("wikidata/")
_ABOUT = Namespace().graph("wikidata-slices")
_LINKS = Namespace().graph("links")
_SAME = f"<{OWL}sameAs>"


class Merged(NamedTuple):
    """A graph with slices as bytes, the slices in it by graph, the redirects that links follow, and what was found."""

    data: bytes
    slices: dict[str, int]
    redirects: dict[str, str]
    findings: list[Finding]


def unmerged(data: bytes) -> bytes:
    """Return a graph without what was merged into it: the bytes of before."""
    return data.partition(BEGIN)[0]


def merged(data: bytes, suffix: str) -> list[str]:
    """Return the quads that were merged into a graph, as N-Quads lines.

    Raises InputError if they were changed and cannot be read.
    """
    syntax = _format(suffix)
    _, begin, section = data.partition(BEGIN)
    try:
        return [f"{quad} .\n" for quad in ox.parse(section, format=syntax)] if begin else []
    except SyntaxError as error:
        raise InputError(f"the merged part: {error.msg}; take it out with 'ukrgraph wikidata unmerge'") from error


def _format(suffix: str) -> ox.RdfFormat:
    if suffix not in FORMATS:
        raise UsageError(f"expected a graph in {' or '.join(FORMATS)}, got {suffix or 'no suffix'!r}")
    return FORMATS[suffix]


def merge(
    data: bytes,
    suffix: str,
    slices: Sequence[SliceFile],
    links: Sequence[Link],
    same: Mapping[str, str] | None = None,
) -> Merged:
    """Return the graph `data` with `slices` and those that are in it already, and the links to their items.

    `same` is the class of each of our entities by id if exact matches are to be owl:sameAs where that is safe.
    Raises UsageError if the suffix is not in FORMATS, or if `same` is given and two entities have one item.
    """
    kept = [line for line in merged(data, suffix) if not line.endswith(f" <{_LINKS}> .\n")]
    lines = set(kept).union(*(one.lines for one in slices), *(about(one) for one in slices))
    redirects = _redirects(lines)
    resolved = [link._replace(qid=_target(link.qid, redirects)) for link in links]
    findings = [*_two_of_ours(resolved), *_overlaps(lines)]
    if same is not None and (doubled := [one for one in findings if one.rule == TWO_ENTITIES]):
        raise UsageError(f"--identity owl: expected one entity an item, but {doubled[0].message}")
    lines |= set(_identities(resolved, same))
    followed = {link.qid: redirects[link.qid] for link in links if link.qid in redirects}
    count = Counter(_graph(line) for line in lines)
    counted = {graph: count[graph] for graph in sorted(count) if graph.startswith(_SLICES)}
    return Merged(unmerged(data) + BEGIN + _written(lines, suffix), counted, followed, findings)


def about(one: SliceFile) -> list[str]:
    """Return the quads that tell licence, sources and date of a slice."""
    graph, manifest = iri(one.graph), one.manifest
    pairs = [f"{iri(DCTERMS + 'license')} {iri(manifest['licence'])}"]
    origins = ("{name}, SHA-256 {sha256}".format(**source) for source in manifest["sources"])
    pairs += [f"{iri(DCTERMS + 'source')} {string(origin)}" for origin in origins]
    if one.date:
        pairs.append(f"{iri(DCTERMS + 'date')} {typed(one.date, 'date')}")
    return [f"{graph} {pair} <{_ABOUT}> .\n" for pair in pairs]


def _graph(line: str) -> str:
    return line.rsplit(" ", 2)[1][1:-1]


def _redirects(lines: Iterable[str]) -> dict[str, str]:
    found = {}
    for line in lines:
        if f" {_SAME} " in line and line.startswith(f"<{WD}Q"):
            subject, predicate, term, _ = line.split(" ", 3)
            if predicate == _SAME:
                found[subject[len(WD) + 1 : -1]] = term[len(WD) + 1 : -1]
    return found


def _target(qid: str, redirects: Mapping[str, str]) -> str:
    """Return the item that a chain of redirects leads to; a chain that closes leads nowhere else."""
    seen, at = {qid}, qid
    while at in redirects:
        at = redirects[at]
        if at in seen:
            return qid
        seen.add(at)
    return at


def _two_of_ours(links: Iterable[Link]) -> list[Finding]:
    by_item: dict[str, set[str]] = defaultdict(set)
    for link in links:
        if link.predicate == "exactMatch" and link.qid:
            by_item[link.qid].add(link.subject)
    advice = "keep the link that is right, or join the two entities"
    return [
        Finding(
            "two-entities-one-item", Severity.VIOLATION, f"{', '.join(sorted(ours))} are all {qid}", "", advice=advice
        )
        for qid, ours in sorted(by_item.items())
        if len(ours) > 1
    ]


def _overlaps(lines: Iterable[str]) -> list[Finding]:
    """Return a finding if items stand in more than one slice: answers over all graphs would have rows twice."""
    graphs: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        if line.startswith(f"<{WD}Q") and _graph(line).startswith(_SLICES):
            graphs[line[len(WD) + 1 : line.index(">")]].add(_graph(line))
    twice = sorted((qid for qid in graphs if len(graphs[qid]) > 1), key=lambda qid: int(qid[1:]))
    if not twice:
        return []
    some = ", ".join(twice[:_SHOWN]) + (", ..." if len(twice) > _SHOWN else "")
    message = f"{len(twice)} items stand in more than one slice: {some}"
    return [Finding(TWO_SLICES, Severity.WARNING, message, "", advice="ask one slice with FROM, or merge one")]


def _identities(links: Sequence[Link], same: Mapping[str, str] | None) -> list[str]:
    lines = nquads(links, Namespace())
    if same is None:
        return lines
    exact = f"<{SKOS}exactMatch>"
    start = len(Namespace().entity("")) + 1
    return [
        line.replace(exact, _SAME, 1) if same.get(line[start : line.index(">")]) in SAME_AS_CLASSES else line
        for line in lines
    ]


def _written(lines: Iterable[str], suffix: str) -> bytes:
    """Return quads sorted by graph, subject, predicate and object, in a form that may follow the graph's own."""
    ordered = sorted((_graph(line), line) for line in lines)
    if suffix == ".nq":
        return "".join(line for _, line in ordered).encode()
    graphs: dict[str, list[str]] = defaultdict(list)
    for graph, line in ordered:
        graphs[graph].append(line.rsplit(" ", 2)[0])
    return "".join(f"<{graph}> {{\n" + " .\n".join(triples) + " .\n}\n" for graph, triples in graphs.items()).encode()
