"""Folders of another topic, put into a site to be found under its name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from detector.report.site.digest import PageDigest
from detector.report.site.evidence import Evidence
from detector.report.site.figures import SiteFigures
from detector.report.site.group import Groups

_FEWEST: Final = 3  # pages


class Folders:
    """Pages that lie in one folder and share neither template nor words with the rest of the site."""

    def __init__(self) -> None:
        self._groups = Groups(lambda page: page.folder, _FEWEST)

    def add(self, page: PageDigest) -> None:
        """Take one page."""
        self._groups.add(page)

    def evidence(self, site: SiteFigures) -> Iterator[Evidence]:
        """Folders with findings that are foreign to the rest of the site."""
        for folder, group, verdict in self._groups.infected(site):
            if not all(group.foreign(site)):
                continue
            n, found = group.pages, group.found
            en = f"A folder of {n:,} pages, {found:,} of them found, shares neither template nor words with the rest of the site."
            zh = f"此目录有 {n:,} 个页面，其中 {found:,} 个有发现；模板和用词都与网站其余部分无关。"
            yield Evidence("folder", verdict, folder, n, found, tuple(group.examples), en, zh)
