"""N-Quads terms: what is written is what another engine reads."""

import pyoxigraph as ox
from hypothesis import given
from hypothesis import strategies as st

from ukrgraph.nquads import iri, lines, quads, string, typed

TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXT, st.sampled_from(["", "en", "uk"]))
def test_strings_are_read_back_as_they_were(text, language):
    line = f"<x:s> <x:p> {string(text, language)} .\n"
    (triple,) = ox.parse(line, format=ox.RdfFormat.N_QUADS)
    assert triple.object == ox.Literal(text, language=language or None)


@given(TEXT)
def test_strings_are_written_as_oxigraph_writes_them(text):
    assert string(text) == str(ox.Literal(text))


def test_a_subject_has_a_line_for_each_pair():
    written = quads(iri("x:s"), iri("x:g"), ['<x:p> "1"', f"<x:q> {typed('2022-09-20', 'date')}"])
    assert written == (
        '<x:s> <x:p> "1" <x:g> .\n<x:s> <x:q> "2022-09-20"^^<http://www.w3.org/2001/XMLSchema#date> <x:g> .\n'
    )


def test_a_subject_without_pairs_writes_nothing():
    assert quads("<x:s>", "<x:g>", []) == ""


def test_only_a_line_feed_ends_a_line():
    text = quads("<x:s>", "<x:g>", [f"<x:p> {string(chr(0x2028) + chr(0x85))}", "<x:p> <x:o>"])
    assert len(lines(text)) == 2
    assert "".join(lines(text)) == text
