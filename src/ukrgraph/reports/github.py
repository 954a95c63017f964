"""Findings as workflow commands of GitHub Actions, which shows them beside the changed lines.

Escapes: https://github.com/actions/toolkit, packages/core/src/command.ts: `%`, carriage return and line feed in the
message, and `:` and `,` as well in properties.
"""

from collections.abc import Iterable

from ukrgraph.finding import Finding, Severity
from ukrgraph.reports.context import NOTHING, Context

_COMMANDS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def github(findings: Iterable[Finding], context: Context = NOTHING) -> str:
    """Return one command a finding, in their order."""
    last = f"::notice title=ukrgraph::{_message(context.summary)}\n" if context.summary else ""
    return "".join(_one(finding) for finding in findings) + last


def _one(finding: Finding) -> str:
    properties = {"file": finding.file}
    if finding.line:
        properties["line"] = str(finding.line)
    if finding.column:
        properties["col"] = str(finding.column)
        properties["endColumn"] = str(finding.column + max(1, finding.width))
    properties["title"] = finding.rule
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    message = finding.message + (f"\n{finding.advice}" if finding.advice else "")
    return f"::{_COMMANDS[finding.severity]} {written}::{_message(message)}\n"


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
