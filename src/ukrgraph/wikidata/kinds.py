"""Which classes of Wikidata go with which of ours; only classes whose QID is verified are named.

Used to refuse a link to something of another kind. A class that stands here for nothing refuses nothing.
"""

from collections.abc import Iterable
from typing import Final

HUMAN: Final = "Q5"

_FAMILIES: Final = {
    HUMAN: "a human",
    "Q6256": "a country",
    "Q3624078": "a country",
    "Q43229": "an organization",
    "Q484652": "an organization",
    "Q245065": "an organization",
    "Q1127126": "an organization",
    "Q155271": "an organization",
    "Q192283": "an organization",
    "Q1335818": "an organization",
    "Q3348196": "an oblast",
    "Q15634554": "a proclaimed or declared entity",
    "Q39944272": "a proclaimed or declared entity",
    "Q131569": "a treaty",
    "Q43109": "an event",
    "Q194465": "an event",
    "Q5707594": "a text",
    "Q207184": "a text",
    "Q178651": "a text",
}
"""Classes by QID, with what their instances are.

In this order: human, country, sovereign state, organization, international and intergovernmental organization, military
alliance, think tank, news agency, supranational union, oblast of Ukraine, state with limited recognition, temporarily
occupied territories in Ukraine, treaty, referendum, annexation, news article, press release, interview.
"""

_ALLOWED: Final = {
    "Person": {"a human"},
    "Country": {"a country"},
    "Organization": {"an organization", "a proclaimed or declared entity"},
    "Group": {"an organization"},
    "Region": {"an oblast"},
    "City": set(),
    "Place": set(),
    "Territory": {"an oblast"},
    "Event": {"an event"},
    "Office": set(),
    "Norm": {"a treaty", "a text"},
    "Work": {"a text"},
    "Topic": {"an event"},
}
"""What an item may be to match an entity of a class; classes that are not here are not judged."""

CLASS_OF_KIND: Final = {
    "Person": HUMAN,
    "Country": "Q6256",
    "annexation": "Q194465",
    "referendum": "Q43109",
    "news-agency": "Q192283",
    "research-organization": "Q155271",
    "supranational-organization": "Q1335818",
    "Organization": "Q43229",
}
"""The class that an entity of ours has in Wikidata, by its kind (kebab-case) or else by its class."""


LABELS: Final = {
    HUMAN: "human",
    "Q6256": "country",
    "Q43109": "referendum",
    "Q43229": "organization",
    "Q155271": "think tank",
    "Q192283": "news agency",
    "Q194465": "annexation",
    "Q1335818": "supranational union",
    "Q5707594": "news article",
}
"""English names of the classes that exports use."""


def clash(own: str, classes: Iterable[str]) -> str:
    """Return what an item with these classes is, in words, if that does not go with our class `own`, else "".

    A person must be a human if the item has any class. For the rest one class that goes is enough.

    >>> clash("Person", ["Q43229"]), clash("Region", ["Q3348196"]), clash("Region", ["Q15634554", "Q1"])
    ('an organization', '', 'a proclaimed or declared entity')
    """
    known = set(classes)
    families = sorted({_FAMILIES[qid] for qid in known if qid in _FAMILIES})
    allowed = _ALLOWED.get(own)
    if allowed is None or allowed.intersection(families):
        return ""
    if own == "Person" and known and not families:
        return "no human"
    return " and ".join(families)
