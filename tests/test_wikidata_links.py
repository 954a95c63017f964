"""Links to Wikidata: the file that is shipped, and that every kind of fault is found and nothing else."""

import csv
import re
from collections import Counter
from pathlib import Path

import oracles
import pytest
from click.testing import CliRunner

from ukrgraph.cli.wikidata.links import command
from ukrgraph.errors import InputError
from ukrgraph.finding import Severity
from ukrgraph.iri import Namespace
from ukrgraph.wikidata import authorities, link_check, links, slice_facts
from ukrgraph.wikidata import slice as slice_cut
from ukrgraph.wikidata.items import Claim, Item
from ukrgraph.wikidata.link_check import Entities, Slice, check

ROOT = Path(__file__).parents[1]
FILE = ROOT / "data" / "links.sssom.tsv"
QIDS = ROOT.parent / "shared" / "wikidata" / "qids.tsv"

WRONG = (
    *("Q508648", "Q315514", "Q3135699", "Q113212187", "Q3429032", "Q60800", "Q57757", "Q170581", "Q517568"),
    *("Q10860191", "Q6125306", "Q57515", "Q7821917", "Q6040902", "Q427139", "Q15898706", "Q114096220", "Q37143"),
    *("Q844793", "Q715641", "Q7178"),
)
"""Items that other lists, or memory, gave for our entities, and that are wrong or not confirmed."""

OBLASTS = {
    "donetsk-region": ({"Q2012050"}, {"Q114334914", "Q16150196"}),
    "luhansk-region": ({"Q171965"}, {"Q114327408", "Q16746854"}),
    "kherson-region": ({"Q163271"}, {"Q114318324", "Q114331288"}),
    "zaporizhzhia-region": ({"Q171334"}, {"Q114318415", "Q114333615"}),
    "crimea": ({"Q7835"}, {"Q15925436", "Q15966495", "Q756294"}),
}
"""Each region with its item, and with those of the entities that were proclaimed or declared there."""


def shipped():
    return links.read(FILE)


def verified():
    if not QIDS.is_file():
        pytest.skip("the table of verified QIDs is not here: ../shared/wikidata/qids.tsv")
    with QIDS.open(encoding="utf-8", newline="") as stream:
        return {row["qid"] for row in csv.DictReader(stream, delimiter="\t") if row["confidence"] == "verified"}


def entities():
    known = authorities.read(ROOT)
    private = frozenset(entity.id for entity in known.values() if entity.kind == authorities.UNNAMED)
    return Entities({entity.id: entity.own for entity in known.values()}, private)


def test_the_shipped_links_have_no_fault():
    assert check(shipped(), str(FILE), entities()) == []


def test_the_shipped_links_are_sorted_by_entity():
    subjects = [link.subject for link in shipped()]

    assert subjects == sorted(subjects)


def test_the_shipped_links_are_counted():
    assert link_check.counts(shipped()) == {"closeMatch": 1, "differentFrom": 37, "exactMatch": 52, "not found": 30}


def test_every_item_that_a_link_names_is_verified():
    assert {link.qid for link in shipped() if link.qid} - verified() == set()


def test_every_item_that_the_project_names_is_verified():
    allowed = verified()
    named = {}
    for folder in ("src", "data", "ontology", "shapes", "queries", "docs"):
        for file in (ROOT / folder).rglob("*"):
            if file.suffix in {".py", ".ttl", ".tsv", ".rq", ".md", ".trig", ".toml"}:
                text = file.read_text(encoding="utf-8")
                for qid in re.findall(r"(?<![\w.])Q[1-9]\d*(?!\w)", text):
                    named.setdefault(qid, file.relative_to(ROOT).as_posix())
    examples = {"Q1", "Q10", "Q42", "Q199", "Q1985727", "Q1985786", "Q2"}
    made_up = {qid for qid in named if re.fullmatch(r"Q9000000000\d\d", qid)}  # Wikidata has no such numbers

    assert {qid: file for qid, file in named.items() if qid not in allowed | examples | made_up} == {}


@pytest.mark.parametrize("qid", WRONG)
def test_no_known_wrong_item_is_linked(qid):
    assert qid not in FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize("region", OBLASTS)
