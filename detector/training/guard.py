"""Old model against new, on the same pages: a new one that is worse is not put in the old one's place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from detector.training.evaluate import Judgement, figures

PROMISED: Final = {"injected": 1e-3, "not_clean": 1e-2}  # share of clean pages that may be called so
TOLERANCE: Final = 0.01  # share of pages or of characters by which recall may fall: a few pages of the evaluation set


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of both models. worse: by more than is tolerated."""

    name: str
    old: float
    new: float
    worse: bool = False

    def to_dict(self) -> dict[str, Any]:
        """JSON values."""
        return {"name": self.name, "old": self.old, "new": self.new, "worse": self.worse}


def compare(old: Sequence[Judgement], new: Sequence[Judgement]) -> list[Difference]:
    """Figures of both models on the same pages; `worse` where more clean pages are called than before and than is promised, where less spam
    is found, or more is flagged beside it."""
    was, is_now = figures(old), figures(new)
    rows = []
    for key, words in (("injected", "injected"), ("not_clean", "suspicious or injected")):
        old_count, new_count = was["clean"][key], is_now["clean"][key]
        worse = new_count > max(old_count, PROMISED[key] * is_now["clean"]["pages"])
        rows.append(Difference(f"clean pages called {words}", old_count, new_count, worse))
    before, after = was["infected"].get("all"), is_now["infected"].get("all")
    if before and after:
        rows += [
            Difference(words, before[key], after[key], after[key] < before[key] - TOLERANCE)
            for key, words in (
                ("injected", "infected pages called injected"),
                ("not_clean", "infected pages called suspicious or injected"),
                ("characters", "characters of spam found"),
            )
        ]
        rows.append(
            Difference(
                "share of flagged text that is no spam",
                before["outside"],
                after["outside"],
                after["outside"] > before["outside"] + TOLERANCE,
            )
        )
    return rows


def table(rows: Sequence[Difference]) -> str:
    """The differences as lines of text."""
    width = max(len(row.name) for row in rows)
    lines = [f"{'':{width}}  {'old':>8}  {'new':>8}"]
    lines += [f"{r.name:{width}}  {_number(r.old):>8}  {_number(r.new):>8}{'  worse' if r.worse else ''}" for r in rows]
    return "\n".join(lines)


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.4f}"
