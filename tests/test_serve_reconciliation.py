"""Reconciliation: the answers are those of the protocol, in both versions, and say why a candidate has its score.

The published JSON schemas are not in this repository. Where UKRGRAPH_RECONCILIATION_SPECS names a checkout of
reconciliation-api/specs on GitHub, all answers are validated against them.
"""

import json
import os
import re
from pathlib import Path

import pytest
from in_process import ROOT, Client, service

from ukrgraph.engine import Literal, NamedNode, Store
from ukrgraph.errors import UsageError
from ukrgraph.iri import DEFAULT_BASE
from ukrgraph.reconciliation import answers, questions
from ukrgraph.reconciliation.directory import Directory
from ukrgraph.reconciliation.matching import candidates
from ukrgraph.reconciliation.questions import Condition, Question, TooManyError, Value
from ukrgraph.terms import RDF, SKOS, UKG
from ukrgraph.wikidata import links

ox = pytest.importorskip("pyoxigraph")

SPECS = os.environ.get("UKRGRAPH_RECONCILIATION_SPECS", "")


@pytest.fixture(scope="module")
def get():
    return Client(service())


@pytest.fixture(scope="module")
def directory(get):
    return Directory(get.service.engine, links.exact(links.read(links.find(ROOT))))


def form(get, name, value, **headers):
    """Send a field in JSON as OpenRefine does, and return the answer."""
    return get("/reconcile", "POST", data={name: json.dumps(value)}, headers=headers)


def named(text, *conditions, **more):
    """Return a question for a name."""
    return Question((Condition("name", (Value(text),), required=True), *conditions), **more)


def found(directory, question):
    """Return the candidates as (id, score, whether it is the match)."""
    return [(one.id, one.score, one.match) for one in candidates(directory, question)]


def test_a_batch_of_version_0_2_is_answered_exactly(get):
    response = form(get, "queries", {"q0": {"query": "Joe Biden", "type": "Person", "limit": 1}})
    assert response.json() == {
        "q0": {
            "result": [
                {
                    "id": "joe-biden",
                    "name": "Joe Biden",
                    "description": (
                        "person; Wikidata Q6279; the same text (1); a label in en (1); of the type Person (1)"
                    ),
                    "type": [{"id": "Person", "name": "person"}],
                    "score": 100.0,
                    "features": [
                        {"id": "name_likeness", "name": "how alike the names are", "value": 1.0},
                        {
                            "id": "name_kind",
                            "name": "whether the name is a label, an alias or a spelling that is not used",
                            "value": 1.0,
                        },
                        {"id": "type", "name": "whether the type fits", "value": 1.0},
                    ],
                    "match": True,
                }
            ]
        }
    }
    assert response.headers["content-type"] == "application/json"
    assert response.headers["content-language"] == "en"
    assert response.headers["access-control-allow-origin"] == "*"


def test_a_batch_by_get_is_the_same_as_by_form(get):
    batch = {"q0": {"query": "Київ"}, "q1": {"query": "Nobody Known"}}
    by_get = get("/reconcile", params={"queries": json.dumps(batch)})
    assert by_get.json() == form(get, "queries", batch).json()
    assert by_get.json()["q1"] == {"result": []}


def test_a_batch_of_version_1_0_is_answered_in_its_order(get):
    asked = {
        "queries": [
            {"conditions": [{"matchType": "name", "propertyValue": "Україна"}], "lang": "uk", "limit": 1},
            {"conditions": [{"matchType": "id", "propertyValue": "japan"}]},
        ]
    }
    first, second = get("/reconcile/1.0/match", "POST", json=asked, headers={"Accept-Language": "uk"}).json()["results"]
    assert [(one["id"], one["name"], one["lang"], one["score"], one["match"]) for one in first["candidates"]] == [
        ("ukraine", "Україна", "uk", 100.0, True)
    ]
    assert [(one["id"], one["name"], one["match"]) for one in second["candidates"]] == [("japan", "Японія", True)]


@pytest.mark.parametrize(
    "text", ["ukraine", "https://w3id.org/ukrgraph/id/ukraine", "Q212", "http://www.wikidata.org/entity/Q212"]
)
def test_an_id_in_the_place_of_a_name_identifies(directory, text):
    first = candidates(directory, named(text))[0]
    assert (first.id, first.score, first.match) == ("ukraine", 100.0, True)
    assert first.why() == f"{text!r} identifies it (1)"


