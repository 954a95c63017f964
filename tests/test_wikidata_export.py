"""Exports to Wikidata's forms: queries of its query service run, texts survive, and no claim becomes a fact."""

import csv
import importlib.util
import io
import json
import os
import re
import socket
import sys
import types
from pathlib import Path

import oracles
import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from ukrgraph.cli.wikidata.export import command
from ukrgraph.errors import InputError, UsageError
from ukrgraph.iri import Namespace
from ukrgraph.wikidata import entity, export_graph, export_model, export_rdf, export_wikibase, links
from ukrgraph.wikidata import export_quickstatements as qs
from ukrgraph.wikidata.items import Claim, Item, Snak
from ukrgraph.wikidata.link_check import Slice
from ukrgraph.wikidata.terms import WD

ROOT = Path(__file__).parents[1]
GRAPH = ROOT / "data" / "graph" / "ukrgraph.trig"
BASE = "https://w3id.org/ukrgraph/"
UKG = f"{BASE}ontology#"


@pytest.fixture(scope="module")
def graph():
    return export_graph.read(GRAPH)


@pytest.fixture(scope="module")
def linked():
    return links.read(ROOT / "data" / "links.sssom.tsv")


@pytest.fixture(scope="module")
def nodes(graph, linked):
    return export_model.nodes(graph, linked, Namespace())


@pytest.fixture(scope="module")
def shape(nodes):
    return export_rdf.nquads(nodes, Namespace())


@pytest.fixture(scope="module")
def store(shape):
    store = ox.Store()
    store.load("".join(shape).encode(), format=ox.RdfFormat.N_QUADS)
    return store


def rows(store, query):
    prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in export_rdf.prefixes(Namespace()).items())
    found = store.query(prefixes + query, use_default_graph_as_union=True)
    return [tuple(term.value.removeprefix(WD).removeprefix(BASE) if term else None for term in row) for row in found]


def node(nodes, id):
    (found,) = [one for one in nodes if one.own == f"{BASE}{id}"]
    return found


# ---------------- Wikidata's own shape


def test_the_direct_triples_answer_who_holds_which_office(store):
    assert rows(store, "SELECT ?who ?office { ?who wdt:P31 wd:Q5 ; wdt:P39 ?office } ORDER BY ?who ?office") == [
        ("Q3052772", "Q191954"),
        ("Q311440", "Q81066"),
        ("Q312901", "id/office-eu-top-diplomat"),
        ("Q3874799", "id/office-president-of-ukraine"),
        ("Q39259", "id/office-president-of-turkey"),
        ("Q57665", "Q167662"),
        ("Q5770251", "id/office-japanese-executive-spokesman"),
        ("Q6279", "Q11696"),
        ("Q7747", "Q218295"),
        ("id/antony-blinken", "Q14213"),
        ("id/jake-sullivan", "id/office-us-national-security-adviser"),
        ("id/oleksiy-danilov", "id/office-nsdc-secretary"),
    ]


def test_a_statement_has_qualifiers_rank_and_references(store):
    query = """SELECT ?when ?precision ?document ?place ?retrieved {
      wd:Q57665 p:P39 ?statement .
      ?statement ps:P39 wd:Q167662 ; wikibase:rank wikibase:NormalRank ; a wikibase:BestRank ;
        pqv:P585 [ wikibase:timeValue ?when ; wikibase:timePrecision ?precision ] ;
        prov:wasDerivedFrom [ pr:P248 ?document ; pr:P854 ?place ; pr:P813 ?retrieved ] . }"""

    assert rows(store, query) == [
        (
            *("2022-09-01T00:00:00Z", "10", "document/doc-000", "document/doc-000#char=1809,1853"),
            "2026-11-21T00:00:00Z",
        )
    ]


def test_every_reference_is_whole(store):
    query = """SELECT (COUNT(DISTINCT ?reference) AS ?all)
        (SUM(IF(EXISTS { ?reference pr:P248 ?d ; pr:P854 ?u ; pr:P813 ?r ; a wikibase:Reference }, 1, 0)) AS ?whole)
      { SELECT DISTINCT ?reference { ?statement prov:wasDerivedFrom ?reference } }"""

    ((every, whole),) = rows(store, query)
    assert (every, int(every) > 50) == (whole, True)


