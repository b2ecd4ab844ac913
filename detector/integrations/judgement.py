"""A page's verdict as plain values, the same for every engine: what fits in a table row, an item, or the metadata of a document."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from detector.report.cut import without

if TYPE_CHECKING:
    from detector.auditor import Auditor
    from detector.report.report import Finding, Report

Level = Literal["suspicious", "injected"]
LEVELS: Final[tuple[Level, ...]] = ("suspicious", "injected")

# Fields of a finding, in the order in which tables have them.
FINDING_FIELDS: Final = ("start", "end", "byte_start", "byte_end", "text", "probability", "category", "visibility")
NOTHING: Final[dict[str, Any]] = {"verdict": None, "score": None, "findings": None, "error": None}


@lru_cache(maxsize=1)
def shared_auditor() -> Auditor:
    """The auditor of this process with the usual settings."""
    from detector.auditor import Auditor

    return Auditor()


def judge(
    content: bytes | str | None,
    url: str | None = None,
    content_type: str | None = None,
    *,
    auditor: Auditor | None = None,
    clean: bool = False,
) -> dict[str, Any]:
    """Audit one page: ``verdict``, ``score`` (0..1), ``findings`` (dicts of `FINDING_FIELDS`), ``error``; with clean, also ``cleaned``.

    Content None, an empty cell, gives None throughout. A failure of the audit, which is a bug, is told in ``error`` rather than raised, so
    that one page cannot end a run over millions; the page is then handed on as it came.
    """
    judged = dict(NOTHING)
    if clean:
        judged["cleaned"] = content
    if content is None:
        return judged
    try:
        report = (auditor or shared_auditor()).audit(content, url, content_type)
        judged |= judgement(report)
        if clean:
            judged["cleaned"] = without(cast("Any", content), report.findings)
    except Exception as error:
        judged |= {"error": f"the audit failed, which is a bug in detector: {error!r}"}
    return judged


def judgement(report: Report) -> dict[str, Any]:
    """The plain values of a report."""
    return {"verdict": report.verdict, "score": report.score, "findings": [_plain(finding) for finding in report.findings], "error": None}


def at_least(verdict: str | None, level: Level) -> bool:
    """Whether a verdict is at or above a level. A page without a verdict is below every level."""
    return verdict in LEVELS and LEVELS.index(verdict) >= LEVELS.index(level)


def checked_level(level: str | None) -> Level | None:
    """The level as given, None for none. Raises ValueError for any other word."""
    if level is not None and level not in LEVELS:
        raise ValueError(f"the level must be one of {', '.join(LEVELS)}, or None, not {level!r}")
    return level


def main_category(findings: list[dict[str, Any]]) -> str:
    """The category of the surest finding, "none" where there is no finding."""
    return str(max(findings, key=lambda finding: finding["probability"])["category"]) if findings else "none"


def _plain(finding: Finding) -> dict[str, Any]:
    plain = {name: getattr(finding, name) for name in FINDING_FIELDS}
    plain["text"] = finding.text.encode("utf-8", "replace").decode()  # half a surrogate pair fits in no table
    return plain
