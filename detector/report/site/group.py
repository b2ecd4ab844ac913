"""A group of a site's pages (a folder, a series) held against the rest of the site: template, topic, and what the audits of its pages say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from detector.report.site.bounded import Bounded, Counted
from detector.report.site.digest import PageDigest
from detector.report.site.evidence import Strength
from detector.report.site.figures import VECTOR, SiteFigures, folded

_MOST_GROUPS: Final = 128
_FEWEST_REST: Final = 3  # pages of the rest of the site that a group can be compared with
_WITHIN: Final = 0.3  # likeness to the rest below which a group is foreign
_MANY: Final = 0.3  # share of its pages that are found injected
_SOME: Final = 0.1
_LIKELY: Final = 0.2  # mean probability of a page of it to be injected
_FEWEST_INJECTED: Final = 2


class Group(Counted):
    """vectors: as in `SiteFigures`; found: pages that are not clean."""

    def __init__(self) -> None:
        super().__init__()
        self.vectors = np.zeros((2, VECTOR), np.uint32)
        self.found = self.injected = 0
        self.score = 0.0

    def add(self, page: PageDigest) -> None:
        self.count(page.name)
        self.found += page.verdict != "clean"
        self.injected += page.verdict == "injected"
        self.score += page.score
        for vector, cells in zip(self.vectors, folded(page), strict=True):
            vector[cells] += 1

    def foreign(self, site: SiteFigures) -> tuple[bool, bool]:
        """Whether the lines, and whether the words of its pages are foreign to the rest of the site. Where there is no rest, all is."""
        rest = site.pages - self.pages
        if rest < _FEWEST_REST:
            return True, True
        lines, terms = (
            _likeness(own, whole - own, self.pages, rest) < _WITHIN for own, whole in zip(self.vectors, site.vectors, strict=True)
        )
        return lines, terms

    def verdict(self, site: SiteFigures) -> Strength | Literal["clean"]:
        """A group of foreign words is what its own pages are found to be; with a template of its own, fewer of them are enough.

        Being foreign is never enough: manuals, branches and other languages are as foreign, and honest. Nor is being injected: in honest
        news with a dump on every page it is the template that is infected, not the news.
        """
        own_template, foreign = self.foreign(site)
        if not foreign:
            return "clean"
        if self.injected >= _FEWEST_INJECTED and self.injected / self.pages >= (_SOME if own_template else _MANY):
            return "injected"
        doubtful = self.found / self.pages >= _SOME or self.score / self.pages >= _LIKELY
        return "suspicious" if own_template and doubtful and self.found >= _FEWEST_INJECTED else "clean"


class Groups:
    """Pages by a key of theirs; those for which it is empty are in no group."""

    def __init__(self, key: Callable[[PageDigest], str], fewest: int) -> None:
        self._key, self._fewest = key, fewest
        self._groups: Bounded[str, Group] = Bounded(_MOST_GROUPS, Group)

    def add(self, page: PageDigest) -> None:
        key = self._key(page)
        if key:
            self._groups[key].add(page)

    def infected(self, site: SiteFigures) -> Iterator[tuple[str, Group, Strength]]:
        """Groups that are not clean, the largest first."""
        for key, group in self._groups.items():
            if group.pages >= self._fewest:
                verdict = group.verdict(site)
                if verdict != "clean":
                    yield key, group, verdict


def _likeness(own: NDArray[np.uint32], rest: NDArray[np.uint32], pages: int, rest_pages: int) -> float:
    """Cosine of two vectors of page counts, 0 … 1. What stands on every page of the rest (its menus) counts for little: whoever adds pages
    to a site can use its template."""
    weight = 1 - rest / rest_pages
    a, b = weight * np.sqrt(own / pages), weight * np.sqrt(rest / rest_pages)
    length = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / length if length else 0.0
