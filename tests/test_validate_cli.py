"""`ukrgraph validate` and its sisters on the command line: exit codes, formats, baseline, caches, wrong use."""

import json
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from rdflib import RDF, Graph, URIRef

from ukrgraph.cli import explain, init, validate
from ukrgraph.errors import InputError, UkrgraphError, UsageError
from ukrgraph.validate.vocabulary import SH

ROOT = Path(__file__).parents[1]
HEAD = "@prefix e: <http://example.org/> .\n@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
GOOD = "e:a a e:C ; e:p 1 .\n"
BAD = GOOD + "e:b a e:C .\n"
SHAPES = """\
e:S a sh:NodeShape ; sh:targetClass e:C ; sh:property e:S-p .
e:S-p a sh:PropertyShape ; sh:path e:p ; sh:minCount 1 {} .
"""


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    """Return a folder with good data, bad data, data that warns, and their shapes; it is the current one."""
    files = {
        "good.ttl": HEAD + GOOD,
        "bad.ttl": HEAD + BAD,
        "shapes.ttl": HEAD + SHAPES.format(""),
        "warn.ttl": HEAD + SHAPES.format("; sh:severity sh:Warning"),
        "info.ttl": HEAD + SHAPES.format("; sh:severity sh:Info"),
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments, command=validate.command, project=Path(), **options):
    """Return exit code, standard output and message of a command, as `main` gives them."""
    result = CliRunner().invoke(command, [str(one) for one in arguments], obj=project, **options)
    if isinstance(result.exception, UkrgraphError):
        return result.exception.exit_code, result.stdout, str(result.exception)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def test_good_data_gives_exit_code_0_and_the_coverage_line(project):
    assert run("good.ttl", "--shapes", "shapes.ttl") == (0, "1 shapes, 1 nodes checked, 0 not covered\n", "")


def test_bad_data_gives_exit_code_1_and_its_place(project):
    code, out, err = run("bad.ttl", "--shapes", "shapes.ttl")
    assert (code, err) == (1, "")
    assert out == (
        "bad.ttl:4:1: error: expected at least 1 value of <http://example.org/p> "
        "(<http://example.org/b> <http://example.org/p>) [S-p]\n"
        "    e:b a e:C .\n"
        "    ^^^^^^^^^^^\n"
        "    give a value of <http://example.org/p>\n"
        "1 shapes, 2 nodes checked, 0 not covered\n"
    )


@pytest.mark.parametrize(
    ("shapes", "level", "code"),
    [
        ("shapes.ttl", "violation", 1),
        ("shapes.ttl", "info", 1),
        ("warn.ttl", "violation", 0),
        ("warn.ttl", "warning", 1),
        ("info.ttl", "warning", 0),
        ("info.ttl", "info", 1),
    ],
)
def test_fail_on_says_which_severity_counts(project, shapes, level, code):
    assert run("bad.ttl", "--shapes", shapes, "--fail-on", level)[0] == code


@pytest.mark.parametrize("engine", ["prefilter", "pyshacl"])
@pytest.mark.parametrize("format_", validate.FORMATS)
def test_every_format_is_the_same_in_two_runs_and_both_engines(project, format_, engine):
    first = run("bad.ttl", "--shapes", "shapes.ttl", "--format", format_)
    assert first[0] == 1
    assert run("bad.ttl", "--shapes", "shapes.ttl", "--format", format_, "--engine", engine) == first


def test_turtle_is_a_report_of_shacl(project):
    _, out, _ = run("bad.ttl", "--shapes", "shapes.ttl", "--format", "turtle")
    report = Graph().parse(data=out)
    [result] = report.objects(None, SH.result)
    assert report.value(result, SH.focusNode) == URIRef("http://example.org/b")
    assert report.value(result, SH.sourceConstraintComponent) == SH.MinCountConstraintComponent
    assert [report.value(node, SH.conforms).value for node in report.subjects(RDF.type, SH.ValidationReport)] == [False]


def test_paths_are_written_as_shacl_writes_them(project):
    path = "( [ sh:inversePath e:q ] [ sh:zeroOrMorePath e:r ] [ sh:alternativePath ( e:s ( e:t e:u ) ) ] )"
    (project / "p.ttl").write_text(
        HEAD + f"e:S a sh:PropertyShape ; sh:targetClass e:C ; sh:path {path} ; sh:minCount 1 .", "utf-8"
    )
    _, out, _ = run("good.ttl", "--shapes", "p.ttl", "--format", "turtle")
    report, expected = Graph().parse(data=out), Graph().parse(data=HEAD + f"e:x sh:path {path} .")
    [written] = report.objects(None, SH.resultPath)
    assert written.n3() in {node.n3() for node in report.all_nodes()}
    report.add((URIRef("http://example.org/x"), SH.path, written))
    wanted = {name: len(list(expected.triples((None, name, None)))) for name in set(expected.predicates())}
    assert {name: len(list(report.triples((None, name, None)))) for name in wanted} == wanted


