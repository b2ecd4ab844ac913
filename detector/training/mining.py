"""Which places of a page are worth keeping: around spam, and where forests fitted on other sites go wrong (hard negatives, Sung 1996)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.classifier.forest import Forest
from detector.features import registry
from detector.features.neighbours import FLOOR
from detector.training.calibrate import PARTS
from detector.training.forests import fit_forest, fit_screen, row_weights
from detector.training.rows import PageRows, TrainingRows, gather, middle_values

MARGIN: Final = 10  # phrases kept around what is kept
SPAM_MARGIN: Final = 8
ROUNDS: Final = 2
_TREES: Final = 80
_WORST: Final = 3  # places of a clean page by the forests, of each round
_BY_WORDS: Final = 2  # and by vocabulary


def around(label: NDArray[np.bool_], rng: np.random.Generator) -> list[NDArray[np.int64]]:
    """Runs of phrases around the spam of a page, and one at random."""
    spam = np.flatnonzero(label)
    edges = np.r_[spam[:30], spam[-30:], spam[np.r_[True, np.diff(spam) > 1]][:8]]
    return _runs(len(label), np.r_[edges, rng.integers(0, len(label), 1)], SPAM_MARGIN)


def mined(pages: Sequence[PageRows], edges: NDArray[np.float32], jobs: int) -> list[PageRows]:
    """Pages of which all rows are there, cut down to the places worth keeping; infected pages as they are."""
    from joblib import Parallel, delayed

    rng = np.random.default_rng(0)
    centres = {i: np.r_[_by_words(p), rng.integers(0, len(p.label), 1)] for i, p in enumerate(pages) if p.clean}
    for turn in range(ROUNDS):
        kept = [p.take(_runs(len(p.label), centres[i], MARGIN)) if p.clean else p for i, p in enumerate(pages)]
        judges = Parallel(n_jobs=jobs)(delayed(_judge)(gather([p for p in kept if p.fold % PARTS != part], edges)) for part in range(PARTS))
        for i, page in enumerate(pages):
            if page.clean:
                screen, bias, forest = judges[page.fold % PARTS]
                values = middle_values(page.features, edges)
                score = np.full(len(values), FLOOR)
                through = values @ screen + bias > 0
                score[through] = forest.logit(values[through])
                centres[i] = np.r_[centres[i], _apart(score, _WORST)]
        print(f"hard negatives: round {turn + 1} of {ROUNDS}", flush=True)
    return [p.take(_runs(len(p.label), centres[i], MARGIN)) if p.clean else p for i, p in enumerate(pages)]


def _judge(data: TrainingRows) -> tuple[NDArray[np.float32], float, Forest]:
    rows = np.arange(len(data.label))
    features = data.values(rows)
    screen, bias = fit_screen(features, data.label)
    through = features @ screen + bias > 0
    return screen, bias, fit_forest(features[through], data.label[through], row_weights(data, rows)[through], _TREES)


def _by_words(page: PageRows) -> NDArray[np.int64]:
    looks = page.features[:, registry.INDEX["logit_6"]].astype(np.int64) + page.features[:, registry.INDEX["logit"]]
    return _apart(looks.astype(np.float64), _BY_WORDS)


def _apart(score: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """The places of the highest scores, no two within half a margin."""
    left = score.copy()
    found: list[int] = []
    for _ in range(count):
        best = int(left.argmax())
        if left[best] <= FLOOR:
            break
        found.append(best)
        left[max(0, best - MARGIN // 2) : best + MARGIN // 2 + 1] = FLOOR
    return np.array(found, np.int64)


def _runs(n: int, centres: NDArray[np.int64], margin: int) -> list[NDArray[np.int64]]:
    keep = np.zeros(n, bool)
    for centre in centres:
        keep[max(0, centre - margin) : centre + margin + 1] = True
    at = np.flatnonzero(keep)
    return np.split(at, np.flatnonzero(np.diff(at) > 1) + 1)
