"""The ontology and its concept schemes: complete, bilingual, in OWL 2 RL, and equal to the constants of the package."""

import functools
import re
from collections import Counter
from pathlib import Path

import pyoxigraph
import pytest
from rdflib import OWL, RDF, RDFS, SKOS, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, VANN

from ukrgraph import concepts, terms

ROOT = Path(__file__).parents[1]
ONTOLOGY = ROOT / "ontology" / "ukrgraph.ttl"
CONCEPTS = ROOT / "ontology" / "concepts.ttl"

UKC = Namespace(terms.UKC)
UKG = Namespace(terms.UKG)
VS = Namespace("http://www.w3.org/2003/06/sw-vocab-status/ns#")
HEADER = URIRef(terms.ONTOLOGY)

ENTITY_TYPES = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)

# OWL 2 Profiles (W3C Recommendation, 11 December 2012), section 4.2: what OWL 2 RL lets an ontology of named classes
# say. All axioms but ReflexiveObjectProperty and DisjointUnion; owl:Thing neither as subclass nor as superclass.
RL_AXIOM_TYPES = {
    *ENTITY_TYPES,
    OWL.AllDisjointClasses,
    OWL.AsymmetricProperty,
    OWL.FunctionalProperty,
    OWL.IrreflexiveProperty,
    OWL.Ontology,
    OWL.SymmetricProperty,
    OWL.TransitiveProperty,
}
RL_CLASS_AXIOMS = {OWL.disjointWith, RDFS.domain, RDFS.subClassOf}
RL_PROPERTY_AXIOMS = {OWL.propertyChainAxiom, OWL.propertyDisjointWith, RDFS.range, RDFS.subPropertyOf}
NOT_LOGICAL = {OWL.versionIRI, OWL.versionInfo, RDFS.comment, RDFS.isDefinedBy, RDFS.label, RDFS.seeAlso}
LIST = {OWL.members, RDF.first, RDF.rest}
RL_DATATYPES = {RDFS.Literal, XSD.decimal, XSD.integer, XSD.string}


@functools.cache
def ontology():
    return Graph().parse(ONTOLOGY)


@functools.cache
def schemes():
    return Graph().parse(CONCEPTS)


def own_terms():
    return sorted({s for s, _, o in ontology().triples((None, RDF.type, None)) if s in UKG and o in ENTITY_TYPES})


def declared(*kinds):
    return {term.removeprefix(UKG) for kind in kinds for term in ontology().subjects(RDF.type, kind) if term in UKG}


def languages(graph, subject, predicate):
    return sorted(str(text.language) for text in graph.objects(subject, predicate))


@pytest.mark.parametrize("path", [ONTOLOGY, CONCEPTS], ids=["ukrgraph", "concepts"])
def test_rdflib_and_oxigraph_read_the_same_number_of_triples(path):
    assert len(Graph().parse(path)) == len(set(pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.TURTLE)))


def test_terms_are_those_of_the_ontology():
    assert declared(OWL.Class) == terms.CLASSES
    assert declared(OWL.ObjectProperty) == terms.OBJECT_PROPERTIES
    assert declared(OWL.DatatypeProperty) == terms.DATATYPE_PROPERTIES
    assert declared(OWL.AnnotationProperty) == set()
    assert terms.OBJECT_PROPERTIES | terms.DATATYPE_PROPERTIES == terms.PROPERTIES


def test_concepts_are_those_of_the_schemes():
    told = {str(iri) for iri in schemes().subjects(RDF.type, SKOS.Concept)}
    names = {str(iri).removeprefix(UKC) for iri in schemes().subjects(RDF.type, SKOS.ConceptScheme)}
    assert names == set(concepts.SCHEMES)
    assert told == {concepts.concept(name, word) for name in names for word in concepts.SCHEMES[name].notations}
    assert concepts.NAMESPACE == terms.UKC


@pytest.mark.parametrize("name", sorted(concepts.SCHEMES))
def test_a_scheme_has_the_concepts_of_its_notations(name):
    told = {}
    for iri in schemes().subjects(SKOS.inScheme, UKC[name]):
        told[str(schemes().value(iri, SKOS.notation, any=False))] = str(iri)
    assert told == {word: concepts.concept(name, word) for word in concepts.SCHEMES[name].notations}
    assert sorted(told) == list(concepts.SCHEMES[name].notations)


