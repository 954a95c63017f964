"""The authority file: what must hold of every entry, and its agreement with the inventory of facts."""

import datetime as dt
import functools
import json
import re
import unicodedata
from collections import defaultdict
from pathlib import Path

import pytest
from rdflib import RDF, SKOS, BNode, Graph, Literal, Namespace
from rdflib.namespace import DCTERMS, XSD

ROOT = Path(__file__).parents[1]
FACTS = ROOT.parent / "shared" / "facts" / "facts.json"

ID = Namespace("https://w3id.org/ukrgraph/id/")
UKC = Namespace("https://w3id.org/ukrgraph/concepts#")
UKG = Namespace("https://w3id.org/ukrgraph/ontology#")

CLASSES_OF_FILE = {
    "countries": {"Country"},
    "events": {"Event"},
    "groups": {"Group"},
    "norms": {"Norm"},
    "offices": {"Office"},
    "organizations": {"Organization"},
    "persons": {"Person"},
    "places": {"City", "Place", "Region", "Territory"},
    "positions": {"Position"},
    "sanctions": {"Sanction", "ThreatenedResponse"},
    "works": {"Topic", "Work"},
}
PLACES = {UKG[name] for name in CLASSES_OF_FILE["places"]}
LABELS = (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel)

files = pytest.mark.parametrize("name", sorted(CLASSES_OF_FILE))


def path(name):
    return ROOT / "data" / "entities" / f"{name}.ttl"


@functools.cache
def parsed(name):
    return Graph().parse(path(name), format="turtle")


@functools.cache
def authority():
    graph = Graph()
    for name in CLASSES_OF_FILE:
        graph += parsed(name)
    return graph


@functools.cache
def facts():
    if not FACTS.is_file():
        pytest.skip("the inventory of facts is not here: ../shared/facts/facts.json")
    return json.loads(FACTS.read_text(encoding="utf-8"))


def things():
    """Return the entities and events of the inventory, by id."""
    return {thing["id"]: thing for thing in facts()["entities"] + facts()["events"]}


def tail(iri):
    return str(iri).removeprefix(str(ID))


def tails(subject, predicate):
    return {tail(value) for value in authority().objects(subject, predicate)}


def class_of(subject):
    return authority().value(subject, RDF.type, any=False)


def labels(subject, predicate, language):
    return {str(label) for label in authority().objects(subject, predicate) if label.language == language}


def english(subject, *predicates):
    return set().union(*(labels(subject, predicate, "en") for predicate in predicates))


def kebab(name):
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


def scripts(word):
    """Return the scripts of the letters of `word`, as the first words of their Unicode names."""
    return {unicodedata.name(letter).split()[0] for letter in word if letter.isalpha()}


def test_each_file_of_the_authority_file_is_known():
    assert {file.stem for file in path("events").parent.glob("*.ttl")} == set(CLASSES_OF_FILE)


@files
def test_a_file_holds_its_classes_only(name):
    assert set(parsed(name).objects(None, RDF.type)) == {UKG[local] for local in CLASSES_OF_FILE[name]}


@files
def test_entries_stand_once_and_sorted_by_id(name):
    entries = re.findall(r"^id:(\S+)$", path(name).read_text(encoding="utf-8"), flags=re.MULTILINE)

    assert entries == sorted({tail(subject) for subject in parsed(name).subjects()})


def test_an_entry_stands_in_one_file():
    homes = defaultdict(list)
    for name in CLASSES_OF_FILE:
        for subject in set(parsed(name).subjects()):
            homes[subject].append(name)

    assert {subject: names for subject, names in homes.items() if len(names) > 1} == {}


def test_an_entry_has_one_class_and_its_id_as_identifier():
    graph = authority()
    entries = set(graph.subjects())

    assert {s for s in entries if len(set(graph.objects(s, RDF.type))) != 1} == set()
    assert {s for s in entries if list(graph.objects(s, DCTERMS.identifier)) != [Literal(tail(s))]} == set()


