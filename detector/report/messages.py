"""Messages in invisible characters → findings. No model is asked: nobody writes a sentence in characters without a shape by mistake."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from detector.features.scene import Scene
from detector.page.decoding import Decoded
from detector.report.report import Finding, Location, Reason, Verdict
from detector.segmentation.invisible import Message

SURE: Final = 0.99  # probability told of a message that can be read
_UNREAD: Final = 0.7  # and of one that cannot
_READABLE: Final = 8  # letters from which on a message is beyond doubt

_WHY: Final = {
    "tag-characters": Reason(
        "invisible-message", 5.0, "It is spelt in tag characters (U+E0000…), which no browser shows and language models read.",
        "用标签字符（U+E0000 区）拼写：浏览器不显示，语言模型读得到。",
    ),
    "zero-width": Reason(
        "invisible-message", 5.0, "A long run of zero-width characters of several kinds: bits of a message.", "一长串不同的零宽字符：携带信息的比特。",
    ),
    "variation-selectors": Reason(
        "invisible-message", 5.0, "A long run of variation selectors: bytes of a message.", "一长串变体选择符：携带信息的字节。",
    ),
}  # fmt: skip


def with_messages(
    findings: Sequence[Finding], verdict: Verdict, messages: Sequence[Message], scene: Scene, decoded: Decoded | None
) -> tuple[tuple[Finding, ...], Verdict]:
    """The findings with one for each message, which takes the place of what lies within it; and the verdict that they come to."""
    kept = [f for f in findings if not any(m.start <= f.start and f.end <= m.end for m in messages)]
    told = [m for m in messages if not any(f.start < m.end and m.start < f.end for f in kept)]
    found = sorted([*kept, *(_finding(m, scene, decoded) for m in told)], key=lambda f: f.start)
    if any(_is_readable(m) for m in messages):
        return tuple(found), "injected"
    return tuple(found), "suspicious" if verdict == "clean" else verdict


def _is_readable(message: Message) -> bool:
    return sum(c.isalpha() for c in message.text) >= _READABLE


def _finding(message: Message, scene: Scene, decoded: Decoded | None) -> Finding:
    page = scene.page
    start, end = message.start, message.end
    chunk = bisect_right(page.start.tolist(), start) - 1
    path = page.path(chunk) if chunk >= 0 and start < int(page.end[chunk]) else ""
    return Finding(
        start=start,
        end=end,
        byte_start=decoded.byte_offset(start) if decoded is not None else None,
        byte_end=decoded.byte_offset(end) if decoded is not None else None,
        text=message.text or f"{end - start} invisible characters",
        probability=SURE if _is_readable(message) else _UNREAD,
        category="prompt-injection",
        category_probability=0.5,
        visibility="invisible-characters",
        location=Location(page.source.count("\n", 0, start) + 1, start - page.source.rfind("\n", 0, start), path),
        reasons=(_WHY[message.kind],),
    )
