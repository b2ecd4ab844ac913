"""Text of a hostile page made safe to show: no control, ANSI, bidirectional or invisible character leaves raw.

Such a character is written as its escape (``\\x1b``, ``\\u202e``), so a reader sees that it is there, and a terminal does not act on it.
The zero-width joiner and non-joiner stay: Persian, Indic scripts and emoji are spelled with them, and no terminal acts on them.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

# Control characters (Cc) are apart, since JSON has its own escapes for the first 32. Of the format characters (Cf) those stay that are
# visible signs of Arabic, Kaithi and the like. ``tests/report/test_safe_text.py`` holds this to the Unicode database.
_CONTROLS: Final = "\x00-\x1f"
_REST: Final = (
    "\x7f-\x9f\xad\u061c\u070f\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff\ud800-\udfff"
)
_UNSAFE = re.compile(f"[{_CONTROLS}{_REST}]")
_UNSAFE_IN_JSON = re.compile(f"[{_REST}]")
_SPACE = re.compile(r"[^\S\x1c-\x1f\x85\u2028\u2029]+")


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def escape_unsafe(text: str) -> str:
    """The text with every unsafe character, line ends included, written as an escape."""
    return _UNSAFE.sub(_escape, text)


def one_line(text: str) -> str:
    """The text on one line: runs of white space become one space, everything else unsafe an escape."""
    return _UNSAFE.sub(_escape, _SPACE.sub(" ", text))


def safe_json(value: Any, indent: int | None = None) -> str:
    """JSON in which other scripts stay readable and unsafe characters are ``\\u`` escapes: the same value, safe on a terminal.

    Lone surrogates are escaped too, so the text can always be encoded as UTF-8.
    """
    separators = (",", ": ") if indent else (",", ":")
    dumped = json.dumps(value, ensure_ascii=False, indent=indent, separators=separators)
    return _UNSAFE_IN_JSON.sub(lambda match: json.dumps(match[0])[1:-1], dumped)
