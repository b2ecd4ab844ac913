"""Figures of real pages: what is kept of a page, and that labels stay on the characters they were put on."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from detector.features import registry
from detector.features.ngrams import SIZE
from detector.features.scene import read_scene
from detector.page.page import read_page
from detector.training.bags import bags_of_texts, bags_of_windows, join
from detector.training.calibrate import quantiles
from detector.training.figures import labels
from detector.training.hosts import host_pages
from detector.training.infect import Material, Sample, infect
from detector.training.material import DataError, LabelledText
from detector.training.mining import around, mined
from detector.training.plain import as_plain_text
from detector.training.rows import PageRows, bin_edges, binned, gather, middle_values, read_rows, write_rows
from detector.training.vocabulary import read_material

DATA = Path("training_data")


@pytest.fixture(scope="module")
def authored() -> tuple[list[str], Material]:
    phrases, texts = read_material(DATA)
    few: list[LabelledText] = texts[::7]
    return host_pages(few, 40, 1), Material(phrases[::11], few)


def page_rows(n: int, clean: bool, fold: int, seed: int) -> PageRows:
    rng = np.random.default_rng(seed)
    label = np.zeros(n, bool)
    if not clean:
        label[n // 2 : n // 2 + 5] = True
    features = rng.integers(0, 256, (n, len(registry.NAMES))).astype(np.uint8)
    features[label, registry.INDEX["logit"]] = 255
    line = np.arange(n, dtype=np.int32)
    return PageRows(features, label, np.zeros(n, np.int32), line, line, line, fold, clean, clean, seed, "none", "none", False)


class TestPlainText:
    def test_what_is_labelled_is_still_the_spam(self, authored: tuple[list[str], Material]) -> None:
        hosts, material = authored
        rng = random.Random(3)
        seen = 0
        for host in hosts:
            sample = infect(host, "h", material, rng, disguise_count=0, layout="at-end")
            assert sample is not None
            plain = as_plain_text(sample)
            assert plain.content_type == "text/plain"
            assert "<div" not in plain.source
            shown = {"".join(plain.source[a:b].split()) for a, b in plain.ranges}
            seen += len(shown)
            for text in shown:
                assert text, "an empty range labels nothing"
        assert seen > 100

    def test_references_are_resolved_and_the_range_shrinks_with_them(self) -> None:
        source = "<p>a &amp; b</p><p>&#36172;&#22330;</p>"
        at = source.index("&#36172")
        plain = as_plain_text(Sample(source, ((at, at + 16),), "h"))
        assert [plain.source[a:b] for a, b in plain.ranges] == ["赌场"]
        assert "a & b" in plain.source


class TestLabels:
    def test_a_phrase_is_spam_where_most_of_it_lies_in_a_range(self) -> None:
        source = "good words here, bad words there, good again"
        scene = read_scene(read_page(source, "text/plain"))
        at = source.index("bad")
        assert labels(scene, [(at, at + len("bad words there"))]).tolist() == [False, True, False]
        assert not labels(scene, [(at, at + 3)]).any()


class TestRows:
    def test_bins_hold_the_figures_they_came_from(self) -> None:
        values = np.random.default_rng(0).normal(size=(4000, 3)).astype(np.float32)
        edges = bin_edges(values)
        back = middle_values(binned(values, edges), edges)
        inside = (values > edges[:, 0]) & (values < edges[:, -1])
        assert np.abs(back - values)[inside].max() < 0.2
        assert (binned(back, edges) == binned(values, edges))[inside].mean() > 0.99

    def test_what_is_written_is_read_and_the_same_rows_give_the_same_bytes(self, tmp_path: Path) -> None:
        edges = bin_edges(np.random.default_rng(0).normal(size=(600, len(registry.NAMES))).astype(np.float32))
        rows = gather([page_rows(30, True, 0, 1), page_rows(40, False, 1, 2)], edges)
        for name in ("a.npz", "b.npz"):
            write_rows(rows, tmp_path / name)
        assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
        back = read_rows(tmp_path / "a.npz")
        assert (back.features == rows.features).all() and (back.label == rows.label).all() and back.layouts == rows.layouts

    def test_a_cut_off_file_is_named(self, tmp_path: Path) -> None:
        rows = gather([page_rows(30, True, 0, 1)], bin_edges(np.ones((10, len(registry.NAMES)), np.float32)))
        write_rows(rows, tmp_path / "rows.npz")
        (tmp_path / "rows.npz").write_bytes((tmp_path / "rows.npz").read_bytes()[:300])
        with pytest.raises(DataError, match=r"rows\.npz: cannot be read"):
            read_rows(tmp_path / "rows.npz")

    def test_rows_of_some_pages_are_those_alone(self) -> None:
        rows = gather([page_rows(30, True, f, f) for f in range(4)], np.zeros((len(registry.NAMES), 255), np.float32))
        some = rows.of_pages(np.array([False, True, False, True]))
        assert some.page_fold.tolist() == [1, 3] and len(some.label) == 60
        assert set(some.page.tolist()) == {0, 1} and len(some.stretches(np.arange(60))) == 2


class TestMining:
    def test_infected_pages_keep_what_is_around_the_spam(self) -> None:
        label = np.zeros(500, bool)
        label[250:255] = True
        runs = around(label, np.random.default_rng(0))
        kept = np.concatenate(runs)
        assert set(range(242, 263)) <= set(kept.tolist())
        assert len(kept) < 60

    def test_clean_pages_keep_what_forests_of_other_folds_think_worst_of(self) -> None:
        edges = np.tile(np.linspace(-3, 3, 255, dtype=np.float32), (len(registry.NAMES), 1))
        pages = [page_rows(300, i % 2 == 0, i % 6, i) for i in range(60)]
        for page in pages:
            page.features[:, registry.INDEX["logit"]] = np.where(page.label, 250, 40)
        pages[0].features[200, registry.INDEX["logit"]] = 250  # an honest phrase that looks like spam
        cut = mined(pages, edges, 1)
        assert len(cut[0].label) < 300
        assert (cut[0].features[:, registry.INDEX["logit"]] == 250).any()
        assert (cut[1].label == pages[1].label).all()


class TestBags:
    def test_a_window_of_a_page_is_a_bag_of_its_ngrams(self) -> None:
        scene = read_scene(read_page("alpha beta, gamma delta, epsilon", "text/plain"))
        window = bags_of_windows(scene, np.array([1]), np.array([1]))
        alone = bags_of_texts(["gamma delta"])
        assert sorted(window.bucket.tolist()) == sorted(alone.bucket.tolist())

    def test_ngrams_that_are_not_kept_still_count_in_the_size(self) -> None:
        bags = join([bags_of_texts(["alpha beta"]), bags_of_texts(["gamma"])])
        kept = np.zeros(SIZE, bool)
        kept[bags.bucket[:2]] = True
        fewer = bags.only(kept)
        assert fewer.size.tolist() == bags.size.tolist() and len(fewer.bucket) < len(bags.bucket)
        assert (np.diff(fewer.bucket[: fewer.start[1]]) >= 0).all(), "no order of words is left"


class TestThresholds:
    def test_the_rate_asked_for_is_kept(self) -> None:
        scores = np.random.default_rng(0).normal(size=20_000)
        found = quantiles(scores, np.arange(20_000))
        assert (scores > found[1e-2]).mean() == pytest.approx(1e-2, rel=0.05)
        assert (scores > found[1e-3]).mean() == pytest.approx(1e-3, rel=0.2)

    def test_many_pages_of_one_site_do_not_decide_alone(self) -> None:
        scores, sites = np.r_[np.zeros(1000), np.full(100, 5.0)], np.r_[np.arange(1000), np.full(100, -1)]
        assert quantiles(scores, sites)[1e-2] <= 5

    def test_what_the_pages_cannot_support_lies_above_them_all(self) -> None:
        found = quantiles(np.arange(50.0), np.arange(50))
        assert found[1e-3] > 49 and found[1e-4] > found[1e-3]
