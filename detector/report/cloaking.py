"""What a site shows to one visitor and not to a browser → a `Report` of that visitor's copy, for the renderers that all reports go through.

Pages change from one request to the next: clocks, advertisements, recommendations. So a browser asks twice; what any of its copies has is
no cloaking, and a page whose own copies differ much is not judged by how much another differs. Three things are told: what the audit
finds injected and only the visitor is given, a redirect to another host that only the visitor meets, and a page that is another one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from detector.page.redirects import redirects
from detector.report.comparison import Compared, Difference
from detector.report.report import Finding, Location, Reason, Report, Verdict

_ANOTHER_PAGE: Final = 0.5  # share of its letters that a browser's copies lack from which on a copy is of another page
_STEADY: Final = 0.2  # share by which two copies of one browser may differ for that to be judged
_LEAST: Final = 200  # letters of a page that can be judged: less is the shell of a page that scripts build
_MOST_SHOWN: Final = 50
_SURE: Final = 0.95  # probability told of a redirect: seen, not estimated


@dataclass(frozen=True)
class Served:
    """A copy as a visitor was served it. host: that it came from in the end; byte_offset: of a character of its source, in bytes."""

    compared: Compared
    host: str
    byte_offset: Callable[[int], int] | None = None


def cloaked(served: Served, seen: Sequence[Served], visitor: str) -> Report:
    """The report on a visitor's copy, reduced to what none of the copies that a browser saw has. visitor: their name."""
    report = served.compared.report
    others = [one.compared for one in seen]
    alone = served.compared.against(others)
    findings: list[Finding] = [_with_reason(finding, _only(visitor)) for finding in alone.findings]
    verdict: Verdict = report.verdict if findings else "clean"
    known = {redirect.host for other in others for redirect in redirects(other.report.source)} | {one.host for one in seen} | {served.host}
    jumps = [redirect for redirect in redirects(report.source) if redirect.host not in known]
    for jump in jumps[:_MOST_SHOWN]:
        findings.append(_redirect(served, jump.start, jump.end, jump.host, visitor))
        verdict = "injected"
    left = served.host not in {one.host for one in seen}
    if left:
        verdict = "injected"
    if left or (verdict == "clean" and alone.letters * alone.share >= _LEAST and alone.share >= _ANOTHER_PAGE and _is_steady(others)):
        reason = _led(served.host, visitor) if left else _only(visitor)
        findings += [_from_difference(served, d, reason) for d in alone.differences[:_MOST_SHOWN] if not d.found]
        verdict = verdict if left else "suspicious"
    findings.sort(key=lambda finding: (finding.start, finding.end))
    score = max([report.score if alone.findings else 0.0, _SURE if left or jumps else 0.0, 0.5 if verdict == "suspicious" else 0.0])
    return replace(report, verdict=verdict, findings=_apart(findings), score=score)


def _is_steady(copies: Sequence[Compared]) -> bool:
    """Whether a browser is given much the same page each time, and one with text."""
    first = copies[0].against(copies[1:])
    return first.letters >= _LEAST and (len(copies) < 2 or first.share < _STEADY)


def _apart(findings: list[Finding]) -> tuple[Finding, ...]:
    kept: list[Finding] = []
    for finding in findings:
        if not kept or finding.start >= kept[-1].end:
            kept.append(finding)
    return tuple(kept)


def _only(visitor: str) -> Reason:
    return Reason(
        "cloaking",
        1.0,
        f"Only {visitor} is given this: a browser's copies of the page lack it.",
        f"只有 {visitor} 得到这段内容，浏览器得到的页面没有。",
    )


def _led(host: str, visitor: str) -> Reason:
    return Reason("cloaking", 1.0, f"Only {visitor} is led to {host}.", f"只有 {visitor} 会被带到 {host}。")


def _with_reason(finding: Finding, reason: Reason) -> Finding:
    weight = max([1.0, *(known.weight for known in finding.reasons)])
    return replace(finding, reasons=(replace(reason, weight=weight), *finding.reasons))


def _bytes(served: Served, at: int) -> int | None:
    return None if served.byte_offset is None else served.byte_offset(at)


def _redirect(served: Served, start: int, end: int, host: str, visitor: str) -> Finding:
    source = served.compared.report.source
    place = Location(source.count("\n", 0, start) + 1, start - source.rfind("\n", 0, start), "")
    return Finding(
        start, end, _bytes(served, start), _bytes(served, end), source[start:end], _SURE, "other", 1.0, "script", place, (_led(host, visitor),)
    )  # fmt: skip


def _from_difference(served: Served, d: Difference, reason: Reason) -> Finding:
    return Finding(
        d.start, d.end, _bytes(served, d.start), _bytes(served, d.end), d.text, d.probability, "other", 0.5, d.visibility, d.location, (reason,)
    )  # fmt: skip
