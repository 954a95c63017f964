"""A store elsewhere that fails: each failure is one message with the address and what to do, and an exit code."""

import socket
import threading
from contextlib import suppress

import pytest
import servers
from servers import Reply

from ukrgraph.engine import transport
from ukrgraph.engine.access import Access
from ukrgraph.engine.address import address
from ukrgraph.engine.endpoint import Endpoint, rows_behind
from ukrgraph.engine.transport import Message, Server
from ukrgraph.errors import OutsideError

NAMES = '{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"literal","value":"%s"}}]}}'
HTML = "text/html; charset=utf-8"
PAGE = b"<!DOCTYPE html>\n<html><head><title>Welcome to\n the shop</title></head><body>...</body></html>"


@pytest.fixture
def server(monkeypatch):
    """Return a server that fails as it is told; nobody waits before a request is sent again."""
    monkeypatch.setattr(transport, "WAITS", (0.0, 0.0, 0.0))
    for name in ("USER", "PASSWORD", "TOKEN", "PLAIN_HTTP"):
        monkeypatch.delenv(f"UKRGRAPH_STORE_{name}", raising=False)
    with servers.faulty() as state:
        yield state


FAULTS = {
    "401": (
        Reply(401, b"who are you?", "text/plain"),
        (
            "the endpoint answered 401 Unauthorized: who are you?; set UKRGRAPH_STORE_USER and "
            "UKRGRAPH_STORE_PASSWORD, or UKRGRAPH_STORE_TOKEN, to what the server knows"
        ),
    ),
    "403": (
        Reply(403, b"", ""),
        "the endpoint answered 403 Forbidden; ask for the right to do this, or give another user",
    ),
    "404": (
        Reply(404, PAGE, HTML),
        (
            "the endpoint answered 404 Not Found: Welcome to the shop; check the path of the address: it "
            "often ends in /sparql, /query, /update or /store"
        ),
    ),
    "500": (
        Reply(500, b"Error X:\n\tout of\x07 memory\n\nSELECT", "text/plain"),
        "the endpoint answered 500 Internal Server Error: Error X: out of memory SELECT",
    ),
    "500 without a word": (
        Reply(500, b"", ""),
        "the endpoint answered 500 Internal Server Error; the log of the server may say why",
    ),
    "503": (
        Reply(503, b"busy", "text/plain"),
        "the endpoint answered 503 Service Unavailable: busy; try again later",
    ),
    "503 for longer than the time allowed": (
        Reply(503, b"busy", "text/plain", (("Retry-After", "3600"),)),
        "the endpoint answered 503 Service Unavailable: busy; try again later",
    ),
    "redirect": (
        Reply(302, b"", "", (("Location", "https://ann:secret@other.example/sparql?token=secret"),)),
        (
            "expected an answer, got 302, which leads to https://other.example/sparql; give that address if "
            "you trust it: redirects are not followed"
        ),
    ),
    "redirect to nowhere": (
        Reply(307, b"", ""),
        (
            "expected an answer, got 307, which leads to no place; give that address if you trust it: "
            "redirects are not followed"
        ),
    ),
    "page": (
        Reply(200, PAGE, HTML),
        (
            "expected SPARQL results in JSON or a graph, got 'text/html' with 'Welcome to the shop'; is "
            "this the address of an endpoint?"
        ),
    ),
    "no content type": (
        Reply(200, b"true", ""),
        (
            "expected SPARQL results in JSON or a graph, got no content type with 'true'; is this the "
            "address of an endpoint?"
        ),
    ),
    "wrong content type": (
        Reply(200, b"s\n1\n", "text/csv"),
        "expected SPARQL results in JSON or a graph, got 'text/csv' with 's 1'; is this the address of an endpoint?",
    ),
    "fewer bytes than said": (
        Reply(200, NAMES.encode(), missing=17),
        "the answer is cut off: 17 bytes are missing",
    ),
    "cut by the server": (
        Reply(200, NAMES.encode()[:-3] + b"The SPARQL operation has been cancelled"),
        "the answer is cut off or damaged: Parser error at line 1 column 84: Unexpected char: 'T'",
    ),
    "nothing at all": (
        Reply(200, b""),
        (
            "the answer is cut off or damaged: Parser error at line 1 column 1: Unexpected end of file, a value "
            "was expected"
        ),
    ),
    "not UTF-8": (
        Reply(200, NAMES.encode().replace(b"%s", b"\xff")),
        (
            "the answer is cut off or damaged: Parser error at line 1 column 79: Invalid UTF-8: invalid "
            "utf-8 sequence of 1 bytes from index 0"
        ),
    ),
    "cut after rows": (
        Reply(200, NAMES.encode(), headers=(("X-SPARQL-MaxRows", "1"),)),
        (
            "the server gives at most 1 rows an answer, and this one is cut there; ask for less with "
            "--limit, or raise its limit (ResultSetMaxRows in virtuoso.ini)"
        ),
    ),
    "part of the answer": (
        Reply(200, NAMES.encode(), headers=(("X-SQL-State", "S1TAT"),)),
        "the server ran out of its time and gave part of the answer; ask for less",
    ),
}


