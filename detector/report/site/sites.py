"""Audited pages pass by, digest by digest; what remains is a verdict on each site. Memory does not grow with the number of pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, Protocol

from detector.report.inputs import AuditedInput
from detector.report.report import Verdict
from detector.report.site.alarms import Alarms
from detector.report.site.brands import Brands
from detector.report.site.digest import PageDigest
from detector.report.site.evidence import KINDS, Evidence, SiteReport
from detector.report.site.figures import SiteFigures
from detector.report.site.folders import Folders
from detector.report.site.hosts import Hosts
from detector.report.site.series import Series
from detector.report.site.templates import Templates

MOST_SITES: Final = 32  # of one run; an archive of more is looked at by its largest
_RATE: Final = 1e-3  # of false alarms, where the auditor does not say it


class Witness(Protocol):
    """One kind of evidence. A new one is a file here, a name in `KINDS` and a line in `_witnesses`."""

    def add(self, page: PageDigest) -> None:
        """Take one page."""

    def evidence(self, site: SiteFigures) -> Iterator[Evidence]:
        """What stands out over all pages, once the last one is in."""


def _witnesses(rate: float) -> tuple[Witness, ...]:
    return Templates(), Series(), Folders(), Brands(), Hosts(), Alarms(rate)


class Site:
    """One site's pages."""

    def __init__(self, name: str, rate: float) -> None:
        self.name = name
        self.figures = SiteFigures()
        self._witnesses = _witnesses(rate)
        self._verdicts: dict[Verdict, int] = {"clean": 0, "suspicious": 0, "injected": 0}

    def add(self, page: PageDigest) -> None:
        """Take one page."""
        self._verdicts[page.verdict] += 1
        self.figures.add(page)
        for witness in self._witnesses:
            witness.add(page)

    def report(self) -> SiteReport:
        """The verdict is that of the strongest evidence. Suspicious pages alone do not make a site suspicious."""
        evidence = _without_repetition([e for witness in self._witnesses for e in witness.evidence(self.figures)])
        verdict: Verdict = next((e.verdict for e in evidence), "clean")
        counts = self._verdicts
        return SiteReport(self.name, verdict, self.figures.pages, counts["injected"], counts["suspicious"], tuple(evidence))


class Sites:
    """All sites of a run, told apart by host; pages without an address are one site. rate: of false alarms asked of the auditor."""

    def __init__(self, rate: float | None) -> None:
        self._rate = _RATE if rate is None else rate
        self._sites: dict[str, Site] = {}
        self.left_out = 0  # pages of sites that were dropped for their number

    def add(self, page: PageDigest) -> None:
        """Take one page, to its site; where there are too many sites, the smallest is dropped for a new one."""
        site = self._sites.get(page.site)
        if site is None:
            if len(self._sites) >= MOST_SITES:
                least = min(self._sites.values(), key=lambda known: known.figures.pages)
                self.left_out += self._sites.pop(least.name).figures.pages
            site = self._sites[page.site] = Site(page.site, self._rate)
        site.add(page)

    def watch(self, inputs: Iterable[AuditedInput]) -> Iterator[AuditedInput]:
        """The same inputs, each taken in as it passes."""
        for audited in inputs:
            if audited.digest is not None:
                self.add(audited.digest)
            yield audited

    def reports(self) -> tuple[SiteReport, ...]:
        """Worst first, then largest."""
        order: Callable[[SiteReport], tuple[int, int]] = lambda site: (_ORDER.index(site.verdict), -site.pages)  # noqa: E731
        return tuple(sorted((site.report() for site in self._sites.values()), key=order))


_ORDER: Final[tuple[Verdict, ...]] = ("injected", "suspicious", "clean")


def _without_repetition(evidence: list[Evidence]) -> list[Evidence]:
    """Strongest first, in the order of `KINDS`. A folder is left out where a series says the same of its pages, and a block where it is
    but the content of such a folder or series."""
    series = [e for e in evidence if e.kind == "series"]
    folders = [
        e for e in evidence if e.kind == "folder" and not any(s.what.startswith(e.what) and s.pages >= 0.8 * e.pages for s in series)
    ]
    groups = [set(group.examples) for group in (*series, *folders)]
    blocks = [e for e in evidence if e.kind == "template" and not any(set(e.examples) <= examples for examples in groups)]
    kept = [*blocks, *series, *folders, *(e for e in evidence if e.kind not in ("template", "series", "folder"))]
    return sorted(kept, key=lambda e: (_ORDER.index(e.verdict), KINDS.index(e.kind), -e.pages))
