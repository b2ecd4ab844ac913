"""Where a page sends its visitors by itself: ``location = "…"`` in its scripts, and ``<meta http-equiv=refresh>``. Nothing is run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_MAX_FOUND: Final = 200
_JUMP = re.compile(
    r"(?:\blocation(?:\.href)?\s{0,9}=|\blocation\.(?:replace|assign)\(|http-equiv\s{0,9}=\s{0,9}[\"']?refresh\b[^>]{0,80}\burl\s{0,9}=)"
    r"\s{0,9}[\"'`]?\s{0,9}(?:https?:)?\\?/\\?/([^/\\\"'`\s>?#@]{1,253})[^\"'`\s>)]{0,2000}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Redirect:
    """start, end: of the statement, characters into the source; host: where it leads, lower case without ``www.``."""

    start: int
    end: int
    host: str


def redirects(source: str) -> Iterator[Redirect]:
    """Redirects to a named host, in source order, up to 200. Linear; never raises."""
    for number, m in enumerate(_JUMP.finditer(source)):
        if number >= _MAX_FOUND:
            return
        yield Redirect(m.start(), m.end(), m[1].lower().removeprefix("www."))
