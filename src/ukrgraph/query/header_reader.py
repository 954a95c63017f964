"""From the YAML of a header to what it says; every mistake is told with its line and column in the file."""

import yaml

from ukrgraph.errors import InputError
from ukrgraph.query.header import MARK, VIEWS, Example, Header, Plain
from ukrgraph.query.parameters import TYPES, Parameter

_PARAMETER_KEYS = frozenset(
    {"name", "type", "class", "scheme", "required", "default", "enum", "values", "pattern", "label", "description"}
)
_EXAMPLE_KEYS = frozenset({"params", "rows", "result", "data", "comment"})


class _Reader:
    """The header of one file; errors are raised with the place in that file."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        lines = text.splitlines()
        self.numbers = [number for number, line in enumerate(lines, 1) if line.startswith(MARK)]
        self.yaml = "\n".join(line[len(MARK) :] for line in lines if line.startswith(MARK))

    def line(self, node: yaml.Node) -> int:
        """Return the line of the file where a node begins."""
        return self.numbers[node.start_mark.line]

    def wrong(self, node: yaml.Node, message: str) -> InputError:
        """Return the error `message` at the place of a node."""
        return InputError(f"{self.file}:{self.line(node)}:{node.start_mark.column + len(MARK) + 1}: {message}")

    def root(self) -> yaml.Node | None:
        """Return the parsed YAML."""
        loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
        try:
            return yaml.compose(self.yaml, Loader=loader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            place = (
                f":{self.numbers[min(mark.line, len(self.numbers) - 1)]}:{mark.column + len(MARK) + 1}" if mark else ""
            )
            hint = "; quote a text that has ': ' or begins with a special character"
            raise InputError(f"{self.file}{place}: the header is not YAML: {error.problem}{hint}") from error

    def plain(self, node: yaml.Node) -> Plain:
        """Return a node as strings, lists and dictionaries."""
        if isinstance(node, yaml.MappingNode):
            return {key: self.plain(value) for key, value in self.items(node).items()}
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(item) for item in node.value]
        return str(node.value)

    def items(self, node: yaml.Node) -> dict[str, yaml.Node]:
        """Return the keys of a mapping; a key that stands twice is an error."""
        if not isinstance(node, yaml.MappingNode):
            raise self.wrong(node, f"expected 'key: value' pairs, got {self.plain(node)!r}")
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if key.value in found:
                raise self.wrong(key, f"the key {key.value!r} stands twice")
            found[str(key.value)] = value
        return found

    def sequence(self, node: yaml.Node) -> list[yaml.Node]:
        """Return the items of a list."""
        if not isinstance(node, yaml.SequenceNode):
            raise self.wrong(node, f"expected a list, got {self.plain(node)!r}")
        return list(node.value)

    def text(self, node: yaml.Node) -> str:
        """Return a scalar."""
        if not isinstance(node, yaml.ScalarNode):
            raise self.wrong(node, f"expected a text, got {self.plain(node)!r}")
        return str(node.value).strip()

    def known(self, node: yaml.Node, keys: frozenset[str], thing: str) -> dict[str, yaml.Node]:
        """Return the keys of a mapping, all of which must be `keys`."""
        items = self.items(node)
        for key in items:
            if key not in keys:
                raise self.wrong(node, f"{thing} has no key {key!r}; there are: {', '.join(sorted(keys))}")
        return items

    def parameters(self, node: yaml.Node) -> list[Parameter]:
        """Return the parameters: a mapping from names, or a list with the key `name`."""
        if isinstance(node, yaml.SequenceNode):
            pairs = [(self.text(self.items(item)["name"]), item) for item in node.value if "name" in self.items(item)]
        else:
            pairs = list(self.items(node).items())
        return [self.parameter(name, item) for name, item in pairs]

    def parameter(self, name: str, node: yaml.Node) -> Parameter:
        """Return one parameter."""
        items = self.known(node, _PARAMETER_KEYS, f"the parameter {name!r}")
        words = {key: self.text(value) for key, value in items.items() if key not in {"enum", "values"}}
        kind = words.get("type", "string")
        if kind not in TYPES:
            raise self.wrong(items["type"], f"no parameter type {kind!r}; there are: {', '.join(TYPES)}")
        if not name.isidentifier():
            raise self.wrong(node, f"expected the name of a variable, got {name!r}")
        values = items.get("values", items.get("enum"))
        return Parameter(
            name=name,
            type=kind,
            of_class=words.get("class", ""),
            scheme=words.get("scheme", ""),
            required=self.truth(items["required"]) if "required" in items else "default" not in words,
            default=words.get("default"),
            values=tuple(self.text(item) for item in self.sequence(values)) if values else (),
            pattern=words.get("pattern", ""),
            label=words.get("label", name.replace("_", " ")),
            description=words.get("description", ""),
        )

    def truth(self, node: yaml.Node) -> bool:
        """Return a truth value."""
        text = self.text(node).lower()
        if text not in {"true", "false"}:
            raise self.wrong(node, f"expected true or false, got {text!r}")
        return text == "true"

    def example(self, node: yaml.Node) -> Example:
        """Return one example."""
        items = self.known(node, _EXAMPLE_KEYS, "an example")
        params = (
            {key: self.text(value) for key, value in self.items(items["params"]).items()} if "params" in items else {}
        )
        rows, result = None, None
        if "rows" in items:
            text = self.text(items["rows"])
            if not text.isdecimal():
                raise self.wrong(items["rows"], f"expected a number of rows, got {text!r}")
            rows = int(text)
        if "result" in items:
            result = tuple(
                tuple(self.text(cell) for cell in self.sequence(row)) for row in self.sequence(items["result"])
            )
        if rows is None and result is None:
            raise self.wrong(node, "an example says 'rows' (a number) or 'result' (the rows)")
        return Example(params, rows, result, self.line(node), self.text(items["data"]) if "data" in items else "")


def header(text: str, file: str) -> Header:
    """Return the header of the query `text`; an empty one if it has none.

    Raises InputError with line and column if it is not YAML or says something that no header can say.
    """
    reader = _Reader(file, text)
    root = reader.root()
    if root is None:
        return Header()
    items = reader.items(root)
    view = reader.text(items["view"]) if "view" in items else "table"
    if view not in VIEWS:
        raise reader.wrong(items["view"], f"no view {view!r}; there are: {', '.join(VIEWS)}")
    ours = {"summary", "description", "tags", "params", "view", "examples"}
    return Header(
        summary=reader.text(items["summary"]) if "summary" in items else "",
        description=reader.text(items["description"]) if "description" in items else "",
        tags=tuple(reader.text(item) for item in reader.sequence(items["tags"])) if "tags" in items else (),
        params=_with_grlc(reader, items),
        view=view,
        examples=tuple(map(reader.example, reader.sequence(items["examples"]))) if "examples" in items else (),
        others={key: reader.plain(value) for key, value in items.items() if key not in ours},
    )


def _with_grlc(reader: _Reader, items: dict[str, yaml.Node]) -> tuple[Parameter, ...]:
    """Return the declared parameters, with what grlc's `defaults` and `enumerate` add to them."""
    declared = {item.name: item for item in (reader.parameters(items["params"]) if "params" in items else [])}
    for key in ("defaults", "enumerate"):
        for entry in reader.sequence(items[key]) if key in items else []:
            for name, value in reader.items(entry).items() if isinstance(entry, yaml.MappingNode) else ():
                parameter = declared.get(name, Parameter(name, "string", label=name))
                if key == "defaults":
                    declared[name] = parameter.replaced(default=reader.text(value), required=False)
                else:
                    texts = tuple(reader.text(item) for item in reader.sequence(value))
                    declared[name] = parameter.replaced(values=texts)
    return tuple(declared.values())
