"""Comparing: every planted conflict is found, none where both agree, and old slices do not answer for later days."""

import copy
import json
import socket
from functools import partial
from pathlib import Path

import pyoxigraph as ox
import pytest
import wikidata_dumps as made
from wikidata_dumps import SAMPLES, needs_samples

from ukrgraph import store
from ukrgraph.engine import rows
from ukrgraph.engine.local import Local
from ukrgraph.query.catalogue import load
from ukrgraph.query.run import prepare
from ukrgraph.query.run import run as ask
from ukrgraph.wikidata import links, ours
from ukrgraph.wikidata.days import Days, Verdict, days, holds, known_until
from ukrgraph.wikidata.diff import diff
from ukrgraph.wikidata.items import Snak, items
from ukrgraph.wikidata.slice import Order, cut, manifest_text
from ukrgraph.wikidata.slice_file import SliceFile

ROOT = Path(__file__).parents[1]
GRAPH = ROOT / "data" / "graph" / "ukrgraph.trig"
LINKS = links.read(ROOT / links.FILE)
EXACT = links.exact(LINKS)
OURS = ours.read(ROOT, store.load([GRAPH]))
CLASSES = {"Person": "Q5", "Country": "Q6256", "Organization": "Q43229"}
OBLASTS = {"donetsk-region", "kherson-region", "luhansk-region", "zaporizhzhia-region"}

SPELT = {
    "volodymyr-zelensky": {"en": "Volodymyr Zelenskyy", "uk": "Володимир Зеленський"},
    "luhansk-region": {"en": "Lugansk Oblast", "uk": "Луганська область"},
    "zaporizhzhia-region": {"en": "Zaporizhia Oblast"},
    "recep-tayyip-erdogan": {"en": "Recep Tayyip Erdogan"},
    "office-un-secretary-general": {"en": "Secretary-General of the United Nations"},
    "office-nato-secretary-general": {"en": "Secretary General of NATO"},
    "united-states": {"mul": "United States", "de": "Vereinigte Staaten"},
}
"""Names of the agreeing slice that are spelt otherwise than ours."""


def agreeing():
    """Return an item for each exact link that says what we say, in other words where SPELT has some."""
    found = {}
    for subject, qid in EXACT.items():
        entity = OURS.entities[subject]
        labels = SPELT.get(subject) or {name.language: name.text for name in entity.names if name.kind == "label"}
        claims = [("P31", CLASSES[entity.own])] if entity.own in CLASSES else []
        claims += [("P31", "Q3348196")] if subject in OBLASTS else []
        claims += [("P17", EXACT[one]) for one in OURS.countries.get(subject, ()) if one in EXACT]
        if subject in OURS.days:
            claims += [("P585", OURS.days[subject].last[:4])]
        offices = sorted({one.office for one in OURS.holdings if one.person == subject and one.office in EXACT})
        since = {"qualifiers": [("P580", "2012-05-07"), ("P582", None)]}
        claims += [("P39", EXACT[office], since) for office in offices]
        found[subject] = made.item(qid, labels, claims)
    return found


def sliced(tmp_path, *entities, date="2026-01-01"):
    """Return a slice of made-up items."""
    qids = {one["id"] if "id" in one else one["entity"] for one in entities}
    done = cut(Order([made.write(tmp_path, "made.json", made.dump(*entities))], qids, date=date))
    return SliceFile("made.nq", done.manifest["graph"], done.lines, done.manifest)


def found_in(tmp_path, entities, as_of="", date="2026-01-01", mapping=LINKS):
    compared = diff(OURS, mapping, [sliced(tmp_path, *entities, date=date)], as_of)
    return [(one.rule, one.message.split(" ")[0].rstrip(":")) for one in compared.findings], compared


def test_nothing_is_found_on_a_slice_that_agrees_in_other_spellings(tmp_path):
    findings, compared = found_in(tmp_path, agreeing().values())
    assert findings == []
    assert compared.context.summary == (
        f"{len(EXACT)} linked entities in the slice; "
        "offices: 11 held, 0 not held, 0 unknown, 0 beyond the slice; 0 findings"
    )


def rename(text, language="en"):
    def plant(item):
        item["labels"][language] = {"language": language, "value": text}

    return plant


