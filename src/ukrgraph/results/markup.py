"""Tables in Markdown and HTML. Nothing in a value is taken for markup."""

import re
from html import escape
from typing import IO

from ukrgraph.engine import Literal, NamedNode, Term
from ukrgraph.results import Style, Table
from ukrgraph.results.plain import curie, shown

_MARKS = re.compile(r"([\\`*_{}\[\]<>()#+!|~&])")
_LINKED = ("http://", "https://")


def markdown(table: Table, output: IO[bytes], style: Style) -> None:
    """Write a table of GitHub Flavored Markdown (section 4.10 of its specification)."""
    output.write(f"| {' | '.join(map(_marked, table.variables))} |\n".encode())
    output.write(f"|{' --- |' * len(table.variables)}\n".encode())
    for row in table.rows:
        output.write(f"| {' | '.join(_marked(shown(term, style.prefixes)) for term in row)} |\n".encode())


def _marked(text: str) -> str:
    return _MARKS.sub(r"\\\1", text)


def html(table: Table, output: IO[bytes], style: Style) -> None:
    """Write an HTML table; IRIs of the web are links, literals say their language."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.variables)
    output.write(f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n".encode())
    for row in table.rows:
        output.write(f"<tr>{''.join(_cell(term, style) for term in row)}</tr>\n".encode())
    output.write(b"</tbody>\n</table>\n")


def _cell(term: Term | None, style: Style) -> str:
    text = escape(shown(term, style.prefixes))
    if isinstance(term, NamedNode) and term.value.startswith(_LINKED):
        short = escape(curie(term.value, style.prefixes))
        return f'<td><a href="{escape(term.value)}">{short}</a></td>'
    if isinstance(term, Literal) and term.language:
        return f'<td lang="{escape(term.language)}">{text}</td>'
    return f"<td>{text}</td>"
