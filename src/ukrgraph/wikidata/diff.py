"""Where our graph and a slice of Wikidata say different things: both values, both sources, and nothing overwritten."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ukrgraph.finding import Finding, Severity
from ukrgraph.reports import Context
from ukrgraph.reports.context import Rule
from ukrgraph.wikidata import kinds, links
from ukrgraph.wikidata.days import END, LAST, POINT, START, Days, Verdict, days, holds, known_until
from ukrgraph.wikidata.items import DEPRECATED, Claim, Item
from ukrgraph.wikidata.links import Link
from ukrgraph.wikidata.ours import Holding, Ours, Place
from ukrgraph.wikidata.slice_file import SliceFile
from ukrgraph.wikidata.spelling import key

INSTANCE_OF, COUNTRY, JURISDICTION, POSITION = "P31", "P17", "P1001", "P39"
HEADS = (("P1906", "P35"), ("P1313", "P6"))
"""Of a country: the property that names the office of its head of state, and the one that names who holds it; then
the same of its head of government."""

RULES = (
    Rule("label-differs", "Our names and Wikidata's have one in common, whatever the spelling.", "", Severity.WARNING),
    Rule("type-differs", "An item is of a class that goes with ours.", "", Severity.VIOLATION),
    Rule("country-differs", "An office or an organization is of the same country.", "", Severity.WARNING),
    Rule("date-differs", "The times of an event have a day in common.", "", Severity.WARNING),
    Rule(
        "office-not-held", "Who holds an office in our texts holds it in Wikidata on that day.", "", Severity.VIOLATION
    ),
    Rule("office-unknown", "Wikidata tells on which days an office was held.", "", Severity.INFO),
    Rule("beyond-the-slice", "The slice is not older than the day that is asked about.", "", Severity.INFO),
)
_SEVERITY = {rule.name: rule.severity for rule in RULES}
_OFFICE = {
    Verdict.NOT_HELD: "office-not-held",
    Verdict.UNKNOWN: "office-unknown",
    Verdict.BEYOND: "beyond-the-slice",
}
_LANGUAGES = ("en", "uk")
_FILLERS = frozenset({"the", "of", "and", "for"})


class Known(NamedTuple):
    """An item in a slice: the slice's file name and date."""

    item: Item
    slice: str
    date: str

    @property
    def until(self) -> str:
        """The day up to which the slice knows about the item, "" if nothing tells."""
        return known_until(self.item, self.date)

    def source(self) -> str:
        """Return revision and date of the item as far as they are known, and the slice it is in."""
        revision = f"revision {self.item.revision}, " if self.item.revision else ""
        return f"{self.slice}: {revision}{self.until or 'no date'}"


class Compared(NamedTuple):
    """The findings, what is known of each, and how many things were compared."""

    findings: list[Finding]
    context: Context


class _Conflict(NamedTuple):
    rule: str
    message: str
    place: Place
    facts: dict[str, str]
    advice: str


def diff(ours: Ours, mapping: Sequence[Link], slices: Sequence[SliceFile], as_of: str = "") -> Compared:
    """Compare all that is linked exactly; `as_of` is a day, "" for the day of each statement.

    Redirects are followed; of an item in several slices the one that knows the latest day counts.
    """
    known, redirects = _newest(slices)
    exact = {subject: _target(qid, redirects) for subject, qid in links.exact(mapping).items()}
    linked = {subject: known[qid] for subject, qid in exact.items() if qid in known and subject in ours.entities}
    conflicts: list[_Conflict] = []
    for subject, found in linked.items():
        conflicts += _labels(ours, subject, found)
        conflicts += _types(ours, subject, found)
        conflicts += _countries(ours, subject, found, exact)
        conflicts += _times(ours, subject, found)
    verdicts: Counter[str] = Counter()
    for holding in ours.holdings:
        for verdict, conflict in _office(ours, holding, exact, known, as_of):
            verdicts[verdict] += 1
            conflicts += [conflict] if conflict else []
    facts = {}
    for conflict in sorted(conflicts, key=lambda one: (one.place, one.rule, one.message)):
        where = (conflict.place.file, conflict.place.line)
        made = Finding(conflict.rule, _SEVERITY[conflict.rule], conflict.message, *where, advice=conflict.advice)
        facts[made] = conflict.facts
    held = ", ".join(f"{verdicts[verdict]} {verdict}" for verdict in Verdict)
    summary = f"{len(linked)} linked entities in the slice; offices: {held}; {len(facts)} findings"
    return Compared(list(facts), Context(RULES, facts, summary))


