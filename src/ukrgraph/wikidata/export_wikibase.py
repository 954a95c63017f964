"""Items as Wikibase JSON, for a Wikibase of one's own, in the form of a dump: an array with an item a line.

The form is https://doc.wikimedia.org/Wikibase/master/php/docs_topics_json.html. Items are numbered anew, for a Wikibase
has ids of its own; each says by "exact match" (P2888) which item of Wikidata or which thing of ours it is. Values that
are no items of ours become items with a name only.
"""

import hashlib
import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ukrgraph.errors import InputError, UsageError
from ukrgraph.terms import SKOS
from ukrgraph.wikidata.export_graph import Graph
from ukrgraph.wikidata.export_model import Node, main
from ukrgraph.wikidata.export_rdf import GREGORIAN
from ukrgraph.wikidata.items import NORMAL, Claim, Snak
from ukrgraph.wikidata.kinds import LABELS
from ukrgraph.wikidata.links import Link
from ukrgraph.wikidata.terms import WD, is_qid

Json = dict[str, Any]

MATCH = "P2888"
_DATATYPES = {"item": "wikibase-item", "iri": "url", "time": "time", "text": "monolingualtext", "string": "string"}


def read_map(file: Path) -> dict[str, str]:
    """Return a map from Wikidata's properties to those of another Wikibase; "" for a property that it has not.

    The file is a JSON object such as {"P39": "P7", "P123": null}.
    Raises InputError if it is not.
    """
    try:
        known = json.loads(file.read_bytes())
    except OSError as error:
        raise InputError(f"{file}: cannot read it: {error.strerror}") from error
    except ValueError as error:
        raise InputError(f"{file}: expected JSON: {error}") from error
    if not isinstance(known, dict):
        raise InputError(f"{file}: expected an object of properties, got {type(known).__name__}")
    for pid, other in known.items():
        if not _is_pid(pid) or not (other is None or (isinstance(other, str) and _is_pid(other))):
            raise InputError(f"{file}: expected properties as 'P39' or null, got {pid!r}: {other!r}")
    return {pid: other or "" for pid, other in known.items()}


def lines(
    nodes: Iterable[Node], graph: Graph, links: Iterable[Link], pids: Mapping[str, str] | None = None
) -> Iterator[str]:
    """Yield the lines of a dump: "[", an item a line with a comma, "]"; sorted by IRI, numbered from Q1.

    Raises UsageError if `pids` is given and lacks a property; None stands for Wikidata's own properties.
    """
    own = list(nodes)
    everything = sorted([*own, *_named(own, graph, links)], key=lambda node: node.iri)
    if pids is not None:
        missing = sorted(_properties(everything) - set(pids), key=lambda pid: int(pid[1:]))
        if missing:
            raise UsageError(
                f"property map: expected all properties in use, got no {', '.join(missing)}; null leaves one out"
            )
    numbers = {node.iri: f"Q{number}" for number, node in enumerate(everything, 1)}
    writer = _Writer(numbers, pids)
    yield "[\n"
    for at, node in enumerate(everything, 1):
        text = json.dumps(writer.item(node), ensure_ascii=False, separators=(",", ":"))
        yield f"{text}{',' * (at < len(everything))}\n"
    yield "]\n"


def _named(nodes: list[Node], graph: Graph, links: Iterable[Link]) -> Iterator[Node]:
    """Yield an item with a name only for each value that is none of `nodes`."""
    known = {node.iri for node in nodes}
    labels = {WD + link.qid: link.label for link in links} | {WD + qid: label for qid, label in LABELS.items()}
    values = {_iri(snak.value) for node in nodes for snak in _snaks(node) if snak.datatype == "item" and snak.value}
    for value in sorted(values - known):
        texts = {language: words[0] for language, words in graph.texts(value, SKOS + "prefLabel").items()}
        name = labels.get(value) or value.rpartition("#")[2].rpartition("/")[2]
        yield Node(value, value, texts or {"en": name}, {}, {}, (Claim(MATCH, value, "iri", NORMAL),))