@pytest.mark.parametrize(("reply", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_one_message_and_no_answer(run, server, reply, message):
    server.replies = [reply]
    assert run("ask", "SELECT ?s { ?s ?p ?o }", "--store", server.url, "--no-check") == (
        4,
        "",
        f"ukrgraph: {server.url}: {message}\n",
    )


def test_a_reset_in_the_middle_is_one_message_and_no_answer(run, server):
    server.replies = [Reply(200, NAMES.encode(), missing=17, reset=True)]
    code, out, message = run("ask", "SELECT ?s { ?s ?p ?o }", "--store", server.url, "--no-check")
    where = ("the answer is cut off", "the connection broke off")  # before or after the headers were read
    assert (code, out) == (4, "")
    assert message in {f"ukrgraph: {server.url}: {what}: Connection reset by peer\n" for what in where}


def test_a_refused_query_is_a_mistake_in_the_input(run, server):
    server.replies = [Reply(400, b"error at 1:9: expected }", "text/plain")]
    assert run("ask", "SELECT ?s { ?s ?p ?o }", "--store", server.url, "--no-check") == (
        3,
        "",
        "ukrgraph: query: the engine refuses the query: error at 1:9: expected }\n",
    )


def test_an_answer_that_never_comes_ends_with_the_time(run, server):
    server.replies = [Reply(never=True)]
    assert run("ask", "SELECT ?s { ?s ?p ?o }", "--store", server.url, "--no-check", "--timeout", "0.3") == (
        4,
        "",
        f"ukrgraph: {server.url}: no whole answer within 0.3 s; allow more with --timeout, or ask for less\n",
    )
    assert len(server.asked) == 1


def test_a_body_that_never_ends_ends_with_the_time(server):
    server.replies = [Reply(missing=10, hold=True)]
    with pytest.raises(OutsideError) as error:
        Endpoint(server.url, 0.3, Access()).answer("ASK {}")
    assert str(error.value) == (
        f"{server.url}: no whole answer within 0.3 s; allow more with --timeout, or ask for less"
    )


def test_nobody_answers_at_a_closed_port(run, server):
    url = f"http://127.0.0.1:{servers.free_ports(1)[0]}/sparql"
    assert run("ask", "ASK {}", "--endpoint", url) == (
        4,
        "",
        f"ukrgraph: {url}: cannot reach the endpoint: Connection refused; is it running, and is the port right?\n",
    )


def test_a_host_that_is_not_there_is_said():
    url = "http://no-such-host.invalid/sparql"
    with pytest.raises(OutsideError, match=f"^{url}: cannot reach the endpoint: "):
        Endpoint(url, 60, Access()).answer("ASK {}")


def test_what_is_no_http_is_said(server):
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet():
            found, _ = listener.accept()
            with found:
                found.sendall(b"220 mail.example ESMTP\r\n")

        thread = threading.Thread(target=greet)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        with pytest.raises(OutsideError) as error:
            Endpoint(url, 60, Access()).answer("ASK {}")
        thread.join()
    assert str(error.value) == f"{url}: expected an answer in HTTP, got 220 mail.example ESMTP"


def test_an_answer_may_be_long_but_not_without_end(server):
    server.replies = [Reply(200, b" " * 1000, repeat=50)]
    long = Server(address(server.url), 60, Access(), largest=49_999)
    with pytest.raises(OutsideError) as error:
        long.send(Message("GET", "/"))
    assert str(error.value) == f"{server.url}: expected an answer of at most 49999 bytes, got more; ask for less"
    assert (
        len(Server(address(server.url), 60, Access(), largest=50_000).send(Message("GET", "/")).body.read()) == 50_000
    )


def test_a_long_answer_lies_on_the_disk_and_is_whole(server):
    server.replies = [Reply(200, b"0123456789abcdef" * 65536, repeat=20)]
    body = Server(address(server.url), 60, Access()).send(Message("GET", "/")).body
    assert [body.read(4), body.start(3), len(body.read())] == [b"0123", b"012", 20 << 20]


@pytest.mark.parametrize("status", [502, 503, 504])
def test_what_the_server_asks_to_repeat_is_repeated_after_the_time_it_names(server, status):
    waited = []
    server.replies = [Reply(status, headers=(("Retry-After", "7"),))] * 2 + [Reply()]
    patient = Server(address(server.url), 60, Access(), pause=waited.append)
    assert patient.send(Message("POST", "/")).status == 200
    assert (waited, len(server.asked)) == ([7.0, 7.0], 3)


@pytest.mark.parametrize(
    ("reply", "safe", "times"),
    [
        (Reply(503, headers=(("Retry-After", "0"),)), True, 4),
        (Reply(503, headers=(("Retry-After", "0"),)), False, 1),
        (Reply(503, headers=(("Retry-After", "Fri, 31 Dec 2999 23:59:59 GMT"),)), True, 1),
        (Reply(503), True, 1),
        (Reply(500, headers=(("Retry-After", "0"),)), True, 1),
        (Reply(missing=5), True, 4),
        (Reply(missing=5), False, 1),
        (Reply(reset=True, missing=5), True, 4),
        (Reply(404), True, 1),
    ],
)
def test_only_what_is_safe_is_sent_again_and_not_for_ever(server, reply, safe, times):
    server.replies = [reply]
    with suppress(OutsideError):
        Server(address(server.url), 60, Access()).send(Message("POST", "/", safe=safe))
    assert len(server.asked) == times


def test_a_connection_is_kept_and_a_closed_one_is_opened_again(server):
    endpoint = Endpoint(server.url, 60, Access())
    server.replies = [Reply(), Reply(headers=(("Connection", "close"),)), Reply()]
    assert [bool(endpoint.answer("ASK {}")) for _ in range(3)] == [True, True, True]
    endpoint.close()


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        ("SELECT * { ?s ?p ?o }", "application/sparql-results+json"),
        ("# CONSTRUCT\nPREFIX e: <http://e/construct>\nask { }", "application/sparql-results+json"),
        ("construct { ?s ?p ?o } where { ?s ?p ?o }", "application/n-triples, text/turtle;q=0.5"),
        ("DESCRIBE <http://e/select>", "application/n-triples, text/turtle;q=0.5"),
        ("x", "application/sparql-results+json, application/n-triples, text/turtle;q=0.5"),
    ],
)
def test_the_form_of_a_query_says_what_is_accepted(server, query, accept):
    Endpoint(server.url, 60, Access()).answer(query)
    assert server.asked[0][2]["Accept"] == accept


