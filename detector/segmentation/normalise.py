"""Page → `Text`: the page's characters with disguise undone, each with the place in the source it came from.

Character references are resolved, invisible characters dropped, compatibility forms, case, homoglyphs and Traditional characters
folded, and interleaved letters (``無·碼·視·頻``) joined. Everything is one array over the page; nothing is copied a block at a time.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.native import kernels
from detector.page.page import Page
from detector.segmentation import characters as c

_REFERENCE: Final = re.compile(r"&(?:#(?:[xX][0-9a-fA-F]{1,8}|[0-9]{1,9});?|[A-Za-z][A-Za-z0-9]{1,31};?|[0-9]x[0-9A-Fa-f]{4};)")
# Cyrillic and Greek letters that pass for Latin ones, folded only in words that also hold Latin letters.
_PASSING: Final = dict(zip("аеорсухѕіјԁԛԝһьгкмтнвαορνρτυικηωσβεχγ", "aeopcyxsijdqwhbrkmthbaopvptuiknwobexy", strict=False))
_PASSING_TABLE: Final = np.zeros(max(map(ord, _PASSING)) + 1, np.uint32)
_PASSING_TABLE[[ord(letter) for letter in _PASSING]] = [ord(look) for look in _PASSING.values()]

SEPARATED: Final = 64  # flag added to characters.ODD...: the letter stood apart from its neighbours and was joined to them
TAG: Final = 128  # flag: written in tag characters (U+E0000 block), which no one sees


Codes = NDArray[np.uint32]
Places = NDArray[np.int32]
Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Text:
    """Normalised characters of a page; arrays of one shape, in source order.

    code: folded code points (uint32); kind, flags: see `characters`; start, end: characters into the source; chunk: index into the
    page's chunks; dropped: how many invisible characters were dropped before this one since the page's start (cumulative).
    """

    code: Codes
    kind: Bytes
    flags: Bytes
    start: Places
    end: Places
    chunk: Places
    dropped: Places


def normalise(page: Page) -> Text:
    """Fold a page's chunks to a `Text`. Cost is linear in the page; never raises (lone surrogates are symbols)."""
    text, may_be_interleaved = _fold(page) if kernels is None else _fold_natively(page)
    joined = _interleaved(text.code, text.kind, text.chunk) if may_be_interleaved else None
    if joined is None:
        return text
    keep, letters = joined
    text.flags[letters] |= SEPARATED
    return Text(*(getattr(text, part.name)[keep] for part in fields(Text)))


def _fold(page: Page) -> tuple[Text, bool]:
    """A page's characters folded one by one, and whether they may be interleaved."""
    lengths = page.end - page.start
    unescaped = page.markup.unescaped
    for i, inner in unescaped.items():
        lengths[i] = len(inner.text)
    total = int(lengths.sum())
    chunk = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    first = np.cumsum(lengths) - lengths
    start = np.arange(total, dtype=np.int32) + (page.start - first).astype(np.int32)[chunk]
    end = start + np.int32(1)
    for i, inner in unescaped.items():
        start[first[i] : first[i] + lengths[i]] = inner.start
        end[first[i] : first[i] + lengths[i]] = inner.end
    raw = page.codes[start]
    for i, inner in unescaped.items():  # raw is a copy
        raw[first[i] : first[i] + lengths[i]] = _codes(inner.text)
    if page.is_html:
        raw, start, end, chunk = _resolve_references(page.source, raw, start, end, chunk)

    tables = c.character_tables()
    high = raw >= c.LIMIT
    index = np.where(high, 0, raw) if high.any() else raw
    code, kind, flags = tables.fold[index], tables.kind[index], tables.flags[index]
    if high.any():
        code, kind, flags = _fold_high(raw, high, code, kind, flags)
    if not page.is_html:
        kind[kind == c.NEWLINE] = c.SPACE  # lines are chunks already

    shown = kind != c.INVISIBLE
    dropped = np.cumsum(~shown, dtype=np.int32)
    if len(dropped) and dropped[-1]:
        code, kind, flags = code[shown], kind[shown], flags[shown]
        start, end, chunk, dropped = start[shown], end[shown], chunk[shown], dropped[shown]
    _fold_passing_letters(code, kind, flags)
    return Text(code, kind, flags, start, end, chunk, dropped), True


