"""Brand substitution: a clone of a site with another name in the place of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from detector.report.site.bounded import Bounded, Counted
from detector.report.site.digest import PageDigest
from detector.report.site.evidence import Evidence, Strength
from detector.report.site.figures import SiteFigures

_MOST: Final = 2_000
_FEWEST_PAGES: Final = 5
_EVERYWHERE: Final = 0.6  # share of the titled pages
_ABSENT: Final = 0.2  # share of its pages whose text has the name too, up to which the text does not know it
_MOSTLY: Final = 0.5
_LIKELY: Final = 0.9  # mean probability of a part of a title; an honest string of trade terms reached 0.8
_SHORTEST_WORD: Final = 4  # letters of a word looked for in the host


class _Name(Counted):
    text = ""
    in_text = found = 0
    probability = 0.0
    host = ""


class Brands:
    """Parts of titles that stand on nearly every page."""

    def __init__(self) -> None:
        self._names: Bounded[int, _Name] = Bounded(_MOST, _Name)
        self._titled = 0

    def add(self, page: PageDigest) -> None:
        """Take one page."""
        self._titled += bool(page.title)
        for segment in {segment.key: segment for segment in page.title}.values():
            name = self._names[segment.key]
            name.count(page.name)
            name.text = segment.text
            name.host = page.site
            name.in_text += segment.in_text
            name.found += segment.found
            name.probability += segment.probability

    def evidence(self, site: SiteFigures) -> Iterator[Evidence]:
        """Names on nearly all titles that are spam, or that the texts do not know."""
        for name in self._names.values():
            if name.pages < _FEWEST_PAGES or name.pages < _EVERYWHERE * self._titled or _is_of_host(name.text, name.host):
                continue
            unknown = name.in_text <= _ABSENT * name.pages
            if name.found >= _MOSTLY * name.pages:
                verdict: Strength = "injected"
            elif unknown and name.probability >= _LIKELY * name.pages:
                verdict = "suspicious"
            else:
                continue
            n = name.pages
            en = f"A name that is not that of the host stands in the titles of {n:,} pages" + (
                " and not in their text." if unknown else "."
            )
            zh = f"{n:,} 个页面的标题里有一个与域名不符的名称" + ("，正文中却没有。" if unknown else "。")
            yield Evidence("brand", verdict, name.text, n, name.found, tuple(name.examples), en, zh)


def _is_of_host(text: str, host: str) -> bool:
    """Whether a word of the name is in the host's, or its initials are one of the host's labels."""
    words = ["".join(c for c in word if c.isalnum()) for word in text.lower().split()]
    initials = "".join(word[0] for word in words if word)
    return any(len(word) >= _SHORTEST_WORD and word in host for word in words) or (len(initials) > 1 and initials in host.split("."))
