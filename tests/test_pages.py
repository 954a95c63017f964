"""The views of the pages: what they show is what queries find, and nothing is said in a voice of our own."""

from datetime import date
from pathlib import Path

import pytest

from ukrgraph.engine import Literal, rows
from ukrgraph.engine.local import Local, open_project
from ukrgraph.pages import open_site
from ukrgraph.pages.address import Address, file_of
from ukrgraph.pages.labels import Word
from ukrgraph.pages.records import described
from ukrgraph.pages.spans import CUE, MENTION, SAID, Piece, Span, plain, tree
from ukrgraph.pages.views import browse, document, entity, findings, home, network, statement, territory, timeline
from ukrgraph.pages.views import query as queries
from ukrgraph.terms import UKG

ROOT = Path(__file__).parents[1]
ID = "https://w3id.org/ukrgraph/id/"
SAYS = "https://w3id.org/ukrgraph/statement/"


@pytest.fixture(scope="module")
def site():
    return open_site(ROOT, Local(open_project(ROOT)))


def names(records):
    return [record.iri.rpartition("/")[2] for record in records]


def column(site, query):
    return [row[0].value for row in rows(site.engine.answer(query))]


def test_the_figures_of_the_first_page_are_those_of_a_count(site):
    assert home.counts(site) == (
        ("Document", 5),
        ("Statement", 79),
        ("Actor", 82),
        ("Sanction", 7),
        ("Event", 45),
        ("TerritorialClaim", 38),
    )
    assert names(home.documents(site)) == ["doc-003", "doc-000", "doc-002", "doc-001", "doc-004"]


def test_the_examples_of_the_first_page_are_all_there(site):
    assert [query.name for query, _ in home.home(site).examples] == [name for name, _ in home.EXAMPLES]


def test_an_entity_says_what_its_statements_say(site):
    view = entity.entity(site, f"{ID}turkey")
    assert names(view.said) == ["s001-12", "s001-13"]
    assert view.record.kinds == ("Country",)
    assert "Actor" in view.classes


def test_what_is_said_of_an_entity_says_how(site):
    view = entity.entity(site, f"{ID}referendum-results-2022")
    found = {record.iri.rpartition("/")[2]: ways for record, ways in view.heard}
    expected = column(
        site, f"SELECT DISTINCT ?s {{ ?s a/<http://www.w3.org/2000/01/rdf-schema#subClassOf>* <{UKG}SpeechRecord> ; ?p "
        f"<{ID}referendum-results-2022> }} ORDER BY ?s"
    )  # fmt: skip
    assert sorted(found) == [iri.rpartition("/")[2] for iri in expected]
    assert {"about", "stanceAgainst"} >= {way for ways in found.values() for way in ways}


def test_claims_on_a_collection_stand_with_each_of_its_regions(site):
    view = entity.entity(site, f"{ID}luhansk-region")
    sections = dict(view.sections)
    assert len(sections["territory"]) == 16
    assert "st001-13" in names(sections["territory"])


def test_mentions_are_counted_by_document_and_lead_to_the_first(site):
    view = entity.entity(site, f"{ID}european-union")
    counted = column(
        site,
        f"SELECT (COUNT(DISTINCT ?m) AS ?n) {{ ?m <{UKG}mentionOf> <{ID}european-union> ; "
        f"<{UKG}reportedIn> ?d }} GROUP BY ?d ORDER BY ?d",
    )
    assert [str(count) for _, count, _ in view.mentions] == counted
    assert all(first.startswith(f"{document}#T") for document, _, first in view.mentions)


def test_links_to_wikidata_come_with_denials(site):
    view = entity.entity(site, f"{ID}crimea")
    assert [(link.predicate, link.qid) for link in view.links] == [
        ("exactMatch", "Q7835"),
        ("differentFrom", "Q756294"),
        ("differentFrom", "Q15925436"),
        ("differentFrom", "Q15966495"),
    ]