def _fold_natively(page: Page) -> tuple[Text, bool]:
    assert kernels is not None
    tables = c.character_tables()
    start, end = (np.ascontiguousarray(places, np.int64) for places in (page.start, page.end))
    unescaped = page.markup.unescaped
    inner, total = None, int((end - start).sum())
    if unescaped:
        first, count = np.full(len(start), -1), np.zeros(len(start), np.int64)
        told = list(unescaped.values())
        at = np.array(list(unescaped), np.int64)
        count[at] = [len(one.text) for one in told]
        first[at] = np.cumsum(count[at]) - count[at]
        total += int(count.sum()) - int((end - start)[at].sum())
        starts, ends = (
            np.concatenate([np.frombuffer(places, np.int64) for places in parts])
            for parts in zip(*((one.start, one.end) for one in told), strict=True)
        )
        inner = first, _codes("".join(one.text for one in told)), starts, ends, count
    code, kind, flags = np.empty(total, np.uint32), np.empty(total, np.uint8), np.empty(total, np.uint8)
    start_of, end_of, chunk, dropped = (np.empty(total, np.int32) for _ in range(4))
    length, may_be_interleaved = kernels.normalise(
        page.codes,
        (start, end),
        inner,
        page.is_html,
        _resolve,
        (tables.fold, tables.kind, tables.flags, _PASSING_TABLE),
        (code, kind, flags, start_of, end_of, chunk, dropped),
    )
    if length and not dropped[length - 1]:  # as on most pages: no room for a row of noughts
        dropped = np.broadcast_to(np.int32(0), total)
    text = Text(code[:length], kind[:length], flags[:length], start_of[:length], end_of[:length], chunk[:length], dropped[:length])
    return text, may_be_interleaved


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _resolve_references(source: str, raw: Codes, start: Places, end: Places, chunk: Places) -> tuple[Codes, Places, Places, Places]:
    marks = np.flatnonzero(raw == 38)
    if not len(marks):
        return raw, start, end, chunk
    raw, end = raw.copy(), end.copy()
    keep = np.ones(len(raw), bool)
    for i, at in zip(marks.tolist(), start[marks].tolist(), strict=True):
        m = _REFERENCE.match(source, at)
        found = _resolve(m[0]) if m is not None else None
        if found is None:
            continue
        code, length = found
        length = min(length, len(raw) - i)
        raw[i] = code
        end[i] = at + length
        keep[i + 1 : i + length] = False
    return raw[keep], start[keep], end[keep], chunk[keep]


@lru_cache(maxsize=4096)
def _resolve(written: str) -> tuple[int, int] | None:
    """(code point, characters consumed) of a character reference, None where it is none."""
    if written[1].isdigit():  # broken reference: a random digit where the # was
        return int(written[3:-1], 16), len(written)
    text = html.unescape(written)
    if text == written or not text:
        return None
    return ord(text[0]), len(written) - (len(text) - 1) if not written.endswith(";") else len(written)


def _fold_high(raw: Codes, high: NDArray[np.bool_], code: Codes, kind: Bytes, flags: Bytes) -> tuple[Codes, Bytes, Bytes]:
    """Code points past the tables: rare Han, emoji planes, tag characters."""
    code, kind, flags = code.copy(), kind.copy(), flags.copy()
    values = raw[high]
    tag = (values >= 0xE0020) & (values <= 0xE007E)
    plain = np.where(tag, values - 0xE0000, 0)
    tables = c.character_tables()
    code[high] = np.where(tag, tables.fold[plain], values)
    kind[high] = np.where(
        tag,
        tables.kind[plain],
        np.where((values >= 0x20000) & (values < 0x40000), c.HAN, np.where(values >= 0xE0000, c.INVISIBLE, c.SYMBOL)),
    )
    flags[high] = np.where(tag, c.ODD | TAG, 0)
    return code, kind, flags


