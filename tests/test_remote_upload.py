"""Files on their way to a store elsewhere: batches, their journal, and what happens when one does not arrive."""

import bz2
import gzip
from urllib.parse import parse_qs

import pytest
import servers
import zstandard
from servers import Reply

from ukrgraph.engine import ground, transport
from ukrgraph.engine.access import Access
from ukrgraph.engine.journal import Journal
from ukrgraph.engine.upload import Uploaded, upload
from ukrgraph.errors import InputError, OutsideError, UsageError
from ukrgraph.store.inputs import Input

SENT = Reply(204, b"", "")
NO_UPDATE = Reply(415, b"no", "text/plain")


@pytest.fixture
def server(monkeypatch):
    """Return a server that takes everything unless it is told otherwise; nobody waits before a batch is sent again."""
    monkeypatch.setattr(transport, "WAITS", (0.0, 0.0, 0.0))
    with servers.faulty() as state:
        state.replies = [SENT]
        yield state


def quads(folder, count, name="data.nq"):
    """Write `count` quads in two graphs to a file."""
    lines = [f'<http://e/s{number}> <http://e/p> "{number}" <http://e/g{number % 2}> .\n' for number in range(count)]
    file = folder / name
    file.write_text("".join(lines))
    return file


def send(server, folder, *files, progress=lambda _: None):
    """Upload files with a journal in `folder`."""
    return upload(server.url, files, timeout=60, journal=folder / "up.journal", progress=progress, given=Access())


def updates(server):
    """Return the updates that the server was sent, without the one that changes nothing."""
    return [parse_qs(body.decode())["update"][0] for _, _, _, body in server.asked][1:]


def test_an_update_holds_the_triples_of_a_batch_by_graph(server, tmp_path):
    file = tmp_path / "data.trig"
    file.write_text('@prefix : <http://e/> . :a :b "Київ"@uk , "x\\ny" . :g { :a :b 1 . :c :b true }')
    assert send(server, tmp_path, file) == Uploaded(4, 1, 0, 0)
    assert updates(server) == [
        (
            'INSERT DATA {\n<http://e/a> <http://e/b> "Київ"@uk .\n<http://e/a> <http://e/b> "x\\ny" .\n'
            'GRAPH <http://e/g> {\n<http://e/a> <http://e/b> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
            '<http://e/c> <http://e/b> "true"^^<http://www.w3.org/2001/XMLSchema#boolean> .\n}\n}'
        )
    ]
    assert not (tmp_path / "up.journal").exists()


@pytest.mark.parametrize("status", [400, 405, 415])
def test_an_address_that_takes_no_update_is_sent_graphs(server, tmp_path, status):
    file = tmp_path / "data.trig"
    file.write_text("@prefix : <http://e/> . :a :b :c . :g { :a :b :d }")
    server.replies = [Reply(status), SENT]
    assert send(server, tmp_path, file) == Uploaded(2, 1, 0, 0)
    assert [(path, headers["Content-Type"], body) for _, path, headers, body in server.asked[1:]] == [
        ("/sparql?default", "application/n-triples", b"<http://e/a> <http://e/b> <http://e/c> .\n"),
        ("/sparql?graph=http%3A%2F%2Fe%2Fg", "application/n-triples", b"<http://e/a> <http://e/b> <http://e/d> .\n"),
    ]


def test_a_page_is_no_answer_to_an_update(server, tmp_path):
    server.replies = [Reply(200, b"<html>", "text/html"), SENT]
    send(server, tmp_path, quads(tmp_path, 1))
    assert server.asked[1][1] == "/sparql?graph=http%3A%2F%2Fe%2Fg0"


def test_batches_are_bounded_by_quads_and_by_bytes(tmp_path):
    file = quads(tmp_path, 2 * ground.QUADS + 1)
    found = list(ground.batches(ground.inputs([file]), ground.key(ground.inputs([file])), lambda _: None))
    assert [batch.quads for batch in found] == [ground.QUADS, ground.QUADS, 1]
    long = tmp_path / "long.nt"
    long.write_text("".join(f'<http://e/s> <http://e/p> "{number}{"x" * 50_000}" .\n' for number in range(12)))
    found = list(ground.batches(ground.inputs([long]), ground.key(ground.inputs([long])), lambda _: None))
    assert [batch.quads for batch in found] == [6, 6]


