"""Whether labels, roles, attributes and notes are those of the profile, and records have what they need."""

from collections import Counter
from collections.abc import Mapping

from ukrgraph.check.context import VIOLATION, Context
from ukrgraph.check.values import check_entity, check_interval, check_value
from ukrgraph.document import Attribute, Event, Link, Note, TextBound
from ukrgraph.finding import shown
from ukrgraph.profile import (
    AUTHORITY,
    MARK_ATTRIBUTES,
    MARK_LABELS,
    MENTION_ATTRIBUTES,
    MENTION_LABELS,
    RECORDS,
    Field,
    Record,
    Value,
)
from ukrgraph.standoff.lines import Annotation

_LABELS = frozenset({*RECORDS, *MENTION_LABELS, *MARK_LABELS})
_MARK_OF = {"Passage": "Passage", "Quote": "Quotation", "Time": "Time"}
"""The label of the text-bound that a role for a piece of text points at."""

_FORM = {
    Value.SPAN: "a role: {name}:T...",
    Value.THING: "a role or an attribute: {name}:T..., or A...<tab>{name} E... ID",
    Value.CONCEPT: "an attribute: A...<tab>{name} E... VALUE",
    Value.DATE: "an attribute: A...<tab>{name} E... 2022-09-21",
    Value.DECIMAL: "an attribute: A...<tab>{name} E... NUMBER",
    Value.TEXT: "a note: #...<tab>{name} E...<tab>TEXT",
}


def _form(field: Field) -> str:
    """Return how a field is written. The id of a record is an attribute, although it is a text."""
    return "an attribute: A...<tab>{name} E... ID" if field.term == "identifier" else _FORM[field.value]


def check(context: Context) -> None:
    """Report what the profile does not know, and records that lack a field or have one too often."""
    for textbound in context.document.textbounds:
        _textbound(context, textbound)
    for event in context.document.events:
        _event(context, event)
    for link in context.document.links:
        _link(context, link)
    for relation in context.document.relations:
        message = f"expected events and attributes only, got the relation {shown(relation.label)}"
        context.report(relation, "id", "not-in-profile", VIOLATION, message, "say it with an event or an attribute")


def _textbound(context: Context, textbound: TextBound) -> None:
    label = textbound.label
    if label not in _LABELS:
        message = f"expected a label of the profile, got {shown(label)}"
        advice = context.did_you_mean(label, _LABELS)
        context.report(textbound, "label", "unknown-label", VIOLATION, message, advice)
        return
    known: Mapping[str, str] = MARK_ATTRIBUTES if label in MARK_LABELS else {}
    known = MENTION_ATTRIBUTES if label in MENTION_LABELS else known
    counts: Counter[str] = Counter()
    for attribute in context.attributes.get(textbound.id, ()):
        if attribute.name not in known:
            _unknown(context, attribute, "attribute", f"{label} (a text-bound)", tuple(known))
        elif known[attribute.name]:
            field = Field(attribute.name, Value.CONCEPT, known[attribute.name])
            check_value(context, attribute, field)
        counts[attribute.name] += 1
        if counts[attribute.name] > 1:
            _repeated(context, attribute, "name", attribute.name, label)
    for note in context.notes.get(textbound.id, ()):
        _unknown(context, note, "note", f"{label} (a text-bound)", ())


def _event(context: Context, event: Event) -> None:
    trigger = context.textbounds.get(event.trigger)
    if trigger and trigger.label != event.label:
        message = f"expected the label of the trigger, {shown(trigger.label)}, got {shown(event.label)}"
        context.report(event, "label", "label-differs", VIOLATION, message, "give both the same label")
    record = RECORDS.get(event.label)
    if record is None:
        message = f"expected the label of a record, got {shown(event.label)}"
        advice = context.did_you_mean(event.label, RECORDS)
        context.report(event, "label", "unknown-label", VIOLATION, message, advice)
        return
    for link in context.links.get(event.id, ()):
        message = f"expected a link of a mention, got one of a {event.label}"
        context.report(link, "target", "link-target", VIOLATION, message, "link the mention")
    counts: Counter[str] = Counter()
    for annotation, part, name in _fields(context, event):
        counts[name] += 1
        field = record.fields.get(name)
        if field is None:
            kind = "role" if annotation is event else "note" if isinstance(annotation, Note) else "attribute"
            _unknown(context, annotation, kind, event.label, tuple(record.fields), part)
        elif counts[name] > 1 and not field.many:
            _repeated(context, annotation, part, name, event.label)
        else:
            _field(context, annotation, part, name, field)
    check_interval(context, event)
    _complete(context, event, record, counts)


