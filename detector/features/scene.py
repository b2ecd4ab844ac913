"""What every feature family looks at: one page, cut into phrases, with its n-grams hashed. Built once a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from detector.features.ngrams import Ngrams, hash_ngrams
from detector.lazy import cached_property
from detector.native import kernels
from detector.page.page import Page
from detector.segmentation import characters as c
from detector.segmentation.normalise import Text, normalise
from detector.segmentation.phrases import Phrases, split

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

Figure = TypeVar("Figure", bound=np.generic)

WINDOWS = (2, 6, 16)  # phrases to each side


@dataclass(frozen=True)
class Scene:
    """page, text, phrases and n-grams of one page. `spread` and `within` move figures between phrases and what they are part of."""

    page: Page
    text: Text
    phrases: Phrases
    ngrams: Ngrams

    def __len__(self) -> int:
        return len(self.phrases)

    @cached_property
    def bounds(self) -> Ints:
        """Positions in the character arrays for reduceat over phrases: first, past the last, first, …"""
        return np.column_stack([self.phrases.first, self.phrases.last + 1]).ravel()

    def count(self, per_character: NDArray[np.bool_] | Floats) -> Floats:
        """Sum over the characters of each phrase. per_character: shape (characters,); returns shape (phrases,)."""
        if kernels is not None and per_character.dtype == np.bool_:
            out = np.empty(len(self), np.float32)
            kernels.count(np.ascontiguousarray(per_character, np.bool_), self.phrases.first, self.phrases.last, 0, out)
            return out
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
        """How many characters of each kind a phrase has: shape (phrases, KINDS)."""
        n = len(self)
        if not n:
            return np.zeros((0, c.KINDS), np.float32)
        if kernels is not None:
            out = np.empty((n, c.KINDS), np.float32)
            kernels.count(self.text.kind, self.phrases.first, self.phrases.last, c.KINDS, out)
            return out
        size = self.phrases.last - self.phrases.first + 1
        owner = np.repeat(np.arange(n), size)
        flat = np.bincount(owner * c.KINDS + self.text.kind[self.characters], minlength=n * c.KINDS)
        return flat.reshape(n, c.KINDS).astype(np.float32)

    @cached_property
    def _reach(self) -> dict[int, tuple[Ints, Ints]]:
        return {}

    def window(self, values: Floats, reach: int) -> Floats:
        """Sum of values over the phrases i - reach … i + reach."""
        n = len(values)
        if kernels is not None and values.dtype == np.float32:
            out = np.empty(n, np.float32)
            kernels.window(values, reach, out)
            return out
        if reach not in self._reach:  # the same few windows are asked for by every family
            at = np.arange(n)
            self._reach[reach] = np.minimum(at + reach + 1, n), np.maximum(at - reach, 0)
        past, first = self._reach[reach]
        total = np.zeros(n + 1)
        np.cumsum(values, dtype=np.float64, out=total[1:])
        return (total[past] - total[first]).astype(np.float32)

    @cached_property
    def _heads(self) -> dict[int, tuple[Ints, Ints]]:
        return {}

    def level(self, values: Floats, number: Ints) -> Floats:
        """Sum of values over all phrases that share a (rising) number, for each phrase. number: one of the phrases' own arrays."""
        if not len(values):
            return values
        if kernels is not None and values.dtype == np.float32 and number.dtype == np.int64:
            out = np.empty(len(values), np.float32)
            kernels.level(values, number, out)
            return out
        heads, sizes = self._runs(number)
        return np.repeat(np.add.reduceat(values.astype(np.float64), heads), sizes).astype(np.float32)

    def level_best(self, values: Floats, number: Ints) -> Floats:
        """Greatest of the values of all phrases that share a (rising) number, for each phrase."""
        if not len(values):
            return values
        heads, sizes = self._runs(number)
        return np.repeat(np.maximum.reduceat(values, heads), sizes)

    def _runs(self, number: Ints) -> tuple[Ints, Ints]:
        key = id(number)
        own = key in (id(self.phrases.sentence), id(self.phrases.line), id(self.phrases.group))
        found = self._heads.get(key) if own else None
        if found is None:
            heads = np.flatnonzero(np.concatenate(([True], number[1:] != number[:-1])))
            found = heads, np.diff(np.append(heads, len(number)))
            if own:
                self._heads[key] = found
        return found

    def by_chunk(self, values: NDArray[Figure]) -> NDArray[Figure]:
        """A figure of the chunk that each phrase begins in."""
        return values[self.phrases.chunk]


def read_scene(page: Page) -> Scene:
    """Normalise, cut and hash a page."""
    text = normalise(page)
    phrases = split(page, text)
    return Scene(page, text, phrases, hash_ngrams(text, phrases))