def test_a_region_is_its_item_and_none_that_was_proclaimed_there(region):
    own, others = OBLASTS[region]
    said = [link for link in shipped() if link.subject == region]

    assert {link.qid for link in said if link.predicate == "exactMatch"} == own
    assert {link.qid for link in said if link.predicate == "differentFrom"} >= others


def test_no_chain_of_matches_joins_a_region_with_what_was_proclaimed_there():
    parent = {}

    def root(node):
        while parent.setdefault(node, node) != node:
            node = parent[node]
        return node

    for link in shipped():
        if link.predicate == "exactMatch" and link.qid:
            parent[root(link.subject)] = root(link.qid)
    joined = {
        (region, other)
        for region, (_, others) in OBLASTS.items()
        for other in {*others, "donetsk-peoples-republic", "luhansk-peoples-republic"}
        if root(region) == root(other)
    }

    assert joined == set()


def test_nobody_without_a_public_name_is_linked():
    private = {"unnamed-spokesperson-001", "unnamed-ukrainian-governor", "alex-raufoglu"}

    assert [link for link in shipped() if link.subject in private and link.qid] == []


def test_a_row_is_read_whole():
    (link,) = [link for link in shipped() if link.subject == "josep-borrell"]

    assert link._replace(line=0) == links.Link(
        subject="josep-borrell",
        predicate="exactMatch",
        qid="Q312901",
        justification="BackgroundKnowledgeBasedMatching",
        evidence="EDJNet/tidywikidatar vignettes/wikipedia_start.Rmd (printed API output 'Q312901 Josep Borrell')",
        confidence=0.9,
        reviewer="machine",
        date="2026-11-21",
        line=0,
        label="Josep Borrell",
    )


HEAD = """#curie_map:
#  id: https://w3id.org/ukrgraph/id/
#  owl: http://www.w3.org/2002/07/owl#
#  semapv: https://w3id.org/semapv/vocab/
#  skos: http://www.w3.org/2004/02/skos/core#
#  sssom: https://w3id.org/sssom/
#  wd: http://www.wikidata.org/entity/
"""
COLUMNS = (
    *("subject_id", "predicate_id", "object_id", "mapping_justification"),
    *("confidence", "mapping_date", "reviewer_kind", "evidence"),
)


def row(subject, qid, predicate="skos:exactMatch", **other):
    values = {
        "subject_id": f"id:{subject}",
        "predicate_id": predicate,
        "object_id": f"wd:{qid}" if qid else "sssom:NoTermFound",
        "mapping_justification": "semapv:BackgroundKnowledgeBasedMatching",
        "confidence": "0.9",
        "mapping_date": "2026-11-21",
        "reviewer_kind": "machine",
        "evidence": "a list",
    } | other
    return "\t".join(values[column] for column in COLUMNS)


def written(folder, rows):
    file = folder / "links.sssom.tsv"
    file.write_text(HEAD + "\t".join(COLUMNS) + "\n" + "".join(one + "\n" for one in rows), encoding="utf-8")
    return file


MALFORMED = {
    "an address instead of an item": (
        {"object_id": "https://www.wikidata.org/wiki/Q7747"},
        "object_id: expected 'wd:Q",
    ),
    "a small letter": (
        {"object_id": "wd:q7747"},
        "object_id: expected 'wd:Q...' or 'sssom:NoTermFound', got 'wd:q7747'",
    ),
    "an unknown predicate": ({"predicate_id": "owl:sameAs"}, "predicate_id: expected one of exactMatch, closeMatch"),
    "no such day": ({"mapping_date": "2026-02-30"}, "mapping_date: expected a date as YYYY-MM-DD, got '2026-02-30'"),
    "too sure": ({"confidence": "1.5"}, "confidence: expected a number from 0 to 1, got '1.5'"),
    "no reviewer of that kind": ({"reviewer_kind": "robot"}, "reviewer_kind: expected machine or person, got 'robot'"),
    "a justification of one's own": ({"mapping_justification": "because"}, "mapping_justification: expected a term"),
    "a denial of nothing": (
        {"object_id": "sssom:NoTermFound", "predicate_id": "owl:differentFrom"},
        "predicate_id: expected 'skos:exactMatch' in a row without item",
    ),
}


