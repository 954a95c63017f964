"""The four formats of SPARQL 1.1 results, for rows that did not come straight from the engine.

JSON: https://www.w3.org/TR/sparql11-results-json/ ; XML: https://www.w3.org/TR/rdf-sparql-XMLres/ ; CSV and TSV:
https://www.w3.org/TR/sparql11-results-csv-tsv/ .
"""

import re
from itertools import islice
from json import dumps
from typing import IO

from ukrgraph.engine import BlankNode, Literal, NamedNode, Term
from ukrgraph.errors import OutsideError
from ukrgraph.results import Style, Table
from ukrgraph.terms import XSD

_QUOTED = re.compile(r'[",\r\n]')
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BATCH = 256
_XML = "http://www.w3.org/2005/sparql-results#"
_ENTITIES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("\r", "&#13;"))
_STRING = f"{XSD}string"


def csv(table: Table, output: IO[bytes], style: Style) -> None:
    """Write CSV: plain values, lines end with CR LF (RFC 4180)."""
    del style
    output.write((",".join(map(_cell, table.variables)) + "\r\n").encode())
    rows = iter(table.rows)
    while batch := list(islice(rows, _BATCH)):
        text = "\r\n".join([",".join([_cell(_value(term)) for term in row]) for row in batch])
        output.write(f"{text}\r\n".encode())


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def _value(term: Term | None) -> str:
    if isinstance(term, NamedNode | Literal):
        return term.value
    return "" if term is None else str(term)


def tsv(table: Table, output: IO[bytes], style: Style) -> None:
    """Write TSV: terms in the syntax of N-Triples, in which tabs and line ends are escaped."""
    del style
    output.write(("\t".join(f"?{name}" for name in table.variables) + "\n").encode())
    for row in table.rows:
        output.write(("\t".join("" if term is None else _escaped(term) for term in row) + "\n").encode())


def _escaped(term: Term) -> str:
    return str(term).replace("\t", "\\t")


def json(table: Table, output: IO[bytes], style: Style) -> None:
    """Write JSON, a line a solution."""
    del style
    head = dumps({"vars": table.variables}, ensure_ascii=False)
    output.write(f'{{"head":{head},"results":{{"bindings":['.encode())
    mark = "\n"
    for row in table.rows:
        found = {name: _object(term) for name, term in zip(table.variables, row, strict=True) if term is not None}
        output.write((mark + dumps(found, ensure_ascii=False, separators=(",", ":"))).encode())
        mark = ",\n"
    output.write(b"\n]}}\n")


def _object(term: Term) -> dict[str, object]:
    """Return a term as section 3.2.2 of the JSON format says."""
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, Literal):
        found: dict[str, object] = {"type": "literal", "value": term.value}
        if term.language:
            found["xml:lang"] = term.language
        elif term.datatype.value != _STRING:
            found["datatype"] = term.datatype.value
        return found
    parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
    return {"type": "triple", "value": {name: _object(part) for name, part in parts.items()}}


def xml(table: Table, output: IO[bytes], style: Style) -> None:
    """Write XML.

    Raises OutsideError if a value has a character that XML 1.0 cannot carry (section 2.2).
    """
    del style
    head = "".join(f'<variable name="{_text(name)}"/>' for name in table.variables)
    output.write(f'<?xml version="1.0"?>\n<sparql xmlns="{_XML}"><head>{head}</head><results>\n'.encode())
    for row in table.rows:
        cells = (
            f'<binding name="{_text(name)}">{_element(term)}</binding>'
            for name, term in zip(table.variables, row, strict=True)
            if term is not None
        )
        output.write(f"<result>{''.join(cells)}</result>\n".encode())
    output.write(b"</results></sparql>\n")


def _text(text: str) -> str:
    if _NO_XML.search(text):
        raise OutsideError(f"--format xml: XML cannot carry a control character, got {text!r}; use json or tsv")
    for character, instead in _ENTITIES:
        text = text.replace(character, instead)
    return text


def _element(term: Term) -> str:
    """Return a term as section 2.3.1 of the XML format says."""
    if isinstance(term, NamedNode):
        return f"<uri>{_text(term.value)}</uri>"
    if isinstance(term, BlankNode):
        return f"<bnode>{_text(term.value)}</bnode>"
    if isinstance(term, Literal):
        mark = ""
        if term.language:
            mark = f' xml:lang="{_text(term.language)}"'
        elif term.datatype.value != _STRING:
            mark = f' datatype="{_text(term.datatype.value)}"'
        return f"<literal{mark}>{_text(term.value)}</literal>"
    parts = ("subject", "predicate", "object")
    inside = "".join(f"<{part}>{_element(getattr(term, part))}</{part}>" for part in parts)
    return f"<triple>{inside}</triple>"
