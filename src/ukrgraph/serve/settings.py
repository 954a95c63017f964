"""What a service may spend: all limits in one place, with their units."""

import os
from dataclasses import dataclass

MEBIBYTE = 1 << 20


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits and addresses. Times are in seconds, sizes in bytes, the rest are counts.

    `public` is the address under which clients see the service, with no slash at its end; empty: as they name it in
    the header Host. `slice` is how long a query may use the processor before it counts as long: at most `long` of them
    run at a time, in turns, while `waiting` more may wait. `workers` answer at a time (0: as `quick` says), not
    counting the long ones, and at most `spare` more are free to stand in for those that have become long; a store of at
    most `memory_quads` quads is held in memory.
    """

    host: str = "127.0.0.1"
    port: int = 7878
    public: str = ""
    store: str = ""
    timeout: float = 30.0
    slice: float = 0.01
    rows: int = 1_000_000
    result_bytes: int = 64 * MEBIBYTE
    memory_bytes: int = 1024 * MEBIBYTE
    workers: int = 0
    spare: int = 60
    long: int = 2
    waiting: int = 100
    concurrency: int = 1000
    connections: int = 2000
    body_bytes: int = MEBIBYTE
    header_bytes: int = 64 * 1024
    header_seconds: float = 10.0
    body_seconds: float = 30.0
    idle_seconds: float = 30.0
    write_seconds: float = 60.0
    grace_seconds: float = 10.0
    cache_bytes: int = 64 * MEBIBYTE
    access_log: bool = True
    memory_quads: int = 2_000_000

    @property
    def quick(self) -> int:
        """Return how many workers wait for queries: `workers`, or two for each core and at least four."""
        return self.workers or max(4, 2 * cores())
