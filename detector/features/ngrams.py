"""Hashed n-grams of every phrase of a page, in one pass over its characters.

Scripts without spaces give character 1- to 4-grams, the others words, pairs of words and character 4-grams. A polynomial hash over
prefix sums (Karp and Rabin 1987) gives any n-gram and any word in constant time, so nothing is sliced.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.segmentation import characters as c
from detector.segmentation.normalise import Text
from detector.segmentation.phrases import Phrases

BITS: Final = 20  # of a hashed n-gram
SIZE: Final = 1 << BITS
TERM_BITS: Final = 16  # of a term's number within a page

_BASE: Final = 0x9E3779B97F4A7C15 | 1
_MIX: Final = np.uint64(0xD6E8FEB86659FD93)
_SALTS: Final = (
    0x243F6A8885A308D3,
    0x13198A2E03707344,
    0xA4093822299F31D0,
    0x082EFA98EC4E6C89,
    0x452821E638D01377,
    0xBE5466CF34E90C6C,
    0xC0AC29B7C97C50DD,
)
_UNSPACED: Final = np.isin(np.arange(c.KINDS), [c.HAN, c.KANA, c.HANGUL, c.THAI])


@dataclass(frozen=True)
class Ngrams:
    """bucket: hashed n-grams of all phrases (0..SIZE-1), ordered by kind; phrase, at: the phrase of each and the position in the text where it
    begins; count: n-grams a phrase.

    Terms are what topics are made of (words, or pairs of characters where words have no spaces): term_bucket (0..SIZE-1),
    term (0..2^16-1, for comparisons within the page), term_phrase and term_at (position in the text).
    """

    bucket: NDArray[np.int64]
    phrase: NDArray[np.int64]
    at: NDArray[np.int64]
    count: NDArray[np.int64]
    term_bucket: NDArray[np.int64]
    term: NDArray[np.uint16]
    term_phrase: NDArray[np.int64]
    term_at: NDArray[np.int64]


@lru_cache(maxsize=1)
def _powers(size: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    inverse = pow(_BASE, -1, 1 << 64)
    base = np.full(size, _BASE, np.uint64)
    base[0] = 1
    back = np.full(size, inverse, np.uint64)
    back[0] = 1
    return np.multiply.accumulate(base), np.multiply.accumulate(back)


def hash_ngrams(text: Text, phrases: Phrases) -> Ngrams:
    """Hash all n-grams of all phrases. Linear in the text."""
    n = len(text.code)
    size = 1 << max(12, n.bit_length())
    forward, back = (p[: n + 1] for p in _powers(size))
    prefix = np.zeros(n + 1, np.uint64)
    np.cumsum(text.code.astype(np.uint64) * forward[:n], out=prefix[1:])

    def hashed(first: NDArray[np.int64], past: NDArray[np.int64], salt: int) -> NDArray[np.uint64]:
        value = (prefix[past] - prefix[first]) * back[first] + np.uint64(_SALTS[salt])
        value ^= value >> np.uint64(29)
        value *= _MIX
        value ^= value >> np.uint64(32)
        return value * _MIX

    lengths = phrases.last - phrases.first + 1
    owner = np.repeat(np.arange(len(phrases)), lengths)
    at = np.arange(len(owner)) + np.repeat(phrases.first - (np.cumsum(lengths) - lengths), lengths)
    past = np.repeat(phrases.last + 1, lengths)
    kind = text.kind[at]
    letter = kind < c.SPACE
    unspaced = _UNSPACED[kind]

    found: list[NDArray[np.uint64]] = []
    owners: list[NDArray[np.int64]] = []
    places: list[NDArray[np.int64]] = []
    terms: list[NDArray[np.uint64]] = []
    term_owners: list[NDArray[np.int64]] = []
    term_places: list[NDArray[np.int64]] = []
    where = np.flatnonzero(unspaced)
    for length in (1, 2, 3, 4):
        where = where[at[where] + length <= past[where]]
        values = hashed(at[where], at[where] + length, length - 1)
        found.append(values)
        owners.append(owner[where])
        places.append(at[where])
        if length == 2:
            terms.append(values)
            term_owners.append(owner[where])
            term_places.append(at[where])
    spelled = letter & ~unspaced
    where = np.flatnonzero(spelled)
    where = where[at[where] + 4 <= past[where]]
    found.append(hashed(at[where], at[where] + 4, 4))
    owners.append(owner[where])
    places.append(at[where])
    # words: maximal runs of spelled letters within a phrase
    joined = np.zeros(len(at), bool)
    joined[1:] = spelled[1:] & spelled[:-1] & (owner[1:] == owner[:-1])
    begin = np.flatnonzero(spelled & ~joined)
    if len(begin):
        finish = np.flatnonzero(spelled & ~np.r_[joined[1:], False])
        first, end, who = at[begin], at[finish] + 1, owner[begin]
        words = hashed(first, end, 5)
        found.append(words)
        owners.append(who)
        places.append(first)
        together = np.flatnonzero(who[1:] == who[:-1])
        found.append((words[together] * np.uint64(3) + words[together + 1]) * _MIX + np.uint64(_SALTS[6]))
        owners.append(who[together])
        places.append(first[together])
        terms.append(words)
        term_owners.append(who)
        term_places.append(first)
    shift = np.uint64(64 - BITS)
    buckets = (np.concatenate(found) >> shift).astype(np.int64)
    phrase = np.concatenate(owners)
    term = np.concatenate(terms)
    return Ngrams(
        bucket=buckets,
        phrase=phrase,
        at=np.concatenate(places),
        count=np.bincount(phrase, minlength=len(phrases)),
        term_bucket=(term >> shift).astype(np.int64),
        term=((term >> np.uint64(20)) & np.uint64(0xFFFF)).astype(np.uint16),
        term_phrase=np.concatenate(term_owners),
        term_at=np.concatenate(term_places),
    )
