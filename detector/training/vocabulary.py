"""The vocabulary model: a linear model over hashed n-grams, fitted on phrases, authored texts and bags of real clean pages."""

from __future__ import annotations

import random
import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.report.build import CATEGORY_BITS
from detector.report.report import CATEGORIES
from detector.training.bags import Bags, bags_of_texts, join
from detector.training.disguise import DISGUISES
from detector.training.grammar import Grammar
from detector.training.material import FOLDS, LabelledText, Phrase, fold_of, read_phrases, read_texts
from detector.training.sentences import FILE_NAME, filled, read_sentences

_SENTENCE: Final = re.compile(r"(?<=[。！？.!?\n])")
_CLAUSE: Final = re.compile(r"(?<=[。！？!?\n，,；;])|(?<=\.\s)")
_SEPARATORS: Final = (" | ", ", ", "_", "-", " ", "、", "·")
GROUP: Final = {category: i % FOLDS for i, category in enumerate(CATEGORIES)}
GRAMMAR_PHRASES: Final = 220  # of each category and language
DUMPS: Final = 14_000
WEAKEST: Final = 0.02  # log-odds: an n-gram that speaks more softly is not worth its bytes
INVERSE_REGULARISATION: Final = 2.0
ROUNDS: Final = 100  # of L-BFGS
_SPAM_SHARE: Final = 0.35  # of the weight of all rows
_AUTHORED_SHARE: Final = 0.25  # of the weight of honest rows: few, but hard


def left_out(category: str | None, fold: int, without: int) -> bool:
    """Whether material of a category and source fold is kept from the vocabulary model of fold `without`."""
    return GROUP.get(category or "") == without or fold == without


def read_material(data: Path) -> tuple[list[Phrase], list[LabelledText]]:
    """Phrase lists and phrases of the grammar; labelled texts and sentences of templates. Raises DataError that names file and line."""
    phrases = read_phrases(data / "phrases")
    grammar = Grammar.load(data / "phrases" / "grammar.json")
    rng = random.Random(20261125)
    for category in grammar.categories():
        for language in grammar.languages(category):
            drawn = dict.fromkeys(p for p in grammar.phrases(category, language, GRAMMAR_PHRASES, rng) if 2 <= len(p) <= 80)
            phrases += [Phrase(p, category, False, language, fold_of(p)) for p in drawn]
    texts = read_texts(data / "texts")
    return phrases, texts + filled(read_sentences(data / FILE_NAME), phrases, texts)


def spam_texts(phrases: Sequence[Phrase], texts: Sequence[LabelledText], seed: int, dumps: int = DUMPS) -> list[str]:
    """What the vocabulary model learns as spam: phrases, dumps of them, prose, its sentences and clauses."""
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
        out.append(rng.choice(_SEPARATORS).join(chosen).replace("\n", " "))
    for text in texts:
        if text.spam:
            out += [text.text] * 2 + _parts(_SENTENCE, text.text, 8) + _parts(_CLAUSE, text.text, 8)
    return out


def clean_texts(texts: Sequence[LabelledText]) -> list[str]:
    """Authored honest texts, their sentences and clauses."""
    out: list[str] = []
    for text in texts:
        if not text.spam:
            out += [text.text, *_parts(_SENTENCE, text.text, 3), *_parts(_CLAUSE, text.text, 3)]
    return out


def _parts(end: re.Pattern[str], text: str, shortest: int) -> list[str]:
    found = [part for part in end.split(text) if len(part.strip()) > shortest]
    return found if len(found) > 1 else []


def fit_vocabulary(
    phrases: Sequence[Phrase], texts: Sequence[LabelledText], real: Bags, seed: int = 0
) -> tuple[NDArray[np.float32], float]:
    """(weights, bias) of the linear model over hashed n-grams: L2-regularised logistic regression.

    phrases, texts: what to learn from; real: bags of clean pages.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    spam, clean = bags_of_texts(spam_texts(phrases, texts, seed)), bags_of_texts(clean_texts(texts))
    rows = join([spam, clean, real]).matrix()
    label = np.r_[np.ones(len(spam)), np.zeros(len(clean) + len(real))]
    weight = np.r_[
        np.full(len(spam), _SPAM_SHARE / max(len(spam), 1)),
        np.full(len(clean), (1 - _SPAM_SHARE) * _AUTHORED_SHARE / max(len(clean), 1)),
        np.full(len(real), (1 - _SPAM_SHARE) * (1 - _AUTHORED_SHARE) / max(len(real), 1)),
    ]
    model = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=ROUNDS, tol=1e-4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # stopping there is meant: it regularises
        model.fit(rows, label, sample_weight=weight * len(label))
    weights = model.coef_[0].astype(np.float32)
    weights[np.abs(weights) < WEAKEST] = 0
    return weights.astype(np.float16).astype(np.float32), float(model.intercept_[0])


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
