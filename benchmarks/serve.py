"""The service under load: requests a second beside two peers, its memory over time, and small queries beside long ones.

All servers are on this machine and serve the same quads, one after the other in the same run; `wrk` asks them over 64
connections. The program that asks shares the cores with the server that answers, so rates are lower than they could be,
for all of them.

    python benchmarks/serve.py              a minute of load each and 200,000 requests, in about 20 minutes; prints only
"""

import argparse
import json
import math
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import corpus
import pyoxigraph as ox
from table import Table, markdown

sys.path.insert(0, str(Path(__file__).parent / "peers"))
import endpoint

ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join([str(corpus.ROOT / "src"), os.environ.get("PYTHONPATH", "")])}
ACCEPT = "application/sparql-results+json"
CONNECTIONS = 64
RUNAWAYS = 50
UKG = "https://w3id.org/ukrgraph/ontology#"
OURS, UNCACHED = "ukrgraph serve", "ukrgraph serve --cache 0"
OXIGRAPH, RDFLIB = "oxigraph serve-read-only", "rdflib-endpoint"


class Sizes(NamedTuple):
    """Documents in the graph, seconds of load a query, requests for the memory, small queries beside the long ones."""

    documents: int
    seconds: int
    requests: int
    small: int


LONG = Sizes(250, 60, 200_000, 500)
FULL = Sizes(120, 10, 50_000, 500)
QUICK = Sizes(20, 2, 5000, 50)


class Load(NamedTuple):
    """What wrk measured: requests a second, the 99th percentile in milliseconds, and how many went wrong."""

    rate: float
    p99: float
    errors: int


class Server(NamedTuple):
    """A server that runs: its process and the address of its endpoint."""

    process: "subprocess.Popen[bytes]"
    url: str


def measure(folder: Path, peers: Path, *, quick: bool) -> list[Table]:
    """Return the tables of the service; files go to `folder`, the environment of the peer to `peers`/endpoint."""
    if not shutil.which("wrk"):
        return [Table("Service", ("",), [], ["Skipped: there is no wrk on this machine."])]
    return tables(folder, peers, QUICK if quick else FULL)


def tables(folder: Path, peers: Path, sizes: Sizes) -> list[Table]:
    """Return the tables of the service for some sizes."""
    _say(f"writing a graph of {sizes.documents} documents")
    quads = _graph(folder, sizes.documents)
    queries = _queries(folder / "store")
    commands, notes = _commands(folder, peers)
    loads: dict[str, dict[str, Load]] = {}
    for name, command in commands.items():
        with _running(command, folder) as server:
            loads[name] = {question: _load(server, query, sizes.seconds) for question, query in queries.items()}
    with _running(commands[UNCACHED], folder) as server:
        _settle(server)
        memory = _memory(server, queries["lookup"], sizes.requests)
    with _running(commands[UNCACHED], folder) as server:
        _settle(server)
        beside = _beside(server, queries["lookup"], sizes.small)
    goals = _goals(loads, memory, beside)
    return [_load_table(loads, quads, sizes, notes), _memory_table(memory, sizes), _beside_table(beside), goals]


def _graph(folder: Path, documents: int) -> int:
    """Write the quads of a corpus, and a store with them; return how many they are."""
    corpus.write(folder / "corpus", range(documents))
    output, store = folder / "graph.nq", folder / "store"
    command = [sys.executable, "-m", "ukrgraph", "convert", folder / "corpus", "-o", output]
    subprocess.run(command, check=True, env=ENVIRONMENT)
    made = ox.Store(str(store))
    made.bulk_load(path=str(output))
    made.optimize()
    return len(made)


def _queries(store: Path) -> dict[str, str]:
    """Return the three queries, with a statement and a topic that the graph has; the topic is that of many."""
    opened = ox.Store.read_only(str(store))

    def first(query: str) -> str:
        (found, *_), *_ = opened.query(query, use_default_graph_as_union=True)
        return str(found)

    about, cue, evidence = f"<{UKG}about>", f"<{UKG}cue>", f"<{UKG}evidence>"
    statement = first(f"SELECT ?s {{ ?s a <{UKG}Statement> }} ORDER BY ?s LIMIT 1")
    topic = f"SELECT ?t (COUNT(*) AS ?n) {{ ?s <{UKG}about> ?t }} GROUP BY ?t ORDER BY DESC(?n) ?t LIMIT 1"
    speaker = topic.replace("about", "speaker")
    return {
        "lookup": f"SELECT ?p ?o {{ {statement} ?p ?o }}",
        "join of 3": f"SELECT ?s ?t ?c {{ ?s <{UKG}speaker> {first(speaker)} ; {about} ?t ; {cue} ?c }} LIMIT 200",
        "join of 5": (
            f"SELECT ?s ?who ?c ?e {{ ?s {about} {first(topic)} ; a <{UKG}Statement> ; <{UKG}speaker> ?who ; "
            f"{cue} ?c ; {evidence} ?e }} LIMIT 1000"
        ),
    }


