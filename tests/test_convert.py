"""Conversion: which quads a document gives, and what is said of annotations that cannot be converted."""

from datetime import date

import pytest

from ukrgraph.convert import convert, origins
from ukrgraph.document import (
    Attribute,
    Document,
    Event,
    Interval,
    Link,
    Metadata,
    Note,
    Relation,
    Role,
    Span,
    TextBound,
)
from ukrgraph.iri import Namespace

TEXT = "NATO 🇺🇦 condemned the votes.\n"
UKG = "https://w3id.org/ukrgraph/ontology#"
BASE = "https://w3id.org/ukrgraph/"


def mark(id, label, words, line=1):
    start = TEXT.index(words)
    return TextBound(id, label, (Span(start, start + len(words)),), words, line)


def a_document(**changes):
    parts = {
        "textbounds": (
            mark("T1", "Organization", "NATO"),
            mark("T2", "Statement", "condemned", 4),
            mark("T3", "Passage", TEXT.strip()),
            mark("T4", "Event", "the votes"),
        ),
        "links": (
            Link("N1", "T1", "ukrgraph", "nato", "NATO", 2),
            Link("N4", "T4", "ukrgraph", "referendums-2022", "the votes", 9),
        ),
        "events": (
            Event("E2", "Statement", "T2", (Role("Passage", "T3"), Role("Speaker", "T1"), Role("Against", "T4")), 5),
        ),
        "attributes": (
            Attribute("A1", "Id", "E2", "s9", 6),
            Attribute("A2", "Act", "E2", "condemns", 7),
            Attribute("A3", "Latest", "E2", "2022-09-21", 8),
        ),
        "notes": (Note("#1", "Paraphrase", "E2", 'They said "no".', 9),),
    }
    return Document(Metadata("d", language="en", title="Votes"), TEXT, **(parts | changes))


def lines(document):
    converted = convert(document)
    return set(converted.quads.split("\n")) - {""}, converted.findings


def test_a_statement_gives_exactly_these_triples():
    found, findings = lines(a_document())
    of_statement = {line for line in found if line.startswith(f"<{BASE}statement/s9>")}
    graph, subject = f"<{BASE}graph/d> .", f"<{BASE}statement/s9>"
    assert findings == []
    assert of_statement == {
        f"{subject} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{UKG}Statement> {graph}",
        f'{subject} <http://purl.org/dc/terms/identifier> "s9" {graph}',
        f"{subject} <{UKG}reportedIn> <{BASE}document/d> {graph}",
        f"{subject} <{UKG}cue> <{BASE}document/d#char=8,17> {graph}",
        f"{subject} <{UKG}evidence> <{BASE}document/d#char=0,28> {graph}",
        f"{subject} <{UKG}speaker> <{BASE}id/nato> {graph}",
        f'{subject} <{UKG}speakerText> "NATO" {graph}',
        f"{subject} <{UKG}stanceAgainst> <{BASE}id/referendums-2022> {graph}",
        f"{subject} <{UKG}stance> <{BASE}concepts#stance-against> {graph}",
        f"{subject} <{UKG}speechAct> <{BASE}concepts#act-condemns> {graph}",
        f'{subject} <{UKG}latest> "2022-09-21"^^<http://www.w3.org/2001/XMLSchema#date> {graph}',
        f'{subject} <{UKG}paraphrase> "They said \\"no\\"."@en {graph}',
    }


def test_offsets_count_code_points_and_quotes_are_the_words():
    found, _ = lines(a_document())
    quote = f'<{BASE}document/d#quote=8,17> <http://www.w3.org/ns/oa#exact> "condemned" <{BASE}graph/d> .'
    assert quote in found
    assert TEXT[8:17] == "condemned"


