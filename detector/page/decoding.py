"""Bytes to text by the rules of the WHATWG, and back from a place in the text to the place in the bytes.

Order of trust: byte order mark, then bytes that are valid UTF-8, then the HTTP charset, then ``<meta>`` in the first 1024 bytes, then
detection by content. It leaves the standard in two cases, both because a scanner must not be blinded by a label: text that is valid
UTF-8 beats a label that says otherwise, and a label that turns the page into U+FFFD is set aside.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import webencodings
from turbohtml.detect import detect

from detector.lazy import cached_property
from detector.page.iso_2022_jp import character_starts

_REPLACEMENT: Final = "\ufffd"
# UTF-32 is not the web's, but files have it; its little-endian mark begins with that of UTF-16, so it goes first.
_BYTE_ORDER_MARKS: Final = (
    (b"\xff\xfe\x00\x00", "utf-32le"),
    (b"\x00\x00\xfe\xff", "utf-32be"),
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16le"),
    (b"\xfe\xff", "utf-16be"),
)
_UNICODE_CODECS: Final = {
    "utf-8": "utf-8",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "utf-32le": "utf-32-le",
    "utf-32be": "utf-32-be",
}
_MULTI_BYTE: Final = frozenset({*_UNICODE_CODECS, "gbk", "gb18030", "big5", "euc-jp", "euc-kr", "shift_jis", "iso-2022-jp"})

_HTTP_CHARSET: Final = re.compile(r"""charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;"']+))""", re.IGNORECASE)
_NOT_ASCII: Final = re.compile(rb"[\x80-\xff]")
_PRESCAN: Final = 1024  # bytes in which the standard looks for <meta>
_HIGH_AS_ASCII: Final = bytes(range(128)) + b"?" * 128
# The detector reports ASCII and "windows-1252 is declared" alike. These bytes are a certain ISO-2022-JP, so any other answer was declared.
_UNDECLARED: Final = b"\x1b$B!A\x1b(B"
_DETECTION_WINDOW: Final = (
    1 << 16
)  # bytes; the detector reads about 10 MB/s, and of 1,798 pages in GBK none was read wrongly by a quarter of this

# Of 24,000 samples of Chinese text in GBK, 6 characters were valid UTF-8 by chance in 2, 4 characters in 20.
_ENOUGH_TO_OVERRULE: Final = 6
_SHARE_MALFORMED: Final = 0.1  # of the characters beyond ASCII; above it a reading is not taken at its label's word

_PIECE: Final = 4096  # bytes between two known pairs of offsets


@dataclass(frozen=True)
class Decoded:
    """A page as text. encoding: WHATWG name in lower case ("utf-8", "gbk", "big5"...); malformed bytes stand as U+FFFD, a BOM is dropped."""

    text: str
    encoding: str
    content: bytes = field(repr=False)
    bom: int = 0  # length of the byte order mark in bytes

    def byte_offset(self, char_offset: int) -> int:
        """Byte of `content` at which the character begins; ``len(text)`` gives ``len(content)``.

        Exact where ``content`` has malformed bytes too. The first call walks the page once, each costs about 0.1 ms after that.
        Raises ValueError for an offset outside the text.
        """
        if not 0 <= char_offset <= len(self.text):
            raise ValueError(f"character offset {char_offset} is outside 0..{len(self.text)}")
        if self.encoding not in _MULTI_BYTE or (self.text.isascii() and len(self.text) + self.bom == len(self.content)):
            return char_offset + self.bom
        if char_offset == len(self.text):
            return len(self.content)
        if self.encoding == "iso-2022-jp":
            return self._starts[char_offset]
        chars, positions = self._known
        piece = bisect_right(chars, char_offset) - 1
        return self._within(positions[piece], positions[piece + 1], chars[piece], chars[piece + 1], char_offset)

    @cached_property
    def _starts(self) -> array[int]:
        return character_starts(self.content)

    @cached_property
    def _known(self) -> tuple[list[int], list[int]]:
        """Known pairs of offsets, ascending: characters and bytes, about `_PIECE` bytes apart."""
        read = _reader(self.encoding)
        chars, positions = [0], [self.bom]
        end = len(self.content)
        while positions[-1] < end:
            start, char = positions[-1], chars[-1]
            wide = _PIECE
            while True:
                cut, length = self._cut(read, start, min(start + wide, end), char)
                if cut:
                    break
                wide *= 2
            positions.append(cut)
            chars.append(char + length)
        chars[-1] = len(self.text)
        return chars, positions

    def _cut(self, read: Callable[[bytes], str], start: int, wanted: int, char: int) -> tuple[int, int]:
        """The last character boundary at or a little before `wanted`, with the characters up to it; (0, 0) where none is sure."""
        if wanted == len(self.content):
            return wanted, len(self.text) - char
        for cut in range(wanted, max(start, wanted - 8), -1):
            text = read(self.content[start:cut])
            # A reader that still waits for bytes ends in U+FFFD. Any other last character was completed by the last byte.
            if text and text[-1] != _REPLACEMENT:
                return cut, len(text)
        for cut in range(wanted, max(start, wanted - 8), -1):
            text = read(self.content[start:cut])
            if self.text.startswith(read(self.content[cut : cut + 64])[:16], char + len(text)):  # malformed, and reads on as it should
                return cut, len(text)
        return 0, 0

    def _within(self, start: int, end: int, first: int, last: int, char: int) -> int:
        """The byte at which `char` begins, in the piece of bytes start..end which are the characters first..last."""
        if char == first:
            return start
        if self.encoding == "utf-8":
            before = self.text[first:char].encode()
            if self.content.startswith(before, start):
                return start + len(before)
        read = _reader(self.encoding)
        piece = self.content[start:end]
        # The shortest beginning of the piece that shows the character holds its first byte as its last.
        shortest = bisect_left(range(1, len(piece) + 1), char - first + 1, key=lambda size: len(read(piece[:size]))) + 1
        rest = self.text[char:last]
        # Bytes given back after a malformed sequence show up several at once: of the last four take the one that reads on rightly.
        for at in range(shortest - 1, max(-1, shortest - 5), -1):
            if read(piece[at:]).endswith(rest) and self.text.startswith(read(piece[:at]), first):
                return start + at
        return start + shortest - 1


