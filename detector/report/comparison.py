"""Two audited copies of one page: what only one of them has, with spans, how it is hidden, and how much like spam it is."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from detector.report.report import Finding, Location, Report
from detector.segmentation.difference import Copy, lacking, read_copy

_WIDEST_GAP: Final = 600  # characters of source (markup, mostly) between two phrases of one difference
_LEAST: Final = 2  # letters of a difference
_HALF: Final = 0.5


@dataclass(frozen=True, slots=True)
class Difference:
    """A stretch that only one copy has: ``source[start:end]`` of that copy's report, characters.

    text: as a reader sees it; probability: of the most suspicious line it touches, 0..1; visibility: "visible" or how it is hidden;
    found: whether the audit of the copy found it to be injected.
    """

    start: int
    end: int
    text: str
    probability: float
    visibility: str
    location: Location
    found: bool

    def to_dict(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "probability": round(self.probability, 6),
            "visibility": self.visibility,
            "location": self.location.to_dict(),
            "found": self.found,
        }


@dataclass(frozen=True)
class OneSided:
    """What one copy has and the others lack. share: of its letters, 0..1; letters: how many it has in all; findings: those of its audit."""

    differences: tuple[Difference, ...]
    share: float
    letters: int
    findings: tuple[Finding, ...]


class Compared:
    """An audited copy, read once for any number of comparisons."""

    def __init__(self, report: Report, content_type: str | None = None) -> None:
        self.report = report
        self.copy: Copy = read_copy(report.source, content_type, report.url)

    def against(self, others: Sequence[Compared]) -> OneSided:
        """What this copy has and none of the others has."""
        copy, missing = self.copy, lacking(self.copy, [other.copy for other in others])
        total = int(copy.size.sum())
        alone = int(copy.size[missing].sum())
        findings = tuple(f for f in self.report.findings if self._share_within(missing, f.start, f.end) >= _HALF)
        return OneSided(tuple(self._differences(missing)), alone / max(total, 1), total, findings)

    def _share_within(self, missing: NDArray[np.bool_], start: int, end: int) -> float:
        """Share of the letters in a range of the source that are in phrases of a kind."""
        copy = self.copy
        inside = (copy.text.start[copy.phrases.first] < end) & (copy.text.end[copy.phrases.last] > start)
        return float(copy.size[inside & missing].sum()) / max(float(copy.size[inside].sum()), 1.0)

    def _differences(self, missing: NDArray[np.bool_]) -> list[Difference]:
        copy = self.copy
        at = np.flatnonzero(missing)
        if not len(at):
            return []
        page, text, phrases = copy.page, copy.text, copy.phrases
        start, end = text.start[phrases.first], text.end[phrases.last]
        role, state = page.role[phrases.chunk], page.visibility[phrases.chunk]
        is_found = np.zeros(len(start), bool)
        for finding in self.report.findings:
            is_found[np.searchsorted(end, finding.start, "right") : np.searchsorted(start, finding.end)] = True
        a, b = at[:-1], at[1:]
        joined = (
            (b - a == 1) & (role[a] == role[b]) & (state[a] == state[b]) & (is_found[a] == is_found[b]) & (start[b] - end[a] <= _WIDEST_GAP)
        )
        heads = np.flatnonzero(np.r_[True, ~joined])
        tails = np.r_[heads[1:], len(at)] - 1
        blocks = self.report.blocks
        ends = [block.end for block in blocks]
        lines = _Lines(self.report.source)
        found: list[Difference] = []
        for head, tail in zip(at[heads].tolist(), at[tails].tolist(), strict=True):
            if int(copy.size[head : tail + 1].sum()) < _LEAST:
                continue
            s, e = int(start[head]), int(end[tail])
            probability = 0.0
            near = bisect_left(ends, s + 1)
            while near < len(blocks) and blocks[near].start < e:
                probability = max(probability, blocks[near].probability)
                near += 1
            chunk = int(phrases.chunk[head])
            shown = self._shown(chunk, int(text.chunk[phrases.last[tail]]), s, e)
            place = Location(*lines.place(s), page.path(chunk))
            found.append(Difference(s, e, shown, probability, page.how_hidden(chunk), place, bool(is_found[head])))
        return found

    def _shown(self, first: int, last: int, start: int, end: int) -> str:
        """What chunks say between two places of the source, on one line."""
        import html

        page = self.copy.page
        pieces: list[str] = []
        for chunk in range(first, last + 1):
            a, b = max(start, int(page.start[chunk])), min(end, int(page.end[chunk]))
            inner = page.markup.unescaped.get(chunk)
            if a < b:
                pieces.append(" " if page.strength[chunk] else "")
                pieces.append(page.source[a:b] if inner is None else inner.between(a, b))
        said = "".join(pieces)
        return " ".join((html.unescape(said) if page.is_html else said).split())


class _Lines:
    """Line and column of places in a source that only go forward."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._line = 1

    def place(self, at: int) -> tuple[int, int]:
        self._line += self._source.count("\n", self._at, at)
        self._at = at
        return self._line, at - self._source.rfind("\n", 0, at)
