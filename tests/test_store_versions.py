"""The store of a project: fresh, stale, foreign, damaged; versions beside each other; readers that go on reading."""

import dataclasses
import json
import os
import shutil
import threading
from pathlib import Path

import pyoxigraph as ox
import pytest
from query_project import CASES, make_project

from ukrgraph.engine.local import open_folder, open_project
from ukrgraph.errors import InputError, OutsideError
from ukrgraph.store import home, lock, making, manifest, versions
from ukrgraph.store.inputs import Input

EXTRA = '<http://e.org/{0}> <http://e.org/p> "{0}" <http://e.org/g> .\n'
SMALL = sum(1 for _ in ox.parse(path=str(CASES / "graph.trig")))
"""Quads of the small graph of the query tests."""


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "project")


@pytest.fixture
def said():
    return []


def task(said, **rest):
    return making.Task("test", said.append, **rest)


def extra(folder, name, words):
    file = folder / name
    file.write_text("".join(EXTRA.format(word) for word in words))
    return Input(str(file), "nquads")


def change_graph(project):
    """Add a triple to the published graph."""
    file = project / home.GRAPH
    file.write_text(file.read_text() + "\n<http://e.org/new> <http://e.org/p> <http://e.org/o> .\n")


def found(store, subject):
    return any(store.quads_for_pattern(ox.NamedNode(f"http://e.org/{subject}"), None, None, None))


def folders(place):
    return sorted(entry.name for entry in place.folder.iterdir() if entry.is_dir())


def test_the_first_reader_makes_the_store_and_the_next_ones_use_it(project, said):
    place = home.of_project(project)
    assert home.state(place).reason == "there is none yet"
    assert len(open_project(project, said.append)) == SMALL
    assert home.state(place).reason == ""
    made = manifest.read(place.folder)
    assert (made.quads, made.version, made.oxigraph) == (SMALL, "v000001", ox.__version__)
    assert [(source.path, source.kind) for source in made.sources] == [("data/graph/ukrgraph.trig", "published")]
    assert len(open_project(project, said.append)) == SMALL
    assert manifest.read(place.folder) == made
    assert said == []


def test_a_changed_graph_makes_the_store_stale_and_the_next_reader_makes_it_anew(project, said):
    assert not found(open_project(project), "new")
    change_graph(project)
    place = home.of_project(project)
    assert home.state(place).reason == "the published graph has changed"
    assert found(open_project(project, said.append), "new")
    assert home.state(place).reason == ""
    assert said == []


def test_a_graph_that_was_only_touched_is_recognised_by_its_digest_and_noted(project):
    open_project(project)
    place = home.of_project(project)
    before = manifest.read(place.folder)
    os.utime(project / home.GRAPH, ns=(1, 1))
    assert home.state(place).reason == ""
    open_project(project)
    after = manifest.read(place.folder)
    assert after == dataclasses.replace(before, sources=(dataclasses.replace(before.sources[0], mtime=1),))


def test_an_unchanged_source_is_recognised_without_reading_it(project, monkeypatch):
    open_project(project)
    monkeypatch.setattr(manifest, "digest", lambda file: pytest.fail(f"{file} was read"))
    assert home.state(home.of_project(project)).reason == ""


def edit_manifest(place, **fields):
    file = place.folder / manifest.NAME
    file.write_text(json.dumps(json.loads(file.read_text()) | fields))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"oxigraph": "0.4.9"}, f"it was made by Oxigraph 0.4.9, and this is {ox.__version__}"),
        ({"format": 0}, "its layout is number 0, and this ukrgraph knows number 1"),
        ({"format": 2}, "its layout is number 2, and this ukrgraph knows number 1"),
        ({"format": 2, "sources": [{"file": "x"}]}, "it was made by a later ukrgraph"),
        ({"sources": 5}, "its manifest.json is damaged"),
        ({"quads": "many"}, "its manifest.json is damaged"),
        ({"version": "../../.."}, "its manifest.json is damaged"),
        ({"version": "v000099"}, "its folder v000099 is gone"),
    ],
)
def test_a_foreign_store_is_recognised_and_made_anew(project, fields, reason, said):
    open_project(project)
    place = home.of_project(project)
    edit_manifest(place, **fields)
    state = home.state(place)
    assert state.reason == reason
    assert len(open_project(project, said.append)) == SMALL
    assert home.state(place).reason == ""
    told = f"{place.folder}: {reason}; it is made anew, files that were loaded into it must be loaded again"
    assert said == ([told] if state.lost else [])


