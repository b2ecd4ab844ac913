"""numpy's answers are scikit-learn's, and a model file is read whole or refused by name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from detector.classifier.model import ModelError, load, save, shipped_path


def test_the_forest_gives_scikit_learns_probabilities() -> None:
    ensemble = pytest.importorskip("sklearn.ensemble")
    from detector.training.forests import flat_forest

    rng = np.random.default_rng(1)
    rows = rng.normal(size=(3000, 12)).astype(np.float32)
    label = (rows[:, 0] * rows[:, 1] + rows[:, 2] > 0.3) | (rng.random(3000) < 0.05)
    fitted = ensemble.HistGradientBoostingClassifier(max_iter=60, max_leaf_nodes=20, random_state=0).fit(rows, label)
    ours = 1 / (1 + np.exp(-flat_forest(fitted).logit(rows)))
    assert np.abs(ours - fitted.predict_proba(rows)[:, 1]).max() < 1e-6


def test_contributions_add_up_to_the_log_odds() -> None:
    model = load(shipped_path())
    row = np.zeros(len(model.header["features"]), np.float32)
    first_values = model.phrase.value[model.phrase.root].sum()
    total = model.phrase.contributions(row).sum() + first_values + model.phrase.base
    assert total == pytest.approx(float(model.phrase.logit(row[None])[0]), abs=1e-3)


def test_a_model_is_saved_to_the_same_bytes(tmp_path: Path) -> None:
    model = load(shipped_path())
    save(model, tmp_path / "a.npz")
    save(model, tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    assert load(tmp_path / "a.npz").threshold(1e-3) == model.threshold(1e-3)


def test_damaged_models_are_refused_by_name(tmp_path: Path) -> None:
    whole = shipped_path().read_bytes()
    for name, content in {
        "cut.npz": whole[: len(whole) // 2],
        "empty.npz": b"",
        "pickle.npz": b"\x80\x04K\x01.",
        "text.npz": b"hello",
    }.items():
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(ModelError, match=name):
            load(path)
    with pytest.raises(ModelError, match="no such model file"):
        load(tmp_path / "missing.npz")
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 0xFF
    (tmp_path / "flipped.npz").write_bytes(flipped)
    with pytest.raises(ModelError):
        load(tmp_path / "flipped.npz")
