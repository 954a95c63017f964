"""What every page must keep: checked with the parser of the standard library, without a browser."""

from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


class Outline(HTMLParser):
    """Reads a page: its elements in order with their attributes, and what does not fit."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.text = text
        self.elements, self.faults, self.open = [], [], []
        self.feed(text)
        self.close()
        self.faults += [f"<{name}> is not closed" for name, _ in self.open]

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if len(found) != len(attributes):
            self.faults.append(f"<{tag}> has an attribute twice")
        if tag == "a" and any(name == "a" for name, _ in self.open):
            self.faults.append(f"a link in a link: {found}")
        self.elements.append((tag, found, [name for name, _ in self.open]))
        if tag not in VOID:
            self.open.append((tag, found))

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes), [name for name, _ in self.open]))

    def handle_endtag(self, tag):
        if not self.open or self.open[-1][0] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1:]}")
        else:
            self.open.pop()

    def all(self, *names):
        """Return the attributes of all elements of some names."""
        return [attributes for tag, attributes, _ in self.elements if tag in names]


def faults(page, language):
    """Return what is wrong with a page, read or as a text, in a language."""
    page = page if isinstance(page, Outline) else Outline(page)
    found = list(page.faults)
    if not page.text.startswith("<!doctype html>\n"):
        found.append("no doctype")
    if page.all("html")[0].get("lang") != language:
        found.append(f"the language is not {language}")
    ids = [attributes["id"] for _, attributes, _ in page.elements if "id" in attributes]
    found += [f"the id {name!r} stands twice" for name, count in Counter(ids).items() if count > 1]
    found += [f"style on <{tag}>" for tag, attributes, _ in page.elements if "style" in attributes or tag == "style"]
    found += [f"{key} on <{tag}>" for tag, attributes, _ in page.elements for key in attributes if key.startswith("on")]
    found += ["a script in the page" for attributes in page.all("script") if "src" not in attributes]
    found += _headings(page) + _labels(page, set(ids)) + _names(page, set(ids))
    return found


def _headings(page):
    levels = [HEADINGS.index(tag) for tag, _, _ in page.elements if tag in HEADINGS]
    found = [] if levels.count(0) == 1 and levels[0] == 0 else ["not one h1, at first"]
    jumps = [(a, b) for a, b in pairwise(levels) if b > a + 1]
    return found + [f"h{b + 1} after h{a + 1}" for a, b in jumps]


def _labels(page, ids):
    labelled = {attributes.get("for") for attributes in page.all("label")}
    found = []
    for tag, attributes, around in page.elements:
        if tag not in {"input", "select", "textarea"} or attributes.get("type") == "hidden":
            continue
        if attributes.get("id") not in labelled and "label" not in around:
            found.append(f"<{tag}> without a label: {attributes}")
        described = attributes.get("aria-describedby", "")
        found += [f"aria-describedby {name!r} is nowhere" for name in described.split() if name not in ids]
    return found + [f"label for {name!r}" for name in labelled - {None} if name not in ids]


def _names(page, ids):
    found = []
    for tag, attributes, _ in page.elements:
        named = attributes.get("aria-labelledby", "").split()
        found += [f"aria-labelledby {name!r} on <{tag}> is nowhere" for name in named if name not in ids]
        if tag == "a" and not attributes.get("href"):
            found.append("a link to nowhere")
    tables = [around for tag, _, around in page.elements if tag == "caption" and "table" in around]
    if len(tables) != len(page.all("table")):
        found.append("a table without a caption")
    return found
