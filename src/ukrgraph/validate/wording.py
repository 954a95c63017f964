"""What a result says to a person: the need, in the shape's own words or made here, and what to do."""

from collections.abc import Mapping

from rdflib import Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from ukrgraph.near import nearest
from ukrgraph.terms import PREFIXES
from ukrgraph.validate.results import Result
from ukrgraph.validate.vocabulary import SH, SHACL

_LANGUAGES = ("en", "")


def short(term: str, prefixes: Mapping[str, str] = PREFIXES) -> str:
    """Return a term or path with its IRIs shortened: by prefix, or to what follows the base of ukrgraph."""
    base = "https://w3id.org/ukrgraph/"
    for prefix, namespace in sorted(prefixes.items(), key=lambda item: -len(item[1])):
        head = f"<{namespace}"
        while head in term:
            before, _, rest = term.partition(head)
            name, _, after = rest.partition(">")
            term = f"{before}{prefix}:{name}{after}"
    while f"<{base}" in term:
        before, _, rest = term.partition(f"<{base}")
        name, _, after = rest.partition(">")
        term = f"{before}{name}{after}"
    return term


def component(result: Result) -> str:
    """Return the name of the constraint component, such as MinCount."""
    return result.component[1:-1].removeprefix(SHACL).removesuffix("ConstraintComponent")


def own_message(result: Result) -> str:
    """Return the message of the shape, in English if it has one, or ""."""
    for wanted in _LANGUAGES:
        for text, language in result.messages:
            if language.partition("-")[0] == wanted:
                return text
    return result.messages[0][0] if result.messages else ""


def message(result: Result, graph: Graph) -> str:
    """Return the need in a sentence, then what it is about: focus node, path and value."""
    need = own_message(result) or _need(result, graph)
    about = [short(part) for part in (result.focus, result.path, result.value) if part]
    if len(about) > 1 and result.value == result.focus:
        about.pop()
    return f"{need} ({' '.join(about)})"


def _parameters(result: Result, graph: Graph) -> dict[str, list[Node]]:
    shape = URIRef(result.shape[1:-1])
    found: dict[str, list[Node]] = {}
    for name, term in graph.predicate_objects(shape):
        if str(name).startswith(SHACL):
            found.setdefault(str(name).removeprefix(SHACL), []).append(term)
    return found


def _listed(graph: Graph, given: list[Node]) -> list[str]:
    members = [member for head in given for member in Collection(graph, head)]
    return [short(f"<{one}>") if isinstance(one, URIRef) else str(one) for one in members]


def _one(given: dict[str, list[Node]], name: str) -> str:
    terms = sorted(given.get(name, []), key=str)
    return ", ".join(short(f"<{one}>") if isinstance(one, URIRef) else str(one) for one in terms)


_NEEDS = {
    "MinCount": "expected at least {minCount} value of {path}",
    "MaxCount": "expected at most {maxCount} value of {path}",
    "Datatype": "expected a literal of {datatype}",
    "Class": "expected an instance of {class}",
    "NodeKind": "expected a {nodeKind}",
    "In": "expected one of the listed values",
    "Closed": "expected no other property than the listed ones",
    "Pattern": "expected a string that matches {pattern}",
    "MinLength": "expected at least {minLength} characters",
    "MaxLength": "expected at most {maxLength} characters",
    "MinInclusive": "expected a value of at least {minInclusive}",
    "MaxInclusive": "expected a value of at most {maxInclusive}",
    "MinExclusive": "expected a value above {minExclusive}",
    "MaxExclusive": "expected a value below {maxExclusive}",
    "LanguageIn": "expected a string in one of the listed languages",
    "UniqueLang": "expected one value a language",
    "Equals": "expected the same values as {equals}",
    "Disjoint": "expected no value in common with {disjoint}",
    "LessThan": "expected a value below that of {lessThan}",
    "LessThanOrEquals": "expected a value not above that of {lessThanOrEquals}",
    "HasValue": "expected the value {hasValue}",
    "Node": "expected a node that conforms to {node}",
    "Not": "expected a node that does not conform to {not}",
    "And": "expected a node that conforms to all of the listed shapes",
    "Or": "expected a node that conforms to one of the listed shapes",
    "Xone": "expected a node that conforms to exactly one of the listed shapes",
    "QualifiedMinCount": "expected at least {qualifiedMinCount} value that conforms to {qualifiedValueShape}",
    "QualifiedMaxCount": "expected at most {qualifiedMaxCount} value that conforms to {qualifiedValueShape}",
}
"""The need that a constraint component states where the shape has no sh:message."""


class _Known(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return f"sh:{key}"


def _need(result: Result, graph: Graph) -> str:
    given = _parameters(result, graph)
    values = _Known({name: _one(given, name) for name in given}, path=short(result.path) or "the path")
    template = _NEEDS.get(component(result), "expected a node that conforms to " + short(result.shape))
    return template.format_map(values)


_ADVICE = {
    "MinCount": "give a value of {path}",
    "QualifiedMinCount": "give another value of {path} that fits",
    "MaxCount": "keep one of the values of {path}",
    "QualifiedMaxCount": "take away a value of {path}",
    "Datatype": "write a value of {datatype}",
    "Class": "name an instance of {class}, or describe this one as such",
    "NodeKind": "give a {nodeKind}",
    "Pattern": "write it so that it matches {pattern}",
    "UniqueLang": "keep one value a language",
    "HasValue": "give the value {hasValue}",
    "LessThan": "correct one of the two",
    "LessThanOrEquals": "correct one of the two",
    "Disjoint": "take the value away from one of the two properties",
    "Equals": "give both properties the same values",
}
"""What to do about a result, by constraint component."""


def advice(result: Result, graph: Graph) -> str:
    """Return what to do about a result, and where the reason stands; with the nearest allowed value if there is one."""
    given, kind = _parameters(result, graph), component(result)
    values = _Known({name: _one(given, name) for name in given}, path=short(result.path) or "the path")
    if kind in ("In", "Closed"):
        return _choice(result, graph, given, kind)
    if kind in ("MinLength", "MaxLength", "MinInclusive", "MaxInclusive", "MinExclusive", "MaxExclusive", "LanguageIn"):
        return "correct the value"
    return _ADVICE.get(kind, "correct what the rule names").format_map(values)


def _choice(result: Result, graph: Graph, given: dict[str, list[Node]], kind: str) -> str:
    if kind == "In":
        allowed, got = _listed(graph, given.get("in", [])), short(result.value).strip('"')
    else:
        paths = [term for shape in given.get("property", []) for term in graph.objects(shape, SH.path)]
        allowed = sorted(short(f"<{path}>") for path in paths if isinstance(path, URIRef))
        got = short(result.path)
    near = nearest(got, allowed, 1)
    if near:
        return f"did you mean {near[0]}?"
    if kind == "Closed":
        return f"take {got} away; known are {', '.join(allowed)}"
    return f"use one of {', '.join(allowed)}"


def sentence(graph: Graph, shape: Node, name: URIRef, language: str = "en") -> str:
    """Return the text that a shape has for the property `name`, in `language` if it has one, or ""."""
    texts = sorted(
        (term for term in graph.objects(shape, name) if isinstance(term, Literal)),
        key=lambda term: ((term.language or "") != language, str(term)),
    )
    return str(texts[0]) if texts and (texts[0].language or "") in (language, "") else ""
