"""Place: where a phrase stands in the page, what kind of text it is, what it links to, and whether anyone sees it."""

from __future__ import annotations

import numpy as np

from detector.features.scene import Floats, Scene
from detector.page.markup import ALT, COMMENT, DATA, JSON, LABEL, META, SCRIPT, TEXT, TITLE, TITLE_ATTRIBUTE
from detector.page.visibility import STATES

NAMES = (
    "position", "characters_before", "characters_after", "lines_before", "lines_after", "after_copyright", "after_document", "page_length",
    "is_title", "is_meta", "is_alt", "is_title_attribute", "is_unread_attribute", "is_comment",
    "in_link", "in_foreign_link", "foreign_links_6", "links_line", "links_16", "same_host_16", "host_share", "host_links", "page_foreign_share",
    "hidden", "hidden_weak", "hidden_strong", "hidden_noscript", "hidden_16", "page_hidden_share", "hidden_text_length", "depth_jump",
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
_STATE_CLASS = np.array([0 if s == "visible" else 1 if s in _WEAK else 3 if s in _NOSCRIPT else 2 for s in STATES], np.int64)

_COPYRIGHT = ("©", "copyright", "版权所有", "icp备", "all rights reserved", "版權所有", "icp證", "icp证")


def _copyright_end(source: str) -> int:
    """Where the last copyright notice of the page begins, its length if there is none."""
    tail_from = len(source) // 3
    tail = source[tail_from:].lower()
    if len(tail) != len(source) - tail_from:  # lower-casing changed the length of some letter
        tail = source[tail_from:]
    best = max((tail.rfind(mark) for mark in _COPYRIGHT), default=-1)
    for entity in ("&copy;", "&#169;"):
        best = max(best, tail.rfind(entity))
    return tail_from + best if best >= 0 else len(source)


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
    line_heads = np.r_[True, phrases.line[1:] != phrases.line[:-1]].astype(np.float32) * body if n else one
    lines_before = np.cumsum(line_heads)
    lines_after = lines_before[-1] - lines_before if n else one
    start = text.start[phrases.first]
    body_end = page.markup.body_end
    after_document = (start > body_end).astype(np.float32) if body_end >= 0 else np.zeros(n, np.float32)

    host = scene.by_chunk(page.host)
    linked = (host >= 0).astype(np.float32)
    foreign = (host > 0).astype(np.float32)
    link = scene.by_chunk(page.link)
    # links, not phrases, are counted: the first phrase of each link
    link_heads = ((host >= 0) & np.r_[True, link[1:] != link[:-1]]).astype(np.float32) if n else one
    hosts = np.maximum(host, 0)
    per_host = np.bincount(hosts, weights=link_heads * foreign, minlength=len(page.hosts)) if n else np.zeros(1)
    all_links = max(float(link_heads.sum()), 1.0)
    same_host = np.zeros(n, np.float32)
    if n and foreign.any():
        neighbours = np.zeros(n, np.float32)
        for step in range(1, 9):
            equal = ((host[step:] == host[:-step]) & (host[step:] > 0)).astype(np.float32)
            neighbours[step:] += equal
            neighbours[:-step] += equal
        same_host = neighbours

    state = _STATE_CLASS[scene.by_chunk(page.visibility)]
    hidden = (state > 0).astype(np.float32)
    members_16, members_6 = scene.window(one, 16), scene.window(one, 6)
    line_phrases = scene.level(one, phrases.line)
    hidden_total = float((length * hidden * body).sum())
    hidden_run = np.cumsum(np.r_[0, np.diff(scene.by_chunk(page.visibility)) != 0]) if n else np.zeros(0, np.int64)
    depth = scene.by_chunk(page.depth).astype(np.float32)
    heads = np.flatnonzero(np.r_[True, phrases.line[1:] != phrases.line[:-1]]) if n else np.zeros(0, np.int64)
    in_line = (np.arange(n) - np.repeat(heads, np.diff(np.r_[heads, n]))).astype(np.float32)
    jump = depth - scene.by_chunk(page.low).astype(np.float32)

    return [
        before / max(total, 1.0), np.log1p(before), np.log1p(after), np.log1p(lines_before), np.log1p(lines_after),
        (start > _copyright_end(page.source)).astype(np.float32), after_document, one * np.log1p(total),
        (role == TITLE).astype(np.float32), (role == META).astype(np.float32), (role == ALT).astype(np.float32), (role == TITLE_ATTRIBUTE).astype(np.float32),
        np.isin(role, (LABEL, DATA, JSON, SCRIPT)).astype(np.float32), (role == COMMENT).astype(np.float32),
        linked, foreign, scene.window(foreign, 6) / members_6, scene.level(linked, phrases.line) / line_phrases, scene.window(linked, 16) / members_16,
        same_host, (per_host[hosts] / all_links).astype(np.float32) * foreign, np.log1p(per_host[hosts]).astype(np.float32) * foreign,
        one * float((link_heads * foreign).sum() / all_links),
        hidden, (state == 1).astype(np.float32), (state == 2).astype(np.float32), (state == 3).astype(np.float32),
        scene.window(hidden, 16) / members_16, one * (hidden_total / max(total, 1.0)), np.log1p(scene.level(length * hidden, hidden_run)), jump,
        np.log1p(in_line), np.log1p(line_phrases - 1 - in_line), scene.level(foreign, phrases.sentence) / scene.level(one, phrases.sentence),
        scene.level(foreign, phrases.line) / line_phrases,
    ]  # fmt: skip
