"""brat standoff as it is found in the wild: every deviation from the strict profile is read if it can be, and reported.

What brat, INCEpTION and the corpora of others write: tabs for spaces, two tabs in normalisations, notes without text,
trailing spaces and tabs, repeated and unnumbered roles, two annotations with one id, surfaces that spill over lines,
relations, offsets in other units (see `anchors`), line ends CRLF, byte order marks.

Each line is in the document, or is a violation; a deviation that loses nothing is a note, another one a warning.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from ukrgraph.document import Attribute, Document, Event, Link, Metadata, Note, Relation, Role, Span, TextBound
from ukrgraph.finding import Finding, Severity, excerpt, shown
from ukrgraph.readers.anchors import anchored, with_own_ids
from ukrgraph.readers.brat import LINE_LIMIT, MAKE, MATCH, misnumbered, unreadable
from ukrgraph.readers.encoding import normalise, unfinished
from ukrgraph.standoff.lines import Annotation
from ukrgraph.standoff.lines import line as written

_SHAPES: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        letter: re.compile(pattern, re.DOTALL | re.ASCII)
        for letter, pattern in {
            "T": r"(T\S+)[ \t]+(\S+)[ \t]+(\d{1,12})[ \t]+(\d{1,12}(?:;\d{1,12} \d{1,12})*)(?:[ \t](.*))?",
            "E": r"(E\S+)[ \t]+([^\s:]+):(\S+)(.*)",
            "R": r"(R\S+)[ \t]+([^\s:]+)((?:[ \t]+[^\s:]+:\S+)+)[ \t]*",
            "*": r"(\*)[ \t]+(\S+)((?:[ \t]+\S+)+)[ \t]*",
            "A": r"([AM]\S+)[ \t]+(\S+)[ \t]+([TERAN]\d\S*)(?:[ \t](.*))?",
            "N": r"(N\S+)[ \t]+(\S+)[ \t]+(\S+)[ \t]+([^\s:]+):(\S+)(?:[ \t](.*))?",
            "#": r"(#\S*)[ \t]+(\S+)[ \t]+([TERAMN]\d\S*)(?:[ \t](.*))?",
        }.items()
    }
)
"""The widest form in which each kind of line is read; none can take more than linear time."""

_START = re.compile(r"(?:[TEAMNR]\d+|#\d*|\*)[\t ]", re.ASCII)
_DIGITS = "0123456789"
_WRITE = "write the line as https://brat.nlplab.org/standoff.html has it, or delete it"


def _make(letter: str, values: tuple[str | None, ...], number: int) -> Annotation:
    """Return the annotation of a line; `values` are the groups of its shape."""
    key, first, second, *rest = (value or "" for value in values)
    if letter == "T":
        spans = [piece.split(" ") for piece in f"{second} {rest[0]}".split(";")]
        return TextBound(key, first, tuple([Span(int(a), int(b)) for a, b in spans]), rest[1], number)
    if letter == "E":
        pairs = [word.partition(":") for word in rest[0].split()]
        roles = tuple([Role(name.rstrip(_DIGITS) or name, target) for name, _, target in pairs if name and target])
        return Event(key, first, second, roles, number)
    if letter in "R*":
        ends = [word.rpartition(":") for word in second.split()]
        return Relation(key, first, tuple([Role(name, target) for name, _, target in ends]), number)
    if letter == "N":
        return Link(key, second, rest[0], rest[1], rest[2].strip(), number)
    kind = Note if letter == "#" else Attribute
    return kind(key, first, second, rest[0].strip(), number)


class _Open(NamedTuple):
    """A text-bound whose surface may go on in the next line, what has been added, and how many code points may be."""

    textbound: TextBound
    added: list[str]
    missing: int


class _Reading:
    """What has been read of an annotation file so far."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.annotations: list[Annotation] = []
        self.findings: list[Finding] = []
        self.source: dict[int, str] = {}
        self._open: _Open | None = None
        self._blank: list[int] = []

    def report(  # noqa: PLR0913, PLR0917  # what a finding says
        self, rule: str, severity: Severity, message: str, number: int, line: str, index: int = 0
    ) -> None:
        """Add a finding about the place at `index`, from 0, of a line."""
        advice = "" if severity == Severity.INFO else "correct the line, or leave it if nothing is lost"
        source = excerpt(line, index + 1)
        self.findings.append(Finding(rule, severity, message, self.file, number, index + 1, source, 1, advice))

    def take(self, line: str, number: int) -> None:
        """Read a line: an annotation, the rest of a surface, or neither."""
        if not line.strip():
            self._blank.append(number)
            return
        if self._open and self._open.missing > len(self._blank) and not _START.match(line):
            textbound, added, missing = self._open
            added += [*("" for _ in self._blank), line]
            self._open = _Open(textbound, added, missing - len(self._blank) - len(line) - 1)
            self._blank.clear()
            message = "expected an annotation, got the rest of the surface above it"
            self.report("surface-spills", Severity.INFO, message, number, line)
            return
        self.close()
        annotation = self._read(line, number)
        if isinstance(annotation, TextBound):
            extent = sum(end - start for start, end in annotation.spans)
            self._open = _Open(annotation, [], extent - len(annotation.surface))
        elif annotation:
            self.annotations.append(annotation)

    def close(self) -> None:
        """End the surface that may have gone on in further lines, and report the empty lines after it."""
        if self._open:
            textbound, added, _ = self._open
            self.annotations.append(textbound._replace(surface="\n".join([textbound.surface, *added])))
            self._open = None
        self.findings += [unreadable("", number, self.file) for number in self._blank]
        self._blank.clear()

    def _read(self, line: str, number: int) -> Annotation | None:
        letter = line[0]
        match = MATCH[letter](line) if letter in MATCH and len(line) <= LINE_LIMIT else None
        if match:
            annotation: Annotation = MAKE[letter](match.groups(), number)
        else:
            shape = _SHAPES.get("A" if letter == "M" else letter) if len(line) <= LINE_LIMIT else None
            match = shape.fullmatch(line) if shape else None
            if match is None:
                self.findings.append(unreadable(line, number, self.file)._replace(advice=_WRITE))
                return None
            annotation = _make(letter, match.groups(), number)
            self._deviation(line, number, annotation)
        if letter in "RM*":
            message = f"expected a line of the strict profile, got {letter!r}, which is kept"
            self.report("not-in-profile", Severity.INFO, message, number, line)
        elif letter == "E":
            self.findings += misnumbered(line, number, self.file)
        self.source[number] = line
        return annotation

    def _deviation(self, line: str, number: int, annotation: Annotation) -> None:
        """Report how a line that could be read differs from what the strict profile writes."""
        strict = written(annotation)
        index = next(
            (i for i, (a, b) in enumerate(zip(line, strict, strict=False)) if a != b), min(len(line), len(strict))
        )
        rule = next(rule for rule, holds in _RULES.items() if holds(line, annotation))
        message = f"expected {shown(strict)}, got {shown(line)}"
        self.report(rule, Severity.INFO, message, number, line, index)
        if isinstance(annotation, Event):
            for word in line.split("\t", 1)[-1].split()[1:]:
                name, _, target = word.partition(":")
                if not (name and target):
                    message = f"expected a role as Role:ID, got {shown(word)}"
                    self.report("bad-role", Severity.VIOLATION, message, number, line, line.index(word))
        if isinstance(annotation, Link) and " Reference " not in line and "\tReference" not in line:
            message = "expected 'Reference', got another kind of link, which is read as one"
            self.report("link-kind", Severity.WARNING, message, number, line)


