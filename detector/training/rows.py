"""Figures of phrases of real pages, by which the forests are fitted: how they are held, written and read."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from detector.features import registry
from detector.training.material import DataError

BINS: Final = 256


@dataclass(frozen=True)
class PageRows:
    """Figures of phrases of one page.

    features: (rows, features) bins, uint8; label: spam or not; stretch: number of the run of neighbouring phrases that each row belongs
    to; line, group, sentence: numbers by which neighbours are known; the others describe the page: fold, clean (nothing was put in),
    natural (as it was found), site, layout and category of what was put in, unseen (a category that the vocabulary model never saw).
    """

    features: NDArray[np.uint8]
    label: NDArray[np.bool_]
    stretch: NDArray[np.int32]
    line: NDArray[np.int32]
    group: NDArray[np.int32]
    sentence: NDArray[np.int32]
    fold: int
    clean: bool
    natural: bool
    site: int
    layout: str
    category: str
    unseen: bool

    def take(self, stretches: Sequence[NDArray[np.int64]]) -> PageRows:
        """Some runs of neighbouring rows of a page of which all were kept."""
        at = np.concatenate(stretches)
        number = np.repeat(np.arange(len(stretches)), [len(s) for s in stretches]).astype(np.int32)
        rest = (self.fold, self.clean, self.natural, self.site, self.layout, self.category, self.unseen)
        return PageRows(self.features[at], self.label[at], number, self.line[at], self.group[at], self.sentence[at], *rest)


@dataclass(frozen=True)
class TrainingRows:
    """All pages, one after the other. edges: (features, BINS - 1) borders of the bins; page: number of the page of each row; page_…: one entry a page;
    layouts, categories: what page_layout and page_category number."""

    features: NDArray[np.uint8]
    edges: NDArray[np.float32]
    label: NDArray[np.bool_]
    stretch: NDArray[np.int32]
    line: NDArray[np.int32]
    group: NDArray[np.int32]
    sentence: NDArray[np.int32]
    page: NDArray[np.int32]
    page_fold: NDArray[np.int8]
    page_clean: NDArray[np.bool_]
    page_natural: NDArray[np.bool_]
    page_site: NDArray[np.int64]
    page_layout: NDArray[np.int16]
    page_category: NDArray[np.int16]
    page_unseen: NDArray[np.bool_]
    layouts: tuple[str, ...]
    categories: tuple[str, ...]

    def values(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Features of some rows: the middle of each bin."""
        return middle_values(self.features[rows], self.edges)

    def of_pages(self, pages: NDArray[np.bool_]) -> TrainingRows:
        """The rows of some of the pages. pages: shape (pages,)."""
        rows = pages[self.page]
        number = np.cumsum(pages) - 1
        parts = {name: getattr(self, name)[rows] for name in ("features", "label", "stretch", "line", "group", "sentence")}
        facts = {name: getattr(self, name)[pages] for name in self.__dataclass_fields__ if name.startswith("page_")}
        return replace(self, page=number[self.page[rows]].astype(np.int32), **parts, **facts)

    def stretches(self, rows: NDArray[np.int64]) -> list[tuple[int, int]]:
        """(first, past the last) of each run of neighbouring phrases among rows that are in order."""
        heads = np.flatnonzero(np.r_[True, np.diff(self.stretch[rows]) != 0])
        return list(zip(heads.tolist(), [*heads[1:].tolist(), len(rows)], strict=True))


def bin_edges(sample: NDArray[np.float32]) -> NDArray[np.float32]:
    """Borders of BINS bins of each feature that hold about as many rows each: shape (features, BINS - 1)."""
    cuts = np.linspace(0.002, 0.998, BINS - 1)
    return np.stack([np.quantile(sample[:, i], cuts) for i in range(sample.shape[1])]).astype(np.float32)


def binned(features: NDArray[np.float32], edges: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The bin of every figure."""
    return np.stack([np.searchsorted(edges[i], features[:, i]) for i in range(len(edges))], 1).astype(np.uint8)


def middle_values(bins: NDArray[np.uint8], edges: NDArray[np.float32]) -> NDArray[np.float32]:
    """The middle of the bin of every figure."""
    low = np.concatenate([edges[:, :1], edges], 1)
    high = np.concatenate([edges, edges[:, -1:]], 1)
    middle = (low + high) / 2
    values: NDArray[np.float32] = middle[np.arange(middle.shape[0])[None, :], bins]
    return values


def gather(pages: Sequence[PageRows], edges: NDArray[np.float32]) -> TrainingRows:
    """Join the rows of pages."""
    sizes = [len(p.label) for p in pages]
    base = np.cumsum([0] + [int(p.stretch[-1]) + 1 for p in pages])
    layouts, categories = sorted({p.layout for p in pages}), sorted({p.category for p in pages})
    return TrainingRows(
        features=np.concatenate([p.features for p in pages]),
        edges=edges,
        label=np.concatenate([p.label for p in pages]),
        stretch=np.concatenate([p.stretch + base[i] for i, p in enumerate(pages)]).astype(np.int32),
        line=np.concatenate([p.line for p in pages]).astype(np.int32),
        group=np.concatenate([p.group for p in pages]).astype(np.int32),
        sentence=np.concatenate([p.sentence for p in pages]).astype(np.int32),
        page=np.repeat(np.arange(len(pages)), sizes).astype(np.int32),
        page_fold=np.array([p.fold for p in pages], np.int8),
        page_clean=np.array([p.clean for p in pages]),
        page_natural=np.array([p.natural for p in pages]),
        page_site=np.array([p.site for p in pages], np.int64),
        page_layout=np.array([layouts.index(p.layout) for p in pages], np.int16),
        page_category=np.array([categories.index(p.category) for p in pages], np.int16),
        page_unseen=np.array([p.unseen for p in pages]),
        layouts=tuple(layouts),
        categories=tuple(categories),
    )


def write_rows(rows: TrainingRows, path: Path) -> None:
    """Write an npz (LZMA, a third smaller than deflate): the same rows give the same bytes."""
    arrays: dict[str, Any] = {name: getattr(rows, name) for name in TrainingRows.__dataclass_fields__}
    arrays |= {"names": np.array(registry.NAMES), "layouts": np.array(rows.layouts), "categories": np.array(rows.categories)}
    arrays["features"] = np.ascontiguousarray(rows.features.T)  # figures of one name compress best side by side
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        for name, array in sorted(arrays.items()):
            entry = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_LZMA
            with archive.open(entry, "w") as out:
                np.lib.format.write_array(out, np.ascontiguousarray(array), allow_pickle=False)


def read_rows(path: Path) -> TrainingRows:
    """Raises DataError where the file is missing, damaged, or made for other features."""
    try:
        with np.load(path, allow_pickle=False) as data:
            if list(data["names"]) != list(registry.NAMES):
                raise DataError(
                    f"{path}: holds other features than this version computes; make it anew with `python -m detector.training.figures`"
                )
            arrays: dict[str, Any] = {name: data[name] for name in TrainingRows.__dataclass_fields__}
            arrays["features"] = np.ascontiguousarray(arrays["features"].T)
            arrays |= {name: tuple(map(str, arrays[name])) for name in ("layouts", "categories")}
            return TrainingRows(**arrays)
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(f"{path}: cannot be read as figures of pages: {error}") from None
