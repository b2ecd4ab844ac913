"""Vocabulary: what a linear model over hashed n-grams says of a phrase, its neighbours, and the page around it.

Evidence of several phrases adds up as sum / sqrt(count), the same scale for a word, a line and a dump of sixty phrases. A brand or a
keyword inside an honest clause is diluted by what stands around it: the peaks say how bad the worst few letters of a phrase are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.features.scene import LOGARITHMS, Floats, Scene, log_of_count, shifted
from detector.native import kernels

NAMES = (
    "logit", "logit_sentence", "logit_line", "logit_group", "logit_2", "logit_6", "logit_16", "logit_mean_6", "logit_previous", "logit_next",
    "logit_best_6", "logit_worst_2", "logit_over_rest", "evidence", "suspects_6", "suspects_16",
    "peak_short", "peak_long", "peak_over_own", "peak_line", "peak_previous", "peak_next",
    "peak_sentence", "logit_rest_of_line", "logit_sentence_over_line",
)  # fmt: skip

SHORT: Final = 6  # characters of a peak: a word
LONG: Final = 16  # a keyword phrase


@dataclass(frozen=True)
class Evidence:
    """What the vocabulary says of each phrase: total, count: sum of weights and number of n-grams; short, long: the highest
    sum / sqrt(count) of n-grams that begin within SHORT and LONG characters. Shape (phrases,) each."""

    total: Floats
    count: Floats
    short: Floats
    long: Floats


def evidence(scene: Scene, weights: NDArray[np.float32]) -> Evidence:
    """Sum up a page's n-grams. weights: shape (ngrams.SIZE,)."""
    if kernels is None:
        return _evidence(scene, weights)
    text, phrases = scene.text, scene.phrases
    out = np.empty((4, len(scene)), np.float32)
    kernels.evidence((text.code, text.kind, phrases.first, phrases.last), np.ascontiguousarray(weights, np.float32), out)
    return Evidence(*out)


def _evidence(scene: Scene, weights: NDArray[np.float32]) -> Evidence:
    grams, n = scene.ngrams, len(scene)
    spoken = weights[grams.bucket]
    total = np.bincount(grams.phrase, weights=spoken, minlength=n).astype(np.float32)
    size = len(scene.text.code)
    sums, counts = np.zeros(size + 1), np.zeros(size + 1)
    np.cumsum(np.bincount(grams.at, weights=spoken, minlength=size), out=sums[1:])
    np.cumsum(np.bincount(grams.at, minlength=size), out=counts[1:])
    past = np.repeat(scene.phrases.last + 1, scene.phrases.last - scene.phrases.first + 1)
    start = scene.characters

    def peak(width: int) -> Floats:
        if not n:
            return np.zeros(0, np.float32)
        end = np.minimum(start + width, past)
        found = (sums[end] - sums[start]) / np.sqrt(np.maximum(counts[end] - counts[start], 1))
        lengths = scene.phrases.last - scene.phrases.first + 1
        return np.maximum.reduceat(found, np.cumsum(lengths) - lengths).astype(np.float32)

    return Evidence(total, grams.count.astype(np.float32), peak(SHORT), peak(LONG))


def columns(scene: Scene, found: Evidence, bias: float) -> list[Floats]:
    """Figures named in NAMES, each of shape (phrases,), from what `evidence` gives."""
    phrases, n = scene.phrases, len(scene)
    total, count = found.total, found.count

    def logit(t: Floats, m: Floats) -> Floats:
        return (t / np.sqrt(np.maximum(m, 1)) + bias).astype(np.float32)

    own = logit(total, count)
    both = np.stack([total, count])
    around = [scene.window(both, w) for w in (2, 6, 16)]
    line, sentence, group = (scene.level(both, number) for number in (phrases.line, phrases.sentence, phrases.group))
    of_sentence, of_line, of_group, of_2, of_6, of_16, rest_of_line = logit(*np.stack([sentence, line, group, *around, line - sentence], 1))
    rest_total, rest_count = both.sum(1)[:, None] - around[2]
    rest = np.where(rest_count > 0, rest_total / np.maximum(rest_count, 1), 0)  # a mean per n-gram: the page's own topic
    mean_6 = around[1][0] / np.maximum(around[1][1], 1)
    suspect = (own > 0).astype(np.float32)
    short, long = found.short + bias, found.long + bias
    return [
        own, of_sentence, of_line, of_group, of_2, of_6, of_16, mean_6,
        shifted(own, 1, own[0]) if n else own, shifted(own, -1, own[-1]) if n else own,
        scene.extreme(own, 6, np.maximum), scene.extreme(own, 2, np.minimum), mean_6 - rest, log_of_count(count),
        scene.window(suspect, 6) / scene.members(6), scene.window(suspect, 16) / scene.members(16),
        short, long, short - own, scene.level_best(found.long, phrases.line) + bias,
        shifted(long, 1, long[0]) if n else long, shifted(long, -1, long[-1]) if n else long,
        scene.level_best(found.long, phrases.sentence) + bias, rest_of_line, of_sentence - rest_of_line,
    ]  # fmt: skip


def fill(scene: Scene, found: Evidence, bias: float, figures: Floats, column: int) -> None:
    """Put `columns` side by side into figures, from a column on: by the kernel, of a page that has phrases."""
    assert kernels is not None
    numbers = scene.phrases.line, scene.phrases.sentence, scene.phrases.group
    told = np.array([found.total, found.count, found.short, found.long], np.float32)
    kernels.vocabulary(told, bias, numbers, LOGARITHMS, figures, column, len(NAMES))
