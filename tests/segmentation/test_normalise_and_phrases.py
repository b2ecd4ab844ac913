"""Disguise is undone, phrases are cut, and every character keeps its place in the source."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import detector
from detector.page.page import read_page
from detector.segmentation.normalise import normalise
from detector.segmentation.phrases import split


def phrases_of(source: str) -> list[str]:
    page = read_page(source)
    text = normalise(page)
    cut = split(page, text)
    return ["".join(map(chr, text.code[a : b + 1])) for a, b in zip(cut.first, cut.last, strict=True)]


def sources_of(source: str) -> list[str]:
    page = read_page(source)
    text = normalise(page)
    cut = split(page, text)
    return [source[text.start[a] : text.end[b]] for a, b in zip(cut.first, cut.last, strict=True)]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<p>Ｑｕｉｃｋ ｌｏａｎｓ</p>", "quick loans"),
        ("<p>𝗤𝘂𝗶𝗰𝗸 𝗹𝗼𝗮𝗻𝘀</p>", "quick loans"),
        ("<p>qu\u200bick lo\u200da\u2060ns</p>", "quick loans"),
        ("<p>q\u0336u\u0336i\u0336ck loans</p>", "quick loans"),
        ("<p>quiсk lоаns</p>", "quick loans"),  # Cyrillic с о а
        ("<p>&#113;uick&#32;l&#x6f;ans</p>", "quick loans"),
        ("<p>快·速·貸·款</p>", "快速贷款"),
        ("<p>q*u*i*c*k* *l*o*a*n*s</p>", "quick loans"),
        ("<p>&2x5FEB;&7x901F;</p>", "快速"),  # references with a digit for the #
    ],
)
def test_disguise_is_undone(written: str, read: str) -> None:
    assert phrases_of(written)[0] == read


def test_a_dump_is_cut_at_its_separators_and_glued_links_at_theirs() -> None:
    assert phrases_of("<div>快速贷款| 低息贷款|信用借款</div>") == ["快速贷款", "低息贷款", "信用借款"]
    assert phrases_of('<a href="/1">cheap watches</a><a href="/2">fast loans</a>') == ["cheap watches", "fast loans"]


def test_numbers_addresses_and_words_are_not_cut() -> None:
    assert phrases_of("<p>version 3.14 of state-of-the-art tools</p>") == ["version 3.14 of state-of-the-art tools"]


def test_a_phrase_keeps_its_exact_place_with_references_inside() -> None:
    assert sources_of("<p>AT&amp;T news, 猫&#32769;鼠</p>") == ["AT&amp;T news", "猫&#32769;鼠"]


def test_short_siblings_share_a_group_and_the_article_does_not() -> None:
    page = read_page(
        "<ul><li>Home</li><li>News</li><li>Sport</li></ul><p>"
        + "A long paragraph of honest text about the town and its people. " * 3
        + "</p>"
    )
    text = normalise(page)
    groups = split(page, text).group.tolist()
    assert groups[0] == groups[1] == groups[2] != groups[-1]


@pytest.mark.parametrize("mixed", ["国产AV无码专区亚洲Av", "签约OpenAI后的Q3财报"])
def test_mixed_text_is_segmented_by_script_with_offsets(mixed: str) -> None:
    tokens = detector.segment(mixed).tokens
    assert {t.script for t in tokens} >= {"han", "latin"}
    assert "".join(mixed[t.start : t.end] for t in tokens) == mixed


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_cut_into_ordered_phrases_inside_the_source(source: str) -> None:
    for wrapped in (source, f"<p>{source}</p>"):
        page = read_page(wrapped)
        text = normalise(page)
        cut = split(page, text)
        starts, ends = text.start[cut.first].tolist(), text.end[cut.last].tolist()
        assert all(0 <= a < b <= len(wrapped) for a, b in zip(starts, ends, strict=True))
        assert starts == sorted(starts)
