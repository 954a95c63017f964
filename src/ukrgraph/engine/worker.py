"""A worker process that answers queries and can be killed: a query that takes too long stops for good.

The worker is started once and kept, with the store loaded, so that a small query does not pay for it; after a kill the
next query starts a new one. Answers come through a pipe as SPARQL results or N-Quads, in pieces, and are parsed as they
come.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from select import select
from time import monotonic
from typing import IO, Self

from ukrgraph.engine import (
    GRAPH_FORMATS,
    RESULT_FORMATS,
    Boolean,
    Results,
    Solutions,
    parse_solutions,
    parse_triples,
)
from ukrgraph.errors import InputError, OutsideError, UkrgraphError, UsageError

_LENGTH = 4
_PIECE = 1 << 16
_ERRORS = {error.__name__: error for error in (InputError, OutsideError, UsageError, UkrgraphError)}
_ERRORS_OF_PYTHON = {"SyntaxError": SyntaxError, "RuntimeError": RuntimeError, "ValueError": ValueError}


def _send(stream: IO[bytes], data: bytes) -> None:
    """Write a piece with its length before it; an empty one ends a message."""
    stream.write(len(data).to_bytes(_LENGTH) + data)


class Pieces:
    """A binary file that writes what it is given as pieces of a message."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self.waiting = bytearray()

    def write(self, data: bytes) -> int:
        """Write `data`."""
        self.waiting += data
        if len(self.waiting) >= _PIECE:
            self.flush()
        return len(data)

    def flush(self) -> None:
        """Send what is waiting."""
        for start in range(0, len(self.waiting), _PIECE):
            _send(self.stream, bytes(self.waiting[start : start + _PIECE]))
        self.waiting.clear()
        self.stream.flush()


class Worker:
    """An engine in a process of its own, over the graph of a project; `timeout` is in seconds a query."""

    remote = False

    def __init__(self, project: Path, timeout: float) -> None:
        self.project = project
        self.timeout = timeout
        self.process: subprocess.Popen[bytes] | None = None
        self.lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> "subprocess.Popen[bytes]":
        """Return the running process, started if need be."""
        if self.process is None or self.process.poll() is not None:
            command = [sys.executable, "-m", "ukrgraph.engine.worker", str(self.project)]
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603  # ours
        return self.process

    def close(self) -> None:
        """Kill the process and wait until it is gone."""
        if self.process is not None:
            self.process.kill()
            for stream in (self.process.stdin, self.process.stdout):
                if stream is not None:
                    stream.close()
            self.process.wait()
            self.process = None

    def answer(self, query: str) -> Results:
        """Return the answer, whole.

        Raises OutsideError if it takes longer than the time-out; the process is gone then. Raises what the engine
        raises otherwise.
        """
        with self.lock:
            kind, body = self._asked(query)
        if kind in _ERRORS:
            raise _ERRORS[kind](body.decode())
        if kind in _ERRORS_OF_PYTHON:
            raise _ERRORS_OF_PYTHON[kind](body.decode())
        return parse_triples(body, "nquads") if kind == "graph" else parse_solutions(body, "json")

    def _asked(self, query: str) -> tuple[str, bytes]:
        """Return the kind and the body of the answer."""
        process = self.start()
        if process.stdin is None or process.stdout is None:
            raise OutsideError("worker: its pipes are gone")
        until = monotonic() + self.timeout
        try:
            _send(process.stdin, query.encode())
            process.stdin.flush()
            pieces = list(self._pieces(process.stdout, until))
        except BrokenPipeError as error:
            self.close()
            raise OutsideError("worker: it ended unexpectedly; the next query starts a new one") from error
        return pieces[0].decode(), b"".join(pieces[1:])

    def _pieces(self, stream: IO[bytes], until: float) -> Iterator[bytes]:
        """Yield the pieces of a message, without the empty one that ends it."""
        while True:
            length = int.from_bytes(self._read(stream, _LENGTH, until))
            if not length:
                return
            yield self._read(stream, length, until)

    def _read(self, stream: IO[bytes], count: int, until: float) -> bytes:
        """Return `count` bytes; when the time is up, kill the process."""
        found = bytearray()
        while len(found) < count:
            ready, _, _ = select([stream], [], [], max(0.0, until - monotonic()))
            if not ready:
                self.close()
                raise OutsideError(f"query: no answer after {self.timeout:g} s; it was stopped")
            data = os.read(stream.fileno(), count - len(found))
            if not data:
                self.close()
                raise BrokenPipeError
            found += data
        return bytes(found)


def serve(project: Path, requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer queries until there are no more: the body of the worker process."""
    from ukrgraph.engine.local import Local, open_project  # noqa: PLC0415  # the parent does not need it

    engine: Local | None = None
    while length := int.from_bytes(requests.read(_LENGTH)):
        query = requests.read(length).decode()
        try:
            engine = engine or Local(open_project(project))
            _reply(engine.answer(query), answers)
        except (SyntaxError, RuntimeError, ValueError, UkrgraphError) as error:
            text = error.msg if isinstance(error, SyntaxError) else str(error)
            _send(answers, type(error).__name__.encode())
            _send(answers, (text or "unknown").encode())
        _send(answers, b"")
        answers.flush()


def _reply(answer: Results, answers: IO[bytes]) -> None:
    """Send one answer as its kind and its pieces."""
    output = Pieces(answers)
    if isinstance(answer, Solutions):
        _send(answers, b"rows")
        answer.serialize(output, RESULT_FORMATS["json"])  # type: ignore[arg-type]
    elif isinstance(answer, Boolean):
        _send(answers, b"boolean")
        output.write(answer.serialize(format=RESULT_FORMATS["json"]) or b"")
    else:
        _send(answers, b"graph")
        answer.serialize(output, GRAPH_FORMATS["nquads"])  # type: ignore[arg-type]
    output.flush()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer)
