"""An auditor that finds what stands between ⟪ and ⟫, so that the command line is tested apart from any model's judgement.

Between ⟪? and ⟫ it is merely suspicious. The word KILL ends the process, CRASH raises, STOP is a Ctrl-C.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import ClassVar

from detector.report.report import Block, Finding, Location, Reason, Report

_MARKED = re.compile("⟪(.*?)⟫", re.DOTALL)
WHY = Reason("keyword-list", 2.5, "It is a run of keywords, not sentences.", "是一串关键词，而不是句子。")


@dataclass(frozen=True)
class _Page:
    source: str

    def blocks(self) -> tuple[Block, ...]:
        return (Block(0, len(self.source), self.source, "text", "visible", 0.5),)

    def visible_text(self, _: object) -> str:
        return _MARKED.sub("", self.source)


class StubAuditor:
    """Stands where `detector.Auditor` stands; picklable like it."""

    settings: ClassVar[dict[str, object]] = {"model": "stub"}
    max_chars = 1_000_000
    false_alarm_rate = 1e-3

    def audit(self, content: bytes, url: str | None = None, content_type: str | None = None) -> Report:
        source = content.decode("utf-8", "replace")
        if "KILL" in source:
            os._exit(9)
        if "STOP" in source:
            raise KeyboardInterrupt
        if "CRASH" in source:
            raise RuntimeError("a defect")
        findings = tuple(self._finding(source, match) for match in _MARKED.finditer(source))
        sure = any(not finding.text.startswith("?") for finding in findings)
        verdict = "injected" if sure else "suspicious" if findings else "clean"
        score = {"injected": 0.99, "suspicious": 0.6, "clean": 0.01}[verdict]
        return Report(verdict, score, findings, source, url, "utf-8", audited=_Page(source))  # type: ignore[arg-type]

    def clean(self, content: bytes, url: str | None = None, content_type: str | None = None) -> bytes:
        return _MARKED.sub("", content.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    def _finding(self, source: str, match: re.Match[str]) -> Finding:
        start, end = match.span()
        at, to = len(source[:start].encode()), len(source[:end].encode())
        line = source.count("\n", 0, start) + 1
        return Finding(start, end, at, to, match[1], 0.99, "gambling", 0.9, "visible", Location(line, 1, "html > body"), (WHY,))
