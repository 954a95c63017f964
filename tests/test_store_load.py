"""`ukrgraph load`: every format and packing, all or nothing, and a word about whatever is odd."""

import bz2
import gzip
import io
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from query_project import make_project

from ukrgraph.engine.local import open_folder, open_project
from ukrgraph.store import FORMATS, SUFFIXES, home, manifest

TRIPLES = '<http://e.org/a> <http://e.org/p> "x" .\n<http://e.org/b> <http://e.org/p> "y" .\n'
QUADS = TRIPLES.replace(" .", " <http://e.org/g> .")
SUFFIX = {name: suffix for suffix, name in reversed(SUFFIXES.items())}


def packed(data, how):
    if how == ".gz":
        return gzip.compress(data)
    if how == ".bz2":
        return bz2.compress(data)
    if how == ".zst":
        zstandard = pytest.importorskip("zstandard", reason="the package zstandard is not installed")
        return zstandard.ZstdCompressor().compress(data)
    return data


def content(format):
    """Return the two quads, or triples where there are no graphs, in a format."""
    if format in {"turtle", "ntriples", "rdfxml"}:
        return ox.serialize(
            (quad.triple for quad in ox.parse(TRIPLES, format=FORMATS["ntriples"])), format=FORMATS[format]
        )
    return ox.serialize(ox.parse(QUADS, format=FORMATS["nquads"]), format=FORMATS[format])


def lines(store):
    return sorted(f"{quad} ." for quad in store)


def written(folder, name, text):
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


@pytest.mark.parametrize("how", ["", ".gz", ".bz2", ".zst"])
@pytest.mark.parametrize("format", FORMATS)
def test_every_format_is_loaded_plain_and_packed(run, tmp_path, format, how):
    file = written(tmp_path, f"data{SUFFIX[format]}{how}", packed(content(format), how))
    code, out, err = run("load", "--store", tmp_path / "store", file)
    assert (code, err) == (0, "")
    assert out == "quads before         0\nquads now            2\n"
    graph = "" if format in {"turtle", "ntriples", "rdfxml"} else " <http://e.org/g>"
    expected = [f'<http://e.org/{s}> <http://e.org/p> "{o}"{graph} .' for s, o in (("a", "x"), ("b", "y"))]
    assert lines(open_folder(tmp_path / "store")) == expected


def test_what_a_file_is_packed_with_is_told_by_its_first_bytes(run, tmp_path):
    file = written(tmp_path, "data.nq", gzip.compress(QUADS.encode()))
    assert run("load", "--store", tmp_path / "store", file)[0] == 0
    assert len(open_folder(tmp_path / "store")) == 2


def test_several_members_of_a_packed_file_are_read(run, tmp_path):
    file = written(
        tmp_path, "data.nq.gz", b"".join(gzip.compress(line.encode() + b"\n") for line in QUADS.splitlines())
    )
    assert run("load", "--store", tmp_path / "store", file)[0] == 0
    assert len(open_folder(tmp_path / "store")) == 2


