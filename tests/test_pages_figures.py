"""The figures: pure functions, accessible, without style, the same in every run."""

import json
import re
from datetime import date
from math import cos, hypot, radians
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from ukrgraph.pages.figures import map as maps
from ukrgraph.pages.figures import network, svg, timeline
from ukrgraph.resources import packaged_root

SVG = "{http://www.w3.org/2000/svg}"
CSS = (Path(timeline.__file__).parents[2] / "serve/static/site.css").read_text("utf-8")
DAYS = [date(2022, 2, 16), None, date(2022, 9, 20), date(2022, 9, 21)]
MARKS = (
    timeline.Mark(date(2022, 2, 16), date(2022, 2, 16), "/a", "first & <b>", "against"),
    timeline.Mark(None, date(2022, 9, 21), "/b", "until", "for"),
    timeline.Mark(date(2022, 9, 20), None, "/c", "from"),
    timeline.Mark(date(2022, 9, 20), date(2022, 9, 21), "/d", "between", "mixed"),
)
GEOMETRY = json.loads((packaged_root() / "data/map/regions.geojson").read_text("utf-8"))
REGIONS = [maps.Region("crimea", "Крим", "#crimea", "claims: 6"), maps.Region("nowhere", "Nowhere", "#x")]
EDGES = [
    network.Edge("a", "x", "disputes", 2, "#1", "a disputes x"),
    network.Edge("b", "y", "echoes", 1, "#2", "b echoes y"),
    network.Edge("b", "x", "addressee", 9, "#3", "b speaks to x"),
]
NAMES = {name: (name.upper(), f"/{name}") for name in "abxy"}


def drawn():
    return {
        "statements": timeline.statements(DAYS, [timeline.Row("A side", "/side", MARKS)], "Title", "About"),
        "events": timeline.events(DAYS, MARKS, "Title", "About"),
        "map": maps.draw(GEOMETRY, REGIONS, "Title", "About"),
        "small map": maps.small("map-1", REGIONS[:1], "Title", "About"),
        "network": network.draw(EDGES, NAMES, ("Who", "To whom"), "Title", "About"),
    }


@pytest.mark.parametrize("name", ["statements", "events", "map", "small map", "network"])
def test_a_figure_has_a_title_a_description_and_no_style(name):
    root = ET.fromstring(drawn()[name])  # noqa: S314  # our own
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert (title.text, description.text) == ("Title", "About")
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert root.get("role") == "group"
    assert [element.tag for element in root.iter() if "style" in element.attrib or element.tag == f"{SVG}style"] == []


@pytest.mark.parametrize("name", ["statements", "events", "map", "small map", "network"])
def test_links_of_a_figure_have_a_name(name):
    root = ET.fromstring(drawn()[name])  # noqa: S314  # our own
    links = list(root.iter(f"{SVG}a"))
    assert links
    assert [link for link in links if not link.get("aria-label") or not link.get("href")] == []


def test_the_same_values_give_the_same_figure():
    assert drawn() == drawn()


def test_what_a_mark_is_called_is_escaped():
    text = drawn()["statements"]
    assert "first &amp; &lt;b&gt;" in text
    assert "<b>" not in text


def test_a_mark_stands_at_its_day_and_bounds_are_lines():
    root = ET.fromstring(drawn()["statements"])  # noqa: S314  # our own
    axis = timeline.Axis(DAYS)
    assert (axis.at[DAYS[0]], axis.at[DAYS[2]], axis.gaps) == (216.0, 298.0, [257.0])
    lines = [line for line in root.iter(f"{SVG}line") if (line.get("class") or "").startswith("span")]
    assert [line.get("class") for line in lines] == ["span open", "span open", "span"]
    assert float(lines[2].get("x1")) == axis.at[date(2022, 9, 20)]


def test_stances_differ_in_shape_and_not_in_colour_alone():
    shapes = {
        kind: re.sub(r' class="[^"]*"', "", timeline.legend_shape(kind)) for kind in ("against", "for", "neutral")
    }
    assert len(set(shapes.values())) == 3


