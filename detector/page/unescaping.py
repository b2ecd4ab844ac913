"""Escaped text → what it says, each character with the place in the source it is written at. Nothing is run.

`Unescaped` is how a text inside a string of a script keeps exact offsets: ``\\u4e2d`` is one character of six in the source.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from array import array
from dataclasses import dataclass
from typing import Final

import numpy as np

_SCRIPT = re.compile(
    r"\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|(\r\n|[\s\S]))"
)
_PERCENT = re.compile(r"%u([0-9a-fA-F]{4})|((?:%[0-9a-fA-F]{2})+)")
_ENTITY = re.compile(r"&(?:#(?:[xX][0-9a-fA-F]{1,6}|[0-9]{1,7})|[a-zA-Z][a-zA-Z0-9]{1,31});")
_CODE = re.compile(r"0[xX]([0-9a-fA-F]{1,6})|(\d{1,7})")
_SIMPLE: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": ""}
_FEW: Final = 32  # numbers that are sooner written one by one
_OUTSIDE: Final = "\ufffd"


@dataclass(frozen=True, slots=True)
class Unescaped:
    """What an escaped stretch of source says. start, end: of each character of text, the characters of the source that spell it."""

    text: str
    start: array[int]
    end: array[int]

    def part(self, first: int, past: int) -> Unescaped:
        """The characters from `first` up to `past`."""
        return Unescaped(self.text[first:past], self.start[first:past], self.end[first:past])

    def between(self, start: int, end: int) -> str:
        """The characters that stand within a range of the source."""
        return "".join(c for c, a, b in zip(self.text, self.start, self.end, strict=True) if a >= start and b <= end)


def places(start: int, end: int) -> array[int]:
    """The numbers from `start` up to `end`."""
    if end - start < _FEW:
        return array("q", range(start, end))
    return array("q", np.arange(start, end, dtype=np.int64).tobytes())


class _Builder:
    def __init__(self) -> None:
        self.text: list[str] = []
        self.start: array[int] = array("q")
        self.end: array[int] = array("q")

    def plain(self, source: str, start: int, end: int) -> None:
        self.text.append(source[start:end])
        self.start += places(start, end)
        self.end += places(start + 1, end + 1)

    def put(self, text: str, start: int, end: int) -> None:
        """Characters that are spelt together."""
        self.text.append(text)
        self.start.extend([start] * len(text))
        self.end.extend([end] * len(text))

    def done(self) -> Unescaped:
        return Unescaped("".join(self.text), self.start, self.end)


def character(code: int) -> str:
    """The character of a code point; the replacement character where there is none."""
    return chr(code) if code < 0x110000 else _OUTSIDE


def unescape_script(source: str, start: int, end: int) -> Unescaped:
    """The inside of a string of a script or of JSON."""
    out = _Builder()
    last = start
    for m in _SCRIPT.finditer(source, start, end):
        out.plain(source, last, m.start())
        last = m.end()
        high, low, two, four, braced, other = m.groups()
        if high:
            said = chr(0x10000 + ((int(high, 16) & 0x3FF) << 10) + (int(low, 16) & 0x3FF))
        elif other is not None:
            said = _SIMPLE.get(other, other)
        else:
            said = character(int(two or four or braced, 16))
        out.put(said, m.start(), last)
    out.plain(source, last, end)
    return out.done()


def unescape_percent(inner: Unescaped) -> Unescaped:
    """``%3Ca`` and ``%u4e2d`` resolved, as ``unescape`` and ``decodeURIComponent`` do. Bytes that are no UTF-8 are taken as Latin-1."""
    text, out = inner.text, _Builder()

    def keep(first: int, past: int) -> None:
        out.text.append(text[first:past])
        out.start.extend(inner.start[first:past])
        out.end.extend(inner.end[first:past])

    last = 0
    for m in _PERCENT.finditer(text):
        keep(last, m.start())
        last = m.end()
        if m[1]:
            out.put(character(int(m[1], 16)), inner.start[m.start()], inner.end[last - 1])
            continue
        data = bytes.fromhex(m[2].replace("%", ""))
        try:
            said, sizes = _sized(data.decode("utf-8"))
        except UnicodeDecodeError:
            said, sizes = data.decode("latin-1"), [1] * len(data)
        at = m.start()
        for letter, size in zip(said, sizes, strict=True):
            out.put(letter, inner.start[at], inner.end[at + 3 * size - 1])
            at += 3 * size
    keep(last, len(text))
    return out.done()


def _sized(text: str) -> tuple[str, list[int]]:
    return text, [len(letter.encode("utf-8", "surrogatepass")) for letter in text]


def unescape_base64(source: str, start: int, end: int) -> Unescaped | None:
    """The text of a base64 string, None for what is none. A character stands where its bits are."""
    try:
        text = base64.b64decode(source[start:end], validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    out, at = _Builder(), 0
    for letter, size in zip(*_sized(text), strict=True):
        out.put(letter, start + at * 8 // 6, start + -(-(at + size) * 8 // 6))
        at += size
    return out.done()


def unescape_codes(source: str, start: int, end: int) -> Unescaped:
    """The arguments of ``String.fromCharCode``."""
    out = _Builder()
    for m in _CODE.finditer(source, start, end):
        out.put(character(int(m[1], 16) if m[1] else int(m[2])), m.start(), m.end())
    return out.done()


def unescape_entities(source: str, start: int, end: int) -> Unescaped:
    """Character references of an attribute resolved."""
    out = _Builder()
    last = start
    for m in _ENTITY.finditer(source, start, end):
        said = html.unescape(m[0])
        if said == m[0]:
            continue
        out.plain(source, last, m.start())
        last = m.end()
        out.put(said, m.start(), last)
    out.plain(source, last, end)
    return out.done()
