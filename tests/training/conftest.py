"""A workshop of its own: data of a few texts and pages, figures of them, and the model trained on them, made once."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("sklearn")

from detector.features.scene import read_scene
from detector.page.page import read_page
from detector.training import figures, vocabulary
from detector.training.hosts import host_pages
from detector.training.infect import Material
from detector.training.material import FOLDS, fold_of
from detector.training.rows import bin_edges, gather, write_rows
from detector.training.train import train

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "training_data"
TREES = 16


@dataclass(frozen=True)
class Workshop:
    """data: a small training_data; model: of it, with its card and folds beside it."""

    data: Path
    model: Path

    @property
    def out(self) -> Path:
        return self.model.parent


@pytest.fixture(scope="session", autouse=True)
def small_steps() -> Iterator[None]:
    """Hundreds of made-up dumps are enough here, and one thread: on a busy machine more of them wait for each other."""
    from threadpoolctl import threadpool_limits

    with pytest.MonkeyPatch.context() as patch, threadpool_limits(1):
        patch.setattr(vocabulary, "spam_texts", partial(vocabulary.spam_texts, dumps=200))
        yield


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory, small_steps: None) -> Workshop:
    data = tmp_path_factory.mktemp("workshop") / "data"
    _write_material(data)
    _write_figures(data)
    return Workshop(data, train(data, data.parent / "model", trees=TREES, jobs=1))


def _write_material(data: Path) -> None:
    for name, most in (("clean_en", 10**6), ("spam_en_world", 120)):
        lines = (SHIPPED / "texts" / f"{name}.jsonl").read_text("utf-8").splitlines()
        english = [line for line in lines if json.loads(line)["lang"] == "en"][:most]
        (data / "texts").mkdir(parents=True, exist_ok=True)
        (data / "texts" / f"{name}.jsonl").write_text("\n".join(english) + "\n", "utf-8")
    (data / "phrases").mkdir()
    phrases = (SHIPPED / "phrases" / "en_other.tsv").read_text("utf-8").splitlines()
    (data / "phrases" / "en.tsv").write_text("\n".join([phrases[0], *phrases[1::12]]) + "\n", "utf-8")
    grammar = {
        "loans": {"en": {"templates": ["{offer} loan", "loan for {who}"], "slots": {"offer": ["cheap", "quick"], "who": ["you", "all"]}}}
    }
    (data / "phrases" / "grammar.json").write_text(json.dumps(grammar), "utf-8")


def _write_figures(data: Path) -> None:
    """As `detector.training.figures` does, but with one vocabulary for all folds, and pages written from the texts in place of a corpus."""
    phrases, texts = vocabulary.read_material(data)
    hosts = host_pages(texts, 60, 1)
    rows = [{"id": f"{i}", "site": f"site-{i}", "lang": "other", "html": html} for i, html in enumerate(hosts)]
    counts, real, _ = figures.background(rows, data / "figures" / "background.npz")
    weights, bias = vocabulary.fit_vocabulary(phrases[::2], [t for t in texts if t.fold % 2], real)
    lens = figures.Lens(0, weights, bias, counts.usual(), Material(phrases, texts))
    edges = bin_edges(np.concatenate([lens.features(read_scene(read_page(html))) for html in hosts[:20]]))
    pages = []
    for fold in range(FOLDS):
        mine = [row for row in rows if fold_of(row["site"]) == fold]
        pages += figures.page_rows(mine, replace(lens, fold=fold), edges, fold)
    write_rows(gather(pages, edges), data / "figures" / "pages.npz")


CHARMS = (
    "The amulets of master Zorin turn bad luck away, write to him tonight.",
    "Master Zorin sends his blessed amulets to every house, ask for yours tonight.",
    "Order a blessed stone of master Zorin and your luck will turn.",
    "Write to master Zorin, whose blessed stones turn every curse away.",
    "Ask master Zorin for an amulet tonight, his blessing turns bad luck.",
)


def with_charm(host: str, rng: random.Random) -> tuple[str, int, int]:
    """(page, start, end): a host with an advert of a kind that the workshop's data do not have, in a paragraph of its own."""
    charm = rng.choice(CHARMS)
    at = host.index("</p>", host.index("<article>")) + len("</p>")
    page = f"{host[:at]}<p>{charm}</p>{host[at:]}"
    return page, at + 3, at + 3 + len(charm)
