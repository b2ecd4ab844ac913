"""What the attributes of an element declare: ``style``, and the colours of old HTML."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from detector.page.css.declarations import hides, read_declarations
from detector.page.css.tree import Tree
from detector.page.css.values import Colour, legacy_colour
from detector.page.heads import BACKGROUND, BGCOLOR

_MAX_KEPT: Final = 500  # characters of a style that is kept for the next page
_LONGEST_COLOUR: Final = 80  # characters; what is longer is no colour, and is not kept
TABLES: Final = frozenset({"table", "thead", "tbody", "tfoot", "tr", "td", "th"})
_LEAST_READ: Final = 8  # px
_GROUNDED: Final = TABLES | {"body", "marquee"}  # elements with bgcolor
_WITH_HINTS: Final = _GROUNDED | {"font"}


class InlineStyle:
    """Declarations of one element's attributes. hides: the properties by which they may hide; ink, ground: the colours among them."""

    __slots__ = ("ground", "hides", "important", "ink", "normal")

    def __init__(self, style: str) -> None:
        self.normal, self.important = read_declarations(style)
        both = {**self.normal, **self.important}
        ink, ground = both.get("color"), both.get("background-color")
        self.hides = hides(both)
        self.ink = ink if isinstance(ink, Colour) else None
        self.ground = ground if isinstance(ground, Colour) and ground.alpha > 0.5 else None


@lru_cache(maxsize=4096)
def _kept(style: str) -> InlineStyle:
    return InlineStyle(style)


def read_style(style: str) -> InlineStyle:
    """Pages repeat their styles, so those of usual length are kept."""
    return _kept(style) if len(style) <= _MAX_KEPT else InlineStyle(style)


def style_of(tree: Tree, index: int) -> str:
    """The declarations of an element as one text: those of presentational attributes, then those of ``style``."""
    name, style = tree.markup.name[index], tree.heads.styles.get(index, "")
    if name not in _WITH_HINTS:
        return style
    flags = tree.heads.flags.item(index)
    if flags & BGCOLOR or name == "font" or name == "body" or (flags & BACKGROUND and name in TABLES):
        attributes = tree.attributes(index)
        hints = ""
        if name in _GROUNDED:
            hints = _hint("background-color", attributes.get("bgcolor", "").strip()[:_LONGEST_COLOUR])
            if attributes.get("background"):
                hints += "background-image:url(x);"
        if name == "font" or name == "body":
            hints += _hint("color", attributes.get("color" if name == "font" else "text", "").strip()[:_LONGEST_COLOUR])
        return hints + style
    if name == "marquee":
        attributes = tree.attributes(index)
        small = "".join(f"{side}:0;" for side in ("height", "width") if _is_small(attributes.get(side, "")))
        return f"overflow:hidden;{small}" + style
    return style


def _is_small(size: str) -> bool:
    """Whether a size in an attribute is too few pixels to read a line through."""
    number = size.strip().removesuffix("px")
    return number.isascii() and number.isdigit() and int(number[:6]) <= _LEAST_READ


@lru_cache(maxsize=1024)
def _hint(name: str, value: str) -> str:
    """A colour attribute as the declaration that browsers take it for, "" for none."""
    paint = legacy_colour(value)
    return f"{name}:#{round(paint.red):02x}{round(paint.green):02x}{round(paint.blue):02x};" if isinstance(paint, Colour) else ""
