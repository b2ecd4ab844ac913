"""How good a model is on sites, sources of spam and texts that nothing of it was fitted on.

``python benchmarks/held_out.py CORPUS.jsonl.xz [--inject ../shared/check/inject.py] [--data training_data]``

A model is fitted as `detector train` does, without two of the six folds of sites, phrase sources and texts. It then audits, whole, the
corpus pages of the sites left out: as they are, and with spam of the sources and texts left out put in. Printed are the share of infected
pages found at false-alarm rates measured on these very clean pages, by layout, and whether the thresholds found in training keep their rate.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import lzma
import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from detector.classifier.model import Model, save
from detector.classifier.score import score
from detector.features.scene import read_scene
from detector.page.page import read_page
from detector.training.infect import Material, infect
from detector.training.material import fold_of
from detector.training.rows import read_rows
from detector.training.train import fit_model, read_background
from detector.training.vocabulary import read_material

HELD = (0, 1)
RATES = (1e-3, 2e-3, 5e-3, 1e-2)
PAGES_OF_LAYOUT = 40


def held_out_model(data: Path) -> Model:
    """Fit without the folds HELD."""
    rows = read_rows(data / "figures" / "pages.npz")
    counts, real, real_fold = read_background(data / "figures" / "background.npz")
    phrases, texts = read_material(data)
    return fit_model(
        [p for p in phrases if p.fold not in HELD],
        [t for t in texts if t.fold not in HELD],
        rows.of_pages(~np.isin(rows.page_fold, HELD)),
        counts.usual(HELD),
        real.take(np.flatnonzero(~np.isin(real_fold, HELD))),
        print,
    )[0]


def checked(path: Path, hosts: list[dict[str, str]], phrases: dict[str, list[str]], pages: int) -> Iterator[tuple[str, str]]:
    """(layout, page) of the check's own layouts."""
    spec = importlib.util.spec_from_file_location("inject", path)
    assert spec is not None and spec.loader is not None
    inject = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(inject)
    for made in inject.generate(hosts, phrases, pages, seed=7):
        yield f"check {made['layout']}", made["html"]


def layouts(hosts: list[dict[str, str]], material: Material) -> Iterator[tuple[str, str]]:
    """(kind and layout, page) of the training's layouts, some pages each."""
    rng = random.Random(11)
    made: dict[str, int] = defaultdict(int)
    for _ in range(PAGES_OF_LAYOUT * 60):
        host = rng.choice(hosts)
        sample = infect(host["html"], host["id"], material, rng, disguise_count=0)
        if sample is not None and made[sample.layout] < PAGES_OF_LAYOUT:
            made[sample.layout] += 1
            yield f"own {sample.kind} {sample.layout}", sample.source


def main() -> None:
    """The command line of this benchmark."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--inject", type=Path, help="a file with layouts of others: generate(hosts, phrases, n, seed)")
    parser.add_argument("--data", type=Path, default=Path("training_data"))
    parser.add_argument("--pages", type=int, default=400, help="infected pages of --inject")
    parser.add_argument("--misses", type=Path, help="write what was missed and what was flagged to this JSONL file")
    parser.add_argument("--save", type=Path, help="write the model that was fitted")
    args = parser.parse_args()
    model = held_out_model(args.data)
    if args.save:
        save(model, args.save)
    excluded = frozenset((args.data / "excluded_pages.txt").read_text(encoding="utf-8").split("\n"))
    opened = lzma.open(args.corpus, "rt", encoding="utf-8") if args.corpus.suffix == ".xz" else args.corpus.open(encoding="utf-8")
    with opened as lines:
        rows = [r for r in map(json.loads, lines) if r["id"] not in excluded]
    rows = [r for r in rows if fold_of(r["id"] if "/" in r["site"] else r["site"]) in HELD]
    phrases, texts = read_material(args.data)
    phrases, texts = [p for p in phrases if p.fold in HELD], [t for t in texts if t.fold in HELD]
    hosts = [r for r in rows if len(r["html"]) < 150_000]
    by_category: dict[str, list[str]] = defaultdict(list)
    for p in phrases:
        if p.observed:
            by_category[p.category].append(p.text)
    pools = {c: p for c, p in by_category.items() if len(p) >= 12}

    def page_score(source: str) -> tuple[float, str]:
        scene = read_scene(read_page(source))
        scores = score(model, scene)
        worst = int(np.argmax(scores.phrase)) if len(scores.phrase) else 0
        at = (
            slice(int(scene.text.start[scene.phrases.first[worst]]), int(scene.text.end[scene.phrases.last[worst]]))
            if len(scene)
            else slice(0)
        )
        return scores.page, source[at]

    clean = [(*page_score(r["html"]), r["id"]) for r in rows]
    levels = np.sort([c[0] for c in clean])[::-1]
    limits = [float(levels[int(rate * len(levels))]) for rate in RATES]
    print(
        f"{len(clean)} clean pages; thresholds here / of the model: "
        + ", ".join(f"{r:g}: {t:.2f} / {model.threshold(r):.2f}" for r, t in zip(RATES, limits, strict=True))
    )
    groups: dict[str, list[float]] = defaultdict(list)
    log: list[dict[str, Any]] = [{"clean": i, "score": s, "worst": w[:200]} for s, w, i in sorted(clean, reverse=True)[:40]]
    material = Material(phrases, texts)
    for name, source in (*(checked(args.inject, hosts, pools, args.pages) if args.inject else ()), *layouts(hosts, material)):
        found, worst = page_score(source)
        for group in (name, f"{name.split()[0]} all"):
            groups[group].append(found)
        if found <= limits[1]:
            log.append({"missed": name, "score": found, "worst": worst[:200]})
    print(f"{'group':44s} {'pages':>5s} " + " ".join(f"{f'{r:.1%}':>7s}" for r in RATES))
    for name in sorted(groups, key=lambda g: ("all" not in g, g)):
        got = np.array(groups[name])
        print(f"{name:44s} {len(got):5d} " + " ".join(f"{(got > t).mean():7.3f}" for t in limits), flush=True)
    if args.misses:
        args.misses.write_text("".join(json.dumps(m, ensure_ascii=False) + "\n" for m in log), encoding="utf-8")


if __name__ == "__main__":
    main()
