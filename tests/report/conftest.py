"""Reports made by hand: what the renderers are given, without the auditor that would make it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest

from detector.report.inputs import AuditedInput
from detector.report.report import Finding, Location, Reason, Report

SEPARATORS = Reason(
    "form.separators", 3.12, "Short phrases with one separator and no sentence around them.", "短语以同一分隔符相连，不成句子。"
)
FOREIGN = Reason("context.script", 1.4, "Simplified Chinese on a page in Traditional Chinese.", "繁体页面中出现简体文字。")
_MARKED = re.compile("⟪(.*?)⟫", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: opens a page in Chromium by Playwright; skipped where either is absent")


def make_report(marked: str, *, verdict: str = "injected", score: float = 0.998, url: str | None = None, **finding: Any) -> Report:
    """A report on a source in which ⟪…⟫ marks what was found. finding: members that every finding shall have."""
    source, spans, at = "", [], 0
    for match in _MARKED.finditer(marked):
        source += marked[at : match.start()]
        spans.append((len(source), len(source) + len(match[1])))
        source += match[1]
        at = match.end()
    source += marked[at:]
    findings = tuple(_finding(source, start, end, **finding) for start, end in spans)
    return Report(verdict, score, findings, source, url=url, encoding="utf-8")  # type: ignore[arg-type]


def _finding(source: str, start: int, end: int, **members: Any) -> Finding:
    line_start = source.rfind("\n", 0, start) + 1
    standard: dict[str, Any] = {
        "start": start,
        "end": end,
        "byte_start": len(source[:start].encode("utf-8", "surrogatepass")),
        "byte_end": len(source[:end].encode("utf-8", "surrogatepass")),
        "text": html.unescape(_TAG.sub(" ", source[start:end])),
        "probability": 0.9991,
        "category": "gambling",
        "category_probability": 0.97,
        "visibility": "visible",
        "location": Location(source.count("\n", 0, start) + 1, start - line_start + 1, "html > body > p"),
        "reasons": (FOREIGN, SEPARATORS),
    }
    return Finding(**standard | members)


@pytest.fixture
def page() -> Callable[..., AuditedInput]:
    """Makes an audited input: ``page(name, marked_source, **members)``; without ⟪…⟫ and verdict it is clean."""

    def make(name: str, marked: str, **members: Any) -> AuditedInput:
        if "⟪" not in marked:
            members = {"verdict": "clean", "score": 0.001} | members
        return AuditedInput(name, make_report(marked, **members), None, 0.01)

    return make


@pytest.fixture
def unreadable() -> Callable[[str, str], AuditedInput]:
    return lambda name, error: AuditedInput(name, None, error, 0.0)
