"""Findings as SARIF 2.1.0 (OASIS, https://docs.oasis-open.org/sarif/sarif/v2.1.0/), which code scanning reads."""

import json
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import quote

from ukrgraph.finding import Finding
from ukrgraph.reports.context import NOTHING, WORDS, Context, Rule, fingerprint

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
HELP = "https://w3id.org/ukrgraph/shapes#"


def sarif(findings: Iterable[Finding], context: Context = NOTHING) -> str:
    """Return one run with the rules that were checked and a result a finding, in their order.

    Columns are in code points, lines and columns from 1, the end column exclusive (sections 3.30.5 to 3.30.8). The
    fingerprint stays the same when a finding moves to another line.
    """
    found = list(findings)
    known = {rule.name: rule for rule in context.rules}
    names = [*known, *sorted({one.rule for one in found} - set(known))]
    rules = [_rule(known.get(name) or Rule(name, name.replace("-", " "))) for name in names]
    driver = {
        "name": "ukrgraph",
        **_version(),
        "informationUri": "https://w3id.org/ukrgraph/",
        "rules": rules,
    }
    order = {name: number for number, name in enumerate(names)}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, order[one.rule], context) for one in found],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def _version() -> dict[str, str]:
    """Return the version of the program, if it is installed."""
    try:
        return {"semanticVersion": version("ukrgraph")}
    except PackageNotFoundError:
        return {}


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.name,
        "shortDescription": {"text": rule.need},
        "fullDescription": {"text": rule.why or rule.need},
        "defaultConfiguration": {"level": WORDS[rule.severity]},
        "helpUri": HELP + quote(rule.name),
    }


def _result(finding: Finding, number: int, context: Context) -> dict[str, Any]:
    facts = context.facts.get(finding, {})
    text = finding.message + (f"; {finding.advice}" if finding.advice else "")
    location: dict[str, Any] = {"artifactLocation": {"uri": quote(finding.file.replace("\\", "/"), safe="/:")}}
    if finding.line:
        location["region"] = _region(finding)
    result = {
        "ruleId": finding.rule,
        "ruleIndex": number,
        "level": WORDS[finding.severity],
        "message": {"text": text},
        "locations": [{"physicalLocation": location}],
        "partialFingerprints": {"ukrgraph/v1": fingerprint(finding, facts)},
    }
    return result | ({"properties": dict(facts)} if facts else {})


def _region(finding: Finding) -> dict[str, Any]:
    region: dict[str, Any] = {"startLine": finding.line}
    if finding.column:
        region |= {"startColumn": finding.column, "endColumn": finding.column + max(1, finding.width)}
    if finding.source:
        region["snippet"] = {"text": finding.source}
    return region
