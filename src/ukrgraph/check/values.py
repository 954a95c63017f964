"""Whether the values of fields exist: concepts in their schemes, days, numbers, entities and records."""

import re
from datetime import date

from ukrgraph.check.context import INFO, VIOLATION, WARNING, Context, is_id
from ukrgraph.concepts import SCHEMES, concept
from ukrgraph.document import Attribute, Event, Note
from ukrgraph.finding import shown
from ukrgraph.profile import RECORD_PREFIXES, RECORDS, Field, Value
from ukrgraph.standoff.lines import Annotation

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
"""The lexical form of xsd:decimal, XML Schema part 2, section 3.2.3.1."""


def check_value(context: Context, annotation: Attribute | Note, field: Field) -> None:
    """Report the value of `annotation` if it is not one that `field` takes."""
    if isinstance(annotation, Note):
        _text(context, annotation)
    elif annotation.value and field.term == "identifier":
        _own_id(context, annotation)
    elif not annotation.value:
        message = f"expected {annotation.name} with a value, got none"
        context.report(annotation, "name", "no-value", VIOLATION, message, "add the value after the target")
    elif field.value is Value.CONCEPT:
        _concept(context, annotation, field.scheme)
    elif field.value is Value.DATE and day(annotation.value) is None:
        message = f"expected a day that exists, written 2022-09-21, got {shown(annotation.value)}"
        context.report(annotation, "value", "bad-date", VIOLATION, message, "correct the day")
    elif field.value is Value.DECIMAL and not _DECIMAL.fullmatch(annotation.value):
        message = f"expected a decimal number such as 300000 or 98.4, got {shown(annotation.value)}"
        context.report(annotation, "value", "bad-decimal", VIOLATION, message, "write digits and one '.' at most")
    elif field.value is Value.THING:
        _thing(context, annotation)


def day(written: str) -> date | None:
    """Return the day that `written` names as YYYY-MM-DD, or None if it is in another form or does not exist."""
    try:
        return date.fromisoformat(written) if _DAY.fullmatch(written) else None
    except ValueError:
        return None


def _concept(context: Context, attribute: Attribute, scheme: str) -> None:
    if concept(scheme, attribute.value) is None:
        message = f"expected a concept of {scheme}, got {shown(attribute.value)}"
        advice = context.did_you_mean(attribute.value, SCHEMES[scheme].notations)
        context.report(attribute, "value", "unknown-concept", VIOLATION, message, advice)


def _text(context: Context, note: Note) -> None:
    if not note.text.strip():
        message = f"expected {note.name} with a text, got none"
        context.report(note, "name", "empty-note", WARNING, message, "add the text, or delete the line")


def _own_id(context: Context, attribute: Attribute) -> None:
    """Report the id of a record if it cannot be one, is that of another record, or names no entity that it could."""
    label, value = context.events[attribute.target].label, attribute.value
    path = RECORDS[label].path
    if path == "id":
        if check_entity(context, attribute, "value", value) and context.authority.get(value, label) != label:
            found = context.authority[value]
            message = f"expected the id of an entity of class {label}, got {shown(value)}, which is a {found}"
            context.report(attribute, "value", "label-not-class", VIOLATION, message, "correct the id or the label")
    elif _has_safe_form(context, attribute, "value", value):
        first = context.ids.get(f"{path}:{value}", attribute)
        if first is not attribute:
            message = f"expected an id of its own, got {shown(value)}, which line {first.line} has too"
            context.report(attribute, "value", "duplicate-record", VIOLATION, message, "give each record another id")


def check_entity(context: Context, annotation: Annotation, part: str, reference: str) -> bool:
    """Tell whether `reference` names an entity of the authority file; report it if not. Unknown if there is no file."""
    if not _has_safe_form(context, annotation, part, reference):
        return False
    if not context.authority or reference in context.authority:
        return True
    message = f"expected the id of an entity of the authority file, got {shown(reference)}"
    advice = context.did_you_mean(reference, context.authority, "add the entity to data/entities, or correct the id")
    context.report(annotation, part, "unknown-entity", VIOLATION, message, advice)
    return False


def _has_safe_form(context: Context, annotation: Annotation, part: str, reference: str) -> bool:
    if is_id(reference):
        return True
    message = f"expected an id of letters a-z, digits, '.', '_' and '-', got {shown(reference)}"
    context.report(annotation, part, "bad-id", VIOLATION, message, "correct the id")
    return False


def _thing(context: Context, attribute: Attribute) -> None:
    prefix, colon, reference = attribute.value.partition(":")
    if not colon:
        check_entity(context, attribute, "value", attribute.value)
    elif prefix not in RECORD_PREFIXES:
        message = f"expected one of the prefixes {', '.join(RECORD_PREFIXES)}, got {shown(prefix)}"
        advice = context.did_you_mean(prefix, RECORD_PREFIXES)
        context.report(attribute, "value", "unknown-prefix", VIOLATION, message, advice)
    elif _has_safe_form(context, attribute, "value", reference):
        _record(context, attribute, prefix)


def _record(context: Context, attribute: Attribute, prefix: str) -> None:
    """Report a record that is neither in this document nor in another one, as far as these are known."""
    value = attribute.value
    own = f"document:{context.document.metadata.id}"
    if value == own or value in context.records or value in context.authority:
        return
    others = [name for name in context.authority if name.startswith(f"{prefix}:")]
    if others:
        message = f"expected the id of a {prefix} of the corpus, got {shown(value)}"
        advice = context.did_you_mean(value, [*others, *context.records], "correct the id, or add the record")
        context.report(attribute, "value", "unknown-record", VIOLATION, message, advice)
    else:
        message = f"expected the id of a {prefix} of this document, got {shown(value)}, which may be in another one"
        near = [name for name in context.records if name.startswith(f"{prefix}:")]
        advice = context.did_you_mean(value, near, "check the id")
        context.report(attribute, "value", "record-elsewhere", INFO, message, advice)


def check_interval(context: Context, event: Event) -> None:
    """Report an event whose Latest is before its Earliest."""
    days = {one.name: (one, day(one.value)) for one in context.attributes.get(event.id, ())}
    if "Earliest" in days and "Latest" in days:
        (_, earliest), (attribute, latest) = days["Earliest"], days["Latest"]
        if earliest and latest and latest < earliest:
            message = f"expected a day not before {earliest}, got {latest}"
            advice = "exchange Earliest and Latest, or correct them"
            context.report(attribute, "value", "dates-reversed", VIOLATION, message, advice)
