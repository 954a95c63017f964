"""Text-bounds of a foreign file, brought to code points of the text; and ids that are each used once."""

from collections.abc import Iterable, Mapping
from itertools import count

from ukrgraph.document import TextBound
from ukrgraph.finding import Finding, Severity, excerpt, shown
from ukrgraph.readers.offsets import CODE_POINTS, Proof, agrees, convert, prove
from ukrgraph.standoff.lines import Annotation

_CORRECT = "correct the offsets, or the surface"


def anchored(
    text: str, textbounds: list[TextBound], source: Mapping[int, str], file: str
) -> tuple[list[TextBound], list[Finding]]:
    """Return text-bounds with spans in code points, pieces in text order, and findings about those that do not fit.

    The unit of the offsets is the one that the surfaces prove. A span that is not in the text is left out, as a
    violation; a surface that is not what the text has at its span is a warning; a missing one is filled in. `source`
    has the lines of the annotation file by number.
    """
    proof = prove(text, [(one.spans, one.surface) for one in textbounds if one.surface])
    findings = _about(proof, textbounds, text, file)
    kept = []
    for textbound in textbounds:
        spans = convert(textbound.spans, proof.unit)
        line = source.get(textbound.line, "")
        if spans is None or any(not 0 <= start <= end <= len(text) for start, end in spans):
            message = f"expected a span within the {len(text)} code points of the text, got {_spans(textbound)}"
            findings.append(_finding("outside-text", Severity.VIOLATION, message, textbound, line, file))
            continue
        surface = textbound.surface.replace("\n", " ")
        found = " ".join([text[start:end] for start, end in sorted(spans)]).replace("\n", " ")
        if surface and not agrees(text, spans, surface):
            message = f"expected the surface {shown(found)}, got {shown(surface)}"
            findings.append(_finding("surface-differs", Severity.WARNING, message, textbound, line, file))
        elif list(spans) != sorted(spans):
            message = f"expected pieces in the order of the text, got {_spans(textbound)}"
            findings.append(_finding("pieces-out-of-order", Severity.WARNING, message, textbound, line, file))
            surface = found
        kept.append(textbound._replace(spans=tuple(sorted(spans)), surface=surface or found))
    return kept, findings


def _spans(textbound: TextBound) -> str:
    return shown(";".join([f"{start} {end}" for start, end in textbound.spans[:5]]))


def _about(proof: Proof, textbounds: list[TextBound], text: str, file: str) -> list[Finding]:
    """Return a finding if offsets are not in code points, or if nothing proves that they are."""
    if proof.unit is not CODE_POINTS:
        message = (
            f"expected offsets in code points, got {proof.unit.name}: so {proof.agreeing} of {proof.total} surfaces "
            f"agree, and {proof.as_code_points} in code points"
        )
        return [Finding("offset-unit", Severity.WARNING, message, file, advice="the offsets have been converted")]
    if textbounds and not proof.total and not text.isascii():
        message = "expected surfaces that prove the unit of the offsets, got none; they are read as code points"
        return [Finding("offset-unit-unproven", Severity.WARNING, message, file, advice="check a few offsets")]
    return []


def _finding(  # noqa: PLR0913, PLR0917  # what a finding says
    rule: str, severity: Severity, message: str, one: Annotation, line: str, file: str
) -> Finding:
    column = len(one.id) + 2
    return Finding(rule, severity, message, file, one.line, column, excerpt(line, column), 1, _CORRECT)


def with_own_ids(
    annotations: Iterable[Annotation], source: Mapping[int, str], file: str
) -> tuple[list[Annotation], list[Finding]]:
    """Return annotations of which no two have one id: the second gets the next free number, and a finding.

    What refers to the id means the first then; "*" is not an id.
    """
    given = list(annotations)
    taken = {one.id for one in given}
    free = {letter: count(_highest(taken, letter) + 1) for letter in "TERAMN#"}
    seen: set[str] = set()
    kept, findings = [], []
    for one in given:
        if one.id == "*" or (one.id not in seen and one.id != "#"):
            seen.add(one.id)
            kept.append(one)
            continue
        own = f"{one.id[0]}{next(free[one.id[0]])}"
        kept.append(one._replace(id=own))
        message = f"expected an id of its own, got {shown(one.id)} again; it is called {own} now"
        severity = Severity.INFO if one.id == "#" else Severity.WARNING
        line = source.get(one.line, "")
        advice = f"what refers to {shown(one.id)} is read as meaning the first; check that"
        column, width = 1, len(one.id)
        findings.append(
            Finding("duplicate-id", severity, message, file, one.line, column, excerpt(line, 1), width, advice)
        )
    return kept, findings


def _highest(ids: set[str], letter: str) -> int:
    """Return the highest number that an id with `letter` has; ids that are not a letter and a number do not count."""
    numbers = [one[1:] for one in ids if one[:1] == letter and one[1:].isascii() and one[1:].isdigit()]
    return max((int(number) for number in numbers if len(number) <= 18), default=0)  # noqa: PLR2004  # 64 bits
