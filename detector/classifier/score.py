"""Score every phrase of a page, and the page: screen, first pass, second pass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.classifier.model import Model
from detector.features import neighbours, registry
from detector.features.neighbours import FLOOR
from detector.features.scene import Floats, Scene

NEAR: Final = -4.0  # first-pass log-odds from which a phrase draws its neighbours into the second pass
LONE: Final = 3.0  # log-odds by which the three in a row may lie below the worst phrase, and still lower the page's
REACH: Final = 8  # phrases to each side that are drawn in
_BLOCK: Final = 4096  # phrases that go through a forest together


@dataclass(frozen=True)
class Scores:
    """phrase: final log-odds of each phrase; page: log-odds of the page; features: (phrases, features) as the first pass saw them."""

    phrase: NDArray[np.float64]
    page: float
    features: Floats


def page_logit(phrase: NDArray[np.float64]) -> float:
    """A page is as bad as its worst place: the worst phrase, and the worst three in a row. A phrase that stands alone is taken off LONE at most."""
    if not len(phrase):
        return FLOOR
    held = np.clip(phrase, FLOOR, 9)
    worst = float(held.max())
    three = float(np.convolve(held, np.full(3, 1 / 3), "valid").max()) if len(held) >= 3 else float(held.mean())
    return worst - 0.25 * min(worst - three, LONE)


def spread_near(marked: NDArray[np.bool_], reach: int) -> NDArray[np.bool_]:
    """True within `reach` places of a True."""
    n = len(marked)
    total = np.r_[0, np.cumsum(marked)]
    at = np.arange(n)
    found: NDArray[np.bool_] = (total[np.minimum(at + reach + 1, n)] - total[np.maximum(at - reach, 0)]) > 0
    return found


def drawn_in(first: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which phrases the second pass looks at: those that the screen let through, near one that the first pass suspects."""
    return spread_near(first > NEAR, REACH) & (first > FLOOR)


def both(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """The passes' mean: the second, which knows more, is the surer of the two and not the more often right."""
    return (first + second) / 2


def score(model: Model, scene: Scene) -> Scores:
    """Run the model over a page. Linear in the page; the forests run only where the screen lets phrases through."""
    n = len(scene)
    features = registry.matrix(scene, model.usual, model.weights, model.bias)
    if not n:
        return Scores(np.zeros(0), FLOOR, features)
    first = first_pass(model, features)
    near = drawn_in(first)
    final = np.full(n, FLOOR)
    final[first > FLOOR] = np.minimum(first[first > FLOOR], NEAR)
    if near.any():
        around = neighbours.columns(scene, first)
        for some in _blocks(near):
            second = model.context.logit(np.column_stack([features[some], *(column[some] for column in around)]))
            final[some] = both(first[some], second)
    return Scores(final, page_logit(final), features)


def first_pass(model: Model, features: Floats) -> NDArray[np.float64]:
    """Log-odds of each phrase by its own features; FLOOR for those that the screen keeps out."""
    first = np.full(len(features), FLOOR)
    through = features @ model.screen_weights + model.screen_bias > 0
    for some in _blocks(through):
        first[some] = model.phrase.logit(features[some])
    return first


def _blocks(marked: NDArray[np.bool_]) -> Iterator[NDArray[np.int64]]:
    """The places that are marked, some at a time: copies of the features of a whole huge page would take as much room again."""
    places = np.flatnonzero(marked)
    for at in range(0, len(places), _BLOCK):
        yield places[at : at + _BLOCK]
