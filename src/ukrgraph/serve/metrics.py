"""Figures of a running service in the text format of Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/)."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping

BUCKETS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0)
"""Upper bounds of the classes of time in seconds."""

METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
MEDIA = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """What has been counted since the start: responses by method and status, their seconds and their bytes."""

    def __init__(self) -> None:
        self.responses: Counter[tuple[str, int]] = Counter()
        self.classes = [0] * (len(BUCKETS) + 1)
        self.seconds = 0.0
        self.bytes = 0

    def count(self, method: str, status: int, seconds: float, size: int) -> None:
        """Count a response; methods that are none of HTTP's are counted together."""
        self.responses[method if method in METHODS else "other", status] += 1
        self.classes[bisect_left(BUCKETS, seconds)] += 1
        self.seconds += seconds
        self.bytes += size


def text(metrics: Metrics, counters: Mapping[str, float], gauges: Mapping[str, float]) -> str:
    """Return all figures; `counters` only grow, `gauges` are what is at this moment."""
    return "\n".join([*_responses(metrics), *_histogram(metrics), *_plain(counters, gauges), ""])


def _responses(metrics: Metrics) -> Iterator[str]:
    yield from _head("http_responses_total", "counter", "Responses by method and status.")
    for (method, status), number in sorted(metrics.responses.items()):
        yield f'ukrgraph_http_responses_total{{method="{method}",status="{status}"}} {number}'
    yield from _head("http_response_bytes_total", "counter", "Bytes of the bodies of responses.")
    yield f"ukrgraph_http_response_bytes_total {metrics.bytes}"


def _histogram(metrics: Metrics) -> Iterator[str]:
    yield from _head("http_response_seconds", "histogram", "Seconds from a request to its response.")
    total = 0
    for bound, number in zip((*map(str, BUCKETS), "+Inf"), metrics.classes, strict=True):
        total += number
        yield f'ukrgraph_http_response_seconds_bucket{{le="{bound}"}} {total}'
    yield f"ukrgraph_http_response_seconds_sum {metrics.seconds:.6f}"
    yield f"ukrgraph_http_response_seconds_count {total}"


def _plain(counters: Mapping[str, float], gauges: Mapping[str, float]) -> Iterator[str]:
    for kind, figures in (("counter", counters), ("gauge", gauges)):
        for name, value in figures.items():
            yield from _head(name, kind, name.removesuffix("_total").replace("_", " ").capitalize() + ".")
            yield f"ukrgraph_{name} {value}"


def _head(name: str, kind: str, help: str) -> tuple[str, str]:
    return f"# HELP ukrgraph_{name} {help}", f"# TYPE ukrgraph_{name} {kind}"
