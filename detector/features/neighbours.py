"""Neighbours: what the first pass said of the phrases around, for the second pass (auto-context, Tu and Bai 2010)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.features.scene import Floats, Scene

NAMES: Final = (
    "first", "first_previous", "first_next", "first_mean_1", "first_mean_3", "first_mean_8", "first_best_3", "first_best_8", "first_worst_3",
    "first_line", "first_group", "first_sentence", "first_page_best", "first_page_second", "first_rank", "first_suspects_line", "first_suspects_8",
)  # fmt: skip

FLOOR: Final = -9.0  # log-odds of phrases that the screen kept out of the forests


def columns(scene: Scene, first: NDArray[np.float64]) -> list[Floats]:
    """Figures named in NAMES, each of shape (phrases,), from the first pass's log-odds."""
    phrases, n = scene.phrases, len(scene)
    own = np.clip(first, FLOOR, 9).astype(np.float32)
    one = np.ones(n, np.float32)
    members = {w: scene.window(one, w) for w in (1, 3, 8)}

    def extreme(reach: int, take: np.ufunc) -> Floats:
        out = own.copy()
        for step in range(1, min(reach, n - 1) + 1):
            take(out[step:], own[:-step], out=out[step:])
            take(out[:-step], own[step:], out=out[:-step])
        return out

    ordered = np.sort(own)[::-1]
    best, second = float(ordered[0]), float(ordered[min(1, n - 1)])
    suspect = (own > -1).astype(np.float32)
    line = scene.level(one, phrases.line)
    return [
        own, np.r_[np.float32(FLOOR), own[:-1]], np.r_[own[1:], np.float32(FLOOR)],
        scene.window(own, 1) / members[1], scene.window(own, 3) / members[3], scene.window(own, 8) / members[8],
        extreme(3, np.maximum), extreme(8, np.maximum), extreme(3, np.minimum),
        scene.level(own, phrases.line) / line, scene.level(own, phrases.group) / scene.level(one, phrases.group),
        scene.level(own, phrases.sentence) / scene.level(one, phrases.sentence),
        one * best, one * second, own - best, scene.level(suspect, phrases.line) / line, scene.window(suspect, 8) / members[8],
    ]  # fmt: skip
