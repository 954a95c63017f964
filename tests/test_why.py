"""`why`: every triple of the facts leads to a quote that stands in its text; inferred ones lead to others."""

import json
from collections import defaultdict

import pyoxigraph as ox
import pytest
from query_project import ROOT, make_project, published_engine, small_engine

from ukrgraph.engine import NamedNode, write_triples
from ukrgraph.engine.local import Local
from ukrgraph.errors import UsageError
from ukrgraph.evidence import sentence_bounds
from ukrgraph.query.entities import Entities
from ukrgraph.query.parameters import Parameter
from ukrgraph.why import provenance, report
from ukrgraph.why.explain import Explainer
from ukrgraph.why.inference import Stated

UKG = "https://w3id.org/ukrgraph/ontology#"
RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
ID = "https://w3id.org/ukrgraph/id/"
STATEMENT = "https://w3id.org/ukrgraph/statement/"
PREFIXES = {"id": ID, "statement": STATEMENT, "ukg": UKG, "graph": "https://w3id.org/ukrgraph/graph/"}
TEXTS = {folder.name: (folder / "text.txt").read_text(encoding="utf-8") for folder in (ROOT / "data/corpus").iterdir()}


def test_every_triple_of_the_facts_leads_to_words_of_its_text():
    explainer = Explainer(published_engine(), ROOT)
    facts = list(ox.parse(path=str(ROOT / "data/graph/facts.ttl")))
    by_subject = defaultdict(list)
    for fact in facts:
        by_subject[fact.subject].append(fact)
    without, wrong = [], []
    for subject in by_subject:
        quotes = explainer.quotes(subject.value)
        if not quotes:
            without.append(subject.value)
        for quote in quotes:
            passage = quote.passage
            words = TEXTS[passage.id][passage.start : passage.end]
            sentence = quote.sentence
            if sentence is None or quote.words != words or sentence.text[sentence.start : sentence.end] != words:
                wrong.append((subject.value, passage))
    assert len(facts) > 5000
    assert without == []
    assert wrong == []


def test_every_triple_of_a_document_is_stated_in_its_graph():
    explainer = Explainer(published_engine(), ROOT)
    facts = list(ox.parse(path=str(ROOT / "data/graph/facts.ttl")))[::97]
    for fact in facts:
        (reason,) = explainer.why(fact.subject, fact.predicate, fact.object).reasons
        assert isinstance(reason.proof, Stated)
        assert reason.quotes


@pytest.fixture
def explainer(tmp_path):
    return Explainer(small_engine(), make_project(tmp_path))


def test_the_text_shows_sentence_speaker_document_and_who_says_otherwise(explainer):
    why = explainer.why(NamedNode(STATEMENT + "a1"), NamedNode(UKG + "speaker"))
    assert report.text(why, PREFIXES) == (
        "statement:a1  (ukg:Statement)\n"
        "  said by Ann Example, from 2022-02-24\n"
        "  statement:a1 ukg:speaker id:ann-example\n"
        "    »Ann Example said the harbour closed.«\n"
        "      doc-a 'Harbour news', published 2022-03-01; data/corpus/doc-a/text.txt:1:1\n"
        "    cue: Ann Example »said« the harbour closed.\n"
        "      doc-a 'Harbour news', published 2022-03-01; data/corpus/doc-a/text.txt:1:13\n"
        "  denies it: statement:a2 (Bob Example)\n"
        "      »Bob Example said: it's no« use asking.\n"
        "        doc-a 'Harbour news', published 2022-03-01; data/corpus/doc-a/text.txt:1:38\n"
        "  reports the same utterance: statement:a4 (Atlantis)\n"
        "  says otherwise: statement:a2 (Bob Example)\n"
        "      »Bob Example said: it's no« use asking.\n"
        "        doc-a 'Harbour news', published 2022-03-01; data/corpus/doc-a/text.txt:1:38\n"
    )


