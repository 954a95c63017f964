"""Tables for analysts: which rows there are, what they hold, and that the same input gives the same bytes."""

import csv
import shutil
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import pytest

from ukrgraph import build, conversion
from ukrgraph.iri import Namespace
from ukrgraph.tables import TABLES, TEXTS, rows_of

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "data" / "corpus"
TASK = conversion.Task("nquads", "brat", Namespace())
BASE = "https://w3id.org/ukrgraph/"
UKG = f"{BASE}ontology#"

needs_pyarrow = pytest.mark.skipif(find_spec("pyarrow") is None, reason="the package pyarrow is not installed")


@pytest.fixture(scope="module")
def tables():
    """Return the tables of the packaged corpus, each row as a dictionary."""
    found = rows_of(list(conversion.sources([str(CORPUS)])), TASK)
    return {
        name: [dict(zip([column.name for column in TABLES[name]], row, strict=True)) for row in rows]
        for name, rows in found.items()
    }


def test_a_statement_has_this_row(tables):
    row = next(row for row in tables["statements"] if row["id"] == "s000-03")
    assert row == {
        "id": "s000-03",
        "document": "doc-000",
        "record": "Statement",
        "earliest": None,
        "latest": date(2022, 9, 20),
        "published_earliest": date(2022, 9, 20),
        "published_latest": date(2022, 9, 21),
        "speaker": ["us-allies", "us-government"],
        "speaker_text": ["its allies"],
        "on_behalf_of": ["us-allies", "us-government"],
        "state": "united-states",
        "addressee": [],
        "act": ["calls-illegitimate", "warns"],
        "stance": "against",
        "stance_for": [],
        "stance_against": ["referendums-2022"],
        "about": ["referendums-2022", "invasion-2022"],
        "affirms": ["pos-referendums-pretext", "pos-referendums-rigged"],
        "rejects": [],
        "modality": "future",
        "mode": "indirect",
        "attribution": "indirect",
        "paraphrase": "The US and allies warn that the votes would be rigged to justify the invasion.",
        "confidence": "high",
        "quote": row["quote"],
        "start": 504,
        "end": 639,
        "text_file": str(CORPUS / "doc-000" / "text.txt"),
        "file": str(CORPUS / "doc-000" / "text.ann"),
        "line": 215,
    }
    assert row["quote"] == (CORPUS / "doc-000" / "text.txt").read_text()[504:639]


def test_every_statement_of_the_graph_has_a_row_and_its_values_are_those_of_the_graph(tables):
    lines = set(build.build(ROOT, Namespace(), CORPUS).lines)
    said = {
        (subject.rpartition("/")[2][:-1], predicate.rpartition("#")[2][:-1], rest.split(" ")[0][1:-1])
        for subject, predicate, rest in (line.split(" ", 2) for line in lines)
        if subject.startswith(f"<{BASE}statement/") and predicate.startswith(f"<{UKG}") and rest.startswith("<")
    }
    assert len(tables["statements"]) == 81
    assert {row["id"] for row in tables["statements"]} == {id for id, _, _ in said}
    for column in TABLES["statements"]:
        of_graph = {(id, value.rpartition("/")[2]) for id, name, value in said if name == column.property}
        if not of_graph:
            continue
        in_rows = {
            (row["id"], value)
            for row in tables["statements"]
            for value in (row[column.name] if column.kind == TEXTS else filter(None, [row[column.name]]))
        }
        assert len(in_rows) == len(of_graph), column.name
        assert {id for id, _ in in_rows} == {id for id, _ in of_graph}, column.name


def test_sanctions_have_a_row_for_what_they_are_and_one_for_each_phase(tables):
    of_one = [row for row in tables["sanctions"] if row["id"] == "sanction-us-new-2022-09"]
    assert {row["record"] for row in of_one} == {"Sanction", "SanctionStatus"}
    described = next(row for row in of_one if row["record"] == "Sanction")
    assert (described["imposer"], described["target"], described["phase"]) == (
        ["us-government"],
        ["russia"],
        "announced",
    )
    assert len({row["id"] for row in tables["sanctions"]}) == 7


def test_a_long_quotation_of_a_text_that_is_not_ours_is_left_out(tmp_path):
    shutil.copytree(CORPUS / "doc-000", tmp_path / "doc")
    metadata = tmp_path / "doc" / "meta.toml"
    metadata.write_text(metadata.read_text().replace("redistributable = true", "redistributable = false"))
    found = rows_of(list(conversion.sources([str(tmp_path)])), TASK)["statements"]
    at = [column.name for column in TABLES["statements"]].index("quote")
    quotes = [row[at] for row in found]
    assert None in quotes
    assert all(len(quote.split()) <= 15 for quote in quotes if quote)


def test_csv_is_written_without_pyarrow_and_findings_have_their_place(run, tmp_path, monkeypatch):
    monkeypatch.setattr("ukrgraph.tables.files.find_spec", lambda _: None)
    shutil.copytree(CORPUS / "doc-002", tmp_path / "in" / "doc")
    (tmp_path / "in" / "doc" / "text.ann").write_text("T1\tPerson 0 1\tnot the words\n")
    code, out, err = run("tables", tmp_path / "out", tmp_path / "in", "--format", "csv")
    assert (code, out) == (0, "")
    assert err.splitlines() == [
        f"{tmp_path}/out/statements.csv  0 rows",
        f"{tmp_path}/out/sanctions.csv  0 rows",
        f"{tmp_path}/out/findings.csv  1 rows",
    ]
    with (tmp_path / "out" / "findings.csv").open(newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert row["rule"] == "surface-differs"
    assert (row["file"], row["line"], row["column"]) == (str(tmp_path / "in" / "doc" / "text.ann"), "1", "15")
    code, _, err = run("tables", tmp_path / "out", tmp_path / "in")
    assert code == 2
    assert err == (
        "ukrgraph: --format: parquet needs pyarrow; run pip install 'ukrgraph[tables]', or use --format csv\n"
    )


@needs_pyarrow
@pytest.mark.parametrize("format", ["parquet", "arrow", "csv"])
def test_the_same_input_gives_the_same_bytes_by_one_process_and_by_two(run, tmp_path, format):
    assert run("tables", tmp_path / "one", CORPUS, "--format", format)[0] == 0
    assert run("tables", tmp_path / "two", CORPUS, "--format", format, "--workers", "2")[0] == 0
    for name in TABLES:
        file = f"{name}.{format}"
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


@needs_pyarrow
def test_parquet_and_arrow_have_typed_columns_and_the_rows(run, tmp_path, tables):
    import pyarrow as pa  # noqa: PLC0415  # an extra
    from pyarrow import parquet  # noqa: PLC0415

    run("tables", tmp_path, CORPUS)
    run("tables", tmp_path, CORPUS, "--format", "arrow")
    table = parquet.read_table(tmp_path / "statements.parquet")
    assert table.to_pylist() == tables["statements"]
    types = {name: str(table.schema.field(name).type) for name in ("id", "latest", "speaker", "start")}
    assert types == {"id": "string", "latest": "date32[day]", "speaker": "list<element: string>", "start": "int32"}
    with pa.ipc.open_file(tmp_path / "sanctions.arrow") as file:
        assert file.read_all().to_pylist() == tables["sanctions"]


def test_a_folder_without_documents_writes_nothing(run, tmp_path):
    (tmp_path / "in").mkdir()
    code, _, err = run("tables", tmp_path / "out", tmp_path / "in", "--format", "csv")
    assert (code, list((tmp_path / "out").iterdir())) == (3, [])
    assert err.startswith("ukrgraph: expected annotated documents, found none")
