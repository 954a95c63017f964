"""The timeline: what was said and what is told of, by day and by side."""

from dataclasses import dataclass
from datetime import date, timedelta

from ukrgraph.pages.records import Record, described
from ukrgraph.pages.site import Site
from ukrgraph.pages.views.browse import statements
from ukrgraph.terms import UKG


@dataclass(frozen=True, slots=True)
class Timeline:
    """Rows of a side and its statements by time, the most talkative first; events; and the days of both.

    A day is None where days without anything are left out. Statements and events that cannot be placed are `undated`.
    """

    sides: tuple[tuple[str, tuple[Record, ...]], ...]
    events: tuple[Record, ...]
    undated: tuple[Record, ...]
    days: tuple[date | None, ...]
    event_days: tuple[date | None, ...]


def side(record: Record) -> str:
    """Return the state on whose behalf a record speaks, else the body, else the speaker; "" if none is named."""
    found = record.iris("onBehalfOfState") or record.iris("onBehalfOf") or record.iris("speaker")
    return found[0] if found else ""


def timeline(site: Site) -> Timeline:
    """Return the timeline of all statements and events."""
    sides: dict[str, list[Record]] = {}
    said = statements(site)
    for record in said:
        if placed(record):
            sides.setdefault(side(record), []).append(record)
    events = sorted(described(site.engine, f"?s a <{UKG}Event>"), key=lambda record: record.when)
    dated = [record for record in events if placed(record)]
    undated = tuple(record for record in (*said, *events) if not placed(record))
    rows = sorted(sides.items(), key=lambda item: (-len(item[1]), item[0]))
    days = _days([record for _, records in rows for record in records])
    return Timeline(tuple((name, tuple(records)) for name, records in rows), tuple(dated), undated, days, _days(dated))


def placed(record: Record) -> bool:
    """Tell whether a record has a day, or a bound."""
    return any(record.days)


def bounds(record: Record) -> tuple[date | None, date | None]:
    """Return the first and the last day of a record."""
    first, last = record.days
    return (date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None)


def _days(records: list[Record]) -> tuple[date | None, ...]:
    """Return the days on which something begins or ends, and those between neighbours less than a week apart."""
    marked = sorted({day for record in records for day in bounds(record) if day})
    found: list[date | None] = []
    for day in marked:
        before = found[-1] if found else None
        if before is not None:
            gap = (day - before).days
            found += [before + timedelta(step) for step in range(1, gap)] if gap <= _NEAR else [None]
        found.append(day)
    return tuple(found)


_NEAR = 6
