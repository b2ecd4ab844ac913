"""The vocabulary model moved as little as will do for some texts it did not know (a Gaussian prior around what it has learnt)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.training.bags import Bags, bags_of_texts, join

PRIOR: Final = 0.5  # how hard a weight holds to its place: inverse variance, against a weight of 1 of each text
HELD: Final = 20.0  # weight of all spam that is known, and of all honest text, against a weight of 1 of each text
MOST: Final = 20_000  # bags of each that are looked at


def nudged(
    weights: NDArray[np.float32], bias: float, spam: Sequence[str], clean: Sequence[str], held_spam: Bags, held_clean: Bags
) -> tuple[NDArray[np.float32], float]:
    """(weights, bias) after learning some texts: only n-grams of these texts move, and what is known already holds them where it needs
    them. weights: shape (ngrams.SIZE,)."""
    from scipy.optimize import minimize

    if not spam and not clean:
        return weights, bias
    taught = bags_of_texts([*spam, *clean])
    kept = [_some(held_spam), _some(held_clean)]
    moving = np.unique(taught.bucket)
    rows = join([taught, *kept]).matrix()
    before = rows @ weights.astype(np.float64) + bias
    columns = rows[:, moving].tocsr()
    sign = np.r_[np.ones(len(spam)), -np.ones(len(clean)), np.ones(len(kept[0])), -np.ones(len(kept[1]))]
    each = np.r_[np.ones(len(taught)), *(np.full(len(bags), HELD / max(len(bags), 1)) for bags in kept)]

    def loss(shift: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = sign * (before + columns @ shift)
        wrong = 1 / (1 + np.exp(np.clip(margin, -60, 60)))
        value = float(each @ np.logaddexp(0, -margin) + PRIOR / 2 * shift @ shift)
        return value, columns.T @ (-each * sign * wrong) + PRIOR * shift

    found = minimize(loss, np.zeros(len(moving)), jac=True, method="L-BFGS-B", options={"maxiter": 60})
    after = weights.copy()
    after[moving] += found.x.astype(np.float32)
    return after.astype(np.float16).astype(np.float32), bias


def _some(bags: Bags) -> Bags:
    return bags.take(np.unique(np.linspace(0, max(len(bags) - 1, 0), min(MOST, len(bags))).astype(np.int64)))
