"""Content → `Page`: the source text and its chunks, as arrays, with where each stands, what it is, and how it is hidden."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.page.markup import (
    ALT,
    COMMENT,
    DATA,
    JSON,
    LABEL,
    LINE,
    SCRIPT,
    TEXT,
    TITLE_ATTRIBUTE,
    Markup,
    codes_of,
    host_span,
    read_markup,
)
from detector.page.states import HEAD, SHOWN, STATES, VISIBLE
from detector.page.visibility import element_visibility
from detector.page.written import StatesWithin, link_around

_HTML: Final = re.compile(
    r"<!doctype\s+html|<(?:html|head|body|title|meta|script|style)[\s>]|</(?:a|p|div|span|td|li|h[1-6]|b|i|ul|font)\s*>|<br\s*/?>", re.I
)
_LINE: Final = re.compile(r"[^\n\r\x0b\x0c\x85\u2028\u2029]+")

# Texts that are none of the page's own, and what to say of them.
_UNSEEN: Final = {
    ALT: "alt", TITLE_ATTRIBUTE: "title-attribute", LABEL: "label", DATA: "data", COMMENT: "comment", JSON: "json-ld",
}  # fmt: skip

_DEEPEST: Final = 512  # elements of a path; browsers nest no deeper

NO_LINK: Final = -1
OWN_HOST: Final = 0  # relative links and links to the page's own host


@dataclass(frozen=True)
class Page:
    """A page as text chunks. All arrays have one entry a chunk, in source order.

    codes: code points of the source; start, end: characters into source; role: see `detector.page.markup`; element: parent element (index
    into markup), 0 for plain text;
    depth, ancestor, low, strength: see `Markup`; visibility: index into `detector.page.visibility.STATES`; host: `NO_LINK`, `OWN_HOST`,
    or the number of the foreign host linked to; hosts: their names, index 0 unused; link: number of the link (its element; beyond those, links
    that scripts write), 0 for none.
    """

    source: str
    codes: NDArray[np.uint32]
    is_html: bool
    markup: Markup
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    role: NDArray[np.uint8]
    element: NDArray[np.int64]
    depth: NDArray[np.int64]
    ancestor: NDArray[np.int64]
    low: NDArray[np.int64]
    strength: NDArray[np.uint8]
    visibility: NDArray[np.uint8]
    host: NDArray[np.int64]
    link: NDArray[np.int64]
    hosts: tuple[str, ...]

    def how_hidden(self, chunk: int) -> str:
        """How a chunk is kept from people, "visible" if it is not: a state of its element, or that it is no text of the page at all."""
        state = int(self.visibility[chunk])
        role = int(self.role[chunk])
        if role in _UNSEEN:
            return _UNSEEN[role]
        if state == VISIBLE and role == SCRIPT:
            return "script"
        body_end = self.markup.body_end
        if state == VISIBLE and 0 <= body_end < self.start[chunk]:
            return "after-html"
        return STATES[state]

    def path(self, chunk: int) -> str:
        """Elements above a chunk, outermost first: ``html > body > div > p``."""
        names: list[str] = []
        at = int(self.element[chunk])
        while at > 0 and len(names) < _DEEPEST:
            names.append(self.markup.name[at])
            at = self.markup.parent[at]
        names.reverse()
        if at > 0:
            return " > ".join(["…", *names[-7:]])
        return " > ".join(names if len(names) <= 12 else [*names[:4], "…", *names[-7:]])


def looks_like_html(source: str) -> bool:
    """Whether a source without a content type is HTML: any tag that only HTML has."""
    return _HTML.search(source, 0, 1 << 20) is not None or _HTML.search(source) is not None


def read_page(source: str, content_type: str | None = None, url: str | None = None) -> Page:
    """Parse a source. Plain text gives one chunk a line. Never raises."""
    declared = (content_type or "").partition(";")[0].strip().lower()
    is_html = looks_like_html(source) if declared not in ("text/html", "application/xhtml+xml") else True
    if declared == "text/plain" and not re.match(r"\s*<(?:!doctype\s+html|html)[\s>]", source, re.I):
        is_html = False
    codes = codes_of(source)
    markup = read_markup(source, codes) if is_html else _read_lines(source)
    element = markup.element
    states = element_visibility(source, markup, codes, element)
    hosts = _Hosts(url)
    role = markup.role.astype(np.uint8)
    visibility = states[element]
    link = markup.link[element].astype(np.int64)
    host = hosts.of_elements(source, markup)[element]
    within = StatesWithin()
    for chunk, tags in markup.tags.items():
        if int(visibility[chunk]) in SHOWN:
            visibility[chunk] = within.state(tags)
        tag = link_around(tags)
        if tag:
            host[chunk] = hosts.number(tag, *host_span(tag, 0, len(tag)))
            link[chunk] = len(markup.name) + chunk
    visibility[role == JSON] = HEAD
    return Page(
        source=source,
        codes=codes,
        is_html=is_html,
        markup=markup,
        start=markup.start,
        end=markup.end,
        role=role,
        element=element,
        depth=markup.depth,
        ancestor=markup.ancestor,
        low=markup.low,
        strength=markup.strength.astype(np.uint8),
        visibility=visibility,
        host=host,
        link=link,
        hosts=tuple(hosts.names),
    )


def _read_lines(source: str) -> Markup:
    starts, ends = array("q"), array("q")
    for m in _LINE.finditer(source):
        if not m[0].isspace():
            starts.append(m.start())
            ends.append(m.end())
    start, end = np.frombuffer(starts, np.int64), np.frombuffer(ends, np.int64)
    nothing, one = np.zeros(len(start), np.int64), np.ones(len(start), np.int64)
    return Markup(start=start, end=end, role=nothing + TEXT, element=nothing, depth=one, ancestor=nothing, low=one, strength=nothing + LINE)


class _Hosts:
    """The hosts that a page links to, numbered as they come."""

    def __init__(self, url: str | None) -> None:
        self.names: list[str] = [""]
        own = (re.match(r"(?:https?:)?//([^/:?#]+)", url or "", re.I) or [None, None])[1]
        self._numbers: dict[str, int] = {own.lower(): OWN_HOST} if own else {}

    def number(self, source: str, start: int, end: int) -> int:
        """Number of the host that stands between start and end, -1 for none."""
        if start < 0:
            return OWN_HOST
        host = source[start:end].lower()
        number = self._numbers.get(host)
        if number is None:
            number = self._numbers[host] = len(self.names)
            self.names.append(host)
        return number

    def of_elements(self, source: str, markup: Markup) -> NDArray[np.int64]:
        """Of each element: the number of the host linked to."""
        host = np.where(markup.link > 0, OWN_HOST, NO_LINK)
        named = np.flatnonzero(markup.host_start >= 0)
        if len(named):
            spans = zip(markup.host_start[named].tolist(), markup.host_end[named].tolist(), strict=True)
            host[named] = [self.number(source, start, end) for start, end in spans]
            host = np.where(markup.link > 0, host[markup.link], NO_LINK)
        return host
