"""Twenty corrected pages give a better model; a worse one is not put in the place of the one that is there."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest

from detector.auditor import Auditor
from detector.classifier.model import load
from detector.classifier.score import score
from detector.features.scene import read_scene
from detector.page.page import read_page
from detector.report.report import Verdict
from detector.training import train as train_module
from detector.training.corrected import Corrections, bring_together
from detector.training.evaluate import Judgement
from detector.training.folds import FOLDS_NAME, load_folds
from detector.training.guard import compare, table
from detector.training.hosts import host_pages
from detector.training.labels import Label
from detector.training.material import DataError
from detector.training.retrain import put_in_place, train_corrected
from detector.training.train import train
from detector.training.vocabulary import read_material
from tests.training.conftest import TREES, Workshop, with_charm


@pytest.fixture(scope="module")
def hosts(workshop: Workshop) -> list[str]:
    _, texts = read_material(workshop.data)
    return host_pages(texts, 60, 7)


def corrections_of(folder: Path, pages: list[tuple[str, int, int]], spam: bool) -> Corrections:
    labels = []
    for i, (page, start, end) in enumerate(pages):
        path = folder / f"{i}.html"
        path.write_bytes(page.encode())
        labels.append(Label(str(path), None, start, end, page[start:end], spam))
    return bring_together(labels)


def page_logits(model: Path, pages: list[str]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    read = load(model)
    return np.array([score(read, read_scene(read_page(page))).page for page in pages])


@pytest.fixture(scope="module")
def corrected(workshop: Workshop, hosts: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model after twenty pages with an advert of a new kind."""
    folder = tmp_path_factory.mktemp("corrected")
    rng = random.Random(1)
    pages = [with_charm(host, rng) for host in hosts[:20]]
    return train_corrected(workshop.data, workshop.model, folder / "out", corrections_of(folder, pages, spam=True), jobs=1)


