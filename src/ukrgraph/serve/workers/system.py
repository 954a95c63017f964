"""What processes ask of the system: to end with their parent, to use no more than they may, to step back.

Linux is served best. Where the system knows no such call, nothing is asked, and the other guards remain: a worker
ends when its socket is closed, and when it has used up its time on the processor.
"""

import ctypes
import os
import resource
import signal
import sys
import time
from pathlib import Path

_PR_SET_PDEATHSIG = 1
LOWEST = 19
"""The priority of long queries (setpriority(2))."""


def end_with_parent(parent: int) -> None:
    """Have this process killed when its parent ends; end it at once if `parent` is gone already (prctl(2))."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def bound_memory(more: int) -> None:
    """Let this process take `more` bytes beyond what it has; the engine ends the process when it wants more."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        most = _data() + more
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _data() -> int:
    """Return the bytes of data of this process (proc(5), VmData)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) * 1024
    return 0


def bound_processor(seconds: float) -> None:
    """Have this process killed when it has used the processor `seconds` longer, should nobody else stop it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime + seconds) + 2
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def processor_seconds(pid: int) -> float | None:
    """Return the seconds that a process has used the processor; None where unknown (clock_getcpuclockid(3))."""
    if sys.platform != "linux":
        return None
    try:
        return time.clock_gettime(((~pid) << 3) | 2)
    except OSError:
        return None


def resident(pid: int) -> int:
    """Return the bytes of memory of a process that are in use, without files; 0 where unknown (proc(5))."""
    try:
        _, pages, shared, *_ = Path(f"/proc/{pid}/statm").read_text().split()
    except (OSError, ValueError):
        return 0
    return (int(pages) - int(shared)) * resource.getpagesize()


def taken(pid: int, shared: int) -> int:
    """Return about how many bytes a process has for itself that was made by fork(2) of one with `shared` bytes.

    They are those that it has more, and those of the other that it has written to, for these are copied. The copies are
    counted by page faults, so it may have less, not more. 0 where unknown (proc(5)).
    """
    more = max(0, resident(pid) - shared)
    try:
        faults = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[7])
    except (OSError, ValueError, IndexError):
        return more
    return more + min(shared, max(0, faults * resource.getpagesize() - more))


def own() -> int:
    """Return the number of this process."""
    return os.getpid()
