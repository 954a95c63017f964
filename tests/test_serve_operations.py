"""Running the service: start and stop, slow and hostile clients, the log, the figures, and what a client never sees."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from urllib.parse import urlencode

import httpx
import pytest
from serving import PATIENCE, QUADS, RUNAWAY, Client, Server, descendants, is_alive, many, project, until
from starlette.routing import Route

from ukrgraph.serve import connection, server, settings
from ukrgraph.serve.app import application
from ukrgraph.serve.cache import OVERHEAD, Cache, Finished
from ukrgraph.serve.gate import CSP, completed
from ukrgraph.serve.sparql import matches, send_finished

POST = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked at in /proc")


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    with Client(project(tmp_path_factory.mktemp("web"))) as client:
        yield client


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = project(tmp_path_factory.mktemp("running"))
    with Server(folder, "--workers", "2", "--body", "1") as server:
        yield server


def receive(connected):
    """Return everything that comes until the other end closes the connection."""
    connected.settimeout(PATIENCE)
    parts = []
    while part := connected.recv(1 << 16):
        parts.append(part)
    return b"".join(parts)


def sent(server, data):
    """Return what a server answers to bytes, until it closes the connection."""
    with socket.create_connection(("127.0.0.1", server.port)) as connected:
        connected.sendall(data)
        return receive(connected)


# Start and stop


def test_server_says_where_it_is_and_stops_when_told(tmp_path):
    with Server(project(tmp_path)) as running:
        pids = {running.process.pid} | descendants(running.process.pid)
        code = running.stop()
        until(lambda: not any(map(is_alive, pids)))
    assert code == 0
    place = f"http://127.0.0.1:{running.port}/"
    told = f"ukrgraph serve: {QUADS} quads (memory) at {place} ; the endpoint is /sparql ; stop with Ctrl+C"
    assert running.lines[0] == told


def test_answer_that_is_under_way_is_finished_before_the_server_stops(tmp_path):
    with Server(project(tmp_path)) as running, socket.create_connection(("127.0.0.1", running.port)) as connected:
        connected.sendall(POST + b"Content-Length: 6\r\n\r\nASK")
        until(lambda: httpx.get(f"{running.url}/health").status_code == 200)
        running.process.send_signal(signal.SIGTERM)
        until(lambda: not reachable(running.port))
        connected.sendall(b" {}")
        answered = receive(connected)
        code = running.stop()
    assert (answered.splitlines()[0], answered.splitlines()[-1], code) == (
        b"HTTP/1.1 200 OK",
        b'{"head":{},"boolean":true}',
        0,
    )


def reachable(port):
    """Tell whether anybody listens."""
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def test_query_that_runs_away_does_not_keep_the_server_from_stopping(tmp_path):
    query = urlencode({"query": RUNAWAY}).encode()
    with Server(project(tmp_path, many(2000)), "--timeout", "1000") as running, socket.socket() as connected:
        connected.connect(("127.0.0.1", running.port))
        connected.sendall(b"GET /sparql?" + query + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        until(lambda: "ukrgraph_queries_long_running 1" in httpx.get(f"{running.url}/metrics").text)
        running.process.terminate()
        until(lambda: not reachable(running.port))
        code = running.stop()
    assert code == 0


def start(*arguments):
    """Return exit code and messages of a server that cannot start."""
    command = [sys.executable, "-m", "ukrgraph", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    return done.returncode, done.stderr


def test_port_in_use_is_an_error(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, err = start("--project", project(tmp_path), "serve", "--port", port)
    assert (code, err) == (
        4,
        f"ukrgraph: serve: cannot listen at 127.0.0.1:{port}: Address already in use; choose another with --port\n",
    )


@pytest.mark.parametrize(
    ("trig", "words"), [("# nothing", "expected a graph, found an empty one"), ("{ nonsense", ":1:")]
)
def test_graph_that_is_empty_or_damaged_is_not_served(tmp_path, trig, words):
    code, err = start("--project", project(tmp_path, trig), "serve", "--port", 0)
    assert code == 3
    assert words in err
    assert "Traceback" not in err


def test_store_that_is_not_there_is_not_served(tmp_path):
    code, err = start("serve", "--port", 0, "--store", tmp_path / "none")
    assert code == 3
    assert f"{tmp_path / 'none'}: expected a store" in err


def test_host_that_is_none_is_an_error(tmp_path):
    code, err = start("--project", project(tmp_path), "serve", "--host", "no such host")
    assert code == 2
    assert "--host: expected an address of this machine" in err


@pytest.mark.parametrize(
    ("host", "loopback"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("192.0.2.1", False), ("::", False)]
)
def test_addresses_that_others_can_reach_are_known(host, loopback):
    assert server.is_loopback(host) is loopback


def test_missing_extra_is_named():
    hidden = "import sys; sys.modules['starlette'] = None; sys.argv = ['ukrgraph', 'serve']"
    program = f"{hidden}; from ukrgraph import cli; cli.main()"
    command = [sys.executable, "-c", program]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False, env=environment)
    assert (done.returncode, done.stderr) == (
        2,
        "ukrgraph: serve: needs starlette; run: pip install 'ukrgraph[serve]'\n",
    )


def test_newer_graph_is_served_without_a_restart(tmp_path):
    count = urlencode({"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"})

    def counted():
        response = httpx.get(f"{running.url}/sparql?{count}")
        return response.json()["results"]["bindings"][0]["n"]["value"], response.headers["etag"]

    with Server(project(tmp_path)) as running:
        before, tag = counted()
        project(tmp_path, many(9))
        running.wait_for("opened the store anew: 9 quads")
        after, newer = counted()
    assert (before, after, tag == newer) == (str(QUADS), "9", False)


def test_graph_is_opened_anew_at_sighup(tmp_path):
    with Server(project(tmp_path)) as running:
        running.process.send_signal(signal.SIGHUP)
        running.wait_for(f"opened the store anew: {QUADS} quads")
        assert httpx.get(f"{running.url}/ready").json() == {"ready": True, "quads": QUADS, "version": 2}


# Health


def test_service_is_alive_and_ready(web):
    assert web.get("/health").json() == {"status": "ok"}
    assert web.get("/ready").json() == {"ready": True, "quads": QUADS, "version": 1}


def test_service_without_workers_is_alive_and_not_ready(tmp_path):
    client = Client(project(tmp_path))
    client._thread.start()  # noqa: SLF001  # the workers are what is left out
    try:
        answers = [client.get(path) for path in ("/health", "/ready", "/sparql?query=ASK{}")]
    finally:
        client._loop.call_soon_threadsafe(client._loop.stop)  # noqa: SLF001
        client._thread.join(PATIENCE)  # noqa: SLF001
        client._loop.close()  # noqa: SLF001
    assert [answer.status_code for answer in answers] == [200, 503, 503]
    assert answers[2].headers["retry-after"] == "5"


def test_figures_are_in_the_format_of_prometheus(web):
    web.get("/sparql?query=ASK{}")
    web.get("/sparql?query=ASK{}")
    web.request("BREW", "/health")
    text = web.get("/metrics").text
    figures = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert int(figures['ukrgraph_http_responses_total{method="GET",status="200"}']) >= 2
    assert int(figures['ukrgraph_http_responses_total{method="other",status="405"}']) == 1
    assert (figures["ukrgraph_store_quads"], int(figures["ukrgraph_cache_hits_total"]) >= 1) == (str(QUADS), True)
    assert (
        figures['ukrgraph_http_response_seconds_bucket{le="+Inf"}'] == figures["ukrgraph_http_response_seconds_count"]
    )
    described = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")}
    assert {
        name.partition("{")[0].removesuffix("_bucket").removesuffix("_sum").removesuffix("_count") for name in figures
    } == described


# The log


def test_log_has_a_line_a_request_and_not_the_query(running):
    query = "ASK { <x:secret> ?p ?o }"
    httpx.get(f"{running.url}/sparql", params={"query": query})
    entry = running.log(path="/sparql", status=200)
    assert set(entry) == {"time", "method", "path", "status", "bytes", "ms", "query"}
    assert (entry["method"], entry["bytes"], len(entry["query"])) == ("GET", 28, 16)
    assert not any("secret" in line for line in running.lines)


def test_path_cannot_forge_a_line_of_the_log(running):
    httpx.get(f"{running.url}/a%0A%7B%22status%22%3A%20999%7D%1B%5B2J")
    entry = running.log(path='/a\n{"status": 999}\x1b[2J')
    assert entry["status"] == 404
    assert all(line.isprintable() for line in running.lines)


def test_request_that_is_no_http_is_refused(running):
    assert sent(running, b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n").startswith(b"HTTP/1.1 400 Bad Request\r\n")


# Clients that are slow or send too much


def test_head_that_is_too_large_is_refused(running):
    flood = b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-Long: " + b"a" * 100_000 + b"\r\n\r\n"
    assert sent(running, flood).startswith(b"HTTP/1.1 431 Request Header Fields Too Large\r\n")


def test_address_that_is_too_long_is_refused(running):
    assert sent(running, b"GET /" + b"a" * 300_000).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize(
    "body",
    [
        b"Content-Length: 2000000\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n" + b"FFFFF\r\n" + b"x" * 0xFFFFF + b"\r\n2\r\nxx\r\n",
    ],
    ids=["announced", "chunked"],
)
def test_body_that_is_too_large_is_refused_before_it_has_come(running, body):
    with socket.create_connection(("127.0.0.1", running.port)) as connected:
        connected.sendall(POST + body)
        assert connected.recv(12) == b"HTTP/1.1 413"


def test_body_of_another_part_is_bounded_too(web):
    response = web.post("/queries/any", content=b"x" * ((1 << 20) + 1))
    assert response.status_code in {404, 413}


HASTY = """
import sys
from pathlib import Path
from ukrgraph.serve import server
from ukrgraph.serve.service import service
from ukrgraph.serve.settings import Settings

