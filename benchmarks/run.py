"""Run the benchmarks: one command, all figures of one run on one machine.

    python benchmarks/run.py            all, within 20 minutes; writes benchmarks/results.md
    python benchmarks/run.py --quick    small sizes, within 3 minutes; prints only

Needs the environment of `make test`. Peers are installed into an environment of their own (.venv/peers) the first time;
one that cannot be had is skipped, with the reason in the results.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import get_context
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "src"))
import conversion  # noqa: E402  # the line above says where ukrgraph is
from table import Table, markdown  # noqa: E402

BENCHMARKS = ("conversion", "load", "queries", "serve", "validation", "wikidata")
"""The modules that measure, in this order; `measure` takes a folder for its files, one for the peers, and `quick`."""

IDLE = 0.5
"""The load of a machine, in processes that run or wait, below which times can be trusted."""


def machine() -> Table:
    """Return what the figures depend on; nothing that tells whose machine it is."""
    rows = [
        ("processor", platform.machine()),
        ("cores", str(os.cpu_count())),
        ("system", platform.system()),
        ("load before the start", f"{os.getloadavg()[0]:.1f}"),
        ("Python", f"{platform.python_implementation()} {platform.python_version()}"),
    ]
    for package in ("ukrgraph", "pyoxigraph", "oxigraph", "rdflib", "pyshacl"):
        try:
            rows.append((package, version(package)))
        except PackageNotFoundError:
            rows.append((package, "from the checkout" if package == "ukrgraph" else "not installed"))
    rows.append(("Morph-KGC", conversion.morph.PACKAGE.partition("==")[2]))
    note = f"With a load above {IDLE} before the start other programs ran, and the figures are not to be trusted."
    return Table("Machine", ("", ""), rows, [note])


def measured(name: str, peers: Path, *, quick: bool) -> tuple[list[Table], str]:
    """Return the tables of one benchmark, and why it could not be finished, "" if it was."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="ukrgraph-bench-") as folder, _process() as process:
        try:
            tables = process.submit(_measure, name, Path(folder), peers, quick=quick).result()
        except (subprocess.SubprocessError, OSError, RuntimeError, ValueError, ImportError) as error:
            print(f"{name}: {error}", file=sys.stderr)
            return [Table(name.capitalize(), ("", ""), [("not finished", str(error).splitlines()[-1])])], str(error)
    print(f"{name}: {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    return tables, ""


def _process() -> ProcessPoolExecutor:
    """Return a process that is new: the peak of memory of a program is at least that of the one that starts it."""
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


def _measure(name: str, folder: Path, peers: Path, *, quick: bool) -> list[Table]:
    found: list[Table] = import_module(name).measure(folder, peers, quick=quick)
    return found


def written(tables: Sequence[Table], seconds: float, *, quick: bool) -> str:
    """Return the results as they are published."""
    command = "python benchmarks/run.py" + " --quick" * quick
    head = f"# Benchmarks\n\nWritten by `{command}` in {seconds:.0f} seconds. Ratios hold elsewhere, times do not.\n"
    return "\n".join([head, *map(markdown, tables)])


def main() -> int:
    """Measure, print, and write the results; return 1 if a benchmark could not be finished."""
    names = [name for name in BENCHMARKS if (HERE / f"{name}.py").exists()]
    parser = argparse.ArgumentParser(description="Run the benchmarks.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which of: {', '.join(names)}; default all")
    parser.add_argument(
        "--quick", action="store_true", help="small sizes, within 3 minutes; the results are only printed"
    )
    parser.add_argument("-o", "--output", type=Path, help="file for the results; default benchmarks/results.md")
    parser.add_argument("--peers", type=Path, default=HERE.parent / ".venv" / "peers", help="environment of the peers")
    given = parser.parse_args()
    unknown = set(given.names) - set(names)
    if unknown:
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are: {', '.join(names)}")
    if os.getloadavg()[0] > IDLE:
        print(
            f"the load is {os.getloadavg()[0]:.1f}: other programs run, and the figures will be wrong", file=sys.stderr
        )
    output = given.output or (None if given.quick or given.names else HERE / "results.md")
    started = time.perf_counter()
    tables, failed, text = [machine()], False, ""
    for name in given.names or names:
        found, reason = measured(name, given.peers, quick=given.quick)
        tables += found
        failed |= bool(reason)
        text = written(tables, time.perf_counter() - started, quick=given.quick)
        if output:
            output.write_text(text)  # each time, for a run that is ended has results too
    print(text)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
