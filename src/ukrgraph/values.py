"""Field values: from the word that an annotator wrote to an RDF term, or None where it does not fit."""

from datetime import date
from decimal import Decimal, InvalidOperation

from ukrgraph.concepts import concept
from ukrgraph.iri import Namespace, is_id
from ukrgraph.nquads import iri, string, typed
from ukrgraph.profile import RECORD_PREFIXES, Field, Value

_ENGLISH = frozenset({"paraphrase", "quantityOf", "measureDetail"})

EXPECTED = {
    Value.CONCEPT: "a notation of the field's scheme",
    Value.DATE: "a day that exists, as YYYY-MM-DD",
    Value.DECIMAL: "a decimal number",
    Value.SPAN: "a role that points at a marked piece of text",
    Value.TEXT: "text",
    Value.THING: "an id, or one after " + ", ".join(f"'{prefix}:'" for prefix in RECORD_PREFIXES),
}
"""What each kind of value looks like, for messages."""


def term(known: Field, text: str, names: Namespace) -> str | None:
    """Return the term that `text` stands for in the field `known`."""
    match known.value:
        case Value.CONCEPT:
            found = concept(known.scheme, text)
            return iri(found) if found else None
        case Value.DATE:
            return _date(text)
        case Value.DECIMAL:
            return _decimal(text)
        case Value.TEXT:
            return string(text, "en" if known.term in _ENGLISH else "")
        case Value.THING:
            return _thing(text, names)
        case Value.SPAN:
            return None


def _date(text: str) -> str | None:
    """Return a day of the Gregorian calendar (XML Schema 1.1 part 2, section 3.3.9), in that form alone."""
    try:
        return typed(date.fromisoformat(text).isoformat(), "date") if len(text) == len("2022-09-20") else None
    except ValueError:
        return None


def _decimal(text: str) -> str | None:
    """Return the canonical decimal: no exponent, no trailing zeros (XML Schema 1.1 part 2, section 3.3.3)."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite():
        return None
    lexical = f"{number:f}"
    return typed(lexical.rstrip("0").rstrip(".") if "." in lexical else lexical, "decimal")


def _thing(text: str, names: Namespace) -> str | None:
    prefix, colon, reference = text.partition(":")
    if not colon:
        return iri(names.entity(text)) if is_id(text) else None
    path = RECORD_PREFIXES.get(prefix)
    return iri(f"{names.base}{path}{reference}") if path and is_id(reference) else None
