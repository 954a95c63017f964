"""The header of a stored query: what it asks, its parameters and its examples, in comments that begin with `#+`.

The comments hold YAML, as grlc has it (https://github.com/CLARIAH/grlc, decorator syntax), so the file is plain SPARQL
for everyone else. All scalars are read as strings (YAML's own types would turn 2022-02-24 into a date, `no` into a
boolean); what a value means is for the type of its parameter to say.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ukrgraph.query.parameters import Parameter

MARK = "#+"
VIEWS = ("table", "timeline", "matrix", "map", "network", "text")
Plain = str | list["Plain"] | dict[str, "Plain"]


@dataclass(frozen=True, slots=True)
class Example:
    """A call with what must come of it: a number of rows, or the rows themselves; `line` is its place in the file.

    `data` is the RDF file to ask, relative to the folder of the query; empty for the published graph.
    """

    params: Mapping[str, str]
    rows: int | None = None
    result: tuple[tuple[str, ...], ...] | None = None
    line: int = 0
    data: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """What the header of a stored query says. `others` are keys that are not ours, kept as they are."""

    summary: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    params: tuple[Parameter, ...] = ()
    view: str = "table"
    examples: tuple[Example, ...] = ()
    others: Mapping[str, Plain] = field(default_factory=dict)


def read(text: str, file: str) -> Header:
    """Return the header of the query `text`; an empty one if it has none.

    Raises InputError with line and column if it is not YAML or says something that no header can say.
    """
    if MARK not in text:
        return Header()
    from ukrgraph.query.header_reader import header  # noqa: PLC0415  # a query without header starts quicker

    return header(text, file)
