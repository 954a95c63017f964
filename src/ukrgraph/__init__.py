"""ukrgraph: from annotated news text to a knowledge graph whose every triple leads back to the words.

Three names are for users: `read_documents`, `to_nquads` and `Graph`. Each is imported when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ukrgraph.graph import Graph
    from ukrgraph.library import read_documents, to_nquads

__all__ = ["Graph", "read_documents", "to_nquads"]

_HOMES = {"Graph": "ukrgraph.graph", "read_documents": "ukrgraph.library", "to_nquads": "ukrgraph.library"}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used, so that `import ukrgraph` costs nothing."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'ukrgraph' has no attribute {name!r}")
