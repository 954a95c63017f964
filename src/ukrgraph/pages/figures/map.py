"""The map: land, the lines of administrative units, and the regions that the documents speak of, all in one colour.

No line or colour says to which state an area belongs; that is for the claims in the text beside the map.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, log, pi, radians, sin, tan
from typing import Any

from ukrgraph.pages.figures.svg import element, figure, link, number, text

WIDTH = 880.0
_PARALLELS = (45.5, 51.5)
_CENTRE = (32.0, 48.5)
_WINDOW = (21.9, 44.0, 41.2, 52.6)
"""Where the frame meets the central parallel and meridian, in degrees: west, south, east, north."""


@dataclass(frozen=True, slots=True)
class Region:
    """A region: its id in the geometry, its name, where it leads, what stands under the name, and whether it is lit."""

    id: str
    name: str
    href: str
    note: str = ""
    lit: bool = True


@lru_cache(maxsize=1)
def _cone() -> tuple[float, float, float]:
    """Return the constants of the projection: n, F and rho of the centre (Snyder 1987, equations 15-1 to 15-3)."""
    first, second = (radians(angle) for angle in _PARALLELS)
    n = log(cos(first) / cos(second)) / log(tan(pi / 4 + second / 2) / tan(pi / 4 + first / 2))
    f = cos(first) * tan(pi / 4 + first / 2) ** n / n
    return n, f, f / tan(pi / 4 + radians(_CENTRE[1]) / 2) ** n


def projected(longitude: float, latitude: float) -> tuple[float, float]:
    """Return a place in Lambert's conformal conic projection, in radii of the earth; y grows to the south.

    >>> projected(32.0, 48.5)
    (0.0, 0.0)
    """
    n, f, centre = _cone()
    distance = f / tan(pi / 4 + radians(latitude) / 2) ** n
    angle = n * radians(longitude - _CENTRE[0])
    return distance * sin(angle), distance * cos(angle) - centre


class _Frame:
    """From degrees to the units of the view box."""

    def __init__(self, width: float) -> None:
        west, south, east, north = _WINDOW
        self.left, self.top = projected(west, _CENTRE[1])[0], projected(_CENTRE[0], north)[1]
        self.scale = width / (projected(east, _CENTRE[1])[0] - self.left)
        self.width = width
        self.height = (projected(_CENTRE[0], south)[1] - self.top) * self.scale

    def place(self, point: Sequence[float]) -> tuple[float, float]:
        x, y = projected(point[0], point[1])
        return (x - self.left) * self.scale, (y - self.top) * self.scale

    def path(self, polygons: Sequence[Sequence[Sequence[Sequence[float]]]]) -> str:
        parts = []
        for rings in polygons:
            for ring in rings:
                points = [f"{number(x)} {number(y)}" for x, y in map(self.place, ring[:-1])]
                parts.append(f"M{'L'.join(dict.fromkeys(points))}Z")
        return "".join(parts)


def ids(geometry: Mapping[str, Any]) -> frozenset[str]:
    """Return the ids of the regions that the geometry has outlines for."""
    return frozenset(feature["properties"].get("id", "") for feature in geometry["features"]) - {""}


def draw(geometry: Mapping[str, Any], regions: Sequence[Region], title: str, description: str) -> str:
    """Return the large map; its shapes have ids, so that small maps on the same page can use them again.

    A region without outline in the geometry is left out.
    """
    frame = _Frame(WIDTH)
    known = {region.id: region for region in regions}
    land: list[str] = []
    shown: list[str] = []
    names: list[str] = []
    for feature in geometry["features"]:
        polygons = feature["geometry"]["coordinates"]
        region = known.get(feature["properties"].get("id", ""))
        if region is None:
            land.append(frame.path(polygons))
            continue
        shape = element("path", d=frame.path(polygons), id=f"shape-{region.id}")
        names.append(_label(region, frame.place(_middle(polygons))))
        shown.append(link(region.href, shape, f"{region.name}: {region.note}", "region"))
    ground = element("path", d="".join(land), id="shape-land")
    content = [_sea(frame), element("g", ground, class_="land"), *shown, *names]
    return figure("map", (frame.width, frame.height), title, description, content)


def small(id: str, regions: Sequence[Region], title: str, description: str) -> str:
    """Return a small map that uses the shapes of the large one; regions that are not lit are land like any other."""
    frame = _Frame(WIDTH)
    content = [_sea(frame), _use("land", "land")]
    for region in regions:
        used = _use(region.id, "region" if region.lit else "land")
        content.append(link(region.href, used, region.name, "region") if region.lit else used)
    return figure(id, (frame.width, frame.height), title, description, content)


def _sea(frame: _Frame) -> str:
    return element("rect", x=0.0, y=0.0, width=frame.width, height=frame.height, class_="sea")


def _use(id: str, kind: str) -> str:
    return element("use", href=f"#shape-{id}", class_=kind)


def _label(region: Region, place: tuple[float, float]) -> str:
    x, y = place
    return text(region.name, x, y, "place", "middle") + text(region.note, x, y + 16, "note", "middle")


def _middle(polygons: Sequence[Sequence[Sequence[Sequence[float]]]]) -> tuple[float, float]:
    """Return the centroid of the largest ring, in degrees (area and centroid of a polygon by the shoelace formula)."""
    best, place = 0.0, (0.0, 0.0)
    for rings in polygons:
        area = across = down = 0.0
        for (x1, y1), (x2, y2) in zip(rings[0], rings[0][1:], strict=False):
            cross = x1 * y2 - x2 * y1
            area += cross
            across += (x1 + x2) * cross
            down += (y1 + y2) * cross
        if abs(area) > best:
            best, place = abs(area), (across / (3 * area), down / (3 * area))
    return place
