"""The triples that are kept: all that lead away from the wanted items, down to references and values.

Terms are kept as text in the canonical form of N-Triples, so that every form of the same data gives the same lines.
"""

from collections import defaultdict
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from sys import intern
from typing import NamedTuple

import pyoxigraph as ox

from ukrgraph.nquads import string
from ukrgraph.terms import OWL, RDF, RDFS, SCHEMA, SKOS
from ukrgraph.wikidata.entity import LANGUAGES
from ukrgraph.wikidata.terms import (
    DATA,
    DIRECT,
    NO_VALUE,
    NORMALIZED,
    OWN_UNKNOWN,
    OWN_VALUE,
    PROP,
    PS,
    REFERENCE,
    STATEMENT,
    VALUE,
    WD,
    WIKIBASE,
    is_qid,
)

_KEPT = (WD, DATA, DATA.replace("https:", "http:"), STATEMENT, REFERENCE, VALUE, OWN_VALUE)
_NODES = tuple(f"<{start}" for start in (REFERENCE, VALUE, OWN_VALUE))
_NAMES = {
    f"<{iri}>"
    for iri in (RDFS + "label", SKOS + "prefLabel", SCHEMA + "name", SKOS + "altLabel", SCHEMA + "description")
}
_SAME, _VERSION, _MODIFIED = OWL + "sameAs", f"<{SCHEMA}version>", f"<{SCHEMA}dateModified>"
_LONGEST_SUBTAG = 8  # BCP 47, section 2.1


class Limits(NamedTuple):
    """What of an item is kept: statements with these properties, names in these languages; None for all."""

    properties: AbstractSet[str] | None = None
    languages: AbstractSet[str] | None = None


class Cut:
    """Triples by subject.

    `needed` are the references and values that kept nodes point to, as IRIs; `redirects` go from QID to QID.
    """

    def __init__(self) -> None:
        self.nodes: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self.needed: set[str] = set()
        self.redirects: dict[str, str] = {}
        self.dump_date = ""
        self.retagged: set[str] = set()

    def add(self, triple: ox.Triple | ox.Quad) -> None:
        """Keep a triple if its subject can belong to an item; unknown values get a name in place of a blank node."""
        subject = triple.subject
        if not isinstance(subject, ox.NamedNode):
            return
        if subject.value == WIKIBASE + "Dump" and triple.predicate.value == SCHEMA + "dateModified":
            self.dump_date = max(self.dump_date, getattr(triple.object, "value", "")[:10])
        if subject.value.startswith(_KEPT):
            name = subject.value.replace("http:", "https:", 1) if subject.value.startswith(_KEPT[2]) else subject.value
            term = self._term(triple.object)
            self.nodes[f"<{name}>"].add((intern(str(triple.predicate)), term))
            if term.startswith(_NODES):
                self.needed.add(term[1:-1])
            elif triple.predicate.value == _SAME and is_qid(name.removeprefix(WD)):
                self.redirects[name.removeprefix(WD)] = _local(term)

    def _term(self, term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
        if isinstance(term, ox.BlankNode):
            return f"<{OWN_UNKNOWN}{term.value}>"
        language = term.language if isinstance(term, ox.Literal) else None
        if isinstance(term, ox.Literal) and language and max(map(len, language.split("-"))) > _LONGEST_SUBTAG:
            self.retagged.add(language)
            return string(term.value, LANGUAGES.get(language, "und"))
        return str(term)

    @property
    def missing(self) -> set[str]:
        """The references and values that are pointed to but not described."""
        return {node for node in self.needed if f"<{node}>" not in self.nodes}

    def has(self, qid: str) -> bool:
        """Tell whether there is a triple about an item."""
        return bool(self.nodes.get(f"<{WD}{qid}>"))

    def about(self, qid: str) -> tuple[int | None, str]:
        """Return revision and time of the last edit of an item, as far as they are known."""
        pairs = dict(self.nodes.get(f"<{DATA}{qid}>", ()))
        revision = pairs.get(_VERSION, '""').split('"')[1]
        return (int(revision) if revision else None), pairs.get(_MODIFIED, '""').split('"')[1]

    def neighbours(self, qid: str, limits: Limits) -> set[str]:
        """Return the items that the kept statements of an item have as main value."""
        found = set()
        for subject, predicate, term in self.triples(qid, limits):
            del subject
            if predicate.startswith((f"<{DIRECT}", f"<{PS}")) and term.startswith(f"<{WD}Q") and is_qid(_local(term)):
                found.add(_local(term))
        return found

    def triples(self, qid: str, limits: Limits) -> Iterator[tuple[str, str, str]]:
        """Yield the triples of an item and of its statements, references and values, in no order."""
        waiting = [f"<{WD}{qid}>", f"<{DATA}{qid}>"]
        seen = set(waiting)
        while waiting:
            subject = waiting.pop()
            for predicate, term in self.nodes.get(subject, ()):
                if subject.startswith(f"<{WD}Q") and not _within(predicate, term, limits):
                    continue
                yield subject, predicate, term
                if term not in seen and (term.startswith((f"<{STATEMENT}", *_NODES))):
                    seen.add(term)
                    waiting.append(term)


def _within(predicate: str, term: str, limits: Limits) -> bool:
    """Tell whether a triple of an item itself is within `limits`."""
    if predicate in _NAMES:
        return limits.languages is None or term.rpartition('"@')[2] in limits.languages
    if limits.properties is None:
        return True
    for start in (DIRECT, NORMALIZED, PROP):
        if predicate.startswith(f"<{start}"):
            return predicate[len(start) + 1 : -1] in limits.properties
    if predicate == f"<{RDF}type>" and term.startswith(f"<{NO_VALUE}"):
        return _local(term) in limits.properties
    return True


def _local(term: str) -> str:
    return term[term.rindex("/") + 1 : -1]
