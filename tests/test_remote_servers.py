"""Two real servers, Oxigraph and Virtuoso: stored queries, uploads and validation give what they give here."""

import gzip
from collections import Counter
from hashlib import sha256
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
import servers
from query_project import ROOT, published_engine

from ukrgraph.engine import NamedNode, download, ground, rows
from ukrgraph.engine.access import Access
from ukrgraph.engine.address import address
from ukrgraph.engine.answers import accepted
from ukrgraph.engine.endpoint import Endpoint
from ukrgraph.engine.local import Local
from ukrgraph.engine.reference import values
from ukrgraph.engine.transport import Message, Server
from ukrgraph.engine.upload import Uploaded, upload
from ukrgraph.errors import InputError, OutsideError
from ukrgraph.query import examples
from ukrgraph.query.cases import World, Worlds
from ukrgraph.query.catalogue import all_queries
from ukrgraph.query.run import Options, prepare
from ukrgraph.query.run import run as run_query
from ukrgraph.validate import job

MOST_ROWS = 1000
"""ResultSetMaxRows of our Virtuoso: more than any stored query needs, fewer than a graph may have."""

TIME = 300.0
"""Seconds that a request may take: only there to end a hang."""

COUNTS_ITS_OWN = "the graphs that Virtuoso keeps for itself are graphs like all others, and are counted"
DOES_NOT_COMPILE = "the compiler of Virtuoso 7.2.5 fails at so many OPTIONAL in one another (its error SQ156)"

DIFFERENCES = {
    ("virtuoso", "graph-statistics"): COUNTS_ITS_OWN,
    ("virtuoso", "offices-on-the-day"): DOES_NOT_COMPILE,
}
"""Stored queries that a server answers otherwise than the embedded store, and why."""

OWN = {f"<{name}>" for name in download._OWN}  # noqa: SLF001  # the graphs of Virtuoso itself


class Remote:
    """A running server, and what it holds."""

    def __init__(self, where, folder):
        self.where = where
        self.folder = folder
        self.given = Access(where.user, where.password)
        self.endpoint = Endpoint(where.query, TIME, self.given)
        self.holds = None

    def graphs(self):
        """Return the graphs that are not the server's own, with their counts."""
        found = rows(self.endpoint.answer("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"))
        return {name.value: int(count.value) for name, count in found if str(name) not in OWN}

    def update(self, text):
        """Send an update."""
        self.post(self.where.update, urlencode({"update": text}), "application/x-www-form-urlencoded")

    def put(self, graph, lines):
        """Add lines of N-Triples to a graph."""
        self.post(f"{self.where.store}?graph={graph}", lines, "application/n-triples")

    def post(self, url, text, kind):
        """Send a request that changes something."""
        server = Server(address(url), TIME, self.given)
        headers = {"Content-Type": kind, "Accept": "*/*"}
        accepted(server.where, server.send(Message("POST", server.where.target, text.encode(), headers)))
        server.close()

    def clear(self):
        """Make the server hold nothing."""
        for name in self.graphs():
            self.update(f"DROP SILENT GRAPH <{name}>")
        if self.where.name == "oxigraph":
            self.update("DROP SILENT DEFAULT")
        self.holds = None

    def send(self, *files, by="update", progress=lambda _: None):
        """Upload files to the address that takes updates, or to the one that keeps graphs."""
        self.holds = None
        target = self.where.update if by == "update" else self.where.store
        journal = self.folder / "up.journal"
        return upload(target, files, timeout=TIME, journal=journal, progress=progress, given=self.given)

    def hold(self, key, store):
        """Make the server hold the quads of a store and nothing else; `key` is what the store is known by."""
        if self.holds != key:
            self.clear()
            file = self.folder / "held.nq"
            file.write_bytes(store.dump(format=ox.RdfFormat.N_QUADS))
            self.send(file)
            self.holds = key


@pytest.fixture(scope="session", params=["oxigraph", "virtuoso"])
def remote(request, tmp_path_factory):
    """Return a running server that holds nothing yet."""
    folder = tmp_path_factory.mktemp(request.param)
    started = {
        "oxigraph": lambda: servers.oxigraph(folder, "--union-default-graph"),
        "virtuoso": lambda: servers.virtuoso(folder, MOST_ROWS),
    }
    with started[request.param]() as where:
        found = Remote(where, folder)
        yield found
        found.endpoint.close()


