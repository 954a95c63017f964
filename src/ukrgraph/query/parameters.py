"""The parameters of stored queries: their types, and from a user's text to a term.

Each type reads one kind of text and gives a term of RDF or refuses; a term is written by the engine, never by hand, so
no text can become anything but one term.
"""

import dataclasses
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from ukrgraph.engine import Literal, NamedNode, Term
from ukrgraph.errors import UsageError
from ukrgraph.terms import XSD

_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,18}(?:\.[0-9]{0,18})?|\.[0-9]{1,18})")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEAR = re.compile(r"-?[0-9]{4}")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_LIMIT = re.compile(r"[0-9]{1,9}")


@dataclasses.dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter as a header declares it.

    `of_class` and `scheme` narrow an entity to a class and a concept to a scheme (a local name of ours or a CURIE).
    `values` are those allowed; empty means all. Without a value, a parameter that is not `required` and has no
    `default` stays a variable.
    """

    name: str
    type: str
    of_class: str = ""
    scheme: str = ""
    required: bool = False
    default: str | None = None
    values: tuple[str, ...] = ()
    pattern: str = ""
    label: str = ""
    description: str = ""

    def replaced(self, **changes: object) -> "Parameter":
        """Return the parameter with some fields changed."""
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]

    @property
    def expected(self) -> str:
        """Return what a value must be, for a message."""
        kind = TYPES.get(self.type, self.type)
        if self.type == "entity" and self.of_class:
            kind = f"{_article(self.of_class)} {self.of_class} (IRI, CURIE, id, label or alias)"
        if self.values:
            kind = f"one of {', '.join(self.values)}"
        return kind + (f" that matches {self.pattern}" if self.pattern else "")

    def wrong(self, value: str, advice: str = "") -> UsageError:
        """Return the error that `value` is not what was expected."""
        return UsageError(f"{self.name}: expected {self.expected}, got {value!r}" + (f"; {advice}" if advice else ""))


def _article(word: str) -> str:
    return "an" if word[:1] in "AEIOU" else "a"


TYPES: Mapping[str, str] = MappingProxyType(
    {
        "entity": "an entity (IRI, CURIE, id, label or alias)",
        "date": "a date (YYYY-MM-DD)",
        "year": "a year (four digits)",
        "string": "a text",
        "integer": "an integer",
        "decimal": "a decimal number",
        "language": "a language tag (such as uk)",
        "enum": "one of the values of the query",
        "limit": "a number of rows",
    }
)
"""The types of parameters and what a message calls them."""

Resolve = Callable[[Parameter, str], NamedNode]
"""From a name to the entity that it means; raises UsageError if there is none or more than one."""


def term(parameter: Parameter, value: str, resolve: Resolve) -> Term:
    """Return the term that `value` stands for.

    Raises UsageError with the name of the parameter, what was expected and the values allowed.
    """
    if parameter.values and value not in parameter.values:
        raise parameter.wrong(value)
    if parameter.pattern and not re.fullmatch(parameter.pattern, value):
        raise parameter.wrong(value)
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise parameter.wrong(value, "it is not valid Unicode") from error
    if parameter.type == "entity":
        return resolve(parameter, value)
    found = _LITERALS[parameter.type](value)
    if found is None:
        raise parameter.wrong(value)
    return found


def _typed(lexical: str, datatype: str) -> Literal:
    return Literal(lexical, datatype=NamedNode(XSD + datatype))


def _string(value: str) -> Literal | None:
    return Literal(value)


def _integer(value: str) -> Literal | None:
    return _typed(str(int(value)), "integer") if _INTEGER.fullmatch(value) else None


def _decimal(value: str) -> Literal | None:
    if not _DECIMAL.fullmatch(value):
        return None
    plain = format(Decimal(value), "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return _typed("0" if plain in {"-0", "", "-"} else plain, "decimal")


def _date(value: str) -> Literal | None:
    if not _DATE.fullmatch(value):
        return None
    try:
        date.fromisoformat(value)
    except ValueError:
        return None
    return _typed(value, "date")


def _year(value: str) -> Literal | None:
    return _typed(str(int(value)), "integer") if _YEAR.fullmatch(value) else None


def _language(value: str) -> Literal | None:
    return Literal(value.lower()) if _LANGUAGE.fullmatch(value) else None


def _limit(value: str) -> Literal | None:
    return _typed(str(int(value)), "integer") if _LIMIT.fullmatch(value) else None


_LITERALS: Mapping[str, Callable[[str], Literal | None]] = MappingProxyType(
    {
        "string": _string,
        "enum": _string,
        "integer": _integer,
        "decimal": _decimal,
        "date": _date,
        "year": _year,
        "language": _language,
        "limit": _limit,
    }
)


def terms(
    parameters: tuple[Parameter, ...], values: Mapping[str, str], resolve: Resolve
) -> tuple[dict[str, Term], int | None]:
    """Return the terms to bind, by name, and the number of rows if a parameter of the type limit gives it.

    Raises UsageError for a parameter that is unknown, missing or of the wrong type.
    """
    known = {parameter.name: parameter for parameter in parameters}
    for name in values:
        if name not in known:
            raise unknown_parameter(name, parameters)
    found: dict[str, Term] = {}
    limit = None
    for parameter in parameters:
        value = values.get(parameter.name, parameter.default)
        if value is None:
            if parameter.required:
                raise UsageError(
                    f"{parameter.name}: expected {parameter.expected}, got nothing; "
                    f"add -p {parameter.name}=... ({parameter.label})"
                )
            continue
        bound = term(parameter, value, resolve)
        if parameter.type == "limit" and isinstance(bound, Literal):
            limit = int(bound.value)
        else:
            found[parameter.name] = bound
    return found, limit


def unknown_parameter(name: str, parameters: tuple[Parameter, ...]) -> UsageError:
    """Return the error that the query has no parameter `name`, with the nearest name or all of them."""
    from ukrgraph.near import nearest  # noqa: PLC0415  # only after a mistake

    names = [parameter.name for parameter in parameters]
    near = nearest(name, names, 1)
    if near:
        return UsageError(f"{name}: the query has no such parameter; did you mean {near[0]!r}?")
    listed = f"there are: {', '.join(names)}" if names else "it has none"
    return UsageError(f"{name}: the query has no such parameter; {listed}")
