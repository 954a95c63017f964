"""The shapes: what each rule finds in its cases and nowhere else, and that the published graph conforms.

A case is a file `cases/shapes/<rule>/<kind>.<reason>.trig`; its kind is `valid`, or `invalid`, `warning` or `info` by
the severity of the rule. A case is read together with `cases/shapes/world.trig`, and says on lines `# expect:` which
rules it breaks at which nodes. Cases have no node in common, so all of them are validated at once.
"""

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import RDF, RDFS, BNode, Dataset, Graph, Namespace, URIRef
from rdflib.plugins.sparql import prepareQuery

from ukrgraph.terms import PREFIXES

ROOT = Path(__file__).parents[1]
CASES = Path(__file__).parent / "cases" / "shapes"
BASE = "https://w3id.org/ukrgraph/"
SH = Namespace("http://www.w3.org/ns/shacl#")
SHAPES = Namespace(f"{BASE}shapes#")
EXPECT = re.compile(r"# expect: (?:nothing|([a-z-]+) <(.*)>)")
CORE, ALL = ("core",), ("core", "corpus")
WORLD = (CASES / "world.trig", ROOT / "ontology" / "ukrgraph.ttl", ROOT / "ontology" / "concepts.ttl")
KINDS = {"Violation": "invalid", "Warning": "warning", "Info": "info"}

# rdflib and pySHACL warn about their own use of rdflib's older classes.
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:pyshacl"),
]


class ParsedOnce(Dataset):
    """A dataset that parses each query text once; pySHACL hands over the same text for every focus node."""

    def __init__(self):
        super().__init__(default_union=True)
        self.parsed = {}

    def query(self, query, *args, **options):
        if query not in self.parsed:
            self.parsed[query] = prepareQuery(query, initNs=options.get("initNs") or dict(self.namespaces()))
        return super().query(self.parsed[query], *args, **options)


def shapes(*folders: str) -> Graph:
    graph = Graph()
    for folder in folders:
        for file in sorted((ROOT / "shapes" / folder).glob("*.ttl")):
            graph.parse(file)
    return graph


@cache
def results(files: tuple[Path, ...], folders: tuple[str, ...]) -> list[tuple[str, str, str]]:
    """Return (rule, focus node, severity) of each result, sorted; focus nodes without the base."""
    data = ParsedOnce()
    for file in files:
        data.parse(file)
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes(*folders), inference="none")
    found = []
    for result in report.subjects(RDF.type, SH.ValidationResult):
        rule, focus = report.value(result, SH.sourceShape), report.value(result, SH.focusNode)
        severity = report.value(result, SH.resultSeverity)
        found.append((rule.removeprefix(SHAPES), focus.removeprefix(BASE), severity.removeprefix(SH)))
    return sorted(found)


def case_files() -> list[Path]:
    return sorted(CASES.glob("*/*.trig"))


def expected(file: Path) -> set[tuple[str, str]]:
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("# expect")]
    matches = [EXPECT.fullmatch(line) for line in lines]
    assert matches, f"{file}: expected a line '# expect: ...', found none"
    assert all(matches), f"{file}: expected '# expect: RULE <NODE>' or '# expect: nothing', got {lines}"
    return {(rule, node) for rule, node in (match.groups() for match in matches) if rule}


@cache
def rules() -> dict[str, str]:
    """Return the severity of each rule; a rule is a shape with a severity."""
    graph = shapes(*ALL)
    return {rule.removeprefix(SHAPES): level.removeprefix(SH) for rule, level in graph.subject_objects(SH.severity)}


@cache
def core_rules() -> frozenset[str]:
    return frozenset(rule.removeprefix(SHAPES) for rule in shapes("core").subjects(SH.severity))


def chosen(folders: tuple[str, ...]) -> tuple[Path, ...]:
    """Return the cases of the rules that the last of `folders` adds."""
    return tuple(file for file in case_files() if (file.parent.name in core_rules()) == (folders == CORE))