def test_every_value_node_is_whole(store):
    query = """SELECT (COUNT(*) AS ?broken) { ?subject ?p ?value . FILTER(CONTAINS(STR(?p), "/value/"))
      FILTER NOT EXISTS { ?value wikibase:timeValue ?t ; wikibase:timePrecision ?c ;
        wikibase:timeCalendarModel ?m } }"""

    assert rows(store, query) == [("0",)]


def test_only_times_have_value_nodes(shape):
    found = {match[1] for line in shape if (match := re.search(r"/value/(P\d+)> <", line))}

    assert found == {"P577", "P585", "P813"}


def test_an_event_is_proved_by_the_texts_that_report_it_as_held(nodes):
    (held,) = [claim for claim in node(nodes, "id/referendums-2022").claims if claim.property == "P276"]
    documents = [snak.value for reference in held.references for snak in reference if snak.property == "P248"]

    assert documents == [f"{BASE}document/doc-001", f"{BASE}document/doc-004"]


def test_statements_are_found_by_their_speaker(store):
    ours = ox.Store()
    ours.bulk_load(path=str(GRAPH))
    expected = ours.query(
        f"SELECT DISTINCT ?s {{ ?s a <{UKG}Statement> ; <{UKG}speaker> <{BASE}id/vladimir-putin> }} ORDER BY ?s",
        use_default_graph_as_union=True,
    )

    found = rows(store, "SELECT ?s { ?s wdt:P823 wd:Q7747 } ORDER BY ?s")
    assert found == [(row[0].value.removeprefix(BASE),) for row in expected]
    assert found == [("statement/s001-06",), ("statement/s001-07",), ("statement/s003-14",)]


def test_all_79_statements_are_items_and_none_that_was_not_made(store):
    assert rows(store, f"SELECT (COUNT(?s) AS ?n) {{ ?s wdt:P31 <{UKG}Statement> }}") == [("79",)]
    assert (
        rows(store, f"SELECT ?p {{ VALUES ?s {{ <{BASE}statement/s001-02> <{BASE}statement/s001-16> }} ?s ?p ?o }}")
        == []
    )


def test_a_speaker_without_a_name_is_an_unknown_value(store):
    query = (
        """SELECT (COUNT(?s) AS ?n) { ?s p:P823 [ ps:P823 ?who ] FILTER(CONTAINS(STR(?who), "/.well-known/genid/")) }"""
    )

    ((count,),) = rows(store, query)
    assert int(count) > 0


def test_labels_stand_where_the_query_service_looks_for_them(store):
    query = """SELECT ?label { wd:Q163271 rdfs:label ?label } ORDER BY ?label"""

    assert rows(store, query) == [("Kherson region",), ("Херсонська область",)]


def test_matches_and_denials_are_statements_and_nothing_is_the_same(store, shape):
    assert rows(store, "SELECT ?ours { wd:Q2012050 wdt:P2888 ?ours }") == [("id/donetsk-region",)]
    assert rows(store, "SELECT ?other { wd:Q2012050 wdt:P1889 ?other } ORDER BY ?other") == [
        ("Q114334914",),
        ("Q16150196",),
        ("Q43070",),
    ]
    assert not any("sameAs" in line or "exactMatch" in line for line in shape)


def test_the_shape_is_sorted_and_the_same_in_whatever_order_the_graph_is_read(shape, linked):
    quads = sorted(ox.parse(path=str(GRAPH)), key=str, reverse=True)
    again = export_rdf.nquads(export_model.nodes(export_graph.Graph(quads), linked, Namespace()), Namespace())

    assert shape == sorted(set(shape))
    assert again == shape


def test_nodes_of_ours_have_names_of_ours(shape):
    wikidata = {
        part for line in shape for part in re.findall(r"<(http://www\.wikidata\.org/[^>]*)>", line.rsplit(" ", 2)[0])
    }

    assert {iri for iri in wikidata if not iri.startswith((WD + "Q", "http://www.wikidata.org/prop/"))} == set()


# ---------------- what must not be said

