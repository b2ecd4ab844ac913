"""Put spam (or honest text) into a page the way attackers do, and know to the character where it stands.

A layout is a function (source, payload, rng) → list of `Insertion`, or None where the page offers no place. An insertion is a list of
parts at one place of the source; parts that carry the payload are labelled. Labels are ranges of the finished page and nothing is
marked in the text itself, so no mark can leak into a feature.
"""

from __future__ import annotations

import html
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Payload:
    """What is put in. kind: "phrases" (keyword phrases), "sentence", "paragraph"; texts: as shown, not yet escaped; encode: to markup."""

    kind: str
    texts: tuple[str, ...]
    encode: Callable[[str], str] = html.escape
    foreign: bool = True  # links lead to another host


@dataclass(frozen=True, slots=True)
class Insertion:
    """At source position `at`, `parts` replace `length` characters. Each part is (markup, is it the payload)."""

    at: int
    parts: tuple[tuple[str, bool], ...]
    length: int = 0


Layout = Callable[[str, Payload, random.Random], "list[Insertion] | None"]
Parts = list[tuple[str, bool]]
LAYOUTS: Final[dict[str, Layout]] = {}
KINDS: Final[dict[str, tuple[str, ...]]] = {}  # which payloads a layout takes


def layout(*kinds: str) -> Callable[[Layout], Layout]:
    def register(function: Layout) -> Layout:
        name = function.__name__.replace("_", "-")
        LAYOUTS[name], KINDS[name] = function, kinds
        return function

    return register


def apply(source: str, insertions: Sequence[Insertion]) -> tuple[str, list[tuple[int, int]]]:
    """(finished source, [(start, end) of each payload part])."""
    out: list[str] = []
    ranges: list[tuple[int, int]] = []
    at = size = 0
    for insertion in sorted(insertions, key=lambda i: i.at):
        out.append(source[at : insertion.at])
        size += insertion.at - at
        for text, spam in insertion.parts:
            if spam and text:
                ranges.append((size, size + len(text)))
            out.append(text)
            size += len(text)
        at = insertion.at + insertion.length
    out.append(source[at:])
    return "".join(out), ranges


# -- pieces ------------------------------------------------------------------------------------------------------------------------

SEPARATORS: Final = (
    "| ",
    " | ",
    "|",
    "-",
    "_",
    ",",
    ", ",
    "、",
    " ",
    " ",
    " I ",
    "\n",
    "，",
    " · ",
    "~",
    "丨",
    " - ",
    " / ",
    "；",
    "  ",
    "\t",
    "●",
    "★",
    " » ",
    "。",
    "&nbsp;",
    "&nbsp;&nbsp;",
    " &#124; ",
    "<br>",
)
_TLDS: Final = ("com", "cn", "net", "cc", "xyz", "top", "vip", "org", "info", "ru", "co", "bet", "shop", "site", "in", "id", "com.cn")


def _name(rng: random.Random, low: int = 3, high: int = 10) -> str:
    return "".join(rng.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=rng.randint(low, high)))


def _host(rng: random.Random) -> str:
    return f"{rng.choice(['http://', 'https://', 'http://www.', '//'])}{rng.choice(['', '', f'{_name(rng)}.'])}{_name(rng)}.{rng.choice(_TLDS)}"


def _address(host: str, rng: random.Random) -> str:
    return host + rng.choice(
        [
            "",
            "/",
            f"/{rng.randrange(99999)}.html",
            f"/{_name(rng)}/",
            f"/{_name(rng)}/{rng.randrange(9999)}.html",
            f"/?{_name(rng)}={rng.randrange(999)}",
            f"/info/{rng.randrange(9999)}/{rng.randrange(9999)}.htm",
        ]
    )


def _join(texts: Sequence[str], separator: str, encode: Callable[[str], str]) -> Parts:
    parts: Parts = []
    for i, text in enumerate(texts):
        if i:
            parts.append((separator, False))
        parts.append((encode(text), True))
    return parts


def _dump(payload: Payload, rng: random.Random, separator: str | None = None) -> Parts:
    return _join(payload.texts, separator if separator is not None else rng.choice(SEPARATORS), payload.encode)


