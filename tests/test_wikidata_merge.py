"""Merging: nothing of ours changes, order and repetition do not matter, and taking out gives the bytes of before."""

import hashlib
import itertools
import json
import shutil
import socket
from functools import partial
from pathlib import Path

import pyoxigraph as ox
import pytest
import wikidata_dumps as made

from ukrgraph import authority, store
from ukrgraph.errors import InputError, UsageError
from ukrgraph.iri import Namespace
from ukrgraph.wikidata import links, slice_file
from ukrgraph.wikidata.links import Link
from ukrgraph.wikidata.merge import merge, merged, unmerged
from ukrgraph.wikidata.slice import Order, cut, manifest_text

ROOT = Path(__file__).parents[1]
OURS = (ROOT / "data" / "graph" / "ukrgraph.trig").read_bytes()
LINKS = links.read(ROOT / links.FILE)
EXACT = "http://www.w3.org/2004/02/skos/core#exactMatch"
SAME = "http://www.w3.org/2002/07/owl#sameAs"
ID = "https://w3id.org/ukrgraph/id/"
WD = "http://www.wikidata.org/entity/"

UKRAINE = made.item("Q212", {"en": "Ukraine", "uk": "Україна"}, [("P31", "Q6256")], lastrevid=5)
RUSSIA = made.item("Q159", {"en": "Russia"}, [("P31", "Q6256", {"references": [[("P248", "Q1")]]})])
REDIRECT = {"entity": "Q142", "redirect": "Q999999"}
FRANCE = made.item("Q999999", {"en": "France"})


def saved(folder, name, *entities, qids, **order):
    """Cut a slice, save it, and return its path."""
    done = cut(Order([made.write(folder, f"{name}.json", made.dump(*entities))], qids, **order))
    path = folder / f"{name}.nq"
    path.write_text("".join(done.lines), encoding="utf-8")
    Path(f"{path}.manifest.json").write_text(manifest_text(done.manifest), encoding="utf-8")
    return path


@pytest.fixture
def slices(tmp_path):
    return [
        saved(tmp_path, "a", UKRAINE, qids={"Q212"}, date="2022-01-03"),
        saved(tmp_path, "b", RUSSIA, qids={"Q159"}),
        saved(tmp_path, "c", REDIRECT, FRANCE, qids={"Q142"}),
    ]


def read(*paths):
    return [slice_file.read(path) for path in paths]


def quads(data, format=ox.RdfFormat.TRIG):
    return set(ox.parse(data, format=format))


@pytest.mark.parametrize("suffix", [".trig", ".nq"])
def test_merging_adds_and_unmerging_gives_the_exact_bytes_of_before(slices, suffix):
    ours = OURS if suffix == ".trig" else b"# ours\n<x:s> <x:p> <x:o> <x:g> .\n\n"
    done = merge(ours, suffix, read(*slices), LINKS)
    assert done.data.startswith(ours)
    assert unmerged(done.data) == ours
    format = {".trig": ox.RdfFormat.TRIG, ".nq": ox.RdfFormat.N_QUADS}[suffix]
    assert quads(ours, format) < quads(done.data, format)
    added = quads(done.data, format) - quads(ours, format)
    assert not {quad.graph_name for quad in added} & {quad.graph_name for quad in quads(ours, format)}
    for one in read(*slices):
        assert quads("".join(one.lines), ox.RdfFormat.N_QUADS) <= added


@pytest.mark.parametrize("ending", [b"", b"\n", b"\n\n", b"# no line end", b"\r\n"])
def test_the_end_of_the_file_does_not_matter(slices, ending):
    ours = b"<x:g> { <x:s> <x:p> <x:o> }" + ending
    assert unmerged(merge(ours, ".trig", read(slices[0]), LINKS).data) == ours


def test_order_and_repetition_do_not_matter(slices):
    whole = merge(OURS, ".trig", read(*slices), LINKS).data
    for order in itertools.permutations(slices):
        step = OURS
        for path in order:
            step = merge(step, ".trig", read(path), LINKS).data
        assert step == whole
    assert merge(whole, ".trig", read(*slices), LINKS).data == whole
    assert merge(whole, ".trig", [], LINKS).data == whole


