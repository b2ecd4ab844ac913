"""Whether pages have changed so that a model may no longer fit them: distributions of scores and features of two sets of pages.

A figure has drifted where both its population stability index says "large" (PSI, Siddiqi 2006: 0.1 is noticeable, 0.25 large) and the
Kolmogorov-Smirnov test says "not by chance"; figures are of whole pages, since phrases of one page are no independent witnesses.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from detector.classifier.model import Model
from detector.classifier.score import score
from detector.features import registry
from detector.features.scene import read_scene
from detector.page.decoding import decode
from detector.page.page import read_page
from detector.sources import Document

NOTICEABLE: Final = 0.1
LARGE: Final = 0.25
CHANCE: Final = 0.01  # that anything is said of two sets alike, over all figures together
LEAST_PAGES: Final = 20
MANY: Final = 0.1  # share of the features that must have drifted for the verdict, where the score has not
_BINS: Final = 10
SCORE: Final = "page log-odds"
State = Literal["stable", "moved", "drifted"]


@dataclass(frozen=True, slots=True)
class Change:
    """One figure of two sets of pages. psi: what is expected by chance taken off; ks: greatest distance of the cumulative distributions;
    p: that chance makes it as great."""

    name: str
    psi: float
    ks: float
    p: float
    old_median: float
    new_median: float
    state: State

    def to_dict(self) -> dict[str, Any]:
        """JSON values."""
        rounded = {name: float(f"{getattr(self, name):.4g}") for name in ("psi", "ks", "p", "old_median", "new_median")}
        return {"name": self.name, "state": self.state, **rounded}


def page_figures(model: Model, documents: Iterable[Document]) -> NDArray[np.float64]:
    """The log-odds of each page and the means of its phrases' features: shape (pages with text, 1 + features)."""
    rows = []
    for document in documents:
        source = decode(document.content, document.content_type).text
        scene = read_scene(read_page(source, document.content_type, document.url))
        if len(scene):
            scores = score(model, scene)
            rows.append(np.r_[scores.page, scores.features.mean(0, dtype=np.float64)])
    return np.array(rows) if rows else np.zeros((0, 1 + len(registry.NAMES)))


def changes(old: NDArray[np.float64], new: NDArray[np.float64]) -> list[Change]:
    """One row a figure, the score first and then the features, those that changed most first. old, new: of `page_figures`."""
    names = (SCORE, *registry.NAMES)
    found = [_change(name, old[:, i], new[:, i], len(names)) for i, name in enumerate(names)]
    return [found[0], *sorted(found[1:], key=lambda c: -c.psi)]


def verdict(found: Sequence[Change]) -> State:
    """drifted: the score has, or many of the features; moved: anything has changed at all."""
    features = found[1:]
    if found[0].state == "drifted" or sum(c.state == "drifted" for c in features) > MANY * len(features):
        return "drifted"
    return "stable" if all(c.state == "stable" for c in found) else "moved"


def _change(name: str, old: NDArray[np.float64], new: NDArray[np.float64], figures: int) -> Change:
    psi, (ks, p) = stability_index(old, new), kolmogorov_smirnov(old, new)
    state: State = "stable"
    if p < CHANCE / figures and psi >= NOTICEABLE:
        state = "drifted" if psi >= LARGE else "moved"
    return Change(name, psi, ks, p, float(np.median(old)), float(np.median(new)), state)


def stability_index(old: NDArray[np.float64], new: NDArray[np.float64]) -> float:
    """PSI over tenths of `old`, less what chance alone would give sets of these sizes; not below 0."""
    edges = np.unique(np.quantile(old, np.linspace(0, 1, _BINS + 1)[1:-1]))
    was, now = (np.bincount(np.searchsorted(edges, x, side="left"), minlength=len(edges) + 1) for x in (old, new))
    shares = [(counts + 0.5) / (len(x) + 0.5 * len(counts)) for counts, x in ((was, old), (now, new))]
    psi = float(((shares[1] - shares[0]) * np.log(shares[1] / shares[0])).sum())
    return max(psi - len(edges) * (1 / len(old) + 1 / len(new)), 0.0)


def kolmogorov_smirnov(old: NDArray[np.float64], new: NDArray[np.float64]) -> tuple[float, float]:
    """(statistic, p) of the two-sample test; p by the asymptotic series."""
    at = np.concatenate([old, new])
    below = [np.searchsorted(np.sort(x), at, side="right") / len(x) for x in (old, new)]
    distance = float(np.abs(below[0] - below[1]).max())
    size = np.sqrt(len(old) * len(new) / (len(old) + len(new)))
    reach = (size + 0.12 + 0.11 / size) * distance
    if reach < 0.2:  # where the series does not converge, and p is 1
        return distance, 1.0
    k = np.arange(1, 101)
    return distance, float(np.clip(2 * ((-1.0) ** (k - 1) * np.exp(-2 * k**2 * reach**2)).sum(), 0, 1))
