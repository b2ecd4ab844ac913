"""Blocks of their own that anyone can see."""

from __future__ import annotations

import random
import re
from typing import Final

from detector.training.layouts.pieces import (
    block_end,
    body_end,
    body_start,
    content,
    dump,
    joined,
    links,
    paragraph_end,
    random_address,
    random_host,
    random_name,
    wrapped,
)
from detector.training.layouts.registry import Insertion, Parts, Payload, layout

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
    """A block at the end of the body."""
    tag = rng.choice(["div", "div", "p", "span", "section", "center", "font"])
    return [Insertion(body_end(source), wrapped(f"<{tag}{rng.choice(_CLASSES)}>", content(payload, rng), f"</{tag}>\n"))]


@layout("phrases", "paragraph")
def at_start(source: str, payload: Payload, rng: random.Random) -> list[Insertion]:
    """A block at the start of the body."""
    tag = rng.choice(["div", "p", "span", "h1", "center"])
    return [Insertion(body_start(source), wrapped(f"<{tag}>", content(payload, rng), f"</{tag}>\n"))]


@layout("phrases")
def bare(source: str, payload: Payload, rng: random.Random) -> list[Insertion]:
    """No element of its own around it."""
    at = rng.choice([body_start(source), body_end(source)])
    return [Insertion(at, (("\n", False), *content(payload, rng), ("\n", False)))]


@layout("phrases")
def list_items(source: str, payload: Payload, rng: random.Random) -> list[Insertion]:
    """A list of its own."""
    at = rng.choice([body_end(source), body_end(source), body_start(source), block_end(source, rng) or body_end(source)])
    items = links(payload, rng, "<li>", "</li>") if rng.random() < 0.7 else joined(payload.texts, "</li><li>", payload.encode)
    return [Insertion(at, wrapped("<ul><li>" if items[0][1] else "<ul>", items, "</li></ul>\n" if items[0][1] else "</ul>\n"))]


@layout("phrases")
def lines(source: str, payload: Payload, rng: random.Random) -> list[Insertion]:
    """Lines that breaks or paragraphs part."""
    at = rng.choice([body_end(source), body_start(source), block_end(source, rng) or body_end(source)])
    return [Insertion(at, wrapped("<p>", dump(payload, rng, rng.choice(["<br/>\n", "<br>", "</p><p>", "<br /><br />"])), "</p>\n"))]


@layout("phrases")
def table_cells(source: str, payload: Payload, rng: random.Random) -> list[Insertion] | None:
    """Rows of a table, the page's or one of its own."""
    cells = [m.end() for m in re.finditer(r"</tr\s*>", source, re.I)]
    if cells and rng.random() < 0.7:
        at, row = rng.choice(cells), ("<tr>", "</tr>")
    else:
        at, row = rng.choice([body_end(source), block_end(source, rng) or body_end(source)]), ("<table><tr>", "</tr></table>")
    width = rng.choice([1, 2, 3, 4, 99])
    parts: Parts = []
    for i, text in enumerate(payload.texts):
        link = rng.random() < 0.4
        parts += [
            ("<td>" + (f'<a href="{random_address(random_host(rng), rng)}">' if link else ""), False),
            (payload.encode(text), True),
            (("</a>" if link else "") + "</td>", False),
        ]
        if (i + 1) % width == 0 and i + 1 < len(payload.texts):
            parts.append(("</tr><tr>", False))
    return [Insertion(at, wrapped(row[0], parts, row[1]))]


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
    """Further items of a list of the page."""
    items = [m.start() for m in re.finditer(r"<li[\s>]", source, re.I)]
    if len(items) < 4:
        return None
    return [Insertion(rng.choice(items), tuple(links(payload, rng, "<li>", "</li>")))]


@layout("phrases", "paragraph")
def between(source: str, payload: Payload, rng: random.Random) -> list[Insertion] | None:
    """A block between two of the page's."""
    at = block_end(source, rng)
    if at is None:
        return None
    tag = rng.choice(["p", "div", "p", "span"])
    return [Insertion(at, wrapped(f"<{tag}>", content(payload, rng), f"</{tag}>\n"))]


@layout("phrases", "paragraph", "sentence")
def between_paragraphs(source: str, payload: Payload, rng: random.Random) -> list[Insertion] | None:
    """A paragraph between two of the page's."""
    at = paragraph_end(source, rng)
    return None if at is None else [Insertion(at, wrapped("<p>", content(payload, rng), "</p>\n"))]


@layout("phrases")
def random_tags(source: str, payload: Payload, rng: random.Random) -> list[Insertion]:
    """Nested meaningless elements with random ids."""
    tags = rng.choices(
        ["tt", "pre", "center", "ul", "sup", "acronym", "bdo", "dfn", "kbd", "strike", "blockquote", "tr", "small"], k=rng.randint(2, 5)
    )
    opening = "".join(f'<{t} id="{random_name(rng, 5, 5)}">' for t in tags)
    at = rng.choice([body_start(source), body_end(source), block_end(source, rng) or 0])
    return [Insertion(at, wrapped(opening, content(payload, rng), "".join(f"</{t}>" for t in reversed(tags))))]


@layout("phrases", "paragraph")
def after_html(source: str, payload: Payload, rng: random.Random) -> list[Insertion]:
    """Behind the end of the document."""
    return [Insertion(len(source.rstrip()), (("\n", False), *content(payload, rng)))]


@layout("phrases", "sentence", "paragraph")
def comment_post(source: str, payload: Payload, rng: random.Random) -> list[Insertion]:
    """A comment by a visitor."""
    texts = payload.texts[: rng.randint(1, 6)] if payload.kind == "phrases" else payload.texts
    who = rng.choice(["guest", "user", "匿名网友", "访客", "Anonymous", "webmaster", random_name(rng)])
    parts = joined(texts, " ", payload.encode)
    head = (
        f'<div class="comment"><b>{who}{rng.randrange(999)}</b><p>{rng.choice(["", "", "Nice post! ", "好文章，", "Thanks for sharing. "])}'
    )
    at = rng.choice([body_end(source), block_end(source, rng) or body_end(source)])
    return [Insertion(at, wrapped(head, parts, "</p></div>\n"))]
