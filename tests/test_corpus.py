"""Folders of annotated documents: which there are, what meta.toml says, and what cannot be read."""

import hashlib
import os
import re
from datetime import date
from pathlib import Path

import pytest

from ukrgraph.corpus import documents, load
from ukrgraph.document import Interval, Metadata
from ukrgraph.errors import InputError
from ukrgraph.readers import metadata

CORPUS = Path(__file__).parents[1] / "data" / "corpus"
TEXT = "Kyiv thanked Oslo.\n"
SHA256 = hashlib.sha256(TEXT.encode()).hexdigest()


def write(folder, **files):
    """Write the files of one document; a name in Python has `_` for the dot."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / name.replace("_", ".")).write_bytes(data)


def write_document(folder, meta=f'id = "doc"\nsha256 = "{SHA256}"\n'):
    write(folder, text_txt=TEXT, text_ann="T0000400\tCity 0 4\tKyiv\n", meta_toml=meta)


def told(findings, folder):
    return [(one.rule, str(Path(one.file).relative_to(folder)), one.line, one.column, one.message) for one in findings]


def test_documents_of_both_layouts_are_found_in_the_order_of_their_paths(tmp_path):
    write_document(tmp_path / "b")
    write(tmp_path, z_txt=TEXT, z_ann="", a_txt=TEXT, a_ann="")
    write(tmp_path / ".hidden", x_txt=TEXT, x_ann="")

    found, findings = documents(tmp_path)

    assert findings == []
    assert [(str(one.annotations.relative_to(tmp_path)), one.metadata is not None) for one in found] == [
        ("a.ann", False),
        ("z.ann", False),
        ("b/text.ann", True),
    ]


def test_a_document_is_read_with_its_metadata(tmp_path):
    meta = (
        'id = "digest-000"\ntitle = "On thanks"\nlanguage = "en"\npublisher = "post"\npublisher_basis = "masthead"\n'
        f'credited_source = "agency"\nlicence = "CC0-1.0"\nredistributable = false\nsource = "https://example.org/1"\n'
        f'sha256 = "{SHA256}"\n[published]\nearliest = 2022-09-21\nlatest = "2022-09-22"\nbasis = "dateline"\n'
        '[notes]\nmethod = "by hand"\n'
    )
    write_document(tmp_path, meta)

    [(document, findings)] = load(tmp_path)

    assert findings == []
    assert document.metadata == Metadata(
        "digest-000", "On thanks", "en", "post", "masthead", "agency",
        Interval(date(2022, 9, 21), date(2022, 9, 22)), "dateline", "CC0-1.0",
        redistributable=False, source="https://example.org/1", sha256=SHA256, notes={"method": "by hand"},
    )  # fmt: skip
    assert (document.text, document.annotation_file) == (TEXT, str(tmp_path / "text.ann"))
    assert [one.id for one in document.textbounds] == ["T0000400"]


def test_a_loose_pair_is_named_after_its_files(tmp_path):
    write(tmp_path, news_txt=TEXT, news_ann="T1\tCity 0 4\tKyiv\n")

    [(document, findings)] = load(tmp_path / "news.ann", lenient=True)

    assert (document.metadata, findings) == (Metadata("news"), [])


def test_a_name_that_is_no_id_is_changed_and_reported(tmp_path):
    (tmp_path / "мої вісті.txt").write_text(TEXT)
    (tmp_path / "мої вісті.ann").write_text("")

    [(document, findings)] = load(tmp_path)

    digest = hashlib.sha256("мої вісті".encode()).hexdigest()[:8]
    assert document.metadata.id == digest
    assert [one.rule for one in findings] == ["id-changed"]


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        ("text.txt", [("missing-file", "text.ann", "expected text.txt beside it, got none", False)]),
        ("text.ann", [("missing-file", "text.txt", "expected text.ann beside it, got none", False)]),
        ("meta.toml", [("missing-file", "text.txt", "expected meta.toml beside it, got none", False), True]),
    ],
)
def test_a_missing_file_is_reported(tmp_path, missing, expected):
    write_document(tmp_path)
    (tmp_path / missing).unlink()

    found = [
        (one.rule, Path(one.file).name, one.message, document is not None) if findings else True
        for document, findings in load(tmp_path)
        for one in (findings or [None])
    ]

    assert found == expected


def test_loose_files_without_partner_are_reported(tmp_path):
    write(tmp_path, a_txt=TEXT, b_ann="")

    found = list(load(tmp_path))

    assert [(document, one.rule, one.severity.name, one.message) for document, [one] in found] == [
        (None, "missing-file", "WARNING", "expected a.ann beside it, got none"),
        (None, "missing-file", "VIOLATION", "expected b.txt beside it, got none"),
    ]


def test_two_documents_with_one_id_are_reported(tmp_path):
    write_document(tmp_path / "a")
    write_document(tmp_path / "b")

    [(_, first), (_, [second])] = load(tmp_path)

    assert first == []
    assert (second.rule, second.file) == ("duplicate-document", str(tmp_path / "b" / "text.ann"))
    assert second.message == f"expected an id of its own, got 'doc', which is that of {tmp_path / 'a' / 'text.ann'}"


def test_a_text_that_was_changed_is_reported_at_its_digest(tmp_path):
    write_document(tmp_path, f'id = "doc"\nsha256 = "{"0" * 64}"\n')

    [(document, findings)] = load(tmp_path)

    assert document is not None
    expected = f"expected a text with the SHA-256 {'0' * 64}, got {SHA256}"
    assert told(findings, tmp_path) == [("text-changed", "meta.toml", 2, 1, expected)]


def test_a_text_without_digest_is_reported(tmp_path):
    write_document(tmp_path, 'id = "doc"\n')

    [(_, findings)] = load(tmp_path)

    assert [(one.rule, one.advice) for one in findings] == [("no-sha256", f'add sha256 = "{SHA256}"')]


def test_bytes_that_are_not_utf8_are_a_finding_and_other_documents_are_read(tmp_path):
    write(tmp_path, a_txt=TEXT, a_ann=b"T1\tCity 0 4\tKyiv\nT2\xff\n", b_txt=TEXT, b_ann="")

    (first, findings), (second, others) = load(tmp_path)

    expected = "expected UTF-8, got byte 0xff at byte 19 (invalid start byte)"
    assert first is None
    assert told(findings, tmp_path) == [("not-utf-8", "a.ann", 2, 3, expected)]
    assert (second.metadata.id, others) == ("b", [])


def test_a_file_that_cannot_be_opened_is_a_finding(tmp_path):
    write(tmp_path, a_txt=TEXT)
    (tmp_path / "a.ann").symlink_to(tmp_path / "nowhere")

    [(document, findings)] = load(tmp_path)

    message = "cannot read it: No such file or directory"
    assert (document, told(findings, tmp_path)) == (None, [("unreadable", "a.ann", 0, 0, message)])


def test_links_to_folders_are_not_followed(tmp_path):
    write_document(tmp_path / "a")
    (tmp_path / "a" / "again").symlink_to(tmp_path, target_is_directory=True)

    assert len(list(load(tmp_path))) == 1


@pytest.mark.parametrize("name", ["nowhere", "notes.md"])
def test_a_path_that_is_no_document_is_an_input_error(tmp_path, name):
    (tmp_path / "notes.md").write_text("")

    with pytest.raises(InputError, match=f"^{re.escape(str(tmp_path / name))}: expected a folder"):
        list(load(tmp_path / name))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('id = "../x"\n', [("bad-id", 1, 1, "expected an id of letters a-z, digits, '.', '_' and '-', got '../x'")]),
        ('id = ".."\n', [("bad-id", 1, 1, "expected an id of letters a-z, digits, '.', '_' and '-', got '..'")]),
        ('id = "дев"\n', [("bad-id", 1, 1, "expected an id of letters a-z, digits, '.', '_' and '-', got 'дев'")]),
        ('title = "x"\n', [("bad-id", 0, 0, "expected an id of letters a-z, digits, '.', '_' and '-', got ''")]),
        ('id = "d"\n\ntitel = "x"\n', [("unknown-key", 3, 1, "expected a key of meta.toml, got 'titel'")]),
        ('id = "d"\ntitle = 3\n', [("bad-metadata", 2, 1, "expected a string, got '3'")]),
        ('id = "d"\nredistributable = "no"\n', [("bad-metadata", 2, 1, "expected true or false, got 'no'")]),
        ('id = "d"\nsha256 = "abc"\n', [("bad-metadata", 2, 1, "expected 64 digits of a SHA-256, got 'abc'")]),
        ('id = "d"\npublished = 2022-09-21\n', [("bad-metadata", 2, 1, "expected a table, got '2022-09-21'")]),
        (
            'id = "d"\n[published]\nearliest = "2022-02-30"\n',
            [("bad-date", 3, 1, "expected a day that exists, written 2022-09-21, got '2022-02-30'")],
        ),
        (
            'id = "d"\n[published]\n  latest = "20220921"\n',
            [("bad-date", 3, 3, "expected a day that exists, written 2022-09-21, got '20220921'")],
        ),
        (
            'id = "d"\n[published]\nlatest = 2022-09-21T10:00:00Z\n',
            [("bad-date", 3, 1, "expected a day that exists, written 2022-09-21, got '2022-09-21T10:00:00+00:00'")],
        ),
        (
            'id = "d"\n[published]\nearliest = 2022-09-22\nlatest = 2022-09-21\n',
            [("dates-reversed", 4, 1, "expected a day not before 2022-09-22, got 2022-09-21")],
        ),
        ('id = "d"\n[notes]\nx = 1\n', [("bad-metadata", 3, 1, "expected a string, got '1'")]),
        ('id = "d"\nid = "e"\n', [("bad-toml", 2, 9, "expected TOML, got a mistake: Cannot overwrite a value")]),
    ],
    ids=[
        "id-leads-out", "id-of-dots", "id-in-cyrillic", "no-id", "unknown-key", "number-for-string", "word-for-bool",
        "short-digest", "day-for-table", "no-such-day", "no-hyphens", "time-for-day", "reversed", "note", "toml",
    ],
)  # fmt: skip
def test_what_is_wrong_in_metadata_is_reported_with_its_line(source, expected):
    _, findings = metadata.parse(source, "meta.toml")

    assert [(one.rule, one.line, one.column, one.message) for one in findings] == expected


def test_a_day_that_toml_itself_refuses_is_reported():
    found, [finding] = metadata.parse('id = "d"\n[published]\nlatest = 2022-02-30\n', "meta.toml")

    assert (found, finding.rule, finding.line) == (None, "bad-toml", 3)


def test_a_misspelt_key_is_given_the_right_one():
    _, [finding] = metadata.parse('id = "d"\nlicense = "CC0-1.0"\n', "meta.toml")

    assert finding.advice == "did you mean 'licence'?"


def test_loading_is_lazy(tmp_path):
    write(tmp_path, a_txt=TEXT, a_ann="", b_txt=TEXT, b_ann="")
    found = load(tmp_path)

    first, _ = next(found)
    os.truncate(tmp_path / "b.txt", 0)
    second, _ = next(found)

    assert (first.text, second.text) == (TEXT, "")


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not in this checkout")
def test_the_corpus_is_in_the_profile():
    assert [finding for _, findings in load(CORPUS) for finding in findings] == []
