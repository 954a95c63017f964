"""Writers: what they write is what independent readers read; tables fit; nothing in a value is markup."""

import csv
import io
import json
import subprocess
import sys
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from query_project import small_engine
from rdflib.plugins.sparql.results.csvresults import CSVResultParser
from rdflib.plugins.sparql.results.jsonresults import JSONResultParser
from rdflib.plugins.sparql.results.tsvresults import TSVResultParser
from rdflib.plugins.sparql.results.xmlresults import XMLResultParser

from ukrgraph import results
from ukrgraph.engine import Literal, NamedNode
from ukrgraph.errors import OutsideError, UsageError
from ukrgraph.results import Style, Table
from ukrgraph.results.plain import fit

XSD = "http://www.w3.org/2001/XMLSchema#"
TABLE = Table(
    ("s", "label", "n", "none"),
    [
        (NamedNode("http://e/a?x=1&y=<2>".replace("<2>", "2")), Literal('Львів, "x"\n<b>', language="uk"), None, None),
        (
            NamedNode("https://w3id.org/ukrgraph/id/joe-biden"),
            Literal("a\tb\r\\|*"),
            Literal("1.5", datatype=NamedNode(XSD + "decimal")),
            None,
        ),
        (ox.BlankNode("b1"), Literal(""), Literal("true", datatype=NamedNode(XSD + "boolean")), Literal("  ")),
        (None, Literal("日本 👍"), Literal("2022-02-24", datatype=NamedNode(XSD + "date")), Literal("'")),
    ],
)


def written(format, table=TABLE, style=None):
    output = io.BytesIO()
    results.write(Table(table.variables, list(table.rows)), format, output, style or Style())
    return output.getvalue()


def seen_by_rdflib(result):
    """Return the rows of rdflib as N-Triples, blank nodes without their names."""
    names = [str(name) for name in result.vars]
    found = []
    for row in result.bindings:
        cells = [row.get(rdflib.Variable(name)) for name in names]
        found.append(
            tuple(None if c is None else "_:" if isinstance(c, rdflib.BNode) else str(value_of(c)) for c in cells)
        )
    return names, found


def value_of(term):
    if isinstance(term, rdflib.URIRef):
        return NamedNode(str(term))
    return (
        Literal(str(term), language=term.language)
        if term.language
        else Literal(str(term), datatype=NamedNode(str(term.datatype or XSD + "string")))
    )


def ours(table=TABLE):
    cells = [
        tuple(None if c is None else "_:" if isinstance(c, ox.BlankNode) else str(c) for c in row) for row in table.rows
    ]
    return list(table.variables), cells


@pytest.mark.parametrize(("format", "reader"), [("json", JSONResultParser), ("xml", XMLResultParser)])
def test_json_and_xml_read_back_equal_with_rdflib(format, reader):
    assert seen_by_rdflib(reader().parse(io.BytesIO(written(format)))) == ours()


def test_json_is_what_the_standard_says():
    found = json.loads(written("json"))
    assert found["head"] == {"vars": ["s", "label", "n", "none"]}
    assert found["results"]["bindings"][1] == {
        "s": {"type": "uri", "value": "https://w3id.org/ukrgraph/id/joe-biden"},
        "label": {"type": "literal", "value": "a\tb\r\\|*"},
        "n": {"type": "literal", "value": "1.5", "datatype": XSD + "decimal"},
    }
    assert found["results"]["bindings"][0]["label"] == {"type": "literal", "value": 'Львів, "x"\n<b>', "xml:lang": "uk"}


def test_csv_reads_back_equal_with_the_standard_library():
    rows = list(csv.reader(io.StringIO(written("csv").decode(), newline="")))
    assert rows == [
        ["s", "label", "n", "none"],
        ["http://e/a?x=1&y=2", 'Львів, "x"\n<b>', "", ""],
        ["https://w3id.org/ukrgraph/id/joe-biden", "a\tb\r\\|*", "1.5", ""],
        ["_:b1", "", "true", "  "],
        ["", "日本 👍", "2022-02-24", "'"],
    ]
    assert written("csv").count(b"\r\n") == 5
    assert len(CSVResultParser().parse(io.BytesIO(written("csv"))).bindings) == 4


def test_tsv_is_a_line_a_row_of_terms_that_turtle_reads():
    head, *lines = written("tsv").decode().split("\n")
    assert head == "?s\t?label\t?n\t?none"
    assert lines.pop() == ""
    assert [len(line.split("\t")) for line in lines] == [4, 4, 4, 4]
    read = [
        tuple(
            None if not cell else next(iter(ox.parse(f"<a:a> <a:b> {cell} .", format=ox.RdfFormat.TURTLE))).object
            for cell in line.split("\t")
        )
        for line in lines
    ]
    assert [[str(term) for term in row[1:3]] for row in read] == [
        [str(term) for term in row[1:3]] for row in TABLE.rows
    ]
    simple = Table(("a",), [(Literal("x"),), (NamedNode("http://e/y"),)])
    assert seen_by_rdflib(TSVResultParser().parse(io.BytesIO(written("tsv", simple)))) == ours(simple)


def test_xml_is_well_formed_and_has_the_values():
    root = ET.fromstring(written("xml"))  # noqa: S314  # written by us a line above
    space = "{http://www.w3.org/2005/sparql-results#}"
    assert [item.get("name") for item in root.iter(f"{space}variable")] == ["s", "label", "n", "none"]
    texts = ["".join(item.itertext()) for item in root.iter(f"{space}binding")]
    assert texts[:2] == ["http://e/a?x=1&y=2", 'Львів, "x"\n<b>']
    assert texts[3] == "a\tb\r\\|*"


