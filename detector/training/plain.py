"""An HTML sample as the plain text that a scraper would make of it, its labels carried over."""

from __future__ import annotations

import html
from dataclasses import replace

from detector.page.markup import ANCHOR, ITEM, LINE, TEXT, TITLE
from detector.page.page import read_page
from detector.training.infect import Sample


def as_plain_text(sample: Sample) -> Sample:
    """Title and text of all elements, hidden ones too; a line a block. Labels that stand in attributes are lost with them."""
    page = read_page(sample.source, "text/html")
    parts: list[str] = []
    ranges: list[tuple[int, int]] = []
    size = 0

    def put(text: str) -> None:
        nonlocal size
        parts.append(text)
        size += len(text)

    starts, ends = page.start.tolist(), page.end.tolist()
    at = 0  # first range that ends past the chunk
    for start, end, role, strength in zip(starts, ends, page.role.tolist(), page.strength.tolist(), strict=True):
        if role not in (TEXT, TITLE):
            continue
        put("\n" if strength >= LINE else "\t" if strength == ITEM else " " if strength == ANCHOR else "")
        while at < len(sample.ranges) and sample.ranges[at][1] <= start:
            at += 1
        place, k = start, at
        while k < len(sample.ranges) and sample.ranges[k][0] < end:
            a, b = max(start, sample.ranges[k][0]), min(end, sample.ranges[k][1])
            put(_shown(sample.source[place:a]))
            first = size
            put(_shown(sample.source[a:b]))
            if size > first:
                ranges.append((first, size))
            place, k = b, k + 1
        put(_shown(sample.source[place:end]))
    return replace(sample, source="".join(parts), ranges=tuple(ranges), content_type="text/plain")


def _shown(text: str) -> str:
    return html.unescape(text).replace("\n", " ")
