"""A real `ukrgraph serve`: a process of its own, on a port that the system chooses, over the graph that is packaged."""

import contextlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SECONDS = 120
"""How long a server may take to start, in seconds: only there to end a hang."""


def tree(folder, *, vendor=None):
    """Return the folder to import ukrgraph from: a copy of the sources with these third-party scripts, or with none.

    The knowledge folders lie beside it, as in a checkout. The checkout itself may or may not have the scripts.
    """
    source = folder / "src"
    shutil.copytree(ROOT / "src/ukrgraph", source / "ukrgraph", ignore=shutil.ignore_patterns("__pycache__", "vendor"))
    for name in ("ontology", "shapes", "queries", "data"):
        (folder / name).symlink_to(ROOT / name)
    if vendor is not None:
        shutil.copytree(vendor, source / "ukrgraph/serve/vendor")
    return source


@contextlib.contextmanager
def serving(project, *options, source=ROOT / "src"):
    """Give the address of a server over a project, such as "http://127.0.0.1:4711"; it ends with the block."""
    for module in ("starlette", "uvicorn", "jinja2"):
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"{module} is not installed here: pip install 'ukrgraph[serve]'")
    said = project / "server.log"
    command = [sys.executable, "-m", "ukrgraph", "--project", str(project), "serve", "--port", "0", *options]
    environment = {**os.environ, "PYTHONPATH": str(source), "PYTHONUNBUFFERED": "1"}
    with said.open("wb") as log:
        process = subprocess.Popen(command, cwd=project, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        yield _address(process, said)
    finally:
        process.terminate()
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _address(process, said):
    """Return the address that a server names when it is ready."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        text = said.read_text(encoding="utf-8", errors="replace")
        if found := re.search(r"http://127\.0\.0\.1:[1-9]\d*", text):
            return found[0]
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise AssertionError(f"the server did not start:\n{said.read_text(encoding='utf-8', errors='replace')}")
