"""Hashed n-grams of every phrase of a page, in one pass over its characters.

Scripts without spaces give character 1- to 4-grams, the others words, pairs of words and character 4-grams. A polynomial hash over
prefix sums (Karp and Rabin 1987) gives any n-gram and any word in constant time, so nothing is sliced.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detector.native import kernels
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


_CHUNK: Final = 1 << 16  # characters that are hashed at once
_PAIRS, _WORDS, _KINDS = 1, 5, 7  # kinds of n-grams: 1 to 4 characters of scripts without spaces; 4 of others, words, pairs of words
_SIGNATURE: Final = 8191


@dataclass(frozen=True)
class Ngrams:
    """bucket: hashed n-grams of all phrases (0..SIZE-1), ordered by kind; phrase, at: the phrase of each and the position in the text where it
    begins; count: n-grams a phrase."""

    bucket: NDArray[np.int32]
    phrase: NDArray[np.int32]
    at: NDArray[np.int32]
    count: NDArray[np.int64]


@dataclass(frozen=True)
class Terms:
    """What topics are made of: words, or pairs of characters where words have no spaces; pairs come first.

    bucket (0..SIZE-1), number (0..2^TERM_BITS-1, for comparisons within the page), phrase and at (position in the text) of each.
    signature: of each phrase, a number that phrases with other n-grams share by chance only.
    """

    bucket: NDArray[np.int32]
    number: NDArray[np.uint16]
    phrase: NDArray[np.int32]
    at: NDArray[np.int32]
    signature: NDArray[np.float64]


def hash_ngrams(text: Text, phrases: Phrases) -> Ngrams:
    """Hash all n-grams of all phrases. Linear in the text."""
    found: list[list[_Hashed]] = [[] for _ in range(_KINDS)]
    for _, _, block in _blocks(text, phrases):
        for kind, hashed in enumerate(block):
            found[kind].append(_Hashed((hashed.value >> _SHIFT).astype(np.int32), hashed.phrase, hashed.at))
    bucket, phrase, at = _joined(hashed for kind in found for hashed in kind)
    return Ngrams(bucket.astype(np.int32), phrase, at, np.bincount(phrase, minlength=len(phrases)))


def read_terms(text: Text, phrases: Phrases) -> Terms:
    """Find the terms of all phrases. Linear in the text."""
    if kernels is None:
        return _terms(text, phrases)
    signature = np.empty(len(phrases))
    bucket, number, phrase, at = kernels.terms((text.code, text.kind, phrases.first, phrases.last), signature)
    return Terms(
        bucket=np.frombuffer(bucket, np.int32),
        number=np.frombuffer(number, np.uint16),
        phrase=np.frombuffer(phrase, np.int32),
        at=np.frombuffer(at, np.int32),
        signature=signature,
    )


def _terms(text: Text, phrases: Phrases) -> Terms:
    pairs, words = [], []
    signature = np.zeros(len(phrases))
    for head, tail, block in _blocks(text, phrases):
        pairs.append(block[_PAIRS])
        words.append(block[_WORDS])
        for hashed in block:
            signed = (hashed.value >> _SHIFT) % np.uint64(_SIGNATURE) + np.uint64(1)
            signature[head:tail] += np.bincount(hashed.phrase - head, signed, tail - head)
    value, phrase, at = _joined([*pairs, *words])
    return Terms((value >> _SHIFT).astype(np.int32), (value >> np.uint64(20)).astype(np.uint16), phrase, at, signature)


class _Hashed(NamedTuple):
    """N-grams of one kind."""

    value: NDArray[Any]
    phrase: NDArray[np.int32]
    at: NDArray[np.int32]


_NONE: Final = _Hashed(np.zeros(0, np.uint64), np.zeros(0, np.int32), np.zeros(0, np.int32))
_SHIFT: Final = np.uint64(64 - BITS)


def _joined(parts: Iterable[_Hashed]) -> _Hashed:
    return _Hashed(*(np.concatenate(column) for column in zip(*(list(parts) or [_NONE]), strict=True)))


def _blocks(text: Text, phrases: Phrases) -> Iterator[tuple[int, int, list[_Hashed]]]:
    """The n-grams of phrases head … tail - 1 by kind, for some phrases after the other: hashes take many times the room of the text."""
    edges = [*np.flatnonzero(np.diff(phrases.first // _CHUNK, prepend=-1)).tolist(), len(phrases)]
    for head, tail in pairwise(edges):
        yield head, tail, _hashed(text, phrases, head, tail)


@lru_cache(maxsize=1)
def _powers(size: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    inverse = pow(_BASE, -1, 1 << 64)
    base = np.full(size, _BASE, np.uint64)
    base[0] = 1
    back = np.full(size, inverse, np.uint64)
    back[0] = 1
    return np.multiply.accumulate(base), np.multiply.accumulate(back)


def _hashed(text: Text, phrases: Phrases, head: int, tail: int) -> list[_Hashed]:
    """The n-grams of the phrases from `head` on, before `tail`."""
    begin, stop = int(phrases.first[head]), int(phrases.last[tail - 1]) + 1
    codes, kinds = text.code[begin:stop], text.kind[begin:stop]
    phrase_first, phrase_past = phrases.first[head:tail] - begin, phrases.last[head:tail] + 1 - begin
    n = len(codes)
    forward, back = (p[: n + 1] for p in _powers(1 << max(12, n.bit_length())))
    prefix = np.zeros(n + 1, np.uint64)
    np.cumsum(codes * forward[:n], out=prefix[1:])

    def hashed(first: NDArray[np.int64], past: NDArray[np.int64], salt: int) -> NDArray[np.uint64]:
        value = (prefix[past] - prefix[first]) * back[first] + np.uint64(_SALTS[salt])
        value ^= value >> np.uint64(29)
        value *= _MIX
        value ^= value >> np.uint64(32)
        return value * _MIX

    lengths = phrase_past - phrase_first
    owner = np.repeat(np.arange(head, tail, dtype=np.int32), lengths)
    at = np.arange(len(owner)) + np.repeat(phrase_first - (np.cumsum(lengths) - lengths), lengths)
    past = np.repeat(phrase_past, lengths)
    kind = kinds[at]
    unspaced = _UNSPACED[kind]

    found: list[_Hashed] = []

    def put(values: NDArray[np.uint64], phrase: NDArray[np.int32], place: NDArray[np.int64]) -> None:
        found.append(_Hashed(values, phrase, (place + begin).astype(np.int32)))

    where = np.flatnonzero(unspaced)
    for length in (1, 2, 3, 4):
        where = where[at[where] + length <= past[where]]
        put(hashed(at[where], at[where] + length, length - 1), owner[where], at[where])
    spelled = (kind < c.SPACE) & ~unspaced
    where = np.flatnonzero(spelled)
    where = where[at[where] + 4 <= past[where]]
    put(hashed(at[where], at[where] + 4, 4), owner[where], at[where])
    # words: maximal runs of spelled letters within a phrase
    joined = np.zeros(len(at) + 1, bool)
    joined[1:-1] = spelled[1:] & spelled[:-1] & (owner[1:] == owner[:-1])
    starts = np.flatnonzero(spelled & ~joined[:-1])
    first, end, who = at[starts], at[np.flatnonzero(spelled & ~joined[1:])] + 1, owner[starts]
    words = hashed(first, end, 5)
    put(words, who, first)
    together = np.flatnonzero(who[1:] == who[:-1])
    put((words[together] * np.uint64(3) + words[together + 1]) * _MIX + np.uint64(_SALTS[6]), who[together], first[together])
    return found
