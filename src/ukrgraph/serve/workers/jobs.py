"""A question on its way, and the service's end of the socket of the worker that answers it."""

import asyncio
import socket
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ukrgraph.serve.workers import system
from ukrgraph.serve.workers.question import HEAD, Question, Reply, packed_question, parse_reply

if TYPE_CHECKING:
    from ukrgraph.serve.workers.crew import Crew

_PIECE = 1 << 18
_INCOMPLETE = Reply(0)


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
    """The service's end of a worker's socket; it answers `job`, then those of `more`, which it has been sent already.

    `long` and `lowest` tell of its query and its priority; `stale` says that others answer what it has been sent,
    `warm` that it has copied much of the store, which makes it both fast and large.
    """

    __slots__ = (
        "_loop",
        "_unread",
        "_unsent",
        "crew",
        "job",
        "long",
        "lowest",
        "more",
        "number",
        "on_gone",
        "on_reply",
        "pid",
        "socket",
        "stale",
        "warm",
    )

    def __init__(self, crew: "Crew", number: int, end: socket.socket) -> None:
        self.crew, self.number, self.socket = crew, number, end
        self.pid = 0
        self.job: Job | None = None
        self.more: deque[Job] = deque()
        self.long = self.lowest = self.stale = self.warm = False
        self.on_reply: Callable[[Worker, Reply | None], None] = crew.on_reply
        self.on_gone: Callable[[Worker], None] = crew.on_gone
        self._loop = crew.loop
        self._unread = bytearray()
        self._unsent = b""
        end.settimeout(0)
        self._loop.add_reader(end.fileno(), self._readable)

    def ask(self, jobs: Sequence[Job]) -> None:
        """Send questions, which it answers in their order."""
        self.job, *more = jobs
        self.more.extend(more)
        for job in jobs:
            job.worker = self
        self._unsent = b"".join([packed_question(job.question) for job in jobs])
        self._send()

    def unbegun(self) -> list[Job]:
        """Return the questions that it has not begun to answer, for others to answer them."""
        found = [job for job in self.more if not job.waiter.done()]
        for job in found:
            job.worker = None
        self.stale = self.stale or bool(self.more)
        self.more.clear()
        return found

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
        """Take what has come, and pass on what is whole: answers, and None for the greeting of a new worker."""
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
        while (reply := self._next()) is not _INCOMPLETE and self.socket.fileno() != -1:
            self.on_reply(self, reply)

    def _next(self) -> Reply | None:
        """Return the next answer that has come whole, None for a greeting, _INCOMPLETE if there is none."""
        if len(self._unread) < HEAD.size:
            return _INCOMPLETE
        head, body = HEAD.unpack_from(self._unread)
        end = HEAD.size + head + body
        if len(self._unread) < end:
            return _INCOMPLETE
        description = bytes(self._unread[HEAD.size : HEAD.size + head])
        reply = parse_reply(description, bytes(self._unread[HEAD.size + head : end])) if head else None
        del self._unread[:end]
        return reply

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
