"""Which of some words stand in a range of a source: the kernel finds what its twin in Python finds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.native import kernels
from detector.page import script_text, scripts
from detector.page.markup import codes_of
from detector.page.words import _words_in, words_in

pytestmark = pytest.mark.skipif(kernels is None, reason="the kernels are not built: python -m detector.native.build")

LISTS = (scripts._WORDS, script_text._WORDS_READ, ("aa", "aab", "ab", "ba"))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.one_of(st.sampled_from([word for words in LISTS for word in words]), st.text("ab.h(\\é中\ud800", max_size=4)), max_size=12),
    st.integers(0, 9),
    st.integers(0, 9),
)
def test_words_in_any_range_of_any_text(pieces: list[str], before: int, after: int) -> None:
    source = "".join(pieces)
    end = len(source) - after
    for words in LISTS:
        assert words_in(source, codes_of(source), before, end, words) == _words_in(source[before : max(end, 0)], words)


def test_a_word_that_the_end_cuts_is_none() -> None:
    source = "document.write('x')"
    assert words_in(source, codes_of(source), 0, len("document.write"), ("write(", "document")) == 2
    assert words_in(source, codes_of(source), 0, len("document.write("), ("write(", "document")) == 3


def test_words_that_are_too_short_or_not_of_ascii_are_refused() -> None:
    for word in ("a", "", "é.", "aé"):
        with pytest.raises(ValueError, match="two letters of ASCII"):
            words_in("x", codes_of("x"), 0, 1, (word,))
