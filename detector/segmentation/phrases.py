"""`Text` → `Phrases`: the finest units of a page, and the sentences, lines and groups they make up.

A phrase ends at clause and sentence punctuation, list separators, changes of link or item, spaces between Han, and after 64
characters at the latest. Phrases of one sentence share `sentence`; of one line or cell `line`; runs of short sibling lines (list
items, cells, menu entries), one of which alone is too short to judge, share `group`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.native import kernels
from detector.page.markup import ANCHOR, ITEM, LINE
from detector.page.page import Page
from detector.segmentation import characters as c
from detector.segmentation.normalise import Text

LONGEST: Final = 64  # characters of a phrase
SHORT_LINE: Final = 60  # characters up to which a line can be an item of a group
NEAR: Final = 4  # levels of the tree up to the common ancestor of two siblings

_EAST_ASIAN: Final = np.isin(np.arange(c.KINDS), [c.HAN, c.KANA])
_WORD: Final = np.isin(np.arange(c.KINDS), [c.LATIN, c.DIGIT, c.CYRILLIC, c.ARABIC, c.HANGUL, c.THAI, c.OTHER_LETTER])


@dataclass(frozen=True)
class Phrases:
    """One entry a phrase, in page order.

    first, last: inclusive range of characters in the `Text`; chunk: the page's chunk of the first character; sentence, line, group:
    numbers that rise with the page; separator: code point of the separator before it (0: none, 1: a break of the markup).
    """

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    chunk: NDArray[np.int64]
    sentence: NDArray[np.int64]
    line: NDArray[np.int64]
    group: NDArray[np.int64]
    separator: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.first)

    def part(self, first: int, past: int) -> Phrases:
        """Some phrases in a row."""
        return Phrases(*(getattr(self, part.name)[first:past] for part in fields(self)))


def split(page: Page, text: Text) -> Phrases:
    """Cut a page's text into phrases."""
    return _split(page, text) if kernels is None else _split_natively(page, text)


def _split_natively(page: Page, text: Text) -> Phrases:
    assert kernels is not None
    chunks = page.strength, page.role, *(np.ascontiguousarray(a, np.int64) for a in (page.depth, page.low, page.ancestor))
    found = kernels.split((text.code, text.kind, text.chunk), chunks, page.is_html)
    return Phrases(*(np.frombuffer(part, np.int64) for part in found))


def _split(page: Page, text: Text) -> Phrases:
    letters = np.flatnonzero(text.kind < c.SPACE)
    if not len(letters):
        none = np.zeros(0, np.int64)
        return Phrases(none, none, none, none, none, none, none)
    previous, following = letters[:-1], letters[1:]
    ends_phrase, ends_sentence, separator = _breaks(page, text, previous, following)

    # cut what is too long: at a space for words, anywhere for scripts without spaces
    start_of = np.flatnonzero(np.r_[True, ends_phrase])
    lengths = np.diff(np.r_[start_of, len(letters)])
    if (lengths > LONGEST).any():
        within = np.arange(len(letters)) - np.repeat(start_of, lengths)
        bucket = within // LONGEST
        east = _EAST_ASIAN[text.kind[following]]
        spaced = following - previous > 1
        may_cut = east | spaced
        # the first place at or after each multiple of LONGEST where a cut is allowed
        slot = np.cumsum(np.r_[0, may_cut])  # number of allowed places before each letter
        crossed = np.flatnonzero((bucket[1:] != bucket[:-1]) & ~ends_phrase)
        places = np.flatnonzero(may_cut)
        target = slot[crossed]
        target = target[target < len(places)]
        cuts = places[target]
        ends_phrase = ends_phrase.copy()
        ends_phrase[cuts] = True

    start_of = np.flatnonzero(np.r_[True, ends_phrase])
    end_of = np.r_[start_of[1:], len(letters)] - 1
    first, last = letters[start_of], letters[end_of]
    chunk = text.chunk[first].astype(np.int64)
    sentence = np.cumsum(np.r_[0, ends_sentence])[start_of]
    step = np.cumsum(page.strength >= ITEM)
    line_of_chunk = step[chunk]
    line = np.cumsum(np.r_[0, np.diff(line_of_chunk) != 0])
    before = np.r_[1, np.where(ends_phrase, np.where(separator == 0, 1, separator), 0)][start_of]
    return Phrases(first, last, chunk, sentence, line, _groups(page, chunk, line, first, last), before)