@pytest.fixture(scope="session")
def published():
    """Return the published graph in a store of this process."""
    return published_engine()


QUERIES = all_queries(ROOT)
CALLS = sorted(
    {(example.data, query.name) for query in QUERIES for example in query.header.examples},
    key=lambda call: (not call[0], *call),
)
"""The data that a query is asked of, and its name; the published graph last, as later tests ask for it too."""


@pytest.fixture(scope="session")
def worlds(published):
    """Return what the examples of the stored queries are asked of."""
    return Worlds(ROOT, World(published, None))


@pytest.mark.parametrize(("data", "name"), CALLS, ids=[f"{name}-{data or 'published'}" for data, name in CALLS])
def test_a_stored_query_gives_the_same_rows(remote, worlds, data, name):
    query = next(query for query in QUERIES if query.name == name)
    reason = DIFFERENCES.get((remote.where.name, name))
    for example in (example for example in query.header.examples if example.data == data):
        here = worlds.of(query, example).engine
        remote.hold(data, here.store)
        prepared = prepare(query, example.params, here, options=Options(check=False))
        there = prepare(query, example.params, remote.endpoint, options=Options(check=False))
        assert there.text == prepared.text
        ours = values(run_query(prepared, here))
        if reason == DOES_NOT_COMPILE:
            with pytest.raises(OutsideError, match=r"the endpoint answered 500 .* SQ156: Internal Optimized compiler"):
                run_query(there, remote.endpoint)
            continue
        theirs = values(run_query(there, remote.endpoint))
        if reason == COUNTS_ITS_OWN:
            theirs = [row for row in theirs if f"<{row[0][1]}>" not in OWN]
        same = ours == theirs if examples.ordered(prepared) else Counter(ours) == Counter(theirs)
        assert same, (example.params, ours[:3], theirs[:3])


def test_every_stored_query_is_asked():
    assert len({name for _, name in CALLS}) == len(QUERIES) >= 79


def test_ask_and_graphs_come_in_their_own_forms(remote, worlds, published):
    remote.hold("", published.store)
    assert [bool(remote.endpoint.answer(text)) for text in ("ASK { ?s ?p ?o }", "ASK { ?s ?p <http://e/no> }")] == [
        True,
        False,
    ]
    query = 'CONSTRUCT { ?s a ?c } WHERE { ?s a ?c FILTER(STRENDS(STR(?c), "#Document")) }'
    assert Counter(values(remote.endpoint.answer(query))) == Counter(values(published.answer(query)))
    described = remote.endpoint.answer("DESCRIBE <https://w3id.org/ukrgraph/id/united-nations>")
    assert any(triple.predicate.value.endswith("prefLabel") for triple in described)


def command(run, monkeypatch, remote, *arguments):
    """Run a command with what lets us in to a server."""
    if remote.where.user:
        monkeypatch.setenv("UKRGRAPH_STORE_USER", remote.where.user)
        monkeypatch.setenv("UKRGRAPH_STORE_PASSWORD", remote.where.password)
    return run("--project", ROOT, *arguments, "--timeout", TIME)


def test_the_command_line_answers_from_a_server(run, monkeypatch, remote, published):
    remote.hold("", published.store)
    arguments = ("query", "statements-per-document", "--format", "csv")
    here = run("--project", ROOT, *arguments)
    assert here[0] == 0
    assert command(run, monkeypatch, remote, *arguments, "--store", remote.where.query) == here


def test_a_store_with_more_quads_than_allowed_is_not_fetched(remote, published):
    remote.hold("", published.store)
    with pytest.raises(OutsideError) as error:
        list(download.quads(remote.endpoint, 100, print))
    assert str(error.value) == (
        f"{remote.where.query}: expected at most 100 triples, got {len(published.store)}; allow more with --quads, or "
        "take a part of the store as a file"
    )


def test_an_upload_by_updates_arrives_whole(remote, published):
    remote.hold("", published.store)
    assert remote.graphs() == Counter(quad.graph_name.value for quad in published.store)


