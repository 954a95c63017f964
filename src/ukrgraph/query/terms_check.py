"""Terms that nobody knows: misspelt classes, properties, concepts and ids, wherever they stand in a query."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ukrgraph.engine import NamedNode
from ukrgraph.finding import Finding, Severity
from ukrgraph.query.characters import latin
from ukrgraph.query.known import Known
from ukrgraph.query.vocabularies import VOCABULARIES
from ukrgraph.sparql.tokens import Token, place
from ukrgraph.sparql.tree import Parsed, Query, Triple, groups
from ukrgraph.terms import CLASSES, PREFIXES, PROPERTIES, RDF, UKG

RULE = "unknown-term"
_TYPE = f"{RDF}type"


class Use(NamedTuple):
    """A term of a query: its token, its IRI, and what it is used as: class, property, or empty."""

    token: Token
    iri: str
    role: str


def expand(token: Token, prefixes: Mapping[str, str]) -> str:
    """Return the IRI of a token: an IRI, a prefixed name, or `a`; empty for any other token."""
    if token.kind == "iri":
        return token.text[1:-1]
    if token.kind == "name":
        prefix, _, local = token.text.partition(":")
        return prefixes[prefix] + local.replace("\\", "") if prefix in prefixes else ""
    return _TYPE if token.text == "a" else ""


def triples(query: Query) -> Iterable[Triple]:
    """Yield all triple patterns of a query, those of its template, sub-selects and EXISTS included."""
    yield from query.template
    for group in groups(query):
        for element in group.elements:
            if isinstance(element, Triple):
                yield element


def uses(parsed: Parsed) -> list[Use]:
    """Return the terms of a query in the order of the text, without those of its prologue."""
    prefixes = parsed.prologue.prefixes
    roles: dict[int, str] = {}
    for triple in triples(parsed.query):
        for token in triple.path:
            roles[token.start] = "property"
        typed = [expand(token, prefixes) for token in triple.path]
        if _TYPE in typed:
            roles[triple.object.token.start] = "class"
    found = []
    for token in parsed.tokens:
        if token.start >= parsed.prologue.end and token.kind in {"iri", "name"}:
            iri = expand(token, prefixes)
            if iri:
                found.append(Use(token, iri, roles.get(token.start, "")))
    return found


def unknown_terms(parsed: Parsed, known: Known | None, file: str) -> list[Finding]:
    """Return a finding for each term of a known vocabulary, or IRI of the project, that there is not."""
    found, judged = [], set()
    for use in uses(parsed):
        if use.token.start in judged:
            continue
        judged.add(use.token.start)
        suggestions = _unknown(use, known)
        if suggestions is not None:
            found.append(_finding(parsed, use, suggestions, file))
    return found


def _unknown(use: Use, known: Known | None) -> list[str] | None:
    """Return None if a term is known or not ours to judge, else the IRIs that it may have been meant to be."""
    namespace = max((space for space in VOCABULARIES if use.iri.startswith(space)), key=len, default="")
    if namespace:
        local = use.iri.removeprefix(namespace)
        if local in VOCABULARIES[namespace] or not local or (namespace == RDF and local.startswith("_")):
            return None
        if known is not None and known.occurs(use.iri):
            return None
        return suggest(namespace, local, use.role)
    if known is None or not use.iri.startswith(known.names.base) or use.iri == known.names.base:
        return None
    if not _valid(use.iri) or known.occurs(use.iri):
        return None
    folder, mark, name = use.iri.rpartition("/")
    return individuals(name.partition("#")[0], folder + mark, known)


def _valid(iri: str) -> bool:
    try:
        NamedNode(iri)
    except ValueError:
        return False
    return True


def suggest(namespace: str, local: str, role: str) -> list[str]:
    """Return the terms nearest to `local` of a vocabulary, those of its role first, then the same name elsewhere."""
    from ukrgraph.near import nearest, singular  # noqa: PLC0415  # only after a mistake

    name = latin(local)
    likely, others = _by_role(namespace, role)
    near = nearest(name, likely)
    elsewhere = [other + name for other, terms in VOCABULARIES.items() if other != namespace and name in terms]
    if near and singular(near[0]) == singular(name):
        elsewhere = []
    rest = nearest(name, others)
    return [*elsewhere, *(namespace + item for item in (*near, *rest))][:3]


def _by_role(namespace: str, role: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the terms of a vocabulary that fit a role, and the others."""
    terms = VOCABULARIES[namespace]
    if namespace == UKG and role:
        fitting = CLASSES if role == "class" else PROPERTIES
    elif role:
        fitting = frozenset(term for term in terms if term[:1].isupper() == (role == "class"))
    else:
        fitting = terms
    return fitting, terms - fitting


def individuals(name: str, folder: str, known: Known) -> list[str]:
    """Return the IRIs of a folder nearest to `name`: by distance, else those with the same words."""
    from ukrgraph.near import nearest  # noqa: PLC0415  # only after a mistake

    members = known.members(folder)
    near = nearest(latin(name), members)
    if not near:
        words = set(name.casefold().replace("_", "-").split("-"))
        near = sorted((item for item in members if words & set(item.split("-"))), key=lambda item: (len(item), item))
    return [folder + item for item in near[:3]]


def shortened(iri: str, prefixes: Mapping[str, str]) -> str:
    """Return an IRI as a prefixed name if one of `prefixes` fits."""
    for prefix, namespace in prefixes.items():
        if namespace and iri.startswith(namespace) and "/" not in iri[len(namespace) :]:
            return f"{prefix}:{iri[len(namespace) :]}"
    return f"<{iri}>"


def _finding(parsed: Parsed, use: Use, suggestions: list[str], file: str) -> Finding:
    text, prefixes = parsed.text, {**PREFIXES, **parsed.prologue.prefixes}
    line, column = place(text, use.token.start)
    what = use.role or "term"
    short = use.token.text if use.token.kind == "name" else shortened(use.iri, prefixes)
    advice = ""
    if suggestions:
        advice = f"did you mean {' or '.join(shortened(item, prefixes) for item in suggestions)}?"
    message = f"there is no {what} {short}"
    source = text.split("\n")[line - 1]
    return Finding(RULE, Severity.WARNING, message, file, line, column, source, len(use.token.text), advice)
