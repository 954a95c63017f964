"""The store that a user names: a folder of this machine, or an address elsewhere."""

from pathlib import Path

from ukrgraph.engine import Engine
from ukrgraph.engine.address import is_address
from ukrgraph.engine.local import Local, open_folder


def chosen(name: str, timeout: float | None) -> Engine:
    """Return an engine over a store, to be read only; `timeout` bounds a query to an address, in seconds.

    Raises UsageError if an address is none, InputError if a folder holds no store.
    """
    if is_address(name):
        from ukrgraph.engine.endpoint import Endpoint  # noqa: PLC0415  # a folder needs no network

        return Endpoint(name, timeout)
    return Local(open_folder(Path(name)))
