"""What is found before a query runs: unknown terms with the right suggestion, and nothing where nothing is wrong."""

import random
import re
import string

import pytest
from query_project import PREFIXES, ROOT, published_engine, small_engine

from ukrgraph.finding import Severity
from ukrgraph.query.catalogue import all_queries
from ukrgraph.query.catalogue import parse as stored
from ukrgraph.query.known import Known
from ukrgraph.query.lint import lint
from ukrgraph.query.run import prepare
from ukrgraph.terms import CLASSES, PROPERTIES

SMALL = small_engine()
PUBLISHED = published_engine()
IDS = [name for name in Known(PUBLISHED).members("https://w3id.org/ukrgraph/id/") if name]
TEMPLATES = {
    "class": "SELECT ?s {{ ?s a ukg:{} }}",
    "property": "SELECT ?s {{ ?s ukg:{} ?o }}",
    "individual": "SELECT ?s {{ ?s ?p id:{} }}",
}
NAMES = {"class": sorted(CLASSES), "property": sorted(PROPERTIES), "individual": IDS}


def findings(text, engine=SMALL):
    """Return rule, place and advice of the warnings on a query."""
    return [
        (item.rule, item.line, item.column, item.message, item.advice)
        for item in prepare(stored(text, "q", "q.rq"), {}, engine).findings
        if item.severity >= Severity.WARNING
    ]


def edited(rng, name):
    """Return a name with one letter inserted, deleted, replaced or swapped with the next."""
    at, letter = rng.randrange(len(name)), rng.choice(string.ascii_lowercase)
    return rng.choice(
        [
            name[:at] + letter + name[at:],
            name[:at] + name[at + 1 :],
            name[:at] + letter + name[at + 1 :],
            name[:at] + name[at + 1 : at + 2] + name[at : at + 1] + name[at + 2 :],
        ]
    )


def misspelt(rng, name, how):
    """Return a name that is none of ours, made from `name`."""
    known = CLASSES | PROPERTIES | set(IDS)
    while True:
        match how:
            case "one":
                made = edited(rng, name)
            case "two":
                made = edited(rng, edited(rng, name))
            case "case":
                made = rng.choice([name.lower(), name.upper(), name[0].swapcase() + name[1:]])
            case _:
                made = f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"
        if made not in known and re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]", made):
            return made


