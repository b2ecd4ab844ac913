"""Whether so many pages of an honest site could be called injected by chance."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp
from typing import Final

from detector.report.site.bounded import Bounded, Counted
from detector.report.site.digest import PageDigest
from detector.report.site.evidence import Evidence
from detector.report.site.figures import SiteFigures

_CHANCE: Final = 0.05
_MOST: Final = 2_000


class Alarms:
    """Counts alarms that are independent of each other: the same line found on forty pages is one. rate: of false alarms, 0 … 1."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._lines: Bounded[int, Counted] = Bounded(_MOST, Counted)
        self._injected = Counted()
        self._independent = 0

    def add(self, page: PageDigest) -> None:
        """Take one page."""
        if page.verdict != "injected":
            return
        self._injected.count(page.name)
        new = not page.found
        for line in page.found:
            counted = self._lines[line.key]
            new = new or not counted.pages
            counted.pages += 1
        self._independent += new

    def evidence(self, site: SiteFigures) -> Iterator[Evidence]:
        """The site's alarms as a whole: more than the rate of false alarms brings about, or not."""
        if not self._injected.pages:
            return
        chance = _at_least(self._independent, self._rate * site.pages)
        sure = chance < _CHANCE
        n, of = self._injected.pages, site.pages
        yield Evidence(
            "pages",
            "injected" if sure else "suspicious",
            "",
            n,
            n,
            tuple(self._injected.examples),
            f"{n:,} of {of:,} pages are injected, more than an honest site would show by chance."
            if sure
            else f"{n:,} of {of:,} pages are called injected, which can happen by chance on a site of this size: look at them.",
            f"{of:,} 个页面中有 {n:,} 个被注入，正常网站不会偶然出现这么多。"
            if sure
            else f"{of:,} 个页面中有 {n:,} 个被判为注入；以网站的规模，这可能是偶然误报，请查看。",
        )


def _at_least(count: int, expected: float) -> float:
    """Probability of so many or more where `expected` are expected (Poisson)."""
    term = total = exp(-min(expected, 700))
    for k in range(1, count):
        term *= expected / k
        total += term
    return max(0.0, 1 - total) if count else 1.0
