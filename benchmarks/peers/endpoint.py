"""rdflib-endpoint in an environment of its own, over the store of Oxigraph that rdflib can use (oxrdflib).

https://github.com/vemonet/rdflib-endpoint. It is started as its documentation has it, with one process.

    python benchmarks/peers/endpoint.py QUADS.nq PORT
"""

import subprocess
import sys
from pathlib import Path

PACKAGES = ("rdflib-endpoint==0.6.3", "oxrdflib==0.5.0", "uvicorn[standard]")


class UnavailableError(Exception):
    """The peer cannot be had on this machine; the message says why."""


def environment(folder: Path) -> Path:
    """Return the interpreter of an environment in `folder` that has rdflib-endpoint; make it if it is not there.

    Raises UnavailableError if it cannot be installed.
    """
    python = folder / "bin" / "python"
    found = python.exists() and subprocess.run([python, "-c", "import rdflib_endpoint"], check=False).returncode == 0
    if found:
        return python
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    command = [python, "-m", "pip", "install", "--quiet", *PACKAGES]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        reason = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or ["pip failed"]
        raise UnavailableError(f"{PACKAGES[0]} cannot be installed ({reason[-1].removeprefix('ERROR: ')})")
    return python


def main() -> None:
    """Serve the quads of a file; runs in the environment of the peer."""
    import uvicorn  # noqa: PLC0415
    from rdflib import Dataset  # noqa: PLC0415
    from rdflib_endpoint import SparqlEndpoint  # noqa: PLC0415

    file, port = sys.argv[1:]
    graph = Dataset(store="Oxigraph", default_union=True)
    graph.parse(file, format="ox-nquads")
    uvicorn.run(SparqlEndpoint(graph=graph, path="/sparql"), port=int(port), log_level="error", access_log=False)


if __name__ == "__main__":
    main()
