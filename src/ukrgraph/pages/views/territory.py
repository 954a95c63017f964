"""The map: what is claimed of each region, by whom; the graph itself says nothing of whose a region is."""

from dataclasses import dataclass

from ukrgraph.pages.records import Record, described
from ukrgraph.pages.site import Site
from ukrgraph.terms import UKG


@dataclass(frozen=True, slots=True)
class Region:
    """A region, or another place with claims, and the claims of it, by time; those of collections it is in included."""

    iri: str
    claims: tuple[Record, ...]

    @property
    def claimants(self) -> tuple[str, ...]:
        """Return who makes the claims, by IRI."""
        return tuple(sorted({iri for claim in self.claims for iri in claim.iris("assertedBy")}))


@dataclass(frozen=True, slots=True)
class Territory:
    """The regions, which a map can show, and the other places with claims."""

    regions: tuple[Region, ...]
    places: tuple[Region, ...]

    def of(self, claimant: str) -> tuple[tuple[str, tuple[Record, ...]], ...]:
        """Return what one claimant claims, by region; regions without a claim of theirs are left out."""
        found = (
            (region.iri, tuple(claim for claim in region.claims if claimant in claim.iris("assertedBy")))
            for region in self.regions
        )
        return tuple((iri, claims) for iri, claims in found if claims)

    @property
    def claimants(self) -> tuple[str, ...]:
        """Return who claims something of a region, by IRI."""
        return tuple(sorted({iri for region in self.regions for iri in region.claimants}))


def territory(site: Site) -> Territory:
    """Return all territorial claims by region."""
    claims = sorted(described(site.engine, f"?s a <{UKG}TerritorialClaim>"), key=lambda record: record.when)
    regions = described(site.engine, f"?s a <{UKG}Region>")
    whole = described(site.engine, f"?s <{UKG}hasMember> ?part ; a <{UKG}Territory>")
    around: dict[str, set[str]] = {}
    for record in whole:
        for part in record.iris("hasMember"):
            around.setdefault(part, set()).add(record.iri)
    found = tuple(
        Region(region.iri, tuple(claim for claim in claims if _about(claim, {region.iri, *around.get(region.iri, ())})))
        for region in regions
    )
    named = {region.iri for region in regions}
    others = sorted({iri for claim in claims for iri in claim.iris("region")} - named)
    places = tuple(Region(iri, tuple(claim for claim in claims if _about(claim, {iri}))) for iri in others)
    return Territory(found, places)


def _about(claim: Record, places: set[str]) -> bool:
    return not places.isdisjoint(claim.iris("region"))
