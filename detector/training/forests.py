"""The screen and the two forests: fitted by scikit-learn on training rows, kept as flat arrays, run as in serving."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from detector.classifier.forest import Forest
from detector.classifier.score import NEAR, both, drawn_in
from detector.features import neighbours, registry
from detector.features.neighbours import FLOOR
from detector.training.rows import TrainingRows

SCREENED_OUT: Final = 0.002  # share of spam phrases that the screen may lose
TREES: Final = 120
LEAF: Final = 120  # rows that a leaf holds at least; fewer where there are few rows
ROWS_OF_LEAF: Final = 500
# What rises with the suspicion of words never lowers a score.
RISING: Final = frozenset({
    "logit", "logit_sentence", "logit_line", "logit_group", "logit_2", "logit_6", "logit_16", "logit_mean_6", "logit_best_6", "peak_short", "peak_long",
    "peak_line", "peak_sentence", "logit_over_rest", "logit_sentence_over_line",
})  # fmt: skip


@dataclass(frozen=True)
class Passes:
    """All that is fitted on rows."""

    screen: NDArray[np.float32]
    screen_bias: float
    phrase: Forest
    context: Forest


def flat_forest(fitted: Any) -> Forest:
    """scikit-learn's trees → flat arrays; a leaf becomes its own child, and inner nodes carry the mean log-odds of what lies below."""
    parts: dict[str, list[NDArray[Any]]] = {name: [] for name in ("feature", "threshold", "left", "right", "value")}
    roots: list[int] = []
    at = depth = 0
    for (predictor,) in fitted._predictors:
        nodes = predictor.nodes
        n = len(nodes)
        leaf = nodes["is_leaf"].astype(bool)
        own = np.arange(n)
        roots.append(at)
        parts["feature"].append(np.where(leaf, 0, nodes["feature_idx"]))
        # comparisons run in float32: the largest float32 that is not above the threshold decides the same
        threshold = nodes["num_threshold"].astype(np.float32)
        above = threshold.astype(np.float64) > nodes["num_threshold"]
        threshold[above] = np.nextafter(threshold[above], np.float32(-np.inf))
        parts["threshold"].append(np.where(leaf, np.float32(np.inf), threshold))
        parts["left"].append(at + np.where(leaf, own, nodes["left"]))
        parts["right"].append(at + np.where(leaf, own, nodes["right"]))
        parts["value"].append(nodes["value"])
        depth = max(depth, int(nodes["depth"].max()))
        at += n
    types = {"feature": np.int16, "threshold": np.float32, "left": np.int32, "right": np.int32, "value": np.float32}
    arrays = {name: np.concatenate(chunks).astype(types[name]) for name, chunks in parts.items()}
    return Forest(root=np.array(roots, np.int32), base=float(np.ravel(fitted._baseline_prediction)[0]), depth=depth, **arrays)


def rising(features: int) -> list[int]:
    """1 for the features that may only raise a score, 0 for the others: the first `features` of those of both passes."""
    return [int(name in RISING) for name in (*registry.NAMES, *neighbours.NAMES)][:features]


def fit_forest(features: NDArray[np.float32], label: NDArray[np.bool_], weight: NDArray[np.float64], trees: int) -> Forest:
    """A forest by histogram gradient boosting; each split looks at a third of the features, so that none is leaned on alone."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    fitted = HistGradientBoostingClassifier(
        max_iter=trees,
        learning_rate=0.1,
        max_leaf_nodes=28,
        max_depth=8,
        min_samples_leaf=min(LEAF, len(label) // ROWS_OF_LEAF + 1),
        l2_regularization=12,
        max_features=0.33,
        monotonic_cst=rising(features.shape[1]),
        random_state=0,
        early_stopping=False,
    )
    fitted.fit(features, label, sample_weight=weight)
    return flat_forest(fitted)


def row_weights(data: TrainingRows, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Pages count, not phrases: forty phrases of a dump weigh as a few."""
    spam = data.label[rows]
    per_page = np.bincount(data.page[rows], weights=spam, minlength=int(data.page.max()) + 1)
    return np.where(spam, 5 / np.maximum(per_page[data.page[rows]], 1) ** 0.6, 1.0)


def fit_screen(features: NDArray[np.float32], label: NDArray[np.bool_]) -> tuple[NDArray[np.float32], float]:
    """A linear bound that keeps most honest phrases out of the forests and SCREENED_OUT of the spam."""
    from sklearn.linear_model import LogisticRegression

    take = np.flatnonzero(label | (np.arange(len(label)) % 4 == 0))
    mean, spread = features.mean(0), features.std(0) + 1e-3
    model = LogisticRegression(C=0.05, max_iter=120, class_weight="balanced").fit((features[take] - mean) / spread, label[take])
    weights = (model.coef_[0] / spread).astype(np.float32)
    return weights, -float(np.quantile(features[label] @ weights, SCREENED_OUT))


def neighbour_columns(data: TrainingRows, rows: NDArray[np.int64], first: NDArray[np.float64]) -> NDArray[np.float32]:
    """Columns of neighbours' scores; each stretch of a page is taken for the whole of it."""
    from detector.features.scene import Scene
    from detector.segmentation.phrases import Phrases

    out = np.zeros((len(rows), len(neighbours.NAMES)), np.float32)
    for head, tail in data.stretches(rows):
        at = rows[head:tail]
        none = np.zeros(len(at), np.int64)
        sentence, line, group = (numbers[at].astype(np.int64) for numbers in (data.sentence, data.line, data.group))
        phrases = Phrases(none, none, none, sentence, line, group, none)
        scene = Scene(None, None, phrases)  # type: ignore[arg-type]  # neighbours look at the phrases' numbers alone
        out[head:tail] = np.column_stack(neighbours.columns(scene, first[head:tail]))
    return out


def fit_passes(data: TrainingRows, rows: NDArray[np.int64], trees: int = TREES, jobs: int = -1) -> Passes:
    """Fit screen and forests on some rows, `jobs` forests at once. The forests are fitted on what the screen lets through: no other row
    ever meets them."""
    from joblib import Parallel, delayed

    features = data.values(rows)
    label = data.label[rows]
    weight = row_weights(data, rows)
    screen, screen_bias = fit_screen(features, label)
    # the second pass must see first-pass scores of pages that the first pass was not fitted on
    half = data.page_fold[data.page[rows]] % 2 == 0
    through = features @ screen + screen_bias > 0
    fits = [(part, trees // 2) for part in (through & half, through & ~half)]
    one, other, phrase = Parallel(n_jobs=jobs)(
        delayed(fit_forest)(features[part], label[part], weight[part], count) for part, count in (*fits, (through, trees))
    )
    first = np.full(len(rows), FLOOR)
    first[through & ~half], first[through & half] = one.logit(features[through & ~half]), other.logit(features[through & half])
    around = neighbour_columns(data, rows, first)
    near = drawn_in(first)
    context = fit_forest(np.column_stack([features[near], around[near]]), label[near], weight[near], trees)
    return Passes(screen, screen_bias, phrase, context)


def run_passes(passes: Passes, data: TrainingRows, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Final log-odds of rows, as `classifier.score` computes them on a whole page."""
    features = data.values(rows)
    first = np.full(len(rows), FLOOR)
    through = features @ passes.screen + passes.screen_bias > 0
    first[through] = passes.phrase.logit(features[through])
    near = drawn_in(first)
    final = np.where(first > FLOOR, np.minimum(first, NEAR), FLOOR)
    around = neighbour_columns(data, rows, first)
    final[near] = both(first[near], passes.context.logit(np.column_stack([features[near], around[near]])))
    return final
