"""Doorway pages in a numbered series: ``/uploads/slot-1.html`` … ``/uploads/slot-900.html``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from detector.report.site.digest import PageDigest
from detector.report.site.evidence import Evidence
from detector.report.site.figures import SiteFigures
from detector.report.site.group import Groups

_FEWEST: Final = 5  # pages


class Series:
    """Pages whose names differ by numbers alone. Most such series are news, products and pagination: the pages decide."""

    def __init__(self) -> None:
        self._groups = Groups(lambda page: page.series, _FEWEST)

    def add(self, page: PageDigest) -> None:
        """Take one page."""
        self._groups.add(page)

    def evidence(self, site: SiteFigures) -> Iterator[Evidence]:
        """Numbered series with findings."""
        for pattern, group, verdict in self._groups.infected(site):
            n, found = group.pages, group.found
            en = f"A numbered series of {n:,} pages, {found:,} of them found, reads like doorway pages."
            zh = f"编号系列共 {n:,} 个页面，其中 {found:,} 个有发现，像是桥页（doorway）。"
            yield Evidence("series", verdict, pattern, n, found, tuple(group.examples), en, zh)
