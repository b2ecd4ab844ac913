"""Vocabulary: what a linear model over hashed n-grams says of a phrase, its neighbours, and the page around it.

Evidence of several phrases adds up as sum / sqrt(count), the same scale for a word, a line and a dump of sixty phrases.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detector.features.scene import Floats, Scene

NAMES = (
    "logit", "logit_sentence", "logit_line", "logit_group", "logit_2", "logit_6", "logit_16", "logit_mean_6", "logit_previous", "logit_next",
    "logit_best_6", "logit_worst_2", "logit_over_rest", "logit_rest", "logit_page_best", "evidence", "suspects_6", "suspects_16", "suspects_page",
)  # fmt: skip


def logits(scene: Scene, weights: NDArray[np.float32]) -> tuple[Floats, Floats]:
    """(sum of weights, number of n-grams) of each phrase. weights: shape (ngrams.SIZE,)."""
    grams = scene.ngrams
    total = np.bincount(grams.phrase, weights=weights[grams.bucket], minlength=len(scene)).astype(np.float32)
    return total, grams.count.astype(np.float32)


def columns(scene: Scene, total: Floats, count: Floats, bias: float) -> list[Floats]:
    """Figures named in NAMES, each of shape (phrases,), from the sums that `logits` gives."""
    phrases, n = scene.phrases, len(scene)

    def logit(t: Floats, m: Floats) -> Floats:
        return (t / np.sqrt(np.maximum(m, 1)) + bias).astype(np.float32)

    own = logit(total, count)
    windows = {w: (scene.window(total, w), scene.window(count, w)) for w in (2, 6, 16)}
    rest_total, rest_count = total.sum() - windows[16][0], count.sum() - windows[16][1]
    rest = np.where(rest_count > 0, rest_total / np.maximum(rest_count, 1), 0)  # a mean per n-gram: the page's own topic
    mean_6 = windows[6][0] / np.maximum(windows[6][1], 1)
    suspect = (own > 0).astype(np.float32)
    one = np.ones(n, np.float32)
    best, worst = own.copy(), own.copy()
    for step in range(1, 7):
        best[step:] = np.maximum(best[step:], own[:-step])
        best[:-step] = np.maximum(best[:-step], own[step:])
        if step <= 2:
            worst[step:] = np.minimum(worst[step:], own[:-step])
            worst[:-step] = np.minimum(worst[:-step], own[step:])
    members = {w: scene.window(one, w) for w in (6, 16)}
    return [
        own, logit(scene.level(total, phrases.sentence), scene.level(count, phrases.sentence)),
        logit(scene.level(total, phrases.line), scene.level(count, phrases.line)), logit(scene.level(total, phrases.group), scene.level(count, phrases.group)),
        logit(*windows[2]), logit(*windows[6]), logit(*windows[16]), mean_6.astype(np.float32),
        np.r_[own[:1], own[:-1]], np.r_[own[1:], own[-1:]], best, worst, (mean_6 - rest).astype(np.float32), rest.astype(np.float32),
        np.full(n, own.max() if n else 0, np.float32), np.log1p(count), scene.window(suspect, 6) / members[6], scene.window(suspect, 16) / members[16],
        np.full(n, suspect.mean() if n else 0, np.float32),
    ]  # fmt: skip
