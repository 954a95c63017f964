"""Files into a store elsewhere, in batches that may be sent twice; one that breaks off goes on where it was.

The address is one that takes updates (SPARQL 1.1 Update by form POST) or one that keeps graphs (SPARQL 1.1 Graph Store
HTTP Protocol); which of them, an update that changes nothing tells. What is in the store already stays there.
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from ukrgraph.engine import ground
from ukrgraph.engine.access import Access, access
from ukrgraph.engine.address import address, with_parameter
from ukrgraph.engine.answers import accepted
from ukrgraph.engine.ground import Batch
from ukrgraph.engine.journal import Journal
from ukrgraph.engine.transport import Answer, Message, Server
from ukrgraph.errors import OutsideError
from ukrgraph.store.inputs import Input

_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "*/*"}
_TRIPLES = {"Content-Type": "application/n-triples", "Accept": "*/*"}
_NO_UPDATES = frozenset({400, 405, 406, 415, 422, 501})
"""What addresses that keep graphs, or take nothing but queries, answer to an update."""


class Uploaded(NamedTuple):
    """How much was sent: quads and batches in all, batches that had arrived in an earlier run, and blank nodes.

    A blank node has become an IRI that begins with `ukrgraph.engine.ground.BLANK`.
    """

    quads: int
    batches: int
    resumed: int
    blank: int = 0


def upload(  # noqa: PLR0913  # each is a decision of the caller
    target: str,
    sources: Sequence[Path | Input],
    *,
    timeout: float | None,
    journal: Path,
    progress: Callable[[int], None],
    given: Access | None = None,
) -> Uploaded:
    """Send RDF files to the store at `target`; return how much.

    `timeout` is in seconds a batch. `journal` is a file that tells the next call how far this one came; it is removed
    at the end. It belongs to the content of the files and the address: if either changes, all is sent again.
    `progress` is told how many bytes of the files were read, each time. Who we are comes from the environment unless
    `given` says it.

    Raises UsageError if an address or a suffix is none, InputError if a file cannot be read or parsed, OutsideError if
    the store cannot be reached or refuses.
    """
    server = Server(address(target), timeout, access(os.environ) if given is None else given)
    files = ground.inputs(sources)
    content = ground.key(files)
    noted = Journal(journal, f"{target}\t{content}\t{ground.QUADS}\t{ground.BYTES}")
    arrived = noted.arrived()
    try:
        send = _sender(server)
        quads = count = blank = 0
        for count, batch in enumerate(ground.batches(files, content, progress), 1):
            if count > arrived:
                _arrive(send, server, batch, count)
                noted.add(count)
            quads, blank = quads + batch.quads, blank + batch.blank
    finally:
        server.close()
    noted.end()
    return Uploaded(quads, count, min(arrived, count), blank)


Send = Callable[[Server, Batch], None]


def _arrive(send: Send, server: Server, batch: Batch, count: int) -> None:
    """Send a batch; say in an error how many have arrived, and how to go on."""
    try:
        send(server, batch)
    except SyntaxError as error:
        raise OutsideError(f"{server.where.url}: the endpoint refuses batch {count}: {error.msg}") from error
    except OutsideError as error:
        raise OutsideError(f"{error}\n{count - 1} batches have arrived; the same command goes on from there") from error


def _sender(server: Server) -> Send:
    """Return the way in which an address takes quads: an update that changes nothing tells which.

    Raises OutsideError if it cannot be reached or does not let us in.
    """
    answer = server.send(Message("POST", server.where.target, _update("INSERT DATA {}"), _FORM))
    if _is_page(answer) or answer.status in _NO_UPDATES:
        return _by_graph
    accepted(server.where, answer)
    return _by_update


def _is_page(answer: Answer) -> bool:
    return answer.status < 300 and "html" in answer.kind  # noqa: PLR2004  # 2xx is success


def _update(text: str) -> bytes:
    return urlencode({"update": text}).encode()


def _by_update(server: Server, batch: Batch) -> None:
    """Add a batch by one update: all of it arrives, or nothing."""
    parts = []
    for graph, lines in batch.graphs.items():
        triples = "\n".join(lines)
        parts.append(f"GRAPH {graph} {{\n{triples}\n}}" if graph else triples)
    text = "INSERT DATA {\n" + "\n".join(parts) + "\n}"
    accepted(server.where, server.send(Message("POST", server.where.target, _update(text), _FORM)))


def _by_graph(server: Server, batch: Batch) -> None:
    """Add a batch by a request for each of its graphs."""
    for graph, lines in batch.graphs.items():
        name = with_parameter(server.where.target, *(("graph", graph[1:-1]) if graph else ("default",)))
        data = "".join(f"{line}\n" for line in lines).encode()
        accepted(server.where, server.send(Message("POST", name, data, _TRIPLES)))
