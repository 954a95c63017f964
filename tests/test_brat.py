"""brat standoff: the strict profile, its canonical form, and the dialects found in the wild."""

import re
import time
from collections import Counter
from pathlib import Path

import pytest
from documents import documents
from hypothesis import example, given
from hypothesis import strategies as st

from ukrgraph.corpus import load
from ukrgraph.document import Attribute, Document, Event, Link, Metadata, Note, Relation, Role, Span, TextBound
from ukrgraph.errors import InputError
from ukrgraph.finding import Severity, caret, excerpt
from ukrgraph.readers import READERS, read
from ukrgraph.readers.brat import LINE_LIMIT, parse
from ukrgraph.readers.dialects import parse_lenient
from ukrgraph.readers.encoding import decode
from ukrgraph.standoff.canonical import canonical, render
from ukrgraph.standoff.lines import line

CASES = Path(__file__).parent / "cases" / "readers" / "brat"
TUTORIALS = Path(__file__).parents[1].parent / "shared" / "corpora" / "brat-tutorials"
META = Metadata("doc")
TEXT = "The Union warned of it. 🇺🇦\n"
KIND = "expected a line that begins with T, E, A, N or #, got "
OFFSET = "an offset in code points, without leading zeros"
RETURNS = "expected line ends LF, got 1 carriage returns, the first in line 1"


def kinds(document):
    return (
        document.textbounds, document.events, document.relations, document.attributes, document.links, document.notes,
    )  # fmt: skip


def told(findings):
    return [(one.rule, one.severity.name, one.line, one.column) for one in findings]


def test_each_kind_of_line_is_read():
    annotations = (
        "T4000500\tOrganization 4 9\tUnion\n"
        "N400050000\tReference T4000500 ukrgraph:eu\tEuropean Union\n"
        "A400050000\tKind T4000500 name\n"
        "T10000600\tStatement 10 16\twarned\n"
        "E10000600\tStatement:T10000600 Speaker:T4000500 About:T4000500 About2:E10000600\n"
        "A1000060000\tFlag E10000600\n"
        "#1000060000\tParaphrase E10000600\tThey: warn of it.\n"
        "T17000500\tPassage 17 19;20 22\tof it\n"
    )

    document, findings = parse(META, TEXT, annotations)

    assert findings == []
    assert document == Document(
        META,
        TEXT,
        textbounds=(
            TextBound("T4000500", "Organization", (Span(4, 9),), "Union", 1),
            TextBound("T10000600", "Statement", (Span(10, 16),), "warned", 4),
            TextBound("T17000500", "Passage", (Span(17, 19), Span(20, 22)), "of it", 8),
        ),
        events=(
            Event(
                "E10000600",
                "Statement",
                "T10000600",
                (Role("Speaker", "T4000500"), Role("About", "T4000500"), Role("About", "E10000600")),
                5,
            ),
        ),
        attributes=(
            Attribute("A400050000", "Kind", "T4000500", "name", 3),
            Attribute("A1000060000", "Flag", "E10000600", "", 6),
        ),
        links=(Link("N400050000", "T4000500", "ukrgraph", "eu", "European Union", 2),),
        notes=(Note("#1000060000", "Paraphrase", "E10000600", "They: warn of it.", 7),),
    )