@pytest.mark.parametrize(
    ("subject", "predicate", "object", "rules"),
    [
        (ID + "ann-example", RDF_TYPE.value, UKG + "Actor", ["cax-sco"]),
        (STATEMENT + "a1", UKG + "onBehalfOf", ID + "atlantis", ["prp-spo1"]),
        (STATEMENT + "a4", UKG + "sameUtteranceAs", STATEMENT + "a1", ["prp-symp"]),
        (ID + "harbour", UKG + "locatedIn", ID + "north", ["prp-trp"]),
        (STATEMENT + "a1", UKG + "deniedIn", STATEMENT + "a2", ["prp-inv1"]),
        (ID + "sanction-one", RDF_TYPE.value, UKG + "Sanction", []),
    ],
)
def test_a_triple_that_follows_is_traced_to_what_is_stated(explainer, subject, predicate, object, rules):
    (reason,) = explainer.why(NamedNode(subject), NamedNode(predicate), NamedNode(object)).reasons
    found, proof = [], reason.proof
    while proof is not None and not isinstance(proof, Stated):
        found.append(proof.rule)
        proof = proof.premises[0]
    assert found == rules
    assert isinstance(proof, Stated)
    assert explainer.reasoner.stated(proof.fact) == proof.graph


def test_a_triple_that_does_not_follow_is_refused_with_what_there_is(explainer):
    with pytest.raises(UsageError, match=r"does not say .*; it says https://w3id.org/ukrgraph/id/ann-example"):
        explainer.why(NamedNode(STATEMENT + "a1"), NamedNode(UKG + "speaker"), NamedNode(ID + "bob-example"))
    with pytest.raises(UsageError, match="says nothing of"):
        explainer.why(NamedNode(ID + "nobody"))
    with pytest.raises(UsageError, match="has no value for"):
        explainer.why(NamedNode(ID + "ann-example"), NamedNode(UKG + "imposer"))


def test_json_and_graph_carry_the_same_quotes(explainer):
    why = explainer.why(NamedNode(STATEMENT + "a1"), NamedNode(UKG + "about"))
    found = json.loads(report.json(why))
    assert [quote["words"] for quote in found["quotes"]] == ["Ann Example said the harbour closed.", "said"]
    assert found["reasons"][0]["proof"]["graph"] == "https://w3id.org/ukrgraph/graph/doc-a"
    graph = ox.Store()
    graph.load(write_triples(provenance.triples(why), "turtle", PREFIXES), format=ox.RdfFormat.TURTLE)
    query = """PREFIX oa: <http://www.w3.org/ns/oa#> PREFIX prov: <http://www.w3.org/ns/prov#>
        SELECT ?words { ?triple prov:wasDerivedFrom ?span . ?span prov:wasQuotedFrom ?doc .
            ?span oa:hasSelector/oa:exact ?words .
            ?triple a <http://www.w3.org/1999/02/22-rdf-syntax-ns#Statement> } ORDER BY ?words"""
    assert [row[0].value for row in graph.query(query)] == ["Ann Example said the harbour closed.", "said"]


def test_a_changed_text_is_not_quoted(tmp_path):
    project = make_project(tmp_path)
    store = small_engine().store
    graph = ox.NamedNode("https://w3id.org/ukrgraph/graph/doc-a")
    document = ox.NamedNode("https://w3id.org/ukrgraph/document/doc-a")
    store.add(ox.Quad(document, ox.NamedNode(UKG + "textSha256"), ox.Literal("0" * 64), graph))
    (quote, _) = Explainer(Local(store), project).quotes(STATEMENT + "a1")
    assert quote.sentence is None
    assert quote.words == "Ann Example said the harbour closed."


@pytest.mark.parametrize(
    ("text", "part", "expected"),
    [
        ("One. Two words. Three.", "words", "Two words."),
        ("One. Two words. Three.", "Two words", "Two words."),
        ("Він сказав: «Ні!» Потім пішов.", "Ні", "Він сказав: «Ні!»"),
        ("First line\nSecond line. End", "Second", "Second line."),
        ("A b. C d. E f.", "b. C", "A b. C d."),
        ("No end", "end", "No end"),
    ],
)
def test_a_sentence_ends_where_it_ends(text, part, expected):
    start = text.index(part)
    first, last = sentence_bounds(text, start, start + len(part))
    assert text[first:last] == expected


def test_subjects_are_named_as_people_do(explainer):
    entities = Entities(explainer.engine)
    for name in ("a1", "statement:a1", STATEMENT + "a1"):
        assert entities.resolve(Parameter("SUBJECT", "entity"), name).value == STATEMENT + "a1"
