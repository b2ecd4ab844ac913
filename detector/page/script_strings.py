"""Strings of scripts, as a script engine reads them: joined where they are split, with their escapes resolved. Nothing is run."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final

_MAX_FOUND: Final = 400  # places of one word, and literals of one expression

LITERAL: Final = re.compile(r"\"((?:[^\"\\\n]|\\[\s\S])*+)\"|'((?:[^'\\\n]|\\[\s\S])*+)'|`((?:[^`\\]|\\[\s\S])*+)`")
_PLUS = re.compile(r"\+\s*+([\"'])")
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|([0-7]{1,3})|(\r\n|[\s\S]))")
_PERCENT = re.compile(r"%u([0-9a-fA-F]{4})|((?:%[0-9a-fA-F]{2})+)")
_SIMPLE: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "\n": "", "\r\n": ""}
# What may stand between the literals of one expression: names, calls, plus signs and conditions.
_BETWEEN = re.compile(r"(?:[\s+(]|[\w$.\[\]]+|\?|:)*+")


def decode_literal(text: str) -> str:
    """The characters of a string literal: ``\\x3c``, ``\\u003c`` and their like, and percent escapes as ``unescape`` resolves them."""

    def character(m: re.Match[str]) -> str:
        code = m[1] or m[2] or m[3]
        if code:
            return character_of(int(code, 16))
        return character_of(int(m[4], 8)) if m[4] else _SIMPLE.get(m[5], m[5])

    if "\\" in text:
        text = _ESCAPE.sub(character, text)
    return percent_decoded(text)


def percent_decoded(text: str) -> str:
    """``%3Ca`` and ``%u4e2d`` resolved. Bytes that are no UTF-8 are taken as Latin-1, as ``unescape`` does."""

    def character(m: re.Match[str]) -> str:
        if m[1]:
            return character_of(int(m[1], 16))
        data = bytes.fromhex(m[2].replace("%", ""))
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            return data.decode("latin-1")

    return _PERCENT.sub(character, text) if "%" in text else text


def character_of(code: int) -> str:
    """As ``String.fromCharCode`` gives it."""
    return chr(code) if code < 0x110000 else "\ufffd"


def joined(text: str) -> str:
    """A script with its split strings in one piece: ``'no' + 'ne'`` as ``'none'``."""
    parts: list[str] = []
    last = 0
    for m in _PLUS.finditer(text):
        before = m.start() - 1
        floor = max(last, before - 40)
        while before > floor and text[before].isspace():
            before -= 1
        if before >= last and text[before] == m[1] and text[before - 1 : before] != "\\":
            parts.append(text[last:before])
            last = m.end()
    return "".join(parts) + text[last:] if parts else text


def may_be_split(source: str, start: int, end: int) -> bool:
    """Whether `joined` may change what stands there."""
    return _PLUS.search(source, start, end) is not None


def from_base64(raw: str) -> str:
    """The text of a base64 string, "" for what is none."""
    try:
        return base64.b64decode(raw, validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def occurrences(text: str, words: tuple[str, ...]) -> Iterator[int]:
    """Where any of the words stands, up to `_MAX_FOUND` times each."""
    for word in words:
        at = text.find(word)
        for _ in range(_MAX_FOUND):
            if at < 0:
                break
            yield at
            at = text.find(word, at + len(word))


def literals_of_expression(source: str, position: int, end: int) -> Iterator[tuple[int, int]]:
    """The literals of an expression that begins at position: those joined by ``+``, names and calls between them."""
    for _ in range(_MAX_FOUND):
        between = _BETWEEN.match(source, position, min(end, position + 400))
        position = between.end() if between else position
        m = LITERAL.match(source, position, end)
        if m is None:
            if source.startswith((")", ","), position) and source[position + 1 : position + 40].lstrip().startswith(("+", "'", '"')):
                position += 1
                continue
            return
        yield m.start(m.lastindex or 0), m.end(m.lastindex or 0)
        position = m.end()
