"""Requests to a store elsewhere: one answer read whole within the time allowed, or an error that says what happened.

A request that may be sent twice (a query; an update that adds ground quads) is sent again where that can help: the
connection was refused, reset or broke off, or the server says 502, 503 or 504 with Retry-After (RFC 9110, section
10.2.3). Redirects are not followed: the user did not choose where they lead. Nothing is taken from the environment but
what `ukrgraph.engine.access` names, and the certificates that SSL_CERT_FILE and SSL_CERT_DIR name.
"""

import ssl
from base64 import b64encode
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead, RemoteDisconnected
from threading import Event
from time import monotonic
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from ukrgraph.engine.access import Access, Authorization, proxy
from ukrgraph.engine.address import Address
from ukrgraph.engine.body import Body
from ukrgraph.errors import OutsideError

LARGEST = 1 << 30
"""Bytes of the longest answer that is taken, 1 GiB."""

WAITS = (0.25, 1.0, 3.0)
"""Seconds before a request is sent a second, third and fourth time after a connection was lost."""

UNAUTHORIZED = 401
_LATER = frozenset({502, 503, 504})
_PIECE = 1 << 16


class Message(NamedTuple):
    """A request; `safe` says that it may be sent twice. `only_head` wants no more than status and headers."""

    method: str
    target: str
    body: bytes = b""
    headers: Mapping[str, str] = {}
    safe: bool = True
    only_head: bool = False


