"""Fit the shipped model from `training_data/`: the same data gives the same model.

Labelled texts and phrase lists are text; of real pages only figures are kept (`python -m detector.training.figures` makes them from a
corpus). The vocabulary model knows words; the two forests are fitted on figures of pages whose site, source and often category the
vocabulary model that looked at them had never seen, so they learn to lean on form, foreignness and place.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detector.classifier.model import FILE_NAME, Model, load, save
from detector.features.ngrams import SIZE
from detector.training.background import SiteCounts
from detector.training.bags import Bags
from detector.training.caching import steps
from detector.training.calibrate import OutOfFold, calibrate, recall_tables, score_out_of_fold
from detector.training.folds import FOLDS_NAME, Folds, digest_of, save_folds
from detector.training.forests import TREES, fit_passes
from detector.training.material import DataError, LabelledText, Phrase
from detector.training.rows import TrainingRows, read_rows
from detector.training.vocabulary import fit_categories, fit_vocabulary, read_material

Progress = Callable[[str], None]


def read_background(path: Path) -> tuple[SiteCounts, Bags, NDArray[np.int8]]:
    """(site counts, bags of real clean pages, their folds). Raises DataError."""
    try:
        with np.load(path, allow_pickle=False) as data:
            bags = Bags(data["bucket"], data["start"], data["size"])
            return SiteCounts(data["sites"], data["total"], data["unspaced"]), bags, data["fold"]
    except (OSError, KeyError, ValueError, EOFError) as error:
        raise DataError(f"{path}: cannot be read as background figures: {error}") from None


def train(
    data: Path, out: Path, progress: Progress = lambda _: None, trees: int = TREES, cache: Path | None = None, jobs: int = -1
) -> Path:
    """Fit a model from the folder `data` and write model.npz, folds.npz and card.json to `out`; returns the model's path.

    cache: folder in which steps are kept for the next run, None to keep none; jobs: forests fitted at once, -1: one a core. Neither
    changes a byte of the model. Raises DataError.
    """
    rows = read_rows(data / "figures" / "pages.npz")
    counts, real, _ = read_background(data / "figures" / "background.npz")
    model, card, scores = fit_model(*read_material(data), rows, counts.usual(), real, progress, trees, cache, jobs)
    path = out / FILE_NAME
    save(model, path)
    save_folds(Folds(scores.passes, scores.page, load(path).header["sha256"], digest_of(rows)), out / FOLDS_NAME)
    card |= {"bytes": path.stat().st_size}
    (out / "card.json").write_text(json.dumps(card, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    progress(f"5 of 5: wrote {path} ({path.stat().st_size:,} bytes)")
    return path


def fit_model(
    phrases: Sequence[Phrase],
    texts: Sequence[LabelledText],
    rows: TrainingRows,
    usual: NDArray[np.uint8],
    real: Bags,
    progress: Progress = lambda _: None,
    trees: int = TREES,
    cache: Path | None = None,
    jobs: int = -1,
) -> tuple[Model, dict[str, object], OutOfFold]:
    """(model, what its card says, scores by forests that had not seen what they score). usual: background, see `SiteCounts.usual`; real:
    bags of clean pages; cache, jobs: see `train`."""
    step = steps(cache)
    progress(
        f"1 of 5: vocabulary, from {len(phrases)} phrases, {len(texts)} texts, {len(real)} bags and {len(rows.label)} phrases of real pages"
    )
    weights, bias = step(fit_vocabulary)(phrases, texts, real)
    progress("2 of 5: categories")
    categories, category_weights, category_bias = step(fit_categories)(phrases, texts)
    progress("3 of 5: calibration, by forests on two thirds of the sites, three times")
    scores = step(score_out_of_fold, ignore=["jobs"])(rows, trees, jobs=jobs)
    found = calibrate(rows, scores)
    progress("4 of 5: thresholds found; forests on all pages")
    passes = step(fit_passes, ignore=["jobs"])(rows, np.arange(len(rows.label)), trees, jobs=jobs)
    model = Model(
        weights=weights,
        bias=bias,
        usual=usual,
        screen_weights=passes.screen,
        screen_bias=passes.screen_bias,
        phrase=passes.phrase,
        context=passes.context,
        categories=categories,
        category_weights=category_weights,
        category_bias=category_bias,
        thresholds=found.thresholds,
        calibration=found.curve,
        phrase_threshold=found.phrase_threshold,
        header={"trained_on": found.facts},
    )
    card: dict[str, object] = {
        "thresholds": {str(r): round(t, 4) for r, t in found.thresholds.items()},
        "phrase_threshold": found.phrase_threshold,
        **found.facts,
        "recall_at_1e-3": recall_tables(rows, scores, found.thresholds[1e-3]),
        "vocabulary_size": int((weights != 0).sum()),
        "buckets": SIZE,
    }
    return model, card, scores
