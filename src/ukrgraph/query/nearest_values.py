"""What there is instead: the values of the data nearest to those that a query asked for in vain."""

from collections.abc import Iterator
from dataclasses import replace

from ukrgraph.engine import Engine, Literal, NamedNode, Term, rows
from ukrgraph.query.characters import latin
from ukrgraph.query.empty import Empty, Search, written
from ukrgraph.query.terms_check import expand, shortened
from ukrgraph.sparql.tree import Element, Filter, Node, Triple

SAMPLED = 2000
"""How many values of the data are looked at."""

_SHOWN = 3
_VARIABLE = "nearest_value"


def hints(empty: Empty, search: Search, prefixes: dict[str, str]) -> list[str]:
    """Return, for the constants and filters of an empty set of patterns, what the data has in their place."""
    found: list[str] = []
    for at, element in enumerate(empty.elements):
        others = [other for other in empty.elements if other is not element]
        if isinstance(element, Triple):
            found += _for_triple(element, at, empty, search, prefixes)
        elif isinstance(element, Filter):
            found += _for_filter(element, others, empty, search, prefixes)
    return found


def _values(pattern: str, names: list[str], search: Search, around: str) -> list[tuple[Term | None, ...]]:
    """Return distinct values of variables in a pattern, sorted as the engine sorts."""
    variables = " ".join(f"?{name}" for name in names)
    body = around.replace("{}", pattern)
    query = f"{search.head}\nSELECT DISTINCT {variables} {search.datasets} WHERE {{ {body} }} LIMIT {SAMPLED}"
    engine: Engine = search.engine
    return list(rows(engine.answer(query)))


def _pattern(elements: list[Element], search: Search) -> str:
    return " ".join(written(item, search.parsed.text) for item in elements)


def _for_triple(triple: Triple, at: int, empty: Empty, search: Search, prefixes: dict[str, str]) -> Iterator[str]:
    """Yield hints for the constants of a triple pattern, each in turn replaced by a variable."""
    for name in ("object", "subject"):
        node: Node = getattr(triple, name)
        if node.variable:
            continue
        open_node = Node(node.token, f"?{_VARIABLE}", _VARIABLE)
        relaxed: list[Element] = list(empty.elements)
        relaxed[at] = replace(triple, object=open_node) if name == "object" else replace(triple, subject=open_node)
        values = [row[0] for row in _values(_pattern(relaxed, search), [_VARIABLE], search, empty.around)]
        found = [value for value in values if value is not None]
        if found:
            wanted = expand(node.token, search.parsed.prologue.prefixes) or node.token.text
            yield f"instead of {node.text} the data has {_listed(wanted, found, prefixes)}"
    token = triple.predicate
    if token is not None and not token.variable and len(empty.elements) == 1 and triple.subject.variable:
        whole = replace(triple, object=Node(triple.object.token, f"?{_VARIABLE}", _VARIABLE))
        if not _values(whole.text, [_VARIABLE], search, empty.around):
            yield f"no triple has the property {token.text}"


def _for_filter(
    filter: Filter, others: list[Element], empty: Empty, search: Search, prefixes: dict[str, str]
) -> Iterator[str]:
    """Yield, for each variable that a filter reads, the range or the nearest of the values that it has without it."""
    pattern = _pattern(others, search)
    wanted = [token.text.strip("\"'") for token in filter.expression.tokens if token.kind == "string"]
    for name in sorted(filter.expression.variables):
        values = [row[0] for row in _values(pattern, [name], search, empty.around)]
        found = [value for value in values if value is not None]
        if found:
            yield f"without the filter ?{name} {_described(found, wanted, prefixes)}"


def _described(values: list[Term], wanted: list[str], prefixes: dict[str, str]) -> str:
    """Return a range for values that have an order, else the values nearest to the texts of the filter."""
    keys = [value.value for value in values if isinstance(value, Literal)]
    ordered = len(keys) == len(values) and all(_orderable(value) for value in values)
    if ordered and len(values) > _SHOWN:
        numeric = all(_is_number(key) for key in keys)
        keys.sort(key=float if numeric else str)
        return f"runs from {keys[0]} to {keys[-1]}"
    return f"is {_listed(wanted[0] if wanted else '', values, prefixes)}"


def _orderable(value: Term) -> bool:
    kinds = ("date", "dateTime", "gYear", "integer", "decimal", "double", "float")
    return isinstance(value, Literal) and value.datatype.value.rpartition("#")[2] in kinds


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _listed(wanted: str, values: list[Term], prefixes: dict[str, str]) -> str:
    """Return the values nearest to `wanted`, or the first ones, and how many there are."""
    from ukrgraph.near import nearest  # noqa: PLC0415  # only after an empty answer

    plain: dict[str, str] = {}
    for value in values:
        if isinstance(value, NamedNode):
            plain.setdefault(value.value.rpartition("/")[2].rpartition("#")[2], shortened(value.value, prefixes))
        elif isinstance(value, Literal):
            plain.setdefault(value.value, str(value))
    key = latin(wanted.rpartition("/")[2].rpartition("#")[2].strip("\"'"))
    words = key.casefold()
    near = nearest(key, plain) if key else []
    near += sorted(name for name in plain if words and words in name.casefold() and name not in near)
    rest = sorted(name for name in plain if name not in near)
    chosen = [plain[name] for name in (near or rest)[:_SHOWN]]
    more = len(plain) - len(chosen)
    return ", ".join(chosen) + (f" and {more} more" if more else "")
