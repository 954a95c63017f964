"""The workers: queries that run away, crash, or need too much, and those that must not suffer from it."""

import asyncio
import gc
import os
import signal
import subprocess
import sys

import pytest
from serving import PATIENCE, QUADS, RUNAWAY, Server, descendants, is_alive, many, project, until

from ukrgraph.errors import InputError
from ukrgraph.serve.service import parsed, service
from ukrgraph.serve.settings import Settings
from ukrgraph.serve.workers.evaluation import counted
from ukrgraph.serve.workers.jobs import Job
from ukrgraph.serve.workers.pool import GoneError
from ukrgraph.serve.workers.question import Question

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked at in /proc")

COUNT = Question("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
PRODUCT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c { SELECT * { ?d ?e ?f } LIMIT 300 } }"
"""A query that takes long, but ends."""
HUNGRY = "SELECT (COUNT(DISTINCT CONCAT(STR(?a), STR(?b), STR(?c), STR(?d))) AS ?n) { ?a ?x ?c . ?b ?y ?d }"
"""A query that needs more and more memory, over `many`."""


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return project(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    return project(tmp_path_factory.mktemp("large"), many(3000))


def with_pool(folder, use, **limits):
    """Run `use(pool)` with a pool that is started, and ended afterwards."""

    async def run():
        pool = service(folder, Settings(**{"workers": 2, "spare": 0, "timeout": 10 * PATIENCE, **limits})).pool
        await pool.start()
        try:
            return await asyncio.wait_for(use(pool), PATIENCE)
        finally:
            pool.close()

    return asyncio.run(run())


async def becomes(condition):
    """Wait until `condition` is true."""
    while not condition():  # noqa: ASYNC110  # what is waited for is in another process
        await asyncio.sleep(0.01)


def number(reply):
    """Return the number that a count answers."""
    ((found,),) = (tuple(row) for row in parsed(reply))
    return int(found.value)


def test_small_queries_are_answered_while_fifty_queries_run_away(large):
    async def use(pool):
        runaways = [asyncio.ensure_future(pool.answer(Question(f"{RUNAWAY} # {at}"))) for at in range(50)]
        await becomes(lambda: pool.jobs == 50)
        answers = [number(await pool.answer(COUNT._replace(text=f"{COUNT.text} # {at}"))) for at in range(20)]
        running = [not task.done() for task in runaways]
        for task in runaways:
            task.cancel()
        await asyncio.gather(*runaways, return_exceptions=True)
        return answers, running, pool.jobs

    assert with_pool(large, use) == ([3000] * 20, [True] * 50, 0)


def test_runaway_is_stopped_when_its_time_is_up_and_its_memory_is_free(large):
    async def use(pool):
        await becomes(lambda: len(pool.idle) == 2 and all(worker.pid for worker in pool.idle))
        pids = [worker.pid for worker in pool.idle]
        reply = await pool.answer(Question(RUNAWAY))
        await becomes(lambda: sum(map(is_alive, pids)) == 1)
        return reply.status, reply.problem["limit"], number(await pool.answer(COUNT))

    assert with_pool(large, use, timeout=0.5) == (504, "time", 3000)


def test_query_that_needs_too_much_memory_ends_and_the_next_is_answered(large):
    async def use(pool):
        reply = await pool.answer(Question(HUNGRY))
        return reply.status, reply.problem["limit"], number(await pool.answer(COUNT))

    assert with_pool(large, use, memory_bytes=48 << 20) == (503, "memory", 3000)


def test_crash_of_a_worker_fails_its_query_only(large):
    async def use(pool):
        asked = asyncio.ensure_future(pool.answer(Question(RUNAWAY)))
        await becomes(lambda: pool.turns.running)
        (worker,) = pool.turns.running
        os.kill(worker.pid, signal.SIGSEGV)
        reply = await asked
        return reply.status, reply.problem["title"], number(await pool.answer(COUNT))

    assert with_pool(large, use) == (503, "Query failed", 3000)


def test_free_workers_that_are_killed_are_replaced(small):
    async def use(pool):
        await becomes(lambda: len(pool.idle) == 2 and all(worker.pid for worker in pool.idle))
        for worker in pool.idle:
            os.kill(worker.pid, signal.SIGKILL)
        await becomes(lambda: pool.counts["crashed"] == 2)
        return number(await pool.answer(COUNT))

    assert with_pool(small, use) == QUADS


def test_lost_zygote_is_replaced(small):
    async def use(pool):
        os.kill(pool.crew.process.pid, signal.SIGKILL)
        await becomes(lambda: pool.version == 2)
        return number(await pool.answer(COUNT)), pool.counts["zygotes_lost"]

    assert with_pool(small, use) == (QUADS, 1)


def test_query_whose_client_is_gone_is_stopped(large):
    async def use(pool):
        async def gone():
            await becomes(lambda: pool.turns.running)
            pids.extend(worker.pid for worker in pool.turns.running)

        pids = []
        with pytest.raises(GoneError):
            await pool.answer(Question(RUNAWAY), gone)
        await becomes(lambda: not is_alive(pids[0]))
        return pool.jobs, pool.counts["abandoned"], len(pool.turns.running)

    assert with_pool(large, use) == (0, 1, 0)


def test_long_queries_that_find_no_room_are_refused(large):
    async def use(pool):
        asked = [asyncio.ensure_future(pool.answer(Question(f"{RUNAWAY} # {at}"))) for at in range(4)]
        done, _ = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
        for task in asked:
            task.cancel()
        return [(task.result().status, task.result().problem["title"]) for task in done]

    assert with_pool(large, use, long=2, waiting=1) == [(503, "Busy")]


def test_more_queries_than_may_be_there_at_a_time_are_refused(large):
    async def use(pool):
        asked = asyncio.ensure_future(pool.answer(Question(RUNAWAY)))
        await becomes(lambda: pool.jobs == 1)
        reply = await pool.answer(COUNT)
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
        return reply.status, number(await pool.answer(COUNT))

    assert with_pool(large, use, concurrency=1) == (503, 3000)


def test_long_queries_take_turns(large):
    async def use(pool):
        runaways = [asyncio.ensure_future(pool.answer(Question(f"{RUNAWAY} # {at}"))) for at in range(3)]
        await becomes(lambda: len(pool.turns.running) + len(pool.turns.waiting) == 3)
        seen = set()
        while len(seen) < 3:
            seen |= {worker.number for worker in pool.turns.running}
            await asyncio.sleep(0.01)
        for task in runaways:
            task.cancel()
        await asyncio.gather(*runaways, return_exceptions=True)
        return len(seen)

    assert with_pool(large, use, long=1) == 3


def test_query_known_to_be_long_waits_for_its_turn(large):
    async def use(pool):
        first = asyncio.ensure_future(pool.answer(Question(RUNAWAY)))
        await becomes(lambda: pool.counts["lowest"] == 1)
        second = asyncio.ensure_future(pool.answer(Question(RUNAWAY)))
        await becomes(lambda: pool.jobs == 2)
        began = len(pool.turns.unbegun())
        for task in (first, second):
            task.cancel()
        await asyncio.gather(first, second, return_exceptions=True)
        return began

    assert with_pool(large, use, long=1) == 1


def test_query_known_to_be_long_is_forgotten_when_its_client_is_gone(large):
    async def use(pool):
        first = asyncio.ensure_future(pool.answer(Question(RUNAWAY)))
        await becomes(lambda: pool.counts["lowest"] == 1)

        async def gone():
            assert len(pool.turns.unbegun()) == 1

        with pytest.raises(GoneError):
            await pool.answer(Question(RUNAWAY), gone)
        left = pool.turns.unbegun()
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        return left, pool.counts["abandoned"], pool.jobs

    assert with_pool(large, use, long=1) == ([], 1, 0)


@pytest.mark.parametrize("long", [1, 2])
def test_query_that_is_not_very_long_is_not_behind_those_that_run_away(large, long):
    async def use(pool):
        runaways = [asyncio.ensure_future(pool.answer(Question(f"{RUNAWAY} # {at}"))) for at in range(6)]
        await becomes(lambda: pool.counts["lowest"] == 6)
        lines = len(pool.turns.fresh), len(pool.turns.old) + len(pool.turns.running)
        found = [number(await pool.answer(COUNT._replace(text=f"{PRODUCT} # {at}"))) for at in range(3)]
        running = [not task.done() for task in runaways]
        for task in runaways:
            task.cancel()
        await asyncio.gather(*runaways, return_exceptions=True)
        return lines, found, running

    assert with_pool(large, use, long=long, slice=0.001) == ((0, 6), [3000 * 300] * 3, [True] * 6)


def test_query_that_was_short_the_last_time_is_not_known_to_be_long(small):
    async def use(pool):
        job = Job(COUNT, pool.loop)
        found = []
        for seconds in (0.01, 0.009, 1.0):
            pool.turns.note(job, seconds)
            found.append(pool.turns.is_known(COUNT))
        return found, number(await pool.answer(COUNT)), pool.turns.is_known(COUNT)

    assert with_pool(small, use) == ([True, False, True], QUADS, False)


def test_what_was_sent_to_a_worker_with_a_long_query_is_answered_by_others(large):
    async def use(pool):
        await becomes(lambda: len(pool.idle) == 2)
        short = [COUNT._replace(text=f"{COUNT.text} # {at}") for at in range(40)]
        tasks = [asyncio.ensure_future(pool.answer(asked)) for asked in (*short[:2], Question(RUNAWAY), *short[2:])]
        await becomes(lambda: pool.turns.running)
        runaway = tasks.pop(2)
        found = [number(await task) for task in tasks]
        runaway.cancel()
        await asyncio.gather(runaway, return_exceptions=True)
        return found, pool.together < 8

    assert with_pool(large, use) == ([3000] * 40, True)


def test_workers_are_made_beforehand(large):
    async def use(pool):
        await becomes(lambda: len(pool.idle) == 5)
        runaway = asyncio.ensure_future(pool.answer(Question(RUNAWAY)))
        await becomes(lambda: pool.turns.running and len(pool.idle) == 5)
        runaway.cancel()
        await asyncio.gather(runaway, return_exceptions=True)
        return len(pool.crew.workers)

    assert with_pool(large, use, spare=3) == 5


COPIES = """
import os, sys, time
from ukrgraph.serve.workers import system
held = bytearray(os.urandom(1)) * (64 << 20)
shared = system.resident(os.getpid())
pid = os.fork()
if not pid:
    for at in range(0, 32 << 20, 4096):
        held[at] = 1
    more = bytearray(b"x") * (16 << 20)
    os.write(1, str(system.taken(os.getpid(), shared) >> 20).encode())
    os._exit(0)
os.waitpid(pid, 0)
"""


def test_memory_of_a_worker_is_what_it_added_and_what_it_copied():
    done = subprocess.run([sys.executable, "-c", COPIES], check=True, capture_output=True, text=True)
    assert 48 <= int(done.stdout) < 64


def test_queries_known_to_be_long_leave_workers_for_the_others(large):
    async def use(pool):
        for _ in range(3):
            replies = await asyncio.gather(*(pool.answer(Question(RUNAWAY)) for _ in range(4)))
            assert {reply.status for reply in replies} <= {503, 504}
        return number(await pool.answer(COUNT))

    assert with_pool(large, use, timeout=4) == 3000


@pytest.mark.parametrize(("limits", "limit"), [({"rows": 2}, "result"), ({"result_bytes": 100}, "result")])
@pytest.mark.parametrize(
    "media", ["application/sparql-results+json", "text/csv", "text/tab-separated-values", "text/xml"]
)
def test_answer_beyond_a_limit_is_an_error(small, limits, limit, media):
    async def use(pool):
        rows = await pool.answer(Question("SELECT * { ?s ?p ?o }", solutions=media))
        triples = await pool.answer(Question("CONSTRUCT WHERE { ?s ?p ?o }"))
        return [(reply.status, reply.problem["limit"], reply.body) for reply in (rows, triples)]

    assert with_pool(small, use, **limits) == [(413, limit, b"")] * 2


@pytest.mark.parametrize(
    "media", ["application/sparql-results+json", "text/csv", "text/tab-separated-values", "text/xml"]
)
def test_answer_of_exactly_as_many_rows_as_allowed_is_given(small, media):
    async def use(pool):
        return (await pool.answer(Question("SELECT * { ?s ?p ?o }", solutions=media))).status

    assert with_pool(small, use, rows=QUADS) == 200


def test_rows_of_json_are_counted_although_strings_look_like_their_ends():
    body = b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":{"type":"literal","value":"},{},{"}},{}]}}\n'
    assert [counted(body, "json", most) for most in (1, 2, 3, 4)] == [2, 2, 2, 4]
    assert counted(b'{"head":{"vars":[]},"results":{"bindings":[]}}\n', "json", 9) == 0


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * " + "{" * 3000 + "}" * 3000,
        "SELECT * {" + "?s ?p ?o . " * 2000 + "}",
        "ASK { FILTER(" + "(" * 5000 + "1",
    ],
    ids=["deep", "long", "open"],
)
def test_query_that_would_end_the_engine_is_refused(small, query):
    async def use(pool):
        reply = await pool.answer(Question(query))
        return reply.status, reply.problem["title"], pool.counts["crashed"]

    assert with_pool(small, use) == (413, "Query too large", 0)


