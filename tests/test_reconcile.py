"""Reconciling names: spellings, scores with reasons, what is a match and what is not, tables in and out."""

import csv
import io
import json
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from ukrgraph.cli.reconcile import command
from ukrgraph.errors import InputError, UsageError
from ukrgraph.wikidata import reconcile
from ukrgraph.wikidata.authorities import Entity, Name
from ukrgraph.wikidata.items import Claim, Item
from ukrgraph.wikidata.match import Matcher, Reason, targets
from ukrgraph.wikidata.spelling import key, plain, romanised, same

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def shipped():
    return reconcile.matcher(ROOT)


ROMANISED = {
    "Алушта": "alushta",
    "Борщагівка": "borshchahivka",
    "Ґалаґан": "galagan",
    "Єнакієве": "yenakiieve",
    "Згурський": "zghurskyi",
    "Їжакевич": "yizhakevych",
    "Йосипівка": "yosypivka",
    "Кадиївка": "kadyivka",
    "Мар'їне": "marine",
    "Юрій": "yurii",
    "Яготин": "yahotyn",
    "Костянтин": "kostiantyn",
    "Знам’янка": "znamianka",
    "Щербухи": "shcherbukhy",
}
"""Examples of the table in Resolution 55 of the Cabinet of Ministers of Ukraine (2010)."""


@pytest.mark.parametrize(("cyrillic", "latin"), ROMANISED.items(), ids=ROMANISED)
def test_ukrainian_is_romanised_by_the_official_table(cyrillic, latin):
    assert romanised(cyrillic) == latin


ONE_NAME = [
    ("Kyiv", "Kiev", "Київ", "Киев"),
    ("Luhansk", "Lugansk", "Луганськ", "Луганск"),
    ("Zelensky", "Zelenskyy", "Zelenskiy", "Zelenskyi", "Зеленський", "Зеленский"),
    ("Zaporizhzhia", "Zaporizhia", "Zaporizhzhya", "Запоріжжя"),
    ("Recep Tayyip Erdoğan", "RECEP TAYYIP ERDOGAN", "Recep  Tayyip-Erdoğan"),
    ("António Guterres", "Antonio Guterres"),
    ("Donetsk People's Republic", "Donetsk People’s Republic"),
    ("Kherson region", "Kherson Oblast"),
    ("Odesa", "Odessa"),
    ("Putin", "Путін", "Путин"),
]


@pytest.mark.parametrize("names", ONE_NAME, ids=lambda names: names[0])
def test_spellings_of_one_name_share_a_key(names):
    assert {key(name) for name in names} == {key(names[0])}


@pytest.mark.parametrize(
    ("one", "other"),
    [("Kherson", "Kharkiv"), ("Donetsk", "Luhansk"), ("Kherson", "Kherson region"), ("Biden", "Blinken"), ("US", "UN")],
)
def test_other_names_do_not(one, other):
    assert not same(one, other)


def test_spelling_keeps_nothing_but_letters_and_spaces():
    assert plain("  “Zaporizhzhia” (city), 2022! ") == "zaporizhzhia city 2022"


def found(matcher, text, **question):
    return [(one.id, one.score, one.match) for one in matcher.candidates(text, **question)[:1]]


MATCHES = {
    "a label": ("Vladimir Putin", {}, "vladimir-putin", 100.0),
    "a label in Ukrainian": ("Володимир Путін", {}, "vladimir-putin", 100.0),
    "an alias": ("Putin", {}, "vladimir-putin", 98.0),
    "the official romanisation": ("Volodymyr Zelenskyi", {}, "volodymyr-zelensky", 99.0),
    "another romanisation": ("Volodymyr Zelenskiy", {}, "volodymyr-zelensky", 98.0),
    "without accents": ("Recep Tayyip Erdoğan", {}, "recep-tayyip-erdogan", 100.0),
    "in capitals": ("JOSEP BORRELL", {}, "josep-borrell", 100.0),
    "another word for region": ("Kherson Oblast", {}, "kherson-region", 98.0),
    "a city by its type": ("Moscow", {"type": "City"}, "moscow", 100.0),
    "a government by its type": ("Moscow", {"type": "government"}, "government-of-russia", 98.0),
    "a place by the class of places": ("Lugansk", {"type": "Place"}, "luhansk-region", 98.0),
    "by its language": ("ООН", {"language": "uk"}, "united-nations", 98.0),
}


@pytest.mark.parametrize(("text", "question", "id", "score"), MATCHES.values(), ids=MATCHES)
def test_a_certain_candidate_is_the_match(shipped, text, question, id, score):
    assert found(shipped, text, **question) == [(id, score, True)]


