"""How a triple that nobody stated follows from stated ones: backward, by rules of RDFS and OWL.

Rule names are those of OWL 2 RL (https://www.w3.org/TR/owl2-profiles/, section 4.3, tables 5 and 9). A triple of the
graph of inferred triples counts as not stated.
"""

from typing import NamedTuple

from ukrgraph.engine import BlankNode, Engine, Literal, NamedNode, Term, parse_term, rows
from ukrgraph.terms import OWL, RDF, RDFS

DEPTH = 4
"""How many rules may follow one another."""

Fact = tuple[NamedNode, NamedNode, Term]

_TYPE = NamedNode(f"{RDF}type")


class Step(NamedTuple):
    """A triple that follows by `rule` from `premises`, which are stated or follow in turn."""

    fact: Fact
    rule: str
    premises: "tuple[Proof, ...]"


class Stated(NamedTuple):
    """A triple that stands in a graph."""

    fact: Fact
    graph: str


Proof = Stated | Step

_RULES: tuple[tuple[str, str, tuple[str, ...], bool], ...] = (
    ("cax-sco", f"?x <{RDFS}subClassOf> %(o)s . %(s)s a ?x", ("%(s)s a ?x", f"?x <{RDFS}subClassOf> %(o)s"), True),
    (
        "prp-spo1",
        f"?x <{RDFS}subPropertyOf> %(p)s . %(s)s ?x %(o)s",
        ("%(s)s ?x %(o)s", f"?x <{RDFS}subPropertyOf> %(p)s"),
        False,
    ),
    (
        "prp-inv1",
        f"?x <{OWL}inverseOf> %(p)s . %(o)s ?x %(s)s",
        ("%(o)s ?x %(s)s", f"?x <{OWL}inverseOf> %(p)s"),
        False,
    ),
    (
        "prp-inv2",
        f"%(p)s <{OWL}inverseOf> ?x . %(o)s ?x %(s)s",
        ("%(o)s ?x %(s)s", f"%(p)s <{OWL}inverseOf> ?x"),
        False,
    ),
    (
        "prp-symp",
        f"%(p)s a <{OWL}SymmetricProperty> . %(o)s %(p)s %(s)s",
        ("%(o)s %(p)s %(s)s", f"%(p)s a <{OWL}SymmetricProperty>"),
        False,
    ),
    ("prp-dom", f"?x <{RDFS}domain> %(o)s . %(s)s ?x ?y", ("%(s)s ?x ?y", f"?x <{RDFS}domain> %(o)s"), True),
    ("prp-rng", f"?x <{RDFS}range> %(o)s . ?y ?x %(s)s", ("?y ?x %(s)s", f"?x <{RDFS}range> %(o)s"), True),
    (
        "prp-trp",
        f"%(p)s a <{OWL}TransitiveProperty> . %(s)s %(p)s ?x . ?x %(p)s+ %(o)s",
        ("%(s)s %(p)s ?x", "?x %(p)s %(o)s", f"%(p)s a <{OWL}TransitiveProperty>"),
        False,
    ),
)
"""Rules: name, pattern that finds ?x and ?y, premises, and whether the rule is about types."""


class Reasoner:
    """Proofs over the triples of an engine; `inferred` is the graph whose triples do not count as stated."""

    def __init__(self, engine: Engine, inferred: str) -> None:
        self.engine = engine
        self.inferred = inferred

    def prove(self, fact: Fact, depth: int = DEPTH) -> Proof | None:
        """Return how `fact` is known, with as few steps as possible; None if it does not follow."""
        graph = self.stated(fact)
        if graph is not None:
            return Stated(fact, graph)
        for allowed in range(1, depth + 1):
            found = self._derive(fact, allowed, frozenset({fact}))
            if found is not None:
                return found
        return None

    def stated(self, fact: Fact) -> str | None:
        """Return the graph in which a triple stands, or None."""
        if isinstance(fact[2], BlankNode):
            return None
        pattern = " ".join(map(str, fact))
        query = f"SELECT ?g {{ GRAPH ?g {{ {pattern} }} }} ORDER BY ?g"
        for (graph,) in rows(self.engine.answer(query)):
            if isinstance(graph, NamedNode) and graph.value != self.inferred:
                return graph.value
        return None

    def _derive(self, fact: Fact, depth: int, seen: frozenset[Fact]) -> Proof | None:
        """Return a proof with at most `depth` rules one after the other."""
        subject, predicate, object_ = fact
        if isinstance(object_, Literal) and predicate == _TYPE:
            return None
        names = {"s": str(subject), "p": str(predicate), "o": str(object_)}
        for rule, pattern, premises, about_types in _RULES:
            if about_types != (predicate == _TYPE) and rule != "prp-spo1":
                continue
            if isinstance(object_, Literal) and rule != "prp-spo1":
                continue
            for found in self._instances(rule, pattern, names, premises, depth):
                if not seen & set(found):
                    proof = self._premises(fact, rule, found, depth, seen)
                    if proof is not None:
                        return proof
        return None

    def _premises(self, fact: Fact, rule: str, premises: list[Fact], depth: int, seen: frozenset[Fact]) -> Proof | None:
        """Return the step from premises to `fact`, if each of them is stated or follows."""
        proofs: list[Proof] = []
        for premise in premises:
            graph = self.stated(premise)
            if graph is not None:
                proofs.append(Stated(premise, graph))
            elif depth > 1 and (proof := self._derive(premise, depth - 1, seen | {premise})) is not None:
                proofs.append(proof)
            else:
                return None
        return Step(fact, rule, tuple(proofs))

    def _instances(
        self, rule: str, pattern: str, names: dict[str, str], premises: tuple[str, ...], depth: int
    ) -> list[list[Fact]]:
        """Return the premises of a rule for each way that it can apply.

        With more than one rule left, the first premise need not be in the data: only the schema's part is asked.
        """
        parts = pattern.split(" . ")
        asked = parts[0] if depth > 1 and rule not in {"prp-trp", "prp-dom", "prp-rng"} else pattern
        query = f"SELECT DISTINCT ?x ?y {{ {asked % names} }} ORDER BY ?x ?y LIMIT 50"
        found = []
        for x, y in rows(self.engine.answer(query)):
            if isinstance(x, BlankNode) or isinstance(y, BlankNode):
                continue
            filled = [_fact(premise % names, x, y) for premise in premises]
            facts = [fact for fact in filled if fact is not None]
            if len(facts) == len(premises):
                found.append(facts)
        return found


def _fact(premise: str, x: Term | None, y: Term | None) -> Fact | None:
    """Return a premise with its variables filled in; None if a literal would be a subject."""
    written = premise.replace(" a ", f" {_TYPE} ")
    parts: list[Term] = []
    for word in _words(written):
        if word in {"?x", "?y"}:
            value = x if word == "?x" else y
            if value is None:
                return None
            parts.append(value)
        else:
            parts.append(parse_term(word))
    subject, predicate, object_ = parts
    if not isinstance(subject, NamedNode) or not isinstance(predicate, NamedNode):
        return None
    return subject, predicate, object_


def _words(pattern: str) -> list[str]:
    """Return the three terms of a pattern; only the last may hold a space."""
    subject, predicate, object_ = pattern.split(" ", 2)
    return [subject, predicate, object_]