@pytest.mark.parametrize(
    ("text", "truth"),
    [('{"boolean":true,"head":{}}', True), ('{"head":{},"boolean":false}', False)],
)
def test_ask_is_true_or_false(server, text, truth):
    server.replies = [Reply(200, text.encode())]
    assert bool(Endpoint(server.url, 60, Access()).answer("ASK {}")) is truth


@pytest.mark.parametrize(
    ("query", "behind"),
    [
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 3", "SELECT * WHERE { ?s ?p ?o } LIMIT 3"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "SELECT * WHERE { ?s ?p ?o }"),
        ("CONSTRUCT FROM <http://e/g> WHERE { ?s ?p ?o }", "SELECT * FROM <http://e/g> WHERE { ?s ?p ?o }"),
        ("BASE <http://e/> CONSTRUCT{}{ GRAPH ?g {} }", "BASE <http://e/> SELECT *{ GRAPH ?g {} }"),
        ("SELECT * { ?s ?p ?o }", ""),
        ("DESCRIBE <http://e/s>", ""),
        ("no query", ""),
    ],
)
def test_the_rows_behind_a_graph(query, behind):
    assert rows_behind(query) == behind


TRIPLES = Reply(200, b"<http://e/s> <http://e/p> 'x' .\n", "text/turtle", (("Server", "Virtuoso/07.20"),))


@pytest.mark.parametrize(
    ("query", "most", "whole"),
    [
        ("CONSTRUCT WHERE { ?s ?p ?o }", "", True),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "10", False),
        ("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 10", "10", True),
        ("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 11", "10", False),
    ],
)
def test_a_graph_of_virtuoso_is_whole_if_its_rows_are(server, query, most, whole):
    server.replies = [TRIPLES, Reply(headers=(("X-SPARQL-MaxRows", most),))]
    endpoint = Endpoint(server.url, 60, Access())
    if whole:
        assert len(list(endpoint.answer(query))) == 1
    else:
        with pytest.raises(OutsideError, match="at most 10 rows an answer, and this one is cut there"):
            endpoint.answer(query)
    assert len(server.asked) == 2


def test_store_and_endpoint_are_two_names_for_one_thing(run, server):
    assert run("ask", "ASK {}", "--store", server.url, "--endpoint", server.url) == (
        2,
        "",
        "ukrgraph: --store and --endpoint: expected one of them, got both; leave one out\n",
    )
    assert run("ask", "ASK {}", "--store", server.url)[1] == run("ask", "ASK {}", "--endpoint", server.url)[1]