def test_an_upload_by_graphs_arrives_whole(remote):
    remote.clear()
    file = ROOT / "queries" / min(data for data, _ in CALLS if data)
    expected = Counter(quad.graph_name.value for quad in ox.parse(path=str(file)))
    assert remote.send(file, by="store")[2:] == (0, 0)
    assert remote.graphs() == expected


def test_an_upload_that_is_interrupted_is_resumed(remote, tmp_path):
    remote.clear()
    count = 5 * ground.QUADS
    file = tmp_path / "some.nq.gz"
    noise = [sha256(f"{number}".encode()).hexdigest() for number in range(count)]
    text = "".join(f'<http://e/{number}> <http://e/p> "{word}" <http://e/g> .\n' for number, word in enumerate(noise))
    file.write_bytes(gzip.compress(text.encode()))
    seen = []

    def interrupted(count):
        seen.append(count)
        if len(seen) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        remote.send(file, progress=interrupted)
    sent = remote.send(file)
    assert (sent.quads, sent.batches) == (count, 5)
    assert 0 < sent.resumed < sent.batches
    assert remote.graphs() == {"http://e/g": count}


def test_terms_of_all_kinds_arrive_as_they_are(remote, tmp_path):
    remote.clear()
    text = (
        '<http://e/s> <http://e/p> "Київ \\"Kyiv\\"\\n\\t\\\\ \U0001f33b"@uk <http://e/g> .\n'
        '<http://e/s> <http://e/p> "" <http://e/g> .\n'
        '<http://e/s> <http://e/p> "2022-02-24"^^<http://www.w3.org/2001/XMLSchema#date> <http://e/g> .\n'
        '<http://e/s> <http://e/p> "-12"^^<http://www.w3.org/2001/XMLSchema#integer> <http://e/g> .\n'
        '<http://e/s> <http://e/p> "true"^^<http://www.w3.org/2001/XMLSchema#boolean> <http://e/g> .\n'
        "<http://e/s> <http://e/p> <http://e/є?a=b&c#d> <http://e/g> .\n"
    )
    file = tmp_path / "terms.nq"
    file.write_text(text, encoding="utf-8")
    remote.send(file)
    expected = {str(quad) for quad in ox.parse(text.encode(), format=ox.RdfFormat.N_QUADS)}
    assert {str(quad) for quad in download.quads(remote.endpoint, 10, print)} == expected


def test_blank_nodes_arrive_as_iris(remote, tmp_path):
    remote.clear()
    file = tmp_path / "blank.trig"
    file.write_text('<http://e/g> { <http://e/s> <http://e/p> [ <http://e/q> "x" ] , [ <http://e/q> "y" ] }')
    assert remote.send(file) == remote.send(file) == Uploaded(4, 1, 0, 2)
    found = rows(remote.endpoint.answer("SELECT ?o ?x { GRAPH ?g { ?s <http://e/p> ?o . ?o <http://e/q> ?x } }"))
    assert sorted(
        (isinstance(node, NamedNode), node.value.startswith(ground.BLANK), text.value) for node, text in found
    ) == [(True, True, "x"), (True, True, "y")]


def test_a_wrong_password_is_refused(run, monkeypatch, remote):
    if not remote.where.user:
        pytest.skip("this server knows no users")
    monkeypatch.setenv("UKRGRAPH_STORE_USER", remote.where.user)
    monkeypatch.setenv("UKRGRAPH_STORE_PASSWORD", "s3cret")
    code, out, err = run("ask", "ASK {}", "--store", remote.where.query)
    assert (code, out, "the endpoint answered 401 Unauthorized" in err, "s3cret" in err) == (4, "", True, False)


BAD = """@prefix ukg: <https://w3id.org/ukrgraph/ontology#> .
@prefix e: <https://w3id.org/ukrgraph/id/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<https://w3id.org/ukrgraph/graph/bad> {
    e:nobody a ukg:Person .
    e:nothing a ukg:Statement ; ukg:speaker "nobody" ; ukg:earliest "2022-02-24"^^xsd:date , "2022-02-25"^^xsd:date .
}
"""
SHAPES = ROOT / "shapes/core/statement.ttl"


@pytest.fixture(scope="session")
def bad(tmp_path_factory):
    """Return a file with two resources that break rules."""
    file = tmp_path_factory.mktemp("bad") / "bad.trig"
    file.write_text(BAD, encoding="utf-8")
    return file


