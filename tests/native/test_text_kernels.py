"""Folding and cutting a page: the compiled kernels and their twins give the same characters and the same phrases."""

from __future__ import annotations

import random
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.hostile import PIECES, hostile_text
from detector.native import kernels
from detector.page.page import read_page
from detector.segmentation import normalise, phrases

pytestmark = pytest.mark.skipif(kernels is None, reason="the kernels are not built: python -m detector.native.build")

# What is looked at twice: gaps, edges of scripts, references that break off, letters that pass for others, characters past the tables.
LETTERS = st.sampled_from(
    [*"ab1博のขаеα.,|·- \n*&;#x", "  ", "\u200b", "&amp;", "&#98;", "&#x535a;", "&3x0041;", "&notit;", "&copy", "\U0001f600", "\U00020000",
     "\U000e0041", "\U000e01ef", "\U0010ffff", "\ud800", "<a href=/x>", "</a>", "<li>", "<br>", "<!--", "-->", "<script>s='\\u0026amp;ab'</script>"]
)  # fmt: skip


def assert_same(compiled: Any, plain: Any) -> None:
    for field in fields(plain):
        ours, theirs = getattr(compiled, field.name), getattr(plain, field.name)
        assert ours.dtype == theirs.dtype and np.array_equal(ours, theirs), field.name


def assert_same_text_and_phrases(source: str, content_type: str | None = None) -> None:
    page = read_page(source, content_type)
    compiled, is_interleaved = normalise._fold_natively(page)
    plain, _ = normalise._fold(page)
    assert_same(compiled, plain)
    assert is_interleaved == (normalise._interleaved(plain.code, plain.kind, plain.chunk) is not None)
    text = normalise.normalise(page)
    assert_same(phrases._split_natively(page, text), phrases._split(page, text))


@pytest.mark.parametrize("content_type", ["text/html", "text/plain"])
def test_hostile_pages(content_type: str) -> None:
    for seed in range(300):
        assert_same_text_and_phrases(hostile_text(random.Random(seed)), content_type)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(LETTERS, st.sampled_from(PIECES), st.text(max_size=4)), max_size=60).map("".join), st.booleans())
def test_any_text(source: str, is_html: bool) -> None:
    assert_same_text_and_phrases(source, "text/html" if is_html else "text/plain")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(["a", "a", "b", "博", "·", "·", " ", "."]), max_size=24).map("".join))
def test_letters_with_and_without_separators(text: str) -> None:
    assert_same_text_and_phrases(f"<p>{text}</p><p>{text}")


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["a", "博", "a博", "<a href=/x>a</a>", "a ", ".", ", "]), st.integers(1, 140)), max_size=6))
def test_phrases_too_long_are_cut_in_the_same_places(parts: list[tuple[str, int]]) -> None:
    assert_same_text_and_phrases("<p>" + "".join(part * count for part, count in parts))


def test_text_that_a_script_writes() -> None:
    written = "<b>\\u535a\\u5f69 &amp;amp; &#98;</b> a\\x26amp;b"
    page = f"<script>document.write('{written}')</script><p>ab&amp;</p><script>document.write('{written} \\u200b\\x26')</script>"
    assert read_page(page).markup.unescaped
    assert_same_text_and_phrases(page)


def test_arrays_of_another_shape_are_refused() -> None:
    assert kernels is not None
    page = read_page("<p>some words")
    text = normalise.normalise(page)
    chunks = page.strength, page.role, page.depth, page.low, page.ancestor
    beyond = text.chunk + len(page.start)
    with pytest.raises(ValueError, match="one length"):
        kernels.split((text.code, text.kind, beyond), chunks, True)
    with pytest.raises(ValueError, match="one length"):
        kernels.split((text.code[:-1], text.kind, text.chunk), chunks, True)
    tables = normalise.c.character_tables()
    out = text.code, text.kind, text.flags, text.start, text.end, text.chunk, text.dropped.copy()
    for start, end in (
        (page.start, page.end + 1),
        (page.start, page.start - 1),
        (page.start, page.end + 10**12),
        (page.start[:0], page.end),
    ):
        with pytest.raises(ValueError, match="another shape"):
            kernels.normalise(
                page.codes,
                (start, end),
                None,
                True,
                normalise._resolve,
                (tables.fold, tables.kind, tables.flags, normalise._PASSING_TABLE),
                out,
            )
