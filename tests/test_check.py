"""What is wrong in an annotated document: each rule, with the place of what is at fault."""

import time
from pathlib import Path

import pytest
from documents import documents
from hypothesis import given
from hypothesis import strategies as st

from ukrgraph.check import check, record_classes
from ukrgraph.concepts import SCHEMES
from ukrgraph.corpus import load
from ukrgraph.document import Document, Metadata, Role, Span, TextBound
from ukrgraph.finding import Severity
from ukrgraph.profile import MARK_ATTRIBUTES, MENTION_ATTRIBUTES, RECORDS
from ukrgraph.readers.brat import parse
from ukrgraph.standoff.canonical import render

CORPUS = Path(__file__).parents[1] / "data" / "corpus"
META = Metadata("doc")
TEXT = "The Union warned Russia in Kyiv. On Friday it said more.\n"
AUTHORITY = {"eu": "Organization", "russia": "Country", "kyiv": "City", "us-ban": "Sanction", "talks": "Event"}
LAYOUT = {"id-not-derived", "not-formatted"}

MENTIONS = (
    "T1\tOrganization 4 9\tUnion\n"
    "N1\tReference T1 ukrgraph:eu\tEuropean Union\n"
    "T2\tCountry 17 23\tRussia\n"
    "N2\tReference T2 ukrgraph:russia\tRussia\n"
)
STATEMENT = (
    "T5\tStatement 10 16\twarned\n"
    "E5\tStatement:T5 Speaker:T1 Addressee:T2\n"
    "A51\tAct E5 warns\n"
    "A52\tModality E5 actual\n"
    "A53\tMode E5 indirect\n"
)


def of(annotations, text=TEXT, authority=None):
    """Return rule, severity, line, column and width of each finding that is not about ids and order."""
    document, findings = parse(META, text, annotations)
    assert findings == []
    found = check(document, AUTHORITY if authority is None else authority)
    return [(o.rule, o.severity.name, o.line, o.column, o.width) for o in found if o.rule not in LAYOUT]


def test_a_record_with_all_that_it_needs_is_right():
    assert of(MENTIONS + STATEMENT) == []


@pytest.mark.parametrize("scheme", sorted({f.scheme for r in RECORDS.values() for f in r.fields.values()} - {""}))
def test_each_scheme_of_the_profile_exists(scheme):
    assert scheme in SCHEMES


def test_schemes_of_mentions_and_marks_exist():
    assert {*MENTION_ATTRIBUTES.values(), *MARK_ATTRIBUTES.values()} - {""} <= SCHEMES.keys()


