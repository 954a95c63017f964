"""The pages as HTML: valid, escaped, whole in both languages, and the same in every run."""

import re
from pathlib import Path

import pytest
from page_check import Outline, faults

from ukrgraph import store
from ukrgraph.engine.local import Local, open_project
from ukrgraph.pages import LANGUAGES, open_site, paths, render
from ukrgraph.pages.pen import guessed
from ukrgraph.pages.render import Asked, environment, missing
from ukrgraph.pages.words import WORDS

ROOT = Path(__file__).parents[1]
TEMPLATES = ROOT / "src/ukrgraph/pages/templates"
ID = "https://w3id.org/ukrgraph/id/"

SAMPLES = (
    "", "queries/", "entities", "statements", "timeline", "map", "network", "sparql", "about", "ontology", "concepts",
    "queries/who-condemned", "queries/graph-statistics", "id/united-nations", "id/crimea", "id/annexation-2022",
    "id/sanction-japan-new-2022-09-30", "id/pos-unlawful", "id/threatened-response-2022-02", "statement/s001-01",
    "statement/s001-02", "statement/s001-16", "claim/st001-03", "claim/q004-01", "claim/v-15", "silence/x003-01",
    "document/doc-000", "document/doc-001", "document/doc-002", "document/doc-003", "document/doc-004",
)  # fmt: skip


@pytest.fixture(scope="module")
def site():
    return open_site(ROOT, Local(open_project(ROOT)))


def body(site, path, language="en", /, **values):
    page = render(site, path, language, Asked(values))
    assert page is not None
    return page.body


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", SAMPLES)
def test_a_page_is_valid(site, path, language):
    assert faults(body(site, path, language), language) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_mistakes_are_valid(site, language):
    asked = [
        ("search", {"q": "guterres"}),
        ("search", {"q": "jo biden"}),
        ("search", {}),
        ("queries/", {"tag": "sanctions"}),
        ("queries/statements-of-an-actor", {"actor": "nobody-at-all"}),
        ("queries/statements-on-a-day", {"day": "2022-09-01"}),
        ("queries/who-condemned", {"event": "referendums-2022", "other": "x"}),
        ("sparql", {"query": "SELECT * { ?s a ukg:Sanction }"}),
        ("sparql", {"query": "SELECT"}),
        ("sparql", {"query": "ASK { ?s a ukg:Sanction }"}),
        ("sparql", {"query": "CONSTRUCT { ?s a ukg:Sanction } WHERE { ?s a ukg:Sanction }"}),
    ]
    found = {(path, *values.values()): faults(body(site, path, language, **values), language) for path, values in asked}
    assert {key: wrong for key, wrong in found.items() if wrong} == {}
    assert faults(missing(site, "id/ukrain", language).body, language) == []


def test_what_is_not_there_names_what_is_near(site):
    page = missing(site, "id/ukrain", "en")
    assert not page.found
    assert '<a href="/id/ukraine">' in page.body
    assert '<a href="/queries/who-condemned">' in missing(site, "queries/who-condemmed", "en").body


@pytest.mark.parametrize(
    "path", ["id/nobody", "nothing", "queries/nothing", "id/", "x/y/z", "id/a b", "claim/%3Cx", "//"]
)
def test_there_is_no_page_of_nothing(site, path):
    assert render(site, path, "en") is None


def test_every_word_is_there_in_both_languages():
    assert {key: texts for key, texts in WORDS.items() if not all(text.strip() for text in texts)} == {}
    assert {key: texts for key, texts in WORDS.items() if set(re.findall(r"\{\w+\}", texts[0])) !=
            set(re.findall(r"\{\w+\}", texts[1]))} == {}  # fmt: skip


def test_ukrainian_is_not_left_in_english():
    same = {key for key, (english, ukrainian) in WORDS.items() if english == ukrainian}
    assert same == {"language-en", "language-uk", "menu-sparql", "network-edge"}
    cyrillic = re.compile("[а-щьюяєіїґ]", re.IGNORECASE)
    assert {key for key, (_, text) in WORDS.items() if not cyrillic.search(text)} == {
        "language-en", "menu-sparql", "network-edge",
    }  # fmt: skip


def test_every_word_is_used_and_every_word_used_is_there():
    sources = [*TEMPLATES.glob("*.html"), *(ROOT / "src/ukrgraph/pages").rglob("*.py")]
    text = "\n".join(file.read_text("utf-8") for file in sources)
    asked = set(re.findall(r"\bt\(\s*[\"']([\w-]*)[\"']\s*[,)]", text))
    beginnings = set(re.findall(r"\bt\(\s*f?[\"']([\w-]+-)(?:[\"'] ~|\{)", text))
    assert asked - set(WORDS) == set()
    quoted = {key for key in WORDS if f'"{key}"' in text}
    unused = {key for key in set(WORDS) - asked - quoted if not any(key.startswith(start) for start in beginnings)}
    assert unused == set()


@pytest.mark.parametrize("name", sorted(file.name for file in TEMPLATES.glob("*.html")))
def test_no_template_has_text_of_its_own(name):
    source = (TEMPLATES / name).read_text("utf-8")
    source = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", " ", source, flags=re.DOTALL)
    words = set(re.findall(r"[A-Za-z]{2,}", re.sub(r"https?://\S+", "", source)))
    assert words <= {"ukrgraph", "contributors", "MIT", "sparql", "serve"}


