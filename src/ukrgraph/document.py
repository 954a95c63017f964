"""An annotated document: its text, what is known about it, and the annotations, in the terms of brat standoff.

Offsets are Unicode code points of `text`, half open, as Web Annotation demands (TextPositionSelector, section 4.2.5):
the text as decoded from UTF-8, without byte order mark, line ends LF, nothing else changed. `line` is the line of the
annotation file, from 1. The annotation records are named tuples because a corpus has millions of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple


class Span(NamedTuple):
    """The code points `start` (included) to `end` (excluded) of a text."""

    start: int
    end: int


class TextBound(NamedTuple):
    """A labelled piece of text (brat `T`). A discontinuous one has several spans, in text order."""

    id: str
    label: str
    spans: tuple[Span, ...]
    surface: str
    line: int

    @property
    def start(self) -> int:
        """Return the first code point."""
        return self.spans[0].start

    @property
    def end(self) -> int:
        """Return the code point after the last one."""
        return self.spans[-1].end


class Role(NamedTuple):
    """A role of an event: its name without the number that brat adds to repeated roles, and the id it points at."""

    name: str
    target: str


class Event(NamedTuple):
    """A record about the world as a source presents it (brat `E`): a label, a trigger and roles in written order."""

    id: str
    label: str
    trigger: str
    roles: tuple[Role, ...]
    line: int


class Relation(NamedTuple):
    """A binary relation (brat `R`), or an equivalence of several annotations (brat `*`)."""

    id: str
    label: str
    targets: tuple[Role, ...]
    line: int


class Attribute(NamedTuple):
    """A named value of an annotation (brat `A` or `M`); a bare flag has the value ""."""

    id: str
    name: str
    target: str
    value: str
    line: int


class Link(NamedTuple):
    """A link of an annotation to an entry outside (brat `N`): an authority and a reference, such as ukrgraph:nato."""

    id: str
    target: str
    authority: str
    reference: str
    name: str
    line: int


class Note(NamedTuple):
    """A text about an annotation (brat `#`); in the strict profile its name is a field of the record."""

    id: str
    name: str
    target: str
    text: str
    line: int


class Interval(NamedTuple):
    """A closed interval of days; None is an open end."""

    earliest: date | None = None
    latest: date | None = None


UNDATED = Interval()


@dataclass(frozen=True, slots=True)
class Metadata:
    """What `meta.toml` says of a document; entities are named by their ids in the authority file."""

    id: str
    title: str = ""
    language: str = ""
    publisher: str = ""
    publisher_basis: str = ""
    credited_source: str = ""
    published: Interval = UNDATED
    published_basis: str = ""
    licence: str = ""
    redistributable: bool = True
    source: str = ""
    sha256: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """A text with its annotations, each kind in the order of the annotation file."""

    metadata: Metadata
    text: str
    text_file: str = "text.txt"
    annotation_file: str = "text.ann"
    textbounds: tuple[TextBound, ...] = ()
    events: tuple[Event, ...] = ()
    relations: tuple[Relation, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    links: tuple[Link, ...] = ()
    notes: tuple[Note, ...] = ()

    def __len__(self) -> int:
        """Return the number of annotations of all kinds."""
        return sum(
            len(kind)
            for kind in (self.textbounds, self.events, self.relations, self.attributes, self.links, self.notes)
        )


def position(text: str, offset: int) -> tuple[int, int]:
    """Return line and column, both from 1, of the code point at `offset`; `len(text)` is the place after the last one.

    Raises ValueError if `offset` is not within 0 and `len(text)`.
    """
    if not 0 <= offset <= len(text):
        raise ValueError(f"offset {offset} is not within 0 and {len(text)}")
    line_start = text.rfind("\n", 0, offset) + 1
    return text.count("\n", 0, offset) + 1, offset - line_start + 1