def test_nothing_is_no_entity(site):
    assert entity.entity(site, f"{ID}nobody") is None
    assert statement.statement(site, f"{SAYS}s999-99") is None
    assert document.document(site, "https://w3id.org/ukrgraph/document/doc-999") is None


def test_a_statement_has_its_words_in_their_sentence_and_its_place(site):
    view = statement.statement(site, f"{SAYS}s001-04")
    first = view.passages[0]
    assert first.passage.role == "evidence"
    assert first.sentence.text[first.sentence.start : first.sentence.end] == first.words
    assert (first.sentence.file, first.sentence.line) == ("data/corpus/doc-001/text.txt", 5)


def test_a_statement_knows_who_says_so_too_and_who_says_otherwise(site):
    view = statement.statement(site, f"{SAYS}s001-07")
    found = {(voice.relation, voice.record.iri.rpartition("/")[2]) for voice in view.voices}
    expected = column(site, f"SELECT ?s {{ ?s <{UKG}disputes> <{SAYS}s001-07> }} ORDER BY ?s")
    assert {name for relation, name in found if relation == "disputes it"} == {
        iri.rpartition("/")[2] for iri in expected
    }


def test_every_span_of_a_document_is_an_anchor_of_its_text(site):
    for record in home.documents(site):
        view = document.document(site, record.iri)
        found = [name for parts in view.paragraphs for name in document.anchors(parts)]
        spans = column(site, f"SELECT ?s {{ ?s <http://www.w3.org/ns/oa#hasSource> <{record.iri}> }}")
        mentions = column(site, f"SELECT ?m {{ ?m a <{UKG}Mention> ; <{UKG}reportedIn> <{record.iri}> }}")
        assert sorted(found) == sorted(iri.partition("#")[2] for iri in (*spans, *mentions))


def test_the_text_of_a_document_is_whole(site):
    for record in home.documents(site):
        view = document.document(site, record.iri)
        text = (ROOT / "data/corpus" / record.iri.rpartition("/")[2] / "text.txt").read_text("utf-8")
        assert [plain(parts) for parts in view.paragraphs] == [line for line in text.split("\n") if line.strip()]


def test_a_text_that_has_changed_is_not_shown(site, tmp_path):
    (tmp_path / "data/corpus/doc-001").mkdir(parents=True)
    (tmp_path / "data/corpus/doc-001/text.txt").write_text("another text\n", encoding="utf-8")
    other = open_site(tmp_path, site.engine)
    view = document.document(other, "https://w3id.org/ukrgraph/document/doc-001")
    assert view.paragraphs == ()
    assert len(view.statements) == 17


def test_statements_of_a_document_stand_in_the_order_of_the_text(site):
    view = document.document(site, "https://w3id.org/ukrgraph/document/doc-002")
    expected = column(site, f"SELECT ?s {{ ?s a <{UKG}Statement> ; <{UKG}reportedIn> <{view.record.iri}> }}")
    assert sorted(record.iri for record in view.statements) == sorted(expected)
    assert [dict(view.spans)[kind] > 0 for kind in (MENTION, SAID)] == [True, True]


def test_marks_that_cross_are_cut_and_keep_their_ends():
    first, second = Span(0, 6, SAID, ("a",)), Span(4, 9, CUE, ("b",))
    parts = tree("abcdefghij", [second, first])
    outer, rest, tail = parts
    assert (outer.span, outer.start, outer.end, outer.first, outer.last) == (first, 0, 6, True, True)
    inner = outer.parts[1]
    assert (inner.span, inner.start, inner.end, inner.first, inner.last) == (second, 4, 6, True, False)
    assert isinstance(rest, Piece)
    assert (rest.start, rest.end, rest.first, rest.last) == (6, 9, False, True)
    assert tail == "j"
    assert plain(parts) == "abcdefghij"


def test_marks_outside_the_text_are_left_out():
    assert tree("abc", [Span(2, 5, SAID), Span(-1, 2, SAID), Span(1, 1, SAID)]) == ["abc"]


