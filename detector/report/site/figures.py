"""Figures over all pages of a site that every kind of evidence looks at. Their size does not grow with the site."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.report.site.digest import TERM_BITS, PageDigest

VECTOR: Final = 1 << 12  # cells of a group's vectors
_TERMS_COMPARED: Final = 500  # of a page, the same choice on every page: a long one must not fill all cells
_ROWS: Final = 3
_CELLS: Final = 1 << 16
_KNOWN: Final = 0.01  # share of a site's pages from which a term is one of its own
_SPREAD: Final = np.arange(_ROWS, dtype=np.uint64) * np.uint64(_CELLS)


class SiteFigures:
    """pages: how many there were; terms: on how many pages each hashed term is, in what is honest; vectors: pages by folded hash of line
    and of term, shape (2, VECTOR), which a group of pages is compared with."""

    def __init__(self) -> None:
        self.pages = 0
        self.terms = np.zeros(1 << TERM_BITS, np.uint32)
        self.vectors = np.zeros((2, VECTOR), np.uint32)
        # On how many pages a line is: a count-min sketch (Cormode and Muthukrishnan 2005), which errs upwards alone.
        self._lines = np.zeros(_ROWS * _CELLS, np.uint32)

    def add(self, page: PageDigest) -> None:
        """Take one page."""
        self.pages += 1
        self.terms[list(page.terms)] += 1
        if page.lines:
            np.add.at(self._lines, _cells(np.array(page.lines, np.uint64)).ravel(), 1)
        for vector, hashes in zip(self.vectors, folded(page), strict=True):
            vector[hashes] += 1

    def pages_with(self, line: int) -> int:
        """On how many pages a line is, at least."""
        return int(self._lines[_cells(np.array([line], np.uint64))].min())

    def foreign(self, terms: tuple[int, ...]) -> float:
        """Share of the terms that the site does not use elsewhere: 0 … 1; 0 where there are none to judge by."""
        if not terms:
            return 0.0
        return float((self.terms[list(terms)] <= max(1, _KNOWN * self.pages)).mean())


def folded(page: PageDigest) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Cells of `VECTOR` that a page's lines and its terms fall into, each once."""
    lines = np.unique(np.array(page.lines, np.int64) % VECTOR)
    return lines, np.unique(np.array(page.terms[:_TERMS_COMPARED], np.int64) % VECTOR)


def _cells(lines: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """(lines, rows): a cell in each row, from different bits of the hash."""
    shifts = np.arange(_ROWS, dtype=np.uint64) * np.uint64(16)
    return ((lines[:, None] >> shifts) & np.uint64(_CELLS - 1)) + _SPREAD
