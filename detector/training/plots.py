"""Two pictures of a model's page scores, as SVG written by hand: no library draws a line more plainly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.training.evaluate import Judgement

_SIDE: Final = 320  # pixels of the plot
_MARGIN: Final = 56
_TICKS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
_BINS: Final = 10
Points = Sequence[tuple[float, float]]


def precision_recall(judgements: Sequence[Judgement]) -> list[tuple[float, float]]:
    """(recall, precision) of pages at every score, from the highest score down. Empty without an infected page."""
    infected, score = _truth(judgements)
    if not infected.any():
        return []
    order = np.argsort(-score, kind="stable")
    hits, ordered = np.cumsum(infected[order]), score[order]
    last = np.flatnonzero(np.r_[ordered[1:] != ordered[:-1], True])  # pages of one score are called together
    return [(float(hits[i] / hits[-1]), float(hits[i] / (i + 1))) for i in last]


def reliability(judgements: Sequence[Judgement]) -> list[tuple[float, float, int]]:
    """(mean score, share that is infected, pages) of the pages of each tenth of the scores; empty tenths are left out."""
    infected, score = _truth(judgements)
    tenth = np.minimum((score * _BINS).astype(np.int64), _BINS - 1)
    return [(float(score[mine].mean()), float(infected[mine].mean()), int(mine.sum())) for i in range(_BINS) if (mine := tenth == i).any()]


def _truth(judgements: Sequence[Judgement]) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    return np.array([j.infected for j in judgements], bool), np.array([j.score for j in judgements], np.float64)


def precision_recall_svg(judgements: Sequence[Judgement]) -> str:
    """The curve of `precision_recall`."""
    points = precision_recall(judgements)
    return _picture("Precision and recall of pages", "recall", "precision", _line(points))


def reliability_svg(judgements: Sequence[Judgement]) -> str:
    """The points of `reliability`, the larger the more pages, and the line on which a score would be a probability."""
    points = reliability(judgements)
    most = max((n for _, _, n in points), default=1)
    dots = "".join(
        f'<circle cx="{_x(x)}" cy="{_y(y)}" r="{3 + 6 * (n / most) ** 0.5:.1f}"><title>{n} pages: score {x:.3f}, infected {y:.3f}</title></circle>'
        for x, y, n in points
    )
    ideal = f'<path class="ideal" d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}"/>'
    return _picture("Reliability of the score of pages", "score", "share infected", ideal + _line([(x, y) for x, y, _ in points]) + dots)


def _line(points: Points) -> str:
    path = "L".join(f"{_x(x)} {_y(y)}" for x, y in points)
    return f'<path class="line" d="M{path}"/>' if path else ""


def _x(value: float) -> str:
    return f"{_MARGIN + value * _SIDE:.1f}"


def _y(value: float) -> str:
    return f"{_MARGIN + (1 - value) * _SIDE:.1f}"


def _picture(title: str, across: str, up: str, inner: str) -> str:
    size = _SIDE + 2 * _MARGIN
    ticks = "".join(
        f'<path class="grid" d="M{_x(t)} {_y(0)}V{_y(1)}M{_x(0)} {_y(t)}H{_x(1)}"/>'
        f'<text x="{_x(t)}" y="{_MARGIN + _SIDE + 18}" text-anchor="middle">{t:g}</text>'
        f'<text x="{_MARGIN - 8}" y="{_y(t)}" text-anchor="end" dy=".35em">{t:g}</text>'
        for t in _TICKS
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="{size}" height="{size}" role="img" aria-label="{title}">'
        "<style>text{font:12px system-ui,sans-serif;fill:#333}.title{font-size:14px;font-weight:600}.grid{stroke:#ddd;fill:none}"
        ".line{stroke:#0b62c4;stroke-width:2;fill:none}.ideal{stroke:#888;stroke-dasharray:4 4;fill:none}circle{fill:#0b62c4;fill-opacity:.7}</style>"
        f'<rect width="{size}" height="{size}" fill="#fff"/><text class="title" x="{size / 2:g}" y="24" text-anchor="middle">{title}</text>{ticks}{inner}'
        f'<text x="{size / 2:g}" y="{size - 10}" text-anchor="middle">{across}</text>'
        f'<text transform="rotate(-90)" x="{-size / 2:g}" y="16" text-anchor="middle">{up}</text></svg>\n'
    )
