"""The stored queries: the competency questions are answered as the inventory has it, and every example holds.

What is expected stands in cases/queries, a table for each question, in the ids of the inventory. Every example of every
query is asked of Oxigraph and of rdflib, and their answers are equal term by term.
"""

import json
from collections import defaultdict
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from ukrgraph import store
from ukrgraph.engine.local import Local
from ukrgraph.iri import DEFAULT_BASE
from ukrgraph.query.catalogue import load
from ukrgraph.query.run import prepare, run

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # it warns of itself

ROOT = Path(__file__).parents[1]
GRAPH = ROOT / "data" / "graph" / "ukrgraph.trig"
CASES = Path(__file__).parent / "cases" / "queries"
FACTS = ROOT.parent / "shared" / "facts" / "facts.json"

QUERIES = {file.stem: load(file) for file in sorted((ROOT / "queries").glob("*.rq"))}
EXAMPLES = [
    pytest.param(query, example, id=f"{name}-{number}")
    for name, query in QUERIES.items()
    for number, example in enumerate(query.header.examples, 1)
    if not example.data  # those are in test_query_stored
]
QUESTIONS = {tag: query for query in QUERIES.values() for tag in query.header.tags if tag.startswith("cq")}
NUMBERS = (
    1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 22, 24, 26, 28, 29, 31, 33,
    35, 36, 38, 40, 42, 44, 45, 47, 49, 51, 53, 55, 57, 58, 60, 62, 64, 66,
)  # fmt: skip
COMPETENCY = [f"cq{number:02}" for number in NUMBERS]


@pytest.fixture(scope="module")
def engine():
    return Local(store.load([GRAPH]))


@pytest.fixture(scope="module")
def dataset():
    data = rdflib.Dataset(default_union=True)
    data.parse(data=GRAPH.read_text(encoding="utf-8"), format="trig")
    return data


def cell(term):
    """Return the short form of a term: the id or local name of an IRI of ours, the text of any other term."""
    if term is None:
        return ""
    if isinstance(term, ox.NamedNode) and term.value.startswith(DEFAULT_BASE):
        return term.value.replace("#", "/").rsplit("/", 1)[1]
    return term.value


def answer(engine, query, values):
    return [tuple(map(cell, row)) for row in run(prepare(query, values, engine), engine)]


def expected(name):
    """Return the columns and the rows of a table in cases/queries."""
    head, *rows = [tuple(line.split("\t")) for line in (CASES / f"{name}.tsv").read_text(encoding="utf-8").splitlines()]
    return head, rows


def difference(got, wanted):
    return {"not expected": sorted(set(got) - set(wanted)), "missing": sorted(set(wanted) - set(got))}


def test_there_is_one_query_and_one_table_for_each_question():
    tags = sorted(tag for query in QUERIES.values() for tag in query.header.tags if tag.startswith("cq"))
    assert tags == COMPETENCY
    assert sorted(file.stem for file in CASES.glob("*.tsv")) == COMPETENCY


def test_every_query_asks_a_question_and_has_two_examples_one_with_rows():
    wanting = [
        name
        for name, query in QUERIES.items()
        if not query.header.summary.endswith("?")
        or not query.header.description.endswith(".")
        or len(query.header.examples) < 2
        or not any(example.rows or example.result for example in query.header.examples)
    ]
    assert wanting == []
    assert len(QUERIES) >= 45


@pytest.mark.parametrize("name", COMPETENCY)
def test_a_competency_question_has_the_expected_answer(engine, name):
    query = QUESTIONS[name]
    columns, rows = expected(name)
    solutions = run(prepare(query, {}, engine), engine)
    assert tuple(variable.value for variable in solutions.variables) == columns
    got = [tuple(map(cell, row)) for row in solutions]
    if name == "cq45":
        rows = [(record, document, *offsets(document, quote), quote) for record, document, *_, quote in rows]
    assert got == rows


def offsets(document, quote):
    """Return where the only occurrence of `quote` in the text of a document begins and ends, as texts."""
    text = (ROOT / "data" / "corpus" / document / "text.txt").read_text(encoding="utf-8")
    assert text.count(quote) == 1
    start = text.index(quote)
    return str(start), str(start + len(quote))


@pytest.mark.parametrize(("query", "example"), EXAMPLES)
def test_an_example_holds_on_both_engines(engine, dataset, query, example):
    prepared = prepare(query, example.params, engine)
    assert [finding.message for finding in prepared.findings] == []
    rows = [tuple(row) for row in run(prepared, engine)]
    if example.rows is not None:
        assert len(rows) == example.rows
    if example.result is not None:
        assert [tuple(map(cell, row)) for row in rows] == list(example.result)
    assert [tuple(map(parts, row)) for row in rows] == [tuple(map(parts, row)) for row in dataset.query(prepared.text)]