@pytest.mark.parametrize(
    ("annotations", "expected"),
    [
        ("T1\tCity\t0\t4\tx\n", ("bad-line", 1, 8, "expected a space, got '\\t0\\t4\\tx'")),
        ("T1\tCity 0 four\tx\n", ("bad-line", 1, 11, "expected " + OFFSET + ", got 'four\\tx'")),
        ("T1\tCity 00 4\tx\n", ("bad-line", 1, 10, "expected a space, got '0 4\\tx'")),
        ("T1\tCity 0 4", ("bad-line", 1, 12, "expected a tab, got the end of the line")),
        ("E1\tSaid:T1 \n", ("bad-line", 1, 11, "expected the end of the line, got ' '")),
        ("E1\tSaid:T1 By:\n", ("bad-line", 1, 11, "expected the end of the line, got ' By:'")),
        ("A1\tAct E1 a\tb\n", ("bad-line", 1, 12, "expected the end of the line, got '\\tb'")),
        ("N1\tReference T1 eu\tx\n", ("bad-line", 1, 19, "expected ':', got '\\tx'")),
        ("#1\tNote E1\n", ("bad-line", 1, 11, "expected a tab, got the end of the line")),
        ("what is this\n", ("not-an-annotation", 1, 1, KIND + "'what is this'")),
        ("\n", ("blank-line", 1, 1, "expected an annotation, got an empty line")),
        ("R1\tIn Arg1:T1 Arg2:T2\n", ("not-in-profile", 1, 1, KIND + "'R'")),
        ("E1\tSaid:T1 By:T2 By:T3\n", ("role-number", 1, 18, "expected the role 'By2', got 'By'")),
        ("E1\tSaid:T1 By2:T2 By:T3\n", ("role-number", 1, 12, "expected the role 'By', got 'By2'")),
        ("T1\tCity 0 4\tx\r\n", ("carriage-return", 1, 0, RETURNS)),
        ("\ufeffT1\tCity 0 4\tx\n", ("byte-order-mark", 1, 1, "expected no byte order mark, got one")),
    ],
    ids=[
        "tab", "word-for-number", "leading-zero", "cut-off", "trailing-space", "role-without-target", "two-values",
        "no-authority", "no-text", "not-brat", "blank", "relation", "number-missing", "number-without-first",
        "carriage-return", "byte-order-mark",
    ],
)  # fmt: skip
def test_what_is_not_in_the_profile_is_reported_with_its_place(annotations, expected):
    _, findings = parse(META, TEXT, annotations)

    first = findings[0]

    assert (first.rule, first.line, first.column, first.message) == expected


def test_relations_are_reported_and_kept():
    document, _ = parse(META, TEXT, "R1\tIn Arg1:T1 Arg2:T2\t\n*\tEquiv T1 T2\n")

    assert document.relations == (
        Relation("R1", "In", (Role("Arg1", "T1"), Role("Arg2", "T2")), 1),
        Relation("*", "Equiv", (Role("", "T1"), Role("", "T2")), 2),
    )


def test_canonical_form_derives_ids_from_spans_and_sorts():
    annotations = (
        "#7\tParaphrase E1\tThey warn.\n"
        "A9\tPhase E1 announced\n"
        "A8\tAct E1 warns\n"
        "E1\tSanction:T3 By:T1 By2:T2\n"
        "T3\tSanction 4 9\tUnion\n"
        "T2\tCity 4 9\tUnion\n"
        "T1\tPassage 4 16\tUnion warned\n"
        "N1\tReference T3 ukrgraph:eu\tx\n"
        "A7\tKind T3 name\n"
    )

    document, _ = parse(META, TEXT, annotations)

    assert render(document) == (
        "T4001200\tPassage 4 16\tUnion warned\n"
        "T4000500\tCity 4 9\tUnion\n"
        "T4000501\tSanction 4 9\tUnion\n"
        "N400050100\tReference T4000501 ukrgraph:eu\tx\n"
        "A400050100\tKind T4000501 name\n"
        "E4000501\tSanction:T4000501 By:T4001200 By2:T4000500\n"
        "A400050101\tAct E4000501 warns\n"
        "A400050102\tPhase E4000501 announced\n"
        "#400050100\tParaphrase E4000501\tThey warn.\n"
    )


def test_canonical_order_of_equal_spans_does_not_depend_on_the_order_of_lines():
    first = "T1\tSanction 4 9\tUnion\nE1\tSanction:T1\nA1\tId E1 one\n"
    second = "T2\tSanction 4 9\tUnion\nE2\tSanction:T2\nA2\tId E2 two\n"

    forwards, backwards = (render(parse(META, TEXT, both)[0]) for both in (first + second, second + first))

    assert forwards == backwards


def test_a_union_of_two_branches_formats_as_the_whole_does():
    one = render(parse(META, TEXT, "T1\tCity 4 9\tUnion\nA1\tKind T1 name\n")[0])
    other = render(parse(META, TEXT, "T1\tPassage 10 16\twarned\n")[0])

    document, findings = parse(META, TEXT, other + one)

    assert findings == []
    assert render(document) == one + other


