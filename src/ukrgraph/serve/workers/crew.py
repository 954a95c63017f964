"""A zygote and the workers that it has made, as the service sees them.

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
from ukrgraph.serve.workers.jobs import Worker
from ukrgraph.serve.workers.question import Reply
from ukrgraph.serve.workers.zygote import Terms

_PIECE = 1 << 18
_GRACE = 5
_ERRORS = {error.__name__: error for error in (InputError, OutsideError, UsageError, UkrgraphError)}


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
        command = [sys.executable, "-m", "ukrgraph.serve.workers.zygote", *arguments]
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603  # our own module
                command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
            )
        self.alive = True
        self.control.settimeout(0)
        self.loop.add_reader(self.control.fileno(), self._readable)

    async def first(self) -> Worker:
        """Return the first worker when it has greeted.

        Raises OutsideError if it has ended instead.
        """
        greeted: asyncio.Future[None] = self.loop.create_future()
        worker = self.fork()

        def greet(_worker: Worker, _reply: Reply | None) -> None:
            if not greeted.done():
                greeted.set_result(None)

        def fail(_worker: Worker) -> None:
            if not greeted.done():
                greeted.set_exception(
                    OutsideError("serve: the first worker ended unexpectedly; allow it more --memory")
                )

        worker.on_reply, worker.on_gone = greet, fail
        await greeted
        worker.on_reply, worker.on_gone = self.on_reply, self.on_gone
        return worker

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
