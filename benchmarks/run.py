"""Run the benchmarks: one command, all figures of one run on one machine.

    python benchmarks/run.py            all, within 20 minutes; writes benchmarks/results.md
    python benchmarks/run.py --quick    small sizes, within 3 minutes; prints only

Needs the environment of `make test`. Peers are installed into an environment of their own (.venv/peers) the first time;
one that cannot be had is skipped, with the reason in the results.
"""

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "src"))
import conversion  # noqa: E402  # the line above says where ukrgraph is
import wikidata  # noqa: E402
from table import Table, markdown  # noqa: E402

BENCHMARKS: Mapping[str, Callable[..., list[Table]]] = {
    "conversion": conversion.measure,
    "wikidata": wikidata.measure,
}
"""What can be measured, by name. Each takes a folder for its files, that of the peers' environment, and `quick`."""

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
    for package in ("ukrgraph", "pyoxigraph", "rdflib"):
        try:
            rows.append((package, version(package)))
        except PackageNotFoundError:
            rows.append((package, "from the checkout"))
    rows.append(("Morph-KGC", conversion.morph.PACKAGE.partition("==")[2]))
    note = f"With a load above {IDLE} before the start other programs ran, and the figures are not to be trusted."
    return Table("Machine", ("", ""), rows, [note])


def main() -> None:
    """Measure, print, and write the results."""
    parser = argparse.ArgumentParser(description="Run the benchmarks.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which of: {', '.join(BENCHMARKS)}; default all")
    parser.add_argument(
        "--quick", action="store_true", help="small sizes, within 3 minutes; the results are only printed"
    )
    parser.add_argument("-o", "--output", type=Path, help="file for the results; default benchmarks/results.md")
    parser.add_argument("--peers", type=Path, default=HERE.parent / ".venv" / "peers", help="environment of the peers")
    given = parser.parse_args()
    unknown = set(given.names) - BENCHMARKS.keys()
    if unknown:
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are: {', '.join(BENCHMARKS)}")
    if os.getloadavg()[0] > IDLE:
        print(
            f"the load is {os.getloadavg()[0]:.1f}: other programs run, and the figures will be wrong", file=sys.stderr
        )
    started = time.perf_counter()
    tables = [machine()]
    for name in given.names or BENCHMARKS:
        with tempfile.TemporaryDirectory(prefix="ukrgraph-bench-") as folder:
            tables += BENCHMARKS[name](Path(folder), given.peers, quick=given.quick)
    command = "python benchmarks/run.py" + " --quick" * given.quick
    seconds = time.perf_counter() - started
    head = f"# Benchmarks\n\nWritten by `{command}` in {seconds:.0f} seconds. Ratios hold elsewhere, times do not.\n"
    text = "\n".join([head, *map(markdown, tables)])
    print(text)
    output = given.output or (None if given.quick else HERE / "results.md")
    if output:
        output.write_text(text)


if __name__ == "__main__":
    main()