def test_of_300_misspelt_names_at_least_95_percent_get_the_right_name_first():
    rng = random.Random(4)  # the same cases in every run
    wrong = []
    for number in range(300):
        kind = ("class", "property", "individual")[number % 3]
        how = ("one", "two", "case", "plural")[number // 3 % 4]
        name = rng.choice(NAMES[kind])
        typo = misspelt(rng, name, how)
        found = [item for item in findings(TEMPLATES[kind].format(typo), PUBLISHED) if item[0] == "unknown-term"]
        assert len(found) == 1
        prefix = "id" if kind == "individual" else "ukg"
        if not re.match(rf"did you mean {prefix}:{re.escape(name)}(?: or |\?)", found[0][4]):
            wrong.append((name, typo, found[0][4]))
    assert len(wrong) <= 15, wrong


@pytest.mark.parametrize(
    "body",
    [
        "SELECT ?s { ?s ukg:speakr ?o }",
        "SELECT ?s { ?s ukg:speaker/ukg:speakr ?o }",
        "SELECT ?s { ?s ^ukg:speakr|ukg:about ?o }",
        "SELECT ?s { ?s !(ukg:about|ukg:speakr) ?o }",
        "SELECT ?s { ?s ukg:speakr+ ?o }",
        "SELECT ?s { ?s ?p ?o FILTER(?p = ukg:speakr) }",
        "SELECT ?s { ?s ?p ?o FILTER(?p IN (ukg:about, ukg:speakr)) }",
        "SELECT ?s { VALUES ?p { ukg:about ukg:speakr } ?s ?p ?o }",
        "SELECT ?s { ?s ?p ?o FILTER NOT EXISTS { ?s ukg:speakr ?o } }",
        "SELECT ?s { ?s ?p ?o OPTIONAL { ?s ukg:speakr ?x } }",
        "SELECT ?s { { SELECT ?s { ?s ukg:speakr ?x } } }",
        "SELECT ?s { GRAPH ?g { ?s ukg:speakr ?x } }",
        "SELECT ?s { ?s ?p ?o MINUS { ?s ukg:speakr ?x } }",
        "SELECT ?s { ?s ?p ?o BIND(ukg:speakr AS ?x) }",
        "SELECT ?s { [] ukg:speakr ?s }",
        "CONSTRUCT { ?s ukg:speakr ?o } WHERE { ?s ukg:speaker ?o }",
        "DESCRIBE ukg:speakr",
        "SELECT ?s { ?s <https://w3id.org/ukrgraph/ontology#speakr> ?o }",
        "SELECT (COUNT(?s) AS ?n) { ?s ?p ?o } GROUP BY ?s HAVING(MIN(?p) = ukg:speakr)",
        "SELECT ?s { ?s ?p ?o } ORDER BY (?p = ukg:speakr)",
        "SELECT ?s { ?s ?p ?o } VALUES ?p { ukg:speakr }",
    ],
)
def test_an_unknown_term_is_found_anywhere_in_a_query(body):
    found = [item for item in findings(PREFIXES + body) if item[0] == "unknown-term"]
    assert [item[4].partition(" or ")[0].rstrip("?") for item in found] == ["did you mean ukg:speaker"]
    assert found[0][1] == 7


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("SELECT ?s { ?s ukg:prefLabel ?o }", ("there is no property ukg:prefLabel", "did you mean skos:prefLabel")),
        ("SELECT ?s { ?s skos:preflabel ?o }", ("there is no property skos:preflabel", "did you mean skos:prefLabel")),
        ("SELECT ?s { ?s a ukg:Stаtement }", ("there is no class ukg:Stаtement", "did you mean ukg:Statement")),
        (
            "SELECT ?s { ?s ukg:stance ukc:stance-agianst }",
            ("there is no term ukc:stance-agianst", "did you mean ukc:stance-against"),
        ),
        ("SELECT ?s { ?s ukg:speaker id:ann }", ("there is no term id:ann", "did you mean id:ann-example")),
        ("SELECT ?s { ?s ukg:earliest '2022'^^xsd:dat }", ("there is no term xsd:dat", "did you mean xsd:date")),
        (
            "SELECT ?s { ?s a statement:a1 ; ?p statement:a9 }",
            ("there is no term statement:a9", "did you mean statement:a1"),
        ),
    ],
)
def test_an_unknown_term_gets_the_nearest_name(body, expected):
    found = [item for item in findings(PREFIXES + body) if item[0] == "unknown-term"]
    assert (found[0][3], re.split(r" or |\?", found[0][4])[0]) == expected


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("SELECT ?whoo { ?s ukg:speaker ?who }", "?whoo is projected but never bound"),
        ("SELECT ?s { ?s ukg:speaker ?who FILTER(?whoo = ?s) }", "?whoo is read but never bound"),
        ("SELECT ?s { ?s ukg:speaker ?who } ORDER BY ?whoo", "?whoo is read but never bound"),
        ("SELECT ?s { ?s ukg:speaker ?who BIND(STR(?whoo) AS ?t) }", "?whoo is read but never bound"),
        ("SELECT ?s { ?s ukg:speaker ?who } GROUP BY ?s HAVING(COUNT(?whoo) > 1)", "?whoo is read but never bound"),
        ("SELECT ?s ?whoo { { SELECT ?s { ?s ukg:speaker ?whoo, ?who } } }", "?whoo is projected but never bound"),
    ],
)
def test_a_variable_that_nothing_binds_is_found(body, name):
    assert [item[3] for item in findings(PREFIXES + body)] == [name]


@pytest.mark.parametrize(
    "body",
    [
        "SELECT ?s ?n { ?s ukg:speaker ?who BIND(1 AS ?n) }",
        "SELECT (COUNT(?s) AS ?n) ?who { ?s ukg:speaker ?who } GROUP BY ?who ORDER BY DESC(?n)",
        "SELECT ?y { ?s ukg:earliest ?d } GROUP BY (YEAR(?d) AS ?y)",
        "SELECT ?s ?v { ?s ?p ?o } VALUES ?v { 1 }",
        "SELECT * { { SELECT * { ?s ukg:speaker ?who } } FILTER(?who != ?s) }",
        "SELECT ?s { ?s ukg:speaker ?w FILTER EXISTS { ?s ukg:about ?x FILTER(?x != ?w) } }",
        "SELECT ?g { GRAPH ?g { ?s ukg:speaker ?w } }",
        "SELECT ?o { ?s ukg:speaker [ skos:prefLabel ?o ] }",
    ],
)
def test_a_bound_variable_is_no_finding(body):
    assert findings(PREFIXES + body) == []


def test_a_class_that_never_goes_with_a_property_is_found():
    found = findings(PREFIXES + "SELECT ?s { ?s a ukg:Statement ; ukg:imposer ?x }")
    assert [(item[0], item[3], item[4]) for item in found] == [
        ("unrelated-property", "no ukg:Statement has ukg:imposer", "ukg:imposer is used with ukg:Sanction")
    ]


