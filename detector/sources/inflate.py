"""Unpacking gzip and deflate in pieces of bounded size, so that a bomb costs no more than what is taken of it."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Final

from detector.sources.document import SourceError

GZIP_MAGIC: Final = b"\x1f\x8b"
CODINGS: Final = frozenset({"gzip", "x-gzip", "deflate"})

_PIECE: Final = 1 << 16
_GZIP: Final = 16 + zlib.MAX_WBITS


def inflated(chunks: Iterable[bytes], coding: str) -> Iterator[bytes]:
    """The unpacked stream, at most 64 kB a piece. coding: a Content-Encoding, "" and "identity" for none.

    A stream that breaks off yields what there was of it, as browsers show it. Raises SourceError "bad-encoding".
    """
    coding = coding.strip().lower()
    if coding in ("", "identity"):
        yield from chunks
        return
    if coding not in CODINGS:
        raise SourceError("bad-encoding", f"Content-Encoding {coding[:40]!r} is not supported")
    unpack = None
    for chunk in chunks:
        if unpack is None:
            unpack = _unpacker(coding, chunk)
        while True:
            try:
                piece = unpack.decompress(chunk, _PIECE)
            except zlib.error as error:
                raise SourceError("bad-encoding", f"not valid {coding}: {error}") from None
            if piece:
                yield piece
            chunk = unpack.unconsumed_tail
            if unpack.eof:
                chunk = unpack.unused_data
                if not chunk.startswith(GZIP_MAGIC) or coding == "deflate":
                    return  # the end, or rubbish after it, which browsers skip
                unpack = zlib.decompressobj(_GZIP)
            elif not chunk and len(piece) < _PIECE:
                break


def _unpacker(coding: str, beginning: bytes) -> zlib._Decompress:
    if coding != "deflate":
        return zlib.decompressobj(_GZIP)
    # "deflate" is a zlib stream by the standard and a bare one on some servers: low four bits 8 and a checksum tell the first.
    bare = len(beginning) < 2 or beginning[0] & 15 != 8 or int.from_bytes(beginning[:2]) % 31
    return zlib.decompressobj(-zlib.MAX_WBITS if bare else zlib.MAX_WBITS)
