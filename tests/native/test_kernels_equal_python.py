"""What the compiled kernels find is what their twins in Python find, to the last bit."""

from __future__ import annotations

import random
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.native import kernels
from detector.page import markup
from detector.training.hosts import host_pages
from detector.training.material import read_texts

DATA = Path(__file__).parents[2] / "training_data" / "texts"
pytestmark = pytest.mark.skipif(kernels is None, reason="the kernels are not built: python -m detector.native.build")

# What breaks tokenizers, to be put anywhere into pages.
SYNTAX = [
    *"<>\"'=/&;", "<!--", "-->", "--!>", "<!-->", "<p", "</p>", "</", "<!x", "<?", "\0", "&#x41", "&copy", "&nbsp;", "&0x41;", "é", "İ", "ſ", "\ud800", "𝐀", "\u200b",
    "<script>", "</script>", "</ſcript>", "<textarea>", "</textarea x", "<title>", "<svg>", "<li>", "<a href=//x.y/z>", "<a href='http://u@/q'>",
    '<meta content="x y" name=KEYWORDS>', "<img alt='a b' alt=c title=ü>", "<b data-é='some words' data-x='two words' label=\"中文字\">", "<b data-x='<i>some words</i>' data-y='a &lt;b>words'>", "<iframe srcdoc='<p>text here</p>'>", "<script>document.write('<p>text of a script</p>')</script>", "\x85", "\u3000", "　", "無·碼·視·頻",
]  # fmt: skip


def damaged_pages(count: int) -> list[str]:
    """Authored pages with bits of syntax put into them at random."""
    chosen = random.Random(4)
    hosts = host_pages(read_texts(DATA), 8, 1)
    pages = []
    for _ in range(count):
        page = list(chosen.choice(hosts)[:8000])
        for _ in range(chosen.choice([0, 3, 40, 200])):
            at = chosen.randrange(len(page))
            page[at : at + chosen.randrange(2)] = chosen.choice(SYNTAX)
        pages.append("".join(page))
    return pages


def assert_same_markup(source: str) -> None:
    compiled = markup._scan_natively(source, markup.codes_of(source))
    plain = markup._scan(source)
    plain.link, plain.host_start, plain.host_end = markup._links(source, plain)
    for field in fields(markup.Markup):
        ours, theirs = getattr(compiled, field.name), getattr(plain, field.name)
        assert np.array_equal(ours, theirs) if isinstance(ours, np.ndarray) else ours == theirs, field.name


def test_markup_of_damaged_pages() -> None:
    for page in damaged_pages(60):
        assert_same_markup(page)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(SYNTAX), st.text(max_size=6)), max_size=30).map("".join))
def test_markup_of_any_text(source: str) -> None:
    assert_same_markup(source)


VALUES = [*" \t\n\x1c;:/.#M{[(1a", "ab", "http", "://", "./", "../", "M ", "some words", "é", "中文", "\x85", "\u3000"]
NAMES = ["data-x", "label", "PlaceHolder", "aria-label", "summary", "titl", "dat-", "sum", "alt"]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(NAMES), st.lists(st.sampled_from(VALUES), max_size=8).map("".join))
def test_which_values_of_attributes_are_prose(name: str, value: str) -> None:
    assert_same_markup(f'<b {name}="{value}">')
