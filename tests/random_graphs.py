"""Random shapes and random graphs with every kind of fault, and the comparison of both engines on them.

Run as a script for many: `python tests/random_graphs.py 1000`; it prints each seed on which the engines differ, and
ends with exit code 1 if there is one.
"""

import random
import sys

from ukrgraph.errors import InputError
from ukrgraph.validate import data, engines, shapes

PREFIXES = """\
@prefix ex: <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
NODES = [f"ex:n{number}" for number in range(9)] + ["_:b0", "_:b1", "_:b2"]
PREDICATES = [f"ex:p{number}" for number in range(6)]
CLASSES = ["ex:A", "ex:B", "ex:C"]
LITERALS = [
    "1", "01",
    "-3", "7", "1.0", "1.5", "1.50", "2e0", "true", '"1"^^xsd:boolean', '"x"^^xsd:integer', '"300"^^xsd:byte',
    '"5"^^xsd:nonNegativeInteger', '"a"', '"ab"', '"abc d"', '"A1"', '"a"@en', '"b"@en', '"b"@en-GB', '"c"@uk', '""',
    '"2022-02-24"^^xsd:date', '"2022-09-30"^^xsd:date', '"2022-13-41"^^xsd:date', '"2022-02-24Z"^^xsd:date',
    '"2022-02-24"', '"2022-02-24T10:00:00Z"^^xsd:dateTime', '"2022-02-24T10:00:00"^^xsd:dateTime',
    '"P1D"^^xsd:duration',
    '"a\\nb"', '"x"^^ex:own', '"9" ', '"12345678901234567890123"^^xsd:integer',
]  # fmt: skip
CONSTANTS = ["1", "1.5", '"2022-06-01"^^xsd:date', '"2022-06-01T00:00:00Z"^^xsd:dateTime', "0", '"b"']
DATATYPES = ["integer", "decimal", "string", "date", "dateTime", "boolean", "byte", "double"]
PATTERNS = ["^a", "b$", "^[A-Z][0-9]$", "\\\\w+ ", "^a.b$", "(a|b)c", "^http", "é?"]
SPARQL = [
    "SELECT $this ?value WHERE { $this P ?value . FILTER (?value > 3) }",
    "SELECT $this ?value WHERE { $this P ?value . ?other P ?value . FILTER (?other != $this) }",
    "SELECT $this ?value WHERE { $this P ?value . $this Q ?b . FILTER (?value < ?b) }",
    "SELECT $this WHERE { $this P ?a . FILTER NOT EXISTS { $this Q ?a } }",
    "SELECT $this ?value WHERE { $this P ?value . FILTER NOT EXISTS { ?value Q ?b . FILTER (?b = $this) } }",
    "SELECT $this ?path ?value WHERE { $this ?path ?value . ?value a ex:A . FILTER (?path != rdf:type) }",
    "SELECT $this WHERE { $this P+ ?x . FILTER (?x = $this) }",
    "SELECT $this ?value WHERE { $this P/Q ?value . OPTIONAL { ?value R ?c } FILTER (!BOUND(?c)) }",
    "SELECT $this ?value WHERE { { $this P ?value } UNION { $this Q ?value } FILTER (isLiteral(?value)) }",
    "SELECT $this ?v WHERE { $this P ?v . FILTER (DATATYPE(?v) = xsd:date && ?v < '2022-06-01'^^xsd:date) }",
    "SELECT $this ?value WHERE { $this P ?value . BIND (STRLEN(STR(?value)) AS ?n) FILTER (?n > 2) }",
    "SELECT $this (ex:p1 AS ?path) ?value WHERE { $this P ?value . FILTER REGEX(STR(?value), 'A', 'i') }",
    "SELECT $this WHERE { $this P ?a ; Q ?b . FILTER NOT EXISTS { $this R ?c . FILTER (?c <= ?b) } }",
    "SELECT $this WHERE { $this a ?class . FILTER (?class IN (ex:A, ex:B) || EXISTS { $this P ?a }) }",
    "SELECT $this WHERE { $this P ?a . MINUS { $this Q ?a } }",
    "SELECT $this (COUNT(?a) AS ?n) WHERE { $this P ?a } GROUP BY $this HAVING (COUNT(?a) > 1)",
]  # fmt: skip


class Maker:
    """Makes texts from one seed; the same seed gives the same texts."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.shapes = 0

    def pick(self, values):
        return self.chance.choice(values)

    def data(self):
        """Return a random graph in Turtle: few nodes and predicates, so that paths meet."""
        lines = [f"ex:{sub} rdfs:subClassOf ex:{above} ." for sub, above in (("B", "A"), ("C", "B"))]
        for _ in range(self.chance.randint(10, 70)):
            subject, kind = self.pick(NODES), self.chance.random()
            if kind < 0.2:
                lines.append(f"{subject} a {self.pick(CLASSES)} .")
            elif kind < 0.6:
                lines.append(f"{subject} {self.pick(PREDICATES)} {self.pick(NODES)} .")
            else:
                lines.append(f"{subject} {self.pick(PREDICATES)} {self.pick(LITERALS)} .")
        return PREFIXES + "\n".join(lines) + "\n"

    def path(self, depth=0):
        kind = self.chance.random()
        if depth > 1 or kind < 0.6:
            return self.pick(PREDICATES)
        if kind < 0.7:
            return f"[ sh:inversePath {self.pick(PREDICATES)} ]"
        if kind < 0.85:
            return f"( {self.path(depth + 1)} {self.path(depth + 1)} )"
        if kind < 0.92:
            return f"[ sh:alternativePath ( {self.path(depth + 1)} {self.path(depth + 1)} ) ]"
        return f"[ sh:{self.pick(['zeroOrMorePath', 'oneOrMorePath', 'zeroOrOnePath'])} {self.pick(PREDICATES)} ]"

    def shape(self):
        """Return a whole shapes graph in Turtle."""
        head = (
            "<http://example.org/> a owl:Ontology ; sh:declare "
            "[ sh:prefix 'ex' ; sh:namespace 'http://example.org/'^^xsd:anyURI ] , "
            "[ sh:prefix 'xsd' ; sh:namespace 'http://www.w3.org/2001/XMLSchema#'^^xsd:anyURI ] .\n"
        )
        return PREFIXES + head + "\n".join(self.named(number) for number in range(self.chance.randint(1, 4))) + "\n"

    def named(self, number):
        targets = [
            f"sh:targetClass {self.pick(CLASSES)}",
            f"sh:targetSubjectsOf {self.pick(PREDICATES)}",
            f"sh:targetObjectsOf {self.pick(PREDICATES)}",
            f"sh:targetNode {self.pick(NODES[:9])}",
        ]
        chosen = self.chance.sample(targets, self.chance.choice([1, 1, 1, 2]))
        if self.chance.random() < 0.25:
            return f"ex:S{number} a sh:PropertyShape ; {' ; '.join(chosen)} ; {self.property_body(0)} ."
        return f"ex:S{number} a sh:NodeShape ; {' ; '.join(chosen)} ; {self.node_body(0)} ."

    def node_body(self, depth):
        parts = [f"sh:property [ {self.property_body(depth)} ]" for _ in range(self.chance.randint(1, 3))]
        parts += [self.value_constraint(depth) for _ in range(self.chance.randint(0, 2))]
        if self.chance.random() < 0.1:
            parts.append("sh:closed true ; sh:ignoredProperties ( rdf:type ex:p0 ex:p1 )")
        if depth == 0 and self.chance.random() < 0.3:
            parts.append(self.sparql())
        return " ; ".join(unique(parts))

    def property_body(self, depth):
        parts = [f"sh:path {self.path()}"]
        parts += [self.value_constraint(depth) for _ in range(self.chance.randint(0, 2))]
        kind = self.chance.random()
        counts = ["sh:minCount 1", "sh:maxCount 1", "sh:minCount 2", "sh:maxCount 2", "sh:maxCount 0", "sh:minCount 0"]
        if kind < 0.5:
            parts.append(self.pick(counts[: 2 if depth else 6]))
        if depth == 0 and 0.5 < kind < 0.75:
            pairs = ["lessThan", "lessThanOrEquals", "equals", "disjoint"]
            extra = [f"sh:{name} {self.pick(PREDICATES)}" for name in pairs]
            inside, kind_of_count = self.value_constraint(2), self.pick(["Min", "Max"])
            qualified = f"sh:qualifiedValueShape [ {inside} ] ; sh:qualified{kind_of_count}Count {self.pick('12')}"
            parts.append(self.pick([*extra, "sh:uniqueLang true", qualified]))
        if kind > 0.9:
            parts.append(f"sh:hasValue {self.pick([*NODES[:9], '1', '1.5', chr(34) + 'a' + chr(34)])}")
        if depth == 0 and kind > 0.95:
            parts.append(f"sh:property [ {self.property_body(depth + 1)} ]")
        return " ; ".join(unique(parts))

    def value_constraint(self, depth):
        simple = [
            f"sh:class {self.pick(CLASSES)}",
            f"sh:datatype xsd:{self.pick(DATATYPES)}",
            f"sh:nodeKind sh:{self.pick(['IRI', 'Literal', 'BlankNode', 'BlankNodeOrIRI', 'IRIOrLiteral'])}",
            f"sh:{self.pick(['min', 'max'])}{self.pick(['In', 'Ex'])}clusive {self.pick(CONSTANTS)}",
            f"sh:minLength {self.pick('0123')}",
            f"sh:maxLength {self.pick('0123')}",
            f'sh:pattern "{self.pick(PATTERNS)}"' + self.pick(["", ' ; sh:flags "i"']),
            'sh:languageIn ( "en" "uk" )',
            f"sh:in ( {' '.join(self.chance.sample([*NODES[:9], '1', '1.0', chr(34) + 'a' + chr(34), '01'], 4))} )",
        ]
        if depth > 1 or self.chance.random() < 0.7:
            return self.pick(simple)
        inner = [f"[ {self.anonymous(depth + 1)} ]" for _ in range(self.chance.randint(2, 3))]
        return self.pick(
            [
                f"sh:not {inner[0]}",
                f"sh:node [ {self.node_body(depth + 1)} ]",
                f"sh:or ( {' '.join(inner)} )",
                f"sh:and ( {' '.join(inner)} )",
                f"sh:xone ( {' '.join(inner)} )",
            ]
        )

    def anonymous(self, depth):
        return self.property_body(depth) if self.chance.random() < 0.4 else self.value_constraint(depth)

    def sparql(self):
        text = self.pick(SPARQL)
        for letter in "PQR":
            text = text.replace(f" {letter} ", f" {self.pick(PREDICATES)} ").replace(
                f" {letter}+ ", f" {self.pick(PREDICATES)}+ "
            )
            text = text.replace(f"{letter}/", f"{self.pick(PREDICATES)}/").replace(
                f"/{letter} ", f"/{self.pick(PREDICATES)} "
            )
        return f'sh:sparql [ sh:prefixes <http://example.org/> ; sh:message "constraint" ; sh:select """{text}""" ]'


