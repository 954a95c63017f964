"""For those who run the service: is it alive, can it answer, what has it done."""

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from ukrgraph.serve import metrics
from ukrgraph.serve.cache import Cache
from ukrgraph.serve.metrics import Metrics
from ukrgraph.serve.service import Service
from ukrgraph.serve.workers import system
from ukrgraph.serve.workers.question import Question

_UNCACHED = {"Cache-Control": "no-store"}


def routes(service: Service, counted: Metrics, cache: Cache) -> list[BaseRoute]:
    """Return /health, /ready and /metrics."""

    async def health(_request: Request) -> Response:
        return JSONResponse({"status": "ok"}, headers=_UNCACHED)

    async def ready(_request: Request) -> Response:
        reply = await service.pool.answer(Question("ASK {}"))
        status = 200 if reply.status == 200 else 503  # noqa: PLR2004
        answer = {"ready": status == 200, "quads": service.pool.quads, "version": service.pool.version}  # noqa: PLR2004
        return JSONResponse(answer, status, headers=_UNCACHED)

    async def figures(_request: Request) -> Response:
        counters, gauges = observed(service, cache)
        return PlainTextResponse(metrics.text(counted, counters, gauges), headers=_UNCACHED, media_type=metrics.MEDIA)

    return [Route("/health", health), Route("/ready", ready), Route("/metrics", figures)]


def observed(service: Service, cache: Cache) -> tuple[dict[str, int], dict[str, int]]:
    """Return the counters and the gauges of a service."""
    pool, turns = service.pool, service.pool.turns
    workers = [*pool.crew.workers.values()] if pool.crew is not None else []
    counters = {
        "cache_hits_total": cache.hits,
        "cache_misses_total": cache.misses,
        "queries_long_total": pool.counts["long"],
        "queries_refused_total": pool.counts["refused"] + pool.counts["relieved"],
        "queries_timed_out_total": pool.counts["timed_out"],
        "queries_abandoned_total": pool.counts["abandoned"],
        "workers_crashed_total": pool.counts["crashed"],
        "store_opened_total": pool.version,
    }
    gauges = {
        "cache_bytes": cache.size,
        "cache_entries": len(cache),
        "queries": pool.jobs,
        "queries_waiting": len(pool.queue),
        "queries_long_running": len(turns.running),
        "queries_long_waiting": len(turns.waiting),
        "store_quads": pool.quads,
        "workers": len(workers),
        "workers_free": len(pool.idle),
        "workers_bytes": sum(map(turns.taken, workers)),
        "service_bytes": system.resident(system.own()),
    }
    return counters, gauges
