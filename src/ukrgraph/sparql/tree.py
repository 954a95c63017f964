"""The shape of a query: its clauses and graph patterns, each with the piece of the text that says it.

Expressions are not taken apart: it is enough to know which variables they read and which groups they contain (EXISTS).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ukrgraph.sparql.tokens import Token


@dataclass(frozen=True, slots=True)
class Node:
    """A subject or object: its first token, and its text, in which a blank node is written as a variable.

    `variable` is the name of the variable if it is one.
    """

    token: Token
    text: str
    variable: str = ""


@dataclass(frozen=True, slots=True)
class Triple:
    """A triple pattern. `path` holds the tokens of a predicate or property path in order."""

    subject: Node
    path: tuple[Token, ...]
    object: Node

    @property
    def text(self) -> str:
        """Return the pattern written out in full."""
        return f"{self.subject.text} {' '.join(token.text for token in self.path)} {self.object.text} ."

    @property
    def predicate(self) -> Token | None:
        """Return the predicate, or None if it is a path."""
        return self.path[0] if len(self.path) == 1 else None


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression: its text, the variables it names, and the groups of its EXISTS."""

    text: str
    variables: frozenset[str]
    groups: tuple["Group", ...] = ()
    tokens: tuple[Token, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """A FILTER."""

    expression: Expression
    token: Token


@dataclass(frozen=True, slots=True)
class Bind:
    """A BIND of an expression to a new variable."""

    expression: Expression
    target: Token
    token: Token


@dataclass(frozen=True, slots=True)
class Values:
    """A VALUES block, with the variables it binds."""

    text: str
    variables: tuple[Token, ...]
    token: Token


@dataclass(frozen=True, slots=True)
class Nested:
    """OPTIONAL, MINUS, GRAPH or SERVICE with its group; `name` is the graph or service."""

    keyword: str
    group: "Group"
    token: Token
    name: Token | None = None


@dataclass(frozen=True, slots=True)
class Union:
    """Groups joined by UNION; a single one is a group in braces."""

    groups: tuple["Group", ...]
    token: Token


@dataclass(frozen=True, slots=True)
class SubSelect:
    """A sub-select in braces."""

    query: "Query"
    token: Token


Element = Triple | Filter | Bind | Values | Nested | Union | SubSelect


@dataclass(frozen=True, slots=True)
class Group:
    """A group graph pattern: its elements in order, and its text with the braces."""

    elements: tuple[Element, ...]
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Projection:
    """One item of a SELECT or DESCRIBE clause: a variable, with the expression that AS names by it, if any."""

    token: Token
    expression: Expression | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """A query or sub-select.

    `form` is SELECT, ASK, CONSTRUCT or DESCRIBE. `groupings` are the conditions of GROUP BY with the variables that AS
    names, `orderings` the expressions of ORDER BY; `limit` and `offset` are tokens of numbers. `clause_end` is the code
    point after the projection, `where_end` the one after the WHERE clause, `end` the one after the last token.
    """

    form: str
    where: Group | None
    star: bool = False
    distinct: bool = False
    projections: tuple[Projection, ...] = ()
    template: tuple[Triple, ...] = ()
    datasets: tuple[Token, ...] = ()
    groupings: tuple[Projection | Expression, ...] = ()
    havings: tuple[Expression, ...] = ()
    orderings: tuple[Expression, ...] = ()
    limit: Token | None = None
    offset: Token | None = None
    values: Values | None = None
    where_end: int = 0
    end: int = 0

    @property
    def aggregates(self) -> bool:
        """Tell whether the answer is one row made of all solutions: an aggregate without GROUP BY."""
        names = {"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"}
        expressions = [item.expression for item in self.projections if item.expression]
        return not self.groupings and any(
            token.keyword in names for expression in expressions for token in expression.tokens
        )


@dataclass(frozen=True, slots=True)
class Prologue:
    """The declarations before a query: prefixes with the token that declares each, and the base."""

    prefixes: dict[str, str] = field(default_factory=dict)
    declared: dict[str, Token] = field(default_factory=dict)
    base: str = ""
    end: int = 0


@dataclass(frozen=True, slots=True)
class Parsed:
    """A text, its prologue, its query, and all its tokens that mean something."""

    text: str
    prologue: Prologue
    query: Query
    tokens: tuple[Token, ...]


def inner(element: Element) -> tuple[Group, ...]:
    """Return the groups directly inside an element, sub-selects and EXISTS included."""
    match element:
        case Filter(expression=expression) | Bind(expression=expression):
            return expression.groups
        case Nested(group=group):
            return (group,)
        case Union(groups=groups):
            return groups
        case SubSelect(query=query):
            return (query.where,) if query.where else ()
        case _:
            return ()


def elements(group: Group) -> Iterator[Element]:
    """Yield all elements of a group, depth first, in the order of the text."""
    for element in group.elements:
        yield element
        for nested in inner(element):
            yield from elements(nested)


def groups(query: Query, *, sub_selects: bool = True) -> Iterator[Group]:
    """Yield the group of a query and all groups inside it, those of EXISTS and, if wanted, of sub-selects included."""
    found = [query.where] if query.where else []
    for expression in (*query.havings, *query.orderings):
        found += expression.groups
    while found:
        group = found.pop()
        yield group
        for element in group.elements:
            if sub_selects or not isinstance(element, SubSelect):
                found += inner(element)


def queries(query: Query) -> list[Query]:
    """Return a query and all its sub-selects, the outermost first."""
    found, waiting = [], [query]
    while waiting:
        current = waiting.pop()
        found.append(current)
        for group in groups(current, sub_selects=False):
            waiting += [element.query for element in group.elements if isinstance(element, SubSelect)]
    return found


def mentioned(element: Element) -> frozenset[str]:  # noqa: PLR0911  # one return a kind
    """Return the variables that an element names anywhere inside, those private to a sub-select left out."""
    match element:
        case Triple(subject=subject, path=path, object=object_):
            names = {subject.variable, object_.variable, *(token.variable for token in path)}
            return frozenset(names - {""})
        case Filter(expression=expression):
            return expression.variables
        case Bind(expression=expression, target=target):
            return expression.variables | {target.variable}
        case Values(variables=variables):
            return frozenset(token.variable for token in variables)
        case Nested(group=group, name=name):
            return frozenset().union(*map(mentioned, group.elements)) | ({name.variable} - {""} if name else set())
        case Union(groups=branches):
            return frozenset().union(*(mentioned(item) for branch in branches for item in branch.elements))
        case SubSelect(query=query):
            return bound_by_query(query)


def bound(element: Element) -> frozenset[str]:
    """Return the variables that an element can bind for its group (section 18.2.1, variable scope)."""
    match element:
        case Filter():
            return frozenset()
        case Bind(target=target):
            return frozenset({target.variable})
        case Nested(keyword="MINUS"):
            return frozenset()
        case Nested(group=group, name=name):
            return bound_by_group(group) | ({name.variable} - {""} if name else set())
        case Union(groups=branches):
            return frozenset().union(*map(bound_by_group, branches))
        case _:
            return mentioned(element)


def bound_by_group(group: Group) -> frozenset[str]:
    """Return the variables that a group can bind."""
    return frozenset().union(*map(bound, group.elements))


def bound_by_query(query: Query) -> frozenset[str]:
    """Return the variables that a sub-select gives to the group around it."""
    if query.star:
        return bound_by_group(query.where) if query.where else frozenset()
    return frozenset(item.token.variable for item in query.projections)
