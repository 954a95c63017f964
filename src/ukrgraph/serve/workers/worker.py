"""A worker: reads a question from its socket, answers it, and so on until the socket is closed."""

import os
import socket
import sys
import time
from collections.abc import Iterator

from ukrgraph.engine import Store
from ukrgraph.iri import Namespace
from ukrgraph.serve.workers import system
from ukrgraph.serve.workers.evaluation import Bounds, answer, failed
from ukrgraph.serve.workers.question import HEAD, Question, packed_reply, parse_question

_PIECE = 1 << 18
_RENEWED = 1.0
"""Seconds on the processor after which its bound is moved on; every question would be too often."""


def work(service: socket.socket, store: Store, bounds: Bounds, names: Namespace, seconds: float) -> None:
    """Answer questions; `seconds` is how long one may use the processor before the system ends this process."""
    service.sendall(HEAD.pack(0, 0))
    bounded = -_RENEWED
    for question in _questions(service):
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


def _questions(service: socket.socket) -> Iterator[Question]:
    """Yield questions as they come, until the other end is closed."""
    unread = bytearray()
    while data := service.recv(_PIECE):
        unread += data
        while len(unread) >= HEAD.size:
            length, _ = HEAD.unpack_from(unread)
            end = HEAD.size + length
            if len(unread) < end:
                break
            description = bytes(unread[HEAD.size : end])
            del unread[:end]
            yield parse_question(description)
