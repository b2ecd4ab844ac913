"""Content → `Page`: the source text and its chunks, as arrays, with where each stands, what it is, and how it is hidden."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.page.markup import ALT, COMMENT, DATA, JSON, LABEL, LINE, SCRIPT, TEXT, TITLE_ATTRIBUTE, Markup, read_markup
from detector.page.states import HEAD, SHOWN, STATES, VISIBLE
from detector.page.visibility import element_visibility
from detector.page.written import link_around, state_within

_HTML: Final = re.compile(
    r"<!doctype\s+html|<(?:html|head|body|title|meta|script|style)[\s>]|</(?:a|p|div|span|td|li|h[1-6]|b|i|ul|font)\s*>|<br\s*/?>", re.I
)
_LINE: Final = re.compile(r"[^\n\r\x0b\x0c\x85\u2028\u2029]+")
_HOST: Final = re.compile(r"href\s*+=\s*+[\"']?\s*+(?:https?:)?//(?:[^/@\"'\s>]*+@)?([^/:\"'\s>?#]++)", re.I)

# Texts that are none of the page's own, and what to say of them.
_UNSEEN: Final = {
    ALT: "alt", TITLE_ATTRIBUTE: "title-attribute", LABEL: "label", DATA: "data", COMMENT: "comment", JSON: "json-ld",
}  # fmt: skip

NO_LINK: Final = -1
OWN_HOST: Final = 0  # relative links and links to the page's own host


@dataclass(frozen=True)
class Page:
    """A page as text chunks. All arrays have one entry a chunk, in source order.

    start, end: characters into source; role: see `detector.page.markup`; element: parent element (index into markup), 0 for plain text;
    depth, ancestor, low, strength: see `Markup`; visibility: index into `detector.page.visibility.STATES`; host: `NO_LINK`, `OWN_HOST`,
    or the number of the foreign host linked to; hosts: their names, index 0 unused; link: number of the link (its element; beyond those, links
    that scripts write), 0 for none.
    """

    source: str
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
        while at > 0:
            names.append(self.markup.name[at])
            at = self.markup.parent[at]
        names.reverse()
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
    markup = read_markup(source) if is_html else _read_lines(source)
    n = len(markup.start)
    element = np.array(markup.element, np.int64)
    states = np.array(element_visibility(source, markup), np.uint8)
    links = _Links(url)
    link_of, host_of = _links_of_elements(source, markup, links)
    role = np.array(markup.role, np.uint8)
    visibility = states[element] if n else np.zeros(0, np.uint8)
    link = link_of[element] if n else np.zeros(0, np.int64)
    host = host_of[element] if n else np.zeros(0, np.int64)
    for chunk, tags in markup.tags.items():
        if int(visibility[chunk]) in SHOWN:
            visibility[chunk] = state_within(tags)
        tag = link_around(tags)
        if tag:
            host[chunk] = links.host(tag, 0, len(tag))
            link[chunk] = len(link_of) + chunk
    visibility[role == JSON] = HEAD
    return Page(
        source=source,
        is_html=is_html,
        markup=markup,
        start=np.array(markup.start, np.int64),
        end=np.array(markup.end, np.int64),
        role=role,
        element=element,
        depth=np.array(markup.depth, np.int64),
        ancestor=np.array(markup.ancestor, np.int64),
        low=np.array(markup.low, np.int64),
        strength=np.array(markup.strength, np.uint8),
        visibility=visibility,
        host=host,
        link=link,
        hosts=tuple(links.hosts),
    )


def _read_lines(source: str) -> Markup:
    out = Markup()
    for m in _LINE.finditer(source):
        if not m[0].isspace():
            out.start.append(m.start())
            out.end.append(m.end())
    n = len(out.start)
    out.role, out.element, out.depth, out.ancestor, out.low, out.strength = [TEXT] * n, [0] * n, [1] * n, [0] * n, [1] * n, [LINE] * n
    return out


class _Links:
    """The hosts that a page links to, numbered as they come."""

    def __init__(self, url: str | None) -> None:
        self.hosts: list[str] = [""]
        own = (re.match(r"(?:https?:)?//([^/:?#]+)", url or "", re.I) or [None, None])[1]
        self._numbers: dict[str, int] = {own.lower(): OWN_HOST} if own else {}

    def host(self, source: str, start: int, end: int) -> int:
        """Number of the host that a start tag links to."""
        m = _HOST.search(source, start, end)
        if m is None:
            return OWN_HOST
        host = m[1].lower()
        number = self._numbers.get(host)
        if number is None:
            number = self._numbers[host] = len(self.hosts)
            self.hosts.append(host)
        return number


def _links_of_elements(source: str, markup: Markup, links: _Links) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Of each element: the link it stands in, and the number of the host linked to."""
    parents = markup.parent
    link_of = [0] * len(parents)
    host_of = [NO_LINK] * len(parents)
    for i, name in enumerate(markup.name):
        if name == "a":
            link_of[i] = i
            host_of[i] = links.host(source, markup.attributes[i], markup.open_end[i])
        elif i and link_of[parents[i]]:
            link_of[i], host_of[i] = link_of[parents[i]], host_of[parents[i]]
    return np.array(link_of, np.int64), np.array(host_of, np.int64)
