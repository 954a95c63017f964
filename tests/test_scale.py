"""Conversion at scale: several processes, any order, and folders of parts that go on where they were stopped."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ukrgraph import conversion
from ukrgraph.conversion import journal, part

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "data" / "corpus"
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT / "src")}


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Return a folder of 210 documents: a packaged one over and over, each time under an id of its own."""
    folder = tmp_path_factory.mktemp("many")
    original = min(CORPUS.glob("doc-*"), key=lambda folder: (folder / "text.ann").stat().st_size)
    for number in range(210):
        copy = folder / f"copy-{number:03}"
        copy.mkdir()
        for name in ("text.txt", "text.ann"):
            shutil.copyfile(original / name, copy / name)
        metadata = (original / "meta.toml").read_text()
        (copy / "meta.toml").write_text(metadata.replace(f'id = "{original.name}"', f'id = "copy-{number:03}"', 1))
    (folder / "copy-007" / "text.ann").write_text("T1\tPerson 0 1\tnot the words\n")
    return folder


@pytest.fixture(scope="module")
def whole(many, tmp_path_factory):
    """Return the N-Quads of `many`, converted by one process to one file."""
    file = tmp_path_factory.mktemp("whole") / "all.nq"
    assert converted(many, "-o", file).returncode == 1
    return file.read_bytes()


def converted(*arguments):
    command = [sys.executable, "-m", "ukrgraph", "convert", *map(str, arguments)]
    return subprocess.run(command, env=ENVIRONMENT, check=False, capture_output=True, text=True)


def contents(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name != ".lock"}


def joined(folder):
    return b"".join(file.read_bytes() for file in sorted(folder.glob("part-*.nq")))


def journaled(folder):
    """Return the number of documents in the journals of `folder`, finished and begun."""
    while True:
        try:
            read = [file.read_bytes() for file in folder.glob("*part-*.jsonl")]
        except FileNotFoundError:
            continue  # a part was finished just now, and its journal renamed
        break
    lines = [line for text in read for line in text.splitlines(keepends=True)]
    return sum(line.endswith(b"\n") and not line.startswith(b"{") for line in lines)


def copied(many, to):
    shutil.copytree(many, to)
    return to


def test_two_processes_write_the_bytes_and_the_findings_of_one(many, whole, tmp_path):
    done = converted(many, "-o", tmp_path / "two.nq", "--workers", 2)
    assert (tmp_path / "two.nq").read_bytes() == whole
    one = converted(many, "-o", tmp_path / "one.nq")
    assert done.stderr.replace("two.nq", "one.nq") == one.stderr
    assert "copy-007/text.ann:1:15: error: expected the words of the text" in one.stderr


def test_unordered_output_has_the_same_lines(many, whole):
    done = converted(many, "--unordered", "--workers", 2)
    assert done.returncode == 1
    assert sorted(done.stdout.encode().splitlines()) == sorted(whole.splitlines())


def test_the_parts_of_a_folder_are_the_file(many, whole, tmp_path):
    done = converted(many, "-o", f"{tmp_path}/out/")
    assert joined(tmp_path / "out") == whole
    assert done.stderr.splitlines()[-2:] == [
        f"{tmp_path}/out: 210 documents in 3 parts; 210 converted now, 0 kept",
        f"{tmp_path}/out/: written without what the errors above are about",
    ]
    assert json.loads((tmp_path / "out" / "done.json").read_text()) == {
        "documents": 210, "parts": 3, "bytes": len(whole),
    }  # fmt: skip


def test_a_rerun_keeps_everything_and_says_what_was_found_before(many, tmp_path):
    first = converted(many, "-o", f"{tmp_path}/", "--workers", 2)
    before = contents(tmp_path)
    second = converted(many, "-o", tmp_path, "--resume")
    assert contents(tmp_path) == before
    assert second.returncode == first.returncode == 1
    assert second.stderr == first.stderr.replace("210 converted now, 0 kept", "0 converted now, 210 kept").replace(
        f"{tmp_path}/: written", f"{tmp_path}: written"
    )


def test_only_what_was_changed_is_converted_and_what_was_removed_is_dropped(many, tmp_path):
    corpus, out = copied(many, tmp_path / "corpus"), tmp_path / "out"
    converted(corpus, "-o", f"{out}/")
    metadata = corpus / "copy-120" / "meta.toml"
    metadata.write_text(metadata.read_text().replace('title = "', 'title = "Again: ', 1))
    for number in (3, *range(200, 210)):
        shutil.rmtree(corpus / f"copy-{number:03}")
    again = converted(corpus, "-o", out, "--resume")
    assert f"{out}: 199 documents in 2 parts; 2 converted now, 197 kept" in again.stderr
    fresh = tmp_path / "fresh"
    converted(corpus, "-o", f"{fresh}/")
    assert contents(out) == contents(fresh)


