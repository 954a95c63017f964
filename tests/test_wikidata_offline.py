"""No offline command opens a socket: each runs in a process of its own that dies if one does."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ITEM = ROOT / "docs" / "examples" / "wikidata-Q7747.json"

GUARD = """
import sys
def guard(event, arguments):
    if event.startswith("socket."):
        sys.stderr.write(f"a socket was used: {event} {arguments}\\n")
        sys.stderr.flush()
        import os
        os._exit(99)
sys.addaudithook(guard)
from ukrgraph.cli import main
sys.argv = ["ukrgraph", *sys.argv[1:]]
main()
"""


def guarded(*arguments):
    return subprocess.run(
        [sys.executable, "-c", GUARD, "--project", str(ROOT), *arguments], capture_output=True, check=False, cwd=ROOT
    )


@pytest.fixture(scope="module")
def slice(tmp_path_factory):
    file = tmp_path_factory.mktemp("offline") / "slice.nq"
    result = guarded("wikidata", "slice", str(ITEM), "-o", str(file))
    assert (result.returncode, result.stdout) == (0, b"")
    return file


COMMANDS = {
    "links": ["wikidata", "links"],
    "links as RDF": ["wikidata", "links", "--format", "turtle"],
    "links checked": ["wikidata", "links", "--check", "--slice", "SLICE"],
    "merge": ["wikidata", "merge", "SLICE", "-o", "OUT"],
    "export as RDF": ["wikidata", "export"],
    "export as Wikibase JSON": ["wikidata", "export", "--format", "wikibase-json"],
    "export as QuickStatements": ["wikidata", "export", "--format", "quickstatements", "--slice", "SLICE"],
    "reconcile": ["reconcile", "docs/examples/names.csv", "--column", "name", "--slice", "SLICE"],
}


@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_no_command_opens_a_socket(arguments, slice, tmp_path):
    places = {"SLICE": str(slice), "OUT": str(tmp_path / "out.trig")}

    result = guarded(*(places.get(argument, argument) for argument in arguments))

    assert (result.returncode, b"a socket was used" in result.stderr) == (0, False)


def test_the_guard_sees_a_socket():
    code = GUARD.replace("from ukrgraph.cli import main", "import socket; socket.socket()")

    result = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)

    assert (result.returncode, result.stderr.startswith(b"a socket was used: socket.__new__")) == (99, True)
