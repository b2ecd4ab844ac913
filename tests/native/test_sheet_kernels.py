"""Searches in style sheets: the kernels find what their twins in Python find."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.native import kernels
from detector.page.css.selectors import selector_key, selector_keys
from detector.page.css.sheet import Sheet, _pieces_with

pytestmark = pytest.mark.skipif(kernels is None, reason="the kernels are not built: python -m detector.native.build")

SELECTORS = [
    "a", "A", ".a", "#a", ".a.b", "#a.b#c", "div > .a", "div>p", "a ~b", "a+b", ".1a", "_a", "-a", ".-", "a..b", "a.", "*", "", " ", "a:hover", "a::before", "a:not(.b)",
    "[x=y]", "a\\ .b", "a\t.b", "a\x1c.b", "é", "a é", ">", "a >", ".a" * 600, "\ud800", "a:first-child", "a #b ",
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(SELECTORS), st.text(" >+~.#ab-_1:[]\\é\n", max_size=8)), max_size=9))
def test_keys_of_any_selectors(texts: list[str]) -> None:
    assert selector_keys(texts) == [selector_key(text) for text in texts]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(["a{", "}", "left:", ":-", "::-", "display:none", "font:0", "x", "é", "lef"]), max_size=30).map("".join))
def test_pieces_with_words_of_any_sheet(css: str) -> None:
    sheet = Sheet(css)
    words = ["left:", ":-", "display:none", "font:0", "font:0px"]
    assert sheet.with_words(words) == _pieces_with(sheet.compact, words, sheet._ends)


def test_pieces_are_numbered_by_their_closing_brace() -> None:
    assert Sheet("a{top:0}b{left:0;left:1}}c{left:2").with_words(["left:"]) == [1, 3]
