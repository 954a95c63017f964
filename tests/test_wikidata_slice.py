"""Slices: the same items from every form of the same data, nothing lost, nothing else kept, and every break told."""

import copy
import gzip
import hashlib
import io
import json
import random
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pyoxigraph as ox
import pytest
import wikidata_dumps as made
from wikidata_dumps import SAMPLES, needs_samples

from ukrgraph import cli, streams
from ukrgraph.errors import InputError, UsageError
from ukrgraph.wikidata import entity
from ukrgraph.wikidata.cut import Limits
from ukrgraph.wikidata.items import items
from ukrgraph.wikidata.slice import Order, cut, qids_in
from ukrgraph.wikidata.terms import OWN_VALUE, REFERENCE, VALUE
from ukrgraph.wikidata.times import as_datetime

REFERENCED = {"references": [[("P248", "Q36578"), ("P813", "2022-03-01")]]}
RULER = made.item(
    "Q10",
    {"en": "a ruler", "uk": "правитель", "simple": "ruler"},
    [
        ("P39", "Q218", {"rank": "preferred", "qualifiers": [("P580", "2012-05-07"), ("P582", ...)], **REFERENCED}),
        ("P39", "Q842", {"qualifiers": [("P580", "2008"), ("P582", "2012-05")], **REFERENCED}),
        ("P39", "Q9", {"rank": "deprecated"}),
        ("P102", None, {"rank": "preferred"}),
        ("P1559", ("uk", 'каже "ні" \\ \n')),
        ("P20", ...),
    ],
    {"en": ["the ruler", "R."]},
    lastrevid=77,
    modified="2026-04-21T13:42:27Z",
)
OTHERS = [made.item(qid, {"en": qid}, [("P31", "Q10"), ("P39", "Q10", REFERENCED)]) for qid in ("Q1", "Q100", "Q101")]
ALL = [OTHERS[0], RULER, *OTHERS[1:]]


def quads(lines):
    return ox.parse("".join(lines).encode(), format=ox.RdfFormat.N_QUADS)


def found(lines):
    return {item.qid: item for item in items(quads(lines))}


@pytest.fixture
def sliced(tmp_path):
    """Return a function that cuts Q10 out of a source with this name and content."""

    def sliced(name, data, qids=("Q10",), **order):
        return cut(Order([made.write(tmp_path, name, data)], set(qids), **order))

    return sliced


RDF = made.ntriples(*ALL)
FORMS = {
    **{f"dump.nt{packed}": RDF for packed in ("", ".gz", ".bz2", ".zst")},
    **{f"dump.ttl{packed}": made.turtle(RDF) for packed in ("", ".gz")},
    **{f"dump.json{packed}": made.dump(*ALL) for packed in ("", ".gz", ".bz2", ".zst")},
    "lines.json": b"\n".join(json.dumps(one).encode() for one in ALL),
    "one-line.json": json.dumps(ALL).encode(),
    "answer.json": made.answer(*ALL),
    "Q10.json": made.answer(RULER),
    "entity.json": json.dumps(RULER, indent=2).encode(),
    "no-suffix-json": made.dump(*ALL),
    "no-suffix-turtle": made.turtle(RDF),
    "no-suffix-ntriples": RDF,
}


@pytest.mark.parametrize("name", FORMS)
def test_every_form_of_the_same_data_gives_the_same_bytes(sliced, name):
    assert sliced(name, FORMS[name]).lines == sliced("dump.nt", RDF).lines


def test_what_is_kept_is_all_of_the_item_and_nothing_else(sliced):
    lines = sliced("dump.nt", RDF).lines
    assert {line.rsplit(" ", 2)[0] + " .\n" for line in lines} == set(entity.triples(RULER))


