"""brat standoff in the strict profile "ukrgraph standoff 1": what a line may look like, and nothing else.

    T57000900<tab>Organization 57 66<tab>the Union     a text-bound: label, spans (pieces joined by ;), surface
    E57000900<tab>Statement:T57000900 Speaker:T120003  an event: label, trigger and roles, repeated ones numbered from 2
    A5700090000<tab>Act E57000900 warns                an attribute; a flag has no value
    N5700090000<tab>Reference T57000900 ukrgraph:eu<tab>the Union     a link
    #5700090000<tab>Paraphrase E57000900<tab>They warn of it.         a note

The syntax is that of https://brat.nlplab.org/standoff.html. Whether labels, ids and offsets are right is not for the
reader to say: see `ukrgraph.check`. Relations (R, *) and modifications (M) are no part of the profile; they are read,
and reported.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from ukrgraph.document import Attribute, Document, Event, Link, Metadata, Note, Relation, Role, Span, TextBound
from ukrgraph.finding import SOURCE_LIMIT, Finding, Severity, excerpt, shown
from ukrgraph.readers.encoding import normalise, unfinished
from ukrgraph.standoff.lines import Annotation

LINE_LIMIT = 1_000_000
"""The longest line that is read as an annotation, in code points; a file without line ends must not fill the memory."""


class Step(NamedTuple):
    """One step through a line: what is expected, as a regular expression and in words; `keep` if it is a value."""

    pattern: str
    words: str
    keep: bool = True


class Kind(NamedTuple):
    """One kind of line: its shape in words, the steps through it, and all of them as one regular expression.

    `every` finds all lines of this kind in a text that has no others.
    """

    shape: str
    steps: tuple[Step, ...]
    pattern: re.Pattern[str]
    every: re.Pattern[str]


_TAB, _SPACE, _COLON = Step(r"\t", "a tab", keep=False), Step(" ", "a space", keep=False), Step(":", "':'", keep=False)
_LABEL = Step(r"[^\s:;]+", "a label")
_NAME = Step(r"[^\s:;]+", "a name")
_OFFSET = Step(r"(?:0|[1-9][0-9]{0,11})", "an offset in code points, without leading zeros")
_MORE = Step(r"(?:;(?:0|[1-9][0-9]{0,11}) (?:0|[1-9][0-9]{0,11}))*", "more pieces as ';START END'")
_TRIGGER = Step(r"T[0-9]+", "the id of a text-bound: T and digits")
_TARGET = Step(r"[TER][0-9]+", "the id of a text-bound or event: T or E and digits")
_ROLES = Step(r"(?: [^\s:]+:[TE][0-9]+)*", "roles as ' Role:ID'")
_FREE = Step(r".*", "a text")


def _key(letter: str) -> Step:
    return Step(f"{letter}[0-9]+", f"an id: {letter} and digits")


def _kind(shape: str, *steps: Step) -> Kind:
    pattern = "".join(f"({step.pattern})" if step.keep else step.pattern for step in steps)
    return Kind(shape, steps, re.compile(pattern, re.DOTALL), re.compile(f"^{pattern}$", re.MULTILINE))


_ATTRIBUTE = (_TAB, _NAME, _SPACE, _TARGET, Step(r"(?: \S(?:[^\t\n]*\S)?)?", "nothing, or a space and a value"))

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "T": _kind(
            "T<id><tab>LABEL START END<tab>SURFACE",
            *(_key("T"), _TAB, _LABEL, _SPACE, _OFFSET, _SPACE, _OFFSET, _MORE, _TAB, _FREE),
        ),
        "E": _kind("E<id><tab>LABEL:TRIGGER Role:ID ...", _key("E"), _TAB, _LABEL, _COLON, _TRIGGER, _ROLES),
        "A": _kind("A<id><tab>NAME TARGET VALUE", _key("A"), *_ATTRIBUTE),
        "N": _kind(
            "N<id><tab>Reference TARGET AUTHORITY:REFERENCE<tab>NAME",
            *(_key("N"), _TAB, Step("Reference", "'Reference'", keep=False), _SPACE, _TRIGGER, _SPACE),
            *(Step(r"[^\s:]+", "an authority"), _COLON, Step(r"\S+", "a reference"), _TAB),
            Step(r"[^\t\n]*", "a name without tabs"),
        ),
        "#": _kind("#<id><tab>NAME TARGET<tab>TEXT", _key("#"), _TAB, _NAME, _SPACE, _TARGET, _TAB, _FREE),
        "R": _kind(
            "R<id><tab>LABEL Role:ID Role:ID",
            *(_key("R"), _TAB, _LABEL, Step(r"(?: [^\s:]+:[TE][0-9]+)+", "roles as ' Role:ID'")),
            Step(r"\t?", "the end of the line", keep=False),
        ),
        "*": _kind("*<tab>LABEL ID ID", Step(r"\*", "*"), _TAB, _LABEL, Step(r"(?: [TE][0-9]+)+", "ids as ' ID'")),
        "M": _kind("M<id><tab>NAME TARGET", _key("M"), *_ATTRIBUTE),
    }
)
"""The kinds of line by their first character. The last three are read, but are no part of the profile."""

_OUTSIDE = frozenset("R*M")
_DIGITS = "0123456789"


def _textbound(values: tuple[str, ...], number: int) -> TextBound:
    key, label, start, end, more, surface = values
    if not more:
        return TextBound(key, label, (Span(int(start), int(end)),), surface, number)
    pieces = [piece.split(" ") for piece in f"{start} {end}{more}".split(";")]
    return TextBound(key, label, tuple([Span(int(first), int(last)) for first, last in pieces]), surface, number)


def _event(values: tuple[str, ...], number: int) -> Event:
    key, label, trigger, written = values
    if not written:
        return Event(key, label, trigger, (), number)
    roles = []
    for pair in written[1:].split(" "):
        name, _, target = pair.partition(":")
        roles.append(Role(name if name[-1] not in _DIGITS else name.rstrip(_DIGITS) or name, target))
    return Event(key, label, trigger, tuple(roles), number)


def _relation(values: tuple[str, ...], number: int) -> Relation:
    key, label, ends = values
    named = [end.rpartition(":") for end in ends[1:].split(" ")]
    return Relation(key, label, tuple([Role(name, target) for name, _, target in named]), number)


def _attribute(values: tuple[str, ...], number: int) -> Attribute:
    key, name, target, value = values
    return Attribute(key, name, target, value[1:], number)


def _link(values: tuple[str, ...], number: int) -> Link:
    key, target, authority, reference, name = values
    return Link(key, target, authority, reference, name, number)


def _note(values: tuple[str, ...], number: int) -> Note:
    key, name, target, text = values
    return Note(key, name, target, text, number)


MAKE: Mapping[str, Callable[[tuple[str, ...], int], Annotation]] = MappingProxyType(
    {
        "T": _textbound,
        "E": _event,
        "R": _relation,
        "*": _relation,
        "A": _attribute,
        "M": _attribute,
        "N": _link,
        "#": _note,
    }
)
_NUMBERED = re.compile("[0-9]:")
MATCH = MappingProxyType({letter: kind.pattern.fullmatch for letter, kind in KINDS.items()})
"""How each kind of line is matched, and how its values and the number of the line become an annotation: see MAKE."""


def parse(
    metadata: Metadata, text: str, annotations: str, *, text_file: str = "text.txt", annotation_file: str = "text.ann"
) -> tuple[Document, list[Finding]]:
    """Return the document of a text and its annotation file in the strict profile, and what is unusual in them.

    A line that is not in the profile is reported with its line and column and is not in the document; nothing is left
    out without a finding. Findings are in the order of the lines. Never raises, whatever the strings are.
    """
    text, findings = normalise(text, text_file)
    findings += unfinished(text, text_file)
    annotations, changes = normalise(annotations, annotation_file, lone=" ")
    findings += changes
    lines = annotations.split("\n")
    if not lines[-1]:
        lines.pop()
    kinds = _in_profile(lines) if len(annotations) <= LINE_LIMIT else None
    if kinds is None:
        kinds, problems = _line_by_line(lines, annotation_file)
        findings += problems
    else:
        for event in kinds["E"]:
            if _may_be_misnumbered(event.roles, lines[event.line - 1]):
                findings += misnumbered(lines[event.line - 1], event.line, annotation_file)
    findings += unfinished(annotations, annotation_file)
    return Document(
        metadata, text, text_file, annotation_file, *(tuple(kinds[letter]) for letter in "TERAN#")
    ), findings


def _in_profile(lines: list[str]) -> dict[str, list[Any]] | None:
    """Return the annotations by letter if every line is in the profile, as in most files; None if one is not.

    The lines of a kind are matched in one go: that takes half the time.
    """
    numbers: dict[str, list[int]] = {letter: [] for letter in "TEAN#"}
    for number, line in enumerate(lines, 1):
        if line[:1] not in numbers:
            return None
        numbers[line[0]].append(number)
    kinds: dict[str, list[Any]] = {"R": []}
    for letter, places in numbers.items():
        found = KINDS[letter].every.findall("\n".join([lines[number - 1] for number in places]))
        if len(found) != len(places):
            return None
        make = MAKE[letter]
        kinds[letter] = [make(values, number) for values, number in zip(found, places, strict=True)]
    return kinds


def _line_by_line(lines: list[str], file: str) -> tuple[dict[str, list[Any]], list[Finding]]:
    """Return the annotations by letter, and a finding for each line that is not in the profile."""
    findings: list[Finding] = []
    kinds: dict[str, list[Any]] = {letter: [] for letter in "TERAN#"}
    kinds["M"], kinds["*"] = kinds["A"], kinds["R"]
    for number, line in enumerate(lines, 1):
        letter = line[:1]
        match = MATCH[letter](line) if letter in MATCH and len(line) <= LINE_LIMIT else None
        if match is None:
            findings.append(unreadable(line, number, file))
            continue
        kinds[letter].append(MAKE[letter](match.groups(), number))
        if letter in _OUTSIDE:
            findings.append(_outside(line, number, file))
        elif letter == "E" and _may_be_misnumbered(kinds["E"][-1].roles, line):
            findings += misnumbered(line, number, file)
    return kinds, findings


def unreadable(line: str, number: int, file: str) -> Finding:
    """Return the finding about a line that is not in the profile; its column is where the line leaves the profile."""
    if not line.strip():
        message, advice = "expected an annotation, got an empty line", "delete the line"
        return Finding("blank-line", Severity.WARNING, message, file, number, 1, line[:1], advice=advice)
    if len(line) > LINE_LIMIT:
        message = f"expected at most {LINE_LIMIT} code points in a line, got {len(line)}"
        advice = "correct the line ends of the file"
        return Finding("line-too-long", Severity.VIOLATION, message, file, number, 1, excerpt(line, 1), 1, advice)
    if line[0] not in KINDS:
        message = f"expected a line that begins with T, E, A, N or #, got {shown(line)}"
        advice = "delete the line, or read the file with the format brat-lenient"
        return Finding("not-an-annotation", Severity.VIOLATION, message, file, number, 1, excerpt(line, 1), 1, advice)
    kind = KINDS[line[0]]
    words, index = _departure(line, kind.steps)
    got = shown(line[index:]) if index < len(line) else "the end of the line"
    advice = f"write {kind.shape}; to read a dialect of brat, use the format brat-lenient"
    column, words_left = index + 1, line[index : index + SOURCE_LIMIT].split(maxsplit=1)
    width = len(words_left[0]) if words_left and not line[index].isspace() else 1
    message = f"expected {words}, got {got}"
    return Finding("bad-line", Severity.VIOLATION, message, file, number, column, excerpt(line, column), width, advice)


def _departure(line: str, steps: tuple[Step, ...]) -> tuple[str, int]:
    """Return what is expected where `line` leaves `steps`, and the index of that place."""
    index = 0
    for step in steps:
        match = re.compile(step.pattern, re.DOTALL).match(line, index)
        if match is None:
            return step.words, index
        index = match.end()
    return ("the end of the line", index) if index < len(line) else ("a line of this shape", 0)


def _outside(line: str, number: int, file: str) -> Finding:
    message = f"expected a line that begins with T, E, A, N or #, got {line[0]!r}"
    advice = "say it with an event or an attribute"
    return Finding("not-in-profile", Severity.VIOLATION, message, file, number, 1, excerpt(line, 1), 1, advice)


def _may_be_misnumbered(roles: tuple[Role, ...], line: str) -> bool:
    """Tell whether an event repeats a role or numbers one; most do neither."""
    return len({role.name for role in roles}) < len(roles) or _NUMBERED.search(line) is not None


def misnumbered(line: str, number: int, file: str) -> list[Finding]:
    """Return a finding for each role of an event whose number is not the one that brat gives: none, 2, 3, ..."""
    found: list[Finding] = []
    seen: dict[str, int] = {}
    head, *pairs = line.split(" ")
    column = len(head) + 2
    for pair in pairs:
        name = pair.partition(":")[0]
        base = name.rstrip(_DIGITS) or name
        times = seen[base] = seen.get(base, 0) + 1
        if name != base if times == 1 else name != f"{base}{times}":
            expected = base if times == 1 else f"{base}{times}"
            message, advice = (
                f"expected the role {shown(expected)}, got {shown(name)}",
                "number repeated roles 2, 3, ...",
            )
            text = excerpt(line, column)
            found.append(
                Finding(
                    "role-number",
                    Severity.WARNING,
                    message,
                    file,
                    number,
                    column,
                    text,
                    min(len(name), SOURCE_LIMIT),
                    advice,
                )
            )
        column += len(pair) + 1
    return found
