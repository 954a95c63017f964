"""How an annotation is written in a line of brat standoff, and where in that line each part stands.

The syntax is that of https://brat.nlplab.org/standoff.html. A line of the strict profile is rebuilt here exactly, so
that a finding about an annotation can show its line and the place in it without the file.
"""

from collections import Counter
from typing import NamedTuple

from ukrgraph.document import Attribute, Event, Link, Note, Relation, Role, TextBound
from ukrgraph.finding import SOURCE_LIMIT, Finding, Severity, excerpt

Annotation = TextBound | Event | Relation | Attribute | Link | Note


class Part(NamedTuple):
    """A piece of a line and the name of what it says; separators have the name ""."""

    name: str
    text: str


_TAB, _SPACE = Part("", "\t"), Part("", " ")


def parts(annotation: Annotation) -> list[Part]:
    """Return the pieces whose texts, joined, are the line of `annotation`.

    Names: id, label, spans, surface; id, label, trigger, role0, role1 ...; id, name, target, value; id, target,
    reference, name; id, name, target, text.
    """
    match annotation:
        case TextBound(id, label, spans, surface):
            extent = ";".join([f"{start} {end}" for start, end in spans])
            return _joined(id, _TAB, Part("label", label), _SPACE, Part("spans", extent), _TAB, ("surface", surface))
        case Event(id, label, trigger, roles):
            head = _joined(id, _TAB, Part("label", label), Part("", ":"), Part("trigger", trigger))
            return head + _targets(numbered(roles))
        case Relation(id, label, targets):
            return _joined(id, _TAB, Part("label", label)) + _targets(targets)
        case Attribute(id, name, target, value):
            tail = [_SPACE, ("value", value)] if value else []
            return _joined(id, _TAB, Part("name", name), _SPACE, Part("target", target), *tail)
        case Link(id, target, authority, reference, name):
            points = Part("reference", f"{authority}:{reference}")
            kind = Part("", "Reference ")
            return _joined(id, _TAB, kind, Part("target", target), _SPACE, points, _TAB, ("name", name))
        case Note(id, name, target, text):
            return _joined(id, _TAB, Part("name", name), _SPACE, Part("target", target), _TAB, ("text", text))


def _joined(id: str, *rest: Part | tuple[str, str]) -> list[Part]:
    """Return the parts of a line; a line end inside a free text is written as a space, as brat does."""
    return [Part("id", id), *(Part(name, text.replace("\n", " ").replace("\r", " ")) for name, text in rest)]


def _targets(roles: tuple[Role, ...]) -> list[Part]:
    found = []
    for index, (name, target) in enumerate(roles):
        found += [_SPACE, Part(f"role{index}", f"{name}:{target}" if name else target)]
    return found


def numbered(roles: tuple[Role, ...]) -> tuple[Role, ...]:
    """Return roles as the file has them: the second of a name with the number 2, the third with 3, and so on."""
    seen: Counter[str] = Counter()
    written = []
    for name, target in roles:
        seen[name] += 1
        written.append(Role(name if seen[name] == 1 else f"{name}{seen[name]}", target))
    return tuple(written)


def line(annotation: Annotation) -> str:
    """Return the line of `annotation`, without line end."""
    return "".join([part.text for part in parts(annotation)])


class Place(NamedTuple):
    """A part of a line: its column from 1 and its width, in code points, and the line."""

    column: int
    width: int
    source: str


def place(annotation: Annotation, name: str) -> Place:
    """Return where the part called `name` stands in the line of `annotation`; the whole line if it has no such part."""
    pieces = parts(annotation)
    source = "".join([part.text for part in pieces])
    column = 1
    for part in pieces:
        if part.name == name:
            return Place(column, len(part.text), source)
        column += len(part.text)
    return Place(1, len(source), source)


def finding(  # noqa: PLR0913, PLR0917  # what a finding says
    file: str, annotation: Annotation, part: str, rule: str, severity: Severity, message: str, advice: str = ""
) -> Finding:
    """Return a finding about the part called `part` of `annotation`, which stands in the annotation file `file`."""
    column, width, source = place(annotation, part)
    width = min(width, SOURCE_LIMIT)
    return Finding(rule, severity, message, file, annotation.line, column, excerpt(source, column), width, advice)
