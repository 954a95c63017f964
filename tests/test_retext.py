"""Annotations moved along with an edit of their text: rightly, or not at all."""

import time
from dataclasses import replace

import pytest
from documents import documents
from hypothesis import given
from hypothesis import strategies as st

from ukrgraph.document import Attribute, Document, Event, Link, Metadata, Note, Relation, Role, Span, TextBound
from ukrgraph.readers.brat import parse
from ukrgraph.retext import retext
from ukrgraph.retext.alignment import DELETED, UNSETTLED, images
from ukrgraph.standoff.canonical import render

TEXT = "Kyiv thanked Oslo on Monday.\n"
ANNOTATIONS = (
    "T1\tCity 0 4\tKyiv\n"
    "T2\tThank 5 12\tthanked\n"
    "T3\tCity 13 17\tOslo\n"
    "E1\tThank:T2 By:T1 To:T3\n"
    "A1\tSure T3\n"
    "N1\tReference T3 ukrgraph:oslo\tOslo\n"
    "#1\tNote E1\tx\n"
)


def document():
    return parse(Metadata("doc"), TEXT, ANNOTATIONS)[0]


def places(moved):
    return [(one.id, one.spans) for one in moved.textbounds]


def told(findings):
    return [(one.line, one.column, one.rule, one.message, one.advice) for one in findings]


def test_annotations_move_with_their_words():
    moved, findings = retext(document(), "Today Kyiv warmly thanked Oslo on Monday.\n")

    assert findings == []
    assert places(moved) == [("T1", (Span(6, 10),)), ("T2", (Span(18, 25),)), ("T3", (Span(26, 30),))]
    assert (moved.events, moved.notes) == (document().events, document().notes)
    assert parse(moved.metadata, moved.text, render(moved))[1] == []


def test_a_changed_word_is_lost_with_all_that_is_about_it():
    moved, findings = retext(document(), "Kyiv thanked Bergen on Monday.\n")

    assert places(moved) == [("T1", (Span(0, 4),)), ("T2", (Span(5, 12),))]
    assert moved.events == (Event("E1", "Thank", "T2", (Role("By", "T1"),), 4),)
    assert (moved.attributes, moved.links, len(moved.notes)) == ((), (), 1)
    assert told(findings) == [
        (3, 9, "anchor-lost", "expected the words 'Oslo' in the new text, got them changed", "annotate the new words"),
        (4, 19, "anchor-lost", "expected the target of To, got none: T3 was lost", "add the role again"),
        (5, 1, "anchor-lost", "expected T3, which it is about, got none: it was lost", "add it again"),
        (6, 1, "anchor-lost", "expected T3, which it is about, got none: it was lost", "add it again"),
    ]


def test_an_event_is_lost_with_its_trigger():
    moved, findings = retext(document(), "Kyiv and Oslo on Monday.\n")

    assert (moved.events, moved.notes) == ((), ())
    assert [one.line for one in findings] == [2, 4, 7]


def test_a_place_that_the_edit_does_not_settle_is_reported():
    moved, findings = retext(document(), "Kyiv Kyiv thanked Oslo on Monday.\n")

    assert [key for key, _ in places(moved)] == ["T2", "T3"]
    message = "expected one place in the new text for 'Kyiv', got several or none"
    advice = "annotate the words again; the new text has them at 1:1 (offset 0), 1:6 (offset 5)"
    assert told(findings)[0] == (1, 9, "anchor-lost", message, advice)


def test_words_between_which_something_was_inserted_are_lost():
    moved, [finding, *_] = retext(document(), "Kyiv thanked Os!lo on Monday.\n")

    assert [key for key, _ in places(moved)] == ["T1", "T2"]
    assert finding.message == "expected the words 'Oslo' in the new text, got them changed"


def test_a_surface_that_was_wrong_before_is_not_moved():
    wrong = replace(document(), textbounds=(TextBound("T1", "City", (Span(1, 5),), "Kyiv", 1),), events=())

    moved, findings = retext(wrong, "So " + TEXT)

    assert moved.textbounds == ()
    assert findings[0].message == "expected a surface that agrees with the old text, got 'Kyiv'"


def test_relations_are_lost_with_their_ends():
    related = replace(document(), relations=(Relation("R1", "Near", (Role("Arg1", "T1"), Role("Arg2", "T3")), 8),))

    moved, findings = retext(related, "Kyiv thanked Bergen on Monday.\n")

    assert moved.relations == ()
    assert [one.line for one in findings] == [3, 4, 5, 6, 8]


def test_the_digest_is_that_of_the_new_text():
    moved, _ = retext(document(), "x\n")

    assert moved.metadata.sha256 == "73cb3858a687a8494ca3323053016282f3dad39d42cf62ca4e79dda2aac7d9ac"


@given(documents())
def test_an_unchanged_text_changes_nothing(before):
    moved, findings = retext(before, before.text)

    assert findings == []
    assert replace(moved, metadata=before.metadata) == before


