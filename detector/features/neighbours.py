"""Neighbours: what the first pass said of the phrases around, for the second pass (auto-context, Tu and Bai 2010)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.features.scene import Floats, Scene, shifted

NAMES: Final = (
    "first", "first_previous", "first_next", "first_mean_1", "first_mean_3", "first_mean_8", "first_best_3", "first_best_8", "first_worst_3",
    "first_line", "first_group", "first_sentence", "first_suspects_line", "first_suspects_8",
)  # fmt: skip

FLOOR: Final = -9.0  # log-odds of phrases that the screen kept out of the forests


def columns(scene: Scene, first: NDArray[np.float64]) -> list[Floats]:
    """Figures named in NAMES, each of shape (phrases,), from the first pass's log-odds."""
    phrases, n = scene.phrases, len(scene)
    own = np.clip(first, FLOOR, 9).astype(np.float32)
    one = np.ones(n, np.float32)
    suspect = (own > -1).astype(np.float32)
    own_8, suspect_8 = scene.window(np.stack([own, suspect]), 8) / scene.members(8)
    own_line, suspect_line = scene.level(np.stack([own, suspect]), phrases.line) / scene.line_phrases
    return [
        own, shifted(own, 1, FLOOR), shifted(own, -1, FLOOR),
        scene.window(own, 1) / scene.members(1), scene.window(own, 3) / scene.members(3), own_8,
        scene.extreme(own, 3, np.maximum), scene.extreme(own, 8, np.maximum), scene.extreme(own, 3, np.minimum),
        own_line, scene.level(own, phrases.group) / scene.level(one, phrases.group),
        scene.level(own, phrases.sentence) / scene.sentence_phrases,
        suspect_line, suspect_8,
    ]  # fmt: skip
