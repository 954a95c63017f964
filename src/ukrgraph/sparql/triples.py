"""The part of the parser that reads triple patterns: subjects, paths, objects, and their abbreviations.

`;` and `,`, property lists in `[]` and collections in `()` are written out as plain triple patterns, and blank nodes as
variables, which mean the same in a pattern (SPARQL 1.1, section 4.1.4).
"""

from ukrgraph.sparql.tokens import Token
from ukrgraph.sparql.tree import Node, Triple

_RDF = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_BLANK = "blank_node_"
_MODIFIERS = frozenset({"*", "+", "?"})


class SyntaxProblem(Exception):  # noqa: N818  # not an error of ours until someone decides so
    """The token at which a text stops being SPARQL (None: its end), and what was expected instead."""

    def __init__(self, token: Token | None, expected: str) -> None:
        self.token = token
        self.expected = expected
        super().__init__(f"expected {expected}, got {token.text if token else 'the end'!r}")


class TermParser:
    """Tokens, how far they have been read, and the rules for terms and triple patterns."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.at = 0
        self.prefixes: dict[str, str] = {}
        self.blanks = 0

    @property
    def token(self) -> Token | None:
        """Return the next token, or None at the end."""
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    @property
    def keyword(self) -> str:
        """Return the next token in upper case if it is a word."""
        return self.tokens[self.at].keyword if self.at < len(self.tokens) else ""

    @property
    def last_end(self) -> int:
        """Return the code point after the token read last."""
        return self.tokens[self.at - 1].end if self.at else 0

    def advance(self) -> Token:
        """Read a token."""
        if self.token is None:
            raise SyntaxProblem(None, "more")
        self.at += 1
        return self.tokens[self.at - 1]

    def skip(self, mark: str) -> bool:
        """Read the next token if it is `mark`."""
        if self.token is not None and self.token.kind == "mark" and self.token.text == mark:
            self.at += 1
            return True
        return False

    def skip_keyword(self, keyword: str) -> bool:
        """Read the next token if it is `keyword`."""
        if self.keyword == keyword:
            self.at += 1
            return True
        return False

    def expect(self, kind: str, expected: str) -> Token:
        """Read a token of a kind."""
        if self.token is None or self.token.kind != kind:
            raise SyntaxProblem(self.token, expected)
        return self.advance()

    def expect_mark(self, mark: str) -> Token:
        """Read `mark`."""
        if not self.skip(mark):
            raise SyntaxProblem(self.token, repr(mark))
        return self.tokens[self.at - 1]

    def expect_keyword(self, keyword: str) -> Token:
        """Read `keyword`."""
        if not self.skip_keyword(keyword):
            raise SyntaxProblem(self.token, keyword)
        return self.tokens[self.at - 1]

    def template(self) -> tuple[Triple, ...]:
        """Read the template of CONSTRUCT."""
        self.expect_mark("{")
        found: list[Triple] = []
        while self.token is not None and self.token.text != "}":
            if not self.skip("."):
                found += self.triples()
        self.expect_mark("}")
        return tuple(found)

    def triples(self) -> list[Triple]:
        """Read the triple patterns of one subject."""
        found: list[Triple] = []
        first = self.token
        subject = self.node(found)
        alone = first is not None and first.text in {"[", "("} and bool(found)
        if not (alone and (self.token is None or self.token.text in {".", "}"})):
            self.properties(subject, found)
        if self.token is not None and not self.ends_triples(self.token):
            raise SyntaxProblem(self.token, "';', ',' or '.' after the object")
        return found

    @staticmethod
    def ends_triples(token: Token) -> bool:
        """Tell whether a token can follow a block of triple patterns."""
        keywords = {"FILTER", "BIND", "VALUES", "OPTIONAL", "MINUS", "GRAPH", "SERVICE"}
        return token.text in {".", "}", "{"} or token.keyword in keywords

    def properties(self, subject: Node, found: list[Triple]) -> None:
        """Read predicates and objects of `subject`."""
        while True:
            path = self.path()
            while True:
                found.append(Triple(subject, path, self.node(found)))
                if not self.skip(","):
                    break
            if not self.skip(";"):
                return
            while self.skip(";"):
                pass
            if self.token is None or self.token.text in {".", "}", "]"}:
                return

    def path(self) -> tuple[Token, ...]:
        """Read a predicate, a variable, or a property path."""
        start = self.at
        if self.token is not None and self.token.kind == "variable":
            self.advance()
        else:
            self.alternatives()
        return tuple(self.tokens[start : self.at])

    def alternatives(self) -> None:
        """Read path elements joined by '|' and '/'."""
        while True:
            self.skip("^")
            self.primary()
            while self.token is not None and self.token.kind == "mark" and self.token.text in _MODIFIERS:
                self.advance()
            if not (self.skip("/") or self.skip("|")):
                return

    def primary(self) -> None:
        """Read an IRI, `a`, a negated set or a path in brackets."""
        token = self.token
        if token is not None and (token.kind in {"iri", "name"} or token.text == "a"):
            self.advance()
        elif self.skip("("):
            if not self.skip(")"):
                self.alternatives()
                self.expect_mark(")")
        elif self.skip("!"):
            self.skip("^")
            self.primary()
        else:
            raise SyntaxProblem(token, "a property")

    def node(self, found: list[Triple]) -> Node:  # noqa: PLR0911  # one return a kind
        """Read a subject or object; the patterns of property lists and collections go to `found`."""
        token = self.advance()
        match token.kind:
            case "variable":
                return Node(token, token.text, token.variable)
            case "blank":
                name = _BLANK + "".join(c if c.isalnum() else "_" for c in token.text[2:])
                return Node(token, f"?{name}", name)
            case "iri" | "name":
                return Node(token, token.text)
            case "number":
                return Node(token, token.text)
            case "string":
                return Node(token, token.text + self.suffix())
        if token.text in {"+", "-"} and self.token is not None and self.token.kind == "number":
            return Node(token, token.text + self.advance().text)
        if token.keyword in {"TRUE", "FALSE"}:
            return Node(token, token.text)
        if token.text == "[":
            return self.property_list(token, found)
        if token.text == "(":
            return self.collection(token, found)
        raise SyntaxProblem(token, "a variable, an IRI or a value")

    def suffix(self) -> str:
        """Read the language tag or datatype of a string."""
        token = self.token
        if token is not None and token.kind == "language":
            return self.advance().text
        if self.skip("^^"):
            if self.token is None or self.token.kind not in {"iri", "name"}:
                raise SyntaxProblem(self.token, "a datatype")
            return "^^" + self.advance().text
        return ""

    def fresh(self, token: Token) -> Node:
        """Return a variable for an unnamed blank node."""
        self.blanks += 1
        name = f"{_BLANK}{self.blanks}"
        return Node(token, f"?{name}", name)

    def property_list(self, token: Token, found: list[Triple]) -> Node:
        """Read what follows '['."""
        node = self.fresh(token)
        if not self.skip("]"):
            self.properties(node, found)
            self.expect_mark("]")
        return node

    def collection(self, token: Token, found: list[Triple]) -> Node:
        """Read what follows '(' as a list of rdf:first and rdf:rest."""
        if self.skip(")"):
            return Node(token, f"{_RDF}nil>")
        head = node = self.fresh(token)
        while True:
            found.append(Triple(node, (Token("iri", f"{_RDF}first>", token.start),), self.node(found)))
            rest = (Token("iri", f"{_RDF}rest>", token.start),)
            if self.skip(")"):
                found.append(Triple(node, rest, Node(token, f"{_RDF}nil>")))
                return head
            following = self.fresh(token)
            found.append(Triple(node, rest, following))
            node = following