class Answer(NamedTuple):
    """What came back; names of `headers` are in lower case."""

    status: int
    reason: str
    headers: Mapping[str, str]
    body: Body

    @property
    def kind(self) -> str:
        """Return the media type without its parameters, in lower case; "" if there is none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class _LostError(Exception):
    """The connection was refused or broke; `sent` tells whether the server may have seen the request."""

    def __init__(self, what: str, *, sent: bool) -> None:
        super().__init__(what)
        self.sent = sent


def _pause(seconds: float) -> None:
    Event().wait(seconds)


class Server:
    """A server at an address. `timeout` bounds a request with all its repetitions, in seconds; None sets no bound."""

    def __init__(
        self,
        where: Address,
        timeout: float | None,
        given: Access,
        *,
        largest: int = LARGEST,
        pause: Callable[[float], None] = _pause,
    ) -> None:
        self._connection: HTTPConnection | None = None
        self.where = where
        self.timeout = timeout
        self.largest = largest
        self._authorization = Authorization(given.checked(where))
        self._pause = pause
        self._proxied = ""

    def send(self, message: Message) -> Answer:
        """Return the answer, whatever its status.

        Raises OutsideError if the server cannot be reached, the time is up, or the answer is cut off or too long.
        """
        until = None if self.timeout is None else monotonic() + self.timeout
        waits = iter(WAITS)
        while True:
            wait = next(waits, None)
            try:
                answer = self._authorized(message, until)
            except _LostError as lost:
                if wait is None or not (message.safe or not lost.sent) or self._too_late(wait, until):
                    raise OutsideError(f"{self.where.url}: {lost}") from lost
            else:
                asked = _seconds(answer.headers.get("retry-after", "")) if answer.status in _LATER else None
                if wait is None or asked is None or not message.safe or self._too_late(asked, until):
                    return answer
                wait = asked
            self._pause(wait)

    def close(self) -> None:
        """Close the connection; the next request opens a new one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __del__(self) -> None:
        self.close()

    @staticmethod
    def _too_late(wait: float, until: float | None) -> bool:
        return until is not None and monotonic() + wait >= until

    def _authorized(self, message: Message, until: float | None) -> Answer:
        """Return the answer to a message, sent again with an answer to the challenge of the server if there is one."""
        while True:
            answer = self._once(message, until)
            challenge = answer.headers.get("www-authenticate", "")
            if answer.status != UNAUTHORIZED or not self._authorization.take(challenge):
                return answer

    def _once(self, message: Message, until: float | None) -> Answer:
        used = self._connection is not None
        try:
            connection = self._connected(until)
            with suppress(BrokenPipeError, ConnectionResetError):  # it may have answered before it had read everything
                self._write(connection, message)
            response = self._response(connection, until)
            answer = self._read(response, message, until)
        except _LostError:
            self.close()
            if used and message.safe:  # a connection that was kept may have been closed meanwhile: no failure yet
                return self._once(message, until)
            raise
        except BaseException:
            self.close()
            raise
        response.close()
        if response.will_close or message.only_head:
            self.close()
        return answer

    def _connected(self, until: float | None) -> HTTPConnection:
        """Return the connection, opened if need be, with what is left of the time as its time-out."""
        if self._connection is not None:
            self._limit(self._connection, until)
            return self._connection
        connection, self._proxied = _connection(self.where, self._left(until))
        try:
            connection.connect()
        except ConnectionError as error:
            reason = f"{error.strerror or error}; is it running, and is the port right?"
            raise _LostError(f"cannot reach the endpoint: {reason}", sent=False) from error
        except TimeoutError as error:
            raise self._late() from error
        except ssl.SSLError as error:
            raise OutsideError(f"{self.where.url}: cannot make a secure connection: {_said(error)}") from error
        except (OSError, HTTPException, UnicodeError) as error:
            raise OutsideError(f"{self.where.url}: cannot reach the endpoint: {_said(error)}") from error
        self._connection = connection
        return connection

    def _write(self, connection: HTTPConnection, message: Message) -> None:
        target = f"http://{self.where.host}:{self.where.port}{message.target}" if self._proxied else message.target
        headers = {"User-Agent": "ukrgraph", "Accept-Encoding": "identity", **message.headers}
        if self._proxied and (who := _proxy_authorization(self._proxied)):
            headers["Proxy-Authorization"] = who
        if value := self._authorization.value(message.method, message.target):
            headers["Authorization"] = value
        try:
            connection.request(message.method, target, message.body or None, headers)
        except TimeoutError as error:
            raise self._late() from error

    def _response(self, connection: HTTPConnection, until: float | None) -> HTTPResponse:
        self._limit(connection, until)
        try:
            return connection.getresponse()
        except TimeoutError as error:
            raise self._late() from error
        except RemoteDisconnected as error:
            raise _LostError("the server closed the connection without an answer", sent=True) from error
        except OSError as error:
            raise _LostError(f"the connection broke off: {error.strerror or error}", sent=True) from error
        except HTTPException as error:
            raise OutsideError(f"{self.where.url}: expected an answer in HTTP, got {_said(error)[:80]}") from error

    def _read(self, response: HTTPResponse, message: Message, until: float | None) -> Answer:
        """Return the answer with its whole body, which is no longer than `largest`."""
        headers = {name.lower(): value for name, value in response.getheaders()}
        body, length = Body(), 0
        while not message.only_head:
            if self._connection is not None:
                self._limit(self._connection, until)
            piece = self._piece(response)
            if not piece:
                break
            length += len(piece)
            if length > self.largest:
                raise OutsideError(
                    f"{self.where.url}: expected an answer of at most {self.largest} bytes, got more; ask for less"
                )
            body.write(piece)
        if response.length and not message.only_head:
            raise _LostError(f"the answer is cut off: {response.length} bytes are missing", sent=True)
        body.rewind()
        return Answer(response.status, response.reason, headers, body)

    def _piece(self, response: HTTPResponse) -> bytes:
        try:
            return response.read1(_PIECE)
        except TimeoutError as error:
            raise self._late() from error
        except IncompleteRead as error:
            raise _LostError("the answer is cut off: its last piece is missing", sent=True) from error
        except (OSError, HTTPException, ValueError) as error:
            raise _LostError(f"the answer is cut off: {_said(error)}", sent=True) from error

    def _limit(self, connection: HTTPConnection, until: float | None) -> None:
        if connection.sock is not None:
            connection.sock.settimeout(self._left(until))

    def _left(self, until: float | None) -> float | None:
        """Return the seconds that are left.

        Raises OutsideError if there are none.
        """
        if until is None:
            return None
        left = until - monotonic()
        if left <= 0:
            raise self._late()
        return left

    def _late(self) -> OutsideError:
        return OutsideError(
            f"{self.where.url}: no whole answer within {self.timeout:g} s; allow more with --timeout, or ask for less"
        )


def _connection(where: Address, timeout: float | None) -> tuple[HTTPConnection, str]:
    """Return a connection that is not open yet, and the address of the proxy that has to read the request, if any."""
    through = proxy(where)
    host, port = where.host, where.port
    if through:
        parts = urlsplit(through if "://" in through else f"http://{through}")
        host, port = parts.hostname or "", parts.port or 80
    if where.scheme == "http":
        return HTTPConnection(host, port, timeout=timeout), through
    secure = HTTPSConnection(host, port, timeout=timeout, context=ssl.create_default_context())
    if through:
        who = _proxy_authorization(through)
        secure.set_tunnel(where.host, where.port, {"Proxy-Authorization": who} if who else {})
    return secure, ""


def _proxy_authorization(through: str) -> str:
    """Return what the address of a proxy says of its user, as a header."""
    parts = urlsplit(through if "://" in through else f"http://{through}")
    if not parts.username:
        return ""
    return "Basic " + b64encode(f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()).decode()


def _seconds(header: str) -> float | None:
    """Return the seconds of Retry-After; None if it gives none, or a date."""
    with suppress(ValueError):
        return float(int(header))
    return None


def _said(error: BaseException) -> str:
    """Return what an error says, on one line."""
    return " ".join(str(getattr(error, "strerror", None) or error).split()) or type(error).__name__