def _links(payload: Payload, rng: random.Random, before: str = "", after: str = " ") -> Parts:
    many = rng.random() < 0.2  # each link to a host of its own
    host = _host(rng) if payload.foreign else ""
    attributes = rng.choice(["", "", ' target="_blank"', ' rel="dofollow"', ' class="l"', " title=''"])
    parts: Parts = []
    for text in payload.texts:
        target = _address(_host(rng) if many and payload.foreign else host, rng)
        quote = rng.choice(['"', '"', "'"])
        parts += [(f"{before}<a href={quote}{target}{quote}{attributes}>", False), (payload.encode(text), True), (f"</a>{after}", False)]
    return parts


def _content(payload: Payload, rng: random.Random) -> Parts:
    """The payload as a dump or as links, or its prose."""
    if payload.kind != "phrases":
        return _join(payload.texts, rng.choice(["", " ", "<br>", "</p><p>"]), payload.encode)
    if rng.random() < 0.5:
        return _dump(payload, rng)
    return _links(
        payload,
        rng,
        *rng.choice(
            [
                ("", " "),
                ("", ""),
                ("", "\n"),
                ("<li>", "</li>"),
                ("<p>", "</p>"),
                ("", " | "),
                ("", "<br>"),
                ("<b>", "</b> "),
                ("<h3>", "</h3>"),
                ("<td>", "</td>"),
                ("", ", "),
                ("<em>", "</em>"),
            ]
        ),
    )


def _wrap(open_tag: str, parts: Parts, close_tag: str) -> tuple[tuple[str, bool], ...]:
    return ((open_tag, False), *parts, (close_tag, False))


def _body_start(source: str) -> int:
    m = re.search(r"<body[^>]*>", source, re.I)
    return m.end() if m else 0


def _body_end(source: str) -> int:
    at = source.lower().rfind("</body")
    return at if at >= 0 else len(source)


def _between(source: str, rng: random.Random) -> int | None:
    ends = [m.end() for m in re.finditer(r"</(?:p|div|ul|table|h[1-6]|section)\s*>", source, re.I)]
    return rng.choice(ends) if len(ends) >= 3 else None


def _between_paragraphs(source: str, rng: random.Random) -> int | None:
    ends = [m.end() for m in re.finditer(r"</p\s*>", source, re.I)]
    return rng.choice(ends[:-1]) if len(ends) >= 3 else None


def _paragraphs(source: str) -> list[re.Match[str]]:
    """Stretches of running text: at least 60 characters without markup."""
    return list(re.finditer(r"(?<=>)[^<>{}]{60,}(?=<)", source))


def _inside(match: re.Match[str], rng: random.Random) -> int:
    """A sentence end inside running text, or its end."""
    ends = [match.start() + m.end() for m in re.finditer(r"[。！？]|[.!?](?=\s)", match[0])]
    return rng.choice([*ends, match.end()])


# -- visible -----------------------------------------------------------------------------------------------------------------------

_CLASSES: Final = (
    "",
    ' class="link"',
    ' class="f-l"',
    ' class="friend"',
    ' id="bottom"',
    ' class="copyright"',
    ' class="tags"',
    ' align="center"',
    ' class="widget"',
)


@layout("phrases", "paragraph")
def at_end(source: str, payload: Payload, rng: random.Random) -> list[Insertion]:
    tag = rng.choice(["div", "div", "p", "span", "section", "center", "font"])
    return [Insertion(_body_end(source), _wrap(f"<{tag}{rng.choice(_CLASSES)}>", _content(payload, rng), f"</{tag}>\n"))]


@layout("phrases", "paragraph")
def at_start(source: str, payload: Payload, rng: random.Random) -> list[Insertion]:
    tag = rng.choice(["div", "p", "span", "h1", "center"])
    return [Insertion(_body_start(source), _wrap(f"<{tag}>", _content(payload, rng), f"</{tag}>\n"))]


@layout("phrases")
def bare(source: str, payload: Payload, rng: random.Random) -> list[Insertion]:
    """No element of its own around it."""
    at = rng.choice([_body_start(source), _body_end(source)])
    return [Insertion(at, (("\n", False), *_content(payload, rng), ("\n", False)))]


