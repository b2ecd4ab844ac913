"""What every feature family looks at: one page, cut into phrases. Built once a page; n-grams are hashed where they are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from detector.features.ngrams import Ngrams, Terms, hash_ngrams, read_terms
from detector.lazy import cached_property
from detector.native import kernels
from detector.page.page import Page
from detector.segmentation import characters as c
from detector.segmentation.normalise import Text, normalise
from detector.segmentation.phrases import Phrases, split

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

Figure = TypeVar("Figure", bound=np.generic)

FLAGS: Final = 8  # bits of Text.flags


@dataclass(frozen=True)
class Scene:
    """page, text and phrases of one page. `window`, `level` and `extreme` move figures between phrases and what they are part of."""

    page: Page
    text: Text
    phrases: Phrases

    def __len__(self) -> int:
        return len(self.phrases)

    @cached_property
    def ngrams(self) -> Ngrams:
        """All hashed n-grams of the page: much, so scoring a page makes do without."""
        return hash_ngrams(self.text, self.phrases)

    @cached_property
    def terms(self) -> Terms:
        """What topics are made of."""
        return read_terms(self.text, self.phrases)

    def buckets(self, first: int, last: int) -> NDArray[np.int32]:
        """Hashed n-grams of the phrases first … last."""
        return hash_ngrams(self.text, self.phrases.part(first, last + 1)).bucket

    def count(self, per_character: NDArray[np.bool_] | Floats) -> Floats:
        """Sum over the characters of each phrase. per_character: shape (characters,); returns shape (phrases,)."""
        total = np.concatenate(([0.0], np.cumsum(per_character, dtype=np.float64)))
        return (total[self.phrases.last + 1] - total[self.phrases.first]).astype(np.float32)

    @cached_property
    def characters(self) -> Ints:
        """Positions in the text of all characters of all phrases, phrase by phrase."""
        size = self.phrases.last - self.phrases.first + 1
        at: Ints = np.arange(int(size.sum())) + np.repeat(self.phrases.first - (np.cumsum(size) - size), size)
        return at

    @cached_property
    def lengths(self) -> Floats:
        """Characters of each phrase."""
        return (self.phrases.last - self.phrases.first + 1).astype(np.float32)

    @cached_property
    def kinds(self) -> Floats:
        """How many characters of each kind a phrase has: shape (KINDS, phrases)."""
        return self.tally[: c.KINDS]

    def flagged(self, flag: int) -> Floats:
        """How many characters of each phrase have a flag."""
        row: Floats = self.tally[c.KINDS + flag.bit_length() - 1]
        return row

    @property
    def changes(self) -> Floats:
        """At how many characters of each phrase the script changes between East Asian and Latin letters or digits."""
        row: Floats = self.tally[-1]
        return row

    @cached_property
    def tally(self) -> Floats:
        """Rows of figures: characters of each kind, with each flag, and `changes`."""
        out: Floats = np.zeros((c.KINDS + FLAGS + 1, len(self)), np.float32)
        if kernels is not None:
            kernels.tally((self.text.kind, self.text.flags), self.phrases.first, self.phrases.last, out)
        elif len(self):
            kind, flags = self.text.kind, self.text.flags
            owner = np.repeat(np.arange(len(self)), self.phrases.last - self.phrases.first + 1)
            flat = np.bincount(kind[self.characters] * np.int64(len(self)) + owner, minlength=c.KINDS * len(self))
            out[: c.KINDS] = flat.reshape(c.KINDS, len(self))
            for bit in range(FLAGS):
                out[c.KINDS + bit] = self.count((flags >> bit & 1) > 0)
            east, spelled = (kind == c.HAN) | (kind == c.KANA), (kind == c.LATIN) | (kind == c.DIGIT)
            out[-1] = self.count(np.concatenate(([False], (east[1:] & spelled[:-1]) | (spelled[1:] & east[:-1]))))
        return out

    def window(self, values: Floats, reach: int) -> Floats:
        """Sum of values over the phrases i - reach … i + reach. values: shape (phrases,), or rows of that length."""
        out = np.empty(values.shape, np.float32)
        n = values.shape[-1]
        if not n:
            return out
        if kernels is not None:
            kernels.window(np.ascontiguousarray(values, np.float32), n, reach, out)
            return out
        at = np.arange(n)
        past, first = np.minimum(at + reach + 1, n), np.maximum(at - reach, 0)
        total = np.zeros((*values.shape[:-1], n + 1))
        np.cumsum(values, axis=-1, dtype=np.float64, out=total[..., 1:])
        out[...] = total[..., past] - total[..., first]
        return out

    def level(self, values: Floats, number: Ints) -> Floats:
        """Sum of values over all phrases that share a (rising) number, for each phrase. values: shape (phrases,), or rows of that length;
        number: one of the phrases' own arrays."""
        out = np.empty(values.shape, np.float32)
        if not values.shape[-1]:
            return out
        if kernels is not None:
            kernels.level(np.ascontiguousarray(values, np.float32), np.ascontiguousarray(number, np.int64), out)
            return out
        heads, sizes = _runs(number)
        for row, to in zip(np.atleast_2d(values), np.atleast_2d(out), strict=True):
            to[...] = np.repeat(np.add.reduceat(row.astype(np.float64), heads), sizes)
        return out

    def level_best(self, values: Floats, number: Ints) -> Floats:
        """Greatest of the values of all phrases that share a (rising) number, for each phrase."""
        if not len(values):
            return values
        heads, sizes = _runs(number)
        return np.repeat(np.maximum.reduceat(values, heads), sizes)

    def extreme(self, values: Floats, reach: int, take: np.ufunc) -> Floats:
        """Greatest or least (take: np.maximum or np.minimum) of the values of the phrases i - reach … i + reach."""
        out = values.copy()
        if kernels is not None and len(values):
            kernels.extreme(np.ascontiguousarray(values, np.float32), len(values), reach, take is np.maximum, out)
            return out
        for step in range(1, min(reach, len(values) - 1) + 1):
            take(out[step:], values[:-step], out=out[step:])
            take(out[:-step], values[step:], out=out[:-step])
        return out

    @cached_property
    def _members(self) -> dict[int, Floats]:
        return {}

    def members(self, reach: int) -> Floats:
        """How many phrases there are from i - reach to i + reach."""
        if reach not in self._members:  # the same few windows are asked for by every family
            self._members[reach] = self.window(np.ones(len(self), np.float32), reach)
        return self._members[reach]

    @cached_property
    def line_phrases(self) -> Floats:
        """How many phrases the line of each phrase has."""
        return self.level(np.ones(len(self), np.float32), self.phrases.line)

    @cached_property
    def sentence_phrases(self) -> Floats:
        """How many phrases the sentence of each phrase has."""
        return self.level(np.ones(len(self), np.float32), self.phrases.sentence)

    @cached_property
    def line_heads(self) -> NDArray[np.bool_]:
        """Whether a phrase begins a line."""
        return changed(self.phrases.line)

    def by_chunk(self, values: NDArray[Figure]) -> NDArray[Figure]:
        """A figure of the chunk that each phrase begins in."""
        return values[self.phrases.chunk]


def changed(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether each value differs from the one before it; the first one does."""
    out = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=out[1:])
    return out


def shifted(values: Floats, by: int, edge: float | np.float32) -> Floats:
    """The value of the phrase before each phrase (by: 1) or after it (by: -1); edge: what there is where there is none."""
    out = np.empty_like(values)
    if by > 0:
        out[:1], out[1:] = edge, values[:-1]
    else:
        out[-1:], out[:-1] = edge, values[1:]
    return out


def _runs(number: Ints) -> tuple[Ints, Ints]:
    heads = np.flatnonzero(changed(number))
    return heads, np.diff(np.append(heads, len(number)))


LOGARITHMS: Final = np.log1p(np.arange(1 << 16, dtype=np.float32))  # of one more than whole numbers


def log_of_count(values: Floats) -> Floats:
    """log(1 + x) of whole numbers from 0 on, float32."""
    if values.size and values.max() < len(LOGARITHMS):  # looking it up is several times as fast
        return LOGARITHMS[values.astype(np.int32)]
    return np.log1p(values)


def read_scene(page: Page) -> Scene:
    """Normalise and cut a page."""
    text = normalise(page)
    return Scene(page, text, split(page, text))
