"""`ukrgraph serve`: the graph over HTTP."""

from pathlib import Path
from typing import Any

import click

from ukrgraph.errors import UsageError

MEBIBYTE = 1 << 20
_POSITIVE = click.IntRange(min=1)


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen at; the default is this machine."
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=7878, show_default=True, help="0 takes any that is free."
)
@click.option(
    "--public", metavar="URL", default="", help="Address under which clients see the service, if not this one."
)
@click.option("--store", metavar="FOLDER", default="", help="Serve this store, not that of the project.")
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), default=30.0, show_default=True, help="Seconds a query."
)
@click.option("--rows", type=_POSITIVE, default=1_000_000, show_default=True, help="Rows or triples an answer.")
@click.option("--result", type=_POSITIVE, default=64, show_default=True, help="MiB an answer, before compression.")
@click.option("--memory", type=_POSITIVE, default=1024, show_default=True, help="MiB a query, beyond the store.")
@click.option("--body", type=_POSITIVE, default=1, show_default=True, help="MiB the body of a request.")
@click.option("--workers", type=click.IntRange(min=0), default=0, help="Queries at a time; default: two for each core.")
@click.option(
    "--cache", type=click.IntRange(min=0), default=64, show_default=True, help="MiB for answers; 0: no cache."
)
@click.option("--access-log/--no-access-log", default=True, help="A line of JSON a request on standard error.")
@click.pass_obj
def command(project: Path, /, host: str, public: str, **given: Any) -> None:  # noqa: ANN401  # the limits
    """Serve the graph: a SPARQL endpoint, linked data and pages; nothing can be changed through it.

    Every limit ends in an error, never in an answer that is cut off. The service ends with exit code 3 if there is no
    graph, 4 if the address is in use.

    For example: ukrgraph serve --port 8080 --timeout 10
    """
    try:
        from ukrgraph.serve import server  # noqa: PLC0415  # --help does not need it
        from ukrgraph.serve.service import service  # noqa: PLC0415
        from ukrgraph.serve.settings import Settings  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("ukrgraph"):
            raise
        raise UsageError(
            f"serve: needs {str(error.name).partition('.')[0]}; run: pip install 'ukrgraph[serve]'"
        ) from error
    sizes = {"result_bytes": "result", "memory_bytes": "memory", "body_bytes": "body", "cache_bytes": "cache"}
    limits = {name: given.pop(option) * MEBIBYTE for name, option in sizes.items()}
    settings = Settings(host, public=public.rstrip("/"), **limits, **given)
    with server.bind(settings) as bound:
        if not server.is_loopback(host):
            server.say(f"{host}: other machines can reach this service; put a proxy with TLS before it")
        server.serve(service(project, settings), bound, server.say)
