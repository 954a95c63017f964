"""Findings stand at the annotation that is at fault: file, line and column, with the words it stands on."""

import itertools
import shutil
from collections import Counter
from pathlib import Path

import pytest
from annotation_faults import KINDS

from ukrgraph import build
from ukrgraph.iri import Namespace
from ukrgraph.reports import WRITERS
from ukrgraph.validate import data, job

ROOT = Path(__file__).parents[1]
DOCUMENTS = ("doc-001", "doc-004")
EACH = dict.fromkeys(KINDS, 1) | dict.fromkeys(list(KINDS)[:13], 5)
"""Faulty files of each kind."""

FOLLOWING = {
    "position-expressed",
    "sanction-phase-order",
    "quantity-amount-missing",
    "statement-said-before-published",
    "vacuous-shape",
}
"""Rules about other places that may follow from a fault: a position that nobody expresses any more, for instance."""


@pytest.fixture(scope="module")
def projects(tmp_path_factory):
    """Return for each document a project of its own, the lines of its annotations, and its findings."""
    found = {}
    for name in DOCUMENTS:
        project = tmp_path_factory.mktemp(name)
        folder = project / "data" / "corpus" / name
        shutil.copytree(ROOT / "data" / "corpus" / name, folder)
        lines = (folder / "text.ann").read_text("utf-8").split("\n")[:-1]
        found[name] = (project, folder / "text.ann", lines, validated(project))
    return found


def validated(project):
    return job.run(job.Job(project))


def key(finding):
    return (finding.rule, finding.message)


def faulty_files(kind, projects):
    for project, file, lines, before in projects.values():
        for fault in KINDS[kind](lines):
            yield project, file, lines, before, fault


@pytest.mark.parametrize("kind", KINDS)
def test_every_finding_about_a_fault_stands_at_its_place(kind, projects):
    number = 0
    for project, file, lines, before, fault in itertools.islice(faulty_files(kind, projects), EACH[kind]):
        file.write_text("\n".join(fault.lines) + "\n", "utf-8")
        try:
            outcome = validated(project)
        finally:
            file.write_text("\n".join(lines) + "\n", "utf-8")
        known = Counter(map(key, before.findings))
        new = [one for one in outcome.findings if not known[key(one)]]
        here = {(one.rule, one.line, one.column) for one in new if one.rule not in FOLLOWING}
        assert fault.must <= here <= fault.must | fault.may
        assert {Path(one.file) for one in new if one.rule not in FOLLOWING} == {file}
        number += 1
    assert number == EACH[kind]


def test_there_are_enough_faulty_files(projects):
    counts = {kind: len(list(itertools.islice(faulty_files(kind, projects), EACH[kind]))) for kind in KINDS}
    assert counts == EACH
    assert sum(count == 5 for count in counts.values()) >= 12
    assert sum(counts.values()) >= 60


def test_two_runs_give_the_same_bytes(projects):
    project, *_ = projects["doc-001"]
    one, two = (job.run(job.Job(project, cache=cached)) for cached in (False, True))
    assert one.findings == two.findings
    for format_ in (*WRITERS, "turtle"):
        assert job.report(one, one.findings, format_) == job.report(two, two.findings, format_)


def test_a_finding_shows_the_line_and_the_words(projects):
    project, file, lines, _ = projects["doc-004"]
    number = next(n for n, line in enumerate(lines, 1) if line.startswith("E") and "\tSanction:" in line)
    outcome = validated(project)
    [finding] = [one for one in outcome.findings if one.rule == "sanction-status-conflict"]
    assert (finding.file, finding.line, finding.column) == (str(file), number, 1)
    assert finding.source == lines[number - 1]
    assert lines[number - 1][: finding.width] == lines[number - 1].split("\t")[0]
    assert outcome.context.facts[finding]["quote"] == "new sanctions against the Kremlin"


TURTLE = """\
@prefix ex: <http://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

ex:a a ex:Thing ;
    ex:size 3 ,
        4 ;
    ex:day "2022-02-30"^^xsd:date .

ex:b a ex:Thing .
_:c a ex:Thing ; ex:size 1 .
"""
SHAPES = """\
@prefix ex: <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .

ex:thing a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property ex:thing-size , ex:thing-day .
ex:thing-size a sh:PropertyShape ; sh:path ex:size ; sh:minCount 1 ; sh:maxInclusive 3 ; sh:minInclusive 2 .
ex:thing-day a sh:PropertyShape ; sh:path ex:day ; sh:maxCount 1 .
"""


@pytest.fixture
def foreign(tmp_path):
    (tmp_path / "d.ttl").write_text(TURTLE, "utf-8")
    (tmp_path / "s.ttl").write_text(SHAPES, "utf-8")
    return tmp_path


def rows(outcome):
    return [(one.rule, Path(one.file).name, one.line, one.column) for one in outcome.findings]


def test_foreign_turtle_gives_the_line_of_the_triple(foreign):
    outcome = job.run(job.Job(foreign, (str(foreign / "d.ttl"),), (foreign / "s.ttl",)))
    assert rows(outcome) == [
        ("thing-size", "d.ttl", 0, 0),
        ("thing-size", "d.ttl", 6, 9),
        ("ill-typed-literal", "d.ttl", 7, 5),
        ("thing-size", "d.ttl", 9, 1),
    ]
    assert outcome.findings[0].advice.endswith("its line is unknown: it has no name")


@pytest.mark.parametrize(
    ("suffix", "expected"),
    [(".nt", [2, 3, 5]), (".nq", [2, 3, 5]), (".trig", [2, 3, 5])],
)
def test_other_formats_give_lines_where_they_have_them(foreign, suffix, expected):
    lines = [
        "<urn:a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://example.org/Thing> .",
        "<urn:a> <http://example.org/size> 9 .".replace("9", '"9"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        '<urn:a> <http://example.org/day> "no"^^<http://www.w3.org/2001/XMLSchema#date> .',
        "",
        "<urn:b> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://example.org/Thing> .",
    ]
    file = foreign / f"d{suffix}"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    outcome = job.run(job.Job(foreign, (str(file),), (foreign / "s.ttl",)))
    assert [one.line for one in outcome.findings] == expected


def test_json_ld_says_that_it_has_no_lines(foreign):
    file = foreign / "d.jsonld"
    file.write_text('{"@id": "urn:a", "@type": "http://example.org/Thing"}', "utf-8")
    [finding] = job.run(job.Job(foreign, (str(file),), (foreign / "s.ttl",))).findings[:1]
    assert (finding.rule, finding.line) == ("thing-size", 0)
    assert finding.advice.endswith("its line is unknown: jsonld is read without lines")


def test_the_published_graph_leads_back_to_the_annotations(tmp_path):
    folder = tmp_path / "data" / "corpus" / "doc-004"
    shutil.copytree(ROOT / "data" / "corpus" / "doc-004", folder)
    built = build.build(tmp_path, Namespace())
    build.publish(built, tmp_path / build.GRAPH_FOLDER, tmp_path / build.CACHE_FOLDER, Namespace())
    outcome = job.run(job.Job(tmp_path, (str(tmp_path / "data/graph/ukrgraph.trig"),)))
    [finding] = [one for one in outcome.findings if one.rule == "sanction-status-conflict"]
    assert finding.file.endswith("doc-004/text.ann")
    assert finding.source.split("\t")[1].startswith("Sanction:")
    assert job.read_places(tmp_path / build.CACHE_FOLDER / build.PLACES) == built.places


def test_a_source_without_a_known_suffix_needs_a_format():
    assert data.source("x", b"", "turtle").format == "turtle"