def test_an_item_is_read_back_with_ranks_qualifiers_references_and_unknown_values(sliced):
    ruler = found(sliced("dump.json", made.dump(*ALL)).lines)["Q10"]
    assert ruler.labels == {"en": "a ruler", "en-simple": "ruler", "uk": "правитель"}
    assert ruler.aliases == {"en": ("R.", "the ruler")}
    assert (ruler.revision, ruler.modified, ruler.redirect) == (77, "2026-04-21T13:42:27Z", None)
    assert [(claim.value, claim.rank) for claim in ruler.claims["P39"]] == [
        ("Q218", "preferred"),
        ("Q842", "normal"),
        ("Q9", "deprecated"),
    ]
    office = ruler.claims["P39"][1]
    assert [(one.property, one.value, one.precision) for one in office.qualifiers] == [
        ("P580", "2008-01-01T00:00:00Z", 9),
        ("P582", "2012-05-01T00:00:00Z", 10),
    ]
    assert [[(one.property, one.value, one.precision) for one in snaks] for snaks in office.references] == [
        [("P248", "Q36578", 0), ("P813", "2022-03-01T00:00:00Z", 11)]
    ]
    assert [one.kind for one in ruler.claims["P39"][0].qualifier("P582")] == ["somevalue"]
    assert [(claim.kind, claim.value) for claim in ruler.claims["P102"]] == [("novalue", "")]
    assert [(claim.kind, claim.value) for claim in ruler.claims["P20"]] == [("somevalue", "")]
    assert [(claim.language, claim.value) for claim in ruler.claims["P1559"]] == [("uk", 'каже "ні" \\ \n')]
    assert [claim.value for claim in ruler.best("P39")] == ["Q218"]


@pytest.mark.parametrize("size", [1, 7, 64, 997])
@pytest.mark.parametrize("name", ["dump.nt", "dump.nt.gz", "dump.nt.bz2", "dump.ttl", "dump.json", "answer.json"])
def test_where_blocks_end_does_not_matter(sliced, monkeypatch, name, size):
    whole = sliced("dump.nt", RDF).lines
    monkeypatch.setattr(streams, "CHUNK", size)
    assert sliced(name, FORMS[name]).lines == whole


@pytest.mark.parametrize("form", ["nt", "ttl", "json"])
@pytest.mark.parametrize("qid", ["Q1", "Q10", "Q100"])
def test_an_id_never_matches_one_that_it_begins(sliced, form, qid):
    data = {"nt": RDF, "ttl": made.turtle(RDF), "json": made.dump(*ALL)}[form]
    assert set(found(sliced(f"dump.{form}", data, [qid]).lines)) == {qid}


def test_no_line_is_lost_however_the_file_is_sorted(sliced):
    whole = sliced("dump.nt", RDF).lines
    lines = RDF.splitlines(keepends=True)
    for seed in range(20):
        random.Random(seed).shuffle(lines)  # no secret
        assert sliced(f"{seed}.nt", b"".join(lines)).lines == whole
    assert sliced("sorted.nt", b"".join(sorted(lines))).lines == whole
    headless = [line for line in RDF.splitlines(keepends=True) if b"EntityData" not in line]
    assert len(sliced("headless.nt", b"".join(headless)).lines) == len(whole) - 5


@pytest.mark.parametrize(
    ("place", "exact", "kept"), [("first", False, 1), ("last", False, 1), ("middle", False, 0), ("middle", True, 1)]
)
def test_a_line_among_those_of_another_item_is_found_at_the_edges_and_everywhere_if_asked(sliced, place, exact, kept):
    many = [made.item(f"Q{number}", {"en": "x"}, [("P31", "Q5")] * 3) for number in range(2000, 2040)]
    lines = made.ntriples(*many).splitlines(keepends=True)
    (line,) = [one for one in made.ntriples(RULER).splitlines(keepends=True) if b'altLabel> "R."' in one]
    part = [at for at, one in enumerate(lines) if b"/Q2014" in one.split(b" ")[0] and b"EntityData" not in one]
    lines.insert({"first": part[0], "middle": part[2], "last": part[-1] + 1}[place], line)
    assert len(sliced("dump.nt", b"".join(lines), exact=exact).lines) == kept


def test_older_dumps_name_their_data_with_http(sliced):
    data = RDF.replace(b"<https://www.wikidata.org/wiki/", b"<http://www.wikidata.org/wiki/")
    for name in ("dump.nt", "dump.ttl"):
        assert sliced(name, data if name == "dump.nt" else made.turtle(data)).lines == sliced("new.nt", RDF).lines


def test_tags_with_subtags_of_eight_letters_are_kept(sliced):
    data = (
        RDF + b'<http://www.wikidata.org/entity/Q10> <http://www.w3.org/2000/01/rdf-schema#label> "x"@be-tarasksk .\n'
    )
    assert found(sliced("dump.nt", data).lines)["Q10"].labels["be-tarasksk"] == "x"


