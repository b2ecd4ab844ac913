"""The tables of a model's card, in Markdown: ``python -m detector.training.card models/card.json``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def tables(card: dict[str, Any]) -> str:
    """What a card.json says, as `models/README.md` shows it. Shares are of pages; pages in brackets."""
    recall, found = card["recall_out_of_fold"], card["recall_at_1e-3"]
    rates = [rate for rate in recall if float(rate) >= 1e-3]
    lines = ["| false alarms | page log-odds from | infected pages found |", "|---|---|---|"]
    lines += [f"| {float(rate):.1%} | {card['thresholds'][rate]:.2f} | {recall[rate]:.3f} |" for rate in rates]
    lines += ["", "| category | known (pages) | left out (pages) | drop |", "|---|---|---|---|"]
    for category, (pages, share) in sorted(found["category"].items()):
        unseen = found["category left out"].get(category)
        told = f"{unseen[1]:.3f} ({unseen[0]}) | {share - unseen[1]:+.3f}" if unseen else "none | "
        lines.append(f"| {category} | {share:.3f} ({pages}) | {told} |")
    lines += ["", "| layout | pages | found |", "|---|---|---|"]
    lines += [f"| {name} | {pages} | {share:.3f} |" for name, (pages, share) in sorted(found["layout"].items(), key=lambda row: -row[1][1])]
    return "\n".join(lines)


if __name__ == "__main__":
    print(tables(json.loads(Path(sys.argv[1] if len(sys.argv) > 1 else "models/card.json").read_text(encoding="utf-8"))))
