"""The pages that a sitemap lists: XML, gzip, plain text, and indexes of sitemaps (sitemaps.org)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Final
from xml.parsers import expat

from detector.sources.document import Document, SourceError, SourceOptions, failed, take
from detector.sources.http import Fetcher
from detector.sources.inflate import GZIP_MAGIC, inflated
from detector.sources.site import host_of, joined, site_of

SITEMAP_LIMIT: Final = 50 * 1024 * 1024  # bytes unpacked, as the protocol has it
URLS_A_SITEMAP: Final = 50_000
SITEMAPS: Final = 1000  # in one run, index files counted

_PIECE: Final = 1 << 16


def read_sitemap(url: str, fetcher: Fetcher, options: SourceOptions) -> Iterator[Document]:
    """Fetch every page of the sitemap's own site, at most `max_pages`; what is no page is left out, what fails yields its error."""
    shown = 0
    for entry in islice(_pages(url, fetcher), options.max_pages):
        if isinstance(entry, str):
            fetcher.pause(entry)
            entry = fetcher.document(entry)
            if entry.error is not None and entry.error.name == "not-a-page":
                continue
        shown += 1
        yield entry
    if not shown:
        yield failed(url, SourceError("no-pages", "the sitemap lists no page of its own site"), url=url)


def _pages(url: str, fetcher: Fetcher) -> Iterator[str | Document]:
    """URLs of the pages, breadth first through the indexes, each once; a Document for each sitemap that cannot be read."""
    try:
        site = site_of(url)
    except SourceError as error:
        yield failed(url, error, url=url)
        return
    waiting, sitemaps, pages = deque([url]), {url}, set[str]()
    while waiting:
        sitemap = waiting.popleft()
        try:
            response = fetcher.fetch(sitemap, SITEMAP_LIMIT, any_type=True)
            for is_index, link in listed(response.content):
                target = joined(response.url, link)
                # The protocol binds a sitemap to its host; without that a sitemap could send the run anywhere.
                if target is None or host_of(target) != site:
                    continue
                if is_index and target not in sitemaps and len(sitemaps) < SITEMAPS:
                    sitemaps.add(target)
                    waiting.append(target)
                elif not is_index and target not in pages:
                    pages.add(target)
                    yield target
        except SourceError as error:
            yield failed(sitemap, error, url=sitemap)


def listed(content: bytes) -> Iterator[tuple[bool, str]]:
    """(whether it is a further sitemap, URL) for each entry, at most `URLS_A_SITEMAP`.

    Raises SourceError "bad-sitemap" where the XML breaks, after the entries before that place.
    """
    if content.startswith(GZIP_MAGIC):
        content, _ = take(inflated([content], "gzip"), SITEMAP_LIMIT)
    if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        for line in content.decode(errors="replace").splitlines()[:URLS_A_SITEMAP]:
            yield False, line
        return
    yield from islice(_entries(content), URLS_A_SITEMAP)


def _entries(content: bytes) -> Iterator[tuple[bool, str]]:
    parser = expat.ParserCreate(namespace_separator=" ")
    found: list[tuple[bool, str]] = []
    path: list[str] = []
    text: list[str] = []

    def start(name: str, _: object) -> None:
        path.append(name.rpartition(" ")[2])
        text.clear()

    def end(_: str) -> None:
        # <loc> right under <url> or <sitemap>: images and videos have a <loc> of their own, elsewhere.
        if path[-1:] == ["loc"] and path[-2:-1] in (["url"], ["sitemap"]):
            found.append((path[-2] == "sitemap", "".join(text).strip()))
        path.pop()

    def refuse(*_: object) -> None:
        raise SourceError("bad-sitemap", "it defines entities, which no sitemap needs")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text.append
    parser.EntityDeclHandler = refuse
    for at in range(0, len(content), _PIECE):
        try:
            parser.Parse(content[at : at + _PIECE], at + _PIECE >= len(content))
        except expat.ExpatError as error:
            yield from found
            raise SourceError("bad-sitemap", str(error)) from None
        yield from found
        found.clear()