def test_the_document_has_its_metadata():
    published = Interval(date(2022, 9, 20), None)
    found, _ = lines(Document(Metadata("d", title="Голоси", language="uk", published=published), "x\n"))
    subject, graph = f"<{BASE}document/d>", f"<{BASE}graph/d> ."
    assert found == {
        f"{subject} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{UKG}Document> {graph}",
        f'{subject} <http://purl.org/dc/terms/identifier> "d" {graph}',
        f'{subject} <http://purl.org/dc/terms/title> "Голоси"@uk {graph}',
        f'{subject} <http://purl.org/dc/terms/language> "uk" {graph}',
        f'{subject} <{UKG}earliest> "2022-09-20"^^<http://www.w3.org/2001/XMLSchema#date> {graph}',
        f'{subject} <{UKG}characterCount> "2"^^<http://www.w3.org/2001/XMLSchema#integer> {graph}',
    }


def test_a_record_without_an_id_is_named_by_its_words_and_keeps_its_name_when_text_is_added_before_it():
    shifted = "A new first line.\n" + TEXT
    plain = a_document(attributes=())
    moved = tuple(m._replace(spans=tuple(Span(s.start + 18, s.end + 18) for s in m.spans)) for m in plain.textbounds)
    after = Document(plain.metadata, shifted, textbounds=moved, events=plain.events, links=plain.links)
    names = [
        next(line.split()[0] for line in lines(d)[0] if line.startswith(f"<{BASE}statement/")) for d in (plain, after)
    ]
    assert names[0] == names[1]
    assert names[0].startswith(f"<{BASE}statement/d.")


def test_two_records_on_the_same_words_are_two():
    two = (
        Event("E2", "Statement", "T2", (), 5),
        Event("E3", "Statement", "T5", (), 6),
    )
    marks = (*a_document().textbounds, mark("T5", "Statement", "condemned"))
    found, _ = lines(a_document(events=two, textbounds=marks, attributes=()))
    statements = sorted({line.split()[0] for line in found if line.startswith(f"<{BASE}statement/")}, key=len)
    assert len(statements) == 2
    assert statements[1] == statements[0][:-1] + "-2>"