def unique(parts):
    """Return one part for each parameter: SHACL allows most of them once."""
    return list(
        {part.split(" ", 1)[0] if not part.startswith("sh:property") else part: part for part in parts}.values()
    )


def graphs(seed):
    """Return the store and the shapes graph of a seed."""
    maker = Maker(seed)
    store = data.load([data.source("random.ttl", maker.data().encode())]).store
    return store, shapes.from_sources((data.source("shapes.ttl", maker.shape().encode()),)).graph


def answers(seed, *, corrected=True):
    """Return what both engines say: results, or the message of their failure; and how many shapes were translated."""
    store, graph = graphs(seed)
    try:
        run = engines.validate(store, graph)
        mine, plans, missed = run.results, run.plans, run.missed
    except InputError as error:
        mine, plans, missed = str(error), [], ()
    try:
        plain = engines.plainly(store, graph, corrected=corrected)
    except InputError as error:
        plain = str(error)
    return mine, plain, [plan.reason for plan in plans], missed


def main(number, first=0):
    """Compare both engines on `number` seeds."""
    differ = results = translated = whole = failed = 0
    for seed in range(first, first + number):
        mine, plain, reasons, missed = answers(seed)
        if mine != plain or missed:
            differ += 1
            print(f"seed {seed}: the engines differ; missed {missed}")  # noqa: T201
        failed += isinstance(plain, str)
        results += 0 if isinstance(plain, str) else len(plain)
        whole += sum(map(bool, reasons))
        translated += sum(not reason for reason in reasons)
    print(  # noqa: T201
        f"{number} graphs, {results} results, {failed} failures, "
        f"{translated} shapes translated, {whole} not, {differ} differ"
    )
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