def _newest(slices: Sequence[SliceFile]) -> tuple[dict[str, Known], dict[str, str]]:
    known: dict[str, Known] = {}
    redirects: dict[str, str] = {}
    for one in sorted(slices, key=lambda one: (one.date, one.graph)):
        name = one.path.replace("\\", "/").rsplit("/", 1)[-1]
        for qid, item in one.items().items():
            if item.redirect:
                redirects[qid] = item.redirect
            made = Known(item, name, one.date)
            if qid not in known or (made.until, len(item.claims)) > (known[qid].until, len(known[qid].item.claims)):
                known[qid] = made
    return known, redirects


def _target(qid: str, redirects: Mapping[str, str]) -> str:
    seen = {qid}
    while qid in redirects and redirects[qid] not in seen:
        qid = redirects[qid]
        seen.add(qid)
    return qid


def _facts(ours: str, theirs: str, found: Known, **more: str) -> dict[str, str]:
    return {"item": found.item.qid, "ours": ours, "theirs": theirs, "slice": found.source()} | more


def _same_names(one: str, other: str) -> bool:
    """Tell whether two names have the same words, whatever their order and spelling; articles do not count."""
    return _words(one) == _words(other)


def _words(name: str) -> list[str]:
    return sorted(word for word in key(name).split() if word not in _FILLERS)


def _labels(ours: Ours, subject: str, found: Known) -> Iterator[_Conflict]:
    """Yield a conflict for each language in which no name of ours is a name of the item."""
    for language in _LANGUAGES:
        mine = [name for name in ours.entities[subject].names if name.language == language and name.kind != "hidden"]
        theirs = _names(found.item, language)
        if mine and theirs and not any(_same_names(one.text, other) for one in mine for other in theirs):
            message = f"{subject}: in {language!r} we say {mine[0].text!r}, {found.item.qid} is {theirs[0]!r}"
            facts = _facts(mine[0].text, theirs[0], found, language=language)
            advice = "check the link; if it is right, add the name that is missing as an alternative"
            yield _Conflict("label-differs", message, ours.places.get(subject, Place("")), facts, advice)


def _names(item: Item, language: str) -> list[str]:
    """Return the label and the aliases in a language; those for all languages ("mul") count, and stand in for none."""
    labels = [item.labels[code] for code in (language, "mul") if code in item.labels]
    if language != "en" and language not in item.labels:
        return []
    return labels + [alias for code in (language, "mul") for alias in item.aliases.get(code, ())]


def _types(ours: Ours, subject: str, found: Known) -> Iterator[_Conflict]:
    classes = [claim.value for claim in found.item.claims.get(INSTANCE_OF, ()) if claim.rank != DEPRECATED]
    own = ours.entities[subject].own
    if other := kinds.clash(own, classes):
        message = f"{subject}: we say {own}, {found.item.qid} is {other} ({', '.join(classes)})"
        facts = _facts(own, " ".join(classes), found, property=INSTANCE_OF)
        advice = "the link is wrong, or the item has changed its meaning: check it"
        yield _Conflict("type-differs", message, ours.places.get(subject, Place("")), facts, advice)


