"""How spammers disguise a phrase. Each disguise is a function (phrase, rng) → phrase that a reader still reads the same."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache
from typing import Final

Disguise = Callable[[str, random.Random], str]

_ZERO_WIDTH: Final = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u180e\u2061\u2062\u2063"
_COMBINING: Final = "\u0301\u0300\u0336\u0332\u0335\u0307\u0323"
_HOMOGLYPHS: Final = {
    "a": "аɑα", "c": "сϲ", "e": "е", "i": "іı", "j": "ј", "o": "оο", "p": "рρ", "s": "ѕ", "x": "х", "y": "уу", "v": "ѵν", "h": "һ", "d": "ԁ", "l": "ⅼ",
    "A": "АΑ", "B": "ВΒ", "C": "С", "E": "ЕΕ", "H": "НΗ", "I": "ІΙ", "K": "КΚ", "M": "МΜ", "N": "Ν", "O": "ОΟ", "P": "РΡ", "S": "Ѕ", "T": "ТΤ", "X": "Х", "Y": "Υ", "V": "Ⅴ",
}  # fmt: skip
_MATH: Final = (
    (0x1D400, 0x1D41A, 0x1D7CE),
    (0x1D5D4, 0x1D5EE, 0x1D7EC),
    (0x1D670, 0x1D68A, 0x1D7F6),
    (0x1D434, 0x1D44E, None),
    (0x1D63C, 0x1D656, None),
)
_EMOJI: Final = "🔥✅💯🎰👉⭐💎🎁❤️🌟⚡🏆📌🔞💰🆕"
_HOMOPHONES: Final = dict(zip("网址微澳六博注册料无码彩高虎首人", "罔芷薇噢陸搏住册枓旡马菜髙唬侟亼", strict=True))


def full_width(phrase: str, rng: random.Random) -> str:
    """Full-width forms of ASCII."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in phrase)


def mathematical(phrase: str, rng: random.Random) -> str:
    """Letters and digits of mathematical alphabets."""
    upper, lower, digit = rng.choice(_MATH)

    def one(c: str) -> str:
        if "A" <= c <= "Z":
            return chr(upper + ord(c) - 65)
        if "a" <= c <= "z":
            return "ℎ" if lower == 0x1D44E and c == "h" else chr(lower + ord(c) - 97)
        return chr(digit + ord(c) - 48) if digit and "0" <= c <= "9" else c

    return "".join(map(one, phrase))


def zero_width(phrase: str, rng: random.Random) -> str:
    """Characters between that show nothing."""
    share = rng.uniform(0.15, 0.7)
    marks = rng.sample(_ZERO_WIDTH, rng.randint(1, 5))
    return "".join(c + (rng.choice(marks) if rng.random() < share else "") for c in phrase)


def combining(phrase: str, rng: random.Random) -> str:
    """A combining mark on some letters."""
    share = rng.uniform(0.2, 1)
    mark = rng.choice(_COMBINING)
    return "".join(c + (mark if rng.random() < share else "") for c in phrase)


def interleaved(phrase: str, rng: random.Random) -> str:
    """A mark between all letters."""
    return rng.choice([" ", "·", "*", "-", ".", "/", "_", "+", "丨", "|", "~", ",", "。", "、", "　", "•"]).join(phrase)


def dotted(phrase: str, rng: random.Random) -> str:
    """A dot, space or emoji at a few places only."""
    mark = rng.choice([".", "·", " ", "-", "*", rng.choice(_EMOJI)])
    return "".join(c + (mark if rng.random() < 0.25 else "") for c in phrase)


def emoji(phrase: str, rng: random.Random) -> str:
    """Emoji around it."""
    left, right = ("".join(rng.choices(_EMOJI, k=rng.randint(0, 2))) for _ in range(2))
    return f"{left}{phrase}{right}"


def homoglyphs(phrase: str, rng: random.Random) -> str:
    """Letters of other scripts that look the same."""
    share = rng.uniform(0.3, 1)
    return "".join(rng.choice(_HOMOGLYPHS[c]) if c in _HOMOGLYPHS and rng.random() < share else c for c in phrase)


def homophones(phrase: str, rng: random.Random) -> str:
    """Chinese characters that sound or look like those meant."""
    return "".join(_HOMOPHONES.get(c, c) for c in phrase)


@cache
def _traditional() -> dict[str, str]:
    """Simplified → a Traditional character that folds to it, from the project's own tables."""
    import numpy as np

    from detector.segmentation import characters

    tables = characters.character_tables()
    return {chr(tables.fold[i]): chr(i) for i in reversed(np.flatnonzero(tables.flags & characters.TRADITIONAL).tolist())}


def traditional(phrase: str, rng: random.Random) -> str:
    """Traditional for Simplified characters."""
    table = _traditional()
    return "".join(table.get(c, c) for c in phrase)


def references(phrase: str, rng: random.Random) -> str:
    """Character references; the result is markup already."""
    style = rng.choice(["&#{0};", "&#x{0:x};", "&#x{0:X};"])
    return "".join(style.format(ord(c)) if ord(c) > 127 or rng.random() < 0.5 else c for c in phrase)


# `references` makes markup and is put on last, by the page's writer.
DISGUISES: Final[dict[str, Disguise]] = {
    function.__name__.replace("_", "-"): function
    for function in (full_width, mathematical, zero_width, combining, interleaved, dotted, emoji, homoglyphs, homophones, traditional)
}
