"""Findings as one JSON text, for programs."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from ukrgraph.finding import Finding, Severity
from ukrgraph.reports.context import NOTHING, Context, fingerprint


def json_text(findings: Iterable[Finding], context: Context = NOTHING) -> str:
    """Return an object with the findings in their order, and how many there are of each severity.

    A finding has rule, severity, message, file, line, column, source, width, advice, fingerprint, and what else is
    known of it under "about".
    """
    objects = [_one(finding, context) for finding in findings]
    counts = Counter(one["severity"] for one in objects)
    whole = {
        "findings": objects,
        "counts": {severity.name.lower(): counts[severity.name.lower()] for severity in sorted(Severity, reverse=True)},
        "summary": context.summary,
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def _one(finding: Finding, context: Context) -> dict[str, Any]:
    facts = context.facts.get(finding, {})
    fields = finding._asdict() | {"severity": finding.severity.name.lower()}
    return fields | {"fingerprint": fingerprint(finding, facts), "about": dict(facts)}
