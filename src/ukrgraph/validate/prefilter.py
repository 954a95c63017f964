"""The pre-filter: only focus nodes that may fail reach pySHACL.

The queries of a plan over-approximate, so the results are pySHACL's own. `incremental.Session.guard` looks at a random
sample of the other nodes in every run.
"""

import pyoxigraph as ox
from rdflib.term import Node

from ukrgraph.validate.exact import to_rdflib
from ukrgraph.validate.rows import focus_nodes
from ukrgraph.validate.translate import Plan


def suspects(store: ox.Store, plan: Plan) -> list[Node]:
    """Return the focus nodes of a translated shape that may fail, sorted."""
    found = {term for query in plan.queries for term in focus_nodes(store, query)}
    return sorted((to_rdflib(term) for term in found), key=str)
