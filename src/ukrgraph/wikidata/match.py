"""Candidates for a name: which entity it may be, how well it fits, and why.

The score runs from 0 to 100. It is the likeness of the best name, computed by rapidfuzz on spellings without case,
accents and script, times a factor for each thing that does not fit; every factor is among the reasons. Whether a
candidate is the match is decided apart, for a high score is no proof: it needs a lead over the next, and more than a
capital's name.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz, process

from ukrgraph.errors import UsageError
from ukrgraph.near import nearest
from ukrgraph.wikidata.authorities import Entity, Name
from ukrgraph.wikidata.items import Item
from ukrgraph.wikidata.spelling import key, plain

CERTAIN, LEAD = 95.0, 5.0
"""The score, and the lead over the next candidate, that a match needs."""

LEAST, LEAST_OF_OTHER_TYPE = 60.0, 45.0
"""The score that a candidate needs to be shown."""

SUBCLASSES = {
    "Actor": ("Country", "Group", "Organization", "Person"),
    "Place": ("City", "Place", "Region", "Territory"),
}
"""The classes that stand for several."""

_KINDS = {"label": 1.0, "alias": 0.98, "hidden": 0.96}
_OTHER_TYPE, _OTHER_LANGUAGE, _PART, _VARIANT, _ROMANISED = 0.5, 0.97, 0.8, 0.98, 0.99
_SURE = 99.99


class Reason(NamedTuple):
    """Something that fits or does not: what, and the factor it has on the score."""

    what: str
    factor: float


class Candidate(NamedTuple):
    """An entity that a name may stand for.

    `id` is our id, or "" for an item that no entity of ours matches; `qid` is "" where no item is known. The score is
    the product of the factors, from 0 to 100, with one decimal.
    """

    id: str
    qid: str
    label: str
    type: str
    score: float
    match: bool
    name: Name
    reasons: tuple[Reason, ...]

    def why(self) -> str:
        """Return the reasons in words."""
        return "; ".join(f"{reason.what} ({reason.factor:g})" for reason in self.reasons)


class Target(NamedTuple):
    """Something that a name may stand for: one of our entities, or an item; `type` is a class of ours or a QID."""

    id: str
    qid: str
    label: str
    types: frozenset[str]
    kind: str
    names: tuple[Name, ...]


def targets(entities: Iterable[Entity], qids: dict[str, str], items: Iterable[Item] = ()) -> list[Target]:
    """Return what names may stand for: `entities`, and those of `items` that none of them matches.

    An entity has the names of its item as well. `qids` are the exact matches by entity.
    """
    known = {item.qid: item for item in items if not item.redirect}
    found = []
    for entity in entities:
        qid = qids.get(entity.id, "")
        more = _names(known.pop(qid)) if qid in known else ()
        types = frozenset({entity.own, entity.kind})
        names = tuple(dict.fromkeys((*entity.names, *more)))
        found.append(Target(entity.id, qid, entity.label(), types, entity.kind, names))
    for item in known.values():
        classes = frozenset(claim.value for claim in item.best("P31") if claim.kind == "value")
        label = item.labels.get("en") or item.labels.get("mul") or next(iter(item.labels.values()), item.qid)
        found.append(Target("", item.qid, label, classes, "", _names(item)))
    return found


def _names(item: Item) -> tuple[Name, ...]:
    labels = tuple(Name(text, language, "label") for language, text in item.labels.items())
    return labels + tuple(Name(text, language, "alias") for language, texts in item.aliases.items() for text in texts)


class Matcher:
    """Targets, prepared for many questions."""

    def __init__(self, targets: Sequence[Target]) -> None:
        self.targets = targets
        self._names = [(target, name) for target in targets for name in target.names]
        self._keys = [key(name.text) for _, name in self._names]
        self._plain = [plain(name.text) for _, name in self._names]
        self.types = {one for target in targets for one in target.types if one} | set(SUBCLASSES)

    def candidates(self, text: str, type: str = "", language: str = "", limit: int = 5) -> list[Candidate]:
        """Return at most `limit` candidates for a name, the best first, ties by id.

        Those of another `type` (a class of ours such as "Person" or "Place", a kind such as "government", or the QID
        of a class) and names in another `language` stay, but lower. An empty name has no candidates.
        Raises UsageError if nothing is of that type.
        """
        if type and type not in self.types:
            near = nearest(type, self.types)
            raise UsageError(
                f"type: expected a class or a kind, got {type!r}" + (f"; did you mean {near[0]!r}?" * bool(near))
            )
        best: dict[tuple[str, str], Candidate] = {}
        for at, likeness in self._alike(key(text)).items():
            target = self._names[at][0]
            found = self._candidate(text, at, likeness, type, language)
            place = (target.id, target.qid)
            if found.score >= _least(found) and (place not in best or _order(found) < _order(best[place])):
                best[place] = found
        ranked = sorted(best.values(), key=_order)
        return _decided(ranked, typed=bool(type))[:limit]

    def _alike(self, wanted: str) -> dict[int, float]:
        """Return the likeness, 0 to 100, of each name that is like `wanted` at all, by its number."""
        if not wanted:
            return {}
        found: dict[int, float] = {}
        for scorer, factor in ((fuzz.ratio, 1.0), (fuzz.token_sort_ratio, 1.0), (fuzz.token_set_ratio, _PART)):
            for _, score, at in process.extract(wanted, self._keys, scorer=scorer, limit=None, score_cutoff=LEAST):
                found[at] = max(found.get(at, 0.0), score * factor)
        return found

    def _candidate(self, text: str, at: int, likeness: float, type: str, language: str) -> Candidate:
        target, name = self._names[at]
        reasons = [_likeness(text, name.text, self._plain[at], likeness), _kind(name)]
        if language and name.language not in {language, "mul"}:
            reasons.append(
                Reason(f"the name is in {name.language or 'no language'}, not in {language}", _OTHER_LANGUAGE)
            )
        if type:
            fits = not target.types.isdisjoint(SUBCLASSES.get(type, (type,)))
            own = ", ".join(sorted(filter(None, target.types))) or "unknown"
            reasons.append(
                Reason(f"of the type {type}", 1.0) if fits else Reason(f"the type is {own}, not {type}", _OTHER_TYPE)
            )
        score = 100.0
        for reason in reasons:
            score *= reason.factor
        kind = next((one for one in sorted(target.types) if one[:1].isupper()), "")
        return Candidate(target.id, target.qid, target.label, kind, round(score, 1), False, name, tuple(reasons))  # noqa: FBT003


def _likeness(text: str, name: str, spelt: str, likeness: float) -> Reason:
    if text == name:
        return Reason("the same text", 1.0)
    if text.casefold() == name.casefold():
        return Reason(f"the same text but for case as {name!r}", 1.0)
    if plain(text) == spelt:
        return Reason(f"the same but for accents or script as {name!r}", _ROMANISED)
    if likeness >= _SURE:
        return Reason(f"a variant spelling of {name!r}", _VARIANT)
    return Reason(f"like {name!r}", round(likeness / 100 * _VARIANT, 3))


def _kind(name: Name) -> Reason:
    words = {"label": "a label", "alias": "an alias", "hidden": "a spelling that is not used"}
    return Reason(f"{words[name.kind]} in {name.language or 'no language'}", _KINDS[name.kind])


def _order(candidate: Candidate) -> tuple[float, str, str]:
    return (-candidate.score, candidate.id or "~", candidate.qid)


def _least(candidate: Candidate) -> float:
    """Return the score that a candidate needs to be shown: one of another type only if its name fits well."""
    return LEAST_OF_OTHER_TYPE if _of_other_type(candidate) else LEAST


def _of_other_type(candidate: Candidate) -> bool:
    return any(reason.factor == _OTHER_TYPE for reason in candidate.reasons)


def _decided(ranked: list[Candidate], *, typed: bool) -> list[Candidate]:
    """Mark the best candidate as the match if it is certain, leads, and is no capital that stands for a government."""
    if not ranked:
        return []
    first, *rest = ranked
    if first.score < CERTAIN or _of_other_type(first):
        return ranked
    if rest and first.score - rest[0].score < LEAD:
        note = Reason(f"{rest[0].id or rest[0].qid} is nearly as likely", 1.0)
        return [first._replace(reasons=(*first.reasons, note)), *rest]
    if not typed and first.name.kind != "label" and first.type in {"Organization", "Region"} and _is_short(first):
        note = Reason("a place's name may stand for a government or a city: say which type is meant", 1.0)
        return [first._replace(reasons=(*first.reasons, note)), *rest]
    return [first._replace(match=True), *rest]


def _is_short(candidate: Candidate) -> bool:
    return candidate.name.text.istitle() and " " not in candidate.name.text
