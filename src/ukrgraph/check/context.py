"""What the checks of one document share: its annotations by id, what is known outside it, and the findings."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from itertools import chain

from ukrgraph.document import Attribute, Document, Event, Link, Note, TextBound
from ukrgraph.finding import Finding, Severity
from ukrgraph.profile import RECORDS
from ukrgraph.standoff.lines import Annotation, finding

VIOLATION, WARNING, INFO = Severity.VIOLATION, Severity.WARNING, Severity.INFO

_ID = re.compile(r"[A-Za-z0-9._-]*[A-Za-z0-9_-][A-Za-z0-9._-]*")
_MAX_WORD, _MAX_SUGGESTIONS = 60, 200


class Context:
    """A document under check."""

    def __init__(self, document: Document, authority: Mapping[str, str]) -> None:
        self.document = document
        self.authority = authority
        self.findings: list[Finding] = []
        self.textbounds: dict[str, TextBound] = {}
        self.events: dict[str, Event] = {}
        for textbound in document.textbounds:
            self.textbounds.setdefault(textbound.id, textbound)
        for event in document.events:
            self.events.setdefault(event.id, event)
        self.triggered = {event.trigger for event in document.events}
        self.attributes: defaultdict[str, list[Attribute]] = defaultdict(list)
        self.notes: defaultdict[str, list[Note]] = defaultdict(list)
        self.links: defaultdict[str, list[Link]] = defaultdict(list)
        for attribute in document.attributes:
            self.attributes[attribute.target].append(attribute)
        for note in document.notes:
            self.notes[note.target].append(note)
        for link in document.links:
            self.links[link.target].append(link)
        self.records = record_classes(document)
        self.ids: dict[str, Attribute] = {}
        for name, attribute in _named(document):
            self.ids.setdefault(name, attribute)
        self._suggestions: dict[tuple[str, int], str] = {}

    def all(self) -> Iterable[Annotation]:
        """Return all annotations, kind after kind."""
        one = self.document
        return chain[Annotation](one.textbounds, one.events, one.relations, one.attributes, one.links, one.notes)

    def report(  # noqa: PLR0913, PLR0917  # what a finding says
        self, annotation: Annotation, part: str, rule: str, severity: Severity, message: str, advice: str = ""
    ) -> None:
        """Add a finding about the part called `part` of `annotation`."""
        file = self.document.annotation_file
        self.findings.append(finding(file, annotation, part, rule, severity, message, advice))

    def did_you_mean(self, word: str, options: Iterable[str], otherwise: str = "") -> str:
        """Return the advice to use the option nearest to `word`; `otherwise`, or all options, if none is near.

        Only the first 200 words of a document are looked up: comparing takes time.
        """
        options = tuple(options)
        key = (word, hash(options))
        if key not in self._suggestions:
            near: list[str] = []
            if len(word) <= _MAX_WORD and len(self._suggestions) < _MAX_SUGGESTIONS:
                near = get_close_matches(word, options, 1)
            otherwise = otherwise or f"use one of {', '.join(sorted(options))}"
            self._suggestions[key] = f"did you mean {near[0]!r}?" if near else otherwise
        return self._suggestions[key]


def is_id(name: str) -> bool:
    """Tell whether IRIs may be made of `name`: letters a to z, digits, '.', '_' and '-', and not only dots."""
    return _ID.fullmatch(name) is not None


def record_classes(document: Document) -> dict[str, str]:
    """Return the class of each record of `document` that has an Id, by what attributes call it: statement:s002-03.

    A record that describes an entity of the authority file is called as the entity is, so it is not among them.
    """
    labels = {event.id: event.label for event in document.events}
    return {name: labels[one.target] for name, one in _named(document) if RECORDS[labels[one.target]].path != "id"}


def _named(document: Document) -> Iterator[tuple[str, Attribute]]:
    """Return the attributes that give records ids, and what other attributes call the records."""
    labels = {event.id: event.label for event in document.events if event.label in RECORDS}
    for attribute in document.attributes:
        if attribute.name == "Id" and attribute.target in labels:
            yield f"{RECORDS[labels[attribute.target]].path}:{attribute.value}", attribute
