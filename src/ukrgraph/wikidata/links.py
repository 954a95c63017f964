"""The links from our entities to Wikidata: an SSSOM file, one row a link, a denial or a search without result.

The form is SSSOM/TSV (https://mapping-commons.github.io/sssom/spec-formats-tsv/): comment lines with metadata in YAML,
a line of column names, then rows. Two columns are extension slots: `evidence` and `reviewer_kind`.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from ukrgraph.errors import InputError
from ukrgraph.finding import Finding, Severity, excerpt, shown
from ukrgraph.iri import Namespace
from ukrgraph.resources import packaged_root
from ukrgraph.terms import OWL, SKOS
from ukrgraph.wikidata.terms import WD, is_qid

FILE = "data/links.sssom.tsv"

NOTHING = "https://w3id.org/sssom/NoTermFound"
PREDICATES = {
    SKOS + "exactMatch": "exactMatch",
    SKOS + "closeMatch": "closeMatch",
    SKOS + "relatedMatch": "relatedMatch",
    OWL + "differentFrom": "differentFrom",
}
"""The predicates that a link may have, by IRI."""

REVIEWERS = ("machine", "person")
COLUMNS = ("subject_id", "predicate_id", "object_id", "mapping_justification", "mapping_date")
"""The columns that must be there; the first four are those that SSSOM requires."""

_JUSTIFICATION = "https://w3id.org/semapv/vocab/"
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_CURIE = re.compile(r"#  ([A-Za-z][\w.-]*): *(\S+)")


class Link(NamedTuple):
    """A row: what we say about one of our entities and an item.

    `subject` is our id, `predicate` a value of PREDICATES, `qid` the item or "" where none was found. `confidence` lies
    between 0 and 1, or is None. `reviewer` is one of REVIEWERS or "". `line` counts from 1.
    """

    subject: str
    predicate: str
    qid: str
    justification: str
    evidence: str
    confidence: float | None
    reviewer: str
    date: str
    line: int
    label: str = ""
    comment: str = ""


class Parsed(NamedTuple):
    """The links of a file in its order, what is wrong with its rows, and its lines without line ends."""

    links: list[Link]
    findings: list[Finding]
    lines: list[str]


def find(project: Path) -> Path:
    """Return the links file of `project` if it has one, else the packaged one."""
    own = project / FILE
    return own if own.is_file() else packaged_root() / FILE


def read(path: Path, names: Namespace | None = None) -> list[Link]:
    """Return the links of an SSSOM file, in its order.

    Raises InputError with the place of the first fault if a row is not in the form that `parse` asks for.
    """
    parsed = parse(path, names)
    for fault in parsed.findings:
        raise InputError(f"{fault.file}:{fault.line}: {fault.message}; {fault.advice}")
    return parsed.links


def exact(links: Iterable[Link]) -> dict[str, str]:
    """Return the QID of each entity that has an exact match."""
    return {link.subject: link.qid for link in links if link.predicate == "exactMatch" and link.qid}


def parse(path: Path, names: Namespace | None = None) -> Parsed:
    """Return the links of an SSSOM file and a finding for each row that is malformed, which is then left out.

    Raises InputError if the file cannot be read or lacks a column.
    """
    try:
        lines = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").split("\n")
    except OSError as error:
        raise InputError(f"{path}: cannot read it: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: expected UTF-8, got byte {error.object[error.start]:#04x}; save it as UTF-8"
        ) from error
    head = next((number for number, line in enumerate(lines) if line and not line.startswith("#")), len(lines))
    columns = lines[head].split("\t") if head < len(lines) else []
    missing = [column for column in COLUMNS if column not in columns]
    if missing:
        raise InputError(f"{path}:{head + 1}: expected the columns {', '.join(COLUMNS)}, got no {missing[0]}")
    prefixes = {match[1]: match[2] for line in lines[:head] if (match := _CURIE.match(line))}
    reader = _Rows(str(path), prefixes, (names or Namespace()).entity(""))
    links = []
    for number, line in enumerate(lines[head + 1 :], start=head + 2):
        if line and (link := reader.link(line, number, columns)):
            links.append(link)
    return Parsed(links, reader.findings, lines)


class _Rows:
    """Rows to links; what is wrong with them is kept."""

    def __init__(self, file: str, prefixes: dict[str, str], own: str) -> None:
        self.file = file
        self.prefixes = prefixes
        self.own = own
        self.findings: list[Finding] = []

    def link(self, line: str, number: int, columns: list[str]) -> Link | None:
        """Return the link of a row, or None after a fault."""
        cells = line.split("\t")
        if len(cells) != len(columns):
            self._fault(line, number, line, f"expected {len(columns)} columns, got {len(cells)}")
            return None
        row = dict(zip(columns, cells, strict=True))
        for column, wrong in self._wrong(row):
            value = row.get(column, "")
            self._fault(line, number, value, f"{column}: {wrong}, got {shown(value)}")
            return None
        target = self._expand(row["object_id"])
        confidence = row.get("confidence", "")
        return Link(
            self._expand(row["subject_id"]).removeprefix(self.own),
            PREDICATES[self._expand(row["predicate_id"])],
            "" if target == NOTHING else target.removeprefix(WD),
            self._expand(row["mapping_justification"]).removeprefix(_JUSTIFICATION),
            row.get("evidence", ""),
            float(confidence) if confidence else None,
            row.get("reviewer_kind", ""),
            row["mapping_date"],
            number,
            row.get("object_label", ""),
            row.get("comment", ""),
        )

    def _wrong(self, row: dict[str, str]) -> Iterator[tuple[str, str]]:
        """Yield each column with a value that is not allowed, and what is expected."""
        if not self._expand(row["subject_id"]).startswith(self.own):
            yield "subject_id", "expected an entity as 'id:...'"
        if self._expand(row["predicate_id"]) not in PREDICATES:
            yield "predicate_id", f"expected one of {', '.join(PREDICATES.values())}"
        target = self._expand(row["object_id"])
        if target != NOTHING and not (target.startswith(WD) and is_qid(target.removeprefix(WD))):
            yield "object_id", "expected 'wd:Q...' or 'sssom:NoTermFound'"
        elif target == NOTHING and not self._expand(row["predicate_id"]).endswith("exactMatch"):
            yield "predicate_id", "expected 'skos:exactMatch' in a row without item"
        if not self._expand(row["mapping_justification"]).startswith(_JUSTIFICATION):
            yield "mapping_justification", "expected a term of semapv"
        if not _is_day(row["mapping_date"]):
            yield "mapping_date", "expected a date as YYYY-MM-DD"
        if not re.fullmatch(r"|0(\.\d+)?|1(\.0+)?", row.get("confidence", "")):
            yield "confidence", "expected a number from 0 to 1"
        if row.get("reviewer_kind", "") not in {"", *REVIEWERS}:
            yield "reviewer_kind", f"expected {' or '.join(REVIEWERS)}"

    def _expand(self, curie: str) -> str:
        prefix, colon, local = curie.partition(":")
        return self.prefixes[prefix] + local if colon and prefix in self.prefixes else curie

    def _fault(self, line: str, number: int, value: str, message: str) -> None:
        column = line.find(value) + 1 if value else 1
        fault = finding("link-form", message, self.file, number, "write the row as its neighbours are", column)
        self.findings.append(fault._replace(source=excerpt(line, column), width=min(len(value), 40)))


def _is_day(text: str) -> bool:
    try:
        return _DATE.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


def finding(rule: str, message: str, file: str, line: int, advice: str, column: int = 1) -> Finding:  # noqa: PLR0913, PLR0917
    """Return a violation at a row of the links."""
    return Finding(rule, Severity.VIOLATION, message, file, line, column, advice=advice)


def nquads(links: Iterable[Link], names: Namespace) -> list[str]:
    """Return the links that name an item as N-Quads lines in the graph of links, sorted; a denial is one as well."""
    iris = {local: iri for iri, local in PREDICATES.items()}
    graph = names.graph("links")
    return sorted(
        f"<{names.entity(link.subject)}> <{iris[link.predicate]}> <{WD}{link.qid}> <{graph}> .\n"
        for link in links
        if link.qid
    )
