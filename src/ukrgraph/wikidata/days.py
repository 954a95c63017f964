"""What a claim says of a day: held, not held, unknown, or beyond what the slice knows.

The rules (https://www.wikidata.org/wiki/Help:Ranking and Help:Dates): deprecated claims say nothing; a time covers all
that its precision leaves open; an end that has no value is open, an end that is unknown is past or to come; a claim
that is open is believed up to the date of the slice and no further; a direct ("truthy") triple has no dates.
"""

import calendar
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from ukrgraph.wikidata.items import DAY, DEPRECATED, TRUTHY, Claim, Item, Snak

START, END, POINT, RETRIEVED = "P580", "P582", "P585", "P813"
FIRST, LAST = "0000-01-01", "9999-12-31"
"""The bounds of what is not bounded."""


class Verdict(StrEnum):
    """What a slice says about a day."""

    HELD = "held"
    NOT_HELD = "not held"
    UNKNOWN = "unknown"
    BEYOND = "beyond the slice"


class Days(NamedTuple):
    """A closed interval of days as YYYY-MM-DD, which sort as text from year 0 to 9999."""

    first: str = FIRST
    last: str = LAST

    def meets(self, other: "Days") -> bool:
        """Tell whether the intervals have a day in common."""
        return self.first <= other.last and other.first <= self.last

    def __str__(self) -> str:
        if self.first == self.last:
            return self.first
        return f"{'...' if self.first == FIRST else self.first} to {'...' if self.last == LAST else self.last}"


class Answer(NamedTuple):
    """A verdict, the claim that it rests on if there is one, and why in words."""

    verdict: Verdict
    claim: Claim | None
    why: str


def days(time: Snak | Claim) -> Days | None:
    """Return the days that a time may mean by its precision, None if it has no value or lies outside years 0 to 9999.

    A precision that is not known counts as a day.

    >>> days(Snak("P580", "2022-01-01T00:00:00Z", "time", precision=9))
    Days(first='2022-01-01', last='2022-12-31')
    """
    text = time.value[:10]
    if time.kind != "value" or time.datatype != "time" or len(text) != len(FIRST) or not text[:4].isdigit():
        return None
    year, month = int(text[:4]), int(text[5:7])
    precision = time.precision or DAY
    if precision >= DAY:
        return Days(text, text)
    if precision == DAY - 1:
        last = calendar.monthrange(max(year, 1), month)[1]
        return Days(f"{text[:7]}-01", f"{text[:7]}-{last:02d}")
    span = 10 ** (9 - precision)
    begin = year - year % span
    return Days(f"{begin:04d}-01-01", f"{min(begin + span - 1, 9999):04d}-12-31")


def known_until(item: Item, slice_date: str) -> str:
    """Return the day up to which a slice knows about an item, "" if nothing tells.

    That is the date of the slice, else of the item's last edit, else the latest day on which a source was retrieved.
    """
    if slice_date or item.modified:
        return slice_date or item.modified[:10]
    retrieved = (
        found.last
        for claims in item.claims.values()
        for claim in claims
        for snaks in claim.references
        for snak in snaks
        if snak.property == RETRIEVED and (found := days(snak)) is not None and found.last != LAST
    )
    return max(retrieved, default="")


def holds(item: Item, property: str, value: str, on: Days, until: str) -> Answer:
    """Return whether `item` has `value` under `property` on all days of `on`, as far as it is known `until` a day."""
    claims = [claim for claim in item.claims.get(property, ()) if claim.rank != DEPRECATED and claim.kind == "value"]
    answers = [judged(claim, on, until) for claim in claims if claim.value == value]
    for verdict in (Verdict.HELD, Verdict.BEYOND, Verdict.UNKNOWN):
        for answer in answers:
            if answer.verdict is verdict:
                return answer
    if not until or until < on.first:
        return Answer(Verdict.BEYOND, None, f"no claim says so, and the slice ends {until or 'at an unknown date'}")
    if any(claim.rank == TRUTHY for claim in claims):
        return Answer(Verdict.UNKNOWN, None, "only direct triples are known, which hide what is past")
    if answers:
        return answers[-1]
    return Answer(Verdict.NOT_HELD, None, f"no claim says so in a slice of {until}")


def judged(claim: Claim, on: Days, until: str) -> Answer:
    """Return what one claim says of the days `on`."""
    if claim.rank == TRUTHY:
        return Answer(Verdict.UNKNOWN, claim, "only the direct triple is known, which has no dates")
    start, end = _bound(claim.qualifier(START)), _bound(claim.qualifier(END))
    said = f"from {start or 'an unknown day'} to {end or _open(claim)}"
    if (start and start.first > on.last) or (end and end.last < on.first):
        return Answer(Verdict.NOT_HELD, claim, said)
    if start is None or start.last > on.first:
        return Answer(Verdict.UNKNOWN, claim, f"{said}: {'its start is not so exact' if start else 'it has no start'}")
    if end is not None:
        lasts = end.first >= on.last
        return Answer(Verdict.HELD if lasts else Verdict.UNKNOWN, claim, said if lasts else f"{said}: not so exact")
    return _still_open(claim, on, until, said)


def _still_open(claim: Claim, on: Days, until: str, said: str) -> Answer:
    if any(snak.kind == "somevalue" for snak in claim.qualifier(END)):
        return Answer(Verdict.UNKNOWN, claim, f"{said}: it has an end that is not known")
    if not until or until < on.last:
        return Answer(Verdict.BEYOND, claim, f"{said}, but the slice ends {until or 'at an unknown date'}")
    return Answer(Verdict.HELD, claim, said)


def _bound(snaks: Iterable[Snak]) -> Days | None:
    """Return the days that the first of some times may mean; of several the widest bounds."""
    known = [found for snak in snaks if (found := days(snak)) is not None]
    return Days(min(one.first for one in known), max(one.last for one in known)) if known else None


def _open(claim: Claim) -> str:
    return "an unknown day" if any(snak.kind == "somevalue" for snak in claim.qualifier(END)) else "now"