@pytest.mark.parametrize(("other", "message"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_row_is_a_finding_and_the_rest_is_read(tmp_path, other, message):
    file = written(tmp_path, [row("russia", "Q159"), row("vladimir-putin", "Q7747", **other)])

    parsed = links.parse(file)

    assert [link.subject for link in parsed.links] == ["russia"]
    assert [(finding.rule, finding.line) for finding in parsed.findings] == [("link-form", 10)]
    assert parsed.findings[0].message.startswith(message)


def test_a_row_with_too_few_columns_is_a_finding(tmp_path):
    file = written(tmp_path, ["id:russia\tskos:exactMatch"])

    assert [finding.message for finding in links.parse(file).findings] == ["expected 8 columns, got 2"]


def test_a_file_with_byte_order_mark_and_crlf_is_read(tmp_path):
    file = written(tmp_path, [row("russia", "Q159")])
    plain = links.read(file)

    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))

    assert links.read(file) == plain


def test_reading_refuses_a_malformed_row(tmp_path):
    file = written(tmp_path, [row("vladimir-putin", "q7747")])

    with pytest.raises(InputError, match=r"links\.sssom\.tsv:9: object_id: expected 'wd:Q\.\.\.'"):
        links.read(file)


def test_a_file_without_a_column_is_refused(tmp_path):
    file = tmp_path / "links.tsv"
    file.write_text("subject_id\tobject_id\n", encoding="utf-8")

    with pytest.raises(InputError, match=r"links\.tsv:1: expected the columns .*, got no predicate_id"):
        links.read(file)


def of(qid, *classes, redirect=None, above=()):
    claims = {
        property: tuple(Claim(property, value, "item", "normal") for value in values)
        for property, values in (("P31", classes), ("P279", above))
        if values
    }
    return Item(qid, claims=claims, redirect=redirect)


def planted():
    """Return 200 rows that are right but for 40 faults of 8 kinds, with the rule and the line of each fault.

    Entities are e0 ... and items Q1000 ...; line 9 is the first row.
    """
    rows = [row(f"e{number}", f"Q{1000 + number}") for number in range(200)]
    items = {f"Q{1000 + number}": of(f"Q{1000 + number}", "Q5") for number in range(200)}
    deleted, faults = set(), []
    for number in range(5):
        one = 8 * number
        rows[one] = row(f"e{one}", f"q{1000 + one}")
        rows[one + 1] = row(f"e{one + 1}", f"Q{1001 + one}", evidence="")
        items[f"Q{1002 + one}"] = of(f"Q{1002 + one}", "Q43229")
        items[f"Q{1003 + one}"] = of(f"Q{1003 + one}", redirect=f"Q{5000 + one}")
        items[f"Q{5000 + one}"] = of(f"Q{5000 + one}", "Q5")
        deleted.add(f"Q{1004 + one}")
        rows[one + 5] = row(f"unknown{one}", f"Q{1005 + one}")
        rows[100 + one] = rows[99 + one]
        rows[102 + one] = row(f"e{102 + one}", f"Q{1103 + one}")
        rules = ("form", "unverified", "class", "redirected", "deleted", "unknown-entity", "duplicate", "two-entities")
        places = (one, one + 1, one + 2, one + 3, one + 4, one + 5, 100 + one, 103 + one)
        faults += [(f"link-{rule}", place + 9) for rule, place in zip(rules, places, strict=True)]
    return rows, Slice(items, deleted), sorted(faults)


def test_forty_planted_faults_of_eight_kinds_are_all_found_and_none_else(tmp_path):
    rows, slice, faults = planted()
    parsed = links.parse(written(tmp_path, rows))
    known = Entities({f"e{number}": "Person" for number in range(200)})

    found = parsed.findings + check(parsed.links, "links", known, slice)

    assert len(faults) == 40
    assert sorted((finding.rule, finding.line) for finding in found) == faults
    assert Counter(finding.severity for finding in found) == {Severity.VIOLATION: 35, Severity.WARNING: 5}


def test_two_hundred_right_rows_have_no_finding(tmp_path):
    parsed = links.parse(written(tmp_path, [row(f"e{number}", f"Q{1000 + number}") for number in range(200)]))
    items = {f"Q{1000 + number}": of(f"Q{1000 + number}", "Q5") for number in range(200)}
    known = Entities({f"e{number}": "Person" for number in range(200)})

    assert parsed.findings + check(parsed.links, "links", known, Slice(items)) == []


