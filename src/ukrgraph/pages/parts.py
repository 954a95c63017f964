"""What each template gets: views, and the words and values around them."""

from collections.abc import Mapping
from typing import Any

from ukrgraph.pages.labels import Word, word
from ukrgraph.pages.pen import Pen
from ukrgraph.pages.records import SPOKEN, Record
from ukrgraph.pages.site import Site
from ukrgraph.pages.views import browse, document, entity, findings, home, query, statement, vocabulary
from ukrgraph.pages.words import LANGUAGES
from ukrgraph.query.catalogue import StoredQuery, parse
from ukrgraph.terms import DCTERMS, SKOS

Context = dict[str, Any]
Values = Mapping[str, str]

INPUTS = {"date": "date", "integer": "number", "year": "number", "limit": "number", "decimal": "text"}
"""The type of the field for each type of parameter; all others are texts."""

DOWNLOADS = ("csv", "json", "tsv", "xml")

STATEMENT_TERMS = ("speaker", "speakerText", "onBehalfOf", "onBehalfOfState", "reportedVia", "addressee", "channel",
                   "utteredAt", "speechAct", "stance", "stanceAgainst", "stanceFor", "affirms", "rejects",
                   "modality", "quotationMode", "attribution", "confidence", "about", "denies", "disputes", "echoes",
                   "embeddedIn", "sameUtteranceAs", "reportedIn", "assertedBy", "claimedIn", "deniedIn", "deniedBy",
                   "epistemicStatus", "narrationKind", "region", "territorialStatus", "statusObject", "statusValue",
                   "relation", "relationSubject", "relationObject", "relationValue", "amount", "unit", "quantityOf",
                   "quantifier", "act", "norm", "event", "phase", "statusOf", "silentParty", "silentOn",
                   "silenceKind", "claimBasis", "note")  # fmt: skip
"""The properties of a record that its page lists, in order."""

_SAME = frozenset({"says the same", "reports the same utterance", "echoes it", "is echoed by it"})
_OTHER = frozenset({"says otherwise", "denies it", "is denied by it", "disputes it", "is disputed by it"})


def home_page(site: Site, pen: Pen, values: Values) -> Context:
    """Return what the first page needs."""
    del values
    return {"title": "ukrgraph: " + pen.t("home-title"), "view": home.home(site)}


def about_page(site: Site, pen: Pen, values: Values) -> Context:
    """Return what the page about the graph needs."""
    del values
    return {"title": pen.t("about-title"), "documents": home.documents(site)}


def gallery_page(site: Site, pen: Pen, values: Values) -> Context:
    """Return the stored queries by tag, only those of one tag if it is asked for; each stands under its first tag."""
    named = [(tag, query) for query in site.queries for tag in query.header.tags if not _is_number(tag)]
    tags: dict[str, int] = {}
    for tag, _ in named:
        tags[tag] = tags.get(tag, 0) + 1
    wanted = values.get("tag", "")
    groups: dict[str, list[StoredQuery]] = {}
    for query_ in site.queries:
        own = [tag for tag in query_.header.tags if not _is_number(tag)]
        if wanted in own or not wanted:
            groups.setdefault(wanted or (own[0] if own else "other"), []).append(query_)
    return {
        "title": pen.t("gallery-title"),
        "tags": sorted(tags.items()),
        "tag": wanted,
        "groups": sorted(groups.items()),
    }


def _is_number(tag: str) -> bool:
    """Tell whether a tag is the number of a competency question, which says nothing to readers."""
    return tag.startswith("cq") and tag[2:].isdigit()


def query_page(site: Site, asked: StoredQuery, values: Values) -> Context:
    """Return what the page of a stored query needs; without a server, its examples are answered."""
    given = query.given(asked, {name: value for name, value in values.items() if name != "lang"})
    answer = query.answer(site, asked, given)
    examples = [dict(example.params) for example in asked.header.examples if example.params and not example.data]
    defaults = {item.name: given.get(item.name, item.default) for item in asked.header.params}
    return {
        "title": asked.header.summary or asked.name,
        "query": asked,
        "values": given,
        "answer": answer,
        "short": _shortened,
        "shown": [(name, value) for name, value in defaults.items() if value],
        "fields": query.fields(site, asked, given) if site.live else (),
        "types": INPUTS,
        "downloads": DOWNLOADS,
        "examples": examples,
        "solved": [] if site.live else [(example, query.answer(site, asked, example)) for example in examples],
        "text": "\n".join(line for line in asked.text.splitlines() if not line.startswith("#+")).strip() + "\n",
        "command": f"ukrgraph query {asked.name}" + (" -p NAME=VALUE" if asked.header.params else ""),
    }


