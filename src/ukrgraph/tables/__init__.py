"""Tables for analysts: statements, sanctions and findings of a corpus, one row each, as Parquet, Arrow or CSV.

The values are those of the graph: they are read from the pairs that the converter makes of each record. Entities are
given by their ids in the authority file, concepts by their notations, other records by their ids. Rows
stand in the order of the documents and of their annotations; the same input gives the same bytes with one version of
pyarrow.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

from ukrgraph.conversion.one import Source, Task
from ukrgraph.convert import convert
from ukrgraph.document import Document, Event
from ukrgraph.finding import Finding
from ukrgraph.iri import Namespace
from ukrgraph.profile import RECORDS
from ukrgraph.readers import READERS
from ukrgraph.records import Work, indexed, stance, statements
from ukrgraph.selectors import QUOTED_WORDS

TEXT, TEXTS, DAY, NUMBER = "text", "texts", "day", "number"
"""What a column holds: a string, a list of strings, a day, a whole number. All but lists may be missing."""

Row = tuple[Any, ...]


class Column(NamedTuple):
    """A column: its name, what it holds, and the property that gives it, if it is of a record."""

    name: str
    kind: str
    property: str = ""


_PLACE = (
    Column("quote", TEXT), Column("start", NUMBER), Column("end", NUMBER), Column("text_file", TEXT),
    Column("file", TEXT), Column("line", NUMBER),
)  # fmt: skip
_HEAD = (
    Column("id", TEXT), Column("document", TEXT), Column("record", TEXT), Column("earliest", DAY, "earliest"),
    Column("latest", DAY, "latest"), Column("published_earliest", DAY), Column("published_latest", DAY),
)  # fmt: skip

TABLES: Mapping[str, tuple[Column, ...]] = MappingProxyType({
    "statements": (
        *_HEAD,
        Column("speaker", TEXTS, "speaker"), Column("speaker_text", TEXTS, "speakerText"),
        Column("on_behalf_of", TEXTS, "onBehalfOf"), Column("state", TEXT, "onBehalfOfState"),
        Column("addressee", TEXTS, "addressee"), Column("act", TEXTS, "speechAct"), Column("stance", TEXT, "stance"),
        Column("stance_for", TEXTS, "stanceFor"), Column("stance_against", TEXTS, "stanceAgainst"),
        Column("about", TEXTS, "about"), Column("affirms", TEXTS, "affirms"), Column("rejects", TEXTS, "rejects"),
        Column("modality", TEXT, "modality"), Column("mode", TEXT, "quotationMode"),
        Column("attribution", TEXT, "attribution"), Column("paraphrase", TEXT, "paraphrase"),
        Column("confidence", TEXT, "confidence"), *_PLACE,
    ),
    "sanctions": (
        *_HEAD,
        Column("phase", TEXT, "phase"), Column("imposer", TEXTS, "imposer"), Column("target", TEXTS, "sanctionTarget"),
        Column("measure", TEXTS, "measure"), Column("measure_detail", TEXT, "measureDetail"),
        Column("trigger", TEXTS, "trigger"), Column("claimed_in", TEXTS, "claimedIn"), *_PLACE,
    ),
    "findings": (
        Column("rule", TEXT), Column("severity", TEXT), Column("message", TEXT), Column("file", TEXT),
        Column("line", NUMBER), Column("column", NUMBER), Column("source", TEXT), Column("width", NUMBER),
        Column("advice", TEXT),
    ),
})  # fmt: skip
"""The tables and their columns. A row of "sanctions" is a sanction as a document describes it (record "Sanction"), or
a phase of one ("SanctionStatus"); both give the id of the sanction."""

_OF = {
    **dict.fromkeys(("Statement", "PlannedStatement", "AscribedStatement"), "statements"),
    **dict.fromkeys(("Sanction", "SanctionStatus"), "sanctions"),
}
"""The table of a record, by its label."""

_CONCEPT = re.compile(r"concepts#[a-z]+-(.*)")
_LITERAL = re.compile(r'"(.*)"(?:@[A-Za-z-]+|\^\^<[^>]*>)?', re.DOTALL)
_ESCAPE = re.compile(r'\\(?:u([0-9A-F]{4})|([nrtbf"\\]))')
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "\\": "\\"}


def rows(document: Document, names: Namespace) -> Iterator[tuple[str, Row]]:
    """Yield the rows of a document, each with the name of its table, in the order of the annotations."""
    work = indexed(document, names)
    for event in document.events:
        table = _OF.get(event.label)
        pairs = [pair for said, _, _ in statements(work, event) for pair in said] if table else []
        if table and pairs:
            if "For" in RECORDS[event.label].fields:
                pairs.append(stance(pairs))
            yield table, _row(work, event, pairs, TABLES[table])


def _row(work: Work, event: Event, pairs: Iterable[str], columns: Sequence[Column]) -> Row:
    values: dict[str, list[str]] = defaultdict(list)
    for pair in dict.fromkeys(pairs):
        predicate, _, term = pair.partition(" ")
        values[predicate[1:-1].rpartition("#")[2].rpartition("/")[2]].append(_plain(term, work.names.base))
    published = work.document.metadata.published
    known: dict[str, Any] = {
        "id": (values["statusOf"] or [_plain(work.subjects[event.id], work.names.base)])[0],
        "document": work.document.metadata.id,
        "record": event.label,
        "published_earliest": published.earliest,
        "published_latest": published.latest,
        **_place(work, event),
    }
    return tuple(
        _value(column, values[column.property]) if column.property else known[column.name] for column in columns
    )


def _value(column: Column, values: list[str]) -> Any:  # noqa: ANN401  # what the column holds
    """Return what a row has in a column; of several values of a column that holds one, the first."""
    if column.kind == TEXTS:
        return values
    if not values:
        return None
    return date.fromisoformat(values[0]) if column.kind == DAY else values[0]


def _place(work: Work, event: Event) -> dict[str, Any]:
    """Return where a record stands: its first passage, else its trigger, and its line in the annotation file."""
    document = work.document
    passages = [work.textbounds.get(role.target) for role in event.roles if role.name == "Passage"]
    mark = next((passage for passage in passages if passage), work.textbounds[event.trigger])
    words = document.text[mark.start : mark.end]
    may_be_quoted = document.metadata.redistributable or len(words.split()) <= QUOTED_WORDS
    return {
        "quote": words if may_be_quoted else None,
        "start": mark.start,
        "end": mark.end,
        "text_file": document.text_file,
        "file": document.annotation_file,
        "line": event.line,
    }


def _plain(term: str, base: str) -> str:
    """Return a term of N-Quads as analysts know it: an id, a notation, an IRI of others, or a text.

    >>> _plain("<https://w3id.org/ukrgraph/id/nato>", "https://w3id.org/ukrgraph/")
    'nato'
    >>> _plain("<https://w3id.org/ukrgraph/concepts#act-vows-to-fight>", "https://w3id.org/ukrgraph/")
    'vows-to-fight'
    """
    literal = _LITERAL.fullmatch(term)
    if literal:
        return _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else _ESCAPED[found[2]], literal[1])
    iri = term[1:-1]
    concept = _CONCEPT.search(iri)
    return concept[1] if concept else iri.rpartition("/")[2] if iri.startswith(base) else iri


def _of_finding(finding: Finding) -> Row:
    return (finding.rule, finding.severity.name.lower(), *finding[2:])


Rows = dict[str, list[Row]]
"""Rows by the name of their table."""


def rows_of(sources: Sequence[Source], task: Task) -> Rows:
    """Return the rows of some documents, read as `task` says."""
    found: Rows = {name: [] for name in TABLES}
    for source in sources:
        document, findings = (None, [source]) if isinstance(source, Finding) else READERS[task.reader].read(source)
        if document is not None:
            for table, row in rows(document, task.names):
                found[table].append(row)
            findings = [*findings, *convert(document, task.names).findings]
        found["findings"] += map(_of_finding, findings)
    return found
