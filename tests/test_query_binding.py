"""Parameters: where they are bound, and that no value can be anything but a value."""

import random

import pyoxigraph as ox
import pytest
from query_project import PREFIXES, small_engine

from ukrgraph.errors import InputError, UsageError
from ukrgraph.query.binding import bind, limited
from ukrgraph.query.catalogue import parse as stored
from ukrgraph.query.run import Options, prepare, run
from ukrgraph.sparql.tokens import significant, tokenise

ANN = ox.NamedNode("https://w3id.org/ukrgraph/id/ann-example")
ENGINE = small_engine()


def answer(body, **values):
    """Return the first column of a query with ?who bound to Ann, as ids."""
    text = bind(PREFIXES + body, {"who": ANN, **values})
    return [row[0].value.rpartition("/")[2] for row in ENGINE.answer(text)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("SELECT ?s { ?s ukg:speaker ?who } ORDER BY ?s", ["a1", "a3"]),
        ("SELECT ?s { ?s ukg:speaker ?x FILTER(?x = ?who) } ORDER BY ?s", ["a1", "a3"]),
        ("SELECT ?s { { SELECT ?s { ?s ukg:speaker ?who } } } ORDER BY ?s", ["a1", "a3"]),
        ("SELECT ?s { { SELECT ?s ?who { ?s ukg:speaker ?who } } ?s ukg:about ?a } ORDER BY ?s", ["a1", "a3"]),
        ("SELECT ?s { ?s ukg:about ?a FILTER NOT EXISTS { ?s ukg:speaker ?who } }", ["a2"]),
        ("SELECT ?s { ?s ukg:about ?a MINUS { ?s ukg:speaker ?who } }", ["a2"]),
        ("SELECT ?s { ?s ukg:about ?a FILTER EXISTS { ?s ukg:speaker ?who } } ORDER BY ?s", ["a1", "a3"]),
        ("SELECT ?s { { ?s ukg:speaker ?who } UNION { ?s ukg:imposer ?who } } ORDER BY ?s", ["a1", "a3"]),
        ("SELECT ?who { ?s ukg:speaker ?who }", ["ann-example", "ann-example"]),
        ("SELECT DISTINCT ?who (COUNT(?s) AS ?n) { ?s ukg:speaker ?who } GROUP BY ?who", ["ann-example"]),
        ("SELECT ?s { ?s ukg:speaker $who } ORDER BY ?who ?s", ["a1", "a3"]),
        ("SELECT ?s { GRAPH ?g { ?s ukg:speaker ?who } } ORDER BY ?s", ["a1", "a3"]),
        ("SELECT ?s { BIND(?who AS ?x) ?s ukg:speaker ?x } ORDER BY ?s", ["a1", "a3"]),
        ("SELECT ?s { ?s ukg:speaker ?x FILTER(!BOUND(?who) || ?x = ?who) } ORDER BY ?s", ["a1", "a3"]),
        ("SELECT ?s { ?s ukg:speaker ?x } GROUP BY ?s ?x HAVING(?x = ?who) ORDER BY ?s", ["a1", "a3"]),
        ("SELECT ?s { ?s ukg:speaker ?x FILTER(?x IN (id:nobody, ?who)) } ORDER BY ?s", ["a1", "a3"]),
    ],
)
def test_a_parameter_is_bound_wherever_it_stands(body, expected):
    assert answer(body) == expected


def test_the_engine_alone_does_not_bind_inside_a_sub_select():
    text = PREFIXES + "SELECT ?s ?who { { SELECT ?s { ?s ukg:speaker ?who } } }"
    alone = ENGINE.store.query(text, use_default_graph_as_union=True, substitutions={ox.Variable("who"): ANN})
    assert len(list(alone)) == 4


def test_names_in_strings_comments_and_iris_are_left_alone():
    text = 'SELECT ?whole { # ?who\n ?whole <http://e/?who> \'?who\', """?who""" }'
    assert bind(text, {"who": ANN}) == text


