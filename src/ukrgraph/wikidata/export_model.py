"""What of our graph can be said in Wikidata's terms: items with statements that have a reference.

Left out, because Wikidata's statements are taken for facts: claims (but for offices that a text gives as known),
stances, sanctions that are only considered, announced or continued, what is planned, feared or offered, who took part
in acts of force, and people without a name. Events that nobody reports as done are items with names only, so that
statements can be about them.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ukrgraph.iri import Namespace
from ukrgraph.terms import DCTERMS, OA, SKOS, UKC, UKG
from ukrgraph.wikidata.authorities import UNNAMED
from ukrgraph.wikidata.export_graph import Graph
from ukrgraph.wikidata.items import DAY, NORMAL, Claim, Snak
from ukrgraph.wikidata.kinds import CLASS_OF_KIND
from ukrgraph.wikidata.links import Link, exact
from ukrgraph.wikidata.terms import WD

MONTH, YEAR = 10, 9
"""Time precisions, beside DAY."""

HAPPENED = frozenset({"actual", "held"})
"""The phases of an event that a text reports as a fact."""

IN_FORCE = frozenset({"in-force", "in-force-presupposed"})
"""The phases of a sanction that a text gives as a fact; to be continued, announced and considered are none."""

TALKS = frozenset(
    {
        *("address", "assembly-session", "legal-act", "meeting", "negotiation", "phone-call", "press-conference"),
        *("press-remarks", "remarks", "social-media-post", "speech", "statement", "written-statement"),
    }
)
"""The kinds of events whose participants are no accusation."""

ENTITIES = ("City", "Country", "Event", "Norm", "Office", "Organization", "Person", "Place", "Region", "Territory")
TOPICS = ("Topic", "Work")


class Node(NamedTuple):
    """An item to be: its IRI (that of Wikidata where there is an exact match), and what is said of it."""

    iri: str
    own: str
    labels: Mapping[str, str]
    aliases: Mapping[str, tuple[str, ...]]
    descriptions: Mapping[str, str]
    claims: tuple[Claim, ...]

    @property
    def qid(self) -> str:
        """The item in Wikidata, "" where none is known."""
        return self.iri.removeprefix(WD) if self.iri.startswith(WD) else ""


def nodes(graph: Graph, links: Iterable[Link], names: Namespace) -> list[Node]:
    """Return what can be exported of a graph, sorted by our IRI."""
    return _Model(graph, list(links), names).nodes()


def main(claim: Claim) -> Snak:
    """Return the main value of a statement."""
    rest = (claim.kind, claim.language, claim.precision, claim.unit)
    return Snak(claim.property, claim.value, claim.datatype, *rest)


def time(property: str, earliest: str, latest: str) -> Snak | None:
    """Return a time within which two days lie, a day, a month or a year; None if they lie further apart.

    >>> month = time("P585", "2022-09-20", "2022-09-21")
    >>> month.value, month.precision
    ('2022-09-01T00:00:00Z', 10)
    """
    for precision, length, rest in ((DAY, 10, ""), (MONTH, 7, "-01"), (YEAR, 4, "-01-01")):
        if earliest and earliest[:length] == latest[:length]:
            return Snak(property, f"{earliest[:length]}{rest}T00:00:00Z", "time", precision=precision)
    return None


class _Model:
    """The graph read as items."""

    def __init__(self, graph: Graph, links: list[Link], names: Namespace) -> None:
        self.graph, self.names, self.links = graph, names, links
        self.qids = {names.entity(entity): WD + qid for entity, qid in exact(links).items()}
        self.issued = graph.one(names.base + "ontology", DCTERMS + "modified")
        self.happened = {
            graph.one(report, UKG + "event")
            for report in graph.of("EventReport")
            if self._notation(report, "phase") in HAPPENED
        }
        private = {one for one in graph.of("Person") if self._kind(one) == UNNAMED}
        entities = {one for own in (*ENTITIES, *TOPICS) for one in graph.of(own)} - private
        self.known = entities | graph.of("Document") | set(self._in_force())

    def nodes(self) -> list[Node]:
        """Return the items, sorted by our IRI."""
        found = [self._entity(one) for one in self.known - self.graph.of("Document")]
        found += [self._document(one) for one in self.graph.of("Document")]
        found += [self._statement(one) for one in self.graph.of("Statement")]
        return sorted(found, key=lambda node: node.own)

    def _entity(self, own: str) -> Node:
        claims = [*self._kinds(own), *self._identity(own)]
        kind = self.graph.local_class(own)
        described: dict[str, str] = {}
        if kind == "Event" and own not in self.happened:
            described = {"en": "event that is spoken of; no text of this graph reports it as done"}
        elif kind == "Event":
            claims += self._event(own)
        elif kind == "Person":
            claims += self._offices(own)
        elif kind == "Office":
            claims += self._items("P1001", own, "officeOfState", ())
        elif kind == "Sanction":
            claims += self._sanction(own)
            described = {"en": "sanction that a statement takes to be in force"}
        return self._node(own, self._labels(own), self.graph.texts(own, SKOS + "altLabel"), described, claims)

    def _node(
        self,
        own: str,
        labels: Mapping[str, str],
        aliases: Mapping[str, tuple[str, ...]],
        descriptions: Mapping[str, str],
        claims: Iterable[Claim],
    ) -> Node:
        return Node(self.qids.get(own, own), own, labels, aliases, descriptions, tuple(sorted(set(claims), key=_order)))

    def _labels(self, own: str) -> dict[str, str]:
        return {language: texts[0] for language, texts in self.graph.texts(own, SKOS + "prefLabel").items()}

    def _kind(self, own: str) -> str:
        return self.graph.one(own, UKG + "kind").removeprefix(UKC + "kind-")

    def _notation(self, own: str, property: str) -> str:
        return self.graph.one(self.graph.one(own, UKG + property), SKOS + "notation")

    def _kinds(self, own: str) -> Iterator[Claim]:
        """Yield what an entity is: a class of Wikidata for people and countries, else the concept of its kind."""
        kind = self.graph.one(own, UKG + "kind")
        qid = CLASS_OF_KIND.get(self._kind(own)) or CLASS_OF_KIND.get(self.graph.local_class(own))
        if self._kind(own) == "self-proclaimed-entity" or self.graph.local_class(own) == "Event":
            qid = None
        if qid or kind:
            yield Claim("P31", qid or kind, "item", NORMAL)

    def _identity(self, own: str) -> Iterator[Claim]:
        """Yield our own name of an item that Wikidata has, and what it is not."""
        if own in self.qids:
            yield Claim("P2888", own, "iri", NORMAL)
        for link in self.links:
            if link.predicate == "differentFrom" and self.names.entity(link.subject) == own:
                yield Claim("P1889", link.qid, "item", NORMAL)

    def _event(self, own: str) -> Iterator[Claim]:
        references = [
            self._reference(report)
            for report in sorted(self.graph.of("EventReport"))
            if self.graph.one(report, UKG + "event") == own and self._notation(report, "phase") in HAPPENED
        ]
        if when := self._when("P585", own):
            yield _claim(when, references)
        yield from self._items("P276", own, "place", references)
        if self._kind(own) in TALKS:
            yield from self._items("P710", own, "participant", references)

    def _offices(self, own: str) -> Iterator[Claim]:
        """Yield the offices that texts give a person as known, each text as a reference."""
        held: dict[str, list[str]] = {}
        for claim in sorted(self.graph.of("RelationClaim")):
            if self.graph.one(claim, UKG + "relationSubject") == own and self.settled(claim):
                held.setdefault(self.graph.one(claim, UKG + "relationObject"), []).append(claim)
        for office, claims in held.items():
            if office in self.known:
                references = [self._reference(claim) for claim in claims]
                days = [self.graph.one(self._document_of(claim), UKG + "earliest") for claim in claims]
                last = [self.graph.one(self._document_of(claim), UKG + "latest") for claim in claims]
                when = time("P585", min(days), max(last))
                yield Claim(
                    "P39", self._value(office), "item", NORMAL, (when,) if when else (), tuple(sorted(references))
                )

    def settled(self, claim: str) -> bool:
        """Tell whether a claim is an office that a text states in its own voice, and that nobody denies."""
        disputed = any(self.graph.all(claim, UKG + name) for name in ("deniedBy", "deniedIn", "claimedIn"))
        by = self.graph.one(claim, UKG + "assertedBy")
        return (
            self._notation(claim, "relation") == "holds-office"
            and self.graph.one(claim, UKG + "claimBasis").startswith("stated")
            and by in self.graph.of("Document")
            and not disputed
        )

    def _sanction(self, own: str) -> Iterator[Claim]:
        references, by = [], set()
        for status in self._in_force()[own]:
            references.append(self._reference(status))
            by |= set(self.graph.all(self.graph.one(status, UKG + "claimedIn"), UKG + "speaker"))
        said = tuple(sorted(Snak("P3680", self._value(one), "item") for one in by if one in self.known))
        for pid, name in (("P533", "sanctionTarget"), ("P710", "imposer"), ("P361", "partOf")):
            for claim in self._items(pid, own, name, references):
                yield claim._replace(qualifiers=said)

    def _in_force(self) -> dict[str, list[str]]:
        """Return the statuses that give a sanction as in force, by sanction."""
        found: dict[str, list[str]] = {}
        for status in sorted(self.graph.of("SanctionStatus")):
            if self._notation(status, "phase") in IN_FORCE:
                found.setdefault(self.graph.one(status, UKG + "statusOf"), []).append(status)
        return found

    def _document(self, own: str) -> Node:
        title = self.graph.one(own, DCTERMS + "title")
        language = self.graph.one(own, DCTERMS + "language")
        claims = [Claim("P31", "Q5707594", "item", NORMAL), *self._items("P123", own, DCTERMS + "publisher", ())]
        if title:
            claims.append(Claim("P1476", title, "text", NORMAL, language=language))
        if when := self._when("P577", own):
            claims.append(_claim(when, ()))
        labels = {language: title} if title else {"en": self.graph.one(own, DCTERMS + "identifier")}
        return self._node(own, labels, {}, {"en": "news report, known by a digest"}, claims)

    def _statement(self, own: str) -> Node:
        """Return a statement as an item of its own: who said it, when, about what, in which words, in which report."""
        references = [self._reference(own)]
        speakers = self.graph.all(own, UKG + "speaker")
        claims = [Claim("P31", UKG + "Statement", "item", NORMAL), *self._items("P823", own, "speaker", references)]
        if not any(speaker in self.known for speaker in speakers):
            claims.append(Claim("P823", "", "item", NORMAL, (), tuple(references), "somevalue"))
        if when := self._when("P585", own):
            claims.append(_claim(when, references))
        claims += self._items("P921", own, "about", references)
        document = self._document_of(own)
        claims.append(Claim("P1433", document, "item", NORMAL, (), tuple(references)))
        language = self.graph.one(document, DCTERMS + "language")
        for words in self._quotations(own):
            claims.append(Claim("P7081", words, "text", NORMAL, (), tuple(references), language=language))
        label = f"{self.graph.one(own, DCTERMS + 'identifier')}: {self.graph.one(own, UKG + 'paraphrase')}"
        return self._node(
            own, {"en": label}, {}, {"en": "statement as a text reports it; its content is a claim"}, claims
        )

    def _quotations(self, own: str) -> Iterator[str]:
        for span in sorted(self.graph.all(own, UKG + "quotation")):
            for selector in sorted(self.graph.all(span, OA + "hasSelector")):
                if words := self.graph.one(selector, OA + "exact"):
                    yield words

    def _items(self, property: str, own: str, name: str, references: Iterable[tuple[Snak, ...]]) -> Iterator[Claim]:
        """Yield a statement for each value that can be exported; `name` is a property of ours, or an IRI."""
        for value in sorted(self.graph.all(own, name if ":" in name else UKG + name)):
            if value in self.known:
                yield Claim(property, self._value(value), "item", NORMAL, (), tuple(sorted(references)))

    def _value(self, own: str) -> str:
        return self.qids[own].removeprefix(WD) if own in self.qids else own

    def _when(self, property: str, own: str) -> Snak | None:
        return time(property, self.graph.one(own, UKG + "earliest"), self.graph.one(own, UKG + "latest"))

    def _document_of(self, record: str) -> str:
        return self.graph.one(record, UKG + "reportedIn")

    def _reference(self, record: str) -> tuple[Snak, ...]:
        """Return a reference: the document, the place in it, and when this graph was made."""
        document = self._document_of(record)
        spans = sorted(self.graph.all(record, UKG + "evidence"), key=_offset)
        snaks = [Snak("P248", document, "item"), Snak("P854", spans[0] if spans else document, "iri")]
        if self.issued:
            snaks.append(Snak("P813", f"{self.issued}T00:00:00Z", "time", precision=DAY))
        if title := self.graph.one(document, DCTERMS + "title"):
            snaks.append(Snak("P1476", title, "text", language=self.graph.one(document, DCTERMS + "language")))
        if when := self._when("P577", document):
            snaks.append(when)
        return tuple(sorted(snaks, key=lambda snak: int(snak.property[1:])))


def _offset(span: str) -> tuple[int, str]:
    start = span.partition("#char=")[2].partition(",")[0]
    return (int(start) if start.isdigit() else 0, span)


def _claim(snak: Snak, references: Iterable[tuple[Snak, ...]]) -> Claim:
    rest = (snak.kind, snak.language, snak.precision, snak.unit)
    return Claim(snak.property, snak.value, snak.datatype, NORMAL, (), tuple(sorted(references)), *rest)


def _order(claim: Claim) -> tuple[int, Claim]:
    return (int(claim.property[1:]), claim)