ANNOUNCED = (
    *("sanction-us-new-2022-09", "sanction-eu-additional-2022-09", "sanction-japan-new-2022-09-30"),
    *("sanction-japan-chemical-export-ban-2022-09", "threatened-response-2022-02"),
)
NAMELESS = (
    *("unnamed-spokesperson-001", "unnamed-ukrainian-governor", "two-women-killed", "convoy-strike-fatalities"),
    *("convoy-strike-wounded", "people-killed-eastern-ukraine", "residents-of-eastern-ukraine"),
)


@pytest.mark.parametrize("id", [*ANNOUNCED, *NAMELESS])
def test_no_form_names_what_is_only_announced_or_has_no_name(id, shape, graph, nodes, linked):
    everything = "".join(shape) + "".join(export_wikibase.lines(nodes, graph, linked))

    assert re.findall(rf"{id}(?![\w-])", everything) == []


def test_no_form_has_a_claim(shape, graph, nodes, linked):
    everything = "".join(shape) + "".join(export_wikibase.lines(nodes, graph, linked))

    assert re.findall(rf"{BASE}(?:claim|silence|status|report)/[\w-]+", everything) == []


def test_nothing_is_said_about_whose_a_region_is(nodes):
    about = {claim.property for one in nodes for claim in one.claims}
    regions = {"kherson-region", "donetsk-region", "luhansk-region", "zaporizhzhia-region", "crimea"}

    assert about & {"P17", "P131", "P1336", "P27", "P6", "P35", "P150"} == set()
    assert {claim.property for id in regions for claim in node(nodes, f"id/{id}").claims} == {"P31", "P1889", "P2888"}


def test_what_nobody_reports_as_done_has_neither_date_nor_place_nor_participant(nodes):
    for id in ("annexation-2022", "potential-invasion-2022", "mobilization-2022", "claimed-drawdown-2022-02"):
        found = node(nodes, f"id/{id}")
        assert {claim.property for claim in found.claims} <= {"P31", "P1889"}
        assert found.descriptions == {"en": "event that is spoken of; no text of this graph reports it as done"}


def test_nobody_is_a_participant_of_an_act_of_force(nodes):
    for id in ("convoy-strike-zaporizhzhia", "invasion-2022", "annexation-of-crimea-2014", "russian-occupation-2022"):
        assert [claim for claim in node(nodes, f"id/{id}").claims if claim.property == "P710"] == []


def test_a_sanction_in_force_names_who_says_so(nodes):
    found = [claim for claim in node(nodes, "id/sanction-japan-regime").claims if claim.property == "P533"]

    assert [(claim.value, [(one.property, one.value) for one in claim.qualifiers]) for claim in found] == [
        ("Q159", [("P3680", f"{BASE}id/government-of-japan")])
    ]


def quad(subject, predicate, term):
    named = ox.NamedNode
    return ox.Quad(named(subject), named(predicate), named(term) if term.startswith("http") else ox.Literal(term))


def office_claim(**more):
    """Return a graph with one claim that a person holds an office; `more` are values of other properties."""
    rdf, c, ukc = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", f"{BASE}claim/r1", f"{BASE}concepts#"
    said = {
        "relation": f"{ukc}relation-holds-office",
        "relationSubject": f"{BASE}id/p",
        "relationObject": f"{BASE}id/o",
        "claimBasis": "stated",
        "assertedBy": f"{BASE}document/d",
        "reportedIn": f"{BASE}document/d",
    } | more
    quads = [quad(c, UKG + name, value) for name, value in said.items()]
    quads += [quad(f"{ukc}relation-holds-office", "http://www.w3.org/2004/02/skos/core#notation", "holds-office")]
    kinds = {"id/p": "Person", "id/o": "Office", "document/d": "Document", "claim/r1": "RelationClaim"}
    quads += [quad(BASE + id, rdf, UKG + own) for id, own in kinds.items()]
    return export_graph.Graph(quads)


CONTESTED = {
    "denied by someone": {"deniedBy": f"{BASE}id/x"},
    "denied in a statement": {"deniedIn": f"{BASE}statement/s"},
    "only said by a speaker": {"claimedIn": f"{BASE}statement/s"},
    "asserted by an actor": {"assertedBy": f"{BASE}id/p"},
    "inferred": {"claimBasis": "inferred (byline)"},
    "another relation": {"relation": f"{BASE}concepts#relation-proxy-of"},
}


