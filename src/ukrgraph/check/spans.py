"""Whether spans lie in the text, agree with their surfaces, and cut nothing."""

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable

from ukrgraph.check.context import VIOLATION, WARNING, Context
from ukrgraph.document import Span, TextBound
from ukrgraph.finding import shown

_JOINER = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_TAGS = range(0xE0020, 0xE0080)
_REGIONAL = range(0x1F1E6, 0x1F200)


def check(context: Context) -> None:
    """Report spans and surfaces that are wrong, and annotations of what is no part of the story."""
    furniture = _merged(one for one in context.document.textbounds if one.label == "Furniture")
    for textbound in context.document.textbounds:
        if not _lies_in_text(context, textbound):
            continue
        _agrees(context, textbound)
        _has_clean_edges(context, textbound)
        if textbound.label != "Furniture" and _overlaps(textbound.spans, furniture):
            message = f"expected {textbound.label} within the story, got a span that overlaps Furniture"
            advice = "delete the annotation, or shorten the Furniture"
            context.report(textbound, "spans", "in-furniture", VIOLATION, message, advice)


def _lies_in_text(context: Context, textbound: TextBound) -> bool:
    length, before = len(context.document.text), 0
    for start, end in textbound.spans:
        rule = message = ""
        if start > end:
            rule, message = "reversed-span", f"expected a start before the end, got {start} {end}"
        elif end > length:
            rule, message = (
                "outside-text",
                f"expected a span within the {length} code points of the text, got {start} {end}",
            )
        elif start == end:
            rule, message = "empty-span", f"expected a span of one code point or more, got {start} {end}"
        elif start < before:
            rule, message = (
                "pieces-out-of-order",
                f"expected pieces in the order of the text, got {start} after {before}",
            )
        if rule:
            context.report(textbound, "spans", rule, VIOLATION, message, "correct the offsets")
            return False
        before = end
    return True


def _agrees(context: Context, textbound: TextBound) -> None:
    text = context.document.text
    found = " ".join([text[start:end] for start, end in textbound.spans]).replace("\n", " ")
    if found == textbound.surface:
        return
    message = f"expected the surface {shown(found)}, got {shown(textbound.surface)}"
    advice = "correct the offsets or the surface"
    near = text.find(textbound.surface, max(0, textbound.start - 1000), textbound.end + 1000)
    if near >= 0 and textbound.surface:
        advice = f"the surface stands at {near} {near + len(textbound.surface)}; {advice}"
    context.report(textbound, "surface", "surface-differs", VIOLATION, message, advice)


def _has_clean_edges(context: Context, textbound: TextBound) -> None:
    text = context.document.text
    for start, end in textbound.spans:
        if text[start].isspace() or text[end - 1].isspace():
            message = f"expected a span that begins and ends with a visible character, got {shown(text[start:end])}"
            context.report(textbound, "spans", "white-space", WARNING, message, "take the white space out of the span")
        for offset in (start, end):
            if _is_inside_character(text, offset):
                message = f"expected a span that ends between characters, got one that cuts {_around(text, offset)}"
                advice = "take the whole character into the span, with its marks and joiners"
                context.report(textbound, "spans", "cut-character", WARNING, message, advice)


def _around(text: str, offset: int) -> str:
    return f"{shown(text[offset - 1 : offset + 1])} at {offset}"


def _is_inside_character(text: str, offset: int) -> bool:
    """Tell whether `offset` lies within a grapheme cluster, as far as marks, joiners and flags go.

    Simplified from Unicode Standard Annex 29, rules GB9, GB9a, GB11 to GB13.
    """
    if not 0 < offset < len(text):
        return False
    before, after = text[offset - 1], text[offset]
    if before.isspace():
        return False
    if after.isascii():
        return False
    code = ord(after)
    if unicodedata.category(after)[0] == "M" or after == _JOINER or code in _SKIN_TONES or code in _TAGS:
        return True
    if before == _JOINER:
        return unicodedata.category(after) == "So"
    return code in _REGIONAL and _regional_before(text, offset) % 2 == 1


def _regional_before(text: str, offset: int) -> int:
    """Return how many regional indicators stand together before `offset`; two of them are a flag."""
    start = offset
    while start and ord(text[start - 1]) in _REGIONAL:
        start -= 1
    return offset - start


def _merged(textbounds: Iterable[TextBound]) -> list[Span]:
    """Return the spans of `textbounds` sorted, those that meet or overlap made one."""
    merged: list[Span] = []
    for start, end in sorted(span for textbound in textbounds for span in textbound.spans if span.start < span.end):
        if merged and start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(end, merged[-1].end))
        else:
            merged.append(Span(start, end))
    return merged


def _overlaps(spans: tuple[Span, ...], merged: list[Span]) -> bool:
    """Tell whether one of `spans` shares a code point with one of `merged`, which are sorted and apart."""
    for start, end in spans:
        index = bisect_left(merged, (end, 0)) - 1
        if index >= 0 and merged[index].end > start:
            return True
    return False