@pytest.mark.parametrize("folders", [CORE, ALL], ids=["core", "corpus"])
def test_each_case_breaks_exactly_the_rules_that_it_expects(folders):
    found = {(rule, focus) for rule, focus, _ in results((*WORLD, *chosen(folders)), folders)}

    where = {pair: file for file in chosen(folders) for pair in expected(file)}
    assert {f"{where[pair].relative_to(CASES)}: {pair} not found" for pair in where.keys() - found} == set()
    assert found - where.keys() == set()


@pytest.mark.parametrize("folders", [CORE, ALL], ids=["core", "corpus"])
def test_queries_of_rules_find_the_same_on_another_engine(folders):
    store = ox.Store()
    for file in (*WORLD, *chosen(folders)):
        store.load(path=str(file))
    prefixes = "".join(f"PREFIX {name}: <{namespace}>\n" for name, namespace in PREFIXES.items())
    graph = shapes(folders[-1])
    queried = sorted(graph.subjects(SH.sparql))
    assert queried

    for rule in queried:
        targets = [f"?this a/<{RDFS.subClassOf}>* <{target}>" for target in graph.objects(rule, SH.targetClass)] + [
            f"?this <{target}> ?any" for target in graph.objects(rule, SH.targetSubjectsOf)
        ]
        chosen_nodes = f"WHERE {{ {{ SELECT DISTINCT ?this {{ {{ {' } UNION { '.join(targets)} }} }} }}"
        select = str(graph.value(graph.value(rule, SH.sparql), SH.select)).replace("$this", "?this")
        solutions = store.query(prefixes + select.replace("WHERE {", chosen_nodes, 1), use_default_graph_as_union=True)
        name = rule.removeprefix(SHAPES)
        ours = {focus for broken, focus, _ in results((*WORLD, *chosen(folders)), folders) if broken == name}

        assert {solution["this"].value.removeprefix(BASE) for solution in solutions} == ours, name


def test_the_world_of_the_cases_conforms():
    assert results(WORLD, ALL) == []


def test_every_rule_has_a_valid_case_and_one_that_breaks_it():
    kinds = {(file.parent.name, file.name.split(".")[0]) for file in case_files()}
    wanted = {(rule, kind) for rule, level in rules().items() for kind in ("valid", KINDS[level])}

    assert kinds == wanted


def test_a_case_is_called_by_what_it_expects():
    for file in case_files():
        broken = {rule for rule, _ in expected(file)}
        assert (file.parent.name in broken) == (not file.name.startswith("valid.")), file
        assert not (file.name.startswith("valid.") and broken), file


def test_no_two_cases_describe_the_same_node():
    owners = Counter(
        (subject, file)
        for file in [CASES / "world.trig", *case_files()]
        for subject in set(Dataset(default_union=True).parse(file).subjects())
    )
    subjects = Counter(subject for subject, _ in owners)

    assert [subject for subject, count in subjects.items() if count > 1] == []


def test_there_are_at_least_forty_rules_of_every_severity():
    assert len(rules()) >= 40
    assert set(rules().values()) == set(KINDS)


def test_the_shapes_are_valid_shapes():
    graph = shapes(*ALL)

    conforms, _, text = pyshacl.validate(Graph(), shacl_graph=graph, meta_shacl=True, inference="none")

    assert conforms, text


def test_every_rule_says_the_need_in_both_languages_and_why():
    graph = shapes(*ALL)
    for rule in graph.subjects(SH.severity):
        needs = {message.language: str(message) for message in graph.objects(rule, SH.message)}
        assert set(needs) == {"en", "uk"}, rule
        assert len(list(graph.objects(rule, SH.message))) == 2, rule
        assert all(need[0].islower() or need.startswith(("IRI", "Wikidata", "Вікідані")) for need in needs.values()), (
            needs
        )
        assert not any(need.endswith(".") for need in needs.values()), needs
        assert not re.search(r"[а-яіїєґ]", needs["en"]), needs
        assert re.search(r"[а-яіїєґ]", needs["uk"]), needs
        assert [text for text in graph.objects(rule, RDFS.comment) if text.language == "en"], rule


