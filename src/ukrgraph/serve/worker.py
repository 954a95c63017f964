"""A worker: reads a question from its socket, answers it, and so on until the socket is closed."""

import os
import socket
import sys
import time

from ukrgraph.engine import Store
from ukrgraph.iri import Namespace
from ukrgraph.serve import system
from ukrgraph.serve.evaluation import Bounds, answer, failed
from ukrgraph.serve.question import HEAD, packed_reply, parse_question

_PIECE = 1 << 18
_RENEWED = 1.0
"""Seconds on the processor after which its bound is moved on; every question would be too often."""


def work(service: socket.socket, store: Store, bounds: Bounds, names: Namespace, seconds: float) -> None:
    """Answer questions; `seconds` is how long one may use the processor before the system ends this process."""
    service.sendall(HEAD.pack(0, 0))
    bounded = -_RENEWED
    while True:
        head = _read(service, HEAD.size)
        if len(head) < HEAD.size:
            return
        length, _ = HEAD.unpack(head)
        question = parse_question(_read(service, length))
        used = time.process_time()
        if used - bounded >= _RENEWED:
            system.bound_processor(seconds + _RENEWED)
            bounded = used
        try:
            reply = answer(store, question, bounds, names)
        except BaseException as error:  # noqa: BLE001  # a panic of the engine is not an Exception
            mark = os.urandom(6).hex()
            reply = failed(error, mark)
            reply = reply._replace(problem={**reply.problem, "cause": f"{type(error).__name__}: {error}"}, last=True)
        service.sendall(packed_reply(reply))
        if reply.last:
            sys.stderr.flush()
            return


def _read(service: socket.socket, length: int) -> bytes:
    """Return `length` bytes, fewer if the other end is closed."""
    found = service.recv(min(length, _PIECE))
    if len(found) == length:
        return found
    parts = bytearray(found)
    while found and len(parts) < length:
        found = service.recv(min(length - len(parts), _PIECE))
        parts += found
    return bytes(parts)