def _countries(ours: Ours, subject: str, found: Known, exact: Mapping[str, str]) -> Iterator[_Conflict]:
    mine = ours.countries.get(subject, frozenset())
    expected = {exact[country] for country in mine if country in exact}
    claims = [claim for pid in (COUNTRY, JURISDICTION) for claim in found.item.best(pid) if claim.kind == "value"]
    theirs = [claim for claim in claims if not _ended(claim)]
    if expected and theirs and not expected & {claim.value for claim in theirs}:
        said = ", ".join(f"{claim.value} ({claim.property}, rank {claim.rank})" for claim in theirs)
        message = (
            f"{subject}: we say {', '.join(sorted(mine))} ({', '.join(sorted(expected))}), {found.item.qid} has {said}"
        )
        facts = _facts(
            " ".join(sorted(expected)), " ".join(claim.value for claim in theirs), found, rank=theirs[0].rank
        )
        yield _Conflict("country-differs", message, ours.places.get(subject, Place("")), facts, "check the link")


def _ended(claim: Claim) -> bool:
    return any(snak.kind != "novalue" for snak in claim.qualifier(END))


def _times(ours: Ours, subject: str, found: Known) -> Iterator[_Conflict]:
    mine = ours.days.get(subject)
    theirs = _span(found.item)
    if mine and theirs and not mine.meets(theirs):
        message = f"{subject}: we say {mine}, {found.item.qid} says {theirs}"
        facts = _facts(str(mine), str(theirs), found)
        advice = "check whether both mean the same event"
        yield _Conflict("date-differs", message, ours.places.get(subject, Place("")), facts, advice)


def _span(item: Item) -> Days | None:
    """Return the days of an event: its point in time, else from its start to its end."""
    points, starts, ends = ([one for claim in item.best(pid) if (one := days(claim))] for pid in (POINT, START, END))
    if points:
        return Days(min(one.first for one in points), max(one.last for one in points))
    if starts:
        return Days(min(one.first for one in starts), max((one.last for one in ends), default=LAST))
    return None


def _office(
    ours: Ours, holding: Holding, exact: Mapping[str, str], known: Mapping[str, Known], as_of: str
) -> Iterator[tuple[Verdict, _Conflict | None]]:
    """Yield what the slice says of a claim of office, if it has the person's item or that of the office's country."""
    on = Days(as_of, as_of) if as_of else holding.days
    person, office = exact.get(holding.person, ""), exact.get(holding.office, "")
    for found, pid, value in _asked(ours, holding, exact, known) if on and person and office else ():
        answer = holds(found.item, pid, value, on or Days(), found.until)
        rank = answer.claim.rank if answer.claim else ""
        about = f"{holding.person} as {holding.office} on {on} ({holding.document}, {holding.claim})"
        message = f"{about}: {answer.verdict} by {found.item.qid} {pid} {value}: {answer.why}"
        facts = _facts(f"{person} {office}", answer.verdict, found, asOf=str(on), property=pid, rank=rank)
        facts |= {"claim": holding.claim, "document": holding.document}
        if answer.claim and answer.claim.id:
            facts["statement"] = answer.claim.id
        rule = _OFFICE.get(answer.verdict)
        advice = {
            Verdict.NOT_HELD: "read the sentence again with 'ukrgraph why'; the text or Wikidata may be wrong",
            Verdict.BEYOND: "cut a slice from a newer dump",
        }.get(answer.verdict, "")
        place = ours.places.get(holding.person, Place(""))
        yield answer.verdict, _Conflict(rule, message, place, facts, advice) if rule else None


def _asked(
    ours: Ours, holding: Holding, exact: Mapping[str, str], known: Mapping[str, Known]
) -> Iterator[tuple[Known, str, str]]:
    """Yield the one item, property and value that answer best: the person's, else those of the country it heads."""
    person, office = exact.get(holding.person, ""), exact.get(holding.office, "")
    if person in known and POSITION in known[person].item.claims:
        yield known[person], POSITION, office
        return
    for country in sorted(ours.countries.get(holding.office, ())):
        state = known.get(exact.get(country, ""))
        for names_office, names_holder in HEADS if state else ():
            if state and any(claim.value == office for claim in state.item.best(names_office)):
                yield state, names_holder, person
                return
