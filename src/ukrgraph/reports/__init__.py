"""Findings as people and programs read them: one function a format, in an explicit table."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Protocol

from ukrgraph.finding import Finding
from ukrgraph.reports.context import NOTHING, Context
from ukrgraph.reports.github import github
from ukrgraph.reports.junit import junit
from ukrgraph.reports.objects import json_text
from ukrgraph.reports.plain import text
from ukrgraph.reports.sarif import sarif


class Report(Protocol):
    """A writer: from findings and what is known beside them to the text of a report."""

    def __call__(self, findings: Iterable[Finding], context: Context = NOTHING) -> str:
        """Return the report of `findings`, in their order."""


WRITERS: Mapping[str, Report] = MappingProxyType(
    {"text": text, "json": json_text, "sarif": sarif, "junit": junit, "github": github}
)
"""Formats of findings by the name that users give."""

__all__ = ["WRITERS", "Context", "Report", "text"]
