"""Texts that scripts write into a page, and texts of structured data: what they say, where they stand, how they are hidden."""

from __future__ import annotations

import base64
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.page.markup import DATA, JSON, LINE, SCRIPT
from detector.page.page import NO_LINK, Page, read_page
from detector.page.script_text import _QUOTE, _is_code
from detector.page.states import STATES
from detector.segmentation.normalise import normalise

LINK = '<a href="http://watches.example/w">cheap watches</a>'


def page_of(script: str, attributes: str = "") -> Page:
    return read_page(f"<!doctype html><title>A</title><p>An honest page.</p><script{attributes}>{script}</script><p>The end.</p>")


def said(page: Page, *roles: int) -> list[str]:
    """What each chunk of a role says."""
    unescaped = page.markup.unescaped
    return [
        unescaped[i].text if i in unescaped else page.source[page.start[i] : page.end[i]]
        for i in range(len(page.start))
        if page.role[i] in roles
    ]


def written(script: str, attributes: str = "") -> list[str]:
    return said(page_of(script, attributes), SCRIPT)


@pytest.mark.parametrize(
    "script",
    [
        f"document.write('{LINK}')",
        f"document.writeln('{LINK}');",
        f"document.getElementById('k').innerHTML = '{LINK}'",
        f"el.innerHTML += '{LINK}'",
        f"el.outerHTML = '{LINK}'",
        f"el.insertAdjacentHTML('beforeend', '{LINK}')",
        f"$('#k').html('{LINK}')",
        "document.write('" + LINK.replace("/", r"\/") + "')",
        'document.write("' + LINK.replace('"', r"\"") + '")',
        "document.write('" + LINK.replace("<", r"\x3c").replace(">", r"\x3E") + "')",
        "var s = '" + LINK.replace("<", r"\u003c").replace(">", r"\u003e") + "'",
        "document.write(unescape('" + "".join(f"%{ord(c):02x}" for c in LINK) + "'))",
        "document.write(decodeURIComponent('" + LINK.replace("<", "%3C").replace('"', "%22") + "'))",
        "document.write(String.fromCharCode(" + ",".join(str(ord(c)) for c in LINK) + "))",
        "document.write(String.fromCharCode(" + ", ".join(hex(ord(c)) for c in LINK) + "))",
        f"document.write(atob('{base64.b64encode(LINK.encode()).decode()}'))",
    ],
)
def test_a_written_link_is_a_chunk_that_knows_where_it_leads(script: str) -> None:
    page = page_of(script)
    [chunk] = [i for i in range(len(page.start)) if page.role[i] == SCRIPT]
    assert said(page, SCRIPT) == ["cheap watches"]
    assert page.hosts[page.host[chunk]] == "watches.example"
    text = normalise(page)
    mine = text.chunk == chunk
    assert "".join(map(chr, text.code[mine])) == "cheap watches"
    # the offsets of each letter lie inside of the script, in order
    assert (text.start[mine] >= page.start[chunk]).all() and (text.end[mine] <= page.end[chunk]).all()
    assert (text.start[mine][1:] >= text.start[mine][:-1]).all() and (text.end[mine] > text.start[mine]).all()


def test_every_letter_of_an_escaped_text_has_its_place() -> None:
    page = page_of(r"el.innerHTML = '<p>\u8d4c\u573a \x41\ud83d\ude00<\/p>'")
    text = normalise(page)
    chunk = int((page.role == SCRIPT).argmax())
    mine = text.chunk == chunk
    assert [page.source[a:b] for a, b in zip(text.start[mine], text.end[mine], strict=True)] == [
        r"\u8d4c", r"\u573a", " ", r"\x41", r"\ud83d\ude00",
    ]  # fmt: skip
    assert [chr(c) for c in text.code[mine]] == ["赌", "场", " ", "a", "😀"]


