"""Conversion on Apache Spark: with two workers the same lines and findings as one process."""

import io
import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from ukrgraph import conversion
from ukrgraph.iri import Namespace

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "data" / "corpus"
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT / "src"), "PYTHONWARNINGS": "ignore"}
TASK = conversion.Task("nquads", "brat", Namespace())

needs_spark = pytest.mark.skipif(
    find_spec("pyspark") is None or shutil.which("java") is None,
    reason="Apache Spark cannot be started: it needs the package pyspark and Java 17",
)


RUNS = """
import json, sys
from ukrgraph.spark import main
for arguments in json.loads(sys.argv[1]):
    sys.argv = ["spark", *arguments]
    try:
        main()
    except SystemExit as ended:
        print(ended.code, flush=True)
"""


def spark(*runs):
    """Return the exit codes of several runs in one process, because starting Java takes long, and the messages."""
    command = [sys.executable, "-c", RUNS, json.dumps([[*map(str, run), "--master", "local[2]"] for run in runs])]
    done = subprocess.run(command, env=ENVIRONMENT, check=True, capture_output=True, text=True, timeout=900)
    said = [line for line in done.stderr.splitlines() if line.startswith(("ukrgraph.spark: ", "/"))]
    return [int(code) for code in done.stdout.split()], said


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Return a folder with the packaged corpus, and with documents that have faults of several kinds."""
    folder = tmp_path_factory.mktemp("corpus")
    shutil.copytree(CORPUS, folder / "packaged")
    for name in ("not-the-words", "no-text", "no-metadata", "not-unicode"):
        shutil.copytree(CORPUS / "doc-002", folder / name)
    (folder / "not-the-words" / "text.ann").write_text("T1\tPerson 0 1\tnot the words\n")
    (folder / "no-text" / "text.txt").unlink()
    (folder / "no-metadata" / "meta.toml").unlink()
    (folder / "not-unicode" / "text.txt").write_bytes(b"\xff\n")
    return folder


@needs_spark
def test_two_workers_give_the_lines_and_the_findings_of_one_process_and_mistakes_are_said(corpus, tmp_path):
    stream = io.BytesIO()
    found = [one for findings in conversion.run(conversion.sources([str(corpus)]), stream, TASK) for one in findings]
    out = tmp_path / "out"
    convert = (corpus, out, "--parts", "2", "--findings", "json")
    codes, said = spark((tmp_path / "nothing", out), convert, convert)
    assert codes == [3, 1, 2], said
    parts = sorted((out / "quads").glob("part-*"))
    lines = [line for part in parts for line in part.read_bytes().splitlines(keepends=True)]
    assert len(parts) == 2
    assert sorted(lines) == sorted(stream.getvalue().splitlines(keepends=True))
    rows = [
        json.loads(line) for file in (out / "findings").glob("part-*.json") for line in file.read_text().splitlines()
    ]
    expected = [one._asdict() | {"severity": one.severity.name.lower()} for one in found]
    assert {one["rule"] for one in expected} >= {"surface-differs", "missing-file", "not-utf-8"}
    assert sorted(rows, key=str) == sorted(expected, key=str)
    assert said == [
        f"ukrgraph.spark: {tmp_path}/nothing: expected a folder of documents, got nothing; check the name",
        f"{out}: 8 documents, {len(found)} violations",
        f"ukrgraph.spark: {out}: expected nothing there, got the output of another run",
    ]


def test_without_pyspark_the_message_says_what_to_install(tmp_path):
    code = (
        "import sys; sys.modules['pyspark'] = None; sys.argv = ['x', 'a', 'b']; from ukrgraph.spark import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], env=ENVIRONMENT, check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr == "ukrgraph.spark: Spark is not installed; run pip install 'ukrgraph[spark]'\n"