def decode(content: bytes, content_type: str | None = None) -> Decoded:
    """Decode a page. content_type: the HTTP header's value, where there was one. Raises nothing, whatever the bytes."""
    for mark, name in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return Decoded(_reader(name)(content[len(mark) :]), name, content, len(mark))
    declared = _http_encoding(content_type) or _meta_encoding(content)
    if declared in ("utf-16le", "utf-16be") and b"\x00" in content:
        return _read(content, declared)  # plain ASCII in UTF-16 is valid UTF-8 as well
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        # A page that broke off inside a character is UTF-8 all the same, if it showed another one before.
        cut_short = error.end == len(content) and error.reason == "unexpected end of data"
        text = content.decode(errors="replace") if cut_short else ""
        if _beyond_ascii(text) < 2:
            return _legacy(content, declared)
    if declared and declared != "utf-8":
        if declared == "iso-2022-jp" and b"\x1b" in content:
            return _read(content, declared)
        enough = _ENOUGH_TO_OVERRULE if declared in _MULTI_BYTE else 1  # what looks like UTF-8 in one byte a character is mojibake
        if _beyond_ascii(text) < enough and not declared.startswith("utf-16"):
            return _read(content, declared)
    elif not declared and b"\x1b$" in content and text.isascii():
        return _read(content, _detected(content))
    return Decoded(text, "utf-8", content)


def _legacy(content: bytes, declared: str | None) -> Decoded:
    """Decode what is not valid UTF-8: by its label unless that makes rubbish of it, else by what it looks like."""
    labelled = _read(content, declared or "utf-8")
    if _malformed(labelled) <= _SHARE_MALFORMED:
        return labelled
    guessed = _read(content, _detected(content))
    return guessed if not declared or _malformed(guessed) < _malformed(labelled) else labelled


def _malformed(decoded: Decoded) -> float:
    """Share (0..1) of U+FFFD among the characters beyond ASCII."""
    beyond = _beyond_ascii(decoded.text)
    return decoded.text.count(_REPLACEMENT) / beyond if beyond else 0.0


def _beyond_ascii(text: str) -> int:
    """Number of characters beyond ASCII."""
    return len(text) - len(text.encode("ascii", "ignore"))


def _read(content: bytes, name: str) -> Decoded:
    return Decoded(_reader(name)(content), name, content)


def _reader(name: str) -> Callable[[bytes], str]:
    """The decoder of the encoding. Those of turbohtml follow the standard byte for byte; Python's own are faster for Unicode's."""
    return partial(str, encoding=_UNICODE_CODECS.get(name, f"whatwg-{name}"), errors="replace")


def _http_encoding(content_type: str | None) -> str | None:
    found = _HTTP_CHARSET.search(content_type) if content_type else None
    return _encoding_of(next(group for group in found.groups() if group is not None)) if found else None


def _meta_encoding(content: bytes) -> str | None:
    head = content[:_PRESCAN].translate(_HIGH_AS_ASCII).ljust(_PRESCAN) + _UNDECLARED
    name = detect(head).encoding
    return _encoding_of(name) if name and name != "ISO-2022-JP" else None


def _encoding_of(label: str) -> str | None:
    """WHATWG name of a label; None for an unknown one and for those that the standard answers with a single U+FFFD."""
    encoding = webencodings.lookup(label) if label.isascii() else None  # no label is; half a surrogate pair would raise
    return encoding.name if encoding is not None and encoding.name not in ("replacement", "x-user-defined") else None


def _detected(content: bytes) -> str:
    """What the content looks like. Of the detectors tried this one (Firefox's rules) was right most often, on short text above all."""
    found = _NOT_ASCII.search(content)
    start = max(0, found.start() - 256) if found else 0
    window = content[start : start + _DETECTION_WINDOW]
    if start + len(window) < len(content):  # a character cut in two counts against its encoding; these bytes are never inside one
        window = window[: max(window.rfind(b"<"), window.rfind(b" "), window.rfind(b"\n")) + 1] or window
    # Blanks in front keep a <meta> that was already set aside out of the detector's prescan.
    match = detect(b" " * _PRESCAN + window)
    return (_encoding_of(match.encoding) if match.encoding else None) or "windows-1252"
