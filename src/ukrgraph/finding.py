"""A finding: one thing that a person should look at, with the place where it stands and what to do about it.

Readers, checks, validation and query checks all report findings; `ukrgraph.reports` writes them.
"""

from enum import IntEnum
from typing import NamedTuple


class Severity(IntEnum):
    """How bad a finding is; the names and their order are those of SHACL (section 2.1.4)."""

    INFO = 1
    WARNING = 2
    VIOLATION = 3


class Finding(NamedTuple):
    """One finding.

    `rule` is a stable name in kebab-case. `line` and `column` count from 1, columns in code points; 0 means that the
    finding is about the file as a whole. `source` is that line of the file and `width` the number of code points that
    are at fault, for a caret. `advice` says what to do.
    """

    rule: str
    severity: Severity
    message: str
    file: str
    line: int = 0
    column: int = 0
    source: str = ""
    width: int = 0
    advice: str = ""


def by_place(finding: Finding) -> tuple[str, int, int, str, str]:
    """Return the key that sorts findings by file, line and column, then by rule and message."""
    return (finding.file, finding.line, finding.column, finding.rule, finding.message)


def worst(findings: list[Finding]) -> Severity | None:
    """Return the highest severity among `findings`, or None if there are none."""
    return max((finding.severity for finding in findings), default=None)


SOURCE_LIMIT = 200
"""The longest excerpt of a line, in code points."""

_FIRST, _BEFORE, _CUT = 150, 100, "…"


def excerpt(line: str, column: int) -> str:
    """Return `line`, shortened around `column` (from 1) to SOURCE_LIMIT code points; `caret` finds the place in it.

    A place beyond column 150 of a line that is too long stands at index 100 of its excerpt, which then begins with "…".
    """
    if column > _FIRST and (len(line) > SOURCE_LIMIT or line.startswith(_CUT)):
        start = column - _BEFORE
        end = start + SOURCE_LIMIT - 1
        return _CUT + line[start:end] if end >= len(line) else _CUT + line[start : end - 1] + _CUT
    return line if len(line) <= SOURCE_LIMIT else line[: SOURCE_LIMIT - 1] + _CUT


def caret(source: str, column: int) -> int:
    """Return the index, from 0, that `column` has in the excerpt `source`."""
    return _BEFORE if column > _FIRST and source.startswith(_CUT) else max(column - 1, 0)


def shown(value: str) -> str:
    """Return `value` as messages quote it: its repr, shortened to 60 code points."""
    return repr(value) if len(value) <= 60 else repr(value[:59] + _CUT)  # noqa: PLR2004