def replace(pid, *values):
    def plant(item):
        claims = [made.claim(f"{item['id']}$9-{n}", pid, value) for n, value in enumerate(values)]
        item["claims"][pid] = claims

    return plant


def hold(office, start, end, rank="normal"):
    def plant(item):
        dates = [("P580", start), ("P582", end)]
        item["claims"]["P39"] = [made.claim(f"{item['id']}$8-1", "P39", EXACT[office], rank, dates)]

    return plant


PLANTED = [
    ("label-differs", "ukraine", rename("Uruguay")),
    ("label-differs", "joe-biden", rename("Hunter Biden")),
    ("label-differs", "moscow", rename("Краків", "uk")),
    ("label-differs", "kherson-region", rename("Kharkiv Oblast")),
    ("label-differs", "bbc", rename("British Bank of Commerce")),
    ("label-differs", "office-president-of-russia", rename("Vice President of Russia")),
    ("type-differs", "josep-borrell", replace("P31", "Q43229")),
    ("type-differs", "nato", replace("P31", "Q5")),
    ("type-differs", "france", replace("P31", "Q43229")),
    ("type-differs", "donetsk-region", replace("P31", "Q15634554")),
    ("type-differs", "zaporizhzhia-region", replace("P31", "Q39944272")),
    ("country-differs", "government-of-russia", replace("P17", "Q212")),
    ("country-differs", "russian-armed-forces", replace("P17", "Q142")),
    ("country-differs", "office-president-of-france", replace("P17", "Q30")),
    ("country-differs", "office-us-secretary-of-state", replace("P17", "Q159", "Q212")),
    ("date-differs", "annexation-of-crimea-2014", replace("P585", "2022-09-30")),
    ("office-not-held", "emmanuel-macron", hold("office-president-of-france", "2012-05-15", "2017-05-14")),
    ("office-not-held", "jens-stoltenberg", hold("office-nato-secretary-general", "2024-10-01", None)),
    ("office-not-held", "antonio-guterres", hold("office-un-secretary-general", "2007-01-01", "2016")),
    ("office-not-held", "vladimir-putin", hold("office-president-of-russia", "2012", None, "deprecated")),
]


def test_twenty_planted_conflicts_are_all_found_and_nothing_else(tmp_path):
    entities = agreeing()
    for _, subject, plant in PLANTED:
        plant(entities[subject])
    findings, _ = found_in(tmp_path, entities.values())
    assert len(PLANTED) == 20
    assert set(findings) == {(rule, subject) for rule, subject, _ in PLANTED}
    others = [one for one in findings if one[0] != "office-not-held"]
    assert sorted(others) == sorted((rule, subject) for rule, subject, _ in PLANTED if rule != "office-not-held")


@pytest.mark.parametrize(
    ("rule", "subject", "plant"), PLANTED, ids=[f"{rule}-{subject}" for rule, subject, _ in PLANTED]
)
def test_each_planted_conflict_is_found_alone_with_both_values_and_sources(tmp_path, rule, subject, plant):
    entities = copy.deepcopy(agreeing())
    plant(entities[subject])
    findings, compared = found_in(tmp_path, entities.values())
    assert set(findings) == {(rule, subject)}
    for finding in compared.findings:
        facts = compared.context.facts[finding]
        assert facts["item"] == EXACT[subject]
        assert facts["ours"]
        assert facts["theirs"]
        assert facts["slice"] == "made.nq: 2026-01-01"
        line = (ROOT / finding.file).read_text(encoding="utf-8").splitlines()[finding.line - 1]
        assert line == f"id:{subject}"


def test_what_wikidata_says_of_a_regions_country_is_no_conflict_with_a_graph_that_says_none(tmp_path):
    entities = agreeing()
    for region in OBLASTS:
        replace("P17", "Q159")(entities[region])
    assert found_in(tmp_path, entities.values())[0] == []


@pytest.mark.parametrize(("end", "rules"), [("1991-12-26", []), (..., []), (None, ["country-differs"])])
def test_a_country_that_has_ended_does_not_count(tmp_path, end, rules):
    russia = made.item(EXACT["government-of-russia"])
    russia["claims"]["P17"] = [made.claim("Q1$1", "P17", "Q15180", "normal", [("P582", end)])]
    assert [rule for rule, _ in found_in(tmp_path, [russia])[0]] == rules


