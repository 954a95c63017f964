"""The vocabulary: classes and properties of the ontology, and the concepts of its schemes."""

from dataclasses import dataclass

from ukrgraph.pages.records import Record, described
from ukrgraph.pages.site import Site
from ukrgraph.terms import OWL, RDF, SKOS, UKC, UKG


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Groups of terms: a key or the IRI of a scheme, and its terms by IRI; `header` is the ontology itself."""

    header: Record | None
    groups: tuple[tuple[str, tuple[Record, ...]], ...]


def ontology(site: Site) -> Vocabulary:
    """Return the classes and properties of our ontology."""
    pattern = f"?s <{RDF}type> ?t FILTER(STRSTARTS(STR(?s), '{UKG}') || ?t = <{OWL}Ontology>)"
    records = described(site.engine, pattern)
    header = next((record for record in records if f"{OWL}Ontology" in record.kinds), None)
    groups = [
        (name, tuple(record for record in records if f"{OWL}{type_}" in record.kinds and record.iri.startswith(UKG)))
        for name, type_ in (
            ("classes", "Class"),
            ("object-properties", "ObjectProperty"),
            ("data-properties", "DatatypeProperty"),
            ("annotation-properties", "AnnotationProperty"),
        )
    ]
    return Vocabulary(header, tuple((name, found) for name, found in groups if found))


def concepts(site: Site) -> Vocabulary:
    """Return the concepts by scheme."""
    records = described(site.engine, f"?s <{SKOS}inScheme>|<{SKOS}hasTopConcept> ?o")
    records += described(site.engine, f"?s <{RDF}type> <{SKOS}ConceptScheme>")
    known = {record.iri: record for record in records if record.iri.startswith(UKC)}
    members: dict[str, list[Record]] = {}
    for record in known.values():
        if f"{SKOS}ConceptScheme" in record.kinds:
            members.setdefault(record.iri, [])
        for scheme in record.iris(f"{SKOS}inScheme"):
            members.setdefault(scheme, []).append(record)
    groups = tuple(
        (scheme, tuple(sorted(found, key=lambda item: item.iri))) for scheme, found in sorted(members.items())
    )
    return Vocabulary(None, groups)