def test_no_shape_is_anonymous_and_rules_are_called_in_kebab_case():
    graph = shapes(*ALL)
    shape_nodes = {node for kind in (SH.NodeShape, SH.PropertyShape) for node in graph.subjects(RDF.type, kind)}
    referred = set(graph.objects(None, SH.property)) | set(graph.objects(None, SH["not"]))

    assert [node for node in shape_nodes | referred if isinstance(node, BNode)] == []
    assert referred <= shape_nodes
    for node in shape_nodes:
        name = node.removeprefix(SHAPES)
        kebab = re.fullmatch(r"[a-z]+(-[a-z]+)*", name) is not None
        assert kebab == (node in set(graph.subjects(SH.severity))), name


def test_no_shape_is_described_in_two_files():
    owner = {}
    for file in sorted((ROOT / "shapes").glob("*/*.ttl")):
        for shape in set(Graph().parse(file).subjects(RDF.type, None)):
            if isinstance(shape, URIRef):
                assert owner.setdefault(shape, file) == file


def test_every_shape_that_is_no_rule_is_used_or_has_a_target():
    graph = shapes(*ALL)
    used = set(graph.objects())
    for shape in {node for kind in (SH.NodeShape, SH.PropertyShape) for node in graph.subjects(RDF.type, kind)}:
        targets = (shape, SH.targetClass, None) in graph or (shape, SH.targetSubjectsOf, None) in graph
        assert targets or shape in used, shape


def test_every_property_rule_belongs_to_a_shape_with_a_target():
    graph = shapes(*ALL)
    targets = (SH.targetClass, SH.targetSubjectsOf)
    targeted = {node for target in targets for node in graph.subjects(target)}
    reached = targeted | {rule for node in targeted for rule in graph.objects(node, SH.property)}

    assert set(graph.subjects(SH.severity)) - reached == set()


def test_terms_of_the_shapes_are_declared_in_the_ontology():
    ontology = Graph()
    for file in (ROOT / "ontology" / "ukrgraph.ttl", ROOT / "ontology" / "concepts.ttl"):
        ontology.parse(file)
    declared = {term for term in ontology.subjects(RDF.type) if isinstance(term, URIRef)}
    graph = shapes(*ALL)
    ours = (f"{BASE}ontology#", f"{BASE}concepts#")
    used = {term for triple in graph for term in triple if isinstance(term, URIRef) and term.startswith(ours)}
    for select in graph.objects(None, SH.select):
        used |= {URIRef(ours[prefix == "ukc"] + name) for prefix, name in re.findall(r"\b(ukg|ukc):([\w-]+)", select)}

    assert used - declared == set()


def test_the_published_graph_conforms_and_its_warnings_are_known():
    found = results((ROOT / "data" / "graph" / "ukrgraph.trig",), ALL)

    assert found == [
        ("quantity-source", "claim/q003-04", "Warning"),  # the source names nobody who gives the figure
        ("sanction-status-conflict", "id/sanction-japan-new-2022-09-30", "Warning"),  # headline against body
    ]


def test_messages_reach_the_report():
    data = ParsedOnce()
    for file in (*WORLD, CASES / "statement-speaker" / "invalid.missing.trig"):
        data.parse(file)

    _, report, _ = pyshacl.validate(data, shacl_graph=shapes("core"), inference="none")

    assert {str(message) for message in report.objects(None, SH.resultMessage)} == {
        "a statement needs a speaker unless the narrator, an artefact or hearsay speaks",
        "висловлювання повинно мати мовця, якщо говорить не оповідач, не предмет і не чутки",
    }