@pytest.mark.parametrize(
    ("start", "end", "date", "why"),
    [
        ("2012-05-15", "2017", "2026-01-01", "from 2012-05-15 to 2017-01-01 to 2017-12-31"),
        ("2017-05-14", None, "2020-07-09", "from 2017-05-14 to now, but the slice ends 2020-07-09"),
        ("2017-05-14", None, "", "from 2017-05-14 to now, but the slice ends at an unknown date"),
        ("2017-05-14", ..., "2026-01-01", "from 2017-05-14 to an unknown day: it has an end that is not known"),
        (..., None, "2026-01-01", "from an unknown day to now: it has no start"),
        ("2022", None, "2026-01-01", "from 2022-01-01 to 2022-12-31 to now: its start is not so exact"),
    ],
)
def test_an_answer_says_why(tmp_path, start, end, date, why):
    macron = made.item(EXACT["emmanuel-macron"])
    hold("office-president-of-france", start, end)(macron)
    (finding,) = found_in(tmp_path, [macron], date=date)[1].findings
    assert finding.message.endswith(f"P39 {EXACT['office-president-of-france']}: {why}")


def test_an_alias_and_a_name_for_all_languages_agree(tmp_path):
    biden = made.item(EXACT["joe-biden"], {"en": "Robinette"}, aliases={"en": ["Joseph", "BIDEN,  Joe"]})
    moscow = made.item(EXACT["moscow"], {"mul": "Moskau"}, aliases={"mul": ["Moscow"]})
    assert found_in(tmp_path, [biden, moscow])[0] == []


def test_offices_have_four_answers(tmp_path):
    def answer(start, end, date="2026-01-01"):
        entities = {"emmanuel-macron": made.item(EXACT["emmanuel-macron"])}
        hold("office-president-of-france", start, end)(entities["emmanuel-macron"])
        findings, compared = found_in(tmp_path, entities.values(), date=date)
        assert len(findings) <= 1
        return findings[0][0] if findings else compared.context.summary.split("offices: ")[1].split(",")[0]

    assert answer("2017-05-14", None) == "1 held"
    assert answer("2017-05-14", "2022-09-21") == "1 held"
    assert answer("2022-09-20", None) == "1 held"
    assert answer("2017-05-14", "2022-09-20") == "office-unknown"
    assert answer("2017-05-14", "2022-09-19") == "office-not-held"
    assert answer("2022-09-22", None) == "office-not-held"
    assert answer("2017-05-14", "2022") == "office-unknown"
    assert answer("2022-09", None) == "office-unknown"
    assert answer("2017-05-14", ...) == "office-unknown"
    assert answer(..., None) == "office-unknown"
    assert answer("2017-05-14", None, date="2020-07-09") == "beyond-the-slice"
    assert answer("2012-05-14", "2017", date="2020-07-09") == "beyond-the-slice"


def test_of_two_slices_the_newer_answers_whatever_their_order(tmp_path):
    old = made.item(EXACT["emmanuel-macron"])
    hold("office-president-of-france", "2017-05-14", None)(old)
    new = copy.deepcopy(old)
    hold("office-president-of-france", "2017-05-14", "2022-05-13")(new)
    both = [sliced(tmp_path, old, date="2020-01-01"), sliced(tmp_path, new, date="2023-01-01")]
    for slices in (both, both[::-1]):
        assert [one.rule for one in diff(OURS, LINKS, slices).findings] == ["office-not-held"]


def test_redirected_links_are_compared_with_what_they_lead_to(tmp_path):
    target = made.item("Q999999", {"en": "Uruguay"}, [("P31", "Q6256")])
    findings, _ = found_in(tmp_path, [{"entity": "Q212", "redirect": "Q999999"}, target])
    assert findings == [("label-differs", "ukraine")]


