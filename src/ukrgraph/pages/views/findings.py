"""The findings of the corpus, by severity, with their places."""

from dataclasses import dataclass

from ukrgraph.finding import Finding, Severity
from ukrgraph.pages.site import Site


@dataclass(frozen=True, slots=True)
class Findings:
    """What validation found, by severity, the worst first; `failure` says why it could not look."""

    groups: tuple[tuple[str, tuple[Finding, ...]], ...]
    failure: str

    @property
    def count(self) -> int:
        """Return how many findings there are."""
        return sum(len(found) for _, found in self.groups)


def findings(site: Site) -> Findings:
    """Return the findings of the corpus of the project."""
    found, failure = site.findings
    levels = sorted(Severity, reverse=True)
    groups = tuple((level.name.lower(), tuple(item for item in found if item.severity == level)) for level in levels)
    return Findings(tuple((level, items) for level, items in groups if items), failure)


def document_of(finding: Finding) -> str:
    """Return the id of the document whose annotation a finding points at, or an empty text."""
    parts = finding.file.split("/")
    return parts[-2] if len(parts) > 1 and parts[-1] in {"text.ann", "text.txt", "meta.toml"} else ""
