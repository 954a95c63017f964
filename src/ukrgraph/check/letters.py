"""Letters of another script that hide in a word: a Latin i in a Ukrainian word, a Cyrillic с in an English one.

They look the same, so nobody sees them, and no search finds the word. Pairs of letters that look alike: Unicode
Technical Standard 39, confusables.txt, reduced to the letters of Ukrainian, Russian and English.
"""

import re
from bisect import bisect_right

from ukrgraph.check.context import WARNING, Context
from ukrgraph.finding import Finding, excerpt, shown

_LATIN_ALIKE = frozenset("aceiopsxyjhABCEHIJKMOPSTXYïÏëË")
_CYRILLIC_ALIKE = frozenset("асеіорѕхујһАВСЕНІЈКМОРЅТХУїЇёЁ")

_LATIN = "A-Za-z\u00c0-\u024f"
_CYRILLIC = "\u0400-\u052f"
_MEETING = re.compile(f"[{_LATIN}][{_CYRILLIC}]|[{_CYRILLIC}][{_LATIN}]")
_WORD = re.compile(f"[{_LATIN}{_CYRILLIC}]+")
_FIRST_CYRILLIC = "\u0400"


def check(context: Context) -> None:
    """Report each word of the text in which all letters of one script look like letters of the other."""
    text, file = context.document.text, context.document.text_file
    if text.isascii():
        return
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    for match in _WORD.finditer(text):
        found = _hidden(match[0])
        if found is None:
            continue
        index, script = found
        offset = match.start() + index
        number = bisect_right(starts, offset)
        column = offset - starts[number - 1] + 1
        line = text[starts[number - 1] : starts[number] - 1 if number < len(starts) else len(text)]
        message = f"expected a word in one script, got {shown(match[0])} with the {script} letter {match[0][index]!r}"
        advice = "write the letter in the script of the word, and move the annotations with ukrgraph corpus retext"
        source = excerpt(line, column)
        context.findings.append(Finding("mixed-script", WARNING, message, file, number, column, source, 1, advice))


def _hidden(word: str) -> tuple[int, str] | None:
    """Return the index of the first letter that hides in `word`, and its script; None if none does."""
    if word.isascii() or not _MEETING.search(word):
        return None
    latin = [index for index, letter in enumerate(word) if letter < _FIRST_CYRILLIC]
    cyrillic = [index for index, letter in enumerate(word) if letter >= _FIRST_CYRILLIC]
    alike = []
    if all(word[index] in _LATIN_ALIKE for index in latin):
        alike.append((len(latin), latin[0], "Latin"))
    if all(word[index] in _CYRILLIC_ALIKE for index in cyrillic):
        alike.append((len(cyrillic), cyrillic[0], "Cyrillic"))
    return min(alike)[1:] if alike else None
