"""Corrections → a better model in a minute: what was learnt stays, and what the corrected pages show is added to it.

The vocabulary moves a little (`nudge`), the forests get further trees (`further`) fitted to the corrected pages and held in place by pages
of the training data (the anchors), and the thresholds move as far as clean pages of other sites move, each judged by forests
that saw neither its site nor an anchor of it. Corrected pages are looked at with the vocabulary that had not learnt them, so the trees learn how such spam is
placed and shaped, not that its words are known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.classifier.forest import Forest
from detector.classifier.localise import HYSTERESIS
from detector.classifier.model import Model
from detector.classifier.score import drawn_in, score
from detector.features.neighbours import FLOOR
from detector.features.scene import read_scene
from detector.page.page import read_page
from detector.training.bags import Bags
from detector.training.calibrate import PARTS, page_scores, quantiles
from detector.training.corrected import CorrectedPage, Corrections
from detector.training.folds import Folds
from detector.training.forests import Passes, neighbour_columns, row_weights, run_passes
from detector.training.further import further_trees, joined
from detector.training.material import DataError
from detector.training.nudge import nudged
from detector.training.rows import PageRows, TrainingRows, binned, gather

Progress = Callable[[str], None]

ANCHORS: Final = 600  # pages of the training data that hold the forests in place
ANCHOR_SITES: Final = 4  # of so many sites one is for anchors
_WORST: Final = 0.4  # share of the anchors that are the clean pages which look worst, next to which thresholds lie
_INFECTED: Final = 0.4
PAGE_WEIGHT: Final = 60.0  # of what a person said of one page, against 1 of an honest phrase of an anchor
_MARGIN: Final = 24  # phrases without a label kept to each side of what has one
_MOST_OPENED: Final = 1.5  # how many times more honest phrases the screen may let through for the sake of the corrections
_SCREENED_OUT: Final = 0.02  # share of corrected spam that it may still lose
CORRECTIONS: Final = "corrections"  # key of the model's header


def corrected_model(
    model: Model,
    folds: Folds,
    rows: TrainingRows,
    held_spam: Bags,
    held_clean: Bags,
    corrections: Corrections,
    progress: Progress = lambda _: None,
    jobs: int = -1,
) -> Model:
    """The model with corrections learnt. folds: of this model; rows: what it was trained on; held_spam, held_clean: of its vocabulary.

    The model must not hold corrections yet. Raises DataError where folds belong to another model.
    """
    if folds.model != model.header["sha256"]:
        raise DataError("folds.npz belongs to another model: train both with `detector train`")
    spam = [label.text for label in corrections.labels if label.spam]
    clean = [label.text for label in corrections.labels if not label.spam]
    progress(f"vocabulary: {len(spam)} spam and {len(clean)} clean texts")
    weights, bias = nudged(model.weights, model.bias, spam, clean, held_spam, held_clean)
    passes = Passes(model.screen_weights, model.screen_bias, model.phrase, model.context)
    thresholds = model.thresholds
    pages = [made for page in corrections.pages if (made := _page_rows(model, page, rows.edges)) is not None]
    if pages:
        anchors = rows.of_pages(_anchors(rows, folds))
        progress(f"forests: {len(pages)} corrected pages, {len(anchors.page_fold)} pages of the training data beside them")
        new = gather([page for page, _ in pages], rows.edges)
        emphasis = np.concatenate([weight for _, weight in pages])
        screen_bias = _opened(passes, anchors, new, emphasis)
        phrase, context = _corrections(replace(passes, screen_bias=screen_bias), folds, anchors, new, emphasis)

        def with_corrections(before: Passes) -> Passes:
            return Passes(before.screen, screen_bias, joined(before.phrase, phrase), joined(before.context, context))

        passes = with_corrections(passes)
        progress("thresholds: clean pages of other sites, by forests that had not seen them")
        thresholds = _thresholds(model, rows, folds, [with_corrections(part) for part in folds.passes], jobs)
    return replace(
        model,
        weights=weights,
        bias=bias,
        screen_bias=passes.screen_bias,
        phrase=passes.phrase,
        context=passes.context,
        thresholds=thresholds,
        header={
            "trained_on": model.header.get("trained_on", {}),
            CORRECTIONS: {"base": model.header["sha256"], "labels": len(corrections.labels), "pages": len(pages)},
        },
    )


def _page_rows(model: Model, page: CorrectedPage, edges: NDArray[np.float32]) -> tuple[PageRows, NDArray[np.float64]] | None:
    """(rows, weights) around the labels of a page; None where they hold no text. What has no label counts as honest where the model takes
    it for honest, and not at all where it does not."""
    from detector.training.figures import labels

    scene = read_scene(read_page(page.source, page.content_type))
    n = len(scene)
    if not n:
        return None
    spam, clean = labels(scene, page.spam), labels(scene, page.clean)
    spoken = spam | clean
    if not spoken.any():
        return None
    scores = score(model, scene)
    weight = (scores.phrase < model.phrase_threshold - HYSTERESIS).astype(np.float64)
    for named in (spam, clean):
        weight[named] = PAGE_WEIGHT / (1 + int(spam.any() and clean.any())) / max(int(named.sum()), 1)
    kept = np.flatnonzero(np.convolve(spoken, np.ones(2 * _MARGIN + 1), "same") > 0) if n > 2 * _MARGIN else np.arange(n)
    whole = PageRows(
        features=binned(scores.features, edges),
        label=spam,
        stretch=np.zeros(n, np.int32),
        line=scene.phrases.line.astype(np.int32),
        group=scene.phrases.group.astype(np.int32),
        sentence=scene.phrases.sentence.astype(np.int32),
        fold=-1,
        clean=not spam.any(),
        natural=False,
        site=0,
        layout="corrected",
        category="other",
        unseen=True,
    )
    return whole.take(np.split(kept, np.flatnonzero(np.diff(kept) > 1) + 1)), weight[kept]


def _for_anchors(rows: TrainingRows) -> NDArray[np.bool_]:
    """Which pages belong to the sites that anchors are taken from; thresholds are found on the others."""
    mine: NDArray[np.bool_] = rows.page_site % ANCHOR_SITES == 0
    return mine


def _anchors(rows: TrainingRows, folds: Folds) -> NDArray[np.bool_]:
    """Which pages are anchors: the clean ones that look worst, and some of all others."""
    rng = np.random.default_rng(0)
    mine = _for_anchors(rows)
    clean, infected = np.flatnonzero(mine & rows.page_clean), np.flatnonzero(mine & ~rows.page_clean)
    worst = clean[np.argsort(-folds.page[clean], kind="stable")][: int(ANCHORS * _WORST)]
    others = np.setdiff1d(clean, worst)
    chosen = [worst]
    for pool, share in ((infected, _INFECTED), (others, 1 - _WORST - _INFECTED)):
        chosen.append(rng.choice(pool, min(len(pool), int(ANCHORS * share)), replace=False))
    return np.isin(np.arange(len(mine)), np.concatenate(chosen))


def _opened(passes: Passes, anchors: TrainingRows, new: TrainingRows, emphasis: NDArray[np.float64]) -> float:
    """The screen's bias, raised so that it lets the corrected spam through, as far as honest phrases allow."""
    spam = new.label & (emphasis > 0)
    if not spam.any():
        return passes.screen_bias
    honest = anchors.values(np.flatnonzero(~anchors.label)) @ passes.screen
    share = min(_MOST_OPENED * float((honest + passes.screen_bias > 0).mean()), 1.0)
    wanted = -float(np.quantile(new.values(np.flatnonzero(spam)) @ passes.screen, _SCREENED_OUT)) + 1e-3
    most = -float(np.quantile(honest, 1 - share))
    return max(passes.screen_bias, min(wanted, most))


