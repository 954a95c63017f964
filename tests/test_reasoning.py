"""What reasoners make of the ontology: it is consistent with the published graph, and contradictions are found.

Two reasoners, for each has its gaps: owlrl applies the rules of OWL 2 RL, HermiT, run by owlready2, decides OWL 2 DL.
"""

import functools
import shutil
from pathlib import Path

import owlready2
import owlrl
import pyoxigraph
import pytest
from rdflib import OWL, RDF, RDFS, XSD, Graph, Literal, Namespace

from ukrgraph import terms

ROOT = Path(__file__).parents[1]
PUBLISHED = ROOT / "data" / "graph" / "ukrgraph.trig"

ERROR = Namespace("http://www.daml.org/2002/03/agents/agent-ont#")
EX = Namespace("https://example.org/")
OA = Namespace(terms.OA)
UKG = Namespace(terms.UKG)

needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="HermiT needs java, and there is none on the path")

CONTRADICTIONS = {
    "a region lies in a country": [(EX.a, UKG.locatedIn, EX.b), (EX.b, RDF.type, UKG.Country)],
    "a node is a region and a city": [(EX.a, RDF.type, UKG.Region), (EX.a, RDF.type, UKG.City)],
    "a region is an organization": [(EX.a, RDF.type, UKG.Region), (EX.a, RDF.type, UKG.Organization)],
    "a statement affirms and rejects one position": [(EX.a, UKG.affirms, EX.b), (EX.a, UKG.rejects, EX.b)],
    "a statement is embedded in itself": [(EX.a, UKG.embeddedIn, EX.a)],
    "two statements are embedded in each other": [(EX.a, UKG.embeddedIn, EX.b), (EX.b, UKG.embeddedIn, EX.a)],
    "a planned statement was made": [(EX.a, RDF.type, UKG.Statement), (EX.a, RDF.type, UKG.PlannedStatement)],
    "a threat is a sanction": [(EX.a, UKG.threatenedBy, EX.b), (EX.a, RDF.type, UKG.Sanction)],
    "a city imposes a sanction": [(EX.a, UKG.imposer, EX.b), (EX.b, RDF.type, UKG.City)],
    "an event is denied like a statement": [(EX.a, UKG.denies, EX.b), (EX.b, RDF.type, UKG.Event)],
}  # fmt: skip


@functools.cache
def ontology():
    return Graph().parse(ROOT / "ontology" / "ukrgraph.ttl")


@functools.cache
def schemes():
    return Graph().parse(ROOT / "ontology" / "concepts.ttl")


def logical(graph):
    """Return `graph` without the labels and definitions: no axiom uses them, and owlrl would only carry them along."""
    left_out = {term for term, kind in graph.subject_objects(RDF.type) if kind == OWL.AnnotationProperty}
    left_out |= {RDFS.comment, RDFS.isDefinedBy, RDFS.label, RDFS.seeAlso}
    kept = Graph()
    for triple in graph:
        if triple[1] not in left_out:
            kept.add(triple)
    return kept


def owlrl_errors(graph):
    """Return the inconsistencies that owlrl finds: it reports them as resources of type err:ErrorMessage."""
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return sorted(str(text) for text in graph.objects(None, ERROR.error))


def dates_as_datetimes(graph):
    """Return `graph` with each xsd:date as an xsd:dateTime: HermiT refuses datatypes outside the map of OWL 2."""
    mapped = Graph()
    for subject, predicate, value in graph:
        if isinstance(value, Literal) and value.datatype == XSD.date:
            mapped.add((subject, predicate, Literal(f"{value}T00:00:00", datatype=XSD.dateTime)))
        else:
            mapped.add((subject, predicate, value))
    return mapped


def hermit_is_consistent(graph, folder):
    """Tell whether HermiT, run by owlready2, finds `graph` consistent and each of its classes satisfiable."""
    path = folder / "graph.nt"
    dates_as_datetimes(graph).serialize(path, format="nt", encoding="utf-8")
    world = owlready2.World()
    world.get_ontology(path.as_uri()).load()
    try:
        owlready2.sync_reasoner_hermit(world, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return False
    return not list(world.inconsistent_classes())


@functools.cache
def published():
    """Return the published graph without ontology and concepts; where it is not built yet, the authority file."""
    if PUBLISHED.is_file():
        left_out = {pyoxigraph.NamedNode(f"{terms.BASE}graph/{name}") for name in ("concepts", "ontology")}
        triples = [quad.triple for quad in pyoxigraph.parse(path=PUBLISHED) if quad.graph_name not in left_out]
    else:
        files = sorted((ROOT / "data" / "entities").glob("*.ttl"))
        triples = [quad.triple for file in files for quad in pyoxigraph.parse(path=file)]
    return Graph().parse(pyoxigraph.serialize(triples, format=pyoxigraph.RdfFormat.N_TRIPLES), format="nt")


@pytest.mark.parametrize("case", sorted(CONTRADICTIONS))
def test_a_contradiction_is_found(case):
    graph = logical(ontology())
    for triple in CONTRADICTIONS[case]:
        graph.add(triple)
    assert owlrl_errors(graph) != []


def test_owlrl_infers_the_state_spoken_for_and_the_other_side_of_the_same_utterance():
    graph = logical(ontology())
    graph.add((EX.a, UKG.onBehalfOf, EX.b))
    graph.add((EX.b, UKG.organOf, EX.c))
    graph.add((EX.a, UKG.sameUtteranceAs, EX.d))
    assert owlrl_errors(graph) == []
    assert (EX.a, UKG.onBehalfOfState, EX.c) in graph
    assert (EX.c, RDF.type, UKG.Actor) in graph
    assert (EX.d, UKG.sameUtteranceAs, EX.a) in graph
    assert (EX.d, RDF.type, UKG.SpeechRecord) in graph


def test_owlrl_finds_the_records_of_the_published_graph_consistent():
    """Mentions, spans and concepts are left out: they are most of the triples, and owlrl would take 14 s for 4 s."""
    left_out = {OA.SpecificResource, OA.TextPositionSelector, OA.TextQuoteSelector, UKG.Mention}
    skipped = {node for node, kind in published().subject_objects(RDF.type) if kind in left_out}
    graph = logical(ontology())
    for triple in logical(published()):
        if skipped.isdisjoint(triple):
            graph.add(triple)
    assert owlrl_errors(graph) == []


@needs_java
def test_hermit_finds_ontology_concepts_and_published_graph_consistent(tmp_path):
    graph = ontology() + schemes() + published()
    assert hermit_is_consistent(graph, tmp_path)


@needs_java
def test_hermit_would_have_found_a_contradiction(tmp_path):
    graph = ontology() + published()
    graph.add((EX.a, UKG.affirms, EX.b))
    graph.add((EX.a, UKG.rejects, EX.b))
    assert not hermit_is_consistent(graph, tmp_path)