def test_an_office_that_a_text_states_is_exported():
    (person,) = [one for one in export_model.nodes(office_claim(), [], Namespace()) if one.own == f"{BASE}id/p"]

    assert [(claim.property, claim.value) for claim in person.claims] == [("P31", "Q5"), ("P39", f"{BASE}id/o")]


@pytest.mark.parametrize("more", CONTESTED.values(), ids=CONTESTED)
def test_a_contested_office_is_not(more):
    (person,) = [one for one in export_model.nodes(office_claim(**more), [], Namespace()) if one.own == f"{BASE}id/p"]

    assert [claim.property for claim in person.claims] == ["P31"]


# ---------------- QuickStatements


def parsed(line):
    """Return the columns of a line of version 1, texts without their quotation marks: the rules, written once more."""
    assert line.endswith("\n")
    assert line.count("\n") == 1
    cells = []
    for cell in line[:-1].split("\t"):
        text = re.fullmatch(r'(?:([a-z_-]+):)?"(.*)"', cell)
        cells.append(((text[1] or ""), text[2]) if text else cell)
    return cells


def written(title):
    main = Snak("P39", "Q218295", "item")
    return qs.Command(
        "Q7747", main, (), (Snak("P854", "https://a.b/c|d", "iri"), Snak("P1476", title, "text", language="en"))
    )


HARD = {
    "inner quotes": ('"sham" votes', '"sham" votes'),
    "only quotes": ('""', '""'),
    "a line feed": ("one\ntwo", "one two"),
    "a carriage return and a tab": ("one\r\n\ttwo", "one two"),
    "line separators": ("one\u2028two\u0085three", "one two three"),
    "a backslash": ("a\\b\\", "a\\b\\"),
    "an apostrophe and Cyrillic": ("Мар’їнка «нова»", "Мар’їнка «нова»"),
    "a command in a text": ("Q1 P1 CREATE", "Q1 P1 CREATE"),
}


@pytest.mark.parametrize(("title", "expected"), HARD.values(), ids=HARD)
def test_a_hard_text_arrives_in_one_line_as_it_is(title, expected):
    (line,) = qs.tabbed([written(title)])

    assert parsed(line) == ["Q7747", "P39", "Q218295", "S854", ("", "https://a.b/c%7Cd"), "S1476", ("en", expected)]


@given(st.text(min_size=1))
def test_any_text_arrives_or_is_left_for_the_form_with_commas(title):
    one = written(title)
    lines = list(qs.tabbed([one]))
    expected = re.sub(r"\s+", " ", title).strip()

    if lines:
        assert parsed(lines[0])[-1] == ("en", expected)
    else:
        assert "|" in title or "*/" in title
    assert list(csv.reader(io.StringIO(qs.commas([one]), newline="")))[1][-1] == f'en:"{expected}"'


@pytest.mark.parametrize("title", ["a | b", "a || b", "x /* a comment */"])
def test_what_the_form_with_tabs_cannot_hold_is_left_to_the_form_with_commas(title):
    assert list(qs.tabbed([written(title)])) == []
    assert list(csv.reader(io.StringIO(qs.commas([written(title)])))) == [
        ["qid", "P39", "S854", "s1476"],
        ["Q7747", "Q218295", '"https://a.b/c%7Cd"', f'en:"{title}"'],
    ]


def quickstatements3():
    """Return the parsers of QuickStatements 3; its models, which need a database, are stood in for."""
    folder = os.environ.get("QUICKSTATEMENTS3", "")
    if not folder:
        pytest.skip(
            "set QUICKSTATEMENTS3 to the folder src/core/parsers of github.com/WikiMovimentoBrasil/quickstatements3"
        )

    class Stub:
        def __init__(self, **fields):
            self.__dict__.update(fields)
            self.commands = []

        def add_preview_command(self, command):
            self.commands.append(command)

    class Command(Stub):
        ACTION_CREATE, ACTION_ADD, ACTION_REMOVE, ACTION_MERGE, STATUS_INITIAL, STATUS_ERROR = range(6)
        Operation = type("Operation", (), {"__getattr__": lambda _self, name: name})()

    models = types.SimpleNamespace(Batch=Stub, BatchCommand=Command)
    sys.modules["core"] = types.ModuleType("core")
    sys.modules["core.models"] = models
    package = types.ModuleType("qs3")
    package.__path__ = [folder]
    sys.modules["qs3"] = package
    loaded = {}
    for name in ("base", "v1", "csv"):
        spec = importlib.util.spec_from_file_location(f"qs3.{name}", Path(folder) / f"{name}.py")
        loaded[name] = importlib.util.module_from_spec(spec)
        sys.modules[f"qs3.{name}"] = loaded[name]
        spec.loader.exec_module(loaded[name])
    return loaded