NO_MATCHES = {
    "a capital may be its government": ("Kyiv", {}, "government-of-ukraine", 98.0),
    "a city and a government are equally likely": ("Moscow", {}, "moscow", 100.0),
    "a name for a region may be that of a city": ("Kherson", {}, "kherson-region", 98.0),
    "a government is no city": ("Kyiv", {"type": "City"}, "government-of-ukraine", 49.0),
    "a misspelt name": ("Antony Blinkin", {}, "antony-blinken", 91.0),
    "a part of a name": ("Tayyip", {}, "recep-tayyip-erdogan", 78.4),
}


@pytest.mark.parametrize(("text", "question", "id", "score"), NO_MATCHES.values(), ids=NO_MATCHES)
def test_an_uncertain_candidate_is_none(shipped, text, question, id, score):
    assert found(shipped, text, **question) == [(id, score, False)]


@pytest.mark.parametrize("text", ["", "   ", "!!!", "Xqzzv Wkrrp"])
def test_nothing_like_a_name_has_no_candidates(shipped, text):
    assert shipped.candidates(text) == []


def test_every_label_finds_its_entity(shipped):
    lost = [
        (target.id, name.text)
        for target in shipped.targets
        for name in target.names
        if name.kind == "label"
        and target.id not in [one.id for one in shipped.candidates(name.text) if one.score == 100.0]
    ]

    assert lost == []


def test_the_score_is_the_product_of_its_reasons(shipped):
    (first, *_) = shipped.candidates("СТОЛТЕНБЕРГ", type="Person", language="en")

    assert first.reasons == (
        Reason("the same text but for case as 'Столтенберг'", 1.0),
        Reason("an alias in uk", 0.98),
        Reason("the name is in uk, not in en", 0.97),
        Reason("of the type Person", 1.0),
    )
    assert first.score == round(100 * 0.98 * 0.97, 1)
    assert first.why() == (
        "the same text but for case as 'Столтенберг' (1); an alias in uk (0.98); the name is in uk, not in en (0.97); "
        "of the type Person (1)"
    )


def test_a_candidate_that_is_nearly_as_likely_is_named(shipped):
    assert shipped.candidates("Moscow")[0].reasons[-1] == Reason("government-of-russia is nearly as likely", 1.0)


def test_candidates_carry_our_id_and_the_item(shipped):
    assert [(one.id, one.qid) for one in shipped.candidates("Jens Stoltenberg")[:1]] == [("jens-stoltenberg", "Q57665")]
    assert [(one.id, one.qid) for one in shipped.candidates("Antony Blinken")[:1]] == [("antony-blinken", "")]


def test_an_unknown_type_is_refused_with_the_nearest(shipped):
    with pytest.raises(UsageError, match=r"type: expected a class or a kind, got 'Persons'; did you mean 'Person'\?"):
        shipped.candidates("Putin", type="Persons")


def test_items_of_a_slice_are_candidates_and_lend_their_names():
    own = Entity("vladimir-putin", "Person", "person", (Name("Vladimir Putin", "en", "label"),))
    items = [
        Item("Q7747", labels={"en": "Vladimir Putin", "fr": "Vladimir Poutine"}),
        Item("Q42", labels={"mul": "Douglas Adams"}, claims={"P31": (Claim("P31", "Q5", "item", "normal"),)}),
        Item("Q43", labels={"en": "Adams"}, redirect="Q42"),
    ]
    matcher = Matcher(targets([own], {"vladimir-putin": "Q7747"}, items))

    assert [(one.id, one.qid, one.score) for one in matcher.candidates("Vladimir Poutine")] == [
        ("vladimir-putin", "Q7747", 100.0)
    ]
    assert [(one.id, one.qid, one.label, one.match) for one in matcher.candidates("Douglas Adams", type="Q5")] == [
        ("", "Q42", "Douglas Adams", True)
    ]


def test_other_candidates_are_named_by_our_id_or_by_their_item():
    names = [Name("Kherson region", "en", "label")]
    items = [Item("Q1", labels={"en": "Kherson"}), Item("Q10", labels={"en": "Kherson regions"})]
    matcher = Matcher(targets([Entity("kherson-region", "Region", "region", tuple(names))], {}, items))
    table = reconcile.parse(b"name\nKherson region\n", "it")
    question = reconcile.Question("name")

    written = list(csv.reader(reconcile.write(table, question, reconcile.answers(table, question, matcher))))

    assert [written[1][1], written[1][-1]] == ["kherson-region", "Q10 94.4 | Q1 78.4"]


