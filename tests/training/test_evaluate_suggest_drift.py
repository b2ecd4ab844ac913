"""What is measured, suggested and compared, on pages whose truth is known."""

from __future__ import annotations

import json
import random
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from detector.classifier.model import load
from detector.cli import main
from detector.sources import Document
from detector.training.drift import changes, kolmogorov_smirnov, page_figures, stability_index, verdict
from detector.training.evaluate import Judgement, covered, evaluation_set, figures, merged
from detector.training.hosts import host_pages
from detector.training.labels import Label, append_labels
from detector.training.plots import precision_recall, precision_recall_svg, reliability, reliability_svg
from detector.training.suggest import candidates, suggest
from detector.training.vocabulary import read_material
from tests.training.conftest import Workshop


def judgement(infected: bool, score: float, spam: int = 0, hit: int = 0, flagged: int = 0, layout: str = "none") -> Judgement:
    verdict = "injected" if score > 0.9 else "suspicious" if score > 0.5 else "clean"
    return Judgement(infected, verdict, score, spam, hit, flagged, (layout, "loans", "none", "en"))


JUDGED = [
    judgement(True, 0.95, 100, 80, 100, "at-end"),
    judgement(True, 0.6, 50, 50, 50, "title"),
    judgement(True, 0.1, 50, 0, 0, "title"),
    judgement(False, 0.7, flagged=10),
    judgement(False, 0.05),
]


def test_figures_are_counted_by_group() -> None:
    found = figures(JUDGED)
    assert found["infected"]["all"] == {"pages": 3, "injected": 0.3333, "not_clean": 0.6667, "characters": 0.65, "outside": 0.1333}
    assert found["infected"]["layout"]["title"]["not_clean"] == 0.5
    assert set(found["infected"]) == {"all", "layout", "category", "disguise", "language"}
    assert found["clean"] == {"pages": 2, "injected": 0, "not_clean": 1, "flagged": 10}


def test_overlapping_ranges_count_once() -> None:
    assert merged([(5, 9), (0, 3), (2, 6)]) == ((0, 9),)
    assert covered([(0, 10)], [(5, 7), (8, 20)]) == 4


def test_the_curve_and_the_points_are_those_of_the_scores() -> None:
    assert precision_recall(JUDGED) == [(1 / 3, 1.0), (1 / 3, 0.5), (2 / 3, 2 / 3), (1.0, 0.75), (1.0, 0.6)]
    assert precision_recall(JUDGED[3:]) == []
    assert sum(pages for _, _, pages in reliability(JUDGED)) == 5
    for svg in (precision_recall_svg(JUDGED), reliability_svg(JUDGED), reliability_svg([])):
        assert ElementTree.fromstring(svg).tag.endswith("svg")


def test_the_evaluation_set_is_always_the_same(workshop: Workshop) -> None:
    assert evaluation_set(workshop.data, 5) == evaluation_set(workshop.data, 5)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


def test_evaluate_writes_tables_and_pictures(workshop: Workshop, tmp_path: Path) -> None:
    asked = ("evaluate", workshop.data, "--count", 4, "--model", workshop.model, "--jobs", 1, "-q")
    done = run(*asked, "--plots", tmp_path)
    assert done.exit_code == 0, done.output
    for title in ("infected pages", "layout", "category", "disguise", "language", "clean pages: 4"):
        assert title in done.stdout
    assert (tmp_path / "precision-recall.svg").exists() and (tmp_path / "reliability.svg").exists()
    assert json.loads(run(*asked, "--format", "json").stdout)["infected"]["all"]["pages"] > 0