def test_a_killed_run_goes_on_where_it_was(many, tmp_path):
    rng = random.Random(6)
    expected, out = tmp_path / "expected", tmp_path / "out"
    converted(many, "-o", f"{expected}/")
    out.mkdir()
    kept = killed = 0
    for workers in (1, 2, 1, 2):
        command = [sys.executable, "-m", "ukrgraph", "convert", many, "-o", f"{out}/", "--resume"]
        process = subprocess.Popen(
            [*map(str, command), "--workers", str(workers)], env=ENVIRONMENT, stderr=subprocess.DEVNULL
        )
        goal = kept + rng.randint(1, 50)
        while journaled(out) < goal and process.poll() is None:
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        if process.wait() != -signal.SIGKILL or (out / "done.json").exists():
            break  # orphans of the run before had left it little, and it was done before it could be killed
        killed += 1
        kept = journaled(out)
        assert kept >= goal
    assert killed
    wait_for_locks(out)
    kept = journaled(out)
    last = converted(many, "-o", out, "--resume", "--workers", 2)
    assert f"{out}: 210 documents in 3 parts; {210 - kept} converted now, {kept} kept" in last.stderr
    assert contents(out) == contents(expected)


def wait_for_locks(out):
    """Wait until the orphans of a killed run have ended."""
    for number in range(3):
        with conversion.locks.in_turn(out / f".{part.name(number)}.jsonl"):
            pass


def test_a_journal_cut_in_the_middle_of_a_line_and_torn_data_are_not_trusted(many, tmp_path):
    expected, out = tmp_path / "expected", tmp_path / "out"
    converted(many, "-o", f"{expected}/")
    shutil.copytree(expected, out)
    (out / "done.json").unlink()
    for name in ("part-00001.nq", "part-00001.jsonl"):
        (out / name).rename(out / f".{name}")
    lines = (out / ".part-00001.jsonl").read_bytes().splitlines(keepends=True)
    (out / ".part-00001.jsonl").write_bytes(b"".join(lines[:41]) + lines[41][:20])
    sizes = [json.loads(line)[2] for line in lines[1:41]]
    with (out / ".part-00001.nq").open("r+b") as data:
        data.seek(sum(sizes[:30]) + 5)
        data.write(b"\0")
    last = converted(many, "-o", out, "--resume")
    assert f"{out}: 210 documents in 3 parts; 70 converted now, 140 kept" in last.stderr
    assert contents(out) == contents(expected)


def test_parts_made_with_other_names_are_made_again(many, tmp_path):
    converted(many / "copy-000", "-o", f"{tmp_path}/")
    again = converted(many / "copy-000", "-o", tmp_path, "--resume", "--base", "https://example.org/")
    assert "1 converted now, 0 kept" in again.stderr
    assert b"<https://example.org/document/copy-000>" in joined(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["-o", "x.nq", "--resume"], 2, "--resume: expected a folder as output, such as -o out/, got 'x.nq'"),
        (["--resume"], 2, "--resume: expected a folder as output, such as -o out/, got '-'"),
        (["-o", "new/", "--format", "trig"], 2, "--format: expected nquads for the parts of a folder, got trig"),
        (["-o", "full/"], 2, "full: expected a folder without parts; use --resume, or another folder"),
        (["-o", "busy/", "--resume"], 4, "busy: another process converts into it; wait for its end"),
        (["-o", "file.nq/x/"], 4, "file.nq/x: cannot write there: Not a directory"),
    ],
    ids=["file", "stdout", "format", "full", "busy", "no-folder"],
)
def test_wrong_use_is_said(run, tmp_path, monkeypatch, arguments, code, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file.nq").touch()
    for name in ("full", "busy"):
        (tmp_path / name).mkdir()
    (tmp_path / "full" / "part-00000.nq").touch()
    with conversion.locks.alone(tmp_path / "busy" / ".lock"):
        found, out, err = run("convert", CORPUS, *arguments)
    assert (found, out) == (code, "")
    assert err == f"ukrgraph: {message}\n"


def test_a_corpus_without_documents_makes_no_folder_that_looks_done(run, tmp_path):
    (tmp_path / "empty").mkdir()
    code, _, err = run("convert", tmp_path / "empty", "-o", f"{tmp_path}/out/")
    assert (code, err.startswith("ukrgraph: expected annotated documents, found none")) == (3, True)
    assert contents(tmp_path / "out") == {}


def test_a_worker_that_is_killed_is_an_error_and_not_a_hang():
    task = conversion.Task("nquads", "brat", None, workers=2)
    with pytest.raises(Exception, match=r"^a worker process ended early"):
        list(conversion.pool.each(end_by_force, [1, 2, 3], task))


def end_by_force(job, task):
    os.kill(os.getpid(), signal.SIGKILL)


def test_the_journal_knows_every_module_that_conversion_needs():
    code = "import sys, ukrgraph.conversion as c; print(*sorted(m for m in sys.modules if m.startswith('ukrgraph.')))"
    done = subprocess.run([sys.executable, "-c", code], env=ENVIRONMENT, check=True, capture_output=True, text=True)
    rooms = {name.split(".")[1] for name in done.stdout.split()}
    assert rooms == {Path(name).stem for name in journal.PROGRAM}
