"""Content without its findings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from detector.report.report import Finding

Content = TypeVar("Content", bytes, str)


def without(content: Content, findings: Sequence[Finding]) -> Content:
    """The content that was audited, without the stretches of its findings: every other byte (or character) as it was.

    findings: in page order, of the report on this very content; for bytes, their byte offsets count.
    """
    if not findings:
        return content
    kept: list[Content] = []
    at = 0
    for finding in findings:
        start, end = (finding.start, finding.end) if isinstance(content, str) else (finding.byte_start or 0, finding.byte_end or 0)
        kept.append(content[at:start])
        at = end
    kept.append(content[at:])
    return content[:0].join(kept)
