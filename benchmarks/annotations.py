"""Marks on a text, and the lines of the strict profile that say them, in canonical order and with derived ids.

Written for speed: a large corpus has twenty million lines. `ukrgraph corpus fmt --check` finds nothing to change in
what comes out; the rules are those of docs/annotation.md.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Record:
    """A record: its roles, which point at marks, and its attributes and notes as names and values."""

    roles: list[tuple[str, "Mark"]] = field(default_factory=list)
    attributes: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Mark:
    """The code points `start` to `end` (half open) with a label; `digits` is the number of its id once it has one."""

    start: int
    end: int
    label: str
    entity: str = ""
    attributes: list[tuple[str, str]] = field(default_factory=list)
    record: Record | None = None
    digits: str = ""


def lines(marks: list[Mark], text: str) -> Iterator[str]:
    """Yield the lines of the annotation file. No two marks may have the same span and label."""
    ordered = sorted(marks, key=lambda mark: (mark.start, -mark.end, mark.label))
    seen: Counter[str] = Counter()
    for mark in ordered:
        stem = f"{mark.start}{mark.end - mark.start:04d}"
        mark.digits = f"{stem}{seen[stem]:02d}"
        seen[stem] += 1
    for mark in ordered:
        key = mark.digits
        surface = text[mark.start : mark.end].replace("\n", " ")
        yield f"T{key}\t{mark.label} {mark.start} {mark.end}\t{surface}\n"
        if mark.entity:
            yield f"N{key}00\tReference T{key} ukrgraph:{mark.entity}\t{mark.entity}\n"
        for number, (name, value) in enumerate(sorted(mark.attributes)):
            yield f"A{key}{number:02d}\t{name} T{key} {value}\n"
        if mark.record:
            yield from _record(mark.label, key, mark.record)


def _record(label: str, key: str, record: Record) -> Iterator[str]:
    seen: Counter[str] = Counter()
    written = [f"E{key}\t{label}:T{key}"]
    for name, mark in record.roles:
        seen[name] += 1
        number = seen[name] if seen[name] > 1 else ""
        written.append(f"{name}{number}:T{mark.digits}")
    yield " ".join(written) + "\n"
    for number, (name, value) in enumerate(sorted(record.attributes)):
        yield f"A{key}{number:02d}\t{name} E{key} {value}\n"
    for number, (name, text) in enumerate(sorted(record.notes)):
        yield f"#{key}{number:02d}\t{name} E{key}\t{text}\n"
