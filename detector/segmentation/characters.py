"""What every character is and what it folds to, as tables over code points.

``fold`` undoes disguise: compatibility forms (NFKC), case, homoglyphs of Latin letters, and Traditional Chinese, always one
character to one character so that offsets stay. ``kind`` tells scripts, separators and invisible characters apart. The tables are
data (``characters.npz``), made by ``python -m detector.segmentation.make_characters`` from Unicode and OpenCC.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

# Kinds of characters. Letters come first so that `kind < SPACE` asks "is it text".
HAN: Final = 0
LATIN: Final = 1
DIGIT: Final = 2
KANA: Final = 3
HANGUL: Final = 4
CYRILLIC: Final = 5
ARABIC: Final = 6
THAI: Final = 7
OTHER_LETTER: Final = 8
SPACE: Final = 9
NEWLINE: Final = 10
STOP: Final = 11  # ends a sentence
COMMA: Final = 12  # ends a clause
SEPARATOR: Final = 13  # stands between phrases of a list
DASH: Final = 14  # a separator only outside Latin words
PUNCTUATION: Final = 15  # quotes, brackets, everything that does not end a phrase
SYMBOL: Final = 16
INVISIBLE: Final = 17  # zero-width, combining, soft hyphen, tag characters: dropped before anything is read
KINDS: Final = 18

# Flags.
ODD: Final = 1  # changed by NFKC or a homoglyph: rare in honest prose
TRADITIONAL: Final = 2  # used only in Traditional text
SIMPLIFIED: Final = 4  # used only in Simplified text
FUNCTION: Final = 8  # a Han character that glues sentences: 的了是在和...

LIMIT: Final = 0x20000  # code points above are folded by rule: emoji and rare Han


class CharacterTables:
    """`fold` uint32, `kind` uint8 and `flags` uint8, each of shape (LIMIT,), indexed by code point."""

    def __init__(self, path: Path) -> None:
        with np.load(path, allow_pickle=False) as data:
            self.fold: NDArray[np.uint32] = data["fold"]
            self.kind: NDArray[np.uint8] = data["kind"]
            self.flags: NDArray[np.uint8] = data["flags"]


@cache
def character_tables() -> CharacterTables:
    """The tables, read once in a process."""
    return CharacterTables(Path(__file__).with_name("characters.npz"))