def test_statements_are_found_by_ids_in_lower_case(sliced):
    data = RDF.replace(b"statement/Q10-0000-1>", b"statement/q10-0000-1>")
    ids = [one.id for one in found(sliced("dump.nt", data).lines)["Q10"].claims["P39"]]
    assert ids == ["q10-0000-1", "Q10-0000-2", "Q10-0000-3"]


def shared(first, second):
    """Return a full dump of two items in which what they share is written only with the first, as Wikibase does."""
    seen, kept = set(), []
    for line in made.ntriples(first, second).splitlines(keepends=True):
        kept += [] if line in seen else [line]
        seen.add(line)
    return b"".join(kept)


def test_references_that_were_written_with_an_earlier_item_are_found(sliced):
    data = shared(OTHERS[0], RULER)
    cut_out = sliced("dump.nt", data)
    assert cut_out.lines == sliced("whole.nt", RDF).lines
    assert not [finding for finding in cut_out.findings if finding.rule == "incomplete-references"]
    assert sliced("dump.ttl", made.turtle(data)).lines == cut_out.lines


def test_references_that_standard_input_cannot_give_are_told(monkeypatch):
    data = shared(OTHERS[0], RULER)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    cut_out = cut(Order(["-"], {"Q10"}))
    assert [(one.rule, one.message) for one in cut_out.findings] == [
        ("incomplete-references", "1 references or values are pointed to but not in the sources")
    ]


def test_standard_input_gives_what_the_file_gives(sliced, monkeypatch):
    for data in (RDF, gzip.compress(RDF), made.dump(*ALL)):
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
        assert cut(Order(["-"], {"Q10"})).lines == sliced("dump.nt", RDF).lines


