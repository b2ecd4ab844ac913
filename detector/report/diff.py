"""What cleaning takes out of a page, as a unified diff.

The cuts are known, so the diff is drawn from them in one pass; comparing two long hostile pages line by line could take for ever.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Final, NamedTuple, TextIO

from detector.report.safe_text import escape_unsafe
from detector.report.terminal import Painter

_STYLE: Final = {"-": "red", "+": "green", "@": "cyan", "\\": "dim"}


class _Change(NamedTuple):
    """Lines first to last (not included) of the original become others."""

    first: int
    last: int
    lines: list[str]


def unified_diff(original: str, cuts: Iterable[tuple[int, int]], name: str, context: int = 3) -> Iterator[str]:
    """Lines of a diff for `patch`, from the original to the original without its cuts: ranges of characters, in any order.

    Nothing where nothing is cut. A line is what patch takes for one, up to a line feed; each line of the diff ends with one.
    """
    lines = _lines(original)
    starts = [0, *accumulate(map(len, lines))]
    changes = list(_changes(original, _merged(cuts, len(original)), starts))
    if changes:
        label = escape_unsafe(name)
        yield f"--- {label}\n"
        yield f"+++ {label}\n"
    moved = 0  # how many lines the new text has more than the old so far
    for group in _groups(changes, 2 * context):
        low, high = max(0, group[0].first - context), min(len(lines), group[-1].last + context)
        grown = sum(len(change.lines) - (change.last - change.first) for change in group)
        yield f"@@ -{_range(low, high - low)} +{_range(low + moved, high - low + grown)} @@\n"
        moved += grown
        at = low
        for change in group:
            yield from _marked(" ", lines[at : change.first])
            yield from _marked("-", lines[change.first : change.last])
            yield from _marked("+", change.lines)
            at = change.last
        yield from _marked(" ", lines[at:high])


def write_diff(original: str, cuts: Iterable[tuple[int, int]], name: str, out: TextIO) -> None:
    """Write the diff: exact to a file or a pipe, with escapes in place of what is unsafe, and colours, to a terminal."""
    if not out.isatty():
        out.writelines(unified_diff(original, cuts, name))
        return
    painter = Painter(out)
    for line in unified_diff(original, cuts, name):
        painter.line((escape_unsafe(line.removesuffix("\n")), _STYLE.get(line[0], "")))


def _lines(text: str) -> list[str]:
    parts = text.split("\n")
    return [part + "\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _merged(cuts: Iterable[tuple[int, int]], size: int) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted((max(0, start), min(size, end)) for start, end in cuts):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif end > start:
            merged.append((start, end))
    return merged


def _changes(original: str, cuts: Sequence[tuple[int, int]], starts: Sequence[int]) -> Iterator[_Change]:
    """The cuts by the lines they touch; those that share a line, or join two, in one change."""

    def line_of(position: int) -> int:
        return bisect_right(starts, position) - 1

    index = 0
    while index < len(cuts):
        first = last = line_of(cuts[index][0])
        kept, at = [], starts[first]
        while index < len(cuts) and line_of(cuts[index][0]) <= last:
            start, end = cuts[index]
            kept.append(original[at:start])
            at, last = end, line_of(end - 1)
            if end == starts[last + 1] and start != starts[line_of(start)] and end < len(original):
                last += 1  # the line's end is cut and its beginning is not: the next line moves up
            index += 1
        kept.append(original[at : starts[last + 1]])
        yield _Change(first, last + 1, _lines("".join(kept)))


def _groups(changes: Sequence[_Change], distance: int) -> Iterator[list[_Change]]:
    """Changes that are close enough to share a hunk."""
    group: list[_Change] = []
    for change in changes:
        if group and change.first - group[-1].last > distance:
            yield group
            group = []
        group.append(change)
    if group:
        yield group


def _range(start: int, length: int) -> str:
    return f"{start + 1 if length else start},{length}"


def _marked(mark: str, lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        if line.endswith("\n"):
            yield mark + line
        else:
            yield f"{mark}{line}\n"
            yield "\\ No newline at end of file\n"
