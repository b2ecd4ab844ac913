"""Declarations of one element → what they do to the text in it: `Effects`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from detector.page.css.cascade import SCRIPTED
from detector.page.css.declarations import Declarations
from detector.page.css.values import FLAT, INHERIT, UNKNOWN, Colour, Length
from detector.page.placement import has_no_size, is_indented_away, is_off_screen
from detector.page.states import CLIPPED, DISPLAY_NONE, OFF_SCREEN, SCRIPT_HIDDEN, VISIBILITY_HIDDEN, VISIBLE, ZERO_SIZE

FADED: Final = 0.05  # alpha or opacity below which nothing can be read
TINY: Final = 3.0  # px: letters smaller than this cannot be read

# How an element is laid out where no style says so.
BLOCK: Final = 0
INLINE: Final = 1
TABLE: Final = 2
_LAYOUTS: Final = {
    **dict.fromkeys(
        "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label map mark nobr output q s samp small span strike "
        "strong sub sup time tt u var".split(),
        INLINE,
    ),
    **dict.fromkeys("table tbody thead tfoot tr td th caption".split(), TABLE),
}
_TABLES: Final = frozenset({"table", "table-cell", "table-row"})
_DEFAULT_FONT: Final = Length(16.0, "px")


@dataclass(frozen=True, slots=True, eq=False)
class Effects:
    """What the declarations of an element do. None: not declared.

    state: a state of everything inside, whatever is declared there; visible: visibility; opacity: 0..1; font: in px, or em of the parent's;
    colour, background: what is painted, `UNKNOWN`, or `INHERIT`; indented: whether the first line is out of sight; sunk: z-index below 0;
    stacks: whether z-indexes inside count from here; lifted: taken out of the flow, so that its ground is not its parent's; displayed:
    whether a display other than none is declared, which undoes ``hidden``.
    """

    state: int = VISIBLE
    visible: bool | None = None
    opacity: float = 1.0
    font: Length | None = None
    colour: Colour | str | None = None
    background: Colour | str | None = None
    indented: bool | None = None
    sunk: bool = False
    stacks: bool = False
    lifted: bool = False
    displayed: bool = False


NOTHING: Final = Effects()


def natural_layout(name: str) -> int:
    """`BLOCK`, `INLINE` or `TABLE` by the name of an element."""
    return _LAYOUTS.get(name, BLOCK)


def effects_of(d: Declarations, layout: int) -> Effects:
    """Effects of cascaded declarations on an element of a `natural_layout`."""
    if not d:
        return NOTHING
    get = d.get
    position = get("position", "static")
    display = get("display")
    lifted = position in ("absolute", "fixed")
    layout = _layout(layout, display, lifted or get("float", "none") != "none")
    opacity = 1.0
    for value in (get("opacity"), get("filter")):
        if isinstance(value, float):
            opacity *= min(max(value, 0.0), 1.0)
    visibility = get("visibility")
    state = _state(d, layout, lifted)
    if SCRIPTED in d and (state or opacity < FADED or visibility in ("hidden", "collapse")):
        state = SCRIPT_HIDDEN
    size = get("font-size")
    layer = get("z-index")
    is_layer = isinstance(layer, float) and position != "static"
    return Effects(
        state=state,
        visible=None if visibility in (None, INHERIT, UNKNOWN) else visibility == "visible",
        opacity=opacity,
        font=size if isinstance(size, Length) else _DEFAULT_FONT if size == UNKNOWN else None,
        colour=_ink(d),
        background=_paint(d),
        indented=is_indented_away(d) if layout != INLINE else None,
        sunk=is_layer and isinstance(layer, float) and layer < 0,
        stacks=is_layer or position == "fixed" or opacity < 1 or get("transform", "none") != "none",
        lifted=lifted,
        displayed=display is not None and display != "none",
    )


def _layout(natural: int, display: object, is_block: bool) -> int:
    if is_block:
        return BLOCK
    if display in _TABLES:
        return TABLE
    if display == "inline":
        return INLINE
    return natural if display is None or display == "contents" else BLOCK


def _state(d: Declarations, layout: int, lifted: bool) -> int:
    get = d.get
    if get("display") == "none":
        return DISPLAY_NONE
    if get("content-visibility") == "hidden" and layout == BLOCK:
        return VISIBILITY_HIDDEN
    if is_off_screen(d, layout == INLINE):
        return OFF_SCREEN
    if (get("clip") is True and lifted) or get("clip-path") is True:
        return CLIPPED
    if (layout == BLOCK and has_no_size(d)) or (layout != INLINE and get("transform") == FLAT):
        return ZERO_SIZE
    return VISIBLE


def _ink(d: Declarations) -> Colour | str | None:
    """The colour letters are filled with; `UNKNOWN` where a shadow or a background cut to the letters shows them anyway."""
    fill = d.get("-webkit-text-fill-color")
    colour = fill if isinstance(fill, Colour) else d.get("color")
    if colour is None or colour == INHERIT:
        return colour
    if d.get("background-clip") == "text" or d.get("text-shadow", "none") != "none":
        return UNKNOWN
    return colour if isinstance(colour, Colour) else UNKNOWN


def _paint(d: Declarations) -> Colour | str | None:
    if d.get("background-image", "none") != "none":
        return UNKNOWN
    paint = d.get("background-color")
    return paint if isinstance(paint, (Colour, str)) else None