_RULES: Mapping[str, Callable[[str, Annotation], bool]] = MappingProxyType(
    {
        "trailing-space": lambda line, _: (
            line != line.rstrip() and line[0] in MATCH and bool(MATCH[line[0]](line.rstrip()))
        ),
        "no-text": lambda _, annotation: isinstance(annotation, Note) and not annotation.text,
        "no-surface": lambda _, annotation: isinstance(annotation, TextBound) and not annotation.surface,
        "two-tabs": lambda line, annotation: isinstance(annotation, Link) and "\t\t" in line,
        "tab-offsets": lambda _, annotation: isinstance(annotation, TextBound),
        "dialect": lambda *_: True,
    }
)
"""The names of deviations, the first that holds."""


def parse_lenient(
    metadata: Metadata, text: str, annotations: str, *, text_file: str = "text.txt", annotation_file: str = "text.ann"
) -> tuple[Document, list[Finding]]:
    """Return the document of a text and an annotation file in any known dialect of brat, and each deviation.

    A line that cannot be read is a violation and is not in the document. Findings about lines come in their order, and
    after them those about offsets and ids. Never raises, whatever the strings are.
    """
    text, findings = normalise(text, text_file)
    annotations, changes = normalise(annotations, annotation_file, lone=" ")
    reading = _Reading(annotation_file)
    lines = annotations.split("\n")
    if not lines[-1]:
        lines.pop()
    for number, line in enumerate(lines, 1):
        reading.take(line, number)
    reading.close()
    findings += [*changes, *reading.findings, *unfinished(annotations, annotation_file)]
    textbounds, problems = anchored(
        text, [one for one in reading.annotations if isinstance(one, TextBound)], reading.source, annotation_file
    )
    kept: list[Annotation] = [*textbounds, *(one for one in reading.annotations if not isinstance(one, TextBound))]
    unique, doubles = with_own_ids(kept, reading.source, annotation_file)
    document = Document(
        metadata,
        text,
        text_file,
        annotation_file,
        tuple([one for one in unique if isinstance(one, TextBound)]),
        tuple([one for one in unique if isinstance(one, Event)]),
        tuple([one for one in unique if isinstance(one, Relation)]),
        tuple([one for one in unique if isinstance(one, Attribute)]),
        tuple([one for one in unique if isinstance(one, Link)]),
        tuple([one for one in unique if isinstance(one, Note)]),
    )
    return document, findings + problems + doubles
