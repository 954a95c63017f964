"""Linked data: every IRI of ours answers, in every form, with what the graph says, and nothing is cut off silently."""

import re
from pathlib import Path

import pytest
from in_process import ROOT, Client, service

from ukrgraph.engine import Literal, NamedNode, Store
from ukrgraph.iri import DEFAULT_BASE
from ukrgraph.serve.conditional import fresh, tags
from ukrgraph.serve.description import describe, paged
from ukrgraph.serve.exchange import refused
from ukrgraph.serve.forms import BY_SUFFIX, FORMS, published, split
from ukrgraph.serve.service import LimitError
from ukrgraph.terms import RDF, SKOS, UKG

ox = pytest.importorskip("pyoxigraph")

PARSED = {
    "ttl": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
}
UKRAINE = f"{DEFAULT_BASE}id/ukraine"


@pytest.fixture(scope="module")
def get():
    return Client(service())


@pytest.fixture(scope="module")
def graph(get):
    """Return the triples of the published graph."""
    return {quad.triple for quad in get.service.engine.store}


def read(response, suffix):
    """Return the triples of a response as a set."""
    return {quad.triple for quad in ox.parse(response.content, format=PARSED[suffix])}


def paths(graph):
    """Return the paths at which the IRIs of the subjects under our base are looked up, without fragments."""
    iris = {one.subject.value for one in graph if isinstance(one.subject, NamedNode)}
    return sorted({iri.partition("#")[0].removeprefix(DEFAULT_BASE) for iri in iris if iri.startswith(DEFAULT_BASE)})


@pytest.fixture(scope="module")
def looked_up(get, graph):
    """Return the triples that each path answers with in Turtle."""
    return {path: get(f"/{path}", headers={"Accept": "text/turtle"}) for path in paths(graph)}


def test_every_subject_under_the_base_can_be_looked_up(looked_up):
    assert {path: one.status_code for path, one in looked_up.items() if one.status_code != 200} == {}
    assert len(looked_up) > 500


def test_every_triple_of_a_subject_under_the_base_is_in_its_description(looked_up, graph):
    missing = []
    known = {path: read(one, "ttl") for path, one in looked_up.items()}
    for one in graph:
        iri = one.subject.value
        if iri.startswith(DEFAULT_BASE) and one not in known[iri.partition("#")[0].removeprefix(DEFAULT_BASE)]:
            missing.append(str(one))
    assert missing == []


def test_every_triple_of_data_in_a_description_is_in_the_graph(looked_up, graph):
    files = ("ontology", "concepts")  # as published: with the axioms that have no name, which the graph leaves out
    invented = [
        str(one) for path, found in looked_up.items() if path not in files for one in read(found, "ttl") - graph
    ]
    assert invented == []


def test_the_named_graphs_together_are_the_whole_graph(get, graph):
    names = {quad.graph_name.value.removeprefix(DEFAULT_BASE) for quad in get.service.engine.store}
    assert len(names) == 9
    assert set().union(*(read(get(f"/{name}.nt"), "nt") for name in names)) == graph


@pytest.mark.parametrize(
    "path", ["/id/ukraine", "/statement/s000-01", "/document/doc-000", "/concepts", "/graph/shared"]
)
def test_all_forms_carry_the_same_triples(get, path):
    turtle = read(get(f"{path}.ttl"), "ttl")
    assert len(turtle) > 20
    for suffix in ("jsonld", "nt", "rdf"):
        response = get(f"{path}.{suffix}")
        assert response.headers["content-type"].partition(";")[0] == BY_SUFFIX[suffix].media
        assert read(response, suffix) == turtle


def test_a_form_is_chosen_by_the_accept_header(get):
    for form in FORMS:
        response = get("/id/ukraine", headers={"Accept": f"image/png, {form.media};q=0.5"})
        assert (response.status_code, response.headers["content-type"].partition(";")[0]) == (200, form.media)
        assert response.headers["content-location"] == f"/id/ukraine.{form.suffix}"
        assert response.headers["vary"] == "Accept, Accept-Language, Accept-Encoding"


