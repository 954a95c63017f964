"""pySHACL, driven shape by shape: the engine whose results are the report.

Not by its options `focus_nodes` and `use_shapes`: both pass nodes by accident, because they drop nested shapes as well.
"""

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from typing import Any

import pyshacl.errors
from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP as PARAMETER_MAP
from pyshacl.graph_abstraction import DataGraph
from pyshacl.helper.sparql_query_helper import SPARQLQueryHelper
from pyshacl.validator import Validator
from rdflib import RDF, Graph
from rdflib.term import Node

from ukrgraph.errors import InputError
from ukrgraph.validate.cached import names_of, prepared
from ukrgraph.validate.corrected import as_specified
from ukrgraph.validate.paths import UntranslatableError
from ukrgraph.validate.results import Result, from_reports
from ukrgraph.validate.vocabulary import SH

FAILURES = (
    pyshacl.errors.ShapeLoadError,
    pyshacl.errors.ConstraintLoadError,
    pyshacl.errors.RuleLoadError,
    pyshacl.errors.ReportableRuntimeError,
    pyshacl.errors.ValidationFailure,
)
"""What pySHACL raises when the shapes graph is at fault (SHACL, section 3.4.2, failures)."""

_QUIET = logging.getLogger("ukrgraph.validate.reference")
_QUIET.addHandler(logging.NullHandler())
_QUIET.propagate = False


class Engine:
    """pySHACL with one shapes graph and one data graph."""

    def __init__(self, shapes: Graph, data: Graph, *, corrected: bool = True) -> None:
        """Load the shapes; `corrected` follows the specification where pySHACL does not.

        Raises InputError if the shapes graph is malformed.
        """
        private = Graph()
        for prefix, namespace in shapes.namespaces():
            private.bind(prefix, namespace)
        private += shapes  # pySHACL adds triples of its own to the graph it is given
        self.shapes, self._names = private, names_of(private)
        self._corrected = corrected
        self._data = DataGraph.from_rdflib(data)
        try:
            self._validator = Validator(self._data, shacl_graph=private, options={"logger": _QUIET})
            self._shapes = {shape.node: shape for shape in self._validator.shacl_graph.shapes}
        except FAILURES as error:
            raise InputError(f"shapes: {_reason(error)}; correct the shapes graph") from error

    def nodes(self) -> list[Node]:
        """Return the shapes, sorted."""
        return sorted(self._shapes, key=str)

    def is_flat(self, shape: Node) -> bool:
        """Tell whether all results of a shape name its own focus node: no property shape stands inside another one."""
        inside = self.shapes.objects(shape, SH.property)
        at_path = [shape] if (shape, SH.path, None) in self.shapes else list(inside)
        return not any((one, SH.property, None) in self.shapes for one in at_path)

    def malformed(self) -> list[tuple[Node, str]]:
        """Return the shapes whose parameters pySHACL refuses, with the reason; no focus node is needed for that."""
        found = []
        for node in self.nodes():
            shape = self._shapes[node]
            kinds = {PARAMETER_MAP[name] for name in self.shapes.predicates(node) if name in PARAMETER_MAP}
            for kind in sorted(kinds, key=str):
                try:
                    kind(shape)
                except pyshacl.errors.ConstraintLoadWarning as warning:
                    found.append((node, _reason(warning)))
                except (*FAILURES, AssertionError, re.error, TypeError) as error:
                    found.append((node, _reason(error)))
            for constraint in sorted(self.shapes.objects(node, SH.sparql), key=str):
                found += [(node, reason) for reason in self._refused(node, constraint)]
        return found

    def _refused(self, shape: Node, constraint: Node) -> Iterator[str]:
        try:
            prepared(self.query_text(shape, constraint), self._names)
        except (UntranslatableError, InputError) as error:
            yield str(error)

    def query_text(self, shape: Node, constraint: Node) -> str:
        """Return the text of a SPARQL constraint with its prefixes and the path of its shape put in.

        Raises UntranslatableError if pySHACL does not take it.
        """
        text = self.shapes.value(constraint, SH.select)
        if text is None:
            raise UntranslatableError("sh:sparql without sh:select")
        helper: Any = SPARQLQueryHelper
        query = helper(self._shapes[shape], constraint, str(text))
        try:
            query.collect_prefixes()
            _, bound = query.pre_bind_variables(RDF.nil)
        except (*FAILURES, NotImplementedError) as error:
            raise UntranslatableError(_reason(error)) from error
        return str(query.apply_prefixes(bound))

    def validate(self, focus: Mapping[Node, Iterable[Node] | None]) -> list[Result]:
        """Return the results of validating, against each shape that `focus` names, the nodes it gives.

        None stands for the shape's own targets. Raises InputError if a shape is malformed.
        """
        reports = []
        executor = self._validator.make_executor()
        with as_specified() if self._corrected else nullcontext():
            for node, wanted in focus.items():
                nodes = None if wanted is None else list(wanted)
                if nodes is not None and not nodes:
                    continue
                try:
                    _, found = self._shapes[node].validate(executor, self._data, focus=nodes)
                except (*FAILURES, NotImplementedError) as error:
                    raise InputError(f"shape {node}: {_reason(error)}; correct the shape") from error
                reports += found
        return from_reports(self.shapes, reports)

    def validate_all(self) -> list[Result]:
        """Return the results of every shape on its own targets."""
        return self.validate(dict.fromkeys(self.nodes()))


def _reason(error: Exception) -> str:
    text = str(getattr(error, "message", "") or (error.args[0] if error.args else error))
    return " ".join(text.split())