def _commands(folder: Path, peers: Path) -> tuple[dict[str, Sequence[str]], list[str]]:
    """Return how each server is started, PORT for its port. A peer that cannot be had is left out, with a note."""
    ours = [sys.executable, "-m", "ukrgraph", "serve", "--port", "PORT", "--store", str(folder / "store")]
    found: dict[str, Sequence[str]] = {OURS: ours, UNCACHED: [*ours, "--cache", "0"]}
    notes = []
    oxigraph = shutil.which("oxigraph", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if oxigraph:
        options = ["--location", str(folder / "store"), "--bind", "127.0.0.1:PORT", "--union-default-graph"]
        found[OXIGRAPH] = [oxigraph, "serve-read-only", *options]
    else:
        notes.append(f"{OXIGRAPH} was skipped: there is no program oxigraph.")
    try:
        python = endpoint.environment(peers / "endpoint")
        found[RDFLIB] = [str(python), endpoint.__file__, str(folder / "graph.nq"), "PORT"]
    except endpoint.UnavailableError as reason:
        notes.append(f"{RDFLIB} was skipped: {reason}.")
    return found, notes


@contextmanager
def _running(command: Sequence[str], folder: Path) -> Iterator[Server]:
    """Give a server that answers, and stop it afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    path = "query" if "oxigraph" in command[0] and "serve-read-only" in command else "sparql"
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [part.replace("PORT", str(port)) for part in command], stdout=log, stderr=log, env=ENVIRONMENT
        )
        server = Server(process, f"http://127.0.0.1:{port}/{path}")
        try:
            _wait(server)
            yield server
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def _wait(server: Server) -> None:
    """Wait until a server answers a query."""
    while True:
        if server.process.poll() is not None:
            raise RuntimeError(f"{server.url}: the server ended with {server.process.returncode}")
        try:
            _ask(server, "ASK {}")
        except OSError:
            time.sleep(0.2)
        else:
            return


def _settle(server: Server) -> None:
    """Wait until our service has made its spare workers, which takes some seconds after its start."""
    before = -1
    while (now := _free(server)) != before:
        before = now
        time.sleep(1)


def _free(server: Server) -> int:
    """Return how many workers of our service are free."""
    with urlopen(server.url.replace("/sparql", "/metrics")) as answer:  # noqa: S310
        return int(re.search(r"^ukrgraph_workers_free (\d+)", answer.read().decode(), re.MULTILINE)[1])  # type: ignore[index]


def _ask(server: Server, query: str) -> bytes:
    request = Request(f"{server.url}?{urlencode({'query': query})}", headers={"Accept": ACCEPT})  # noqa: S310
    with urlopen(request) as answer:  # noqa: S310
        body: bytes = answer.read()
    return body


def _load(server: Server, query: str, seconds: int) -> Load:
    """Return what wrk measures over some seconds."""
    _say(f"{server.url}: {seconds} s of {query[:60]}")
    rows = len(json.loads(_ask(server, query))["results"]["bindings"])
    if not rows:
        raise RuntimeError(f"{server.url}: no rows for {query}")
    address = f"{server.url}?{urlencode({'query': query})}"
    command = [
        "wrk",
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{seconds}s",
        "--timeout",
        "30s",
        "--latency",
        "-H",
        f"Accept: {ACCEPT}",
        address,
    ]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([0-9.]+)", text)[1])  # type: ignore[index]
    value, unit = re.search(r"99%\s+([0-9.]+)(us|ms|s|m)\b", text).groups()  # type: ignore[union-attr]
    wrong = [
        int(number)
        for number in re.findall(r"(?:Non-2xx or 3xx responses: |connect |read |write |timeout )(\d+)", text)
    ]
    return Load(rate, float(value) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}[unit], sum(wrong))


def _memory(server: Server, query: str, requests: int) -> list[tuple[int, float]]:
    """Return the memory of a server and its workers in MiB after so many requests, a tenth at a time."""
    found, done = [], 0
    _load(server, query, 1)
    before = time.perf_counter()
    rate = _load(server, query, 1).rate
    seconds = max(1, round(requests / 10 / rate))
    while done < requests:
        done += round(_load(server, query, seconds).rate * seconds)
        found.append((done, _resident(server.process.pid)))
    _say(f"{done:,} requests in {time.perf_counter() - before:.0f} s")
    return found


def _resident(pid: int) -> float:
    """Return the memory of a process and all its children in MiB; what they share counts once."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0
    own = sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return own / 1024 + sum(_resident(int(child)) for child in children)


def _beside(server: Server, query: str, number: int) -> list[float]:
    """Return the seconds of small queries that are asked while fifty others run away, from the worst to the best."""
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?c > ?l) }"

    def run_away(place: int) -> None:
        try:
            _ask(server, f"{endless} # {place}")
        except OSError:
            return  # stopped after its time, as it should be

    threads = [threading.Thread(target=run_away, args=(place,), daemon=True) for place in range(RUNAWAYS)]
    for thread in threads:
        thread.start()
    found = []
    for place in range(number):
        started = time.perf_counter()
        _ask(server, f"{query} # {place}")
        found.append(time.perf_counter() - started)
    return sorted(found, reverse=True)


