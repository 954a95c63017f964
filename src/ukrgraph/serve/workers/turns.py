"""Long queries: a few run at a time, the others are stopped, and each has its turn.

They wait in two lines: the fresh ones, and the old ones, which have used the processor for a whole turn. While some of
both wait, one old one runs and the rest of the room is for fresh ones, so a query of a tenth of a second is not behind
one of an hour, nor the other way round. An old one goes on at the lowest priority, and so is in nobody's way; when it
is done, its worker ends, for a priority cannot be raised again. What a query has used is remembered, and when it is
asked again it gets into its line at once, before a worker is there for it.
"""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import Callable

from ukrgraph.serve.settings import Settings
from ukrgraph.serve.workers import system
from ukrgraph.serve.workers.crew import Crew
from ukrgraph.serve.workers.jobs import Job, Worker
from ukrgraph.serve.workers.question import Question, Reply

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
        self.fresh: deque[Worker | Job] = deque()
        self.old: deque[Worker | Job] = deque()
        self.known: OrderedDict[bytes, float] = OrderedDict()
        self.base = 0
        self._was_old = False

    @property
    def waiting(self) -> list[Worker | Job]:
        """The queries that wait, begun or not."""
        return [*self.fresh, *self.old]

    def renew(self, crew: Crew) -> None:
        """Use another crew, over another version of the store; those that have begun go on."""
        self.base = system.resident(crew.process.pid)
        self.known.clear()

    def is_known(self, question: Question) -> bool:
        """Tell whether a query has been long when it was answered last."""
        return bool(self.known) and question.work() in self.known

    def note(self, job: Job, seconds: float) -> None:
        """Remember that a query has used the processor so long; if that was short, that it is not long."""
        work = job.question.work()
        self.known.pop(work, None)
        if seconds >= self.settings.slice:
            self.known[work] = seconds
            if len(self.known) > _REMEMBERED:
                self.known.popitem(last=False)

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
        self._line(item).append(item)
        self.next()
        held = len(self.old) + sum(isinstance(fresh, Worker) for fresh in self.fresh)
        if held > self.settings.waiting:
            self.counts["refused"] += 1
            self.finish(item, busy(f"{held - 1} long queries wait"))

    def _line(self, item: Worker | Job) -> deque[Worker | Job]:
        """Return the line that a query belongs into."""
        if isinstance(item, Worker):
            return self.old if item.lowest else self.fresh
        return self.old if self.known.get(item.question.work(), 0) >= TURN else self.fresh

    def _run(self, worker: Worker, job: Job) -> None:
        self.running.add(worker)
        job.turn = asyncio.get_running_loop().time()

    def next(self) -> None:
        """Let queries run while there is room."""
        while (self.fresh or self.old) and len(self.running) < self.settings.long:
            self._was_old = self._old_is_next()
            item = (self.old if self._was_old else self.fresh).popleft()
            if isinstance(item, Job):
                worker = self.hire()
                worker.long = True
                item.used = worker.used() or 0.0
                worker.ask([item])
                self._run(worker, item)
            elif item.job is not None:
                item.crew.say("resume", item.number)
                self._run(item, item.job)

    def _old_is_next(self) -> bool:
        """Tell whether an old query is to run next: one at a time while fresh ones wait, in turns if only one can."""
        if not self.old or not self.fresh:
            return bool(self.old)
        if self.settings.long == 1:
            return not self._was_old
        return not any(worker.lowest for worker in self.running)

    def tick(self, now: float) -> None:
        """End the turns that are over at the time `now`, and take care of memory."""
        for worker in list(self.running):
            self._lower(worker)
            if (self.fresh or self.old) and worker.job is not None and now - worker.job.turn >= TURN:
                self.running.discard(worker)
                worker.crew.say("pause", worker.number)
                self._line(worker).append(worker)
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
        self.note(job, TURN)

    def _relieve(self) -> None:
        """Kill the largest query while all of them together take more memory than those that run may."""
        workers = [*self.running, *(item for item in self.waiting if isinstance(item, Worker))]
        sizes = {worker: self.taken(worker) for worker in workers}
        most = self.settings.memory_bytes * (self.settings.long + 1)
        while sizes and sum(sizes.values()) > most:
            largest = max(sizes, key=lambda worker: sizes[worker])
            del sizes[largest]
            self.counts["relieved"] += 1
            self.finish(largest, busy("the long queries take too much memory together"))

    def taken(self, worker: Worker) -> int:
        """Return about how many bytes a worker has for itself."""
        return system.taken(worker.pid, self.base) if worker.pid else 0

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
        for line in (self.fresh, self.old):
            if item in line:
                line.remove(item)

    def crews(self) -> set[Crew]:
        """Return the crews whose workers are long ones."""
        return {item.crew for item in (*self.running, *self.waiting) if isinstance(item, Worker)}

    def unbegun(self) -> list[Job]:
        """Return the queries that have not begun."""
        return [item for item in self.waiting if isinstance(item, Job)]