@pytest.mark.parametrize(
    ("annotations", "expected"),
    [
        ("T1\tOrganisation 4 9\tUnion\n", ("unknown-label", 1, 4, 12, "did you mean 'Organization'?")),
        (
            "T1\tPassage 4 9\tUnion\nE1\tStatment:T1\n",
            ("unknown-label", 2, 4, 8, "did you mean 'Statement'?"),
        ),
        (STATEMENT.replace("Speaker", "Speeker") + MENTIONS, ("unknown-role", 2, 17, 10, "did you mean 'Speaker'?")),
        (MENTIONS + STATEMENT + "A9\tAkt E5 warns\n", ("unknown-attribute", 10, 4, 3, "did you mean 'Act'?")),
        (MENTIONS + STATEMENT + "#9\tParafrase E5\tx\n", ("unknown-note", 10, 4, 9, "did you mean 'Paraphrase'?")),
        (MENTIONS + "A9\tKnd T1 name\n", ("unknown-attribute", 5, 4, 3, "did you mean 'Kind'?")),
        (MENTIONS + "#9\tNote T1\tx\n", ("unknown-note", 5, 4, 4, "delete the line, or say it of an event")),
        (MENTIONS + "A9\tKind T1 nane\n", ("unknown-concept", 5, 12, 4, "did you mean 'name'?")),
        (STATEMENT.replace("warns", "wams") + MENTIONS, ("unknown-concept", 3, 12, 4, "did you mean 'warns'?")),
        (MENTIONS.replace(":eu", ":eux"), ("unknown-entity", 2, 17, 12, "did you mean 'eu'?")),
        (MENTIONS.replace("ukrgraph:eu", "Wikidata:Q458"), ("unknown-authority", 2, 17, 13, None)),
        (MENTIONS.replace(":eu", ":../eu"), ("bad-id", 2, 17, 14, "correct the id")),
        (MENTIONS.replace("T1\tOrganization", "T1\tGroup"), ("label-not-class", 1, 4, 5, None)),
        (MENTIONS + STATEMENT + "A9\tFor E5 russland\n", ("unknown-entity", 10, 11, 8, "did you mean 'russia'?")),
        (MENTIONS + STATEMENT + "A9\tFor E5 statment:x\n", ("unknown-prefix", 10, 11, 10, "did you mean 'statement'?")),
        (MENTIONS + STATEMENT + "A9\tFor E5 statement:../x\n", ("bad-id", 10, 11, 14, "correct the id")),
        (MENTIONS + STATEMENT + "A9\tFor E5\n", ("no-value", 10, 4, 3, "add the value after the target")),
        (MENTIONS + STATEMENT + "A9\tId E5 ../x\n", ("bad-id", 10, 10, 4, "correct the id")),
        (MENTIONS + STATEMENT + "#9\tId E5\tx\n", ("wrong-form", 10, 4, 2, "write it in that form")),
        (MENTIONS + STATEMENT + "A9\tNote E5 x\n", ("wrong-form", 10, 4, 4, "write it in that form")),
        (MENTIONS + STATEMENT + "A9\tPassage E5 x\n", ("wrong-form", 10, 4, 7, "write it in that form")),
        (MENTIONS + STATEMENT + "A9\tEarliest E5 2022-02-30\n", ("bad-date", 10, 16, 10, "correct the day")),
        (MENTIONS + STATEMENT + "A9\tLatest E5 20220921\n", ("bad-date", 10, 14, 8, "correct the day")),
        (
            MENTIONS + STATEMENT + "A8\tEarliest E5 2022-09-22\nA9\tLatest E5 2022-09-21\n",
            ("dates-reversed", 11, 14, 10, "exchange Earliest and Latest, or correct them"),
        ),
        (MENTIONS + STATEMENT + "A9\tModality E5 actual\n", ("repeated-field", 10, 4, 8, "delete one of them")),
        (MENTIONS + STATEMENT.replace("A53\tMode E5 indirect\n", ""), ("missing-field", 6, 4, 9, None)),
        (MENTIONS + STATEMENT.replace("Speaker:T1", "Speaker:T5"), ("role-target", 6, 17, 10, None)),
        (
            MENTIONS + STATEMENT.replace("Speaker:T1", "Passage:T1"),
            ("role-target", 6, 17, 10, "mark the words as Passage"),
        ),
        (MENTIONS + STATEMENT.replace("Speaker:T1", "Time:E5"), ("role-target", 6, 17, 7, "mark the words as Time")),
        (MENTIONS + STATEMENT + "#9\tNote E5\t \n", ("empty-note", 10, 4, 4, "add the text, or delete the line")),
        (MENTIONS + STATEMENT.replace("T5\tStatement", "T5\tReportedSilence"), ("label-differs", 6, 4, 9, None)),
        (MENTIONS + STATEMENT.replace("Speaker:T1", "Speaker:T7"), ("dangling-reference", 6, 17, 10, None)),
        (MENTIONS + STATEMENT.replace("E5\tStatement:T5", "E5\tStatement:T7"), ("dangling-reference", 6, 14, 2, None)),
        (MENTIONS + "A9\tKind T7 name\n", ("dangling-reference", 5, 9, 2, None)),
        (MENTIONS + "T1\tOrganization 4 9\tUnion\n", ("duplicate-id", 5, 1, 2, None)),
        (MENTIONS + STATEMENT + "E6\tStatement:T5\n", ("shared-trigger", 10, 14, 2, None)),
        ("T1\tStatement 10 16\twarned\n", ("no-event", 1, 1, 2, None)),
        ("T1\tCity 27 31\tKyiv\n", ("no-link", 1, 4, 4, None)),
        ("T1\tPassage 4 9\tUnion\nN1\tReference T1 ukrgraph:eu\tx\n", ("link-target", 2, 14, 2, None)),
        ("T1\tPassage 4 9\tUnion\nR1\tIn Arg1:T1 Arg2:T1\n", ("not-in-profile", 2, 1, 2, None)),
        ("T1\tPassage 4 99\tUnion\n", ("outside-text", 1, 12, 4, "correct the offsets")),
        ("T1\tPassage 9 4\tUnion\n", ("reversed-span", 1, 12, 3, "correct the offsets")),
        ("T1\tPassage 4 4\t\n", ("empty-span", 1, 12, 3, "correct the offsets")),
        ("T1\tPassage 4 9;6 12\tx\n", ("pieces-out-of-order", 1, 12, 8, "correct the offsets")),
        (
            "T1\tPassage 5 10\tUnion\n",
            ("surface-differs", 1, 17, 5, "the surface stands at 4 9; correct the offsets or the surface"),
        ),
        ("T1\tPassage 4 10\tUnion \n", ("white-space", 1, 12, 4, "take the white space out of the span")),
        ("T1\tPassage 4 16\tUnion warned\nT2\tFurniture 10 23\twarned Russia\n", ("in-furniture", 1, 12, 4, None)),
        (MENTIONS + STATEMENT.replace("Addressee:T2", "EmbeddedIn:E5"), ("circle", 6, 1, 2, None)),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_fault_is_reported_where_it_is(annotations, expected):
    document, _ = parse(META, TEXT, annotations)

    found = [
        (one.rule, one.line, one.column, one.width, one.advice)
        for one in check(document, AUTHORITY)
        if one.rule not in LAYOUT
    ]

    rule, line, column, width, advice = expected
    matching = [one for one in found if one[0] == rule]
    assert [one[:4] for one in matching][:1] == [(rule, line, column, width)]
    assert advice in {None, matching[0][4]}


def test_what_meets_furniture_is_not_in_it():
    assert of("T1\tPassage 4 9\tUnion\nT2\tFurniture 0 4;9 10\tThe   \nT3\tPassage 10 16\twarned\n") == [
        ("white-space", "WARNING", 2, 14, 8),
        ("white-space", "WARNING", 2, 14, 8),
    ]


def test_severities_are_those_of_the_profile():
    assert of("T1\tCity 27 31\tKyiv\n") == [("no-link", "INFO", 1, 4, 4)]
    assert of("T1\tPassage 4 10\tUnion \n") == [("white-space", "WARNING", 1, 12, 4)]
    assert of("T1\tPassage 4 99\tx\n") == [("outside-text", "VIOLATION", 1, 12, 4)]


def test_the_source_line_of_a_finding_is_that_of_the_file():
    [finding] = [
        one
        for one in check(parse(META, TEXT, MENTIONS.replace(":eu", ":eux"))[0], AUTHORITY)
        if one.line == 2 and one.rule not in LAYOUT
    ]

    assert finding.source == "N1\tReference T1 ukrgraph:eux\tEuropean Union"
    assert finding.message == "expected the id of an entity of the authority file, got 'eux'"


def test_a_far_place_of_a_long_line_is_shown_shortened():
    note = "#1\tNote E9\t" + "x" * 1000

    [finding] = [one for one in check(parse(META, TEXT, note + "\n")[0], {}) if one.rule == "dangling-reference"]

    assert (finding.column, len(finding.source), finding.source[:12]) == (9, 200, "#1\tNote E9\tx")


def test_links_are_not_looked_up_without_authority():
    assert of(MENTIONS.replace(":eu", ":whatever"), authority={}) == []


def test_an_entity_record_needs_an_entity_of_its_class():
    record = "T5\tSanction 10 16\twarned\nE5\tSanction:T5 Imposer:T1\nA5\tId E5 {}\nA6\tPhase E5 announced\n"

    assert of(MENTIONS + record.format("us-ban")) == []
    assert of(MENTIONS + record.format("talks")) == [("label-not-class", "VIOLATION", 7, 10, 5)]
    assert of(MENTIONS + record.format("us-bann")) == [("unknown-entity", "VIOLATION", 7, 10, 7)]


def test_two_records_of_a_kind_with_one_id_are_reported():
    second = "T6\tStatement 46 50\tsaid\n" + STATEMENT.partition("\n")[2].replace("5", "6")

    found = of(MENTIONS + STATEMENT + "A7\tId E5 s1\n" + second + "A8\tId E6 s1\n")

    assert found == [("duplicate-record", "VIOLATION", 16, 10, 2)]


def test_records_of_other_documents_are_looked_up_if_they_are_known():
    annotations = MENTIONS + STATEMENT + "A7\tId E5 s1\nA8\tDenies E5 statement:s2\nA9\tDisputes E5 document:doc\n"
    other = record_classes(parse(META, TEXT, STATEMENT + "A7\tId E5 s2\n")[0])

    assert other == {"statement:s2": "Statement"}
    assert of(annotations) == [("record-elsewhere", "INFO", 11, 14, 12)]
    assert of(annotations, authority=AUTHORITY | other) == []
    assert of(annotations, authority=AUTHORITY | {"statement:s3": "Statement"}) == [
        ("unknown-record", "VIOLATION", 11, 14, 12)
    ]


def circle(roles):
    """Return a document of as many statements as there are pairs of a role and a target."""
    text = "ab " * len(roles) + "\n"
    lines = []
    for index, (role, target) in enumerate(roles):
        lines.append(
            f"T{index}\tStatement {3 * index} {3 * index + 2}\tab\nE{index}\tStatement:T{index} {role}:E{target}\n"
        )
    return parse(META, text, "".join(lines))[0]


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ([("EmbeddedIn", 1), ("EmbeddedIn", 2), ("EmbeddedIn", 0)], [("circle", "VIOLATION", 2)]),
        ([("EmbeddedIn", 1), ("About", 0)], []),
        ([("Denies", 1), ("Denies", 0)], []),
        ([("Denies", 0)], [("circle", "VIOLATION", 2)]),
        ([("About", 1), ("About", 2), ("About", 1)], []),
        ([("EmbeddedIn", 1), ("EmbeddedIn", 2), ("About", 2)], [("circle", "VIOLATION", 6)]),
    ],
    ids=["contained", "contained-and-about", "mutual", "itself", "behind-a-chain", "end-of-a-chain"],
)
def test_circles_are_reported_once_at_their_first_line(roles, expected):
    found = [(one.rule, one.severity.name, one.line) for one in check(circle(roles), {}) if one.rule == "circle"]

    assert found == expected


