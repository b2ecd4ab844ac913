"""The pages of one site, found by following its links from a start page."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Final

import turbohtml

from detector.page.decoding import decode
from detector.sources.document import Document, SourceError, failed
from detector.sources.http import Fetcher
from detector.sources.site import host_of, joined, site_of

LINKS_A_PAGE: Final = 5000
_WAITING_A_PAGE: Final = 50  # links kept for each page wanted: a calendar without end must not fill the memory
_FETCHES_A_PAGE: Final = 3  # a site of PDFs must not keep the run for ever


def crawl(start: str, fetcher: Fetcher, limit: int) -> Iterator[Document]:
    """Up to `limit` pages of the site of `start`, breadth first, each URL once; a page that fails counts and yields its error.

    Links to what is no page and pages that redirect to another site are left out.
    """
    try:
        site = site_of(start)
    except SourceError as error:
        yield failed(start, error, url=start)
        return
    waiting, seen, shown = deque([start]), {start}, 0
    for _ in range(limit * _FETCHES_A_PAGE):
        if not waiting or shown == limit:
            return
        url = waiting.popleft()
        if url != start:
            fetcher.pause(url)
        document = fetcher.document(url)
        landed = document.url or url
        if url == start and document.error is None:
            site = host_of(landed)  # example.com that redirects to example.org is the site example.org
        if host_of(landed) != site or (landed != url and landed in seen):
            continue
        seen.add(landed)
        if document.error is not None and document.error.name == "not-a-page" and url != start:
            continue
        shown += 1
        yield document
        for link in links(document, landed):
            if host_of(link) == site and link not in seen and len(seen) < limit * _WAITING_A_PAGE:
                seen.add(link)
                waiting.append(link)


def links(document: Document, url: str) -> Iterator[str]:
    """Absolute URLs of the page's links, in page order, hidden ones too: what was broken into links to itself out of sight."""
    page = turbohtml.parse(decode(document.content, document.content_type).text, positions=False)
    base = url
    for count, element in enumerate(page.select("base[href], a[href], area[href], frame[src], iframe[src]")):
        target = element.attrs.get("href", element.attrs.get("src"))
        absolute = joined(base, target) if isinstance(target, str) else None
        if absolute is None:
            continue
        if element.tag == "base":
            base = absolute
        else:
            yield absolute
        if count >= LINKS_A_PAGE:
            return
