"""Fit the shipped model from `training_data/`: the same data gives the same model.

Labelled texts and phrase lists are text; of real pages only figures are kept (`python -m detector.training.figures` makes them from a
corpus). The vocabulary model knows words; the two forests are fitted on figures of pages whose site, source and often category the
vocabulary model that looked at them had never seen, so they learn to lean on form, foreignness and place.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from detector.classifier.forest import Forest
from detector.classifier.model import FILE_NAME, RATES, Model, save
from detector.classifier.score import NEAR, drawn_in, page_logit
from detector.features import neighbours, registry
from detector.features.neighbours import FLOOR
from detector.features.ngrams import SIZE
from detector.report.build import CATEGORY_BITS
from detector.report.report import CATEGORIES
from detector.training.background import SiteCounts
from detector.training.bags import Bags, bags_of_texts, join
from detector.training.disguise import DISGUISES
from detector.training.grammar import Grammar
from detector.training.material import FOLDS, DataError, LabelledText, Phrase, fold_of, read_phrases, read_texts

Progress = Callable[[str], None]
_SENTENCE: Final = re.compile(r"(?<=[。！？.!?\n])")
GROUP: Final = {category: i % FOLDS for i, category in enumerate(CATEGORIES)}
GRAMMAR_PHRASES: Final = 220  # of each category and language
SCREENED_OUT: Final = 0.002  # share of spam phrases that the screen may lose


@dataclass(frozen=True)
class TrainingRows:
    """Figures of phrases of real pages, infected and clean, in stretches of neighbouring phrases.

    features: (rows, features) bins; edges: (features, 255) borders of the bins; label: spam or not; stretch, line, group, sentence: numbers
    by which neighbours are known; page: number of the page; page_fold, page_clean, page_site: one entry a page.
    """

    features: NDArray[np.uint8]
    edges: NDArray[np.float32]
    label: NDArray[np.bool_]
    stretch: NDArray[np.int32]
    line: NDArray[np.int32]
    group: NDArray[np.int32]
    sentence: NDArray[np.int32]
    page: NDArray[np.int32]
    page_fold: NDArray[np.int8]
    page_clean: NDArray[np.bool_]
    page_site: NDArray[np.int64]

    def values(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Features of some rows: the middle of each bin."""
        low = np.concatenate([self.edges[:, :1], self.edges], 1)
        high = np.concatenate([self.edges, self.edges[:, -1:]], 1)
        middle = (low + high) / 2
        values: NDArray[np.float32] = middle[np.arange(middle.shape[0])[None, :], self.features[rows]]
        return values


def left_out(category: str | None, fold: int, without: int) -> bool:
    """Whether material of a category and source fold is kept from the vocabulary model of fold `without`."""
    return GROUP.get(category or "") == without or fold == without


def read_material(data: Path) -> tuple[list[Phrase], list[LabelledText]]:
    """Phrase lists, phrases of the grammar, and labelled texts. Raises DataError that names file and line."""
    phrases = read_phrases(data / "phrases")
    grammar = Grammar.load(data / "phrases" / "grammar.json")
    rng = random.Random(20261125)
    for category in grammar.categories():
        for language in grammar.languages(category):
            drawn = dict.fromkeys(p for p in grammar.phrases(category, language, GRAMMAR_PHRASES, rng) if 2 <= len(p) <= 80)
            phrases += [Phrase(p, category, False, language, fold_of(p)) for p in drawn]
    return phrases, read_texts(data / "texts")


