"""How each text of a page is hidden, read from its markup, style sheets and scripts."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.page.markup import Markup, read_markup
from detector.page.visibility import SHOWN, STATES, element_visibility
from tests.page.hiding_cases import CASES, SCRIPTED, TARGET

ALL = [*CASES, *SCRIPTED]


def state_of(source: str, text: str = TARGET) -> str:
    """State of the element in which a text stands."""
    markup = read_markup(source)
    states = element_visibility(source, markup)
    assert len(states) == len(markup.name)
    for start, end, element in zip(markup.start, markup.end, markup.element, strict=True):
        if text in source[start:end]:
            return STATES[states[element]]
    raise AssertionError(f"no chunk holds {text!r}")


@pytest.mark.parametrize(("state", "name", "source"), ALL, ids=[f"{state}: {name}" for state, name, _ in ALL])
def test_each_way_of_hiding_has_its_state(state: str, name: str, source: str) -> None:
    assert state_of(source) == state


def test_every_state_has_a_case() -> None:
    assert {state for state, _, _ in ALL} == set(STATES)
    assert {STATES[state] for state in SHOWN} == {"visible", "marquee", "aria-hidden", "textarea"}


def test_the_rest_of_a_page_stays_visible() -> None:
    for state, name, source in ALL:
        if "An honest paragraph" in source:
            assert state_of(source, "An honest paragraph") == "visible", (state, name)


def test_the_outer_way_of_hiding_is_told() -> None:
    assert state_of(f'<noscript><div style="display:none">{TARGET}</div></noscript>') == "noscript"
    assert state_of(f'<div style="display:none"><noscript>{TARGET}</noscript></div>') == "display-none"
    assert state_of(f'<marquee><div style="display:none">{TARGET}</div></marquee>') == "display-none"


def test_what_stands_after_the_document_is_in_the_body() -> None:
    assert state_of(f"<html><body><p>A page.</p></body></html><p>{TARGET}</p>") == "visible"
    assert state_of(f'<html><body style="visibility:hidden"><p>A page.</p></body></html><p>{TARGET}</p>') == "visibility-hidden"
    assert state_of(f'<html><body bgcolor="#000000"><p>A page.</p></body></html><font color="#000001">{TARGET}</font>') == "same-colour"


def test_tables_have_letters_of_their_own_where_there_is_no_doctype() -> None:
    markup = f'<div style="font-size:0"><table><tr><td>{TARGET}</td></tr></table></div>'
    assert state_of(markup) == "visible"
    assert state_of("<!doctype html>" + markup) == "zero-font"


def test_plain_text_is_visible() -> None:
    assert element_visibility("one\ntwo", Markup()) == [0]


PIECES = st.sampled_from(
    [
        "<div ", "style=", '"', "'", "display:none", "left:-999px;", ">", "</div>", "<style>", ".a{", "}", "{", "@media ", "/*", "*/",
        "</style>",
        "<p class=a>", "<script>", "document.getElementById('a').style.display='none'", "</script>", "\\", "&#58;", "(", ")", ":not(",
        "#", "text",
        "\x00", "\u202e", "𝐚", "<body>", "<details>", "<summary>", "color:#fff", "font color=", " hidden ", "z-index:-1;position:relative",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40))
@settings(max_examples=400, deadline=None)
def test_any_source_gives_a_state_for_each_element(pieces: list[str]) -> None:
    source = "".join(pieces)
    markup = read_markup(source)
    states = element_visibility(source, markup)
    assert len(states) == len(markup.name)
    assert all(0 <= state < len(STATES) for state in states)


@pytest.mark.parametrize(
    "source",
    [
        "<style>"
        + "".join(f".c{i}{{display:none}}" for i in range(30_000))
        + "</style>"
        + "".join(f'<p class="c{i}">x' for i in range(30_000)),
        "<style>" + "".join(f".a{i} .b .c{{display:none}}" for i in range(20_000)) + '</style><p class="c b a1">' * 5_000,
        "<style>" + "* > *{color:#fff}" * 20_000 + "</style>" + "<b>x" * 20_000,
        "<style>" + "".join(f"[a{i}]:not(.b){{display:none}}" for i in range(20_000)) + "</style>" + "<p a1>x" * 20_000,
        "<style>" + ".x " * 20 + "{display:none}</style>" + '<div class="x">' * 10_000,
        "<style>" + "@media screen{" * 50_000 + "</style>",
        "<style>" + ".a,.b{" * 5_000 + "display:none}</style><p class=a>",
        '<div style="z-index:-1;position:relative;color:#fff">' * 20_000,
        "".join(f'<b style="left:-{i}px;position:absolute">x' for i in range(20_000)),
        "<b " + " ".join(f"a{i}=1" for i in range(200_000)) + ' style="display:none">x',
        '<p style="transform:' + "translate(" * 50_000 + '">x',
        "<script>" + 'document.getElementById("x").style.display="none";' * 20_000 + "</script>",
    ],
    ids=[
        "rules",
        "rules of one key",
        "stars",
        "attributes",
        "descendants",
        "groups",
        "nested rules",
        "depth",
        "styles",
        "one tag",
        "value",
        "script",
    ],
)
def test_hostile_pages_cost_no_more_than_large_ones(source: str) -> None:
    """The bound is ten times what the slowest of them takes on a slow machine; quadratic work would take minutes."""
    markup = read_markup(source)
    began = time.process_time()
    element_visibility(source, markup)
    assert time.process_time() - began < 20
