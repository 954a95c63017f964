"""How things are written on a page: words of the interface, names, links, days; always with the right language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup, escape

from ukrgraph.engine import Literal, NamedNode, Term
from ukrgraph.pages.address import Address
from ukrgraph.pages.labels import Word, word
from ukrgraph.pages.records import SPOKEN, Record
from ukrgraph.pages.site import Site
from ukrgraph.pages.views.network import Edge
from ukrgraph.pages.words import LANGUAGES, WORDS
from ukrgraph.terms import PREFIXES, UKG

_LINKED = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes for one page: names in its language, links from its address."""

    site: Site
    address: Address

    @property
    def language(self) -> str:
        """Return the language of the page."""
        return self.address.language

    def t(self, key: str, **values: object) -> str:
        """Return a text of the interface; `values` stand in its {braces}."""
        text = WORDS[key][LANGUAGES.index(self.language)]
        return text.format(**values) if values else text

    def word(self, word: Word | str) -> Markup:
        """Return a text, marked with its language if it is not that of the page."""
        if isinstance(word, str):
            word = Word(word)
        language = word.language or guessed(word.text, self.language)
        if not word.text or language == self.language:
            return escape(word.text)
        return _element("span", escape(word.text), lang=language)

    def name(self, iri: str) -> Word:
        """Return what a thing is called."""
        return self.site.labels.get(iri, self.language)

    def link(self, iri: str, words: Word | str | None = None, kind: str = "") -> Markup:
        """Return a link to a thing, called by its name or by `words`; a document is called by its id."""
        if words is None and iri.startswith(self.site.names.document("")):
            return self._document(iri)
        text = self.word(self.name(iri) if words is None else words)
        is_ours = self.address.ours(iri)
        if not iri.startswith(_LINKED) or (is_ours and not self.address.has_page(iri)):
            return text
        rel = "" if is_ours else "external"
        return _element("a", text, href=self.address.iri(iri), class_=kind, rel=rel)

    def _document(self, iri: str) -> Markup:
        """Return a link to a document, or a span of one, by its short id, with its title to look up."""
        id_ = iri.removeprefix(self.site.names.document("")).partition("#")[0]
        title = self.plain(self.site.names.document(id_))
        return _element("a", escape(id_), href=self.address.iri(iri), title=title)

    def links(self, iris: Iterable[str]) -> Markup:
        """Return links to things, with commas between them."""
        return Markup(", ").join(self.link(iri) for iri in iris)

    def term(self, term: Term | None) -> Markup:
        """Return a term as a reader wants it: a link with a name, or a text; a blank node has neither and is [ ]."""
        if isinstance(term, NamedNode):
            known = term.value in self.site.labels or self.address.ours(term.value)
            return self.link(term.value, None if known else self.short(term.value))
        if isinstance(term, Literal):
            if term.value.startswith(_LINKED) and " " not in term.value:
                return self.link(term.value, term.value)
            return self.word(Word(term.value, term.language or "") if term.language else term.value)
        return Markup("[ ]")

    def short(self, iri: str) -> str:
        """Return an IRI with a prefix for its namespace, if it has a known one."""
        prefixes = {**PREFIXES, "": self.site.names.base}
        for prefix, namespace in prefixes.items():
            if iri.startswith(namespace):
                return f"{prefix}:{iri.removeprefix(namespace)}"
        return iri

    def when(self, record: Record) -> Markup:
        """Return the days of a record."""
        return self.days(*record.days)

    def days(self, first: str, last: str) -> Markup:
        """Return one day, two days as bounds, or one open bound."""
        if first and first == last:
            return _day(first)
        if first and last:
            return _day(first) + "–" + _day(last)
        if last:
            return escape(self.t("until")) + " " + _day(last)
        return escape(self.t("from")) + " " + _day(first) if first else escape(self.t("undated"))

    def plain(self, iri: str) -> str:
        """Return what a thing is called, without its language, for places that take no markup."""
        return self.name(iri).text

    def kinds(self, record: Record) -> Markup:
        """Return links to the classes of a record, and to its kind."""
        iris = [*map(_full, record.kinds), *record.iris("kind")]
        named = {self.plain(iri): iri for iri in reversed(iris)}
        return Markup(" · ").join(self.link(iri) for iri in reversed(named.values()))

    def document_title(self, record: Record) -> Word:
        """Return the title of a document, or its id where it has no headline."""
        if record.iri in self.site.labels:
            return self.name(record.iri)
        return Word(self.t("no-title", id=self.plain(record.iri)), self.language)

    def title(self, iri: str, records: Mapping[str, Record]) -> str:
        """Return what a record says in a line, after its id."""
        record = records.get(iri)
        words = record.text("paraphrase") if record else ""
        kind = self.plain(_full(record.kind)) if record else ""
        return f"{iri.rpartition('/')[2].partition('.')[0]}: {words or kind}"

    def mark(self, iri: str, records: Mapping[str, Record]) -> str:
        """Return what stands for a record in a text: the id of a record of speech, a circle for any other."""
        record = records.get(iri)
        return iri.rpartition("/")[2] if record and record.kind in SPOKEN else "◦"

    def by_name(self, iris: Iterable[str]) -> list[str]:
        """Return things in the order of their names."""
        return sorted(iris, key=lambda iri: (self.plain(iri).casefold(), iri))

    def count_link(self, name: str) -> str:
        """Return where the members of a counted class are listed."""
        lists = {"Statement": "statements", "TerritorialClaim": "map"}
        anchors = {"Sanction": "Sanction", "Event": "Event"}
        return self.address.page(lists.get(name, "entities"), anchors.get(name, ""))

    def query_link(self, name: str, values: Mapping[str, str]) -> str:
        """Return the link to a stored query with values; files have one page for all values."""
        return self.address.page(f"queries/{name}", "", values)

    def download(self, name: str, suffix: str, values: Mapping[str, str]) -> str:
        """Return the link to the answer of a stored query in a format."""
        return self.address.file(f"queries/{name}.{suffix}") + (f"?{urlencode(values)}" if values else "")

    def edge(self, edge: Edge) -> str:
        """Return the fragment of a reaction in the table of the network."""
        ends = (iri.rpartition("/")[2] for iri in (edge.source, edge.target))
        return "-".join((edge.way.lower(), *ends))

    def anchor(self, key: str) -> str:
        """Return the fragment of an IRI, or a key as it is."""
        return key.rpartition("#")[2] or key

    def group(self, key: str) -> Markup:
        """Return the name of a group of terms: of a scheme, or a word of the interface."""
        return self.word(self.name(key)) if self.address.ours(key) else escape(self.t(f"group-{key}"))

    def in_language(self, record: Record, property: str) -> list[Word]:
        """Return the texts of a property in the language of the page, else all of them."""
        found = [word(term) for term in record.all(property)]
        return [item for item in found if item.language == self.language] or found


def _full(kind: str) -> str:
    return kind if "://" in kind else UKG + kind


def _day(day: str) -> Markup:
    return _element("time", escape(day), datetime=day)


def _element(name: str, content: Markup, **attributes: str) -> Markup:
    """Return an element with content that is markup already; attributes are escaped, empty ones left out.

    Written by hand because Markup.format, which does the same, takes most of the time of a page.
    """
    pairs = "".join(f' {key.removesuffix("_")}="{escape(value)}"' for key, value in attributes.items() if value)
    return Markup(f"<{name}{pairs}>{content}</{name}>")  # noqa: S704  # all parts are escaped


def guessed(text: str, language: str) -> str:
    """Return the language of a text that names none: notes are written in English, and numbers in any.

    >>> guessed("in force (presupposed)", "uk"), guessed("2015", "uk"), guessed("Kyiv", "en")
    ('en', 'uk', 'en')
    """
    return "en" if any("a" <= letter <= "z" for letter in text.lower()) else language