@layout("phrases")
def list_items(source: str, payload: Payload, rng: random.Random) -> list[Insertion]:
    at = rng.choice([_body_end(source), _body_end(source), _body_start(source), _between(source, rng) or _body_end(source)])
    items = _links(payload, rng, "<li>", "</li>") if rng.random() < 0.7 else _join(payload.texts, "</li><li>", payload.encode)
    return [Insertion(at, _wrap("<ul><li>" if items[0][1] else "<ul>", items, "</li></ul>\n" if items[0][1] else "</ul>\n"))]


@layout("phrases")
def lines(source: str, payload: Payload, rng: random.Random) -> list[Insertion]:
    at = rng.choice([_body_end(source), _body_start(source), _between(source, rng) or _body_end(source)])
    return [Insertion(at, _wrap("<p>", _dump(payload, rng, rng.choice(["<br/>\n", "<br>", "</p><p>", "<br /><br />"])), "</p>\n"))]


@layout("phrases")
def table_cells(source: str, payload: Payload, rng: random.Random) -> list[Insertion] | None:
    cells = [m.end() for m in re.finditer(r"</tr\s*>", source, re.I)]
    if cells and rng.random() < 0.7:
        at, row = rng.choice(cells), ("<tr>", "</tr>")
    else:
        at, row = rng.choice([_body_end(source), _between(source, rng) or _body_end(source)]), ("<table><tr>", "</tr></table>")
    width = rng.choice([1, 2, 3, 4, 99])
    parts: Parts = []
    for i, text in enumerate(payload.texts):
        link = rng.random() < 0.4
        parts += [
            ("<td>" + (f'<a href="{_address(_host(rng), rng)}">' if link else ""), False),
            (payload.encode(text), True),
            (("</a>" if link else "") + "</td>", False),
        ]
        if (i + 1) % width == 0 and i + 1 < len(payload.texts):
            parts.append(("</tr><tr>", False))
    return [Insertion(at, _wrap(row[0], parts, row[1]))]


@layout("phrases")
def existing_cells(source: str, payload: Payload, rng: random.Random) -> list[Insertion] | None:
    """Appended to cells or items that the page has."""
    ends = [m.start() for m in re.finditer(r"</(?:td|li|dd)\s*>", source, re.I)]
    if len(ends) < 4:
        return None
    first = rng.randrange(len(ends))
    places = ends[first : first + min(len(payload.texts), 8)]
    return [Insertion(at, ((" ", False), (payload.encode(text), True))) for at, text in zip(places, payload.texts, strict=False)]


@layout("phrases")
def in_menu(source: str, payload: Payload, rng: random.Random) -> list[Insertion] | None:
    items = [m.start() for m in re.finditer(r"<li[\s>]", source, re.I)]
    if len(items) < 4:
        return None
    return [Insertion(rng.choice(items), tuple(_links(payload, rng, "<li>", "</li>")))]


@layout("phrases", "paragraph")
def between(source: str, payload: Payload, rng: random.Random) -> list[Insertion] | None:
    at = _between(source, rng)
    if at is None:
        return None
    tag = rng.choice(["p", "div", "p", "span"])
    return [Insertion(at, _wrap(f"<{tag}>", _content(payload, rng), f"</{tag}>\n"))]


@layout("phrases", "paragraph", "sentence")
def between_paragraphs(source: str, payload: Payload, rng: random.Random) -> list[Insertion] | None:
    at = _between_paragraphs(source, rng)
    return None if at is None else [Insertion(at, _wrap("<p>", _content(payload, rng), "</p>\n"))]


@layout("phrases")
def random_tags(source: str, payload: Payload, rng: random.Random) -> list[Insertion]:
    """Nested meaningless elements with random ids."""
    tags = rng.choices(
        ["tt", "pre", "center", "ul", "sup", "acronym", "bdo", "dfn", "kbd", "strike", "blockquote", "tr", "small"], k=rng.randint(2, 5)
    )
    opening = "".join(f'<{t} id="{_name(rng, 5, 5)}">' for t in tags)
    at = rng.choice([_body_start(source), _body_end(source), _between(source, rng) or 0])
    return [Insertion(at, _wrap(opening, _content(payload, rng), "".join(f"</{t}>" for t in reversed(tags))))]


@layout("phrases", "paragraph")
def after_html(source: str, payload: Payload, rng: random.Random) -> list[Insertion]:
    return [Insertion(len(source.rstrip()), (("\n", False), *_content(payload, rng)))]


