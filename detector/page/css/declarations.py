"""Declarations → typed values, and which of them may hide text.

A browser drops a declaration whose value it cannot read and keeps the one before, so ``display:none;display:nonsense`` hides: each
property of `READERS` has a reader that answers None for what it cannot read. Splitting is done with the string methods of Python, since
tinycss2 takes 1 ms for 1 kB; ``tests/page/test_css.py`` holds the two to the same declarations.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

from detector.page.css import values
from detector.page.css.values import INHERIT, UNKNOWN, Colour, Length, Shift, Value

Declarations = dict[str, Value | Shift]

_MAX_VALUE: Final = 400  # characters; longer values are images written out, or hostile
_MAX_KEPT: Final = 500  # characters of declarations that are kept for the next page
_MAX_ESCAPED_QUOTES: Final = 100
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_COMMENT_OR_STRING = re.compile(r"/\*.*?(?:\*/|\Z)|\"(?:[^\"\\\n]++|\\.)*+\"|'(?:[^'\\\n]++|\\.)*+'", re.DOTALL)
_ESCAPED_QUOTE = re.compile(r"\\[\"']")
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})[ \t\n\r\f]?|(.))", re.DOTALL)
_GROUPED = re.compile(
    r"(?:[^;\"'()]++|\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|\([^()\"']*+(?:(?:\"[^\"]*+\"|'[^']*+'|\([^()]*+\))[^()\"']*+)*+(?:\)|\Z)|[()])++"
)


def unescape(text: str, keep: str = "") -> str:
    """CSS escapes resolved: ``\\6e`` and ``\\n`` are both ``n``. keep: characters that code points are not resolved to."""

    def character(m: re.Match[str]) -> str:
        if not m[1]:
            return str(m[2])
        code = int(m[1], 16)
        found = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
        return found if found not in keep else "\ufffd"

    return _ESCAPE.sub(character, text) if "\\" in text else text


def tame(text: str) -> str:
    """The text, without its escaped quotes where these are so many that looking for the ends of strings would take long."""
    if "\\" in text and text.count('\\"') + text.count("\\'") > _MAX_ESCAPED_QUOTES:
        return _ESCAPED_QUOTE.sub("  ", text)
    return text


def without_comments(text: str) -> str:
    """A space for each comment; those in strings are none."""
    if "/*" not in text:
        return text
    if '"' not in text and "'" not in text:
        return _COMMENT.sub(" ", text)
    return _COMMENT_OR_STRING.sub(lambda m: " " if m[0].startswith("/*") else m[0], text)


def _one_of(words: str) -> Callable[[str], str | None]:
    known = frozenset(words.split())
    return lambda value: value if value in known else None


def _number(value: str) -> float | None:
    try:
        return float(value[:-1]) / 100 if value.endswith("%") else float(value)
    except ValueError:
        return None


def _layer(value: str) -> float | str | None:
    return UNKNOWN if value == "auto" else float(value) if re.fullmatch(r"[+-]?\d{1,10}", value) else None


def _filter(value: str) -> float | str | None:
    m = re.search(r"opacity\(\s*([\d.]+%?)\s*\)", value)
    return _number(m[1]) if m else UNKNOWN


def _first(read: Callable[[str], Value | None]) -> Callable[[str], Value | None]:
    return lambda value: read(value.split()[0]) if value else None


def _none_or_unknown(value: str) -> str:
    return value if value == "none" else UNKNOWN


_overflow = _one_of("visible hidden clip scroll auto overlay")
_background_clip = _one_of("text border-box padding-box content-box")

READERS: Final[dict[str, Callable[[str], Value | Shift | None]]] = {
    "display": _one_of(
        "none block inline inline-block flex inline-flex grid inline-grid table inline-table table-row table-cell table-row-group "
        "table-header-group table-footer-group table-column table-column-group table-caption list-item contents flow-root run-in "
        "-webkit-box -webkit-inline-box -webkit-flex -webkit-inline-flex ruby math"
    ),
    "visibility": _one_of("visible hidden collapse"),
    "content-visibility": _one_of("visible hidden auto"),
    "opacity": _number,
    "filter": _filter,
    "position": _one_of("static relative absolute fixed sticky -webkit-sticky"),
    "float": _one_of("none left right inline-start inline-end"),
    "overflow": _first(_overflow),
    "overflow-x": _overflow,
    "overflow-y": _overflow,
    "white-space": _one_of("normal nowrap pre pre-wrap pre-line break-spaces"),
    "text-shadow": _none_or_unknown,
    "text-indent": _first(values.length),
    "font-size": values.font_size,
    "clip": values.clip,
    "clip-path": values.clip_path,
    "transform": values.transform,
    "translate": values.translate,
    "scale": values.scale,
    "z-index": _layer,
    "color": values.colour,
    "-webkit-text-fill-color": values.colour,
    "background-color": values.colour,
    "background-image": _none_or_unknown,
    "background-clip": _background_clip,
    **dict.fromkeys(("left", "right", "top", "bottom", "width", "height"), values.place),
    **dict.fromkeys(("min-width", "min-height", "max-width", "max-height"), values.place),
    **dict.fromkeys((f"{box}-{side}" for box in ("margin", "padding") for side in ("left", "right", "top", "bottom")), values.place),
}
# Other names of properties: prefixed ones, those by the direction of writing (left to right), and transforms that go by themselves.
_PREFIXED: Final = {f"-webkit-{name}": name for name in ("clip-path", "transform", "background-clip", "filter")} | {
    "inset-inline-start": "left", "inset-inline-end": "right", "inset-block-start": "top", "inset-block-end": "bottom",
    "margin-inline-start": "margin-left", "margin-block-start": "margin-top", "inline-size": "width", "block-size": "height",
    "max-inline-size": "max-width", "max-block-size": "max-height",
}  # fmt: skip
_TRANSFORMS: Final = frozenset({"translate", "scale"})
_SHORTHANDS: Final = frozenset({"margin", "padding", "inset", "font", "background"})
_KNOWN: Final = frozenset(READERS) | _PREFIXED.keys() | _SHORTHANDS
_INITIAL: Final[Declarations] = {
    "visibility": "visible", "opacity": 1.0, "color": values.BLACK, "font-size": Length(16.0, "px"), "text-indent": Length(0.0, "px"),
    "display": "inline", "position": "static",
}  # fmt: skip


def split_declarations(text: str) -> list[tuple[str, str]]:
    """(name in lower case, value as written) of each declaration; ``;`` within strings and brackets does not end one."""
    return [(name, value.strip()) for name, value in _declarations(text)]


def _declarations(text: str) -> Iterator[tuple[str, str]]:
    parts = text.split(";") if "(" not in text and '"' not in text and "'" not in text else _GROUPED.findall(text)
    for part in parts:
        name, colon, value = part.partition(":")
        if colon:
            yield name.strip().lower(), value


def read_declarations(text: str) -> tuple[Declarations, Declarations]:
    """Of a style attribute or the body of a rule: (normal, important). Later ones win, unreadable ones are dropped."""
    normal: Declarations = {}
    important: Declarations = {}
    text = without_comments(tame(text))
    escaped = "\\" in text
    for name, value in _declarations(text):
        if escaped:
            name = unescape(name).lower()
        if name not in _KNOWN:
            continue
        value = value.strip().lower()
        target = normal
        if "!" in value:
            value, _, mark = value.rpartition("!")
            if unescape(mark).strip() != "important":
                continue
            value, target = value.rstrip(), important
        if escaped:
            if value.endswith(("\\9", "\\0", "\\0/")):
                continue  # meant for Internet Explorer, dropped by all others
            value = unescape(value)
        _put(target, _PREFIXED.get(name, name), value)
    return normal, important


def kept_declarations(text: str) -> tuple[Declarations, Declarations]:
    """As `read_declarations`, of the body of a rule: sheets and pages repeat theirs. Not to be changed by who asks."""
    return _kept(text) if len(text) <= _MAX_KEPT else read_declarations(text)


@lru_cache(maxsize=4096)
def _kept(text: str) -> tuple[Declarations, Declarations]:
    return read_declarations(text)


def _put(target: Declarations, name: str, value: str) -> None:
    if len(value) > _MAX_VALUE:
        if name.startswith("background"):
            target["background-color" if name == "background" else name] = UNKNOWN
    elif value in ("inherit", "unset"):
        target[name] = INHERIT
    elif value == "initial" and name in _INITIAL:
        target[name] = _INITIAL[name]
    elif "var(" in value or "env(" in value or value.startswith("revert"):
        target["background-color" if name == "background" else "font-size" if name == "font" else name] = UNKNOWN
    elif name == "background":
        paint = values.background(value)
        if paint is not None:
            target["background-color"] = paint
            target["background-image"] = UNKNOWN if paint == UNKNOWN else "none"
    elif name == "font":
        size = values.font(value)
        if size is not None:
            target["font-size"] = size
    elif name in _SHORTHANDS:
        _put_sides(target, name, value)
    else:
        read = READERS[name](value)
        if read is None or (name in _TRANSFORMS and not (isinstance(read, Shift) or read == values.FLAT)):
            return
        target["transform" if name in _TRANSFORMS else name] = read


def _put_sides(target: Declarations, name: str, value: str) -> None:
    sides = [values.place(side) for side in value.split()]
    if not sides or len(sides) > 4:
        return
    # each side falls back on the one across, or on the first
    top, right = sides[0], sides[min(1, len(sides) - 1)]
    bottom, left = sides[2] if len(sides) > 2 else top, sides[3] if len(sides) > 3 else right
    if top is None or right is None or bottom is None or left is None:
        return
    for side, where in (("top", top), ("right", right), ("bottom", bottom), ("left", left)):
        target[side if name == "inset" else f"{name}-{side}"] = where


def _far(value: object) -> bool:
    return isinstance(value, Length) and not -90 < value.pixels() < 1000


def _nothing(value: object) -> bool:
    return isinstance(value, Length) and value.pixels() <= 1


def _faint(value: object) -> bool:
    return isinstance(value, float) and value < 0.5


def _pale(value: object) -> bool:
    return isinstance(value, Colour) and (value.alpha < 0.1 or value.pale)


# Which values may hide by themselves: generous, since all that is declared for an element decides.
_HIDING: Final[dict[str, Callable[[object], bool]]] = {
    "display": lambda value: value == "none",
    "visibility": lambda value: value in ("hidden", "collapse"),
    "content-visibility": lambda value: value == "hidden",
    "clip": lambda value: value is True,
    "clip-path": lambda value: value is True,
    "opacity": _faint,
    "filter": _faint,
    "font-size": lambda value: isinstance(value, Length) and value.pixels() < 3,
    "z-index": lambda value: isinstance(value, float) and value < 0,
    "transform": lambda value: isinstance(value, Shift) or value == values.FLAT,
    "color": _pale,
    "-webkit-text-fill-color": _pale,
    "background-color": lambda value: isinstance(value, Colour) and value.alpha > 0.5 and value.dark,
    **dict.fromkeys(("left", "right", "top", "bottom", "margin-left", "margin-top", "text-indent"), _far),
    **dict.fromkeys(("width", "height", "max-width", "max-height"), _nothing),
}


def hides(declarations: Declarations) -> set[str]:
    """The properties that may hide text by their values here."""
    found = {name for name, value in declarations.items() if name in _HIDING and _HIDING[name](value)}
    ink, ground = declarations.get("color"), declarations.get("background-color")
    if isinstance(ink, Colour) and isinstance(ground, Colour) and ground.alpha == 1.0:
        if ink.near(ground):
            found.add("color")
        elif ink.alpha >= 0.1:
            found -= {"color", "background-color"}  # letters and ground of one rule that can be told apart
    return found
