"""What all parts of the service share: the project, its names, the limits, and an engine for questions of our own."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from ukrgraph.engine import Engine, Results, parse_solutions, parse_triples
from ukrgraph.errors import OutsideError
from ukrgraph.iri import Namespace
from ukrgraph.serve.settings import Settings
from ukrgraph.serve.workers.evaluation import Bounds
from ukrgraph.serve.workers.pool import Pool
from ukrgraph.serve.workers.question import JSON_SOLUTIONS, Question, Reply
from ukrgraph.serve.workers.zygote import Terms


class LimitError(OutsideError):
    """A worker gave no answer: `status` is what HTTP calls the reason, 413 or 504 for a limit, 503 for no room."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class PoolEngine:
    """An engine over the workers of a pool, with their limits, for code that runs in threads."""

    remote = False

    def __init__(self, pool: Pool) -> None:
        self.pool = pool

    def answer(self, query: str) -> Results:
        """Return the answer; it waits, so that the event loop must never call it.

        Raises SyntaxError if it is not SPARQL, RuntimeError if it cannot be evaluated, LimitError if a limit is hit,
        OutsideError if the service is not ready.
        """
        loop = self.pool.loop
        if loop is None:
            raise OutsideError("serve: the service is not ready")
        return parsed(asyncio.run_coroutine_threadsafe(self.pool.answer(Question(query)), loop).result())


def parsed(reply: Reply) -> Results:
    """Return an answer in JSON or N-Triples as the engine gives it; results must stay in the thread that made them.

    Raises what `PoolEngine.answer` raises.
    """
    detail = str(reply.problem.get("detail", ""))
    if "line" in reply.problem:
        raise SyntaxError(detail)
    if reply.status in {400, 403}:
        raise RuntimeError(detail)
    if reply.problem:
        raise LimitError(reply.status, f"serve: {detail}")
    return parse_solutions(reply.body, "json") if reply.media == JSON_SOLUTIONS else parse_triples(reply.body, "nquads")


@dataclass(frozen=True, slots=True)
class Service:
    """A service over the graph of a project.

    `engine.answer` waits for its answer: call it in plain `def` endpoints, which Starlette runs in threads, never in
    an `async def`; there, `parsed(await service.pool.answer(Question(query)))` does the same. `pool.version` changes
    when the store does: whatever is derived from the graph may be kept until then.
    """

    project: Path
    names: Namespace
    engine: Engine
    settings: Settings
    pool: Pool


def service(project: Path, settings: Settings | None = None, names: Namespace | None = None) -> Service:
    """Return the service of a project; nothing is started before the application is."""
    given, space = settings or Settings(), names or Namespace()
    bounds = Bounds(given.rows, given.result_bytes)
    terms = Terms(str(project), space.base, bounds, given.memory_bytes, given.timeout, given.memory_quads, given.store)
    pool = Pool(terms, given)
    return Service(project, space, PoolEngine(pool), given, pool)
