"""The process that has the store open and makes workers of itself by fork(2), so that a new one is there at once.

It does nothing else. The workers share the store that it has opened: all of them see the same version, and what is in
memory is not copied until one of them writes to a page. The service talks to it over a socket, a line of JSON a
message; with the word to fork comes the socket of the new worker. When the service is gone, so are the zygote and all
workers.

    to it:    {"fork": 7}   {"kill": 7}   {"pause": 7}   {"resume": 7}   {"lowest": 7}
    from it:  {"quads": 24086, "kept": "memory"}   {"failed": "InputError", "message": "..."}   {"born": 7, "pid": 99}
"""

import gc
import json
import os
import select
import signal
import socket
import sys
import warnings
from collections import deque
from pathlib import Path
from typing import NamedTuple

from ukrgraph.engine import Store
from ukrgraph.engine.local import open_folder, open_project
from ukrgraph.errors import InputError, UkrgraphError
from ukrgraph.iri import Namespace
from ukrgraph.serve.workers import system
from ukrgraph.serve.workers.evaluation import Bounds
from ukrgraph.serve.workers.worker import work

_SIGNALS = {"kill": signal.SIGKILL, "pause": signal.SIGSTOP, "resume": signal.SIGCONT}
_PIECE = 1 << 16


class Terms(NamedTuple):
    """What a zygote is given: the project, or a folder with a store; the base of the IRIs; the bounds of an answer.

    `memory` is how many bytes a worker may take beyond the store, `seconds` how long a query may use the processor,
    `quads` up to which size a store is held in memory.
    """

    project: str
    base: str
    bounds: Bounds
    memory: int
    seconds: float
    quads: int
    store: str = ""


class Zygote:
    """The state of the process: the store, and the workers by their numbers."""

    def __init__(self, control: socket.socket, terms: Terms) -> None:
        self.control = control
        self.terms = terms
        self.store = Store()
        self.workers: dict[int, int] = {}
        self.sockets: deque[int] = deque()
        self.unread = b""

    def open(self) -> dict[str, object]:
        """Open the store and say how large it is, or what is wrong with it."""
        try:
            terms = self.terms
            store = open_folder(Path(terms.store)) if terms.store else open_project(Path(terms.project))
            quads = len(store)
            if not quads:
                place = terms.store or terms.project
                raise InputError(f"{place}: expected a graph, found an empty one; run: ukrgraph build")
        except (UkrgraphError, OSError) as error:
            kind = type(error).__name__ if isinstance(error, UkrgraphError) else "OutsideError"
            return {"failed": kind, "message": str(error)}
        self.store, small = store, quads <= self.terms.quads
        if small:
            self.store = Store()
            self.store.bulk_extend(store)
            del store
        gc.collect()
        gc.freeze()  # what there is now is shared with the workers, and no collection of theirs shall touch it
        return {"quads": quads, "kept": "memory" if small else "disk"}

    def run(self) -> None:
        """Do what the service says until it is gone."""
        wake, woken = os.pipe()
        for end in (wake, woken):
            os.set_blocking(end, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(woken)
        while True:
            ready, _, _ = select.select([self.control.fileno(), wake], [], [])
            if wake in ready:
                os.read(wake, _PIECE)
                self._bury()
            if self.control.fileno() in ready and not self._listen():
                break
        self.end()

    def _listen(self) -> bool:
        """Do what stands in the messages that have come; tell whether there can be more."""
        data, sockets, _, _ = socket.recv_fds(self.control, _PIECE, 16)
        self.sockets.extend(sockets)
        *lines, self.unread = (self.unread + data).split(b"\n")
        for line in lines:
            ((what, number),) = json.loads(line).items()
            if what == "fork":
                self._fork(number, self.sockets.popleft())
            elif number in self.workers:
                self._steer(what, self.workers[number])
        return bool(data)

    def _steer(self, what: str, pid: int) -> None:
        """Kill, pause, resume or slow down a worker; it has not been buried, so that its pid is its own."""
        if what == "lowest":
            os.setpriority(os.PRIO_PROCESS, pid, system.LOWEST)
        else:
            os.kill(pid, _SIGNALS[what])

    def _fork(self, number: int, descriptor: int) -> None:
        zygote = os.getpid()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # the threads of a store that is only read are idle
            pid = os.fork()
        if pid == 0:
            self._become_worker(descriptor, zygote)
        os.close(descriptor)
        self.workers[number] = pid
        self._say({"born": number, "pid": pid})

    def _become_worker(self, descriptor: int, zygote: int) -> None:
        """Be a worker from here on, and end as one."""
        status = 1
        try:
            system.end_with_parent(zygote)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self.control.close()
            terms = self.terms
            system.bound_memory(terms.memory)
            with socket.socket(fileno=descriptor) as service:
                work(service, self.store, terms.bounds, Namespace(terms.base), terms.seconds)
            status = 0
        finally:
            os._exit(status)

    def _bury(self) -> None:
        """Forget the workers that have ended."""
        ended = set()
        while True:
            try:
                pid, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if not pid:
                break
            ended.add(pid)
        self.workers = {number: pid for number, pid in self.workers.items() if pid not in ended}

    def _say(self, message: dict[str, object]) -> None:
        self.control.sendall(json.dumps(message).encode() + b"\n")

    def end(self) -> None:
        """Kill all workers and wait until they are gone."""
        for pid in self.workers.values():
            os.kill(pid, signal.SIGKILL)
        for pid in self.workers.values():
            os.waitpid(pid, 0)
        self.workers.clear()


def main() -> None:
    """Be the zygote: arguments are the descriptor of the socket, the pid of the service, and the terms in JSON."""
    descriptor, service, given = sys.argv[1:]
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, signal.SIG_IGN)  # the service decides when it is over
    system.end_with_parent(int(service))
    terms = Terms(*json.loads(given))
    control = socket.socket(fileno=int(descriptor))
    zygote = Zygote(control, terms._replace(bounds=Bounds(*terms.bounds)))
    opened = zygote.open()
    sys.stderr.flush()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # an engine that runs out of memory writes a page about it
    control.sendall(json.dumps(opened).encode() + b"\n")
    if "failed" not in opened:
        try:
            zygote.run()
        except (ConnectionError, OSError):
            zygote.end()


if __name__ == "__main__":
    main()
