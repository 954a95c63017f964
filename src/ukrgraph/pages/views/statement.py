"""A statement or another record: its words in their sentence, who says it to whom, and who says otherwise."""

from dataclasses import dataclass
from functools import lru_cache

from ukrgraph.engine import NamedNode
from ukrgraph.errors import UsageError
from ukrgraph.evidence import Annotation, Passage, Sentence
from ukrgraph.pages.records import Record, described
from ukrgraph.pages.site import Site
from ukrgraph.terms import UKG
from ukrgraph.why.explain import Explainer, Quote

CLAIMS = (
    "TerritorialClaim",
    "QuantityClaim",
    "ViolationClaim",
    "SanctionStatus",
    "ReportedSilence",
    "ThreatenedResponse",
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage, with the sentences around it if the text is at hand."""

    passage: Passage
    words: str
    sentence: Sentence | None


@dataclass(frozen=True, slots=True)
class Voice:
    """Another record that speaks to the same content, and how it relates."""

    relation: str
    record: Record


@dataclass(frozen=True, slots=True)
class Statement:
    """What a page of a record shows.

    `voices` are others that say the same or otherwise, `claims` the records that rest on this one, `inner` the
    statements that are told inside this one. `beside` are records that it names, by IRI.
    """

    record: Record
    passages: tuple[Shown, ...]
    annotation: Annotation | None
    voices: tuple[Voice, ...]
    claims: tuple[Record, ...]
    inner: tuple[Record, ...]


@lru_cache(maxsize=64)
def statement(site: Site, iri: str) -> Statement | None:
    """Return what the page of a record shows; None if the graph says nothing of it."""
    node = NamedNode(iri)
    ways = f"<{UKG}claimedIn>|<{UKG}deniedIn>|<{UKG}embeddedIn>|<{UKG}silentOn>"
    pattern = f"{{ BIND({node} AS ?s) }} UNION {{ ?s {ways} {node} }}"
    found = {record.iri: record for record in described(site.engine, pattern)}
    own = found.pop(iri, None)
    if own is None:
        return None
    others = sorted(found.values(), key=lambda record: record.when)
    return Statement(
        own,
        _passages(site, iri),
        site.texts.places.get(iri),
        _voices(site, node),
        tuple(record for record in others if record.kind in CLAIMS),
        tuple(record for record in others if record.kind not in CLAIMS),
    )


class _Listener(Explainer):
    """An explainer that looks for voices only: their quotes stand on their own pages."""

    def quotes(self, node: str) -> tuple[Quote, ...]:
        """Return no quotes."""
        del node
        return ()


def _passages(site: Site, iri: str) -> tuple[Shown, ...]:
    found = site.passages([iri]).get(iri, [])
    return tuple(Shown(item, site.texts.words(item), site.texts.sentence(item)) for item in found)


def _voices(site: Site, node: NamedNode) -> tuple[Voice, ...]:
    """Return who else says the same and who says otherwise, as `ukrgraph why` finds them."""
    explainer = _Listener(site.engine, site.project, site.names)
    explainer.corpus = site.texts
    try:
        told = explainer.why(node).voices
    except UsageError:
        return ()
    iris = " ".join(str(voice.record) for voice in told)
    known = {record.iri: record for record in described(site.engine, f"VALUES ?s {{ {iris} }}")} if iris else {}
    return tuple(Voice(voice.relation, known[voice.record.value]) for voice in told if voice.record.value in known)
