"""The first page: how much there is, and where to begin."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ukrgraph.engine import NamedNode, rows
from ukrgraph.pages.records import Record, described, number
from ukrgraph.pages.site import Site
from ukrgraph.query.catalogue import StoredQuery
from ukrgraph.terms import RDF, RDFS, UKG

COUNTED = ("Document", "Statement", "Actor", "Sanction", "Event", "TerritorialClaim")
"""The classes whose members are counted, in the order of the page."""

EXAMPLES: tuple[tuple[str, Mapping[str, str]], ...] = (
    ("who-condemned", MappingProxyType({})),
    ("statements-of-an-actor", MappingProxyType({"actor": "united-nations"})),
    ("sanction-statuses", MappingProxyType({})),
    ("territorial-claims", MappingProxyType({"region": "kherson-region"})),
    ("who-disputes-a-position", MappingProxyType({})),
    ("contested-figures", MappingProxyType({})),
    ("who-addresses-whom", MappingProxyType({})),
    ("evidence-of-a-statement", MappingProxyType({})),
)
"""Stored queries that show what can be asked; those that a project does not have are left out."""


@dataclass(frozen=True, slots=True)
class Home:
    """How many there are of each class, some questions with their values, and the documents."""

    counts: tuple[tuple[str, int], ...]
    examples: tuple[tuple[StoredQuery, Mapping[str, str]], ...]
    documents: tuple[Record, ...]


def counts(site: Site) -> tuple[tuple[str, int], ...]:
    """Return the number of members of each class of COUNTED, members of the classes below it included."""
    values = " ".join(f"<{UKG}{name}>" for name in COUNTED)
    query = f"""SELECT ?class (COUNT(DISTINCT ?s) AS ?n) {{
        VALUES ?class {{ {values} }} ?below <{RDFS}subClassOf>* ?class . ?s <{RDF}type> ?below
    }} GROUP BY ?class"""
    found = {
        term.value.removeprefix(UKG): number(count)
        for term, count in rows(site.engine.answer(query))
        if isinstance(term, NamedNode)
    }
    return tuple((name, found.get(name, 0)) for name in COUNTED)


def documents(site: Site) -> tuple[Record, ...]:
    """Return the documents, by their time."""
    return tuple(sorted(described(site.engine, f"?s a <{UKG}Document>"), key=lambda record: record.when))


def home(site: Site) -> Home:
    """Return what the first page shows."""
    known = {query.name: query for query in site.queries}
    examples = tuple((known[name], values) for name, values in EXAMPLES if name in known)
    return Home(counts(site), examples, documents(site))