def _shortened(text: str, most: int = 160) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def sparql_page(site: Site, pen: Pen, values: Values) -> Context:
    """Return what the page for free queries needs, with the answer if a query is given."""
    text = values.get("query", "")
    answer = query.free(site, parse(text, "query", "query")) if text.strip() and site.live else None
    asked = [item for item in site.queries if not item.header.params][:12]
    return {
        "title": pen.t("sparql-title"),
        "text": text or _FIRST,
        "answer": answer,
        "short": _shortened,
        "queries": asked,
        "scripts": [f"static/{name}" for name in site.scripts],
    }


_FIRST = """SELECT ?speaker (COUNT(?statement) AS ?statements)
WHERE {
  ?statement a ukg:Statement ;
    ukg:speaker ?speaker .
}
GROUP BY ?speaker
ORDER BY DESC(?statements) ?speaker
"""


def entities_page(site: Site, pen: Pen, values: Values) -> Context:
    """Return all entities by class."""
    del values
    return {"title": pen.t("entities-title"), "view": browse.entities(site)}


def statements_page(site: Site, pen: Pen, values: Values) -> Context:
    """Return all statements by time."""
    del values
    return {"title": pen.t("statements-title"), "view": browse.statements(site)}


def search_page(site: Site, pen: Pen, values: Values) -> Context:
    """Return what is called so."""
    text = values.get("q", "")
    return {"title": pen.t("search-title"), "view": browse.search(site, text), "wanted": text}


def findings_page(site: Site, pen: Pen, values: Values) -> Context:
    """Return the findings of validation."""
    del values
    return {
        "title": pen.t("findings-title"),
        "view": findings.findings(site),
        "document_of": findings.document_of,
    }


def ontology_page(site: Site, pen: Pen, values: Values) -> Context:
    """Return the terms of the ontology."""
    del values
    view = vocabulary.ontology(site)
    found = pen.in_language(view.header, f"{DCTERMS}description") if view.header else []
    return {"title": pen.t("ontology-title"), "view": view, "lead": found[0] if found else Word("")}


def concepts_page(site: Site, pen: Pen, values: Values) -> Context:
    """Return the concepts."""
    del values
    lead = Word(pen.t("concepts-lead"), pen.language)
    return {"title": pen.t("concepts-title"), "view": vocabulary.concepts(site), "lead": lead}


def entity_page(site: Site, pen: Pen, iri: str) -> tuple[str, Context] | None:
    """Return template and values of the page of an entity."""
    view = entity.entity(site, iri)
    if view is None:
        return None
    counted = [("said", view.said), ("heard", view.heard), *view.sections]
    counted += [("members", view.members), ("mentions", view.mentions), ("wikidata", view.links)]
    return "entity.html", {
        "title": pen.plain(iri),
        "view": view,
        "elsewhere": _elsewhere(pen, iri),
        "aliases": _aliases(view.record),
        "own": entity.OWN,
        "notes": entity.NOTES,
        "toc": [(key, len(found)) for key, found in counted if found],
    }


def _elsewhere(pen: Pen, iri: str) -> Word | None:
    """Return what a thing is called in the other language, if it has a name there."""
    other = next(language for language in LANGUAGES if language != pen.language)
    found = pen.site.labels.get(iri, other)
    return found if found.language == other else None


def _aliases(record: Record) -> list[tuple[str, list[str]]]:
    found: dict[str, set[str]] = {}
    for property_ in ("altLabel", "hiddenLabel"):
        for term in record.all(f"{SKOS}{property_}"):
            alias = word(term)
            found.setdefault(alias.language or "en", set()).add(alias.text)
    return [(language, sorted(found[language])) for language in LANGUAGES if language in found]


def statement_page(site: Site, pen: Pen, iri: str) -> tuple[str, Context] | None:
    """Return template and values of the page of a statement or another record."""
    view = statement.statement(site, iri)
    if view is None:
        return None
    voices = [
        (key, [voice for voice in view.voices if voice.relation in relations])
        for key, relations in (("voices-same", _SAME), ("voices-other", _OTHER))
    ]
    record = view.record
    name = iri.rpartition("/")[2]
    key = "what-is-said" if record.kind in SPOKEN else "what-is-claimed"
    return "statement.html", {
        "title": f"{name}: {record.text('paraphrase') or pen.t(key)}",
        "view": view,
        "voices": [(title, found) for title, found in voices if found],
        "terms": STATEMENT_TERMS,
    }


def document_page(site: Site, pen: Pen, iri: str) -> tuple[str, Context] | None:
    """Return template and values of the page of a document."""
    view = document.document(site, iri)
    if view is None:
        return None
    return "document.html", {
        "title": pen.document_title(view.record).text,
        "view": view,
        "counts": dict(view.spans),
        "records": {record.iri: record for record in (*view.statements, *view.others)},
    }
