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
_MAX_READ: Final = 20_000_000  # characters of tags that are read for one page
_MAX_KEPT: Final = 2_000  # characters of tags that are kept for the next text


class StatesWithin:
    """States of texts inside of start tags, for one page. Many short texts in long tags are much to read, so there is a bound to it."""

    def __init__(self) -> None:
        self._left = _MAX_READ
        self._known: dict[tuple[str, ...], int] = {}

    def state(self, tags: tuple[str, ...]) -> int:
        """Index into `detector.page.states.STATES`. tags: outermost first. Beyond the bound all is visible."""
        known = self._known.get(tags)
        if known is None:
            size = sum(map(len, tags))
            self._left -= size
            if self._left <= 0:
                return VISIBLE
            known = _kept_state(tags) if size <= _MAX_KEPT else _state(tags)
            self._known[tags] = known
        return known


def link_around(tags: tuple[str, ...]) -> str:
    """The start tag of the link that a text stands in, "" for none."""
    for tag in reversed(tags):
        if tag[:3].lower() in ("<a ", "<a\t", "<a\n"):
            return tag
    return ""


def _state(tags: tuple[str, ...]) -> int:
    if not any(_MATTERS.search(tag) for tag in tags):
        return VISIBLE
    source = "<!doctype html>" + "".join(tags)
    return int(element_visibility(source, read_markup(source))[-1])


@lru_cache(maxsize=1024)
def _kept_state(tags: tuple[str, ...]) -> int:
    return _state(tags)