@pytest.fixture
def parsers():
    before = set(sys.modules)
    yield quickstatements3()
    for name in set(sys.modules) - before:
        del sys.modules[name]


def test_quickstatements_3_reads_the_form_with_tabs(parsers):
    commands = [written(title) for title, _ in HARD.values()]

    batch = parsers["v1"].V1CommandParser().parse("batch", "owner", "".join(qs.tabbed(commands)))

    assert [one.json["references"][0][1]["value"]["value"]["text"] for one in batch.commands] == [
        expected for _, expected in HARD.values()
    ]
    assert {one.json["references"][0][0]["value"]["value"] for one in batch.commands} == {"https://a.b/c%7Cd"}


def test_quickstatements_3_reads_the_form_with_commas(parsers):
    titles = [*(title for title, _ in HARD.values()), "a | b", "a || b", "x /* c */"]
    commands = [written(title) for title in titles]

    batch = parsers["csv"].CSVCommandParser().parse("batch", "owner", qs.commas(commands))

    texts = [one.json["references"][0][1]["value"]["value"]["text"] for one in batch.commands]
    assert texts == [re.sub(r"\s+", " ", title) for title in titles]


HUMAN = (Claim("P31", "Q5", "item", "normal", id="Q1-1"),)


def lacking(*qids):
    return {qid: Item(qid, labels={"en": qid}, claims={"P31": HUMAN}) for qid in qids}


def test_only_what_the_slice_lacks_is_given_back(nodes):
    has = Item("Q7747", claims={"P39": (Claim("P39", "Q218295", "item", "deprecated", id="Q7747-1"),)})

    selection = qs.select(nodes, Slice(lacking("Q57665", "Q312901") | {"Q7747": has}))

    assert [(one.item, one.main.property, one.main.value) for one in selection.commands] == [
        ("Q57665", "P39", "Q167662")
    ]
    assert selection.held == {
        "the slice has the statement": 1,
        "the subject has no item that is verified": 3,
        "the subject is not in the slice": 3,
        "the value has no item that is verified": 4,
    }


UNABLE = {
    "direct triples": (
        Slice({"Q57665": Item("Q57665", claims={"P31": (Claim("P31", "Q5", "item", "truthy"),)})}),
        "the slice has direct triples only, which hide statements",
    ),
    "other properties": (Slice(lacking("Q57665"), properties=frozenset({"P31"})), "the slice leaves out the property"),
    "an old slice": (
        Slice({"Q57665": Item("Q57665", claims={"P31": HUMAN}, modified="2020-05-01T00:00:00Z")}),
        "the slice is older than the statement",
    ),
    "a redirect": (Slice({"Q57665": Item("Q57665", redirect="Q1")}), "the subject is a redirect in the slice"),
}


@pytest.mark.parametrize(("slice", "reason"), UNABLE.values(), ids=UNABLE)
def test_a_slice_that_cannot_tell_gives_nothing_back(nodes, slice, reason):
    selection = qs.select(nodes, slice)

    assert (selection.commands, selection.held[reason]) == ([], 1)


def test_every_command_has_a_reference_and_names_items_only(nodes):
    everyone = lacking(*(one.qid for one in nodes if one.qid))

    commands = qs.select(nodes, Slice(everyone)).commands

    assert len(commands) == 5
    assert all(
        one.reference and re.fullmatch(r"Q\d+", one.item) and re.fullmatch(r"Q\d+", one.main.value) for one in commands
    )
    assert [one.reference[0].property for one in commands] == ["P854"] * 5


