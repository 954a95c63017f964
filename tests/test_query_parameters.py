"""Parameters and headers: what a value may be, which entity a name means, and what is said about the rest."""

import pyoxigraph as ox
import pytest
from query_project import small_engine

from ukrgraph.errors import InputError, UsageError
from ukrgraph.query.catalogue import parse as stored
from ukrgraph.query.parameters import Parameter, terms
from ukrgraph.query.run import Options, prepare, run

ANN = ox.NamedNode("https://w3id.org/ukrgraph/id/ann-example")
ENGINE = small_engine()


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("date", "2022-02-24", '"2022-02-24"^^<http://www.w3.org/2001/XMLSchema#date>'),
        ("year", "2022", '"2022"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("integer", "+007", '"7"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("decimal", "1.50", '"1.5"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("decimal", "-0.0", '"0"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("decimal", "100", '"100"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("language", "uk-Latn", '"uk-latn"'),
        ("string", 'a"b\\', '"a\\"b\\\\"'),
    ],
)
def test_a_value_becomes_a_term_in_canonical_form(kind, value, expected):
    found, _ = terms((Parameter("x", kind),), {"x": value}, lambda *_: ANN)
    assert str(found["x"]) == expected


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("date", "2022-2-24"),
        ("date", "2022-02-30"),
        ("date", "24.02.2022"),
        ("date", "２０２２-02-24"),
        ("date", ""),
        ("year", "22"),
        ("year", "20222"),
        ("integer", "1.0"),
        ("integer", "9" * 19),
        ("integer", "١"),
        ("decimal", "1e5"),
        ("decimal", "."),
        ("decimal", "NaN"),
        ("language", "укр"),
        ("language", "uk_UA"),
        ("limit", "-1"),
        ("limit", "ten"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_by_the_name_of_its_parameter(kind, value):
    with pytest.raises(UsageError, match=r"^x: expected .*, got "):
        terms((Parameter("x", kind),), {"x": value}, lambda *_: ANN)


@pytest.mark.parametrize(
    ("parameter", "values", "message"),
    [
        (Parameter("x", "enum", values=("a", "b")), {"x": "c"}, "x: expected one of a, b, got 'c'"),
        (Parameter("x", "string", pattern="[a-z]+"), {"x": "A"}, "x: expected a text that matches [a-z]+, got 'A'"),
        (
            Parameter("x", "date", required=True, label="first day"),
            {},
            "x: expected a date (YYYY-MM-DD), got nothing; add -p x=... (first day)",
        ),
        (Parameter("event", "string"), {"evnt": "x"}, "evnt: the query has no such parameter; did you mean 'event'?"),
        (Parameter("event", "string"), {"zzz": "x"}, "zzz: the query has no such parameter; there are: event"),
    ],
)
def test_a_wrong_call_is_told_what_is_allowed(parameter, values, message):
    with pytest.raises(UsageError) as caught:
        terms((parameter,), values, lambda *_: ANN)
    assert str(caught.value) == message


WHO = "#+ params: {who: {type: entity, class: Actor, required: true}}\nSELECT ?s { ?s ukg:speaker ?who } ORDER BY ?s"


@pytest.mark.parametrize(
    "name",
    [
        "ann-example",
        "id:ann-example",
        "https://w3id.org/ukrgraph/id/ann-example",
        "<https://w3id.org/ukrgraph/id/ann-example>",
        "Ann Example",
        "Анна Приклад",
        "анна приклад",
        "ANN EXAMPLE",
        "The Minister",
        " the minister ",
    ],
)
def test_an_entity_is_found_by_iri_curie_id_label_or_alias_in_any_language(name):
    prepared = prepare(stored(WHO, "q", "q.rq"), {"who": name}, ENGINE)
    assert str(prepared.bound["who"]) == str(ANN)
    assert [row[0].value[-2:] for row in run(prepared, ENGINE)] == ["a1", "a3"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Example", "who: 'Example' names 2 entities: Example (ann-example), Example (bob-example); give the id"),
        ("Harbour", "got 'Harbour'"),
        ("id:harbour", "got 'id:harbour'; it is ukg:Place"),
        ("id:nobody", "got 'id:nobody'; the graph says nothing of it"),
        ("Atlants", "got 'Atlants'; did you mean 'Atlantis' (atlantis)?"),
        ("http://e/ x", "got 'http://e/ x'; it is not a valid IRI"),
    ],
)
def test_a_name_that_means_nothing_or_too_much_is_told(name, message):
    with pytest.raises(UsageError) as caught:
        prepare(stored(WHO, "q", "q.rq"), {"who": name}, ENGINE)
    assert message in str(caught.value)


def test_an_optional_parameter_without_value_leaves_the_query_open():
    text = WHO.replace("required: true", "required: false")
    assert len(list(run(prepare(stored(text, "q", "q.rq"), {}, ENGINE), ENGINE))) == 4


def test_a_parameter_of_the_type_limit_bounds_the_rows():
    text = "#+ params: {most: {type: limit, default: 2}}\nSELECT ?s { ?s a ukg:Statement } ORDER BY ?s"
    query = stored(text, "q", "q.rq")
    assert len(list(run(prepare(query, {}, ENGINE), ENGINE))) == 2
    assert len(list(run(prepare(query, {"most": "3"}, ENGINE), ENGINE))) == 3
    assert len(list(run(prepare(query, {"most": "3"}, ENGINE, options=Options(limit=1)), ENGINE))) == 1


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("#+ summary: a: b", "q.rq:1:14: the header is not YAML"),
        ("#+ params: {x: {type: dat}}", "q.rq:1:23: no parameter type 'dat'; there are: entity, date"),
        ("#+ params: {x: {typ: date}}", "the parameter 'x' has no key 'typ'"),
        ("#+ summary: a\n#+ summary: b", "q.rq:2:4: the key 'summary' stands twice"),
        ("#+ view: pie", "no view 'pie'"),
        ("#+ examples:\n#+   - {params: {x: 1}}", "q.rq:2:8: an example says 'rows' (a number) or 'result' (the rows)"),
        ("#+ examples:\n#+   - {rows: many}", "expected a number of rows, got 'many'"),
        ("#+ - a\n#+ - b", "expected 'key: value' pairs"),
    ],
)
def test_a_wrong_header_is_told_with_its_place(header, message):
    with pytest.raises(InputError) as caught:
        stored(header + "\nSELECT ?s { ?s ?p ?o }", "q", "q.rq")
    assert message in str(caught.value)


def test_values_of_a_header_stay_text():
    query = stored(
        "#+ params:\n#+   from: {type: date, default: 2022-02-24}\n#+   on: {type: enum, values: [yes, no]}\nASK {}",
        "q",
        "q",
    )
    assert [(item.name, item.default, item.values) for item in query.header.params] == [
        ("from", "2022-02-24", ()),
        ("on", None, ("yes", "no")),
    ]


def test_the_header_of_grlc_is_understood():
    text = """#+ summary: Statements
#+ tags:
#+   - one
#+ endpoint: http://e/
#+ defaults:
#+   - who: ann
#+ enumerate:
#+   - stance:
#+     - for
#+     - against
SELECT ?s { ?s ?who ?stance }"""
    header = stored(text, "q", "q.rq").header
    assert header.tags == ("one",)
    assert [(item.name, item.default, item.values) for item in header.params] == [
        ("who", "ann", ()),
        ("stance", None, ("for", "against")),
    ]
    assert header.others["endpoint"] == "http://e/"
