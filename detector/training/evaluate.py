"""How good a model is: recall of pages and of characters, flagged text outside, false alarms, by layout, category, disguise and language."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from detector.auditor import Auditor
from detector.training.hosts import host_pages
from detector.training.infect import Material, Sample, infect, insert_clean
from detector.training.vocabulary import read_material

PAGES: Final = 400


def covered(ranges: Sequence[tuple[int, int]], spans: Sequence[tuple[int, int]]) -> int:
    """Characters of `ranges` that lie inside `spans`; spans do not overlap."""
    return sum(max(0, min(b, e) - max(a, s)) for a, b in ranges for s, e in spans)


def measure(auditor: Auditor, samples: Sequence[Sample]) -> dict[str, dict[str, float]]:
    """Figures by group: pages, found (share not called clean), characters (share of spam characters in findings)."""
    groups: dict[str, list[list[float]]] = defaultdict(list)
    for sample in samples:
        report = auditor.audit(sample.source)
        hit = covered(sample.ranges, [(f.start, f.end) for f in report.findings])
        row = [float(report.verdict != "clean"), hit, sum(b - a for a, b in sample.ranges)]
        for group in (
            "all",
            f"layout {sample.layout}",
            f"category {sample.category}",
            f"disguise {sample.disguise}",
            f"language {sample.language}",
        ):
            groups[group].append(row)
    return {
        group: {
            "pages": len(rows),
            "found": round(sum(r[0] for r in rows) / len(rows), 4),
            "characters": round(sum(r[1] for r in rows) / max(sum(r[2] for r in rows), 1), 4),
        }
        for group, rows in sorted(groups.items())
    }


def evaluate(data: Path, model: Path | None, progress: Callable[[str], None] = lambda _: None, pages: int = PAGES) -> dict[str, Any]:
    """Infect pages written from the honest texts of `data` with its spam, and audit them and the pages as they are.

    The shipped model was fitted on these very texts: for texts of your own this is a test, for the project's it shows what was learnt.
    Raises DataError, ModelError.
    """
    phrases, texts = read_material(data)
    auditor = Auditor(model)
    rng = random.Random(99)
    material = Material(phrases, texts)
    hosts = host_pages(texts, pages, 99)
    progress(f"auditing {pages} pages clean and infected")
    infected = [s for host in hosts if (s := infect(host, "authored", material, rng)) is not None]
    clean = [Sample(host, (), "authored") for host in hosts] + [
        s for host in hosts if (s := insert_clean(host, "authored", material, rng)) is not None
    ]
    alarms = sum(auditor.audit(s.source).verdict != "clean" for s in clean)
    return {"infected": measure(auditor, infected), "clean": {"pages": len(clean), "not_called_clean": alarms}}
