"""The scored page that a `Report` draws its blocks and its text from, when they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from detector.features.scene import Scene
from detector.page.markup import ROLES, TEXT
from detector.page.states import SHOWN
from detector.report.report import Block
from detector.segmentation.invisible import untagged


@dataclass(frozen=True)
class AuditedPage:
    """A page and the log-odds of its phrases."""

    scene: Scene
    logits: NDArray[np.float64]

    def blocks(self) -> tuple[Block, ...]:
        """One block a line of text, attribute or comment; its probability is that of its worst phrase."""
        scene = self.scene
        phrases, text, page = scene.phrases, scene.text, scene.page
        if not len(scene):
            return ()
        heads = np.flatnonzero(np.r_[True, phrases.line[1:] != phrases.line[:-1]])
        tails = np.r_[heads[1:], len(scene)] - 1
        worst = 1 / (1 + np.exp(-np.maximum.reduceat(self.logits, heads)))
        found = []
        for head, tail, probability in zip(heads.tolist(), tails.tolist(), worst.tolist(), strict=True):
            chunk = int(phrases.chunk[head])
            start, end = int(text.start[phrases.first[head]]), int(text.end[phrases.last[tail]])
            shown = shown_text(scene, head, tail)
            found.append(Block(start, end, shown, ROLES[page.role[chunk]], page.how_hidden(chunk), probability))
        return tuple(found)

    def visible_text(self, cut: Sequence[tuple[int, int]]) -> str:
        """Text that a reader sees, one line a block, without the source ranges in `cut`."""
        import html

        page = self.scene.page
        cuts = sorted(cut)
        lines: list[str] = []
        current: list[str] = []
        next_cut = 0
        for i in range(len(page.start)):
            if page.strength[i] >= 2 and current:
                lines.append("".join(current))
                current = []
            if page.role[i] != TEXT or int(page.visibility[i]) not in SHOWN:
                continue
            at, end = int(page.start[i]), int(page.end[i])
            while next_cut < len(cuts) and cuts[next_cut][1] <= at:
                next_cut += 1
            for a, b in islice(cuts, next_cut, None):
                if a >= end:
                    break
                current.append(page.source[at : max(a, at)])
                at = min(b, end)
            current.append(page.source[at:end])
        lines.append("".join(current))
        unescape = html.unescape if page.is_html else str
        return "\n".join(line for line in (" ".join(unescape(x).split()) for x in lines) if line)


def shown_text(scene: Scene, first: int, last: int) -> str:
    """Phrases first … last as a reader sees them: without markup, character references resolved."""
    import html

    page, text, phrases = scene.page, scene.text, scene.phrases
    start, end = int(text.start[phrases.first[first]]), int(text.end[phrases.last[last]])
    low, high = int(phrases.chunk[first]), int(text.chunk[phrases.last[last]])
    pieces: list[str] = []
    for i in range(low, high + 1):
        a, b = max(int(page.start[i]), start), min(int(page.end[i]), end)
        if a < b:
            if pieces and page.strength[i]:
                pieces.append(" ")
            inner = page.markup.unescaped.get(i)
            pieces.append(page.source[a:b] if inner is None else inner.between(a, b))
    shown = untagged("".join(pieces))
    return html.unescape(shown) if page.is_html else shown
