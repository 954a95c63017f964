"""The site as files: whole, without a broken link, the same in every run, and nothing outside its folder."""

import re
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from page_check import Outline, faults

from ukrgraph import site
from ukrgraph.cli import group
from ukrgraph.engine.local import Local, open_project
from ukrgraph.errors import UsageError
from ukrgraph.pages import open_site, paths, render

ROOT = Path(__file__).parents[1]
EXTERNAL = ("http://", "https://", "data:image/svg+xml,")


def pages():
    return open_site(ROOT, Local(open_project(ROOT)), live=False)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Give a folder with the whole site."""
    folder = tmp_path_factory.mktemp("site") / "out"
    site.write(pages(), folder)
    return folder


@pytest.fixture(scope="module")
def outlines(written):
    """Give each page, read, by its path in the folder."""
    return {
        file.relative_to(written).as_posix(): Outline(file.read_text("utf-8"))
        for file in sorted(written.rglob("*.html"))
    }


def test_every_path_is_a_file_in_both_languages(written):
    expected = {site.file_of(path, language) for path in paths(pages()) for language in ("en", "uk")}
    found = {file.relative_to(written).as_posix() for file in written.rglob("*.html")}
    assert found - expected == {"404.html", "uk/404.html"}
    assert expected - found == set()


def test_no_link_is_broken(written, outlines):
    files = {file.relative_to(written).as_posix() for file in written.rglob("*") if file.is_file()}
    ids = {
        name: {attributes["id"] for _, attributes, _ in page.elements if "id" in attributes}
        for name, page in outlines.items()
    }
    broken = set()
    for name, page in outlines.items():
        for target in {attributes.get("href") or attributes.get("src") for _, attributes, _ in page.elements} - {None}:
            if target.startswith(EXTERNAL):
                continue
            path, _, fragment = target.partition("#")
            aim = normpath(join(dirname(name), unquote(path))) if path else name
            if aim not in files or (fragment and unquote(fragment) not in ids[aim]):
                broken.add((name, target))
    assert broken == set()


def test_nothing_is_loaded_from_elsewhere(outlines):
    loaded = {
        attributes.get("src") or attributes.get("href")
        for page in outlines.values()
        for tag, attributes, _ in page.elements
        if tag in {"script", "img", "link", "iframe"} and attributes.get("rel") != "alternate"
    }
    files = {re.sub(r"^(\.\./)*", "", name) for name in loaded if not name.startswith("data:")}
    assert files == {"static/site.css"}


def test_every_page_is_valid(outlines):
    found = {name: faults(page, "uk" if name.startswith("uk/") else "en") for name, page in outlines.items()}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_there_is_no_form_and_examples_are_answered(written, outlines):
    assert [name for name, page in outlines.items() if page.all("form")] == []
    text = (written / "queries/who-condemned.html").read_text("utf-8")
    assert "ukrgraph query who-condemned -p NAME=VALUE" in text
    assert '<h3 id="example-1">event = annexation-2022</h3>' in text
    assert "s004-14" in text


def test_data_stand_beside_the_pages(written):
    triples = set(ox.parse(path=str(written / "statement/s001-04.ttl")))
    subject = ox.NamedNode("https://w3id.org/ukrgraph/statement/s001-04")
    expected = {quad.triple for quad in open_project(ROOT).quads_for_pattern(subject, None, None)}
    assert {quad.triple for quad in triples} == expected
    assert list(ox.parse(path=str(written / "ontology.ttl")))


def test_the_same_graph_gives_the_same_site(written):
    again = pages()
    some = list(paths(again))[::9]
    changed = [
        path
        for path in some
        for language in ("en", "uk")
        if (written / site.file_of(path, language)).read_text("utf-8") != render(again, path, language).body
    ]
    assert changed == []
    things = [path for path in some if "/" in path and (written / f"{path}.ttl").is_file()]
    assert [path for path in things if (written / f"{path}.ttl").read_bytes() != site.turtle(again, path)] == []


def test_no_page_names_a_folder_of_this_machine(written):
    assert [file for file in written.rglob("*.html") if str(ROOT) in file.read_text("utf-8")] == []


def test_the_map_of_the_site_lists_every_page(written):
    text = (written / "sitemap.xml").read_text("utf-8")
    assert text.count("<loc>") == 2 * len(list(paths(pages())))
    assert "<loc>https://w3id.org/ukrgraph/uk/id/ukraine.html</loc>" in text


def test_a_site_is_written_over_a_site(written):
    site.check(written)


def test_files_that_are_no_site_are_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="expected an empty folder or a site written before; name another folder"):
        site.check(tmp_path)
    with pytest.raises(UsageError, match="expected a folder, got a file"):
        site.check(tmp_path / "thesis.txt")


def test_the_command_refuses_a_folder_with_files(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    found = CliRunner().invoke(group, ["--project", str(ROOT), "site", str(tmp_path)], standalone_mode=False)
    assert isinstance(found.exception, UsageError)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["thesis.txt"]
