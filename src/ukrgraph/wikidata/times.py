"""Times of Wikidata's JSON as xsd:dateTime, in the way its RDF writes them."""

import re

JULIAN = "http://www.wikidata.org/entity/Q1985786"

YEAR, MONTH, DAY = 9, 10, 11
"""Precisions of a time."""

_TIME = re.compile(r"([+-])(\d{1,16})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z")
_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def as_datetime(time: str, precision: int, calendar: str) -> str:
    """Return a time of Wikidata's JSON as an xsd:dateTime (XML Schema 1.1: year 0 is 1 BCE), "" if it is none.

    Months and days that the precision leaves open become 1. Days of the Julian calendar are given in the Gregorian one.

    >>> as_datetime("+1979-00-00T00:00:00Z", 9, "http://www.wikidata.org/entity/Q1985727")
    '1979-01-01T00:00:00Z'
    >>> as_datetime("+1582-10-04T00:00:00Z", 11, "http://www.wikidata.org/entity/Q1985786")
    '1582-10-14T00:00:00Z'
    """
    match = _TIME.fullmatch(time)
    if match is None:
        return ""
    year = int(match[2]) if match[1] == "+" else 1 - int(match[2])
    month, day = max(1, int(match[3])), max(1, int(match[4]))
    if precision <= YEAR:
        month = day = 1
    elif precision == MONTH:
        day = 1
    if month > 12 or day > _LENGTHS[month - 1]:  # noqa: PLR2004  # months of a year
        return ""
    if calendar == JULIAN and precision >= DAY:
        year, month, day = _gregorian(_julian_day(year, month, day))
    sign = "-" if year < 0 else ""
    return f"{sign}{abs(year):04d}-{month:02d}-{day:02d}T{match[5]}:{match[6]}:{match[7]}Z"


def _julian_day(year: int, month: int, day: int) -> int:
    """Return the Julian day number of a day of the Julian calendar (Explanatory Supplement 1992, section 12.95)."""
    shift = (14 - month) // 12
    years, months = year + 4800 - shift, month + 12 * shift - 3
    return day + (153 * months + 2) // 5 + 365 * years + years // 4 - 32083


def _gregorian(number: int) -> tuple[int, int, int]:
    """Return year, month and day of a Julian day number in the proleptic Gregorian calendar."""
    since = number + 32044
    centuries = (4 * since + 3) // 146097
    rest = since - 146097 * centuries // 4
    years = (4 * rest + 3) // 1461
    rest -= 1461 * years // 4
    months = (5 * rest + 2) // 153
    return (
        100 * centuries + years - 4800 + months // 10,
        months + 3 - 12 * (months // 10),
        rest - (153 * months + 2) // 5 + 1,
    )