def _snaks(node: Node) -> Iterator[Snak]:
    for claim in node.claims:
        yield main(claim)
        yield from claim.qualifiers
        for reference in claim.references:
            yield from reference


def _properties(nodes: Iterable[Node]) -> set[str]:
    return {snak.property for node in nodes for snak in _snaks(node)} | {MATCH}


def _iri(value: str) -> str:
    return WD + value if is_qid(value) else value


class _Writer:
    """Nodes to JSON; `numbers` are the new ids by IRI."""

    def __init__(self, numbers: Mapping[str, str], pids: Mapping[str, str] | None) -> None:
        self.numbers, self.pids = numbers, pids

    def item(self, node: Node) -> Json:
        """Return an item as an object of JSON."""
        qid = self.numbers[node.iri]
        claims: dict[str, list[Json]] = defaultdict(list)
        matches = [] if node.own != node.iri or _has_match(node) else [Claim(MATCH, node.own, "iri", NORMAL)]
        if node.qid and node.own != node.iri:
            matches = [Claim(MATCH, node.iri, "iri", NORMAL)]
        for claim in (*node.claims, *matches):
            if pid := self._pid(claim.property):
                claims[pid].append(self._statement(qid, claim))
        return {
            "type": "item",
            "id": qid,
            "labels": {language: _text(language, text) for language, text in node.labels.items()},
            "descriptions": {language: _text(language, text) for language, text in node.descriptions.items()},
            "aliases": {language: [_text(language, one) for one in texts] for language, texts in node.aliases.items()},
            "claims": dict(claims),
            "sitelinks": {},
        }

    def _pid(self, property: str) -> str:
        return property if self.pids is None else self.pids[property]

    def _statement(self, qid: str, claim: Claim) -> Json:
        name = uuid.uuid5(uuid.NAMESPACE_URL, "\x1f".join([qid, *map(str, claim)]))
        statement: Json = {
            "mainsnak": self._snak(main(claim)),
            "type": "statement",
            "id": f"{qid}${str(name).upper()}",
            "rank": claim.rank,
        }
        if qualifiers := self._grouped(claim.qualifiers):
            statement |= {"qualifiers": qualifiers, "qualifiers-order": list(qualifiers)}
        references = [self._grouped(reference) for reference in claim.references]
        if references := [snaks for snaks in references if snaks]:
            statement["references"] = [
                {"hash": _hash(snaks), "snaks": snaks, "snaks-order": list(snaks)} for snaks in references
            ]
        return statement

    def _grouped(self, snaks: Iterable[Snak]) -> dict[str, list[Json]]:
        found: dict[str, list[Json]] = defaultdict(list)
        for snak in snaks:
            if pid := self._pid(snak.property):
                found[pid].append(self._snak(snak))
        return dict(found)

    def _snak(self, snak: Snak) -> Json:
        written: Json = {
            "snaktype": snak.kind,
            "property": self._pid(snak.property),
            "datatype": _DATATYPES[snak.datatype],
        }
        return written | ({"datavalue": self._value(snak)} if snak.kind == "value" else {})

    def _value(self, snak: Snak) -> Json:
        if snak.datatype == "item":
            qid = self.numbers[_iri(snak.value)]
            return {
                "value": {"entity-type": "item", "numeric-id": int(qid[1:]), "id": qid},
                "type": "wikibase-entityid",
            }
        if snak.datatype == "time":
            value = {"time": f"+{snak.value}", "timezone": 0, "before": 0, "after": 0, "precision": snak.precision}
            return {"value": value | {"calendarmodel": GREGORIAN}, "type": "time"}
        if snak.datatype == "text":
            return {"value": {"text": snak.value, "language": snak.language}, "type": "monolingualtext"}
        return {"value": snak.value, "type": "string"}


def _has_match(node: Node) -> bool:
    return any(claim.property == MATCH for claim in node.claims)


def _text(language: str, text: str) -> Json:
    return {"language": language, "value": text}


def _hash(value: object) -> str:
    """Return a digest that names a reference for those who read the file; a Wikibase makes its own."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:40]


def _is_pid(text: str) -> bool:
    return text[:1] == "P" and text[1:].isdecimal() and text[1] != "0"
