"""Requests of reconciliation, read: one kind of question for both versions of the protocol, within stated bounds.

Whatever does not fit is refused with its place in the request, such as `queries.q0.limit`.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ukrgraph.errors import UsageError

BATCH = 50
"""How many questions a batch may hold; the manifest says so (batchSize)."""

LIMIT, MOST = 5, 100
"""How many candidates are given if the question does not say, and how many at most."""

LONGEST = 1000
"""The longest value, in code points."""

CONDITIONS, VALUES, TYPES, IDS, PROPERTIES = 20, 50, 20, 1000, 50
"""How many conditions a question, values a condition, types a question, and ids and properties a request may have."""

_SHOWN = 100

MOST_VALUES, MOST_NAMES = 500, 200
"""How many values a batch may have in all, and how many names; a name counts once for each type of its question."""

QUANTIFIERS = ("any", "all", "none")
STRICTNESS = ("any", "should", "all")


class TooManyError(UsageError):
    """A batch is larger than the service takes."""


class Value(NamedTuple):
    """A value that is looked for: as text, and the id if it is an entity."""

    text: str
    id: str = ""


class Condition(NamedTuple):
    """What a candidate must be like: `kind` is "name", "id" or "property", and `property` the id of that property."""

    kind: str
    values: tuple[Value, ...]
    property: str = ""
    quantifier: str = "any"
    required: bool = False


class Question(NamedTuple):
    """One question: conditions, types ("all": it must have all of them), how many candidates, and the language."""

    conditions: tuple[Condition, ...]
    types: tuple[str, ...] = ()
    strict: str = "any"
    limit: int = LIMIT
    language: str = ""


class Wanted(NamedTuple):
    """A property that is wanted of entities, and how many values of it at most; 0 sets no bound."""

    id: str
    limit: int = 0


class Extension(NamedTuple):
    """A request for the values of properties of entities."""

    ids: tuple[str, ...]
    properties: tuple[Wanted, ...]


def parse(text: str, place: str) -> Any:  # noqa: ANN401  # JSON
    """Return the JSON `text`.

    Raises UsageError if it is none (RFC 8259), or has text that is not Unicode.
    """
    try:
        found = json.loads(text, parse_constant=_refuse)
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        reason = str(error).partition(" (char")[0]
        raise UsageError(f"{place}: expected JSON, got something else: {reason}") from error
    return found


def _refuse(name: str) -> None:
    raise ValueError(f"JSON has no {name}")


def batch_0_2(text: str) -> dict[str, Question]:
    """Return the questions of a batch of version 0.2, by their names.

    Raises UsageError with the place of what does not fit, TooManyError for more than BATCH questions.
    """
    found = _object(parse(text, "queries"), "queries")
    _at_most(len(found))
    return _bounded({name: _question_0_2(one, f"queries.{name}") for name, one in found.items()})


def batch_1_0(text: str) -> list[Question]:
    """Return the questions of a batch of the draft of version 1.0, in their order; it raises what `batch_0_2` does."""
    found = _list(_object(parse(text, "body"), "body").get("queries"), "queries", BATCH + 1)
    _at_most(len(found))
    asked = {str(at): _question_1_0(one, f"queries[{at}]") for at, one in enumerate(found)}
    return list(_bounded(asked).values())


def extension(text: str, place: str = "extend") -> Extension:
    """Return a request for values, which both versions write in the same way.

    Raises UsageError with the place of what does not fit.
    """
    found = _object(parse(text, place), place)
    ids = tuple(_text(one, f"{place}.ids[{at}]") for at, one in enumerate(_list(found.get("ids"), f"{place}.ids", IDS)))
    properties = _list(found.get("properties"), f"{place}.properties", PROPERTIES)
    return Extension(ids, tuple(_wanted(one, f"{place}.properties[{at}]") for at, one in enumerate(properties)))


def number(value: Any, place: str, most: int, least: int = 0) -> int:  # noqa: ANN401  # JSON
    """Return a whole number from `least` to `most`, which may be written as text or with a fraction of zero.

    Raises UsageError if it is none.
    """
    whole = value
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= len(str(most)):
        whole = int(value)
    if isinstance(value, float) and value.is_integer():
        whole = int(value)
    if isinstance(whole, bool) or not isinstance(whole, int) or not least <= whole <= most:
        raise UsageError(f"{place}: expected a number from {least} to {most}, got {_shown(value)}")
    return whole


def _wanted(found: Any, place: str) -> Wanted:  # noqa: ANN401  # JSON
    wanted = _object(found, place)
    settings = _object(wanted.get("settings") or {}, f"{place}.settings")
    limit = number(settings.get("limit", 0) or 0, f"{place}.settings.limit", LONGEST)
    return Wanted(_text(wanted.get("id"), f"{place}.id"), limit)


def _question_0_2(found: Any, place: str) -> Question:  # noqa: ANN401  # JSON
    asked = _object(found, place)
    _known(asked, ("query", "type", "limit", "properties", "type_strict"), place)
    conditions = []
    if asked.get("query") is not None:
        name = Value(_text(asked["query"], f"{place}.query"))
        conditions.append(Condition("name", (name,), required=True))
    for at, one in enumerate(_list(asked.get("properties", []), f"{place}.properties", CONDITIONS)):
        where = f"{place}.properties[{at}]"
        given = _object(one, where)
        values = _values(given.get("v"), f"{where}.v")
        conditions.append(Condition("property", values, _text(given.get("pid"), f"{where}.pid")))
    if not conditions:
        raise UsageError(f"{place}: expected 'query' or 'properties', got neither")
    types = asked.get("type")
    listed = [] if types is None else types if isinstance(types, list) else [types]
    named = tuple(_text(one, f"{place}.type") for one in _list(listed, f"{place}.type", TYPES))
    strict = _one_of(asked.get("type_strict", "any"), STRICTNESS, f"{place}.type_strict")
    return Question(tuple(conditions), tuple(filter(None, named)), strict, _limit(asked, place))


def _question_1_0(found: Any, place: str) -> Question:  # noqa: ANN401  # JSON
    asked = _object(found, place)
    _known(asked, ("type", "limit", "lang", "dir", "conditions"), place)
    given = _list(asked.get("conditions"), f"{place}.conditions", CONDITIONS)
    if not given:
        raise UsageError(f"{place}.conditions: expected at least one, got none")
    conditions = tuple(_condition(one, f"{place}.conditions[{at}]") for at, one in enumerate(given))
    types = (_text(asked["type"], f"{place}.type"),) if asked.get("type") else ()
    language = _text(asked.get("lang", ""), f"{place}.lang")
    return Question(conditions, types, "any", _limit(asked, place), language)


def _condition(found: Any, place: str) -> Condition:  # noqa: ANN401  # JSON
    given = _object(found, place)
    kind = _one_of(given.get("matchType"), ("name", "id", "property"), f"{place}.matchType")
    property = _text(given.get("propertyId"), f"{place}.propertyId") if kind == "property" else ""  # noqa: A001  # its name
    if given.get("matchQualifier"):
        raise UsageError(
            f"{place}.matchQualifier: expected none, for values are compared in one way only, "
            f"got {_shown(given['matchQualifier'])}; leave it out"
        )
    quantifier = _one_of(given.get("matchQuantifier", "any"), QUANTIFIERS, f"{place}.matchQuantifier")
    required = given.get("required", False)
    if not isinstance(required, bool):
        raise UsageError(f"{place}.required: expected true or false, got {_shown(required)}")
    return Condition(
        kind, _values(given.get("propertyValue"), f"{place}.propertyValue"), property, quantifier, required
    )


def _values(found: Any, place: str) -> tuple[Value, ...]:  # noqa: ANN401  # JSON
    """Return one value or several: text, a number, a truth value, or an entity with its id."""
    listed = found if isinstance(found, list) else [found]
    values = tuple(_value(one, place) for one in _list(listed, place, VALUES))
    if not values:
        raise UsageError(f"{place}: expected a value, got none")
    return values


def _value(found: Any, place: str) -> Value:  # noqa: ANN401  # JSON
    if isinstance(found, dict):
        return Value(_text(found.get("name", ""), f"{place}.name"), _text(found.get("id"), f"{place}.id"))
    if isinstance(found, bool):
        return Value(str(found).lower())
    if isinstance(found, int | float):
        return Value(_plain(found))
    return Value(_text(found, place))


def _plain(found: float) -> str:
    """Return a number as the graph writes it: without exponent where that is short, without zeros at its end."""
    return str(int(found)) if isinstance(found, int) or found.is_integer() else f"{found:.12f}".rstrip("0")


def _limit(asked: Mapping[str, Any], place: str) -> int:
    limit = asked.get("limit")
    return LIMIT if limit is None else number(limit, f"{place}.limit", MOST, 1)


def _bounded(asked: dict[str, Question]) -> dict[str, Question]:
    """Return a batch; raise TooManyError if it is too much work for one request."""
    values = names = 0
    for question in asked.values():
        for condition in question.conditions:
            values += len(condition.values)
            names += len(condition.values) * max(1, len(question.types)) if condition.kind == "name" else 0
    for count, most, what in ((values, MOST_VALUES, "values"), (names, MOST_NAMES, "names by types")):
        if count > most:
            raise TooManyError(f"queries: expected at most {most} {what} in a batch, got {count}; send several batches")
    return asked


def _at_most(count: int) -> None:
    if count > BATCH:
        raise TooManyError(f"queries: expected at most {BATCH} in a batch, got {count}; send several batches")


def _object(found: Any, place: str) -> dict[str, Any]:  # noqa: ANN401  # JSON
    if not isinstance(found, dict):
        raise UsageError(f"{place}: expected an object, got {_shown(found)}")
    return found


def _list(found: Any, place: str, most: int) -> list[Any]:  # noqa: ANN401  # JSON
    if not isinstance(found, list):
        raise UsageError(f"{place}: expected a list, got {_shown(found)}")
    if len(found) > most:
        raise TooManyError(f"{place}: expected at most {most}, got {len(found)}")
    return found


def _text(found: Any, place: str) -> str:  # noqa: ANN401  # JSON
    if not isinstance(found, str):
        raise UsageError(f"{place}: expected a text, got {_shown(found)}")
    if len(found) > LONGEST:
        raise UsageError(f"{place}: expected at most {LONGEST} characters, got {len(found)}")
    return found


def _one_of(found: Any, known: tuple[str, ...], place: str) -> str:  # noqa: ANN401  # JSON
    for one in known:
        if found == one:
            return one
    raise UsageError(f"{place}: expected one of {', '.join(known)}, got {_shown(found)}")


def _known(asked: Mapping[str, Any], names: tuple[str, ...], place: str) -> None:
    for name in _others(asked, names):
        raise UsageError(f"{place}: it has no field {name!r}; there are: {', '.join(names)}")


def _others(asked: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[str]:
    return (name for name in asked if name not in names)


def _shown(found: Any) -> str:  # noqa: ANN401  # JSON
    if found is None:
        return "nothing"
    text = repr(found)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
