"""A connection of uvicorn's that does not wait for ever: time-outs for headers and for clients that do not read.

uvicorn bounds neither the size of a request's head nor the time that it takes (only the pause between two requests),
nor how long an answer may wait to be read.
"""

import asyncio
import socket
import struct
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ukrgraph.serve.settings import Settings

_LEAST_RATE = 1024
"""Bytes a second that a client must read, on the average over `Settings.write_seconds`."""


_LINGERS = 2.0
"""Seconds that a connection stays open after a request was refused, if the client keeps it open."""


class TooLargeError(Exception):
    """The head of a request is larger than it may be."""


class Connection(HttpToolsProtocol):
    """One connection; `limits` is set by `bounded`."""

    limits = Settings()

    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401  # those of uvicorn
        super().__init__(*arguments, **named)
        self._head = 0
        self._in_head = True
        self._too_large = self._refused = False
        self._unsent = 0
        self._head_clock: asyncio.TimerHandle | None = None
        self._write_clock: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._head_clock = self.loop.call_later(self.limits.header_seconds, self._head_late)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clocks."""
        self._stop_clocks()
        super().connection_lost(exc)

    def _stop_clocks(self) -> None:
        for clock in (self._head_clock, self._write_clock):
            if clock is not None:
                clock.cancel()
        self._head_clock = self._write_clock = None

    def data_received(self, data: bytes) -> None:
        """Take what came; a head that goes on for too long ends the connection."""
        if self._refused:
            return
        if self._in_head:
            self._head += len(data)
            if self._head_clock is None:
                self._head_clock = self.loop.call_later(self.limits.header_seconds, self._head_late)
        super().data_received(data)
        if self._in_head and self._head > self.limits.header_bytes and not self.transport.is_closing():
            self._too_large = True
            self.send_400_response("")

    def on_headers_complete(self) -> None:
        """Begin to answer, unless the head is too large."""
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > self.limits.header_bytes:
            self._too_large = True
            raise TooLargeError
        self._in_head = False
        if self._head_clock is not None:
            self._head_clock.cancel()
            self._head_clock = None
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Wait for the next request."""
        super().on_message_complete()
        self._in_head, self._head = True, 0

    def send_400_response(self, msg: str) -> None:
        """Refuse a request that is no HTTP, or whose head is too large, and end the connection."""
        del msg
        if self._too_large:
            most = f"{self.limits.header_bytes:,}"
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, f"expected a head of at most {most} bytes")
        else:
            self._refuse(HTTPStatus.BAD_REQUEST, "expected HTTP/1.1")

    def _head_late(self) -> None:
        if not self.transport.is_closing():
            seconds = f"{self.limits.header_seconds:g}"
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, f"the head of the request did not come within {seconds} s")

    def _refuse(self, status: HTTPStatus, reason: str) -> None:
        """Answer by hand: there is no request that an application could answer.

        What the client goes on to send is taken and thrown away for a while, or it would not get to read the answer.
        """
        self._refused = True
        self._stop_clocks()
        body = f"{reason}\n".encode()
        head = f"HTTP/1.1 {status} {status.phrase}\r\ncontent-type: text/plain; charset=utf-8\r\n"
        rest = f"content-length: {len(body)}\r\nx-content-type-options: nosniff\r\nconnection: close\r\n\r\n"
        self.transport.write(head.encode() + rest.encode() + body)
        self.transport.write_eof()
        self._head_clock = self.loop.call_later(_LINGERS, self.transport.close)

    def eof_received(self) -> None:
        """Close a connection that was refused; the client has read the answer."""
        if self._refused:
            self.transport.close()

    def pause_writing(self) -> None:
        """Begin to watch whether the client reads."""
        super().pause_writing()
        if self._write_clock is None:
            self._unsent = self.transport.get_write_buffer_size()
            self._write_clock = self.loop.call_later(self.limits.write_seconds, self._write_late)

    def resume_writing(self) -> None:
        """Stop watching."""
        super().resume_writing()
        if self._write_clock is not None:
            self._write_clock.cancel()
            self._write_clock = None

    def _write_late(self) -> None:
        """End the connection if the client has hardly read anything; look again later otherwise."""
        left = self.transport.get_write_buffer_size()
        if self._unsent - left < _LEAST_RATE * self.limits.write_seconds:
            given_up = struct.pack("ii", 1, 0)  # socket(7), SO_LINGER: the system is not to keep what nobody reads
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, given_up)
            self.transport.abort()
            return
        self._unsent = left
        self._write_clock = self.loop.call_later(self.limits.write_seconds, self._write_late)


def bounded(settings: Settings) -> type[Connection]:
    """Return the class of connections with these limits."""
    return type("BoundedConnection", (Connection,), {"limits": settings})