def test_the_reviewer_gets_a_table_in_words(nodes):
    commands = qs.select(nodes, Slice(lacking("Q57665"))).commands

    assert qs.review(commands, nodes).splitlines() == [
        "item\tlabel\tproperty\tvalue\tvalue label\tproof",
        "Q57665\tJens Stoltenberg\tP39\tQ167662\tNATO secretary general\t" + f"{BASE}document/doc-000#char=1809,1853",
    ]


# ---------------- Wikibase JSON


@pytest.fixture(scope="module")
def dump(nodes, graph, linked):
    return json.loads("".join(export_wikibase.lines(nodes, graph, linked)))


def numeric_ids(value):
    if isinstance(value, dict):
        if value.get("entity-type") == "item":
            yield value["id"]
        for one in value.values():
            yield from numeric_ids(one)
    elif isinstance(value, list):
        for one in value:
            yield from numeric_ids(one)


def test_the_items_are_numbered_from_one_and_all_that_are_named_are_there(dump):
    ids = [item["id"] for item in dump]

    assert ids == [f"Q{number}" for number in range(1, len(dump) + 1)]
    assert {qid for item in dump for qid in numeric_ids(item["claims"])} - set(ids) == set()


def test_every_item_says_what_it_is_elsewhere(dump, nodes):
    matches = [[one["mainsnak"]["datavalue"]["value"] for one in item["claims"]["P2888"]] for item in dump]

    assert all(matches)
    assert {iri for several in matches for iri in several} >= {iri for one in nodes for iri in (one.iri, one.own)}


def test_statement_ids_are_unique(dump):
    ids = [claim["id"] for item in dump for claims in item["claims"].values() for claim in claims]

    assert len(ids) == len(set(ids)) > 500


def test_our_own_reader_of_dumps_reads_the_items(dump):
    lines = "".join(line for item in dump for line in entity.triples(item))
    store = ox.Store()
    store.load(lines.encode(), format=ox.RdfFormat.N_TRIPLES)
    (putin,) = [item["id"] for item in dump if item["labels"].get("en", {}).get("value") == "Vladimir Putin"]
    (office,) = [item["id"] for item in dump if item["labels"].get("en", {}).get("value") == "President of Russia"]

    assert rows(store, f"SELECT ?office {{ wd:{putin} wdt:P39 ?office }}") == [(office,)]


WIKIBASEINTEGRATOR = """
import json, sys
from wikibaseintegrator.entities import ItemEntity
dump = json.load(sys.stdin)
json.dump({item["id"]: ItemEntity().from_json(item | {"lastrevid": 1}).get_json() for item in dump}, sys.stdout)
"""


def test_wikibaseintegrator_reads_the_items_and_writes_them_back_equal(nodes, graph, linked):
    text = "".join(export_wikibase.lines(nodes, graph, linked))
    answer = oracles.ask("python", "-c", WIKIBASEINTEGRATOR, stdin=text)
    assert answer.returncode == 0, answer.stderr
    dump, read = json.loads(text), json.loads(answer.stdout)
    names = ("labels", "descriptions", "aliases", "claims")
    for item in dump:  # the one thing that WikibaseIntegrator reads and does not write
        for claim in (one for claims in item["claims"].values() for one in claims):
            for reference in claim.get("references", ()):
                del reference["hash"]
    different = [(item["id"], name) for item in dump for name in names if read[item["id"]].get(name, {}) != item[name]]

    assert different == []


def test_properties_are_renamed_by_the_map_and_left_out_for_null(nodes, graph, linked):
    used = {
        "P31",
        "P39",
        "P123",
        "P248",
        "P276",
        "P361",
        "P533",
        "P577",
        "P585",
        "P710",
        "P813",
        "P823",
        "P854",
        "P921",
    }
    used |= {"P1001", "P1433", "P1476", "P1889", "P2888", "P3680", "P7081"}
    pids = {pid: f"P{int(pid[1:]) + 100000}" for pid in used} | {"P1476": ""}

    text = "".join(export_wikibase.lines(nodes, graph, linked, pids))

    assert set(re.findall(r'"(P\d+)"', text)) == set(pids.values()) - {""}


def test_a_map_that_lacks_a_property_is_refused(nodes, graph, linked):
    with pytest.raises(UsageError, match=r"property map: expected all properties in use, got no P39, P123"):
        list(export_wikibase.lines(nodes, graph, linked, {"P31": "P1"}))