@pytest.mark.parametrize(
    ("value", "precision", "expected"),
    [
        ("2022-09-30", 11, Days("2022-09-30", "2022-09-30")),
        ("2022-02-01", 10, Days("2022-02-01", "2022-02-28")),
        ("2022-01-01", 9, Days("2022-01-01", "2022-12-31")),
        ("1990-01-01", 8, Days("1990-01-01", "1999-12-31")),
        ("-0043-01-01", 9, None),
    ],
)
def test_a_time_means_all_days_that_its_precision_leaves_open(value, precision, expected):
    assert days(Snak("P580", f"{value}T00:00:00Z", "time", precision=precision)) == expected


def real(name, qid):
    done = cut(Order([str(SAMPLES / "entity-json" / name)], {qid}))
    one = SliceFile(name, done.manifest["graph"], done.lines, done.manifest)
    return one, one.items()[qid]


PUTIN = [
    ("Q218295", "2022-09-20", Verdict.HELD),
    ("Q842386", "2022-09-20", Verdict.NOT_HELD),
    ("Q842386", "2010-01-01", Verdict.HELD),
    ("Q218295", "2010-01-01", Verdict.NOT_HELD),
    ("Q218295", "2004-01-01", Verdict.HELD),
    ("Q218295", "2026-12-31", Verdict.BEYOND),
    ("Q11696", "2022-09-20", Verdict.NOT_HELD),
]


@needs_samples
@pytest.mark.parametrize(("office", "day", "verdict"), PUTIN)
def test_the_real_item_answers_by_date_and_not_by_rank(office, day, verdict):
    _, putin = real("Q7747.wbgetentities.json", "Q7747")
    assert holds(putin, "P39", office, Days(day, day), known_until(putin, "")).verdict is verdict
    assert [claim.value for claim in putin.best("P39")] == ["Q218295"]


@needs_samples
def test_real_undated_claims_are_unknown_and_deprecated_ones_vanish():
    _, putin = real("Q7747.wbgetentities.json", "Q7747")
    on = Days("2022-09-20", "2022-09-20")
    verdicts = {
        claim.value: holds(putin, "P39", claim.value, on, known_until(putin, "")).verdict
        for claim in putin.claims["P39"]
    }
    undated = {
        claim.value
        for claim in putin.claims["P39"]
        if claim.rank != "deprecated" and not claim.qualifier("P580") and not claim.qualifier("P582")
    }
    assert undated
    assert {verdicts[value] for value in undated} <= {Verdict.UNKNOWN, Verdict.HELD}
    deprecated = {claim.value for claim in putin.claims["P39"] if claim.rank == "deprecated"}
    kept = {claim.value for claim in putin.claims["P39"] if claim.rank != "deprecated"}
    assert {verdicts[value] for value in deprecated - kept} <= {Verdict.NOT_HELD}


@needs_samples
def test_the_slice_of_2020_does_not_answer_for_2022():
    one, states = real("Q30.entity.json", "Q30")
    on = Days("2022-09-20", "2022-09-20")
    until = known_until(states, "")
    assert until == "2020-07-09"
    assert holds(states, "P6", "Q22686", on, until).verdict is Verdict.BEYOND
    assert holds(states, "P6", "Q6279", on, until).verdict is Verdict.BEYOND
    assert holds(states, "P6", "Q22686", Days("2019-01-01", "2019-01-01"), until).verdict is Verdict.HELD
    assert holds(states, "P6", "Q6279", Days("2019-01-01", "2019-01-01"), until).verdict is Verdict.NOT_HELD
    compared = diff(OURS, LINKS, [one])
    assert {(found.rule, compared.context.facts[found]["theirs"]) for found in compared.findings} == {
        ("beyond-the-slice", "beyond the slice")
    }
    earlier = diff(OURS, LINKS, [one], "2019-01-01")
    assert [found.rule for found in earlier.findings] == ["office-not-held"] * 3


@needs_samples
def test_nothing_but_the_age_of_the_slice_is_found_on_real_items():
    slices = [real(f"{qid}.entity.json", qid)[0] for qid in ("Q30", "Q142", "Q11696")]
    slices.append(real("Q7747.wbgetentities.json", "Q7747")[0])
    compared = diff(OURS, LINKS, slices)
    assert {finding.rule for finding in compared.findings} == {"beyond-the-slice"}
    assert "offices: 4 held, 0 not held, 0 unknown, 4 beyond the slice" in compared.context.summary