def test_letters_in_base64_stand_where_their_bits_are() -> None:
    page = page_of("document.write(atob('" + base64.b64encode("<b>澳门 赌场</b>".encode()).decode() + "'))")
    chunk = int((page.role == SCRIPT).argmax())
    inner = page.markup.unescaped[chunk]
    assert inner.text == "澳门 赌场"
    assert inner.between(int(page.start[chunk]), int(page.end[chunk])) == "澳门 赌场"
    assert all(b - a in (2, 3, 4, 5) for a, b in zip(inner.start, inner.end, strict=True))


def test_a_block_put_before_a_body_end_inside_a_string_is_found_quotes_and_all() -> None:
    block = '\n<div style="display:none"><a href="http://a.example/">威尼斯人</a>、<a href="http://a.example/">澳门赌场</a> 最新开户送彩金</div>\n'
    page = page_of("var page = '<html><body><p>Hello there</p>" + block + "</body></html>'; var it = \"isn't\";")
    assert [s.strip() for s in said(page, SCRIPT)] == ["Hello there", "威尼斯人", "澳门赌场", "最新开户送彩金"]
    states = [STATES[v] for v, role in zip(page.visibility, page.role, strict=True) if role == SCRIPT]
    assert states == ["visible", "display-none", "display-none", "display-none"]


def test_the_tags_between_written_texts_break_lines_as_they_do_on_the_page() -> None:
    page = page_of("w('<p>first of all<b>bold text</b></p><p>second line</p>')")
    strengths = [int(s) for s, role in zip(page.strength, page.role, strict=True) if role == SCRIPT]
    assert strengths == [LINE, 0, LINE]


def test_every_piece_of_a_joined_string_is_found() -> None:
    assert written("document.write('<a href=/a>one of</a>' + x + '<a href=\"' + u + '\">two of</a>')") == ["one of", "two of"]


def test_prose_that_is_written_without_tags_is_found() -> None:
    assert written("box.textContent = 'very cheap watches for everyone'") == ["very cheap watches for everyone"]
    assert written("document.write('便宜手表批发')") == ["便宜手表批发"]


@pytest.mark.parametrize(
    "script",
    [
        "document.write('<script src=\"/count.js\"><\\/script>')",
        "document.write(unescape(\"%3Cscript src='\" + host + \"stat.example/ga.js' type='text/javascript'%3E%3C/script%3E\"))",
        "document.write('<img src=\"/pixel.gif\" width=1>')",
        "var a = 'very cheap watches for everyone'",
        "if (el.innerHTML == 'very cheap watches for everyone') go()",
        "decodeURIComponent('a%20b')",
        "for (i = 0; i<a; i++) { if (b>c) { call('some words to say') } }",
        "t = '<style>.x { color: red }</style>'; u = '<div class=\"' + cls + '\">' + name + '</div>'",
        "h = '<li><%= item.title %></li><li>{{ title }}</li><li>${title}</li>'",
        "i = '<i>item_name</i><i>itemName</i><i>&nbsp;</i><i>%s</i>'",
        "a = { 'x': 1, url: 'https://shop.example/a/b', css: '.a{display:none}' }",
    ],
)
def test_code_addresses_and_plain_strings_are_no_written_text(script: str) -> None:
    assert written(script) == []


def test_written_text_ends_no_paragraph_of_the_page() -> None:
    page = read_page("<p>one <script>document.write('<b>two</b>')</script> three</p>")
    assert [STATES[v] for v in page.visibility] == ["visible"] * 3
    assert said(page, SCRIPT) == ["two"]


def test_texts_for_people_in_structured_data_are_chunks() -> None:
    page = page_of(
        r'{"@type": "Article", "headline": "A \u4e2d\u6587 head", "url": "https://a.example/b", "keywords": ["cheap pills", "buy now"],'
        r' "image": {"caption": "a red house", "width": 600}, "description": "<p>Hi &amp; there</p>", "identifier": "some id here"}',
        ' type="application/ld+json"',
    )
    assert said(page, JSON) == ["A 中文 head", "cheap pills", "buy now", "a red house", "Hi &amp; there"]
    assert {STATES[v] for v, role in zip(page.visibility, page.role, strict=True) if role == JSON} == {"head"}
    assert (page.host[page.role == JSON] == NO_LINK).all()