@pytest.mark.parametrize("language", ["en", "uk"])
def test_an_entry_has_one_preferred_label_and_shares_it_with_none(language):
    owners = defaultdict(list)
    for subject in set(authority().subjects()):
        (label,) = labels(subject, SKOS.prefLabel, language)
        owners[label].append(tail(subject))

    assert {label: ids for label, ids in owners.items() if len(ids) > 1} == {}


def test_preferred_alternative_and_hidden_labels_are_disjoint():
    """SKOS Reference, S13."""
    graph = authority()
    doubles = {
        (tail(subject), str(label))
        for subject in set(graph.subjects())
        for label in set().union(*(graph.objects(subject, predicate) for predicate in LABELS))
        if sum((subject, predicate, label) in graph for predicate in LABELS) > 1
    }

    assert doubles == set()


def test_every_label_is_in_english_or_ukrainian():
    languages = {label.language for predicate in LABELS for label in authority().objects(None, predicate)}

    assert languages == {"en", "uk"}


def test_no_word_mixes_look_alike_letters_of_two_scripts():
    texts = {str(term) for term in authority().objects() if isinstance(term, Literal)}
    mixed = {word for text in texts for word in re.findall(r"[\w’'-]+", text) if len(scripts(word)) > 1}

    assert mixed == set()


def test_a_ukrainian_label_has_ukrainian_letters_and_the_apostrophe_u2019():
    ukrainian = {str(term) for term in authority().objects() if getattr(term, "language", None) == "uk"}
    letters = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"

    assert {text for text in ukrainian if re.search(r"['`ʼ‘]", text)} == set()
    assert {
        text for text in ukrainian if {c for c in text.lower() if scripts(c) == {"CYRILLIC"}} - set(letters)
    } == set()


def test_an_english_label_has_no_cyrillic_letter():
    found = {str(term) for term in authority().objects() if getattr(term, "language", None) == "en"}

    assert {text for text in found if "CYRILLIC" in scripts(text)} == set()


def test_no_object_dangles_and_no_node_is_blank():
    graph = authority()

    assert {tail(o) for o in graph.objects() if o.startswith(str(ID))} <= {tail(s) for s in graph.subjects()}
    assert [node for node in graph.all_nodes() if isinstance(node, BNode)] == []


def test_an_iri_is_of_the_authority_file_of_the_concepts_or_of_the_ontology():
    iris = {str(term) for term in authority().objects() if not isinstance(term, Literal)}

    assert {iri for iri in iris if not iri.startswith((str(ID), str(UKC), str(UKG)))} == set()


def test_a_place_is_located_in_a_place_and_never_in_a_country():
    pairs = set(authority().subject_objects(UKG.locatedIn))

    assert pairs
    assert {(s, o) for s, o in pairs if not {class_of(s), class_of(o)} <= PLACES} == set()


@pytest.mark.parametrize(
    ("predicate", "classes"),
    [
        (UKG.hasMember, {"Event", "Norm", "Region"}),
        (UKG.officeIn, {"Organization"}),
        (UKG.officeOfState, {"Country"}),
        (UKG.organOf, {"Country"}),
        (UKG.participant, {"Country", "Group", "Organization", "Person"}),
        (UKG.place, {"City", "Country", "Organization", "Place", "Region", "Territory"}),
        (UKG.specializes, {"Position"}),
    ],
    ids=["hasMember", "officeIn", "officeOfState", "organOf", "participant", "place", "specializes"],
)
def test_a_property_points_at_its_classes(predicate, classes):
    assert {class_of(o) for o in authority().objects(None, predicate)} == {UKG[name] for name in classes}


def test_a_kind_belongs_to_one_class():
    classes = defaultdict(set)
    for subject, kind in authority().subject_objects(UKG.kind):
        classes[kind].add(class_of(subject))

    assert {kind: of for kind, of in classes.items() if len(of) > 1} == {}


def test_all_but_positions_have_one_kind():
    graph = authority()
    kinds = {subject: len(list(graph.objects(subject, UKG.kind))) for subject in set(graph.subjects())}

    assert {s for s, count in kinds.items() if count != (class_of(s) != UKG.Position)} == set()


