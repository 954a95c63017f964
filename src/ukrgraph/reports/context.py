"""What a report says beside the findings: which rules were checked, what is known of each finding, and a last line."""

import hashlib
from collections.abc import Mapping
from typing import NamedTuple

from ukrgraph.finding import Finding, Severity

WORDS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
"""How compilers, SARIF and people call the severities."""


class Rule(NamedTuple):
    """A rule: its stable name, what it asks in a sentence, why, and the severity of its findings."""

    name: str
    need: str
    why: str = ""
    severity: Severity = Severity.VIOLATION


class Context(NamedTuple):
    """What is known beside the findings.

    `facts` are names and values about a finding, such as its focus node; `rules` all rules that were checked, so that a
    report can say which of them passed; `summary` is one line for people.
    """

    rules: tuple[Rule, ...] = ()
    facts: Mapping[Finding, Mapping[str, str]] = {}
    summary: str = ""


NOTHING = Context()


def place(finding: Finding) -> str:
    """Return `file:line:column`, as much of it as is known."""
    where = finding.file
    if finding.line:
        where += f":{finding.line}:{finding.column}" if finding.column else f":{finding.line}"
    return where


def fingerprint(finding: Finding, facts: Mapping[str, str]) -> str:
    """Return 16 hexadecimal digits that name a finding whatever line it moves to.

    They are a digest of the rule, the file and what the finding is about: focus node, path and value where they are
    known, else message and the line it stands on.
    """
    about = [facts.get(name, "") for name in ("focusNode", "resultPath", "value", "component")]
    if not about[0]:
        about = [finding.message, finding.source.strip()]
    text = "".join(part + "\x1f" for part in (finding.rule, finding.file, *about))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
