"""Whole pages written from the authored honest texts: hosts for tests and evaluation that need no corpus."""

from __future__ import annotations

import html
import random
from collections.abc import Sequence

from detector.training.material import LabelledText


def host_pages(texts: Sequence[LabelledText], count: int, seed: int) -> list[str]:
    """`count` pages, each with a title, a menu, an article of several paragraphs, a list and a footer of one language."""
    rng = random.Random(seed)
    by_language: dict[str, list[LabelledText]] = {}
    for text in texts:
        if not text.spam:
            by_language.setdefault(text.language, []).append(text)
    languages = {language: len(rows) for language, rows in sorted(by_language.items()) if len(rows) >= 12}
    return [_page(by_language[rng.choices(list(languages), list(languages.values()))[0]], rng) for _ in range(count)]


def _page(rows: Sequence[LabelledText], rng: random.Random) -> str:
    def some(kinds: tuple[str, ...], low: int, high: int) -> list[str]:
        pool = [r.text for r in rows if r.kind in kinds]
        return [html.escape(t) for t in rng.sample(pool, min(len(pool), rng.randint(low, high)))]

    def lines(text: str, tag: str) -> str:
        return "".join(f"<{tag}>{line}</{tag}>" for line in text.split("\n"))

    title = (some(("title", "heading"), 1, 1) or ["·"])[0]
    menu = "".join(
        f'<li><a href="/{i}.html">{item}</a></li>'
        for i, item in enumerate("\n".join(some(("nav", "breadcrumb"), 1, 2)).split("\n"))
        if item
    )
    article = "".join(lines(t, "p") for t in some(("paragraph", "article", "sentence", "notice"), 3, 9))
    aside = "".join(f"<ul>{lines(t, 'li')}</ul>" for t in some(("list", "tagcloud", "table"), 0, 2))
    footer = "".join(lines(t, "p") for t in some(("footer",), 1, 1))
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{title}</title></head><body><nav><ul>{menu}</ul></nav>\n'
        f"<article><h1>{title}</h1>{article}</article>\n<aside>{aside}</aside>\n<footer>{footer}</footer></body></html>"
    )
