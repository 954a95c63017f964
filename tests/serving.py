"""What the tests of the service need: small projects, a server in a process of its own, and its log."""

import asyncio
import contextlib
import json
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx

from ukrgraph.serve.app import application
from ukrgraph.serve.service import service
from ukrgraph.serve.settings import Settings

TRIG = """@prefix ex: <http://example.org/> .
@prefix ukg: <https://w3id.org/ukrgraph/ontology#> .
ex:g1 { ex:a a ukg:Statement ; ex:says "a, \\"b\\"\\nc"@en , "так" . <http://example.org/x,y> ex:says 5 . }
ex:g2 { ex:b ex:after ex:a ; ex:says "}},{" . }
"""
"""A graph with what is awkward: a comma in an IRI, quotation marks, line ends, and the marks between rows of JSON."""

QUADS = 6
PATIENCE = 300.0
"""Seconds after which a test that waits gives up; no test is faster or slower for it."""

RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?p ?q ?r FILTER(?c > ?r) }"
"""A query that takes far longer than any test, over `many`."""


def project(folder, trig=TRIG):
    """Make a project with a published graph in `folder`, and return the folder."""
    graph = Path(folder) / "data" / "graph"
    graph.mkdir(parents=True, exist_ok=True)
    (graph / "ukrgraph.trig").write_text(trig, encoding="utf-8")
    return Path(folder)


def many(number):
    """Return a graph in TriG with `number` triples."""
    return "<x:g> { " + " ".join(f'<x:s{at}> <x:p> "{at}" .' for at in range(number)) + " }"


class Client:
    """Asks the application of a service in this process, over real workers, which entering starts and leaving ends.

    What it asks is run in an event loop in a thread; `pool` must only be looked at.
    """

    def __init__(self, folder, **limits):
        self.service = service(folder, Settings(**{"workers": 2, "spare": 0, "access_log": False, **limits}))
        self.pool = self.service.pool
        self.app = application(self.service)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def __enter__(self):
        self._thread.start()
        self._run(self.pool.start())
        return self

    def __exit__(self, *_):
        async def close():
            self.pool.close()

        self._run(close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()

    def _run(self, awaitable):
        return asyncio.run_coroutine_threadsafe(awaitable, self._loop).result(PATIENCE)

    def request(self, method, path, **more):
        """Return the response to a request."""

        async def ask():
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://ukrgraph.test") as asking:
                return await asking.request(method, path, **more)

        return self._run(ask())

    def get(self, path, **more):
        """Return the response to a GET."""
        return self.request("GET", path, **more)

    def post(self, path, **more):
        """Return the response to a POST."""
        return self.request("POST", path, **more)


class Server:
    """A server in a process of its own, at a port that the system chose; `lines` is what it wrote so far."""

    def __init__(self, folder, *options):
        command = [sys.executable, *self.arguments(folder), *options]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
        self.lines = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.port = int(self.wait_for(r"http://[^ ]*:(\d+)/")[1])
        self.url = f"http://127.0.0.1:{self.port}"

    def arguments(self, folder):
        """Return what Python is started with."""
        return ["-m", "ukrgraph", "--project", str(folder), "serve", "--port", "0"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        self.process.stderr.close()

    def _read(self):
        with contextlib.suppress(ValueError):
            for line in self.process.stderr:
                self.lines.append(line.rstrip("\n"))

    def wait_for(self, pattern):
        """Return the match of the first line that `pattern` is found in."""
        return until(lambda: next(filter(None, (re.search(pattern, line) for line in list(self.lines))), None))

    def log(self, **wanted):
        """Return the first line of the access log with these members, when it is there."""

        def found():
            for line in list(self.lines):
                entry = json.loads(line) if line.startswith("{") else {}
                if all(entry.get(name) == value for name, value in wanted.items()):
                    return entry
            return None

        return until(found)

    def stop(self):
        """End the server as a system does, and return its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        self._reader.join(PATIENCE)
        return code


def until(condition):
    """Return what `condition` returns as soon as that is true."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.02)
    raise TimeoutError(condition)


def is_alive(pid):
    """Tell whether a process runs; one that has ended and was not waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in {"Z", "X"}


def descendants(pid):
    """Return the processes that a process has started, and those that they have."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                if parent == pid:
                    found |= {int(entry.name)} | descendants(int(entry.name))
    return found
