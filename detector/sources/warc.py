"""Pages in WARC and WET archives: what servers answered (HTML) and the texts drawn from it."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, Final

from detector.sources.document import Document, SourceError, SourceOptions, failed, printable, take, too_large
from detector.sources.files import system_error
from detector.sources.inflate import CODINGS, GZIP_MAGIC, inflated

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

PAGE_TYPES: Final = ("text/", "application/xhtml")

_RESTARTS: Final = 1000  # in one archive, behind damaged places
_WINDOW: Final = 1 << 20
_RECORD_START: Final = re.compile(rb"\x1f\x8b\x08|WARC/1\.")
_CHUNK_SIZE: Final = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]{0,200})?\r?\n")


def read_warc(path: str | os.PathLike[str], options: SourceOptions) -> Iterator[Document]:
    """Every page of an archive, one record in memory at a time. A damaged record yields its error, and reading goes on behind it.

    Names are ``archive#offset`` with the offset of the record in the file in bytes.
    """
    archive = printable(os.fspath(path))
    found = False
    try:
        with open(path, "rb") as stream:
            for document in _documents(archive, stream, options.max_bytes):
                found = True
                yield document
    except OSError as error:
        found = True
        yield failed(archive, system_error(error))
    if not found:
        yield failed(archive, SourceError("no-pages", "the archive holds no page"))


def _documents(archive: str, stream: BinaryIO, limit: int) -> Iterator[Document]:
    try:
        from fastwarc.warc import ArchiveIterator, WarcRecordType
    except ImportError:
        yield failed(archive, SourceError("missing-extra", "WARC archives need: pip install fastwarc"))
        return
    wanted = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.conversion
    packed = stream.read(2) == GZIP_MAGIC
    start = 0
    unsaid: Document | None = None  # damage behind a good record, as long as it is open whether the next place is damaged too
    for _ in range(_RESTARTS):
        stream.seek(start)
        behind = start  # the least offset of what comes after the last record that was read
        try:
            # The reader's own decoding is not used: after a record that it could not decode it finds no further one.
            for record in ArchiveIterator(stream, parse_http=False):
                if unsaid is not None:
                    yield unsaid
                    unsaid = None
                at = record.stream_pos
                behind = at + 1 if packed else at + max(1, record.content_length)
                if not record.record_type & wanted:
                    continue
                name = f"{archive}#{at}"
                try:
                    document = _page(name, record, limit)
                except (OSError, ValueError) as error:
                    document = failed(name, SourceError("bad-record", str(error)))
                if document is not None:
                    yield document
            break
        except (OSError, ValueError) as error:
            damage = failed(f"{archive}#{behind}", SourceError("bad-record" if behind else "bad-archive", str(error)))
        if behind > start:
            unsaid = damage
            following = _next_start(stream, behind)
        else:
            unsaid = None
            yield damage
            following = _next_start(stream, start + 1)
        if following is None:
            break
        start = following
    else:
        yield failed(archive, SourceError("bad-archive", f"damaged in more than {_RESTARTS} places; the rest was left out"))
    if unsaid is not None:
        yield unsaid


def _page(name: str, record: WarcRecord, limit: int) -> Document | None:
    """The record as a page; None for images, empty answers and the like. Raises OSError where its HTTP head cannot be read."""
    url = record.headers.get("WARC-Target-URI")
    url = printable(url.strip("<> ")) if url else None
    chunked, coding = False, ""
    if record.is_http:
        record.parse_http()
        headers = record.http_headers
        content_type = headers.get("Content-Type")
        chunked = "chunked" in (headers.get("Transfer-Encoding") or "").lower()
        coding = (headers.get("Content-Encoding") or "").strip().lower()
    elif record.headers.get("WARC-Type") == "conversion":
        content_type = "text/plain; charset=utf-8"
    else:
        content_type = record.headers.get("Content-Type")
    if content_type and not content_type.strip().lower().startswith(PAGE_TYPES):
        return None
    raw = record.reader.read(limit + 1)
    broken_off = len(raw) < min(record.content_length, limit + 1)
    if chunked:
        raw = _unchunked(raw)
    content, truncated = _decoded(raw, coding, limit)
    if not content and not broken_off:
        return None
    error = too_large(limit) if truncated else SourceError("bad-record", "the archive ends inside the record") if broken_off else None
    return Document(name, content, url, content_type, error)


def _unchunked(raw: bytes) -> bytes:
    """The body without its transfer coding, as far as it goes. Many archives name one and hold the body without it: then as it is."""
    parts = []
    at = 0
    while chunk := _CHUNK_SIZE.match(raw, at):
        at = chunk.end() + int(chunk[1], 16)
        parts.append(raw[chunk.end() : at])
        at += 2  # the line break after a chunk
    return b"".join(parts) if parts else raw


def _decoded(raw: bytes, coding: str, limit: int) -> tuple[bytes, bool]:
    """Up to `limit` bytes of the body without its content coding, and whether there was more. Already decoded: as it is."""
    from fastwarc.stream_io import BrotliReader, ZstdReader

    try:
        if coding in CODINGS:
            return take(inflated([raw], coding), limit)
        if coding in ("br", "zstd"):
            unpacked = (BrotliReader if coding == "br" else ZstdReader)(io.BytesIO(raw)).read(limit + 1)
            return unpacked[:limit], len(unpacked) > limit
    except (SourceError, OSError, ValueError):
        pass
    return raw[:limit], len(raw) > limit


def _next_start(stream: BinaryIO, offset: int) -> int | None:
    """Offset of the next place that looks like the start of a record, at or after `offset`."""
    stream.seek(offset)
    overlap = b""
    while window := stream.read(_WINDOW):
        searched = overlap + window
        if match := _RECORD_START.search(searched):
            return offset - len(overlap) + match.start()
        offset += len(window)
        overlap = searched[-6:]
    return None