def test_an_upload_that_breaks_off_goes_on_where_it_was(server, tmp_path):
    file = quads(tmp_path, 3 * ground.QUADS + 5)
    server.replies = [SENT, SENT, SENT, Reply(500, b"disk full", "text/plain")]
    with pytest.raises(OutsideError) as error:
        send(server, tmp_path, file)
    assert str(error.value) == (
        f"{server.url}: the endpoint answered 500 Internal Server Error: disk full\n"
        "2 batches have arrived; the same command goes on from there"
    )
    before = updates(server)[:2]
    server.replies, server.asked[:] = [SENT], []
    assert send(server, tmp_path, file) == Uploaded(3 * ground.QUADS + 5, 4, 2, 0)
    after = updates(server)
    assert [text.count("\n<http") for text in before + after] == [ground.QUADS] * 3 + [5]
    server.asked.clear()
    assert send(server, tmp_path, file).resumed == 0
    assert updates(server) == before + after


def test_changed_files_and_other_addresses_start_again(server, tmp_path):
    file = quads(tmp_path, ground.QUADS + 1)

    def broken(url=server.url):
        server.replies, server.asked[:] = [SENT, SENT, Reply(500)], []
        with pytest.raises(OutsideError, match="1 batches have arrived"):
            upload(url, [file], timeout=60, journal=tmp_path / "up.journal", progress=lambda _: None, given=Access())

    broken()
    quads(tmp_path, ground.QUADS + 2)
    server.replies = [SENT]
    assert send(server, tmp_path, file).resumed == 0
    broken(server.url + "?other")
    server.replies = [SENT]
    assert send(server, tmp_path, file).resumed == 0
    broken()
    server.replies = [SENT]
    assert send(server, tmp_path, file).resumed == 1


def test_a_file_that_changes_while_it_is_sent_is_an_error(tmp_path):
    file = quads(tmp_path, 3)
    sources = ground.inputs([file])
    content = ground.key(sources)
    quads(tmp_path, 4)
    with pytest.raises(InputError, match=r"^the files have changed while they were read; start again$"):
        list(ground.batches(sources, content, lambda _: None))


def test_a_batch_that_may_have_been_lost_is_sent_again(server, tmp_path):
    server.replies = [SENT, Reply(200, b"", "", missing=4), Reply(200, b"", "", missing=4, reset=True), SENT]
    assert send(server, tmp_path, quads(tmp_path, 2)) == Uploaded(2, 1, 0, 0)
    first, *again = updates(server)
    assert again == [first, first]


def test_blank_nodes_become_the_same_iris_each_time(server, tmp_path):
    file = tmp_path / "data.ttl"
    file.write_text("@prefix : <http://e/> . :a :b [ :c _:x ] , _:x .")
    assert send(server, tmp_path, file) == Uploaded(3, 1, 0, 2)
    assert send(server, tmp_path, file) == Uploaded(3, 1, 0, 2)
    first, _, second = updates(server)
    assert first == second
    start = f"<{ground.BLANK}{ground.key(ground.inputs([file]))[:16]}:0-"
    assert first == (
        f"INSERT DATA {{\n{start}1> <http://e/c> {start}2> .\n<http://e/a> <http://e/b> {start}1> .\n"
        f"<http://e/a> <http://e/b> {start}2> .\n}}"
    )


def test_blank_nodes_of_two_files_stay_apart(server, tmp_path):
    files = [tmp_path / name for name in ("a.nt", "b.nt")]
    for file in files:
        file.write_text('_:x <http://e/p> "same" .\n')
    assert send(server, tmp_path, *files) == Uploaded(2, 2, 0, 2)
    assert len(set(updates(server))) == 2