def test_an_unknown_notation_is_no_concept_and_an_unknown_scheme_is_a_bug():
    assert concepts.concept("stances", "lukewarm") is None
    assert concepts.concept("kinds", "regionCollection") is None
    with pytest.raises(KeyError):
        concepts.concept("moods", "for")


def test_the_header_is_complete():
    wanted = {
        DCTERMS.bibliographicCitation, DCTERMS.created, DCTERMS.creator, DCTERMS.description, DCTERMS.issued,
        DCTERMS.license, DCTERMS.modified, DCTERMS.publisher, DCTERMS.source, DCTERMS.title, OWL.versionIRI,
        OWL.versionInfo, VANN.preferredNamespacePrefix, VANN.preferredNamespaceUri,
    }  # fmt: skip
    assert wanted <= set(ontology().predicates(HEADER))
    value = functools.partial(ontology().value, HEADER, any=False)
    assert str(value(OWL.versionIRI)) == f"{HEADER}/{value(OWL.versionInfo)}"
    assert str(value(VANN.preferredNamespaceUri)) == terms.UKG
    assert str(value(DCTERMS.license)) == "https://creativecommons.org/licenses/by/4.0/"
    assert str(value(DCTERMS.creator)) == f"{terms.BASE}agent/contributors"
    assert not list(ontology().objects(HEADER, OWL.imports))
    for predicate in (DCTERMS.title, DCTERMS.description, RDFS.comment):
        assert languages(ontology(), HEADER, predicate) == ["en", "uk"]


@pytest.mark.parametrize("term", own_terms(), ids=lambda term: term.removeprefix(UKG))
def test_every_term_is_labelled_defined_and_dated_in_both_languages(term):
    assert languages(ontology(), term, RDFS.label) == ["en", "uk"]
    assert languages(ontology(), term, SKOS.definition) == ["en", "uk"]
    assert list(ontology().objects(term, RDFS.isDefinedBy)) == [HEADER]
    assert list(ontology().objects(term, VS.term_status)) == [Literal("testing")]


@pytest.mark.parametrize("language", ["en", "uk"])
def test_no_two_terms_share_a_label(language):
    labels = Counter(
        str(label).casefold()
        for term in own_terms()
        for label in ontology().objects(term, RDFS.label)
        if label.language == language
    )
    assert [label for label, times in labels.items() if times > 1] == []


def test_every_concept_is_labelled_defined_and_placed_once():
    found = list(schemes().subjects(RDF.type, SKOS.Concept))
    assert len(found) == sum(len(scheme.notations) for scheme in concepts.SCHEMES.values())
    for iri in [*found, *schemes().subjects(RDF.type, SKOS.ConceptScheme)]:
        assert languages(schemes(), iri, SKOS.prefLabel) == ["en", "uk"], iri
        assert languages(schemes(), iri, SKOS.definition) == ["en", "uk"], iri
    for iri in found:
        places = [len(list(schemes().objects(iri, p))) for p in (SKOS.inScheme, SKOS.notation)]
        assert places == [1, 1], iri
        assert len([*schemes().objects(iri, SKOS.topConceptOf), *schemes().objects(iri, SKOS.broader)]) == 1, iri


def test_top_concepts_and_broader_ones_stay_in_their_scheme():
    assert set(schemes().subject_objects(SKOS.hasTopConcept)) == {
        (scheme, iri) for iri, scheme in schemes().subject_objects(SKOS.topConceptOf)
    }
    for iri, broader in schemes().subject_objects(SKOS.broader):
        assert schemes().value(iri, SKOS.inScheme) == schemes().value(broader, SKOS.inScheme), iri
        assert iri not in set(schemes().transitive_objects(broader, SKOS.broader)), iri


@pytest.mark.parametrize("language", ["en", "uk"])
def test_no_two_concepts_of_a_scheme_share_a_label(language):
    labels = Counter(
        (schemes().value(iri, SKOS.inScheme), str(label).casefold())
        for iri, label in schemes().subject_objects(SKOS.prefLabel)
        if label.language == language and (iri, SKOS.inScheme, None) in schemes()
    )
    assert [label for label, times in labels.items() if times > 1] == []


