"""Faults of many kinds put into annotation files, with the findings that each must give and their places.

A kind is a function from the lines of an annotation file to the faulty files it can make.
"""

import re
from typing import NamedTuple


class Fault(NamedTuple):
    """A faulty annotation file, the findings it must have and others it may have: rule, line and column from 1."""

    lines: list
    must: frozenset
    may: frozenset = frozenset()


def changed(lines, number, column, old, new):
    """Return the lines with `old`, which starts at a place, replaced by `new`."""
    line = lines[number - 1]
    assert line[column - 1 : column - 1 + len(old)] == old
    return [*lines[: number - 1], line[: column - 1] + new + line[column - 1 + len(old) :], *lines[number:]]


def attributes(lines, name):
    """Yield line, column, value and owner of the attributes called `name` that stand alone on their owner."""
    found = [(number, re.fullmatch(rf"A\d+\t{name} (\w+) (\S+)", line)) for number, line in enumerate(lines, 1)]
    found = [(number, match.start(2) + 1, match[2], match[1]) for number, match in found if match]
    owners = [owner for *_, owner in found]
    return [one for one in found if owners.count(one[3]) == 1]


def roles(lines, label, name):
    """Yield line, column, column of the target and target of the roles `name` of the records of a label."""
    for number, line in enumerate(lines, 1):
        if line.startswith("E") and f"\t{label}:" in line:
            for match in re.finditer(rf"(?<= )({name}):(\w+)", line):
                yield number, match.start(1) + 1, match.start(2) + 1, match[2]


def head(lines, owner):
    """Return the line of a record."""
    return next(number for number, line in enumerate(lines, 1) if line.startswith(f"{owner}\t"))


def label_of(lines, owner):
    return lines[head(lines, owner) - 1].split("\t")[1].partition(":")[0]


def mention_of(lines, label):
    """Return the id of the first mention of a class, or ""."""
    marks = (line.split("\t")[0] for line in lines if line.startswith("T") and f"\t{label} " in line)
    return next(marks, "")


def value(name, wrong, rules, at_record=(), may=(), label=""):
    """Return the kind of fault that gives an attribute a wrong value: `rules` at the value, others at the record."""

    def faults(lines):
        for number, column, right, owner in attributes(lines, name):
            if not label_of(lines, owner).endswith(label):
                continue
            record = head(lines, owner)
            must = {(rule, number, column) for rule in rules} | {(rule, record, 1) for rule in at_record}
            allowed = {(rule, number, column) for rule in may}
            yield Fault(changed(lines, number, column, right, wrong), frozenset(must), frozenset(allowed))

    return faults


def role(label, name, wrong_label, rule):
    """Return the kind of fault that lets a role point at a mention of a wrong class."""

    def faults(lines):
        wrong = mention_of(lines, wrong_label)
        for number, column, at, right in roles(lines, label, name):
            if wrong:
                yield Fault(changed(lines, number, at, right, wrong), frozenset({(rule, number, column)}))

    return faults


def dangling_speaker(lines):
    """Yield files in which the only speaker of a statement is no annotation."""
    for number, column, at, right in roles(lines, "Statement", "Speaker"):
        owner = lines[number - 1].split("\t")[0]
        if "Speaker2" not in lines[number - 1] and not any(f"\tSpeaker {owner} " in line for line in lines):
            must, may = {("dangling-reference", number, column)}, {("statement-speaker", number, 1)}
            yield Fault(changed(lines, number, at, right, "T9"), frozenset(must), frozenset(may))


def missing(name, rule):
    """Return the kind of fault that takes the attribute `name` of a statement away."""

    def faults(lines):
        for number, *_, owner in attributes(lines, name):
            record = head(lines, owner)
            if label_of(lines, owner) != "Statement":
                continue
            at = lines[record - 1].index("\t") + 2
            must = {("missing-field", record, at), (rule, record, 1)}
            later = {("id-not-derived", line, 1) for line in range(number, number + 20)}
            yield Fault([*lines[: number - 1], *lines[number:]], frozenset(must), frozenset(later))

    return faults


