"""Pages for the engines' tests, and what the plain call says of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import detector

EXAMPLES = Path(__file__).parents[1] / "examples"
INFECTED = (EXAMPLES / "infected-article.html").read_text(encoding="utf-8")
CLEAN = (EXAMPLES / "clean-article.html").read_text(encoding="utf-8")
URL = "https://town.example/news"
ROWS: list[dict[str, Any]] = [
    {"id": i, "url": URL, "html": html} for i, html in enumerate([INFECTED, CLEAN, None, "", INFECTED + "<p>Once more.</p>", CLEAN * 2] * 3)
]


def plain(html: str | bytes | None, url: str | None = URL) -> tuple[Any, ...]:
    """Verdict, score, places of the findings and cleaned page by `detector.audit` and `detector.clean`."""
    if html is None:
        return None, None, None, None
    report = detector.audit(html, url)
    return report.verdict, report.score, [(f.start, f.end, f.text, f.category) for f in report.findings], detector.clean(html, url)


def told(row: dict[str, Any], prefix: str = "detector_") -> tuple[Any, ...]:
    """The same of a row that an engine gave."""
    findings = row[prefix + "findings"]
    places = None if findings is None else [(f["start"], f["end"], f["text"], f["category"]) for f in findings]
    return row[prefix + "verdict"], row[prefix + "score"], places, row[prefix + "cleaned"]
