"""What start tags say, and what elements have from those above them: the kernels find what their twins in Python find."""

from __future__ import annotations

from array import array
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.native import kernels
from detector.page import descent, heads
from detector.page.markup import codes_of, read_markup
from tests.native.test_kernels_equal_python import SYNTAX, damaged_pages

pytestmark = pytest.mark.skipif(kernels is None, reason="the kernels are not built: python -m detector.native.build")

TAGS = [
    "<p class='a b'>", "<p CLASS=a class=b>", '<p id=" x ">', "<p id>", "<p hidden>", "<p popover=auto>", "<p =hidden>", "<p/hidden/>", "<td bgcolor=#fff>", "<td background=x>",
    "<td bac\u212aground=x>", '<p style="color:red">', "<p style='a&amp;b' style=c>", "<p style=a&#x3b;b>", "<p aria-hidden=true>", "<p aria-hidden>", "<p title=' class=\"a\"'>",
    "<p title=\" style=\"display:none\">", "<p data-é=1>", "<p x=hidden", "<p class=\u3000ü\u3000ö>", "<body>", "</p>", "<p dir=x>",
]  # fmt: skip
pages = st.lists(st.one_of(st.sampled_from([*SYNTAX, *TAGS]), st.text(max_size=6)), max_size=30).map("".join)


def assert_same_heads(source: str) -> None:
    markup = read_markup(source)
    compiled, plain = heads.read_heads(source, markup), heads._read_heads(source, markup)
    for field in fields(heads.Heads):
        ours, theirs = getattr(compiled, field.name), getattr(plain, field.name)
        assert np.array_equal(ours, theirs) if isinstance(ours, np.ndarray) else ours == theirs, field.name
    names = ("dir", "hidden", "data-x")
    assert np.array_equal(
        heads.elements_with_attributes(source, markup, names, codes_of(source)), heads._elements_with_attributes(source, markup, names)
    )


def test_heads_of_damaged_pages() -> None:
    for page in damaged_pages(30):
        assert_same_heads(page)


@settings(max_examples=200, deadline=None)
@given(pages)
def test_heads_of_any_text(source: str) -> None:
    assert_same_heads(source)


@pytest.mark.parametrize(
    ("tag", "style"),
    [
        ("<p style='a:b'>", "a:b"),
        ("<p STYLE = a:b>", "a:b"),
        ("<p style='a&#58;b' style='c:d'>", "a:b"),
        ("<p title=' style=\"a:b\"'>", ""),
        ('<p title="x style="a:b">', ""),
    ],
)
def test_a_style_is_the_attribute_that_browsers_read(tag: str, style: str) -> None:
    assert heads.read_heads(tag, read_markup(tag)).styles.get(1, "") == style


@st.composite
def trees(draw: st.DrawFn) -> tuple[array[int], list[int]]:
    """(parents, a number each): a parent stands before its children."""
    numbers = draw(st.lists(st.integers(0, 3), max_size=60))
    return array("i", [-1, *(draw(st.integers(max(0, i - 9), i)) for i in range(len(numbers)))]), [0, *numbers]


@settings(max_examples=200, deadline=None)
@given(trees(), st.integers(0, 60))
def test_kinds_and_nearest_of_any_tree(tree: tuple[array[int], list[int]], body: int) -> None:
    parents, numbers = tree
    assert descent.kinds(parents, np.array(numbers, np.int64)) == descent._kinds(parents, numbers)
    marked = np.array(numbers) > 1
    near, chosen, above = descent.nearest(parents, marked, body)
    assert (array("i", near), chosen, above) == descent._nearest(parents, marked.tolist(), body)
    asked = np.flatnonzero(marked)
    assert descent.elements_above(parents, asked).tobytes() == bytes(descent._elements_above(parents, asked))


def test_elements_are_of_a_kind_where_all_above_them_agree() -> None:
    found, first = descent.kinds(array("i", [-1, 0, 0, 1, 2, 1]), np.array([0, 5, 5, 7, 7, 8], np.int64))
    assert found.tolist() == [0, 1, 1, 2, 2, 3] and first.tolist() == [0, 1, 3, 5]


def test_what_stands_after_body_stands_in_it() -> None:
    near, chosen, above = descent.nearest(array("i", [-1, 0, 1, 0, 1, 0]), np.array([0, 1, 1, 0, 0, 1], np.bool_), 2)
    assert near.tolist() == [2, 2, 2, 2, 2, 5] and chosen.tolist() == [1, 2, 5] and above.tolist() == [0, 1, 2]


def test_a_parent_that_does_not_stand_before_its_child_is_refused() -> None:
    assert kernels is not None
    for parents in ([-1, 1], [-1, -1], [0, 2, 0]):
        with pytest.raises(ValueError, match="no parent before it"):
            kernels.kinds(array("i", parents), np.zeros(len(parents), np.int64))
        with pytest.raises(ValueError, match="no parent before it"):
            kernels.nearest(array("i", parents), np.zeros(len(parents), np.bool_), 0)


def test_start_tags_outside_of_the_source_are_refused() -> None:
    assert kernels is not None
    codes, names = codes_of("<p a=b>"), ["", "p"]
    for attributes, open_end in (([0, -1], [0, 7]), ([0, 2], [0, 8])):
        with pytest.raises(ValueError, match="outside of the source"):
            kernels.heads(codes, names, array("i", attributes), array("i", open_end))
        with pytest.raises(ValueError, match="outside of the source"):
            kernels.with_attributes(codes, array("i", attributes), array("i", open_end), ["a"])
    for attributes, open_end in (([0], [0, 7]), ([0, 2], [0])):
        with pytest.raises(ValueError, match="different lengths"):
            kernels.heads(codes, names, array("i", attributes), array("i", open_end))
