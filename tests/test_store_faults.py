"""What goes wrong outside: killed writers, two at once, a full disk, a folder that may not be written."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import store_kills
from query_project import make_project, ukrgraph

from ukrgraph.engine.local import open_folder, open_project
from ukrgraph.store import home, lock, making, manifest
from ukrgraph.store.inputs import Input

ROOT = Path(__file__).parents[1]
MESSAGE = "cannot write the store: {}; the old one is untouched"


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "project")


def many(folder, quads=30_000):
    """Write quads that fill some megabytes of a store."""
    file = folder / "many.nq"
    line = '<http://e.org/{0}> <http://e.org/p> "a text about number {0}" <http://e.org/g> .\n'
    file.write_text("".join(line.format(number) for number in range(quads)))
    return file


def test_a_killed_load_build_or_merge_leaves_the_old_or_the_new(tmp_path):
    found = store_kills.run(12, 1, tmp_path, 20_000, lambda _: None)
    assert found.total() == 12


def test_two_builds_at_once_both_end_well(tmp_path):
    project = tmp_path / "project"
    shutil.copytree(ROOT / "data/entities", project / "data/entities")
    shutil.copytree(ROOT / "data/corpus/doc-003", project / "data/corpus/doc-003")
    command = [sys.executable, "-m", "ukrgraph", "--project", str(project), "build"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    ended = [(*process.communicate(timeout=240), process.returncode) for process in running]
    assert [code for *_, code in ended] == [0, 0]
    place = home.of_project(project)
    for _, err, _ in ended:
        told = [line for line in err.splitlines() if line.startswith("ukrgraph: ")]
        assert all(line.endswith(" (ukrgraph build) is writing the store; waiting for it") for line in told)
    assert home.state(place).reason == ""
    assert len(open_project(project)) == manifest.read(place.folder).quads


def test_a_build_waits_for_another_writer_and_says_so(project, tmp_path):
    place = home.of_project(project)
    command = [sys.executable, "-m", "ukrgraph", "--project", str(project), "load", str(many(tmp_path, 10))]
    with lock.writing(place.folder, "a build", lambda _: None):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        told = process.stderr.readline()
        assert process.poll() is None
    out, err = process.communicate(timeout=120)
    assert told == f"ukrgraph: {place.folder}: process {os.getpid()} (a build) is writing the store; waiting for it\n"
    assert (process.returncode, err) == (0, "")
    assert out.startswith("quads before")


LIMITED = """import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
sys.argv = ["ukrgraph", *sys.argv[2:]]
from ukrgraph.cli import main
main()
"""


def test_a_limit_on_the_size_of_files_is_a_clear_error_and_leaves_the_old_store(project, tmp_path):
    before = len(open_project(project))
    place = home.of_project(project)
    made = manifest.read(place.folder)
    arguments = [sys.executable, "-c", LIMITED, "300000", "--project", str(project), "load", str(many(tmp_path))]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == f"ukrgraph: {place.folder}: {MESSAGE.format('File too large')}\n"
    assert manifest.read(place.folder) == made
    assert len(open_project(project)) == before
    assert sorted(entry.name for entry in place.folder.iterdir()) == ["lock", "manifest.json", "v000001"]


FULL = """set -e
mount -t tmpfs -o size="$1" tmpfs "$2"
export PYTHONPATH="$6"
"$3" -m ukrgraph load --store "$2/store" "$4" >&2
echo before
"$3" -m ukrgraph dump --store "$2/store"
set +e
"$3" -m ukrgraph load --store "$2/store" "$5" >&2
echo "exit $?"
"$3" -m ukrgraph dump --store "$2/store"
ls "$2/store"
"""


@pytest.mark.parametrize("size", ["1m", "2m", "4m"])
def test_a_full_disk_is_a_clear_error_and_leaves_the_old_store(tmp_path, size):
    disk, small = tmp_path / "disk", tmp_path / "small.nq"
    disk.mkdir()
    small.write_text('<http://e.org/a> <http://e.org/p> "x" <http://e.org/g> .\n')
    if shutil.which("unshare") is None:
        pytest.skip("there is no unshare to mount a small disk with")
    options = ["-m"] if os.geteuid() == 0 else ["-rm"]
    trial = ["unshare", *options, "mount", "-t", "tmpfs", "tmpfs", disk]
    if subprocess.run(trial, capture_output=True, check=False).returncode:
        pytest.skip("a small disk cannot be mounted here")
    words = ["sh", "-c", FULL, "sh", size, disk, sys.executable, small, many(tmp_path), ROOT / "src"]
    done = subprocess.run(["unshare", *options, *words], capture_output=True, text=True, check=False, timeout=240)
    line = small.read_text()
    assert done.stdout == f"before\n{line}exit 4\n{line}lock\nmanifest.json\nv000001\n", done.stderr
    assert done.stderr.endswith(f"{MESSAGE.format('No space left on device')}\n")


def bound_by_permissions():
    """Return the words before a command that make root keep to permissions like anybody else."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("root may write everywhere, and there is no setpriv to take that away")
    return ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--inh-caps", "-all"]


