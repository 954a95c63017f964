"""Annotations moved along with an edit of their text: each one rightly, or not at all and reported.

An annotation is moved if every shortest way from the old text to the new one takes its words, whole and unchanged, to
one and the same place (see `alignment`). So an edit that can be read in two ways moves nothing that depends on the
reading.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from typing import TypeVar

from ukrgraph.document import Attribute, Document, Event, Link, Note, Relation, Role, Span, TextBound, position
from ukrgraph.finding import Finding, Severity, shown
from ukrgraph.retext.alignment import UNSETTLED, images
from ukrgraph.standoff.lines import Annotation, finding

_About = TypeVar("_About", Attribute, Link, Note)
_SHOWN_PLACES = 3


def retext(document: Document, new_text: str) -> tuple[Document, list[Finding]]:
    """Return `document` with the text `new_text`, its annotations where their words are now, and what was lost.

    `new_text` has line ends LF, as every text of a document. An annotation whose words were changed, or whose place
    cannot be known, is left out with what is about it; each of them is a violation `anchor-lost` at its line. A lost
    target takes its role out of an event. Ids are those of the old document: render the new one in canonical form.
    """
    work = _Move(document, new_text)
    textbounds = work.textbounds()
    events = work.events()
    relations = tuple([one for one in document.relations if not work.loses(one, [end.target for end in one.targets])])
    moved = replace(
        document,
        metadata=replace(document.metadata, sha256=hashlib.sha256(new_text.encode()).hexdigest()),
        text=new_text,
        textbounds=textbounds,
        events=events,
        relations=relations,
        attributes=work.about(document.attributes),
        links=work.about(document.links),
        notes=work.about(document.notes),
    )
    return moved, sorted(work.findings, key=lambda found: (found.line, found.column))


class _Move:
    """The move of one document: which ids have been lost so far, and what is to be said about it."""

    def __init__(self, document: Document, new_text: str) -> None:
        self.document, self.new_text = document, new_text
        self.findings: list[Finding] = []
        self.lost: set[str] = set()
        self.images = images(document.text, new_text)
        pairs = zip(self.images, [*self.images[1:], UNSETTLED], strict=True) if self.images else ()
        self._broken = list(accumulate((after != image + 1 for image, after in pairs), initial=0))

    def report(self, annotation: Annotation, part: str, message: str, advice: str) -> None:
        """Add a finding about something that is not in the new document."""
        file = self.document.annotation_file
        self.findings.append(finding(file, annotation, part, "anchor-lost", Severity.VIOLATION, message, advice))

    def textbounds(self) -> tuple[TextBound, ...]:
        """Return the text-bounds that can be moved, at their new places."""
        kept = []
        for textbound in self.document.textbounds:
            reason = self._reason(textbound)
            if reason:
                self.lost.add(textbound.id)
                self.report(textbound, "spans", reason, self._places(textbound.surface))
            else:
                spans = tuple([Span(self.images[a], self.images[a] + b - a) for a, b in textbound.spans])
                kept.append(textbound._replace(spans=spans))
        return tuple(kept)

    def _reason(self, textbound: TextBound) -> str:
        """Return why `textbound` cannot be moved, or nothing."""
        text = self.document.text
        if any(not 0 <= start < end <= len(text) for start, end in textbound.spans):
            return f"expected a span within the {len(text)} code points of the old text, got another one"
        found = " ".join([text[start:end] for start, end in textbound.spans]).replace("\n", " ")
        if found != textbound.surface:
            return f"expected a surface that agrees with the old text, got {shown(textbound.surface)}"
        for start, end in textbound.spans:
            if UNSETTLED in self.images[start:end]:
                return f"expected one place in the new text for {shown(textbound.surface)}, got several or none"
            if self.images[start] < 0 or self._broken[end - 1] - self._broken[start]:
                return f"expected the words {shown(textbound.surface)} in the new text, got them changed"
        return ""

    def _places(self, surface: str) -> str:
        """Return the advice where the words of a lost text-bound stand in the new text."""
        places: list[str] = []
        at = self.new_text.find(surface) if surface else -1
        while at >= 0 and len(places) <= _SHOWN_PLACES:
            line, column = position(self.new_text, at)
            places.append(f"{line}:{column} (offset {at})")
            at = self.new_text.find(surface, at + 1)
        if not places:
            return "annotate the new words"
        more = ", ..." if len(places) > _SHOWN_PLACES else ""
        return f"annotate the words again; the new text has them at {', '.join(places[:_SHOWN_PLACES])}{more}"

    def events(self) -> tuple[Event, ...]:
        """Return the events that still have their triggers, without roles whose targets are lost."""
        remaining = [one for one in self.document.events if not self.loses(one, [one.trigger])]
        return tuple([self._with_roles(event) for event in remaining])

    def _with_roles(self, event: Event) -> Event:
        kept: list[Role] = []
        for index, role in enumerate(event.roles):
            if role.target in self.lost:
                message = f"expected the target of {role.name}, got none: {role.target} was lost"
                self.report(event, f"role{index}", message, "add the role again")
            else:
                kept.append(role)
        return event if len(kept) == len(event.roles) else event._replace(roles=tuple(kept))

    def about(self, annotations: Sequence[_About]) -> tuple[_About, ...]:
        """Return the annotations whose targets are still there."""
        return tuple([one for one in annotations if not self.loses(one, [one.target])])

    def loses(self, annotation: Event | Relation | Attribute | Link | Note, targets: Sequence[str]) -> bool:
        """Tell whether `annotation` is lost because one of `targets` is, and report it then."""
        lost = next((target for target in targets if target in self.lost), None)
        if lost is None:
            return False
        self.lost.add(annotation.id)
        self.report(annotation, "id", f"expected {lost}, which it is about, got none: it was lost", "add it again")
        return True