def test_the_centre_of_the_projection_is_the_origin_and_north_is_up():
    assert maps.projected(32.0, 48.5) == (0.0, 0.0)
    assert maps.projected(32.0, 50.0)[1] < 0 < maps.projected(33.0, 48.5)[0]
    west, east = maps.projected(31.0, 46.0), maps.projected(33.0, 46.0)
    assert west == pytest.approx((-east[0], east[1]))


def test_scale_is_true_along_the_standard_parallels():
    for latitude in (45.5, 51.5):
        x1, y1 = maps.projected(31.9995, latitude)
        x2, y2 = maps.projected(32.0005, latitude)
        assert hypot(x2 - x1, y2 - y1) == pytest.approx(radians(0.001) * cos(radians(latitude)), rel=1e-4)


def test_the_geometry_names_our_regions_only_and_no_state():
    assert maps.ids(GEOMETRY) == {"crimea", "donetsk-region", "kherson-region", "luhansk-region", "zaporizhzhia-region"}
    assert {key for feature in GEOMETRY["features"] for key in feature["properties"]} == {"id"}
    assert (packaged_root() / "data/map/regions.geojson").stat().st_size < 100_000


def test_all_regions_of_the_map_look_alike():
    regions = [maps.Region(id_, id_, f"#{id_}") for id_ in sorted(maps.ids(GEOMETRY))]
    root = ET.fromstring(maps.draw(GEOMETRY, regions, "Title", "About"))  # noqa: S314  # our own
    assert [link.get("class") for link in root.iter(f"{SVG}a")] == ["region"] * 5
    fills = {path.get("fill") for path in root.iter(f"{SVG}path")}
    assert fills == {None}


def test_a_region_without_outline_is_left_out():
    assert "Nowhere" not in drawn()["map"]


def test_small_maps_use_the_shapes_of_the_large_one():
    used = set(re.findall(r'<use href="#([\w-]+)"', drawn()["small map"]))
    assert used == {"shape-land", "shape-crimea"}
    assert used <= set(re.findall(r'id="([\w-]+)"', drawn()["map"]))


def test_the_columns_of_a_network_are_ordered_so_that_fewer_curves_cross():
    edges = [network.Edge(a, b, "echoes", 1, "#", "n") for a, b in ("az", "by", "cx")]
    left, right = network.ordered(edges)
    pairs = [(left.index(edge.source), right.index(edge.target)) for edge in edges]
    assert [source == target for source, target in pairs] == [True] * 3


def test_texts_are_large_enough():
    sizes = [float(size) for size in re.findall(r"\.(?:figure|map)[^{]*\{[^}]*font(?:-size)?: *(\d+)px", CSS)]
    assert sizes
    assert min(sizes) >= svg.SMALL


def _channel(value):
    value /= 255
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def contrast(first, second):
    """Return the contrast of two colours (WCAG 2.2, contrast ratio)."""
    lights = sorted(
        0.2126 * _channel(r) + 0.7152 * _channel(g) + 0.0722 * _channel(b)
        for r, g, b in ([int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in (first, second))
    )
    return (lights[1] + 0.05) / (lights[0] + 0.05)


COLOURS = {name: pair for name, *pair in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", CSS)}
TEXTS = ("text", "quiet", "link", "against", "for", "mixed", "neutral", "error")


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_colours_have_enough_contrast(scheme):
    low = {
        (text, ground): round(contrast(COLOURS[text][scheme], COLOURS[ground][scheme]), 2)
        for text in TEXTS
        for ground in ("ground", "raised")
        if contrast(COLOURS[text][scheme], COLOURS[ground][scheme]) < 4.5
    }
    assert low == {}
    both = [("text", "said"), ("link", "said"), ("text", "region"), ("text", "land"), ("text", "field")]
    assert [pair for pair in both if contrast(*(COLOURS[name][scheme] for name in pair)) < 4.5] == []
    lines = [("field-line", "raised"), ("field-line", "field"), ("focus", "ground"), ("region-line", "land")]
    lines += [("region-line", "region"), ("accent", "ground")]
    assert [pair for pair in lines if contrast(*(COLOURS[name][scheme] for name in pair)) < 3] == []