def parts(term):
    """Return what makes up a term of either engine: its text, language and datatype; None stays None."""
    if term is None or isinstance(term, rdflib.URIRef | ox.NamedNode):
        return term and str(getattr(term, "value", term))
    datatype = term.datatype and str(getattr(term.datatype, "value", term.datatype))
    if datatype in {None, str(rdflib.XSD.string)}:
        datatype = str(rdflib.RDF.langString if term.language else rdflib.XSD.string)
    return getattr(term, "value", None) if isinstance(term, ox.Literal) else str(term), term.language or "", datatype


@pytest.mark.parametrize("name", QUERIES)
def test_without_its_header_a_query_is_sparql_and_answers_for_all_values(engine, name):
    text = "".join(line for line in QUERIES[name].text.splitlines(keepends=True) if not line.startswith("#+"))
    assert next(iter(engine.answer(text)), None) is not None


def test_ids_in_answers_are_identifiers_of_the_graph(engine):
    identified = {row[0].value for row in engine.answer("SELECT ?id { ?s <http://purl.org/dc/terms/identifier> ?id }")}
    ids = {
        text
        for name in COMPETENCY
        for column, texts in zip(expected(name)[0], zip(*expected(name)[1], strict=True), strict=True)
        if column in IDS
        for text in texts
    }
    assert len(ids) > 100
    assert ids - identified == set()


IDS = {
    "actor", "addressee", "claimant", "country", "denied", "denier", "document", "event", "figure", "imposer",
    "justified", "mediator", "norm", "other", "person", "position", "record", "region", "sanction", "speaker",
    "statement", "target", "via", "violation",
}  # fmt: skip
"""Columns of competency questions that hold ids."""


# ---------------- the inventory itself, where it is at hand

PHASES = {"in-force (presupposed)": "in-force-presupposed", "in-force (to be continued)": "to-be-continued"}
"""Phases of sanctions in the words of the inventory, where ours differ."""


def interval(earliest, latest):
    return earliest if earliest == latest else f"{earliest}/{latest}"


def firsts(items):
    """Return the answer of a question that has one column."""
    return {(str(item),) for item in items}


def pairs(answer):
    return {tuple(map(str, item)) for item in answer}


def folded(answer):
    """Return (key, member) of each list that the inventory keeps under a key."""
    return {(*map(str, keys), member) for *keys, members in answer for member in members}


def timeline(answer):
    """Return event, interval, phase and document; the inventory names documents by their last three digits."""
    found = set()
    for event, days, status in answer:
        for part in status.split("; "):
            phase = part.replace("feared/", "").split()[0]
            documents = [f"doc-{word}" for word in part.replace(",", "").split() if word.isdecimal() and len(word) == 3]
            found |= {(event, days, phase, document) for document in documents or ["doc-001"]}
    return found


def columns(*numbers):
    return lambda rows: {tuple(row[number] for number in numbers) for row in rows}


def denials(answer):
    return {(statement, denier, denied) for statement, deniers, all in answer for denier in deniers for denied in all}


ONE_COLUMN = (3, 5, 7, 11, 15, 17, 29, 33, 35, 36, 38, 40, 42, 44, 53, 55)
FIRST, BOTH, THREE = columns(0), columns(0, 1), columns(0, 1, 2)
COMPARISONS = defaultdict(
    lambda: (BOTH, pairs),
    {
        "cq01": (lambda rows: {(row[0], interval(*row[1:3])) for row in rows}, pairs),
        "cq09": (THREE, pairs),
        "cq22": (BOTH, lambda found: pairs(found.items())),
        "cq24": (BOTH, lambda found: pairs(found.items())),
        "cq26": (THREE, lambda found: {(who, PHASES.get(phase, phase), str(n)) for who, phase, n in found}),
        "cq31": (lambda rows: {(row[0], interval(*row[1:3]), *row[3:]) for row in rows}, timeline),
        "cq45": (BOTH, lambda found: {(record, document) for record, document, *_ in found}),
        "cq51": (THREE, denials),
        "cq57": (THREE, lambda found: {(position, *who) for position, actors in found for who in actors}),
        "cq58": (THREE, folded),
        "cq62": (BOTH, folded),
        "cq64": (BOTH, folded),
        "cq66": (columns(0, 2), folded),
    }
    | dict.fromkeys((f"cq{number:02}" for number in ONE_COLUMN), (FIRST, firsts)),
)
"""How an answer is compared: what is taken of our rows, and how the inventory's answer becomes such rows."""


@pytest.mark.skipif(not FACTS.is_file(), reason="needs ../shared/facts/facts.json")
@pytest.mark.parametrize("name", COMPETENCY)
def test_the_answer_is_that_of_the_inventory(engine, name):
    questions = {item["id"]: item for item in json.loads(FACTS.read_text(encoding="utf-8"))["competency_questions"]}
    assert sorted(questions) == COMPETENCY
    ours, theirs = COMPARISONS[name]
    got, wanted = ours(answer(engine, QUESTIONS[name], {})), theirs(questions[name]["answer"])
    assert got == wanted, difference(got, wanted)
