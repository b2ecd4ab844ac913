"""``var(--name, fallback)`` resolved where a page leaves no doubt of the value: its sheets and styles give the name one value, or none at all.

A name with two values (light and dark, or a part of the page of its own) and one that a sheet elsewhere may give are left as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_MAX_NAMES: Final = 5_000
_DEEPEST: Final = 4  # variables in the values of variables
_DEFINITION = re.compile(r"(--[\w-]{1,100})\s*+:\s*+([^;{}\"]{1,200})")
_USE = re.compile(r"var\(\s*+(--[\w-]{1,100})\s*+(?:,((?:[^()]|\([^()]{0,200}\)){0,200}))?\)", re.IGNORECASE)
_IMPORTANT = re.compile(r"\s*!\s*important\s*$", re.IGNORECASE)


class Variables:
    """The custom properties of a page. complete: whether no sheet outside of it can define more."""

    def __init__(self, texts: Iterable[str], complete: bool) -> None:
        self._values: dict[str, str | None] = {}  # None: more than one value
        self._complete = complete
        for text in texts:
            if "--" not in text:
                continue
            for m in _DEFINITION.finditer(text):
                value = _IMPORTANT.sub("", m[2]).strip()
                if self._values.setdefault(m[1], value) != value:
                    self._values[m[1]] = None
                if len(self._values) > _MAX_NAMES:
                    self._complete = False
                    return

    def resolve(self, css: str) -> str:
        """The text with what is beyond doubt in place of its variables."""
        for _ in range(_DEEPEST):
            if "var(" not in css:
                break
            resolved = _USE.sub(self._value, css)
            if resolved == css or len(resolved) > 2 * len(css) + 10_000:
                break
            css = resolved
        return css

    def _value(self, m: re.Match[str]) -> str:
        found = self._values.get(m[1], "")
        if found:
            return found
        if found is None or m[2] is None or not self._complete:
            return m[0]
        return m[2].strip()