def test_a_browser_gets_a_page_and_a_script_gets_turtle(get):
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
    assert get("/id/ukraine", headers={"Accept": browser}).headers["content-type"] == "text/html; charset=utf-8"
    assert get("/id/ukraine", headers={"Accept": "*/*"}).headers["content-type"] == "text/turtle; charset=utf-8"
    ld = get("/id/ukraine", headers={"Accept": "application/json"})
    assert ld.headers["content-type"] == "application/ld+json"


def test_a_client_that_takes_no_form_is_told_which_there_are(get):
    response = get("/id/ukraine", headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert response.json()["detail"] == (
        "Accept: expected one of text/turtle, application/ld+json, application/n-triples, application/rdf+xml, "
        "text/html, got 'image/png'; or add a suffix such as .ttl"
    )


def test_a_description_has_the_evidence_with_its_selectors(get):
    found = read(get("/statement/s000-01.ttl"), "ttl")
    document = f"{DEFAULT_BASE}document/doc-000"
    spans = {one.object for one in found if one.predicate.value == f"{UKG}evidence"}
    assert {span.value for span in spans} == {f"{document}#char=0,90", f"{document}#char=177,252"}
    selectors = {one.object for one in found if one.subject in spans and one.predicate.value.endswith("hasSelector")}
    exact = {
        one.object.value
        for one in found
        if one.subject in selectors and one.predicate.value == "http://www.w3.org/ns/oa#exact"
    }
    assert "Leaders around the world condemn referendums planned for Russian-occupied areas of Ukraine" in exact


def test_a_description_names_what_it_mentions(get):
    found = read(get("/statement/s000-01.ttl"), "ttl")
    leaders = NamedNode(f"{DEFAULT_BASE}id/world-leaders")
    label = NamedNode(f"{SKOS}prefLabel")
    assert {str(one.object) for one in found if one.subject == leaders and one.predicate == label} == {
        '"world leaders"@en',
        '"світові лідери"@uk',
    }


def test_links_lead_to_the_other_forms_the_licence_and_the_description_of_the_data(get):
    assert get("/id/ukraine.ttl").headers["link"].split(", ") == [
        '</id/ukraine.jsonld>; rel="alternate"; type="application/ld+json"',
        '</id/ukraine.nt>; rel="alternate"; type="application/n-triples"',
        '</id/ukraine.rdf>; rel="alternate"; type="application/rdf+xml"',
        '</id/ukraine.html>; rel="alternate"; type="text/html"',
        '</.well-known/void>; rel="describedby"',
        '<https://creativecommons.org/licenses/by/4.0/>; rel="license"',
        '<https://w3id.org/ukrgraph/id/ukraine>; rel="canonical"',
    ]


def test_the_ontology_the_concepts_and_the_shapes_are_the_files_as_they_are_published(get):
    for path in ("ontology/ukrgraph.ttl", "ontology/concepts.ttl"):
        name = "ontology" if "ukrgraph" in path else "concepts"
        assert get(f"/{name}", headers={"Accept": "text/turtle"}).content == (ROOT / path).read_bytes()
    files = sorted((ROOT / "shapes").glob("*/*.ttl"))
    assert get("/shapes.ttl").content == b"\n".join(file.read_bytes() for file in files)
    for file in files:
        path = file.relative_to(ROOT).with_suffix("")
        assert get(f"/{path}").content == file.read_bytes()


def test_no_published_file_names_a_blank_node_so_that_files_can_be_joined():
    files = [*(ROOT / "ontology").glob("*.ttl"), *(ROOT / "shapes").glob("*/*.ttl")]
    assert [file.name for file in files if re.search(r"(^|\s)_:\w", file.read_text(encoding="utf-8"))] == []


def test_the_ontology_in_another_format_is_the_same_graph(get):
    def shape(data, format):
        found = ox.Dataset(ox.parse(data, format=format))
        found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
        return found

    turtle = shape((ROOT / "ontology/ukrgraph.ttl").read_bytes(), ox.RdfFormat.TURTLE)
    for suffix in ("jsonld", "nt", "rdf"):
        assert shape(get(f"/ontology.{suffix}").content, PARSED[suffix]) == turtle


def test_the_version_of_the_ontology_can_be_looked_up_and_another_cannot(get):
    response = get("/ontology/0.1.0", headers={"Accept": "text/turtle"})
    assert response.content == (ROOT / "ontology/ukrgraph.ttl").read_bytes()
    assert response.headers["content-location"] == "/ontology.ttl"
    assert get("/ontology/0.1.0.nt").status_code == 200
    other = get("/ontology/0.1.1")
    assert (other.status_code, other.json()["nearest"]) == (404, ["/ontology/0.1.0"])


@pytest.mark.parametrize(
    ("path", "detail", "nearest"),
    [
        (
            "/id/ukrane.ttl",
            f"the graph says nothing of {DEFAULT_BASE}id/ukrane; did you mean 'ukraine'?",
            ["/id/ukraine"],
        ),
        (
            "/id/zelensky",
            (
                f"the graph says nothing of {DEFAULT_BASE}id/zelensky; "
                "did you mean 'volodymyr-zelensky' or 'zelensky-nightly-address-2022-09-20'?"
            ),
            ["/id/volodymyr-zelensky", "/id/zelensky-nightly-address-2022-09-20"],
        ),
        (
            "/graph/share",
            f"the graph says nothing of {DEFAULT_BASE}graph/share; did you mean 'shared'?",
            ["/graph/shared"],
        ),
        (
            "/shapes/core/clam",
            "no file of shapes is called shapes/core/clam; did you mean 'core/claim' or 'core/place' or 'core/norm'?",
            ["/shapes/core/claim", "/shapes/core/place", "/shapes/core/norm"],
        ),
        ("/statement/", f"the graph says nothing of {DEFAULT_BASE}statement/", []),
    ],
)
def test_an_unknown_iri_is_404_with_the_nearest_names(get, path, detail, nearest):
    response = get(path)
    found = response.json()
    assert (response.status_code, found["detail"], found["nearest"]) == (404, detail, nearest)
    assert response.headers["content-type"] == "application/problem+json"


def test_tags_are_strong_and_the_same_in_every_process(get):
    again = Client(service())
    for path in ("/id/ukraine.ttl", "/ontology.nt", "/shapes.rdf", "/document/doc-001.jsonld", "/id/ukraine.html"):
        first, second = get(path), again(path)
        assert first.content == second.content
        assert first.headers["etag"] == second.headers["etag"]
        assert re.fullmatch(r'"[0-9a-f]{32}(-gzip)?"', first.headers["etag"])
        assert first.headers["cache-control"] == "public, max-age=300"
        assert "last-modified" not in first.headers


def test_a_client_that_has_it_gets_304_without_a_body(get):
    plain = {"Accept-Encoding": "identity"}
    etag = get("/id/ukraine.ttl", headers=plain).headers["etag"]
    for held in (etag, f"W/{etag}", f'"x", {etag}', f'"x",W/{etag} ,"y"', "*", f'{etag[:-1]}-gzip"'):
        response = get("/id/ukraine.ttl", headers=plain | {"If-None-Match": held})
        assert (held, response.status_code, response.content) == (held, 304, b"")
        assert response.headers["etag"] == etag
        assert response.headers["cache-control"] == "public, max-age=300"
        assert response.headers["vary"] == "Accept-Encoding"
    for other in ('"x"', "nonsense", "", f"{etag[1:-1]}"):
        assert get("/id/ukraine.ttl", headers=plain | {"If-None-Match": other}).status_code == 200


def test_a_client_that_wants_another_version_gets_412(get):
    plain = {"Accept-Encoding": "identity"}
    etag = get("/id/ukraine.ttl", headers=plain).headers["etag"]
    assert get("/id/ukraine.ttl", headers=plain | {"If-Match": '"other"'}).status_code == 412
    assert get("/id/ukraine.ttl", headers=plain | {"If-Match": f'"other", {etag}'}).status_code == 200
    assert get("/id/ukraine.ttl", headers=plain | {"If-Match": "*"}).status_code == 200


def test_a_compressed_body_has_a_tag_of_its_own(get):
    plain = get("/id/ukraine.ttl", headers={"Accept-Encoding": "identity"})
    small = get("/id/ukraine.ttl", headers={"Accept-Encoding": "gzip"})
    assert small.headers["content-encoding"] == "gzip"
    assert small.content == plain.content
    assert small.headers["etag"] == f'{plain.headers["etag"][:-1]}-gzip"'


def test_lists_of_tags_are_read():
    assert tags('"a" , W/"b,c"') == ["a", "b,c"]
    assert tags('"a" "b"') == []
    assert tags(" * ") is None
    assert fresh('W/"a"', '"a"')
    assert not fresh(None, '"a"')


def numbered(count):
    """Return a store with `count` resources that name one, which has one triple."""
    made = Store()
    kind, about = NamedNode(f"{RDF}type"), NamedNode(f"{UKG}about")
    place = NamedNode(f"{DEFAULT_BASE}graph/made")
    made.add(ox.Quad(NamedNode(UKRAINE), kind, NamedNode(f"{UKG}Country"), place))
    for number in range(count):
        subject = NamedNode(f"{DEFAULT_BASE}statement/m{number:04}")
        made.add(ox.Quad(subject, about, NamedNode(UKRAINE), place))
    return made


def test_a_description_that_is_a_part_says_so_and_the_parts_are_the_whole():
    get = Client(service(store=numbered(1200)))
    found, sizes, path = set(), [], "/id/ukraine.nt"
    while path:
        response = get(path)
        part = read(response, "nt")
        found |= {one for one in part if one.object == NamedNode(UKRAINE) and one.predicate.value == f"{UKG}about"}
        said = [one.object.value for one in part if one.predicate.value.endswith("hydra/core#next")]
        notes = [one.object.value for one in part if one.predicate.value.endswith("#comment")]
        following = re.search(r'<(/id/ukraine\?incoming-from=\d+)>; rel="next"', response.headers["link"])
        assert bool(following) == bool(said) == bool(notes)
        sizes.append(len(part))
        path = following[1].replace("?", ".nt?") if following else ""
        assert not said or said == [DEFAULT_BASE + path.removeprefix("/")]
    assert len(found) == 1200
    assert sizes == [505, 505, 201]


def test_a_whole_description_says_nothing_of_parts():
    engine = service(store=numbered(3)).engine
    found = describe(engine, UKRAINE, count=3)
    assert (found.incoming, found.first, found.after, found.more, len(found.triples)) == (3, 0, 3, False, 4)
    assert paged(found, "x:a", "x:b") == found
    cut = describe(engine, UKRAINE, first=1, count=1)
    assert (cut.incoming, cut.first, cut.after, cut.more, len(cut.triples)) == (3, 1, 2, True, 2)


def test_a_page_that_is_no_number_is_refused(get):
    response = get("/id/ukraine.ttl?incoming-from=-1")
    assert response.status_code == 400
    assert response.json()["detail"] == "incoming-from: expected a number from 0 to 999999999, got '-1'"


def test_a_name_that_ends_like_a_suffix_can_be_looked_up():
    made = Store()
    kind, country = NamedNode(f"{RDF}type"), NamedNode(f"{UKG}Country")
    made.add(ox.Quad(NamedNode(f"{DEFAULT_BASE}id/notes.ttl"), kind, country, NamedNode("x:g")))
    get = Client(service(store=made))
    assert read(get("/id/notes.ttl"), "ttl") == {ox.Triple(NamedNode(f"{DEFAULT_BASE}id/notes.ttl"), kind, country)}
    assert get("/id/notes.ttl.nt").headers["content-type"] == "application/n-triples"
    assert get("/id/notes").status_code == 404


def test_suffixes_are_split():
    assert split("/id/a.ttl") == ("/id/a", BY_SUFFIX["ttl"])
    assert split("/status/doc-004.83ac") == ("/status/doc-004.83ac", None)
    assert split("/id/.ttl") == ("/id/.ttl", None)


@pytest.mark.parametrize(
    "path",
    [
        b"/id/../../etc/passwd",
        b"/id/..%2f..%2fetc%2fpasswd",
        b"/id/%2e%2e/%2e%2e/etc/passwd",
        b"/shapes/../../../etc/passwd",
        b"/shapes/core/..%2f..%2fontology%2fukrgraph",
        b"/shapes/%2fetc%2fpasswd.ttl",
        b"/ontology/..%2f..%2fpyproject.toml",
        b"/document/..%2f..%2fpyproject.toml",
        b"/queries/..%2f..%2fpyproject.toml",
        b"/queries/..%2fontology%2fukrgraph.ttl",
        b"/id/%00",
        b"/id/a%0d%0aSet-Cookie:%20x=1",
        b"/id/a%3e%20.%20%7d%20%23",
        b"/id/%D1%83%D0%BA%D1%80",
        b"/id/%ff",
    ],
)
def test_a_path_leads_nowhere_else(get, path):
    found = get.raw(path)
    assert found.status == 404
    assert b"root:" not in found.body
    assert b"[project]" not in found.body
    assert all(b"\r" not in value and b"\n" not in value for _, value in found.headers)
    assert b"set-cookie" not in {name for name, _ in found.headers}


def test_markup_in_the_graph_is_text_in_the_page():
    made = Store()
    evil = "<script>alert(1)</script>\"'&"
    place = NamedNode("x:g")
    made.add(ox.Quad(NamedNode(UKRAINE), NamedNode(f"{RDF}type"), NamedNode(f"{UKG}Country"), place))
    made.add(ox.Quad(NamedNode(UKRAINE), NamedNode(f"{SKOS}prefLabel"), Literal(evil, language="en"), place))
    made.add(ox.Quad(NamedNode(UKRAINE), NamedNode(f"{UKG}note"), NamedNode("javascript:alert(1)"), place))
    page = Client(service(store=made))("/id/ukraine.html").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert 'href="javascript:' not in page


def test_a_licence_of_the_graph_goes_into_a_header_whatever_it_is():
    made = Store()
    given = 'https://example.org/\u043b\u0456\u0446\u0435\u043d\u0437\u0456\u044f"'.replace('"', "")
    licence = NamedNode("http://purl.org/dc/terms/license")
    made.add(ox.Quad(NamedNode(UKRAINE), licence, NamedNode(given), NamedNode("x:g")))
    response = Client(service(store=made))("/id/ukraine.ttl")
    assert response.status_code == 200
    assert (
        '<https://example.org/%D0%BB%D1%96%D1%86%D0%B5%D0%BD%D0%B7%D1%96%D1%8F>; rel="license"'
        in (response.headers["link"])
    )


def test_what_xml_cannot_carry_is_refused_in_xml_only():
    made, place = Store(), NamedNode("x:g")
    made.add(ox.Quad(NamedNode(UKRAINE), NamedNode(f"{UKG}note"), Literal("a\x01b"), place))
    get = Client(service(store=made))
    response = get("/id/ukraine.rdf")
    assert (response.status_code, response.json()["detail"]) == (
        406,
        "RDF/XML cannot carry this: a control character, or a property that is no XML name; use Turtle",
    )
    assert {get(f"/id/ukraine.{suffix}").status_code for suffix in ("ttl", "nt", "jsonld", "html")} == {200}


def test_a_project_without_the_packaged_data_claims_no_licence(tmp_path):
    (tmp_path / "data/graph").mkdir(parents=True)
    (tmp_path / "data/graph/ukrgraph.trig").write_text("", encoding="utf-8")
    response = Client(service(tmp_path, store=numbered(1)))("/id/ukraine.ttl")
    assert 'rel="license"' not in response.headers["link"]


def test_head_and_options_answer(get):
    assert get("/id/ukraine.ttl", "HEAD").status_code == 200
    assert get("/id/ukraine.ttl", "OPTIONS").status_code == 204
    assert get("/id/ukraine.ttl", "POST").status_code == 405
    assert get("/id/ukraine.ttl").headers["access-control-allow-origin"] == "*"


def test_files_with_blank_nodes_are_named_in_order(tmp_path):
    one, other = tmp_path / "a.ttl", tmp_path / "b.ttl"
    one.write_text("<x:a> <x:p> [ <x:q> 1 ] .", encoding="utf-8")
    other.write_text("<x:b> <x:p> [ <x:q> 2 ] .", encoding="utf-8")
    integer = "<http://www.w3.org/2001/XMLSchema#integer>"
    lines = published([one, other], "ntriples").decode().splitlines()
    assert sorted(lines) == [
        "<x:a> <x:p> _:b0x0 .",
        "<x:b> <x:p> _:b2x0 .",
        f'_:b0x0 <x:q> "1"^^{integer} .',
        f'_:b2x0 <x:q> "2"^^{integer} .',
    ]
    assert Path(one).read_bytes() + b"\n" + other.read_bytes() == published([one, other], "turtle")


def test_a_limit_that_a_description_hits_keeps_its_status():
    assert [refused(LimitError(status, "too much")).status for status in (413, 503, 504)] == [413, 503, 504]