def ordered(infected: np.ndarray[tuple[int], np.dtype[np.float64]], clean: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    """Share of pairs of an infected and a clean page in which the infected one looks worse."""
    return float((infected[:, None] > clean[None, :]).mean())


def test_spam_of_the_kind_that_was_missed_is_told_from_honest_pages_on_other_pages(
    workshop: Workshop, corrected: Path, hosts: list[str]
) -> None:
    rng = random.Random(2)
    unseen = [with_charm(host, rng)[0] for host in hosts[20:40]]
    before, after = (ordered(page_logits(m, unseen), page_logits(m, hosts[20:])) for m in (workshop.model, corrected))
    assert after > 0.9 > before
    found = [sum(Auditor(m).audit(page).verdict != "clean" for page in unseen) for m in (workshop.model, corrected)]
    assert found[1] > found[0]


def test_honest_pages_stay_where_they_were(workshop: Workshop, corrected: Path, hosts: list[str]) -> None:
    before, after = (np.median(page_logits(m, hosts[20:])) for m in (workshop.model, corrected))
    assert after < before + 0.5


def test_what_was_called_not_spam_is_trusted_on_other_pages_too(workshop: Workshop, hosts: list[str], tmp_path: Path) -> None:
    pages = [with_charm(host, random.Random(i)) for i, host in enumerate(hosts[:20])]
    made = train_corrected(workshop.data, workshop.model, tmp_path / "out", corrections_of(tmp_path, pages, spam=False), jobs=1)
    others = [with_charm(host, random.Random(i))[0] for i, host in enumerate(hosts[20:40])]
    before, after = (page_logits(m, others) for m in (workshop.model, made))
    assert after.mean() < before.mean()


def test_a_corrected_model_says_so_and_is_refused_before_anything_is_fitted(
    workshop: Workshop, corrected: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = load(corrected).header
    assert header["corrections"] == {"base": load(workshop.model).header["sha256"], "labels": 20, "pages": 20}
    assert json.loads(corrected.with_name("card.json").read_bytes())["corrections"]["pages"] == 20
    monkeypatch.setattr("detector.training.forests.fit_forest", lambda *_: pytest.fail("fitted"))
    with pytest.raises(DataError, match="already holds corrections"):
        train_corrected(workshop.data, corrected, tmp_path, bring_together([Label("gone", None, None, None, "x y", True)]), jobs=1)


def test_corrections_without_their_pages_teach_words_alone(workshop: Workshop, tmp_path: Path) -> None:
    corrections = bring_together([Label("https://example.com/", None, None, None, "blessed amulets of master Zorin", True)])
    made = load(train_corrected(workshop.data, workshop.model, tmp_path, corrections, jobs=1))
    before = load(workshop.model)
    assert (made.weights != before.weights).any()
    assert np.array_equal(made.phrase.value, before.phrase.value)
    assert made.thresholds == before.thresholds


def test_the_same_corrections_give_the_same_bytes(workshop: Workshop, corrected: Path, hosts: list[str], tmp_path: Path) -> None:
    rng = random.Random(1)
    again = corrections_of(tmp_path, [with_charm(host, rng) for host in hosts[:20]], spam=True)
    made = train_corrected(workshop.data, workshop.model, tmp_path / "out", again, jobs=2)
    assert made.read_bytes() == corrected.read_bytes()


def test_the_cache_changes_no_byte_and_spares_the_steps(workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = tmp_path / "cache"
    first = train(workshop.data, tmp_path / "first", trees=TREES, cache=cache, jobs=1)
    assert first.read_bytes() == workshop.model.read_bytes()
    assert first.with_name(FOLDS_NAME).read_bytes() == workshop.model.with_name(FOLDS_NAME).read_bytes()
    import sklearn.linear_model

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a step was done again")

    monkeypatch.setattr(sklearn.linear_model.SGDClassifier, "fit", refuse)
    monkeypatch.setattr("detector.training.forests.fit_forest", refuse)
    second = train_module.train(workshop.data, tmp_path / "second", trees=TREES, cache=cache, jobs=1)
    assert second.read_bytes() == first.read_bytes()


def copy_of(model: Path, folder: Path) -> Path:
    folder.mkdir()
    for file in model.parent.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    return folder


def spoiled(model: Path, folder: Path) -> Path:
    """A model that calls every page spam."""
    from dataclasses import replace

    from detector.classifier.model import save

    copy = copy_of(model, folder)
    read = load(copy / "model.npz")
    save(replace(read, thresholds=dict.fromkeys(read.thresholds, -20.0)), copy / "model.npz")
    return copy


def test_a_worse_model_is_put_aside_unless_it_is_forced(workshop: Workshop, tmp_path: Path) -> None:
    out = copy_of(workshop.model, tmp_path / "out")
    candidate = spoiled(workshop.model, tmp_path / "candidate")
    refused = put_in_place(candidate, out / "model.npz", workshop.data, out, jobs=1, pages=6)
    assert not refused.accepted
    assert refused.path == out / "refused" / "model.npz"
    assert (out / "model.npz").read_bytes() == workshop.model.read_bytes()
    assert "worse" in table(refused.differences)
    forced = put_in_place(out / "refused", out / "model.npz", workshop.data, out, force=True, jobs=1, pages=6)
    assert forced.accepted and forced.path == out / "model.npz"
    assert load(out / "model.npz").threshold(1e-3) == -20


def test_a_model_as_good_as_the_old_one_takes_its_place_and_one_that_cannot_be_read_is_no_hindrance(
    workshop: Workshop, tmp_path: Path
) -> None:
    same = put_in_place(copy_of(workshop.model, tmp_path / "a"), workshop.model, workshop.data, tmp_path / "out", jobs=1, pages=4)
    assert same.accepted and same.differences and not any(d.worse for d in same.differences)
    (tmp_path / "broken.npz").write_bytes(b"no model")
    told: list[str] = []
    new = copy_of(workshop.model, tmp_path / "b")
    assert put_in_place(new, tmp_path / "broken.npz", workshop.data, tmp_path / "out2", progress=told.append).accepted
    assert "broken.npz" in told[0]


def test_lost_recall_is_worse_too(workshop: Workshop) -> None:
    from detector.training.evaluate import evaluation_set, judge

    judged = judge(Auditor(workshop.model, threshold=0.5), evaluation_set(workshop.data, 12))
    blind = judge(Auditor(workshop.model, threshold=30), evaluation_set(workshop.data, 12))
    assert any(j.infected and j.verdict == "injected" for j in judged)
    assert any(d.worse for d in compare(judged, blind))
    assert not any(d.worse for d in compare(judged, judged))


@pytest.mark.parametrize("damage", ["cut", "flipped", "text", "pickle"])
def test_damaged_folds_are_refused_by_name(workshop: Workshop, tmp_path: Path, damage: str) -> None:
    whole = bytearray(workshop.model.with_name(FOLDS_NAME).read_bytes())
    half = len(whole) // 2
    whole[half] ^= 0xFF
    content = {"cut": bytes(whole[:half]), "flipped": bytes(whole), "text": b"hello", "pickle": b"\x80\x04K\x01."}[damage]
    path = tmp_path / "folds.npz"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"folds\.npz"):
        load_folds(path)


def test_folds_come_back_as_they_were_written(workshop: Workshop, tmp_path: Path) -> None:
    from detector.training.folds import save_folds

    path = workshop.model.with_name(FOLDS_NAME)
    save_folds(load_folds(path), tmp_path / "again.npz")
    assert (tmp_path / "again.npz").read_bytes() == path.read_bytes()


def test_one_clean_page_in_a_hundred_may_be_suspicious_but_none_more_injected_than_promised() -> None:
    def judged(*verdicts: Verdict) -> list[Judgement]:
        rest: tuple[Verdict, ...] = ("clean",) * (200 - len(verdicts))
        return [Judgement(False, verdict, 0.5, 0, 0, 0, ("none",) * 4) for verdict in (*verdicts, *rest)]

    def worse(*verdicts: Verdict) -> bool:
        return any(d.worse for d in compare(judged(), judged(*verdicts)))

    assert not worse("suspicious", "suspicious")
    assert worse("suspicious", "suspicious", "suspicious")
    assert worse("injected")