def test_of_equal_marks_the_statement_is_outside():
    (piece,) = tree("abc", [Span(0, 3, MENTION), Span(0, 3, SAID)])
    assert piece.span.kind == SAID
    assert piece.parts[0].span.kind == MENTION


def test_the_timeline_has_every_statement_once(site):
    view = timeline.timeline(site)
    shown = [record.iri for _, records in view.sides for record in records]
    expected = [record.iri for record in browse.statements(site) if any(record.days)]
    assert sorted(shown) == sorted(expected)
    assert [side.rpartition("/")[2] for side, _ in view.sides[:4]] == [
        "united-states", "russia", "japan", "united-nations",
    ]  # fmt: skip
    assert [len(records) for _, records in view.sides[:4]] == [25, 12, 8, 8]


def test_days_far_apart_are_not_joined(site):
    days = timeline.timeline(site).days
    assert days == (
        date(2022, 2, 16), date(2022, 2, 17), None,
        date(2022, 9, 19), date(2022, 9, 20), date(2022, 9, 21), None,
        date(2022, 9, 29), date(2022, 9, 30),
    )  # fmt: skip


def test_reactions_are_those_of_the_graph_and_never_to_oneself(site):
    found = network.network(site)
    assert [edge for edge in found if edge.source == edge.target] == []
    said = {(edge.source.rpartition("/")[2], edge.way, edge.target.rpartition("/")[2]): names(edge.statements)
            for edge in found}  # fmt: skip
    assert said["united-nations", "disputes", "russia"] == ["s004-16", "s001-08"]
    assert said["turkey", "addressee", "vladimir-putin"] == ["s001-12", "s001-13"]


def test_every_claim_on_territory_is_on_the_map_page(site):
    view = territory.territory(site)
    shown = {claim.iri for place in (*view.regions, *view.places) for claim in place.claims}
    assert shown == set(column(site, f"SELECT ?c {{ ?c a <{UKG}TerritorialClaim> }}"))
    assert [(region.iri.removeprefix(ID), len(region.claims)) for region in view.regions] == [
        ("crimea", 6),
        ("donetsk-region", 17),
        ("kherson-region", 13),
        ("luhansk-region", 16),
        ("zaporizhzhia-region", 13),
    ]


def test_a_region_has_claims_of_several_claimants(site):
    view = territory.territory(site)
    crimea = next(region for region in view.regions if region.iri == f"{ID}crimea")
    assert [iri.rpartition("/")[2] for iri in crimea.claimants] == ["doc-001", "doc-003"]


def test_a_query_is_answered_with_the_words_behind_each_row(site):
    found = queries.answer(site, site.query("who-condemned"), {})
    assert [row[0].value.rpartition("/")[2] for row, _ in found.rows] == ["s000-01", "s000-20", "s001-04", "s004-20"]
    assert found.columns == ("statement", "speaker", "document")
    assert [passage.id for _, passage in found.rows] == ["doc-000", "doc-000", "doc-001", "doc-004"]


def test_a_wrong_value_is_told_at_its_field(site):
    found = queries.answer(site, site.query("statements-of-an-actor"), {"actor": "united-natons"})
    assert found.errors == {
        "actor": "expected an Actor (IRI, CURIE, id, label or alias), got 'united-natons'; "
        "did you mean 'united-nations' (united-nations)?"
    }


def test_an_empty_answer_says_why(site):
    found = queries.answer(site, site.query("statements-on-a-day"), {"day": "2022-09-01"})
    assert (found.rows, found.errors) == ((), {})
    assert found.reasons


def test_fields_left_empty_are_not_given(site):
    assert queries.given(site.query("statements-of-an-actor"), {"actor": "turkey", "document": " "}) == {
        "actor": "turkey"
    }