CONTRADICTIONS = {
    "a match that is denied": (
        [row("kherson-region", "Q163271"), row("kherson-region", "Q163271", "owl:differentFrom")],
        10,
    ),
    "a match that is not found": ([row("kherson-region", None), row("kherson-region", "Q163271")], 9),
}


@pytest.mark.parametrize(("rows", "line"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_a_contradiction_is_found(tmp_path, rows, line):
    read = links.read(written(tmp_path, rows))

    found = check(read, "links", Entities({"kherson-region": "Region"}))

    assert [(finding.rule, finding.line) for finding in found] == [("link-contradiction", line)]


def test_an_entity_that_matches_two_items_is_found(tmp_path):
    read = links.read(written(tmp_path, [row("kherson-region", "Q163271"), row("kherson-region", "Q114331288")]))

    found = check(read, "links", Entities({"kherson-region": "Region"}))

    assert [(finding.rule, finding.line) for finding in found] == [("link-two-items", 10)]


def test_a_redirect_that_joins_a_region_with_what_was_proclaimed_there_is_found(tmp_path):
    rows = [row("kherson-region", "Q163271"), row("kherson-region", "Q114318324", "owl:differentFrom")]
    slice = Slice({"Q163271": of("Q163271", redirect="Q114318324"), "Q114318324": of("Q114318324")})

    found = check(links.read(written(tmp_path, rows)), "links", Entities({"kherson-region": "Region"}), slice)

    assert [(finding.rule, finding.line) for finding in found] == [("link-contradiction", 9), ("link-redirected", 9)]


def test_a_circle_of_redirects_ends():
    slice = Slice({"Q1": of("Q1", redirect="Q10"), "Q10": of("Q10", redirect="Q1")})

    assert (slice.target("Q1"), slice.target("Q10"), slice.target("Q42")) == ("Q1", "Q10", "Q42")


CLASHES = {
    "a region is no declared entity": ("Region", ["Q15634554"], True),
    "a proclaimed entity is no oblast": ("Organization", ["Q3348196"], True),
    "an oblast is a region": ("Region", ["Q3348196"], False),
    "a person is a human": ("Person", ["Q5", "Q82955"], False),
    "a person is nothing else": ("Person", ["Q2"], True),
    "an office is not its holder": ("Office", ["Q5"], True),
    "what is not known does not clash": ("Person", [], False),
}


@pytest.mark.parametrize(("own", "classes", "expected"), CLASHES.values(), ids=CLASHES)
def test_classes_that_do_not_go_together_clash(tmp_path, own, classes, expected):
    read = links.read(written(tmp_path, [row("it", "Q1000")]))

    found = check(read, "links", Entities({"it": own}), Slice({"Q1000": of("Q1000", *classes)}))

    assert [finding.rule for finding in found] == ["link-class"] * expected


def test_a_class_is_known_from_the_class_above_it(tmp_path):
    read = links.read(written(tmp_path, [row("it", "Q1000")]))
    slice = Slice({"Q1000": of("Q1000", "Q1001"), "Q1001": of("Q1001", above=["Q6256"])})

    assert [one.message for one in check(read, "links", Entities({"it": "Person"}), slice)] == [
        "'id:it' is of the class Person, but Q1000 is a country"
    ]


def test_items_outside_the_slice_are_no_fault(tmp_path):
    read = links.read(written(tmp_path, [row("it", "Q1000"), row("other", "Q1001")]))

    found = check(read, "links", Entities({"it": "Person", "other": "Person"}), Slice({"Q1001": of("Q1001", "Q5")}))

    assert [(finding.rule, finding.severity, finding.message) for finding in found] == [
        ("link-absent", Severity.INFO, "1 of 2 matched items are not in the slice and were not checked: Q1000")
    ]


def test_a_person_without_a_public_name_must_not_be_linked(tmp_path):
    read = links.read(written(tmp_path, [row("it", "Q1000")]))

    found = check(read, "links", Entities({"it": "Person"}, frozenset({"it"})))

    assert [finding.rule for finding in found] == ["link-private"]


def run(*arguments):
    return CliRunner().invoke(command, list(arguments), obj=ROOT)


def test_the_command_checks_the_shipped_links():
    result = run("--check")

    assert (result.exit_code, result.stdout) == (
        0,
        "120 links (1 closeMatch, 37 differentFrom, 52 exactMatch, 30 not found), 0 findings\n",
    )


def test_the_command_fails_on_a_fault(tmp_path):
    result = run("--check", str(written(tmp_path, [row("vladimir-putin", "Q7747", evidence="")])))

    assert result.exit_code == 1
    assert (
        "links.sssom.tsv:9:1: error: 'id:vladimir-putin' exactMatch Q7747 has no evidence [link-unverified]"
        in result.stdout
    )


def test_the_command_reads_a_slice(tmp_path):
    slice = tmp_path / "slice.nq"
    wd, wdt = "http://www.wikidata.org/entity/", "http://www.wikidata.org/prop/direct/"
    slice.write_text(f"<{wd}Q7747> <{wdt}P31> <{wd}Q43229> <x:g> .\n", encoding="utf-8")

    result = run("--check", "--slice", str(slice), str(written(tmp_path, [row("vladimir-putin", "Q7747")])))

    assert result.exit_code == 1
    assert "'id:vladimir-putin' is of the class Person, but Q7747 is an organization [link-class]" in result.stdout


def test_the_command_prints_the_links_as_they_stand():
    assert run().stdout_bytes == FILE.read_bytes()


def test_the_command_prints_matches_and_denials_as_triples():
    result = run("--format", "nquads")
    lines = result.stdout.splitlines()

    assert len(lines) == 90
    assert (
        "<https://w3id.org/ukrgraph/id/kherson-region> <http://www.w3.org/2002/07/owl#differentFrom> "
        "<http://www.wikidata.org/entity/Q114331288> <https://w3id.org/ukrgraph/graph/links> ."
    ) in lines
    assert "sameAs" not in result.stdout


def test_links_follow_the_base():
    read = [links.Link("russia", "exactMatch", "Q159", "", "", None, "", "", 1)]

    (line,) = links.nquads(read, Namespace("https://example.org/"))
    assert line == (
        "<https://example.org/id/russia> <http://www.w3.org/2004/02/skos/core#exactMatch> "
        "<http://www.wikidata.org/entity/Q159> <https://example.org/graph/links> .\n"
    )


SAMPLES = ROOT.parent / "shared" / "wikidata" / "samples"


def real(tmp_path, *qids):
    """Return a slice of real items: entity JSON of 2020 and 2026, direct triples of 2019."""
    if not SAMPLES.is_dir():
        pytest.skip("the samples of Wikidata are not here: ../shared/wikidata/samples")
    sources = [
        *sorted(map(str, (SAMPLES / "entity-json").glob("Q*.json"))),
        str(SAMPLES / "derived/codex-truthy-extract.nt"),
    ]
    cut = slice_cut.cut(slice_cut.Order(sources, frozenset(qids)))
    file = tmp_path / "real.nq"
    file.write_text("".join(cut.lines), encoding="utf-8")
    return slice_facts.read(file)


def test_the_shipped_links_agree_with_real_items(tmp_path):
    slice = real(tmp_path, *links.exact(shipped()).values())

    found = check(shipped(), str(FILE), entities(), slice)

    assert [finding.rule for finding in found] == ["link-absent"]
    assert found[0].message.startswith("42 of 52 matched items are not in the slice and were not checked: ")


WRONG_KINDS = {
    "a person as a country": ("russia", "Q7747", "'id:russia' is of the class Country, but Q7747 is a human"),
    "a country as a person": (
        "vladimir-putin",
        "Q30",
        "'id:vladimir-putin' is of the class Person, but Q30 is a country",
    ),
    "a country as a region": (
        "kherson-region",
        "Q142",
        "'id:kherson-region' is of the class Region, but Q142 is a country",
    ),
    "a person as an office": (
        "office-president-of-russia",
        "Q7747",
        "'id:office-president-of-russia' is of the class Office",
    ),
}


@pytest.mark.parametrize(("subject", "qid", "message"), WRONG_KINDS.values(), ids=WRONG_KINDS)
def test_a_real_item_of_another_kind_is_found(tmp_path, subject, qid, message):
    slice = real(tmp_path, qid)

    found = check(links.read(written(tmp_path, [row(subject, qid)])), "links", entities(), slice)

    assert [finding.rule for finding in found] == ["link-class"]
    assert found[0].message.startswith(message)


def test_sssom_accepts_the_links():
    result = oracles.ask("sssom", "validate", FILE)

    assert (result.returncode, "ERROR" in result.stderr) == (0, False)