def hold_file(remote, file):
    """Make the server hold the quads of a file."""
    store = ox.Store()
    store.bulk_load(path=str(file))
    remote.hold(file.name, store)


def test_validation_finds_there_what_it_finds_here(monkeypatch, remote, tmp_path, bad):
    hold_file(remote, bad)
    here = job.run(job.Job(tmp_path, (str(bad),), (SHAPES,), cache=False))
    for name, value in (("USER", remote.where.user), ("PASSWORD", remote.where.password)):
        monkeypatch.setenv(f"UKRGRAPH_STORE_{name}", value)
    told = []
    stored = job.Stored(remote.where.query, TIME, tell=told.append)
    there = job.run(job.Job(tmp_path, (), (SHAPES,), cache=False, store=stored))

    def found(outcome):
        return Counter((one.rule, one.severity, one.message) for one in outcome.findings)

    assert found(there) == found(here)
    assert sum(one.severity == 3 for one in there.findings) >= 3
    own = "left out the graphs that the server keeps for itself: " + ", ".join(sorted(name[1:-1] for name in OWN))
    assert told == ([f"{remote.where.query}: {own}"] if remote.where.name == "virtuoso" else [])


def test_the_command_line_validates_a_server(run, monkeypatch, remote, bad):
    hold_file(remote, bad)
    arguments = ("validate", "--store", remote.where.query, "--no-cache", "--shapes", SHAPES)
    code, out, _ = command(run, monkeypatch, remote, *arguments)
    assert (code, "violation: " in out) == (1, True)


def test_an_empty_store_is_not_valid_but_an_error(run, monkeypatch, remote):
    remote.clear()
    code, out, err = command(run, monkeypatch, remote, "validate", "--store", remote.where.query)
    assert (code, out) == (3, "")
    assert err.endswith("expected a store with at least one triple, found none; nothing was validated\n")


def lines(start, predicate, count, graph="http://e/g"):
    """Return N-Quads about `count` subjects."""
    return "".join(f"<http://e/{start}{number}> {predicate} <http://e/o> <{graph}> .\n" for number in range(count))


def test_a_graph_longer_than_an_answer_is_fetched_by_property_or_refused(remote, tmp_path):
    remote.clear()
    half = MOST_ROWS * 3 // 5
    file = tmp_path / "long.nq"
    file.write_text(lines("a", "<http://e/p>", half) + lines("a", "<http://e/q>", half))
    remote.send(file)
    assert len(list(download.quads(remote.endpoint, 10 * MOST_ROWS, print))) == 2 * half
    file.write_text(lines("b", "<http://e/p>", half))
    remote.send(file)
    if remote.where.name == "oxigraph":
        assert len(list(download.quads(remote.endpoint, 10 * MOST_ROWS, print))) == 3 * half
        return
    with pytest.raises(OutsideError, match=f"the server gives at most {MOST_ROWS} rows an answer"):
        list(download.quads(remote.endpoint, 10 * MOST_ROWS, print))


def test_a_cut_answer_is_an_error(remote, tmp_path):
    remote.clear()
    file = tmp_path / "long.nq"
    file.write_text(lines("a", "<http://e/p>", MOST_ROWS + 1))
    remote.send(file)
    for form in ("SELECT ?s", "CONSTRUCT { ?s a <http://e/C> }"):
        query = f"{form} WHERE {{ GRAPH <http://e/g> {{ ?s <http://e/p> ?o }} }}"
        limited = f"{query} LIMIT {MOST_ROWS}"
        assert len(list(remote.endpoint.answer(limited))) == MOST_ROWS
        if remote.where.name == "oxigraph":
            assert len(list(remote.endpoint.answer(query))) == MOST_ROWS + 1
            continue
        with pytest.raises(OutsideError, match=f"the server gives at most {MOST_ROWS} rows an answer, and this one"):
            remote.endpoint.answer(query)