limits = Settings(port=0, header_seconds=0.5, body_seconds=0.5, idle_seconds=1, write_seconds=0.5, workers=2)
server.serve(service(Path(sys.argv[1]), limits), server.bind(limits), server.say)
"""


class Hasty(Server):
    """A server that has little patience."""

    def arguments(self, folder):
        return ["-c", HASTY, str(folder)]


@pytest.fixture(scope="module")
def hasty(tmp_path_factory):
    with Hasty(project(tmp_path_factory.mktemp("hasty"), many(20_000))) as running:
        yield running


def test_clients_that_dawdle_are_sent_away(hasty):
    with socket.create_connection(("127.0.0.1", hasty.port)) as silent:
        nothing = receive(silent)
    head = b"GET /health HTTP/1.1\r\nHost: x\r\n"
    slow_head = sent(hasty, head)
    slow_body = sent(hasty, POST + b"Content-Length: 9\r\n\r\nASK")
    idle = sent(hasty, head + b"\r\n")
    dripping = sent(hasty, head + b"\r\n" + b"\r\n")
    assert [text.split(b"\r\n")[0] for text in (nothing, slow_head, slow_body, idle, dripping)] == [
        b"HTTP/1.1 408 Request Timeout",
        b"HTTP/1.1 408 Request Timeout",
        b"HTTP/1.1 408 Request Timeout",
        b"HTTP/1.1 200 OK",
        b"HTTP/1.1 200 OK",
    ]


@LINUX
def test_client_that_does_not_read_is_sent_away(hasty):
    query = urlencode({"query": "SELECT ?s ?o { ?s ?p ?o }"}).encode()
    closed = 7  # tcp(7), the first byte of TCP_INFO; this end closes nothing
    with socket.socket() as connected:
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connected.connect(("127.0.0.1", hasty.port))
        connected.sendall((b"GET /sparql?" + query + b" HTTP/1.1\r\nHost: x\r\n\r\n") * 30)
        until(lambda: connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == closed)
    assert httpx.get(f"{hasty.url}/health").status_code == 200


# What a client gets and does not get


def test_every_answer_has_the_headers_that_keep_it_harmless(web):
    for path in ("/health", "/nothing", "/sparql?query=ASK{}", "/sparql?query=x", "/.well-known/void"):
        headers = web.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in headers
        assert "server" not in headers


def test_page_has_a_strict_policy_unless_it_has_one_of_its_own():
    page = dict(completed([(b"content-type", b"text/html; charset=utf-8")]))
    own = dict(completed([(b"content-type", b"text/html"), (b"content-security-policy", b"default-src 'self'")]))
    assert page[b"content-security-policy"].decode() == CSP
    assert page[b"referrer-policy"] == b"no-referrer"
    assert own[b"content-security-policy"] == b"default-src 'self'"


def test_failure_is_told_without_its_traceback_and_logged_with_it(web, capsys, monkeypatch):
    async def fail(_request):
        raise RuntimeError("secret of the house")

    monkeypatch.setattr("ukrgraph.serve.app.routes", lambda _service: [Route("/fail", fail)])
    monkeypatch.setattr(web, "app", application(web.service))
    response = web.get("/fail")
    told = response.json()
    logged = json.loads(capsys.readouterr().err)
    assert (response.status_code, told["detail"]) == (500, "the service has failed; its log says why")
    assert "secret" not in response.text
    assert (logged["id"], logged["error"]) == (told["id"], "RuntimeError: secret of the house")
    assert "Traceback" in logged["traceback"]


@pytest.mark.parametrize(
    "path",
    [
        "/../../etc/passwd",
        "/static/../../../etc/passwd",
        "/static/..%2f..%2f..%2fetc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
    ],
)
def test_no_path_leads_out_of_the_service(running, path):
    answered = sent(running, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert answered.split(b" ")[1] in {b"400", b"404"}
    assert b"root:" not in answered


@pytest.mark.parametrize(
    ("held", "same"), [('"a"', True), ('W/"a"', True), ("*", True), ('"b", "a"', True), ('"b"', False), ("a", False)]
)
def test_entity_tags_are_compared(held, same):
    assert matches(held, '"a"') is same


# The cache


def test_cache_keeps_the_last_used_within_its_size():
    cache = Cache(8 * (OVERHEAD + 100))
    for number in range(9):
        cache.put(number, Finished(200, [], b"x" * 90, b""), 10, 0)
        cache.get(0, 0)
    assert [number for number in range(9) if cache.get(number, 0)] == [0, 2, 3, 4, 5, 6, 7, 8]
    assert cache.size == 8 * (OVERHEAD + 100)


def test_cache_forgets_what_is_of_an_older_store():
    cache = Cache(1 << 20)
    cache.put("a", Finished(200, [], b"x", b""), 1, 0)
    assert (cache.get("a", 0) is None, cache.get("a", 1), cache.size) == (False, None, 0)
    cache.put("a", Finished(200, [], b"x", b""), 1, 0)
    assert len(cache) == 0


def test_answer_that_is_too_large_is_not_kept():
    cache = Cache(8 * OVERHEAD)
    cache.put("a", Finished(200, [], b"x", b""), 0, 0)
    assert len(cache) == 0


def test_limits_of_a_connection_are_those_of_the_settings():
    given = settings.Settings(header_bytes=5)
    assert connection.bounded(given).limits is given


def test_large_answers_that_are_not_read_are_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr("ukrgraph.serve.sparql.PIECE", 100)
    with Client(project(tmp_path, many(50)), result_bytes=10_000) as client:
        path = "/sparql?" + urlencode({"query": "SELECT * { ?s ?p ?o }"})
        whole = client.get(path)
        client.app.sparql.sending = 8 * 10_000 - 1
        refused = client.get(path)
    assert (whole.status_code, len(whole.json()["results"]["bindings"])) == (200, 50)
    assert (refused.status_code, refused.json()["title"]) == (503, "Busy")


@pytest.mark.parametrize("size", [0, 1, 99, 100, 101, 200, 250])
def test_answer_is_sent_in_pieces_and_whole(monkeypatch, size):
    monkeypatch.setattr("ukrgraph.serve.sparql.PIECE", 100)
    messages = []

    async def send(message):
        messages.append(message)

    body = bytes(range(250))[:size]
    scope = {"method": "GET", "headers": []}
    asyncio.run(send_finished(Finished(200, [], body, b""), scope, send))
    assert b"".join(message["body"] for message in messages[1:]) == body
    assert [message.get("more_body", False) for message in messages[1:]] == [True] * (len(messages) - 2) + [False]