def test_a_class_without_instances_is_found_with_the_classes_below_it():
    found = findings(PREFIXES + "SELECT ?s { ?s a ukg:Actor }")
    assert [(item[0], item[3], item[4]) for item in found] == [
        (
            "unused-class",
            "nothing is typed as ukg:Actor",
            "things are typed by the classes below it (ukg:Country, ukg:Person): write a/rdfs:subClassOf*",
        )
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT ?s { ?s ?p 'Kyiv\u200b' }", "U+200B ZERO WIDTH SPACE is invisible"),
        ("SELECT ?s { ?s ?p 'Kуiv' }", "the word 'Kуiv' mixes alphabets: U+0443 CYRILLIC SMALL LETTER U"),
        ("SELECT ?s { ?s ?p 'Київ' }", None),
        ("SELECT ?s { ?s ?p 'Kyiv, Київ' } # Kуiv", None),
    ],
)
def test_odd_characters_in_strings_are_named(text, message):
    assert [item[3] for item in findings(text)] == ([message] if message else [])


def test_no_shipped_query_has_a_warning():
    queries = all_queries(ROOT)
    known = Known(PUBLISHED)
    assert len(queries) >= 40
    assert [finding for query in queries for finding in lint(query, known)] == []


FOREIGN = """dbo: <http://dbpedia.org/ontology/>|?s dbo:birthPlace ?o ; a dbo:Person
wdt: <http://www.wikidata.org/prop/direct/>|?s wdt:P31 ?o ; wdt:P279 ?c
up: <http://purl.uniprot.org/core/>|?s a up:Protein ; up:organism ?o
schema: <https://schema.org/>|?s a schema:Person ; schema:birthDate ?o
schema: <http://schema.org/>|?s a schema:NewsArticle ; schema:headline ?o
geo: <http://www.opengis.net/ont/geosparql#>|?s geo:hasGeometry ?g . ?g geo:asWKT ?o
time: <http://www.w3.org/2006/time#>|?s time:hasBeginning ?o
qb: <http://purl.org/linked-data/cube#>|?s a qb:Observation ; qb:dataSet ?o
dcat: <http://www.w3.org/ns/dcat#>|?s a dcat:Dataset ; dcat:distribution ?o
void: <http://rdfs.org/ns/void#>|?s a void:Dataset ; void:triples ?o
foaf: <http://xmlns.com/foaf/0.1/>|?s a foaf:Person ; foaf:knows ?o ; foaf:name ?n
dc: <http://purl.org/dc/elements/1.1/>|?s dc:title ?o ; dc:creator ?c
dcterms: <http://purl.org/dc/terms/>|?s dcterms:creator ?o ; dcterms:isPartOf ?p
skos: <http://www.w3.org/2004/02/skos/core#>|?s skos:broader ?o ; skos:exactMatch ?m
prov: <http://www.w3.org/ns/prov#>|?s prov:wasDerivedFrom ?o ; prov:wasAttributedTo ?a
oa: <http://www.w3.org/ns/oa#>|?s a oa:Annotation ; oa:hasBody ?o ; oa:hasTarget ?t
org: <http://www.w3.org/ns/org#>|?s org:memberOf ?o ; a org:Membership
owl: <http://www.w3.org/2002/07/owl#>|?s owl:sameAs ?o ; a owl:NamedIndividual
rdfs: <http://www.w3.org/2000/01/rdf-schema#>|?s rdfs:label ?o ; rdfs:isDefinedBy ?d
rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>|?s rdf:first ?o ; rdf:_12 ?x
sh: <http://www.w3.org/ns/shacl#>|?s a sh:NodeShape ; sh:targetClass ?o
nif: <http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#>|?s nif:anchorOf ?o
sioc: <http://rdfs.org/sioc/ns#>|?s sioc:has_creator ?o
vcard: <http://www.w3.org/2006/vcard/ns#>|?s vcard:hasAddress ?o
lexvo: <http://lexvo.org/ontology#>|?s lexvo:iso639P1Code ?o"""


@pytest.mark.parametrize("form", ["SELECT ?s ?o {{ {} }}", "SELECT (COUNT(?o) AS ?n) {{ ?s ?p ?q OPTIONAL {{ {} }} }}"])
@pytest.mark.parametrize("line", FOREIGN.splitlines(), ids=lambda line: line.partition(":")[0])
def test_valid_queries_over_other_vocabularies_have_no_warning(form, line):
    declared, _, pattern = line.partition("|")
    assert findings(f"PREFIX {declared}\n{form.format(pattern)}") == []
