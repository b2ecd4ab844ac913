"""Forests: the compiled kernel and numpy take the same ways down the trees and add up what they find in the same order."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from detector.classifier import forest
from detector.classifier.forest import Forest
from detector.native import kernels

pytestmark = pytest.mark.skipif(kernels is None, reason="the kernels are not built: python -m detector.native.build")

THRESHOLDS = np.array([-np.inf, -1.5, -0.0, 0.0, 1e-45, 0.25, 3.4e38, np.inf], np.float32)
WIDTH = 5


def made_up_forest(rng: np.random.Generator, trees: int, leaves: int) -> Forest:
    """Trees grown by splitting leaves at random, of thresholds that rows hit exactly."""
    root, feature, threshold, left, right, depth = [], [], [], [], [], []

    def node(level: int) -> int:
        feature.append(0)
        threshold.append(0.0)
        left.append(len(left))
        right.append(len(right))
        depth.append(level)
        return len(left) - 1

    for _ in range(trees):
        root.append(node(0))
        grown = [root[-1]]
        for _ in range(leaves - 1):
            at = grown.pop(int(rng.integers(len(grown))))
            feature[at], threshold[at] = int(rng.integers(WIDTH)), float(rng.choice(THRESHOLDS))
            left[at], right[at] = node(depth[at] + 1), node(depth[at] + 1)
            grown += [left[at], right[at]]
    value = rng.normal(size=len(feature)).astype(np.float32) * np.float32(10.0) ** rng.integers(-6, 6, len(feature)).astype(np.float32)
    pointers = (np.array(a, np.int32) for a in (left, right))
    return Forest(
        np.array(root, np.int32), np.array(feature, np.int16), np.array(threshold, np.float32), *pointers, value, 0.125, max(depth)
    )


def by_numpy(trees: Forest, rows: NDArray[np.float32]) -> NDArray[np.float64]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forest, "kernels", None)
        return trees.logit(rows)


@pytest.mark.parametrize("trees", [1, 7, 8, 9, 64, 127, 128, 129, 200, 301])
def test_log_odds_are_equal_to_the_last_bit(trees: int) -> None:
    rng = np.random.default_rng(trees)
    made_up = made_up_forest(rng, trees, leaves=12)
    for count in (0, 1, 15, 16, 17, 600):
        rows = rng.choice(THRESHOLDS, (count, WIDTH)).astype(np.float32)
        rows[1::3] = np.nextafter(rows[1::3], np.float32(-np.inf))
        rows[2::3] = np.nextafter(rows[2::3], np.float32(np.inf))
        assert np.array_equal(made_up.logit(rows), by_numpy(made_up, rows))


def test_a_threshold_that_is_hit_exactly_is_not_exceeded() -> None:
    made_up = Forest(
        root=np.array([0], np.int32),
        feature=np.array([1, 0, 0], np.int16),
        threshold=np.array([0.1, 0, 0], np.float32),
        left=np.array([1, 1, 2], np.int32),
        right=np.array([2, 1, 2], np.int32),
        value=np.array([0, -1, 1], np.float32),
        base=0.0,
        depth=1,
    )
    rows = np.array([[9, x] for x in (0.1, np.nextafter(np.float32(0.1), np.float32(1)), -np.inf, np.inf)], np.float32)
    assert made_up.logit(rows).tolist() == by_numpy(made_up, rows).tolist() == [-1, 1, -1, 1]


def test_a_forest_of_stumps_without_a_split_says_its_leaves() -> None:
    made_up = made_up_forest(np.random.default_rng(1), trees=3, leaves=1)
    rows = np.zeros((2, WIDTH), np.float32)
    assert made_up.depth == 0
    assert np.array_equal(made_up.logit(rows), by_numpy(made_up, rows))


def test_rows_in_any_layout_and_wider_than_asked() -> None:
    rng = np.random.default_rng(3)
    made_up = made_up_forest(rng, trees=20, leaves=9)
    rows = rng.choice(THRESHOLDS, (30, 2 * WIDTH)).astype(np.float32)
    for some in (rows, np.asfortranarray(rows), rows[::2], rows[:, ::2], rows[:, :WIDTH]):
        assert np.array_equal(made_up.logit(some), by_numpy(made_up, some))


@pytest.mark.parametrize("part", ["root", "left", "right"])
def test_a_node_that_points_outside_is_refused(part: str) -> None:
    made_up = made_up_forest(np.random.default_rng(2), trees=2, leaves=3)
    for beyond in (-1, len(made_up.feature)):
        parts = {name: getattr(made_up, name) for name in ("root", "feature", "threshold", "left", "right", "value", "base", "depth")}
        parts[part] = parts[part].copy()
        parts[part][0] = beyond
        with pytest.raises(ValueError, match="points outside"):
            Forest(**parts).logit(np.zeros((1, WIDTH), np.float32))


def test_rows_with_too_few_features_are_refused() -> None:
    made_up = made_up_forest(np.random.default_rng(2), trees=2, leaves=9)
    with pytest.raises(IndexError, match="asks for"):
        made_up.logit(np.zeros((1, int(made_up.feature.max())), np.float32))