def spam_texts(phrases: Sequence[Phrase], texts: Sequence[LabelledText], seed: int, dumps: int = 14000) -> list[str]:
    """What the vocabulary model learns as spam: phrases, dumps of them, prose and its sentences."""
    rng = random.Random(seed)
    by_category: dict[str, list[str]] = {}
    for phrase in phrases:
        by_category.setdefault(phrase.category, []).append(phrase.text)
    out = [p.text for p in phrases]
    categories = sorted(by_category)
    for _ in range(dumps):
        pool = by_category[rng.choice(categories)]
        chosen = [rng.choice(pool) for _ in range(rng.choice([2, 3, 4, 6, 8, 12, 20]))]
        if rng.random() < 0.25:
            one = DISGUISES[rng.choice(sorted(DISGUISES))]
            chosen = [one(p, rng) for p in chosen]
        out.append(rng.choice([" | ", ", ", "_", "-", " "]).join(chosen).replace("\n", " "))
    for text in texts:
        if text.spam:
            out += [text.text] * 3 + _sentences(text.text, 8)
    return out


def clean_texts(texts: Sequence[LabelledText]) -> list[str]:
    """Authored honest texts, twice, and their sentences."""
    out: list[str] = []
    for text in texts:
        if not text.spam:
            out += [text.text] * 2 + _sentences(text.text, 3)
    return out


def _sentences(text: str, shortest: int) -> list[str]:
    found = [s for s in _SENTENCE.split(text) if len(s.strip()) > shortest]
    return found if len(found) > 1 else []


def fit_vocabulary(
    phrases: Sequence[Phrase], texts: Sequence[LabelledText], real: Bags, seed: int = 0
) -> tuple[NDArray[np.float32], float]:
    """(weights, bias) of the linear model over hashed n-grams: averaged stochastic gradient descent on the logistic loss (Xu 2011)."""
    from sklearn.linear_model import SGDClassifier

    spam, clean = bags_of_texts(spam_texts(phrases, texts, seed)), bags_of_texts(clean_texts(texts))
    rows = join([spam, clean, real]).matrix()
    label = np.r_[np.ones(len(spam)), np.zeros(len(clean) + len(real))]
    weight = np.where(label == 1, 0.35 / label.mean(), 0.65 / (1 - label.mean()))
    model = SGDClassifier(loss="log_loss", alpha=4e-6, max_iter=5, tol=None, average=True, random_state=seed)
    model.fit(rows, label, sample_weight=weight)
    weights = model.coef_[0].astype(np.float32)
    weights[np.abs(weights) < 0.02 * np.abs(weights).max() ** 0.5 * 0.5] = 0  # what is near nothing is not worth its bytes
    return weights.astype(np.float16).astype(np.float32), float(model.intercept_[0])


def _forest(fitted: Any) -> Forest:
    """scikit-learn's trees → flat arrays; a leaf becomes its own child, and inner nodes carry the mean log-odds of what lies below."""
    parts: dict[str, list[NDArray[Any]]] = {name: [] for name in ("feature", "threshold", "left", "right", "value")}
    roots: list[int] = []
    at = depth = 0
    for (predictor,) in fitted._predictors:
        nodes = predictor.nodes
        n = len(nodes)
        leaf = nodes["is_leaf"].astype(bool)
        own = np.arange(n)
        roots.append(at)
        parts["feature"].append(np.where(leaf, 0, nodes["feature_idx"]))
        # comparisons run in float32: the largest float32 that is not above the threshold decides the same
        threshold = nodes["num_threshold"].astype(np.float32)
        above = threshold.astype(np.float64) > nodes["num_threshold"]
        threshold[above] = np.nextafter(threshold[above], np.float32(-np.inf))
        parts["threshold"].append(np.where(leaf, np.float32(np.inf), threshold))
        parts["left"].append(at + np.where(leaf, own, nodes["left"]))
        parts["right"].append(at + np.where(leaf, own, nodes["right"]))
        parts["value"].append(nodes["value"])
        depth = max(depth, int(nodes["depth"].max()))
        at += n
    types = {"feature": np.int16, "threshold": np.float32, "left": np.int32, "right": np.int32, "value": np.float32}
    arrays = {name: np.concatenate(chunks).astype(types[name]) for name, chunks in parts.items()}
    return Forest(root=np.array(roots, np.int32), base=float(np.ravel(fitted._baseline_prediction)[0]), depth=depth, **arrays)


