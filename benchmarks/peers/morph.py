"""Morph-KGC in an environment of its own: it pins versions of Oxigraph and rdflib that are not ours.

https://github.com/morph-kgc/morph-kgc. What it measures itself is taken, from the first file read to the last triple
written: not its start, and not the reading of the mapping.
"""

import re
import subprocess
import sys
from pathlib import Path

PACKAGE = "morph-kgc==2.10.0"
HERE = Path(__file__).parent

_FINISHED = re.compile(r"Materialization finished in ([0-9.]+) seconds")

_CONFIG = """\
[CONFIGURATION]
output_file: morph.nq
output_format: N-QUADS
number_of_processes: 1
na_values: \\u0000
[CORPUS]
mappings: {mapping}
"""


class UnavailableError(Exception):
    """The peer cannot be had on this machine; the message says why."""


def environment(folder: Path) -> Path:
    """Return the interpreter of an environment in `folder` that has Morph-KGC; make it if it is not there.

    Raises UnavailableError if it cannot be installed.
    """
    python = folder / "bin" / "python"
    if (
        python.exists()
        and subprocess.run([python, "-c", "import morph_kgc"], check=False, capture_output=True).returncode == 0
    ):
        return python
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    command = [python, "-m", "pip", "install", "--quiet", PACKAGE]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        reason = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or ["pip failed"]
        raise UnavailableError(f"{PACKAGE} cannot be installed ({reason[-1].removeprefix('ERROR: ')})")
    return python


def materialize(python: Path, folder: Path) -> float:
    """Write the graph of the JSON files in `folder` to `folder`/morph.nq; return the seconds that it took."""
    (folder / "config.ini").write_text(_CONFIG.format(mapping=HERE / "mapping.yaml"))
    (folder / "morph.nq").unlink(missing_ok=True)
    done = subprocess.run(
        [python, "-m", "morph_kgc", "config.ini"], cwd=folder, check=True, capture_output=True, text=True
    )
    found = _FINISHED.search(done.stdout + done.stderr)
    if found is None:
        raise RuntimeError("Morph-KGC did not say how long it took; was another version installed?")
    return float(found[1])
