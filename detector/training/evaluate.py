"""How good a model is: pages found, characters found, text flagged outside, false alarms, by layout, category, disguise and language."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from detector.auditor import Auditor
from detector.report.report import Verdict
from detector.training.corrected import CorrectedPage
from detector.training.hosts import host_pages
from detector.training.infect import Material, Sample, infect
from detector.training.vocabulary import read_material

PAGES: Final = 400
HELD_SEED: Final = 99  # of the pages that old and new models are held to; nothing else draws with it
GROUPINGS: Final = ("layout", "category", "disguise", "language")
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a model said of one page. spam: characters of the source that are spam; hit: of these, how many lie in findings; flagged:
    characters in findings; groups: value of each of GROUPINGS."""

    infected: bool
    verdict: Verdict
    score: float
    spam: int
    hit: int
    flagged: int
    groups: tuple[str, ...]


def covered(ranges: Sequence[tuple[int, int]], spans: Sequence[tuple[int, int]]) -> int:
    """Characters of `ranges` that lie inside `spans`; neither overlap among themselves."""
    return sum(max(0, min(b, e) - max(a, s)) for a, b in ranges for s, e in spans)


def evaluation_set(data: Path, pages: int = PAGES) -> list[Sample]:
    """Pages written from the honest texts of `data`: as they are, and with spam of `data`. Always the same.

    The shipped model was fitted on these very texts: so old and new models are told apart, and how good one is shows better on pages of
    your own. Raises DataError.
    """
    phrases, texts = read_material(data)
    rng = random.Random(HELD_SEED)
    material = Material(phrases, texts)
    hosts = host_pages(texts, pages, HELD_SEED)
    infected = [s for host in hosts if (s := infect(host, "authored", material, rng)) is not None]
    return infected + [Sample(host, (), "authored") for host in hosts]


def labelled_set(pages: Sequence[CorrectedPage]) -> list[Sample]:
    """Pages that people labelled: infected where they found spam, clean where all they said is that something is none."""
    return [
        Sample(
            p.source,
            merged(p.spam),
            p.name,
            "labelled",
            (p.categories or ("other" if p.spam else "none",))[0],
            content_type=p.content_type or "",
        )
        for p in pages
    ]


def merged(ranges: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Ranges in order, those that touch or overlap made one."""
    found: list[tuple[int, int]] = []
    for a, b in sorted(ranges):
        if found and a <= found[-1][1]:
            found[-1] = found[-1][0], max(b, found[-1][1])
        else:
            found.append((a, b))
    return tuple(found)


def judge(auditor: Auditor, samples: Sequence[Sample], jobs: int = 1) -> list[Judgement]:
    """What a model says of each page, in order; `jobs` processes, -1: one a core."""
    from joblib import Parallel, delayed

    batches = [samples[i : i + 40] for i in range(0, len(samples), 40)]
    return [j for batch in Parallel(n_jobs=jobs)(delayed(_judge)(auditor, b) for b in batches) for j in batch]


def _judge(auditor: Auditor, samples: Sequence[Sample]) -> list[Judgement]:
    return [_judgement(auditor, sample) for sample in samples]


def _judgement(auditor: Auditor, sample: Sample) -> Judgement:
    report = auditor.audit(sample.source, content_type=sample.content_type or None)
    spans = merged([(f.start, f.end) for f in report.findings])
    return Judgement(
        infected=bool(sample.ranges),
        verdict=report.verdict,
        score=report.score,
        spam=sum(b - a for a, b in sample.ranges),
        hit=covered(sample.ranges, spans),
        flagged=sum(e - s for s, e in spans),
        groups=(sample.layout, sample.category, sample.disguise, sample.language),
    )


def figures(judgements: Sequence[Judgement]) -> dict[str, Any]:
    """{"infected": {"all": …, "layout": {name: …}, …}, "clean": …} of infected pages, and of clean ones.

    Of infected pages: pages, injected and not_clean (share of pages), characters (share of spam in findings), outside (share of flagged
    text that is no spam). Of clean ones: pages, injected and not_clean (numbers of pages), flagged (characters).
    """
    infected = [j for j in judgements if j.infected]
    clean = [j for j in judgements if not j.infected]
    tables: dict[str, Any] = {"all": _of_infected(infected)} if infected else {}
    for i, grouping in enumerate(GROUPINGS):
        groups: dict[str, list[Judgement]] = defaultdict(list)
        for judgement in infected:
            groups[judgement.groups[i]].append(judgement)
        tables[grouping] = {name: _of_infected(rows) for name, rows in sorted(groups.items())}
    return {
        "infected": tables,
        "clean": {
            "pages": len(clean),
            "injected": sum(j.verdict == "injected" for j in clean),
            "not_clean": sum(j.verdict != "clean" for j in clean),
            "flagged": sum(j.flagged for j in clean),
        },
    }


def _of_infected(rows: Sequence[Judgement]) -> dict[str, float]:
    hit, flagged = sum(r.hit for r in rows), sum(r.flagged for r in rows)
    return {
        "pages": len(rows),
        "injected": round(sum(r.verdict == "injected" for r in rows) / len(rows), 4),
        "not_clean": round(sum(r.verdict != "clean" for r in rows) / len(rows), 4),
        "characters": round(hit / max(sum(r.spam for r in rows), 1), 4),
        "outside": round((flagged - hit) / max(flagged, 1), 4),
    }