def test_each_slice_has_licence_source_and_date(slices):
    one = read(slices[0])[0]
    done = merge(OURS, ".trig", [one], LINKS)
    about = {
        (quad.predicate.value.rsplit("/", 1)[1], quad.object.value)
        for quad in quads(done.data)
        if quad.subject.value == one.graph
    }
    source = one.manifest["sources"][0]
    assert about == {
        ("license", "http://creativecommons.org/publicdomain/zero/1.0/"),
        ("source", f"a.json, SHA-256 {source['sha256']}"),
        ("date", "2022-01-03"),
    }
    revision = [quad.object.value for quad in quads(done.data) if quad.predicate.value == "http://schema.org/version"]
    assert revision == ["5"]


def identities(data, predicate):
    return {
        (quad.subject.value.removeprefix(ID), quad.object.value.removeprefix(WD))
        for quad in quads(data)
        if quad.predicate.value == predicate and quad.subject.value.startswith(ID)
    }


def test_links_are_exact_matches_and_follow_redirects(slices):
    done = merge(OURS, ".trig", read(*slices), LINKS)
    expected = {(subject, "Q999999" if qid == "Q142" else qid) for subject, qid in links.exact(LINKS).items()}
    assert identities(done.data, EXACT) == expected
    assert identities(done.data, SAME) == set()
    assert done.redirects == {"Q142": "Q999999"}


def classes():
    lines = [
        line
        for file in (ROOT / "data" / "entities").glob("*.ttl")
        for line in store.quad_lines(file, "https://x.test/g")
    ]
    return authority.classes(lines, Namespace())


def test_same_as_is_said_only_when_asked_and_never_of_places_offices_or_events(slices):
    done = merge(OURS, ".trig", read(slices[0]), LINKS, classes())
    said = identities(done.data, SAME)
    assert ("ukraine", "Q212") in said
    assert ("vladimir-putin", "Q7747") in said
    assert {classes()[subject] for subject, _ in said} == {"Country", "Organization", "Person"}
    assert {subject for subject, _ in identities(done.data, EXACT)} >= {"donetsk-region", "kherson-region", "crimea"}


def test_no_chain_of_identities_joins_an_oblast_with_a_proclaimed_or_declared_entity(slices):
    oblasts = {"Q2012050", "Q171965", "Q163271", "Q171334", "Q756294", "Q7835"}
    others = {"Q114334914", "Q114327408", "Q114318324", "Q114318415", "Q15925436"}
    others |= {"Q16150196", "Q16746854", "Q114331288", "Q114333615", "Q15966495"}
    for same in (None, classes()):
        joined = {}
        data = merge(OURS, ".trig", read(*slices), LINKS, same).data
        for quad in quads(data):
            if quad.predicate.value in {EXACT, SAME}:
                left, right = (find(joined, term.value) for term in (quad.subject, quad.object))
                joined[left] = right
        assert not {find(joined, WD + qid) for qid in oblasts} & {find(joined, WD + qid) for qid in others}


def find(joined, name):
    while joined.get(name, name) != name:
        name = joined[name]
    return name


def test_two_of_ours_on_one_item_are_found_and_never_made_the_same(slices):
    double = [*LINKS, Link("russia", "exactMatch", "Q212", "", "", 1.0, "", "2026-01-01", 1)]
    (finding,) = merge(OURS, ".trig", read(slices[0]), double).findings
    assert (finding.rule, finding.message) == ("two-entities-one-item", "russia, ukraine are all Q212")
    with pytest.raises(UsageError, match="russia, ukraine are all Q212"):
        merge(OURS, ".trig", read(slices[0]), double, classes())


def test_a_redirect_that_joins_two_of_ours_is_found(tmp_path):
    path = saved(tmp_path, "r", {"entity": "Q159", "redirect": "Q212"}, UKRAINE, qids={"Q159", "Q212"})
    assert [one.message for one in merge(OURS, ".trig", read(path), LINKS).findings] == ["russia, ukraine are all Q212"]


