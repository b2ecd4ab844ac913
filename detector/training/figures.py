"""Real pages → the figures that training needs: ``python -m detector.training.figures CORPUS.jsonl.xz [MORE.jsonl …]``.

A corpus row has id, site and html. What is kept of it: on how many sites each hashed n-gram occurs, hashed n-grams of windows of phrases
(those that two sites share), and binned features of phrases of the pages as they are and with spam put in. No text.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.features import registry
from detector.features.ngrams import SIZE
from detector.features.scene import Scene, read_scene
from detector.page.page import read_page
from detector.training.background import SiteCounts, count_sites
from detector.training.bags import Bags, bags_of_windows, join
from detector.training.hosts import host_pages
from detector.training.infect import Material, Sample, infect, insert_clean
from detector.training.material import FOLDS, LabelledText, Phrase, fold_of
from detector.training.mining import around, mined
from detector.training.plain import as_plain_text
from detector.training.rows import PageRows, bin_edges, binned, gather, write_rows
from detector.training.vocabulary import GROUP, fit_vocabulary, left_out, read_material

PAGES_OF_SITE: Final = 5
PAGES_OF_RARE_SITE: Final = 10  # of a language that few sites of the corpus are written in
INFECTED_OF_PAGE: Final = 3
WINDOWS_OF_PAGE: Final = 30
WINDOWS_OF_RARE_PAGE: Final = 70
AUTHORED_PAGES: Final = 90  # of each fold
LONGEST_HOST: Final = 250_000  # characters: longer pages are read as they are, but nothing is put in
_STRANGERS: Final = 0.45  # share of pages that an honest text is put into
_FOREIGN: Final = 0.12  # of those texts: in a script that is not the page's own, as names, titles and language switchers are
_EAST_ASIAN: Final = ("zh", "ja", "ko", "mixed")
_WESTERN: Final = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "id", "tr")
_EDGE_PAGES: Final = 60
_COMMON: Final = "other"  # language of most sites
Row = dict[str, str]


def read_corpus(paths: Sequence[Path], exclude: frozenset[str]) -> list[Row]:
    """Some pages of each site, chosen by the hash of their id. A site named like a repository holds pages of many sites."""
    by_site: dict[str, list[Row]] = defaultdict(list)
    for path in paths:
        opened = lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8")
        with opened as lines:
            for line in lines:
                row = json.loads(line)
                if row["id"] in exclude:
                    continue
                if "/" in row["site"]:
                    row["site"] = row["id"]
                by_site[row["site"]].append(row)
    chosen: list[Row] = []
    for site in sorted(by_site):
        rows = sorted(by_site[site], key=lambda r: fold_of(r["id"], 1 << 30))
        rare = rows[0].get("lang", _COMMON) != _COMMON
        chosen += rows[: PAGES_OF_RARE_SITE if rare else PAGES_OF_SITE]
    return chosen


def background(rows: Sequence[Row], out: Path) -> tuple[SiteCounts, Bags, NDArray[np.int8]]:
    """Count sites and sample windows in one pass; writes background.npz."""
    rng = np.random.default_rng(0)
    bags: list[Bags] = []
    folds: list[int] = []
    first_site = np.full(SIZE, -1, np.int32)
    shared = np.zeros(SIZE, bool)  # n-grams of two sites: what stands on one only could be read back
    numbers: dict[str, int] = {}

    def sampled() -> Iterator[tuple[str, int, Scene]]:
        for row in rows:
            scene = read_scene(read_page(row["html"]))
            fold, n = fold_of(row["site"]), len(scene)
            if n >= 5:
                first = rng.integers(0, n, min(WINDOWS_OF_PAGE if row["lang"] == _COMMON else WINDOWS_OF_RARE_PAGE, n))
                last = np.minimum(first + rng.choice([0, 0, 0, 1, 2, 4, 7], len(first)), n - 1)
                bags.append(bags_of_windows(scene, first, last))
                folds.extend([fold] * len(first))
            seen, site = np.unique(scene.ngrams.bucket), numbers.setdefault(row["site"], len(numbers))
            shared[seen[(first_site[seen] >= 0) & (first_site[seen] != site)]] = True
            first_site[seen] = site
            yield row["site"], fold, scene

    counts = count_sites(sampled(), FOLDS)
    sites = counts.sites.copy()
    sites[:, counts.sites.sum(0) < 2] = 0
    counts = SiteCounts(sites, counts.total, counts.unspaced)
    real, fold_array = join(bags).only(shared), np.array(folds, np.int8)
    out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        out,
        sites=counts.sites,
        total=counts.total,
        unspaced=counts.unspaced,
        bucket=real.bucket,
        start=real.start,
        size=real.size,
        fold=fold_array,
    )
    return counts, real, fold_array


@dataclass(frozen=True)
class Lens:
    """What a fold's pages are looked at with: a vocabulary model and a background that know neither their sites nor the sources of their
    spam, and the material to put in."""

    fold: int
    weights: NDArray[np.float32]
    bias: float
    usual: NDArray[np.uint8]
    material: Material

    def features(self, scene: Scene) -> NDArray[np.float32]:
        """The features of a page's phrases through this lens."""
        return registry.matrix(scene, self.usual, self.weights, self.bias)