def tracked(text, edits, *, fresh):
    """Return the edited text and the new offset of each old character; only edits with `fresh` text may delete."""
    characters = list(zip(text, range(len(text)), strict=True))
    for place, width, inserted in edits:
        at = place % (len(characters) + 1)
        if fresh:
            del characters[at : at + width]
        characters[at:at] = [(letter, None) for letter in inserted]
    now = {origin: offset for offset, (_, origin) in enumerate(characters) if origin is not None}
    return "".join(letter for letter, _ in characters), now


EDITS = st.tuples(st.integers(0, 200), st.integers(0, 5), st.text("ЖЩ\U0001f680", max_size=3))
INSERTIONS = st.tuples(st.integers(0, 200), st.just(0), st.text("abвї .\n\u0301", max_size=6))


@given(documents(), st.lists(EDITS, max_size=6))
def test_deletions_and_new_characters_move_each_annotation_rightly_or_lose_it(before, edits):
    text, now = tracked(before.text, edits, fresh=True)

    check_moves(before, text, now)


@given(documents(), st.lists(INSERTIONS, max_size=6))
def test_insertions_of_any_text_move_each_annotation_rightly_or_lose_it(before, edits):
    text, now = tracked(before.text, edits, fresh=False)

    check_moves(before, text, now)


def check_moves(before, text, now):
    moved, findings = retext(before, text)
    old = {one.id: one for one in before.textbounds}
    for one in moved.textbounds:
        for (start, end), (new_start, new_end) in zip(old[one.id].spans, one.spans, strict=True):
            assert [now.get(offset) for offset in range(start, end)] == list(range(new_start, new_end))
            assert text[new_start:new_end] == before.text[start:end]
    reported = {one.line for one in findings if one.rule == "anchor-lost"}
    roles = sum(len(one.roles) for one in before.events) - sum(len(one.roles) for one in moved.events)
    lost_events = len(before.events) - len(moved.events)
    assert bool(reported) == (len(moved) < len(before) or (roles > 0 and lost_events == 0))
    assert len(findings) >= len(before) - len(moved)


def shortest(old, new):
    """Return images by the full table: what every shortest script keeps in one place."""
    rows, columns = len(old), len(new)

    def table(a, b):
        cost = [[i + j for j in range(len(b) + 1)] for i in range(len(a) + 1)]
        for i in range(1, len(a) + 1):
            for j in range(1, len(b) + 1):
                cost[i][j] = min(cost[i - 1][j], cost[i][j - 1]) + 1
                if a[i - 1] == b[j - 1]:
                    cost[i][j] = min(cost[i][j], cost[i - 1][j - 1])
        return cost

    forward, backward = table(old, new), table(old[::-1], new[::-1])

    def rest(i, j):
        return backward[rows - i][columns - j]

    found = []
    for i in range(rows):
        kept = [
            j
            for j in range(columns)
            if old[i] == new[j] and forward[i][j] + rest(i + 1, j + 1) == forward[rows][columns]
        ]
        deleted = any(forward[i][j] + 1 + rest(i + 1, j) == forward[rows][columns] for j in range(columns + 1))
        found.append(kept[0] if len(kept) == 1 and not deleted else UNSETTLED if kept else DELETED)
    return found


@pytest.mark.parametrize("letters", ["ab", "abc", "abcdefgh"])
def test_images_are_those_of_the_full_table(letters):
    words = st.text(letters, max_size=12)

    @given(words, words)
    def equal(old, new):
        assert images(old, new) == shortest(old, new)

    equal()


def test_a_long_text_with_many_edits_is_moved_in_seconds():
    lines = [f"Line {n} of the report says that {n * 7919 % 1000} people were there, and more.\n" for n in range(1600)]
    text = "".join(lines)
    spans = [text.index("people", sum(map(len, lines[:n]))) for n in range(0, 1600, 10)]
    textbounds = tuple(TextBound(f"T{n}", "Group", (Span(at, at + 6),), "people", n) for n, at in enumerate(spans, 1))
    before = Document(Metadata("doc"), text, textbounds=textbounds)
    edited = [line.replace("report", "long account") if n % 3 == 0 else line for n, line in enumerate(lines)]

    begun = time.monotonic()
    moved, findings = retext(before, "".join(edited))

    assert time.monotonic() - begun < 120
    assert len(text) > 100_000
    assert findings == []
    assert {"".join(edited)[one.start : one.end] for one in moved.textbounds} == {"people"}


def test_a_text_that_was_written_anew_loses_what_cannot_be_placed():
    before = Document(Metadata("d"), "ab" * 3000, textbounds=(TextBound("T1", "X", (Span(0, 2),), "ab", 1),))

    moved, [finding] = retext(before, "cd" * 3000)

    assert (moved.textbounds, finding.rule) == ((), "anchor-lost")


def test_kinds_that_are_about_lost_ones_are_all_lost():
    about = Document(
        Metadata("d"),
        "one two",
        textbounds=(TextBound("T1", "X", (Span(0, 3),), "one", 1),),
        attributes=(Attribute("A1", "a", "T1", "", 2),),
        links=(Link("N1", "T1", "w", "Q1", "", 3),),
        notes=(Note("#1", "n", "A1", "", 4),),
    )

    moved, findings = retext(about, "ten two")

    assert len(moved) == 0
    assert [one.line for one in findings] == [1, 2, 3, 4]
