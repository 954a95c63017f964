"""SPARQL servers for the tests, on free ports of this machine: real ones, and one that fails on demand.

`oxigraph` is the program of the PyPI package of that name, Virtuoso that of Debian's virtuoso-opensource. Where one is
not installed the tests that need it are skipped, and say so.
"""

import os
import shutil
import socket
import struct
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from time import monotonic

import pytest

STARTED_WITHIN = 180.0
"""Seconds that a server may take to start: only there to end a hang."""

_STOPPED_WITHIN = 60.0
_PAUSE = Event()

PASSWORD = "test-only"  # noqa: S105  # of a server that lives as long as the tests

INI = """[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
ErrorLogLevel = 7
FileExtend = 200
MaxCheckpointRemap = 2000
Striping = 0
TempStorage = TempDatabase

[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
MaxCheckpointRemap = 2000
Striping = 0

[Parameters]
ServerPort = 127.0.0.1:{sql_port}
DisableUnixSocket = 1
MaxClientConnections = 10
CheckpointInterval = 0
SchedulerInterval = 10
DirsAllowed = {folder}
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
ThreadsPerQuery = 2

[HTTPServer]
ServerPort = 127.0.0.1:{http_port}
ServerRoot = {folder}
MaxClientConnections = 10
ServerThreads = 10
MaxKeepAlives = 10
KeepAliveTimeout = 10
Charset = UTF-8

[SPARQL]
ResultSetMaxRows = {rows}
MaxQueryCostEstimationTime = 0
MaxQueryExecutionTime = 60
"""


@dataclass(frozen=True)
class Server:
    """A running server: where it answers queries, takes updates, and keeps graphs; all by the same user if any."""

    name: str
    query: str
    update: str
    store: str
    user: str = ""
    password: str = ""


def free_ports(count: int) -> list[int]:
    """Return different ports of the loopback that are free now."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def program(name: str) -> str:
    """Return the path of a program, or skip the test and say why."""
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.is_file() else shutil.which(name)
    if not found:
        pytest.skip(f"the program {name} is not installed here")
    return found


@contextmanager
def _running(command: list[str], folder: Path, address: str) -> Iterator[None]:
    """Run a server until the block ends; it has answered at `address` before the block begins."""
    log = folder / "output.log"
    tied = [shutil.which("setpriv"), "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*tied, *command], cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        _wait(process, address, log)
        yield
    finally:
        process.terminate()
        try:
            process.wait(_STOPPED_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    """Return when the server answers at all.

    Raises RuntimeError with the end of its output if it ends or does not answer.
    """
    until = monotonic() + STARTED_WITHIN
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while process.poll() is None and monotonic() < until:
        try:
            opener.open(address, timeout=STARTED_WITHIN).close()
        except urllib.error.HTTPError as error:
            error.close()
            return
        except OSError:
            _PAUSE.wait(0.1)
        else:
            return
    raise RuntimeError(f"{process.args}: not started: {log.read_text(errors='replace')[-2000:]}")


@contextmanager
def oxigraph(folder: Path, *options: str) -> Iterator[Server]:
    """Run `oxigraph serve` over an empty store in `folder`; skip where it is not installed."""
    command = program("oxigraph")
    (port,) = free_ports(1)
    base = f"http://127.0.0.1:{port}"
    serve = [command, "serve", "--location", str(folder / "store"), "--bind", f"127.0.0.1:{port}", *options]
    with _running(serve, folder, f"{base}/query?query=ASK%7B%7D"):
        yield Server("oxigraph", f"{base}/query", f"{base}/update", f"{base}/store")


@contextmanager
def virtuoso(folder: Path, rows: int) -> Iterator[Server]:
    """Run Virtuoso over an empty store in `folder` with a limit of rows an answer; skip where it is not installed."""
    command = program("virtuoso-t")
    http_port, sql_port = free_ports(2)
    base = f"http://127.0.0.1:{http_port}"
    ini = folder / "virtuoso.ini"
    ini.write_text(INI.format(folder=folder, http_port=http_port, sql_port=sql_port, rows=rows), encoding="utf-8")
    serve = [command, "+foreground", "+configfile", str(ini)]
    made = subprocess.run(  # makes the files, changes the password and ends
        [*serve, "+pwdold", "dba", "+pwddba", PASSWORD],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=STARTED_WITHIN,
        check=False,
    )
    if "The DBA password is changed" not in made.stdout + made.stderr:
        raise RuntimeError(f"{serve}: no store made: {(made.stdout + made.stderr)[-2000:]}")
    with _running(serve, folder, f"{base}/sparql?query=ASK%7B%7D"):
        where = f"{base}/sparql-auth", f"{base}/sparql-auth", f"{base}/sparql-graph-crud-auth"
        yield Server("virtuoso", *where, "dba", PASSWORD)


@dataclass(frozen=True)
class Reply:
    """An answer of the faulty server, or none at all (`never`).

    It says to send `missing` bytes more than it does; then it resets the connection, or holds it to the end.
    """

    status: int = 200
    body: bytes = b'{"head":{},"boolean":true}'
    kind: str = "application/sparql-results+json"
    headers: tuple[tuple[str, str], ...] = ()
    missing: int = 0
    reset: bool = False
    never: bool = False
    hold: bool = False
    repeat: int = 1


@dataclass
class Faulty:
    """A server that gives `replies` in their order, the last one again and again; `asked` is what it was sent."""

    url: str = ""
    replies: list[Reply] = field(default_factory=lambda: [Reply()])
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    over: Event = field(default_factory=Event)

    def next(self) -> Reply:
        """Return the reply whose turn it is."""
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


class _Handler(BaseHTTPRequestHandler):
    """Answers as the state of its server says."""

    protocol_version = "HTTP/1.1"
    state: Faulty

    def do_POST(self) -> None:
        """Take a request and give the reply whose turn it is."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.state.asked.append((self.command, self.path, dict(self.headers), body))
        reply = self.state.next()
        if reply.never:
            self.state.over.wait()
            self.close_connection = True
            return
        self._head(reply)
        try:
            for _ in range(reply.repeat):
                self.wfile.write(reply.body)
            self.wfile.flush()
        except OSError:
            self.close_connection = True
        if reply.hold:
            self.state.over.wait()
        if reply.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(self.connection.detach())  # with nothing to wait for: the other side sees a reset
        if reply.missing or reply.reset:
            self.close_connection = True

    def do_GET(self) -> None:
        """Do the same."""
        self.do_POST()

    def _head(self, reply: Reply) -> None:
        self.send_response(reply.status)
        if reply.kind:
            self.send_header("Content-Type", reply.kind)
        for name, value in reply.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body) * reply.repeat + reply.missing))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def faulty() -> Iterator[Faulty]:
    """Run a server that fails as it is told."""
    state = Faulty()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"state": state}))
    server.daemon_threads = True
    server.block_on_close = False
    state.url = f"http://127.0.0.1:{server.server_port}/sparql"
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield state
    finally:
        state.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
