"""No character of a page acts on the terminal, the spreadsheet or the viewer that shows it."""

from __future__ import annotations

import json
import sys
import unicodedata

import pytest

from detector.report.safe_text import escape_unsafe, one_line, safe_json

# Format characters that are seen (Arabic number signs, Kaithi, Syriac) or needed for spelling (the two joiners): they stay.
STAY = {0x200C, 0x200D, *range(0x600, 0x606), 0x6DD, 0x8E2, 0x890, 0x891, 0x110BD, 0x110CD}
EVERY = [c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c) not in ("Cn", "Co")]
UNSAFE = [c for c in EVERY if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") and ord(c) not in STAY]


def test_every_control_and_format_character_of_unicode_is_escaped() -> None:
    assert len(UNSAFE) > 2_200
    assert [hex(ord(c)) for c in UNSAFE if c in escape_unsafe(c)] == []
    assert [hex(ord(c)) for c in UNSAFE if c in one_line(f"a{c}b")] == []
    assert [hex(ord(c)) for c in UNSAFE if c in safe_json([c])] == []


def test_letters_of_every_script_marks_and_emoji_stay() -> None:
    # all but the variation selectors that text is smuggled in
    seen = "".join(c for c in EVERY if unicodedata.category(c)[0] in "LMNPS" and not 0xE0100 <= ord(c) <= 0xE01EF)
    assert len(seen) > 140_000
    assert escape_unsafe(seen) == seen
    assert escape_unsafe("می‌خواهم 👩‍🔧 國") == "می‌خواهم 👩‍🔧 國"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("\x9b2J", "\\x9b2J"),
        ("abc\u202egnp.exe", "abc\\u202egnp.exe"),
        ("via\u200bgra", "via\\u200bgra"),
        ("\U000e0049gnore", "\\U000e0049gnore"),
        ("\ud800", "\\ud800"),
    ],
)
def test_an_unsafe_character_is_shown_as_its_escape(text: str, shown: str) -> None:
    assert escape_unsafe(text) == shown


def test_one_line_makes_white_space_a_single_space() -> None:
    assert one_line("a \t\r\n  b\u3000\xa0c") == "a b c"


def test_safe_json_keeps_the_value_and_other_scripts() -> None:
    value = {"text": "赌博 \x1b \u202e \u2028 \U000e0041 \x85 </script>", "n": [1, 2.5, None]}
    for indent in (None, 2):
        written = safe_json(value, indent)
        assert json.loads(written) == value
        assert "赌博" in written


def test_safe_json_can_always_be_encoded() -> None:
    assert json.loads(safe_json("\ud800x").encode("utf-8")) == "\ud800x"
