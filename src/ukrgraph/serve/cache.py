"""Answers that were given before, the last used, within a number of bytes."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import NamedTuple

OVERHEAD = 1024
"""Bytes that an entry is taken to need beyond its body and its question."""


class Finished(NamedTuple):
    """A response that is ready to be sent."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    etag: bytes


class Cache:
    """Finished responses by what they answer; the one used longest ago goes first. All of one version of the store."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.size = self.hits = self.misses = self.version = 0
        self._kept: OrderedDict[Hashable, tuple[Finished, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable, version: int) -> Finished | None:
        """Return the response for a question, if it is of this version of the store."""
        if version != self.version:
            self._kept.clear()
            self.size, self.version = 0, version
        found = self._kept.get(key)
        if found is None:
            self.misses += 1
            return None
        self.hits += 1
        self._kept.move_to_end(key)
        return found[0]

    def put(self, key: Hashable, finished: Finished, weight: int, version: int) -> None:
        """Keep a response if it takes at most an eighth of the room; `weight` is the size of its question in bytes."""
        size = len(finished.body) + weight + OVERHEAD
        if size * 8 > self.most or version != self.version or key in self._kept:
            return
        self._kept[key] = (finished, size)
        self.size += size
        while self.size > self.most:
            _, (_, freed) = self._kept.popitem(last=False)
            self.size -= freed