def _fields(context: Context, event: Event) -> list[tuple[Event | Attribute | Note, str, str]]:
    """Return what is said in the fields of `event`: the annotation, its part that names the field, and the name."""
    found: list[tuple[Event | Attribute | Note, str, str]] = []
    found += [(event, f"role{index}", role.name) for index, role in enumerate(event.roles)]
    found += [(attribute, "name", attribute.name) for attribute in context.attributes.get(event.id, ())]
    found += [(note, "name", note.name) for note in context.notes.get(event.id, ())]
    return found


def _field(context: Context, annotation: Event | Attribute | Note, part: str, name: str, field: Field) -> None:
    """Report a field that is written in the wrong way, or whose value is wrong."""
    kind = field.value
    if field.term == "identifier":
        fits = isinstance(annotation, Attribute)
    elif isinstance(annotation, Event):
        fits = kind in {Value.SPAN, Value.THING}
    elif isinstance(annotation, Attribute):
        fits = kind not in {Value.SPAN, Value.TEXT}
    else:
        fits = kind is Value.TEXT
    if not fits:
        message = f"expected {name} as {_form(field).format(name=name)}, got it in another form"
        context.report(annotation, part, "wrong-form", VIOLATION, message, "write it in that form")
    elif isinstance(annotation, Event):
        _role(context, annotation, part, name, kind)
    else:
        check_value(context, annotation, field)


def _role(context: Context, event: Event, part: str, name: str, kind: Value) -> None:
    target = event.roles[int(part.removeprefix("role"))].target
    marked = context.textbounds.get(target)
    if kind is Value.SPAN:
        label = _MARK_OF[name]
        got = marked.label if marked else context.events[target].label if target in context.events else ""
        wrong = bool(got) and (marked is None or got != label)
        expected = f"the id of a text-bound {label}"
    else:
        got = marked.label if marked else ""
        wrong = bool(got) and got not in MENTION_LABELS
        expected = "the id of a mention or an event"
    if wrong:
        message = f"expected {name} to have {expected}, got {shown(target)}, which is a {got}"
        advice = f"mark the words as {label}" if kind is Value.SPAN else "name the event instead of its trigger"
        context.report(event, part, "role-target", VIOLATION, message, advice)


def _complete(context: Context, event: Event, record: Record, counts: Counter[str]) -> None:
    for name in record.required:
        if not counts[name]:
            form = _form(record.fields[name]).format(name=name)
            message = f"expected {event.label} to have {name}, got none"
            context.report(event, "label", "missing-field", VIOLATION, message, f"add {form}")


def _unknown(  # noqa: PLR0913, PLR0917  # what a finding says
    context: Context, annotation: Annotation, kind: str, label: str, known: tuple[str, ...], part: str = "name"
) -> None:
    name = annotation.roles[int(part[4:])].name if isinstance(annotation, Event) else _name(annotation)
    message = f"expected a field of {label}, got the {kind} {shown(name)}"
    advice = context.did_you_mean(name, known, "" if known else "delete the line, or say it of an event")
    context.report(annotation, part, f"unknown-{kind}", VIOLATION, message, advice)


def _name(annotation: Annotation) -> str:
    return annotation.name if isinstance(annotation, Attribute | Note) else ""


def _repeated(context: Context, annotation: Annotation, part: str, name: str, label: str) -> None:
    message = f"expected one {name} of a {label}, got another one"
    context.report(annotation, part, "repeated-field", VIOLATION, message, "delete one of them")


def _link(context: Context, link: Link) -> None:
    if link.authority != AUTHORITY:
        message = f"expected the authority {AUTHORITY!r}, got {shown(link.authority)}"
        advice = f"link the entity of the authority file: {AUTHORITY}:ID; links to others stand in data/links.sssom.tsv"
        context.report(link, "reference", "unknown-authority", VIOLATION, message, advice)
        return
    if not check_entity(context, link, "reference", link.reference):
        return
    mention, found = context.textbounds.get(link.target), context.authority.get(link.reference)
    if mention and found and mention.label in MENTION_LABELS and mention.label != found:
        message = (
            f"expected the label {shown(found)}, which is the class of {link.reference}, got {shown(mention.label)}"
        )
        advice = "correct the label of the mention, or the link"
        context.report(mention, "label", "label-not-class", VIOLATION, message, advice)
