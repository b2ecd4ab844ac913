"""Spans → findings: what stands there, where, of which category, how hidden, and why it was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.classifier.localise import Span
from detector.classifier.model import Model
from detector.classifier.score import Scores
from detector.features import registry
from detector.features.scene import Scene
from detector.page.decoding import Decoded
from detector.report.audited import shown_text
from detector.report.reasons import explain
from detector.report.report import Finding, Location

CATEGORY_BITS: Final = 15
_MOST_REASONS: Final = 4


def category_row(bucket: NDArray[np.int32]) -> NDArray[np.float32]:
    """Hashed n-grams of a span, folded to what the category model reads: shape (2^CATEGORY_BITS,), of length one."""
    row = np.bincount(bucket & ((1 << CATEGORY_BITS) - 1), minlength=1 << CATEGORY_BITS).astype(np.float32)
    return row / max(float(np.sqrt((row * row).sum())), 1e-6)


def build_findings(model: Model, scene: Scene, scores: Scores, spans: Sequence[Span], decoded: Decoded | None) -> tuple[Finding, ...]:
    """One finding a span, in page order."""
    places = _Places(scene)
    return tuple(_finding(model, scene, scores, span, decoded, places) for span in spans)


def _finding(model: Model, scene: Scene, scores: Scores, span: Span, decoded: Decoded | None, places: _Places) -> Finding:
    text, phrases, page = scene.text, scene.phrases, scene.page
    start, end = int(text.start[phrases.first[span.first]]), int(text.end[phrases.last[span.last]])
    chunks = phrases.chunk[span.first : span.last + 1]
    category, certainty = _category(model, scene.buckets(span.first, span.last))
    worst = span.first + int(np.argmax(scores.phrase[span.first : span.last + 1]))
    contributions = model.phrase.contributions(scores.features[worst])
    state = Counter(page.how_hidden(chunk) for chunk in chunks.tolist()).most_common(1)[0][0]
    return Finding(
        start=start,
        end=end,
        byte_start=decoded.byte_offset(start) if decoded is not None else None,
        byte_end=decoded.byte_offset(end) if decoded is not None else None,
        text=shown_text(scene, span.first, span.last),
        probability=float(1 / (1 + np.exp(-span.logit))),
        category=category,
        category_probability=certainty,
        visibility=state,
        location=places.location(start, int(chunks[0])),
        reasons=explain(
            dict(zip(registry.NAMES, contributions.tolist(), strict=True)),
            dict(zip(registry.NAMES, scores.features[worst].tolist(), strict=True)),
            _MOST_REASONS,
        ),
    )


def _category(model: Model, bucket: NDArray[np.int32]) -> tuple[str, float]:
    logits = model.category_weights @ category_row(bucket) + model.category_bias
    shares = np.exp(logits - logits.max())
    shares /= shares.sum()
    best = int(np.argmax(shares))
    return model.categories[best], float(shares[best])


class _Places:
    """Lines and columns of places that rise: what lies before one that was asked for is not counted again."""

    def __init__(self, scene: Scene) -> None:
        self._page = scene.page
        self._at = 0
        self._line = 1
        self._line_start = 0

    def location(self, start: int, chunk: int) -> Location:
        source = self._page.source
        if start < self._at:
            self._at, self._line, self._line_start = 0, 1, 0
        self._line += source.count("\n", self._at, start)
        self._line_start = source.rfind("\n", self._at, start) + 1 or self._line_start
        self._at = start
        return Location(self._line, start - self._line_start + 1, self._page.path(chunk))
