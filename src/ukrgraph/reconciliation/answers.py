"""Candidates as the two versions of the protocol write them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ukrgraph.reconciliation.directory import Directory, label
from ukrgraph.reconciliation.matching import candidates
from ukrgraph.reconciliation.questions import Question
from ukrgraph.wikidata.match import Candidate, Reason

FEATURES = {
    "name_likeness": "how alike the names are",
    "name_kind": "whether the name is a label, an alias or a spelling that is not used",
    "name_language": "whether the name is in the language asked for",
    "type": "whether the type fits",
}
"""The factors of the score that are given as matching features; a condition on a property adds `property_NAME`."""

_FEATURES = (
    ("name_likeness", re.compile(r"the same|a variant|like |'.*' identifies|\".*\" identifies", re.DOTALL)),
    ("name_kind", re.compile(r"a label|an alias|a spelling")),
    ("name_language", re.compile(r"the name is in")),
    ("type", re.compile(r"of the type|the type is")),
)
_CONDITION = re.compile(r"(\S+|the name|the id) (?:fits|differs|is not known)")


def batch_0_2(directory: Directory, questions: Mapping[str, Question], language: str) -> dict[str, Any]:
    """Return the results of a batch of version 0.2, by the names of its questions; names are in `language`."""
    return {
        name: {"result": [_candidate(directory, one, language) for one in candidates(directory, question)]}
        for name, question in questions.items()
    }


def batch_1_0(directory: Directory, questions: Sequence[Question], language: str) -> dict[str, Any]:
    """Return the results of a batch of the draft of version 1.0, in the order of its questions."""
    return {
        "results": [
            {
                "candidates": [
                    _candidate(directory, one, language) | {"lang": language} for one in candidates(directory, question)
                ]
            }
            for question in questions
        ]
    }


def _candidate(directory: Directory, one: Candidate, language: str) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": directory.label(one.id, language),
        "description": f"{described(directory, one.id, language)}; {one.why()}" if one.reasons else "",
        "type": types(directory, one.id, language),
        "score": one.score,
        "features": features(one.reasons),
        "match": one.match,
    }


def types(directory: Directory, id: str, language: str) -> list[dict[str, str]]:
    """Return the types of an entity with their names: its class, then its kind if that says more."""
    entity = directory.entities[id]
    own = [one for one in (entity.own, entity.kind) if one in directory.types and one != entity.own.lower()]
    return [{"id": one, "name": label(directory.types[one].labels, language, one)} for one in own]


def described(directory: Directory, id: str, language: str) -> str:
    """Return an entity in a few words: its types, and its item of Wikidata."""
    names = dict.fromkeys(one["name"] for one in types(directory, id, language))
    item = directory.qids.get(id)
    return ", ".join(names) + (f"; Wikidata {item}" if item else "")


def features(reasons: Sequence[Reason]) -> list[dict[str, Any]]:
    """Return the factors of a score as matching features; each id stands once, and the worst factor counts."""
    found: dict[str, float] = {}
    for reason in reasons:
        id = _feature(reason.what)  # noqa: A001  # its name
        if id:
            found[id] = min(found.get(id, 1.0), reason.factor)
    return [{"id": one, "name": FEATURES.get(one, one.replace("_", " ")), "value": found[one]} for one in found]


def _feature(what: str) -> str:
    """Return the feature that a reason is of; "" for a note."""
    known = next((name for name, pattern in _FEATURES if pattern.match(what)), "")
    if known:
        return known
    condition = _CONDITION.fullmatch(what)
    return f"property_{condition[1].removeprefix('the ')}" if condition else ""
