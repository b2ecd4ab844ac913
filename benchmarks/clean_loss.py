"""What `clean` leaves of the spam and takes from the page, to the character: ``python benchmarks/clean_loss.py ../shared``.

Infected pages are those of ``check/inject.py``, made from real pages and phrases seen in the wild. On each, two shares are counted by
offsets: characters of the injected phrases that stay, and characters of the host's own text that go (of text and of attributes a reader may
see; markup and scripts are counted apart). Clean pages on which nothing is found must come back byte for byte.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import detector
from detector.page.page import read_page

Mask = NDArray[np.bool_]
OBFUSCATIONS = (("plain", 0, 6), ("one obfuscation", 1, 2), ("three obfuscations", 3, 1))  # and their share of the pages


@dataclass
class Loss:
    """Characters of a group of pages."""

    pages: int = 0
    spam: int = 0
    spam_left: int = 0
    text: int = 0
    text_lost: int = 0
    source: int = 0
    source_lost: int = 0

    def add(self, other: Loss) -> None:
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


def corpus(shared: Path) -> list[dict[str, Any]]:
    """Rows of the corpus in an order by the hash of their id."""
    with lzma.open(shared / "corpus" / "clean.jsonl.xz", "rt", encoding="utf-8") as lines:
        return sorted(map(json.loads, lines), key=lambda row: hashlib.sha256(row["id"].encode()).hexdigest())


def is_host(row: dict[str, Any]) -> bool:
    """The sites that ``check/run`` infects; the others are its clean pages."""
    own = int(hashlib.sha256(row["site"].encode()).hexdigest(), 16) % 2 == 0
    return own and row["lang"] in ("zh", "mixed", "other")


def covered(ranges: list[tuple[int, int]], size: int) -> Mask:
    mask = np.zeros(size, bool)
    for start, end in ranges:
        mask[start:end] = True
    return mask


def inserted(host: str, page: str) -> tuple[int, int]:
    """Where a page differs from its host: every layout of inject.py puts its spam, with markup of its own, in one place."""
    a, b = np.array([*map(ord, host)]), np.array([*map(ord, page)])
    size = min(len(a), len(b))
    differ = np.flatnonzero(a[:size] != b[:size])
    before = int(differ[0]) if len(differ) else size
    differ = np.flatnonzero(a[::-1][: size - before] != b[::-1][: size - before])
    return before, len(page) - (int(differ[0]) if len(differ) else size - before)


def loss(host: str, row: dict[str, Any]) -> Loss:
    """What cleaning one infected page leaves and takes."""
    page = row["html"]
    cut = covered([(f.start, f.end) for f in detector.audit(page).findings], len(page))
    spam = covered(row["ranges"], len(page))
    chunks = read_page(page)
    text = covered(list(zip(chunks.start.tolist(), chunks.end.tolist(), strict=True)), len(page))
    own = np.ones(len(page), bool)
    own[slice(*inserted(host, page))] = False
    counts = spam, spam & ~cut, own & text, own & text & cut, own, own & cut
    return Loss(1, *(int(mask.sum()) for mask in counts))


def infected(shared: Path, hosts: list[dict[str, Any]], count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    sys.path.insert(0, str(shared / "check"))
    import inject  # type: ignore[import-not-found]

    phrases = inject.read_phrases(*sorted((shared / "phrases").glob("*.tsv")))
    shares = sum(share for *_, share in OBFUSCATIONS)
    for name, obfuscate, share in OBFUSCATIONS:
        for row in inject.generate(hosts, phrases, count * share // shares, seed=7 + obfuscate, obfuscate=obfuscate):
            yield name, row


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("shared", type=Path)
    parser.add_argument("--pages", type=int, default=450, help="infected pages")
    parser.add_argument("--clean", type=int, default=300, help="clean pages; 0: every page of the corpus")
    args = parser.parse_args()
    rows = corpus(args.shared)
    hosts = [row for row in rows if is_host(row)]
    source = {row["id"]: row["html"] for row in hosts}
    groups: dict[str, Loss] = defaultdict(Loss)
    worst: list[tuple[int, str, str]] = []
    for group, row in infected(args.shared, hosts, args.pages):
        one = loss(source[row["host"]], row)
        for name in ("all", group, f"layout {row['layout']}"):
            groups[name].add(one)
        if one.text_lost:
            worst.append((one.text_lost, row["id"], row["layout"]))
    print(f"{'infected pages':28s} {'pages':>6s} {'spam left':>10s} {'host text lost':>15s} {'host source lost':>17s}")
    for name, sums in sorted(groups.items(), key=lambda item: (item[0] != "all", item[0])):
        shares = sums.spam_left / sums.spam, sums.text_lost / max(1, sums.text), sums.source_lost / max(1, sums.source)
        print(f"{name:28s} {sums.pages:6d} {shares[0]:10.4%} {shares[1]:15.5%} {shares[2]:17.5%}")
    print("most host text lost:", *(f"{lost} characters on {page} ({layout})" for lost, page, layout in sorted(worst)[:-6:-1]), sep="\n  ")
    clean = [row["html"] for row in rows][: args.clean or None]
    without = [page for page in clean if not detector.audit(page).findings]
    changed = sum(detector.clean(page) != page or detector.clean(page.encode()) != page.encode() for page in without)
    print(f"clean pages {len(clean)}: {len(without)} without a finding, of which {changed} do not come back byte for byte")


if __name__ == "__main__":
    main()
