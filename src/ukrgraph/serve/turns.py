"""Long queries: a few run at a time, the others are stopped, and each has its turn.

So a query of a second is not behind one of an hour. One that has used the processor for a whole turn goes on at the
lowest priority, and so is in nobody's way; when it is done, its worker ends, for a priority cannot be raised again.
"""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import Callable

from ukrgraph.serve import system
from ukrgraph.serve.crew import Crew
from ukrgraph.serve.jobs import Job, Worker
from ukrgraph.serve.question import Question, Reply
from ukrgraph.serve.settings import Settings

TURN = 0.25
"""Seconds of a turn, if others wait for theirs, and of the processor after which a query has the lowest priority."""

_REMEMBERED = 10_000


def busy(detail: str) -> Reply:
    """Return the answer for a question that there is no room for."""
    return Reply(503, problem={"title": "Busy", "detail": f"{detail}; try again later", "limit": "concurrency"})


class Turns:
    """The long queries of a pool: those that run, and those that wait, stopped or not begun.

    `hire` returns a worker for one that has not begun.
    """

    def __init__(self, settings: Settings, counts: Counter[str], hire: Callable[[], Worker]) -> None:
        self.settings, self.counts, self.hire = settings, counts, hire
        self.running: set[Worker] = set()
        self.waiting: deque[Worker | Job] = deque()
        self.known: OrderedDict[bytes, None] = OrderedDict()
        self.base = 0

    def renew(self, crew: Crew) -> None:
        """Use another crew, over another version of the store; those that have begun go on."""
        self.base = system.resident(crew.process.pid)
        self.known.clear()

    def is_known(self, question: Question) -> bool:
        """Tell whether a query has had the lowest priority before."""
        return bool(self.known) and question.work() in self.known

    def add_job(self, job: Job) -> None:
        """Take a query that has not begun."""
        self._lengthen(job)
        self._wait(job)

    def add_worker(self, worker: Worker, job: Job) -> None:
        """Take a worker whose query turns out to be a long one."""
        self.counts["long"] += 1
        worker.long = True
        self._lengthen(job)
        if len(self.running) < self.settings.long:
            self._run(worker, job)
        else:
            worker.crew.say("pause", worker.number)
            self._wait(worker)

    def _lengthen(self, job: Job) -> None:
        """Tell the waiter that it takes long, and set the clock that ends it."""
        loop = asyncio.get_running_loop()
        first, job.waiter = job.waiter, loop.create_future()
        if not first.done():
            first.set_result(None)
        job.deadline = loop.call_at(job.accepted + self.settings.timeout, self._too_late, job)

    def _wait(self, item: Worker | Job) -> None:
        """Put a query in line; refuse it if the line is full."""
        self.waiting.append(item)
        self.next()
        if len(self.waiting) > self.settings.waiting:
            self.counts["refused"] += 1
            self.finish(item, busy(f"{len(self.waiting) - 1} long queries wait"))

    def _run(self, worker: Worker, job: Job) -> None:
        self.running.add(worker)
        job.turn = asyncio.get_running_loop().time()

    def next(self) -> None:
        """Let queries run while there is room."""
        while self.waiting and len(self.running) < self.settings.long:
            item = self.waiting.popleft()
            if isinstance(item, Job):
                worker = self.hire()
                worker.long = True
                item.used = worker.used() or 0.0
                worker.ask([item])
                self._run(worker, item)
            elif item.job is not None:
                item.crew.say("resume", item.number)
                self._run(item, item.job)

    def tick(self, now: float) -> None:
        """End the turns that are over at the time `now`, and take care of memory."""
        for worker in list(self.running):
            self._lower(worker)
            if self.waiting and worker.job is not None and now - worker.job.turn >= TURN:
                self.running.discard(worker)
                worker.crew.say("pause", worker.number)
                self.waiting.append(worker)
                self.next()
        self._relieve()

    def _lower(self, worker: Worker) -> None:
        """Give a worker the lowest priority if its query has used the processor for a turn."""
        job, used = worker.job, worker.used()
        if job is None or worker.lowest or (used is not None and used - (job.used or 0.0) < TURN):
            return
        worker.lowest = True
        worker.crew.say("lowest", worker.number)
        self.counts["lowest"] += 1
        self.known[job.question.work()] = None
        if len(self.known) > _REMEMBERED:
            self.known.popitem(last=False)

    def _relieve(self) -> None:
        """Kill the largest query while all of them together take more memory than those that run may."""
        workers = [*self.running, *(item for item in self.waiting if isinstance(item, Worker))]
        sizes = {worker: max(0, system.resident(worker.pid) - self.base) for worker in workers if worker.pid}
        most = self.settings.memory_bytes * (self.settings.long + 1)
        while sizes and sum(sizes.values()) > most:
            largest = max(sizes, key=lambda worker: sizes[worker])
            del sizes[largest]
            self.counts["relieved"] += 1
            self.finish(largest, busy("the long queries take too much memory together"))

    def _too_late(self, job: Job) -> None:
        """Stop a query whose time is up."""
        self.counts["timed_out"] += 1
        seconds = f"{self.settings.timeout:g} s"
        if job.worker is None:
            self.finish(job, busy(f"{len(self.waiting)} long queries wait, and there was no room within {seconds}"))
            return
        detail = f"the query was stopped after {seconds}; ask for less, or narrow it down"
        problem = {"title": "Query took too long", "detail": detail, "limit": "time"}
        self.finish(job.worker, Reply(504, problem=problem))

    def finish(self, item: Worker | Job, reply: Reply) -> None:
        """End a query with an answer that is none; its worker is killed."""
        job = item if isinstance(item, Job) else item.job
        if isinstance(item, Worker):
            item.job = None
            item.kill()
        self.forget(item)
        if job is not None:
            job.stop_clocks()
            job.settle(reply)
        self.next()

    def forget(self, item: Worker | Job) -> None:
        """Take a query out of those that run or wait."""
        if isinstance(item, Worker):
            self.running.discard(item)
        if item in self.waiting:
            self.waiting.remove(item)

    def crews(self) -> set[Crew]:
        """Return the crews whose workers are long ones."""
        return {item.crew for item in (*self.running, *self.waiting) if isinstance(item, Worker)}

    def unbegun(self) -> list[Job]:
        """Return the queries that have not begun."""
        return [item for item in self.waiting if isinstance(item, Job)]
