"""The strict annotation profile: its labels, roles, attributes and notes, and the term that each one stands for.

A field of a record is written in one of three ways, by the kind of its value:

* SPAN   a role that points at a marked piece of text        E1 Statement:T1 Passage:T2
* THING  a role that points at a mention or a record, or     E1 Statement:T1 Speaker:T3
         an attribute that names one by its id               A1 OnBehalfOf E1 united-states
* CONCEPT, DATE, DECIMAL   an attribute                      A2 Act E1 warns
* TEXT   a note                                              #1 Paraphrase E1<tab>They warn of ...

`docs/annotation.md` explains the profile to annotators; a test keeps its tables equal to the ones here.
"""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import NamedTuple


class Value(Enum):
    """The kind of value that a field takes."""

    SPAN = "span"
    THING = "thing"
    CONCEPT = "concept"
    DATE = "date"
    DECIMAL = "decimal"
    TEXT = "text"


class Field(NamedTuple):
    """One field of a record: the local name of its property, its kind of value, and its concept scheme if any."""

    term: str
    value: Value
    scheme: str = ""
    many: bool = True


class Record(NamedTuple):
    """One kind of record: where its IRIs lie, its fields, and those it must have.

    `path` is the folder of the IRI below the base; "id" means that the record describes an entity of the authority
    file.
    """

    path: str
    fields: Mapping[str, Field]
    required: tuple[str, ...] = ()


MENTION_LABELS = frozenset(
    {
        "Person", "Organization", "Country", "Group", "Region", "City", "Territory", "Place", "Event",
        "Office", "Norm", "Work", "Topic", "Sanction", "ThreatenedResponse",
    }
)  # fmt: skip
"""Labels of mentions: the class of the entity that the words name. All are classes of the ontology."""

MARK_LABELS = frozenset({"Passage", "Quotation", "Time", "Furniture"})
"""Labels of text that is neither a mention nor a trigger; Furniture is no part of the story and is never annotated."""

AUTHORITY = "ukrgraph"
"""The authority that links of mentions name: N1 Reference T1 ukrgraph:nato."""

RECORD_PREFIXES: Mapping[str, str] = MappingProxyType(
    {"statement": "statement/", "claim": "claim/", "silence": "silence/", "document": "document/"}
)
"""How an attribute names something that is not an entity: SameUtteranceAs E1 statement:s002-03."""


def _thing(term: str) -> Field:
    return Field(term, Value.THING)


def _one_thing(term: str) -> Field:
    return Field(term, Value.THING, many=False)


def _span(term: str) -> Field:
    return Field(term, Value.SPAN)


def _concept(term: str, scheme: str, *, many: bool = False) -> Field:
    return Field(term, Value.CONCEPT, scheme, many)


def _text(term: str) -> Field:
    return Field(term, Value.TEXT, many=False)


def _date(term: str) -> Field:
    return Field(term, Value.DATE, many=False)


_COMMON = {
    "Id": Field("identifier", Value.TEXT, many=False),
    "Passage": _span("evidence"),
    "Time": Field("dateText", Value.SPAN, many=False),
    "Earliest": _date("earliest"),
    "Latest": _date("latest"),
    "DateBasis": _text("dateBasis"),
    "About": _thing("about"),
    "Paraphrase": _text("paraphrase"),
    "Confidence": _concept("confidence", "confidence-levels"),
    "Note": _text("note"),
}

_SPEECH = _COMMON | {
    "Speaker": _thing("speaker"),
    "OnBehalfOf": _thing("onBehalfOf"),
    "State": _one_thing("onBehalfOfState"),
    "Addressee": _thing("addressee"),
    "Via": _thing("reportedVia"),
    "Act": _concept("speechAct", "speech-acts", many=True),
    "For": _thing("stanceFor"),
    "Against": _thing("stanceAgainst"),
    "Affirms": _thing("affirms"),
    "Rejects": _thing("rejects"),
    "Modality": _concept("modality", "modalities"),
    "Mode": _concept("quotationMode", "quotation-modes"),
    "Attribution": _text("attribution"),
    "Channel": _text("channel"),
    "UtteredAt": _one_thing("utteredAt"),
    "Quote": _span("quotation"),
    "Denies": _thing("denies"),
    "Disputes": _thing("disputes"),
    "Echoes": _thing("echoes"),
    "SameUtteranceAs": _thing("sameUtteranceAs"),
    "EmbeddedIn": _one_thing("embeddedIn"),
}

