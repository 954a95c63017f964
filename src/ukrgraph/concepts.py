"""The concepts of the SKOS schemes: which notation of which scheme has which IRI.

Kept equal to `ontology/concepts.ttl` by `tests/test_ontology.py`. The name of a concept is the
prefix of its scheme and its notation, joined: "condemns" of "speech-acts" is ukc:act-condemns. In
the scheme "kinds" the notation is a type in UpperCamel, and the name has it in kebab-case:
"RegionCollection" is ukc:kind-region-collection.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

# The same as `terms.UKC`: modules of one floor do not know each other.
NAMESPACE: Final = "https://w3id.org/ukrgraph/concepts#"


class Scheme(NamedTuple):
    """A concept scheme: the prefix of its concepts' names, and their notations, sorted."""

    prefix: str
    notations: tuple[str, ...]


SCHEMES: Final[Mapping[str, Scheme]] = MappingProxyType(
    {
        "confidence-levels": Scheme("confidence-", ("high", "low", "medium")),
        "epistemic-statuses": Scheme(
            "epistemic-",
            (
                "asserted-by-narrator",
                "asserted-by-narrator-and-speaker",
                "claimed-and-disputed",
                "claimed-in-speech",
                "distanced",
                "performed-by-decree",
                "proclaimed-on-artefact",
                "requested",
                "scheduled",
            ),
        ),
        "event-phases": Scheme(
            "ephase-",
            (
                "actual",
                "anticipated",
                "claimed",
                "composite",
                "held",
                "hypothetical",
                "offered",
                "planned",
                "proposed",
            ),
        ),
        "kinds": Scheme(
            "kind-",
            (
                "ActCollection",
                "Address",
                "Alliance",
                "Annexation",
                "ArmedConflict",
                "ArmedForces",
                "Artefact",
                "AssemblySession",
                "Attack",
                "BodyOfWater",
                "City",
                "Concept",
                "Concert",
                "Country",
                "Crisis",
                "Evacuation",
                "Government",
                "GovernmentBody",
                "GovernmentDepartment",
                "Group",
                "InternationalAgreement",
                "InternationalForum",
                "InternationalOrganization",
                "Invasion",
                "LegalAct",
                "LegalConcept",
                "LegalDocument",
                "LegalDocumentCollection",
                "MacroRegion",
                "MediaOrganization",
                "Meeting",
                "MilitaryAid",
                "MilitaryBuildup",
                "MilitaryExercise",
                "MilitaryOperation",
                "MilitaryRetreat",
                "Mobilization",
                "Negotiation",
                "NewsAgency",
                "Occupation",
                "Office",
                "Organization",
                "Parliament",
                "ParliamentChamber",
                "Person",
                "PhoneCall",
                "Place",
                "Platform",
                "PressConference",
                "PressRemarks",
                "Principle",
                "Referendum",
                "Region",
                "RegionCollection",
                "Remarks",
                "Report",
                "ResearchOrganization",
                "Result",
                "Sanction",
                "SelfProclaimedEntity",
                "SocialMediaPost",
                "Speech",
                "Statement",
                "SupranationalOrganization",
                "TerritoryAggregate",
                "ThreatenedResponse",
                "TroopMovement",
                "UnnamedPerson",
                "WrittenStatement",
            ),
        ),
        "measures": Scheme(
            "measure-",
            (
                "arms-embargo",
                "asset-freeze",
                "diplomatic-measure",
                "export-ban",
                "financial-isolation",
                "import-ban",
                "investment-ban",
                "mixed",
                "services-ban",
                "transport-restriction",
                "travel-ban",
                "unspecified",
            ),
        ),
        "mention-kinds": Scheme(
            "mention-",
            ("adjective", "corrupted", "metonym", "name", "nominal", "pronoun", "title"),
        ),
        "modalities": Scheme(
            "modality-",
            (
                "actual",
                "conditional",
                "future",
                "general-rule",
                "hypothetical",
                "possible",
                "probable",
                "scheduled",
            ),
        ),
        "narration-kinds": Scheme(
            "narration-",
            (
                "comparison",
                "evaluation",
                "fact",
                "hypothetical",
                "prediction",
                "scheduled",
                "speculation",
            ),
        ),
        "passage-roles": Scheme(
            "passage-",
            ("channel", "headline", "lead", "lead-in", "primary", "repeated", "restatement"),
        ),
        "quantifiers": Scheme("quantifier-", ("at-most", "estimated", "exact", "vague")),
        "quotation-modes": Scheme(
            "mode-",
            ("artefact", "direct-quote", "embedded", "indirect", "narrator", "partial-quote"),
        ),
        "relations": Scheme(
            "relation-",
            (
                "adviser-of",
                "agreed-in",
                "aims-to-end",
                "allied-with",
                "author-of",
                "backed-by",
                "body-of",
                "capital-of",
                "caused",
                "chamber-of",
                "claims-legal-basis",
                "cooperates-with",
                "followed",
                "gives-military-aid-to",
                "holds-office",
                "located-in",
                "mediated",
                "meets-in",
                "member-of",
                "nationality",
                "part-of",
                "provides-support-to",
                "proxy-of",
                "published-via",
                "repeats",
                "resulted-in",
                "signed",
                "source-of",
                "spokesperson-of",
                "wants-to-join",
            ),
        ),
        "sanction-phases": Scheme(
            "sphase-",
            (
                "adopted",
                "announced",
                "considered",
                "in-force",
                "in-force-presupposed",
                "lifted",
                "suspended",
                "threatened",
                "to-be-continued",
            ),
        ),
        "silence-kinds": Scheme("silence-", ("gave-no-details", "has-not-confirmed")),
        "speech-acts": Scheme(
            "act-",
            (
                "accuses",
                "acknowledges-reports",
                "alleges-violation",
                "announces-decisions",
                "announces-sanctions",
                "announces-vote",
                "anticipated-argument",
                "appeals-for-recognition",
                "asserts",
                "assesses",
                "calls-for-deescalation",
                "calls-for-negotiation",
                "calls-for-support",
                "calls-illegitimate",
                "characterises",
                "claims",
                "condemns",
                "considers-sanctions",
                "continues-sanctions",
                "declares-annexation",
                "denies",
                "denounces",
                "estimates",
                "justifies",
                "objects",
                "offers-talks",
                "opposes",
                "predicts",
                "proclaims",
                "recognises-independence",
                "refuses-recognition",
                "reports-casualties",
                "reports-hearsay",
                "signals-openness",
                "supports-ukraine",
                "thanks",
                "threatens-response",
                "vows-to-fight",
                "warns",
            ),
        ),
        "stances": Scheme("stance-", ("against", "for", "mixed", "neutral")),
        "territorial-statuses": Scheme(
            "territory-",
            (
                "annexation-has-no-legal-value",
                "annexation-not-recognised-by",
                "annexation-planned-for",
                "annexation-to-be-ratified-by",
                "annexed-by",
                "bombed-and-occupied",
                "claimable-share-by-russia",
                "claimed-by-self-proclaimed-entity",
                "controlled-by",
                "in-conflict-since",
                "invaded-by",
                "located-in",
                "not-fully-controlled-by",
                "occupied-by",
                "part-of",
                "proclaimed-part-of",
                "recognised-as-independent-by",
                "recognition-as-independent-requested-of",
                "to-be-declared-part-of",
                "under-occupation-during-vote",
                "voted-for-annexation",
                "wholly-or-partly-controlled-by",
            ),
        ),
    }
)


@lru_cache(maxsize=4096)
def concept(scheme: str, notation: str) -> str | None:
    """Return the IRI of the concept that `notation` names in `scheme`, or None if it names none.

    The notation comes from annotated text, so an unknown one is for the caller to report. The
    scheme is named by the program: an unknown one is a bug, and raises KeyError.

    >>> concept("kinds", "RegionCollection")
    'https://w3id.org/ukrgraph/concepts#kind-region-collection'
    >>> concept("stances", "lukewarm") is None
    True
    """
    prefix, notations = SCHEMES[scheme]
    if notation not in notations:
        return None
    return NAMESPACE + prefix + _kebab(notation)


def _kebab(notation: str) -> str:
    """Return `notation` with a hyphen before each inner capital, in lower case."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", notation).lower()
