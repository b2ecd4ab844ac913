"""Hidden from people, and words for language models."""

from __future__ import annotations

import random
import re

from detector.training.layouts.pieces import (
    block_end,
    body_end,
    body_start,
    content,
    joined,
    links,
    random_name,
    running_text,
    sentence_end,
    wrapped,
)
from detector.training.layouts.registry import Insertion, Payload, layout


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
        name = random_name(rng, 4, 8)
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
        name = random_name(rng, 4, 8)
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
    """For browsers without scripts, which are crawlers."""
    at = rng.choice([body_end(source), body_start(source), block_end(source, rng) or body_end(source)])
    parts = links(payload, rng) if payload.kind == "phrases" and rng.random() < 0.7 else content(payload, rng)
    return [Insertion(at, wrapped("<noscript>", parts, "</noscript>\n"))]


@layout("phrases", "paragraph", "sentence")
def hidden(source: str, payload: Payload, rng: random.Random) -> list[Insertion]:
    """Hidden by one of the ways of `hiding`."""
    opening, closing = hiding(rng)
    at = rng.choice(
        [body_end(source), body_end(source), body_start(source), len(source.rstrip()), block_end(source, rng) or body_end(source)]
    )
    parts = (
        links(payload, rng, *rng.choice([("", " "), ("", ""), ("<li>", "</li>"), ("", "\n")]))
        if payload.kind == "phrases" and rng.random() < 0.6
        else content(payload, rng)
    )
    return [Insertion(at, wrapped(opening, parts, closing + "\n"))]


@layout("instruction")
def hidden_instruction(source: str, payload: Payload, rng: random.Random) -> list[Insertion]:
    """A prompt injection: words for language models that people do not see."""
    text = payload.texts[0]
    at = rng.choice([body_end(source), body_start(source), block_end(source, rng) or body_end(source), len(source.rstrip())])
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
            return [Insertion(sentence_end(rng.choice(p), rng) if (p := running_text(source)) else at, ((tags, True),))]
    if way < 0.56 and payload.kind == "instruction":  # in plain sight, where nobody looks
        tag = rng.choice(["p", "small", "li", "div", "footer"])
        return [Insertion(at, wrapped(f"<{tag}>", [(encoded, True)], f"</{tag}>"))]
    opening, closing = hiding(rng)
    sentences = re.split(r"(?<=[.。！!])\s*", text)
    if len(sentences) > 1 and rng.random() < 0.3:  # one sentence an item
        glue = rng.choice(["</li><li>", "<br>", "</p><p>", "\n"])
        return [Insertion(at, wrapped(opening, joined([s for s in sentences if s], glue, payload.encode), closing))]
    return [Insertion(at, wrapped(opening, [(encoded, True)], closing))]