_CLAIM = _COMMON | {
    "AssertedBy": _thing("assertedBy"),
    "ClaimedIn": _thing("claimedIn"),
    "Epistemic": _concept("epistemicStatus", "epistemic-statuses"),
    "Basis": _text("claimBasis"),
    "DeniedBy": _thing("deniedBy"),
    "DeniedIn": _thing("deniedIn"),
}

_SPEECH_REQUIRED = ("Act", "Modality", "Mode")

RECORDS: Mapping[str, Record] = MappingProxyType(
    {
        "Statement": Record("statement", _SPEECH, _SPEECH_REQUIRED),
        "PlannedStatement": Record("statement", _SPEECH, (*_SPEECH_REQUIRED, "Speaker")),
        "AscribedStatement": Record("statement", _SPEECH, (*_SPEECH_REQUIRED, "Speaker")),
        "ReportedSilence": Record(
            "silence",
            _COMMON
            | {
                "Actor": _thing("silentParty"),
                "Silence": _concept("silenceKind", "silence-kinds"),
                "SilentOn": _thing("silentOn"),
            },
            ("Actor", "Silence"),
        ),
        "TerritorialClaim": Record(
            "claim",
            _CLAIM
            | {
                "Region": _thing("region"),
                "Status": _concept("territorialStatus", "territorial-statuses"),
                "Object": _one_thing("statusObject"),
                "ObjectValue": _text("statusValue"),
            },
            ("Region", "Status"),
        ),
        "QuantityClaim": Record(
            "claim",
            _CLAIM
            | {
                "Amount": Field("amount", Value.DECIMAL, many=False),
                "Unit": _text("unit"),
                "Quantifier": _concept("quantifier", "quantifiers"),
                "QuantityOf": _text("quantityOf"),
            },
            ("Unit", "Quantifier"),
        ),
        "ViolationClaim": Record(
            "claim",
            _CLAIM
            | {
                "ViolatingAct": _one_thing("act"),
                "Norm": _one_thing("norm"),
                "Modality": _concept("modality", "modalities"),
            },
            ("ViolatingAct", "Norm", "ClaimedIn"),
        ),
        "RelationClaim": Record(
            "claim",
            _CLAIM
            | {
                "Relation": _concept("relation", "relations"),
                "Subject": _one_thing("relationSubject"),
                "Object": _one_thing("relationObject"),
                "ObjectValue": _text("relationValue"),
            },
            ("Relation", "Subject"),
        ),
        "NarratorClaim": Record(
            "claim", _CLAIM | {"Narration": _concept("narrationKind", "narration-kinds")}, ("Narration",)
        ),
        "EventReport": Record(
            "report",
            _COMMON | {"Event": _one_thing("event"), "Phase": _concept("phase", "event-phases")},
            ("Event", "Phase"),
        ),
        "Sanction": Record(
            "id",
            _COMMON
            | {
                "Imposer": _thing("imposer"),
                "Target": _thing("sanctionTarget"),
                "Measure": _concept("measure", "measures", many=True),
                "MeasureDetail": _text("measureDetail"),
                "Phase": _concept("phase", "sanction-phases"),
                "Trigger": _thing("trigger"),
                "PartOf": _thing("partOf"),
                "CoordinatedWith": _thing("coordinatedWith"),
                "TargetBasis": _text("targetBasis"),
                "TriggerBasis": _text("triggerBasis"),
                "LegalBasis": _text("legalBasis"),
            },
            ("Id", "Imposer", "Phase"),
        ),
        "SanctionStatus": Record(
            "status",
            _COMMON
            | {
                "Of": _one_thing("statusOf"),
                "Phase": _concept("phase", "sanction-phases"),
                "ClaimedIn": _thing("claimedIn"),
            },
            ("Of", "Phase", "ClaimedIn"),
        ),
        "ThreatenedResponse": Record(
            "id",
            _COMMON
            | {
                "By": _thing("threatenedBy"),
                "Against": _thing("threatenedAgainst"),
                "Condition": _thing("condition"),
                "ClaimedIn": _thing("claimedIn"),
            },
            ("Id", "By", "ClaimedIn"),
        ),
    }
)
"""The kinds of record. A label is that of the event and of its trigger, and a class of the ontology."""

MENTION_ATTRIBUTES: Mapping[str, str] = MappingProxyType({"Kind": "mention-kinds"})
"""Attributes of mentions, with their concept schemes."""

MARK_ATTRIBUTES: Mapping[str, str] = MappingProxyType({"Part": "passage-roles", "Furniture": ""})
"""Attributes of marks: the part of the document that a Passage stands in, and what a piece of Furniture is."""