def _fold_passing_letters(code: NDArray[np.uint32], kind: NDArray[np.uint8], flags: NDArray[np.uint8]) -> None:
    """In a word that mixes Latin with Cyrillic or Greek, fold the letters that pass for Latin ones (in place)."""
    foreign = (kind == c.CYRILLIC) | ((kind == c.OTHER_LETTER) & (code >= 0x370) & (code < 0x400))
    if not foreign.any():
        return
    latin = kind == c.LATIN
    if not latin.any():
        return
    inside = latin | foreign
    word = np.cumsum(np.diff(inside, prepend=False))
    size = int(word[-1]) + 1 if len(word) else 0
    has_latin = np.bincount(word[latin], minlength=size) > 0
    touched = np.flatnonzero(foreign & has_latin[word])
    for i in touched.tolist():
        look = _PASSING.get(chr(code[i]))
        if look is not None:
            code[i], kind[i] = ord(look), c.LATIN
            flags[i] |= c.ODD


_RUN: Final = 4  # letters in a row that stand apart before it is disguise and not an abbreviation
_WIDEST: Final = 6  # separators between two letters at most, where each was doubled by stacked disguises


def _interleaved(code: Codes, kind: Bytes, chunk: Places) -> tuple[NDArray[np.bool_], NDArray[np.int64]] | None:
    """(keep, letters) where letters are interleaved with one separator, None where none are.

    A letter that stands between two equal separators is apart; four or more in a row with the same separator are one interleaved text.
    """
    n = len(code)
    if n < 2 * _RUN - 1:
        return None
    text = kind < c.SPACE
    letters = np.flatnonzero(text)
    if len(letters) < _RUN:
        return None
    gap = np.diff(letters) - 1
    alone = (gap[1:] > 0) & (gap[:-1] > 0)
    if not (alone[1:] & alone[:-1]).any():  # the usual case, decided cheaply
        return None
    after = np.minimum(letters[:-1] + 1, n - 1)
    separator = np.where(gap > 0, code[after], 0)
    # the separator must be the same from end to end of the gap; its second and last character are looked at
    last = code[np.maximum(letters[1:] - 1, 0)]
    uniform = (gap > 0) & (gap <= _WIDEST) & (separator == last) & (chunk[letters[:-1]] == chunk[letters[1:]])
    # a letter that touches another one is a word's, and ends the run
    uniform[1:] &= gap[:-1] > 0
    uniform[:-1] &= gap[1:] > 0
    same = np.zeros(len(gap), bool)
    same[1:] = uniform[1:] & uniform[:-1] & (separator[1:] == separator[:-1])
    breaks = np.flatnonzero(~same)
    lengths = np.diff(np.append(breaks, len(same)))
    longest = np.repeat(lengths, lengths)
    joined = uniform & (longest >= _RUN - 1)
    if not joined.any():
        return None
    # In one run the usual gap is the disguise; a wider gap is a word's end, of which the middle is kept.
    run = np.repeat(np.arange(len(lengths)), lengths)
    smallest = np.minimum.reduceat(np.where(joined, gap, 99), breaks)[run]
    keep = np.ones(n, bool)
    cut = np.flatnonzero(joined)
    for width in range(_WIDEST):
        at = cut[gap[cut] > width]
        middle_of_wide = (gap[at] > smallest[at]) & (gap[at] // 2 == width)
        keep[letters[at[~middle_of_wide]] + 1 + width] = False
    touched = np.zeros(len(letters), bool)
    touched[cut] = touched[cut + 1] = True
    return keep, letters[touched]
