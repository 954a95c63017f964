"""Where pySHACL departs from the specification, and the specification is followed.

`sh:lessThan` and `sh:lessThanOrEquals` (SHACL, sections 4.5.3 and 4.5.4): two values that SPARQL cannot compare make a
result. pySHACL compares ill-typed dates and IRIs as strings, and gives up the whole report for a blank node.
"""

import operator
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pyshacl.constraints.core.property_pair_constraints import (
    LessThanConstraintComponent,
    LessThanOrEqualsConstraintComponent,
)
from rdflib.term import Node

from ukrgraph.validate.cached import comparable

Comparison = Callable[[Any, Any], Any]


def _pairs(self: Any, values: set[Node], others: set[Node], data: Any, focus: Node, fits: Comparison) -> Any:  # noqa: ANN401, PLR0913, PLR0917
    """Return whether a pair fails, and a result for each pair that fails or cannot be compared."""
    reports = [
        self.make_v_result(data, focus, value_node=value)
        for value in values
        for other in others
        if not (comparable(value, other) and fits(value, other))
    ]
    return bool(reports), reports


def _less(self: Any, values: set[Node], others: set[Node], data: Any, focus: Node) -> Any:  # noqa: ANN401
    return _pairs(self, values, others, data, focus, operator.lt)


def _not_more(self: Any, values: set[Node], others: set[Node], data: Any, focus: Node) -> Any:  # noqa: ANN401
    return _pairs(self, values, others, data, focus, lambda left, right: left < right or left.eq(right))


@contextmanager
def as_specified() -> Iterator[None]:
    """Within the block, let pySHACL compare as the specification says."""
    pairs: tuple[tuple[Any, str, Any], ...] = (
        (LessThanConstraintComponent, "_compare_lt", _less),
        (LessThanOrEqualsConstraintComponent, "_compare_ltoe", _not_more),
    )
    before = [getattr(owner, name) for owner, name, _ in pairs]
    for owner, name, comparison in pairs:
        setattr(owner, name, comparison)
    try:
        yield
    finally:
        for (owner, name, _), original in zip(pairs, before, strict=True):
            setattr(owner, name, original)
