"""Host page + material → infected page with labelled ranges, or a page with honest text in the same places."""

from __future__ import annotations

import html
import random
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from detector.training import disguise as disguises
from detector.training import layouts
from detector.training.layouts import Payload
from detector.training.material import KINDS, LabelledText, Phrase


@dataclass(frozen=True, slots=True)
class Sample:
    """A page for training or evaluation. ranges: characters of the source that are spam; layout, category, disguise, language and kind (of payload) describe it."""

    source: str
    ranges: tuple[tuple[int, int], ...]
    host: str
    layout: str = "none"
    category: str = "none"
    disguise: str = "none"
    language: str = "und"
    content_type: str = "text/html"
    kind: str = "none"


_PHRASE_COUNTS: Final = (2, 3, 4, 5, 6, 8, 10, 14, 20, 30, 40, 60)
# How often each kind of payload is drawn.
_PAYLOADS: Final = {
    "phrases": 0.54, "sentence": 0.17, "paragraph": 0.09, "title": 0.05, "instruction": 0.08, "brand": 0.01, "doorway": 0.03, "takeover": 0.03,
}  # fmt: skip
# Layouts that are hard to see are drawn more often than the rest of their kind.
_OFTEN: Final = {
    ("sentence", "inside-paragraph"): 4, ("sentence", "linked-sentence"): 2, ("phrases", "inside-paragraph"): 2, ("phrases", "two-linked"): 2,
    ("phrases", "table-cells"): 2, ("phrases", "title"): 2,
}  # fmt: skip
# Titles and descriptions that were taken over are often written as character references, so that no one finds them in the template.
_IN_HEAD: Final = ("title", "meta", "takeover")
_REFERENCES_IN_HEAD: Final = 0.2
_REFERENCES: Final = 0.15  # of what is disguised elsewhere
_FAVOURED: Final = 0.3  # share drawn from favoured categories
_BRANDED: Final = ("gambling", "gambling", "gambling", "crypto", "game-server", "piracy", "adult", "seo-service")
_PROSE: Final = {
    "sentence": ("sentence", "comment", "alt"),
    "paragraph": ("paragraph", "doorway", "comment"),
    "title": ("title", "meta", "alt", "heading"),
}
_LISTED: Final = ("dump", "list", "table", "tagcloud", "nav")
# Honest text is put where honest text stands: seldom hidden, never after the document's end.
_CLEAN_LAYOUTS: Final = {
    "phrases": ("at-end", "list-items", "lines", "table-cells", "in-menu", "between", "between-paragraphs", "existing-cells", "hidden"),
    "sentence": ("inside-paragraph", "linked-sentence", "comment-post", "alt", "meta", "hidden"),
    "paragraph": ("between", "between-paragraphs", "at-end", "comment-post"),
    "title": ("title", "meta", "alt"),
}