@pytest.mark.parametrize("packed", [".gz", ".bz2", ".zst"])
@pytest.mark.parametrize("form", ["nt", "json"])
def test_a_packed_file_that_breaks_off_gives_what_comes_before_and_says_so(tmp_path, form, packed):
    noise = [made.item(f"Q{n}", {"en": hashlib.shake_128(bytes([n % 256])).hexdigest(900)}) for n in range(1000, 1600)]
    data = made.ntriples(*ALL, *noise) if form == "nt" else made.dump(*ALL, *noise)
    whole = Path(made.write(tmp_path, f"whole.{form}{packed}", data)).read_bytes()
    (tmp_path / "cut").write_bytes(whole[:-200_000] if packed == ".bz2" else whole[: len(whole) // 2])
    cut_out = cut(Order([str(tmp_path / "cut")], {"Q10", "Q1599"}))
    if packed != ".bz2":
        assert set(found(cut_out.lines)) == {"Q10"}
    assert [one.rule for one in cut_out.findings if one.severity == 3][:1] == ["source-breaks-off"]
    assert cut_out.manifest["sources"][0]["complete"] is False
    assert "Q1599" in cut_out.manifest["absent"]


def test_a_packed_file_with_damaged_bytes_is_told(tmp_path):
    data = bytearray(gzip.compress(made.ntriples(*ALL), mtime=0))
    data[len(data) // 2] ^= 0xFF
    (tmp_path / "damaged.nt.gz").write_bytes(data)
    assert "source-breaks-off" in {one.rule for one in cut(Order([str(tmp_path / "damaged.nt.gz")], {"Q10"})).findings}


def test_members_that_stand_one_after_another_are_all_read(sliced):
    halves = gzip.compress(RDF[:1000]) + gzip.compress(RDF[1000:])
    assert sliced("dump.nt", halves).lines == sliced("whole.nt", RDF).lines


def test_a_damaged_line_is_left_out_and_told_with_its_place(sliced):
    broken = b'<http://www.wikidata.org/entity/Q10> <http://x/p> "no end .\n'
    at = RDF.index(b"<https://www.wikidata.org/wiki/Special:EntityData/Q100>")
    cut_out = sliced("dump.nt", RDF[:at] + broken + RDF[at:])
    assert cut_out.lines == sliced("whole.nt", RDF).lines
    (finding,) = [one for one in cut_out.findings if one.rule == "damaged-line"]
    assert f"at byte {at} of the plain text" in finding.message
    assert finding.source == broken.decode().rstrip()
    assert cut_out.manifest["counts"]["damaged"] == 1


@pytest.mark.parametrize("name", ["dump.nt", "dump.ttl", "dump.json"])
def test_bytes_that_are_no_utf_8_are_told(sliced, name):
    data = FORMS[name].replace("правитель".encode(), b"\xff\xfe") if name != "dump.json" else b'[\n{"id":"Q10"\xff}\n]'
    cut_out = sliced(name, data)
    assert "damaged-line" in {one.rule for one in cut_out.findings}


def test_a_damaged_entity_of_a_dump_is_told_and_the_rest_kept(sliced):
    lines = made.dump(*ALL).split(b"\n")
    lines[2] = lines[2][:200]
    cut_out = sliced("dump.json", b"\n".join(lines), ["Q10", "Q100"])
    assert set(found(cut_out.lines)) == {"Q100"}
    assert [one.rule for one in cut_out.findings] == ["damaged-line", "absent-item"]


def test_an_entity_of_another_shape_is_told(sliced):
    strange = {"type": "item", "id": "Q10", "claims": {"P39": [{"rank": "normal"}]}}
    assert [one.rule for one in sliced("dump.json", made.dump(strange)).findings] == ["damaged-line", "absent-item"]


def test_damaged_turtle_is_told_and_what_is_whole_is_kept(sliced):
    data = made.turtle(made.ntriples(RULER)) + b"\n<http://x/a> <http://x/b> .\n"
    cut_out = sliced("dump.ttl", data)
    assert cut_out.lines == sliced("whole.nt", RDF).lines
    assert [one.rule for one in cut_out.findings] == ["damaged-line"]


def test_a_file_that_is_no_turtle_ends_and_is_told(sliced):
    assert len(sliced("dump.ttl", b"no turtle here .\n" * 1000).findings) == 102


def test_redirects_are_followed_also_to_an_item_that_stands_before(sliced):
    same = "<http://www.w3.org/2002/07/owl#sameAs>"
    old = f"<http://www.wikidata.org/entity/Q5000> {same} <http://www.wikidata.org/entity/Q10> .\n".encode()
    for data in (RDF + old, old + RDF, RDF.replace(b"<https://", old + b"<https://", 1)):
        cut_out = sliced("dump.nt", data, ["Q5000"])
        assert cut_out.manifest["redirects"] == {"Q5000": "Q10"}
        assert set(found(cut_out.lines)) == {"Q10", "Q5000"}
        assert found(cut_out.lines)["Q5000"].redirect == "Q10"
        assert cut_out.manifest["absent"] == []


def test_redirects_that_go_round_end(sliced):
    wd = "http://www.wikidata.org/entity/"
    line = f"<{wd}{{}}> <http://www.w3.org/2002/07/owl#sameAs> <{wd}{{}}> .\n"
    data = (line.format("Q5", "Q6") + line.format("Q6", "Q5")).encode()
    assert sliced("dump.nt", data, ["Q5"]).manifest["redirects"] == {"Q5": "Q6"}


def test_a_chain_of_redirects_is_kept_whole(sliced):
    chain = [{"entity": "Q5000", "redirect": "Q5001"}, {"entity": "Q5001", "redirect": "Q10"}]
    for entities in ([RULER, *chain], [*chain[::-1], RULER]):
        cut_out = sliced("dump.json", made.dump(*entities), ["Q5000"])
        assert {qid: one.redirect for qid, one in found(cut_out.lines).items()} == {
            "Q10": None,
            "Q5000": "Q5001",
            "Q5001": "Q10",
        }


def test_a_damaged_line_of_a_neighbour_is_told_once(sliced):
    broken = b'<http://www.wikidata.org/entity/Q10> <http://x/p> "no end .\n'
    cut_out = sliced("dump.nt", RDF + broken, ["Q1"], hops=1)
    assert [one.rule for one in cut_out.findings] == ["damaged-line"]


def test_redirects_of_the_api_and_of_dumps_are_read(sliced):
    api = {"entities": {"Q5000": RULER | {"redirects": {"from": "Q5000", "to": "Q10"}}}}
    assert sliced("a.json", json.dumps(api).encode(), ["Q5000"]).manifest["redirects"] == {"Q5000": "Q10"}
    old = {"entity": "Q5000", "redirect": "Q10"}
    assert set(sliced("d.json", made.dump(RULER, old), ["Q5000"]).manifest["items"]) == {"Q10", "Q5000"}


def test_deleted_and_absent_items_are_told_apart(sliced):
    data = json.dumps({"entities": {"Q7": {"id": "Q7", "missing": ""}, "Q10": RULER}}).encode()
    cut_out = sliced("answer.json", data, ["Q7", "Q8", "Q10"])
    assert (cut_out.manifest["absent"], cut_out.manifest["deleted"]) == (["Q7", "Q8"], ["Q7"])
    assert [one.rule for one in cut_out.findings] == ["deleted-item", "absent-item"]


def test_limits_keep_only_their_properties_and_languages(sliced):
    item = found(sliced("dump.nt", RDF, limits=Limits({"P39"}, {"uk"})).lines)["Q10"]
    assert (set(item.claims), set(item.labels), item.aliases) == ({"P39"}, {"uk"}, {})
    assert item.claims["P39"][0].references


def test_one_hop_adds_the_items_that_are_values(sliced):
    cut_out = sliced("dump.nt", RDF, ["Q1"], hops=1)
    assert (set(cut_out.manifest["items"]), set(cut_out.manifest["neighbours"])) == ({"Q1"}, {"Q10"})
    assert set(found(cut_out.lines)) == {"Q1", "Q10"}
    assert sliced("dump.json", made.dump(*ALL), ["Q1"], hops=1).lines == cut_out.lines


def test_one_hop_from_standard_input_is_refused():
    with pytest.raises(UsageError, match="read twice"):
        cut(Order(["-"], {"Q1"}, hops=1))


def test_the_manifest_tells_source_digest_date_and_revisions(sliced):
    manifest = sliced("wikidata-20220103-all.json.gz", made.dump(*ALL)).manifest
    assert (manifest["date"], manifest["date_basis"]) == ("2022-01-03", "file name")
    assert manifest["items"] == {"Q10": {"revision": 77, "modified": "2026-04-21T13:42:27Z"}}
    (source,) = manifest["sources"]
    assert (source["name"], source["form"], source["compression"]) == ("wikidata-20220103-all.json.gz", "json", "gzip")
    assert source["plain_bytes"] == len(made.dump(*ALL))
    header = b'<http://wikiba.se/ontology#Dump> <http://schema.org/dateModified> "2024-04-08T23:00:02Z" .\n'
    assert sliced("dump.nt", header + RDF).manifest["date"] == "2024-04-08"
    assert sliced("dump.nt", RDF, date="2020-01-01").manifest["date_basis"] == "given"
    assert sliced("dump.nt", RDF).manifest["date_basis"] == "unknown"


def test_tags_that_bcp_47_does_not_allow_are_replaced_and_told(sliced):
    data = (
        RDF + b'<http://www.wikidata.org/entity/Q10> <http://www.w3.org/2000/01/rdf-schema#label> "x"@zh-classical .\n'
    )
    cut_out = sliced("dump.nt", data)
    assert found(cut_out.lines)["Q10"].labels["lzh"] == "x"
    assert [one.rule for one in cut_out.findings] == ["language-tag"]


def test_a_term_that_strict_readers_refuse_is_left_out_and_told(sliced):
    bad = b"<http://www.wikidata.org/entity/Q10> <http://www.wikidata.org/prop/direct/P856> <http://x.test/a b|c> .\n"
    cut_out = sliced("dump.nt", RDF + bad)
    assert cut_out.lines == sliced("whole.nt", RDF).lines
    assert [one.rule for one in cut_out.findings] in (["invalid-term"], ["damaged-line"])


def test_addresses_with_strange_letters_stay_valid(sliced):
    snak = {"snaktype": "value", "property": "P856", "datatype": "url"}
    strange = copy.deepcopy(RULER)
    strange["claims"]["P856"] = [made.claim("Q10$url", "P856", "x")]
    value = {"type": "string", "value": 'http://x.test/ї a"<b>{c}|`^'}
    strange["claims"]["P856"][0]["mainsnak"] = snak | {"datavalue": value}
    cut_out = sliced("dump.json", made.dump(strange))
    assert cut_out.findings == []
    (claim,) = found(cut_out.lines)["Q10"].claims["P856"]
    assert claim.value == "http://x.test/ї%20a%22%3Cb%3E%7Bc%7D%7C%60%5E"


@pytest.mark.parametrize(
    ("time", "precision", "calendar", "expected"),
    [
        ("+2022-09-30T00:00:00Z", 11, "Q1985727", "2022-09-30T00:00:00Z"),
        ("+2022-09-30T00:00:00Z", 9, "Q1985727", "2022-01-01T00:00:00Z"),
        ("-0044-03-15T00:00:00Z", 9, "Q1985727", "-0043-01-01T00:00:00Z"),
        ("-0001-00-00T00:00:00Z", 9, "Q1985727", "0000-01-01T00:00:00Z"),
        ("+1917-10-25T00:00:00Z", 11, "Q1985786", "1917-11-07T00:00:00Z"),
        ("+00000002013-01-00T00:00:00Z", 10, "Q1985727", "2013-01-01T00:00:00Z"),
        ("+2022-13-01T00:00:00Z", 11, "Q1985727", ""),
        ("yesterday", 11, "Q1985727", ""),
    ],
)
def test_times_are_written_as_in_wikidatas_rdf(time, precision, calendar, expected):
    assert as_datetime(time, precision, f"http://www.wikidata.org/entity/{calendar}") == expected


def test_a_source_that_is_no_data_is_told(sliced):
    assert [one.rule for one in sliced("page", b"<!DOCTYPE html>\n<p>Too many requests").findings][-1] == "absent-item"
    assert [one.rule for one in sliced("page.txt", b"Too many requests").findings] == ["unknown-form", "absent-item"]


def test_a_file_of_qids_is_read_with_comments_and_refused_with_its_line(tmp_path):
    file = tmp_path / "qids.txt"
    file.write_text("Q10 # ruler\n\nwd:Q1\n")
    assert qids_in(file) == {"Q1", "Q10"}
    file.write_text("Q10\nQ1x\n")
    with pytest.raises(InputError, match=r"qids\.txt:2: expected a QID such as Q212, got 'Q1x'"):
        qids_in(file)


def direct(item):
    return {(pid, claim.kind, claim.value) for pid in item.claims for claim in item.best(pid)}


def truthy_of(triples, qid):
    """Return what the direct triples of an item say, whatever its statements say."""
    own = [one for one in triples if not str(one.object).startswith("<http://www.wikidata.org/entity/statement/")]
    return {item.qid: item for item in items(own)}[qid]


@needs_samples
def test_truthy_computed_from_statements_is_the_truthy_of_the_real_dump():
    file = SAMPLES / "rdf" / "Q42.dump-2024-04-08.ttl"
    triples = list(ox.parse(path=str(file), lenient=True))
    full = {item.qid: item for item in items(triples)}["Q42"]
    assert sum(map(len, full.claims.values())) == 307
    assert direct(full) == direct(truthy_of(triples, "Q42"))


@needs_samples
@pytest.mark.parametrize("qid", ["Q7747", "Q30", "Q142", "Q145", "Q15180", "Q11696"])
def test_truthy_computed_from_real_json_is_the_truthy_slice(qid):
    (file,) = (SAMPLES / "entity-json").glob(f"{qid}.*")
    full = cut(Order([str(file)], {qid}))
    truthy = cut(Order([str(SAMPLES / "derived" / "truthy.nt.gz")], {qid}))
    computed, given = (direct(found(one.lines)[qid]) for one in (full, truthy))
    # The script behind truthy.nt.gz wrote file names with "_", and left maps and days of the Julian calendar as text.
    alike = {(pid, kind, value.replace("%20", "_")) for pid, kind, value in computed}
    assert {one[0] for one in alike ^ given} <= {"P3896", "P1636"}
    assert len(alike ^ given) in {0, 2}
    assert direct(truthy_of(list(quads(full.lines)), qid)) == computed


@needs_samples
def test_real_references_and_values_are_complete_in_every_form():
    for name, qids in {
        "rdf/Q42.dump-2024-04-08.ttl": {"Q42"},
        "derived/full.nt.gz": {"Q7747", "Q30"},
        "dump-format/100lines.json.gz": {"Q31", "Q45"},
        "dump-format/sample_wikidata_items.json.bz2": {"Q31", "Q45"},
    }.items():
        cut_out = cut(Order([str(SAMPLES / name)], qids))
        assert set(found(cut_out.lines)) == qids
        subjects = {line.split(" ")[0] for line in cut_out.lines}
        nodes = tuple(f"<{start}" for start in (REFERENCE, VALUE, OWN_VALUE))
        pointed = {line.split(" ")[2] for line in cut_out.lines if line.split(" ")[2].startswith(nodes)}
        assert pointed <= subjects
        assert len(pointed) > 20


@needs_samples
def test_ukraine_and_russia_are_read_from_the_real_triples_without_headers():
    cut_out = cut(Order([str(SAMPLES / "derived" / "codex-truthy-extract.nt")], {"Q212", "Q159"}))
    assert {qid: sum(map(len, item.claims.values())) for qid, item in found(cut_out.lines).items()} == {
        "Q159": 180,
        "Q212": 94,
    }


@pytest.fixture
def run(monkeypatch, capfd):
    """Return a function that runs a command without any socket and gives exit code, standard output and error."""

    def refuse(*_, **__):
        raise AssertionError("a socket was opened")

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["ukrgraph", *map(str, arguments)])
        monkeypatch.setattr(socket.socket, "__init__", refuse)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capfd.readouterr()
        return ended.value.code, out, err

    return run


def test_the_command_writes_slice_and_manifest_and_opens_no_socket(run, tmp_path):
    source = made.write(tmp_path, "dump.nt.gz", RDF)
    qids = tmp_path / "qids.txt"
    qids.write_text("Q10\n")
    code, out, err = run("wikidata", "slice", source, "--qids", qids, "-o", tmp_path / "slice.nq")
    assert (code, out) == (0, "")
    assert err.splitlines()[:4] == [
        f"{name:<10}  {value:>10}" for name, value in (("items", 1), ("neighbours", 0), ("absent", 0), ("redirects", 0))
    ]
    lines = (tmp_path / "slice.nq").read_text(encoding="utf-8").splitlines(keepends=True)
    manifest = json.loads((tmp_path / "slice.nq.manifest.json").read_text(encoding="utf-8"))
    assert (manifest["counts"]["triples"], manifest["requested"]) == (len(lines), ["Q10"])
    assert run("wikidata", "slice", source, "--qids", qids, "-o", "-")[1] == "".join(lines)


def test_the_command_cuts_what_the_links_name_by_default(run, tmp_path):
    source = made.write(tmp_path, "dump.json", made.dump(made.item("Q212", {"en": "Ukraine"}), made.item("Q1")))
    code, _, err = run("wikidata", "slice", source, "-o", tmp_path / "slice.nq")
    assert code == 0
    assert "items are not in the sources" in err
    assert set(found((tmp_path / "slice.nq").read_text(encoding="utf-8"))) == {"Q212"}


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["nothing.nt"], 3, "nothing.nt: cannot read it: No such file or directory"),
        (["x.nt", "--props", "39"], 2, "--props: expected names such as those in its help, got '39'"),
        (["x.nt", "--date", "2022"], 2, "--date: expected YYYY-MM-DD, got '2022'"),
        (["x.nt", "--qids", "q", "--from-graph"], 2, "--qids: expected either --qids or --from-graph, got both"),
    ],
)
def test_mistakes_are_told_in_one_line(run, tmp_path, monkeypatch, arguments, code, message):
    monkeypatch.chdir(tmp_path)
    assert run("wikidata", "slice", *arguments) == (code, "", f"ukrgraph: {message}\n")


def test_a_source_that_breaks_off_ends_with_exit_code_1_and_a_partial_slice(run, tmp_path):
    (tmp_path / "dump.nt.gz").write_bytes(gzip.compress(RDF)[:-20])
    (tmp_path / "q").write_text("Q10")
    code, _, err = run("wikidata", "slice", tmp_path / "dump.nt.gz", "--qids", tmp_path / "q", "-o", tmp_path / "s.nq")
    assert code == 1
    assert "the gzip data breaks off" in err
    assert (tmp_path / "s.nq").stat().st_size


def test_slicing_works_in_a_network_namespace_without_network(tmp_path):
    alone = ["unshare", "--user", "--map-root-user", "--net"]
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let users make network namespaces")
    source = made.write(tmp_path, "dump.nt", RDF)
    command = [*alone, sys.executable, "-m", "ukrgraph", "wikidata", "slice", source, "-o", "-"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
