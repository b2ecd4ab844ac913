"""Text for people in JSON-LD: names, headlines, descriptions and their like, with exact offsets. The JSON may be broken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from detector.page.script_text import Written, is_text, markup_text
from detector.page.unescaping import unescape_script

_MAX_CHARS: Final = 400_000
_MAX_FOUND: Final = 600
_KEYS: Final = (
    "name|alternateName|legalName|headline|alternativeHeadline|description|disambiguatingDescription|articleBody|articleSection|text|"
    "caption|abstract|keywords|slogan|title|reviewBody|transcript|about|genre|category|knowsAbout|recipeInstructions|jobTitle"
)
_VALUE = re.compile(rf'"(?:{_KEYS})"\s*+:\s*+(?:"((?:[^"\\]|\\.)*+)"|\[((?:\s*+"(?:[^"\\]|\\.)*+"\s*+,?)++)\s*+\])', re.DOTALL)
_STRING = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)


def structured_text(source: str, start: int, end: int) -> Iterator[Written]:
    """Values of `_KEYS` in source order, up to `_MAX_FOUND`. Linear; never raises."""
    count = 0
    end = min(end, start + _MAX_CHARS)
    for m in _VALUE.finditer(source, start, end):
        spans = [m.span(1)] if m[1] is not None else [s.span(1) for s in _STRING.finditer(source, *m.span(2))]
        for a, b in spans:
            if b - a < 2 or source.startswith(("http://", "https://", "http:\\", "https:\\", "//"), a):
                continue
            raw = source[a:b]
            if "\\" in raw or "<" in raw:
                yield from markup_text(unescape_script(source, a, b))
            elif is_text(raw):
                yield Written(a, b, None, None, ())
            count += 1
            if count >= _MAX_FOUND:
                return
