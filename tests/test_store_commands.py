"""`ukrgraph dump`, `stats`, `backup`, `store info`, and the same store for rdflib."""

import bz2
import csv
import gzip
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from query_project import CASES, make_project

from ukrgraph.engine.local import open_folder, open_project
from ukrgraph.errors import UsageError
from ukrgraph.graph import Graph
from ukrgraph.store import FORMATS, home, manifest

QUADS = """<http://e.org/a> <http://e.org/p> "x" <http://e.org/g> .
<http://e.org/b> <http://e.org/p> "y" <http://e.org/h> .
<http://e.org/c> <http://e.org/q> "z" .
<http://e.org/c> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://e.org/C> .
"""


@pytest.fixture
def store(run, tmp_path):
    """Return a store of four quads in three graphs."""
    file = tmp_path / "four.nq"
    file.write_text(QUADS)
    assert run("load", "--store", tmp_path / "store", file)[0] == 0
    return tmp_path / "store"


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "project")


def quads(data, format):
    return {str(quad) for quad in ox.parse(data, format=FORMATS[format])}


@pytest.mark.parametrize("format", ["nquads", "trig", "jsonld"])
def test_a_dump_in_a_format_with_graphs_holds_every_quad(run, store, format):
    code, out, err = run("dump", "--store", store, "--format", format)
    assert (code, err) == (0, "")
    assert quads(out.encode(), format) == quads(QUADS, "nquads")


@pytest.mark.parametrize("format", ["turtle", "ntriples", "rdfxml"])
def test_a_dump_in_a_format_without_graphs_holds_every_triple(run, store, format):
    code, out, _ = run("dump", "--store", store, "--format", format)
    assert code == 0
    assert quads(out.encode(), format) == {
        str(ox.Quad(*quad.triple)) for quad in ox.parse(QUADS, format=FORMATS["nquads"])
    }


@pytest.mark.parametrize(
    ("graphs", "expected"),
    [
        (["http://e.org/g"], '<http://e.org/a> <http://e.org/p> "x" <http://e.org/g> .\n'),
        (["http://e.org/h", "http://e.org/h"], '<http://e.org/b> <http://e.org/p> "y" <http://e.org/h> .\n'),
        (["default"], "".join(line + "\n" for line in QUADS.splitlines()[2:])),
        (["http://e.org/h", "default"], "".join(line + "\n" for line in QUADS.splitlines()[1:])),
    ],
)
def test_a_dump_of_some_graphs(run, store, graphs, expected):
    options = [word for graph in graphs for word in ("--graph", graph)]
    code, out, _ = run("dump", "--store", store, *options)
    assert (code, sorted(out.splitlines())) == (0, sorted(expected.splitlines()))
    _, turtle, _ = run("dump", "--store", store, "--format", "turtle", *options)
    assert len(quads(turtle, "turtle")) == expected.count("\n")


def test_a_graph_that_is_not_there_is_told_with_the_nearest(run, store):
    code, out, err = run("dump", "--store", store, "--graph", "http://e.org/gg")
    assert (code, out) == (2, "")
    assert err.startswith("ukrgraph: --graph: the store has no graph 'http://e.org/gg'; did you mean 'http://e.org/")


@pytest.mark.parametrize(("suffix", "unpack"), [("", bytes), (".gz", gzip.decompress), (".bz2", bz2.decompress)])
def test_a_dump_to_a_file_takes_format_and_packing_from_its_name(run, store, tmp_path, suffix, unpack):
    file = tmp_path / f"out.trig{suffix}"
    assert run("dump", "--store", store, "-o", file) == (0, "", "")
    assert quads(unpack(file.read_bytes()), "trig") == quads(QUADS, "nquads")
    again = tmp_path / f"again.trig{suffix}"
    run("dump", "--store", store, "-o", again)
    assert again.read_bytes() == file.read_bytes()


def test_a_dump_packed_with_zstd_can_be_loaded(run, store, tmp_path):
    pytest.importorskip("zstandard", reason="the package zstandard is not installed")
    assert run("dump", "--store", store, "-o", tmp_path / "out.nq.zst")[0] == 0
    assert run("load", "--store", tmp_path / "copy", tmp_path / "out.nq.zst")[0] == 0
    assert set(map(str, open_folder(tmp_path / "copy"))) == quads(QUADS, "nquads")


def test_a_dump_that_cannot_be_written_leaves_nothing(run, store, tmp_path):
    code, _, err = run("dump", "--store", store, "-o", tmp_path / "four.nq" / "out.nq")
    assert (code, err.startswith("ukrgraph: ")) == (4, True)
    code, _, err = run("dump", "--store", store, "-o", tmp_path / "out.foo")
    assert code == 2
    assert "out.foo: cannot tell the format" in err


