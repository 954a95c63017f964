"""From tokens to the shape of a query: a parser by recursive descent, one method a rule of the grammar.

The grammar is that of SPARQL 1.1 Query Language, section 19.8. It is read to know a query's patterns and places, not to
judge it: whether a text is SPARQL the engine decides. Where this parser stops, its error tells the place better than
the engine does, for it knows what had to come next.
"""

from dataclasses import replace

from ukrgraph.sparql.tokens import Token, place, significant, tokenise
from ukrgraph.sparql.tree import (
    Bind,
    Element,
    Expression,
    Filter,
    Group,
    Nested,
    Parsed,
    Projection,
    Prologue,
    Query,
    SubSelect,
    Triple,
    Union,
    Values,
    mentioned,
)
from ukrgraph.sparql.triples import SyntaxProblem, TermParser

FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_CLAUSES = frozenset({"GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"})
_GROUP_KEYWORDS = frozenset({"OPTIONAL", "MINUS", "GRAPH", "SERVICE"})

__all__ = ["FORMS", "SyntaxProblem", "parse"]


def parse(text: str) -> Parsed:
    """Return the shape of the query `text`.

    Raises SyntaxProblem with the token at fault if it is not SPARQL 1.1 as far as this parser looks.
    """
    tokens = significant(tokenise(text))
    return _Parser(text, tokens).parsed()


def where(text: str, problem: SyntaxProblem) -> tuple[int, int]:
    """Return line and column of a problem; both count from 1."""
    return place(text, problem.token.start if problem.token else len(text.rstrip()))


