"""Which phrases of one copy of a page another copy lacks, wherever there they stand and however they are cut.

Letters alone are compared, folded, with all digits alike: a clock or a counter makes no difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.page.page import Page, read_page
from detector.segmentation import characters as c
from detector.segmentation.normalise import Text, normalise
from detector.segmentation.phrases import Phrases, split

_WINDOW: Final = 12  # letters: text of this many that another copy has too is the same text
_LACKING: Final = 0.5  # share of a phrase's windows that are new from which on the phrase is
_FACTOR: Final = np.uint64(0x9E3779B97F4A7C15)

Hashes = NDArray[np.uint64]


@dataclass(frozen=True)
class Copy:
    """One copy of a page. letters: its letters, folded, digits as 0; first, past: of each phrase, a range of letters."""

    page: Page
    text: Text
    phrases: Phrases
    letters: NDArray[np.uint64]
    first: NDArray[np.int64]
    past: NDArray[np.int64]

    @property
    def size(self) -> NDArray[np.int64]:
        """Letters of each phrase."""
        return self.past - self.first


def read_copy(source: str, content_type: str | None = None, url: str | None = None) -> Copy:
    """Parse and cut one copy of a page. Never raises."""
    page = read_page(source, content_type, url)
    text = normalise(page)
    phrases = split(page, text)
    is_letter = text.kind < c.SPACE
    before = np.concatenate(([0], np.cumsum(is_letter)))
    codes = np.where(text.kind == c.DIGIT, 48, text.code)[is_letter].astype(np.uint64)
    return Copy(page, text, phrases, codes, before[phrases.first], before[phrases.last + 1])


def lacking(copy: Copy, others: Sequence[Copy]) -> NDArray[np.bool_]:
    """Of each phrase of a copy: whether none of the others has it. Linear in the copies, but for a sort."""
    missing = np.zeros(len(copy.phrases), bool)
    if not len(missing):
        return missing
    width = np.minimum(copy.size, _WINDOW)
    for w in np.unique(width).tolist():
        known = np.unique(np.concatenate([_windows(other.letters, w) for other in others] or [np.zeros(0, np.uint64)]))
        rows = np.flatnonzero(width == w)
        new = ~_among(_windows(copy.letters, w), known)
        total = np.concatenate(([0], np.cumsum(new)))
        last = copy.past[rows] - w + 1
        share = (total[last] - total[copy.first[rows]]) / (last - copy.first[rows])
        missing[rows] = share >= _LACKING
    return missing


def _windows(letters: Hashes, width: int) -> Hashes:
    """A hash of every `width` letters in a row."""
    count = len(letters) - width + 1
    if count <= 0:
        return np.zeros(0, np.uint64)
    found = np.zeros(count, np.uint64)
    for step in range(width):
        found *= _FACTOR  # wraps around, as hashes may
        found += letters[step : step + count]
        found ^= found >> np.uint64(29)
    return found


def _among(hashes: Hashes, known: Hashes) -> NDArray[np.bool_]:
    if not len(known):
        return np.zeros(len(hashes), bool)
    found: NDArray[np.bool_] = known[np.minimum(np.searchsorted(known, hashes), len(known) - 1)] == hashes
    return found
