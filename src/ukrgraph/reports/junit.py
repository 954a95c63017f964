"""Findings as JUnit XML, which continuous integration servers show as tests: a test case a rule.

There is no standard; this is the subset that Jenkins, GitLab and Azure read: https://github.com/testmoapp/junitxml.
"""

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from ukrgraph.finding import Finding, Severity
from ukrgraph.reports.context import NOTHING, WORDS, Context, place

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(findings: Iterable[Finding], context: Context = NOTHING) -> str:
    """Return a test suite with a case for each rule: failed if it has violations, else passed, with what it found."""
    by_rule: dict[str, list[Finding]] = {rule.name: [] for rule in context.rules}
    for finding in findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    failed = sum(any(one.severity is Severity.VIOLATION for one in found) for found in by_rule.values())
    counts = f'tests="{len(by_rule)}" failures="{failed}" errors="0" skipped="0"'
    cases = "".join(_case(rule, found) for rule, found in sorted(by_rule.items()))
    out = f"    <system-out>{_text(context.summary)}</system-out>\n" if context.summary else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuites name="ukrgraph" {counts}>\n'
        f'  <testsuite name="ukrgraph" {counts}>\n{cases}{out}  </testsuite>\n</testsuites>\n'
    )


def _case(rule: str, findings: list[Finding]) -> str:
    head = f"    <testcase classname={_attribute('ukrgraph')} name={_attribute(rule)}"
    if not findings:
        return head + "/>\n"
    lines = "\n".join(f"{place(one)}: {WORDS[one.severity]}: {one.message}" for one in findings)
    violations = sum(one.severity is Severity.VIOLATION for one in findings)
    if not violations:
        return f"{head}>\n      <system-out>{_text(lines)}</system-out>\n    </testcase>\n"
    message = f"{violations} violation{'s' if violations > 1 else ''}"
    failure = f"      <failure type={_attribute(rule)} message={_attribute(message)}>{_text(lines)}</failure>\n"
    return f"{head}>\n{failure}    </testcase>\n"


def _text(text: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", text))


def _attribute(text: str) -> str:
    return quoteattr(_NOT_XML.sub("\ufffd", text))
