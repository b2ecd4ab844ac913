"""What to show of a page around its findings: short, readable, bounded, and every piece with its place in the source."""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from detector.report.report import Finding, Report

# How a piece of text stands to the piece before it.
JOINED: Final = 0
SPACED: Final = 1
NEW_LINE: Final = 2
LEFT_OUT: Final = 3  # some of the finding between them is not shown

# Comments, raw elements and tags, each also where the end of the slice cuts it off.
_MARKUP = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*+>|\Z)|<(?:[!?]|/?(?=[a-z]))([a-z][a-z0-9]*+)?[^<>]*+(?:>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_CUT_TAG = re.compile(r"[^<>]*+>")
_LONGEST_TAG: Final = 2_000  # characters looked through for the beginning of a tag that is cut off, or between two pieces
_LONGEST_WORD: Final = 24
_EDGES: Final = frozenset(["", "\n", "<", ">", '"', "'"])
_JOINING: Final = frozenset({
    "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "ins", "del", "kbd", "mark", "q", "s", "samp", "small", "span", "strike", "strong",
    "sub", "sup", "tt", "u", "var", "wbr",
})  # fmt: skip
_SPACING: Final = frozenset({"a", "button", "img", "input", "label"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text between two tags: ``source[start:end]``, unescaped. finding: its number on the page, None outside; gap: what is before."""

    start: int
    end: int
    text: str
    finding: int | None
    gap: int


@dataclass(frozen=True, slots=True)
class Passage:
    """Pieces that follow each other on the page. cut_before, cut_after: the page's text goes on without a break on that side."""

    pieces: tuple[Piece, ...]
    cut_before: bool
    cut_after: bool


def passages(report: Report, findings: Sequence[Finding], around: int, limit: int) -> list[Passage]:
    """The findings with up to `around` characters of source on each side, those whose surroundings touch in one passage.

    Of a finding longer than `limit` characters its beginning and its end are given. Around a finding stands what a reader of the page
    sees there, where the report knows its blocks: not scripts, nor the insides of closed menus. Linear in what is given.
    """
    source = report.source
    visible = sorted((b.start, b.end) for b in report.blocks if b.visibility in ("visible", "after-html")) or [(0, len(source))]
    out: list[_Assembly] = []
    shown = 0
    for number, finding in enumerate(findings):
        following = findings[number + 1].start if number + 1 < len(findings) else len(source)
        low, high = max(shown, finding.start - around), max(finding.end, min(following, finding.end + around))
        if low > shown or not out:
            out.append(_Assembly(source))
        passage = out[-1]
        passage.add_visible(visible, _whole_word(source, low, 1) if low > shown else low, finding.start)
        if finding.end - finding.start <= limit:
            passage.add(finding.start, finding.end, number)
        else:
            tail = limit // 5
            passage.add(finding.start, finding.start + limit - tail, number)
            passage.add(finding.end - tail, finding.end, number, LEFT_OUT)
        after = finding.end
        if "<" not in source[finding.start : finding.end]:  # the value of an attribute may end here, in the middle of its tag
            after = _past_cut_tag(source, after, high, finding.start)
        passage.add_visible(visible, after, _whole_word(source, high, -1) if high < following else high)
        shown = high
    return [passage.whole() for passage in out if passage.pieces]


class _Assembly:
    """Pieces in order of the source, each with the gap before it."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.pieces: list[Piece] = []

    def add(self, start: int, end: int, finding: int | None = None, gap: int | None = None) -> None:
        # A finding begins on text, in a comment or an attribute too; what is around it may begin anywhere.
        for low, high in _texts(self.source, start if finding is not None else _past_cut_tag(self.source, start, end, start), end):
            text = html.unescape(self.source[low:high])
            if text.isspace():
                continue
            before = JOINED if not self.pieces else _gap(self.source, self.pieces[-1].end, low) if gap is None else gap
            self.pieces.append(Piece(low, high, text, finding, before))
            gap = None

    def add_visible(self, visible: Sequence[tuple[int, int]], start: int, end: int) -> None:
        for index in range(max(0, bisect_left(visible, (start,)) - 1), bisect_left(visible, (end,))):
            low, high = visible[index]
            if high > start:
                self.add(max(low, start), min(high, end))

    def whole(self) -> Passage:
        """What is there, and whether text goes on where it ends."""
        start, end = self.pieces[0].start, self.pieces[-1].end
        before, after = self.source[max(0, start - 1) : start], self.source[end : end + 1]
        return Passage(tuple(self.pieces), before not in _EDGES, after not in _EDGES)


def _whole_word(source: str, at: int, step: int) -> int:
    """The nearest place in the direction of `step` that does not cut a word or a character reference in two."""
    for place in range(at, at + step * _LONGEST_WORD, step):
        if not 0 < place < len(source) or not (_in_word(source[place - 1]) and _in_word(source[place])):
            return place
    return at


def _in_word(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character in "&#;")


def _past_cut_tag(source: str, start: int, end: int, inside: int) -> int:
    """Where a slice goes on past the tag that the place `inside` stands in, or its start."""
    cut = _CUT_TAG.match(source, start, end)
    before = max(0, inside - _LONGEST_TAG)
    return cut.end() if cut and source.rfind("<", before, inside) > source.rfind(">", before, inside) else start


def _texts(source: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where text stands in a slice of the source."""
    for markup in _MARKUP.finditer(source, start, end):
        if markup.start() > start:
            yield start, markup.start()
        start = markup.end()
    if end > start:
        yield start, end


def _gap(source: str, start: int, end: int) -> int:
    """The strongest break among the tags between two pieces."""
    if end - start > _LONGEST_TAG:
        return NEW_LINE
    gap, at = JOINED, start
    for markup in _MARKUP.finditer(source, start, end):
        name = (markup[2] or markup[1] or "").lower()
        spaced = name in _SPACING or markup.start() > at
        gap = max(gap, NEW_LINE if name and name not in _JOINING and name not in _SPACING else SPACED if spaced else JOINED)
        at = markup.end()
    return max(gap, SPACED) if end > at else gap
