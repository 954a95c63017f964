"""Variables that can never have a value, and classes that never go with a property."""

from collections.abc import Iterator, Mapping

from ukrgraph.finding import Finding, Severity
from ukrgraph.query.known import Known
from ukrgraph.query.terms_check import expand, shortened
from ukrgraph.query.vocabularies import VOCABULARIES
from ukrgraph.sparql.tokens import Token, place
from ukrgraph.sparql.tree import (
    Bind,
    Expression,
    Filter,
    Group,
    Parsed,
    Projection,
    Query,
    Triple,
    bound_by_group,
    groups,
    queries,
)
from ukrgraph.terms import PREFIXES, RDF, UKG

_TYPE = f"{RDF}type"


def never_bound(parsed: Parsed, parameters: frozenset[str], file: str) -> list[Finding]:
    """Return a finding for each variable that is projected or read but that nothing binds; parameters are exempt."""
    found: dict[str, Finding] = {}
    everywhere = frozenset().union(*(_bound(query) for query in queries(parsed.query))) | parameters
    for query in queries(parsed.query):
        visible = _bound(query) | parameters
        for item in query.projections:
            name = item.token.variable
            if name and item.expression is None and name not in visible:
                found.setdefault(name, _unbound(parsed.text, item.token, visible, "is projected", file))
        for expression in _expressions(query):
            for token in expression.tokens:
                if token.variable and token.variable not in everywhere:
                    found.setdefault(token.variable, _unbound(parsed.text, token, everywhere, "is read", file))
    return sorted(found.values(), key=lambda finding: (finding.line, finding.column))


def _bound(query: Query) -> frozenset[str]:
    """Return the variables that can have a value in a query: in its patterns, EXISTS included, by AS and VALUES."""
    found: set[str] = set()
    for group in groups(query, sub_selects=False):
        found |= bound_by_group(group)
    items = [*query.projections, *(item for item in query.groupings if isinstance(item, Projection))]
    found |= {item.token.variable for item in items if item.expression}
    found |= {token.variable for token in (query.values.variables if query.values else ())}
    return frozenset(found)


def _expressions(query: Query) -> Iterator[Expression]:
    """Yield the expressions of a query."""
    yield from (item.expression for item in query.projections if item.expression)
    yield from (
        item.expression or Expression("", frozenset()) for item in query.groupings if isinstance(item, Projection)
    )
    yield from (item for item in query.groupings if isinstance(item, Expression))
    yield from query.havings
    yield from query.orderings
    for group in groups(query, sub_selects=False):
        yield from (item.expression for item in group.elements if isinstance(item, Filter | Bind))


def _unbound(text: str, token: Token, visible: frozenset[str], what: str, file: str) -> Finding:
    from ukrgraph.near import nearest  # noqa: PLC0415  # only after a mistake

    near = nearest(token.variable, sorted(visible), 1)
    advice = f"did you mean ?{near[0]}?" if near else "bind it in the pattern, or leave it out"
    line, column = place(text, token.start)
    source = text.split("\n")[line - 1]
    message = f"{token.text} {what} but never bound"
    return Finding("never-bound", Severity.WARNING, message, file, line, column, source, len(token.text), advice)


def misused(parsed: Parsed, known: Known, file: str) -> list[Finding]:
    """Return a finding for each class without instances, and each class that never goes with a property.

    Looked at are the triple patterns of one group with one subject or object; a property has to be unknown to the class
    both in the data and in the ontology.
    """
    if known.empty:
        return []
    found = []
    for group in groups(parsed.query):
        for variable, (token, iri) in _classes(group, parsed.prologue.prefixes).items():
            if not known.instances(iri, direct=True):
                found.append(_no_instance(parsed, token, iri, known, file))
            else:
                found += _strangers(parsed, group, variable, iri, known, file)
    return found


def _classes(group: Group, prefixes: Mapping[str, str]) -> dict[str, tuple[Token, str]]:
    """Return the classes of the vocabularies that variables of a group are said to have, by variable."""
    found = {}
    for item in group.elements:
        if isinstance(item, Triple) and item.predicate and expand(item.predicate, prefixes) == _TYPE:
            iri = expand(item.object.token, prefixes)
            if item.subject.variable and iri.startswith(UKG) and iri.removeprefix(UKG) in VOCABULARIES[UKG]:
                found[item.subject.variable] = (item.object.token, iri)
    return found


def _no_instance(parsed: Parsed, token: Token, iri: str, known: Known, file: str) -> Finding:
    below = [other for other in known.subclasses(iri) if other != iri and known.instances(other, direct=True)]
    advice = ""
    if below:
        listed = ", ".join(shortened(other, PREFIXES) for other in below)
        advice = f"things are typed by the classes below it ({listed}): write a/rdfs:subClassOf*"
    return _finding(parsed, token, "unused-class", f"nothing is typed as {shortened(iri, PREFIXES)}", advice, file)


def _strangers(  # noqa: PLR0913, PLR0917  # one place, described in full
    parsed: Parsed, group: Group, variable: str, iri: str, known: Known, file: str
) -> list[Finding]:
    """Return a finding for each property of a group that never goes with the class of `variable`."""
    found = []
    for item in group.elements:
        if not isinstance(item, Triple) or item.predicate is None:
            continue
        property_iri = expand(item.predicate, parsed.prologue.prefixes)
        if property_iri in {"", _TYPE} or not _judged(property_iri):
            continue
        for inverse, node in ((False, item.subject), (True, item.object)):
            if node.variable != variable or known.goes_with(iri, property_iri, inverse=inverse):
                continue
            if known.declared(iri, property_iri, inverse=inverse):
                continue
            names = shortened(iri, PREFIXES), shortened(property_iri, PREFIXES)
            message = f"no {names[0]} {'is a value of' if inverse else 'has'} {names[1]}"
            holders = [shortened(other, PREFIXES) for other in known.classes_with(property_iri)]
            advice = f"{names[1]} is used with {', '.join(holders)}" if holders and not inverse else ""
            found.append(_finding(parsed, item.predicate, "unrelated-property", message, advice, file))
    return found


def _judged(iri: str) -> bool:
    return any(iri.startswith(space) and iri.removeprefix(space) in terms for space, terms in VOCABULARIES.items())


def _finding(parsed: Parsed, token: Token, rule: str, message: str, advice: str, file: str) -> Finding:  # noqa: PLR0913, PLR0917
    line, column = place(parsed.text, token.start)
    source = parsed.text.split("\n")[line - 1]
    return Finding(rule, Severity.WARNING, message, file, line, column, source, len(token.text), advice)