def lens_of(
    fold: int, phrases: Sequence[Phrase], texts: Sequence[LabelledText], counts: SiteCounts, real: Bags, real_fold: NDArray[np.int8]
) -> Lens:
    """Fit a fold's vocabulary model."""
    weights, bias = fit_vocabulary(
        [p for p in phrases if not left_out(p.category, p.fold, fold)],
        [t for t in texts if not (left_out(t.category, t.fold, fold) if t.spam else t.fold == fold)],
        real.take(np.flatnonzero(real_fold != fold)),
    )
    material = Material(
        [p for p in phrases if left_out(p.category, p.fold, fold)],
        [t for t in texts if (left_out(t.category, t.fold, fold) if t.spam else t.fold == fold)],
        [category for category, group in GROUP.items() if group == fold],
    )
    return Lens(fold, weights, bias, counts.usual((fold,)), material)


def samples_of(row: Row, material: Material, rng: random.Random) -> Iterator[tuple[Sample, bool]]:
    """(page, is it as found) for a host: as it is, with an honest stranger, and infected; some as plain text."""
    found = Sample(row["html"], (), row["id"])
    natural = row["lang"] != "authored"
    yield found, natural
    if rng.random() < 0.15:
        yield as_plain_text(found), natural
    if len(row["html"]) > LONGEST_HOST:
        return
    made: list[Sample | None] = []
    if natural and rng.random() < _STRANGERS:
        eastern = (row["lang"] != _COMMON) != (rng.random() < _FOREIGN)
        languages = _EAST_ASIAN if eastern else _WESTERN
        made.append(insert_clean(row["html"], row["id"], material, rng, languages))
    made += [
        next((s for s in (infect(row["html"], row["id"], material, rng) for _ in range(4)) if s), None) for _ in range(INFECTED_OF_PAGE)
    ]
    for sample in made:
        if sample is not None:
            yield (as_plain_text(sample) if rng.random() < 0.2 else sample), False


def labels(scene: Scene, ranges: Sequence[tuple[int, int]]) -> NDArray[np.bool_]:
    """Which phrases are spam: more than half of their characters lie in the ranges."""
    mark = np.zeros(len(scene.page.source) + 1, bool)
    for a, b in ranges:
        mark[a:b] = True
    return scene.count(mark[scene.text.start]) > 0.5 * scene.lengths