def test_a_capital_is_no_match_for_a_government_unless_the_type_says_so(directory):
    assert found(directory, named("Washington"))[0] == ("us-government", 98.0, False)
    assert found(directory, named("Washington", types=("government",)))[0] == ("us-government", 98.0, True)
    assert found(directory, named("Washington", types=("City", "government")))[0] == ("us-government", 98.0, False)


def organ(*values, **more):
    return Condition("property", tuple(Value("", one) for one in values), "organOf", **more)


def test_a_property_that_fits_decides_between_candidates(directory):
    plain = found(directory, named("government"))
    assert plain[0][2] is False
    ranked = candidates(directory, named("government", organ("japan")))
    assert ranked[0].id == "government-of-japan"
    assert ranked[0].reasons[-1] == ("organOf fits", 1.0)
    others = {one.reasons[-1] for one in ranked[1:]}
    assert others <= {("organOf differs", 0.7), ("organOf is not known", 0.9)}


def test_a_required_property_filters(directory):
    ids = [one[0] for one in found(directory, named("government", organ("japan", required=True)))]
    assert ids == ["government-of-japan"]
    excluded = [
        one[0] for one in found(directory, named("government", organ("japan", required=True, quantifier="none")))
    ]
    assert excluded
    assert "government-of-japan" not in excluded


def test_properties_without_a_name_find_all_that_have_them(directory):
    question = Question((organ("ukraine"),), types=("Organization",))
    assert found(directory, question) == [
        ("government-of-ukraine", 100.0, False),
        ("nsdc-ukraine", 100.0, False),
        ("ukrainian-armed-forces", 100.0, False),
    ]
    item = Condition("property", (Value("Q159"),), "wikidata")
    assert found(directory, Question((item,))) == [("russia", 100.0, True)]


def test_values_are_compared_as_what_they_are(directory):
    day = Condition("property", (Value("2022-09-30"),), "earliest", required=True)
    month = Condition("property", (Value("2022-09"),), "earliest", required=True)
    assert "annexation-2022" in {one[0] for one in found(directory, Question((day,), limit=100))}
    assert "annexation-2022" in {one[0] for one in found(directory, Question((month,), limit=100))}
    named_by_label = Condition("property", (Value("Україна"),), "organOf", required=True)
    assert [one[0] for one in found(directory, Question((named_by_label,)))] == [
        "government-of-ukraine",
        "nsdc-ukraine",
        "ukrainian-armed-forces",
    ]


def test_quantifiers_of_names(directory):
    def asked(quantifier):
        condition = Condition("name", (Value("Joe Biden"), Value("Biden")), quantifier=quantifier)
        return found(directory, Question((condition,), limit=1))

    assert asked("any") == [("joe-biden", 100.0, True)]
    assert asked("all") == [("joe-biden", 98.0, True)]
    without = Question((Condition("name", (Value("Joe Biden"),), quantifier="none"),), types=("Person",), limit=100)
    ids = [one[0] for one in found(directory, without)]
    assert len(ids) == 14
    assert "joe-biden" not in ids


def test_features_stand_once_and_say_what_counted(directory):
    for question in (named("Zelenskii", types=("Place",)), named("government", organ("japan"), organ("ukraine"))):
        for one in candidates(directory, question):
            ids = [feature["id"] for feature in answers.features(one.reasons)]
            assert len(ids) == len(set(ids))
            assert ids[0] == "name_likeness"
            assert set(ids) <= {"name_likeness", "name_kind", "name_language", "type", "property_organOf"}


