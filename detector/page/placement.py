"""Whether declarations move an element out of the screen, or leave it no size.

Judged without a layout, by thresholds: what lies half a screen or more to the left, or its own known width, cannot be read; a drawer of
unknown width at -300px is left alone.
"""

from __future__ import annotations

from typing import Final

from detector.page.css.declarations import Declarations
from detector.page.css.values import UNKNOWN, Length, Shift

_FAR: Final = 500.0  # px: further than this to the left of its container an element is off the screen
_VERY_FAR: Final = 1000.0  # px: the same, where more of the screen may lie before it
_BEYOND: Final = 1500.0  # px: further than this to the right it is off a screen of 1280
_DRAWER: Final = {"width": 240.0, "height": 100.0}  # px: a drawer, or a bar, of unknown size is thought to be no larger
_CUTS: Final = frozenset({"hidden", "clip", "scroll", "auto", "overlay"})


def _pixels(d: Declarations, name: str) -> float | None:
    """A declared length in px; None where it is not declared, or a share of what is not known."""
    value = d.get(name)
    return value.pixels() if isinstance(value, Length) and (value.unit != "%" or value.number == 0) else None


def _cuts(d: Declarations) -> bool:
    return d.get("overflow") in _CUTS or d.get("overflow-x") in _CUTS or d.get("overflow-y") in _CUTS


def has_no_size(d: Declarations) -> bool:
    """A box of at most 1 px in one direction that cuts what overflows it."""
    if not _cuts(d):
        return False
    for size, before, after in (("height", "top", "bottom"), ("width", "left", "right")):
        sizes = [length for length in (_pixels(d, size), _pixels(d, f"max-{size}")) if length is not None]
        if not sizes or min(sizes) > 1:
            continue
        least = d.get(f"min-{size}")
        padding = (d.get(f"padding-{before}"), d.get(f"padding-{after}"))
        kept_open = any(isinstance(side, Length) and side.number > 0 for side in padding)
        if not kept_open and not (isinstance(least, Length) and least.number > 1):
            return True
    return False


def is_indented_away(d: Declarations) -> bool | None:
    """Whether the first line begins out of sight; None where no indent is declared, as it is inherited."""
    indent = d.get("text-indent")
    if not isinstance(indent, Length):
        return False if indent == UNKNOWN else None
    far = indent.pixels(whole=1280.0)
    if far <= -_FAR:
        return True
    beyond = far >= _BEYOND or (indent.unit == "%" and indent.number >= 100)
    return beyond and _cuts(d) and d.get("white-space") in ("nowrap", "pre")


def is_off_screen(d: Declarations, in_line: bool) -> bool:
    """Whether position, margin or transform move an element where no one scrolls. in_line: it is laid out within a line."""
    return _is_pushed_away(d, in_line) or _is_placed_away(d) or (not in_line and _is_shifted_away(d))


def _is_pushed_away(d: Declarations, in_line: bool) -> bool:
    for side in ("left",) if in_line else ("left", "top"):
        margin, padding = _pixels(d, f"margin-{side}"), _pixels(d, f"padding-{side}") or 0.0
        # a padding as large brings the text back: a background as wide as the screen is made so
        if margin is not None and margin <= -_VERY_FAR and padding < -margin / 2:
            return True
    return False


def _is_placed_away(d: Declarations) -> bool:
    position = d.get("position")
    left, right, top, bottom = (d.get(name) for name in ("left", "right", "top", "bottom"))
    if position == "relative":
        return _beyond(left, -_VERY_FAR, _BEYOND) or _beyond(top, -_VERY_FAR)
    if position not in ("absolute", "fixed"):
        return False
    fixed = position == "fixed"
    width, height = _pixels(d, "width"), _pixels(d, "height")
    if isinstance(left, Length):
        if _beyond(left, -_FAR, _BEYOND, least_share=-100, largest_share=100 if fixed else 150) or _behind_edge(left, width):
            return True
    elif _beyond(right, -_FAR, 2 * _BEYOND, least_share=-100 if fixed else -150, largest_share=200) or (
        fixed and _behind_edge(right, width)
    ):
        return True
    if isinstance(top, Length):
        if fixed:
            return _beyond(top, -_FAR, _BEYOND, least_share=-100, largest_share=100) or _behind_edge(top, height)
        return _beyond(top, -_VERY_FAR, least_share=-200)
    return fixed and (_beyond(bottom, -_FAR, _BEYOND, least_share=-100) or _behind_edge(bottom, height))


def _beyond(where: object, least: float, largest: float = 1e9, least_share: float = -1e9, largest_share: float = 1e9) -> bool:
    """Whether a side lies at or beyond one of two bounds, in px, or in percent of the container."""
    if not isinstance(where, Length):
        return False
    if where.unit == "%":
        return where.number <= least_share or where.number >= largest_share
    return where.pixels() <= least or where.pixels() >= largest


def _behind_edge(where: object, size: float | None) -> bool:
    """Whether an element of known size lies wholly behind the edge that it is placed by."""
    return isinstance(where, Length) and where.unit != "%" and size is not None and where.pixels() < -20 and where.pixels() + size <= 0


def _is_shifted_away(d: Declarations) -> bool:
    shift = d.get("transform")
    if not isinstance(shift, Shift):
        return False
    x, y = shift
    if _beyond(x, -_VERY_FAR, _BEYOND, least_share=-1000) or _beyond(y, -_VERY_FAR, least_share=-1000):
        return True
    # a drawer at an edge, moved by its own size
    position = d.get("position")
    if position not in ("absolute", "fixed"):
        return False
    if _at_edge(d, "left") and _by_its_size(x, d, "width", -1):
        return True
    if position != "fixed":
        return False
    return (
        (_at_edge(d, "right") and _by_its_size(x, d, "width", 1))
        or (_at_edge(d, "top") and _by_its_size(y, d, "height", -1))
        or (_at_edge(d, "bottom") and _by_its_size(y, d, "height", 1))
    )


def _at_edge(d: Declarations, name: str) -> bool:
    side = d.get(name)
    return isinstance(side, Length) and side.number <= 0


def _by_its_size(shift: Length, d: Declarations, size: str, direction: int) -> bool:
    if shift.unit == "%":
        return shift.number * direction >= 100
    known = [length for length in (_pixels(d, size), _pixels(d, f"max-{size}")) if length is not None]
    return shift.pixels() * direction >= (min(known) if known else _DRAWER[size])
