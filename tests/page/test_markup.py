"""Chunks of text with exact offsets, held to a WHATWG tree parser."""

from __future__ import annotations

import html
import re
import time
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.page.markup import ALT, COMMENT, DATA, META, TEXT, TITLE, read_markup
from detector.page.page import read_page
from detector.training.hosts import host_pages
from detector.training.material import read_texts


def chunks(source: str, *roles: int) -> list[str]:
    m = read_markup(source)
    return [source[a:b] for a, b, role in zip(m.start, m.end, m.role, strict=True) if not roles or role in roles]


def test_text_title_meta_alt_and_comments_are_chunks() -> None:
    source = '<title>Top</title><meta name="description" content="About us"><p>Hi <b>there</b><img alt="a red house"><!-- keep me --></p>'
    assert chunks(source, TEXT) == ["Hi ", "there"]
    assert chunks(source, TITLE) == ["Top"]
    assert chunks(source, META) == ["About us"]
    assert chunks(source, ALT) == ["a red house"]
    assert chunks(source, COMMENT) == [" keep me "]


ANYWHERE = """cheap watches 1<!doctype html><html><head><title>cheap watches 2</title><meta name="keywords" content="cheap watches 3">
<meta property="og:description" content="cheap watches 4"><noscript>cheap watches 5</noscript></head><body><p>A page.</p>
<textarea>cheap watches 6</textarea><iframe srcdoc="&lt;p&gt;cheap watches 7&lt;/p&gt;">cheap watches 8</iframe>
<div data-tip="cheap watches 9" data-html="<b>cheap watches 10</b>"><img alt="cheap watches 11" title="cheap watches 12"></div>
<!-- cheap watches 13 --><input placeholder="cheap watches 14"><script>document.write('<p>cheap watches 15</p>')</script>
<script type="application/ld+json">{"description": "cheap watches 16"}</script><template>cheap watches 17</template></body>
<body><p>cheap watches 18</p></body></html>cheap watches 19"""


def test_what_crawlers_read_and_people_do_not_is_found_wherever_it_stands() -> None:
    page = read_page(ANYWHERE)
    found = {
        int(re.sub(r"\D", "", page.source[a:b])): page.how_hidden(i)
        for i, (a, b) in enumerate(zip(page.start, page.end, strict=True))
        if "cheap" in page.source[a:b]
    }
    assert found == {
        1: "visible", 2: "head", 3: "head", 4: "head", 5: "noscript", 6: "textarea", 7: "data", 8: "iframe", 9: "data", 10: "data", 11: "alt",
        12: "title-attribute", 13: "comment", 14: "label", 15: "script", 16: "json-ld", 17: "template", 18: "after-html", 19: "after-html",
    }  # fmt: skip


def test_addresses_sizes_and_code_in_attributes_are_no_text() -> None:
    values = ["(max-width: 344px) 100vw, 344px", "../图片/一二三.jpg", "https://a.example/b c", '{"a": "b c"}', "a;b c", "one_word"]
    assert chunks("".join(f"<i data-x='{value}'>x</i>" for value in values), DATA) == []


def test_scripts_and_styles_are_no_text_whatever_they_hold() -> None:
    assert chunks("<script>if (a<b) document.write('<p>x</p>')</script><style>p{}</style><p>text</p>", TEXT) == ["text"]


def test_quoted_greater_than_does_not_end_a_tag() -> None:
    assert chunks('<a title="1 > 0" href=x>link</a>', TEXT) == ["link"]


@pytest.mark.parametrize(
    "nasty",
    [
        "",
        "<",
        "<a",
        "<!--",
        "<!-->x",
        "</",
        "<p",
        "a<b",
        "<script>",
        "<title>x",
        "\x00<p>\x00",
        "<a b='",
        "<a =x>y",
        "&#xFFFFFFFF;",
        "<p>" * 5000 + "x",
    ],
)
def test_broken_markup_gives_a_result(nasty: str) -> None:
    m = read_markup(nasty)
    assert all(0 <= a < b <= len(nasty) for a, b in zip(m.start, m.end, strict=True))


@pytest.mark.parametrize("piece", ["<div>", "<a href=", "<a x='", "<!--", "</p>", "<li>", "<b></i>", '<p a="b" c>', "<"])
def test_time_grows_linearly_with_adversarial_input(piece: str) -> None:
    def seconds(count: int) -> float:
        source = piece * count
        best = 9.0
        for _ in range(3):
            begin = time.perf_counter()
            read_markup(source)
            best = min(best, time.perf_counter() - begin)
        return best

    # eight times the input must not cost sixty-four times the time; the bound is wide because machines are noisy
    assert seconds(16000) < 32 * max(seconds(2000), 1e-3)


def _letters(text: str) -> Counter[str]:
    return Counter("".join(html.unescape(text).split()))


def test_text_equals_that_of_a_tree_parser(training_texts) -> None:
    lexbor = pytest.importorskip("selectolax.lexbor")
    for source in host_pages(training_texts, 60, 3):
        mine = _letters("".join(chunks(source, TEXT, TITLE)))
        tree = lexbor.LexborHTMLParser(source)
        theirs = _letters("".join(html.escape(n.text_content or "") for n in tree.root.traverse(include_text=True) if n.tag == "-text"))
        assert (mine - theirs).total() + (theirs - mine).total() <= 0.005 * theirs.total()


@pytest.fixture(scope="module")
def training_texts():
    from pathlib import Path

    return read_texts(Path(__file__).parents[2] / "training_data" / "texts")


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<a href='x'>",
                "</a>",
                "<td>",
                "</div>",
                "<!--",
                "-->",
                "text",
                "<title>",
                "</title>",
                "&lt;",
                "<script>",
                "</script>",
                "\n",
                "<li>",
                "<",
            ]
        ),
        max_size=60,
    )
)
def test_any_soup_gives_ordered_chunks(parts: list[str]) -> None:
    source = "".join(parts)
    m = read_markup(source)
    flat = [x for pair in zip(m.start, m.end, strict=True) for x in pair]
    assert flat == sorted(flat)
    assert len(m.name) == len(m.parent) == len(m.element_end)
