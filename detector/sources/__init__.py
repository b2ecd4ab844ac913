"""Where pages come from. `open_sources` takes names as a user writes them and yields `Document`s, one page in memory at a time."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from detector.sources.document import ERROR_NAMES, Document, ErrorName, SourceError, SourceOptions, failed
from detector.sources.files import files_below, read_file, read_stdin

if TYPE_CHECKING:
    from detector.sources.http import Fetcher

__all__ = ["ERROR_NAMES", "Document", "ErrorName", "SourceError", "SourceOptions", "open_sources"]

WARC_SUFFIXES: Final = (".warc", ".warc.gz", ".wet", ".wet.gz")
JSONL_SUFFIXES: Final = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
PARQUET_SUFFIXES: Final = (".parquet",)
SITEMAP_SUFFIXES: Final = (".xml", ".xml.gz")


def open_sources(
    names: Iterable[str], options: SourceOptions | None = None, remembered: Callable[[str], Document | None] | None = None
) -> Iterator[Document]:
    """Every page behind the names, in their order.

    A name is ``-`` (standard input), a URL (of a page, of a sitemap where it ends in .xml or .xml.gz), a file (an archive or table by its
    suffix, else a page), a folder, or a pattern like ``site/**/*.html``. remembered: pages from the web that need not be fetched, by
    name. Raises nothing for what cannot be read: see `Document.error`.
    """
    options = options or SourceOptions()
    with ExitStack() as stack:
        fetcher: Fetcher | None = None
        for name in names:
            if name == "-":
                yield read_stdin(sys.stdin.buffer, options)
            elif name.lower().startswith(("http://", "https://")):
                if fetcher is None:
                    try:
                        from detector.sources.http import Fetcher
                    except ImportError:
                        yield failed(name, SourceError("missing-extra", "URLs need: pip install httpx protego"), url=name)
                        continue
                    fetcher = stack.enter_context(Fetcher(options, remembered=remembered))
                yield from _from_web(name, fetcher, options)
            else:
                yield from _from_disk(name, options)


def _from_web(url: str, fetcher: Fetcher, options: SourceOptions) -> Iterator[Document]:
    try:
        path = urlsplit(url).path.lower()
    except ValueError:
        path = ""
    if path.endswith(SITEMAP_SUFFIXES):
        from detector.sources.sitemap import read_sitemap

        yield from read_sitemap(url, fetcher, options)
    elif options.crawl:
        from detector.sources.crawl import crawl

        yield from crawl(url, fetcher, min(options.crawl, options.max_pages))
    else:
        yield fetcher.document(url)


def _from_disk(name: str, options: SourceOptions) -> Iterator[Document]:
    if os.path.isdir(name):
        for entry in files_below(name, options):
            if isinstance(entry, Document):
                yield entry
            else:
                yield from _from_file(entry, options)
    elif glob.has_magic(name) and not os.path.lexists(name):
        paths = sorted(path for path in glob.iglob(name, recursive=True) if not os.path.isdir(path))
        if not paths:
            yield failed(name, SourceError("not-found", "no file has such a name"))
        for path in paths:
            yield from _from_file(Path(path), options)
    else:
        yield from _from_file(Path(name), options)


def _from_file(path: Path, options: SourceOptions) -> Iterator[Document]:
    name = path.name.lower()
    if name.endswith(WARC_SUFFIXES):
        from detector.sources.warc import read_warc

        yield from read_warc(path, options)
    elif name.endswith(JSONL_SUFFIXES):
        from detector.sources.columns import read_jsonl

        yield from read_jsonl(path, options)
    elif name.endswith(PARQUET_SUFFIXES):
        from detector.sources.columns import read_parquet

        yield from read_parquet(path, options)
    else:
        yield read_file(path, options)
