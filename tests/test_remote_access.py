"""Who we are to a store elsewhere: where it comes from, when it is sent, to whom, and that it is printed nowhere."""

import base64
from urllib.request import parse_http_list, parse_keqv_list

import pytest
import servers
from servers import Reply

from ukrgraph.engine import digest
from ukrgraph.engine.access import Access, Authorization, access, challenges, proxy
from ukrgraph.engine.address import address, is_address, with_parameter
from ukrgraph.engine.endpoint import Endpoint
from ukrgraph.errors import OutsideError, UsageError

USER = {"UKRGRAPH_STORE_USER": "ann", "UKRGRAPH_STORE_PASSWORD": "pässword"}
TOKEN = {"UKRGRAPH_STORE_TOKEN": "s3cret.token"}
BASIC = "Basic " + base64.b64encode("ann:pässword".encode()).decode()


@pytest.fixture
def server():
    """Return a server that answers as it is told."""
    with servers.faulty() as state:
        yield state


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_digest_is_that_of_the_example_of_rfc_7616(algorithm, response):
    challenge = {
        "realm": "http-auth@example.org",
        "qop": "auth, auth-int",
        "algorithm": algorithm,
        "nonce": "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
        "opaque": "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS",
    }
    nonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    value = digest.response(challenge, ("Mufasa", "Circle of Life"), ("GET", "/dir/index.html"), 1, nonce)
    said = parse_keqv_list(parse_http_list(value.removeprefix("Digest ")))
    assert said == {
        "username": "Mufasa",
        "realm": "http-auth@example.org",
        "uri": "/dir/index.html",
        "algorithm": algorithm,
        "nonce": challenge["nonce"],
        "nc": "00000001",
        "cnonce": nonce,
        "qop": "auth",
        "response": response,
        "opaque": challenge["opaque"],
    }


def test_digest_without_qop_is_that_of_old_servers():
    challenge = {"realm": "testrealm@host.com", "nonce": "dcd98b7102dd2f0e8b11d0f600bfb0c093"}
    value = digest.response(challenge, ("Mufasa", "Circle Of Life"), ("GET", "/dir/index.html"), 1, "x")
    assert 'response="670fd8c2df070c60b045671b8b24ff02"' in value
    assert "qop" not in value


@pytest.mark.parametrize(
    ("challenge", "known"),
    [
        ({}, True),
        ({"algorithm": "md5-sess", "qop": "auth"}, True),
        ({"algorithm": "SHA-512-256"}, True),
        ({"algorithm": "ROT13"}, False),
        ({"qop": "auth-int"}, False),
    ],
)
def test_a_challenge_that_cannot_be_answered_is_known(challenge, known):
    assert digest.understood(challenge) is known


def test_several_challenges_stand_in_one_header():
    header = 'Basic realm="a, b", Digest realm="c", nonce="n=1", qop="auth,auth-int", Negotiate'
    assert challenges(header) == {
        "basic": {"realm": "a, b"},
        "digest": {"realm": "c", "nonce": "n=1", "qop": "auth,auth-int"},
        "negotiate": {},
    }


@pytest.mark.parametrize("header", ["", "Negotiate", "Bearer", 'Digest nonce="n", algorithm=ROT13'])
def test_a_challenge_that_we_cannot_answer_is_not_answered(header):
    assert Authorization(access(USER)).take(header) is False


def test_a_user_is_named_when_the_server_asks_and_then_each_time(server):
    server.replies = [Reply(401, headers=(("WWW-Authenticate", 'Basic realm="r"'),)), Reply()]
    endpoint = Endpoint(server.url, 60, access(USER))
    assert [bool(endpoint.answer("ASK {}")) for _ in range(2)] == [True, True]
    assert [asked[2].get("Authorization") for asked in server.asked] == [None, BASIC, BASIC]


def test_digest_is_preferred_and_its_count_goes_up(server):
    both = 'Basic realm="r", Digest realm="r", nonce="n", qop="auth"'
    server.replies = [Reply(401, headers=(("WWW-Authenticate", both),)), Reply()]
    endpoint = Endpoint(server.url, 60, access(USER))
    assert [bool(endpoint.answer("ASK {}")) for _ in range(2)] == [True, True]
    said = [parse_keqv_list(parse_http_list(asked[2]["Authorization"][7:])) for asked in server.asked[1:]]
    assert [(one["nc"], one["uri"]) for one in said] == [("00000001", "/sparql"), ("00000002", "/sparql")]
    assert said[0]["cnonce"] != said[1]["cnonce"]


