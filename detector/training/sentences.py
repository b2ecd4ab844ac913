"""Fills templates of sentences with keyword phrases and with honest topics, so that adverts and calls to action are an open set.

The templates are ``training_data/sentences.tsv``: ``template``, ``label``, ``language``, ``kind``. Slots stand in braces: ``{p}`` and
``{p2}`` are spam phrases of one category, ``{h}`` is an honest topic, the rest is invented. A template is filled with phrases and topics of its own
fold only, so that what is left out stays left out.
"""

from __future__ import annotations

import csv
import random
import string
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from detector.training.grammar import PSEUDO_SLOTS
from detector.training.material import KINDS, DataError, LabelledText, Phrase, fold_of

FILE_NAME: Final = "sentences.tsv"
SPAM_DRAWS: Final = 7  # of each template
CLEAN_DRAWS: Final = 5
_SPAM_SLOTS: Final = frozenset({"p", "p2"})
_SLOTS: Final = _SPAM_SLOTS | {"h", "site", "contact", "city", "price", "n", "brand"}
_LONGEST_PHRASE: Final = 40  # characters of what stands in a sentence
_VARIANTS: Final = {"zh-Hans": ("simplified", "mixed", "zh-Hans"), "zh-Hant": ("traditional", "zh-Hant")}
_CITIES: Final = {
    "zh": ("北京", "上海", "广州", "深圳", "成都", "杭州", "武汉", "郑州", "台北", "香港", "高雄", "南宁", "昆明", "沈阳"),
    "ja": ("東京", "大阪", "名古屋", "福岡", "札幌", "仙台"),
    "ko": ("서울", "부산", "대구", "인천", "광주"),
    "ru": ("Москва", "Казань", "Самара", "Пермь", "Омск"),
    "": ("London", "Toronto", "Sydney", "Dallas", "Leeds", "Dubai", "Manila", "Jakarta", "Madrid", "Izmir", "Hanoi", "Lagos", "Phoenix"),
}  # fmt: skip
_PRICES: Final = {"zh": ("{}元", "¥{}", "{}块", "NT${}"), "ja": ("{}円", "¥{}"), "ko": ("{}원",), "ru": ("{} руб.", "{} ₽")}
_HONEST_ENDINGS: Final = ("org", "com", "edu", "net", "org.uk", "com.cn", "gov.cn", "org.tw", "de")
_OTHER_PRICES: Final = ("${}", "{} USD", "€{}", "£{}")


def read_sentences(path: Path) -> list[tuple[str, bool, str, str]]:
    """(template, spam, language, kind) of each row, none where there is no such file. Raises DataError that names file and line."""
    if not path.is_file():
        return []
    found: dict[str, tuple[str, bool, str, str]] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE), 2):
            where = f"{path}:{number}"
            template, label, kind = row.get("template") or "", row.get("label"), row.get("kind") or "sentence"
            try:
                slots = {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}
            except ValueError as error:
                raise DataError(f"{where}: {template!r}: {error}") from None
            if label not in ("spam", "clean") or kind not in KINDS:
                raise DataError(f"{where}: needs a label, spam or clean, and a kind, not {label!r} and {kind!r}")
            if not slots <= _SLOTS:
                raise DataError(f"{where}: {template!r} names the slot {min(slots - _SLOTS)!r}: the slots are {', '.join(sorted(_SLOTS))}")
            if (label == "spam") != ("p" in slots) or (label == "clean" and slots & _SPAM_SLOTS):
                raise DataError(f"{where}: {template!r}: a spam template names {{p}}, a clean one does not")
            found[template] = (template, label == "spam", row.get("language") or "und", kind)
    return list(found.values())


def filled(templates: Sequence[tuple[str, bool, str, str]], phrases: Sequence[Phrase], texts: Sequence[LabelledText]) -> list[LabelledText]:
    """Sentences of each template, always the same ones. Phrases and topics have the template's fold and language; a template for which there
    are none is left out."""
    rng = random.Random(20261128)
    pools: dict[tuple[int, str], dict[str, list[str]]] = {}
    for phrase in phrases:
        if len(phrase.text) <= _LONGEST_PHRASE and phrase.category != "prompt-injection":
            pools.setdefault((phrase.fold, phrase.language), {}).setdefault(phrase.category, []).append(phrase.text)
    topics: dict[tuple[int, str], list[str]] = {}
    for text in texts:
        if not text.spam and text.kind in ("list", "nav", "tagcloud", "heading"):
            topics.setdefault((text.fold, text.language), []).extend(t.strip() for t in text.text.split("\n") if 2 <= len(t.strip()) <= 30)
    found: dict[str, LabelledText] = {}
    for template, spam, language, kind in templates:
        fold = fold_of(template)
        by_category: dict[str, list[str]] = {}
        for variant in _VARIANTS.get(language, (language,)):
            for category, pool in pools.get((fold, variant), {}).items():
                by_category.setdefault(category, []).extend(pool)
        honest = topics.get((fold, language), [])
        if not (by_category if spam else honest or "{h}" not in template):
            continue
        for _ in range(SPAM_DRAWS if spam else CLEAN_DRAWS):
            chosen = rng.choice(sorted(by_category)) if spam else None
            pool = by_category[chosen] if chosen is not None else honest or [""]
            words = {"p": rng.choice(pool), "p2": rng.choice(pool), "h": rng.choice(pool)}
            sentence = template.format(**words, **_invented(language, spam, rng))
            found.setdefault(sentence, LabelledText(sentence, spam, chosen, language, kind, "sentences", fold))
    return list(found.values())


def _invented(language: str, spam: bool, rng: random.Random) -> dict[str, str]:
    plain = language.partition("-")[0]
    letters, digits = string.ascii_lowercase, string.digits
    handle = "".join(rng.choices(letters, k=rng.randint(2, 6))) + "".join(rng.choices(digits, k=rng.randint(2, 5)))
    number = "".join(rng.choices(digits, k=rng.randint(6, 11)))
    return {
        "site": PSEUDO_SLOTS["domain"](language, rng)
        if spam
        else f"www.{PSEUDO_SLOTS['latinbrand']('en', rng).lower()}.{rng.choice(_HONEST_ENDINGS)}",
        "contact": rng.choice((handle, number, number, f"@{handle}")),
        "city": rng.choice(_CITIES.get(plain, _CITIES[""])),
        "price": rng.choice(_PRICES.get(plain, _OTHER_PRICES)).format(
            rng.choice((9, 19, 29, 49, 88, 99, 120, 199, 299, 500, 880, 1200, 5000))
        ),
        "n": str(rng.choice((1, 2, 3, 5, 7, 10, 12, 15, 20, 24, 30, 50, 70, 80, 90, 98, 100))),
        "brand": PSEUDO_SLOTS["brand"](language, rng),
    }