def fit_forest(features: NDArray[np.float32], label: NDArray[np.bool_], weight: NDArray[np.float64], trees: int) -> Forest:
    """A forest by histogram gradient boosting."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    fitted = HistGradientBoostingClassifier(
        max_iter=trees,
        learning_rate=0.1,
        max_leaf_nodes=28,
        max_depth=8,
        min_samples_leaf=50,
        l2_regularization=4,
        random_state=0,
        early_stopping=False,
    )
    fitted.fit(features, label, sample_weight=weight)
    return _forest(fitted)


@dataclass(frozen=True)
class _Passes:
    screen: NDArray[np.float32]
    screen_bias: float
    phrase: Forest
    context: Forest


def _weights(data: TrainingRows, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Pages count, not phrases: forty phrases of a dump weigh as a few."""
    spam = data.label[rows]
    per_page = np.bincount(data.page[rows], weights=spam, minlength=int(data.page.max()) + 1)
    return np.where(spam, 5 / np.maximum(per_page[data.page[rows]], 1) ** 0.6, 1.0)


def _fit_screen(features: NDArray[np.float32], label: NDArray[np.bool_]) -> tuple[NDArray[np.float32], float]:
    from sklearn.linear_model import LogisticRegression

    take = np.flatnonzero(label | (np.arange(len(label)) % 4 == 0))
    mean, spread = features.mean(0), features.std(0) + 1e-3
    model = LogisticRegression(C=0.05, max_iter=120, class_weight="balanced").fit((features[take] - mean) / spread, label[take])
    weights = (model.coef_[0] / spread).astype(np.float32)
    scores = features @ weights
    return weights, -float(np.quantile(scores[label], SCREENED_OUT))


def _context(data: TrainingRows, rows: NDArray[np.int64], first: NDArray[np.float64]) -> NDArray[np.float32]:
    """Columns of neighbours' scores; each stretch of a page is taken for the whole of it."""
    from detector.features.scene import Scene
    from detector.segmentation.phrases import Phrases

    out = np.zeros((len(rows), len(neighbours.NAMES)), np.float32)
    heads = np.flatnonzero(np.r_[True, np.diff(data.stretch[rows]) != 0])
    for head, tail in zip(heads.tolist(), [*heads[1:].tolist(), len(rows)], strict=True):
        at = rows[head:tail]
        none = np.zeros(len(at), np.int64)
        sentence, line, group = (numbers[at].astype(np.int64) for numbers in (data.sentence, data.line, data.group))
        phrases = Phrases(none, none, none, sentence, line, group, none)
        scene = Scene(None, None, phrases, None)  # type: ignore[arg-type]  # neighbours look at the phrases' numbers alone
        out[head:tail] = np.column_stack(neighbours.columns(scene, first[head:tail]))
    return out


