"""Messages in characters that no one sees: tag characters (U+E0000 block), and bits written in zero-width characters or variation selectors.

One such character is honest: emoji, Persian and Indic scripts, soft hyphens need them. A long run of them carries a message, for a language model
or a machine. Of 2,350 real pages none has one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from detector.native import kernels
from detector.page.markup import codes_of
from detector.page.unescaping import Unescaped, unescape_entities

Kind = Literal["tag-characters", "zero-width", "variation-selectors"]

_MAX_FOUND: Final = 100
# A flag of a region is spelt in tag characters after a black flag, and ends in a cancel tag.
_TAGS = re.compile(
    "\U0001f3f4[\U000e0020-\U000e007e]{2,6}\U000e007f|([\U000e0000-\U000e007f][\U000e0000-\U000e007f\u200b-\u200d\u2060\ufeff]{4,})"
)
_ZERO_WIDTH = re.compile("([\u200b-\u200f\u2060-\u2064\u180e\ufeff]{24,})")
_SELECTORS = re.compile("([\ufe00-\ufe0f\U000e0100-\U000e01ef]{8,})")
_REFERENCE: Final = r"(?:x0{0,4}(?:e0[01]\w\w|20[06]\w|fe0\w|feff|ad)|0{0,4}(?:917\d\d\d|918\d\d\d|82\d\d|650\d\d|173));"
_WRITTEN = re.compile(rf"&#(?i:{_REFERENCE})(?:&#(?i:{_REFERENCE})){{4}}")  # begins in letters that a search leaps to
_FEWEST: Final = 5  # invisible characters in a row of a page that is looked at closer: no message is shorter


@dataclass(frozen=True, slots=True)
class Message:
    """start, end: of its characters in the source; text: what it says, "" where that cannot be told."""

    start: int
    end: int
    kind: Kind
    text: str


def invisible_messages(source: str, codes: NDArray[np.uint32] | None = None) -> tuple[Message, ...]:
    """Messages of a source in its order, up to 100. Linear; never raises. codes: `codes_of` the source, where at hand."""
    written = _WRITTEN.search(source) is not None
    if source.isascii() and not written:
        return ()
    inner = unescape_entities(source, 0, len(source)) if written else None
    text = source if inner is None else inner.text
    if not _may_hold(text, codes if inner is None else None):
        return ()
    found: list[Message] = []
    for kind, pattern in _PATTERNS:
        for m in pattern.finditer(text):
            if len(found) >= _MAX_FOUND:
                break
            if m[1] is None:
                continue
            if kind == "zero-width" and len(set(m[1])) < 2:
                continue  # filler: one character over and over says nothing
            start, end = _place(inner, m.start(1), m.end(1))
            found.append(Message(start, end, kind, _read(kind, m[1])))
    return tuple(sorted(found, key=lambda message: message.start))


def _may_hold(text: str, codes: NDArray[np.uint32] | None) -> bool:
    """Whether a text has so many invisible characters in a row that they may be a message: three searches for them would cost ten times as much."""
    codes = codes_of(text) if codes is None else codes
    return _in_a_row(codes, _FEWEST) if kernels is None else kernels.invisible(codes, _FEWEST)


def _in_a_row(codes: NDArray[np.uint32], fewest: int) -> bool:
    places = np.flatnonzero(codes >= 0x180E)
    codes = codes[places]
    low = (codes <= 0x2064) & ((codes == 0x180E) | ((codes >= 0x200B) & (codes <= 0x200F)) | (codes >= 0x2060))
    places = places[low | ((codes >= 0xFE00) & (codes <= 0xFE0F)) | (codes == 0xFEFF) | ((codes >= 0xE0000) & (codes < 0xE0200))]
    return bool((places[fewest - 1 :] - places[: max(len(places) - fewest + 1, 0)] == fewest - 1).any())


_PATTERNS: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = (
    ("tag-characters", _TAGS),
    ("zero-width", _ZERO_WIDTH),
    ("variation-selectors", _SELECTORS),
)


def _place(inner: Unescaped | None, first: int, past: int) -> tuple[int, int]:
    return (first, past) if inner is None else (inner.start[first], inner.end[past - 1])


def untagged(text: str) -> str:
    """A text with its tag characters as the letters that they stand for."""
    return text.translate(_LETTERS) if text and max(text) >= "\U000e0020" else text


_LETTERS: Final = {code: code - 0xE0000 for code in range(0xE0020, 0xE007F)} | {0xE0001: None, 0xE007F: None}


def _read(kind: Kind, run: str) -> str:
    if kind == "tag-characters":
        return "".join(c for c in untagged(run) if c.isascii())
    if kind == "variation-selectors":
        return _said(bytes(ord(c) - 0xFE00 if ord(c) < 0x10000 else (ord(c) - 0xE0100 + 16) for c in run))
    symbols = sorted(set(run), key=run.count, reverse=True)[:2]
    bits = "".join("0" if c == symbols[0] else "1" for c in run if c in symbols)
    best = ""
    for written in (bits, bits.translate({48: 49, 49: 48})):
        for width in (8, 7, 16):
            codes = [int(written[at : at + width], 2) for at in range(0, len(written) - width + 1, width)]
            said = _said(bytes(codes)) if width < 16 else _plain("".join(map(chr, codes)))
            best = max(best, said, key=lambda text: sum(c.isalpha() or c == " " for c in text))
    return best


def _said(data: bytes) -> str:
    try:
        return _plain(data.decode("utf-8"))
    except UnicodeDecodeError:
        return ""


def _plain(text: str) -> str:
    """A text that people could have written, "" for noise."""
    return text if len(text) > 3 and sum(c.isalnum() or c in " .,:;-/'\"!?\n" for c in text) >= 0.9 * len(text) else ""
