"""Which phrases only one copy of a page has."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.segmentation.difference import lacking, read_copy


def only_in(source: str, *others: str) -> list[str]:
    copy = read_copy(source)
    missing = lacking(copy, [read_copy(other) for other in others])
    start, end = copy.text.start[copy.phrases.first], copy.text.end[copy.phrases.last]
    return [source[start[i] : end[i]] for i in np.flatnonzero(missing)]


def test_a_phrase_that_no_other_copy_has_is_told() -> None:
    assert only_in("<p>Open day at the library.</p><p>cheap watches for you</p>", "<p>Open day at the library.</p>") == [
        "cheap watches for you"
    ]
    assert only_in("<p>校园新闻</p><p>澳门赌场 真人百家乐</p>", "<p>校园新闻</p>") == ["澳门赌场", "真人百家乐"]


def test_what_any_of_the_others_has_is_not() -> None:
    assert only_in("<p>one text here</p><p>another text there</p>", "<p>one text here</p>", "<p>another text there</p>") == []


def test_place_markup_case_and_cut_make_no_difference() -> None:
    other = "<div>The Museum <b>opens</b> at ten, and closes at five. Welcome!</div>"
    assert only_in("<li>welcome</li><li>THE MUSEUM OPENS at ten</li><li>and closes at five</li>", other) == []


def test_clocks_and_counters_make_no_difference() -> None:
    assert only_in("<p>12 May 2024, 10:31, read 4,711 times</p>", "<p>13 May 2025, 09:02, read 5,002 times</p>") == []


def test_against_nothing_all_is_new() -> None:
    assert only_in("<p>some words</p>") == ["some words"]
    assert only_in("<p>some words</p>", "") == ["some words"]
    assert only_in("", "<p>some words</p>") == []


@given(st.text(max_size=200), st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_a_copy_lacks_nothing_of_itself(a: str, b: str) -> None:
    assert only_in(a, a) == []
    assert only_in(a, b, a) == []
