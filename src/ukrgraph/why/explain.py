"""From a subject, property and value to everything that supports it."""

from dataclasses import dataclass, field
from pathlib import Path

from ukrgraph.engine import BlankNode, Engine, Literal, NamedNode, Term, rows
from ukrgraph.errors import UsageError
from ukrgraph.evidence import Annotation, Corpus, Passage, Sentence, passages
from ukrgraph.iri import Namespace
from ukrgraph.terms import DCTERMS, SKOS, UKG
from ukrgraph.why.inference import Fact, Proof, Reasoner, Stated

MENTIONS = 5
"""How many mentions of an entity are shown as its evidence."""

_TEXT_BOUND = ("#position=", "#quote=")


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage with the sentences around it, if the text is at hand, and the words of the passage in full."""

    passage: Passage
    words: str
    sentence: Sentence | None


@dataclass(frozen=True, slots=True)
class Voice:
    """Another record that speaks to the same content: how it relates, who speaks in it, and its sentence."""

    relation: str
    record: NamedNode
    speaker: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """A triple, how it is known, the quotes that its stated premises rest on, and the annotation that says it.

    `proof` is None if the triple is neither stated nor follows.
    """

    fact: Fact
    proof: Proof | None
    quotes: tuple[Quote, ...]
    annotation: Annotation | None


@dataclass(frozen=True, slots=True)
class Why:
    """The answer: the subject with its name and what it is, who speaks and when, and the reasons."""

    subject: NamedNode
    label: str
    kinds: tuple[str, ...]
    speakers: tuple[str, ...]
    days: tuple[str, str]
    quotes: tuple[Quote, ...]
    annotation: Annotation | None
    reasons: tuple[Reason, ...] = ()
    voices: tuple[Voice, ...] = field(default_factory=tuple)


class Explainer:
    """Explains triples of the graph of a project."""

    def __init__(self, engine: Engine, project: Path, names: Namespace | None = None) -> None:
        self.engine = engine
        self.corpus = Corpus(project)
        self.names = names or Namespace()
        self.reasoner = Reasoner(engine, self.names.graph("inferred"))

    def why(self, subject: NamedNode, predicate: NamedNode | None = None, object: Term | None = None) -> Why:
        """Return what supports a subject, its triples with a property, or one triple.

        Raises UsageError if the graph says nothing of the subject, or has no such triple and none follows.
        """
        facts = self._facts(subject, predicate, object)
        quotes = self.quotes(subject.value)
        annotations = self.corpus.annotations([subject.value])
        reasons = tuple(self._reason(fact, quotes, annotations) for fact in facts) if predicate else ()
        return Why(
            subject,
            self.label(subject),
            self._texts(f"SELECT ?x {{ {subject} a ?x }} ORDER BY ?x"),
            self._texts(f"SELECT ?x {{ {subject} <{UKG}speaker> ?s . {_LABELLED} }} ORDER BY ?x"),
            self._days(subject),
            quotes,
            annotations.get((subject.value, "")),
            reasons,
            self._voices(subject),
        )

    def _facts(self, subject: NamedNode, predicate: NamedNode | None, object: Term | None) -> list[Fact]:
        """Return the triples asked for, stated or following.

        Raises UsageError if there is none.
        """
        if next(rows(self.engine.answer(f"SELECT * {{ {subject} ?p ?o }} LIMIT 1")), None) is None:
            raise UsageError(f"why: the graph says nothing of {subject}")
        if predicate is None:
            return []
        if object is not None:
            fact = (subject, predicate, object)
            if self.reasoner.prove(fact) is None:
                there = self._texts(f"SELECT (STR(?o) AS ?x) {{ {subject} {predicate} ?o }} ORDER BY ?x")
                advice = f"it says {', '.join(there)}" if there else "it has no value for this property"
                raise UsageError(f"why: the graph does not say {subject} {predicate} {object}; {advice}")
            return [fact]
        found = rows(self.engine.answer(f"SELECT DISTINCT ?o {{ {subject} {predicate} ?o }} ORDER BY ?o"))
        facts = [(subject, predicate, value) for (value,) in found if value is not None]
        if not facts:
            there = self._texts(f"SELECT DISTINCT (STR(?p) AS ?x) {{ {subject} ?p ?o }} ORDER BY ?x")
            raise UsageError(f"why: {subject} has no value for {predicate}; it has {', '.join(there)}")
        return facts

    def _reason(self, fact: Fact, own: tuple[Quote, ...], annotations: dict[tuple[str, str], Annotation]) -> Reason:
        """Return the reason of a triple; an inferred one has the quotes of what it rests on."""
        proof = self.reasoner.prove(fact)
        if proof is None or isinstance(proof, Stated):
            annotation = annotations.get((fact[0].value, f"{fact[1]} {fact[2]}")) or annotations.get(
                (fact[0].value, "")
            )
            return Reason(fact, proof, own, annotation)
        found: dict[Passage, Quote] = {}
        for stated in leaves(proof):
            for quote in self.quotes(stated.fact[0].value):
                found.setdefault(quote.passage, quote)
        return Reason(fact, proof, tuple(found.values()), None)

    def quotes(self, node: str) -> tuple[Quote, ...]:
        """Return the passages that a node rests on; an entity's are its first mentions, a span's are itself."""
        for mark in _TEXT_BOUND:
            node = node.replace(mark, "#char=")
        found = passages(self.engine, [node]).get(node, [])
        if not found:
            found = self._mentions(node)
        if not found and "#char=" in node:
            found = self._span(node)
        return tuple(Quote(item, self.corpus.words(item), self.corpus.sentence(item)) for item in found)

    def _mentions(self, node: str) -> list[Passage]:
        """Return the first mentions of an entity in each document, at most MENTIONS."""
        query = f"SELECT ?m {{ ?m <{UKG}mentionOf> {NamedNode(node)} }}"
        mentions = [term.value for (term,) in rows(self.engine.answer(query)) if isinstance(term, NamedNode)]
        found = [item for items in passages(self.engine, mentions).values() for item in items]
        return sorted(found, key=lambda item: (item.document, item.start))[:MENTIONS]

    def _span(self, node: str) -> list[Passage]:
        """Return the passage that a span itself is: through any node that rests on it."""
        users = rows(self.engine.answer(f"SELECT ?n {{ ?n ?p {NamedNode(node)} }} ORDER BY ?n LIMIT 5"))
        names = [term.value for (term,) in users if isinstance(term, NamedNode)]
        for items in passages(self.engine, names).values():
            for item in items:
                if item.span == node:
                    return [item]
        return []

    def label(self, term: NamedNode) -> str:
        """Return the English or any other label of a term, its id, or its IRI."""
        query = f"""SELECT ?l {{ {term} <{SKOS}prefLabel>|<{DCTERMS}title>|<{DCTERMS}identifier> ?l }}
            ORDER BY DESC(LANG(?l) = "en") DESC(LANG(?l)) ?l LIMIT 1"""
        found = self._texts(query)
        return found[0] if found else term.value

    def _days(self, subject: NamedNode) -> tuple[str, str]:
        """Return the first and last day that a record is dated to; empty where it is open."""
        query = (
            f"SELECT ?a ?b {{ OPTIONAL {{ {subject} <{UKG}earliest> ?a }} OPTIONAL {{ {subject} <{UKG}latest> ?b }} }}"
        )
        for first, last in rows(self.engine.answer(query)):
            return _text(first), _text(last)
        return "", ""

    def _voices(self, subject: NamedNode) -> tuple[Voice, ...]:
        """Return who else says the same as a record, and who says otherwise."""
        query = _VOICES % {"s": subject}
        found: dict[tuple[str, str], set[str]] = {}
        for relation, record, speaker in rows(self.engine.answer(query)):
            if isinstance(record, NamedNode):
                found.setdefault((_text(relation), record.value), set()).add(_text(speaker))
        return tuple(
            Voice(relation, NamedNode(record), ", ".join(sorted(speakers - {""})), self.quotes(record)[:1])
            for (relation, record), speakers in sorted(found.items())
        )

    def _texts(self, query: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(_text(row[0]) for row in rows(self.engine.answer(query))))


def leaves(proof: Proof) -> list[Stated]:
    """Return the stated triples that a proof rests on."""
    if isinstance(proof, Stated):
        return [proof]
    return [leaf for premise in proof.premises for leaf in leaves(premise)]


def _text(term: Term | None) -> str:
    if term is None or isinstance(term, BlankNode):
        return ""
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


_LABELLED = f"""OPTIONAL {{ ?s <{SKOS}prefLabel> ?l FILTER(LANG(?l) = "en") }} BIND(COALESCE(?l, STR(?s)) AS ?x)"""

_VOICES = f"""SELECT DISTINCT ?relation ?record ?name {{
    {{ %(s)s <{UKG}affirms> ?c . ?record <{UKG}affirms> ?c BIND("says the same" AS ?relation) }}
    UNION {{ %(s)s <{UKG}rejects> ?c . ?record <{UKG}rejects> ?c BIND("says the same" AS ?relation) }}
    UNION {{ %(s)s <{UKG}affirms> ?c . ?record <{UKG}rejects> ?c BIND("says otherwise" AS ?relation) }}
    UNION {{ %(s)s <{UKG}rejects> ?c . ?record <{UKG}affirms> ?c BIND("says otherwise" AS ?relation) }}
    UNION {{ %(s)s <{UKG}sameUtteranceAs>|^<{UKG}sameUtteranceAs> ?record
        BIND("reports the same utterance" AS ?relation) }}
    UNION {{ ?record <{UKG}echoes> %(s)s BIND("echoes it" AS ?relation) }}
    UNION {{ %(s)s <{UKG}echoes> ?record BIND("is echoed by it" AS ?relation) }}
    UNION {{ ?record <{UKG}denies> %(s)s BIND("denies it" AS ?relation) }}
    UNION {{ %(s)s <{UKG}denies> ?record BIND("is denied by it" AS ?relation) }}
    UNION {{ ?record <{UKG}disputes> %(s)s BIND("disputes it" AS ?relation) }}
    UNION {{ %(s)s <{UKG}disputes> ?record BIND("is disputed by it" AS ?relation) }}
    UNION {{ %(s)s <{UKG}deniedIn> ?record BIND("denies it" AS ?relation) }}
    UNION {{ %(s)s <{UKG}claimedIn> ?record BIND("claims it" AS ?relation) }}
    FILTER(?record != %(s)s)
    OPTIONAL {{
        ?record <{UKG}speaker> ?s .
        OPTIONAL {{ ?s <{SKOS}prefLabel> ?l FILTER(LANG(?l) = "en") }}
        BIND(COALESCE(?l, STR(?s)) AS ?name)
    }}
}} ORDER BY ?relation ?record ?name"""