def test_a_circle_over_an_attribute_is_found():
    annotations = STATEMENT.replace(" Speaker:T1 Addressee:T2", "") + "A7\tId E5 s1\nA8\tEmbeddedIn E5 statement:s1\n"

    assert of(annotations) == [("circle", "VIOLATION", 2, 1, 2)]


def test_a_long_chain_needs_no_stack_and_linear_time():
    begun = time.monotonic()

    found = check(circle([("EmbeddedIn", (n + 1) % 20_000) for n in range(20_000)]), {})

    assert sum(one.rule == "circle" for one in found) == 1
    assert time.monotonic() - begun < 120


def test_ids_and_order_are_those_of_the_canonical_form():
    document, _ = parse(META, TEXT, "T1\tCountry 17 23\tRussia\nT4000500\tOrganization 4 9\tUnion\n")

    found = [(one.rule, one.severity.name, one.line, one.column, one.message) for one in check(document, {})]

    assert found == [
        ("id-not-derived", "WARNING", 1, 1, "expected the id 'T17000600', which derives from the span, got 'T1'"),
        ("not-formatted", "WARNING", 1, 1, "expected this line after line 2, got it before"),
        ("no-link", "INFO", 1, 4, "expected a link that says which Country the words name, got none"),
        ("no-link", "INFO", 2, 10, "expected a link that says which Organization the words name, got none"),
    ]


