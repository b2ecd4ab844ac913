"""What a layout is, and all of them by name.

A layout is a function (source, payload, rng) → list of `Insertion`, or None where the page offers no place. An insertion is a list of
parts at one place of the source; parts that carry the payload are labelled. Labels are ranges of the finished page and nothing is
marked in the text itself, so no mark can leak into a feature.
"""

from __future__ import annotations

import html
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Payload:
    """What is put in. kind: "phrases" (keyword phrases), "sentence", "paragraph"; texts: as shown, not yet escaped; encode: to markup."""

    kind: str
    texts: tuple[str, ...]
    encode: Callable[[str], str] = html.escape
    foreign: bool = True  # links lead to another host


@dataclass(frozen=True, slots=True)
class Insertion:
    """At source position `at`, `parts` replace `length` characters. Each part is (markup, is it the payload)."""

    at: int
    parts: tuple[tuple[str, bool], ...]
    length: int = 0


Layout = Callable[[str, Payload, random.Random], "list[Insertion] | None"]
Parts = list[tuple[str, bool]]
LAYOUTS: Final[dict[str, Layout]] = {}
KINDS: Final[dict[str, tuple[str, ...]]] = {}  # which payloads a layout takes


def layout(*kinds: str) -> Callable[[Layout], Layout]:
    """Register a layout under its function's name. kinds: of payloads that it takes."""

    def register(function: Layout) -> Layout:
        name = function.__name__.replace("_", "-")
        LAYOUTS[name], KINDS[name] = function, kinds
        return function

    return register


def apply(source: str, insertions: Sequence[Insertion]) -> tuple[str, list[tuple[int, int]]]:
    """(finished source, [(start, end) of each payload part])."""
    out: list[str] = []
    ranges: list[tuple[int, int]] = []
    at = size = 0
    for insertion in sorted(insertions, key=lambda i: i.at):
        out.append(source[at : insertion.at])
        size += insertion.at - at
        for text, spam in insertion.parts:
            if spam and text:
                ranges.append((size, size + len(text)))
            out.append(text)
            size += len(text)
        at = insertion.at + insertion.length
    out.append(source[at:])
    return "".join(out), ranges
