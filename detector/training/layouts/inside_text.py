"""Inside the running text of the page, and a few phrases in its corners."""

from __future__ import annotations

import random
import re

from detector.training.layouts.pieces import (
    block_end,
    body_end,
    body_start,
    dump,
    joined,
    links,
    random_address,
    random_host,
    running_text,
    sentence_end,
    wrapped,
)
from detector.training.layouts.registry import Insertion, Parts, Payload, layout


@layout("phrases", "sentence")
def inside_paragraph(source: str, payload: Payload, rng: random.Random) -> list[Insertion] | None:
    """A sentence, or a few phrases, between two sentences or at the end of an honest paragraph."""
    places = running_text(source)
    if not places:
        return None
    chosen = rng.choice(places)
    at = chosen.end() if payload.kind == "phrases" and rng.random() < 0.6 else sentence_end(chosen, rng)
    if payload.kind == "sentence":
        return [
            Insertion(
                at, ((rng.choice(["", " ", " "]), False), *joined(payload.texts[:1], " ", payload.encode), (rng.choice(["", " "]), False))
            )
        ]
    few = Payload(payload.kind, payload.texts[: rng.randint(1, 8)], payload.encode, payload.foreign)
    return [Insertion(at, ((rng.choice([" ", " ", ""]), False), *dump(few, rng)))]


@layout("sentence")
def linked_sentence(source: str, payload: Payload, rng: random.Random) -> list[Insertion] | None:
    """A sentence in an honest paragraph, some words of which are a link."""
    places = running_text(source)
    if not places:
        return None
    text = payload.texts[0]
    a = rng.randrange(max(1, len(text) // 2))
    b = min(len(text), a + rng.randint(4, 24))
    parts: Parts = [
        (payload.encode(text[:a]), True), (f'<a href="{random_address(random_host(rng), rng)}">', False), (payload.encode(text[a:b]), True), ("</a>", False), (payload.encode(text[b:]), True),
    ]  # fmt: skip
    return [Insertion(sentence_end(rng.choice(places), rng), ((" ", False), *parts, (" ", False)))]


@layout("phrases")
def two_linked(source: str, payload: Payload, rng: random.Random) -> list[Insertion] | None:
    """One to three linked phrases in the middle of running text or after it."""
    places = running_text(source)
    if not places:
        return None
    few = Payload(payload.kind, payload.texts[: rng.randint(1, 3)], payload.encode, payload.foreign)
    chosen = rng.choice(places)
    spaces = [chosen.start() + m.start() for m in re.finditer(r"[ ，,。]", chosen[0])]
    at = rng.choice(spaces) if spaces and rng.random() < 0.4 else sentence_end(chosen, rng)
    return [Insertion(at, ((" ", False), *links(few, rng, "", " ")))]


@layout("phrases")
def few_at_edge(source: str, payload: Payload, rng: random.Random) -> list[Insertion]:
    """One to four phrases, linked or not, in a corner of the page."""
    few = Payload(payload.kind, payload.texts[: rng.randint(2, 4)], payload.encode, payload.foreign)
    at = rng.choice([body_start(source), body_end(source), len(source.rstrip()), block_end(source, rng) or body_end(source)])
    tag = rng.choice(["div", "p", "span"])
    return [Insertion(at, wrapped(f"<{tag}>", links(few, rng) if rng.random() < 0.7 else dump(few, rng), f"</{tag}>"))]


@layout("phrases")
def chained_comment(source: str, payload: Payload, rng: random.Random) -> list[Insertion]:
    """Phrases and links to them in turn: the shape of a comment spammer's post."""
    parts: Parts = []
    for i, text in enumerate(payload.texts[:12]):
        if i % 2:
            parts += [(f'<a href="{random_address(random_host(rng), rng)}">', False), (payload.encode(text), True), ("</a> ", False)]
        else:
            parts += [(payload.encode(text), True), (rng.choice([" ", " - ", " , "]), False)]
    at = rng.choice([body_end(source), block_end(source, rng) or body_end(source)])
    return [Insertion(at, wrapped(rng.choice(["<p>", '<div class="comment-content"><p>', "<li>"]), parts, "</p>"))]
