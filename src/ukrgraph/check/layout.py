"""Whether the annotation file is in canonical form: ids that derive from spans, and one order of lines."""

from ukrgraph.check.context import WARNING, Context
from ukrgraph.finding import shown
from ukrgraph.standoff.canonical import arrange

_FORMAT = "run ukrgraph corpus fmt"


def check(context: Context) -> None:
    """Report each id that does not derive from its span, and the first line that is not in its place."""
    before, ordered = 0, True
    for annotation, derived in arrange(context.document):
        if annotation.id != derived:
            message = f"expected the id {derived!r}, which derives from the span, got {shown(annotation.id)}"
            context.report(annotation, "id", "id-not-derived", WARNING, message, _FORMAT)
        if ordered and annotation.line < before:
            message = f"expected this line after line {before}, got it before"
            context.report(annotation, "id", "not-formatted", WARNING, message, _FORMAT)
            ordered = False
        before = annotation.line