@needs_samples
def test_direct_triples_never_answer_for_a_day():
    done = cut(Order([str(SAMPLES / "derived" / "truthy.nt.gz")], {"Q7747"}))
    (putin,) = items(store.ox.parse("".join(done.lines).encode(), format=store.ox.RdfFormat.N_QUADS))
    on = Days("2022-09-20", "2022-09-20")
    assert holds(putin, "P39", "Q218295", on, "2026-04-21").verdict is Verdict.UNKNOWN
    assert holds(putin, "P39", "Q842386", on, "2026-04-21").verdict is Verdict.UNKNOWN


@pytest.fixture
def run(run, monkeypatch):
    """Return a function that runs a command without any socket and gives exit code, standard output and error."""

    def refuse(*_, **__):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "__init__", refuse)
    return partial(run, "--project", ROOT, "wikidata", "diff")


@pytest.fixture
def file(tmp_path):
    """Return a slice on disk with one conflict of each severity."""
    ukraine = made.item("Q212", {"en": "Uruguay"})
    macron = made.item(EXACT["emmanuel-macron"])
    hold("office-president-of-france", "2012-05-15", "2017-05-14")(macron)
    done = cut(
        Order([made.write(tmp_path, "m.json", made.dump(ukraine, macron))], {"Q212", macron["id"]}, date="2026-01-01")
    )
    path = tmp_path / "made.nq"
    path.write_text("".join(done.lines), encoding="utf-8")
    Path(f"{path}.manifest.json").write_text(manifest_text(done.manifest), encoding="utf-8")
    return path


def test_the_exit_code_follows_the_severity_and_no_socket_is_opened(run, file):
    code, out, err = run(file)
    assert (code, err) == (1, "")
    assert "warning: ukraine: in 'en' we say 'Ukraine', Q212 is 'Uruguay' [label-differs]" in out
    assert (
        "error: emmanuel-macron as office-president-of-france on 2022-09-20 to 2022-09-21 (doc-000, r000-06): " in out
    )
    assert run(file, "--as-of", "2015-01-01")[0] == 0
    assert run(file, "--as-of", "2015-01-01", "--fail-on", "warning")[0] == 1


@pytest.mark.parametrize("format", ["json", "sarif", "junit", "github"])
def test_reports_are_those_of_validation(run, file, format):
    code, out, _ = run(file, "--format", format)
    assert code == 1
    if format in {"json", "sarif"}:
        json.loads(out)
    assert "label-differs" in out
    assert "office-not-held" in out


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--as-of", "yesterday"], 2, "--as-of: expected YYYY-MM-DD or 'statement', got 'yesterday'"),
        (["--graph", "none.trig"], 3, "none.trig: expected our graph, found none; run: ukrgraph build"),
    ],
)
def test_mistakes_are_told_in_one_line(run, file, arguments, code, message):
    assert run(file, *arguments) == (code, "", f"ukrgraph: {message}\n")


def test_the_stored_query_says_of_an_office_what_diff_says():
    case = ROOT / "queries" / "cases" / "offices.trig"
    query = load(ROOT / "queries" / "offices-on-the-day.rq")
    engine = Local(store.load([case]))
    on, said, told = Days("2022-09-19", "2022-09-20"), {}, {}
    for letter, date in (("a", "2022-10-01"), ("b", "2020-10-01"), ("c", "")):
        graph = ox.NamedNode(f"https://w3id.org/ukrgraph/graph/wikidata/{letter}")
        for item in items(engine.store.quads_for_pattern(None, None, None, graph)):
            said[item.qid] = holds(item, "P39", "Q900000000001", on, known_until(item, date)).verdict
    linked = rows(engine.answer("SELECT ?s ?o { ?s <http://www.w3.org/2004/02/skos/core#exactMatch> ?o }"))
    qids = {ours.value.rpartition("/")[2]: theirs.value.rpartition("/")[2] for ours, theirs in linked}
    for _, person, _, first, last, verdict in ask(prepare(query, {}, engine), engine):
        if (first.value, last.value) == on and person.value in qids:
            told[qids[person.value]] = verdict.value
    assert told == said
    assert set(told.values()) == set(Verdict)
    assert len(told) == 20
