"""Write ``characters.npz``: ``python -m detector.segmentation.make_characters`` (needs opencc; for maintainers).

Sources: the Unicode character database of this Python, UTS 39 style look-alikes of Latin letters (a hand-picked list of those seen
in spam), and OpenCC's Traditional to Simplified characters.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import numpy as np

from detector.segmentation import characters as c

LOOK_ALIKES = {
    "а": "a",
    "е": "e",
    "о": "o",
    "р": "p",
    "с": "c",
    "у": "y",
    "х": "x",
    "ѕ": "s",
    "і": "i",
    "ј": "j",
    "ԁ": "d",
    "ԛ": "q",
    "ԝ": "w",
    "һ": "h",
    "ь": "b",
    "г": "r",
    "α": "a",
    "ο": "o",
    "ν": "v",
    "ρ": "p",
    "τ": "t",
    "υ": "u",
    "ι": "i",
    "κ": "k",
    "η": "n",
    "ω": "w",
    "σ": "o",
    "β": "b",
    "ε": "e",
    "√": "v",
    "∨": "v",
    "Λ": "a",
    "₦": "n",
    "Ø": "o",
    "฿": "b",
    "Ɽ": "r",
    "₱": "p",
    "ł": "l",
    "ı": "i",
    "ɑ": "a",
    "ɡ": "g",
    "ⅼ": "l",
    "ø": "o",
    "đ": "d",
    "丨": "|",
    "︱": "|",
    "｜": "|",
    "│": "|",
    "┃": "|",
    "ǀ": "|",
    "∣": "|",
    "旡": "无",
    "髙": "高",
    "夲": "本",
    "枓": "料",
}
STOPS = ".。！？!?；;…‼⁉।؟"
COMMAS = ",，、،:：﹐﹑"
SEPARATORS = "|_·•‧・~～/\\＼／<>«»‹›→←↑↓▶◀►◄■□●○◆◇★☆※〓▲▼【】「」『』《》〈〉[]［］{}｛｝+*=#^"
DASHES = "-‐‑‒–—―﹣－−"
FUNCTION_CHARACTERS = "的了是在和与及或而但因为于也就都还又把被让从对将以之其这那我你他她它们们有没不很更最已经可能会要着过地得吗呢吧啊个些里后前时说并且若如所者向由至则"
# In dumps these also occur and would blur the figure: 有 没 不 大 小 are left in on purpose, they are rare there.


def _kind(char: str, folded: str) -> int:
    code, category = ord(char), unicodedata.category(char)
    name = unicodedata.name(char, "")
    if char in "\n\r\x0b\x0c\x85\u2028\u2029":
        return c.NEWLINE
    if category in ("Cf", "Mn", "Me", "Cc", "Cs", "Co", "Cn") and not char.isspace():
        return c.SPACE if category in ("Cn", "Co") else c.INVISIBLE if char not in "\x00" else c.SPACE
    if char in "\u3164\u115f\u1160\uffa0\u2800":  # letters and symbols that show nothing
        return c.INVISIBLE
    if char.isspace() or category == "Zs":
        return c.SPACE
    probe, folded_name = folded, unicodedata.name(folded, name)
    if probe in STOPS:
        return c.STOP
    if probe in COMMAS:
        return c.COMMA
    if probe in DASHES or char in DASHES:
        return c.DASH
    if probe in SEPARATORS or char in SEPARATORS:
        return c.SEPARATOR
    if "CJK UNIFIED" in folded_name or "CJK COMPATIBILITY IDEOGRAPH" in folded_name or char in "〇々":
        return c.HAN
    if unicodedata.category(probe) in ("Nd", "Nl", "No"):
        return c.DIGIT
    if category[0] == "L" or unicodedata.category(probe)[0] == "L" or category == "Mc":
        for prefix, kind in (
            ("LATIN", c.LATIN),
            ("HIRAGANA", c.KANA),
            ("KATAKANA", c.KANA),
            ("HANGUL", c.HANGUL),
            ("CYRILLIC", c.CYRILLIC),
            ("ARABIC", c.ARABIC),
            ("THAI", c.THAI),
        ):
            if folded_name.startswith(prefix):
                return kind
        return c.OTHER_LETTER
    if category[0] == "S" or 0x1F000 <= code:
        return c.SYMBOL
    return c.PUNCTUATION


def _marks_stay(char: str) -> bool:
    """Vowel signs and tone marks of scripts that need them are letters, not disguise."""
    name = unicodedata.name(char, "")
    return unicodedata.category(char) == "Mn" and not name.startswith(("COMBINING", "VARIATION"))


def _accents_folded(char: str) -> str:
    """é as e would join languages that differ: only the compatibility form is folded, accents stay."""
    form = unicodedata.normalize("NFKC", char)
    return form if len(form) == 1 else form[0] if form and form[0].isalnum() and form.isascii() else char


def tables() -> dict[str, Any]:
    """The arrays of ``characters.npz`` by name. Needs opencc."""
    import opencc

    simplify = opencc.OpenCC("t2s")
    complicate = opencc.OpenCC("s2t")
    fold = np.arange(c.LIMIT, dtype=np.uint32)
    kind = np.full(c.LIMIT, c.SYMBOL, np.uint8)
    flags = np.zeros(c.LIMIT, np.uint8)
    for code in range(c.LIMIT):
        char = chr(code)
        if 0xD800 <= code < 0xE000:
            kind[code] = c.SYMBOL
            continue
        folded = _accents_folded(char)
        if folded != char and not (0xAC00 <= code < 0xD7A4):
            flags[code] |= c.ODD
        if char in LOOK_ALIKES or folded in LOOK_ALIKES:
            look = LOOK_ALIKES.get(char) or LOOK_ALIKES[folded]
            native = unicodedata.name(char, "").startswith(("CYRILLIC", "GREEK")) or char in "øđı│┃"
            if not native:  # Cyrillic and Greek look-alikes are folded in context only, see normalise.py
                folded = look
                flags[code] |= c.ODD
        folded = folded.lower() if len(folded.lower()) == 1 else folded
        k = _kind(char, folded)
        if k == c.INVISIBLE and _marks_stay(char):
            k = (
                c.THAI
                if unicodedata.name(char, "").startswith("THAI")
                else c.ARABIC
                if unicodedata.name(char, "").startswith("ARABIC")
                else c.OTHER_LETTER
            )
        if k == c.HAN:
            simple = simplify.convert(folded)
            if len(simple) == 1 and simple != folded:
                flags[code] |= c.TRADITIONAL
                folded = simple
            elif complicate.convert(folded) != folded:
                flags[code] |= c.SIMPLIFIED
            if folded in FUNCTION_CHARACTERS:
                flags[code] |= c.FUNCTION
        if code == 0x3000 or (0xFF00 <= code <= 0xFF5E and unicodedata.category(char)[0] == "P"):
            flags[code] &= ~np.uint8(c.ODD)  # full-width punctuation is ordinary in East Asian text
        if unicodedata.category(char) in ("Zs", "Po", "Ps", "Pe", "Pd", "Sm", "Sc") and 0x3000 > code:
            flags[code] &= ~np.uint8(c.ODD)
        fold[code], kind[code] = ord(folded), k
    return {"fold": fold, "kind": kind, "flags": flags}


if __name__ == "__main__":
    np.savez_compressed(Path(__file__).with_name("characters.npz"), **tables())
