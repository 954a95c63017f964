"""The canonical form of an annotation file: ids that derive from the spans, and one order of lines.

"ukrgraph standoff 1". Two people who annotate different words never give one id to two things, so `git merge` with
`merge=union` joins their files rightly:

* T: "T", the first offset, the length in four digits or more, and two digits that count the text-bounds with the same
  start and length in canonical order: 57 to 66 is T57000900. The length goes from the first code point to the last.
* E: the digits of its trigger.
* A, N and #: the digits of their target, and two digits that count the annotations of that letter with those digits.
  A trigger and its event have the same digits, so the numbers go on from the one to the other.
* Text-bounds stand by start, longest first, then by label. After each come its links, attributes and notes, then its
  event with attributes and notes; attributes by name and value, notes by name and text.

Relations are not in the profile; they are kept, after all others, so that nothing is lost.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, groupby
from typing import NamedTuple

from ukrgraph.document import Attribute, Document, Event, Link, Note, Relation, Role, TextBound
from ukrgraph.errors import InputError
from ukrgraph.finding import shown
from ukrgraph.standoff.lines import Annotation, line


class Placed(NamedTuple):
    """An annotation and the id that the profile gives it."""

    annotation: Annotation
    id: str


class _Numbers:
    """Gives ids, each only once."""

    def __init__(self) -> None:
        self._next: Counter[str] = Counter()
        self._taken: set[str] = set()

    def claim(self, id: str) -> bool:
        """Take `id` if it is free."""
        free = id not in self._taken
        self._taken.add(id)
        return free

    def after(self, stem: str) -> str:
        """Return the next free id that is `stem` with a number of two digits or more."""
        while True:
            key = f"{stem}{self._next[stem]:02d}"
            self._next[stem] += 1
            if self.claim(key):
                return key


class _Attached:
    """The annotations of a document by the id of what they are about; each is taken out once."""

    def __init__(self, document: Document) -> None:
        self.links: defaultdict[str, list[Link]] = defaultdict(list)
        self.attributes: defaultdict[str, list[Attribute]] = defaultdict(list)
        self.notes: defaultdict[str, list[Note]] = defaultdict(list)
        self.events: defaultdict[str, list[Event]] = defaultdict(list)
        for link in document.links:
            self.links[link.target].append(link)
        for attribute in document.attributes:
            self.attributes[attribute.target].append(attribute)
        for note in document.notes:
            self.notes[note.target].append(note)
        for event in document.events:
            self.events[event.trigger].append(event)

    def about(self, target: str) -> Iterator[tuple[str, Sequence[Link | Attribute | Note]]]:
        """Take what is about `target`: the letter of its ids, and the annotations in canonical order."""
        yield "N", sorted(self.links.pop(target, ()), key=_content)
        yield "A", sorted(self.attributes.pop(target, ()), key=_content)
        yield "#", sorted(self.notes.pop(target, ()), key=_content)

    def content(self, target: str) -> tuple[object, ...]:
        """Return what is said about `target` and about the events that it triggers, without ids."""
        own = [sorted(map(_content, kind.get(target, ()))) for kind in (self.links, self.attributes, self.notes)]
        events = self.events.get(target, ())
        return (*own, sorted((event.label, *self.content(event.id)) for event in events if event.id != target))


def _content(annotation: Link | Attribute | Note) -> tuple[str, ...]:
    """Return what orders annotations about one target: (name, value), (name, text) or (authority, reference, name)."""
    match annotation:
        case Link(_, _, authority, reference, name):
            return (authority, reference, name)
        case Attribute(_, name, _, value):
            return (name, value)
        case Note(_, name, _, text):
            return (name, text)


def arrange(document: Document) -> list[Placed]:
    """Return all annotations of `document` in canonical order, each with the id that derives from its span.

    Of several annotations with one id, the first has what is about that id. What is about nothing keeps its id and
    stands last. Annotations that differ in nothing but their ids keep their order.
    """
    numbers, attached = _Numbers(), _Attached(document)
    placed: list[Placed] = []
    for textbound in _in_order(document.textbounds, attached):
        key = numbers.after(f"T{textbound.start}{abs(textbound.end - textbound.start):04d}")
        placed.append(Placed(textbound, key))
        _place_about(textbound.id, key[1:], attached, numbers, placed)
        for event in attached.events.pop(textbound.id, ()):
            _place_event(event, key[1:], attached, numbers, placed)
    for event in chain.from_iterable(list(attached.events.values())):
        placed.append(Placed(event, event.id))
        _place_about(event.id, event.id[1:], attached, numbers, placed)
    _place_relations(document.relations, attached, numbers, placed)
    _place_rest(attached, numbers, placed)
    return placed


def _in_order(textbounds: tuple[TextBound, ...], attached: _Attached) -> Iterator[TextBound]:
    ordered = sorted(textbounds, key=_span_order)
    for _, same in groupby(ordered, key=_span_order):
        group = list(same)
        if len(group) > 1:
            group.sort(key=lambda textbound: (textbound.surface, attached.content(textbound.id)))
        yield from group


def _span_order(textbound: TextBound) -> tuple[int, int, str, tuple[tuple[int, int], ...]]:
    return (textbound.spans[0][0], -textbound.spans[-1][1], textbound.label, textbound.spans)


def _place_about(target: str, digits: str, attached: _Attached, numbers: _Numbers, placed: list[Placed]) -> None:
    for letter, annotations in attached.about(target):
        placed += [Placed(annotation, numbers.after(letter + digits)) for annotation in annotations]


def _place_event(event: Event, digits: str, attached: _Attached, numbers: _Numbers, placed: list[Placed]) -> None:
    key = f"E{digits}"
    if not numbers.claim(key):
        key = numbers.after(key)
    placed.append(Placed(event, key))
    _place_about(event.id, key[1:], attached, numbers, placed)


def _place_relations(
    relations: tuple[Relation, ...], attached: _Attached, numbers: _Numbers, placed: list[Placed]
) -> None:
    new = {old.annotation.id: old.id for old in placed}

    def content(relation: Relation) -> tuple[str, list[tuple[str, str]]]:
        return (relation.label, [(name, new.get(target, target)) for name, target in relation.targets])

    for relation in sorted(relations, key=content):
        key = relation.id if relation.id == "*" else numbers.after("R")
        placed.append(Placed(relation, key))
        if relation.id != "*":
            _place_about(relation.id, key[1:], attached, numbers, placed)


def _place_rest(attached: _Attached, numbers: _Numbers, placed: list[Placed]) -> None:
    """Place what is about an attribute, link or note, and then what is about nothing at all."""
    new = {old.annotation.id: old.id for old in placed}
    targets = {*attached.links, *attached.attributes, *attached.notes}
    for target in sorted(targets & new.keys(), key=lambda target: new[target]):
        _place_about(target, new[target][1:], attached, numbers, placed)
    rest: list[Annotation] = [
        *chain.from_iterable(attached.links.values()),
        *chain.from_iterable(attached.attributes.values()),
        *chain.from_iterable(attached.notes.values()),
    ]
    placed += [Placed(annotation, annotation.id) for annotation in rest]


def canonical(document: Document) -> Document:
    """Return `document` in canonical order and with derived ids; `line` is the line that each annotation then has.

    Raises InputError if two annotations have one id, or if an id that is used is not there: what is meant cannot be
    known then.
    """
    return _of(document, _renumbered(document))


def _renumbered(document: Document) -> list[Annotation]:
    """Return the annotations in canonical order, with derived ids and the lines that they then have."""
    placed = arrange(document)
    new = _new_ids(document, placed)
    return [_renamed(annotation, key, number, new) for number, (annotation, key) in enumerate(placed, 1)]


def _of(document: Document, annotations: list[Annotation]) -> Document:
    return replace(
        document,
        textbounds=tuple([one for one in annotations if isinstance(one, TextBound)]),
        events=tuple([one for one in annotations if isinstance(one, Event)]),
        relations=tuple([one for one in annotations if isinstance(one, Relation)]),
        attributes=tuple([one for one in annotations if isinstance(one, Attribute)]),
        links=tuple([one for one in annotations if isinstance(one, Link)]),
        notes=tuple([one for one in annotations if isinstance(one, Note)]),
    )


def _new_ids(document: Document, placed: list[Placed]) -> dict[str, str]:
    """Return the new id of each old one, once it is sure that each old one means one thing."""
    new: dict[str, str] = {}
    for annotation, key in placed:
        if annotation.id in new and annotation.id != "*":
            raise _unclear(document, annotation, f"expected one annotation called {shown(annotation.id)}, got two")
        new[annotation.id] = key
    for annotation, _ in placed:
        for target in targets(annotation):
            if target not in new:
                raise _unclear(document, annotation, f"expected an annotation called {shown(target)}, got none")
    return new


def _unclear(document: Document, annotation: Annotation, message: str) -> InputError:
    return InputError(f"{document.annotation_file}:{annotation.line}: {message}; correct the ids before formatting")


def targets(annotation: Annotation) -> tuple[str, ...]:
    """Return the ids of the annotations that `annotation` is about or points at, in the order of its line."""
    match annotation:
        case TextBound():
            return ()
        case Event(_, _, trigger, roles):
            return (trigger, *(role.target for role in roles))
        case Relation(_, _, roles):
            return tuple(role.target for role in roles)
        case _:
            return (annotation.target,)


def _renamed(annotation: Annotation, id: str, line: int, new: dict[str, str]) -> Annotation:
    match annotation:
        case TextBound(_, label, spans, surface):
            return TextBound(id, label, spans, surface, line)
        case Event(_, label, trigger, roles):
            return Event(id, label, new[trigger], tuple(Role(name, new[target]) for name, target in roles), line)
        case Relation(_, label, roles):
            return Relation(id, label, tuple(Role(name, new[target]) for name, target in roles), line)
        case Attribute(_, name, target, value):
            return Attribute(id, name, new[target], value, line)
        case Link(_, target, authority, reference, name):
            return Link(id, new[target], authority, reference, name, line)
        case Note(_, name, target, text):
            return Note(id, name, new[target], text, line)


def render(document: Document) -> str:
    """Return the annotation file of `document` in canonical form; each line ends with LF.

    Raises InputError as `canonical` does.
    """
    return "".join([f"{line(annotation)}\n" for annotation in _renumbered(document)])
