"""Foreignness: how little a phrase belongs to the page it stands in.

Scripts and Chinese variants against those of the rest; whether the phrase's terms occur elsewhere in the page, in its title, or just
around it; and how usual its terms are on the clean web, so that a rare term shared with the page says much and "the" nothing.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.features.ngrams import Terms
from detector.features.scene import LOGARITHMS, Floats, Scene
from detector.native import kernels
from detector.page.markup import TITLE
from detector.segmentation import characters as c

NAMES = (
    "script_familiar", "script_familiar_16", "simplified_on_traditional", "traditional_on_simplified",
    "terms_far", "terms_very_far", "rare_terms_far", "terms_far_6", "rare_terms_far_6", "rare_terms_far_line", "terms_near", "rare_terms_near", "terms_title",
    "usual", "unseen", "very_usual", "usual_6", "unseen_6", "very_usual_6", "very_usual_line", "very_usual_16", "repeated_phrase", "rare_terms_near_6",
    "rare_terms_far_sentence", "rare_terms_near_sentence", "unseen_sentence", "usual_sentence", "unseen_line",
)  # fmt: skip

FAR: Final = 400  # characters
VERY_FAR: Final = 2500
NEAR: Final = 200


def columns(scene: Scene, usual: NDArray[np.uint8]) -> list[Floats]:
    """Figures named in NAMES, each of shape (phrases,).

    usual: how usual each hashed n-gram is on the clean web, 0 (never seen) to 255 (on every site), shape (ngrams.SIZE,).
    """
    kinds = scene.kinds
    scripts = kinds[: c.SPACE].copy()
    scripts[c.DIGIT] = 0
    variants = np.stack([scene.flagged(c.SIMPLIFIED), scene.flagged(c.TRADITIONAL)])
    around = scene.window(np.concatenate([scripts, variants]), 16)
    n_windows = around[: c.SPACE]
    rest = np.maximum(np.ascontiguousarray(scripts.T).sum(0)[:, None] - n_windows, 0)
    shares = (rest + 1e-3) / (rest.sum(0) + 9e-3)
    familiar = _sum_of_nine(scripts * shares) / np.maximum(scripts.sum(0), 1)
    familiar_16 = _sum_of_nine(n_windows * shares) / np.maximum(n_windows.sum(0), 1)
    rest_simplified, rest_traditional = variants.sum(1)[:, None] - around[c.SPACE :]
    rest_variant = rest_simplified + rest_traditional + 2
    han = np.maximum(kinds[c.HAN], 1)
    return [
        familiar, familiar_16, variants[0] / han * (rest_traditional / rest_variant), variants[1] / han * (rest_simplified / rest_variant),
        *_columns_of_terms(scene, usual),
    ]  # fmt: skip


def fill(scene: Scene, usual: NDArray[np.uint8], figures: Floats, column: int) -> None:
    """Put `columns` side by side into figures, from a column on: by the kernel, of a page that has phrases."""
    assert kernels is not None
    numbers = scene.phrases.line, scene.phrases.sentence
    kernels.foreignness(scene.tally, elsewhere(scene, usual), _repeated(scene), numbers, LOGARITHMS, figures, column, len(NAMES))


def _sum_of_nine(rows: Floats) -> Floats:
    """Sum of nine rows. The order of the additions is part of the features: rounding differs in another."""
    a, b, c, d, e, f, g, h, last = rows
    total: Floats = ((a + b) + (c + d)) + ((e + f) + (g + h)) + last
    return total


def _columns_of_terms(scene: Scene, usual_terms: NDArray[np.uint8]) -> list[Floats]:
    phrases = scene.phrases
    sums = elsewhere(scene, usual_terms)
    count, weight, far, rare_far, near, rare_near, usual, unseen, very, very_far, in_title = sums
    whole = np.maximum(sums[:2], _LEAST)  # what the others are shares of
    of_count, of_rare = whole
    within = scene.window(np.stack([count, weight, far, rare_far, usual, unseen, very, rare_near]), 6)
    count_6, weight_6 = np.maximum(within[:2], _LEAST)
    count_16, very_16 = scene.window(np.stack([count, very]), 16)
    line_count, line_weight, *line = scene.level(np.stack([count, weight, rare_far, very, unseen]), phrases.line)
    sentence_count, sentence_weight, *sentence = scene.level(
        np.stack([count, weight, rare_far, rare_near, unseen, usual]), phrases.sentence
    )
    line_count, line_weight = np.maximum(line_count, _LEAST), np.maximum(line_weight, _LEAST)
    sentence_count, sentence_weight = np.maximum(sentence_count, _LEAST), np.maximum(sentence_weight, _LEAST)
    return [
        far / of_count, very_far / of_count, rare_far / of_rare, within[2] / count_6, within[3] / weight_6,
        line[0] / line_weight, near / of_count, rare_near / of_rare, in_title / of_count,
        usual / of_count, unseen / of_count, very / of_count, *(within[4:7] / count_6),
        line[1] / line_count, very_16 / np.maximum(count_16, _LEAST),
        _repeated(scene), within[7] / weight_6,
        sentence[0] / sentence_weight, sentence[1] / sentence_weight, sentence[2] / sentence_count,
        sentence[3] / sentence_count, line[2] / line_count,
    ]  # fmt: skip


_LEAST: Final = np.float32(0.02)  # of a term's weight, and of what shares are taken of
_FIGURES: Final = 11


def elsewhere(scene: Scene, usual: NDArray[np.uint8]) -> Floats:
    """Sums over the terms of each phrase, rows of shape (phrases,): how many there are and what they weigh by rarity; how many stand also far away,
    and their weight; also near by in another phrase, and their weight; how usual they are; how many were never seen, are very usual, stand also
    very far away, and stand also in a title."""
    in_title = scene.by_chunk(scene.page.role) == TITLE
    if kernels is None:
        return _elsewhere(scene.terms, usual, in_title)
    terms = scene.terms
    out = np.zeros((_FIGURES, len(scene)))
    kernels.elsewhere((terms.bucket, terms.number, terms.phrase, terms.at), np.ascontiguousarray(usual, np.uint8), in_title, out)
    return out.astype(np.float32)


def _elsewhere(terms: Terms, usual: NDArray[np.uint8], in_title: NDArray[np.bool_]) -> Floats:
    size = len(terms.at)
    if not size:
        return np.zeros((_FIGURES, len(in_title)), np.float32)
    share = usual[terms.bucket].astype(np.float32) / 255
    rare = np.maximum(1 - share * 1.6, _LEAST)  # a term on most sites weighs next to nothing
    order = np.argsort(terms.number, kind="stable")
    number, at, owner = terms.number[order], terms.at[order], terms.phrase[order]
    # occurrences of one term are in page order only within unspaced and spaced terms, which never share a number by more than chance
    again = np.zeros(size + 1, bool)
    again[1:-1] = number[1:] == number[:-1]
    heads, tails = np.flatnonzero(~again[:-1]), np.flatnonzero(~again[1:])
    sizes = tails - heads + 1
    distance = np.maximum(at - np.repeat(at[heads], sizes), np.repeat(at[tails], sizes) - at)
    close = np.zeros(size + 1, bool)
    close[1:-1] = again[1:-1] & (owner[1:] != owner[:-1]) & (at[1:] - at[:-1] < NEAR)
    titles = in_title[owner]
    told = np.repeat(np.add.reduceat(titles.astype(np.int64), heads), sizes) - titles > 0
    back = np.empty(size, np.int64)
    back[order] = np.arange(size)
    far, very_far, near, in_a_title = (x[back] for x in (distance > FAR, distance > VERY_FAR, close[:-1] | close[1:], told))
    figures = (np.ones(size), rare, far, far * rare, near, near * rare, share, share == 0, share > 0.55, very_far, in_a_title)
    sums = [np.bincount(terms.phrase, weights=figure, minlength=len(in_title)) for figure in figures]
    return np.stack(sums).astype(np.float32)


def _repeated(scene: Scene) -> Floats:
    """log of how often the whole phrase stands in the page (the same menu twice, the same anchor forty times)."""
    _, inverse, counts = np.unique(scene.terms.signature * 131 + scene.lengths, return_inverse=True, return_counts=True)
    repeated: Floats = np.log(counts).astype(np.float32)[inverse]
    return repeated
