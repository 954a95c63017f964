"""The service within the process of the tests: the same application; questions are answered here, not by workers."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote

import httpx

from ukrgraph.engine.local import Local, open_project
from ukrgraph.iri import Namespace
from ukrgraph.serve.app import application
from ukrgraph.serve.service import Service
from ukrgraph.serve.settings import Settings
from ukrgraph.serve.workers.evaluation import Bounds, answer

ROOT = Path(__file__).parents[1]
ADDRESS = "http://ukrgraph.test"


class Inline:
    """A pool that answers at once, by what its workers do."""

    def __init__(self, store, settings, names):
        self.store, self.settings, self.names = store, settings, names
        self.version, self.quads, self.ready, self.loop = 1, len(store), True, None

    async def start(self):
        """Do nothing: it is ready."""

    def close(self):
        """Do nothing."""

    async def answer(self, question, _gone=None):
        """Return the answer as a worker gives it."""
        bounds = Bounds(self.settings.rows, self.settings.result_bytes)
        return answer(self.store, question, bounds, self.names)


def service(project=ROOT, store=None, **settings):
    """Return a service over a project, or over a store with quads of the test's own."""
    data = open_project(project) if store is None else store
    chosen = Settings(**{"access_log": False} | settings)
    names = Namespace()
    return Service(project, names, Local(data), chosen, Inline(data, chosen, names))


class Client:
    """Calls an application without a network; each call gives the whole response."""

    def __init__(self, made):
        self.service = made
        self.app = application(made)

    def __call__(self, path, method="GET", **more):
        async def call():
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
                return await client.request(method, path, **more)

        return asyncio.run(call())

    def raw(self, path, headers=()):
        """Return status and body for a path sent byte for byte, as no client library would."""
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": unquote(path.partition(b"?")[0].decode("ascii")),
            "raw_path": path.partition(b"?")[0],
            "query_string": path.partition(b"?")[2],
            "root_path": "",
            "headers": [(b"host", b"ukrgraph.test"), *headers],
            "server": ("ukrgraph.test", 80),
            "client": ("127.0.0.1", 1),
        }
        found = SimpleNamespace(status=0, headers=[], body=b"")

        async def receive():
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message):
            if message["type"] == "http.response.start":
                found.status, found.headers = message["status"], message["headers"]
            else:
                found.body += message.get("body", b"")

        asyncio.run(self.app(scope, receive, send))
        return found
