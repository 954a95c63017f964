"""An engine with the interface of pySHACL, in a process of its own: `python shacl.py MODULE DATA.nt SHAPES.ttl`.

MODULE is pyshacl (https://github.com/RDFLib/pySHACL) or pyshacl_turbo, from the package pyshacl-turbo, which lives in
an environment of its own. Prints the seconds of loading and validating, the results and the peak of memory.
"""

import importlib
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

TURBO = "pyshacl-turbo"


def environment(folder: Path) -> str:
    """Return the interpreter of an environment in `folder` that has pyshacl-turbo, made the first time; "" without."""
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", TURBO], check=False, capture_output=True)
    done = subprocess.run([python, "-c", "import pyshacl_turbo"], check=False, capture_output=True)
    return "" if done.returncode else str(python)


def main(module: str, data: str, shapes: str) -> None:
    """Validate and print what it took."""
    from rdflib import Graph  # noqa: PLC0415  # the caller of `environment` does not need it
    from rdflib.namespace import SH  # noqa: PLC0415

    engine = importlib.import_module(module)
    graph = Graph().parse(shapes)
    started = time.perf_counter()
    data_graph = Graph().parse(data, format="nt")
    loaded = time.perf_counter()
    _, report, _ = engine.validate(data_graph, shacl_graph=graph)
    validated = time.perf_counter() - loaded
    results = len(list(report.objects(None, SH.result)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"load": loaded - started, "validate": validated, "results": results, "MB": peak}))


if __name__ == "__main__":
    main(*sys.argv[1:])