@layout("phrases", "sentence", "paragraph")
def comment_post(source: str, payload: Payload, rng: random.Random) -> list[Insertion]:
    texts = payload.texts[: rng.randint(1, 6)] if payload.kind == "phrases" else payload.texts
    who = rng.choice(["guest", "user", "匿名网友", "访客", "Anonymous", "webmaster", _name(rng)])
    parts = _join(texts, " ", payload.encode)
    head = (
        f'<div class="comment"><b>{who}{rng.randrange(999)}</b><p>{rng.choice(["", "", "Nice post! ", "好文章，", "Thanks for sharing. "])}'
    )
    at = rng.choice([_body_end(source), _between(source, rng) or _body_end(source)])
    return [Insertion(at, _wrap(head, parts, "</p></div>\n"))]


# -- inside running text -------------------------------------------------------------------------------------------------------------


@layout("phrases", "sentence")
def inside_paragraph(source: str, payload: Payload, rng: random.Random) -> list[Insertion] | None:
    """A sentence, or a few phrases, between two sentences or at the end of an honest paragraph."""
    places = _paragraphs(source)
    if not places:
        return None
    chosen = rng.choice(places)
    at = chosen.end() if payload.kind == "phrases" and rng.random() < 0.6 else _inside(chosen, rng)
    if payload.kind == "sentence":
        return [
            Insertion(
                at, ((rng.choice(["", " ", " "]), False), *_join(payload.texts[:1], " ", payload.encode), (rng.choice(["", " "]), False))
            )
        ]
    few = Payload(payload.kind, payload.texts[: rng.randint(1, 8)], payload.encode, payload.foreign)
    return [Insertion(at, ((rng.choice([" ", " ", ""]), False), *_dump(few, rng)))]


