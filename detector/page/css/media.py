"""Conditions of style sheets: which of them hold on a screen of 1280 by 720 pixels, in light colours, with a mouse."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_MAX_QUERY: Final = 1000  # characters of a condition
_MAX_KEPT: Final = 300
_SCREEN: Final = {"width": 1280.0, "height": 720.0}
_SIZE = re.compile(
    r"\(\s*(min|max)-(?:device-)?(width|height)\s*:\s*(\d+(?:\.\d+)?)(px|r?em)?\s*\)|\(\s*(width|height)\s*([<>]=?)\s*(\d+(?:\.\d+)?)(px|r?em)?\s*\)"
)
_FEATURE = re.compile(r"\(([^()]*)\)")
# Features with the values that hold; "" stands for the feature alone.
_FEATURES: Final = {
    "orientation": ("landscape",), "prefers-color-scheme": ("light",), "prefers-reduced-motion": ("no-preference",),
    "scripting": ("enabled",), "hover": ("hover", ""), "any-hover": ("hover", ""), "pointer": ("fine", ""), "any-pointer": ("fine", ""),
    "forced-colors": ("none",),
    "prefers-contrast": ("no-preference",), "color": ("",), "monochrome": (), "-ms-high-contrast": (), "min-resolution": ("1dppx", "96dpi"),
    "-webkit-min-device-pixel-ratio": ("1", "1.0", "0"), "min-device-pixel-ratio": ("1", "1.0", "1/1"),
    "min--moz-device-pixel-ratio": (),
}  # fmt: skip


def group_applies(prelude: str) -> bool:
    """Whether the rules in an at-rule such as ``@media print`` hold. Sheets repeat their conditions, so those of usual length are kept."""
    return _kept(prelude) if len(prelude) <= _MAX_KEPT else _group_applies(prelude)


@lru_cache(maxsize=1024)
def _kept(prelude: str) -> bool:
    return _group_applies(prelude)


def _group_applies(prelude: str) -> bool:
    kind = re.match(r"@([\w-]*)", prelude)
    name = kind[1].lower() if kind else ""
    if name == "media":
        return media_applies(prelude[6:])
    if name == "supports":
        return "not" not in prelude.lower().split()
    if name == "container":  # taken to be as wide as the screen
        return media_applies(prelude[prelude.find("(") :]) if "(" in prelude else False
    return name in ("layer", "scope", "document", "-moz-document", "starting-style")


def media_applies(query: str) -> bool:
    """Whether a list of media queries holds."""
    query = query.strip().lower()
    return not query or (len(query) <= _MAX_QUERY and any(_holds(part.strip()) for part in query.split(",")))


def _holds(query: str) -> bool:
    negated = query.startswith("not ")
    words = _FEATURE.sub(" ", query).split()
    holds = all(word in ("all", "screen", "and", "only", "not") for word in words)
    for m in _SIZE.finditer(query):
        amount = float(m[3] or m[7]) * (16 if (m[4] or m[8] or "").endswith("em") else 1)
        have = _SCREEN[m[2] or m[5]]
        at_least = m[1] == "min" if m[1] else m[6].startswith(">")
        holds = holds and (have >= amount if at_least else have <= amount)
    for feature in _FEATURE.findall(query):
        name, _, value = (part.strip() for part in feature.partition(":"))
        holds = holds and (name not in _FEATURES or value in _FEATURES[name])
    return holds != negated
