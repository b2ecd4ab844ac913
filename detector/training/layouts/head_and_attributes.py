"""Title, meta and attributes: what crawlers read and people do not."""

from __future__ import annotations

import random
import re

from detector.training.layouts.pieces import block_end, body_end, body_start, dump, random_name, wrapped
from detector.training.layouts.registry import Insertion, Payload, layout


@layout("phrases", "title")
def title(source: str, payload: Payload, rng: random.Random) -> list[Insertion] | None:
    """In the title, before, behind or in place of the page's own."""
    m = re.search(r"<title[^>]*>([^<]*)", source, re.I)
    if m is None:
        return None
    parts = dump(
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
    """In keywords, descriptions and their like."""
    head = re.search(r"<head[^>]*>", source, re.I)
    name = rng.choice(['name="keywords"', 'name="description"', 'name="Description"', 'property="og:title"', 'property="og:description"'])
    existing = list(re.finditer(r'<meta\s[^>]*name="(?:keywords|description)"[^>]*content="([^"]*)"', source, re.I))
    few = Payload(payload.kind, payload.texts[: rng.randint(3, 20)], payload.encode)
    parts = dump(few, rng, rng.choice([",", ",", "，", ", ", "-", "|", "_", " "]))
    if existing and rng.random() < 0.6:
        m = rng.choice(existing)
        return (
            [Insertion(m.start(1), tuple(parts), m.end(1) - m.start(1))]
            if rng.random() < 0.5
            else [Insertion(m.start(1), (*parts, (",", False)))]
        )
    return [Insertion(head.end(), wrapped(f'<meta {name} content="', parts, '">'))] if head else None


@layout("phrases", "title", "sentence")
def alt(source: str, payload: Payload, rng: random.Random) -> list[Insertion]:
    """In an attribute of an image or a block."""
    attribute = rng.choice(["alt", "alt", "title", "aria-label", "data-title"])
    images = list(re.finditer(r'<img\s[^>]*alt="([^"]*)"', source, re.I))
    parts = dump(
        Payload(payload.kind, payload.texts[: rng.randint(1, 10)], payload.encode), rng, rng.choice([",", " ", "-", "|", "，", "_", " | "])
    )
    if images and attribute == "alt" and rng.random() < 0.6:
        m = rng.choice(images)
        return [Insertion(m.start(1), tuple(parts), m.end(1) - m.start(1))]
    at = rng.choice([body_start(source), body_end(source), block_end(source, rng) or body_end(source)])
    tag = "img" if attribute != "data-title" else "div"
    return [Insertion(at, wrapped(f'<{tag} src="/{random_name(rng)}.jpg" {attribute}="', parts, '">'))]
