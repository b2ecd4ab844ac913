"""Foreignness: how little a phrase belongs to the page it stands in.

Scripts and Chinese variants against those of the rest; whether the phrase's terms occur elsewhere in the page, in its title, or just
around it; and how usual its terms are on the clean web, so that a rare term shared with the page says much and "the" nothing.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.features.scene import Floats, Ints, Scene
from detector.page.markup import TITLE
from detector.segmentation import characters as c

NAMES = (
    "script_familiar", "script_familiar_16", "simplified_on_traditional", "traditional_on_simplified", "page_han", "page_latin",
    "terms_far", "terms_very_far", "rare_terms_far", "terms_far_6", "rare_terms_far_6", "rare_terms_far_line", "terms_near", "rare_terms_near", "terms_title",
    "usual", "unseen", "very_usual", "usual_6", "unseen_6", "very_usual_6", "very_usual_line", "very_usual_16", "page_usual", "repeated_phrase", "rare_terms_near_6",
    "rare_terms_far_sentence", "rare_terms_near_sentence", "unseen_sentence", "usual_sentence", "unseen_line",
)  # fmt: skip

FAR: Final = 400  # characters
VERY_FAR: Final = 2500
NEAR: Final = 200


def columns(scene: Scene, usual: NDArray[np.uint8]) -> list[Floats]:
    """Figures named in NAMES, each of shape (phrases,).

    usual: how usual each hashed n-gram is on the clean web, 0 (never seen) to 255 (on every site), shape (ngrams.SIZE,).
    """
    n = len(scene)
    kinds, text = scene.kinds, scene.text
    scripts = kinds[:, : c.SPACE].copy()
    scripts[:, c.DIGIT] = 0
    per_phrase = np.maximum(scripts.sum(1), 1)
    reach = 16
    n_windows = np.stack([scene.window(scripts[:, k], reach) for k in range(c.SPACE)], 1) if n else scripts
    rest = np.maximum(scripts.sum(0)[None, :] - n_windows, 0)
    rest_total = rest.sum(1)
    shares = (rest + 1e-3) / (rest_total + 9e-3)[:, None]
    familiar = (scripts * shares).sum(1) / per_phrase
    familiar_16 = (n_windows * shares).sum(1) / np.maximum(n_windows.sum(1), 1)
    simplified = scene.count((text.flags & c.SIMPLIFIED) > 0)
    traditional = scene.count((text.flags & c.TRADITIONAL) > 0)
    rest_simplified = simplified.sum() - scene.window(simplified, reach)
    rest_traditional = traditional.sum() - scene.window(traditional, reach)
    rest_variant = rest_simplified + rest_traditional + 2
    han = np.maximum(kinds[:, c.HAN], 1)
    all_letters = max(float(scripts.sum()), 1.0)

    terms = _Terms(scene, usual)
    one = np.ones(n, np.float32)
    return [
        familiar, familiar_16, simplified / han * (rest_traditional / rest_variant), traditional / han * (rest_simplified / rest_variant),
        one * float(kinds[:, c.HAN].sum() / all_letters), one * float(kinds[:, c.LATIN].sum() / all_letters),
        *terms.columns(),
    ]  # fmt: skip


class _Terms:
    """Where else each term of the page occurs."""

    def __init__(self, scene: Scene, usual: NDArray[np.uint8]) -> None:
        self.scene = scene
        grams = scene.ngrams
        self.owner = grams.term_phrase
        self.usual = usual[grams.term_bucket].astype(np.float32) / 255
        order = np.argsort(grams.term, kind="stable")
        term, at, owner = grams.term[order], grams.term_at[order], grams.term_phrase[order]
        # occurrences of one term are in page order only within unspaced and spaced terms, which never share a number by more than chance
        heads = np.flatnonzero(np.r_[True, term[1:] != term[:-1]]) if len(term) else np.zeros(0, np.int64)
        sizes = np.diff(np.r_[heads, len(term)])
        first = np.repeat(at[heads], sizes) if len(term) else at
        last = np.repeat(at[np.r_[heads[1:], len(term)] - 1], sizes) if len(term) else at
        distance = np.maximum(at - first, last - at)
        far = distance > FAR
        very_far = distance > VERY_FAR
        same = np.r_[False, (term[1:] == term[:-1]) & (owner[1:] != owner[:-1]) & (at[1:] - at[:-1] < NEAR)] if len(term) else far
        near = same | np.r_[same[1:], False] if len(term) else far
        in_title = np.zeros(0, bool)
        title_phrases = scene.by_chunk(scene.page.role)[owner] == TITLE if len(term) else far
        if len(term):
            titles = np.add.reduceat(title_phrases.astype(np.int64), heads)
            in_title = (np.repeat(titles, sizes) - title_phrases) > 0
        back = np.empty(len(order), np.int64)
        back[order] = np.arange(len(order))
        self.far, self.very_far, self.near, self.in_title = (x[back] if len(order) else x for x in (far, very_far, near, in_title))

    def _sum(self, values: NDArray[np.generic]) -> Floats:
        return np.bincount(self.owner, weights=values, minlength=len(self.scene)).astype(np.float32)

    def columns(self) -> list[Floats]:
        scene = self.scene
        phrases = scene.phrases
        rare = np.maximum(1 - self.usual * 1.6, 0.02)  # a term on most sites weighs next to nothing
        count = self._sum(np.ones(len(self.owner)))
        weight = self._sum(rare)
        far, rare_far = self._sum(self.far), self._sum(self.far * rare)
        near, rare_near = self._sum(self.near), self._sum(self.near * rare)
        usual, unseen, very = self._sum(self.usual), self._sum(self.usual == 0), self._sum(self.usual > 0.55)

        def per(values: Floats, total: Floats) -> Floats:
            return np.divide(values, np.maximum(total, 0.02), dtype=np.float32)

        def around(values: Floats, total: Floats, reach: int) -> Floats:
            return per(scene.window(values, reach), scene.window(total, reach))

        def along(values: Floats, total: Floats, number: Ints) -> Floats:
            return per(scene.level(values, number), scene.level(total, number))

        return [
            per(far, count), per(self._sum(self.very_far), count), per(rare_far, weight), around(far, count, 6), around(rare_far, weight, 6),
            along(rare_far, weight, phrases.line), per(near, count), per(rare_near, weight), per(self._sum(self.in_title), count),
            per(usual, count), per(unseen, count), per(very, count), around(usual, count, 6), around(unseen, count, 6), around(very, count, 6),
            along(very, count, phrases.line), around(very, count, 16), np.full(len(scene), float(usual.sum() / max(count.sum(), 1)), np.float32),
            self._repeated(), around(rare_near, weight, 6),
            along(rare_far, weight, phrases.sentence), along(rare_near, weight, phrases.sentence), along(unseen, count, phrases.sentence),
            along(usual, count, phrases.sentence), along(unseen, count, phrases.line),
        ]  # fmt: skip

    def _repeated(self) -> Floats:
        """log of how often the whole phrase stands in the page (the same menu twice, the same anchor forty times)."""
        scene = self.scene
        if not len(scene):
            return np.zeros(0, np.float32)
        signature = np.bincount(scene.ngrams.phrase, weights=scene.ngrams.bucket % 8191 + 1.0, minlength=len(scene)) * 131 + scene.lengths
        _, inverse, counts = np.unique(signature, return_inverse=True, return_counts=True)
        repeated: Floats = np.log(counts[inverse]).astype(np.float32)
        return repeated