def test_newer_graph_is_answered_from_after_it_is_opened(tmp_path):
    async def use(pool):
        before = number(await pool.answer(COUNT))
        project(tmp_path, many(7))
        await pool.reload()
        await becomes(lambda: len(pool.crew.workers) == 2)
        return before, number(await pool.answer(COUNT)), pool.version

    assert with_pool(project(tmp_path), use) == (QUADS, 7, 2)


def test_graph_that_cannot_be_read_leaves_the_old_one(tmp_path):
    async def use(pool):
        project(tmp_path, "this is not TriG")
        with pytest.raises(InputError):
            await pool.reload()
        return number(await pool.answer(COUNT)), pool.version

    assert with_pool(project(tmp_path), use) == (QUADS, 1)


def test_empty_graph_is_not_served(tmp_path):
    pool = service(project(tmp_path, "# nothing")).pool
    with pytest.raises(InputError, match="expected a graph, found an empty one; run: ukrgraph build"):
        asyncio.run(pool.start())


def test_store_beyond_the_bound_is_read_from_the_disk(small):
    async def use(pool):
        return pool.crew.kept, number(await pool.answer(COUNT))

    assert with_pool(small, use, memory_quads=QUADS - 1) == ("disk", QUADS)


def test_pool_leaves_no_process(large):
    async def use(pool):
        asked = asyncio.ensure_future(pool.answer(Question(RUNAWAY)))
        await becomes(lambda: pool.turns.running)
        await becomes(lambda: len(descendants(pool.crew.process.pid)) >= 2)
        pids = {pool.crew.process.pid} | descendants(pool.crew.process.pid)
        asked.cancel()
        return pids

    pids = with_pool(large, use)
    until(lambda: not any(map(is_alive, pids)))
    gc.collect()
    assert len(pids) >= 3


def test_no_process_outlives_a_service_that_is_killed(large):
    with Server(large) as server:
        pids = descendants(server.process.pid)
        server.process.kill()
        server.process.wait(PATIENCE)
        until(lambda: not any(map(is_alive, pids)))
    assert len(pids) >= 2