def test_a_dump_whose_reader_goes_away_ends_quietly(project):
    command = [sys.executable, "-m", "ukrgraph", "--project", str(project), "dump"]
    (project / "big.nt").write_text(
        "".join(f"<http://e.org/{n}> <http://e.org/p> <http://e.org/o> .\n" for n in range(20_000))
    )
    subprocess.run([*command[:-1], "load", project / "big.nt"], check=True, capture_output=True, timeout=120)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.readline()
        process.stdout.close()
        assert (process.stderr.read(), process.wait(120)) == (b"", 0)


def test_stats_count_quads_graphs_classes_and_properties(run, store):
    code, out, _ = run("stats", "--store", store, "--format", "csv")
    assert code == 0
    assert list(csv.reader(io.StringIO(out)))[1:] == [
        ["quads", "", "4"],
        ["graph", "", "2"],
        ["graph", "http://e.org/g", "1"],
        ["graph", "http://e.org/h", "1"],
        ["class", "http://e.org/C", "1"],
        ["property", "http://e.org/p", "2"],
        ["property", "http://e.org/q", "1"],
        ["property", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", "1"],
    ]
    for format in ("table", "tsv", "json", "xml", "markdown", "html"):
        code, out, err = run("stats", "--store", store, "--format", format)
        assert (code, err) == (0, "")
        assert "http://e.org/g" in out


def test_stats_of_a_project_agree_with_the_files(run, project):
    _, out, _ = run("--project", project, "stats", "--format", "csv")
    expected = list(ox.parse(path=str(CASES / "graph.trig")))
    found = list(csv.DictReader(io.StringIO(out)))
    assert found[0] == {"kind": "quads", "name": "", "number": str(len(expected))}
    graphs = {row["name"]: int(row["number"]) for row in found if row["kind"] == "graph"}
    assert sum(graphs.values()) == len(expected)
    named = {quad.graph_name.value for quad in expected if isinstance(quad.graph_name, ox.NamedNode)}
    assert {name for name in graphs if name} == named


def test_a_backup_is_a_store_that_oxigraph_opens_and_the_commands_read(run, store, tmp_path):
    target = tmp_path / "backup"
    assert run("backup", target, "--store", store) == (0, "quads         4\n", "")
    assert set(map(str, ox.Store(str(target)))) == quads(QUADS, "nquads")
    _, out, _ = run("dump", "--store", target)
    assert quads(out, "nquads") == quads(QUADS, "nquads")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["backup", "four.nq", "store"]


def test_writing_to_a_backup_leaves_the_store_alone(run, store, tmp_path):
    run("backup", tmp_path / "backup", "--store", store)
    copy = ox.Store(str(tmp_path / "backup"))
    copy.clear()
    copy.optimize()
    assert len(copy) == 0
    assert set(map(str, open_folder(store))) == quads(QUADS, "nquads")


def test_a_backup_of_the_packaged_graph_is_made_from_memory(run, tmp_path):
    (tmp_path / "empty").mkdir()
    assert run("--project", tmp_path / "empty", "backup", tmp_path / "backup")[0] == 0
    assert len(ox.Store.read_only(str(tmp_path / "backup"))) == len(open_project(tmp_path / "empty"))
    assert list((tmp_path / "empty").iterdir()) == []


def test_a_backup_never_writes_over_anything(run, store, tmp_path):
    (tmp_path / "there").mkdir()
    code, out, err = run("backup", tmp_path / "there", "--store", store)
    assert (code, out) == (2, "")
    assert err == f"ukrgraph: {tmp_path / 'there'}: exists; name a folder that does not\n"
    code, _, err = run("backup", tmp_path / "four.nq" / "x", "--store", store)
    assert (code, err) == (4, f"ukrgraph: {tmp_path / 'four.nq' / 'x'}: cannot write there: File exists\n")


def information(run, *arguments):
    code, out, err = run(*arguments, "store", "info", "--format", "json")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_info_tells_what_became_of_the_store_and_its_sources(run, project, tmp_path):
    at = ("--project", project)
    assert information(run, *at)["state"] == "not usable: there is none yet"
    file = tmp_path / "four.nq"
    file.write_text(QUADS)
    run(*at, "load", file)
    found = information(run, *at)
    made = manifest.read(home.of_project(project).folder)
    assert (found["state"], found["version"], found["quads"]) == ("fresh", "v000001", made.quads)
    assert [(source["kind"], source["state"]) for source in found["sources"]] == [
        ("published", "unchanged"),
        ("loaded", "unchanged"),
    ]
    assert found["size"] > 10_000
    file.unlink()
    (project / home.GRAPH).write_text("<http://e.org/new> <http://e.org/p> <http://e.org/o> .\n")
    found = information(run, *at)
    assert found["state"] == "stale: the published graph has changed"
    assert [source["state"] for source in found["sources"]] == ["has changed", "is gone"]
    assert manifest.read(home.of_project(project).folder) == made
    _, out, _ = run(*at, "store", "info")
    assert f"loaded     {file} (is gone)" in out.splitlines()
    shutil.rmtree(project / home.FOLDER / "v000001")
    assert information(run, *at)["state"].startswith("not usable: its version v000001 is damaged: ")


def test_info_knows_a_bare_store(run, tmp_path):
    bare = ox.Store(str(tmp_path / "bare"))
    bare.bulk_load(QUADS.encode(), format=ox.RdfFormat.N_QUADS)
    del bare
    _, out, _ = run("store", "info", "--store", tmp_path / "bare")
    assert [line.split(maxsplit=1)[1] for line in out.splitlines()][1:6] == [
        "a bare Oxigraph store",
        "-",
        "-",
        "4",
        "2",
    ]


def test_a_load_leaves_only_the_new_version(run, store, tmp_path):
    more = tmp_path / "more.nt"
    more.write_text("<http://e.org/more> <http://e.org/p> <http://e.org/o> .\n")
    command = [sys.executable, "-m", "ukrgraph", "load", "--store", store, more]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert sorted(entry.name for entry in store.iterdir()) == ["lock", "manifest.json", "v000002"]


def test_build_makes_the_store(run, tmp_path):
    assert run("--project", tmp_path, "build")[0] == 0
    assert home.state(home.of_project(tmp_path)).reason == ""
    assert information(run, "--project", tmp_path)["state"] == "fresh"


def test_build_to_another_folder_makes_no_store(run, tmp_path):
    assert run("--project", tmp_path, "build", "-o", tmp_path / "out")[0] == 0
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["out"]


QUERIES = [
    "SELECT ?s ?label { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?label }",
    "SELECT ?type (COUNT(*) AS ?n) { ?s a ?type } GROUP BY ?type",
    "SELECT ?g ?p (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ?p",
]


@pytest.mark.parametrize("query", QUERIES)
def test_rdflib_gets_the_same_rows_of_the_same_store(project, query):
    graph = Graph(project)
    ours = sorted(tuple(map(str, row)) for row in graph.select(query))
    theirs = sorted(tuple(map(str, row)) for row in graph.dataset().query(query))
    assert ours == theirs
    assert len(ours) > 2


def test_the_dataset_of_rdflib_is_read_only(project):
    import rdflib  # noqa: PLC0415

    dataset, name = Graph(project).dataset(), rdflib.URIRef("http://e.org/a")
    with pytest.raises(RuntimeError, match="read-write"):
        dataset.get_context(name).add((name, name, name))


def test_an_endpoint_has_no_dataset():
    with pytest.raises(UsageError, match="dataset: the store is not in this process"):
        Graph(endpoint="https://e.org/sparql").dataset()


def test_a_store_that_is_not_one_is_told(run, tmp_path):
    for command in (("dump",), ("stats",), ("backup", tmp_path / "x")):
        code, out, err = run(*command, "--store", tmp_path)
        assert (code, out) == (3, "")
        assert err.startswith(f"ukrgraph: {tmp_path}: expected a store, but there is none yet; make one: ukrgraph load")
    assert not Path(tmp_path / "x").exists()


def test_files_that_rot_are_told(run, tmp_path):
    file, place = tmp_path / "many.nt", tmp_path / "store"
    file.write_text("".join(f'<http://e.org/{n}> <http://e.org/p> "{n} {n * n}" .\n' for n in range(20_000)))
    assert run("load", "--store", place, file)[0] == 0
    for table in place.glob("*/*.sst"):
        data = bytearray(table.read_bytes())
        if len(data) > 50_000:  # in smaller ones the end, without which a store does not open, is too near
            for part in range(1, 6):
                data[len(data) * part // 10] ^= 0xFF
            table.write_bytes(data)
    for command in (["dump", "--format", "ntriples", "-o", tmp_path / "out.nt"], ["stats"]):
        code, out, err = run(*command, "--store", place)
        assert (code, out) == (4, "")
        assert err == f"ukrgraph: {place}: the files of the store are damaged; load its files again\n"
    assert not (tmp_path / "out.nt").exists()
