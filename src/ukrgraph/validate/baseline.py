"""Findings that are known: a file of fingerprints, so that only new findings fail a build.

One line a finding: fingerprint, rule and place, separated by tabs; sorted. Only the fingerprint is read, and it stays
the same when a finding moves to another line.
"""

from collections import Counter
from pathlib import Path

from ukrgraph.errors import InputError
from ukrgraph.files import replacing
from ukrgraph.finding import Finding
from ukrgraph.reports.context import fingerprint, place
from ukrgraph.validate.validation import Outcome

HEAD = "# ukrgraph baseline 1: fingerprint, rule, place"


def _print(outcome: Outcome, finding: Finding) -> str:
    return fingerprint(finding, outcome.context.facts.get(finding, {}))


def write(file: Path, outcome: Outcome) -> None:
    """Write the findings of `outcome` as known.

    Raises OutsideError if the file cannot be written.
    """
    rows = sorted(f"{_print(outcome, one)}\t{one.rule}\t{place(one)}" for one in outcome.findings)
    with replacing(file) as stream:
        stream.write("".join(f"{row}\n" for row in (HEAD, *rows)).encode())


def read(file: Path) -> Counter[str]:
    """Return how often each fingerprint is known.

    Raises InputError if the file cannot be read or is no baseline.
    """
    try:
        lines = file.read_text("utf-8").splitlines()
    except OSError as error:
        raise InputError(f"{file}: cannot read it: {error.strerror or error}; check --baseline") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: expected a baseline in UTF-8; write it with --write-baseline") from error
    if not lines or lines[0] != HEAD:
        raise InputError(f"{file}:1: expected {HEAD!r}, got {(lines or [''])[0]!r}; write it with --write-baseline")
    return Counter(line.split("\t", 1)[0] for line in lines[1:] if line)


def new(file: Path, outcome: Outcome) -> list[Finding]:
    """Return the findings that are not known, in their order."""
    known = read(file)
    found = []
    for finding in outcome.findings:
        mark = _print(outcome, finding)
        if known[mark] > 0:
            known[mark] -= 1
        else:
            found.append(finding)
    return found