def _breaks(
    page: Page, text: Text, previous: NDArray[np.int64], following: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.int64]]:
    """Between each two letters: does a phrase end, does a sentence end, and at which separator."""
    n = len(previous)
    ends_phrase = np.zeros(n, bool)
    ends_sentence = np.zeros(n, bool)
    separator = np.zeros(n, np.int64)
    wide = np.flatnonzero(following - previous > 1)
    if len(wide):
        a, b = previous[wide], following[wide]
        east_both = _EAST_ASIAN[text.kind[a]] & _EAST_ASIAN[text.kind[b]]
        east_any = _EAST_ASIAN[text.kind[a]] | _EAST_ASIAN[text.kind[b]]
        words = _WORD[text.kind[a]] & _WORD[text.kind[b]]
        starts = np.cumsum(b - a - 1) - (b - a - 1)
        gaps = np.arange(int((b - a - 1).sum())) + np.repeat(a + 1 - starts, b - a - 1)
        kind = text.kind[gaps]

        def has(k: int) -> NDArray[np.bool_]:
            return np.bitwise_or.reduceat(kind == k, starts)

        space, newline, stop, comma, bar, dash = (has(k) for k in (c.SPACE, c.NEWLINE, c.STOP, c.COMMA, c.SEPARATOR, c.DASH))
        space |= newline
        width = b - a - 1
        real_stop = stop & (space | east_any | (width > 1))
        real_comma = comma & (space | east_any | (width > 1) | ~_numbers(text, a, b))
        real_bar = bar & (space | east_any | (width > 1) | _strong(text.code[a + 1]))
        real_dash = dash & (east_any | (space & ~words) | (space & (width >= 3)))
        blank = space & (east_both | (width > 2)) & (text.kind[a + 1] == c.SPACE)
        ends_phrase[wide] = real_stop | real_comma | real_bar | real_dash | newline | blank
        ends_sentence[wide] = real_stop
        # the most telling character of the gap: its first one that is no space
        first_mark = np.where(text.kind[a + 1] == c.SPACE, np.minimum(a + 2, b - 1), a + 1)
        separator[wide] = text.code[first_mark]
    apart = np.flatnonzero(text.chunk[previous] != text.chunk[following])
    if len(apart):
        strongest = page.strength.astype(np.int64)
        above = [np.cumsum(strongest >= level) for level in (ANCHOR, LINE)]
        item = np.cumsum(strongest >= ITEM)
        before, after = text.chunk[previous[apart]], text.chunk[following[apart]]
        ends_phrase[apart] |= above[0][after] > above[0][before]
        line_break = item[after] > item[before]
        ends_sentence[apart] |= line_break
        separator[apart] = np.where(above[0][after] > above[0][before], 1, separator[apart])
    return ends_phrase, ends_sentence, separator


def _numbers(text: Text, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.bool_]:
    both: NDArray[np.bool_] = (text.kind[a] == c.DIGIT) & (text.kind[b] == c.DIGIT)
    return both


def _strong(code: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Separators that part phrases even between Latin letters without a space: | and _ and the like, not / + * # inside addresses and words."""
    weak: NDArray[np.bool_] = np.isin(code, np.frombuffer("/\\+*=#[]{}<>^~·".encode("utf-32-le"), np.uint32))
    return ~weak


def _groups(
    page: Page, chunk: NDArray[np.int64], line: NDArray[np.int64], first: NDArray[np.int64], last: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Number the runs of short sibling lines."""
    heads = np.flatnonzero(np.r_[True, np.diff(line) != 0])
    tails = np.r_[heads[1:], len(line)] - 1
    length = last[tails] - first[heads] + 1
    short = length <= SHORT_LINE
    head = chunk[heads]
    depth, low, ancestor = page.depth[head], page.low[head], page.ancestor[head]
    near = np.maximum(depth[1:], depth[:-1]) - low[1:] <= NEAR
    sibling = (ancestor[1:] == ancestor[:-1]) | (low[1:] > low[:-1])
    if not page.is_html:
        near, sibling = np.ones(len(near), bool), np.ones(len(near), bool)
    same_role = page.role[head][1:] == page.role[head][:-1]
    joined = near & sibling & same_role & short[1:] & short[:-1]
    number = np.cumsum(np.r_[0, ~joined])
    return number[line]
