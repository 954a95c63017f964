"""One spelling for the many that a name has: without case, accents and punctuation, romanised, with variants folded.

Ukrainian is romanised by Resolution 55 of the Cabinet of Ministers (2010), https://zakon.rada.gov.ua/laws/show/55-2010-п;
letters that only Russian has follow ICAO Doc 9303. The folding brings together what the romanisations of the two
languages, and older ones, write differently; its result is a key, never shown to a reader.
"""

import re
import unicodedata

_START = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
_SINGLE = dict(zip("абвгґдежзиіїйклмнопрстуфьыэёъ", "abvhgdeжzyiiiklmnoprstufьyeeъ", strict=True))
_SEVERAL = {"є": "ie", "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "iu", "я": "ia"}
_LETTERS = _SINGLE | _SEVERAL | {"ь": "", "ъ": ""}
_APOSTROPHES = re.compile("['’ʼ`ʹ′‘\u02bb]")
_FOLDS = (
    (re.compile(r"\boblast\b"), "region"),
    (re.compile(r"kh"), "h"),
    (re.compile(r"g"), "h"),
    (re.compile(r"zhzh"), "zh"),
    (re.compile(r"(?<=k)(y?i|i?e|ye)(?=v\b)"), "y"),
    (re.compile(r"iy|yy|ij|yj|ii|yi"), "y"),
    (re.compile(r"j|i\b"), "y"),
    (re.compile(r"(?<=[zs]h)(i|y|iy|yi)?[ae]\b"), "ia"),
    (re.compile(r"i(?!a\b)"), "y"),
    (re.compile(r"([a-z])\1"), r"\1"),
)
"""Patterns and what stands for them, in the order they are applied.

One word for oblast and region; h for kh and g; the ends of Kyiv and Kiev; the many ways to write an end in -yi;
-zhzhia, -zhia, -zhye; y for i, which two languages write with one letter; single letters for double ones.
"""

_NOT_WORD = re.compile(r"[\W_]+")


def romanised(text: str) -> str:
    """Return `text` in lower case with Cyrillic letters in Latin ones; other letters are left as they are.

    >>> romanised("Згорани, Київ, Запоріжжя")
    'zghorany, kyiv, zaporizhzhia'
    """
    lower = _APOSTROPHES.sub("", unicodedata.normalize("NFC", text).casefold())
    lower = lower.replace("зг", "zgh")
    out = []
    for at, letter in enumerate(lower):
        first = at == 0 or not lower[at - 1].isalpha()
        out.append((_START.get(letter) if first else None) or _LETTERS.get(letter, letter))
    return "".join(out)


def plain(text: str) -> str:
    """Return `text` romanised, without accents, with one space for everything between words.

    >>> plain("Recep Tayyip  ERDOĞAN"), plain("Володимир Зеленський")
    ('recep tayyip erdogan', 'volodymyr zelenskyi')
    """
    apart = unicodedata.normalize("NFKD", romanised(text))
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return _NOT_WORD.sub(" ", bare.replace("ı", "i").replace("ł", "l").replace("ø", "o")).strip()


def key(text: str) -> str:
    """Return the key that variants of a name share.

    >>> key("Kyiv") == key("Kiev") == key("Київ"), key("Lugansk") == key("Luhansk")
    (True, True)
    >>> key("Zelensky") == key("Zelenskyy") == key("Зеленський"), key("Kherson") == key("Kharkiv")
    (True, False)
    """
    folded = plain(text)
    for pattern, instead in _FOLDS:
        folded = pattern.sub(instead, folded)
    return folded


def same(one: str, other: str) -> bool:
    """Tell whether two names are one but for spelling: case, accents, script, romanisation.

    >>> same("Volodymyr Zelensky", "Volodymyr Zelenskyy"), same("Kherson", "Kherson Oblast")
    (True, False)
    """
    return key(one) == key(other)