@given(documents())
def test_a_formatted_document_has_no_finding_about_ids_order_and_references(document):
    again, _ = parse(META, document.text, render(document))

    assert not LAYOUT & {one.rule for one in check(again, {})}
    assert not {"dangling-reference", "duplicate-id", "surface-differs"} & {one.rule for one in check(again, {})}


@pytest.mark.parametrize(
    ("text", "span", "cut"),
    [
        ("і\u0301 є\n", (0, 1), True),
        ("і\u0301 є\n", (0, 2), False),
        ("❤\ufe0f тут\n", (0, 1), True),
        ("👨\u200d👩 тут\n", (0, 1), True),
        ("👨\u200d👩 тут\n", (2, 3), True),
        ("👨\u200d👩 тут\n", (0, 3), False),
        ("👍🏽 так\n", (0, 1), True),
        ("🇺🇦🇵🇱\n", (1, 3), True),
        ("🇺🇦🇵🇱\n", (2, 4), False),
        ("а\u200dб\n", (2, 3), False),
        ("їжа\n", (0, 1), False),
    ],
    ids=[
        "mark", "with-mark", "variation", "joiner", "joined", "whole-family", "skin", "half-flags", "flag", "letters",
        "composed",
    ],
)  # fmt: skip
def test_a_span_that_cuts_a_character_is_reported(text, span, cut):
    surface = text[slice(*span)]
    document = Document(META, text, textbounds=(TextBound("T0", "Passage", (Span(*span),), surface, 1),))

    found = [(one.severity, one.line) for one in check(document, {}) if one.rule == "cut-character"]

    assert bool(found) == cut
    assert set(found) <= {(Severity.WARNING, 1)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Сьогодні в Кiєві\n", [(1, 13, "expected a word in one script, got 'Кiєві' with the Latin letter 'i'")]),
        ("So\nMоscow\n", [(2, 2, "expected a word in one script, got 'Mоscow' with the Cyrillic letter 'о'")]),
        ("IT-компанія, COVIDний, Київ і Moscow\n", []),
        ("Oлена\n", [(1, 1, "expected a word in one script, got 'Oлена' with the Latin letter 'O'")]),
    ],
    ids=["latin", "cyrillic", "mixed-on-purpose", "first-letter"],
)
def test_letters_of_another_script_are_reported_in_the_text(text, expected):
    found = check(Document(META, text, "a/text.txt", "a/text.ann"), {})

    assert [(one.line, one.column, one.message) for one in found] == expected
    assert {(one.rule, one.severity, one.file) for one in found} <= {("mixed-script", Severity.WARNING, "a/text.txt")}


