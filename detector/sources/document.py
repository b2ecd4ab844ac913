"""What a source yields: one `Document` a page. A page that cannot be had is a Document too, with a named error, and the source goes on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

ErrorName = Literal[
    "not-found",  # no such file, column or page
    "unreadable",  # the system refuses: permissions, a broken disk
    "no-pages",  # a folder, sitemap or archive without a page in it
    "too-large",  # above `SourceOptions.max_bytes`; the Document holds the beginning
    "bad-url",
    "private-address",  # the host leads to this machine or a private network
    "robots",  # robots.txt forbids it or cannot be read
    "redirects",  # a loop or too many
    "timeout",
    "connection",  # refused, broken off, no such host, TLS, not HTTP
    "http-status",  # 4xx or 5xx
    "not-a-page",  # an image, a PDF...
    "bad-encoding",  # a Content-Encoding that is unknown or does not unpack
    "bad-archive",  # not a WARC, Parquet or gzip file, or damaged
    "bad-record",  # one record of an archive, one line of JSON
    "bad-sitemap",
    "missing-extra",  # a library that this source needs is not installed
]
ERROR_NAMES: Final[tuple[ErrorName, ...]] = get_args(ErrorName)

# A media type left open (the page is looked at to tell HTML from text) with a charset that is known: text that came as characters.
TEXT_AS_UTF8: Final = ";charset=utf-8"


class SourceError(Exception):
    """Why a page could not be had. name: one of `ERROR_NAMES`; detail: a sentence for people without control characters."""

    def __init__(self, name: ErrorName, detail: str) -> None:
        self.name: ErrorName = name
        self.detail = printable(detail)
        super().__init__(name, self.detail)

    def __str__(self) -> str:
        return f"{self.name}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Document:
    """One page as it was found.

    name: what tells it from the others of a run (path, URL, ``archive.warc.gz#offset``, ``pages.jsonl#line``), printable; content: as
    bytes, transfer coding undone; url: where it was served from, if known; content_type: the HTTP header's value, if known; error: None,
    or why content is missing (for "too-large": why it ends early).
    """

    name: str
    content: bytes = field(default=b"", repr=False)
    url: str | None = None
    content_type: str | None = None
    error: SourceError | None = None


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """Limits and wishes of a run. Sizes in bytes, times in seconds.

    max_bytes: largest page, unpacked; include, exclude: patterns as in .gitignore, for folders (include empty: the usual names of pages);
    ignore_file: name of a file of such patterns in the folder audited, None to read none (it may be the work of who broke in);
    column: of Parquet and JSONL, None for the usual names; crawl: pages to fetch from each URL's site, 0 for that page alone;
    max_pages: of one sitemap or crawl; timeout: for each connect and read; deadline: for one page with all redirects and retries;
    backoff: wait before the first retry, doubled for each further one; referrer: the page that requests say to come from, "" for none.
    """

    max_bytes: int = 20_000_000
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    ignore_file: str | None = ".detectorignore"
    column: str | None = None
    crawl: int = 0
    max_pages: int = 50_000
    robots: bool = True
    allow_private: bool = False
    timeout: float = 10.0
    deadline: float = 60.0
    retries: int = 2
    backoff: float = 1.0
    max_redirects: int = 5
    user_agent: str = "detector"
    referrer: str = ""


def printable(text: str) -> str:
    """Text with control, bidirectional and undecodable characters written as escapes, so that it can go to a terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def failed(name: str, error: SourceError, *, url: str | None = None) -> Document:
    """A Document that says why there is none."""
    return Document(printable(name), url=url, error=error)


def too_large(limit: int) -> SourceError:
    """What is wrong with a page of which only `limit` bytes were read."""
    return SourceError("too-large", f"more than {limit:,} bytes; only these were read")


def take(chunks: Iterable[bytes], limit: int) -> tuple[bytes, bool]:
    """Up to `limit` bytes of a stream, and whether there was more. Reads no further than the chunk that goes beyond."""
    parts: list[bytes] = []
    size = 0
    for chunk in chunks:
        parts.append(chunk)
        size += len(chunk)
        if size > limit:
            return b"".join(parts)[:limit], True
    return b"".join(parts), False
