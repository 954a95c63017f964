"""Lists to find things in: all entities by class, all statements by time, the nearest names to a search."""

import unicodedata
from dataclasses import dataclass

from ukrgraph.engine import Literal, NamedNode, rows
from ukrgraph.near import nearest
from ukrgraph.pages.records import SPOKEN, TYPE, Record, described
from ukrgraph.pages.site import Site
from ukrgraph.terms import DCTERMS, RDF, SKOS, UKG

MOST = 100
"""The most hits that a search shows."""

_NAMES = f"<{SKOS}prefLabel>|<{SKOS}altLabel>|<{SKOS}hiddenLabel>|<{DCTERMS}identifier>|<{DCTERMS}title>"


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found, its class, and the names that fit, at most three."""

    iri: str
    kind: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came back with; `near` are names to try where there is no hit."""

    text: str
    hits: tuple[Hit, ...] = ()
    near: tuple[tuple[str, str], ...] = ()


def search(site: Site, text: str) -> Found:
    """Return the things whose label, alias or id contains `text`, whatever its case; names that begin so are first."""
    wanted = " ".join(unicodedata.normalize("NFC", text).split()).lower()
    if not wanted:
        return Found("")
    query = f"""SELECT ?s ?name ?type {{ ?s {_NAMES} ?name ; <{RDF}type> ?type
        FILTER(CONTAINS(LCASE(STR(?name)), {Literal(wanted)})) FILTER(STRSTARTS(STR(?s), '{site.names.base}')) }}"""
    found: dict[str, tuple[str, set[str]]] = {}
    for thing, name, type_ in rows(site.engine.answer(query)):
        if isinstance(thing, NamedNode) and isinstance(name, Literal) and isinstance(type_, NamedNode):
            found.setdefault(thing.value, (type_.value, set()))[1].add(name.value)
    hits = [Hit(iri, kind, tuple(sorted(names)[:3])) for iri, (kind, names) in found.items()]
    hits.sort(key=lambda hit: (not any(name.lower().startswith(wanted) for name in hit.names), hit.iri))
    return Found(text.strip(), tuple(hits[:MOST]), () if hits else near(site, wanted))


def near(site: Site, name: str) -> tuple[tuple[str, str], ...]:
    """Return the names nearest to a misspelt one with what they name: by id and by label, at most five."""
    known: dict[str, str] = {}
    for folder in (site.names.entity(""), site.names.document(""), site.names.record("statement", "")):
        for iri, label in site.labels.items(folder):
            known.setdefault(label, iri)
            known.setdefault(iri.rpartition("/")[2], iri)
    known |= {query.name: f"{site.names.base}queries/{query.name}" for query in site.queries}
    found = {known[label]: label for label in nearest(name, known, 5)}
    return tuple((iri, label) for iri, label in found.items())


def entities(site: Site) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the entities of the authority file by class, the largest class first."""
    query = f"""SELECT ?s ?type {{ ?s <{RDF}type> ?type
        FILTER(STRSTARTS(STR(?s), '{site.names.entity("")}') && STRSTARTS(STR(?type), '{UKG}')) }}"""
    found: dict[str, list[str]] = {}
    for thing, type_ in rows(site.engine.answer(query)):
        if isinstance(thing, NamedNode) and isinstance(type_, NamedNode):
            found.setdefault(type_.value, []).append(thing.value)
    ordered = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple((type_, tuple(sorted(things))) for type_, things in ordered)


def statements(site: Site) -> tuple[Record, ...]:
    """Return all records of speech, by time."""
    values = " ".join(f"<{UKG}{kind}>" for kind in SPOKEN)
    found = described(site.engine, f"VALUES ?type {{ {values} }} ?s <{TYPE}> ?type")
    return tuple(sorted(found, key=lambda record: record.when))


def others(site: Site) -> tuple[str, ...]:
    """Return the IRIs of records with a page of their own that are neither entities, statements nor documents."""
    query = f"""SELECT DISTINCT ?s {{ ?s <{RDF}type> ?type FILTER(STRSTARTS(STR(?s), '{site.names.base}')
        && !CONTAINS(STR(?s), '#')) }} ORDER BY ?s"""
    shown = tuple(site.names.record(kind, "") for kind in ("claim", "silence", "report", "status", "agent"))
    found = (term.value for (term,) in rows(site.engine.answer(query)) if isinstance(term, NamedNode))
    return tuple(iri for iri in found if iri.startswith(shown))
