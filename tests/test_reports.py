"""Reports: each format is read back by a reader that is not ours, and says what the findings say."""

import csv
import json
import re
import xml.etree.ElementTree as ET

import oracles
import pytest

from ukrgraph.finding import Finding, Severity
from ukrgraph.reports import WRITERS, Context
from ukrgraph.reports.context import Rule, fingerprint

ODD = 'a, "b": 100 %\nтак <&> \x1b[0m'
FINDINGS = [
    Finding(
        "speech-speaker",
        Severity.VIOLATION,
        "a speaker is an actor",
        "data/c d/text.ann",
        3,
        7,
        "E1\tS:T1 X:T2",
        4,
        "do",
    ),
    Finding("odd-rule", Severity.WARNING, ODD, "файл,1:2.ann", 1, 1, ODD.split("\n", maxsplit=1)[0], 2),
    Finding("no-place", Severity.INFO, "nothing to see", "shapes/a.ttl"),
    Finding("line-only", Severity.INFO, "on a line", "shapes/a.ttl", 12),
]
CONTEXT = Context(
    (Rule("speech-speaker", "a speaker is an actor or a work", "Places do not speak."), Rule("quiet", "it holds")),
    {FINDINGS[0]: {"focusNode": "<urn:s>", "resultPath": "<urn:p>", "text": "t.txt:1:2", "quote": "the words"}},
    "2 shapes, 5 nodes checked, 0 not covered",
)


def report(format_):
    return WRITERS[format_](FINDINGS, CONTEXT)


def test_text_is_what_compilers_write():
    assert report("text") == (
        "data/c d/text.ann:3:7: error: a speaker is an actor [speech-speaker]\n"
        "    E1\tS:T1 X:T2\n"
        "      \t   ^^^^\n"
        "    t.txt:1:2: 'the words'\n"
        "    do\n"
        f"файл,1:2.ann:1:1: warning: {ODD} [odd-rule]\n"
        '    a, "b": 100 %\n'
        "    ^^\n"
        "shapes/a.ttl: note: nothing to see [no-place]\n"
        "shapes/a.ttl:12: note: on a line [line-only]\n"
        "2 shapes, 5 nodes checked, 0 not covered\n"
    )


def test_json_has_every_field_of_every_finding():
    whole = json.loads(report("json"))
    assert [Finding(**{name: one[name] for name in Finding._fields}) for one in whole["findings"]] == [
        one._replace(severity=one.severity.name.lower()) for one in FINDINGS
    ]
    assert whole["counts"] == {"violation": 1, "warning": 1, "info": 2}
    assert whole["summary"] == CONTEXT.summary
    assert whole["findings"][0]["about"] == CONTEXT.facts[FINDINGS[0]]


def test_sarif_fits_the_schema():
    model = pytest.importorskip(
        "pydantic_sarif.model", reason="pydantic-sarif, which carries the schema, is not installed"
    )
    log = model.StaticAnalysisResultsFormatSarifVersion210JsonSchema.model_validate(json.loads(report("sarif")))
    [run] = log.runs
    assert [one.ruleId for one in run.results] == [one.rule for one in FINDINGS]
    assert [one.level.value for one in run.results] == ["error", "warning", "note", "note"]
    region = run.results[0].locations[0].physicalLocation.region
    assert (region.startLine, region.startColumn, region.endColumn) == (3, 7, 11)
    assert run.results[2].locations[0].physicalLocation.region is None


def test_sarif_is_read_by_sarif_tools(tmp_path):
    file = tmp_path / "report.sarif"
    file.write_text(report("sarif"), "utf-8")
    read = oracles.ask("sarif", "csv", "--output", tmp_path / "report.csv", file)
    assert read.returncode == 0, read.stderr
    with (tmp_path / "report.csv").open(encoding="utf-8", newline="") as lines:
        records = list(csv.DictReader(lines))
    assert [(row["Severity"], row["Code"].split(" ")[0], int(row["Line"])) for row in records] == [
        ("error", "speech-speaker", 3),
        ("warning", "odd-rule", 1),
        ("note", "line-only", 12),
        ("note", "no-place", 1),
    ]


