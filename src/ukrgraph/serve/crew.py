"""A zygote and the workers that it has made, as the service sees them: sockets, numbers, and who answers what.

All of it runs in the event loop of the service and waits for nothing.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable

from ukrgraph.errors import InputError, OutsideError, UkrgraphError, UsageError
from ukrgraph.serve import system
from ukrgraph.serve.question import HEAD, Question, Reply, packed_question, parse_reply
from ukrgraph.serve.zygote import Terms

_PIECE = 1 << 18
_GRACE = 5
_ERRORS = {error.__name__: error for error in (InputError, OutsideError, UsageError, UkrgraphError)}


class Job:
    """A question on its way: `waiter` gets the answer, or LONG and then a new `waiter` takes its place.

    `accepted` and `started` are times of the loop, `used` the processor seconds of the worker when it started; `turn`
    is when its present turn among the long ones began.
    """

    __slots__ = ("accepted", "deadline", "question", "slice", "started", "turn", "used", "waiter", "worker")

    def __init__(self, question: Question, loop: asyncio.AbstractEventLoop) -> None:
        self.question = question
        self.waiter: asyncio.Future[Reply | None] = loop.create_future()
        self.accepted = self.started = self.turn = loop.time()
        self.used: float | None = None
        self.worker: Worker | None = None
        self.slice: asyncio.TimerHandle | None = None
        self.deadline: asyncio.TimerHandle | None = None

    def settle(self, reply: Reply | None) -> None:
        """Give the answer to whoever waits; None says that it will take long."""
        if not self.waiter.done():
            self.waiter.set_result(reply)

    def stop_clocks(self) -> None:
        """Cancel the timers."""
        for timer in (self.slice, self.deadline):
            if timer is not None:
                timer.cancel()


class Worker:
    """The service's end of a worker's socket. `long` and `lowest` tell of its query and its priority."""

    __slots__ = (
        "_loop",
        "_unread",
        "_unsent",
        "crew",
        "job",
        "long",
        "lowest",
        "number",
        "on_gone",
        "on_reply",
        "pid",
        "socket",
    )

    def __init__(self, crew: "Crew", number: int, end: socket.socket) -> None:
        self.crew, self.number, self.socket = crew, number, end
        self.pid = 0
        self.job: Job | None = None
        self.long = self.lowest = False
        self.on_reply: Callable[[Worker, Reply | None], None] = crew.on_reply
        self.on_gone: Callable[[Worker], None] = crew.on_gone
        self._loop = crew.loop
        self._unread = bytearray()
        self._unsent = b""
        end.settimeout(0)
        self._loop.add_reader(end.fileno(), self._readable)

    def ask(self, job: Job) -> None:
        """Send a question."""
        self.job, job.worker = job, self
        self._unsent = packed_question(job.question)
        self._send()

    def _send(self) -> None:
        try:
            sent = self.socket.send(self._unsent)
        except BlockingIOError:
            sent = 0
        except OSError:
            return  # it has ended; reading tells
        self._unsent = self._unsent[sent:]
        if self._unsent:
            self._loop.add_writer(self.socket.fileno(), self._writable)

    def _writable(self) -> None:
        self._loop.remove_writer(self.socket.fileno())
        self._send()

    def _readable(self) -> None:
        """Take what has come; pass on a whole answer, None for the greeting of a new worker."""
        try:
            data = self.socket.recv(_PIECE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.close()
            self.on_gone(self)
            return
        self._unread += data
        if len(self._unread) < HEAD.size:
            return
        head, body = HEAD.unpack_from(self._unread)
        if len(self._unread) < HEAD.size + head + body:
            return
        message = memoryview(self._unread)[HEAD.size :]
        reply = parse_reply(bytes(message[:head]), bytes(message[head : head + body])) if head else None
        message.release()
        self._unread.clear()
        self.on_reply(self, reply)

    def used(self) -> float | None:
        """Return the seconds that it has used the processor, None where unknown."""
        return system.processor_seconds(self.pid) if self.pid else None

    def kill(self) -> None:
        """End it at once."""
        self.close()
        self.crew.say("kill", self.number)

    def close(self) -> None:
        """Close the socket, at which an idle worker ends."""
        if self.socket.fileno() != -1:
            self._loop.remove_reader(self.socket.fileno())
            self._loop.remove_writer(self.socket.fileno())
            self.socket.close()
        self.crew.workers.pop(self.number, None)
        self.crew.end_if_done()


class Crew:
    """A zygote over one version of the store. `ready` gets how many quads there are, or the error that says why not."""

    def __init__(
        self,
        terms: Terms,
        on_reply: Callable[[Worker, Reply | None], None],
        on_gone: Callable[[Worker], None],
    ) -> None:
        self.loop = asyncio.get_running_loop()
        self.on_reply, self.on_gone = on_reply, on_gone
        self.workers: dict[int, Worker] = {}
        self.ready: asyncio.Future[int] = self.loop.create_future()
        self.lost: asyncio.Event = asyncio.Event()
        self.retired = self.alive = False
        self.kept = ""
        self._last = 0
        self._unread = b""
        self._start(terms)

    def _start(self, terms: Terms) -> None:
        self.control, theirs = socket.socketpair()
        arguments = [str(theirs.fileno()), str(os.getpid()), json.dumps(terms)]
        command = [sys.executable, "-m", "ukrgraph.serve.zygote", *arguments]
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603  # our own module
                command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
            )
        self.alive = True
        self.control.settimeout(0)
        self.loop.add_reader(self.control.fileno(), self._readable)

    def fork(self) -> Worker:
        """Return a new worker; its greeting says when it can be asked."""
        self._last += 1
        ours, theirs = socket.socketpair()
        with theirs:
            worker = Worker(self, self._last, ours)
            self.workers[worker.number] = worker
            message = json.dumps({"fork": worker.number}).encode() + b"\n"
            try:
                socket.send_fds(self.control, [message], [theirs.fileno()])
            except OSError:
                self._gone()
        return worker

    def say(self, what: str, number: int) -> None:
        """Have the zygote do something to a worker."""
        if self.alive:
            try:
                self.control.sendall(json.dumps({what: number}).encode() + b"\n")
            except OSError:
                self._gone()

    def _readable(self) -> None:
        try:
            data = self.control.recv(_PIECE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._gone()
            return
        *lines, self._unread = (self._unread + data).split(b"\n")
        for line in lines:
            self._hear(json.loads(line))

    def _hear(self, message: dict[str, object]) -> None:
        if "born" in message:
            worker = self.workers.get(int(str(message["born"])))
            if worker is not None:
                worker.pid = int(str(message["pid"]))
        elif "failed" in message and not self.ready.done():
            self.ready.set_exception(_ERRORS[str(message["failed"])](str(message["message"])))
            self.ready.exception()
        elif "quads" in message and not self.ready.done():
            self.kept = str(message["kept"])
            self.ready.set_result(int(str(message["quads"])))

    def _gone(self) -> None:
        """The zygote has ended, and with it all workers."""
        if not self.alive:
            return
        self.alive = False
        self.loop.remove_reader(self.control.fileno())
        self.control.close()
        if not self.ready.done():
            self.ready.set_exception(OutsideError("serve: the process that opens the store ended unexpectedly"))
            self.ready.exception()  # it need not be waited for
        self.lost.set()

    def retire(self) -> None:
        """End when the last worker has."""
        self.retired = True
        self.end_if_done()

    def end_if_done(self) -> None:
        """End if retired, and no worker is left."""
        if self.retired and not self.workers:
            self.end()

    def end(self) -> None:
        """Kill the zygote and all workers, and wait until the zygote is gone."""
        self.retired, opened = False, self.ready.done()
        self._gone()
        for worker in list(self.workers.values()):
            worker.close()
        if not opened:
            self.process.kill()  # it has no workers yet, and may be busy for long
        try:
            self.process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
