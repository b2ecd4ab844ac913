"""The same block on many pages: the site's own, or injected into its template. What it says tells them apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from detector.report.site.bounded import Bounded, Counted
from detector.report.site.digest import FoundLine, PageDigest
from detector.report.site.evidence import Evidence, Strength
from detector.report.site.figures import SiteFigures

_MOST: Final = 2_000  # blocks
_FEWEST_PAGES: Final = 3
_FEWEST_FOUND: Final = 2
_MOSTLY: Final = 0.5  # share of its pages on which findings touch a block
_OFTEN: Final = 0.1
_FOREIGN: Final = 0.5  # share of its terms that the site does not use elsewhere
_VERY_FOREIGN: Final = 0.7
_SHOWN: Final = 50


class _Block(Counted):
    """pages: those where a finding touches it."""

    line: FoundLine
    injected = 0


class Templates:
    """Blocks that findings touch, with all the pages that they are on, found there or not."""

    def __init__(self) -> None:
        self._blocks: Bounded[int, _Block] = Bounded(_MOST, _Block)

    def add(self, page: PageDigest) -> None:
        """Take one page."""
        for line in page.found:
            block = self._blocks[line.key]
            if not block.pages:
                block.line = line
            block.count(page.name)
            block.injected += page.verdict == "injected"

    def evidence(self, site: SiteFigures) -> Iterator[Evidence]:
        """Blocks that are found on most of the pages that they are on."""
        told = 0
        for key, block in self._blocks.items():
            pages = max(block.pages, site.pages_with(key))
            if pages < _FEWEST_PAGES or block.pages < _FEWEST_FOUND:
                continue
            share, foreign = block.pages / pages, site.foreign(block.line.terms)
            # An own block that the model takes for spam is taken so on all its pages: there what it says must be foreign to the site too.
            if block.injected and ((share >= _MOSTLY and foreign >= _FOREIGN) or (share >= _OFTEN and foreign >= _VERY_FOREIGN)):
                verdict: Strength = "injected"
            elif share >= _MOSTLY or (share >= _OFTEN and foreign >= _FOREIGN):
                verdict = "suspicious"
            else:
                continue
            told += 1
            yield _told(block, pages, verdict)
            if told == _SHOWN:
                return


def _told(block: _Block, pages: int, verdict: Strength) -> Evidence:
    found, injected = block.pages, verdict == "injected"
    return Evidence(
        "template",
        verdict,
        block.line.text,
        pages,
        found,
        tuple(block.examples),
        f"The same block stands on {pages:,} pages, and its words are foreign to the site: it was put into a template."
        if injected
        else f"The same block stands on {pages:,} pages and reads like spam on {found:,}, in words that the site uses too, or on few of them.",
        f"同一段内容出现在 {pages:,} 个页面上，用词与本站无关：模板被注入。"
        if injected
        else f"同一段内容出现在 {pages:,} 个页面上，其中 {found:,} 个页面上像垃圾内容，但用词与本站相近，或只在少数页面上可疑。",
        block.line.path,
        block.line.visibility,
    )