def test_few_candidates_are_a_choice_and_many_are_suggested(site):
    fields = queries.fields(site, site.query("statements-of-an-actor"), {})
    assert [(field.parameter.name, field.choice, len(field.candidates)) for field in fields] == [
        ("actor", False, 82),
        ("document", True, 5),
    ]


def test_a_search_finds_names_in_both_languages(site):
    assert browse.search(site, "гутерреш").hits[0].iri == f"{ID}antonio-guterres"
    assert f"{ID}antonio-guterres" in [hit.iri for hit in browse.search(site, "Guterres").hits]


def test_a_search_without_hits_names_the_nearest(site):
    found = browse.search(site, "jo biden")
    assert (found.hits, found.near[0][0]) == ((), f"{ID}joe-biden")


@pytest.mark.parametrize("text", ['"', "\\", "}", "' OR 1", "\x00", "<script>", "%00", "\u202e", "?x"])
def test_a_search_takes_any_text(site, text):
    assert browse.search(site, text).hits == ()


def test_labels_fall_back_to_english_and_then_to_the_end_of_the_iri(site):
    assert site.labels.get(f"{ID}crimea", "uk") == Word("Крим", "uk")
    assert site.labels.get("https://w3id.org/ukrgraph/document/doc-004", "uk").language == "en"
    assert site.labels.get("https://example.org/a/b#c", "uk") == Word("c", "")


def test_records_have_their_values_in_order(site):
    (record,) = described(site.engine, f"BIND(<{SAYS}s001-04> AS ?s)")
    assert record.text("paraphrase") == "Outside Russia the votes are widely condemned as a sham."
    assert isinstance(record.all("paraphrase")[0], Literal)
    assert record.days == ("", "2022-09-30")


def test_findings_have_a_document_and_a_place_without_the_folder_of_the_machine(site):
    view = findings.findings(site)
    assert view.failure == ""
    found = [item for _, items in view.groups for item in items]
    assert view.count == len(found)
    assert [item.file for item in found if item.file.startswith("/")] == []
    assert {findings.document_of(item) for item in found} <= {f"doc-00{number}" for number in range(5)} | {""}


def test_findings_that_cannot_be_looked_for_say_so(site):
    other = open_site(ROOT, site.engine)
    object.__setattr__(other, "validate", lambda _project: ((), "no corpus here"))
    assert findings.findings(other).failure == "no corpus here"


@pytest.mark.parametrize(
    ("path", "language", "file"),
    [
        ("", "en", "index.html"),
        ("", "uk", "uk/index.html"),
        ("queries/", "en", "queries/index.html"),
        ("id/ukraine", "uk", "uk/id/ukraine.html"),
        ("report/doc-004.f92661dc575ea2e7", "en", "report/doc-004.f92661dc575ea2e7.html"),
    ],
)
def test_each_page_has_a_file(path, language, file):
    assert file_of(path, language) == file


BASE = "https://w3id.org/ukrgraph/"


def test_links_of_a_server_are_absolute_and_carry_the_language_where_it_was_asked_for():
    plain_, asked = Address(BASE, "id/a"), Address(BASE, "id/a", "uk", keep=True)
    assert plain_.iri(f"{BASE}document/doc-000#char=1,2") == "/document/doc-000#char=1,2"
    assert asked.page("queries/x", "", {"path": "1", "q": "a&b"}) == "/queries/x?path=1&q=a%26b&lang=uk"
    assert asked.in_language("en") == "/id/a?lang=en"
    assert plain_.iri("http://www.wikidata.org/entity/Q1") == "http://www.wikidata.org/entity/Q1"


def test_links_of_files_are_relative():
    here = Address(BASE, "id/a", "uk", files=True)
    assert here.page("statement/s1") == "../statement/s1.html"
    assert here.page("") == "../index.html"
    assert here.file("static/site.css") == "../../static/site.css"
    assert here.in_language("en") == "../../id/a.html"
    assert Address(BASE, "", files=True).in_language("uk") == "uk/index.html"
