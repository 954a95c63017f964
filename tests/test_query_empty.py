"""Why a query came back empty: the named patterns are empty together, and no part of them is."""

import random
from itertools import combinations

import pytest
from query_project import PREFIXES, published_engine, small_engine

from ukrgraph.query.catalogue import parse as stored
from ukrgraph.query.empty import Search, sensible_part, written
from ukrgraph.query.run import explain_empty, prepare, run
from ukrgraph.sparql.parse import parse

SMALL = small_engine()
PUBLISHED = published_engine()

TRUE = [
    "?s a ukg:Statement .",
    "?s ukg:speaker ?who .",
    "?s ukg:reportedIn ?doc .",
    "?who skos:prefLabel ?label .",
    "FILTER(LANG(?label) = 'en')",
    "?s ukg:speechAct ?act .",
    "OPTIONAL { ?s ukg:about ?topic }",
    "?s ukg:evidence ?span .",
    "BIND(STR(?label) AS ?text)",
]
EMPTY = [
    ["?s ukg:imposer ?imposer ."],
    ["?s ukg:speaker id:nobody-at-all ."],
    ["?s ukg:earliest ?day .", "FILTER(?day > '2030-01-01'^^xsd:date)"],
    ["?s ukg:speaker ?who .", "?who ukg:sanctionTarget ?target ."],
    ["?s ukg:stance ukc:stance-for .", "?s ukg:stance ukc:stance-against ."],
    ["?who a ukg:Country .", "?who a ukg:Person ."],
    ["?s ukg:reportedIn ?doc .", "?doc ukg:speaker ?x ."],
    ["{ ?s ukg:nothing ?x } UNION { ?s ukg:nowhere ?x }"],
    ["?s ukg:about ?t .", "MINUS { ?s ukg:about ?t }"],
    ["?s ukg:affirms ?position .", "FILTER NOT EXISTS { ?s ukg:affirms ?position }"],
]


def seeded(number):
    """Return a query with true patterns and a seeded empty set among them."""
    rng = random.Random(number)  # the same cases in every run
    patterns = rng.sample(TRUE, rng.randrange(3, 8))
    if "FILTER(LANG(?label) = 'en')" in patterns or "BIND(STR(?label) AS ?text)" in patterns:
        patterns.append("?who skos:prefLabel ?label .")
    seed = EMPTY[number % len(EMPTY)]
    patterns = [item for item in dict.fromkeys(patterns) if item not in seed]
    rng.shuffle(patterns)
    at = rng.randrange(len(patterns) + 1)
    patterns[at:at] = seed
    ends = [item for item in patterns if item.startswith(("FILTER", "BIND", "MINUS", "OPTIONAL"))]
    patterns = [item for item in patterns if item not in ends] + ends
    return PREFIXES + "SELECT * {\n  " + "\n  ".join(patterns) + "\n}"


def has(search, chosen, units):
    pattern = " ".join(written(item, search.parsed.text) for item in units if any(item is other for other in chosen))
    return search.ask(pattern)


@pytest.mark.parametrize("number", range(40))
def test_the_named_patterns_are_empty_and_no_part_of_them_is(number):
    text = seeded(number)
    parsed = parse(text)
    search = Search(parsed, PUBLISHED)
    assert parsed.query.where is not None
    units = list(parsed.query.where.elements)
    named = search.minimal(units, "{}")
    assert named
    assert not has(search, named, units)
    for size in range(1, len(named)):
        for part in combinations(named, size):
            if len(sensible_part(list(part), units)) == size:
                assert has(search, part, units), (text, part)


@pytest.mark.parametrize("number", range(40))
def test_leaving_out_ends_at_a_minimal_set_too(number):
    parsed = parse(seeded(number))
    search = Search(parsed, PUBLISHED)
    assert parsed.query.where is not None
    units = list(parsed.query.where.elements)
    named = search.reduced(units, "{}")
    assert not has(search, named, units)
    for unit in named:
        rest = sensible_part([other for other in named if other is not unit], units)
        assert not rest or has(search, rest, units)


def explained(body):
    query = stored(PREFIXES + body, "q", "q.rq")
    prepared = prepare(query, {}, SMALL)
    assert not list(run(prepared, SMALL))
    return [(item.line, item.message, *item.advice.splitlines()) for item in explain_empty(prepared, SMALL)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "SELECT ?s {\n ?s a ukg:Statement .\n ?s ukg:speaker id:anne-example .\n}",
            (
                9,
                "no rows: 1 of 2 patterns matches nothing",
                "?s ukg:speaker id:anne-example .",
                "    instead of id:anne-example the data has id:ann-example and 2 more",
            ),
        ),
        (
            "SELECT ?s {\n ?s ukg:earliest ?d ; ukg:speaker ?w .\n FILTER(?d > '2023-01-01'^^xsd:date)\n}",
            (
                8,
                "no rows: 2 of 3 patterns match nothing together",
                "?s ukg:earliest ?d .",
                "    FILTER(?d > '2023-01-01'^^xsd:date)",
                "    without the filter ?d runs from 2022-02-24 to 2022-03-01",
            ),
        ),
        (
            "SELECT ?s {\n ?s skos:prefLabel 'Atlantis' \n}",
            (
                8,
                "no rows: nothing matches",
                "?s skos:prefLabel 'Atlantis' .",
                "    instead of 'Atlantis' the data has \"Atlantis\"@en and 10 more",
            ),
        ),
        (
            "SELECT ?s {\n { SELECT ?s { ?s ukg:imposer id:ann-example } }\n}",
            (
                8,
                "no rows: nothing matches",
                "?s ukg:imposer id:ann-example .",
                "    instead of id:ann-example the data has id:atlantis",
            ),
        ),
        (
            "SELECT ?s {\n GRAPH ?g { ?s ukg:imposer ?x . ?s ukg:speaker ?y }\n}",
            (8, "no rows: 2 of 2 patterns match nothing together", "?s ukg:imposer ?x .", "    ?s ukg:speaker ?y ."),
        ),
        (
            "SELECT ?s { ?s ukg:speaker ?w } GROUP BY ?s HAVING(COUNT(?w) > 3)",
            (0, "no group passes HAVING (COUNT(?w) > 3)"),
        ),
        ("SELECT ?s { ?s ukg:speaker ?w } OFFSET 100", (0, "there are no more rows than OFFSET 100")),
        ("SELECT ?s { ?s ukg:speaker ?w } LIMIT 0", (0, "LIMIT 0 leaves no row")),
    ],
)
def test_an_empty_answer_is_explained(body, expected):
    assert explained(body) == [expected]


def test_each_branch_of_a_union_is_explained():
    found = explained("SELECT ?s { { ?s ukg:imposer id:harbour } UNION { ?s ukg:speaker id:harbour } }")
    assert [item[2] for item in found] == ["?s ukg:imposer id:harbour .", "?s ukg:speaker id:harbour ."]


def test_a_count_over_nothing_is_noticed():
    query = stored(PREFIXES + "SELECT (COUNT(?s) AS ?n) { ?s ukg:speaker id:harbour }", "q", "q.rq")
    assert prepare(query, {}, SMALL).counts_nothing(SMALL)
    query = stored(PREFIXES + "SELECT (COUNT(?s) AS ?n) { ?s ukg:speaker ?w }", "q", "q.rq")
    assert not prepare(query, {}, SMALL).counts_nothing(SMALL)