def test_xml_refuses_what_it_cannot_carry():
    with pytest.raises(OutsideError, match="XML cannot carry a control character"):
        written("xml", Table(("a",), [(Literal("x\x01"),)]))


@given(st.lists(st.tuples(st.text(), st.text()), max_size=5))
def test_any_text_survives_json_and_csv(pairs):
    pairs = [tuple(text.encode("utf-8", "replace").decode() for text in pair) for pair in pairs]
    table = Table(("a", "b"), [(Literal(a), Literal(b)) for a, b in pairs])
    bindings = json.loads(written("json", table))["results"]["bindings"]
    assert [(row["a"]["value"], row["b"]["value"]) for row in bindings] == pairs
    rows = list(csv.reader(io.StringIO(written("csv", table).decode(), newline="")))
    assert [tuple(row) for row in rows[1:]] == pairs


@pytest.mark.parametrize("format", ["json", "csv", "tsv"])
def test_the_engine_and_our_writers_say_the_same(format):
    query = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o"
    direct, own = io.BytesIO(), io.BytesIO()
    results.write(small_engine().answer(query), format, direct)
    results.writer(format)(results.table(small_engine().answer(query)), own, Style())
    if format == "json":
        assert json.loads(direct.getvalue()) == json.loads(own.getvalue())
    elif format == "csv":
        assert direct.getvalue() == own.getvalue()
        assert b'"https://w3id.org/ukrgraph/document/doc-a#char=0,36"' in own.getvalue()
    else:
        back = [parse_tsv(output.getvalue()) for output in (direct, own)]
        assert back[0] == back[1]


def parse_tsv(data):
    return [[str(term) for term in row] for row in ox.parse_query_results(data, ox.QueryResultsFormat.TSV)]


def test_a_table_fits_the_terminal():
    long = Table(("a", "b", "c"), [(Literal("x" * 90), Literal("日本" * 40), Literal("y"))] * 3)
    lines = written("table", long, Style(60)).decode().splitlines()
    from rich.cells import cell_len  # noqa: PLC0415

    assert len(lines) == 5
    assert max(map(cell_len, lines)) <= 60
    assert "…" in lines[2]
    assert lines[2].endswith("y")


@pytest.mark.parametrize(
    ("widths", "width", "expected"),
    [
        ([5, 40, 90], 80, [5, 36, 35]),
        ([10, 10], 80, [10, 10]),
        ([100], 20, [20]),
        ([9, 9, 9], 10, [8, 8, 8]),
        ([], 10, []),
    ],
)
def test_the_widest_columns_shrink_first(widths, width, expected):
    assert sorted(fit(widths, width)) == sorted(expected)


def test_a_value_cannot_disturb_the_terminal():
    assert b"\x1b" not in written("table", Table(("a",), [(Literal("\x1b[31m\u202ered\x07"),)]))


def test_markdown_and_html_take_nothing_for_markup():
    evil = Table(("a|b",), [(Literal("<script>|*x*`"),), (NamedNode("http://e/'onload"),)])
    markdown = written("markdown", evil).decode()
    assert markdown.splitlines()[0] == "| a\\|b |"
    assert markdown.splitlines()[2] == "| \\<script\\>\\|\\*x\\*\\` |"
    html = written("html", evil).decode()
    assert "<script>" not in html
    assert 'href="http://e/&#x27;onload"' in html
    assert '<td lang="uk">Львів, &quot;x&quot; &lt;b&gt;</td>' in written("html").decode()


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
@pytest.mark.parametrize("format", ["turtle", "trig", "nquads"])
def test_a_graph_reads_back_equal_with_rdflib(format):
    output = io.BytesIO()
    results.write(small_engine().answer("CONSTRUCT WHERE { ?s ?p ?o }"), format, output, Style(0, {"e": "http://e/"}))
    read = rdflib.Dataset(default_union=True)
    read.parse(data=output.getvalue(), format=format)
    expected = {str(triple) for triple in small_engine().answer("CONSTRUCT WHERE { ?s ?p ?o }")}
    assert len(set(read.triples((None, None, None)))) == len(expected)


@pytest.mark.parametrize(
    ("query", "format", "message"),
    [
        (
            "SELECT ?s { ?s ?p ?o }",
            "turtle",
            "rows are written as table, csv, tsv, json, xml, markdown, html, got 'turtle'",
        ),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "csv", "a graph is written as turtle, trig, nquads, got 'csv'"),
    ],
)
def test_a_format_that_does_not_fit_is_refused(query, format, message):
    with pytest.raises(UsageError, match=message):
        results.write(small_engine().answer(query), format, io.BytesIO())


@pytest.mark.parametrize(
    ("format", "expected"),
    [("table", b"true\n"), ("csv", b"true\n"), ("json", b'{"head":{},"boolean":true}\n'), ("html", b"<p>true</p>\n")],
)
def test_the_answer_of_ask_is_a_word(format, expected):
    output = io.BytesIO()
    results.write(small_engine().answer("ASK { ?s ?p ?o }"), format, output)
    assert output.getvalue() == expected


STREAM = """
import resource, sys
from ukrgraph import results
from ukrgraph.engine import Literal
rows = ((Literal(str(n)), Literal("x" * 50)) for n in range({count}))
results.write(results.Table(("a", "b"), rows), {format!r}, open("/dev/null", "wb"))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.parametrize("format", ["csv", "json", "table"])
def test_rows_stream_in_flat_memory(format):
    peaks = []
    for count in (1000, 100_000):
        code = STREAM.format(count=count, format=format)
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        peaks.append(int(run.stdout))
    assert peaks[1] - peaks[0] < 8_000
