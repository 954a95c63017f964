"""Characters that look like others or like nothing: what was pasted from a web page and now finds nothing.

Letters that look alike are those of Unicode's confusables (UTS 39) that occur between Latin and Cyrillic keyboards.
"""

import re
import unicodedata

from ukrgraph.finding import Finding, Severity
from ukrgraph.sparql.tokens import Token, place, tokenise

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0]"
)
_SPACE = re.compile("[\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
_QUOTE = re.compile("[\u2018-\u201f\u2032\u2033\u00ab\u00bb]")
_WORD = re.compile(r"[^\W\d_]+")

_CYRILLIC = "аеорсухіјѕԁһԛԝАВЕКМНОРСТУХІЈЅ"
_LATIN = "aeopcyxijsdhqwABEKMHOPCTYXIJS"
LOOK_ALIKES = dict(zip(_CYRILLIC, _LATIN, strict=True))
"""Cyrillic letters by the Latin ones that they look like."""


def latin(name: str) -> str:
    """Return `name` with Cyrillic look-alikes as Latin letters, and invisible characters removed.

    >>> latin("Stаtement")
    'Statement'
    """
    return "".join(LOOK_ALIKES.get(character, character) for character in _INVISIBLE.sub("", name))


def named(character: str) -> str:
    """Return a character as U+ and its name."""
    return f"U+{ord(character):04X} {unicodedata.name(character, 'control character')}"


def suspicious(text: str, file: str) -> list[Finding]:
    """Return a finding for each odd character, in the order of the text.

    Outside strings and comments these are invisible ones, spaces that SPARQL does not know, curly quotes and Cyrillic
    letters in Latin names; inside strings invisible ones, and words that mix the two alphabets.
    """
    found = []
    for token in tokenise(text):
        if token.kind != "comment":
            found += [_finding(text, file, token, at, message) for at, message in _odd(token)]
    return found


def _odd(token: Token) -> list[tuple[int, str]]:
    """Return offset and message for each odd character of a token."""
    found = [(hit.start(), f"{named(hit.group())} is invisible") for hit in _INVISIBLE.finditer(token.text)]
    if token.kind == "string":
        for word in _WORD.finditer(token.text):
            mixed = _mixed(word.group())
            if mixed:
                found.append((word.start() + mixed[0], f"the word {word.group()!r} mixes alphabets: {mixed[1]}"))
        return found
    found += [(hit.start(), f"{named(hit.group())} is no space in SPARQL") for hit in _SPACE.finditer(token.text)]
    quotes = _QUOTE.finditer(token.text)
    found += [(hit.start(), f"{named(hit.group())} is no quotation mark in SPARQL") for hit in quotes]
    if token.kind in {"name", "iri", "word"}:
        found += [
            (at, f"{named(character)} looks like the Latin {LOOK_ALIKES[character]!r}")
            for at, character in enumerate(token.text)
            if character in LOOK_ALIKES and _mixed(token.text)
        ]
    return found


def _mixed(word: str) -> tuple[int, str] | None:
    """Return where a word mixes Latin and Cyrillic letters that look alike, and which letter it is."""
    has_latin = re.search("[A-Za-z]", word)
    look_alike = [at for at, character in enumerate(word) if character in LOOK_ALIKES]
    if not has_latin or not look_alike:
        return None
    return look_alike[0], named(word[look_alike[0]])


def _finding(text: str, file: str, token: Token, at: int, message: str) -> Finding:
    line, column = place(text, token.start + at)
    source = text.split("\n")[line - 1]
    return Finding("odd-character", Severity.WARNING, message, file, line, column, source, 1, "type it again")
