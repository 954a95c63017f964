"""A small page about an entity, which clients show in a frame beside the candidate. Nothing in it is code."""

from html import escape

from ukrgraph.engine import Literal
from ukrgraph.errors import UsageError
from ukrgraph.reconciliation.answers import described
from ukrgraph.reconciliation.directory import Directory, label

WIDTH, HEIGHT = 430, 300
"""The size of the frame in pixels."""

ITEM = "https://www.wikidata.org/wiki/"

_WORDS = {
    "en": {"also": "also", "look": "all about it", "item": "on Wikidata"},
    "uk": {"also": "також", "look": "усе про це", "item": "у Вікіданих"},
}
_PAGE = """<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8"><title>{name}</title></head>
<body>
<h1>{name}</h1>
<p>{what}</p>
{more}</body></html>
"""


def page(directory: Directory, id: str, language: str, address: str) -> str:
    """Return the page of an entity in English or Ukrainian; `address` is where its own page is.

    Raises UsageError if there is no such entity.
    """
    own = directory.id(id)
    if not own:
        raise UsageError(f"id: expected an entity, got {id!r}")
    words = _WORDS.get(language, _WORDS["en"])
    entity = directory.entities[own]
    name = directory.label(own, language)
    others = dict.fromkeys(one.text for one in entity.names if one.kind != "hidden" and one.text != name)
    more = [f"<p>{words['also']}: {escape(', '.join(others))}</p>\n"] if others else []
    counted = [one for one in directory.properties.values() if one.counts]
    facts = "".join(
        f"<li>{escape(label(one.labels, language, one.id))}: {_first(directory, own, one.id)}</li>" for one in counted
    )
    more.append(f"<ul>{facts}</ul>\n")
    links = [f'<a href="{escape(address)}" target="_blank" rel="noopener">{words["look"]}</a>']
    if own in directory.qids:
        item = escape(ITEM + directory.qids[own])
        links.append(f'<a href="{item}" target="_blank" rel="noopener noreferrer">{words["item"]}</a>')
    more.append(f"<p>{' · '.join(links)}</p>\n")
    what = escape(described(directory, own, language))
    return _PAGE.format(language=language, name=escape(name), what=what, more="".join(more))


def _first(directory: Directory, id: str, property: str) -> str:
    values = directory.values([id], directory.properties[property]).get(id, [])
    return escape(values[0].value) if values and isinstance(values[0], Literal) else "0"