def test_a_later_patch_of_oxigraph_reads_the_same_store(project):
    open_project(project)
    place = home.of_project(project)
    edit_manifest(place, oxigraph=ox.__version__.rpartition(".")[0] + ".999")
    assert home.state(place).reason == ""


DAMAGE = {
    "no manifest": lambda store: (store / "manifest.json").unlink(),
    "an empty manifest": lambda store: (store / "manifest.json").write_bytes(b""),
    "a manifest that is no text": lambda store: (store / "manifest.json").write_bytes(bytes(range(256))),
    "a manifest that is a list": lambda store: (store / "manifest.json").write_text("[]"),
    "no version": lambda store: shutil.rmtree(store / "v000001"),
    "an empty version": lambda store: [file.unlink() for file in (store / "v000001").iterdir()],
    "no CURRENT": lambda store: (store / "v000001/CURRENT").unlink(),
    "a CURRENT of another program": lambda store: (store / "v000001/CURRENT").write_text("rubbish"),
    "a table that is gone": lambda store: next((store / "v000001").glob("*.sst")).unlink(),
    "a table that is cut": lambda store: os.truncate(next((store / "v000001").glob("*.sst")), 100),
    "a folder of rubbish": lambda store: (
        shutil.rmtree(store),
        store.mkdir(),
        (store / "2024").mkdir(),
        (store / "v1").write_text("rubbish"),
        (store / "v000001").write_text("rubbish"),
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_store_is_made_anew(project, damage, said):
    open_project(project)
    place = home.of_project(project)
    DAMAGE[damage](place.folder)
    assert len(open_project(project, said.append)) == SMALL
    assert len(versions.open_current(place.folder)[1]) == SMALL
    assert home.state(place).reason == ""


def test_what_is_not_ours_in_the_folder_of_the_store_stays(project):
    place = home.of_project(project)
    (place.folder / "2024").mkdir(parents=True)
    (place.folder / "notes.txt").write_text("mine")
    open_project(project)
    change_graph(project)
    open_project(project)
    assert (place.folder / "2024").is_dir()
    assert (place.folder / "notes.txt").read_text() == "mine"


def test_a_store_that_is_a_file_is_told_and_the_graph_is_read_into_memory(project, said):
    place = home.of_project(project)
    place.folder.parent.mkdir()
    place.folder.write_text("rubbish")
    assert len(open_project(project, said.append)) == SMALL
    assert said == [f"{place.folder}: cannot write there: File exists; the graph is read into memory instead"]


def test_readers_go_on_reading_what_they_opened(project, tmp_path):
    place = home.of_project(project)
    for number in range(8):  # so many files that Oxigraph opens some of them only when it needs them
        making.add(place, [extra(tmp_path, f"{number}.nq", [f"{number}-{n}" for n in range(50)])], task([]))
    store = open_project(project)
    before = sorted(map(str, store))
    for _ in range(3):
        change_graph(project)
        making.refresh(place, task([]))
    assert sorted(map(str, store)) == before
    assert len(before) == SMALL + 400


def test_versions_that_nobody_reads_are_removed(project, monkeypatch):
    monkeypatch.setattr(lock, "_held", {})
    place = home.of_project(project)
    making.refresh(place, task([]))
    for number in (2, 3):
        change_graph(project)
        making.refresh(place, task([]))
        assert folders(place) == [f"v{number:06}"]


def test_leftovers_of_a_dead_writer_are_removed_by_the_next_one(project):
    place = home.of_project(project)
    making.refresh(place, task([]))
    (place.folder / "v000002").mkdir()
    (place.folder / "v000002/bulk-1.sst").write_bytes(bytes(1000))
    (place.folder / ".manifest.json.abcd").write_text("{")
    (place.folder / "lock").write_text("process 1 (dead)")
    change_graph(project)
    making.refresh(place, task([]))
    assert sorted(entry.name for entry in place.folder.iterdir()) == ["lock", "manifest.json", "v000002"]
    assert (place.folder / "lock").read_bytes() == b""


def test_a_second_writer_says_whom_it_waits_for_and_then_goes_on(project, said):
    place = home.of_project(project)
    waits, done = threading.Event(), []

    def say(message):
        said.append(message)
        waits.set()

    second = threading.Thread(target=lambda: done.append(making.refresh(place, making.Task("second", say))))
    with lock.writing(place.folder, "first", said.append):
        second.start()
        assert waits.wait(120)
        assert done == []
    second.join(120)
    assert [made.quads for made in done] == [SMALL]
    holder = f"process {os.getpid()} (first)"
    assert said == [f"{place.folder}: {holder} is writing the store; waiting for it"]


def test_a_writer_that_waits_too_long_says_who_holds_the_lock(project, said):
    place = home.of_project(project)
    with (
        lock.writing(place.folder, "first", said.append),
        pytest.raises(OutsideError, match=r"process \d+ \(first\) is writing the store; waited 0 s; try again when"),
    ):
        making.refresh(place, task(said, wait=0))


def test_a_reader_that_waits_too_long_reads_into_memory(project, said, monkeypatch):
    monkeypatch.setattr("ukrgraph.engine.local._PATIENCE", 0.0)
    place = home.of_project(project)
    with lock.writing(place.folder, "first", said.append):
        assert len(open_project(project, said.append)) == SMALL
    assert len(said) == 1
    assert said[0].endswith("; the graph is read into memory instead")


def test_a_project_without_a_graph_reads_the_packaged_one_and_writes_nothing(tmp_path):
    assert len(open_project(tmp_path)) > 10_000
    assert list(tmp_path.iterdir()) == []


def test_a_project_whose_graph_was_not_built_is_told_so(tmp_path):
    (tmp_path / "data/graph").mkdir(parents=True)
    with pytest.raises(
        InputError, match=r"ukrgraph.trig: expected the published graph, found none; run: ukrgraph build"
    ):
        open_project(tmp_path)
    assert not (tmp_path / ".ukrgraph").exists()


def test_a_graph_that_cannot_be_parsed_leaves_the_old_store(project):
    open_project(project)
    place = home.of_project(project)
    before = manifest.read(place.folder)
    (project / home.GRAPH).write_text("<http://e.org/a> b .")
    with pytest.raises(InputError, match=r"ukrgraph.trig:1:\d+: b is not a valid predicate"):
        open_project(project)
    assert manifest.read(place.folder) == before
    assert folders(place) == ["v000001"]


def test_a_moved_project_keeps_its_store(project, tmp_path):
    making.add(home.of_project(project), [extra(project, "more.nq", ["a"])], task([]))
    moved = project.rename(tmp_path / "elsewhere")
    assert home.state(home.of_project(moved)).reason == ""
    assert found(open_project(moved), "a")


def test_loaded_files_stay_when_the_graph_changes(project, tmp_path, said):
    place = home.of_project(project)
    making.add(place, [extra(tmp_path, "a.nq", ["a"])], task(said))
    change_graph(project)
    store = open_project(project, said.append)
    assert found(store, "a")
    assert found(store, "new")
    assert said == []


@pytest.mark.parametrize("fate", ["gone", "changed"])
def test_a_loaded_file_that_cannot_be_had_any_more_is_an_error_that_says_what_to_do(project, tmp_path, fate):
    place = home.of_project(project)
    one = extra(tmp_path, "a.nq", ["a"])
    making.add(place, [one], task([]))
    if fate == "gone":
        Path(one.path).unlink()
    else:
        extra(tmp_path, "a.nq", ["b", "c"])
    assert found(open_project(project), "a")
    change_graph(project)
    all_files = "'ukrgraph load --replace' with all the files that the store is to hold"
    expected = {
        "gone": f"{one.path}: was loaded into the store, which must be made anew, and is gone; run {all_files}",
        "changed": f"{one.path}: was loaded into the store, which must be made anew, and has changed; "
        f"run 'ukrgraph load {one.path}' to take it as it is now, or {all_files}",
    }
    with pytest.raises(InputError) as caught:
        open_project(project)
    assert str(caught.value) == expected[fate]
    making.replace(place, [], task([]))
    store = open_project(project)
    assert found(store, "new")
    assert not found(store, "a")


def test_a_changed_file_that_is_loaded_again_takes_the_place_of_what_it_was(project, tmp_path):
    place = home.of_project(project)
    making.add(place, [extra(tmp_path, "a.nq", ["a"]), extra(tmp_path, "z.nq", ["z"])], task([]))
    made = making.add(place, [extra(tmp_path, "a.nq", ["b", "c"])], task([]))
    assert made.manifest.quads == SMALL + 3
    store = open_project(project)
    assert [found(store, word) for word in "abcz"] == [False, True, True, True]


def test_a_file_that_was_loaded_and_is_unchanged_is_not_loaded_twice(project, tmp_path):
    place = home.of_project(project)
    one = extra(tmp_path, "a.nq", ["a"])
    first = making.add(place, [one], task([])).manifest
    made = making.add(place, [one], task([]))
    assert (made.manifest, made.known) == (first, (one.path,))


def test_loading_into_a_store_shares_the_files_of_the_old_version(project, tmp_path):
    place = home.of_project(project)
    making.refresh(place, task([]))
    held = open_project(project)
    making.add(place, [extra(tmp_path, "a.nq", ["a"])], task([]))
    old, new = ({file.stat().st_ino for file in (place.folder / name).glob("*.sst")} for name in ("v000001", "v000002"))
    assert old & new
    assert len(held) == SMALL


def test_a_store_of_its_own_holds_only_what_was_loaded(tmp_path):
    place = home.of_folder(tmp_path / "store")
    making.add(place, [extra(tmp_path, "a.nq", ["a", "b"])], task([]))
    assert len(open_folder(place.folder)) == 2
    making.replace(place, [extra(tmp_path, "c.nq", ["c"])], task([]))
    assert [found(open_folder(place.folder), word) for word in "abc"] == [False, False, True]


def test_a_store_that_the_user_named_is_never_made_anew_without_what_was_in_it(tmp_path):
    place = home.of_folder(tmp_path / "store")
    making.add(place, [extra(tmp_path, "a.nq", ["a"])], task([]))
    (place.folder / manifest.NAME).write_text("{")
    with pytest.raises(InputError, match=r"cannot be used: its manifest.json is damaged; name another folder, or load"):
        making.add(place, [extra(tmp_path, "b.nq", ["b"])], task([]))
    assert folders(place) == ["v000001"]
    with pytest.raises(InputError, match=r"expected a store, but its manifest.json is damaged"):
        open_folder(place.folder)


@pytest.mark.parametrize("content", ["a bare store", "something else"])
def test_load_refuses_a_folder_that_is_not_its_own(tmp_path, content):
    folder = tmp_path / "folder"
    if content == "a bare store":
        ox.Store(str(folder))
        message = r"a bare Oxigraph store, which ukrgraph only reads"
    else:
        (folder / "v000001").mkdir(parents=True)
        (folder / "letters").mkdir()
        message = r"expected a store or an empty folder, got 'letters'; name another one"
    before = sorted(folder.iterdir())
    for action in (making.add, making.replace):
        with pytest.raises(InputError, match=message):
            action(home.of_folder(folder), [extra(tmp_path, "a.nq", ["a"])], task([]))
    assert sorted({*folder.iterdir()} - {folder / "lock"}) == before


def test_a_folder_without_a_store_is_told(tmp_path):
    with pytest.raises(InputError, match=r"expected a store, but there is none yet; make one: ukrgraph load --store"):
        open_folder(tmp_path)


def test_a_load_goes_on_after_one_that_failed_and_whose_error_is_still_looked_at(project, tmp_path):
    place = home.of_project(project)
    making.refresh(place, task([]))
    bad = tmp_path / "bad.nq"
    bad.write_text("rubbish")
    kept = []
    for _ in range(3):
        with pytest.raises(InputError, match=r"bad.nq:1:1: ") as caught:
            making.add(place, [Input(str(bad), "nquads")], task([]))
        kept.append(caught)
    assert making.add(place, [extra(tmp_path, "a.nq", ["a"])], task([])).manifest.quads == SMALL + 1


def test_the_published_graph_is_never_loaded_beside_itself(project):
    place = home.of_project(project)
    making.refresh(place, task([]))
    given = [Input(str(project / home.GRAPH), "trig")]
    assert making.add(place, given, task([])).known == (given[0].path,)
    change_graph(project)
    for action in (making.add, making.replace):
        made = action(place, given, task([])).manifest
        assert [source.kind for source in made.sources] == ["published"]
        assert made.quads == SMALL + 1


def test_a_large_store_that_is_made_anew_is_told(project, said, monkeypatch):
    monkeypatch.setattr(making, "_LARGE", 100)
    open_project(project, said.append)
    assert said == [f"{project / home.FOLDER}: there is none yet; it is made from 0 MiB of files"]
