"""What a million pages cost, in processor time of one core: ``python benchmarks/cost.py [CORPUS.jsonl.xz] [--price 0.02]``.

Counts processor time, which other programs on the machine disturb little, of reading a page's report, of cleaning it too, and memory.
Without a corpus, pages of benchmarks/engines.py are taken: short articles, one in ten infected.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.engines import page
from detector.auditor import Auditor
from detector.integrations.judgement import judge


def corpus(path: Path | None, count: int) -> list[bytes]:
    if path is None:
        return [page(number).encode() for number in range(count)]
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line)["html"] for line in lines]
    return [html.encode("utf-8", "replace") for html in random.Random(1).sample(rows, min(count, len(rows)))]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("corpus", type=Path, nargs="?")
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--price", type=float, default=0.02, help="of one core for one hour")
    args = parser.parse_args()
    pages = corpus(args.corpus, args.pages)
    auditor = Auditor()
    for content in pages[:5]:
        auditor.audit(content)
    begin = time.process_time()
    for content in pages:
        judge(content, auditor=auditor, clean=True)
    taken = time.process_time() - begin
    hours = taken / len(pages) * 1e6 / 3600
    size = sum(map(len, pages)) / len(pages)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(pages)} pages, {size / 1024:.1f} kB on average: {taken / len(pages) * 1e3:.2f} ms of one core a page, judged and cleaned")
    print(f"a million pages: {hours:.1f} core-hours, {hours * args.price:.2f} at {args.price:g} a core-hour; {size / 1e3:.1f} GB to read")
    print(f"a billion on 100 cores: {hours * 1000 / 100 / 24:.1f} days; memory at most {peak:,.0f} MB, this corpus in it")


if __name__ == "__main__":
    main()
