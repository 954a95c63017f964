"""Workers and who gets one: queries are answered in the order of arrival, in processes that can be killed.

A query that has used the processor for a `slice` is long: its worker takes turns with other long ones (`turns`), and
another worker takes its place, so that queries that run away keep nobody waiting for more than a slice each. When its
time is up, or its client is gone, a worker is killed, and its memory is free.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable

from ukrgraph.errors import OutsideError, UkrgraphError
from ukrgraph.serve.settings import Settings
from ukrgraph.serve.workers.crew import Crew
from ukrgraph.serve.workers.jobs import Job, Worker
from ukrgraph.serve.workers.question import Question, Reply
from ukrgraph.serve.workers.turns import TURN, Turns, busy
from ukrgraph.serve.workers.zygote import Terms

_PATIENCE = 20
"""Slices on the wall after which a query is long even if it has hardly had the processor."""

_FEWEST, _EASY = 4, 5_000
"""Spare workers: the least, and for how many quads in memory there is one more. A fork copies the table of pages, 20 ms
for a million quads, and when many queries run away at once, the small ones would wait for all those forks."""

_AHEAD = 4
"""The most spare workers that are made in a turn; one while there are long queries, for they are not to be delayed."""

_TOGETHER, _TRUST = 8, 1 / 16
"""The most queries that a worker is sent at a time when many wait, which saves system calls. If the first turns out to
be long, the others go elsewhere and their worker must end, so from then on it is one, and more with each short one."""

_WARM = 32 << 20
"""Bytes of its own from which a worker is warm: a page of the store is copied when it is read for the first time,
because reading takes locks. As many warm workers are kept as may answer at a time."""

_PAUSE = 1.0
"""Seconds before a worker that ended without a reason is replaced."""


class GoneError(Exception):
    """The client is gone; nobody wants the answer."""


class Pool:
    """The workers of a service. `version` counts how often the store has been opened; 0 is not yet."""

    def __init__(self, terms: Terms, settings: Settings) -> None:
        self.terms, self.settings = terms, settings
        self.loop: asyncio.AbstractEventLoop | None = None
        self.crew: Crew | None = None
        self.version = self.quads = self.jobs = self.active = 0
        self.together = float(_TOGETHER)
        self.idle: list[Worker] = []
        self.queue: deque[Job] = deque()
        self.counts: Counter[str] = Counter()
        self.turns = Turns(settings, self.counts, self._hire)
        self._clock: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def ready(self) -> bool:
        """Tell whether queries can be answered: the store is open, and there is a zygote to make workers."""
        return self.crew is not None and self.crew.alive

    async def start(self) -> None:
        """Open the store and have a worker ready.

        Raises InputError if there is no graph or an empty one, OutsideError if the store cannot be opened.
        """
        self.loop = asyncio.get_running_loop()
        await self.reload()
        self._tick()

    async def reload(self) -> None:
        """Open the store anew; then new queries go to new workers, and the old ones end when they have answered.

        Raises what `start` raises; the old workers stay then.
        """
        crew = Crew(self.terms, self._replied, self._gone)
        try:
            quads = await crew.ready
            first = await crew.first()
        except BaseException:
            crew.end()
            raise
        self._use(crew, first)
        self.quads = quads
        self._watch(crew)

    def _use(self, crew: Crew, first: Worker) -> None:
        """Have a crew answer from now on, and the one before it end."""
        old, self.crew = self.crew, crew
        self.version += 1
        self.turns.renew(crew)
        idle, self.idle = self.idle, []
        for worker in idle:
            worker.close()
        for _ in range(self.settings.quick - 1):
            crew.fork()
        self._free(first)
        if old is not None:
            old.retire()

    def _watch(self, crew: Crew) -> None:
        """Start a new zygote if the one in use is lost."""

        async def watch() -> None:
            await crew.lost.wait()
            while crew is self.crew:
                self.counts["zygotes_lost"] += 1
                try:
                    await self.reload()
                except UkrgraphError:
                    await asyncio.sleep(_PAUSE)

        task = asyncio.get_running_loop().create_task(watch())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def close(self) -> None:
        """Kill all workers and end what they were doing."""
        crews = self.turns.crews() | ({self.crew} if self.crew else set())
        self.crew = None
        for task in self._tasks:
            task.cancel()
        if self._clock is not None:
            self._clock.cancel()
        left = [*self.queue, *self.turns.unbegun()]
        for crew in crews:
            for worker in crew.workers.values():
                left += [worker.job, *worker.more] if worker.job is not None else []
            crew.end()
        for job in left:
            job.stop_clocks()
            job.settle(busy("the service stops"))
        self.idle.clear()
        self.queue.clear()

    async def answer(self, question: Question, gone: Callable[[], Awaitable[None]] | None = None) -> Reply:
        """Return the answer; one that says why there is none if a limit is hit.

        `gone` returns when the client does not wait any longer; it is called for long queries only, and GoneError is
        raised then.
        """
        if not self.ready or self.loop is None:
            return busy("the service is not ready")
        if self.jobs >= self.settings.concurrency:
            self.counts["refused"] += 1
            return busy(f"{self.jobs} queries are being answered or wait")
        job = Job(question, self.loop)
        first = job.waiter
        self.jobs += 1
        try:
            self._enter(job)
            reply = await first
            return reply if reply is not None else await self._patiently(job, gone)
        except BaseException:
            self._abandon(job)
            raise
        finally:
            self.jobs -= 1

    async def _patiently(self, job: Job, gone: Callable[[], Awaitable[None]] | None) -> Reply:
        """Return the answer of a long query, unless its client is gone before."""
        watcher = asyncio.ensure_future(gone()) if gone is not None else None
        try:
            await asyncio.wait({job.waiter, watcher} - {None}, return_when=asyncio.FIRST_COMPLETED)  # type: ignore[type-var]
        finally:
            if watcher is not None:
                watcher.cancel()
        if not job.waiter.done():
            self.counts["abandoned"] += 1
            raise GoneError
        return job.waiter.result() or busy("there is no answer")

    def _enter(self, job: Job) -> None:
        """Put a job in line, and give it to a worker if there is one."""
        if self.turns.is_known(job.question):
            self.turns.add_job(job)
        else:
            self.queue.append(job)
            self._dispatch()

    def _dispatch(self) -> None:
        """Have free workers answer, as many as may at a time."""
        while self.queue and self.idle and self.active < self.settings.quick:
            worker = self.idle.pop()
            self.active += 1
            share = min(int(self.together), 1 + len(self.queue) // self.settings.quick, len(self.queue))
            worker.ask([self.queue.popleft() for _ in range(share)])
            self._begin(worker)

    def _begin(self, worker: Worker) -> None:
        """Set the clock for the query that a worker begins to answer."""
        job, loop = worker.job, worker.crew.loop
        if job is not None:
            job.started, job.used = loop.time(), worker.used()
            job.slice = loop.call_later(self.settings.slice, self._slice_over, worker, job)

    def _take_back(self, worker: Worker) -> None:
        """Have others answer what a worker has been sent and has not begun."""
        if worker.more:
            self.together = 1.0
        self.queue.extendleft(reversed(worker.unbegun()))

    def _slice_over(self, worker: Worker, job: Job) -> None:
        """Look whether a query has had the processor for a slice, or has waited for anything far longer."""
        if worker.job is not job:
            return
        slice_, now = self.settings.slice, worker.used()
        used = slice_ if now is None or job.used is None else now - job.used
        if used < slice_ and worker.crew.loop.time() - job.started < _PATIENCE * slice_:
            pause = max(slice_ - used, slice_ / 4)
            job.slice = worker.crew.loop.call_later(pause, self._slice_over, worker, job)
            return
        self.active -= 1
        self._take_back(worker)
        self.turns.add_worker(worker, job)
        self._fill()

    def _fill(self, spare: int = 0) -> None:
        """Have as many workers as may answer at a time, and as many spare ones; of those, some at a time."""
        if self.crew is not None and self.crew.alive:
            there = sum(not worker.long for worker in self.crew.workers.values())
            missing = self.settings.quick - there
            ahead = 1 if self.turns.running else _AHEAD
            for _ in range(max(missing, min(missing + spare, ahead))):
                self.crew.fork()
        self._dispatch()

    @property
    def _spare(self) -> int:
        """How many spare workers there should be."""
        held = self.crew is not None and self.crew.kept == "memory"
        return min(self.settings.spare, max(_FEWEST, self.quads // _EASY if held else 0))

    def _hire(self) -> Worker:
        """Return a worker for a long query; another takes its place among those for the rest."""
        if self.crew is None:
            raise OutsideError("serve: the service stops")
        worker = self.idle.pop() if self.idle else self.crew.fork()
        worker.long = True
        self._fill()
        return worker

    def _tick(self) -> None:
        """Look after what has waited too long."""
        if self.loop is None:
            return
        now = self.loop.time()
        while self.queue and now - self.queue[0].accepted > self.settings.timeout:
            self.queue.popleft().settle(busy("no worker was free in time"))
        self.turns.tick(now)
        self._fill(self._spare)
        self._clock = self.loop.call_later(TURN, self._tick)

    def _abandon(self, job: Job) -> None:
        """Stop a query that nobody waits for."""
        job.stop_clocks()
        worker = job.worker
        if worker is None:
            if job in self.queue:
                self.queue.remove(job)
            self.turns.forget(job)
        elif worker.job is job:
            self.active -= not worker.long
            self._take_back(worker)
            self.turns.finish(worker, busy("nobody waits"))
            self._fill()

    def _replied(self, worker: Worker, reply: Reply | None) -> None:
        """Pass on an answer, and give the worker something to do."""
        if reply is None:
            if worker.job is None:
                self._free(worker)
            return  # else it was hired before it had greeted, and its question is in its socket
        job, worker.job = worker.job, None
        if job is not None:
            job.stop_clocks()
            job.settle(reply)
        if worker.more and not reply.last:
            worker.job = worker.more.popleft()
            self._begin(worker)
            return
        self._take_back(worker)
        self.active -= not worker.long
        was_long, worker.long = worker.long, False
        self.turns.forget(worker)
        if worker.lowest or worker.stale or reply.last:
            worker.kill()
            self._fill()
        else:
            self._free(worker)
        if was_long:
            self._learn(worker, job)
            self.turns.next()
        else:
            self.together = min(_TOGETHER, self.together + _TRUST)

    def _learn(self, worker: Worker, job: Job | None) -> None:
        """Note how long a long query has been, and whether its worker is warm; end one if there are too many."""
        if job is not None and job.used is not None and (used := worker.used()) is not None:
            self.turns.note(job, used - job.used)
        worker.warm = self.turns.taken(worker) > _WARM
        warm = [free for free in self.idle if free.warm]
        if len(warm) > self.settings.quick:
            self.idle.remove(warm[0])
            warm[0].close()

    def _free(self, worker: Worker) -> None:
        """Have a worker wait for the next query; one too many, or of an older version of the store, ends."""
        if worker.crew is not self.crew or len(self.idle) >= self.settings.quick + self._spare:
            worker.close()
        else:
            self.idle.append(worker)
            self._dispatch()

    def _gone(self, worker: Worker) -> None:
        """A worker has ended by itself: it crashed, or needed more memory than it may have."""
        job, worker.job = worker.job, None
        self.counts["crashed"] += 1
        if worker in self.idle:
            self.idle.remove(worker)
        self.turns.forget(worker)
        self._take_back(worker)
        if job is not None:
            self.active -= not worker.long
            job.stop_clocks()
            size = self.settings.memory_bytes >> 20
            detail = f"the engine ended while it answered; it may need more than {size} MiB of memory: ask for less"
            job.settle(Reply(503, problem={"title": "Query failed", "detail": detail, "limit": "memory"}))
        if worker.crew is self.crew:
            worker.crew.loop.call_later(0 if job else _PAUSE, self._fill)
        self.turns.next()