@pytest.mark.parametrize(("stale", "times"), [("true", 3), ("false", 2)])
def test_a_stale_challenge_is_answered_anew_and_a_refusal_is_not(server, stale, times):
    def challenge(nonce, stale):
        return Reply(401, headers=(("WWW-Authenticate", f'Digest realm="r", nonce="{nonce}", stale={stale}'),))

    server.replies = [challenge("1", "false"), challenge("2", stale), Reply()]
    try:
        Endpoint(server.url, 60, access(USER)).answer("ASK {}")
    except OutsideError as error:
        assert "401" in str(error)  # noqa: PT017  # either may come
    assert len(server.asked) == times


def test_a_wrong_password_is_tried_once_and_printed_nowhere(run, server, monkeypatch):
    for name, value in USER.items():
        monkeypatch.setenv(name, value)
    server.replies = [Reply(401, b"no", "text/plain", (("WWW-Authenticate", 'Basic realm="r"'),))]
    code, out, err = run("ask", "ASK {}", "--store", server.url)
    assert (code, out, len(server.asked)) == (4, "", 2)
    assert err == (
        f"ukrgraph: {server.url}: the endpoint answered 401 Unauthorized: no; set UKRGRAPH_STORE_USER and "
        "UKRGRAPH_STORE_PASSWORD, or UKRGRAPH_STORE_TOKEN, to what the server knows\n"
    )


def test_a_token_is_sent_with_every_request(run, server, monkeypatch):
    monkeypatch.setenv("UKRGRAPH_STORE_TOKEN", TOKEN["UKRGRAPH_STORE_TOKEN"])
    assert run("ask", "ASK {}", "--store", server.url)[:2] == (0, "true\n")
    assert {asked[2]["Authorization"] for asked in server.asked} == {"Bearer s3cret.token"}


@pytest.mark.parametrize("environment", [USER, TOKEN], ids=["user", "token"])
def test_nothing_secret_goes_where_a_redirect_leads(server, environment):
    with servers.faulty() as other:
        server.replies = [
            Reply(401, headers=(("WWW-Authenticate", 'Basic realm="r"'),)),
            Reply(302, headers=(("Location", other.url),)),
        ]
        if environment is TOKEN:
            del server.replies[0]
        with pytest.raises(OutsideError, match="redirects are not followed"):
            Endpoint(server.url, 60, access(environment)).answer("ASK {}")
        assert other.asked == []


@pytest.mark.parametrize(("environment", "name"), [(USER, "PASSWORD"), (TOKEN, "TOKEN")], ids=["user", "token"])
def test_nothing_secret_goes_over_http_to_another_machine(environment, name):
    with pytest.raises(UsageError) as error:
        Endpoint("http://store.example/sparql", 60, access(environment))
    assert str(error.value) == (
        f"http://store.example/sparql: expected an https address to send UKRGRAPH_STORE_{name} to, got http, where "
        f"others can read it; use https, unset UKRGRAPH_STORE_{name}, or set UKRGRAPH_STORE_PLAIN_HTTP=yes"
    )
    for url in ("https://store.example/", "http://localhost:1/", "http://127.8.0.1/", "http://[::1]:80/"):
        Endpoint(url, 60, access(environment))
    Endpoint("http://store.example/sparql", 60, access({**environment, "UKRGRAPH_STORE_PLAIN_HTTP": "yes"}))
    Endpoint("http://store.example/sparql", 60, Access())


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        (
            {"UKRGRAPH_STORE_USER": "ann"},
            "UKRGRAPH_STORE_USER: expected UKRGRAPH_STORE_PASSWORD with it, got none; set both",
        ),
        (
            {"UKRGRAPH_STORE_PASSWORD": "s3cret"},
            "UKRGRAPH_STORE_PASSWORD: expected UKRGRAPH_STORE_USER with it, got none; set both",
        ),
        (
            {**USER, **TOKEN},
            "UKRGRAPH_STORE_USER and UKRGRAPH_STORE_TOKEN: expected one of them, got both; unset one",
        ),
        (
            {"UKRGRAPH_STORE_USER": "a:b", "UKRGRAPH_STORE_PASSWORD": "s3cret"},
            (
                "UKRGRAPH_STORE_USER, UKRGRAPH_STORE_PASSWORD: expected a user without ':', and both without control "
                "characters"
            ),
        ),
        (
            {"UKRGRAPH_STORE_TOKEN": "s3cret\n"},
            "UKRGRAPH_STORE_TOKEN: expected visible ASCII characters, got others; is there a line end in it?",
        ),
    ],
    ids=["no password", "no user", "both", "colon", "line end"],
)
def test_what_the_environment_says_by_halves_is_refused_without_showing_it(environment, message):
    with pytest.raises(UsageError) as error:
        access(environment)
    assert str(error.value) == message


