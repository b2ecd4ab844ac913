"""Text that scripts put into the page, with exact offsets: what stands between tags in their strings, and what they write. Nothing is run.

Strings are not lexed from the start of a script: one regular expression in a script would derail that, and so does a block of spam that was
put, quotes and all, before a ``</body>`` inside a string. Tags of HTML are found instead; what stands between two of them, or between one and
the quote that ends its string, is text unless it looks like code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.page.script_strings import literals_of_expression
from detector.page.unescaping import (
    Unescaped,
    places,
    unescape_base64,
    unescape_codes,
    unescape_entities,
    unescape_percent,
    unescape_script,
)
from detector.page.words import words_in

MAX_CHARS: Final = 400_000  # of one script that are read
_MAX_FOUND: Final = 400  # texts of one script
_LONGEST: Final = 4_000  # characters of a text between two tags, or between a quote and a tag
_DEEPEST: Final = 32  # tags remembered as open around a text

_NAMES: Final = (
    "a|abbr|address|article|aside|b|big|blockquote|body|br|button|caption|center|code|dd|del|details|div|dl|dt|em|fieldset|figcaption|figure|font|"
    "footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|label|legend|li|link|main|marquee|meta|nav|noscript|ol|option|p|pre|s|script|"
    "section|select|small|span|strike|strong|style|sub|summary|sup|table|tbody|td|template|textarea|tfoot|th|thead|title|tr|u|ul"
)
_TAG = re.compile(rf"<(\\?/)?({_NAMES})(?=[\s/>\\])[^<>]{{0,2000}}+>", re.IGNORECASE)
# The same with the angle brackets escaped.
_ESCAPED_TAG = re.compile(
    rf"(?:<|\\x3c|\\u003c)(\\?/)?({_NAMES})(?=[\s/>\\])(?:(?!\\x3|\\u003)[^<>]){{0,2000}}+(?:>|\\x3e|\\u003e)", re.IGNORECASE
)
_ESCAPED_WORDS: Final = ("\\x3c", "\\x3C", "\\u003c", "\\u003C")
_SINK_WORDS: Final = (
    "write(", "writeln(", "write'](", 'write"](', "HTML", "textContent", "innerText", "unescape(", "decodeURIComponent(", "atob(", "fromCharCode(",
)  # fmt: skip
_WORDS_READ: Final = _SINK_WORDS + _ESCAPED_WORDS
_SINKS: Final = (1 << len(_SINK_WORDS)) - 1  # bits of `_SINK_WORDS` among them
_ASSIGNS = re.compile(r"[\"']?\]?\s*\+?=(?!=)")
_CODES = re.compile(r"fromCharCode\(\s*((?:(?:0x)?[0-9a-fA-F]{1,7}\s*,\s*){3,20000}(?:0x)?[0-9a-fA-F]{1,7})\s*\)")
_QUOTE = re.compile(r"[\"'`](?<!\\.)(?:(?<![^\W\d_].)|(?![^\W\d_]))")
_NOT_TEXT: Final = frozenset({"script", "style"})  # what stands after these tags is none
_VOID: Final = frozenset({"br", "hr", "img", "input", "link", "meta"})

# Code, by its signs. A sign is looked for first and what is around it then: most texts have few, and trying every way at every character is slow.
_CODE = re.compile(
    r"[{}(=&|\[;+<%?/*\"'](?:(?<=[{}])|(?<=[A-Za-z0-9_$\])]\()(?!s\))|(?<==)[>=]|(?<=[!+]=)|(?<=&)&|(?<=\|)\||(?<=\w\[)\w*\]"
    r"|(?<=;)\s*(?:\n|$|//|[a-z.]+\s*[=(])|(?<=[+=])\s*$|(?<=<)[%?a-zA-Z/!]|(?<=[%?])>|(?<=/)\*|(?<=\*)/|(?<=[\"'])\s*/?>)"
)
_KEYWORD = re.compile(r"[fvrtc](?<!\w.)(?:(?<=f)unction|(?<=v)ar|(?<=r)eturn|(?<=t)ypeof|(?<=c)onst)\s")
_REST_OF_CODE = re.compile(r"[)\],;]|/?>")  # at the start
_REST_OF_TAG = re.compile(r"\s[a-z-]+=[\"']")
_ADDRESS = re.compile(r"(?:[a-z]{2,8}:)?//[^\s<>]+", re.IGNORECASE)
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]")
_WORD = re.compile(r"[^\W\d_]{3,}")
_APART = re.compile(r"(?:[^\W\d_]{1,2}[ ·*.\-\u200b-\u200d\u2060\ufeff]{1,2}){3}")  # the letters of a word, disguised
_WORDS = re.compile(r"[^\W\d_]{2,}")
# A selector or a variable; a name with a dot or an underscore in it; an assignment. Every part is linear on any text.
_NAME_OF_CODE = re.compile(r"\s*+(?:[.#&%@:$][\w.-]*+\s*+\Z|\w++\.\w++\s*+\Z|\w[^\W_]*+_\w++\s*+\Z|[^\s=]++=\S*+(?:\Z|\n\Z))")
_ONLY_NAMES = re.compile(r"[\s.#\w$-]*+\Z")
_LAST_PAIR = re.compile(r"[a-z0-9][A-Z_.]")


@dataclass(frozen=True, slots=True)
class Written:
    """A text in a script. start, end: characters into the source; unescaped: what it says, None where it says what stands there.

    names: of the tags between it and the text before, None for the first of a string; tags: start tags open around it in the string, outermost
    first.
    """

    start: int
    end: int
    unescaped: Unescaped | None
    names: tuple[str, ...] | None
    tags: tuple[str, ...]


def written_text(source: str, start: int, end: int, codes: NDArray[np.uint32] | None = None) -> list[Written]:
    """Texts of a script in source order, none overlapping another. Linear in the script; never raises. codes: `codes_of` the source."""
    end = min(end, start + MAX_CHARS)
    held = words_in(source, codes, start, end, _WORDS_READ)
    found = list(_between_tags(source, start, end, _ESCAPED_TAG if held > _SINKS else _TAG))
    if not held & _SINKS:
        return found
    words = [word for i, word in enumerate(_SINK_WORDS) if held >> i & 1]
    written = [w for piece in _from_sinks(source, start, end, words) for w in piece]
    if not written:
        return found
    taken: list[Written] = []
    for text in sorted([*written, *found], key=lambda text: (text.start, -text.end)):
        if not taken or text.start >= taken[-1].end:
            taken.append(text)
    return taken


def markup_text(inner: Unescaped) -> Iterator[Written]:
    """Texts of markup that is written in an escaped way, such as ``srcdoc``."""
    return _pieces(inner, whole=True)


def attribute_markup(source: str, start: int, end: int) -> Iterator[Written]:
    """Texts of an attribute that holds a page (``srcdoc``)."""
    return markup_text(unescape_entities(source, start, end))


def is_text(text: str) -> bool:
    """Whether what stands between two tags of a string is for people to read."""
    if _is_code(text):
        return False
    if "//" in text:
        text = _ADDRESS.sub("", text)
    if len(_CJK.findall(text)) >= 2:
        return True
    if _is_name_of_code(text):
        return False
    return _WORD.search(text) is not None or _APART.search(text) is not None


def _is_code(text: str) -> bool:
    return (
        _CODE.search(text) is not None
        or _KEYWORD.search(text) is not None
        or _REST_OF_CODE.match(text.lstrip()) is not None
        or (('="' in text or "='" in text) and _REST_OF_TAG.search(text) is not None)
    )


def _is_name_of_code(text: str) -> bool:
    if _NAME_OF_CODE.match(text):
        return True
    if not _ONLY_NAMES.match(text):
        return False
    # ``camelCase`` or ``some.name`` at the end: where its last run of letters begins is looked for from the end
    text = text.rstrip()
    at = len(text)
    while at > 0 and (text[at - 1].isalnum() or text[at - 1] == "_"):
        at -= 1
    return _LAST_PAIR.search(text, max(0, at - 2)) is not None


class _Open:
    """Start tags that are open at a place of a string."""

    def __init__(self) -> None:
        self.tags: list[tuple[str, str]] = []
        self.names: list[str] | None = None

    def tag(self, closes: bool, name: str, text: str) -> None:
        if self.names is not None and len(self.names) < _DEEPEST:
            self.names.append(name)
        if closes:
            for at in range(len(self.tags) - 1, -1, -1):
                if self.tags[at][0] == name:
                    del self.tags[at:]
                    break
        elif name not in _VOID and len(self.tags) < _DEEPEST:
            self.tags.append((name, text))

    def take(self) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
        names = None if self.names is None else tuple(self.names)
        self.names = []
        return names, tuple(text for _, text in self.tags)

    def end_string(self) -> None:
        self.names = None


def _between_tags(source: str, start: int, end: int, tag: re.Pattern[str]) -> Iterator[Written]:
    """Texts that stand next to tags in a script."""
    here = _Open()
    last, name_before = -1, ""
    count = 0
    for m in tag.finditer(source, start, end):
        if count >= _MAX_FOUND:
            return
        name = m[2].lower()
        if name_before not in _NOT_TEXT or m[1]:
            for a, b, ends in _sides(source, max(start, m.start() - _LONGEST) if last < 0 else last, m.start(), last >= 0):
                text = _text(source, a, b, here) if b > a else None
                if text is not None:
                    count += 1
                    yield text
                if ends:
                    here.end_string()
        here.tag(m[1] is not None, name, _written_tag(source, m.start(), m.end()))
        last, name_before = m.end(), "" if m[1] else name
    if last >= 0 and name_before not in _NOT_TEXT:
        quote = _QUOTE.search(source, last, min(end, last + _LONGEST))
        text = _text(source, last, quote.start(), here) if quote else None
        if text is not None:
            yield text


def _written_tag(source: str, start: int, end: int) -> str:
    raw = source[start:end]
    return unescape_script(source, start, end).text if "\\" in raw else raw


def _sides(source: str, start: int, end: int, after_tag: bool) -> Iterator[tuple[int, int, bool]]:
    """What of the source between two tags belongs to the strings they stand in: (start, end, whether the string ends there)."""
    head = _QUOTE.search(source, start, end)
    if head is None:
        if after_tag:
            yield start, end if end - start <= _LONGEST else start, False
        return
    if after_tag:
        yield start, head.start() if head.start() - start <= _LONGEST else start, True
    tail = -1
    for m in _QUOTE.finditer(source, max(head.start(), end - _LONGEST), end):
        tail = m.start()
    if tail >= 0:
        yield tail + 1, end, False


def _text(source: str, start: int, end: int, here: _Open) -> Written | None:
    raw = source[start:end]
    if end - start < 2 or raw.isspace():
        return None
    unescaped = unescape_script(source, start, end) if "\\" in raw else None
    said = unescaped.text if unescaped else raw
    if not is_text(said):
        return None
    return Written(start, end, unescaped, *here.take())


def _from_sinks(source: str, start: int, end: int, words: list[str]) -> Iterator[Iterator[Written]]:
    """Texts of what is written without tags, or with tags that can be read only when it is unescaped. words: those of `_SINK_WORDS` there."""
    last = start
    for at, word in _sinks(source, start, end, words):
        if at < last:
            continue
        last = at + len(word)
        if word == "fromCharCode(":
            codes = _CODES.match(source, at, end)
            if codes:
                last = codes.end()
                yield _pieces(unescape_codes(source, *codes.span(1)))
            continue
        if word in ("HTML", "textContent", "innerText") and not (word == "HTML" and source.startswith("(", last)):
            assigns = _ASSIGNS.match(source, last, end)
            if assigns is None:
                continue
            last = assigns.end()
        percent = word in ("unescape(", "decodeURIComponent(")
        for a, b in literals_of_expression(source, last, end):
            last = b
            before = source[max(start, a - 40) : a - 1].rstrip()
            if b - a < 4:
                continue
            if before.endswith("atob("):
                inner = unescape_base64(source, a, b)
            else:
                inner = unescape_script(source, a, b)
                percent = percent or before.endswith(("unescape(", "decodeURIComponent("))
                if percent and "%" in inner.text:
                    inner = unescape_percent(inner)
                elif _TAG.search(source, a, b):
                    continue  # found between its tags
            if inner is not None:
                yield _pieces(inner)


def _sinks(source: str, start: int, end: int, words: list[str]) -> list[tuple[int, str]]:
    """Where each of the words stands, up to `_MAX_FOUND` times."""
    found: list[tuple[int, str]] = []
    for word in words:
        at = source.find(word, start, end)
        for _ in range(_MAX_FOUND):
            if at < 0:
                break
            found.append((at, word))
            at = source.find(word, at + len(word), end)
    found.sort()
    return found


def _pieces(inner: Unescaped, whole: bool = False) -> Iterator[Written]:
    """Texts between the tags of what a string says; the string itself where it has no tags and is prose. whole: whatever it is."""
    text, here = inner.text, _Open()
    last, skip = 0, False
    for m in _TAG.finditer(text):
        if not skip:
            piece = _piece(inner, last, m.start(), here)
            if piece is not None:
                yield piece
        here.tag(m[1] is not None, m[2].lower(), m[0])
        last, skip = m.end(), m[1] is None and m[2].lower() in _NOT_TEXT
    if last == 0 and not (whole or is_prose(text)):
        return
    piece = None if skip else _piece(inner, last, len(text), here)
    if piece is not None:
        yield piece


def _piece(inner: Unescaped, first: int, past: int, here: _Open) -> Written | None:
    if past - first < 2 or not is_text(inner.text[first:past]):
        return None
    start, end = inner.start[first], inner.end[past - 1]
    part = inner.part(first, past)
    return Written(start, end, None if part.start == places(start, end) else part, *here.take())


def is_prose(text: str) -> bool:
    """Whether a string without tags is several words for people to read, and no name, address or value."""
    if len(_CJK.findall(text)) >= 4:
        return not _is_code(text)
    words = _WORDS.findall(text)
    return len(words) >= 3 and sum(map(len, words)) * 2 >= len(text.strip()) and "://" not in text and ";" not in text and "_" not in text
