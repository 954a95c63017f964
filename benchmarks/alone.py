"""What is measured in a process of its own: so that nothing else fills its memory, and its peak is its own.

    python benchmarks/alone.py run COMMAND ...                     seconds and peak memory of a command
    python benchmarks/alone.py oxigraph QUADS.nq NUMBER OUTPUT     seconds that Oxigraph takes to write NUMBER quads
    python benchmarks/alone.py convert CORPUS NUMBER               seconds that our converter takes, documents in memory
    python benchmarks/alone.py stages CORPUS                       seconds of each stage for a corpus

Prints JSON.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

Figures = dict[str, float]


def run(*command: str) -> Figures:
    """Run `command`, its standard output thrown away; return its seconds of wall time and its peak memory in MiB.

    The peak is that of resident memory. A process starts with the peak of the one that it was forked from, so this one
    must be small: it imports next to nothing.

    Raises RuntimeError if the command fails.
    """
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with exit code {process.returncode}; the corpus should be clean")
    kib = usage.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return {"seconds": seconds, "peak": kib / 1024}


def oxigraph(lines: str, number: str, output: str) -> Figures:
    """Return the seconds that Oxigraph takes to write the first `number` quads of `lines`, the best of three.

    Once as Quad objects that are there already ("built"), once with their building from strings ("strings").
    """
    import pyoxigraph as ox  # noqa: PLC0415  # see `run`

    quads = list(islice(ox.parse(path=lines, format=ox.RdfFormat.N_QUADS), int(number)))
    parts = [(q.subject.value, q.predicate.value, *_parts(q.object), q.graph_name.value) for q in quads]
    node, literal, quad = ox.NamedNode, ox.Literal, ox.Quad

    def build() -> Iterator[object]:
        for subject, predicate, value, how, graph in parts:
            term = literal(value, **how) if how is not None else node(value)
            yield quad(node(subject), node(predicate), term, node(graph))

    best = {"built": float("inf"), "strings": float("inf"), "quads": float(len(quads))}
    for _ in range(3):
        for name, source in (("built", quads), ("strings", build())):
            started = time.perf_counter()
            ox.serialize(source, output, format=ox.RdfFormat.N_QUADS)
            best[name] = min(best[name], time.perf_counter() - started)
    return best


def _parts(term: Any) -> tuple[str, dict[str, Any] | None]:  # noqa: ANN401  # terms of a module that is imported late
    """Return the value of a term, and what else a literal is made of; None for an IRI."""
    if not hasattr(term, "datatype"):
        return term.value, None
    return term.value, {"language": term.language} if term.language else {"datatype": term.datatype}


def convert(corpus: str, number: str) -> Figures:
    """Return the seconds from the first `number` documents of `corpus`, in memory, to the bytes of their N-Quads."""
    from ukrgraph.convert import convert  # noqa: PLC0415  # see `run`
    from ukrgraph.readers import read  # noqa: PLC0415

    documents = [document for document, _ in islice(read(Path(corpus), "brat"), int(number)) if document is not None]
    started = time.perf_counter()
    for document in documents:
        convert(document).quads.encode()
    seconds = time.perf_counter() - started
    quads = sum(convert(document).quads.count("\n") for document in documents)
    return {"seconds": seconds, "quads": quads, "documents": len(documents)}


def stages(corpus: str) -> Figures:
    """Return the seconds that all documents of `corpus` take in each stage, and how many documents there are."""
    from ukrgraph.check import check  # noqa: PLC0415  # see `run`
    from ukrgraph.convert import convert  # noqa: PLC0415
    from ukrgraph.readers import read  # noqa: PLC0415

    seconds = dict.fromkeys(("read", "convert", "check"), 0.0)
    documents = 0
    started = time.perf_counter()
    for document, _ in read(Path(corpus), "brat"):
        if document is None:
            continue
        moments = [started, time.perf_counter()]
        convert(document).quads.encode()
        moments.append(time.perf_counter())
        check(document, {})
        moments.append(time.perf_counter())
        for name, first, last in zip(seconds, moments, moments[1:], strict=False):
            seconds[name] += last - first
        documents += 1
        started = time.perf_counter()
    return {**seconds, "documents": documents}


MEASURES = {"run": run, "oxigraph": oxigraph, "convert": convert, "stages": stages}
"""What can be measured, by name."""

if __name__ == "__main__":
    print(json.dumps(MEASURES[sys.argv[1]](*sys.argv[2:])))
