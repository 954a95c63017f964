"""From views to figures: what the marks of a timeline, the regions of a map and the curves of a network are called."""

from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup

from ukrgraph.pages.figures import map as map_figure
from ukrgraph.pages.figures import network as network_figure
from ukrgraph.pages.figures import timeline as timeline_figure
from ukrgraph.pages.pen import Pen
from ukrgraph.pages.records import Record
from ukrgraph.pages.site import Site
from ukrgraph.pages.views import network, territory, timeline
from ukrgraph.terms import UKG

Context = dict[str, Any]
Values = Mapping[str, str]

STANCES = ("against", "for", "mixed", "neutral")


def timeline_page(site: Site, pen: Pen, values: Values) -> Context:
    """Return what the timeline needs."""
    del values
    view = timeline.timeline(site)
    rows = [
        timeline_figure.Row(
            pen.plain(side) if side else pen.t("somebody"),
            pen.address.iri(side) if side else "",
            tuple(_mark(pen, record, record.text("paraphrase"), stance(record)) for record in records),
        )
        for side, records in view.sides
    ]
    events = [_mark(pen, record, pen.plain(record.iri), "event") for record in view.events]
    said = sum(len(records) for _, records in view.sides)
    about = pen.t("timeline-about", statements=said, sides=len(rows), days=sum(day is not None for day in view.days))
    listed = sorted(((side, item) for side, found in view.sides for item in found), key=lambda pair: pair[1].when)
    return {
        "title": pen.t("timeline-title"),
        "view": view,
        "listed": listed,
        "shapes": [(kind, Markup(timeline_figure.legend_shape(kind))) for kind in STANCES],  # noqa: S704
        "statements": _drawn(timeline_figure.statements(view.days, rows, pen.t("timeline-statements"), about)),
        "events": _drawn(
            timeline_figure.events(
                view.event_days, events, pen.t("timeline-events"), pen.t("events-about", events=len(events))
            )
        ),
    }


def _drawn(svg: str) -> Markup:
    """Return a figure as markup: its texts were escaped where it was drawn."""
    return Markup(svg)  # noqa: S704


def stance(record: Record) -> str:
    """Return which of STANCES a record takes towards what it speaks of."""
    against, in_favour = bool(record.iris("stanceAgainst")), bool(record.iris("stanceFor"))
    if against and in_favour:
        return "mixed"
    return "against" if against else "for" if in_favour else "neutral"


def _mark(pen: Pen, record: Record, name: str, kind: str) -> timeline_figure.Mark:
    first, last = timeline.bounds(record)
    return timeline_figure.Mark(first, last, pen.address.iri(record.iri), name, kind)


def map_page(site: Site, pen: Pen, values: Values) -> Context:
    """Return what the map needs: one of all regions, and a small one for each claimant."""
    del values
    view = territory.territory(site)
    ids = {region.iri: region.iri.removeprefix(site.names.entity("")) for region in view.regions}
    regions = [
        map_figure.Region(
            ids[region.iri],
            pen.plain(region.iri),
            f"#{ids[region.iri]}",
            pen.t("map-claims", count=len(region.claims)),
        )
        for region in view.regions
    ]
    geometry = site.geometry
    about = pen.t("map-about", regions=len(regions))
    large = _drawn(map_figure.draw(geometry, regions, pen.t("map-title"), about)) if geometry else None
    claimants = [
        (claimant, _small(site, pen, at, claimant, view), _told(pen, view.of(claimant)))
        for at, claimant in enumerate(view.claimants, 1)
    ]
    return {"title": pen.t("map-title"), "view": view, "drawing": large, "claimants": claimants}


def _small(site: Site, pen: Pen, at: int, claimant: str, view: territory.Territory) -> Markup:
    """Return the small map of one claimant: lit are the regions of which it claims something."""
    if not site.geometry:
        return Markup()
    lit = {iri for iri, _ in view.of(claimant)}
    shapes = {site.names.entity(id_) for id_ in map_figure.ids(site.geometry)}
    regions = [
        map_figure.Region(
            region.iri.removeprefix(site.names.entity("")),
            pen.plain(region.iri),
            f"#{region.iri.removeprefix(site.names.entity(''))}",
            lit=region.iri in lit,
        )
        for region in view.regions
        if region.iri in shapes
    ]
    title = pen.t("map-one", name=pen.plain(claimant))
    names = ", ".join(pen.plain(region.iri) for region in view.regions if region.iri in lit)
    return _drawn(map_figure.small(f"map-{at}", regions, title, names))


def _told(pen: Pen, claims: Iterable[tuple[str, tuple[Record, ...]]]) -> list[tuple[Markup, tuple[str, ...]]]:
    """Return what is claimed and of which regions, by the words of the claim."""
    found: dict[str, tuple[Markup, list[str]]] = {}
    for region, records in claims:
        for record in records:
            words = pen.link(record.iri, pen.name(record.iri_of("territorialStatus")))
            parts = [words, pen.links(record.iris("statusObject")), pen.word(record.word("statusValue"))]
            text = Markup(" ").join(part for part in parts if part)
            key = f"{record.iri_of('territorialStatus')} {record.iris('statusObject')} {record.text('statusValue')}"
            found.setdefault(key, (text, []))[1].append(region)
    return [(text, tuple(dict.fromkeys(regions))) for _, (text, regions) in sorted(found.items())]


def network_page(site: Site, pen: Pen, values: Values) -> Context:
    """Return what the network needs."""
    del values
    view = network.network(site)
    edges = [_edge(pen, edge) for edge in view]
    sides = sorted({name for edge in view for name in (edge.source, edge.target)})
    names = {name: (pen.plain(name), pen.address.iri(name)) for name in sides}
    about = pen.t("network-about", edges=len(edges), sides=len(sides))
    heads = (pen.t("network-who"), pen.t("network-whom"))
    drawn = network_figure.draw(edges, names, heads, pen.t("network-title"), about)
    ways = [way for way in network.WAYS if any(edge.way == way for edge in view)]
    return {"title": pen.t("network-title"), "view": view, "drawing": _drawn(drawn), "ways": ways}


def _edge(pen: Pen, edge: network.Edge) -> network_figure.Edge:
    name = pen.t(
        "network-edge",
        source=pen.plain(edge.source),
        way=pen.plain(UKG + edge.way),
        target=pen.plain(edge.target),
        count=len(edge.statements),
    )
    return network_figure.Edge(edge.source, edge.target, edge.way, len(edge.statements), f"#{pen.edge(edge)}", name)
