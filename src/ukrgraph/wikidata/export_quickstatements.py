"""QuickStatements: what Wikidata lacks and we can prove, as commands that a person may review and run.

Rules from the parsers of QuickStatements 2 and 3: columns are separated by tabs; a text stands in quotation marks, and
those inside are not escaped; `||` and `|` separate commands and columns, wherever they stand; `/* */` at the end is a
comment; a value has no line ends. The form with commas (CSV, RFC 4180) has bars as well.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ukrgraph.wikidata.export_model import Node, main
from ukrgraph.wikidata.items import Claim, Item, Snak
from ukrgraph.wikidata.link_check import Slice

PROPERTIES = frozenset({"P39"})
"""What is given back: statements of which nobody denies that they are facts."""

REFERENCED_BY = ("P854", "P1476", "P577", "P813")
"""The parts of a reference that are given back; P248 would need an item for the document."""

_SPACE = re.compile(r"\s+")
_COMMENT = re.compile(r"/\*.*\*/\s*$")


class Command(NamedTuple):
    """A statement to add: item, property and value, with its qualifiers and one reference."""

    item: str
    main: Snak
    qualifiers: tuple[Snak, ...]
    reference: tuple[Snak, ...]


class Selection(NamedTuple):
    """The commands, and why other statements are held back: the reason in words, with the number of statements."""

    commands: list[Command]
    held: Mapping[str, int]


def select(nodes: Iterable[Node], slice: Slice) -> Selection:
    """Return what the items of a slice lack, sorted.

    A statement is given back if its subject and its value are items, it has a reference, and the slice has the subject
    but no statement with that property and value in any rank, a deprecated one included: that has been judged already.
    The slice must be able to tell: it has full statements, not direct triples only, and is not older than they are.
    """
    commands: list[Command] = []
    held: dict[str, int] = {}
    for node in nodes:
        for claim in node.claims:
            if claim.property in PROPERTIES:
                reason = _held(node, claim, slice)
                if reason:
                    held[reason] = held.get(reason, 0) + 1
                else:
                    commands.append(_command(node.qid, claim))
    return Selection(sorted(commands), dict(sorted(held.items())))


def _held(node: Node, claim: Claim, slice: Slice) -> str:
    """Return why a statement is not given back, "" if it is."""
    item = slice.items.get(node.qid)
    known = item.claims.get(claim.property, ()) if item else ()
    reasons = (
        (not node.qid, "the subject has no item that is verified"),
        (":" in claim.value, "the value has no item that is verified"),
        (not claim.references, "there is no reference"),
        (item is None, "the subject is not in the slice"),
        (item is not None and bool(item.redirect), "the subject is a redirect in the slice"),
        (any(other.value == claim.value for other in known), "the slice has the statement"),
        (slice.properties is not None and claim.property not in slice.properties, "the slice leaves out the property"),
        (item is not None and not _full(item), "the slice has direct triples only, which hide statements"),
        (item is not None and _older(item, claim), "the slice is older than the statement"),
    )
    return next((reason for holds, reason in reasons if holds), "")


def _full(item: Item) -> bool:
    return any(claim.id for claims in item.claims.values() for claim in claims)


def _older(item: Item, claim: Claim) -> bool:
    """Tell whether an item was last edited before the time that a statement is about."""
    times = [snak.value for snak in claim.qualifiers if snak.datatype == "time"]
    return bool(item.modified and times) and item.modified[:10] < max(times)[:10]


def _command(qid: str, claim: Claim) -> Command:
    reference = tuple(snak for name in REFERENCED_BY for snak in claim.references[0] if snak.property == name)
    return Command(qid, main(claim), claim.qualifiers, reference)


def fits(command: Command) -> bool:
    """Tell whether the form with tabs can hold a command: none of its texts has a bar or ends like a comment."""
    snaks = (command.main, *command.qualifiers, *command.reference)
    texts = [_SPACE.sub(" ", snak.value) for snak in snaks if snak.datatype in {"text", "string"}]
    return not any("|" in text or _COMMENT.search(f'{text}"') or _COMMENT.search(text) for text in texts)


def tabbed(commands: Iterable[Command]) -> Iterator[str]:
    """Yield the lines of the form with tabs (version 1), each with its line end; leave out what does not fit."""
    for command in commands:
        if fits(command):
            cells = [command.item, command.main.property, value(command.main)]
            for snak in command.qualifiers:
                cells += [snak.property, value(snak)]
            for snak in command.reference:
                cells += [f"S{snak.property[1:]}", value(snak)]
            yield "\t".join(cells) + "\n"


def commas(commands: Iterable[Command]) -> str:
    """Return the form with commas; columns are those that any command needs.

    A reference begins with `S` and goes on with `s`.
    """
    rows = list(commands)
    qualifiers = sorted({snak.property for row in rows for snak in row.qualifiers}, key=_number)
    sources = [name for name in REFERENCED_BY if any(snak.property == name for row in rows for snak in row.reference)]
    properties = sorted({row.main.property for row in rows}, key=_number)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    marks = [f"{'S' if at == 0 else 's'}{name[1:]}" for at, name in enumerate(sources)]
    head = [cell for name in properties for cell in (name, *(f"qal{one[1:]}" for one in qualifiers), *marks)]
    writer.writerow(["qid", *head])
    for row in rows:
        said = {snak.property: value(snak) for snak in row.qualifiers}
        proof = {snak.property: value(snak) for snak in row.reference}
        cells: list[str] = []
        for name in properties:
            own = row.main.property == name
            parts = [
                value(row.main),
                *(said.get(one, "") for one in qualifiers),
                *(proof.get(one, "") for one in sources),
            ]
            cells += parts if own else [""] * len(parts)
        writer.writerow([row.item, *cells])
    return out.getvalue()


def value(snak: Snak) -> str:
    """Return a value as QuickStatements writes it; white space in a text becomes single spaces.

    >>> value(Snak("P1476", 'the "sham" vote', "text", language="en"))
    'en:"the "sham" vote"'
    >>> value(Snak("P577", "2022-09-01T00:00:00Z", "time", precision=10))
    '+2022-09-00T00:00:00Z/10'
    """
    if snak.kind != "value":
        return snak.kind
    if snak.datatype == "item":
        return snak.value
    if snak.datatype == "time":
        return f"+{_as_precise(snak)}/{snak.precision}"
    text = _SPACE.sub(" ", snak.value).strip()
    if snak.datatype == "iri":
        return f'"{text.replace("|", "%7C")}"'
    return f'{snak.language}:"{text}"' if snak.datatype == "text" else f'"{text}"'


def _as_precise(snak: Snak) -> str:
    """Return a time whose month and day are 00 where the precision leaves them open, as Wikidata writes them."""
    date, _, rest = snak.value.partition("T")
    year, month, day = date.split("-")
    if snak.precision <= 9:  # noqa: PLR2004  # a year
        month = day = "00"
    elif snak.precision == 10:  # noqa: PLR2004  # a month
        day = "00"
    return f"{year}-{month}-{day}T{rest}"


def review(commands: Iterable[Command], nodes: Iterable[Node]) -> str:
    """Return a table for the person who reviews: what each command says in words, and where it is proved."""
    labels = {node.qid: node.labels.get("en", node.qid) for node in nodes if node.qid}
    lines = ["item\tlabel\tproperty\tvalue\tvalue label\tproof\n"]
    for command in commands:
        proof = next((snak.value for snak in command.reference if snak.property == "P854"), "")
        said = command.main
        cells = (
            command.item,
            labels.get(command.item, ""),
            said.property,
            said.value,
            labels.get(said.value, ""),
            proof,
        )
        lines.append("\t".join(cells) + "\n")
    return "".join(lines)


def _number(property: str) -> int:
    return int(property[1:])