@pytest.mark.parametrize(
    ("changes", "rule", "place", "message"),
    [
        (
            {"events": (Event("E2", "Speech", "T2", (), 5),)},
            "unknown-label", (5, 4), "no record is called 'Speech'",
        ),
        (
            {"events": (Event("E2", "Statement", "T9", (), 5),)},
            "dangling", (5, 14), "there is no trigger 'T9'",
        ),
        (
            {"events": (Event("E2", "Statement", "T2", (Role("Speakr", "T1"),), 5),)},
            "unknown-field", (5, 17), "Statement has no field 'Speakr'",
        ),
        (
            {"events": (Event("E2", "Statement", "T2", (Role("About", "T1"), Role("About", "T8")), 5),)},
            "unresolved-role", (5, 26), "About points at 'T8', which names nothing",
        ),
        (
            {"attributes": (Attribute("A3", "Latest", "E2", "2022-02-30", 8),)},
            "bad-value", (8, 14), "Latest: expected a day that exists, as YYYY-MM-DD, got '2022-02-30'",
        ),
        (
            {"attributes": (Attribute("A3", "Act", "E2", "condemn", 8),)},
            "bad-value", (8, 11), "Act: expected a notation of the field's scheme, got 'condemn'",
        ),
        (
            {"attributes": (Attribute("A3", "Id", "E2", "../../etc", 8),)},
            "bad-id", (8, 10), "expected an id, got '../../etc'",
        ),
        (
            {"links": (Link("N1", "T1", "Wikidata", "NATO", "NATO", 2),), "events": (), "attributes": (), "notes": ()},
            "unknown-link", (2, 17), "cannot resolve the link 'Wikidata:NATO'",
        ),
        (
            {"relations": (Relation("R1", "Family", (Role("Arg1", "T1"), Role("Arg2", "T4")), 9),)},
            "unknown-label", (9, 4), "no relation is called 'Family'",
        ),
        (
            {"attributes": (Attribute("A3", "Negation", "T1", "", 8),)},
            "unknown-field", (8, 4), "'T1' has no field 'Negation'",
        ),
        (
            {"attributes": (Attribute("A3", "Kind", "T1", "nickname", 8),)},
            "bad-value", (8, 12), "Kind: expected a notation of the field's scheme, got 'nickname'",
        ),
        (
            {"textbounds": (mark("T1", "Persn", "NATO"),), "events": (), "attributes": (), "notes": ()},
            "unknown-label", (1, 4), "no mention is called 'Persn'",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and " " not in value else "",
)  # fmt: skip
def test_what_cannot_be_converted_is_a_finding_at_its_place(changes, rule, place, message):
    _, findings = lines(a_document(**changes))
    assert [(f.rule, (f.line, f.column), f.message) for f in findings] == [(rule, place, message)]


@pytest.mark.parametrize(
    ("written", "lexical"),
    [("4", "4"), ("4.0", "4"), ("60.50", "60.5"), ("1e3", "1000"), ("-0.1", "-0.1"), ("600000", "600000")],
)
def test_decimals_are_canonical(written, lexical):
    quantity = Event("E2", "QuantityClaim", "T2", (), 5)
    found, _ = lines(
        a_document(
            textbounds=(mark("T2", "QuantityClaim", "condemned"),),
            events=(quantity,),
            attributes=(Attribute("A1", "Amount", "E2", written, 6),),
            links=(),
        )
    )
    amounts = [line.split(" ")[2] for line in found if f"<{UKG}amount>" in line]
    assert amounts == [f'"{lexical}"^^<http://www.w3.org/2001/XMLSchema#decimal>']


def test_what_several_documents_may_say_of_a_sanction_stands_in_the_shared_graph():
    document = Document(
        Metadata("d"),
        TEXT,
        textbounds=(mark("T2", "Sanction", "votes"),),
        events=(Event("E2", "Sanction", "T2", (), 5),),
        attributes=(Attribute("A1", "Id", "E2", "sanction-x", 6), Attribute("A2", "Phase", "E2", "considered", 7)),
    )
    found, _ = lines(document)
    of_sanction = {line for line in found if line.startswith(f"<{BASE}id/sanction-x>")}
    assert of_sanction == {
        f"<{BASE}id/sanction-x> <{UKG}reportedIn> <{BASE}document/d> <{BASE}graph/shared> .",
        f"<{BASE}id/sanction-x> <{UKG}evidence> <{BASE}document/d#char=22,27> <{BASE}graph/shared> .",
        f"<{BASE}id/sanction-x> <{UKG}phase> <{BASE}concepts#sphase-considered> <{BASE}graph/shared> .",
    }


def test_text_that_is_not_ours_is_quoted_up_to_fifteen_words_and_else_by_its_digest():
    text = " ".join(f"w{n}" for n in range(16)) + "\n"
    long, short = (
        TextBound(f"T{n}", "Person", (Span(0, end),), text[:end], n) for n, end in ((1, len(text) - 1), (2, 2))
    )
    document = Document(Metadata("d", redistributable=False), text, textbounds=(long, short))
    found, _ = lines(document)
    assert [line.split('"')[1] for line in found if "#exact>" in line] == ["w0"]
    assert not [line for line in found if "#prefix>" in line or "#suffix>" in line]
    assert len([line for line in found if "spanSha256" in line]) == 2


def test_every_triple_of_a_record_has_an_origin_with_its_line_and_column():
    said = {(o.pair.split(">")[0].split("#")[-1], o.line, o.column) for o in origins(a_document())}
    assert ("speechAct", 7, 11) in said
    assert ("latest", 8, 14) in said
    assert ("speaker", 5, 28) in said
    assert ("stanceAgainst", 5, 39) in said
    assert ("paraphrase", 9, 18) in said


def test_another_base_changes_the_names_and_not_the_vocabulary():
    text = convert(a_document(), Namespace("https://example.org/")).quads
    assert "<https://example.org/statement/s9>" in text
    assert f"<{UKG}speaker> <https://example.org/id/nato>" in text
    assert f"<{BASE}concepts#act-condemns>" in text