MAPS = {
    "no JSON": ("{", "expected JSON"),
    "a list": ("[]", "expected an object of properties, got list"),
    "no property": ('{"X31": "P5"}', "expected properties as 'P39' or null, got 'X31': 'P5'"),
    "an item": ('{"P31": "Q5"}', "expected properties as 'P39' or null, got 'P31': 'Q5'"),
}


@pytest.mark.parametrize(("text", "message"), MAPS.values(), ids=MAPS)
def test_a_faulty_map_is_refused(tmp_path, text, message):
    file = tmp_path / "map.json"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(InputError, match=re.escape(message)):
        export_wikibase.read_map(file)


# ---------------- the command


def run(*arguments):
    return CliRunner().invoke(command, list(arguments), obj=ROOT)


@pytest.mark.parametrize("format", ["turtle", "nquads", "ntriples", "trig"])
def test_the_command_writes_rdf_that_parses(format, shape):
    kinds = {"turtle": ox.RdfFormat.TURTLE, "nquads": ox.RdfFormat.N_QUADS, "ntriples": ox.RdfFormat.N_TRIPLES}

    read = list(ox.parse(run("--format", format).stdout_bytes, format=kinds.get(format, ox.RdfFormat.TRIG)))

    assert len(read) == len(shape)


def test_the_command_writes_files(tmp_path, shape):
    result = run("--format", "nquads", "-o", str(tmp_path / "out.nq"))

    assert (result.stdout, (tmp_path / "out.nq").read_text(encoding="utf-8")) == ("", "".join(shape))


def slice_of(tmp_path, qid):
    """Write a slice with one item, a human of whom nothing else is known."""
    file, node = tmp_path / "slice.nq", f"http://www.wikidata.org/entity/statement/{qid}-1"
    prop = "http://www.wikidata.org/prop/"
    file.write_text(
        f"<{WD}{qid}> <{prop}P31> <{node}> <x:g> .\n<{node}> <{prop}statement/P31> <{WD}Q5> <x:g> .\n", "utf-8"
    )
    return str(file)


def test_the_command_gives_back_what_a_slice_lacks(tmp_path):
    result = run("--format", "quickstatements", "--slice", slice_of(tmp_path, "Q57665"))

    assert result.stdout == (
        'Q57665\tP39\tQ167662\tP585\t+2022-09-00T00:00:00Z/10\tS854\t"https://w3id.org/ukrgraph/document/doc-000'
        '#char=1809,1853"\tS1476\ten:"Global leaders condemn planned referendums in Russian-occupied parts of Ukraine."'
        "\tS577\t+2022-09-00T00:00:00Z/10\tS813\t+2026-11-21T00:00:00Z/11\n"
    )
    assert result.stderr.splitlines() == [
        "3 not given back: the subject has no item that is verified",
        "4 not given back: the subject is not in the slice",
        "4 not given back: the value has no item that is verified",
        "1 statements to review",
    ]


def test_quickstatements_need_a_slice():
    result = run("--format", "quickstatements")

    assert isinstance(result.exception, UsageError)


UNREADABLE = {
    "nowhere.trig": "cannot read it",
    "README.md": r"expected RDF as \.trig, .*, got \.md",
    "data": r"expected RDF as \.trig, .*, got no suffix",
    "broken.ttl": r"broken\.ttl:1:\d+: ",
}


@pytest.mark.parametrize(("name", "message"), UNREADABLE.items(), ids=UNREADABLE)
def test_a_graph_that_cannot_be_read_is_refused(tmp_path, name, message):
    (tmp_path / "README.md").write_text("# no graph", encoding="utf-8")
    (tmp_path / "broken.ttl").write_text("<x:s> <x:p> .", encoding="utf-8")
    (tmp_path / "data").mkdir()

    result = run(str(tmp_path / name))

    assert isinstance(result.exception, InputError)
    assert re.search(message, str(result.exception))


def test_no_socket_is_opened(tmp_path, monkeypatch):
    def refuse(*_arguments, **_options):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)

    for format in ("turtle", "wikibase-json", "sssom"):
        assert run("--format", format).exit_code == 0
    assert run("--format", "quickstatements-csv", "--slice", slice_of(tmp_path, "Q57665")).exit_code == 0