@pytest.mark.parametrize(
    ("batch", "detail"),
    [
        ("[]", "queries: expected an object, got []"),
        (
            "{",
            "queries: expected JSON, got something else: Expecting property name enclosed in double quotes: line 1",
        ),
        ('{"a": NaN}', "queries: expected JSON, got something else: JSON has no NaN"),
        ('{"a": {}}', "queries.a: expected 'query' or 'properties', got neither"),
        ('{"a": {"query": 1}}', "queries.a.query: expected a text, got 1"),
        ('{"a": {"query": "x", "limit": 0}}', "queries.a.limit: expected a number from 1 to 100, got 0"),
        ('{"a": {"query": "x", "limit": true}}', "queries.a.limit: expected a number from 1 to 100, got True"),
        (
            '{"a": {"query": "x", "qery": 1}}',
            "queries.a: it has no field 'qery'; there are: query, type, limit, properties, type_strict",
        ),
        ('{"a": {"query": "x", "type": "Persn"}}', "expected a type, got 'Persn'; did you mean 'Person'?"),
        (
            '{"a": {"query": "x", "properties": [{"pid": "organ", "v": "x"}]}}',
            "expected a property, got 'organ'; did you mean 'organOf'?",
        ),
        (
            '{"a": {"query": "x", "properties": [{"pid": "organOf"}]}}',
            "queries.a.properties[0].v: expected a text, got nothing",
        ),
        (
            '{"a": {"query": "\\ud800"}}',
            "queries: expected JSON, got something else: 'utf-8' codec can't encode character ",
        ),
        ('{"a": {"query": "' + "x" * 1001 + '"}}', "queries.a.query: expected at most 1000 characters, got 1001"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(get, batch, detail):
    response = get("/reconcile", "POST", data={"queries": batch})
    assert response.status_code == 400
    assert response.json()["detail"].startswith(detail)


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ({}, "queries[0].conditions: expected a list, got nothing"),
        ({"conditions": []}, "queries[0].conditions: expected at least one, got none"),
        (
            {"conditions": [{"matchType": "nam", "propertyValue": "x"}]},
            "queries[0].conditions[0].matchType: expected one of name, id, property, got 'nam'",
        ),
        (
            {"conditions": [{"matchType": "name", "propertyValue": "x", "matchQualifier": "Wildcard"}]},
            (
                "queries[0].conditions[0].matchQualifier: expected none, for values are compared in one way only, "
                "got 'Wildcard'; leave it out"
            ),
        ),
        (
            {"conditions": [{"matchType": "property", "propertyValue": "x"}]},
            "queries[0].conditions[0].propertyId: expected a text, got nothing",
        ),
    ],
)
def test_version_1_0_refuses_with_the_place_too(get, query, detail):
    response = get("/reconcile/1.0/match", "POST", json={"queries": [query]})
    assert (response.status_code, response.json()["detail"]) == (400, detail)


def test_batches_are_bounded(get):
    batch = {f"q{number}": {"query": "x"} for number in range(51)}
    response = form(get, "queries", batch)
    assert response.status_code == 413
    assert response.json()["detail"] == "queries: expected at most 50 in a batch, got 51; send several batches"
    names = {f"q{at}": {"query": "x", "type": [str(number) for number in range(20)]} for at in range(11)}
    with pytest.raises(TooManyError, match="at most 200 names by types in a batch, got 220"):
        questions.batch_0_2(json.dumps(names))
    values = {f"q{at}": {"properties": [{"pid": "x", "v": ["y"] * 50}]} for at in range(11)}
    with pytest.raises(TooManyError, match="at most 500 values in a batch, got 550"):
        questions.batch_0_2(json.dumps(values))
    with pytest.raises(TooManyError):
        questions.batch_1_0(json.dumps({"queries": [{}] * 60}))
    with pytest.raises(UsageError, match="expected JSON"):
        questions.parse("[" * 100_000, "body")


def test_other_bodies_are_refused(get):
    assert get("/reconcile/1.0/match", "POST", content=b"{}").status_code == 415
    assert get("/reconcile", "POST", json={"queries": {}}).status_code == 415
    assert get("/reconcile", "POST", data={"quries": "{}"}).status_code == 400
    latin = get("/reconcile/1.0/match", "POST", content=b'"\xe9"', headers={"Content-Type": "application/json"})
    assert (latin.status_code, latin.json()["detail"]) == (400, "body: expected UTF-8, got something else")


def test_jsonp_is_not_offered(get):
    response = get("/reconcile?callback=alert")
    assert response.status_code == 400
    assert response.json()["detail"] == "callback: JSONP is not offered; ask by CORS, which every answer allows"


def test_the_manifest_of_0_2_has_addresses_that_answer(get):
    found = get("/reconcile").json()
    assert found["versions"] == ["0.2"]
    assert found["identifierSpace"] == f"{DEFAULT_BASE}id/"
    assert found["schemaSpace"] == UKG
    assert found["batchSize"] == 50
    assert [one["id"] for one in found["defaultTypes"]][:4] == ["Actor", "Person", "Organization", "Country"]

    def status(address):
        return get(address.replace("http://ukrgraph.test", "")).status_code

    assert status(found["view"]["url"].replace("{{id}}", "ukraine")) == 200
    assert status(found["preview"]["url"].replace("{{id}}", "ukraine")) == 200
    for one in found["suggest"].values():
        assert status(one["service_url"] + one["service_path"] + "?prefix=u") == 200
    proposals = found["extend"]["propose_properties"]
    assert status(proposals["service_url"] + proposals["service_path"] + "?type=Person") == 200


def test_the_manifest_names_the_public_address(get):
    public = Client(service(public="https://graph.example.org"))("/reconcile").json()
    assert public["preview"]["url"] == "https://graph.example.org/reconcile/preview?id={{id}}"


def test_the_manifest_of_1_0_has_the_routes_of_its_version(get):
    found = get("/reconcile/1.0").json()
    assert (found["versions"], found["standardizedScore"]) == (["1.0-draft"], True)
    assert found["suggest"] == {"entity": True, "type": True, "property": True}
    assert found["view"] == {"url": "http://ukrgraph.test/id/{id}"}
    for path in ("suggest/entity?prefix=", "suggest/type?prefix=", "suggest/property?prefix=", "preview?id=japan"):
        assert get(f"/reconcile/1.0/{path}").status_code == 200
    assert get("/reconcile/1.0/extend/propose?type=Person").status_code == 200


@pytest.mark.parametrize(
    ("prefix", "ids"),
    [
        ("volodymyr-zelensky", ["volodymyr-zelensky"]),
        ("Q212", ["ukraine"]),
        ("Joe B", ["joe-biden"]),
        ("джо", ["joe-biden"]),
        ("JOE", ["joe-biden"]),
        ("xyzzy", []),
    ],
)
def test_entities_are_suggested_by_any_name_in_any_script(get, prefix, ids):
    listed = [one["id"] for one in get("/reconcile/suggest/entity", params={"prefix": prefix}).json()["result"]]
    assert listed[: len(ids)] == ids
    assert bool(listed) == bool(ids)


def test_suggestions_come_in_pages(get):
    def page(**more):
        return [one["id"] for one in get("/reconcile/1.0/suggest/entity", params=more).json()["result"]]

    everything = (
        page(prefix="", limit=100) + page(prefix="", limit=100, offset=100) + page(prefix="", offset=200, limit=100)
    )
    assert len(everything) == len(set(everything)) == 231
    assert page(prefix="", limit=3, offset=2) == everything[2:5]
    assert len(page(prefix="")) == 10
    by_cursor = get("/reconcile/suggest/entity", params={"prefix": "", "cursor": 2, "limit": 3}).json()["result"]
    assert [one["id"] for one in by_cursor] == everything[2:5]
    bad = get("/reconcile/suggest/entity", params={"prefix": "", "cursor": "x"})
    assert (bad.status_code, bad.json()["detail"]) == (400, "offset: expected a number from 0 to 1000000, got 'x'")


def test_types_and_properties_are_suggested_in_the_language_asked_for(get):
    types = get("/reconcile/suggest/type", params={"prefix": "countr", "lang": "uk"}).json()["result"]
    assert types == [
        {"id": "Country", "name": "країна", "broader": [{"id": "Actor", "name": "актор"}]},
        {
            "id": "country",
            "name": "країна",
            "broader": [{"id": "Country", "name": "країна", "broader": [{"id": "Actor", "name": "актор"}]}],
        },
    ]
    uk = get("/reconcile/suggest/property", params={"prefix": "wiki"}, headers={"Accept-Language": "de, uk;q=0.5"})
    assert uk.json()["result"] == [{"id": "wikidata", "name": "елемент Вікіданих"}]
    assert uk.headers["content-language"] == "uk"


EXTENSION = {
    "ids": ["joe-biden", "annexation-2022", "nobody"],
    "properties": [
        {"id": "wikidata"},
        {"id": "earliest"},
        {"id": "office"},
        {"id": "mentions"},
        {"id": "name", "settings": {"limit": "1"}},
    ],
}


def test_values_are_looked_up_in_version_0_2(get):
    answer = form(get, "extend", EXTENSION).json()
    assert answer["meta"] == [
        {"id": "wikidata", "name": "Wikidata item"},
        {"id": "earliest", "name": "earliest"},
        {"id": "office", "name": "office, as a source says"},
        {"id": "mentions", "name": "mentions in documents"},
        {"id": "name", "name": "name"},
    ]
    assert answer["rows"]["joe-biden"] == {
        "wikidata": [{"str": "Q6279"}],
        "earliest": [],
        "office": [{"id": "office-president-of-the-united-states", "name": "President of the United States"}],
        "mentions": [{"int": 5}],
        "name": [{"str": "Joe Biden"}],
    }
    assert answer["rows"]["annexation-2022"]["earliest"] == [{"date": "2022-09-30T00:00:00Z"}]
    assert answer["rows"]["nobody"] == {"wikidata": [], "earliest": [], "office": [], "mentions": [], "name": []}


def test_values_are_looked_up_in_version_1_0(get):
    answer = get("/reconcile/1.0/extend", "POST", json=EXTENSION).json()
    assert [row["id"] for row in answer["rows"]] == EXTENSION["ids"]
    assert answer["rows"][0]["properties"] == [
        {"id": "wikidata", "values": [{"str": "Q6279"}]},
        {"id": "earliest", "values": []},
        {
            "id": "office",
            "values": [{"id": "office-president-of-the-united-states", "name": "President of the United States"}],
        },
        {"id": "mentions", "values": [{"int": 5}]},
        {"id": "name", "values": [{"str": "Joe Biden", "lang": "en"}]},
    ]


def test_an_unknown_property_is_refused_with_the_nearest(get):
    response = form(get, "extend", {"ids": ["japan"], "properties": [{"id": "wikidta"}]})
    assert response.status_code == 400
    assert response.json()["detail"] == (
        "extend.properties[0].id: expected a property, got 'wikidta'; did you mean 'wikidata'?"
    )


def test_properties_are_proposed_for_a_type(get):
    found = get("/reconcile/properties", params={"type": "Office"}).json()
    assert found["type"] == "Office"
    ids = [one["id"] for one in found["properties"]]
    assert {"officeIn", "officeOfState", "mentions"} <= set(ids)
    assert "organOf" not in ids
    two = get("/reconcile/properties", params={"type": "Office", "limit": 2}).json()
    assert (len(two["properties"]), two["limit"]) == (2, 2)
    assert get("/reconcile/properties", params={"type": "Offce"}).status_code == 400


def test_a_preview_is_a_page_that_any_page_may_frame_and_that_runs_nothing(get):
    response = get("/reconcile/preview", params={"id": "joe-biden", "lang": "uk"})
    assert response.text == (
        '<!DOCTYPE html>\n<html lang="uk"><head><meta charset="utf-8"><title>Джо Байден</title></head>\n<body>\n'
        "<h1>Джо Байден</h1>\n<p>особа; Wikidata Q6279</p>\n<p>також: Joe Biden, Biden, Mr Biden, Байден</p>\n"
        "<ul><li>висловлювань від нього: 3</li><li>висловлювань про нього: 0</li><li>згадок у документах: 5</li></ul>\n"
        '<p><a href="http://ukrgraph.test/id/joe-biden" target="_blank" rel="noopener">усе про це</a> · '
        '<a href="https://www.wikidata.org/wiki/Q6279" target="_blank" rel="noopener noreferrer">у Вікіданих</a></p>\n'
        "</body></html>\n"
    )
    policy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors *"
    assert response.headers.get_list("content-security-policy") == [policy]
    assert "x-frame-options" not in response.headers
    assert get("/reconcile/preview?id=nobody").status_code == 404


def test_markup_in_names_is_text_everywhere():
    evil = '<script>alert("1")</script>'
    made, place = Store(), NamedNode("x:g")
    entity = NamedNode(f"{DEFAULT_BASE}id/evil")
    made.add(ox.Quad(entity, NamedNode(f"{RDF}type"), NamedNode(f"{UKG}Person"), place))
    made.add(ox.Quad(entity, NamedNode(f"{SKOS}prefLabel"), Literal(evil, language="en"), place))
    made.add(ox.Quad(entity, NamedNode(f"{SKOS}altLabel"), Literal(f"{evil}'&", language="en"), place))
    get = Client(service(store=made))
    page = get("/reconcile/preview?id=evil").text
    assert "<script" not in page
    assert "<h1>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;</h1>" in page
    answer = form(get, "queries", {"q": {"query": evil}})
    assert answer.json()["q"]["result"][0]["name"] == evil
    assert (answer.headers["content-type"], answer.headers["x-content-type-options"]) == ("application/json", "nosniff")


def test_a_host_that_is_markup_stays_inside_the_json(get):
    found = get.raw(b"/reconcile", [])
    assert found.status == 200
    evil = Client(service())
    response = evil("/reconcile/preview?id=japan", headers={"Host": 'a"><script>x</script>'})
    assert "<script>x" not in response.text


def test_the_directory_is_read_again_when_the_store_changes(get):
    copy = Store()
    copy.extend(get.service.pool.store)
    here = Client(service(store=copy))
    path = "/reconcile/suggest/entity?prefix=newcomer"
    assert "newcomer" not in {one["id"] for one in here(path).json()["result"]}
    store = here.service.pool.store
    entity, place = NamedNode(f"{DEFAULT_BASE}id/newcomer"), NamedNode("x:g")
    store.add(ox.Quad(entity, NamedNode(f"{RDF}type"), NamedNode(f"{UKG}Person"), place))
    store.add(ox.Quad(entity, NamedNode(f"{SKOS}prefLabel"), Literal("Newcomer", language="en"), place))
    here.service.pool.version += 1
    assert here(path).json()["result"][0]["id"] == "newcomer"


def test_preflight_allows_json_from_anywhere(get):
    headers = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    response = get("/reconcile/1.0/match", "OPTIONS", headers=headers)
    assert response.status_code == 204
    assert response.headers["access-control-allow-origin"] == "*"
    assert "POST" in response.headers["access-control-allow-methods"]
    assert "content-type" in response.headers["access-control-allow-headers"].lower()


# ---------------- the published schemas


@pytest.fixture(scope="module")
def valid():
    """Return a function that says what is wrong with an answer by a published schema."""
    if not SPECS:
        pytest.skip("UKRGRAPH_RECONCILIATION_SPECS names no checkout of reconciliation-api/specs")
    jsonschema = pytest.importorskip("jsonschema")
    referencing = pytest.importorskip("referencing")
    draft = referencing.jsonschema.DRAFT7

    def load(version):
        folder = Path(SPECS) / version / "schemas"
        known = {}
        for file in sorted(folder.glob("*.json")):
            schema = json.loads(file.read_text(encoding="utf-8"))
            text = json.dumps(schema).replace("http://swagger.io/v2/schema.json", "https://stub.test/swagger.json")
            known[file.stem] = json.loads(text)
            known[file.stem]["$id"] = f"https://stub.test/{version}/{file.name}"
            known[file.stem]["$schema"] = "http://json-schema.org/draft-07/schema#"
        swagger = {"definitions": {"securityDefinitions": {"additionalProperties": {}}}}
        resources = [(one["$id"], draft.create_resource(one)) for one in known.values()]
        resources.append(("https://stub.test/swagger.json", draft.create_resource(swagger)))
        registry = referencing.Registry().with_resources(resources)
        return {
            name: jsonschema.Draft7Validator(one, registry=registry, format_checker=jsonschema.FormatChecker())
            for name, one in known.items()
        }

    loaded = {version: load(version) for version in ("0.2", "1.0-draft")}

    def errors(version, name, answer):
        return [f"{error.json_path}: {error.message}" for error in loaded[version][name].iter_errors(answer)]

    return errors


BATCH = {
    "q0": {"query": "Biden", "limit": 3},
    "q1": {"query": "Київ", "type": ["City", "Organization"], "type_strict": "should"},
    "q2": {"query": "government", "properties": [{"pid": "organOf", "v": [{"id": "japan"}, "Ukraine"]}]},
    "q3": {"properties": [{"pid": "organOf", "v": "Ukraine"}]},
    "q4": {"query": "no such thing at all"},
}

CONDITIONS = [
    {"conditions": [{"matchType": "name", "propertyValue": "Biden"}], "lang": "en", "limit": 3, "type": "Person"},
    {
        "conditions": [
            {"matchType": "name", "propertyValue": ["government", "уряд"], "matchQuantifier": "any"},
            {"matchType": "property", "propertyId": "organOf", "propertyValue": {"id": "japan"}, "required": True},
        ]
    },
    {"conditions": [{"matchType": "id", "propertyValue": "japan"}]},
]


def test_the_requests_of_these_tests_are_valid_by_the_published_schemas(valid):
    assert valid("0.2", "reconciliation-query-batch", BATCH) == []
    assert valid("1.0-draft", "reconciliation-query-batch", {"queries": CONDITIONS}) == []
    assert valid("0.2", "data-extension-query", EXTENSION) == []
    assert valid("1.0-draft", "data-extension-query", EXTENSION) == []


def test_the_published_schemas_refuse_something(valid):
    assert valid("0.2", "manifest", {"versions": ["0.1"]}) != []
    assert valid("1.0-draft", "reconciliation-result-batch", {}) != []


@pytest.mark.parametrize("language", ["en", "uk"])
def test_answers_are_valid_by_the_published_schemas(get, valid, language):
    def answer(path, method="GET", **more):
        response = get(path, method, headers={"Accept-Language": language}, **more)
        assert response.status_code == 200
        return response.json()

    assert valid("0.2", "manifest", answer("/reconcile")) == []
    batch = answer("/reconcile", "POST", data={"queries": json.dumps(BATCH)})
    assert valid("0.2", "reconciliation-result-batch", batch) == []
    rows = answer("/reconcile", "POST", data={"extend": json.dumps(EXTENSION)})
    assert valid("0.2", "data-extension-response", rows) == []
    proposals = answer("/reconcile/properties?type=Person&limit=3")
    assert valid("0.2", "data-extension-property-proposal", proposals) == []

    new = "1.0-draft"
    assert valid(new, "manifest", answer("/reconcile/1.0")) == []
    batch = answer("/reconcile/1.0/match", "POST", json={"queries": CONDITIONS})
    assert [bool(one["candidates"]) for one in batch["results"]] == [True, True, True]
    assert valid(new, "reconciliation-result-batch", batch) == []
    assert valid(new, "data-extension-response", answer("/reconcile/1.0/extend", "POST", json=EXTENSION)) == []
    proposals = answer("/reconcile/1.0/extend/propose?type=Person&limit=3")
    assert valid(new, "data-extension-property-proposal", proposals) == []

    plural = {"entity": "entities", "type": "types", "property": "properties"}
    for start, version in (("/reconcile", "0.2"), ("/reconcile/1.0", new)):
        for kind, name in plural.items():
            listed = answer(f"{start}/suggest/{kind}?prefix=&limit=100")
            assert listed["result"]
            assert valid(version, f"suggest-{name}-response", listed) == []


def test_every_property_of_every_entity_is_valid_by_the_published_schemas(get, valid, directory):
    asked = {"ids": list(directory.entities), "properties": [{"id": one} for one in directory.properties]}
    old = form(get, "extend", asked).json()
    assert valid("0.2", "data-extension-response", old) == []
    new = get("/reconcile/1.0/extend", "POST", json=asked).json()
    assert valid("1.0-draft", "data-extension-response", new) == []


def test_the_valid_and_invalid_examples_of_the_specification_are_read_as_it_says(valid):
    for version, read in (("0.2", questions.batch_0_2), ("1.0-draft", questions.batch_1_0)):
        folder = Path(SPECS) / version / "examples/reconciliation-query-batch"
        files = sorted(folder.glob("valid/*.json"))
        assert files
        for file in files:
            text = file.read_text(encoding="utf-8")
            if re.search("matchQualifier", text):
                continue  # the qualifiers of another service, which ours does not have
            assert read(text)
        for file in sorted(folder.glob("invalid/*.json")):
            with pytest.raises(UsageError):
                read(file.read_text(encoding="utf-8"))