def page_rows(rows: Sequence[Row], lens: Lens, edges: NDArray[np.float32], seed: int) -> list[PageRows]:
    """Figures of some pages of one fold. Of infected pages the surroundings of the spam, of the others all."""
    rng, numbers = random.Random(seed), np.random.default_rng(seed)
    out: list[PageRows] = []
    for row in rows:
        for sample, natural in samples_of(row, lens.material, rng):
            scene = read_scene(read_page(sample.source, sample.content_type))
            label = labels(scene, sample.ranges)
            if not len(scene) or (sample.ranges and not label.any()):
                continue
            n = len(scene)
            page = PageRows(
                features=binned(lens.features(scene), edges),
                label=label,
                stretch=np.zeros(n, np.int32),
                line=scene.phrases.line.astype(np.int32),
                group=scene.phrases.group.astype(np.int32),
                sentence=scene.phrases.sentence.astype(np.int32),
                fold=lens.fold,
                clean=not sample.ranges,
                natural=natural,
                site=fold_of(row["site"], 1 << 40),
                layout=sample.layout,
                category=sample.category,
                unseen=GROUP.get(sample.category) == lens.fold,
            )
            out.append(page.take(around(label, numbers)) if sample.ranges else page)
    return out


def _edges(rows: Sequence[Row], lens: Lens) -> NDArray[np.float32]:
    rng = random.Random(0)
    sample = rng.sample(list(rows), min(_EDGE_PAGES, len(rows)))
    seen = [s for row in sample for s, _ in samples_of(row, lens.material, rng)]
    return bin_edges(np.concatenate([lens.features(read_scene(read_page(s.source, s.content_type)))[:1500] for s in seen]))


def pages(rows: Sequence[Row], data: Path, counts: SiteCounts, real: Bags, real_fold: NDArray[np.int8], out: Path, jobs: int) -> None:
    """Figures of all pages, each looked at through its fold's lens; of clean pages the places that forests of other folds think worst of.
    Writes pages.npz."""
    from joblib import Parallel, delayed

    phrases, texts = read_material(data)
    found: list[PageRows] = []
    edges: NDArray[np.float32] | None = None
    for fold in range(FOLDS):
        lens = lens_of(fold, phrases, texts, counts, real, real_fold)
        authored = host_pages([t for t in texts if t.fold == fold], AUTHORED_PAGES, fold)
        mine = [r for r in rows if fold_of(r["site"]) == fold]
        mine += [
            {"id": f"authored-{fold}-{i}", "site": f"authored-{fold}-{i}", "lang": "authored", "html": h} for i, h in enumerate(authored)
        ]
        if edges is None:
            edges = _edges(mine, lens)
        batches = [mine[i : i + 25] for i in range(0, len(mine), 25)]
        for batch in Parallel(n_jobs=jobs)(delayed(page_rows)(b, lens, edges, fold * 1000 + i) for i, b in enumerate(batches)):
            found += batch
        print(f"fold {fold + 1} of {FOLDS}: {len(found)} pages so far", flush=True)
    assert edges is not None
    write_rows(gather(mined(found, edges, jobs), edges), out)


def main() -> None:
    """The command line of this module."""
    parser = argparse.ArgumentParser(prog="python -m detector.training.figures", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("corpus", nargs="+", type=Path, help="JSONL (or .jsonl.xz) with id, site, html")
    parser.add_argument("--data", type=Path, default=Path("training_data"))
    parser.add_argument("--exclude", type=Path, help="a file with ids of pages to leave out, one a line")
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    exclude = frozenset(args.exclude.read_text(encoding="utf-8").split("\n")) if args.exclude else frozenset()
    rows = read_corpus(args.corpus, exclude)
    for row in rows:
        row.setdefault("lang", _COMMON)
    print(f"{len(rows)} pages of {len({r['site'] for r in rows})} sites", flush=True)
    figures = args.data / "figures"
    counts, real, fold = background(rows, figures / "background.npz")
    print("background counted", flush=True)
    pages(rows, args.data, counts, real, fold, figures / "pages.npz", args.jobs)


if __name__ == "__main__":
    main()
