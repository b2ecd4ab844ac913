"""How fast an audit is, as a ratio to text extractors on the same pages in one run: ``python benchmarks/speed.py CORPUS.jsonl.xz``.

Needs the `test` extra (trafilatura) and resiliparse. Times on shared machines vary; the ratios hold.
"""

from __future__ import annotations

import argparse
import importlib
import json
import lzma
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import detector


def pages(path: Path, count: int) -> list[str]:
    """`count` pages drawn at random from a corpus of rows with html."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line)["html"] for line in lines]
    return random.Random(1).sample(rows, min(count, len(rows)))


def tools() -> Iterator[tuple[str, Callable[[str], object]]]:
    """The audit and the peers that are installed."""
    yield "detector.audit", detector.audit
    for name, module, function in (
        ("trafilatura.extract", "trafilatura", "extract"),
        ("resiliparse text", "resiliparse.extract.html2text", "extract_plain_text"),
    ):
        try:
            yield name, getattr(importlib.import_module(module), function)
        except ModuleNotFoundError:
            print(f"{name}: not installed, left out")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--pages", type=int, default=150)
    args = parser.parse_args()
    chosen = pages(args.corpus, args.pages)
    characters = sum(map(len, chosen))
    seconds: dict[str, float] = {}
    for name, run in tools():
        run(chosen[0])  # what is loaded once is not timed
        begin = time.perf_counter()
        for page in chosen:
            run(page)
        seconds[name] = time.perf_counter() - begin
    own = seconds["detector.audit"]
    print(f"{len(chosen)} pages, {characters / len(chosen):,.0f} characters on average")
    for name, taken in seconds.items():
        print(f"{name:22s} {taken / len(chosen) * 1e3:8.2f} ms a page   {taken / own:6.2f} x the time of an audit")


if __name__ == "__main__":
    main()
