"""Real pages → the figures that training needs: ``python -m detector.training.figures CORPUS.jsonl.xz [MORE.jsonl …]``.

A corpus row has id, site and html. What is kept of it: on how many sites each hashed n-gram occurs (two sites at least), hashed n-grams of
windows of phrases, and binned features of phrases of the pages as they are and with spam put in. No text.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from detector.features import registry, vocabulary
from detector.features.scene import Scene, read_scene
from detector.page.page import read_page
from detector.training.background import SiteCounts, count_sites
from detector.training.bags import Bags, bags_of_windows, join
from detector.training.infect import Material, Sample, infect, insert_clean
from detector.training.material import FOLDS, fold_of
from detector.training.train import fit_vocabulary, left_out, read_material

PAGES_OF_SITE: Final = 5
INFECTED_OF_PAGE: Final = 2
WINDOWS_OF_PAGE: Final = 10
_MARGIN: Final = 14  # phrases kept around what is kept
Row = dict[str, str]


def read_corpus(paths: Sequence[Path], exclude: frozenset[str]) -> list[Row]:
    """At most PAGES_OF_SITE pages of each site, chosen by the hash of their id."""
    by_site: dict[str, list[Row]] = defaultdict(list)
    for path in paths:
        opened = lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8")
        with opened as lines:
            for line in lines:
                row = json.loads(line)
                if row["id"] not in exclude:
                    by_site[row["site"]].append(row)
    chosen: list[Row] = []
    for site in sorted(by_site):
        chosen += sorted(by_site[site], key=lambda r: fold_of(r["id"], 1 << 30))[:PAGES_OF_SITE]
    return chosen


def _scenes(rows: Sequence[Row]) -> Iterator[tuple[Row, Scene]]:
    for row in rows:
        yield row, read_scene(read_page(row["html"]))


def background(rows: Sequence[Row], out: Path) -> tuple[SiteCounts, Bags, NDArray[np.int8]]:
    """Count sites and sample windows in one pass; writes background.npz."""
    rng = np.random.default_rng(0)
    bags: list[Bags] = []
    folds: list[int] = []

    def sampled() -> Iterator[tuple[str, int, Scene]]:
        for row, scene in _scenes(rows):
            fold, n = fold_of(row["site"]), len(scene)
            if n >= 5:
                first = rng.integers(0, n, min(WINDOWS_OF_PAGE, n))
                last = np.minimum(first + rng.choice([0, 0, 0, 1, 2, 4, 7], len(first)), n - 1)
                bags.append(bags_of_windows(scene, first, last))
                folds.extend([fold] * len(first))
            yield row["site"], fold, scene

    counts = count_sites(sampled(), FOLDS)
    sites = counts.sites.copy()
    sites[:, counts.sites.sum(0) < 2] = 0  # what stands on one site only could be read back
    counts = SiteCounts(sites, counts.total, counts.unspaced)
    real, fold_array = join(bags), np.array(folds, np.int8)
    out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        out, sites=counts.sites, total=counts.total, unspaced=counts.unspaced, bucket=real.bucket, start=real.start, fold=fold_array
    )
    return counts, real, fold_array


def labels(scene: Scene, ranges: Sequence[tuple[int, int]]) -> NDArray[np.bool_]:
    """Which phrases are spam: more than half of their characters lie in the ranges."""
    mark = np.zeros(len(scene.page.source) + 1, bool)
    for a, b in ranges:
        mark[a:b] = True
    return scene.count(mark[scene.text.start]) > 0.5 * scene.lengths


def _stretches(features: NDArray[np.float32], label: NDArray[np.bool_], rng: np.random.Generator) -> list[NDArray[np.int64]]:
    """Runs of neighbouring phrases worth keeping: around spam, around what looks most like it, and at random."""
    n = len(label)
    keep = np.zeros(n, bool)
    spam = np.flatnonzero(label)
    if len(spam):
        edges = np.r_[spam[:30], spam[-30:], spam[np.r_[True, np.diff(spam) > 1]][:8]]
        centres = np.r_[edges, rng.integers(0, n, 1)]
        margin = 8
    else:
        looks = features[:, registry.INDEX["logit_6"]] + features[:, registry.INDEX["logit"]]
        centres, margin = np.r_[np.argsort(-looks)[:4], rng.integers(0, n, 1)], _MARGIN
    for centre in centres:
        keep[max(0, centre - margin) : centre + margin + 1] = True
    at = np.flatnonzero(keep)
    return np.split(at, np.flatnonzero(np.diff(at) > 1) + 1)


def page_rows(
    fold: int,
    rows: Sequence[Row],
    vocabulary_model: tuple[NDArray[np.float32], float],
    usual: NDArray[np.uint8],
    material: Material,
    seed: int,
    infected: int,
) -> list[dict[str, Any]]:
    """Figures of some pages of one fold: as they are, with an honest stranger, and infected."""
    rng, numbers = random.Random(seed), np.random.default_rng(seed)
    weights, bias = vocabulary_model
    out: list[dict[str, Any]] = []
    for row in rows:
        samples: list[Sample | None] = [Sample(row["html"], (), row["id"])]
        if rng.random() < 0.4:
            samples.append(insert_clean(row["html"], row["id"], material, rng))
        samples += [
            next((s for s in (infect(row["html"], row["id"], material, rng) for _ in range(4)) if s), None) for _ in range(infected)
        ]
        for sample in samples:
            if sample is None:
                continue
            scene = read_scene(read_page(sample.source))
            if not len(scene):
                continue
            label = labels(scene, sample.ranges)
            if sample.ranges and not label.any():
                continue
            features = registry.matrix(scene, usual, *vocabulary.logits(scene, weights), bias)
            stretches = _stretches(features, label, numbers)
            at = np.concatenate(stretches)
            out.append({
                "features": features[at].astype(np.float16), "label": label[at], "stretch": np.repeat(np.arange(len(stretches)), [len(s) for s in stretches]),
                "line": scene.phrases.line[at], "group": scene.phrases.group[at], "sentence": scene.phrases.sentence[at],
                "fold": fold, "clean": not sample.ranges, "site": fold_of(row["site"], 1 << 40),
            })  # fmt: skip
    return out


def pages(rows: Sequence[Row], data: Path, counts: SiteCounts, real: Bags, real_fold: NDArray[np.int8], out: Path, jobs: int) -> None:
    """Figures of all pages, each seen by a vocabulary model that knows neither its site nor the sources of its spam; writes pages.npz."""
    from joblib import Parallel, delayed

    phrases, texts = read_material(data)
    found: list[dict[str, Any]] = []
    for fold in range(FOLDS):
        kept = np.flatnonzero(real_fold != fold)
        sizes = np.diff(real.start)[kept]
        at = np.arange(int(sizes.sum())) + np.repeat(real.start[kept] - (np.cumsum(sizes) - sizes), sizes)
        others = Bags(real.bucket[at], np.r_[0, np.cumsum(sizes)])
        model = fit_vocabulary(
            [p for p in phrases if not left_out(p.category, p.fold, fold)],
            [t for t in texts if not (left_out(t.category, t.fold, fold) if t.spam else t.fold == fold)],
            others,
        )
        material = Material(
            [p for p in phrases if left_out(p.category, p.fold, fold)],
            [t for t in texts if (left_out(t.category, t.fold, fold) if t.spam else t.fold == fold)],
        )
        usual = counts.usual(fold)
        mine = [r for r in rows if fold_of(r["site"]) == fold]
        batches = [mine[i : i + 60] for i in range(0, len(mine), 60)]
        for batch in Parallel(n_jobs=jobs)(
            delayed(page_rows)(fold, b, model, usual, _plain(material), fold * 1000 + i, INFECTED_OF_PAGE) for i, b in enumerate(batches)
        ):
            found += batch
        print(f"fold {fold + 1} of {FOLDS}: {len(found)} pages so far", flush=True)
    _write(found, out)


def _plain(material: Material) -> Material:
    """Without default factories, which do not pickle."""
    material.phrases = {c: dict(by) for c, by in material.phrases.items()}
    material.prose = {k: dict(by) for k, by in material.prose.items()}
    material.clean = dict(material.clean)
    return material


def _write(found: list[dict[str, Any]], out: Path) -> None:
    features = np.concatenate([f["features"] for f in found])
    sample = features[:: max(1, len(features) // 60000)].astype(np.float32)
    edges = np.stack([np.quantile(sample[:, i], np.linspace(0.002, 0.998, 255)) for i in range(features.shape[1])]).astype(np.float32)
    binned = np.stack([np.searchsorted(edges[i], features[:, i].astype(np.float32)) for i in range(features.shape[1])], 1).astype(np.uint8)
    sizes = [len(f["label"]) for f in found]
    base = np.cumsum([0] + [int(f["stretch"][-1]) + 1 for f in found])
    stretch = np.concatenate([f["stretch"] + base[i] for i, f in enumerate(found)]).astype(np.int32)
    np.savez_compressed(
        out, names=np.array(registry.NAMES), features=binned, edges=edges, label=np.concatenate([f["label"] for f in found]), stretch=stretch,
        line=np.concatenate([f["line"] for f in found]).astype(np.int32), group=np.concatenate([f["group"] for f in found]).astype(np.int32),
        sentence=np.concatenate([f["sentence"] for f in found]).astype(np.int32), page=np.repeat(np.arange(len(found)), sizes).astype(np.int32),
        page_fold=np.array([f["fold"] for f in found], np.int8), page_clean=np.array([f["clean"] for f in found]), page_site=np.array([f["site"] for f in found], np.int64),
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m detector.training.figures", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("corpus", nargs="+", type=Path, help="JSONL (or .jsonl.xz) with id, site, html")
    parser.add_argument("--data", type=Path, default=Path("training_data"))
    parser.add_argument("--exclude", type=Path, help="a file with ids of pages to leave out, one a line")
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    exclude = frozenset(args.exclude.read_text(encoding="utf-8").split("\n")) if args.exclude else frozenset()
    rows = read_corpus(args.corpus, exclude)
    print(f"{len(rows)} pages of {len({r['site'] for r in rows})} sites", flush=True)
    figures = args.data / "figures"
    counts, real, fold = background(rows, figures / "background.npz")
    print("background counted", flush=True)
    pages(rows, args.data, counts, real, fold, figures / "pages.npz", args.jobs)


if __name__ == "__main__":
    main()
