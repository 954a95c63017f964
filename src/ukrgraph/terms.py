"""The ontology's terms as constants, and the namespaces they live in.

Kept equal to `ontology/ukrgraph.ttl` by `tests/test_ontology.py`: a name is here if and only if
the ontology declares it. Of other vocabularies only the namespaces are listed.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

BASE: Final = "https://w3id.org/ukrgraph/"
ONTOLOGY: Final = "https://w3id.org/ukrgraph/ontology"
UKG: Final = "https://w3id.org/ukrgraph/ontology#"
UKC: Final = "https://w3id.org/ukrgraph/concepts#"

DCTERMS: Final = "http://purl.org/dc/terms/"
FOAF: Final = "http://xmlns.com/foaf/0.1/"
OA: Final = "http://www.w3.org/ns/oa#"
ORG: Final = "http://www.w3.org/ns/org#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
PROV: Final = "http://www.w3.org/ns/prov#"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
SCHEMA: Final = "http://schema.org/"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"

PREFIXES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "dcterms": DCTERMS,
        "foaf": FOAF,
        "oa": OA,
        "org": ORG,
        "owl": OWL,
        "prov": PROV,
        "rdf": RDF,
        "rdfs": RDFS,
        "schema": SCHEMA,
        "skos": SKOS,
        "ukc": UKC,
        "ukg": UKG,
        "xsd": XSD,
    }
)

CLASSES: Final[frozenset[str]] = frozenset(
    {
        "Actor",
        "AscribedStatement",
        "City",
        "Claim",
        "Country",
        "Document",
        "Event",
        "EventReport",
        "Group",
        "Mention",
        "NarratorClaim",
        "Norm",
        "Office",
        "Organization",
        "Person",
        "Place",
        "PlannedStatement",
        "Position",
        "Proposition",
        "QuantityClaim",
        "Region",
        "RelationClaim",
        "ReportedSilence",
        "Sanction",
        "SanctionStatus",
        "SpeechRecord",
        "Statement",
        "TerritorialClaim",
        "Territory",
        "ThreatenedResponse",
        "Topic",
        "ViolationClaim",
        "Work",
    }
)

OBJECT_PROPERTIES: Final[frozenset[str]] = frozenset(
    {
        "about",
        "act",
        "addressee",
        "affirms",
        "assertedBy",
        "claimedIn",
        "condition",
        "confidence",
        "coordinatedWith",
        "creditedSource",
        "cue",
        "deniedBy",
        "deniedIn",
        "denies",
        "disputes",
        "echoes",
        "embeddedIn",
        "epistemicStatus",
        "event",
        "evidence",
        "hasMember",
        "imposer",
        "kind",
        "locatedIn",
        "measure",
        "mentionKind",
        "mentionOf",
        "modality",
        "narrationKind",
        "norm",
        "officeIn",
        "officeOfState",
        "onBehalfOf",
        "onBehalfOfState",
        "organOf",
        "partOf",
        "participant",
        "passageRole",
        "phase",
        "place",
        "quantifier",
        "quotation",
        "quotationMode",
        "region",
        "rejects",
        "relation",
        "relationObject",
        "relationSubject",
        "reportedIn",
        "reportedVia",
        "sameUtteranceAs",
        "sanctionTarget",
        "silenceKind",
        "silentOn",
        "silentParty",
        "speaker",
        "specializes",
        "speechAct",
        "stance",
        "stanceAgainst",
        "stanceFor",
        "statusObject",
        "statusOf",
        "territorialStatus",
        "threatenedAgainst",
        "threatenedBy",
        "trigger",
        "utteredAt",
    }
)

DATATYPE_PROPERTIES: Final[frozenset[str]] = frozenset(
    {
        "amount",
        "attribution",
        "channel",
        "characterCount",
        "claimBasis",
        "dateBasis",
        "dateText",
        "earliest",
        "latest",
        "legalBasis",
        "measureDetail",
        "note",
        "paraphrase",
        "publisherBasis",
        "quantityOf",
        "relationValue",
        "spanSha256",
        "speakerText",
        "statusValue",
        "targetBasis",
        "textSha256",
        "triggerBasis",
        "unit",
    }
)

PROPERTIES: Final[frozenset[str]] = OBJECT_PROPERTIES | DATATYPE_PROPERTIES
