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

_MOST_GROUPS: Final = 64
_FEWEST_REST: Final = 3  # pages of the rest of the site that a group can be compared with
_FOREIGN: Final = 0.6  # share of what its pages have in common from which a group is foreign
_MENUS: Final = 0.5  # share of the rest's pages from which words are those of its menus, which any page in its template has
_RARE: Final = 0.25  # of the share that it has of the group's pages
_MANY: Final = 0.3  # share of its pages that are found injected
_SOME: Final = 0.1
_LIKELY: Final = 0.2  # mean probability of a page of it to be injected
_FEWEST_INJECTED: Final = 2
_FULL: Final = np.iinfo(np.uint16).max


class Group(Counted):
    """vectors: as in `SiteFigures`; found: pages that are not clean."""

    def __init__(self) -> None:
        super().__init__()
        self.vectors = np.zeros((2, VECTOR), np.uint16)
        self.found = self.injected = 0
        self.score = 0.0

    def add(self, page: PageDigest) -> None:
        """Take one page."""
        self.count(page.name)
        self.found += page.verdict != "clean"
        self.injected += page.verdict == "injected"
        self.score += page.score
        for vector, cells in zip(self.vectors, folded(page), strict=True):
            vector[cells] += vector[cells] < _FULL

    def foreign(self, site: SiteFigures) -> tuple[bool, bool]:
        """Whether the lines, and whether the words of its pages are foreign to the rest of the site. Where there is no rest, all is."""
        rest = site.pages - self.pages
        if rest < _FEWEST_REST:
            return True, True
        (own_lines, own_terms), (lines, terms) = self.vectors.astype(np.int64), site.vectors.astype(np.int64)
        return (
            _foreign_share(own_lines, lines - own_lines, self.pages, rest, 1.0) >= _FOREIGN,
            _foreign_share(own_terms, terms - own_terms, self.pages, rest, _MENUS) >= _FOREIGN,
        )

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
        """Take one page, into the group of its key."""
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


def _foreign_share(own: NDArray[np.int64], rest: NDArray[np.int64], pages: int, rest_pages: int, most: float) -> float:
    """How much of what the pages of a group have in common is rare on the rest of the site: 0 … 1; 1 where they have nothing to go by.

    A cell of the rest holds what fell into it by chance too, as large a share of the pages however many there are: so a share counts as
    rare against the group's own. most: share of the pages of the rest above which something does not count at all.
    """
    a, b = own / pages, rest / rest_pages
    weight = a * a * (b <= most)
    total = float(weight.sum())
    return float(weight[b < a * _RARE].sum()) / total if total else 1.0
