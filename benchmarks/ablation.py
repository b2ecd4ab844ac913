"""What each family of features is worth: ``python benchmarks/ablation.py [--data training_data] [--trees 80]``.

Forests are fitted on the figures of four of the six folds of sites and sources, with all features and with one family struck out, and judge
the pages of the other two. Printed is the share of infected pages found at false-alarm rates measured on the clean pages of those two
folds: of all, and of those whose category the vocabulary had never seen.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detector.features import registry
from detector.features.neighbours import FLOOR
from detector.training.calibrate import page_scores
from detector.training.forests import fit_passes, run_passes
from detector.training.rows import TrainingRows, read_rows

HELD = (0, 1)
RATES = (1e-3, 1e-2)


def without(rows: TrainingRows, family: str) -> TrainingRows:
    """The rows with the columns of a family all alike."""
    features = rows.features.copy()
    features[:, [registry.INDEX[name] for name in registry.FAMILIES[family]]] = 0
    return replace(rows, features=features)


def held_out_scores(rows: TrainingRows, trees: int) -> NDArray[np.float64]:
    """Log-odds of the pages of the folds HELD, FLOOR for the others."""
    held = np.isin(rows.page_fold[rows.page], HELD)
    phrase = np.full(len(rows.label), FLOOR)
    phrase[held] = run_passes(fit_passes(rows, np.flatnonzero(~held), trees), rows, np.flatnonzero(held))
    return page_scores(rows, phrase)


def main() -> None:
    """The command line of this benchmark."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("training_data"))
    parser.add_argument("--trees", type=int, default=80)
    args = parser.parse_args()
    rows = read_rows(args.data / "figures" / "pages.npz")
    held = np.isin(rows.page_fold, HELD)
    clean, infected = held & rows.page_natural, held & ~rows.page_clean
    print(
        f"{int(clean.sum())} clean and {int(infected.sum())} infected pages, {int((infected & rows.page_unseen).sum())} of unseen categories"
    )
    print(f"{'features':24s}" + "".join(f"{f'{rate:.1%} all':>14s}{f'{rate:.1%} unseen':>14s}" for rate in RATES))
    for family in ("", *registry.FAMILIES):
        scores = held_out_scores(without(rows, family) if family else rows, args.trees)
        levels = np.sort(scores[clean])[::-1]
        shares = []
        for rate in RATES:
            found = scores > levels[int(rate * len(levels))]
            shares += [found[infected].mean(), found[infected & rows.page_unseen].mean()]
        print(f"{f'without {family}' if family else 'all':24s}" + "".join(f"{share:14.3f}" for share in shares), flush=True)


if __name__ == "__main__":
    main()
