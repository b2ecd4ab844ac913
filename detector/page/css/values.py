"""Values of CSS that can hide text: lengths, colours, clips and transforms. A reader answers None for what a browser would not read."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

UNKNOWN: Final = "unknown"  # a value that is set but that only a full layout engine could tell: var(), images
INHERIT: Final = "inherit"


class Length(NamedTuple):
    """unit: "px" (other absolute units are converted), "em", or "%" of what contains it."""

    number: float
    unit: str

    def pixels(self, font: float = 16.0, whole: float = 1000.0) -> float:
        """In CSS pixels. font: size of the font in px; whole: what 100 % is, in px."""
        return self.number if self.unit == "px" else self.number * (font if self.unit == "em" else whole / 100)


class Colour(NamedTuple):
    """Channels 0..255, alpha 0..1."""

    red: float
    green: float
    blue: float
    alpha: float = 1.0

    def over(self, ground: Colour) -> Colour:
        """This colour laid on an opaque one."""
        a = self.alpha
        return Colour(a * self.red + (1 - a) * ground.red, a * self.green + (1 - a) * ground.green, a * self.blue + (1 - a) * ground.blue)

    def near(self, other: Colour) -> bool:
        """Whether letters of one on the other cannot be read."""
        return abs(self.red - other.red) <= _NEAR and abs(self.green - other.green) <= _NEAR and abs(self.blue - other.blue) <= _NEAR

    @property
    def pale(self) -> bool:
        """So near to white that it may not be read on paper white."""
        return min(self.red, self.green, self.blue) > 255 - 2.5 * _NEAR

    @property
    def dark(self) -> bool:
        """So near to black that black may not be read on it."""
        return max(self.red, self.green, self.blue) < 2.5 * _NEAR


Value = str | float | bool | Length | Colour

TRANSPARENT: Final = Colour(0.0, 0.0, 0.0, 0.0)
BLACK: Final = Colour(0.0, 0.0, 0.0)
WHITE: Final = Colour(255.0, 255.0, 255.0)
LINK: Final = Colour(0.0, 0.0, 238.0)

_NEAR: Final = 16.0  # of 255: how far apart the channels of two colours may lie that no one tells apart
_PIXELS: Final = {
    "": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "q": 96 / 101.6, "rem": 16.0,
    **dict.fromkeys(("vw", "dvw", "svw", "lvw", "vmax"), 12.8), **dict.fromkeys(("vh", "dvh", "svh", "lvh", "vmin"), 7.2),
}  # fmt: skip
_EM: Final = {"em": 1.0, "ex": 0.5, "ch": 0.5, "lh": 1.2, "ic": 1.0}
_LENGTH = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+))(?:e[+-]?\d{1,3})?([a-z%]*)")
_CALCULATED: Final = ("calc(", "min(", "max(", "clamp(")
_SUM = re.compile(r"calc\(\s*(-?[\d.]+)px\s+([+-])\s+([\d.]+)px\s*\)")


def length(value: str) -> Length | None:
    """``-9999px`` → (-9999.0, "px"). ``calc()`` gives its first operand, whose sign mostly decides."""
    if value.startswith(_CALCULATED):
        total = _SUM.fullmatch(value)
        if total:
            return _sum(total)
        m = _LENGTH.match(value.partition("(")[2].strip("( "))
    else:
        m = _LENGTH.fullmatch(value)
    if m is None:
        return None
    number, unit = float(m[1]), m[2]
    if unit in _PIXELS:
        return Length(number * _PIXELS[unit], "px")
    if unit == "%":
        return Length(number, "%")
    return Length(number * _EM[unit], "em") if unit in _EM else None


def _sum(m: re.Match[str]) -> Length | None:
    try:
        return Length(float(m[1]) + (1 if m[2] == "+" else -1) * float(m[3]), "px")
    except ValueError:
        return None


def place(value: str) -> Value | None:
    """A length, or `UNKNOWN` for a size that the content or the container gives."""
    if value in ("auto", "none", "max-content", "min-content", "fit-content", "stretch"):
        return UNKNOWN
    return length(value)


_HEX = re.compile(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})")
_BARE_HEX = re.compile(r"[0-9a-f]{6}|[0-9a-f]{3}")


@lru_cache(maxsize=2048)
def colour(value: str) -> Colour | str | None:
    """A colour in lower case; `UNKNOWN` for currentcolor and system colours."""
    if value.startswith("#"):
        if not _HEX.fullmatch(value):
            return None
        digits = value[1:] if len(value) > 5 else "".join(c + c for c in value[1:])
        red, green, blue, alpha = (int(digits[i : i + 2] or "ff", 16) for i in (0, 2, 4, 6))
        return Colour(float(red), float(green), float(blue), alpha / 255)
    if value == "transparent":
        return TRANSPARENT
    if value.startswith("light-dark(") and len(value) < 120:
        return colour(value[11:].partition(",")[0].strip())  # pages are looked at in light colours
    if len(value) > 60 or not value[:1].isalpha():
        return None
    from tinycss2 import color4  # names, rgb(), hsl(), hwb(), lab() and the rest

    try:
        parsed = color4.parse_color(value)
        if parsed is None or isinstance(parsed, str):
            return UNKNOWN if parsed else None
        red_, green_, blue_ = (255 * float(x or 0.0) for x in parsed.to("srgb").coordinates)
        return Colour(red_, green_, blue_, float(parsed.alpha))
    except (ValueError, NotImplementedError, ArithmeticError, AttributeError, TypeError):
        return UNKNOWN


def legacy_colour(value: str) -> Colour | str | None:
    """A colour of an HTML attribute: as in CSS, or hexadecimal digits without ``#``."""
    value = value.strip().lower()
    return colour(value) or (colour("#" + value) if _BARE_HEX.fullmatch(value) else None)


