"""Thresholds, probability and recall, measured on sites and sources that what judges them was not fitted on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from detector.classifier.model import RATES
from detector.classifier.score import page_logit
from detector.features.neighbours import FLOOR
from detector.training.forests import TREES, Passes, fit_passes, run_passes
from detector.training.rows import TrainingRows

PARTS: Final = 3  # groups of folds; each is judged by what was fitted on the others
_SPAN_THRESHOLDS: Final = np.arange(-4, 2.1, 0.25)


@dataclass(frozen=True)
class Calibration:
    """thresholds: page log-odds by false-alarm rate; curve: (a, b) of page log-odds to probability; phrase_threshold: log-odds from which
    a phrase of a page that is not clean belongs to a finding; facts: how it was measured, for the card."""

    thresholds: dict[float, float]
    curve: tuple[float, float]
    phrase_threshold: float
    facts: dict[str, Any]


@dataclass(frozen=True)
class OutOfFold:
    """Scores by forests that saw neither the site nor the sources. phrase: (rows,); page: (pages,); passes: the forests that judged each
    part of the sites."""

    phrase: NDArray[np.float64]
    page: NDArray[np.float64]
    passes: tuple[Passes, ...]


def score_out_of_fold(data: TrainingRows, trees: int = TREES, jobs: int = -1) -> OutOfFold:
    """Fit on all parts but one, score that one; PARTS times, `jobs` at once."""
    from joblib import Parallel, delayed

    part_of = data.page_fold[data.page] % PARTS
    final = np.full(len(part_of), FLOOR)
    passes: list[Passes] = []
    for part, (judges, scores) in enumerate(Parallel(n_jobs=jobs)(delayed(_score_part)(data, part, trees) for part in range(PARTS))):
        final[part_of == part] = scores
        passes.append(judges)
    return OutOfFold(final, page_scores(data, final), tuple(passes))


def _score_part(data: TrainingRows, part: int, trees: int) -> tuple[Passes, NDArray[np.float64]]:
    part_of = data.page_fold[data.page] % PARTS
    passes = fit_passes(data, np.flatnonzero(part_of != part), trees, jobs=1)
    return passes, run_passes(passes, data, np.flatnonzero(part_of == part))


def page_scores(data: TrainingRows, phrase: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log-odds of each page: those of its worst stretch."""
    found = np.full(len(data.page_fold), FLOOR)
    for head, tail in data.stretches(np.arange(len(data.label))):
        page = data.page[head]
        found[page] = max(found[page], page_logit(phrase[head:tail]))
    return found


def calibrate(data: TrainingRows, scores: OutOfFold) -> Calibration:
    """Split-conformal quantiles of clean pages as they were found (Vovk et al. 2005); sites weigh by the square root of their pages."""
    from sklearn.linear_model import LogisticRegression

    natural = data.page_natural
    thresholds = quantiles(scores.page[natural], data.page_site[natural])
    clean = data.page_clean
    fitted = LogisticRegression(C=10).fit(scores.page[:, None], ~clean)
    infected = ~clean[data.page] & (scores.page[data.page] > thresholds[1e-2])
    truth, z = data.label[infected], scores.phrase[infected]
    best = max(_SPAN_THRESHOLDS, key=lambda t: _f_half(truth, z > t))
    facts = {
        "clean_pages": int(natural.sum()),
        "clean_sites": len(np.unique(data.page_site[natural])),
        "infected_pages": int((~clean).sum()),
        "recall_out_of_fold": {str(rate): round(float((scores.page[~clean] > t).mean()), 4) for rate, t in thresholds.items()},
    }
    return Calibration(thresholds, (float(fitted.coef_[0, 0]), float(fitted.intercept_[0])), float(best), facts)


def quantiles(pages: NDArray[np.float64], sites: NDArray[np.int64]) -> dict[float, float]:
    """The log-odds that a share of the pages exceeds, by RATES; what the pages cannot support is the highest of them and a margin."""
    _, inverse, counts = np.unique(sites, return_inverse=True, return_counts=True)
    weight = 1 / np.sqrt(counts[inverse])
    order = np.argsort(pages)
    share_above = np.cumsum(weight[order][::-1])[::-1] / weight.sum()
    ordered = pages[order]
    found: dict[float, float] = {}
    for rate in RATES:
        reached = np.flatnonzero(share_above <= rate)
        found[rate] = float(ordered[reached[0]]) if len(reached) else float(ordered[-1]) + 0.5
    found[RATES[-1]] = max(found[RATES[-1]], found[RATES[-2]] + 0.25)
    return found


def recall_tables(data: TrainingRows, scores: OutOfFold, threshold: float) -> dict[str, dict[str, tuple[int, float]]]:
    """By layout, by category, and by category where the vocabulary had never seen it: (pages, share found) at a page threshold."""
    found = scores.page > threshold
    infected = ~data.page_clean

    def table(names: tuple[str, ...], number: NDArray[np.int16], among: NDArray[np.bool_]) -> dict[str, tuple[int, float]]:
        out = {}
        for i, name in enumerate(names):
            pages = among & (number == i)
            if pages.any():
                out[name] = int(pages.sum()), round(float(found[pages].mean()), 4)
        return out

    return {
        "layout": table(data.layouts, data.page_layout, infected),
        "category": table(data.categories, data.page_category, infected & ~data.page_unseen),
        "category left out": table(data.categories, data.page_category, infected & data.page_unseen),
    }


def _f_half(truth: NDArray[np.bool_], found: NDArray[np.bool_]) -> float:
    """F0.5: precision counts twice recall, since a cleaner must not eat honest text."""
    hits = 1.25 * float((truth & found).sum())
    return hits / max(hits + 0.25 * float((truth & ~found).sum()) + float((~truth & found).sum()), 1)