def test_standard_input_needs_a_format(run, tmp_path, monkeypatch):
    code, _, err = run("load", "--store", tmp_path / "store", "-")
    assert code == 2
    assert "standard input: cannot tell the format; use --format with one of turtle, trig, " in err
    monkeypatch.setattr(
        "ukrgraph.streams.sys", type("System", (), {"stdin": io.TextIOWrapper(io.BytesIO(QUADS.encode()))})
    )
    assert run("load", "--store", tmp_path / "store", "-", "--format", "nquads")[0] == 0
    assert len(open_folder(tmp_path / "store")) == 2
    assert [source.path for source in manifest.read(tmp_path / "store").sources] == ["-"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "bad.ttl",
            '<http://e.org/a> <http://e.org/p> "x" .\n<http://e.org/a> b .\n',
            ":2:18: b is not a valid predicate",
        ),
        ("bad.nq", b'<http://e.org/a> <http://e.org/p> "x" .\n\xff\xfe', ":2:1: Invalid UTF-8 character encoding"),
        ("bad.nt", QUADS, ":1:"),
        ("bad.jsonld", '{"@id": "http://e.org/a",\n "http://e.org/p": }', ":2:"),
        ("bad.rdf", "<a>\n<b/>\n</a>", ": XML namespaces are required in RDF/XML"),
        (
            "bad.json",
            '{"@context": "https://e.org/c.jsonld", "@id": "http://e.org/a"}',
            ": its JSON-LD context lies elsewhere and is not",
        ),
        ("relative.ttl", "<a> <http://e.org/p> <b> .", ":1:1: No scheme found in an absolute IRI"),
        ("empty.ttl", "", ": expected RDF, got an empty file"),
        ("empty.nq.gz", gzip.compress(b""), ": expected RDF, got an empty file"),
        ("cut.nq.gz", gzip.compress(QUADS.encode())[:-12], ": the gzip data breaks off"),
        ("damaged.nq.gz", gzip.compress(QUADS.encode())[:20] + bytes(30), ": damaged gzip data"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value and len(value) < 15 and ":" not in value else "",
)
def test_a_broken_file_among_others_is_told_by_its_place_and_nothing_is_loaded(run, tmp_path, name, text, message):
    store = tmp_path / "store"
    before = written(tmp_path, "before.nq", '<http://e.org/old> <http://e.org/p> "o" .\n')
    assert run("load", "--store", store, before)[0] == 0
    made = manifest.read(store)
    first, bad = written(tmp_path, "first.nq", QUADS), written(tmp_path, name, text)
    last = written(tmp_path, "last.nt", TRIPLES)
    code, out, err = run("load", "--store", store, first, bad, last)
    assert (code, out) == (3, "")
    assert f"ukrgraph: {bad}{message}" in err
    assert err.count("\n") == 1
    assert manifest.read(store) == made
    assert lines(open_folder(store)) == ['<http://e.org/old> <http://e.org/p> "o" .']
    assert sorted(entry.name for entry in store.iterdir()) == ["lock", "manifest.json", made.version]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["load"], 2, "Missing argument 'FILE...'."),
        (["load", "nothere.ttl"], 3, "nothere.ttl: cannot read it: No such file or directory"),
        (["load", "data.foo"], 2, "data.foo: cannot tell the format; use --format with one of turtle, trig"),
        (["load", ".", "--format", "turtle"], 3, ".: expected a file, got a folder"),
        (["load", "a.nq", "--graph", "http://e.org/g"], 2, "--graph: a.nq is nquads, which names its graphs itself"),
        (["load", "a.ttl", "--graph", "g"], 2, "--graph: expected an absolute IRI, got 'g'"),
        (["load", "a.ttl", "--base", "g"], 2, "--base: expected an absolute IRI, got 'g'"),
        (["load", "--store", "https://e.org/", "--replace", "a.nq"], 2, "--replace: goes with a store on the disk"),
        (["load", "--store", "https://e.org/", "-", "--format", "nquads"], 3, "standard input: expected a file"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_use_is_told_in_a_sentence(run, tmp_path, monkeypatch, arguments, code, message):
    monkeypatch.chdir(tmp_path)
    found, out, err = run(*arguments)
    assert message in err
    assert (found, out) == (code, "")
    assert "Traceback" not in err


def test_graph_and_base_are_used(run, tmp_path):
    file = written(tmp_path, "a.ttl", "<a> <p> <b> .")
    options = ("--graph", "http://e.org/g", "--base", "http://e.org/x/")
    assert run("load", "--store", tmp_path / "store", file, *options)[0] == 0
    expected = ["<http://e.org/x/a> <http://e.org/x/p> <http://e.org/x/b> <http://e.org/g> ."]
    assert lines(open_folder(tmp_path / "store")) == expected


def test_a_file_without_triples_and_triples_in_two_graphs_are_told(run, tmp_path):
    none = written(tmp_path, "none.ttl", "# nothing\n")
    quads, triples = written(tmp_path, "a.nq", QUADS), written(tmp_path, "a.nt", TRIPLES)
    code, out, err = run("load", "--store", tmp_path / "store", none, quads, triples)
    assert (code, out) == (0, "quads before         0\nquads now            4\n")
    assert err.splitlines()[0] == f"ukrgraph: {none}: there is not a single triple in it"
    assert err.splitlines()[1].startswith(
        "ukrgraph: triples that stand in more than one graph: 2; queries over all graphs count them as often; "
    )


def test_a_project_without_a_graph_gets_a_store_of_what_was_loaded(run, tmp_path):
    file = written(tmp_path, "a.nq", QUADS)
    assert run("--project", tmp_path, "load", file)[0] == 0
    assert len(open_project(tmp_path)) == 2
    code, out, _ = run("--project", tmp_path, "ask", "SELECT ?o { ?s ?p ?o } ORDER BY ?o", "--format", "csv")
    assert (code, out) == (0, "o\r\nx\r\ny\r\n")


def test_replace_forgets_what_was_loaded_and_keeps_the_graph(run, tmp_path):
    project = make_project(tmp_path / "project")
    small = len(open_project(project))
    first, second = written(tmp_path, "a.nq", QUADS), written(tmp_path, "b.nt", TRIPLES)
    assert run("--project", project, "load", first)[1] == f"quads before  {small:>8}\nquads now  {small + 2:>11}\n"
    assert run("--project", project, "load", "--replace", second)[0] == 0
    sources = manifest.read(home.of_project(project).folder).sources
    assert [(source.kind, Path(source.path).name) for source in sources] == [
        ("published", "ukrgraph.trig"),
        ("loaded", "b.nt"),
    ]
    assert run("--project", project, "load", "--replace")[0] == 0
    assert len(open_project(project)) == small


def test_a_load_into_a_stale_store_takes_the_new_graph_and_the_earlier_files(run, tmp_path):
    project = make_project(tmp_path / "project")
    first, second = written(tmp_path, "a.nq", QUADS), written(tmp_path, "b.nq", QUADS.replace("e.org/g", "e.org/h"))
    run("--project", project, "load", first)
    small = len(open_project(project)) - 2
    graph = project / home.GRAPH
    graph.write_text(graph.read_text() + "\n<http://e.org/new> <http://e.org/p> <http://e.org/o> .\n")
    assert run("--project", project, "load", second)[0] == 0
    assert len(open_project(project)) == small + 5


def test_blank_nodes_of_two_files_stay_apart(run, tmp_path):
    files = [written(tmp_path, f"{name}.nt", f'_:b <http://e.org/p> "{name}" .\n') for name in "ab"]
    assert run("load", "--store", tmp_path / "store", *files)[0] == 0
    assert len({quad.subject for quad in open_folder(tmp_path / "store")}) == 2


def test_a_big_file_is_loaded_in_pieces_and_its_digest_noted(run, tmp_path):
    text = "".join(f'<http://e.org/{n}> <http://e.org/p> "{"x" * 40}" .\n' for n in range(20_000))
    file = written(tmp_path, "big.nt", text)
    assert file.stat().st_size > 1 << 20
    assert run("load", "--store", tmp_path / "store", file)[0] == 0
    (source,) = manifest.read(tmp_path / "store").sources
    assert (source.size, source.sha256) == (file.stat().st_size, manifest.digest(file))
    assert manifest.read(tmp_path / "store").quads == len(open_folder(tmp_path / "store")) == 20_000


def test_progress_is_shown_on_a_terminal_only(tmp_path, monkeypatch, capsys):
    from ukrgraph.cli.storing import progress  # noqa: PLC0415

    with progress("load", []) as seen:
        seen(5)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    file = written(tmp_path, "a.nq", QUADS)
    with progress("load", [str(file)]) as seen:
        seen(file.stat().st_size)
    assert capsys.readouterr().out == ""