@layout("sentence")
def linked_sentence(source: str, payload: Payload, rng: random.Random) -> list[Insertion] | None:
    """A sentence in an honest paragraph, some words of which are a link."""
    places = _paragraphs(source)
    if not places:
        return None
    text = payload.texts[0]
    a = rng.randrange(max(1, len(text) // 2))
    b = min(len(text), a + rng.randint(4, 24))
    parts: Parts = [
        (payload.encode(text[:a]), True), (f'<a href="{_address(_host(rng), rng)}">', False), (payload.encode(text[a:b]), True), ("</a>", False), (payload.encode(text[b:]), True),
    ]  # fmt: skip
    return [Insertion(_inside(rng.choice(places), rng), ((" ", False), *parts, (" ", False)))]


@layout("phrases")
def two_linked(source: str, payload: Payload, rng: random.Random) -> list[Insertion] | None:
    """One to three linked phrases in the middle of running text or after it."""
    places = _paragraphs(source)
    if not places:
        return None
    few = Payload(payload.kind, payload.texts[: rng.randint(1, 3)], payload.encode, payload.foreign)
    chosen = rng.choice(places)
    spaces = [chosen.start() + m.start() for m in re.finditer(r"[ ，,。]", chosen[0])]
    at = rng.choice(spaces) if spaces and rng.random() < 0.4 else _inside(chosen, rng)
    return [Insertion(at, ((" ", False), *_links(few, rng, "", " ")))]


@layout("phrases")
def few_at_edge(source: str, payload: Payload, rng: random.Random) -> list[Insertion]:
    """One to four phrases, linked or not, in a corner of the page."""
    few = Payload(payload.kind, payload.texts[: rng.randint(2, 4)], payload.encode, payload.foreign)
    at = rng.choice([_body_start(source), _body_end(source), len(source.rstrip()), _between(source, rng) or _body_end(source)])
    tag = rng.choice(["div", "p", "span"])
    return [Insertion(at, _wrap(f"<{tag}>", _links(few, rng) if rng.random() < 0.7 else _dump(few, rng), f"</{tag}>"))]


@layout("phrases")
def chained_comment(source: str, payload: Payload, rng: random.Random) -> list[Insertion]:
    """Phrases and links to them in turn: the shape of a comment spammer's post."""
    parts: Parts = []
    for i, text in enumerate(payload.texts[:12]):
        if i % 2:
            parts += [(f'<a href="{_address(_host(rng), rng)}">', False), (payload.encode(text), True), ("</a> ", False)]
        else:
            parts += [(payload.encode(text), True), (rng.choice([" ", " - ", " , "]), False)]
    at = rng.choice([_body_end(source), _between(source, rng) or _body_end(source)])
    return [Insertion(at, _wrap(rng.choice(["<p>", '<div class="comment-content"><p>', "<li>"]), parts, "</p>"))]


# -- head and attributes -------------------------------------------------------------------------------------------------------------


@layout("phrases", "title")
def title(source: str, payload: Payload, rng: random.Random) -> list[Insertion] | None:
    m = re.search(r"<title[^>]*>([^<]*)", source, re.I)
    if m is None:
        return None
    parts = _dump(
        Payload(payload.kind, payload.texts[: rng.randint(1, 8)], payload.encode), rng, rng.choice(["-", "_", ",", "|", " - ", " | ", "，"])
    )
    glue = rng.choice(["-", "_", " - ", "|", ",", " ", " – "])
    where = rng.random()
    if where < 0.5:
        return [Insertion(m.start(1), (*parts, (glue, False)))]
    if where < 0.7:
        return [Insertion(m.end(1), ((glue, False), *parts))]
    if where < 0.8:  # the page's own title between two phrases
        last = payload.encode(payload.texts[-1])
        return [Insertion(m.start(1), (*parts[:1], (glue, False))), Insertion(m.end(1), ((glue, False), (last, True)))]
    return [Insertion(m.start(1), tuple(parts), m.end(1) - m.start(1))]


@layout("phrases", "title", "sentence")
def meta(source: str, payload: Payload, rng: random.Random) -> list[Insertion] | None:
    head = re.search(r"<head[^>]*>", source, re.I)
    name = rng.choice(['name="keywords"', 'name="description"', 'name="Description"', 'property="og:title"', 'property="og:description"'])
    existing = list(re.finditer(r'<meta\s[^>]*name="(?:keywords|description)"[^>]*content="([^"]*)"', source, re.I))
    few = Payload(payload.kind, payload.texts[: rng.randint(3, 20)], payload.encode)
    parts = _dump(few, rng, rng.choice([",", ",", "，", ", ", "-", "|", "_", " "]))
    if existing and rng.random() < 0.6:
        m = rng.choice(existing)
        return (
            [Insertion(m.start(1), tuple(parts), m.end(1) - m.start(1))]
            if rng.random() < 0.5
            else [Insertion(m.start(1), (*parts, (",", False)))]
        )
    return [Insertion(head.end(), _wrap(f'<meta {name} content="', parts, '">'))] if head else None


@layout("phrases", "title", "sentence")
def alt(source: str, payload: Payload, rng: random.Random) -> list[Insertion]:
    attribute = rng.choice(["alt", "alt", "title", "aria-label", "data-title"])
    images = list(re.finditer(r'<img\s[^>]*alt="([^"]*)"', source, re.I))
    parts = _dump(
        Payload(payload.kind, payload.texts[: rng.randint(1, 10)], payload.encode), rng, rng.choice([",", " ", "-", "|", "，", "_", " | "])
    )
    if images and attribute == "alt" and rng.random() < 0.6:
        m = rng.choice(images)
        return [Insertion(m.start(1), tuple(parts), m.end(1) - m.start(1))]
    at = rng.choice([_body_start(source), _body_end(source), _between(source, rng) or _body_end(source)])
    tag = "img" if attribute != "data-title" else "div"
    return [Insertion(at, _wrap(f'<{tag} src="/{_name(rng)}.jpg" {attribute}="', parts, '">'))]


# -- hidden --------------------------------------------------------------------------------------------------------------------------


def hiding(rng: random.Random) -> tuple[str, str]:
    """An opening and a closing tag that hide what is between them."""
    far = rng.choice([999, 9999, 3513, 11985, 1125, 2250, 5000, 152413851, rng.randint(900, 20000)])
    styles = [
        "display:none", "display: none;", "visibility:hidden", "height:0;overflow:hidden", "width:1px;height:1px;overflow:hidden", "overflow:hidden;height:1px;",
        f"position:absolute;left:-{far}px", f"position:absolute;top:-{far}px;left:-{far}px", f"position: fixed; top: -{far}px", f"margin-left:-{far}px", f"text-indent:-{far}px",
        "font-size:0", "font-size:0px;line-height:0", "font-size:1px;color:#fff", "opacity:0", "color:#fff;background:#fff", "color:#FFFFFE;background-color:#ffffff",
        "color:transparent", "position:absolute;clip:rect(0,0,0,0)", "clip-path:inset(50%);position:absolute", "z-index:-1;position:absolute", "transform:scale(0)",
        f"transform:translateX(-{far}px)", "filter:alpha(opacity=0);opacity:0.0", "max-height:0;overflow:hidden", "display:none !important",
    ]  # fmt: skip
    tag = rng.choice(["div", "div", "div", "span", "p", "em", "center", "code", "font", "ul", "section", "strong"])
    choice = rng.random()
    if choice < 0.72:
        return f'<{tag} style="{rng.choice(styles)}">', f"</{tag}>"
    if choice < 0.78:
        name = _name(rng, 4, 8)
        rule = rng.choice(
            [
                "display:none",
                f"position:absolute;left:-{far}px",
                "height:0;overflow:hidden",
                "color:#fffffe!important",
                "text-indent:-9999px",
            ]
        )
        return f"<style>.{name}{{{rule}}}</style><{tag} class='{name}'>", f"</{tag}>"
    if choice < 0.86:
        name = _name(rng, 4, 8)
        script = rng.choice(
            [f"document.getElementById('{name}').style.display='none'", f'document.getElementById(\'{name}\').style.display="no"+"ne"']
        )
        return f'<{tag} id="{name}">', f"</{tag}><script>{script}</script>"
    return rng.choice([
        ("<noscript>", "</noscript>"), ('<marquee height="1" width="8" scrollamount="3000">', "</marquee>"), ("<marquee width=1 height=1>", "</marquee>"), ("<div hidden>", "</div>"),
        ("<template>", "</template>"), ("<details><summary></summary>", "</details>"), ("<dialog>", "</dialog>"), ('<div aria-hidden="true">', "</div>"),
        ("<textarea style='display:none'>", "</textarea>"), ('<font color="#ffffff" size="1">', "</font>"), ("<noframes>", "</noframes>"),
    ])  # fmt: skip


@layout("phrases", "paragraph")
def noscript(source: str, payload: Payload, rng: random.Random) -> list[Insertion]:
    at = rng.choice([_body_end(source), _body_start(source), _between(source, rng) or _body_end(source)])
    parts = _links(payload, rng) if payload.kind == "phrases" and rng.random() < 0.7 else _content(payload, rng)
    return [Insertion(at, _wrap("<noscript>", parts, "</noscript>\n"))]


@layout("phrases", "paragraph", "sentence")
def hidden(source: str, payload: Payload, rng: random.Random) -> list[Insertion]:
    opening, closing = hiding(rng)
    at = rng.choice(
        [_body_end(source), _body_end(source), _body_start(source), len(source.rstrip()), _between(source, rng) or _body_end(source)]
    )
    parts = (
        _links(payload, rng, *rng.choice([("", " "), ("", ""), ("<li>", "</li>"), ("", "\n")]))
        if payload.kind == "phrases" and rng.random() < 0.6
        else _content(payload, rng)
    )
    return [Insertion(at, _wrap(opening, parts, closing + "\n"))]


@layout("instruction")
def hidden_instruction(source: str, payload: Payload, rng: random.Random) -> list[Insertion]:
    """A prompt injection: words for language models that people do not see."""
    text = payload.texts[0]
    at = rng.choice([_body_end(source), _body_start(source), _between(source, rng) or _body_end(source), len(source.rstrip())])
    way = rng.random()
    if way < 0.2:
        return [Insertion(at, (("<!-- ", False), (text.replace("--", "—"), True), (" -->", False)))]
    encoded = payload.encode(text)
    if way < 0.32:
        attribute = rng.choice(["alt", "title", "aria-label", "data-note", "data-prompt", "placeholder"])
        return [
            Insertion(
                at,
                (
                    (f'<img src="p.png" {attribute}="' if attribute == "alt" else f'<div {attribute}="', False),
                    (encoded, True),
                    ('">', False),
                ),
            )
        ]
    if way < 0.4:
        head = re.search(r"<head[^>]*>", source, re.I)
        return [Insertion(head.end() if head else 0, (('<meta name="description" content="', False), (encoded, True), ('">', False)))]
    if way < 0.48:
        tags = "".join(chr(0xE0000 + ord(ch)) for ch in text if " " <= ch <= "~")
        if len(tags) > 20:
            return [Insertion(_inside(rng.choice(p), rng) if (p := _paragraphs(source)) else at, ((tags, True),))]
    if way < 0.56 and payload.kind == "instruction":  # in plain sight, where nobody looks
        tag = rng.choice(["p", "small", "li", "div", "footer"])
        return [Insertion(at, _wrap(f"<{tag}>", [(encoded, True)], f"</{tag}>"))]
    opening, closing = hiding(rng)
    sentences = re.split(r"(?<=[.。！!])\s*", text)
    if len(sentences) > 1 and rng.random() < 0.3:  # one sentence an item
        glue = rng.choice(["</li><li>", "<br>", "</p><p>", "\n"])
        return [Insertion(at, _wrap(opening, _join([s for s in sentences if s], glue, payload.encode), closing))]
    return [Insertion(at, _wrap(opening, [(encoded, True)], closing))]


# -- the whole page ------------------------------------------------------------------------------------------------------------------


@layout("brand")
def substitution(source: str, payload: Payload, rng: random.Random) -> list[Insertion] | None:
    """A brand stands where the page's own name stood: in the title, and wherever a word of the title occurs in the text."""
    m = re.search(r"<title[^>]*>([^<]{4,})", source, re.I)
    if m is None:
        return None
    words = [w for w in re.split(r"[\s\-_|,–—:：]+", m[1]) if len(w) >= 3 and not w.startswith("&")]
    if not words:
        return None
    word = max(words, key=lambda w: (source.count(w), len(w)))
    brand = payload.encode(payload.texts[0])
    places = [x.start() for x in re.finditer(re.escape(word), source)]
    text_places = [at for at in places if source.rfind("<", 0, at) <= source.rfind(">", 0, at)][:12]
    first = Insertion(m.start(1), ((brand, True), (rng.choice(["-", "", "_", " "]), False)))
    return [first, *(Insertion(at, ((brand, True),), len(word)) for at in text_places if at > m.end())]


@layout("takeover")
def takeover(source: str, payload: Payload, rng: random.Random) -> list[Insertion] | None:
    """Title and meta are replaced, and a dump stands at an edge of the body, often hidden."""
    m = re.search(r"<title[^>]*>([^<]*)", source, re.I)
    if m is None:
        return None
    titled = _join(payload.texts[: rng.randint(1, 4)], rng.choice(["-", "_", ",", "|"]), payload.encode)
    named = _join(payload.texts, ",", payload.encode)
    opening, closing = hiding(rng) if rng.random() < 0.6 else ("<div>", "</div>")
    found = [Insertion(m.start(1), tuple(titled), m.end(1) - m.start(1) if rng.random() < 0.5 else 0)]
    past = source.find(">", m.end()) + 1
    if past and rng.random() < 0.7:
        name = rng.choice(["keywords", "description"])
        found.append(Insertion(past, _wrap(f'<meta name="{name}" content="', named, '">')))
    if rng.random() < 0.7:
        dump = _links(payload, rng) if rng.random() < 0.5 else _dump(payload, rng)
        found.append(Insertion(max(past, rng.choice([_body_start(source), _body_end(source)])), _wrap(opening, dump, closing)))
    return found


@layout("doorway")
def doorway(source: str, payload: Payload, rng: random.Random) -> list[Insertion] | None:
    """The page's own frame around another text: its title and its paragraphs are replaced."""
    m = re.search(r"<title[^>]*>([^<]*)", source, re.I)
    places = [p for p in _paragraphs(source) if m is None or p.start() > m.end()][:30]
    if m is None or not places:
        return None
    prose = list(payload.texts[1:])
    found = [Insertion(m.start(1), ((payload.encode(payload.texts[0]), True),), m.end(1) - m.start(1))]
    for place in places:
        text = prose.pop(0) if prose else payload.texts[0]
        found.append(Insertion(place.start(), ((payload.encode(text), True),), place.end() - place.start()))
    return found
