"""A graph of statements of any size, some of them with a fault; names mean nothing and say nothing about anybody."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

E = "http://example.org/"
PREFIXES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
FAULTS = (
    "no speaker",
    "two days",
    "a day that does not exist",
    "a string as day",
    "a stance of no list",
    "a region that speaks",
    "an odd id",
    "an id used twice",
    "another property",
    "no language",
    "no span",
    "a day after the publication",
)
FIRST = date(2014, 1, 1)

Pair = tuple[str, str]
Add = Callable[..., None]


def generate(triples: int, rate: float, file: Path, seed: int = 7) -> int:
    """Write about `triples` triples as N-Triples and return their number; `rate` is the share of faulty statements."""
    with file.open("w", encoding="utf-8") as out:
        number = 0

        def add(subject: str, *pairs: Pair) -> None:
            nonlocal number
            out.writelines(f"<{E}{subject}> {_term(predicate)} {_term(value)} .\n" for predicate, value in pairs)
            number += len(pairs)

        chance = random.Random(seed)  # noqa: S311  # a benchmark, no secret
        people = max(20, triples // 400)
        _things(add, chance, people)
        one = issued = planted = 0
        while number < triples:
            if one % 5 == 0:
                issued = chance.randrange(200, 4000)
                add(f"doc/{one // 5}", ("a", "Document"), ("title", '"A title"'), ("issued", _day(issued)))
            faulty = chance.random() < rate
            _statement(add, chance, (one, issued, people), FAULTS[planted % len(FAULTS)] if faulty else "")
            planted += faulty
            if one % 10 == 0:
                begin = chance.randrange(100, 3000)
                who = (("imposer", f"country/{one % 30}"), ("target", f"person/{one % people}"))
                add(f"sanction/{one}", ("a", "Sanction"), *who, ("from", _day(begin)), ("until", _day(begin + 90)))
            one += 1
    return number


def _things(add: Add, chance: random.Random, people: int) -> None:
    """Add classes, countries, regions, organizations and people."""
    for one in ("Person", "Organization", "Country"):
        add(one, ("rdfs:subClassOf", "Actor"))
    for number in range(30):
        add(f"country/{number}", ("a", "Country"), ("rdfs:label", f'"Country {number}"@en'))
    for number in range(100):
        add(f"region/{number}", ("a", "Region"), ("partOf", f"country/{number % 30}"))
    for number in range(people // 4):
        add(f"org/{number}", ("a", "Organization"), ("rdfs:label", f'"Organization {number}"@en'))
    for number in range(people):
        member = ("memberOf", f"org/{chance.randrange(people // 4)}")
        add(f"person/{number}", ("a", "Person"), ("rdfs:label", f'"Person {number}"@en'), member)


def _statement(add: Add, chance: random.Random, place: tuple[int, int, int], fault: str) -> None:
    """Add a statement with a fault or none; `place` is its number, the day of its document, the number of people."""
    one, issued, people = place
    said = {
        "a day that does not exist": _typed("2022-13-41", "date"),
        "a string as day": '"2022-01-01"',
        "a day after the publication": _day(issued + 3),
    }.get(fault, _day(issued - 1 - chance.randrange(30)))
    speaker = "region/1" if fault == "a region that speaks" else f"person/{chance.randrange(people)}"
    name = {"an odd id": "x", "an id used twice": f"s{max(0, one - 1)}"}.get(fault, f"s{one}")
    pairs = [
        ("a", "Statement"),
        ("about", f"region/{chance.randrange(100)}"),
        ("day", said),
        ("stance", "maybe" if fault == "a stance of no list" else chance.choice(("for", "against", "neutral"))),
        ("source", f"doc/{one // 5}"),
        ("recorded", _day(4500)),
        ("text", '"some words"' if fault == "no language" else f'"some words of {one}"@en'),
        ("id", f'"{name}"'),
    ]
    extra = {"two days": ("day", _day(1)), "another property": ("mood", '"good"')}
    pairs += [extra[fault]] if fault in extra else []
    pairs += [("speaker", speaker)] if fault != "no speaker" else []
    if fault != "no span":
        begin = chance.randrange(5000)
        ends = (("start", _typed(str(begin), "integer")), ("end", _typed(str(begin + 40), "integer")))
        add(f"span/{one}", ("a", "Span"), *ends)
        pairs.append(("span", f"span/{one}"))
    add(f"statement/{one}", *pairs)


def _typed(text: str, name: str) -> str:
    return f'"{text}"^^<{PREFIXES["xsd"]}{name}>'


def _day(number: int) -> str:
    return _typed((FIRST + timedelta(days=number)).isoformat(), "date")


def _term(text: str) -> str:
    if text == "a":
        return f"<{PREFIXES['rdf']}type>"
    if text.startswith('"'):
        return text
    prefix, colon, local = text.partition(":")
    return f"<{PREFIXES[prefix]}{local}>" if colon else f"<{E}{text}>"