def test_an_item_in_two_slices_is_told(slices, tmp_path):
    newer = saved(tmp_path, "newer", UKRAINE | {"lastrevid": 6}, qids={"Q212"})
    (finding,) = merge(OURS, ".trig", read(slices[0], newer), LINKS).findings
    assert (finding.rule, finding.message) == ("items-in-two-slices", "1 items stand in more than one slice: Q212")


@pytest.mark.parametrize("suffix", ["", ".ttl", ".json"])
def test_a_graph_that_cannot_name_graphs_is_refused(suffix):
    with pytest.raises(UsageError, match=r"expected a graph in \.trig or \.nq"):
        merge(b"", suffix, [], LINKS)


def test_a_slice_that_was_changed_is_refused(slices):
    text = slices[0].read_text(encoding="utf-8")
    slices[0].write_text(text.replace("Україна", "Х"), encoding="utf-8")
    with pytest.raises(InputError, match="its digest is not the one in its manifest"):
        slice_file.read(slices[0])


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (f"<{ID}russia> <x:p> <x:o> <GRAPH> .\n", "expected a subject of Wikidata, got one of ours"),
        ("<x:s> <x:p> <x:o> <https://w3id.org/ukrgraph/graph/entities> .\n", "expected a quad in"),
    ],
)
def test_a_slice_that_speaks_of_ours_is_refused(slices, line, message):
    manifest = Path(f"{slices[0]}.manifest.json")
    loaded = json.loads(manifest.read_text(encoding="utf-8"))
    text = line.replace("GRAPH", loaded["graph"]) + slices[0].read_text(encoding="utf-8")
    slices[0].write_text(text, encoding="utf-8")
    manifest.write_text(json.dumps(loaded | {"sha256": hashlib.sha256(text.encode()).hexdigest()}), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        slice_file.read(slices[0])


def test_a_slice_without_its_manifest_is_refused(slices):
    Path(f"{slices[0]}.manifest.json").unlink()
    with pytest.raises(InputError, match="expected the manifest of a slice"):
        slice_file.read(slices[0])


def test_a_merged_part_that_was_changed_by_hand_is_refused(slices):
    data = merge(OURS, ".trig", read(slices[0]), LINKS).data + b"<<<"
    with pytest.raises(InputError, match="take it out with"):
        merged(data, ".trig")


@pytest.fixture
def run(run, monkeypatch):
    """Return a function that runs a command without any socket and gives exit code, standard output and error."""

    def refuse(*_, **__):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "__init__", refuse)
    return partial(run, "--project", ROOT, "wikidata")


def test_the_commands_merge_step_by_step_and_unmerge_and_open_no_socket(run, slices, tmp_path):
    target = tmp_path / "merged.trig"
    assert run("merge", slices[0], "-o", target)[0] == 0
    code, out, err = run("merge", slices[2], "-o", target)
    assert (code, out) == (0, "")
    assert "Q142 was merged into Q999999 in Wikidata: our link leads there" in err
    assert target.read_bytes() == merge(OURS, ".trig", read(slices[0], slices[2]), LINKS).data
    assert run("unmerge", target, "-o", "-")[1].encode() == OURS
    assert run("unmerge", target)[0] == 0
    assert target.read_bytes() == OURS


def test_a_graph_can_be_merged_into_in_place(run, slices, tmp_path):
    graph = Path(shutil.copy(ROOT / "data" / "graph" / "ukrgraph.trig", tmp_path / "ukrgraph.trig"))
    for path in slices[:2]:
        assert run("merge", path, "--graph", graph, "-o", graph)[0] == 0
    assert graph.read_bytes() == merge(OURS, ".trig", read(*slices[:2]), LINKS).data
    run("unmerge", graph)
    assert graph.read_bytes() == OURS


def test_mistakes_are_told_in_one_line(run, tmp_path):
    absent = tmp_path / "none.nq"
    code, _, err = run("merge", absent, "-o", tmp_path / "m.trig")
    assert code == 3
    assert err == (
        f"ukrgraph: {absent}.manifest.json: expected the manifest of a slice: No such file or directory; "
        "keep it beside the slice\n"
    )
    assert run("unmerge", absent)[0] == 3
