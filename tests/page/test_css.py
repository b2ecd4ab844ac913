"""Our reading of CSS is that of tinycss2 and cssselect2, which are right and a hundred times slower."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import cssselect2  # type: ignore[import-untyped]
import pytest
import tinycss2  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.page.css.declarations import hides, read_declarations, split_declarations
from detector.page.css.media import media_applies
from detector.page.css.selectors import parse_selector, selector_key
from detector.page.css.sheet import Sheet
from detector.page.css.tree import Tree
from detector.page.css.values import UNKNOWN, Colour, Length, Shift, colour, transform
from detector.page.markup import read_markup

NAMES = st.sampled_from(["display", "color", "left", "background", "Font-Size", "-webkit-transform", "content"])
VALUES = st.sampled_from(
    [
        "none",
        "#fff",
        "-9999px",
        "url(a;b.png) no-repeat",
        'url("a;b")',
        "'a;b:c'",
        "rgba(1, 2, 3, .5)",
        "calc(1px + (2px * 3))",
        "red !important",
    ]
)
SPACES = st.sampled_from(["", " ", "\n\t", "/* ; : } */"])


@given(st.lists(st.tuples(SPACES, NAMES, SPACES, SPACES, VALUES, SPACES), max_size=6))
@settings(max_examples=200, deadline=None)
def test_declarations_are_split_where_a_parser_splits_them(parts: list[tuple[str, ...]]) -> None:
    text = ";".join(f"{a}{name}{b}:{c}{value}{d}" for a, name, b, c, value, d in parts)
    theirs = [
        (node.lower_name, tinycss2.serialize(node.value).strip() + (" !important" if node.important else ""))
        for node in tinycss2.parse_declaration_list(text, skip_comments=True, skip_whitespace=True)
    ]
    assert [(name, _bare(value)) for name, value in split_declarations(_without_comments(text))] == [
        (name, _bare(value)) for name, value in theirs
    ]


def _without_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/", " ", text)


def _bare(value: str) -> str:
    return re.sub(r"\s|/\*.*?\*/", "", value).replace("'", '"')  # tinycss2 writes strings in double quotes


SELECTORS = st.sampled_from([".a", "#b", "p .c > d", "a:hover, b", "[x='}']", "li:not(.q)"])
BODIES = st.sampled_from(["display:none", "color:#fff;left:-9px", "content:'{'", "", "a:b;/* } */c:d"])


@given(st.lists(st.tuples(SPACES, SELECTORS, BODIES, st.sampled_from(["", "screen", "print"])), max_size=8))
@settings(max_examples=200, deadline=None)
def test_rules_are_cut_where_a_parser_cuts_them(parts: list[tuple[str, str, str, str]]) -> None:
    sheet = "\n".join(
        f"{space}@media {media}{{{head}{{{body}}}}}" if media else f"{space}{head}{{{body}}}" for space, head, body, media in parts
    )
    theirs = []
    for rule in tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True):
        if rule.type == "at-rule" and "print" in tinycss2.serialize(rule.prelude):
            continue
        inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True) if rule.type == "at-rule" else [rule]
        theirs += [len(tinycss2.serialize(node.prelude).split(",")) for node in inner if ":" in tinycss2.serialize(node.content)]
    cut = Sheet(sheet)
    ours = [len(selectors) for piece in range(cut.css.count("}") + 1) for selectors, _ in cut.rules(piece)]
    assert ours == theirs


PAGE = (
    '<html><body id="top" class="home wide"><div class="box one"><p class="x">A</p><p>B</p><a href="/">C</a></div>'
    '<ul class="menu"><li>1</li><li class="x on">2<ul><li id="deep">3</li></ul></li><li data-k="go on">4</li></ul>'
    '<span lang="en-US" title="a b"></span></body></html>'
)


@pytest.mark.parametrize(
    "text",
    [
        "p", "*", ".x", "#deep", "li.x", "li.x.on", ".on.x", "ul li", "ul > li", ".menu > li", ".menu li li", "body.home .x", "p + a",
        "p ~ a",
        "p+p", ".box > .x + p", "#top #deep", "[data-k]", "[data-k=go]", "[data-k='go on']", "[data-k~=on]", "[lang|=en]", "[title^=a]",
        "[title$=b]", "[title*=' ']", "li:first-child", "li:last-child", "li:nth-child(2)", "li:nth-child(odd)", "li:nth-child(2n+1)",
        "li:nth-last-child(1)", "p:first-of-type", "a:first-of-type", "p:nth-of-type(2)", "span:only-of-type", "li:not(.x)", ":not(li)",
        "li:not(.x):not(:last-child)",
        ":is(p, a)", ":where(.x) ul", "html", ":root", "body > *", "div p, .missing", "ul:hover", "p::before", "LI", ".X",
    ],
)  # fmt: skip
def test_selectors_match_what_a_library_matches(text: str) -> None:
    markup = read_markup(PAGE)
    tree = Tree(PAGE, markup)
    ours = set()
    for part in text.split(", ") if "(" not in text else [text]:
        selector = parse_selector(part)
        found = {i for i in range(1, len(markup.name)) if selector is not None and selector.matches(tree, i)}
        assert not found or selector_key(part) is not None
        ours |= found
    root = cssselect2.ElementWrapper.from_html_root(ElementTree.fromstring(PAGE))
    elements = list(root.iter_subtree())
    theirs = {
        index + 1
        for compiled in cssselect2.compile_selector_list(text)
        if compiled.pseudo_element is None
        for index, element in enumerate(elements)
        if compiled.test(element)
    }
    assert ours == theirs
    assert [e.local_name for e in elements] == markup.name[1:]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (".a", ".a"), (".a-b", ".a-b"), ("DIV", "div"), ("#x", "#x"), ("ul li.a", ".a"), ("a#b.c", "#b"), (".a > .b.c", ".c"),
        (".a:not(.b)", ".a"), ("[hidden]", "[hidden"), ("p:first-child", "p"), (r".sm\:x", ".sm:x"), (".a:hover", None),
        (".a::after", None),
        ("*", "*"),
    ],
)  # fmt: skip
def test_a_selector_is_known_by_what_it_ends_in(text: str, key: str | None) -> None:
    assert selector_key(text) == key


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("", True), ("screen", True), ("all", True), ("print", False), ("not print", True), ("only screen and (min-width:768px)", True),
        ("(max-width: 767px)", False), ("(min-width:40em)", True), ("print, screen", True), ("(width >= 600px)", True),
        ("(width < 600px)", False), ("(prefers-color-scheme: dark)", False), ("(orientation:portrait)", False),
        ("(hover: none)", False), ("speech", False),
    ],
)  # fmt: skip
def test_media_are_those_of_a_wide_screen(query: str, holds: bool) -> None:
    assert media_applies(query) is holds


def test_important_declarations_are_kept_apart() -> None:
    normal, important = read_declarations("color:#fff ! IMPORTANT; color:red; left:1em; left:wide")
    assert important == {"color": Colour(255, 255, 255)}
    assert normal == {"color": Colour(255, 0, 0), "left": Length(1, "em")}


@pytest.mark.parametrize(
    ("text", "properties"),
    [
        ("display:none", {"display"}), ("left:-34px", set()), ("left:-3513px", {"left"}), ("inset:auto auto auto -999em", {"left"}),
        ("color:#fff", {"color"}), ("color:#fff;background:#333", set()), ("color:#333;background:#333", {"color"}),
        ("color:#333", set()), ("width:1px", {"width"}), ("font:0/0 a", {"font-size"}), ("margin:-9999px 0 0", {"margin-top"}),
        ("transform:scale(0)", {"transform"}),
    ],
)  # fmt: skip
def test_values_that_may_hide_are_told_from_those_that_do_not(text: str, properties: set[str]) -> None:
    assert hides(read_declarations(text)[0]) == properties


def test_colours_are_read_in_all_their_spellings() -> None:
    white = Colour(255, 255, 255)
    assert [colour(c) for c in ("#fff", "#ffffff", "white", "rgb(255,255,255)", "rgb(100% 100% 100%)", "hsl(0,0%,100%)")] == [white] * 6
    assert colour("#ffffff00") == Colour(255, 255, 255, 0)
    assert colour("currentcolor") == UNKNOWN
    assert colour("#ggg") is None and colour("whitish") is None


def test_a_transform_moves_by_its_own_size_or_by_pixels() -> None:
    assert transform("translate(-100%, 4px)") == Shift(Length(-100, "%"), Length(4, "px"))
    assert transform("translatey(-9999px)") == Shift(Length(0, "px"), Length(-9999, "px"))
