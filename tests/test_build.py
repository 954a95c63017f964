"""The published graph: what it holds, that it never changes by itself, and that every triple leads back to words."""

import difflib
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from ukrgraph import build, store
from ukrgraph.errors import InputError, OutsideError
from ukrgraph.iri import Namespace
from ukrgraph.terms import OA, UKG

ROOT = Path(__file__).parents[1]
GRAPH = ROOT / "data" / "graph"


@pytest.fixture(scope="module")
def built():
    return build.build(ROOT, Namespace())


@pytest.fixture(scope="module")
def published():
    return store.load([GRAPH / build.EVERYTHING])


def test_the_published_graph_is_what_the_corpus_gives(built):
    assert build.stale(built, GRAPH, Namespace()) == []
    assert built.findings == []


def test_the_summary_counts_what_the_inventory_counts(built):
    assert dict(build.summary(built)) == {
        "documents": 5,
        "statements": 81,
        "sanctions": 7,
        "triples": len(built.lines),
        "findings": 0,
    }


def test_a_triple_stands_in_one_graph_only(built):
    assert store.duplicated(built.lines) == []


def test_there_are_no_blank_nodes(built):
    assert [line for line in built.lines if line.startswith("_:") or " _:" in line] == []


def test_every_graph_has_its_name(built):
    graphs = {line.rsplit(" ", 2)[1].rsplit("/", 1)[1].rstrip(">") for line in built.lines}
    assert graphs == {
        "ontology", "concepts", "entities", "shared", "doc-000", "doc-001", "doc-002", "doc-003", "doc-004",
    }  # fmt: skip


def test_facts_and_everything_hold_the_same_triples(built):
    facts = {f"{triple} ." for triple in ox.parse(path=str(GRAPH / build.FACTS))}
    assert facts == {f"{line.rsplit(' ', 2)[0]} ." for line in built.lines if build.is_fact(line)}


def evidence_of(published, subject):
    """Return (document, start, end, quote) of each span that supports a subject, by reading the graph alone."""

    def objects(node, name):
        return [quad.object for quad in published.quads_for_pattern(node, ox.NamedNode(name), None)]

    for span in objects(subject, f"{UKG}evidence"):
        (document,) = objects(span, f"{OA}hasSource")
        selectors = objects(span, f"{OA}hasSelector")
        start, end, quote = (
            [value.value for selector in selectors for value in objects(selector, f"{OA}{name}")]
            for name in ("start", "end", "exact")
        )
        yield document.value.rsplit("/", 1)[1], int(start[0]), int(end[0]), quote[0]


def test_every_fact_has_evidence_that_is_the_text_at_its_offsets(published):
    texts = {
        folder.name: (folder / "text.txt").read_text(encoding="utf-8") for folder in (ROOT / "data/corpus").iterdir()
    }
    without, wrong, subjects = [], [], {triple.subject for triple in ox.parse(path=str(GRAPH / build.FACTS))}
    for subject in subjects:
        found = list(evidence_of(published, subject))
        without += [] if found else [subject]
        wrong += [(subject, *row) for row in found if texts[row[0]][row[1] : row[2]] != row[3]]
    assert len(subjects) > 900
    assert (without, wrong) == ([], [])


def test_every_fact_has_a_place_in_the_annotation_file_whose_line_says_it(built):
    files = {}
    nodes = {line.split(" ", 1)[0] for line in built.lines if build.is_fact(line)}
    assert nodes <= {place.node for place in built.places}
    for place in built.places:
        lines = files.setdefault(
            place.annotation_file, Path(place.annotation_file).read_text(encoding="utf-8").split("\n")
        )
        line = lines[place.annotation_line - 1]
        assert 1 <= place.annotation_column <= len(line)
        if place.pair.startswith(f"<{UKG}speechAct>"):
            assert line[place.annotation_column - 1 :] == place.pair.split("#act-")[1].rstrip(">")


@pytest.mark.parametrize("seed", ["0", "1", "42", "random"])
def test_the_bytes_do_not_depend_on_the_hash_seed(seed, tmp_path):
    subprocess.run(
        [sys.executable, "-m", "ukrgraph", "--project", str(ROOT), "build", "--output", str(tmp_path)],
        env={**os.environ, "PYTHONHASHSEED": seed},
        check=True,
        capture_output=True,
    )
    for name in (build.FACTS, build.EVERYTHING):
        assert (tmp_path / name).read_bytes() == (GRAPH / name).read_bytes()


def test_changing_one_annotation_changes_only_the_lines_of_that_fact(tmp_path):
    copy = tmp_path / "corpus"
    shutil.copytree(ROOT / "data/corpus", copy)
    file = copy / "doc-000" / "text.ann"
    text = file.read_text(encoding="utf-8")
    line = next(row for row in text.split("\n") if re.fullmatch(r"A\d+\tModality E\d+ probable", row))
    file.write_text(text.replace(line, line.replace("probable", "possible")), encoding="utf-8")
    changed = build.build(ROOT, Namespace(), copy)
    for name, data in build.rendered(changed, Namespace()).items():
        old, new = (GRAPH / name).read_text(encoding="utf-8"), data.decode()
        difference = [
            row[0] + row[1:].strip()
            for row in difflib.unified_diff(old.splitlines(), new.splitlines(), n=0, lineterm="")
            if row[0] in "+-" and row[:3] not in ("+++", "---")
        ]
        assert difference == ["-ukg:modality ukc:modality-probable ;", "+ukg:modality ukc:modality-possible ;"]


def test_a_corpus_without_documents_is_an_error_that_says_so(tmp_path):
    with pytest.raises(InputError, match="expected annotated documents, found none"):
        build.build(ROOT, Namespace(), tmp_path)


def test_a_folder_that_cannot_be_written_leaves_the_old_graph(built, tmp_path):
    (tmp_path / "graph").write_text("in the way")
    with pytest.raises(OutsideError, match="cannot write"):
        build.publish(built, tmp_path / "graph", tmp_path / "cache", Namespace())
    assert (tmp_path / "graph").read_text() == "in the way"
    assert not (tmp_path / "cache").exists()


def test_counts_by_class(built):
    types = Counter(
        line.split(" ")[2].rsplit("#", 1)[1].rstrip(">")
        for line in built.lines
        if "22-rdf-syntax-ns#type> <" + UKG in line
    )
    expected = {
        "Statement": 79, "PlannedStatement": 1, "AscribedStatement": 1, "QuantityClaim": 18, "TerritorialClaim": 38,
        "RelationClaim": 64, "ViolationClaim": 15, "NarratorClaim": 19, "ReportedSilence": 2, "SanctionStatus": 10,
        "Sanction": 7, "ThreatenedResponse": 1, "Event": 45, "Position": 42, "Document": 5,
    }  # fmt: skip
    assert {name: types[name] for name in expected} == expected
