"""Several processes: jobs handed out a few ahead, results taken in order or as they are ready, in flat memory."""

import gc
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from typing import TypeVar

from ukrgraph.conversion.one import COLLECT_EVERY, Task, sparing_collector
from ukrgraph.errors import OutsideError

Job = TypeVar("Job")
Result = TypeVar("Result")

AHEAD = 4
"""Jobs for each process that are handed out and not yet taken back: enough that none waits for the slowest one."""


def each(function: Callable[[Job, Task], Result], jobs: Iterable[Job], task: Task) -> Iterator[Result]:
    """Yield `function(job, task)` for each of `jobs`, in their order if the task is ordered.

    With one worker all is done here. `function` and `jobs` must be picklable otherwise. `jobs` is read as workers
    become free, at most AHEAD for each.

    Raises OutsideError if a worker process was killed; what `function` or `jobs` raise comes through.
    """
    if task.workers == 1:
        with sparing_collector():
            for job in jobs:
                yield function(job, task)
        return
    pool = ProcessPoolExecutor(task.workers, get_context("spawn"), _begin)
    try:
        yield from _results(pool, function, jobs, task)
    except BrokenProcessPool as error:
        raise OutsideError("a worker process ended early: killed, or out of memory; try fewer --workers") from error
    finally:
        pool.shutdown(cancel_futures=True)


def _results(
    pool: ProcessPoolExecutor, function: Callable[[Job, Task], Result], jobs: Iterable[Job], task: Task
) -> Iterator[Result]:
    waiting: list[Future[Result]] = []
    for job in jobs:
        waiting.append(pool.submit(function, job, task))
        if len(waiting) >= AHEAD * task.workers:
            yield _next(waiting, task).result()
    while waiting:
        yield _next(waiting, task).result()


def _next(waiting: list[Future[Result]], task: Task) -> Future[Result]:
    """Take the next result from `waiting`, which is in the order of the jobs."""
    if task.ordered:
        return waiting.pop(0)
    done = wait(waiting, return_when=FIRST_COMPLETED).done
    index = next(index for index, future in enumerate(waiting) if future in done)
    return waiting.pop(index)


def _begin() -> None:
    """Prepare a worker process: it ends with its parent, even if that is killed, and seldom looks for cycles."""
    parent = parent_process()
    if parent is not None:

        def end_with_parent() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=end_with_parent, daemon=True).start()
    gc.set_threshold(COLLECT_EVERY)
