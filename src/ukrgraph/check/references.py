"""Whether ids are there and used once, triggers have one event, and records contain each other in no circle."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from ukrgraph.check.context import INFO, VIOLATION, Context
from ukrgraph.document import Event, Link, Relation
from ukrgraph.finding import shown
from ukrgraph.profile import MARK_LABELS, MENTION_LABELS, RECORDS
from ukrgraph.standoff.canonical import targets
from ukrgraph.standoff.lines import Annotation

_CONTAINMENT = frozenset({"EmbeddedIn", "PartOf"})
_MUTUAL = frozenset({"SameUtteranceAs", "Denies", "Disputes", "Echoes"})
"""Two speakers may deny each other; that is no circle."""


def check(context: Context) -> None:
    """Report ids that are missing or used twice, triggers without event, and circles."""
    ids: dict[str, Annotation] = {}
    for annotation in context.all():
        first = ids.setdefault(annotation.id, annotation)
        if first is not annotation and annotation.id != "*":
            message = f"expected an id of its own, got {shown(annotation.id)}, which line {first.line} has too"
            advice = "delete the line if it says the same, or give it another id and run ukrgraph corpus fmt"
            context.report(annotation, "id", "duplicate-id", VIOLATION, message, advice)
    for annotation in context.all():
        for part, target in zip(_parts(annotation), targets(annotation), strict=True):
            if target not in ids:
                message = f"expected the id of an annotation of this file, got {shown(target)}"
                advice = context.did_you_mean(target, (), "add the annotation, or correct the id")
                context.report(annotation, part, "dangling-reference", VIOLATION, message, advice)
    _triggers(context)
    _circles(context)


def _parts(annotation: Annotation) -> Iterable[str]:
    """Return the names of the parts of a line that hold its targets, in the order of `targets`."""
    match annotation:
        case Event(_, _, _, roles):
            return ["trigger", *(f"role{index}" for index in range(len(roles)))]
        case Relation(_, _, roles):
            return [f"role{index}" for index in range(len(roles))]
        case _:
            return ["target"] * len(targets(annotation))


def _triggers(context: Context) -> None:
    """Report triggers that two events share or no event has, and mentions without link."""
    first: dict[str, Event] = {}
    for event in context.document.events:
        other = first.setdefault(event.trigger, event)
        if other is not event:
            message = f"expected a trigger of its own, got {shown(event.trigger)}, which line {other.line} has too"
            advice = "mark the words a second time, and make that text-bound the trigger"
            context.report(event, "trigger", "shared-trigger", VIOLATION, message, advice)
    for textbound in context.document.textbounds:
        label, linked = textbound.label, textbound.id in context.links
        is_mention = label in MENTION_LABELS
        if textbound.id in context.triggered or label in MARK_LABELS or (linked and is_mention):
            continue
        if is_mention:
            message = f"expected a link that says which {label} the words name, got none"
            advice = "add a line N...<tab>Reference T... ukrgraph:ID<tab>NAME"
            context.report(textbound, "label", "no-link", INFO, message, advice)
        elif label in RECORDS:
            message = f"expected an event with the trigger {shown(textbound.id)}, got none"
            advice = f"add a line E{textbound.id[1:]}<tab>{label}:{textbound.id} ..., or delete the text-bound"
            context.report(textbound, "id", "no-event", VIOLATION, message, advice)
    for link in context.document.links:
        _link_target(context, link)


def _link_target(context: Context, link: Link) -> None:
    marked = context.textbounds.get(link.target)
    if marked and marked.label not in MENTION_LABELS:
        message = f"expected a link of a mention, got one of a {marked.label}"
        advice = "mark the words as a mention, and link that"
        context.report(link, "target", "link-target", VIOLATION, message, advice)


def _circles(context: Context) -> None:
    """Report records that are contained in themselves, over others too, and those that point at themselves."""
    contained, pointed = _edges(context)
    reported: set[str] = set()
    for circle in _components(contained):
        reported.update(circle)
        _report_circle(context, circle, "is contained in itself")
    for circle in _components(pointed):
        if len(circle) == 1 and not reported.intersection(circle):
            _report_circle(context, circle, "leads to itself")


def _edges(context: Context) -> tuple[Mapping[str, list[str]], Mapping[str, list[str]]]:
    """Return which event contains which, and which points at which, both by id; what attributes say is included."""
    contained: defaultdict[str, list[str]] = defaultdict(list)
    pointed: defaultdict[str, list[str]] = defaultdict(list)
    named = {name: attribute.target for name, attribute in context.ids.items()}
    pairs = [(event.id, role.name, role.target) for event in context.document.events for role in event.roles]
    pairs += [(one.target, one.name, named[one.value]) for one in context.document.attributes if one.value in named]
    for source, name, target in pairs:
        if source not in context.events or target not in context.events:
            continue
        if name in _CONTAINMENT:
            contained[source].append(target)
        if name not in _MUTUAL or source == target:
            pointed[source].append(target)
    return contained, pointed


def _report_circle(context: Context, circle: list[str], words: str) -> None:
    first, *rest = sorted((context.events[one] for one in circle), key=lambda event: event.line)
    through = "".join(f", over line {event.line}" for event in rest[:5]) + ", ..." * (len(rest) > 5)  # noqa: PLR2004
    message = f"expected a record that leads to others, got one that {words}{through}"
    context.report(first, "id", "circle", VIOLATION, message, "delete one of the roles")


def _components(edges: Mapping[str, list[str]]) -> Iterator[list[str]]:
    """Return the circles of a graph: its strongly connected components that have an edge within (Tarjan 1972).

    Without recursion, since a chain of records may be longer than the stack.
    """
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    on_path: set[str] = set()
    for root in edges:
        work = [] if root in index else [(root, iter([root]))]
        while work:
            node, following = work[-1]
            target = next(following, None)
            if target is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low.get(node) == index[node] and node in on_path:
                    component = _popped(path, node)
                    on_path.difference_update(component)
                    if len(component) > 1 or node in edges.get(node, ()):
                        yield component
            elif target not in index:
                index[target] = low[target] = len(index)
                path.append(target)
                on_path.add(target)
                work.append((target, iter(edges.get(target, ()))))
            elif target in on_path:
                low[node] = min(low[node], index[target])


def _popped(path: list[str], node: str) -> list[str]:
    """Take what stands after `node`, and `node` itself, from the end of `path`."""
    taken: list[str] = []
    while not taken or taken[-1] != node:
        taken.append(path.pop())
    return taken