HOSTILE = '<script>alert(1)</script>" onmouseover="x\' & </title>]]>'


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """Give a site over a graph whose labels, aliases and paraphrases are hostile."""
    file = tmp_path_factory.mktemp("hostile") / "graph.nq"
    text = HOSTILE.replace("\\", "\\\\").replace('"', '\\"')
    lines = []
    for line in (ROOT / "data/graph/ukrgraph.trig").read_text("utf-8").splitlines():
        changed = re.sub(
            r'(skos:prefLabel|skos:altLabel|dcterms:title|:paraphrase|:note|:dateBasis) "', rf'\1 "{text}', line
        )
        lines.append(re.sub(r'@en , "', f'@en , "{text}', changed))
    trig = file.with_suffix(".trig")
    trig.write_text("\n".join(lines), encoding="utf-8")
    return open_site(ROOT, Local(store.load([trig])))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", [path for path in SAMPLES if path not in {"ontology", "concepts"}])
def test_hostile_labels_stay_text(hostile, path, language):
    page = body(hostile, path, language)
    assert faults(page, language) == []
    assert "<script>alert" not in page
    assert Outline(page).all("script") == []


def test_the_hostile_graph_is_hostile(hostile):
    assert "&lt;script&gt;alert(1)" in body(hostile, "id/crimea")
    assert "&lt;script&gt;alert(1)" in body(hostile, "id/crimea", "uk")
    assert "&lt;script&gt;alert(1)" in body(hostile, "statement/s001-01")


@pytest.mark.parametrize("path", ["search", "queries/", "queries/statements-of-an-actor", "sparql"])
def test_hostile_values_stay_text(site, path):
    for name in ("q", "tag", "actor", "query", "lang", "path", "fragment", HOSTILE):
        page = body(site, path, **{name: HOSTILE})
        assert faults(page, "en") == []
        assert "<script>alert" not in page


def test_a_text_in_another_language_says_so(site):
    page = body(site, "statement/s001-04", "uk")
    assert '<span lang="en">Outside Russia the votes are widely condemned as a sham.</span>' in page
    assert '<blockquote lang="en">' in page
    assert guessed("Київ", "uk") == "uk"


def test_words_of_a_document_lead_to_their_statement_and_back(site):
    page = body(site, "document/doc-001")
    found = re.search(
        r'<mark class="said" id="(char=\d+,\d+)">(?:(?!</mark>).)*<a class="ref" href="(/statement/s001-\d\d)"', page
    )
    assert found is not None
    assert f'href="/document/doc-001#{found[1]}"' in body(site, found[2].removeprefix("/"))


def test_the_graph_says_only_what_others_say(site):
    page = body(site, "statement/s001-04")
    assert "<h1>What is said</h1>" in page
    assert "those outside Russia who condemn the votes (unspecified)</a> said, as reported:" in page
    assert "announced, not yet said" in body(site, "statement/s001-02")
    assert "ascribed by the narrator, not said" in body(site, "statement/s001-16")


def test_an_answer_links_its_rows_and_its_other_forms(site):
    page = body(site, "queries/who-condemned", event="annexation-2022")
    assert '<a href="/statement/s004-14">s004-14</a>' in page
    assert 'href="/queries/who-condemned.csv?event=annexation-2022"' in page
    assert '<th scope="col">Evidence</th>' in page


def test_an_error_stands_beside_its_field(site):
    page = body(site, "queries/statements-of-an-actor", actor="united-natons")
    assert 'value="united-natons"' in page
    assert 'aria-invalid="true" aria-describedby="e-actor"' in page
    assert '<p class="error" id="e-actor" lang="en">expected an Actor' in page


@pytest.mark.parametrize(
    ("type_", "kind"), [("statements-on-a-day", "date"), ("actors-in-several-documents", "number")]
)
def test_fields_are_of_the_type_of_their_parameter(site, type_, kind):
    assert f'type="{kind}"' in body(site, f"queries/{type_}")


def test_the_gallery_filters_by_tag(site):
    listed = re.findall(r'href="/queries/([\w-]+)"', body(site, "queries/", tag="sanctions"))
    assert sorted(listed) == sorted(query.name for query in site.queries if "sanctions" in query.header.tags)
    assert len(set(re.findall(r'href="/queries/([\w-]+)"', body(site, "queries/")))) == len(site.queries)


def test_the_same_graph_gives_the_same_bytes():
    first, second = (open_site(ROOT, Local(open_project(ROOT))) for _ in range(2))
    assert {path: body(first, path) == body(second, path) for path in SAMPLES} == dict.fromkeys(SAMPLES, True)


def test_every_path_has_a_page_and_no_path_stands_twice(site):
    found = list(paths(site))
    assert len(found) == len(set(found)) == 13 - 1 + len(site.queries) + 5 + 231 + 81 + 154 + 59 + 10 + 2 + 1


def test_templates_escape_and_refuse_unknown_names():
    assert environment().autoescape is True
    assert environment().from_string("{{ x }}").render(x="<") == "&lt;"
    with pytest.raises(Exception, match="'y' is undefined"):
        environment().from_string("{{ y }}").render()