def test_ukrainian_texts_are_in_ukrainian_letters():
    texts = [o for graph in (ontology(), schemes()) for o in graph.objects() if getattr(o, "language", "") == "uk"]
    assert len(texts) > 700
    for text in texts:
        assert not re.search(r"[ыэъё'ʼ`]|[A-Za-z][а-яґєії]|[а-яґєії][A-Za-z]", text, re.IGNORECASE), text
        assert not re.search(r" {2}|^\s|\s$|’(?![а-яґєії])", text), text


def test_blank_nodes_are_axioms_and_lists_only():
    assert not [term for triple in schemes() for term in triple if isinstance(term, BNode)]
    for node in {term for triple in ontology() for term in triple if isinstance(term, BNode)}:
        assert (node, RDF.type, OWL.AllDisjointClasses) in ontology() or (node, RDF.first, None) in ontology()


def test_no_triple_stands_in_both_files():
    named = {(s, p, o) for s, p, o in ontology() if not isinstance(s, BNode)}
    assert named.isdisjoint(schemes())


def test_every_axiom_is_in_owl_2_rl():
    """Check the axioms against OWL 2 Profiles, section 4.2, for the forms that we use; any other form fails here."""
    graph = ontology()
    kinds = {kind: set(graph.subjects(RDF.type, kind)) for kind in ENTITY_TYPES}
    for subject, predicate, value in graph:
        if predicate == RDF.type:
            assert value in RL_AXIOM_TYPES or value in kinds[OWL.Class], (subject, value)
        elif predicate in RL_CLASS_AXIOMS:
            assert value in kinds[OWL.Class], (subject, predicate, value)
        elif predicate == RDFS.range:
            data = subject in kinds[OWL.DatatypeProperty]
            assert value in (RL_DATATYPES if data else kinds[OWL.Class]), (subject, value)
        elif predicate not in RL_PROPERTY_AXIOMS | NOT_LOGICAL | LIST:
            assert predicate in kinds[OWL.AnnotationProperty], predicate
    assert not {OWL.Thing, OWL.hasKey, OWL.equivalentClass, OWL.sameAs} & set(graph.all_nodes())


def test_the_global_restrictions_of_owl_2_dl_hold():
    """Check OWL 2 Structural Specification, section 11: one kind a name, simple properties where they must be."""
    graph = ontology()
    kinds = [set(graph.subjects(RDF.type, kind)) for kind in ENTITY_TYPES]
    assert sum(map(len, kinds)) == len(set().union(*kinds))
    composite = {*graph.subjects(RDF.type, OWL.TransitiveProperty), *graph.subjects(OWL.propertyChainAxiom)}
    composite |= {above for term in composite for above in graph.transitive_objects(term, RDFS.subPropertyOf)}
    simple = {*graph.subjects(RDF.type, OWL.AsymmetricProperty), *graph.subjects(RDF.type, OWL.IrreflexiveProperty)}
    simple |= {term for pair in graph.subject_objects(OWL.propertyDisjointWith) for term in pair}
    assert composite.isdisjoint(simple)
    for chain in graph.objects(None, OWL.propertyChainAxiom):
        assert composite.isdisjoint(Collection(graph, chain))


def test_nothing_is_said_that_merges_nodes():
    """Functional object properties, keys and sameness make a reasoner merge two things instead of complaining."""
    assert not declared(OWL.FunctionalProperty) & declared(OWL.ObjectProperty)
    assert not declared(OWL.InverseFunctionalProperty)


def test_external_terms_are_declared_and_not_redefined():
    graph = ontology()
    for subject, predicate, value in graph:
        if isinstance(subject, URIRef) and not subject.startswith(terms.BASE):
            assert (predicate, value in ENTITY_TYPES) == (RDF.type, True), (subject, predicate)
    used = {*graph.predicates(), *(o for p in RL_CLASS_AXIOMS | RL_PROPERTY_AXIOMS for o in graph.objects(None, p))}
    known = {*graph.subjects(RDF.type), *RL_DATATYPES, *(term for term in used if isinstance(term, BNode))}
    built_in = {term for term in used if any(term in namespace for namespace in (OWL, RDF, RDFS))}
    assert used - known - built_in == set()
