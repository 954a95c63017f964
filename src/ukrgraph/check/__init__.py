"""What is wrong in an annotated document, as far as the document and the authority file can tell.

    layout       ids derive from spans, lines are in canonical order
    spans        offsets lie in the text, surfaces agree with it, nothing is cut or hidden
    references   ids are there and used once, nothing points at itself in a circle
    fields       labels, roles, attributes and notes are those of the profile, and complete
    values       concepts, days, numbers and entities exist
    letters      no letter of another script hides in a word of the text

A finding names the line of the annotation file and the part of it that is at fault. The line is rebuilt from the
annotation, which is exact for a file in the strict profile.
"""

from collections.abc import Mapping

from ukrgraph.check import fields, layout, letters, references, spans
from ukrgraph.check.context import Context, record_classes
from ukrgraph.document import Document
from ukrgraph.finding import Finding, by_place

__all__ = ["check", "record_classes"]

_CHECKS = (layout.check, spans.check, references.check, fields.check, letters.check)


def check(document: Document, authority: Mapping[str, str]) -> list[Finding]:
    """Return what is wrong in `document`, sorted by file, line and column.

    `authority` has the class (local name) of each entity by id. If it is empty, entities are not looked up. Records of
    other documents can be looked up too, if `authority` also has what `record_classes` returns for them.
    """
    context = Context(document, authority)
    for one in _CHECKS:
        one(context)
    return sorted(context.findings, key=by_place)