def test_a_date_is_real_and_an_interval_does_not_end_before_it_begins():
    graph = authority()
    for event in set(graph.subjects(UKG.earliest)) | set(graph.subjects(UKG.latest)):
        dates = [graph.value(event, predicate, any=False) for predicate in (UKG.earliest, UKG.latest)]
        given = [date for date in dates if date is not None]

        assert {date.datatype for date in given} == {XSD.date}
        assert [dt.date.fromisoformat(date).isoformat() for date in given] == sorted(map(str, given))


def test_a_date_has_a_basis():
    graph = authority()
    dated = set(graph.subjects(UKG.earliest)) | set(graph.subjects(UKG.latest))

    assert set(graph.subjects(UKG.dateBasis)) == dated


def test_what_is_reported_of_a_sanction_is_not_in_the_authority_file():
    allowed = {RDF.type, DCTERMS.identifier, SKOS.prefLabel, SKOS.altLabel, UKG.kind}

    assert set(parsed("sanctions").predicates()) <= allowed


def test_a_position_is_said_in_a_that_clause():
    for subject in set(parsed("positions").subjects()):
        assert min(labels(subject, SKOS.prefLabel, "en")).startswith("that ")
        assert min(labels(subject, SKOS.prefLabel, "uk")).startswith("що ")


def test_the_name_forms_of_antony_blinken_are_those_of_cq07():
    person, office = ID["antony-blinken"], ID["office-us-secretary-of-state"]

    assert english(person, *LABELS) | english(office, SKOS.altLabel, SKOS.hiddenLabel) == {
        "America's top diplomat",
        "Antony Blinken",
        "Blinken",
        "Secretary of State",
        "The blink",
        "the head of US diplomacy",
    }


def test_the_authority_file_equals_the_inventory():
    vocabulary = facts()["vocab"]
    positions = set(vocabulary["positions"]) | set(vocabulary["position_broader"].values())

    assert {tail(subject) for subject in authority().subjects()} == set(things()) | positions
    for name, thing in things().items():
        subject = ID[name]
        assert tails(subject, UKG.kind) == {str(UKC[f"kind-{kebab(thing['type'])}"])}, name
        assert tails(subject, UKG.officeIn) == {thing.get("office_of_org")} - {None}, name
        assert tails(subject, UKG.officeOfState) == {thing.get("office_of_state")} - {None}, name
        assert tails(subject, UKG.locatedIn) == set(thing.get("located_in", ())) - {"ukraine"}, name
        if name != "referendums-and-annexation-2022":  # its members stand in a note of the inventory
            assert tails(subject, UKG.hasMember) == set(thing.get("members", ())), name
    for name in positions:
        assert tails(ID[name], UKG.specializes) == {vocabulary["position_broader"].get(name)} - {None}, name


def test_events_have_the_dates_places_and_participants_of_the_inventory():
    for event in facts()["events"]:
        subject, date = ID[event["id"]], event["date"]
        assert tails(subject, UKG.earliest) == {date["earliest"]} - {None}, subject
        assert tails(subject, UKG.latest) == {date["latest"]} - {None}, subject
        assert tails(subject, UKG.participant) == set(event["participants"]), subject
        assert tails(subject, UKG.place) == {event["place"]} - {None}, subject
        assert tails(subject, UKG.dateText) <= set(re.findall(r'"([^"]*)"', date["stated_in_text"])), subject


def test_every_name_found_in_the_texts_is_a_label():
    forms = {(m["entity"], m["surface"], m["kind"]) for m in facts()["mentions"]}
    names = {(entity, form) for entity, form, kind in forms if kind in {"adjective", "metonym", "name", "title"}}
    corrupted = {(entity, form) for entity, form, kind in forms if kind == "corrupted"}
    pronouns = {(entity, form) for entity, form, kind in forms if kind == "pronoun"}

    assert {pair for pair in names if pair[1] not in english(ID[pair[0]], *LABELS)} == set()
    assert {pair for pair in corrupted if pair[1] not in english(ID[pair[0]], SKOS.hiddenLabel)} == set()
    assert {pair for pair in pronouns if pair[1] in english(ID[pair[0]], *LABELS)} == set()
