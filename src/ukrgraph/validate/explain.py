"""What a rule asks, why it exists, and a bad and a good example of it."""

from pathlib import Path
from typing import NamedTuple

from rdflib import URIRef
from rdflib.term import Node

from ukrgraph.errors import UsageError
from ukrgraph.near import nearest
from ukrgraph.resources import folder
from ukrgraph.validate.results import n3, path_text
from ukrgraph.validate.shapes import Shapes, nodes, parents, rule
from ukrgraph.validate.validation import severity, why
from ukrgraph.validate.vocabulary import SH, SHACL, TARGETS
from ukrgraph.validate.wording import sentence, short

EXAMPLES = "tests/cases/shapes"
"""Where the cases of the rules lie: <rule>/{valid,info,warning,invalid}.<reason>.<suffix>."""


class Example(NamedTuple):
    """A case of a rule: whether it is good, the reason its name gives, and its text without the comment at its head."""

    good: bool
    reason: str
    text: str


class Explanation(NamedTuple):
    """A rule for people; texts are "" where the shape says nothing."""

    name: str
    severity: str
    need: str
    need_uk: str
    why: str
    targets: tuple[str, ...]
    path: str
    home: str
    examples: tuple[Example, ...]


def explain(name: str, shapes: Shapes, project: Path) -> Explanation:
    """Return the explanation of the rule called `name`.

    Raises UsageError, with the nearest names, if there is no such rule.
    """
    graph = shapes.graph
    known: dict[str, Node] = {
        rule(graph, node): node for node in sorted(nodes(graph), key=str) if isinstance(node, URIRef)
    }
    if name not in known:
        near = nearest(name, known, 3)
        hint = f"did you mean {' or '.join(map(repr, near))}?" if near else "see 'ukrgraph explain --list'"
        raise UsageError(f"no rule {name!r}; {hint}")
    shape = known[name]
    path = graph.value(shape, SH.path)
    return Explanation(
        name,
        severity(graph, shape).name.lower(),
        sentence(graph, shape, SH.message),
        sentence(graph, shape, SH.message, "uk"),
        why(graph, shape),
        tuple(_targets(shapes, shape)),
        short(path_text(graph, path)) if path is not None else "",
        shapes.homes.get(str(shape), ""),
        tuple(examples(folder(project, EXAMPLES) / name)),
    )


def _targets(shapes: Shapes, shape: Node) -> list[str]:
    """Return the targets of a shape and of the shapes that refer to it, sorted."""
    graph, found, waiting, seen = shapes.graph, set[str](), [shape], set[Node]()
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        for kind in TARGETS:
            found |= {f"{short(n3(kind), {'sh': SHACL})} {short(n3(term))}" for term in graph.objects(one, kind)}
        waiting += parents(graph, one)
    return sorted(found)


def examples(place: Path) -> list[Example]:
    """Return the bad cases of a folder, then the good ones, each kind by name."""
    files = sorted(place.glob("*.*.*"), key=lambda file: (file.name.startswith("valid."), file.name))
    found = []
    for file in files:
        kind, reason, _ = file.name.split(".", 2)
        if kind in ("valid", "info", "warning", "invalid"):
            found.append(Example(kind == "valid", reason.replace("-", " "), _body(file.read_text("utf-8"))))
    return found


def _body(text: str) -> str:
    """Return a case without comments and prefixes."""
    lines = [line for line in text.splitlines() if not line.startswith(("#", "@prefix", "@base"))]
    return "\n".join(lines).strip()


def render(explanation: Explanation, *, all_examples: bool = False) -> str:
    """Return an explanation as text: the first bad and the first good example, or all of them."""
    lines = [f"{explanation.name} ({explanation.severity})"]
    lines += [f"  {text}" for text in (explanation.need, explanation.need_uk) if text]
    lines += ["", f"  why: {explanation.why}"] if explanation.why else []
    lines += [f"  looks at: {', '.join(explanation.targets)}"] if explanation.targets else []
    lines += [f"  path: {explanation.path}"] if explanation.path else []
    lines += [f"  written in: {explanation.home}"] if explanation.home else []
    for good in (False, True):
        cases = [case for case in explanation.examples if case.good is good]
        for case in cases if all_examples else cases[:1]:
            text = case.text if all_examples else case.text.partition("\n\n")[0]
            lines += ["", f"  {'good' if good else 'bad'}: {case.reason}", ""]
            lines += [f"    {line}".rstrip() for line in text.splitlines()]
    return "\n".join(lines) + "\n"
