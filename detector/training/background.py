"""How usual each n-gram is on the clean web: on how many sites it occurs.

Only counts are kept, and only of n-grams on several sites, so no text can be read back. Counts are held by fold of sites: a training page
is looked at with the counts of the other folds, as a page of an unknown site will be.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detector.features.ngrams import SIZE
from detector.features.scene import Scene

LEAST_SITES = 2


@dataclass(frozen=True)
class SiteCounts:
    """sites: (folds, SIZE) number of sites with each term; total: (folds,) sites, for unspaced scripts (0) and words (1): shape (folds, 2)."""

    sites: NDArray[np.uint16]
    total: NDArray[np.int64]
    unspaced: NDArray[np.bool_]

    def usual(self, without: Collection[int] = ()) -> NDArray[np.uint8]:
        """0 (not seen on LEAST_SITES sites) to 255 (on all): logarithmic in the number of sites. without: folds to leave out."""
        keep = [f for f in range(len(self.sites)) if f not in without]
        count = self.sites[keep].sum(0, dtype=np.int64)
        totals = np.maximum(self.total[keep].sum(0), 1)
        limit = np.where(self.unspaced, np.log1p(totals[0]), np.log1p(totals[1]))
        level = np.log1p(count) / limit
        level[count < LEAST_SITES] = 0
        levels: NDArray[np.uint8] = np.clip(np.rint(level * 255), 0, 255).astype(np.uint8)
        return levels


def count_sites(scenes: Iterable[tuple[str, int, Scene]], folds: int) -> SiteCounts:
    """Count over (site, fold, scene); the scenes of one site must follow each other."""
    sites = np.zeros((folds, SIZE), np.uint16)
    total = np.zeros((folds, 2), np.int64)
    unspaced = np.zeros(SIZE, bool)
    seen: NDArray[np.bool_] = np.zeros(SIZE, bool)
    current: tuple[str, int] | None = None

    def close() -> None:
        if current is None:
            return
        sites[current[1]] += seen
        total[current[1], 0] += int((seen & unspaced).sum() > 300)
        total[current[1], 1] += int((seen & ~unspaced).sum() > 50)
        seen[:] = False

    for site, fold, scene in scenes:
        if current != (site, fold):
            close()
            current = (site, fold)
        terms = scene.terms
        seen[terms.bucket] = True
        # pairs of characters come first among the terms, words after them: a word begins where a letter of a spaced script stands
        kinds = scene.text.kind[terms.at]
        unspaced[terms.bucket[np.isin(kinds, (0, 3, 4, 7))]] = True
    close()
    return SiteCounts(sites, total, unspaced)
