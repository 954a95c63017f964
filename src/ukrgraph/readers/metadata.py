"""What `meta.toml` says of a document: TOML 1.0, its keys those of `ukrgraph.document.Metadata`.

id = "kyiv-post-2022-09-21"
title = "..."
language = "en"
publisher = "kyiv-post"             # an entity of the authority file
sha256 = "..."                      # of the bytes of text.txt
[published]
earliest = 2022-09-21               # days; a missing one is an open end
latest = 2022-09-21
basis = "dateline"
[notes]
topic = "..."                       # free strings
"""

import re
import tomllib
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, NamedTuple

from ukrgraph.document import Interval, Metadata, position
from ukrgraph.finding import Finding, Severity, excerpt, shown

_STRINGS = (
    "id", "title", "language", "publisher", "publisher_basis", "credited_source", "licence", "source", "sha256",
)  # fmt: skip
_KEYS = (*_STRINGS, "redistributable", "published", "notes")
_PUBLISHED = ("earliest", "latest", "basis")

_ID = re.compile(r"[A-Za-z0-9._-]+")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def is_document_id(name: str) -> bool:
    """Tell whether `name` may name a document: letters a to z, digits, '.', '_' and '-', and not '.' or '..'.

    It becomes a part of IRIs and of file names, so it must not lead out of a folder.
    """
    return _ID.fullmatch(name) is not None and name.strip(".") != ""


def finding(source: str, file: str, rule: str, key: str, message: str, advice: str) -> Finding:  # noqa: PLR0913, PLR0917
    """Return a violation about `key` at the first line of `source` that sets it; about the whole file if none does."""
    name = re.escape(key.rpartition(".")[2])
    match = re.search(rf"^[ \t\[]*[\"']?({name})[\"']?[ \t]*[=\].]", source, re.MULTILINE)
    if match is None:
        return Finding(rule, Severity.VIOLATION, message, file, advice=advice)
    line, column = position(source, match.start(1))
    text = source[match.start(1) - column + 1 :].partition("\n")[0]
    width = len(match[1])
    return Finding(rule, Severity.VIOLATION, message, file, line, column, excerpt(text, column), width, advice)


class _File(NamedTuple):
    """A file in TOML, its name for messages, and what has been found in it."""

    name: str
    source: str
    findings: list[Finding]

    def report(self, rule: str, key: str, message: str, advice: str) -> None:
        """Add a finding about `key`."""
        self.findings.append(finding(self.source, self.name, rule, key, message, advice))


def parse(source: str, file: str) -> tuple[Metadata | None, list[Finding]]:
    """Return what a `meta.toml` says, and what is wrong in it; `file` is its name for messages.

    None if it is not TOML or gives no id that may name a document. A value that is wrong is reported and left out.
    """
    try:
        table = tomllib.loads(source)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return None, [_not_toml(source, file, str(error))]
    found = _File(file, source, [])
    _unknown_keys(found, table, _KEYS, "")
    values: dict[str, Any] = {key: _string(found, table, key) for key in _STRINGS}
    earliest, latest, basis = _published(found, table)
    redistributable = table.get("redistributable", True)
    if not isinstance(redistributable, bool):
        message = f"expected true or false, got {shown(str(redistributable))}"
        found.report("bad-metadata", "redistributable", message, "write redistributable = true or = false")
        redistributable = False
    if values["sha256"] and not _SHA256.fullmatch(values["sha256"]):
        message = f"expected 64 digits of a SHA-256, got {shown(values['sha256'])}"
        found.report("bad-metadata", "sha256", message, "write what sha256sum prints of text.txt")
        values["sha256"] = ""
    if not is_document_id(values["id"]):
        message = f"expected an id of letters a-z, digits, '.', '_' and '-', got {shown(values['id'])}"
        found.report("bad-id", "id", message, 'give the document an id, such as id = "digest-000"')
        return None, found.findings
    notes = _notes(found, table)
    published = Interval(earliest, latest)
    meta = Metadata(**values, published=published, published_basis=basis, redistributable=redistributable, notes=notes)
    return meta, found.findings


def _not_toml(source: str, file: str, message: str) -> Finding:
    match = re.search(r"\(at line (\d+), column (\d+)\)", message)
    lines = source.split("\n")
    line, column = (int(match[1]), int(match[2])) if match else (len(lines), 1)
    text = excerpt(lines[line - 1], column) if line <= len(lines) else ""
    expected = f"expected TOML, got a mistake: {message.partition(' (at ')[0]}"
    advice = "correct the line; a date is written 2022-09-21 and must exist"
    return Finding("bad-toml", Severity.VIOLATION, expected, file, line, column, text, 1, advice)


def _unknown_keys(found: _File, table: dict[str, Any], known: tuple[str, ...], prefix: str) -> None:
    for key in table:
        if key not in known:
            near = get_close_matches(key, known, 1)
            advice = f"did you mean {near[0]!r}?" if near else f"use one of {', '.join(known)}"
            message = f"expected a key of meta.toml, got {shown(prefix + key)}"
            found.report("unknown-key", key, message, advice)


def _string(found: _File, table: dict[str, Any], key: str) -> str:
    value = table.get(key, "")
    if isinstance(value, str):
        return value
    found.report("bad-metadata", key, f"expected a string, got {shown(str(value))}", f'write {key} = "..."')
    return ""


def _published(found: _File, table: dict[str, Any]) -> tuple[date | None, date | None, str]:
    published = table.get("published", {})
    if not isinstance(published, dict):
        message = f"expected a table, got {shown(str(published))}"
        found.report("bad-metadata", "published", message, "write [published] with earliest, latest and basis")
        return None, None, ""
    _unknown_keys(found, published, _PUBLISHED, "published.")
    earliest, latest = _day(found, published, "earliest"), _day(found, published, "latest")
    if earliest and latest and earliest > latest:
        message = f"expected a day not before {earliest}, got {latest}"
        found.report("dates-reversed", "latest", message, "exchange earliest and latest, or correct them")
    return earliest, latest, _string(found, published, "basis")


def _day(found: _File, table: dict[str, Any], key: str) -> date | None:
    value = table.get(key)
    if isinstance(value, datetime):
        value = value.isoformat()
    if value is None or isinstance(value, date):
        return value
    try:
        if _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except (TypeError, ValueError):
        pass
    message = f"expected a day that exists, written 2022-09-21, got {shown(str(value))}"
    found.report("bad-date", key, message, "correct the day, or delete the line if it is unknown")
    return None


def _notes(found: _File, table: dict[str, Any]) -> dict[str, str]:
    notes = table.get("notes", {})
    if not isinstance(notes, dict):
        found.report("bad-metadata", "notes", f"expected a table, got {shown(str(notes))}", "write [notes]")
        return {}
    return {key: _string(found, notes, key) for key in notes}
