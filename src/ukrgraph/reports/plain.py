"""Findings as compilers write them."""

from collections.abc import Iterable

from ukrgraph.finding import Finding, caret
from ukrgraph.reports.context import NOTHING, WORDS, Context, place


def text(findings: Iterable[Finding], context: Context = NOTHING) -> str:
    """Return place, severity, message and rule; the line with a caret; the words of the source; what to do."""
    last = f"{context.summary}\n" if context.summary else ""
    return "".join(_one(finding, context) for finding in findings) + last


def _one(finding: Finding, context: Context) -> str:
    lines = [f"{place(finding)}: {WORDS[finding.severity]}: {finding.message} [{finding.rule}]"]
    if finding.source and finding.column:
        before = finding.source[: caret(finding.source, finding.column)]
        margin = "".join(character if character == "\t" else " " for character in before)
        lines += [f"    {finding.source}", f"    {margin}{'^' * max(1, finding.width)}"]
    facts = context.facts.get(finding, {})
    if facts.get("quote"):
        lines.append(f"    {facts['text']}: {facts['quote']!r}")
    if finding.advice:
        lines.append(f"    {finding.advice}")
    return "\n".join(lines) + "\n"