def test_the_page_in_srcdoc_is_read() -> None:
    page = read_page('<p>A page.</p><iframe srcdoc="<p>cheap watches</p>&lt;b&gt;for you&lt;/b&gt;"></iframe>')
    assert said(page, DATA) == ["cheap watches", "for you"]
    assert {STATES[v] for v, role in zip(page.visibility, page.role, strict=True) if role == DATA} == {"iframe"}


PIECES = st.sampled_from(
    [
        "<p>", "</p>", r"<\/p>", "'", '"', "`", "text of it", "中文内容", "\\", r"\u4e2d", r"\x3cb\x3e", "document.write(", "unescape(", "%u4e2d", "%e4",
        "%3Cb%3E", "atob('", "PGI+dGV4dA==", "String.fromCharCode(", "60,98,62,", "1114112,", ")", "+", "innerHTML=", '{"name": "a b"}', '"name":"', "<a href=",
        "<style>", "<script>", "\ud800", r"\ud83d", "\n",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40), st.sampled_from(["", ' type="application/ld+json"']))
@settings(max_examples=300, deadline=None)
def test_any_script_gives_ordered_chunks_that_can_be_normalised(pieces: list[str], attributes: str) -> None:
    page = page_of("".join(pieces), attributes)
    flat = [int(x) for pair in zip(page.start, page.end, strict=True) for x in pair]
    assert flat == sorted(flat)
    text = normalise(page)
    assert (text.end > text.start).all()


@pytest.mark.parametrize(
    "script",
    [
        "'" * 200_000, "'+" * 100_000, "<p" * 100_000, "<p>'" * 100_000, "<p>x'y" * 60_000, "document.write(" * 30_000, "unescape('%" * 30_000,
        "String.fromCharCode(1,2,3," * 20_000, "innerHTML='" + "a" * 300_000, "<p>" + "'a" * 200_000 + "<p>", r"\x3cp " * 80_000, "<b style='a'>ab" * 30_000,
    ],
)  # fmt: skip
@pytest.mark.parametrize("attributes", ["", ' type="application/ld+json"'])
def test_hostile_scripts_cost_no_more_than_large_ones(script: str, attributes: str) -> None:
    """The bound is far above what they take; quadratic work would take minutes."""
    began = time.process_time()
    page_of(script, attributes)
    assert time.process_time() - began < 10


# What is code, and which quotes end strings, as expressions that try every way at every character: plain to read, and ten times slower.
CODE = re.compile(
    r"[{}]|[A-Za-z0-9_$\])]\((?!s\))|=>|&&|\|\||[=!+]=|\w\[\w*\]|\b(?:function|var|return|typeof|const)\s|;\s*(?:\n|$|//|[a-z.]+\s*[=(])"
    r"|^\s*(?:[)\],;]|/?>)|[+=]\s*$|<[%?a-zA-Z/!]|%>|\?>|/\*|\*/|[\"']\s*/?>|\s[a-z-]+=[\"']"
)
QUOTE = re.compile(r"(?<!\\)(?:(?<![^\W\d_])[\"'`]|[\"'`](?![^\W\d_]))")
SIGNS = [*"{}()=&|[];+<>%?/*\"'`!\\$_-. \n\t1aAé中", "function", "var ", "return\t", "typeof", "const", "s)", "//", "='", 'a-b="']


@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(SIGNS), st.text(max_size=2)), max_size=8).map("".join), st.integers(0, 3))
def test_code_and_quotes_are_told_by_their_signs(text: str, start: int) -> None:
    assert _is_code(text) == (CODE.search(text) is not None)
    assert [m.span() for m in _QUOTE.finditer(text, start)] == [m.span() for m in QUOTE.finditer(text, start)]