DELIMITERS = {
    "comma": b"name,note\nPutin,x\n",
    "semicolon": b"name;note\nPutin;x\n",
    "tab": b"name\tnote\nPutin\tx\n",
    "with byte order mark and CRLF": b"\xef\xbb\xbfname,note\r\nPutin,x\r\n",
    "without a last line feed": b"name,note\nPutin,x",
    "with an empty line": b"name,note\n\nPutin,x\n",
}


@pytest.mark.parametrize("data", DELIMITERS.values(), ids=DELIMITERS)
def test_a_table_is_read_however_it_is_separated(data):
    table = reconcile.parse(data, "it")

    assert (table.columns, table.rows) == (["name", "note"], [["Putin", "x"]])


def test_a_cell_may_have_line_feeds_and_quotes():
    assert reconcile.parse(b'name,note\n"a ""b""\nc",d\n', "it").rows == [['a "b"\nc', "d"]]


FAULTS = {
    "too many cells": (b"name\na,b\n", r"it:2: expected 1 columns, got 2; quote the text"),
    "no UTF-8": (b"name\n\xcf\xf3\xf2\xb3\xed\n", r"it: expected UTF-8, got byte 0xcf at byte 5; save it as UTF-8"),
    "an open quote": (b'name\n"a\n', r"it:2: expected CSV: unexpected end of data"),
    "nothing": (b"", r"it: expected a line with the names of columns, got nothing"),
}


@pytest.mark.parametrize(("data", "message"), FAULTS.values(), ids=FAULTS)
def test_a_faulty_table_is_refused(data, message):
    with pytest.raises(InputError, match=message):
        reconcile.parse(data, "it")


def run(tmp_path, data, *arguments):
    file = tmp_path / "names.csv"
    file.write_text(data, encoding="utf-8")
    return CliRunner().invoke(command, [str(file), *arguments], obj=ROOT)


def test_the_command_adds_columns(tmp_path):
    result = run(
        tmp_path, "who,kind\nPutin,Person\nKyiv,City\nNobody At All,\n", "--column", "who", "--type-column", "kind"
    )

    assert result.exit_code == 0
    assert list(csv.reader(io.StringIO(result.stdout))) == [
        ["who", "kind", "who:id", "who:wikidata", "who:label", "who:score", "who:match", "who:why", "who:others"],
        [
            *("Putin", "Person", "vladimir-putin", "Q7747", "Vladimir Putin", "98", "yes"),
            *("the same text (1); an alias in en (0.98); of the type Person (1)", ""),
        ],
        [
            *("Kyiv", "City", "government-of-ukraine", "", "Government of Ukraine", "49", "no"),
            "the same text (1); an alias in en (0.98); the type is Organization, government, not City (0.5)",
            "",
        ],
        ["Nobody At All", "", "", "", "", "", "", "", ""],
    ]
    assert result.stderr == "3 rows: 1 matched, 1 to look at, 1 not found\n"


def test_the_command_gives_all_reasons_as_json(tmp_path):
    result = run(tmp_path, "who\nMacron\n", "--column", "who", "--format", "json", "--limit", "1")

    (row,) = json.loads(result.stdout)
    assert row["row"] == {"who": "Macron"}
    assert row["candidates"][0]["reasons"] == [
        {"what": "like 'Макрон'", "factor": 0.817},
        {"what": "an alias in uk", "factor": 0.98},
    ]


def test_the_command_writes_a_file(tmp_path):
    result = run(tmp_path, "who\nNATO\n", "--column", "who", "-o", str(tmp_path / "out.csv"))

    assert result.stdout == ""
    assert (
        (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()[1].startswith("NATO,nato,Q7184,NATO,100,yes,")
    )


def test_an_unknown_column_is_refused_with_the_nearest(tmp_path):
    result = run(tmp_path, "who\nNATO\n", "--column", "whom")

    assert isinstance(result.exception, UsageError)
    assert str(result.exception) == "no column 'whom'; did you mean 'who'?"


def test_an_unknown_type_in_a_row_is_refused_with_the_row(tmp_path):
    result = run(tmp_path, "who,kind\nNATO,\nPutin,Persn\n", "--column", "who", "--type-column", "kind")

    assert isinstance(result.exception, UsageError)
    assert str(result.exception) == ("row 2: type: expected a class or a kind, got 'Persn'; did you mean 'Person'?")


def test_a_missing_file_is_refused():
    result = CliRunner().invoke(command, ["nowhere.csv", "--column", "who"], obj=ROOT)

    assert isinstance(result.exception, InputError)


def test_no_socket_is_opened(tmp_path, monkeypatch):
    def refuse(*_arguments, **_options):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)

    assert run(tmp_path, "who\nNATO\n", "--column", "who").exit_code == 0
