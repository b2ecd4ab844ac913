"""How a text that a script writes is hidden, and what it links to: read from the tags that are open around it in its string."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from detector.page.markup import read_markup
from detector.page.states import VISIBLE
from detector.page.visibility import element_visibility

_MATTERS = re.compile(
    r"style|hidden|color|<(?:noscript|marquee|template|textarea|iframe|dialog|details|title|meta|noframes|video|audio|canvas)\b",
    re.IGNORECASE,
)
_MAX_KEPT: Final = 2_000  # characters of tags that are kept for the next text


def state_within(tags: tuple[str, ...]) -> int:
    """State (index into `detector.page.states.STATES`) of a text inside of start tags, outermost first."""
    if not any(_MATTERS.search(tag) for tag in tags):
        return VISIBLE
    return _kept_state(tags) if sum(map(len, tags)) <= _MAX_KEPT else _state(tags)


def link_around(tags: tuple[str, ...]) -> str:
    """The start tag of the link that a text stands in, "" for none."""
    for tag in reversed(tags):
        if tag[:3].lower() in ("<a ", "<a\t", "<a\n"):
            return tag
    return ""


def _state(tags: tuple[str, ...]) -> int:
    source = "<!doctype html>" + "".join(tags)
    return element_visibility(source, read_markup(source))[-1]


@lru_cache(maxsize=1024)
def _kept_state(tags: tuple[str, ...]) -> int:
    return _state(tags)
