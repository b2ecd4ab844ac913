"""Which of some words stand in a range of a source: most scripts hold none of the few that matter, and are not read."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detector.native import kernels


def words_in(source: str, codes: NDArray[np.uint32] | None, start: int, end: int, words: tuple[str, ...]) -> int:
    """A number whose bit i says whether words[i] stands there whole, as written.

    words: up to 64, of ASCII, two letters or more; codes: `codes_of` the source, where at hand.
    """
    if kernels is None or codes is None:
        return _words_in(source[start:end], words)
    return kernels.words_in(codes, start, end, words)


def _words_in(text: str, words: tuple[str, ...]) -> int:
    return sum(1 << i for i, word in enumerate(words) if word in text)