@pytest.mark.parametrize(
    ("suffix", "pack"),
    [("", bytes), (".gz", gzip.compress), (".bz2", bz2.compress), (".zst", zstandard.ZstdCompressor().compress)],
)
def test_packed_files_are_unpacked(server, tmp_path, suffix, pack):
    plain = quads(tmp_path, 3).read_bytes()
    file = tmp_path / f"packed.nq{suffix}"
    file.write_bytes(pack(plain))
    told = []
    assert send(server, tmp_path, file, progress=told.append) == Uploaded(3, 1, 0, 0)
    assert sum(told) == file.stat().st_size
    assert updates(server)[0].count("http://e/s") == 3


def test_an_input_may_name_format_graph_and_base(server, tmp_path):
    file = tmp_path / "data"
    file.write_text("<s> <p> <o> .")
    one = Input(str(file), "turtle", "http://e/g", "http://e/")
    assert send(server, tmp_path, one) == Uploaded(1, 1, 0, 0)
    assert updates(server) == ["INSERT DATA {\nGRAPH <http://e/g> {\n<http://e/s> <http://e/p> <http://e/o> .\n}\n}"]


@pytest.mark.parametrize(
    ("name", "content", "error", "message"),
    [
        ("data.nq", b"<http://e/s> <http://e/p> <http://e/o> .\n<s> .", InputError, "data.nq:2:"),
        ("data.nq.gz", gzip.compress(b"<http://e/s> <http://e/p> 'x' .\n" * 9)[:-9], InputError, "breaks off"),
        ("data.nt", b"<http://e/s> <http://e/p> <<( <http://e/s> <http://e/p> 1 )>> .", InputError, "data.nt:1:"),
        ("data.xlsx", b"", UsageError, "data.xlsx: cannot tell the format"),
    ],
)
def test_what_cannot_be_read_is_an_error_with_its_place(server, tmp_path, name, content, error, message):
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(error, match=message):
        send(server, tmp_path, file)


def test_what_is_not_there_or_cannot_be_read_twice_is_an_error(server, tmp_path):
    with pytest.raises(InputError, match="cannot read it: No such file or directory; check the path"):
        send(server, tmp_path, tmp_path / "none.nq")
    with pytest.raises(InputError, match=r"^standard input: expected a file"):
        send(server, tmp_path, Input("-", "nquads"))
    assert server.asked == []


def test_a_triple_term_is_not_sent(server, tmp_path):
    file = tmp_path / "data.nt"
    file.write_text('<http://e/s> <http://e/p> <<( <http://e/s> <http://e/p> "x" )>> .')
    with pytest.raises(InputError, match=r"data\.nt: expected RDF 1\.1, got a triple term; leave it out"):
        send(server, tmp_path, file)


def test_a_batch_that_the_server_does_not_understand_is_an_error(server, tmp_path):
    server.replies = [SENT, Reply(400, b"too many triples", "text/plain")]
    with pytest.raises(OutsideError) as error:
        send(server, tmp_path, quads(tmp_path, 1))
    assert str(error.value) == f"{server.url}: the endpoint refuses batch 1: too many triples"


@pytest.mark.parametrize("status", [401, 403, 404, 500])
def test_an_address_that_does_not_let_us_in_is_sent_nothing(server, tmp_path, status):
    server.replies = [Reply(status, b"", "")]
    with pytest.raises(OutsideError, match=f"the endpoint answered {status} "):
        send(server, tmp_path, quads(tmp_path, 1))
    assert len(server.asked) == 1


def test_a_journal_with_a_torn_line_counts_whole_lines(tmp_path):
    journal = Journal(tmp_path / "new" / "j", "about")
    assert journal.arrived() == 0
    journal.add(1)
    journal.add(2)
    with journal.file.open("ab") as stream:
        stream.write(b"3")
    assert Journal(journal.file, "about").arrived() == 2
    assert journal.file.read_bytes() == b"ukrgraph upload 1\tabout\n1\n2\n"
    assert Journal(journal.file, "about something else").arrived() == 0
    journal.end()
    journal.end()
    assert list(journal.file.parent.iterdir()) == []


def test_a_journal_that_cannot_be_written_is_an_error(tmp_path):
    with pytest.raises(OutsideError) as error:
        Journal(tmp_path, "about").arrived()
    assert str(error.value) == f"{tmp_path}: cannot write the journal of the upload: Is a directory"