_PAINT = re.compile(r"#[0-9a-f]+|(?:rgb|hsl|hwb|lab|lch|oklab|oklch|color)a?\([^)]*\)|(?<![\w(/.:-])[a-z]+(?![\w(/.:-])")
_EMPTY_IMAGE = re.compile(r"url\(\s*(?:[\"']\s*[\"'])?\s*\)")
_NO_COLOURS: Final = frozenset(
    "none no repeat x y fixed scroll local center left right top bottom cover contain auto border box padding content text round space "
    "initial".split()
)


def background(value: str) -> Colour | str | None:
    """The colour that a ``background`` paints, `UNKNOWN` where an image may lie on it."""
    if ("url(" in value and not _EMPTY_IMAGE.search(value)) or "gradient(" in value or "image" in value:
        return UNKNOWN
    words = _PAINT.findall(value)
    for word in words:
        found = colour(word) if word not in _NO_COLOURS else None
        if found is not None:
            return found
    return TRANSPARENT if value[:1].isdigit() or any(word in _NO_COLOURS for word in words) or "url(" in value else None


_FONT_SIZES: Final = {
    "xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0, "x-large": 24.0, "xx-large": 32.0, "xxx-large": 48.0,
}  # fmt: skip
_FONT = re.compile(r"(?:^|\s)((?:\d[\d.]*|\.\d+)(?:px|pt|r?em|%|ex|in|cm|mm|pc|vw)?|(?:xx?-)?(?:small|large)|medium)(?:\s*/\s*\S+)?\s+\S")


def font_size(value: str) -> Length | None:
    """In px, or in em of the parent's."""
    if value in _FONT_SIZES:
        return Length(_FONT_SIZES[value], "px")
    if value in ("smaller", "larger"):
        return Length(0.83 if value == "smaller" else 1.2, "em")
    size = length(value)
    if size is None or size.number < 0:
        return None
    return Length(size.number / 100, "em") if size.unit == "%" else size


def font(value: str) -> Length | None:
    """The size in a ``font`` shorthand, which needs a family after it."""
    for m in _FONT.finditer(value):
        if not (len(m[1]) == 3 and m[1].endswith("00")):  # a weight
            return font_size(m[1])
    return None