class Material:
    """Texts and phrases arranged for drawing by category. Everything drawn comes from what was passed in, so folds cannot leak.

    favoured: categories to draw more often than the others.
    """

    def __init__(self, phrases: Sequence[Phrase], texts: Sequence[LabelledText], favoured: Sequence[str] = ()) -> None:
        self.favoured = frozenset(favoured)
        self.phrases: dict[str, dict[str, list[str]]] = {}
        for phrase in phrases:
            self.phrases.setdefault(phrase.category, {}).setdefault(phrase.language, []).append(phrase.text)
        self.prose: dict[str, dict[str, list[LabelledText]]] = {kind: {} for kind in _PROSE}
        self.instructions = [t for t in texts if t.category == "prompt-injection"]
        self.clean: dict[str, list[LabelledText]] = {kind: [] for kind in KINDS}
        for text in texts:
            category = text.category or "other"
            if not text.spam:
                self.clean[text.kind].append(text)
                continue
            if text.kind in _LISTED:
                pool = self.phrases.setdefault(category, {}).setdefault(text.language, [])
                pool += [p.strip() for p in text.text.split("\n") if p.strip()]
            for kind, sources in _PROSE.items():
                if text.kind in sources and category != "prompt-injection":
                    self.prose[kind].setdefault(category, []).append(text)

    def _category(self, among: Iterable[str], rng: random.Random) -> str | None:
        names = sorted(set(among) - {"prompt-injection"})
        favoured = [n for n in names if n in self.favoured]
        return rng.choice(favoured if favoured and rng.random() < _FAVOURED else names) if names else None

    def payload(self, kind: str, rng: random.Random) -> tuple[Payload, str, str] | None:
        """(payload, category, language) of a kind, None where there is nothing to draw from."""
        if kind == "instruction":
            if not self.instructions:
                return None
            row = rng.choice(self.instructions)
            return Payload(kind, (row.text,)), "prompt-injection", row.language
        if kind == "phrases":
            category = self._category(self.phrases, rng)
            if category is None:
                return None
            by_language = self.phrases[category]
            pool_sizes = {language: len(pool) ** 0.5 for language, pool in sorted(by_language.items())}
            language = rng.choices(list(pool_sizes), list(pool_sizes.values()))[0]
            pool = by_language[language] if rng.random() < 0.7 else [p for ps in by_language.values() for p in ps]
            count = min(len(pool), rng.choice(_PHRASE_COUNTS))
            if rng.random() < 0.12:  # a sorted run of a keyword list
                ordered = sorted(pool)
                first = rng.randrange(len(ordered) - count + 1)
                chosen = ordered[first : first + count]
            else:
                chosen = rng.sample(pool, count)
            if rng.random() < 0.06:
                chosen = [rng.choice(chosen)] * count
            return Payload(kind, tuple(_cased(chosen, rng))), category, language
        if kind == "brand":
            category = rng.choice(_BRANDED)
            brands = [p for ps in self.phrases.get(category, {}).values() for p in ps if len(p) <= 24]
            return (Payload(kind, (rng.choice(brands),)), category, "zh-Hans") if brands else None
        if kind in ("doorway", "takeover"):
            return self._several(kind, rng)
        category = self._category(self.prose[kind], rng)
        if category is None:
            return None
        rows = rng.sample(
            self.prose[kind][category], min(len(self.prose[kind][category]), rng.choice([1, 1, 1, 2]) if kind == "paragraph" else 1)
        )
        return Payload(kind, tuple(" ".join(r.text.split()) for r in rows)), category, rows[0].language

    def _several(self, kind: str, rng: random.Random) -> tuple[Payload, str, str] | None:
        """Phrases of a category, the first for a title; for a doorway, prose of it after them."""
        category = self._category(self.phrases if kind == "takeover" else self.phrases.keys() & self.prose["paragraph"].keys(), rng)
        if category is None:
            return None
        language = rng.choice(sorted(self.phrases[category]))
        pool = self.phrases[category][language]
        phrases = rng.sample(pool, min(len(pool), rng.choice((3, 6, 10, 20))))
        if kind == "takeover":
            return Payload(kind, tuple(phrases)), category, language
        rows = self.prose["paragraph"][category]
        rows = [r for r in rows if r.language == language] or rows
        return Payload(kind, (phrases[0], *(" ".join(r.text.split()) for r in rng.sample(rows, min(len(rows), 8))))), category, language

    def clean_payload(self, kind: str, rng: random.Random, languages: Collection[str]) -> Payload | None:
        """Honest text of the same shapes, in one of some languages (the first part of their tags)."""
        if kind == "phrases":
            row = self._honest(("list", "nav", "tagcloud", "breadcrumb", "table", "footer"), rng, languages)
            if row is None:
                return None
            items = [i.strip() for line in row.text.split("\n") for i in line.split("\t") if i.strip()]
            return Payload(kind, tuple(items[:60]), foreign=rng.random() < 0.4) if items else None
        kinds = {
            "sentence": ("sentence", "comment", "caption"),
            "paragraph": ("paragraph", "notice", "comment"),
            "title": ("title", "heading", "alt", "meta"),
        }[kind]
        row = self._honest(kinds, rng, languages)
        return Payload(kind, (" ".join(row.text.split()),)) if row is not None else None

    def _honest(self, kinds: Iterable[str], rng: random.Random, languages: Collection[str]) -> LabelledText | None:
        rows = [r for k in kinds for r in self.clean[k] if r.language.partition("-")[0] in languages]
        return rng.choice(rows) if rows else None


def _layout_for(kind: str, rng: random.Random) -> str:
    fitting = [n for n, kinds in layouts.KINDS.items() if kind in kinds]
    return rng.choices(fitting, [_OFTEN.get((kind, n), 1) for n in fitting])[0]


def _cased(phrases: list[str], rng: random.Random) -> list[str]:
    choice = rng.random()
    if choice < 0.75:
        return phrases
    return [p.title() if choice < 0.85 else p.lower() if choice < 0.95 else p.upper() for p in phrases]


def infect(
    source: str, host: str, material: Material, rng: random.Random, disguise_count: int | None = None, layout: str | None = None
) -> Sample | None:
    """One infected page, or None where the drawn layout finds no place in the host."""
    kind = rng.choices(list(_PAYLOADS), list(_PAYLOADS.values()))[0]
    if layout is not None and kind not in layouts.KINDS[layout]:
        kind = rng.choice(layouts.KINDS[layout])
    drawn = material.payload(kind, rng)
    if drawn is None:
        return None
    payload, category, language = drawn
    name = layout or _layout_for(kind, rng)
    count = rng.choices([0, 1, 2, 3], [0.62, 0.2, 0.1, 0.08])[0] if disguise_count is None else disguise_count
    chosen = rng.sample(sorted(disguises.DISGUISES), count) if kind != "instruction" else []
    texts = payload.texts
    for one in chosen:
        texts = tuple(disguises.DISGUISES[one](t, rng) for t in texts)
    as_references = rng.random() < (_REFERENCES_IN_HEAD if name in _IN_HEAD else _REFERENCES if chosen else 0)

    def encode(text: str) -> str:
        return disguises.references(text, rng) if as_references and not set(text) & set('&<>"') else html.escape(text)

    insertions = layouts.LAYOUTS[name](source, Payload(kind, texts, encode), rng)
    if not insertions:
        return None
    finished, ranges = layouts.apply(source, insertions)
    return Sample(finished, tuple(ranges), host, name, category, "+".join(chosen) or "none", language, kind=kind)


def insert_clean(source: str, host: str, material: Material, rng: random.Random, languages: Collection[str]) -> Sample | None:
    """The host with an honest stranger of its own language in it: nothing of it is spam."""
    kind = rng.choice(sorted(_CLEAN_LAYOUTS))
    payload = material.clean_payload(kind, rng, languages)
    if payload is None:
        return None
    name = rng.choice(_CLEAN_LAYOUTS[kind])
    insertions = layouts.LAYOUTS[name](source, payload, rng)
    if not insertions:
        return None
    finished, _ = layouts.apply(source, insertions)
    return Sample(finished, (), host, f"clean-{name}")