def test_blank_nodes_on_a_server_keep_their_identity_in_a_graph(remote):
    remote.clear()
    remote.put("http://e/g", '_:a <http://e/p> _:b .\n_:b <http://e/p> "x" .\n')
    remote.put("http://e/h", '_:a <http://e/p> "y" .\n')
    told = []
    found = list(download.quads(remote.endpoint, 10, told.append))
    (first,) = (quad for quad in found if isinstance(quad.object, ox.BlankNode))
    (second,) = (quad for quad in found if quad.object == ox.Literal("x"))
    assert (len(found), first.object, first.subject == second.subject) == (3, second.subject, False)
    note = "blank nodes are taken for different ones in each graph; the protocol cannot tell"
    assert [line for line in told if "blank" in line] == [f"{remote.where.query}: {note}"]


def test_quads_of_the_default_graph_are_fetched_once():
    store = ox.Store()
    quad = ox.Quad(NamedNode("http://e/s"), NamedNode("http://e/p"), ox.Literal("x"))
    store.add(quad)
    store.add(ox.Quad(quad.subject, quad.predicate, ox.Literal("y"), NamedNode("http://e/g")))

    class Both(Local):
        url = "here"

        def triples(self, query):
            return list(self.answer(query))

    assert set(download.quads(Both(store), 10, print)) == set(store)


def test_a_store_that_changes_meanwhile_is_an_error():
    store = ox.Store()
    store.bulk_load(lines("a", "<http://e/p>", 2).encode(), format=ox.RdfFormat.N_QUADS)

    class Changing(Local):
        url = "here"

        def triples(self, query):
            found = list(self.answer(query))
            store.add(
                ox.Quad(NamedNode("http://e/new"), NamedNode("http://e/p"), ox.Literal("x"), NamedNode("http://e/g"))
            )
            return found

    with pytest.raises(OutsideError, match=r"^here: http://e/g changed while it was read; do it again$"):
        list(download.quads(Changing(store), 10, print))


MANY = "?a ?p ?x . ?b ?p ?y . ?c ?p ?z FILTER NOT EXISTS { ?a ?q ?o }"
"""A thousand million solutions to look at and none to find: more than a server does in a second."""


def test_a_query_that_the_server_gives_up_is_an_error(tmp_path):
    with servers.oxigraph(tmp_path, "--union-default-graph", "--timeout-s", "1") as where:
        found = Remote(where, tmp_path)
        file = tmp_path / "many.nq"
        file.write_text(lines("a", "<http://e/p>", 1000))
        found.send(file)
        for query in (f"SELECT ?a {{ {MANY} }}", f"CONSTRUCT {{ ?a ?p ?x }} {{ {MANY} }}"):
            with pytest.raises(OutsideError, match="the answer is cut off or damaged"):
                found.endpoint.answer(query)
        found.endpoint.close()


def test_an_oxigraph_without_the_union_of_graphs_answers_from_the_default_graph(tmp_path):
    with servers.oxigraph(tmp_path) as where:
        found = Remote(where, tmp_path)
        found.update("INSERT DATA { <http://e/s> <http://e/p> 1 GRAPH <http://e/g> { <http://e/s> <http://e/p> 2 } }")
        assert len(list(found.endpoint.answer("SELECT * { ?s ?p ?o }"))) == 1
        assert len(list(download.quads(found.endpoint, 10, print))) == 2
        found.endpoint.close()


def test_a_folder_is_a_store_as_well(run, tmp_path, published):
    folder = tmp_path / "store"
    made = ox.Store(str(folder))
    made.bulk_extend(published.store)
    made.flush()
    del made
    arguments = ("query", "documents", "--format", "csv")
    assert run("--project", ROOT, *arguments, "--store", folder) == run("--project", ROOT, *arguments)


def test_a_folder_is_validated_as_a_store(run, tmp_path, bad):
    folder = tmp_path / "store"
    made = ox.Store(str(folder))
    made.bulk_load(path=str(bad))
    made.flush()
    del made
    code, out, _ = run("validate", "--store", folder, "--no-cache", "--shapes", SHAPES)
    assert (code, "violation: " in out) == (1, True)


def test_a_folder_without_a_store_is_an_error(run, tmp_path):
    for arguments in (("ask", "ASK {}"), ("validate",)):
        code, out, err = run(*arguments, "--store", tmp_path / "none")
        assert (code, out) == (InputError.exit_code, "")
        assert err.startswith(f"ukrgraph: {tmp_path / 'none'}: expected a store, but ")
