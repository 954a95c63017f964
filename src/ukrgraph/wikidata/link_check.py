"""What is wrong with the links: rows that contradict one another, the authority file, or a slice of Wikidata."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from ukrgraph.finding import Finding, Severity
from ukrgraph.reports.context import Rule
from ukrgraph.wikidata.items import Item
from ukrgraph.wikidata.kinds import clash
from ukrgraph.wikidata.links import Link, finding

RULES = (
    Rule("link-form", "A row has the form of SSSOM and names an item by its QID."),
    Rule("link-duplicate", "A link stands in the file once."),
    Rule("link-unknown-entity", "The subject of a link is in the authority file."),
    Rule("link-unverified", "A match has evidence, a reviewer and a confidence."),
    Rule("link-contradiction", "What matches is not denied as well, nor said not to be found."),
    Rule("link-two-items", "An entity matches one item, also after redirects."),
    Rule("link-two-entities", "An item matches one entity, also after redirects."),
    Rule("link-private", "A person without a public name is not linked."),
    Rule("link-class", "An item is of a class that goes with that of the entity."),
    Rule("link-redirected", "A link goes to an item, not to a redirect.", severity=Severity.WARNING),
    Rule("link-deleted", "The item of a link exists."),
    Rule("link-absent", "The item of a match is in the slice.", severity=Severity.INFO),
)
"""The rules of `check`, and that of the form, which `links.parse` keeps."""


_SHOWN = 8  # absent items that a message names


class Slice(NamedTuple):
    """What is known of items: their descriptions by QID, and which QIDs the source says do not exist.

    `properties` are those that statements were kept of, None for all.
    """

    items: Mapping[str, Item]
    deleted: AbstractSet[str] = frozenset()
    properties: AbstractSet[str] | None = None

    def target(self, qid: str) -> str:
        """Return the item that `qid` leads to over redirects; a circle of redirects leads to where it was entered."""
        seen = {qid}
        at = qid
        while (item := self.items.get(at)) and item.redirect:
            at = item.redirect
            if at in seen:
                return qid
            seen.add(at)
        return at


NO_SLICE = Slice({})


class Entities(NamedTuple):
    """The authority file: the class (local name) of each entity, and the ids of persons without a public name."""

    classes: Mapping[str, str]
    private: AbstractSet[str] = frozenset()


def check(links: Iterable[Link], file: str, entities: Entities, slice: Slice | None = None) -> list[Finding]:
    """Return what is wrong with links, by line.

    Without a `slice` only the file itself is judged. An item that is absent from the slice is an information, for a
    slice need not be whole; one that its source says is deleted is a violation.
    """
    rows = list(links)
    known = slice or NO_SLICE
    found = [one for link in rows for one in _row(link, file, entities)]
    found += _repeated(rows, file)
    found += _joined(rows, file, known)
    if slice is not None:
        found += [one for link in rows if link.qid for one in _in_slice(link, file, entities, slice)]
        found += _absent(rows, file, slice)
    return sorted(found, key=lambda one: (one.line, one.rule, one.message))


def _row(link: Link, file: str, entities: Entities) -> Iterator[Finding]:
    """Yield what a row itself has wrong."""
    if link.subject not in entities.classes:
        message = f"expected an entity of the authority file, got 'id:{link.subject}'"
        yield finding("link-unknown-entity", message, file, link.line, "see data/entities for the ids")
    if link.subject in entities.private and link.qid:
        message = f"'id:{link.subject}' is a person without a public name, linked to {link.qid}"
        yield finding("link-private", message, file, link.line, "delete the row")
    lacking = [
        name
        for name, value in (
            ("evidence", link.evidence.strip()),
            ("reviewer_kind", link.reviewer),
            ("confidence", link.confidence is not None or not link.qid),
        )
        if not value
    ]
    if lacking:
        message = f"'id:{link.subject}' {link.predicate} {link.qid or 'nothing'} has no {' and no '.join(lacking)}"
        yield finding("link-unverified", message, file, link.line, "say where the item was verified, or delete the row")


def _repeated(rows: list[Link], file: str) -> Iterator[Finding]:
    """Yield rows that say again, or deny, what an earlier row says."""
    first: dict[tuple[str, str, str], Link] = {}
    by_pair: dict[tuple[str, str], Link] = {}
    for link in rows:
        key = (link.subject, link.predicate, link.qid)
        if earlier := first.get(key):
            message = (
                f"'id:{link.subject}' {link.predicate} {link.qid or 'nothing'} stands in line {earlier.line} as well"
            )
            yield finding("link-duplicate", message, file, link.line, "delete one of the two rows")
            continue
        first[key] = link
        other = by_pair.setdefault((link.subject, link.qid), link)
        if link.qid and (other.predicate == "differentFrom") != (link.predicate == "differentFrom"):
            message = f"'id:{link.subject}' {link.predicate} {link.qid}, but line {other.line} says {other.predicate}"
            yield finding("link-contradiction", message, file, link.line, "delete the row that is wrong")
    matched = {link.subject: link for link in rows if link.predicate == "exactMatch" and link.qid}
    for link in rows:
        if not link.qid and (match := matched.get(link.subject)):
            message = f"'id:{link.subject}' is not found, but line {match.line} matches {match.qid}"
            yield finding("link-contradiction", message, file, link.line, "delete the row that is wrong")


def _joined(rows: list[Link], file: str, slice: Slice) -> Iterator[Finding]:
    """Yield matches that make two things one: through a shared item, or through redirects to one.

    An entity that is denied of an item must not reach it through a redirect either.
    """
    by_entity: dict[str, Link] = {}
    by_item: dict[str, Link] = {}
    denied = {(link.subject, slice.target(link.qid)): link for link in rows if link.predicate == "differentFrom"}
    for link in rows:
        if link.predicate != "exactMatch" or not link.qid:
            continue
        item = slice.target(link.qid)
        other = by_entity.setdefault(link.subject, link)
        if slice.target(other.qid) != item:
            message = f"'id:{link.subject}' matches {link.qid}, but {other.qid} in line {other.line}"
            yield finding("link-two-items", message, file, link.line, "keep one; use skos:closeMatch for the other")
        same = by_item.setdefault(item, link)
        if same.subject != link.subject:
            message = f"{link.qid} matches 'id:{link.subject}', but 'id:{same.subject}' in line {same.line}"
            yield finding("link-two-entities", message, file, link.line, "keep one; deny the other")
        denial = denied.get((link.subject, item))
        if denial and denial.qid != link.qid:
            message = f"'id:{link.subject}' matches {link.qid}, which is now {item}, denied in line {denial.line}"
            yield finding("link-contradiction", message, file, link.line, "look at both items and delete one row")


def _in_slice(link: Link, file: str, entities: Entities, slice: Slice) -> Iterator[Finding]:
    """Yield what a slice says against a row."""
    item = slice.items.get(link.qid)
    if link.qid in slice.deleted:
        message = f"{link.qid} does not exist any more"
        yield finding("link-deleted", message, file, link.line, "find the item anew, or write sssom:NoTermFound")
    elif item and item.redirect:
        message = f"{link.qid} redirects to {slice.target(link.qid)}"
        advice = f"look whether that is still the same; then write wd:{slice.target(link.qid)}"
        yield _milder(finding("link-redirected", message, file, link.line, advice), Severity.WARNING)
    if link.predicate == "exactMatch" and (at := slice.items.get(slice.target(link.qid))):
        of = clash(entities.classes.get(link.subject, ""), _classes(at, slice))
        if of:
            message = f"'id:{link.subject}' is of the class {entities.classes[link.subject]}, but {at.qid} is {of}"
            yield finding("link-class", message, file, link.line, "look for another item, or use skos:relatedMatch")


def _absent(rows: list[Link], file: str, slice: Slice) -> Iterator[Finding]:
    """Yield one finding for all matches of which the slice knows nothing."""
    matched = [link.qid for link in rows if link.predicate == "exactMatch" and link.qid]
    absent = [qid for qid in matched if qid not in slice.items and qid not in slice.deleted]
    if absent:
        some = ", ".join(absent[:_SHOWN]) + (", ..." if len(absent) > _SHOWN else "")
        message = f"{len(absent)} of {len(matched)} matched items are not in the slice and were not checked: {some}"
        yield Finding("link-absent", Severity.INFO, message, file)


def _classes(item: Item, slice: Slice) -> set[str]:
    """Return the classes of an item (P31) and those right above them (P279), as far as the slice knows.

    Further up, Wikidata's classes soon lead anywhere: a city comes out as an organization.
    """
    own = {claim.value for claim in item.best("P31") if claim.kind == "value"}
    known = [slice.items[qid] for qid in own if qid in slice.items]
    return own | {claim.value for above in known for claim in above.best("P279") if claim.kind == "value"}


def _milder(violation: Finding, severity: Severity) -> Finding:
    return violation._replace(severity=severity)


def counts(links: Iterable[Link]) -> dict[str, int]:
    """Return how many rows there are of each predicate, and how many say that nothing was found."""
    found: dict[str, int] = defaultdict(int)
    for link in links:
        found[link.predicate if link.qid else "not found"] += 1
    return dict(sorted(found.items()))
