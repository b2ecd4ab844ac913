"""Further trees for a forest that is kept: fitted to what it gets wrong on some rows, and to nothing on others.

The rows to learn drive Newton steps on the logistic loss (LogitBoost; Friedman, Hastie, Tibshirani 2000). The rows held keep the log-odds
that they have, right or wrong: what a forest could not learn from all of the training data is not to be learnt from a small part of it.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.classifier.forest import Forest
from detector.training.forests import flat_forest, rising

STEPS: Final = 4  # Newton steps, each with TREES trees
TREES: Final = 10
_STEEPEST: Final = 4.0  # a row's wish is held within this, as LogitBoost does, or few rows would decide all
HOLD: Final = 0.1  # how hard a held row holds: its curvature, where that of a row to learn is 0.25 at most


def further_trees(
    features: NDArray[np.float32],
    label: NDArray[np.bool_],
    weight: NDArray[np.float64],
    before: NDArray[np.float64],
    held: NDArray[np.bool_],
) -> Forest:
    """A forest to be added to one that gives `before`, log-odds of shape (rows,). It never lowers a score for the suspicion of words.

    held: rows whose log-odds are to stay; of the others, those of `label` are to rise, the rest to fall.
    """
    from sklearn.ensemble import HistGradientBoostingRegressor

    found: Forest | None = None
    z = before
    for step in range(STEPS):
        p = 1 / (1 + np.exp(-np.clip(z, -30, 30)))
        curvature = np.where(held, HOLD, np.maximum(p * (1 - p), 1e-4))
        wish = np.clip(np.where(held, before - z, (label - p) / curvature), -_STEEPEST, _STEEPEST)
        fitted = HistGradientBoostingRegressor(
            max_iter=TREES,
            learning_rate=0.15,
            max_leaf_nodes=12,
            max_depth=5,
            min_samples_leaf=6,
            l2_regularization=0.5,
            max_features=0.5,
            monotonic_cst=rising(features.shape[1]),
            random_state=step,
            early_stopping=False,
        ).fit(features, wish, sample_weight=weight * curvature)
        more = flat_forest(fitted)
        found = more if found is None else joined(found, more)
        z = z + more.logit(features)
    assert found is not None
    return found


def joined(forest: Forest, more: Forest) -> Forest:
    """The forest whose log-odds are the sum of both."""
    n = len(forest.feature)
    return Forest(
        root=np.concatenate([forest.root, more.root + n]).astype(np.int32),
        feature=np.concatenate([forest.feature, more.feature]),
        threshold=np.concatenate([forest.threshold, more.threshold]),
        left=np.concatenate([forest.left, more.left + n]).astype(np.int32),
        right=np.concatenate([forest.right, more.right + n]).astype(np.int32),
        value=np.concatenate([forest.value, more.value]),
        base=forest.base + more.base,
        depth=max(forest.depth, more.depth),
    )
