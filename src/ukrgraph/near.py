"""The names nearest to a misspelt one, best first.

Distance is optimal string alignment (insert, delete, replace, or swap neighbours), computed by rapidfuzz, on names
without case and plural ending; the Jaro-Winkler similarity, which trusts beginnings, decides between equals.
"""

from collections.abc import Iterable

from rapidfuzz.distance import OSA, JaroWinkler

_IRREGULAR = (("ies", "y"), ("sses", "ss"), ("s", ""))
_SHORT, _LONG = 3, 9


def distance_limit(name: str) -> int:
    """Return how many edits may lie between a name and what it was meant to be: 1 below 3 letters, 3 from 9 on."""
    return 1 if len(name) < _SHORT else 2 if len(name) < _LONG else 3


def singular(name: str) -> str:
    """Return a name in lower case, without hyphens and without an English plural ending.

    >>> singular("Countries"), singular("speech-acts")
    ('country', 'speechact')
    """
    folded = name.casefold().replace("-", "").replace("_", "").replace(" ", "")
    for ending, instead in _IRREGULAR:
        if folded.endswith(ending) and len(folded) > len(ending) + 2 and not folded.endswith("ss"):
            return folded[: -len(ending)] + instead
    return folded


def nearest(name: str, candidates: Iterable[str], count: int = 3, limit: int | None = None) -> list[str]:
    """Return at most `count` of `candidates` that `name` may have been meant to be, the likeliest first.

    Candidates further than `limit` edits (by default, what the length of the name allows) are left out.
    """
    allowed = distance_limit(name) if limit is None else limit
    folded, single = name.casefold(), singular(name)
    found: list[tuple[float, int, float, str]] = []
    for candidate in candidates:
        other = candidate.casefold()
        same = singular(candidate) == single
        edits = OSA.distance(folded, other, score_cutoff=allowed)
        if same or edits <= allowed:
            exact = OSA.distance(name, candidate)
            found.append((0 if same else edits, exact, -JaroWinkler.similarity(folded, other), candidate))
    return [candidate for *_, candidate in sorted(found)[:count]]
