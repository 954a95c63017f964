"""The command line: exit codes, messages on standard error, results on standard output, and nothing half-written."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "data" / "corpus"


@pytest.fixture
def corpus(tmp_path):
    """Return a copy of the corpus that a test may break."""
    return Path(shutil.copytree(CORPUS, tmp_path / "corpus"))


def edit(file, old, new):
    text = file.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    file.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["biuld"], 2, "no command 'biuld'; did you mean 'build'?"),
        (["xyzzy"], 2, "no command 'xyzzy'; there are: "),
        (["build", "nothere"], 2, "Directory 'nothere' does not exist."),
        (["--project", "nothere", "build"], 2, "Directory 'nothere' does not exist."),
        (["build", "--base", "foo"], 2, "base: expected an absolute IRI that ends in '/' or '#', got 'foo'"),
        (["convert"], 2, "Missing argument 'IN...'."),
        (["convert", "nothere"], 3, "nothere: expected a folder or an annotation file, got nothing"),
        (["convert", CORPUS, "-o", "x.foo"], 2, "cannot tell the format of 'x.foo'; known suffixes: .ttl, .trig"),
        (["convert", CORPUS, "--format", "foo"], 2, "'foo' is not one of 'turtle', 'trig', 'nquads', 'jsonld'"),
        (["convert", CORPUS, "--from", "brta"], 2, "'brta' is not one of 'brat', 'brat-lenient'"),
        (["corpus", "check", "nothere"], 2, "Path 'nothere' does not exist."),
    ],
    ids=lambda value: " ".join(Path(str(word)).name for word in value) if isinstance(value, list) else "",
)
def test_wrong_use_is_told_in_a_sentence(run, arguments, code, message):
    found, out, err = run(*arguments)
    assert (found, out) == (code, "")
    assert message in err
    assert "Traceback" not in err


def test_a_folder_without_documents_is_an_error(run, tmp_path):
    for command in (["build", tmp_path], ["convert", tmp_path], ["corpus", "check", tmp_path]):
        code, out, err = run(*command)
        assert (code, out) == (3, "")
        assert "expected annotated documents, found none; see docs/annotation.md for the layout" in err


def test_build_in_an_empty_folder_uses_the_packaged_corpus_and_says_so(run, tmp_path):
    code, out, err = run("--project", tmp_path, "build")
    assert code == 0
    assert err == "reading the corpus that came with ukrgraph\n"
    assert [line.split() for line in out.splitlines()][:3] == [
        ["documents", "5"],
        ["statements", "81"],
        ["sanctions", "7"],
    ]
    for name in ("facts.ttl", "ukrgraph.trig"):
        assert (tmp_path / "data/graph" / name).read_bytes() == (ROOT / "data/graph" / name).read_bytes()


def test_check_tells_whether_the_published_graph_is_up_to_date(run, corpus, tmp_path):
    assert run("--project", ROOT, "build", "--check")[0] == 0
    edit(corpus / "doc-000" / "text.ann", "s000-01", "s000-99")
    code, _, err = run("--project", ROOT, "build", corpus, "--check", "--output", ROOT / "data/graph")
    assert code == 1
    assert "facts.ttl: not what the corpus gives; run 'ukrgraph build' and commit it" in err
    assert not (tmp_path / "data").exists()


FAULTS = {
    "label": (" Person ", "\tPerson ", "\tPersn ", "unknown-label"),
    "offset-beyond-the-text": ("", "\tGroup 0 24", "\tGroup 0 99999", "outside-text"),
    "surface": ("", "\tLeaders around the world", "\tLeaders round the world", "surface-differs"),
    "day": ("", "2022-09-21", "2022-02-30", "no-day"),
    "act": ("", " condemns", " condems", "unknown-notation"),
    "entity": ("", "ukrgraph:russia", "ukrgraph:rusia", "unknown-entity"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_an_annotation_stops_the_build_and_names_its_place(run, corpus, tmp_path, fault):
    _, old, new, _ = FAULTS[fault]
    file = corpus / "doc-000" / "text.ann"
    line = file.read_text(encoding="utf-8").split("\n")
    number = next(n for n, row in enumerate(line, 1) if old in row)
    edit(file, old, new)
    code, _, err = run("build", corpus, "-o", tmp_path / "graph")
    assert code == 1
    assert f"{file}:{number}:" in err
    assert f"{tmp_path / 'graph'}: not written because of the errors above" in err
    assert not (tmp_path / "graph").exists()


def test_a_build_with_errors_leaves_the_old_graph(run, corpus, tmp_path):
    assert run("build", corpus, "-o", tmp_path / "graph")[0] == 0
    before = (tmp_path / "graph" / "facts.ttl").read_bytes()
    edit(corpus / "doc-003" / "text.ann", "\tAct ", "\tAkt ")
    assert run("build", corpus, "-o", tmp_path / "graph")[0] == 1
    assert (tmp_path / "graph" / "facts.ttl").read_bytes() == before
    assert sorted(p.name for p in (tmp_path / "graph").iterdir()) == ["facts.ttl", "ukrgraph.trig"]


def test_invalid_utf8_is_told_with_its_byte(run, corpus):
    file = corpus / "doc-001" / "text.txt"
    size = file.stat().st_size
    file.write_bytes(file.read_bytes() + b"\xff\xfe")
    code, _, err = run("convert", corpus / "doc-001")
    assert code == 1
    assert f"expected UTF-8, got byte 0xff at byte {size}" in err


@pytest.mark.parametrize("format", ["turtle", "trig", "nquads", "jsonld"])
def test_every_format_holds_the_same_triples(run, tmp_path, format):
    import pyoxigraph as ox  # noqa: PLC0415

    from ukrgraph.store import FORMATS  # noqa: PLC0415

    file = tmp_path / "out"
    assert run("convert", CORPUS, "-o", file, "--format", format)[0] == 0
    reference = tmp_path / "reference.nq"
    assert run("convert", CORPUS, "-o", reference)[0] == 0
    quads = {str(quad.triple) for quad in ox.parse(path=str(file), format=FORMATS[format])}
    assert quads == {str(quad.triple) for quad in ox.parse(path=str(reference))}
    assert len(quads) > 18_000


def test_workers_and_lists_on_standard_input_give_the_same_bytes(run, tmp_path):
    one, two, listed = (tmp_path / f"{name}.nq" for name in ("one", "two", "listed"))
    assert run("convert", CORPUS, "-o", one)[0] == 0
    assert run("convert", CORPUS, "-o", two, "--workers", "2")[0] == 0
    folders = "".join(f"{folder}\n" for folder in sorted(CORPUS.iterdir()))
    assert run("convert", "-", "-o", listed, stdin=folders)[0] == 0
    assert one.read_bytes() == two.read_bytes() == listed.read_bytes()


def test_converting_to_standard_output_writes_nothing_else_there(run, tmp_path):
    code, out, err = run("convert", CORPUS / "doc-002")
    assert (code, err) == (0, "")
    file = tmp_path / "x.nq"
    run("convert", CORPUS / "doc-002", "-o", file)
    assert out == file.read_text(encoding="utf-8")


def test_python_m_ukrgraph_is_the_same_command(tmp_path):
    file = tmp_path / "x.nq"
    command = [sys.executable, "-m", "ukrgraph", "convert", str(CORPUS / "doc-002")]
    printed = subprocess.run(command, capture_output=True, check=True, env=os.environ)
    again = subprocess.run([*command, "-o", str(file)], capture_output=True, check=True, env=os.environ)
    assert (printed.stdout, again.stdout) == (file.read_bytes(), b"")


def test_help_needs_no_heavy_import():
    code = (
        "import sys; sys.argv = ['ukrgraph', '--help']\n"
        "from ukrgraph.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(sorted({'rdflib', 'pyoxigraph', 'pyshacl', 'oxrdflib', 'rich'} & set(sys.modules)))"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert printed.stdout.endswith("[]\n")


def test_the_corpus_is_clean_and_canonical(run):
    code, out, err = run("corpus", "check", CORPUS)
    assert (code, err) == (0, "")
    assert out == "5 documents, 4986 annotations, 0 findings\n"
    assert run("corpus", "fmt", "--check", CORPUS)[:2] == (0, "5 documents, 0 changed\n")


def test_fmt_brings_shuffled_lines_with_running_ids_into_canonical_form(run, corpus):
    file = corpus / "doc-002" / "text.ann"
    canonical = file.read_bytes()
    file.write_bytes(b"\n".join(reversed(canonical.rstrip(b"\n").split(b"\n"))) + b"\n")
    code, out, _ = run("corpus", "fmt", corpus)
    assert (code, out) == (0, f"{file}: formatted\n5 documents, 1 changed\n")
    assert file.read_bytes() == canonical


def test_retext_moves_annotations_along_with_an_edit(run, corpus, tmp_path):
    document = corpus / "doc-000"
    text = (document / "text.txt").read_text(encoding="utf-8")
    edited = tmp_path / "edited.txt"
    edited.write_text("A line that was added.\n\n" + text, encoding="utf-8", newline="")
    code, out, err = run("corpus", "retext", document, edited)
    assert (code, out, err) == (0, "972 annotations, 0 lost, written\n", "")
    assert run("corpus", "check", document)[0] == 0


def test_retext_writes_nothing_if_an_annotation_is_lost(run, corpus, tmp_path):
    document = corpus / "doc-000"
    before = {file.name: file.read_bytes() for file in document.iterdir()}
    edited = tmp_path / "edited.txt"
    text = (document / "text.txt").read_text(encoding="utf-8")
    edited.write_text(text.replace("Twitter", "a network"), encoding="utf-8", newline="")
    code, _, err = run("corpus", "retext", document, edited)
    assert code == 1
    assert "Twitter" in err
    assert {file.name: file.read_bytes() for file in document.iterdir()} == before


@pytest.mark.parametrize(
    ("arguments", "code"), [(["queries", "list"], 0), (["ask", "SELECT"], 3), (["load", "none.ttl"], 3), (["hlep"], 2)]
)
def test_the_exit_code_is_the_same_when_nobody_reads_what_is_printed(tmp_path, arguments, code):
    command = [sys.executable, "-m", "ukrgraph", "--project", str(tmp_path), *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=os.environ)
    process.stdout.close()
    assert process.wait(300) == code
