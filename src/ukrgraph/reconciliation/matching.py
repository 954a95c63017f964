"""From a question to candidates, the best first, each with the reasons of its score.

Names are compared by `ukrgraph.wikidata.match`; every further condition is one more factor on the score, among the
reasons as well. An id, an IRI or an item of Wikidata in the place of a name means the entity itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from ukrgraph.engine import Literal, NamedNode, Term
from ukrgraph.errors import UsageError
from ukrgraph.reconciliation.directory import WIKIDATA, Directory
from ukrgraph.reconciliation.questions import MOST, Condition, Question, Value
from ukrgraph.wikidata.authorities import Entity, Name
from ukrgraph.wikidata.match import CERTAIN, LEAD, SUBCLASSES, Candidate, Reason
from ukrgraph.wikidata.spelling import key

FITS, UNKNOWN, DIFFERS = 1.0, 0.9, 0.7
"""The factors of a condition on a property: it holds, nothing is known, or it does not hold."""


MOST_ENTITIES = 20_000
"""How many entities are looked through for a question without a name."""


class Scored(NamedTuple):
    """A candidate, and whether a condition other than its name speaks for it."""

    candidate: Candidate
    confirmed: bool = False


def candidates(directory: Directory, question: Question) -> list[Candidate]:
    """Return at most `question.limit` candidates, the best first, ties by id.

    Without a name or an id only entities of the types that fulfil all conditions are candidates.
    Raises UsageError for a type or a property that there is not.
    """
    types = tuple(directory.type(one) for one in question.types)
    named = [one for one in question.conditions if one.kind != "property" and one.quantifier != "none"]
    rest = [one for one in question.conditions if one not in named[:1]]
    if named:
        pool = _pool(directory, named[0], types, question)
    elif len(directory.entities) > MOST_ENTITIES:
        raise UsageError(f"conditions: expected a name or an id, for there are {len(directory.entities)} entities")
    else:
        pool = [Scored(_certain(entity, directory)) for entity in _of_types(directory, types, question.strict)]
    judged = _judged(directory, pool, rest, named=bool(named))
    ranked = sorted(judged, key=lambda one: (-one.candidate.score, one.candidate.id))
    if named and (not rest and len(types) <= 1 and len(named[0].values) == 1):
        return [one.candidate for one in ranked[: question.limit]]
    return [one.candidate for one in _decided(ranked, _identifies(rest) or bool(named))][: question.limit]


def _pool(directory: Directory, condition: Condition, types: tuple[str, ...], question: Question) -> list[Scored]:
    """Return the candidates for the values of a condition on the name or the id: of any value, or of all."""
    found = [_for_value(directory, condition, value, types, question) for value in condition.values]
    return _merged(found, all_of=condition.quantifier == "all")


def _for_value(
    directory: Directory, condition: Condition, value: Value, types: tuple[str, ...], question: Question
) -> list[Scored]:
    """Return the candidates for one value: the entity that it identifies, and those with a name like it."""
    text = value.id or value.text
    own = directory.id(text)
    sure = [Scored(_certain(directory.entities[own], directory, text), confirmed=True)] if own else []
    if condition.kind == "id":
        return sure
    asked = types or ("",)
    name = value.text or value.id
    matcher = directory.matcher
    alike = [
        [Scored(one) for one in matcher.candidates(name, type, question.language, MOST) if one.id]
        for type in asked  # noqa: A001  # its name
    ]
    others = [one for one in _merged(alike, all_of=question.strict == "all") if one.candidate.id != own]
    return sure + [_less_sure(one, bool(sure), len(asked) > 1) for one in others]


def _less_sure(one: Scored, identified: bool, several: bool) -> Scored:  # noqa: FBT001  # both are computed
    """Return a candidate that is no match if another is identified, or by an alias alone where several types fit."""
    match = one.candidate.match and not identified and (not several or one.candidate.name.kind == "label")
    return one._replace(candidate=one.candidate._replace(match=match))


def _merged(lists: Sequence[Sequence[Scored]], *, all_of: bool) -> list[Scored]:
    """Return the candidates of several lists: each as it is best, or, of those in all lists, as it is worst."""
    found: dict[str, list[Scored]] = {}
    for one in (one for some in lists for one in some):
        found.setdefault(one.candidate.id, []).append(one)
    if all_of:
        return [min(some, key=_score) for some in found.values() if len(some) == len(lists)]
    return [max(some, key=_score) for some in found.values()]


def _score(one: Scored) -> float:
    return one.candidate.score


def _certain(entity: Entity, directory: Directory, text: str = "") -> Candidate:
    """Return an entity as a candidate with the full score, as the one that `text` identifies if there is one."""
    reasons = (Reason(f"{text!r} identifies it", 1.0),) if text else ()
    name = entity.names[0]
    qid = directory.qids.get(entity.id, "")
    return Candidate(entity.id, qid, entity.label(), entity.own, 100.0, bool(text), name, reasons)


def _of_types(directory: Directory, types: tuple[str, ...], strict: str) -> Iterable[Entity]:
    """Yield the entities that have one of the types, or all of them; every entity if no type is given."""
    decide = all if strict == "all" else any
    for entity in directory.entities.values():
        own = {entity.own, entity.kind}
        if not types or decide(not own.isdisjoint(SUBCLASSES.get(one, (one,))) for one in types):
            yield entity


def _judged(directory: Directory, pool: list[Scored], conditions: Sequence[Condition], *, named: bool) -> list[Scored]:
    """Return a pool judged by further conditions: scores lowered, and those left out that lack what is required."""
    ids = [one.candidate.id for one in pool]
    for condition in conditions:
        values = _values(directory, condition, ids)
        label = _said(directory, condition)
        kept = []
        for one in pool:
            held = _holds(directory, condition, values.get(one.candidate.id, ()))
            if held is True or not (condition.required or not named):
                kept.append(_weighed(one, label, held))
        pool = kept
    return pool


def _values(directory: Directory, condition: Condition, ids: list[str]) -> Mapping[str, Sequence[Term]]:
    """Return what entities have where a condition looks: values of its property, names, or ids."""
    if condition.kind == "property":
        return directory.values(ids, directory.property(condition.property))
    known = [directory.entities[id] for id in ids]  # noqa: A001  # its name
    if condition.kind == "id":
        return {one.id: [NamedNode(directory.space + one.id)] for one in known}
    return {one.id: [Literal(name.text) for name in one.names] for one in known}


def _said(directory: Directory, condition: Condition) -> str:
    """Return what a condition looks at, in words: the id of the property, "the name", or "the id"."""
    if condition.kind == "property":
        return directory.property(condition.property).id
    return f"the {condition.kind}"


def _holds(directory: Directory, condition: Condition, known: Sequence[Term]) -> bool | None:
    """Tell whether a condition holds for the values of an entity; None if it has none."""
    if not known:
        return True if condition.quantifier == "none" else None
    hits = [any(_equal(directory, value, term) for term in known) for value in condition.values]
    return {"any": any(hits), "all": all(hits), "none": not any(hits)}[condition.quantifier]


def _equal(directory: Directory, value: Value, term: Term) -> bool:
    """Tell whether a value of a client is a term: the same entity, a name of it, the same number, or the same text."""
    if isinstance(term, NamedNode):
        own = term.value.removeprefix(directory.space)
        entity = directory.entities.get(own)
        if value.id:
            return directory.id(value.id) == own
        if entity is None:
            return value.text in {term.value, _local(term.value)} or _same(value.text, _local(term.value))
        return value.text in {own, term.value} or any(_alike(value.text, name) for name in entity.names)
    return isinstance(term, Literal) and _same_literal(value.id or value.text, term.value)


def _same_literal(text: str, lexical: str) -> bool:
    try:
        return float(text) == float(lexical)
    except ValueError:
        return _same(text, lexical) or lexical.startswith(f"{text}-")  # a year or a month holds its days


def _alike(text: str, name: Name) -> bool:
    return _same(text, name.text)


_key = lru_cache(maxsize=50_000)(key)


def _same(one: str, other: str) -> bool:
    """Tell whether two texts are one but for spelling; keys are kept, since values meet many names."""
    return _key(one) == _key(other)


def _local(iri: str) -> str:
    return iri.rpartition("#")[2].rpartition("/")[2]


def _weighed(one: Scored, label: str, held: bool | None) -> Scored:  # noqa: FBT001  # it has three values
    factor, words = {True: (FITS, "fits"), False: (DIFFERS, "differs"), None: (UNKNOWN, "is not known")}[held]
    reason = Reason(f"{label} {words}", factor)
    score = round(one.candidate.score * factor, 1)
    changed = one.candidate._replace(score=score, reasons=(*one.candidate.reasons, reason))
    return Scored(changed, one.confirmed or held is True)


def _identifies(conditions: Sequence[Condition]) -> bool:
    """Tell whether conditions name an entity without its name: by id, or by its item of Wikidata."""
    return any(
        one.quantifier != "none" and (one.kind == "id" or one.property in {WIKIDATA, "id"}) for one in conditions
    )


def _decided(ranked: list[Scored], may_match: bool) -> list[Scored]:  # noqa: FBT001  # it is computed
    """Mark the first candidate as the match if it is certain, leads, and is confirmed or was the match by its name."""
    if not ranked:
        return []
    first, *rest = ranked
    leads = not rest or first.candidate.score - rest[0].candidate.score >= LEAD
    sure = first.candidate.score >= CERTAIN and (first.confirmed or first.candidate.match)
    decided = may_match and leads and sure
    others = [Scored(one.candidate._replace(match=False), one.confirmed) for one in rest]
    return [Scored(first.candidate._replace(match=decided), first.confirmed), *others]
