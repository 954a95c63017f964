"""Findings on the command line: printed to standard error, and the exit code that follows from them."""

from collections.abc import Iterable

import click

from ukrgraph.finding import Finding, Severity, by_place
from ukrgraph.reports import text

LEVELS = {"violation": Severity.VIOLATION, "warning": Severity.WARNING, "info": Severity.INFO}
"""The values of --fail-on."""


def show(findings: Iterable[Finding]) -> None:
    """Print findings, sorted by place, to standard error."""
    click.echo(text(sorted(findings, key=by_place)), err=True, nl=False)


def exit_with(findings: Iterable[Finding], level: Severity) -> None:
    """End the command with exit code 1 if a finding is at or above `level`."""
    if any(finding.severity >= level for finding in findings):
        raise SystemExit(1)
