"""Which pages are most worth a label: those that the model is unsure of, and no two alike (uncertainty sampling with diversity)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from detector.classifier.model import Model
from detector.classifier.score import score
from detector.features.scene import Scene, read_scene
from detector.page.decoding import decode
from detector.page.page import read_page
from detector.report.audited import shown_text
from detector.report.report import Verdict
from detector.sources import Document

BAND: Final = (1e-2, 1e-3)  # false-alarm rates between whose thresholds a page is suspicious
_FADES: Final = 1.5  # log-odds outside that band over which uncertainty falls to a third
_WORST: Final = 3  # phrases by which pages are compared
_WORDS: Final = 512  # buckets of their n-grams
_LONGEST: Final = 200  # characters shown


@dataclass(frozen=True, slots=True)
class Candidate:
    """A page. logit: its log-odds; uncertainty: 1 where the verdict could go either way, towards 0 far from there; text: its worst phrase
    and line; form, words: unit vectors of its worst phrases by which pages are compared."""

    name: str
    verdict: Verdict
    score: float
    logit: float
    uncertainty: float
    text: str
    form: NDArray[np.float32]
    words: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A page to label. worth: uncertainty × novelty, both 0..1; novelty: how little it is like what was suggested before it."""

    page: Candidate
    worth: float
    novelty: float

    def to_dict(self) -> dict[str, Any]:
        """JSON values."""
        page = self.page
        return {
            "name": page.name,
            "worth": round(self.worth, 4),
            "uncertainty": round(page.uncertainty, 4),
            "novelty": round(self.novelty, 4),
            "verdict": page.verdict,
            "score": round(page.score, 6),
            "text": page.text,
        }


def candidates(model: Model, documents: Iterable[Document]) -> Iterator[Candidate]:
    """A candidate for each page that has text."""
    low, high = (model.threshold(rate) for rate in BAND)
    for document in documents:
        source = decode(document.content, document.content_type).text
        scene = read_scene(read_page(source, document.content_type, document.url))
        if not len(scene):
            continue
        scores = score(model, scene)
        worst = np.sort(np.argsort(-scores.phrase, kind="stable")[:_WORST])
        outside = max(low - scores.page, scores.page - high, 0.0)
        at = int(scores.phrase.argmax())
        yield Candidate(
            name=document.name,
            verdict="injected" if scores.page > high else "suspicious" if scores.page > low else "clean",
            score=model.page_probability(scores.page),
            logit=scores.page,
            uncertainty=float(np.exp(-outside / _FADES)),
            text=_line_around(scene, at),
            form=scores.features[worst].mean(0),
            words=_words(scene, worst),
        )


def _line_around(scene: Scene, at: int) -> str:
    mine = np.flatnonzero(scene.phrases.line == scene.phrases.line[at])
    near = mine[np.abs(mine - at) <= 4]
    return shown_text(scene, int(near[0]), int(near[-1]))[:_LONGEST]


def _words(scene: Scene, phrases: NDArray[np.int64]) -> NDArray[np.float32]:
    chosen = scene.ngrams.bucket[np.isin(scene.ngrams.phrase, phrases)] % _WORDS
    counts = np.sqrt(np.bincount(chosen, minlength=_WORDS)).astype(np.float32)
    unit: NDArray[np.float32] = counts / max(float(np.linalg.norm(counts)), 1e-6)
    return unit


def suggest(pool: Sequence[Candidate], count: int) -> list[Suggestion]:
    """The `count` pages most worth a label, best first: each time the page whose uncertainty × novelty is greatest."""
    if not pool:
        return []
    form = np.stack([c.form for c in pool])
    form = (form - form.mean(0)) / (form.std(0) + 1e-6)
    form /= np.maximum(np.linalg.norm(form, axis=1, keepdims=True), 1e-6)
    words = np.stack([c.words for c in pool])
    uncertainty = np.array([c.uncertainty for c in pool])
    novelty = np.ones(len(pool))
    left = np.ones(len(pool), bool)
    found: list[Suggestion] = []
    while left.any() and len(found) < count:
        worth = np.where(left, uncertainty * novelty, -1.0)
        best = int(worth.argmax())
        found.append(Suggestion(pool[best], float(worth[best]), float(novelty[best])))
        left[best] = False
        alike = 0.5 * np.clip(form @ form[best], 0, 1) + 0.5 * np.clip(words @ words[best], 0, 1)
        novelty = np.minimum(novelty, 1 - alike)
    return found