def test_what_we_are_is_not_in_a_repr():
    assert repr(access(USER)) == "Access(plain=False)"
    assert repr(access(TOKEN)) == "Access(plain=False)"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ftp://e/", "--store: expected an http or https address, got 'ftp://e/'"),
        ("http://", "--store: expected an http or https address, got 'http://'"),
        ("http://e:99999/", "--store: expected an http or https address, got 'http://e:99999/': Port out of range"),
        ("http://e/a b", "--store: expected an http or https address, got 'http://e/a b'"),
        ("http://e/\r\nX: y", "--store: expected an http or https address, got 'http://e/\\r\\nX: y'"),
        (
            "https://ann:s3cret@e.example:8443/sparql?x=1",
            (
                "--store: expected an address without a user, got one for https://e.example:8443/sparql; give "
                "UKRGRAPH_STORE_USER and UKRGRAPH_STORE_PASSWORD in the environment"
            ),
        ),
    ],
)
def test_what_is_no_address_is_refused(text, message):
    with pytest.raises(UsageError) as error:
        address(text)
    assert str(error.value).startswith(message)
    assert "s3cret" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "port", "target"),
    [
        ("http://e", 80, "/"),
        ("https://e/sparql", 443, "/sparql"),
        (
            "http://e:8890/sparql?default-graph-uri=http%3A%2F%2Fe%2Fg",
            8890,
            "/sparql?default-graph-uri=http%3A%2F%2Fe%2Fg",
        ),
        ("http://e/дані?q=є", 80, "/%D0%B4%D0%B0%D0%BD%D1%96?q=%D1%94"),
    ],
)
def test_an_address_in_its_parts(text, port, target):
    found = address(text)
    assert (found.url, found.host, found.port, found.target) == (text, "e", port, target)


def test_a_parameter_is_added_to_those_that_are_there():
    assert with_parameter("/store", "graph", "http://e/g?x&y") == "/store?graph=http%3A%2F%2Fe%2Fg%3Fx%26y"
    assert with_parameter("/store?a=b", "default") == "/store?a=b&default"


@pytest.mark.parametrize(
    ("text", "is_one"), [("http://e", True), ("x://e", True), ("data/store", False), ("C:/s", False)]
)
def test_what_is_meant_as_an_address(text, is_one):
    assert is_address(text) is is_one


def test_a_proxy_comes_from_the_environment_but_never_for_this_machine(monkeypatch):
    for name in ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert proxy(address("http://e.example/")) == ""
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "near.example")
    named = [
        "http://e.example/",
        "http://near.example/",
        "https://e.example/",
        "http://localhost/",
        "http://127.0.0.1/",
    ]
    assert [proxy(address(url)) for url in named] == ["http://proxy.example:3128", "", "", "", ""]


def test_a_proxy_gets_the_whole_address_and_its_own_user(server, monkeypatch):
    port = server.url.rpartition(":")[2].partition("/")[0]
    monkeypatch.setenv("http_proxy", f"http://eve:p%40ss@127.0.0.1:{port}")
    monkeypatch.delenv("no_proxy", raising=False)
    assert bool(Endpoint("http://store.example/sparql", 60, Access()).answer("ASK {}")) is True
    (asked,) = server.asked
    assert (asked[1], asked[2]["Host"]) == ("http://store.example:80/sparql", "store.example:80")
    assert asked[2]["Proxy-Authorization"] == "Basic " + base64.b64encode(b"eve:p@ss").decode()