def _fit_passes(data: TrainingRows, rows: NDArray[np.int64], trees: int) -> _Passes:
    features = data.values(rows)
    label = data.label[rows]
    weight = _weights(data, rows)
    screen, screen_bias = _fit_screen(features, label)
    # the second pass must see first-pass scores of pages that the first pass was not fitted on
    half = data.page_fold[data.page[rows]] < FOLDS // 2
    first = np.full(len(rows), FLOOR)
    for part in (half, ~half):
        if part.any() and (~part).any():
            first[part] = fit_forest(features[~part], label[~part], weight[~part], trees // 2).logit(features[part])
    first[features @ screen + screen_bias <= 0] = FLOOR
    phrase = fit_forest(features, label, weight, trees)
    around = _context(data, rows, first)
    near = drawn_in(first)
    context = fit_forest(np.column_stack([features[near], around[near]]), label[near], weight[near], trees)
    return _Passes(screen, screen_bias, phrase, context)


def _run(passes: _Passes, data: TrainingRows, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Final log-odds of rows, as `classifier.score` computes them on a whole page."""
    features = data.values(rows)
    first = np.full(len(rows), FLOOR)
    through = features @ passes.screen + passes.screen_bias > 0
    first[through] = passes.phrase.logit(features[through])
    near = drawn_in(first)
    final = np.where(first > FLOOR, np.minimum(first, NEAR), FLOOR)
    around = _context(data, rows, first)
    final[near] = passes.context.logit(np.column_stack([features[near], around[near]]))
    return final


def _calibrate(data: TrainingRows, trees: int, progress: Progress) -> tuple[dict[float, float], tuple[float, float], float, dict[str, Any]]:
    """Thresholds, page calibration and the span threshold, on sites that the passes they come from were not fitted on (split conformal,
    Vovk et al. 2005; sites weigh the same however many pages they have)."""
    from sklearn.linear_model import LogisticRegression

    every = np.arange(len(data.label))
    fold = data.page_fold[data.page]
    pages = len(data.page_fold)
    page_score = np.full(pages, FLOOR)
    final = np.full(len(every), FLOOR)
    for parity in (0, 1):
        progress(f"calibration: half {parity + 1} of 2")
        passes = _fit_passes(data, every[fold % 2 != parity], trees)
        rows = every[fold % 2 == parity]
        final[rows] = _run(passes, data, rows)
    heads = np.flatnonzero(np.r_[True, np.diff(data.stretch) != 0])
    for head, tail in zip(heads.tolist(), [*heads[1:].tolist(), len(every)], strict=True):
        page = data.page[head]
        page_score[page] = max(page_score[page], page_logit(final[head:tail]))
    clean = data.page_clean
    sites = data.page_site[clean]
    _, inverse, counts = np.unique(sites, return_inverse=True, return_counts=True)
    weight = 1 / np.sqrt(counts[inverse])
    order = np.argsort(page_score[clean])
    share_above = np.cumsum(weight[order][::-1])[::-1] / weight.sum()
    scores = page_score[clean][order]
    thresholds: dict[float, float] = {}
    for rate in RATES:
        reached = np.flatnonzero(share_above <= rate)
        thresholds[rate] = float(scores[reached[0]]) if len(reached) else float(scores[-1]) + 0.5
    thresholds[RATES[-1]] = max(thresholds[RATES[-1]], thresholds[RATES[-2]] + 0.25)
    fitted = LogisticRegression(C=10).fit(page_score[:, None], ~clean)
    calibration = (float(fitted.coef_[0, 0]), float(fitted.intercept_[0]))
    infected_rows = ~clean[data.page] & (page_score[data.page] > thresholds[1e-2])
    candidates = np.arange(-4, 2.1, 0.25)
    truth, z = data.label[infected_rows], final[infected_rows]
    f_half = [
        1.25 * (truth & (z > t)).sum() / max(1.25 * (truth & (z > t)).sum() + 0.25 * (truth & (z <= t)).sum() + (~truth & (z > t)).sum(), 1)
        for t in candidates
    ]
    span = float(candidates[int(np.argmax(f_half))])
    recall = {str(rate): float((page_score[~clean] > thresholds[rate]).mean()) for rate in RATES}
    facts = {
        "clean_pages": int(clean.sum()),
        "clean_sites": len(counts),
        "infected_pages": int((~clean).sum()),
        "recall_out_of_fold": recall,
    }
    return thresholds, calibration, span, facts


def fit_categories(
    phrases: Sequence[Phrase], texts: Sequence[LabelledText]
) -> tuple[tuple[str, ...], NDArray[np.float32], NDArray[np.float32]]:
    """(names, weights, biases) of the category model: multinomial logistic regression on folded n-grams."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import SGDClassifier
    from sklearn.preprocessing import normalize

    rng = random.Random(7)
    shown: list[tuple[str, str]] = [(p.text, p.category) for p in phrases] + [
        (t.text, t.category or "other") for t in texts if t.spam for _ in range(4)
    ]
    by_category: dict[str, list[str]] = {}
    for phrase in phrases:
        by_category.setdefault(phrase.category, []).append(phrase.text)
    for category, pool in sorted(by_category.items()):
        shown += [(" | ".join(rng.choices(pool, k=rng.choice([4, 8, 16]))), category) for _ in range(500)]
    bags = bags_of_texts([text for text, _ in shown])
    folded = bags.bucket & ((1 << CATEGORY_BITS) - 1)
    rows = normalize(csr_matrix((np.ones(len(folded), np.float32), folded, bags.start), shape=(len(bags), 1 << CATEGORY_BITS)))
    model = SGDClassifier(loss="log_loss", alpha=2e-6, max_iter=6, tol=None, average=True, random_state=0, class_weight="balanced")
    model.fit(rows, [category for _, category in shown])
    return tuple(map(str, model.classes_)), model.coef_.astype(np.float16).astype(np.float32), model.intercept_.astype(np.float32)


def read_rows(path: Path) -> TrainingRows:
    """Raises DataError where the file is missing, damaged, or made for other features."""
    try:
        with np.load(path, allow_pickle=False) as data:
            if list(data["names"]) != list(registry.NAMES):
                raise DataError(
                    f"{path}: holds other features than this version computes; make it anew with `python -m detector.training.figures`"
                )
            return TrainingRows(**{name: data[name] for name in TrainingRows.__dataclass_fields__})
    except (OSError, KeyError, ValueError, EOFError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(f"{path}: cannot be read as figures of pages: {error}") from None


def read_background(path: Path) -> tuple[SiteCounts, Bags, NDArray[np.int8]]:
    """(site counts, bags of real clean pages, their folds). Raises DataError."""
    try:
        with np.load(path, allow_pickle=False) as data:
            return SiteCounts(data["sites"], data["total"], data["unspaced"]), Bags(data["bucket"], data["start"]), data["fold"]
    except (OSError, KeyError, ValueError, EOFError) as error:
        raise DataError(f"{path}: cannot be read as background figures: {error}") from None


def train(data: Path, out: Path, progress: Progress = lambda _: None, trees: int = 160) -> Path:
    """Fit a model from the folder `data` and write model.npz and card.json to `out`; returns the model's path. Raises DataError."""
    phrases, texts = read_material(data)
    counts, real, _ = read_background(data / "figures" / "background.npz")
    rows = read_rows(data / "figures" / "pages.npz")
    progress(f"{len(phrases)} phrases, {len(texts)} texts, {len(real)} bags and {len(rows.label)} phrases of real pages")
    weights, bias = fit_vocabulary(phrases, texts, real)
    progress("vocabulary fitted")
    categories, category_weights, category_bias = fit_categories(phrases, texts)
    thresholds, calibration, span, facts = _calibrate(rows, trees, progress)
    progress("thresholds found; fitting the shipped forests on all pages")
    passes = _fit_passes(rows, np.arange(len(rows.label)), trees)
    model = Model(
        weights=weights,
        bias=bias,
        usual=counts.usual(),
        screen_weights=passes.screen,
        screen_bias=passes.screen_bias,
        phrase=passes.phrase,
        context=passes.context,
        categories=categories,
        category_weights=category_weights,
        category_bias=category_bias,
        thresholds=thresholds,
        calibration=calibration,
        phrase_threshold=span,
        header={"trained_on": facts},
    )
    path = out / FILE_NAME
    save(model, path)
    card = {
        "thresholds": {str(r): round(t, 4) for r, t in thresholds.items()},
        "phrase_threshold": span,
        **facts,
        "bytes": path.stat().st_size,
        "vocabulary_size": int((weights != 0).sum()),
        "buckets": SIZE,
    }
    (out / "card.json").write_text(json.dumps(card, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    progress(f"wrote {path} ({path.stat().st_size:,} bytes)")
    return path
