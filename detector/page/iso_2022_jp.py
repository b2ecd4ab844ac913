"""Where each character of ISO-2022-JP stands in its bytes. Escapes change how all that follows is read, so it cannot be read from a place within."""

from __future__ import annotations

from array import array
from typing import Final

_ASCII, _KATAKANA, _PAIRS = range(3)
_ESCAPES: Final = {b"(B": _ASCII, b"(J": _ASCII, b"(I": _KATAKANA, b"$@": _PAIRS, b"$B": _PAIRS}


def character_starts(content: bytes) -> array[int]:
    """The byte at which each character that the WHATWG decoder gives begins; of the first one after an escape, that of the escape.

    Characters are counted and not read: malformed bytes give U+FFFD as the standard says.
    """
    starts: array[int] = array("q")
    put = starts.append
    state = _ASCII
    at, size = 0, len(content)
    pending = -1  # where an escape begins after which no character came yet
    while at < size:
        byte = content[at]
        if byte == 0x1B:
            found = _ESCAPES.get(content[at + 1 : at + 3])
            if found is None:
                put(at if pending < 0 else pending)
                pending = -1
                at += 1
                continue
            state = found
            if pending >= 0:  # an escape right after another is an error
                put(pending)
            pending = at
            at += 3
            continue
        put(at if pending < 0 else pending)
        pending = -1
        at += 1
        if state == _PAIRS and 0x21 <= byte <= 0x7E and at < size and content[at] != 0x1B:
            at += 1
    return starts