def _load_table(loads: Mapping[str, Mapping[str, Load]], quads: int, sizes: Sizes, notes: Sequence[str]) -> Table:
    rows = [
        (f"{name}: {question}", f"{load.rate:,.0f}", f"{load.p99:.1f}", f"{load.errors}")
        for name, found in loads.items()
        for question, load in found.items()
    ]
    about = (
        f"{quads:,} quads; {CONNECTIONS} connections, {sizes.seconds} s each, JSON, one request of wrk like the other.",
        f"`{OURS}` answers from its cache after the first time, `{UNCACHED}` asks the graph each time, like the peers.",
        f"{RDFLIB} has Oxigraph's store in memory, the others have the same folder on the disk.",
    )
    return Table("Service: requests", ("", "requests/s", "p99, ms", "errors"), rows, [*about, *notes])


def _memory_table(memory: Sequence[tuple[int, float]], sizes: Sizes) -> Table:
    rows = [(f"{done:,}", f"{size:.1f}") for done, size in memory]
    note = f"`{UNCACHED}`, all its processes, what they share counted once; at least {sizes.requests:,} requests."
    return Table("Service: memory", ("requests", "MiB"), rows, [note])


def _beside_table(seconds: Sequence[float]) -> Table:
    rows = [("worst", f"{1000 * seconds[0]:.1f}"), ("median", f"{1000 * seconds[len(seconds) // 2]:.1f}")]
    note = (
        f"{len(seconds)} small queries one after the other, asked when {RUNAWAYS} different ones had begun to run "
        "away; the service had been started some seconds before."
    )
    return Table("Service: small queries beside runaways", ("", "ms"), rows, [note])


def _goals(
    loads: Mapping[str, Mapping[str, Load]], memory: Sequence[tuple[int, float]], beside: Sequence[float]
) -> Table:
    rows = []
    for ours in (OURS, UNCACHED):
        for peer, goal in ((OXIGRAPH, 0.4), (RDFLIB, 5.0)):
            for question, load in loads.get(peer, {}).items():
                ratio = loads[ours][question].rate / load.rate if load.rate else math.inf
                met = "yes" if ratio >= goal else "no"
                rows.append((f"{ours}, {question}: times the rate of {peer}", f"at least {goal}", f"{ratio:.2f}", met))
    errors = sum(load.errors for ours in (OURS, UNCACHED) for load in loads[ours].values())
    rows.append(("errors", "none", f"{errors}", "no" if errors else "yes"))
    growth = memory[-1][1] / memory[0][1]
    rows.append(("memory: last tenth to first", "at most 1.05", f"{growth:.3f}", "yes" if growth <= 1.05 else "no"))
    rows.append(
        ("worst small query beside runaways, s", "at most 1", f"{beside[0]:.3f}", "yes" if beside[0] <= 1 else "no")
    )
    return Table("Service: goals", ("", "goal", "measured", "met"), rows)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    """Measure long and print."""
    parser = argparse.ArgumentParser(description="Measure the service under a minute of load each.")
    parser.add_argument("--peers", type=Path, default=corpus.ROOT / ".venv" / "peers", help="environment of the peers")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ukrgraph-bench-") as folder:
        for table in tables(Path(folder), given.peers, LONG):
            print(markdown(table))


if __name__ == "__main__":
    main()
