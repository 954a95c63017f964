"""The tokens of a SPARQL text, with everything between them: joined again they are the text, byte for byte.

The terminals are those of SPARQL 1.1 Query Language, section 19.8 (https://www.w3.org/TR/sparql11-query/#sparqlGrammar).
A parameter is bound and a name is checked on tokens, so nothing inside a string, an IRI or a comment is ever touched.
"""

import re
from typing import NamedTuple

_NAME = r"\x00-,./:-@\[-^`{-\xb6\xb8-\xbf\xd7\xf7"
_NAME_START = _NAME + r"\-0-9_\xb7"
# The classes of characters are negated, for that compiles ten times faster than the ranges of PN_CHARS. They take more:
# whatever lies above U+00FF. The engine, which reads every text first, refuses what they take too much.
_LOCAL_EXTRA = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"

_TOKEN = re.compile(
    rf"""
      (?P<space>[ \t\r\n]+)
    | (?P<comment>\#[^\n\r]*)
    | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*>)
    | (?P<string>\"\"\"(?:\"{{0,2}}(?:[^"\\]|\\.))*\"\"\"|'''(?:'{{0,2}}(?:[^'\\]|\\.))*'''
        |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
    | (?P<variable>[?$](?:[^{_NAME_START}]|[_0-9])(?:(?!-)[^{_NAME}])*)
    | (?P<blank>_:(?:[^{_NAME_START}]|[_0-9])(?:(?:[^{_NAME}]|\.)*[^{_NAME}])?)
    | (?P<name>(?:[^{_NAME_START}](?:(?:[^{_NAME}]|\.)*[^{_NAME}])?)?:
        (?:(?:[^{_NAME_START}]|[_:0-9]|{_LOCAL_EXTRA})
            (?:(?:[^{_NAME}]|[.:]|{_LOCAL_EXTRA})*(?:[^{_NAME}]|:|{_LOCAL_EXTRA}))?)?)
    | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<number>[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+\.[0-9]*[eE][+-]?[0-9]+)
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<mark>\^\^|<<\(|\)>>|<<|>>|\{{\||\|\}}|&&|\|\||!=|<=|>=|.)
    """,
    re.VERBOSE | re.DOTALL,
)

TRIVIA = frozenset({"space", "comment"})
"""Kinds of tokens that mean nothing to an engine."""


class Token(NamedTuple):
    """A piece of a text: its kind (a group of the expression above), its characters, and where it starts.

    Kinds: space, comment, iri, string, variable, blank, name (a prefixed name), language, number, word, mark. `start`
    counts code points from 0.
    """

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Return the code point after the last one."""
        return self.start + len(self.text)

    @property
    def keyword(self) -> str:
        """Return a word in upper case, and the empty string for any other token."""
        return self.text.upper() if self.kind == "word" else ""

    @property
    def variable(self) -> str:
        """Return the name of a variable without its mark, and the empty string for any other token."""
        return self.text[1:] if self.kind == "variable" else ""


def tokenise(text: str) -> list[Token]:
    """Return the tokens of `text` in order; `"".join(token.text for token in tokens)` is `text`.

    A character that begins no terminal is a token of its own, of the kind mark: whether the text is SPARQL is for the
    parser to say.
    """
    return [Token(str(found.lastgroup), found.group(), found.start()) for found in _TOKEN.finditer(text)]


def significant(tokens: list[Token]) -> list[Token]:
    """Return `tokens` without white space and comments."""
    return [token for token in tokens if token.kind not in TRIVIA]


def place(text: str, offset: int) -> tuple[int, int]:
    """Return line and column of a code point of `text`; both count from 1, columns in code points."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
