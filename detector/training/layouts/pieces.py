"""What layouts are made of: separators, links, dumps, and places in a page."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from typing import Final

from detector.training.layouts.registry import Parts, Payload

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


def random_name(rng: random.Random, low: int = 3, high: int = 10) -> str:
    """Letters and digits, as generated names are."""
    return "".join(rng.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=rng.randint(low, high)))


def random_host(rng: random.Random) -> str:
    """The beginning of an address on a made-up host."""
    return f"{rng.choice(['http://', 'https://', 'http://www.', '//'])}{rng.choice(['', '', f'{random_name(rng)}.'])}{random_name(rng)}.{rng.choice(_TLDS)}"


def random_address(host: str, rng: random.Random) -> str:
    """An address on that host."""
    return host + rng.choice(
        [
            "",
            "/",
            f"/{rng.randrange(99999)}.html",
            f"/{random_name(rng)}/",
            f"/{random_name(rng)}/{rng.randrange(9999)}.html",
            f"/?{random_name(rng)}={rng.randrange(999)}",
            f"/info/{rng.randrange(9999)}/{rng.randrange(9999)}.htm",
        ]
    )


def joined(texts: Sequence[str], separator: str, encode: Callable[[str], str]) -> Parts:
    """The texts as payload, with the separator between them."""
    parts: Parts = []
    for i, text in enumerate(texts):
        if i:
            parts.append((separator, False))
        parts.append((encode(text), True))
    return parts


def dump(payload: Payload, rng: random.Random, separator: str | None = None) -> Parts:
    """The payload's texts in a row."""
    return joined(payload.texts, separator if separator is not None else rng.choice(SEPARATORS), payload.encode)


def links(payload: Payload, rng: random.Random, before: str = "", after: str = " ") -> Parts:
    """Each text a link, as a rule all to one host."""
    many = rng.random() < 0.2  # each link to a host of its own
    host = random_host(rng) if payload.foreign else ""
    attributes = rng.choice(["", "", ' target="_blank"', ' rel="dofollow"', ' class="l"', " title=''"])
    parts: Parts = []
    for text in payload.texts:
        target = random_address(random_host(rng) if many and payload.foreign else host, rng)
        quote = rng.choice(['"', '"', "'"])
        parts += [(f"{before}<a href={quote}{target}{quote}{attributes}>", False), (payload.encode(text), True), (f"</a>{after}", False)]
    return parts


def content(payload: Payload, rng: random.Random) -> Parts:
    """The payload as a dump or as links, or its prose."""
    if payload.kind != "phrases":
        return joined(payload.texts, rng.choice(["", " ", "<br>", "</p><p>"]), payload.encode)
    if rng.random() < 0.5:
        return dump(payload, rng)
    return links(
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


def wrapped(open_tag: str, parts: Parts, close_tag: str) -> tuple[tuple[str, bool], ...]:
    """Parts between an opening and a closing tag."""
    return ((open_tag, False), *parts, (close_tag, False))


def body_start(source: str) -> int:
    """Where the body begins; 0 where no tag says so."""
    m = re.search(r"<body[^>]*>", source, re.I)
    return m.end() if m else 0


def body_end(source: str) -> int:
    """Where the body ends; the end of the source where no tag says so."""
    at = source.lower().rfind("</body")
    return at if at >= 0 else len(source)


def block_end(source: str, rng: random.Random) -> int | None:
    """Behind a block chosen at random; None on pages of hardly any."""
    ends = [m.end() for m in re.finditer(r"</(?:p|div|ul|table|h[1-6]|section)\s*>", source, re.I)]
    return rng.choice(ends) if len(ends) >= 3 else None


def paragraph_end(source: str, rng: random.Random) -> int | None:
    """Behind a paragraph, not the last; None on pages of hardly any."""
    ends = [m.end() for m in re.finditer(r"</p\s*>", source, re.I)]
    return rng.choice(ends[:-1]) if len(ends) >= 3 else None


def running_text(source: str) -> list[re.Match[str]]:
    """Stretches of running text: at least 60 characters without markup."""
    return list(re.finditer(r"(?<=>)[^<>{}]{60,}(?=<)", source))


def sentence_end(match: re.Match[str], rng: random.Random) -> int:
    """A sentence end inside running text, or its end."""
    ends = [match.start() + m.end() for m in re.finditer(r"[。！？]|[.!?](?=\s)", match[0])]
    return rng.choice([*ends, match.end()])