def test_evaluate_takes_labelled_pages(workshop: Workshop, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<p>Our school.</p><p>cheap pills</p>", "utf-8")
    labels = tmp_path / "labels.jsonl"
    append_labels([Label(str(page), None, 21, 32, "cheap pills", True, "pharma")], labels)
    done = run("evaluate", labels, "--model", workshop.model, "--format", "json", "-q", "--jobs", 1)
    assert json.loads(done.stdout)["infected"]["category"]["pharma"]["pages"] == 1
    page.unlink()
    gone = run("evaluate", labels, "--model", workshop.model)
    assert gone.exit_code == 2 and "--pages" in gone.stderr


def documents(pages: list[str]) -> list[Document]:
    return [Document(f"page-{i}", page.encode(), content_type="text/html; charset=utf-8") for i, page in enumerate(pages)]


@pytest.fixture(scope="module")
def hosts(workshop: Workshop) -> list[str]:
    return host_pages(read_material(workshop.data)[1], 80, 12)


def test_a_page_is_suggested_once_among_its_copies(workshop: Workshop, hosts: list[str]) -> None:
    pool = list(candidates(load(workshop.model), documents([hosts[0]] * 5 + hosts[1:6])))
    first = suggest(pool, 5)
    assert sum(s.page.text == pool[0].text and s.page.logit == pool[0].logit for s in first) <= 1
    assert [s.worth for s in first] == sorted((s.worth for s in first), reverse=True)
    assert len(suggest(pool, 50)) == 10
    assert suggest([], 5) == []


def test_the_surest_page_is_worth_least(workshop: Workshop, hosts: list[str]) -> None:
    pool = list(candidates(load(workshop.model), documents(hosts[:10])))
    surest = min(pool, key=lambda c: c.uncertainty)
    assert suggest(pool, 1)[0].page is not surest


def test_suggest_names_pages_for_label(workshop: Workshop, tmp_path: Path, hosts: list[str]) -> None:
    for i, host in enumerate(hosts[:6]):
        (tmp_path / f"{i}.html").write_text(host, "utf-8")
    named = run("suggest", tmp_path, "--count", 3, "--format", "names", "--model", workshop.model)
    assert named.exit_code == 0
    assert len(named.stdout.splitlines()) == 3 and all(Path(line).is_file() for line in named.stdout.splitlines())
    told = json.loads(run("suggest", tmp_path, "--count", 3, "--format", "json", "--model", workshop.model).stdout)
    assert [s["name"] for s in told["suggestions"]] == named.stdout.splitlines()
    assert run("suggest", tmp_path / "missing", "--model", workshop.model).exit_code == 3


def test_the_kolmogorov_smirnov_test_is_scipys() -> None:
    from scipy.stats import ks_2samp

    rng = np.random.default_rng(3)
    for shift in (0.0, 0.3, 1.0):
        a, b = rng.normal(size=200), rng.normal(shift, size=150)
        statistic, p = kolmogorov_smirnov(a, b)
        expected = ks_2samp(a, b)
        assert statistic == pytest.approx(expected.statistic)
        assert p == pytest.approx(expected.pvalue, rel=0.15, abs=1e-6)


def test_the_stability_index_grows_with_the_shift_and_is_about_0_without() -> None:
    rng = np.random.default_rng(4)
    old = rng.normal(size=2000)
    found = [stability_index(old, rng.normal(shift, size=2000)) for shift in (0, 0.3, 1)]
    assert found[0] < 0.01 < found[1] < 0.25 < found[2]
    assert stability_index(np.zeros(50), np.zeros(50)) == 0


def test_pages_of_one_kind_are_stable_and_pages_of_another_have_drifted(workshop: Workshop, hosts: list[str]) -> None:
    model = load(workshop.model)
    one, other = (page_figures(model, documents(pages)) for pages in (hosts[:40], hosts[40:]))
    assert verdict(changes(one, other)) == "stable"
    rng = random.Random(5)
    dumps = [" | ".join(rng.choices(["cheap loans", "bet now", "casino club", "buy pills", "vip escort"], k=30)) for _ in range(40)]
    spam = page_figures(model, documents([f"<p>{dump}</p>" for dump in dumps]))
    assert verdict(changes(one, spam)) == "drifted"


def test_drift_tells_by_its_exit_code(workshop: Workshop, tmp_path: Path, hosts: list[str]) -> None:
    for folder, pages in (("old", hosts[:25]), ("same", hosts[25:50]), ("new", ["<p>bet now | bet now | casino | cheap pills</p>"] * 25)):
        (tmp_path / folder).mkdir()
        for i, page in enumerate(pages):
            (tmp_path / folder / f"{i}.html").write_text(page, "utf-8")
    asked = ("drift", tmp_path / "old")
    assert run(*asked, tmp_path / "same", "--model", workshop.model).exit_code == 0
    drifted = run(*asked, tmp_path / "new", "--model", workshop.model, "--format", "json")
    assert drifted.exit_code == 1
    assert json.loads(drifted.stdout)["verdict"] == "drifted"
    (tmp_path / "few").mkdir()
    assert run(*asked, tmp_path / "few", "--model", workshop.model).exit_code == 2