@pytest.mark.parametrize(
    ("annotations", "message"),
    [
        ("T1\tCity 4 9\tUnion\nT1\tCity 4 9\tUnion\n", "text.ann:2: expected one annotation called 'T1', got two"),
        ("T1\tCity 4 9\tUnion\nA1\tKind T2 x\n", "text.ann:2: expected an annotation called 'T2', got none"),
    ],
    ids=["duplicate", "dangling"],
)
def test_unclear_ids_are_not_formatted(annotations, message):
    document, _ = parse(META, TEXT, annotations)

    with pytest.raises(InputError, match=f"^{re.escape(message)}; correct the ids before formatting$"):
        render(document)


@given(documents())
def test_parse_after_render_is_identity(document):
    again, findings = parse(document.metadata, document.text, render(document))

    assert findings == []
    assert again == canonical(document)
    assert content(again) == content(document)
    assert render(again) == render(document)


def content(document):
    """Return what a document says, without ids, lines and order."""
    names = {one.id: (one.label, one.spans, one.surface) for one in document.textbounds}
    names |= {one.id: ("event", names[one.trigger]) for one in document.events}
    return (
        Counter(names[one.id] for one in document.textbounds),
        Counter((one.label, names[one.trigger], *((n, names[t]) for n, t in one.roles)) for one in document.events),
        Counter((one.name, names[one.target], one.value) for one in document.attributes),
        Counter((names[one.target], one.authority, one.reference, one.name) for one in document.links),
        Counter((one.name, names[one.target], one.text) for one in document.notes),
    )


@given(documents())
def test_derived_ids_are_used_once(document):
    ids = [one.id for kind in kinds(canonical(document)) for one in kind]

    assert len(ids) == len(set(ids))


@given(documents())
def test_each_line_is_rebuilt_exactly(document):
    written = render(document)

    again, _ = parse(META, document.text, written)

    rebuilt = sorted((one.line, line(one)) for kind in kinds(again) for one in kind)
    assert [text for _, text in rebuilt] == written.splitlines()


def mutations(written):
    return st.tuples(
        st.integers(0, len(written)), st.integers(0, 4), st.text("\t\n\r :;T1E0A#N*\ufeffї\U0001f600", max_size=4)
    )


@given(documents(), st.data())
def test_a_damaged_file_loses_no_line_in_silence(document, data):
    written = render(document)
    for at, width, instead in data.draw(st.lists(mutations(written), min_size=1, max_size=5)):
        written = written[:at] + instead + written[at + width :]

    for reader in (parse, parse_lenient):
        found, findings = reader(META, document.text, written)
        lines = written.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", " ").removesuffix("\n").split("\n")
        seen = {one.line for kind in kinds(found) for one in kind} | {one.line for one in findings}
        assert set(range(1, len(lines) + 1)) - seen <= ({1} if lines == [""] else set())


@given(st.binary(max_size=200), st.binary(max_size=200))
@example(b"", b"T1\tX 9999999999999999999999 1\tx")
@example(b"", b"\xff\xfeT\x001\x00")
def test_no_bytes_raise_anything_but_an_input_error(text, annotations):
    try:
        words, _ = decode(text, "x.txt")
        lines, _ = decode(annotations, "x.ann")
    except InputError:
        return
    for reader in (parse, parse_lenient):
        document, _ = reader(META, words, lines)
        try:
            form = render(document)
        except InputError:
            continue
        assert render(reader(META, document.text, form)[0]) == form


@given(st.integers(1, 500), st.booleans(), st.data())
def test_the_caret_of_an_excerpt_points_at_its_place(length, dots, data):
    text = "…" * dots + "".join(chr(0x4E00 + index) for index in range(length))
    column = data.draw(st.integers(1, len(text)))

    source = excerpt(text, column)

    assert len(source) <= 200
    assert source[caret(source, column)] == text[column - 1]


def cases():
    return sorted(file.stem for file in CASES.glob("*.ann"))


