"""Programs that others wrote, as a second opinion; they live in an environment of their own.

They bring more than a hundred packages, among them a plugin of pytest of 2015, so they do not belong beside ours. Make
the environment with:

    python -m venv .venv/oracles
    .venv/oracles/bin/python -m pip install -c constraints.txt -r tests/oracles.txt

UKRGRAPH_ORACLES names another place.
"""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PLACE = Path(os.environ.get("UKRGRAPH_ORACLES", ROOT / ".venv" / "oracles"))


def ask(program, *arguments, stdin=""):
    """Run a program of the environment and return what came of it; skip the test where there is none."""
    path = PLACE / "bin" / program
    if not path.exists():
        pytest.skip(f"there is no {program} in .venv/oracles or where UKRGRAPH_ORACLES points; see tests/oracles.py")
    command = [str(path), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", input=stdin, check=False, timeout=300)