def test_output_goes_to_a_file(project):
    assert run("bad.ttl", "--shapes", "shapes.ttl", "--format", "json", "-o", "out.json") == (1, "", "")
    assert [one["rule"] for one in json.loads(Path("out.json").read_text("utf-8"))["findings"]] == ["S-p"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["nope.ttl"], 3, "nope.ttl: cannot read it: No such file or directory; check the path"),
        (["broken.ttl"], 3, "broken.ttl:2:9: expected turtle: oops is not a valid RDF object; correct the file"),
        (["empty.ttl"], 3, "empty.ttl: expected RDF with at least one triple, found none; nothing was validated"),
        (["good.xyz"], 2, "good.xyz: unknown suffix '.xyz'; use --data-format"),
        (["-"], 2, "-: expected --data-format for standard input, got none"),
        (["good.ttl", "--shapes", "nope.ttl"], 3, "nope.ttl: expected a shapes file or a folder"),
        (["good.ttl", "--shapes", "good.ttl"], 3, "good.ttl: expected SHACL shapes, found none; nothing was validated"),
        (
            ["good.ttl", "--shapes", "broken.ttl"],
            3,
            "broken.ttl:2:9: expected turtle: oops is not a valid RDF object; correct the file",
        ),
        (
            ["good.ttl", "--shapes", "two-paths.ttl"],
            3,
            "shapes: A shape defined as a PropertyShape cannot have more than one",
        ),
        (["good.ttl", "--counts", "nope.toml"], 3, "nope.toml: cannot read it"),
        (["good.ttl", "--baseline", "nope.txt"], 3, "nope.txt: cannot read it"),
        (["good.ttl", "--baseline", "good.ttl"], 3, "good.ttl:1: expected '# ukrgraph baseline 1"),
        (["good.ttl", "--format", "pdf"], 2, "Invalid value for '--format': 'pdf' is not one of"),
        (["good.ttl", "--fail-on", "never"], 2, "Invalid value for '--fail-on'"),
        (["nowhere"], 2, "nowhere: unknown suffix ''"),
        (["empty-folder"], 3, "empty-folder: expected annotated documents, found none"),
        (["latin.ttl"], 3, "latin.ttl:1:"),
        (["star.nt"], 3, "triple term"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_use_gives_one_clear_message_and_never_exit_code_1(project, arguments, code, message):
    (project / "broken.ttl").write_text("@prefix e: <urn:e:> .\ne:a e:b oops .", "utf-8")
    (project / "empty.ttl").write_text("# nothing\n", "utf-8")
    (project / "good.xyz").write_text("x", "utf-8")
    (project / "two-paths.ttl").write_text(
        HEAD + "e:S a sh:PropertyShape ; sh:path e:p , e:q ; sh:minCount 1 .", "utf-8"
    )
    (project / "latin.ttl").write_bytes(b'<urn:a> <urn:b> "\xe9" .')
    (project / "star.nt").write_text("<urn:a> <urn:b> <<( <urn:a> <urn:b> <urn:c> )>> .\n", "utf-8")
    (project / "empty-folder").mkdir()
    given = [] if "--shapes" in arguments else ["--shapes", "shapes.ttl"]
    found, out, text = run(*arguments, *given)
    assert (found, out) == (code, "")
    assert message in text
    assert "Traceback" not in text


def test_wrong_use_is_an_error_of_its_kind(project):
    for arguments, kind in ((["nope.ttl"], InputError), (["-"], UsageError)):
        result = CliRunner().invoke(validate.command, [*arguments, "--shapes", "shapes.ttl"], obj=Path())
        assert type(result.exception) is kind


@pytest.mark.parametrize("format_", ["turtle", "nquads", "ntriples", "trig", "jsonld", "rdfxml"])
def test_standard_input_is_read_in_every_format(project, format_):
    formats = {
        "turtle": "TURTLE",
        "nquads": "N_QUADS",
        "ntriples": "N_TRIPLES",
        "trig": "TRIG",
        "jsonld": "JSON_LD",
        "rdfxml": "RDF_XML",
    }
    triples = [quad.triple for quad in ox.parse((HEAD + BAD).encode(), format=ox.RdfFormat.TURTLE)]
    text = ox.serialize(triples, format=getattr(ox.RdfFormat, formats[format_]))
    code, out, _ = run("-", "--shapes", "shapes.ttl", "--data-format", format_, "--format", "json", input=text)
    assert code == 1
    assert [(one["rule"], one["file"]) for one in json.loads(out)["findings"]] == [("S-p", "-")]


def test_a_store_is_read(project):
    store = ox.Store("store")
    store.load(path="bad.ttl")
    store.flush()
    del store
    code, out, _ = run("store", "--shapes", "shapes.ttl", "--format", "json")
    assert code == 1
    assert [one["about"]["focusNode"] for one in json.loads(out)["findings"]] == ["<http://example.org/b>"]


def test_several_files_are_validated_as_one_graph(project):
    Path("more.ttl").write_text(HEAD + "e:b e:p 2 .", "utf-8")
    assert run("bad.ttl", "more.ttl", "--shapes", "shapes.ttl")[0] == 0


def test_a_baseline_hides_what_is_known_and_shows_what_is_new(project):
    assert run("bad.ttl", "--shapes", "shapes.ttl", "--write-baseline", "known.txt")[0] == 1
    code, out, _ = run("bad.ttl", "--shapes", "shapes.ttl", "--baseline", "known.txt")
    assert (code, out) == (0, "1 shapes, 2 nodes checked, 0 not covered\n")
    Path("bad.ttl").write_text(HEAD + "# moved\n\n" + BAD + "e:c a e:C .\n", "utf-8")
    code, out, _ = run("bad.ttl", "--shapes", "shapes.ttl", "--baseline", "known.txt", "--format", "json")
    assert code == 1
    assert [one["about"]["focusNode"] for one in json.loads(out)["findings"]] == ["<http://example.org/c>"]


def test_the_cache_changes_nothing_but_the_time(tmp_path):
    shutil.copytree(ROOT / "data" / "corpus" / "doc-002", tmp_path / "data" / "corpus" / "doc-002")
    file = tmp_path / "data" / "corpus" / "doc-002" / "text.ann"
    whole = run(project=tmp_path)
    kept = sorted((tmp_path / ".ukrgraph" / "validate").iterdir())
    assert [one.name.split(".", 1)[1] for one in kept] == ["faults.json.gz", "run.json.gz"]
    assert run(project=tmp_path) == whole
    text = file.read_text("utf-8")
    file.write_text(text.replace(" united-states", " nobody-there", 1), "utf-8")
    edited = run(project=tmp_path)
    assert edited != whole
    assert run("--no-cache", project=tmp_path) == edited
    kept[1].write_bytes(b"broken")
    assert run(project=tmp_path) == edited
    file.write_text(text, "utf-8")
    assert run(project=tmp_path) == whole


def test_our_own_corpus_has_no_violation():
    code, out, err = run("--format", "json", "--no-cache", project=ROOT)
    assert (code, err) == (0, "")
    assert json.loads(out)["counts"]["violation"] == 0


def test_explain_prints_a_rule(project):
    code, out, _ = run("S-p", "--shapes", "shapes.ttl", command=explain.command)
    assert (code, out) == (
        0,
        (
            "S-p (violation)\n  looks at: sh:targetClass <http://example.org/C>\n  path: <http://example.org/p>\n"
            "  written in: shapes.ttl\n"
        ),
    )
    assert run("--list", "--shapes", "shapes.ttl", command=explain.command)[1].splitlines() == [
        "S  violation  S",
        "S-p  violation  S p",
    ]
    assert run("--shapes", "shapes.ttl", command=explain.command)[0] == 2


def test_init_writes_a_workflow_and_a_hook_once(project):
    code, out, _ = run("--ci", command=init.command)
    assert (code, out.split()) == (0, [init.WORKFLOW, init.HOOKS])
    assert "ukrgraph validate --format github" in Path(init.WORKFLOW).read_text("utf-8")
    assert "id: ukrgraph-validate" in Path(init.HOOKS).read_text("utf-8")
    assert run("--ci", command=init.command)[0] == 2
    assert run("--ci", "--force", command=init.command)[0] == 0
    assert run(command=init.command)[0] == 2


def test_turtle_has_the_results_of_nested_shapes_as_details():
    Path("n.ttl").write_text(
        HEAD + "e:S a sh:NodeShape ; sh:targetClass e:C ; sh:node e:N .\n"
        "e:N a sh:NodeShape ; sh:property e:N-q .\ne:N-q a sh:PropertyShape ; sh:path e:q ; sh:minCount 1 .",
        "utf-8",
    )
    _, out, _ = run("good.ttl", "--shapes", "n.ttl", "--format", "turtle")
    report = Graph().parse(data=out)
    [result] = report.objects(None, SH.result)
    [detail] = report.objects(result, SH.detail)
    assert report.value(result, SH.sourceConstraintComponent) == SH.NodeConstraintComponent
    assert report.value(detail, SH.resultPath) == URIRef("http://example.org/q")
