"""Work in threads, and what of it may leave them.

Results of the engine must be dropped in the thread that made them. An exception keeps the variables of all functions
that it came through, so these are emptied before it goes to another thread; its lines stay, for the log.
"""

from collections.abc import Callable
from functools import wraps
from traceback import clear_frames
from typing import ParamSpec, TypeVar

from starlette.concurrency import run_in_threadpool

P = ParamSpec("P")
R = TypeVar("R")


def contained(work: Callable[P, R]) -> Callable[P, R]:
    """Return `work` so that what it raises holds on to nothing."""

    @wraps(work)
    def called(*arguments: P.args, **named: P.kwargs) -> R:
        try:
            return work(*arguments, **named)
        except BaseException as error:
            chain: BaseException | None = error
            while chain is not None:
                clear_frames(chain.__traceback__)
                chain = chain.__cause__ or chain.__context__
            raise

    return called


async def in_thread(work: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
    """Return what `work` returns, which runs in a thread meanwhile, and raise what it raises."""
    return await run_in_threadpool(contained(work), *arguments, **named)
