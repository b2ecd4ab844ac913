"""Gradient-boosted trees, run by numpy for all rows and trees at once.

Fitted by scikit-learn's HistGradientBoostingClassifier (Ke et al. 2017, LightGBM); `tests/classifier` holds the two to the same
probabilities within 1e-6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from detector.lazy import cached_property
from detector.native import kernels

_NODE: Final = np.dtype([("threshold", np.float32), ("feature", np.int32), ("left", np.int32), ("right", np.int32)])


@dataclass(frozen=True)
class Forest:
    """All trees as flat arrays of nodes; the children of node i are left[i] and right[i], a leaf is its own child.

    root: (trees,) first node of each tree; feature: column asked; threshold: go left where x <= threshold; value: log-odds of the node;
    base: log-odds before the first tree; depth: longest path.
    """

    root: NDArray[np.int32]
    feature: NDArray[np.int16]
    threshold: NDArray[np.float32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float32]
    base: float
    depth: int

    @cached_property
    def nodes(self) -> NDArray[Any]:
        """What a step down a tree asks, one beside the other in memory. Raises ValueError where a node points outside of the forest."""
        nodes = np.empty(len(self.feature), _NODE)
        for part in ("threshold", "feature", "left", "right"):
            nodes[part] = getattr(self, part)
        for pointers in (self.root, self.left, self.right):
            if len(pointers) and not 0 <= pointers.min() <= pointers.max() < len(nodes):
                raise ValueError("a node of the forest points outside of it")
        return nodes

    @cached_property
    def _value(self) -> NDArray[np.float32]:
        if len(self.value) != len(self.feature):
            raise ValueError("the forest has another number of values than of nodes")
        return np.ascontiguousarray(self.value, np.float32)

    @cached_property
    def _root(self) -> NDArray[np.int32]:
        return np.ascontiguousarray(self.root, np.int32)

    @cached_property
    def _least_width(self) -> int:
        if len(self.feature) and self.feature.min() < 0:
            raise ValueError("a node of the forest asks for a feature below 0")
        return int(self.feature.max(initial=0)) + 1

    def logit(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Log-odds of each row, shape (rows,). rows: (rows, features) float32 without NaN. Raises IndexError where rows have too few features."""
        if rows.shape[1] < self._least_width:
            raise IndexError(f"rows have {rows.shape[1]} features, the forest asks for {self._least_width}")
        rows = np.ascontiguousarray(rows, np.float32)
        out = np.empty(len(rows))
        if kernels is not None:
            kernels.log_odds(self.nodes, self._value, self._root, self.depth, rows, rows.shape[1], out)
        else:
            for at in range(0, len(rows), 512):  # bounded memory on huge pages
                out[at : at + 512] = self.value[self._leaves(rows[at : at + 512])].astype(np.float64).sum(1)
        return out + self.base

    def _leaves(self, rows: NDArray[np.float32]) -> NDArray[np.int32]:
        """The leaf that each row falls into in each tree: (rows, trees)."""
        node = np.broadcast_to(self.root, (len(rows), len(self.root))).copy()
        # one flat look-up of rows is cheaper than a two-dimensional one
        flat = rows.ravel()
        offset = (np.arange(len(rows)) * rows.shape[1])[:, None]
        for _ in range(self.depth):
            goes_left = flat[offset + self.feature[node]] <= self.threshold[node]
            node = np.where(goes_left, self.left[node], self.right[node])
        return node

    def contributions(self, row: NDArray[np.float32]) -> NDArray[np.float64]:
        """What each feature added to the log-odds of one row: (features,). Each step of each path is credited to the feature asked (Saabas 2014)."""
        out = np.zeros(len(row))
        node = self.root.copy()
        for _ in range(self.depth):
            asked = self.feature[node]
            following = np.where(row[asked] <= self.threshold[node], self.left[node], self.right[node])
            np.add.at(out, asked, (self.value[following] - self.value[node]).astype(np.float64))
            node = following
        return out