_RECT = re.compile(r"(?:rect|inset)\(([^()]*)\)")
_SHAPE = re.compile(r"([a-z]+)\(([^()]*)\)")


def clip(value: str) -> bool | None:
    """Whether ``rect(top, right, bottom, left)`` leaves at most a pixel."""
    if value == "auto":
        return False
    m = _RECT.fullmatch(value)
    sides = [length(side) for side in re.split(r"[\s,]+", m[1].strip())] if m else []
    if len(sides) != 4:
        return None
    top, right, bottom, left = (side.number if side else None for side in sides)
    return (top is not None and bottom is not None and bottom - top <= 1) or (left is not None and right is not None and right - left <= 1)


def clip_path(value: str) -> bool:
    """Whether a clip-path leaves nothing to see."""
    m = _SHAPE.search(value)
    if m is None:
        return False
    shape, inner = m[1], m[2]
    if shape == "inset":
        sides = [length(side) for side in inner.partition("round")[0].split()][:4]
        if not sides:
            return False
        top, right = sides[0], sides[min(1, len(sides) - 1)]
        bottom, left = sides[2] if len(sides) > 2 else top, sides[3] if len(sides) > 3 else right
        return _meet(top, bottom) or _meet(left, right)
    if shape in ("circle", "ellipse"):
        return any(radius is not None and radius.number <= 0 for radius in map(length, inner.partition("at")[0].split()))
    if shape == "polygon":
        points = [tuple(map(length, point.split())) for point in inner.split(",")]
        points = [point for point in points if len(point) == 2 and None not in point]
        return bool(points) and (len({point[0] for point in points}) == 1 or len({point[1] for point in points}) == 1)
    return False


def _meet(a: Length | None, b: Length | None) -> bool:
    """Whether insets from two opposite sides leave nothing between them."""
    if a is None or b is None:
        return False
    if a.unit == b.unit == "%":
        return a.number + b.number >= 100
    return any(side.unit != "%" and side.number >= 5000 for side in (a, b))


class Shift(NamedTuple):
    """How far a transform moves: percentages are of the element's own size."""

    x: Length
    y: Length


FLAT: Final = "flat"  # scaled to nothing
_NOWHERE: Final = Length(0.0, "px")
_FUNCTION = re.compile(r"(translate|translatex|translatey|translate3d|scale|scalex|scaley|scale3d|matrix|rotatex|rotatey)\(([^()]*)\)")
_ON_EDGE: Final = ("90deg", "-90deg", "270deg", ".25turn", "0.25turn")


def _matrix(parts: list[Length | None]) -> Shift | str | None:
    if len(parts) != 6:
        return None
    a, b, c, d, x, y = (part.number if part is not None else 0.0 for part in parts)
    if abs(a * d - b * c) < 1e-4:
        return FLAT
    return Shift(Length(x, "px"), Length(y, "px"))


def translate(value: str) -> Shift | str | None:
    """The property ``translate``, as the transform that it is."""
    return value if value == "none" else transform(f"translate({','.join(value.split()[:2])})")


def scale(value: str) -> Shift | str | None:
    """The property ``scale``, as the transform that it is."""
    return value if value == "none" else transform(f"scale({','.join(value.split()[:2])})")


def transform(value: str) -> Shift | str | None:
    """`FLAT`, how far it moves, "none", or `UNKNOWN` for another transform."""
    if value == "none":
        return value
    for m in _FUNCTION.finditer(value):
        if m[1].startswith("rotate"):
            if m[2].strip() in _ON_EDGE:
                return FLAT
            continue
        parts = [length(part.strip()) for part in m[2].split(",")]
        first = parts[0]
        if m[1] == "matrix":
            found = _matrix(parts)
            if found is not None:
                return found
        elif m[1].startswith("scale"):
            if any(part is not None and abs(part.number) < 0.01 for part in parts[:2]):
                return FLAT
        elif first is not None:
            if m[1] == "translatey":
                return Shift(_NOWHERE, first)
            return Shift(first, (parts[1] if len(parts) > 1 else None) or _NOWHERE)
    return UNKNOWN if "(" in value else None