def unknown_link(lines):
    """Yield files in which a mention that no record names is linked to an entity that does not exist."""
    for number, line in enumerate(lines, 1):
        match = re.match(r"N\d+\tReference (T\d+) (ukrgraph:)([a-z0-9-]+)\t", line)
        if match and sum(f":{match[1]} " in f"{other} " for other in lines) == 0:
            must = {("unknown-entity", number, match.start(2) + 1), ("mention-entity", head(lines, match[1]), 1)}
            yield Fault(changed(lines, number, match.start(3) + 1, match[3], "nobody-there"), frozenset(must))


def wrong_surface(lines):
    """Yield files in which the words of a mention are not those of the text."""
    for number, line in enumerate(lines, 1):
        mark, kind, surface = [*line.split("\t"), "", ""][:3]
        if line.startswith("T") and kind.startswith("Person "):
            column = len(mark) + len(kind) + 3
            kinds = {
                ("unknown-field", n, one.index("\t") + 2) for n, one in enumerate(lines, 1) if f"\tKind {mark} " in one
            }
            must = frozenset({("surface-differs", number, column)})
            yield Fault(changed(lines, number, column, surface, f"X{surface}"), must, frozenset(kinds))


def unknown_attribute(lines):
    """Yield files with an attribute that no record has."""
    for number, _, _, owner in attributes(lines, "Modality"):
        if label_of(lines, owner) == "Statement":
            record, column = head(lines, owner), lines[number - 1].index("\t") + 2
            at = lines[record - 1].index("\t") + 2
            must = {
                ("unknown-attribute", number, column),
                ("missing-field", record, at),
                ("speech-modality", record, 1),
            }
            yield Fault(changed(lines, number, column, "Modality", "Modalitys"), frozenset(must))


def reversed_dates(lines):
    """Yield files in which a statement begins after it ends."""
    ends = {owner: (number, column) for number, column, _, owner in attributes(lines, "Latest")}
    for number, column, right, owner in attributes(lines, "Earliest"):
        if owner in ends and label_of(lines, owner) == "Statement":
            must = {("earliest-date", number, column), ("dates-reversed", *ends[owner])}
            may = {("statement-said-before-published", number, column)}
            yield Fault(changed(lines, number, column, right, "2031-01-01"), frozenset(must), frozenset(may))


KINDS = {
    "a speech act that is none": value("Act", "shouts", ["unknown-concept"], ["speech-act"], label="Statement"),
    "a day that does not exist": value("Latest", "2022-02-30", ["bad-date"], label="Statement"),
    "a confidence of no scheme": value("Confidence", "certain", ["unknown-concept"]),
    "an event after its end": reversed_dates,
    "a city that speaks": role("Statement", "Speaker", "City", "speech-speaker"),
    "an event that speaks": role("Statement", "Speaker", "Event", "speech-speaker"),
    "a speaker that is not there": dangling_speaker,
    "no quotation mode": missing("Mode", "speech-mode"),
    "no modality": missing("Modality", "speech-modality"),
    "an attribute that no record has": unknown_attribute,
    "an entity that is not there": unknown_link,
    "words that are not those of the text": wrong_surface,
    "a person as state": role("Statement", "State", "Person", "speech-on-behalf-of-state"),
    "an event that is addressed": role("Statement", "Addressee", "Event", "speech-addressee"),
    "a person as region": role("TerritorialClaim", "Region", "Person", "territorial-region"),
    "a person as norm": role("ViolationClaim", "Norm", "Person", "violation-norm"),
    "an event under sanctions": role("Sanction", "Target", "Event", "sanction-target"),
    "a place that people speak for": value(
        "OnBehalfOf", "kherson-region", ["speech-on-behalf-of"], may=["unknown-entity"]
    ),
    "a person as a position": value("Affirms", "joe-biden", ["speech-affirms"]),
    "an amount that is no number": value("Amount", "many", ["bad-decimal"]),
}
