"""The source articles themselves, annotated from the inventory, convert without a change: statement by statement."""

import json
import re
from collections import defaultdict
from datetime import date

import pyoxigraph as ox
import pytest
from inventory import SHARED, Words, annotate, passage_role

from ukrgraph.check import check
from ukrgraph.convert import convert
from ukrgraph.document import Interval, Metadata
from ukrgraph.finding import Severity
from ukrgraph.readers import brat
from ukrgraph.standoff.canonical import render
from ukrgraph.terms import UKC, UKG

FACTS = SHARED / "facts" / "facts.json"
pytestmark = pytest.mark.skipif(not FACTS.exists(), reason=f"the inventory {FACTS.name} is not on this machine")


def words_of(facts, doc, text):
    """Return where the inventory says that its facts stand in an article."""
    words = Words()
    for fact in facts["statements"]:
        if fact["doc"] != doc:
            continue
        for span in fact["spans"]:
            words.parts[fact["id"], f"passage:{passage_role(span['role'])}"].append((span["start"], span["end"]))
        words.parts[fact["id"], "quote"] = [tuple(span) for span in fact["quote_spans"]]
        if cue := fact["cue"]:
            words.parts[fact["id"], "cue"] = [(cue["start"], cue["end"])]
        if time := date_words(fact, text):
            words.parts[fact["id"], "time"] = [time]
    for kind in ("reported_silences", "quantities", "status_facts", "relations", "narrator_claims", "sanctions"):
        for fact in [*facts[kind], *facts["threatened_responses"]]:
            spans = [(s["start"], s["end"]) for s in fact["spans"] if s["doc"] == doc]
            words.parts[fact["id"], "evidence"] = spans
    statements = {fact["id"]: fact for fact in facts["statements"]}
    for fact in facts["violation_claims"]:
        span = statements[fact["claimed_in"]]["spans"][0]
        words.parts[fact["id"], "evidence"] = [(span["start"], span["end"])]
    for event in facts["events"]:
        words.parts[event["id"], "report"] = [(s["start"], s["end"]) for s in event["spans"] if s["doc"] == doc]
    words.mentions = [(m["entity"], m["kind"], m["start"], m["end"]) for m in facts["mentions"] if m["doc"] == doc]
    words.furniture = [
        (s["role"], s["start"], s["end"])
        for s in facts["segments"]
        if s["doc"] == doc and not s["annotated"] and s["end"] > s["start"]
    ]
    return words


def date_words(fact, text):
    """Return the span of the words that the date of a statement is read from, the nearest before or in its passage."""
    stated = (fact["date_said"] or {}).get("stated_in_text") or "not stated"
    quoted = re.match(r'"([^"]+)"', stated)
    if not quoted:
        return None
    found = [m.span() for m in re.finditer(re.escape(quoted[1]), text, re.IGNORECASE)]
    found = found or [m.span() for m in re.finditer(re.escape(quoted[1].split()[-1]), text)]
    end = max(span["end"] for span in fact["spans"])
    return min(found, key=lambda span: (span[1] > end, abs(end - span[1])))


@pytest.fixture(scope="module")
def facts():
    return json.loads(FACTS.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def converted(facts):
    """Annotate and convert all five, through the annotation file as a user would; return the store."""
    store = ox.Store()
    for row in facts["documents"]:
        text = (SHARED / "articles" / row["file"]).read_text(encoding="utf-8")
        published = Interval(*(date.fromisoformat(row["published"][end]) for end in ("earliest", "latest")))
        metadata = Metadata(row["id"], published=published, redistributable=False)
        draft = annotate(facts, row["id"], metadata, text, words_of(facts, row["id"], text))
        document, findings = brat.parse(metadata, text, render(draft))
        assert {finding.rule for finding in findings} <= {"no-final-newline"}
        assert [f for f in check(document, {}) if f.severity is Severity.VIOLATION] == []
        assert len(document) == len(draft)
        conversion = convert(document)
        assert conversion.findings == []
        store.bulk_load(conversion.quads.encode(), format=ox.RdfFormat.N_QUADS)
    return store


def described(store):
    """Return property -> values, in inventory ids, of each statement."""
    rows = store.query(
        f"SELECT ?id ?p ?o WHERE {{ ?s <{UKG}speechAct> [] ; <http://purl.org/dc/terms/identifier> ?id ; ?p ?o }}",
        use_default_graph_as_union=True,
    )
    found = defaultdict(lambda: defaultdict(set))
    for row in rows:
        value = row["o"].value
        short = value.removeprefix(UKC).split("-", 1)[1] if value.startswith(UKC) else value.rsplit("/", 1)[-1]
        found[row["id"].value][row["p"].value.removeprefix(UKG)].add(short)
    return found


def test_every_statement_of_the_articles_is_as_in_the_inventory(facts, converted):
    found = described(converted)
    expected, got = {}, {}
    for s in facts["statements"]:
        speaker = {s["speaker_person"]} if s["speaker_person"] else set(s["speaker_orgs"])
        said = s["date_said"] or {}
        expected[s["id"]] = {
            "speaker": speaker,
            "onBehalfOf": set(s["speaker_orgs"]),
            "onBehalfOfState": {s["on_behalf_of_state"]} - {None},
            "speechAct": set(s["acts"]),
            "about": set(s["about"]),
            "affirms": set(s["positions"]),
            "stanceAgainst": set(s["stance_against"]),
            "stanceFor": set(s["stance_for"]),
            "addressee": set(s["addressee"]),
            "reportedVia": {s["reported_via"]} - {None},
            "modality": {s["modality"].split(" (")[0]},
            "attribution": {s["attribution"]},
            "confidence": {s["confidence"]},
            "earliest": {said.get("earliest")} - {None},
            "latest": {said.get("latest")} - {None},
            "denies": set(s["denies"]),
            "disputes": set(s["disputes"]),
            "echoes": set(s["echoes"]),
            "sameUtteranceAs": set(s["same_utterance_as"]),
            "utteredAt": {s["communication_event"]} - {None},
            "reportedIn": {s["doc"]},
        }
        got[s["id"]] = {name: found[s["id"]][name] for name in expected[s["id"]]}
    assert got == expected


def test_every_offset_of_the_articles_is_as_in_the_inventory(facts, converted):
    rows = converted.query(
        f"""SELECT ?id ?start ?end WHERE {{
            ?s <http://purl.org/dc/terms/identifier> ?id ; <{UKG}speechAct> [] ; <{UKG}evidence> ?span .
            ?span <http://www.w3.org/ns/oa#hasSelector> ?selector .
            ?selector <http://www.w3.org/ns/oa#start> ?start ; <http://www.w3.org/ns/oa#end> ?end }}""",
        use_default_graph_as_union=True,
    )
    found = defaultdict(set)
    for row in rows:
        found[row["id"].value].add((int(row["start"].value), int(row["end"].value)))
    assert found == {s["id"]: {(p["start"], p["end"]) for p in s["spans"]} for s in facts["statements"]}


def test_no_quotation_from_an_article_is_longer_than_fifteen_words(converted):
    quads = converted.quads_for_pattern(None, ox.NamedNode("http://www.w3.org/ns/oa#exact"), None)
    lengths = [len(quad.object.value.split()) for quad in quads]
    assert max(lengths) == 15
    assert not list(converted.quads_for_pattern(None, ox.NamedNode("http://www.w3.org/ns/oa#prefix"), None))
