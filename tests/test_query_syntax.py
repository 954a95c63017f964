"""Tokens, the shape of queries, and what is said about a text that is not SPARQL."""

import random

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from query_project import PREFIXES, SHARED, small_engine

from ukrgraph.errors import InputError, UsageError
from ukrgraph.query.catalogue import parse as stored
from ukrgraph.query.run import Options, prepare
from ukrgraph.sparql.parse import SyntaxProblem, parse
from ukrgraph.sparql.tokens import tokenise
from ukrgraph.sparql.tree import Triple, elements

RDF = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#"
SUITE = SHARED / "w3c/sparql11"
QUERIES = sorted(SUITE.glob("*/*.rq"))


@given(st.text())
def test_tokens_joined_are_the_text(text):
    assert "".join(token.text for token in tokenise(text)) == text


def test_tokens_joined_are_the_text_for_random_pieces_of_sparql():
    rng = random.Random(11)  # the same cases in every run
    pieces = [
        "SELECT",
        " ",
        "?a",
        "<http://e/x>",
        '"',
        "'",
        "\\",
        "#",
        "\n",
        "{",
        "}",
        "ukg:a",
        "@en",
        "^^",
        "1.5",
        "'''",
    ]
    for _ in range(2000):
        text = "".join(rng.choice(pieces) for _ in range(rng.randrange(30)))
        assert "".join(token.text for token in tokenise(text)) == text


@pytest.mark.skipif(not QUERIES, reason="the W3C test suites are not here (../shared/w3c)")
def test_every_query_of_the_w3c_suite_that_the_engine_accepts_can_be_read():
    unread = []
    for file in QUERIES:
        text = file.read_text(encoding="utf-8")
        try:
            ox.Store().query(text, base_iri="http://example.org/")
        except SyntaxError:
            continue
        except RuntimeError:
            pass
        try:
            parse(text)
        except SyntaxProblem as problem:
            unread.append((file.name, str(problem)))
    assert len(QUERIES) > 300
    assert unread == []


def test_abbreviations_are_written_out_as_triple_patterns():
    text = (
        PREFIXES + "SELECT * { ?s a ukg:Statement ; ukg:about id:a , id:b ; . [ ukg:place ?p ] ukg:note ( 1 'x'@en ) }"
    )
    where = parse(text).query.where
    assert where is not None
    assert [item.text for item in elements(where) if isinstance(item, Triple)] == [
        "?s a ukg:Statement .",
        "?s ukg:about id:a .",
        "?s ukg:about id:b .",
        "?blank_node_1 ukg:place ?p .",
        "?blank_node_2 <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> 1 .",
        "?blank_node_2 <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> ?blank_node_3 .",
        "?blank_node_3 <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> 'x'@en .",
        f"?blank_node_3 {RDF}rest> {RDF}nil> .",
        "?blank_node_1 ukg:note ?blank_node_2 .",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "SELECT ?s {\n  ?s ukg:speaker ?x ukg:about ?y\n}",
            """q.rq:2:21: expected ';', ',' or '.' after the object, got 'ukg:about'
      ?s ukg:speaker ?x ukg:about ?y
                        ^^^^^^^^^""",
        ),
        ("SELECT ?s { ?s ?p ?o", "q.rq:1:21: expected '}' for the '{' in line 1, got the end of the query\n"),
        ("SELECT ?s WHERE ?s ?p ?o }", "q.rq:1:17: expected '{', got '?s'\n"),
        ("SELEC ?s { ?s ?p ?o }", "q.rq:1:1: expected SELECT, ASK, CONSTRUCT or DESCRIBE, got 'SELEC'\n"),
        ("SELECT ?s { ?s nope:x ?o }", "q.rq:1:16: the prefix 'nope:' is not declared; add PREFIX nope: <...>\n"),
        ("SELECT ?s { ?s ?p\u00a0?o }", "U+00A0 NO-BREAK SPACE is no space in SPARQL"),
        ("SELECT ?s { ?s ?p \u201cx\u201d }", "U+201C LEFT DOUBLE QUOTATION MARK is no quotation mark in SPARQL"),
        ("SELECT ?s { ?s ?p ?o \u200b}", "U+200B ZERO WIDTH SPACE is invisible"),
        ("", "q.rq:1:1: expected SELECT, ASK, CONSTRUCT or DESCRIBE, got the end of the query\n"),
        ("SELECT (?x AS ?s) (?y AS ?s) { ?x ?p ?y }", "q.rq:"),
    ],
)
def test_a_syntax_error_tells_place_and_what_was_expected(text, message):
    with pytest.raises(InputError) as caught:
        prepare(stored(text, "q", "q.rq"), {}, small_engine())
    assert message in str(caught.value)
    assert "\n    " in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <http://e/a> <http://e/b> 1 }",
        "PREFIX x: <http://e/> DELETE WHERE { ?s ?p ?o }",
        "LOAD <http://e/data.ttl>",
        "# a comment\nCLEAR ALL",
        "WITH <http://e/g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "insert data { }",
    ],
)
def test_updates_are_refused(text):
    with pytest.raises(UsageError, match="queries only read"):
        prepare(stored(text, "q", "q.rq"), {}, small_engine())


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { service silent <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "PREFIX e: <http://127.0.0.1:9/> SELECT * { ?s ?p ?o OPTIONAL { SERVICE e:x { ?s ?q ?r } } }",
        "SELECT * { ?s ?p ?e SERVICE ?e { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } } }",
    ],
)
def test_other_endpoints_are_not_asked(text):
    with pytest.raises(UsageError, match="other endpoints are not asked"):
        prepare(stored(text, "q", "q.rq"), {}, small_engine())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT * " + "{" * 3000 + "?s ?p ?o" + "}" * 3000, "expected at most 4000 tokens outside VALUES, got 6005"),
        ("SELECT * { ?s ?p ?o FILTER(" + "(" * 300 + "1" + ")" * 300 + ") }", "nested at most 200 deep, got 302"),
        ("SELECT * {" + "?s ?p ?o . " * 2000 + "}", "expected at most 4000 tokens outside VALUES, got 8004"),
        ("SELECT * { ?s ?p ?o FILTER(" + "!" * 20000 + "true) }", "expected at most 4000 tokens"),
    ],
    ids=["groups", "brackets", "patterns", "signs"],
)
def test_a_query_that_would_end_the_process_is_refused(text, message):
    with pytest.raises(UsageError, match=message):
        prepare(stored(text, "q", "q.rq"), {}, small_engine())


def test_a_long_list_in_values_is_fine():
    listed = " ".join(f"<http://e/{number}>" for number in range(20000))
    prepared = prepare(stored(f"SELECT ?s {{ VALUES ?s {{ {listed} }} ?s ?p ?o }}", "q", "q.rq"), {}, small_engine())
    assert prepared.findings == ()


def test_a_text_that_is_no_unicode_is_refused():
    with pytest.raises(InputError, match="expected UTF-8, got another byte at character 20"):
        stored("SELECT ?s { ?s ?p '\udcff' }", "q", "q.rq")


def test_the_word_service_in_names_strings_and_comments_is_no_call():
    text = "PREFIX x: <http://e/> # SERVICE\nSELECT ?service { ?service x:SERVICE 'SERVICE <http://e/>' }"
    assert prepare(stored(text, "q", "q.rq"), {}, small_engine()).text == text


def test_an_allowed_service_passes():
    text = "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"
    options = Options(services=frozenset({"http://127.0.0.1:9/"}))
    assert prepare(stored(text, "q", "q.rq"), {}, small_engine(), options=options).text == text
