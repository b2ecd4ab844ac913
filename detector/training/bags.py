"""Bags of hashed n-grams: what the vocabulary model is fitted on. A bag is a phrase, a line, a dump or a window of a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detector.features.ngrams import SIZE
from detector.features.scene import Scene, read_scene
from detector.page.page import read_page

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


@dataclass(frozen=True)
class Bags:
    """bucket: hashed n-grams of all bags one after the other; start: where each bag begins, shape (bags + 1,); size: n-grams of each bag,
    those that were not kept included."""

    bucket: NDArray[np.int32]
    start: NDArray[np.int64]
    size: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.start) - 1

    def matrix(self) -> csr_matrix:
        """Sparse matrix (bags, SIZE): counts over the square root of the bag's size, so that sums of weights scale as in inference."""
        from scipy.sparse import csr_matrix

        values = np.repeat(1 / np.sqrt(np.maximum(self.size, 1)), np.diff(self.start)).astype(np.float32)
        matrix = csr_matrix((values, self.bucket, self.start), shape=(len(self), SIZE))
        matrix.sum_duplicates()
        return matrix

    def take(self, bags: NDArray[np.int64]) -> Bags:
        """Some of the bags."""
        sizes = np.diff(self.start)[bags]
        start = np.r_[0, np.cumsum(sizes)]
        at = np.arange(int(sizes.sum())) + np.repeat(self.start[bags] - start[:-1], sizes)
        return Bags(self.bucket[at], start, self.size[bags])

    def only(self, kept: NDArray[np.bool_]) -> Bags:
        """The same bags with n-grams of some buckets alone, sorted within each bag, so that no order of words is left. kept: shape (SIZE,)."""
        owner = np.repeat(np.arange(len(self)), np.diff(self.start))
        mine = kept[self.bucket]
        bucket, owner = self.bucket[mine], owner[mine]
        order = np.lexsort((bucket, owner))
        return Bags(bucket[order], np.r_[0, np.cumsum(np.bincount(owner, minlength=len(self)))], self.size)


def join(bags: Sequence[Bags]) -> Bags:
    """All bags of several, in order."""
    sizes = [np.diff(b.start) for b in bags]
    start = np.r_[0, np.cumsum(np.concatenate(sizes))]
    return Bags(np.concatenate([b.bucket for b in bags]), start, np.concatenate([b.size for b in bags]))


def _collect(bucket: NDArray[np.int32], bag: NDArray[np.int64], count: int) -> Bags:
    order = np.argsort(bag, kind="stable")
    sizes = np.bincount(bag, minlength=count)
    return Bags(bucket[order], np.r_[0, np.cumsum(sizes)], sizes.astype(np.int32))


def bags_of_texts(texts: Sequence[str]) -> Bags:
    """One bag a text."""
    flat = [" | ".join(t.split("\n")) if "\n" in t else t for t in texts]
    scene = read_scene(read_page("\n".join(t if t.strip() else "." for t in flat), "text/plain"))
    bag = scene.phrases.chunk[scene.ngrams.phrase]
    return _collect(scene.ngrams.bucket, bag, len(texts))


def bags_of_windows(scene: Scene, first: NDArray[np.int64], last: NDArray[np.int64]) -> Bags:
    """One bag a window of phrases first … last (inclusive) of a page."""
    grams = scene.ngrams
    order = np.argsort(grams.phrase, kind="stable")
    bucket = grams.bucket[order]
    begin = np.r_[0, np.cumsum(grams.count)]
    sizes = begin[last + 1] - begin[first]
    start = np.r_[0, np.cumsum(sizes)]
    at = np.arange(int(sizes.sum())) + np.repeat(begin[first] - start[:-1], sizes)
    return Bags(bucket[at], start, sizes.astype(np.int32))