def asked(project, *arguments):
    """Run the command line on a project as somebody who must keep to permissions."""
    command = [*bound_by_permissions(), sys.executable, "-m", "ukrgraph", "--project", project, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    return done.returncode, done.stdout, done.stderr


def allow(folder, mode):
    """Set the permissions of a folder and of all that is in it; `mode` is for folders, files cannot be executed."""
    for entry in [folder, *folder.rglob("*")]:
        entry.chmod(mode if entry.is_dir() else mode & 0o666)


def test_a_folder_that_may_not_be_written_is_read_into_memory(project):
    allow(project, 0o555)
    try:
        assert asked(project, "ask", "ASK { ?s ?p ?o }", "--no-check") == (0, "true\n", "")
        told = f"ukrgraph: {project / home.FOLDER}: cannot write there: Permission denied\n"
        assert asked(project, "load", project / home.GRAPH) == (4, "", told)
    finally:
        allow(project, 0o755)


def test_a_store_that_may_not_be_written_is_read_and_when_stale_the_graph_is_read_into_memory(project):
    small = len(open_project(project))
    count = ("ask", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "--no-check", "--format", "csv")
    place = home.of_project(project)
    allow(place.folder, 0o555)
    try:
        assert asked(project, *count) == (0, f"n\n{small}\n", "")
        graph = project / home.GRAPH
        graph.write_text(graph.read_text() + "\n<http://e.org/new> <http://e.org/p> <http://e.org/o> .\n")
        assert asked(project, *count) == (0, f"n\n{small + 1}\n", "")
    finally:
        allow(place.folder, 0o755)


def test_a_store_that_may_not_be_read_is_told_and_the_graph_is_read_into_memory(project):
    small = len(open_project(project))
    count = ("ask", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "--no-check", "--format", "csv")
    place = home.of_project(project)
    (place.folder / manifest.NAME).chmod(0)
    unknown = f"{place.folder / manifest.NAME}: cannot read it: Permission denied"
    told = f"ukrgraph: {unknown}; files that were loaded into the store are left out\n"
    assert asked(project, *count) == (0, f"n\n{small}\n", told)
    assert asked(project, "store", "info") == (4, "", f"ukrgraph: {unknown}\n")


def test_a_store_of_its_own_survives_a_full_disk_in_the_middle_of_the_manifest(tmp_path, monkeypatch):
    place = home.of_folder(tmp_path / "store")
    task = making.Task("test", lambda _: None)
    making.add(place, [Input(str(many(tmp_path, 5)), "nquads")], task)
    made = manifest.read(place.folder)
    more = tmp_path / "more.nq"
    more.write_text("<http://e.org/m> <http://e.org/p> <http://e.org/o> .\n")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ukrgraph.files.os.fsync", full)
    with pytest.raises(Exception, match="No space left on device"):
        making.add(place, [Input(str(more), "nquads")], task)
    assert manifest.read(place.folder) == made
    assert len(open_folder(place.folder)) == 5
    assert sorted(entry.name for entry in place.folder.iterdir()) == ["lock", "manifest.json", "v000001"]
    assert ukrgraph(tmp_path, "store", "info", "--store", str(place.folder)).returncode == 0
