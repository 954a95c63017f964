"""The authority file: which entities there are, and of which class."""

from collections.abc import Iterable

from ukrgraph.iri import Namespace
from ukrgraph.terms import CLASSES, RDF, UKG


def classes(lines: Iterable[str], names: Namespace) -> dict[str, str]:
    """Return the class (local name) of each entity by id, from the N-Quads lines of the authority file."""
    start, found = f"<{names.entity('')}", {}
    is_a = f"<{RDF}type>"
    for line in lines:
        if line.startswith(start):
            subject, predicate, term, _ = line.split(" ", 3)
            local = term[1:-1].removeprefix(UKG)
            if predicate == is_a and local in CLASSES:
                found[subject[len(start) : -1]] = local
    return found
