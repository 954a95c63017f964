"""The triples that are kept: all that lead away from the wanted items, down to references and values.

Terms are kept as text in the canonical form of N-Triples, so that every form of the same data gives the same lines.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from sys import intern
from typing import NamedTuple

import pyoxigraph as ox

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

_KEPT = tuple(
    f"<{start}" for start in (WD, DATA, DATA.replace("https:", "http:"), STATEMENT, REFERENCE, VALUE, OWN_VALUE)
)
_NODES = tuple(f"<{start}" for start in (REFERENCE, VALUE, OWN_VALUE))
_NAMES = {
    f"<{iri}>"
    for iri in (RDFS + "label", SKOS + "prefLabel", SCHEMA + "name", SKOS + "altLabel", SCHEMA + "description")
}
_DUMP = f"<{WIKIBASE}Dump>"
_SAME, _VERSION, _MODIFIED = f"<{OWL}sameAs>", f"<{SCHEMA}version>", f"<{SCHEMA}dateModified>"
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
        self._languages: set[str] = set()

    def add(self, triple: ox.Triple | ox.Quad) -> None:
        """Keep a triple if its subject can belong to an item; unknown values get a name in place of a blank node."""
        subject = str(triple.subject)
        self._keep(subject, self._node(subject), str(triple.predicate), str(triple.object))

    def add_all(self, triples: Iterable[ox.Triple]) -> None:
        """Keep those of many triples whose subjects can belong to an item; Oxigraph writes them faster all at once."""
        last, node = "", None
        for line in (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode().split("\n")[:-1]:
            subject, predicate, term = line.split(" ", 2)
            if subject != last:
                last, node = subject, self._node(subject)
            self._keep(subject, node, predicate, term[:-2])

    def _node(self, subject: str) -> set[tuple[str, str]] | None:
        """Return what is kept of a subject, None if nothing is."""
        if not subject.startswith(_KEPT):
            return None
        return self.nodes[subject.replace("http:", "https:", 1) if subject.startswith(_KEPT[2]) else subject]

    def _keep(self, subject: str, node: set[tuple[str, str]] | None, predicate: str, term: str) -> None:
        """Add a triple, of terms in the canonical form of N-Triples, to the node of its subject."""
        if node is None:
            if subject == _DUMP and predicate == _MODIFIED:
                self.dump_date = max(self.dump_date, term[1:11])
            return
        if not term.startswith("<"):
            term = self._named(term)
        elif term.startswith(_NODES):
            self.needed.add(term[1:-1])
        elif predicate == _SAME and is_qid(qid := subject[len(WD) + 1 : -1]):
            self.redirects[qid] = _local(term)
        node.add((intern(predicate), term))

    def _named(self, term: str) -> str:
        """Return a literal with a language tag that there can be, or the name of an unknown value."""
        if term.startswith("_:"):
            return f"<{OWN_UNKNOWN}{term[2:]}>"
        end = term.rindex('"') + 1
        language = term[end + 1 :]
        if not language or term[end] != "@" or language in self._languages:
            return term
        if max(map(len, language.split("-"))) <= _LONGEST_SUBTAG:
            self._languages.add(language)
            return term
        self.retagged.add(language)
        return f"{term[:end]}@{LANGUAGES.get(language, 'und')}"

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
