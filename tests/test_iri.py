"""Minting: stable, safe in IRIs, and refused where an id could leave its folder."""

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ukrgraph.errors import UsageError
from ukrgraph.iri import Namespace, digest, is_id, namespace


@pytest.mark.parametrize("text", ["joe-biden", "s000-04", "a", "v1.2_x", "0"])
def test_ids_are_plain_words(text):
    assert is_id(text)


@pytest.mark.parametrize("text", ["", ".", "..", "../x", "a/b", "a b", "a..b", "-a", "Київ", "a\n", "a#b", "a%2e"])
def test_what_could_leave_its_folder_or_need_an_escape_is_no_id(text):
    assert not is_id(text)


@given(st.text())
def test_an_id_never_needs_an_escape_in_an_iri(text):
    if is_id(text):
        assert Namespace().entity(text) == "https://w3id.org/ukrgraph/id/" + text
        assert not set(text) & set('<>"{}|\\^`/?#[]@!$&()*+,;= %')


PARTS = st.lists(st.text(st.characters(exclude_characters="\x1f", exclude_categories=["Cs"])))


@given(PARTS)
def test_a_digest_is_the_same_every_time(parts):
    assert digest(parts) == digest(list(parts))


@given(PARTS, PARTS)
def test_digests_differ_where_parts_differ(one, other):
    assert (digest(one) == digest(other)) == (one == other)


def test_a_digest_does_not_depend_on_the_process():
    code = "from ukrgraph.iri import digest; print(digest(['doc-000', 'EventReport', 'Київ 🇺🇦']))"
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            encoding="utf-8",
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert printed == {"d51743d97a79101e\n"}


@pytest.mark.parametrize("base", ["", "x", "http://x", "http://x y/", "http://x/<", "/id/"])
def test_a_base_that_is_no_absolute_iri_is_refused(base):
    with pytest.raises(UsageError, match="base: expected an absolute IRI"):
        namespace(base)


def test_every_kind_has_its_folder():
    names = namespace("https://example.org/g#")
    assert names.entity("nato") == "https://example.org/g#id/nato"
    assert names.document("d") == "https://example.org/g#document/d"
    assert names.record("claim", "q1") == "https://example.org/g#claim/q1"
    assert names.graph("d") == "https://example.org/g#graph/d"