@given(documents(), st.data())
def test_any_document_can_be_checked(document, data):
    keys = st.sampled_from(["T1", "T2", "E1", "A0", "*", "", "../x", "T9"])
    label = st.sampled_from([*RECORDS, "City", "Passage", "Furniture", "x"])
    name = st.sampled_from([*RECORDS["Statement"].fields, "Kind", "Reference", "x"])
    document = Document(
        META,
        document.text,
        textbounds=tuple(
            one._replace(
                id=data.draw(keys),
                label=data.draw(label),
                spans=(Span(*data.draw(st.tuples(st.integers(0, 60), st.integers(0, 60)))),),
            )
            for one in document.textbounds
        ),
        events=tuple(
            one._replace(
                id=data.draw(keys),
                label=data.draw(label),
                trigger=data.draw(keys),
                roles=(Role(data.draw(name), data.draw(keys)),),
            )
            for one in document.events
        ),
        attributes=tuple(one._replace(name=data.draw(name), target=data.draw(keys)) for one in document.attributes),
        links=document.links,
        notes=tuple(one._replace(name=data.draw(name), target=data.draw(keys)) for one in document.notes),
    )

    found = check(document, AUTHORITY)

    assert found == sorted(found, key=lambda one: (one.file, one.line, one.column, one.rule, one.message))


def test_many_faults_take_linear_time():
    lines = [f"T{n}\tOrganisation{n} {n} {n + 1}\tx\nN{n}\tReference T{n} ukrgraph:no-{n}\tx\n" for n in range(20_000)]
    document, _ = parse(META, "x" * 20_001 + "\n", "".join(lines))
    authority = {f"entity-{n}": "Person" for n in range(2_000)}

    begun = time.monotonic()
    found = check(document, authority)

    assert time.monotonic() - begun < 120
    assert sum(one.rule == "unknown-entity" for one in found) == 20_000


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not in this checkout")
def test_the_corpus_has_no_fault():
    found = [finding for document, _ in load(CORPUS) for finding in check(document, {})]

    assert [one for one in found if one.severity > Severity.INFO] == []
