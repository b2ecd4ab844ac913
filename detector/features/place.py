"""Place: where a phrase stands in the page, what kind of text it is, what it links to, and whether anyone sees it."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.features.scene import LOGARITHMS, Floats, Scene, changed, log_of_count
from detector.native import kernels
from detector.page.markup import ALT, COMMENT, DATA, JSON, LABEL, META, SCRIPT, TEXT, TITLE, TITLE_ATTRIBUTE, codes_of
from detector.page.page import Page
from detector.page.visibility import STATES

NAMES = (
    "position", "characters_before", "characters_after", "lines_before", "lines_after", "after_copyright", "after_document",
    "is_title", "is_meta", "is_alt", "is_title_attribute", "is_unread_attribute", "is_comment",
    "in_link", "in_foreign_link", "foreign_links_6", "links_line", "links_16", "same_host_16", "host_share", "host_links",
    "hidden", "hidden_weak", "hidden_strong", "hidden_noscript", "hidden_16", "hidden_text_length", "depth_jump",
    "phrases_before_in_line", "phrases_after_in_line", "foreign_links_sentence", "foreign_links_line",
)  # fmt: skip

# Hiding that honest pages use for menus and dialogs, and hiding that they hardly ever use for text.
_WEAK = frozenset(
    {
        "display-none",
        "visibility-hidden",
        "hidden-attribute",
        "aria-hidden",
        "template",
        "closed-details",
        "closed-dialog",
        "head",
        "textarea",
        "iframe",
    }
)
_NOSCRIPT = frozenset({"noscript", "noframes"})
_STATE_CLASS = np.array([0 if s == "visible" else 1 if s in _WEAK else 3 if s in _NOSCRIPT else 2 for s in STATES], np.uint8)

_ROLES: Final = np.array(
    [TEXT, TITLE, META, ALT, TITLE_ATTRIBUTE, COMMENT, LABEL, DATA, JSON, SCRIPT], np.uint8
)  # as the kernel asks for them
_UNREAD: Final = np.isin(np.arange(256), (LABEL, DATA, JSON, SCRIPT))  # by role

_COPYRIGHT: Final = ("©", "copyright", "版权所有", "icp备", "all rights reserved", "版權所有", "icp證", "icp证", "&copy;", "&#169;")
_COPYRIGHT_CODES: Final = tuple(codes_of(mark) for mark in _COPYRIGHT)


def _copyright_end(page: Page) -> int:
    """Where the last copyright notice of the page begins, its length if there is none."""
    size = len(page.source)
    tail_from = size // 3
    # the one letter that is longer in lower case would move the rest
    plainly = kernels is not None and page.source.find("İ", tail_from) < 0
    last = kernels.last_of(page.codes, tail_from, _COPYRIGHT_CODES) if kernels is not None and plainly else _last_of(page.source, tail_from)
    return size if last < 0 else last


def _last_of(source: str, first: int) -> int:
    tail = source[first:].lower()
    if len(tail) != len(source) - first:  # lower-casing changed the length of some letter
        tail = source[first:]
    best = max(tail.rfind(mark) for mark in _COPYRIGHT)
    return first + best if best >= 0 else -1


def columns(scene: Scene) -> list[Floats]:
    """Figures named in NAMES, each of shape (phrases,)."""
    page, text, phrases, length = scene.page, scene.text, scene.phrases, scene.lengths
    n = len(scene)
    one = np.ones(n, np.float32)
    role = scene.by_chunk(page.role)
    body = (role == TEXT).astype(np.float32)
    before = np.cumsum(length * body) - length * body
    total = float((length * body).sum())
    after = np.maximum(total - before - length * body, 0)
    lines_before = np.cumsum(scene.line_heads.astype(np.float32) * body)
    lines_after = lines_before[-1] - lines_before if n else one
    start = text.start[phrases.first]
    body_end = page.markup.body_end
    after_document = (start > body_end).astype(np.float32) if body_end >= 0 else np.zeros(n, np.float32)

    host = scene.by_chunk(page.host)
    linked, foreign = (host >= 0).astype(np.float32), (host > 0).astype(np.float32)
    # links, not phrases, are counted: the first phrase of each link
    link_heads = ((host >= 0) & changed(scene.by_chunk(page.link))).astype(np.float32)
    hosts = np.maximum(host, 0)
    per_host = np.bincount(hosts, weights=link_heads * foreign, minlength=len(page.hosts))[hosts] if n else np.zeros(0)
    all_links = max(float(link_heads.sum()), 1.0)
    same_host = np.zeros(n, np.float32)
    if foreign.any():
        for step in range(1, 9):
            equal = ((host[step:] == host[:-step]) & (host[step:] > 0)).astype(np.float32)
            same_host[step:] += equal
            same_host[:-step] += equal

    visibility = scene.by_chunk(page.visibility)
    state = _STATE_CLASS[visibility]
    hidden = (state > 0).astype(np.float32)
    line_phrases = scene.line_phrases
    linked_line, foreign_line = scene.level(np.stack([linked, foreign]), phrases.line) / line_phrases
    foreign_sentence = scene.level(foreign, phrases.sentence) / scene.sentence_phrases
    linked_16, hidden_16 = scene.window(np.stack([linked, hidden]), 16) / scene.members(16)
    hidden_run = np.cumsum(changed(visibility), dtype=np.int64)
    heads = np.flatnonzero(scene.line_heads)
    in_line = (np.arange(n) - np.repeat(heads, np.diff(np.append(heads, n)))).astype(np.float32)
    jump = scene.by_chunk(page.depth).astype(np.float32) - scene.by_chunk(page.low).astype(np.float32)
    logs = log_of_count(
        np.stack(
            [before, after, lines_before, lines_after, scene.level(length * hidden, hidden_run), in_line, line_phrases - 1 - in_line],
        )
    )

    def whether(condition: NDArray[np.bool_]) -> Floats:
        return condition.astype(np.float32)

    return [
        before / max(total, 1.0), *logs[:4], whether(start > _copyright_end(page)), after_document,
        *(whether(role == kind) for kind in (TITLE, META, ALT, TITLE_ATTRIBUTE)), whether(_UNREAD[role]), whether(role == COMMENT),
        linked, foreign, scene.window(foreign, 6) / scene.members(6), linked_line, linked_16,
        same_host, (per_host / all_links).astype(np.float32) * foreign, np.log1p(per_host).astype(np.float32) * foreign,
        hidden, *(whether(state == kind) for kind in (1, 2, 3)),
        hidden_16, logs[4], jump,
        *logs[5:], foreign_sentence, foreign_line,
    ]  # fmt: skip


def fill(scene: Scene, figures: Floats, column: int) -> None:
    """Put `columns` side by side into figures, from a column on: by the kernel, of a page that has phrases."""
    assert kernels is not None
    page, text, phrases = scene.page, scene.text, scene.phrases
    of_phrases = scene.lengths, text.start[phrases.first], phrases.chunk, phrases.line, phrases.sentence
    of_chunks = page.role, page.visibility, *(np.ascontiguousarray(a, np.int64) for a in (page.host, page.link, page.depth, page.low))
    numbers = len(page.hosts), page.markup.body_end, _copyright_end(page)
    kernels.place(of_phrases, of_chunks, _STATE_CLASS, _ROLES, numbers, LOGARITHMS, figures, column, len(NAMES))
    links = figures[:, column + NAMES.index("host_links")]
    if links.any():
        links[:] = np.log1p(links, dtype=np.float64)
