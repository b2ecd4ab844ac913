"""Searches in style sheets: the kernels find what their twins in Python find."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.native import kernels
from detector.page.css import selectors
from detector.page.css.sheet import Sheet, _pieces_with
from detector.page.css.tree import Tree
from detector.page.markup import read_markup

pytestmark = pytest.mark.skipif(kernels is None, reason="the kernels are not built: python -m detector.native.build")

SELECTORS = [
    "a", "A", ".a", "#a", ".a.b", "#a.b#c", "div > .a", "div>p", "a ~b", "a+b", ".1a", "_a", "-a", ".-", "a..b", "a.", "*", "", " ", "a:hover", "a::before", "a:not(.b)",
    "[x=y]", "a\\ .b", "a\t.b", "a\x1c.b", "é", "a é", ">", "a >", ".a" * 600, "\ud800", "a:first-child", "a #b ",
]  # fmt: skip


PAGE = "<p class='a -'><a id=a class=b>text</a><b id=c class=1a>"
KEYS = {".a", ".b", "#a", "#c", "a", "p", "html", "body", ".-", ".1a"}


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.lists(st.one_of(st.sampled_from(SELECTORS), st.text(" >+~.#abAp-_1:[]*\\\x1cé\n", max_size=8)), max_size=4), max_size=4),
    st.booleans(),
)
def test_selectors_on_a_page_of_any_text(lists: list[list[str]], by_names: bool) -> None:
    compiled = selectors.selectors_on_page(lists, KEYS, by_names)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(selectors, "kernels", None)
        assert compiled == selectors.selectors_on_page(lists, KEYS, by_names)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([*SELECTORS, "p", ".b", "#c", " ", ">", "#a"]), max_size=5).map("".join))
def test_what_is_left_out_by_its_names_could_match_nothing(text: str) -> None:
    tree = Tree(PAGE, read_markup(PAGE))
    parsed = selectors.parse_selector(text)
    if parsed is not None and parsed.is_possible(tree) and selectors.selector_key(text) is not None:
        assert selectors.selectors_on_page([[text]], tree.keys)[0] or selectors.selectors_on_page([[text]], tree.keys, by_names=False) == (
            [],
            0,
        )


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(["a{", "}", "left:", ":-", "::-", "display:none", "font:0", "x", "é", "lef"]), max_size=30).map("".join))
def test_pieces_with_words_of_any_sheet(css: str) -> None:
    sheet = Sheet(css)
    words = ["left:", ":-", "display:none", "font:0", "font:0px"]
    assert sheet.with_words(words) == _pieces_with(sheet.compact, words, sheet._ends)


def test_pieces_are_numbered_by_their_closing_brace() -> None:
    assert Sheet("a{top:0}b{left:0;left:1}}c{left:2").with_words(["left:"]) == [1, 3]
