"""The few pieces of SVG that all figures are made of."""

from collections.abc import Iterable
from html import escape

SMALL = 12.0
"""The least size of a text, in the units of the view box; figures are shown at that scale or larger."""


def number(value: float) -> str:
    """Return a coordinate with at most one digit after the point.

    >>> number(3.0), number(2.25), number(-0.04)
    ('3', '2.2', '0')
    """
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def element(name: str, content: str = "", **attributes: str | float) -> str:
    """Return an element; `content` is markup. In names of attributes `_` stands for `-`, a last one is dropped."""
    pairs = "".join(
        f' {key.removesuffix("_").replace("_", "-")}="{escape(value) if isinstance(value, str) else number(value)}"'
        for key, value in attributes.items()
        if value != ""
    )
    return f"<{name}{pairs}>{content}</{name}>" if content else f"<{name}{pairs}/>"


def text(words: str, x: float, y: float, kind: str = "", anchor: str = "") -> str:
    """Return a line of text."""
    return element("text", escape(words), x=x, y=y, class_=kind, text_anchor=anchor)


def link(href: str, content: str, name: str, kind: str = "") -> str:
    """Return a link around shapes; `name` is what it is called where it is not seen."""
    return element("a", element("title", escape(name)) + content, href=href, class_=kind, aria_label=name)


def figure(id: str, size: tuple[float, float], title: str, description: str, content: Iterable[str]) -> str:
    """Return a whole figure, with a title and a description for those who do not see it.

    It is a group with a name rather than one image: what is inside an image is not there for a screen reader, and
    links must not stand in one (WAI-ARIA 1.2, section 5.2.8, children presentational).
    """
    width, height = size
    head = element("title", escape(title), id=f"{id}-title") + element("desc", escape(description), id=f"{id}-desc")
    return element(
        "svg",
        head + "\n" + "\n".join(content) + "\n",
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=width,
        height=height,
        role="group",
        class_=f"figure {id.partition('-')[0]}",
        aria_labelledby=f"{id}-title {id}-desc",
    )


def shortened(words: str, most: int) -> str:
    """Return a text cut to `most` characters, with an ellipsis where it is cut."""
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"
