"""From scores of phrases to spans: the injected stretches, exact at both ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from detector.classifier.score import Scores
from detector.features.scene import Scene

WIDEST_GAP: Final = 600  # characters of source (markup of links, mostly) between two phrases of one finding
BRIDGE: Final = 3  # phrases below the threshold that a finding may run over
HYSTERESIS: Final = 1.5  # log-odds by which a phrase that touches a finding may fall short of the threshold
LEAST_EVIDENCE: Final = 3  # characters of a finding
SEED: Final = 1.0  # log-odds above the threshold of a phrase that a finding must hold: in a page that is not clean, less will do


@dataclass(frozen=True, slots=True)
class Span:
    """Phrases first … last of one finding, and its log-odds."""

    first: int
    last: int
    logit: float


def localise(scene: Scene, scores: Scores, seed: float, grow: float) -> list[Span]:
    """Spans of a page that is not clean: runs of phrases near or above `grow` that hold one above `seed`, or SEED above `grow`,
    over gaps of at most BRIDGE phrases."""
    z = scores.phrase
    if not len(z):
        return []
    inside = z > grow - HYSTERESIS
    if not inside.any():
        inside = z == z.max()
    marked = np.flatnonzero(inside)
    phrases, text, page = scene.phrases, scene.text, scene.page
    start, end = text.start[phrases.first], text.end[phrases.last]
    role, line, group = page.role[phrases.chunk], phrases.line, phrases.group
    a, b = marked[:-1], marked[1:]
    skipped = b - a - 1
    element = page.element[phrases.chunk]
    related = (line[a] == line[b]) | (group[a] == group[b]) | (element[a] == element[b])
    joined = (role[a] == role[b]) & (start[b] - end[a] <= WIDEST_GAP) & ((skipped == 0) | ((skipped <= BRIDGE) & related))
    # what is bridged must not be an honest sentence: only phrases that the model is unsure of
    for i in np.flatnonzero(joined & (skipped > 0)).tolist():
        between = z[a[i] + 1 : b[i]]
        if between.min() < grow - HYSTERESIS - 4 and int(scene.lengths[a[i] + 1 : b[i]].sum()) > 16:
            joined[i] = False
    heads = np.flatnonzero(np.r_[True, ~joined])
    tails = np.r_[heads[1:], len(marked)] - 1
    spans = [Span(int(marked[h]), int(marked[t]), float(z[marked[h : t + 1]].max())) for h, t in zip(heads, tails, strict=True)]
    kept = [s for s in spans if s.logit >= min(seed, grow + SEED) and int(end[s.last] - start[s.first]) >= LEAST_EVIDENCE]
    if kept:
        return kept
    return [max(spans, key=lambda s: s.logit)]
