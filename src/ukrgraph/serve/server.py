"""The server: binds its address, opens the store, answers until it is told to stop, and leaves no process behind."""

import asyncio
import errno
import ipaddress
import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import uvicorn

from ukrgraph.errors import OutsideError, UkrgraphError, UsageError
from ukrgraph.serve.app import application
from ukrgraph.serve.connection import bounded
from ukrgraph.serve.gate import Gate, write
from ukrgraph.serve.service import Service
from ukrgraph.serve.settings import Settings
from ukrgraph.store import home

LOOK = 2.0
"""Seconds between two looks at whether there is a newer version of the store."""

_BACKLOG = 2048
Say = Callable[[str], None]
Stamp = tuple[tuple[int, int, int], ...]


def bind(settings: Settings) -> socket.socket:
    """Return a socket that is bound to the address of the settings; connections wait from then on.

    Raises OutsideError if the address is in use or not ours, UsageError if it is none.
    """
    place = f"{settings.host}:{settings.port}"
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise UsageError(f"--host: expected an address of this machine, got {settings.host!r}: {error}") from error
    family, kind, protocol, _, where = found[0]
    bound = socket.socket(family, kind, protocol)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(where)
        bound.listen(_BACKLOG)
    except OSError as error:
        bound.close()
        advice = "; choose another with --port" if error.errno == errno.EADDRINUSE else ""
        raise OutsideError(f"serve: cannot listen at {place}: {error.strerror}{advice}") from error
    bound.setblocking(False)  # noqa: FBT003  # the only way it has
    return bound


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach a server at `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Server(uvicorn.Server):
    """uvicorn, with the signals left to us."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none: `_steer` has them."""
        yield


class _Log(logging.Handler):
    """Warnings of the server as lines of JSON."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one."""
        write({"error": record.getMessage()})


def serve(service: Service, bound: socket.socket, say: Say) -> None:
    """Answer requests until SIGTERM or SIGINT; `say` is told what a user wants to know.

    Raises InputError if there is no graph or an empty one, OutsideError if the store cannot be opened.
    """
    try:
        import uvloop  # noqa: PLC0415  # not on every system
    except ImportError:
        asyncio.run(_serve(service, bound, say))
        return
    uvloop.run(_serve(service, bound, say))


async def _serve(service: Service, bound: socket.socket, say: Say) -> None:
    app = application(service)
    server = _Server(_config(app, service.settings))
    starting = asyncio.ensure_future(_start(service, server, bound, say))
    _steer(service, server, say)
    watching = asyncio.ensure_future(_watch(service, starting, say))
    try:
        await server.serve(sockets=[bound])
    finally:
        watching.cancel()
        if not starting.done():
            starting.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        service.pool.close()
        app.log.flush()
    with suppress(asyncio.CancelledError):
        await starting


def _config(app: Gate, settings: Settings) -> uvicorn.Config:
    logger = logging.getLogger("uvicorn.error")
    logger.handlers, logger.propagate = [_Log(logging.WARNING)], False
    logger.setLevel(logging.WARNING)
    return uvicorn.Config(
        app,
        http=bounded(settings),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=settings.connections,
        timeout_keep_alive=int(settings.idle_seconds),
        timeout_graceful_shutdown=int(settings.grace_seconds),
    )


async def _start(service: Service, server: uvicorn.Server, bound: socket.socket, say: Say) -> None:
    """Open the store, and say where the service is; stop the server if it cannot be opened."""
    host, port, *_ = bound.getsockname()
    place = f"[{host}]" if ":" in host else host
    try:
        await service.pool.start()
    except BaseException:
        server.should_exit = True
        raise
    crew = service.pool.crew
    kept = crew.kept if crew is not None else ""
    say(f"{service.pool.quads:,} quads ({kept}) at http://{place}:{port}/ ; the endpoint is /sparql ; stop with Ctrl+C")


def _steer(service: Service, server: uvicorn.Server, say: Say) -> None:
    """Stop gracefully at SIGTERM and SIGINT, at once when it comes twice; open the store anew at SIGHUP."""
    loop = asyncio.get_running_loop()
    tasks: set[asyncio.Task[None]] = set()

    def stop() -> None:
        server.force_exit = server.should_exit
        server.should_exit = True

    def reopen() -> None:
        task = loop.create_task(_reopen(service, say))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stop)
    loop.add_signal_handler(signal.SIGHUP, reopen)


async def _reopen(service: Service, say: Say) -> None:
    try:
        await service.pool.reload()
    except UkrgraphError as error:
        say(f"the store cannot be opened anew, and the old one is served: {error}")
    else:
        say(f"opened the store anew: {service.pool.quads:,} quads")


async def _watch(service: Service, starting: "asyncio.Future[None]", say: Say) -> None:
    """Open the store anew when the graph or the store has been replaced."""
    await asyncio.wait({starting})
    seen = stamp(service)
    while True:
        await asyncio.sleep(LOOK)
        if (now := stamp(service)) != seen:
            await _reopen(service, say)
            seen = stamp(service) if now == stamp(service) else now


def stamp(service: Service) -> Stamp:
    """Return what changes when a newer graph or store takes its place."""
    named = service.settings.store
    place = home.of_folder(Path(named)) if named else home.of_project(service.project)
    files = [place.folder / "manifest.json", place.folder / "CURRENT", service.project / home.GRAPH]
    found = []
    for file in files[:2] if named else files:
        with suppress(OSError):
            seen = file.stat()
            found.append((seen.st_mtime_ns, seen.st_size, seen.st_ino))
    return tuple(found)


def say(message: str) -> None:
    """Tell the user something on standard error."""
    sys.stderr.write(f"ukrgraph serve: {message}\n")
    sys.stderr.flush()
