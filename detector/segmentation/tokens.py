"""Words of a page: jieba for Chinese, Unicode rules for the rest, each with its script and its place in the source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from detector.page.decoding import decode
from detector.page.markup import ROLES
from detector.page.page import read_page
from detector.segmentation import characters as c
from detector.segmentation.chinese import chinese_words
from detector.segmentation.normalise import normalise

_SCRIPTS: Final = {
    c.HAN: "han",
    c.LATIN: "latin",
    c.DIGIT: "digit",
    c.KANA: "kana",
    c.HANGUL: "hangul",
    c.CYRILLIC: "cyrillic",
    c.ARABIC: "arabic",
    c.THAI: "thai",
    c.OTHER_LETTER: "other",
}


@dataclass(frozen=True, slots=True)
class Token:
    """A word: as normalised (lower case, simplified, disguise undone), where it stands in the source (characters), its script."""

    text: str
    start: int
    end: int
    script: str


@dataclass(frozen=True, slots=True)
class SegmentedBlock:
    """One chunk of text of the page and its tokens. start, end: characters into the source."""

    start: int
    end: int
    kind: str
    visibility: str
    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class SegmentedPage:
    """A page cut into blocks and tokens; source is the text that all offsets point into."""

    source: str
    blocks: tuple[SegmentedBlock, ...]

    @property
    def tokens(self) -> tuple[Token, ...]:
        """All tokens of the page in order."""
        return tuple(token for block in self.blocks for token in block.tokens)


def segment_page(content: bytes | str, content_type: str | None = None) -> SegmentedPage:
    """Cut content into blocks and tokens. Never raises on content."""
    source = decode(content, content_type).text if isinstance(content, bytes) else content
    page = read_page(source, content_type)
    text = normalise(page)
    shown = "".join(map(chr, text.code.tolist()))
    kinds, starts, ends, chunks = text.kind.tolist(), text.start.tolist(), text.end.tolist(), text.chunk.tolist()
    tokens: list[list[Token]] = [[] for _ in range(len(page.start))]
    at, size = 0, len(shown)
    while at < size:
        kind = kinds[at]
        if kind >= c.SPACE:
            at += 1
            continue
        stop = at + 1
        while stop < size and kinds[stop] == kind and chunks[stop] == chunks[at]:
            stop += 1
        words = _words(shown[at:stop], kind)
        for word in words:
            tokens[chunks[at]].append(Token(word, starts[at], ends[at + len(word) - 1], _SCRIPTS[kind]))
            at += len(word)
    blocks = tuple(
        SegmentedBlock(int(page.start[i]), int(page.end[i]), ROLES[page.role[i]], page.how_hidden(i), tuple(found))
        for i, found in enumerate(tokens)
        if found
    )
    return SegmentedPage(source, blocks)


def _words(run: str, kind: int) -> list[str]:
    return chinese_words(run) if kind == c.HAN and len(run) > 1 else [run]