@pytest.mark.parametrize(
    "body",
    [
        "SELECT (COUNT(?s) AS ?who) { ?s ukg:speaker ?x }",
        "SELECT ?s { ?s ukg:speaker ?x BIND(?x AS ?who) }",
        "SELECT ?s { VALUES ?who { id:ann-example } ?s ukg:speaker ?who }",
        "SELECT ?s { { SELECT (MIN(?x) AS ?who) { ?s ukg:speaker ?x } } }",
        "SELECT ?s { ?s ukg:speaker ?who } VALUES ?who { id:ann-example }",
    ],
)
def test_a_query_that_gives_its_parameter_a_value_is_refused(body):
    with pytest.raises(InputError, match=r"gives \?who a value, but it is a parameter"):
        bind(PREFIXES + body, {"who": ANN})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT ?s { ?s ?p ?o }", "SELECT ?s { ?s ?p ?o }\nLIMIT 5\n"),
        ("SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 9 # end", "SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 5 # end"),
        ("SELECT ?s { ?s ?p ?o } LIMIT 2", "SELECT ?s { ?s ?p ?o } LIMIT 2"),
        ("ASK { ?s ?p ?o }", "ASK { ?s ?p ?o }"),
        ("SELECT ?s { ?s ?p ?o } VALUES ?p { 1 }", "SELECT ?s { ?s ?p ?o }\nLIMIT 5\nVALUES ?p { 1 }"),
        (
            "SELECT ?s { { SELECT ?s { ?s ?p ?o } LIMIT 1 } }",
            "SELECT ?s { { SELECT ?s { ?s ?p ?o } LIMIT 1 } }\nLIMIT 5\n",
        ),
    ],
)
def test_a_limit_is_lowered_or_added(text, expected):
    assert limited(text, 5) == expected


ODD = [
    '"',
    "'",
    '"""',
    "'''",
    "\\",
    "\\\\",
    ">",
    "<",
    "}",
    "{",
    ")",
    "#",
    "# x\n",
    "\n",
    "\r\n",
    "\t",
    "\u00a0",
    "\u202e",
    "\u200f",
    "\u200b",
    "\ufeff",
    "?x",
    "$x",
    "@en",
    "^^",
    "; DROP ALL",
    "} INSERT DATA { <a:b> <a:b> 1 } #",
    " . ?a ?b ?c",
    "\u0000",
    "\u0007",
    "\U0001f600",
    "і́",
    "UNION",
    "SERVICE <http://e/>",
    "http://e/a b",
    "<http://e/>",
    "http://e/{x}",
    "http://e/%zz",
    "id:",
    "id:x y",
    "-- ",
    "/*",
    "*/",
    "%s",
    "{0}",
    "${a}",
    "&quot;",
    "\\u0022",
    "\\U00000022",
    "' OR '1'='1",
    "1e9999",
    "-0",
    "0x10",
    "2022-02-30",
    "٣",
    "²",
]

QUERY = (
    PREFIXES
    + """SELECT ?s ?value ?d WHERE {
    ?s ukg:paraphrase ?p ; ukg:earliest ?d .
    FILTER(STR(?p) != ?value || CONTAINS(STR(?p), STR(?value)))
    { SELECT ?s { ?s a ukg:Statement FILTER NOT EXISTS { ?s ukg:note ?value } } }
} ORDER BY ?s ?value"""
)


def shape(text):
    """Return the tokens of a query without what a term can be made of."""
    return [
        token.text if token.kind not in {"string", "iri", "language"} else token.kind
        for token in significant(tokenise(text))
    ]


def hostile(rng):
    return "".join(rng.choice(ODD) for _ in range(rng.randrange(1, 6)))


def attempt(query, value):
    """Return the query with a value, or None if it was refused by the name of its parameter."""
    try:
        return prepare(query, {"value": value}, ENGINE, options=Options(check=False))
    except UsageError as error:
        if not str(error).startswith("value: "):
            raise
        return None


GOOD = {
    "string": "x",
    "date": "2022-02-24",
    "year": "2022",
    "integer": "1",
    "decimal": "1.5",
    "language": "uk",
    "enum": "a",
    "entity": "ann-example",
    "limit": "3",
}
KINDS = tuple(GOOD)


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_values_never_change_the_shape_of_a_query(kind):
    rng = random.Random(2022 + KINDS.index(kind))  # the same cases in every run
    header = f"#+ params: {{value: {{type: {kind}, values: [a], required: true}}}}\n" if kind == "enum" else ""
    header = header or f"#+ params: {{value: {{type: {kind}, required: true}}}}\n"
    query = stored(header + QUERY, "q", "q.rq")
    wanted = shape(prepare(query, {"value": GOOD[kind]}, ENGINE, options=Options(check=False)).text)
    refused = 0
    for _ in range(1000 if kind == "string" else 130):
        value = hostile(rng)
        prepared = attempt(query, value)
        if prepared is None:
            refused += 1
            continue
        assert shape(prepared.text) == wanted
        if kind == "string":
            assert all(row[1] == ox.Literal(value) for row in run(prepared, ENGINE))
    assert refused == 0 if kind == "string" else refused >= 120


def test_a_bound_text_comes_back_as_it_was_given():
    query = stored("#+ params: {value: {type: string}}\nSELECT ?value { }", "q", "q.rq")
    rng = random.Random(7)  # the same cases in every run
    for value in [*ODD, *(hostile(rng) for _ in range(300))]:
        (row,) = run(prepare(query, {"value": value}, ENGINE), ENGINE)
        assert row[0] == ox.Literal(value)