def test_every_case_has_its_text_and_what_is_expected():
    assert len(cases()) == 29
    assert (
        {file.stem for file in CASES.glob("*.txt")} == set(cases()) == {file.stem for file in CASES.glob("*.expected")}
    )


@pytest.mark.parametrize("name", cases())
def test_a_dialect_is_read_and_its_deviations_are_reported(name):
    [(document, findings)] = load(CASES / f"{name}.ann", lenient=True)

    annotations = [line(one) for kind in kinds(document) for one in kind]
    found = [f"{one.rule} {one.severity.name} {one.line}:{one.column} {one.message}" for one in findings]

    assert [*annotations, "", *found] == (CASES / f"{name}.expected").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("name", sorted(set(cases()) - {"not-brat", "wrong-offsets", "cut-off"}))
def test_a_dialect_formats_to_the_profile_without_loss(name):
    [(document, _)] = load(CASES / f"{name}.ann", lenient=True)

    again, findings = parse(META, document.text, render(document))

    assert len(again) == len(document)
    assert {one.rule for one in findings} <= {"not-in-profile"}


@pytest.mark.skipif(not TUTORIALS.is_dir(), reason="the brat tutorials are not beside the checkout")
@pytest.mark.parametrize("part", ["bio", "news"])
def test_brat_tutorials_are_read_in_full(part):
    for document, findings in load(TUTORIALS / part, lenient=True):
        written = Path(document.annotation_file).read_text(encoding="utf-8")
        counted = Counter(re.findall(r"^([TERAMN#*])\S*\t", written, re.MULTILINE))
        own = Counter(one.id[0] for kind in kinds(document) for one in kind)

        assert own == counted
        assert {one.rule for one in findings} <= {"not-in-profile"}
        assert sum(one.severity is Severity.INFO for one in findings) == counted["R"] + counted["*"] + counted["M"]


def test_a_line_of_a_hundred_megabytes_takes_linear_time_and_is_reported():
    huge = "T1\tCity 0 4\t" + "x" * 100_000_000

    for reader in (parse, parse_lenient):
        begun = time.monotonic()
        document, findings = reader(META, TEXT, huge)
        assert time.monotonic() - begun < 120
        assert len(document) == 0
        assert told(findings) == [("line-too-long", "VIOLATION", 1, 1), ("no-final-newline", "WARNING", 1, 0)]
        assert max(len(one.source) for one in findings) <= 200


@pytest.mark.parametrize(
    "line_of",
    [
        "E1\tA:T1 {0}",
        "E1\tA:T1{1}",
        "A1\tB T1 {2}",
        "#1\t{2}",
        "N1\tReference T1 {2}",
        "T1\tA 0 1{3}",
        "{2}",
        "R1\tA {2}",
    ],
    ids=["roles", "ids", "value", "note", "link", "pieces", "spaces", "relation"],
)
def test_no_line_takes_more_than_linear_time(line_of):
    count = LINE_LIMIT // 5
    fill = (":" * count, "1" * count, " a" * count, ";0 1" * count)

    begun = time.monotonic()
    for reader in (parse, parse_lenient):
        reader(META, TEXT, line_of.format(*fill) + "\n")

    assert time.monotonic() - begun < 120


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            b"T1\n\xd0x",
            "2: expected UTF-8, got byte 0xd0 at byte 3 (invalid continuation byte); convert the file to UTF-8",
        ),
        (
            "Київ".encode("utf-16"),
            "1: expected UTF-8, got byte 0xff at byte 0 (invalid start byte); convert the file from UTF-16 to UTF-8",
        ),
    ],
    ids=["broken", "utf-16"],
)
def test_bytes_that_are_not_utf8_are_named_with_line_and_byte(data, message):
    with pytest.raises(InputError, match=rf"^a\.ann:{re.escape(message)}$"):
        decode(data, "a.ann")


def test_readers_are_found_by_name():
    assert {name: reader.name for name, reader in READERS.items()} == {"brat": "brat", "brat-lenient": "brat-lenient"}
    with pytest.raises(
        Exception, match=r"^expected the name of a format, got 'brat-lenientt'; did you mean 'brat-lenient'"
    ):
        read(CASES, "brat-lenientt")
