"""A deadline that holds: when the time is up, the whole process ends.

Oxigraph cannot be interrupted, and Python delivers a signal only after it has finished; but it lets other threads run
while it evaluates, so a thread that waits can end the process. For a process that must go on there is
`ukrgraph.engine.worker`.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer

from ukrgraph.errors import OutsideError


def _stop(message: str) -> None:
    sys.stderr.write(f"ukrgraph: {message}\n")
    sys.stderr.flush()
    os._exit(OutsideError.exit_code)


@contextmanager
def deadline(seconds: float | None, what: str) -> Iterator[None]:
    """End the process with the code of OutsideError if the block takes longer than `seconds`; None sets no bound."""
    if seconds is None:
        yield
        return
    timer = Timer(seconds, _stop, [f"{what}: not done after {seconds:g} s; allow more with --timeout, or ask for less"])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
