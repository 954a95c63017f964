"""Data extension: the values of properties for entities that have been matched."""

from typing import Any

from ukrgraph.engine import Literal, NamedNode, Term
from ukrgraph.errors import UsageError
from ukrgraph.reconciliation.directory import Directory
from ukrgraph.reconciliation.questions import Extension, Wanted
from ukrgraph.reconciliation.suggest import property as named
from ukrgraph.terms import UKC, XSD

_NUMBERS = frozenset({"integer", "int", "long", "nonNegativeInteger"})
_FRACTIONS = frozenset({"decimal", "double", "float"})

SETTING = {"en": ("most values", "0 gives all"), "uk": ("найбільше значень", "0 означає всі")}
"""The setting `limit` of properties: its name and its help by language."""


def proposed(directory: Directory, type: str, limit: int, language: str) -> dict[str, Any]:
    """Return the properties that entities of a type have, and those that are counted; `limit` 0 gives all.

    Raises UsageError if there is no such type.
    """
    known = directory.properties_of(directory.type(type)) if type else list(directory.properties.values())
    shown = [named(directory, one.id, language) for one in (known[:limit] if limit else known)]
    return {"properties": shown, "type": type} | ({"limit": limit} if limit else {})


def meta(directory: Directory, asked: Extension, language: str) -> list[dict[str, Any]]:
    """Return the properties that are asked for, as the answer begins.

    Raises UsageError if there is no such property.
    """
    found = []
    for at, one in enumerate(asked.properties):
        try:
            known = directory.property(one.id)
        except UsageError as error:
            raise UsageError(f"extend.properties[{at}].id: {error}") from error
        found.append({"id": one.id, "name": named(directory, known.id, language)["name"]})
    return found


def rows_0_2(directory: Directory, asked: Extension, language: str) -> dict[str, Any]:
    """Return the answer in version 0.2: cells by id and property; an entity that there is not has none."""
    head = meta(directory, asked, language)
    columns = [(one.id, _cells(directory, asked.ids, one, language)) for one in asked.properties]
    rows = {row: {name: [_bare(cell) for cell in cells[row]] for name, cells in columns} for row in asked.ids}
    return {"meta": head, "rows": rows}


def rows_1_0(directory: Directory, asked: Extension, language: str) -> dict[str, Any]:
    """Return the answer in the draft of version 1.0: rows and properties in the order of the request."""
    head = meta(directory, asked, language)
    columns = [(one.id, _cells(directory, asked.ids, one, language)) for one in asked.properties]
    rows = [
        {"id": row, "properties": [{"id": name, "values": cells[row]} for name, cells in columns]} for row in asked.ids
    ]
    return {"meta": head, "rows": rows}


def _bare(cell: dict[str, Any]) -> dict[str, Any]:
    """Return a cell without its language, which version 0.2 does not know."""
    return {name: value for name, value in cell.items() if name != "lang"}


def _cells(
    directory: Directory, ids: tuple[str, ...], wanted: Wanted, language: str
) -> dict[str, list[dict[str, Any]]]:
    """Return the cells of a property by the id that the client wrote."""
    own = {one: directory.id(one) for one in ids}
    values = directory.values(filter(None, own.values()), directory.property(wanted.id))
    most = wanted.limit or None
    return {one: [_cell(directory, term, language) for term in values.get(own[one], [])[:most]] for one in ids}


def _cell(directory: Directory, term: Term, language: str) -> dict[str, Any]:
    """Return a value as the protocol writes it.

    A day becomes its midnight in UTC, since the protocol has times only.
    """
    if isinstance(term, NamedNode):
        own = term.value.removeprefix(directory.space)
        if own in directory.entities:
            return {"id": own, "name": directory.label(own, language)}
        return {"str": term.value.removeprefix(UKC)}
    if not isinstance(term, Literal):
        return {"str": str(term)}
    if term.language:
        return {"str": term.value, "lang": term.language}
    return _typed(term.value, term.datatype.value.removeprefix(XSD))


def _typed(text: str, datatype: str) -> dict[str, Any]:
    try:
        if datatype in _NUMBERS:
            return {"int": int(text)}
        if datatype in _FRACTIONS:
            return {"float": float(text)}
    except ValueError:
        return {"str": text}
    return {"date": f"{text}T00:00:00Z"} if datatype == "date" else {"str": text}