def _corrections(
    passes: Passes, folds: Folds, anchors: TrainingRows, new: TrainingRows, emphasis: NDArray[np.float64]
) -> tuple[Forest, Forest]:
    """Further trees for the phrase and the context forest. What is there already is judged by forests that had not seen it: the anchors by
    those of their part, the corrected pages by `passes`."""
    part_of = anchors.page_fold[anchors.page] % PARTS
    sets = [
        (anchors, np.flatnonzero(part_of == part), replace(judge, screen_bias=passes.screen_bias))
        for part, judge in enumerate(folds.passes)
    ]
    weights = np.concatenate([row_weights(data, at) for data, at, _ in sets] + [emphasis])
    sets.append((new, np.arange(len(new.label)), passes))
    values = [data.values(at) for data, at, _ in sets]
    label = np.concatenate([data.label[at] for data, at, _ in sets])
    held = np.arange(len(label)) < len(label) - len(new.label)
    first = np.concatenate([_first(judge, x) for (_, _, judge), x in zip(sets, values, strict=True)])
    joint = np.concatenate(values)
    through = first > FLOOR
    used = through & (weights > 0)
    phrase = further_trees(joint[used], label[used], weights[used], first[used], held[used])
    first[through] += phrase.logit(joint[through])
    ends = np.cumsum([0] + [len(at) for _, at, _ in sets])
    columns, before, drawn = [], [], []
    for i, (data, at, judge) in enumerate(sets):
        mine = first[ends[i] : ends[i + 1]]
        near = drawn_in(mine) if len(mine) else np.zeros(0, bool)
        around = np.column_stack([values[i], neighbour_columns(data, at, mine)])[near]
        columns.append(around)
        before.append(judge.context.logit(around))
        drawn.append(near)
    near = np.concatenate(drawn)
    used = weights[near] > 0
    context = further_trees(
        np.concatenate(columns)[used], label[near][used], weights[near][used], np.concatenate(before)[used], held[near][used]
    )
    return phrase, context


def _first(passes: Passes, features: NDArray[np.float32]) -> NDArray[np.float64]:
    first = np.full(len(features), FLOOR)
    through = features @ passes.screen + passes.screen_bias > 0
    first[through] = passes.phrase.logit(features[through])
    return first


def _thresholds(model: Model, rows: TrainingRows, folds: Folds, of_parts: Sequence[Passes], jobs: int) -> dict[float, float]:
    """The model's thresholds, moved as far as the quantiles of clean pages moved that no correction was fitted on."""
    from joblib import Parallel, delayed

    judged = rows.page_natural & ~_for_anchors(rows)
    natural = rows.of_pages(judged)
    part_of = natural.page_fold[natural.page] % PARTS
    wanted = [np.flatnonzero(part_of == part) for part in range(PARTS)]
    final = np.full(len(part_of), FLOOR)
    for at, found in zip(
        wanted, Parallel(n_jobs=jobs)(delayed(run_passes)(p, natural, at) for p, at in zip(of_parts, wanted, strict=True)), strict=True
    ):
        final[at] = found
    was, now = (quantiles(pages, natural.page_site) for pages in (folds.page[judged], page_scores(natural, final)))
    return {rate: threshold + now[rate] - was[rate] for rate, threshold in model.thresholds.items()}