def test_sarif_names_every_rule_and_escapes_places():
    run = json.loads(report("sarif"))["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["speech-speaker", "quiet", "line-only", "no-place", "odd-rule"]
    assert rules[0]["fullDescription"]["text"] == "Places do not speak."
    assert [rules[one["ruleIndex"]]["id"] for one in run["results"]] == [one.rule for one in FINDINGS]
    uri = run["results"][1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "%D1%84%D0%B0%D0%B9%D0%BB%2C1:2.ann"


def test_junit_is_read_by_junitparser():
    junitparser = pytest.importorskip("junitparser", reason="junitparser is not installed")
    suites = junitparser.JUnitXml.fromstring(report("junit").encode())
    assert (suites.tests, suites.failures, suites.errors) == (5, 1, 0)
    cases = {case.name: case for suite in suites for case in suite}
    assert sorted(cases) == ["line-only", "no-place", "odd-rule", "quiet", "speech-speaker"]
    assert cases["quiet"].is_passed
    [failure] = cases["speech-speaker"].result
    assert failure.text == "data/c d/text.ann:3:7: error: a speaker is an actor"
    assert cases["odd-rule"].is_passed


def test_junit_keeps_what_xml_allows():
    tree = ET.fromstring(report("junit"))  # noqa: S314  # our own text
    [out] = [case.findtext("system-out") for case in tree.iter("testcase") if case.get("name") == "odd-rule"]
    assert out == f"файл,1:2.ann:1:1: warning: {ODD}".replace("\x1b", "\ufffd")


def commands(text):
    """Read workflow commands as the runner does: actions/runner, src/Runner.Common/ActionCommand.cs."""
    found = []
    for line in text.splitlines():
        kind, properties, message = re.fullmatch(r"::(\w+) (.*?)::(.*)", line).groups()
        pairs = dict(part.split("=", 1) for part in properties.split(","))
        plain = {name: unescaped(value, {"%3A": ":", "%2C": ","}) for name, value in pairs.items()}
        found.append((kind, plain, unescaped(message, {})))
    return found


def unescaped(text, more):
    for code, character in {"%0D": "\r", "%0A": "\n", **more, "%25": "%"}.items():
        text = text.replace(code, character)
    return text


def test_github_commands_are_escaped():
    first, odd, *_, last = commands(report("github"))
    place = {"file": "data/c d/text.ann", "line": "3", "col": "7", "endColumn": "11", "title": "speech-speaker"}
    assert first == ("error", place, "a speaker is an actor\ndo")
    assert odd[1]["file"] == "файл,1:2.ann"
    assert odd[2] == ODD
    assert last == ("notice", {"title": "ukrgraph"}, CONTEXT.summary)


@pytest.mark.parametrize("format_", WRITERS)
def test_no_finding_gives_a_report_that_says_so(format_):
    text = WRITERS[format_]([])
    readers = {
        "json": lambda: json.loads(text)["findings"] == [],
        "sarif": lambda: json.loads(text)["runs"][0]["results"] == [],
        "junit": lambda: ET.fromstring(text).get("tests") == "0",  # noqa: S314  # our own text
    }
    assert readers.get(format_, lambda: text == "")()


def test_a_fingerprint_stays_when_a_finding_moves_to_another_line():
    about = CONTEXT.facts[FINDINGS[0]]
    moved = FINDINGS[0]._replace(line=99, column=1, source="else")
    assert fingerprint(moved, about) == fingerprint(FINDINGS[0], about)
    assert fingerprint(FINDINGS[0], {**about, "value": "<urn:v>"}) != fingerprint(FINDINGS[0], about)
    assert fingerprint(FINDINGS[1], {}) != fingerprint(FINDINGS[1]._replace(source="another line"), {})