class _Parser(TermParser):
    """The state of one parse: the tokens and how far they have been read."""

    def parsed(self) -> Parsed:
        """Return the whole text."""
        prologue = self.prologue()
        self.prefixes = prologue.prefixes
        query = self.query()
        if self.token is not None:
            raise SyntaxProblem(self.token, "the end of the query")
        return Parsed(self.text, prologue, query, tuple(self.tokens))

    def prologue(self) -> Prologue:
        prefixes: dict[str, str] = {}
        declared: dict[str, Token] = {}
        base = ""
        while self.keyword in {"PREFIX", "BASE"}:
            if self.advance().keyword == "BASE":
                base = self.expect("iri", "an IRI in <>").text[1:-1]
                continue
            name = self.expect("name", "a prefix that ends in ':'")
            prefixes[name.text.rstrip(":")] = self.expect("iri", "an IRI in <>").text[1:-1]
            declared.setdefault(name.text.rstrip(":"), name)
        return Prologue(prefixes, declared, base, self.last_end)

    def query(self, *, sub: bool = False) -> Query:
        """Read a query, or a sub-select."""
        form = self.keyword
        if form not in FORMS or (sub and form != "SELECT"):
            raise SyntaxProblem(self.token, "SELECT" if sub else "SELECT, ASK, CONSTRUCT or DESCRIBE")
        self.advance()
        distinct = self.skip_keyword("DISTINCT") or self.skip_keyword("REDUCED")
        star = False
        projections: tuple[Projection, ...] = ()
        template: tuple[Triple, ...] = ()
        short = False
        if form in {"SELECT", "DESCRIBE"}:
            star = self.skip("*")
            projections = () if star else self.projections(form)
        elif form == "CONSTRUCT":
            short = self.keyword in {"WHERE", "FROM"}
            template = () if short else self.template()
        datasets = self.datasets()
        pattern = self.where(form)
        if short and pattern:
            template = tuple(item for item in pattern.elements if isinstance(item, Triple))
        head = Query(form, pattern, star, distinct, projections, template, datasets, where_end=self.last_end)
        return self.modifiers(head)

    def modifiers(self, head: Query) -> Query:
        """Read the clauses after WHERE and return the query."""
        groupings: list[Projection | Expression] = []
        havings: list[Expression] = []
        orderings: list[Expression] = []
        limit = offset = None
        values = None
        while self.keyword in _CLAUSES:
            match self.advance().keyword:
                case "GROUP":
                    self.expect_keyword("BY")
                    groupings = self.conditions()
                case "HAVING":
                    havings = self.expressions()
                case "ORDER":
                    self.expect_keyword("BY")
                    orderings = self.expressions()
                case "LIMIT":
                    limit = self.expect("number", "a number")
                case "OFFSET":
                    offset = self.expect("number", "a number")
                case _:
                    values = self.values(self.tokens[self.at - 1])
        return replace(
            head,
            groupings=tuple(groupings),
            havings=tuple(havings),
            orderings=tuple(orderings),
            limit=limit,
            offset=offset,
            values=values,
            end=self.last_end,
        )

    def projections(self, form: str) -> tuple[Projection, ...]:
        found = []
        while self.token is not None:
            if self.token.kind == "variable" or (form == "DESCRIBE" and self.token.kind in {"iri", "name"}):
                found.append(Projection(self.advance()))
            elif form == "SELECT" and self.token.text == "(":
                found.append(self.named_expression())
            else:
                break
        if not found:
            raise SyntaxProblem(self.token, "a variable, '*' or '(expression AS ?variable)'")
        return tuple(found)

    def named_expression(self) -> Projection:
        """Read `( expression AS ?variable )`; the name may be missing in GROUP BY."""
        expression = self.bracketed()
        inside = expression.tokens
        if len(inside) > 3 and inside[-3].keyword == "AS" and inside[-2].kind == "variable":  # noqa: PLR2004
            tokens = inside[1:-3]
            names = frozenset(token.variable for token in tokens) - {""}
            start = tokens[0].start if tokens else inside[0].end
            text = self.text[start : inside[-3].start].strip()
            return Projection(inside[-2], Expression(text, names, expression.groups, tokens))
        return Projection(inside[0], expression)

    def datasets(self) -> tuple[Token, ...]:
        found = []
        while self.keyword == "FROM":
            found.append(self.advance())
            self.skip_keyword("NAMED")
            if self.token is None or self.token.kind not in {"iri", "name"}:
                raise SyntaxProblem(self.token, "the IRI of a graph")
            found.append(self.advance())
        return tuple(found)

    def where(self, form: str) -> Group | None:
        named = self.skip_keyword("WHERE")
        if form == "DESCRIBE" and not named and (self.token is None or self.token.text != "{"):
            return None
        return self.group()

    def conditions(self) -> list[Projection | Expression]:
        found: list[Projection | Expression] = []
        while self.token is not None and self.begins_expression():
            found.append(self.named_expression() if self.token.text == "(" else self.expression())
        return found

    def expressions(self) -> list[Expression]:
        found = []
        while self.token is not None and (self.keyword in {"ASC", "DESC"} or self.begins_expression()):
            if self.keyword in {"ASC", "DESC"}:
                self.advance()
            found.append(self.expression())
        if not found:
            raise SyntaxProblem(self.token, "an expression")
        return found

    def begins_expression(self) -> bool:
        """Tell whether the next token can begin an expression of GROUP BY, HAVING or ORDER BY."""
        token = self.token
        if token is None or token.keyword in _CLAUSES:
            return False
        return token.text == "(" or token.kind in {"variable", "word", "iri", "name"}

    def expression(self) -> Expression:
        """Read a constraint: a variable, brackets, a call, or EXISTS with its group."""
        start = self.at
        token = self.advance()
        if token.kind == "variable":
            return Expression(token.text, frozenset({token.variable}), (), (token,))
        if token.text == "(":
            self.at -= 1
            return self.bracketed()
        if token.keyword == "NOT":
            token = self.expect_keyword("EXISTS")
        if token.keyword == "EXISTS":
            group = self.group()
            text = self.text[self.tokens[start].start : self.last_end]
            names = frozenset().union(*map(mentioned, group.elements)) if group.elements else frozenset()
            return Expression(text, names, (group,), tuple(self.tokens[start : self.at]))
        if token.kind not in {"word", "iri", "name"} or self.token is None or self.token.text != "(":
            raise SyntaxProblem(token, "an expression in brackets or a function call")
        return self.bracketed(start)

    def bracketed(self, start: int | None = None) -> Expression:
        """Read up to the bracket that closes the next one; groups in between are those of EXISTS."""
        begin = self.at if start is None else start
        opening = self.expect_mark("(")
        depth, groups = 1, []
        while depth:
            if self.token is None:
                raise SyntaxProblem(None, f"')' for the '(' in line {place(self.text, opening.start)[0]}")
            if self.token.text == "{":
                groups.append(self.group())
                continue
            depth += {"(": 1, ")": -1}.get(self.token.text, 0) if self.token.kind == "mark" else 0
            self.advance()
        tokens = tuple(self.tokens[begin : self.at])
        names = frozenset(token.variable for token in tokens) - {""}
        return Expression(self.text[tokens[0].start : self.last_end], names, tuple(groups), tokens)

    def group(self) -> Group:
        """Read a group graph pattern; a sub-select is the only element of its group."""
        opening = self.expect_mark("{")
        found: list[Element] = []
        if self.keyword == "SELECT":
            token = self.tokens[self.at]
            found.append(SubSelect(self.query(sub=True), token))
        else:
            while self.token is not None and self.token.text != "}":
                if not self.skip("."):
                    found += self.element()
        if self.token is None:
            raise SyntaxProblem(None, f"'}}' for the '{{' in line {place(self.text, opening.start)[0]}")
        self.expect_mark("}")
        return Group(tuple(found), self.text[opening.start : self.last_end], opening.start)

    def element(self) -> list[Element]:  # noqa: PLR0911  # one return a kind
        """Read one element of a group, or a block of triple patterns."""
        token = self.tokens[self.at]
        match token.keyword:
            case "FILTER":
                self.advance()
                return [Filter(self.expression(), token)]
            case "BIND":
                self.advance()
                item = self.named_expression()
                return [Bind(item.expression or Expression("", frozenset()), item.token, token)]
            case "VALUES":
                self.advance()
                return [self.values(token)]
            case keyword if keyword in _GROUP_KEYWORDS:
                return [self.nested(token)]
        if token.text == "{":
            branches = [self.group()]
            while self.skip_keyword("UNION"):
                branches.append(self.group())
            only = branches[0].elements
            if len(branches) == 1 and len(only) == 1 and isinstance(only[0], SubSelect):
                return [only[0]]
            return [Union(tuple(branches), token)]
        return [*self.triples()]

    def nested(self, token: Token) -> Nested:
        self.advance()
        name = None
        if token.keyword in {"GRAPH", "SERVICE"}:
            self.skip_keyword("SILENT")
            if self.token is None or self.token.kind not in {"iri", "name", "variable"}:
                raise SyntaxProblem(self.token, "an IRI or a variable")
            name = self.advance()
        return Nested(token.keyword, self.group(), token, name)

    def values(self, token: Token) -> Values:
        """Read a data block; `token` is VALUES itself."""
        names = []
        if self.skip("("):
            while self.token is not None and self.token.kind == "variable":
                names.append(self.advance())
            self.expect_mark(")")
        else:
            names.append(self.expect("variable", "a variable"))
        self.expect_mark("{")
        while self.token is not None and self.token.text != "}":
            self.advance()
        self.expect_mark("}")
        return Values(self.text[token.start : self.last_end], tuple(names), token)
