"""The whole page: its name replaced, its head taken over, its text exchanged."""

from __future__ import annotations

import random
import re

from detector.training.layouts.hidden import hiding
from detector.training.layouts.pieces import body_end, body_start, dump, joined, links, running_text, wrapped
from detector.training.layouts.registry import Insertion, Payload, layout


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
    """Title, keywords and description are replaced, and a dump stands at an edge of the body, often hidden."""
    m = re.search(r"<title[^>]*>([^<]*)", source, re.I)
    if m is None:
        return None
    titled = joined(payload.texts[: rng.randint(1, 4)], rng.choice(["-", "_", ",", "|"]), payload.encode)
    named = joined(payload.texts, ",", payload.encode)
    opening, closing = hiding(rng) if rng.random() < 0.6 else ("<div>", "</div>")
    found = [Insertion(m.start(1), tuple(titled), m.end(1) - m.start(1) if rng.random() < 0.5 else 0)]
    past = source.find(">", m.end()) + 1
    existing = list(re.finditer(r'<meta\s[^>]*name="(?:keywords|description)"[^>]*content="([^"]*)"', source, re.I))
    existing = [meta for meta in existing if meta.start() > past]
    if past and (not existing or rng.random() < 0.3):
        name = rng.choice(["keywords", "description"])
        found.append(Insertion(past, wrapped(f'<meta name="{name}" content="', named, '">')))
    else:
        found += [Insertion(meta.start(1), tuple(named), meta.end(1) - meta.start(1)) for meta in existing if rng.random() < 0.85]
    if rng.random() < 0.7:
        words = links(payload, rng) if rng.random() < 0.5 else dump(payload, rng)
        found.append(Insertion(max(past, rng.choice([body_start(source), body_end(source)])), wrapped(opening, words, closing)))
    return found


@layout("doorway")
def doorway(source: str, payload: Payload, rng: random.Random) -> list[Insertion] | None:
    """The page's own frame around another text: its title and its paragraphs are replaced."""
    m = re.search(r"<title[^>]*>([^<]*)", source, re.I)
    places = [p for p in running_text(source) if m is None or p.start() > m.end()][:30]
    if m is None or not places:
        return None
    prose = list(payload.texts[1:])
    found = [Insertion(m.start(1), ((payload.encode(payload.texts[0]), True),), m.end(1) - m.start(1))]
    for place in places:
        text = prose.pop(0) if prose else payload.texts[0]
        found.append(Insertion(place.start(), ((payload.encode(text), True),), place.end() - place.start()))
    return found
