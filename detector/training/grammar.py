"""Invents spam keyword phrases from a grammar of templates and slots, so that training sees more than what was once observed.

The grammar is ``training_data/phrases/grammar.json``: category → language → ``{"templates": [...], "slots": {name: [...]}}``. A template
is text with slots in braces, ``{brand}{tail}``; a filler may name slots too. ``$common`` holds, for each language, slots that every
category may name and "frames" that now and then stand around a whole phrase (``{phrase}-百度知道``).
"""

from __future__ import annotations

import json
import random
import string
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from detector.report.report import CATEGORIES

COMMON: Final = "$common"
_WITHOUT_CASE: Final = frozenset({"zh-Hans", "zh-Hant", "ja", "ko", "th"})
_FRAMED: Final = 0.08  # share of phrases that stand in a frame
_TYPO: Final = 0.04
_JOINED: Final = 0.03  # written as in an address: "buy-viagra-online"
_CUT: Final = 0.02  # cut by a title limit, as seen on Chinese pages


class GrammarError(ValueError):
    """A grammar that cannot be used. The message names the file, the category, the language and the text at fault."""


# -- what is invented: pseudo slots ------------------------------------------------------------------------------------------------


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ONSETS: Final = _words("b br c ch cl d dr f fl g gl gr h j k kr l m n p pl pr qu r s sl sp st str t tr v vl w x y z")
_VOWELS: Final = _words("a a a e e e i i o o o u u ai ea ee io ou y")
_CODAS: Final = ("", "", "", "", "n", "r", "l", "s", "x", "t", "m", "nd", "ck", "ne", "th", "k", "ra", "za")
_HAN: Final = (
    "金银宝利发财富贵鼎盛泰华凯皇冠天恒万亿博亿达隆兴旺星月云海龙凤虎鹰鹏麒麟飞腾悦乐欢喜优亚欧"
    "美澳大新永益多赢胜通安康威廉尼斯米兰贝拉巴卡诺迪德蒙森杰名豪顶尊至彩虹鸿运佳赛开元九五八三"
    "六七百千里伯爵帝王神话奇迹迅雷狐鲸鱼豹熊橙蓝紫红"
)
_KANA: Final = _words(
    "ア イ エ オ カ キ ク コ サ シ ス セ タ チ テ ト ナ ニ ノ ハ ビ ベ ボ マ "
    "ミ ム メ モ ラ リ ル レ ロ ワ ガ ゴ ジ ダ ド バ パ プ ポ ヴィ フェ シャ"
)
_HANGUL: Final = "가고구나노다도두라로루마모미바보비사소수아오우이자조카코타토파포하호벳엔골드킹캣텐윈레더스타존피크온맥썬블루제트로얄"
_CYRILLIC: Final = _words("ба ва га да за ка ла ма на па ра са та ви ди ли ми ни ри си ти во ло ро то ко бу лу ру ве ле не ре фо фа ша чи")
_TLDS: Final = _words(
    "com com com cc net vip xyz top bet cn me app one org club pro io info ru in shop site online live tv co us biz win fun icu wang com.cn"
)
_LUCKY: Final = _words(
    "7 8 9 18 21 24 33 38 55 58 66 68 77 86 88 99 111 123 138 168 188 222 303 365 500 518 "
    "520 555 666 678 777 789 888 999 1000 1688 2024 5000 8888 10000"
)


def _number(language: str, rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.35:
        return rng.choice(_LUCKY)
    if kind < 0.6:
        return str(rng.randint(1, 99))
    return str(rng.randint(100, 999) if kind < 0.85 else rng.randint(1000, 99999))


def _year(language: str, rng: random.Random) -> str:
    return str(rng.choice((2018, 2019, 2020, 2021, 2022, 2023, 2024, 2024, 2025, 2025, 2026, 2026, 2027)))


def _stem(rng: random.Random) -> str:
    """Two or three syllables that can be spoken, lower case."""
    return "".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_CODAS) for _ in range(rng.choice((2, 2, 2, 3))))[:12]


def _latin_brand(language: str, rng: random.Random) -> str:
    name = _stem(rng)
    style = rng.random()
    if style > 0.5:
        name = name.capitalize() if style < 0.85 else name.upper() if style < 0.92 else name.capitalize() + _stem(rng)[:4].capitalize()
    return name + (_number(language, rng) if rng.random() < 0.12 else "")


def _han_brand(rng: random.Random) -> str:
    name = "".join(rng.choices(_HAN, k=rng.choice((2, 2, 2, 3, 3, 4))))
    kind = rng.random()
    if kind < 0.62:
        return name
    if kind < 0.72:
        return name + _number("", rng)
    if kind < 0.8:
        return rng.choice(_LUCKY) + name
    if kind < 0.92:  # pinyin-like name before the Chinese one: "bevictor伟德"
        return _stem(rng) + name
    return "".join(rng.choices(string.ascii_lowercase, k=rng.randint(1, 3))) + rng.choice((name, _number("", rng)))


def _brand(language: str, rng: random.Random) -> str:
    if language.startswith("zh"):
        return _han_brand(rng)
    own_script = rng.random()
    if language == "ja" and own_script < 0.6:
        return "".join(rng.choices(_KANA, k=rng.randint(2, 4))) + rng.choice(("", "", "ー", "ン", "ス"))
    if language == "ko" and own_script < 0.8:
        return "".join(rng.choices(_HANGUL, k=rng.randint(2, 3)))
    if language == "ru" and own_script < 0.5:
        return "".join(rng.choices(_CYRILLIC, k=rng.randint(2, 3))) + rng.choice(("", "", "н", "кс", "р", "т"))
    return _latin_brand(language, rng)


def _domain(language: str, rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.4:
        name = "".join(rng.choices(string.ascii_lowercase, k=rng.randint(1, 4))) + str(rng.randint(1, 9999))
        name += "".join(rng.choices(string.ascii_lowercase, k=rng.choice((0, 0, 1, 2))))
    elif kind < 0.55:
        name = str(rng.randint(100, 999999))
    else:
        name = _stem(rng) + rng.choice(("", "", "-" + _stem(rng), _number(language, rng)))
    return rng.choice(("", "", "", "www.", "m.", "http://")) + name + "." + rng.choice(_TLDS)


def _contact(language: str, rng: random.Random) -> str:
    """A handle or number with its label. The digits are drawn at random and mean nobody."""
    handle = "".join(rng.choices(string.ascii_lowercase, k=rng.randint(2, 6))) + "".join(rng.choices(string.digits, k=rng.randint(2, 5)))
    digits = "".join(rng.choices(string.digits, k=rng.randint(7, 10)))
    if language.startswith("zh"):
        labels = ("微信", "微信:", "薇信", "V信", "+V", "q、v同号", "QQ", "Q", "扣", "电", "咨询-", "微/电", "加微")
        channels = ("TG:@", "飞机@", "TG客服:@", "纸飞机:@", "TG💪+ ", "代发飞机：", "微信:")
        return rng.choice(labels) + digits if rng.random() < 0.55 else rng.choice(channels) + handle
    if rng.random() < 0.5:
        return rng.choice(("WhatsApp +", "call +", "Tel +", "+", "☎ ", "Viber +")) + digits
    return rng.choice(("Telegram @", "TG: @", "@", "t.me/", "Wickr: ", "Kakao ", "Line: @", "skype: ")) + handle


PSEUDO_SLOTS: Final[Mapping[str, Callable[[str, random.Random], str]]] = {
    "brand": _brand,
    "latinbrand": _latin_brand,
    "n": _number,
    "year": _year,
    "domain": _domain,
    "contact": _contact,
}

# -- templates ---------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Template:
    """Text cut at its slots: (literal, name of the slot after it or None)."""

    parts: tuple[tuple[str, str | None], ...]

    def names(self) -> Iterator[str]:
        return (name for _, name in self.parts if name is not None)


@dataclass(frozen=True, slots=True)
class _Rules:
    """All that one category says in one language."""

    language: str
    templates: tuple[_Template, ...]
    slots: Mapping[str, tuple[_Template, ...]]
    frames: tuple[_Template, ...]

    def expand(self, template: _Template, rng: random.Random, phrase: str = "") -> str:
        out: list[str] = []
        for literal, name in template.parts:
            out.append(literal)
            if name is None:
                continue
            if name == "phrase":
                out.append(phrase)
            elif name in self.slots:
                out.append(self.expand(rng.choice(self.slots[name]), rng))
            else:
                out.append(PSEUDO_SLOTS[name](self.language, rng))
        return "".join(out)


@dataclass(frozen=True, slots=True)
class Grammar:
    """A grammar that was read and checked. Frozen and without state: the same `rng` gives the same phrases."""

    _rules: Mapping[tuple[str, str], _Rules]

    @classmethod
    def load(cls, path: Path) -> Grammar:
        """Reads and checks a grammar. Raises OSError where the file cannot be read, GrammarError where it cannot be used."""
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:  # also what is not UTF-8
            raise GrammarError(f"{path}: not a JSON file: {error}") from None
        return cls(_read(document, str(path)))

    def categories(self) -> tuple[str, ...]:
        """In the order of the file."""
        return tuple(dict.fromkeys(category for category, _ in self._rules))

    def languages(self, category: str) -> tuple[str, ...]:
        """BCP 47 tags, in the order of the file. Raises KeyError for a category that the grammar does not have."""
        found = tuple(language for known, language in self._rules if known == category)
        if not found:
            raise KeyError(f"no category {category!r} in the grammar; it has {', '.join(self.categories())}")
        return found

    def phrases(self, category: str, language: str, count: int, rng: random.Random) -> list[str]:
        """`count` phrases, now and then one twice, as in real dumps. Raises KeyError for an unknown pair, ValueError for count < 0."""
        if count < 0:
            raise ValueError(f"count must be 0 or more, not {count}")
        if language not in self.languages(category):
            raise KeyError(f"no language {language!r} in category {category!r}; it has {', '.join(self.languages(category))}")
        rules = self._rules[category, language]
        return [_phrase(rules, rng) for _ in range(count)]


def _phrase(rules: _Rules, rng: random.Random) -> str:
    phrase = rules.expand(rng.choice(rules.templates), rng)
    phrase = _vary(phrase, rng) if rules.language in _WITHOUT_CASE else _vary_cased(phrase, rng)
    if rules.frames and rng.random() < _FRAMED:
        phrase = rules.expand(rng.choice(rules.frames), rng, phrase)
    return phrase.strip()


# -- how a phrase is written -------------------------------------------------------------------------------------------------------


def _vary_cased(phrase: str, rng: random.Random) -> str:
    if rng.random() < _TYPO:
        phrase = _mistyped(phrase, rng)
    style = rng.random()
    if style < 0.18:
        phrase = " ".join(word[:1].upper() + word[1:] for word in phrase.split(" "))  # str.title would write "Men'S"
    elif style < 0.38:
        phrase = phrase.lower()
    elif style < 0.45:
        phrase = phrase.upper()
    elif style < 0.55:
        phrase = phrase[:1].upper() + phrase[1:]
    if rng.random() < _JOINED:
        phrase = phrase.replace(" ", rng.choice(("-", "_", "+", "", ".")))
    return phrase


def _vary(phrase: str, rng: random.Random) -> str:
    style = rng.random()
    if style < 0.05:
        return phrase.upper()
    if style < 0.1:
        return phrase.lower()
    if style < 0.1 + _CUT and len(phrase) > 6:
        return phrase[: -rng.randint(1, 2)]
    return phrase


def _mistyped(phrase: str, rng: random.Random) -> str:
    """One letter of one longer word dropped, doubled, or in its neighbour's place."""
    words = phrase.split(" ")
    long_words = [i for i, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
    if not long_words:
        return phrase
    chosen = rng.choice(long_words)
    word, at = words[chosen], rng.randrange(1, len(words[chosen]) - 1)
    words[chosen] = rng.choice(
        (word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:], word[:at] + word[at + 1] + word[at] + word[at + 2 :])
    )
    return " ".join(words)


# -- reading and checking ----------------------------------------------------------------------------------------------------------


def _read(document: Any, where: str) -> dict[tuple[str, str], _Rules]:
    categories = _table(document, where)
    shared = f"{where}: {COMMON}"
    common = {language: _table(entry, f"{shared}/{language}") for language, entry in _table(categories.get(COMMON, {}), shared).items()}
    rules: dict[tuple[str, str], _Rules] = {}
    for category, languages in categories.items():
        if category == COMMON:
            continue
        if category not in CATEGORIES:
            raise GrammarError(f"{where}: {category!r} is no category; these are: {', '.join(CATEGORIES)}")
        for language, entry in _table(languages, f"{where}: {category}").items():
            place = f"{where}: {category}/{language}"
            rules[category, language] = _rules(_table(entry, place), common.get(language, {}), language, place)
    if not rules:
        raise GrammarError(f"{where}: no categories here")
    return rules


def _rules(entry: dict[str, Any], common: dict[str, Any], language: str, where: str) -> _Rules:
    unknown = (entry.keys() - {"templates", "slots"}) | (common.keys() - {"slots", "frames"})
    if unknown:
        raise GrammarError(f"{where}: unknown keys {', '.join(sorted(unknown))}")
    own = _slots(entry, where)
    shared = _slots(common, f"{where}: {COMMON}")
    frames = _templates(common["frames"], f"{COMMON}/{language}: frames") if "frames" in common else ()
    rules = _Rules(language, _templates(entry.get("templates"), f"{where}: templates"), {**shared, **own}, frames)
    reserved = own.keys() & {*PSEUDO_SLOTS, "phrase"}
    if reserved:
        raise GrammarError(f"{where}: slot {min(reserved)!r} is invented by the generator and cannot be listed")
    reached: set[str] = set()
    for template in rules.templates:
        _check(template, rules.slots, where, (), reached)
    for template in frames:
        if list(template.names()).count("phrase") != 1:
            raise GrammarError(f"{where}: frame {_written(template)!r} must name {{phrase}} once")
        _check(_Template(tuple(part for part in template.parts if part[1] != "phrase")), rules.slots, where, (), reached)
    unused = own.keys() - reached
    if unused:
        raise GrammarError(f"{where}: slot {min(unused)!r} is named by no template")
    return rules


def _slots(entry: dict[str, Any], where: str) -> dict[str, tuple[_Template, ...]]:
    slots = _table(entry.get("slots", {}), f"{where}: slots")
    return {name: _templates(fillers, f"{where}: slot {name!r}") for name, fillers in slots.items()}


def _check(template: _Template, slots: Mapping[str, tuple[_Template, ...]], where: str, inside: tuple[str, ...], reached: set[str]) -> None:
    """Every slot named must exist and none may lead back to itself. Adds what was met to `reached`."""
    for name in template.names():
        if name in inside:
            raise GrammarError(f"{where}: slot {name!r} leads back to itself: {' → '.join((*inside, name))}")
        if name in PSEUDO_SLOTS or name in reached:
            continue
        if name not in slots:
            raise GrammarError(f"{where}: {_written(template)!r} names the slot {name!r}: not listed and not {', '.join(PSEUDO_SLOTS)}")
        for filler in slots[name]:
            _check(filler, slots, where, (*inside, name), reached)
        reached.add(name)


def _table(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise GrammarError(f"{where}: must be an object, not {type(value).__name__}")
    return value


def _templates(value: Any, where: str) -> tuple[_Template, ...]:
    if not isinstance(value, list) or not value:
        raise GrammarError(f"{where}: must be a list of texts that is not empty")
    return tuple(_template(text, where) for text in value)


def _template(text: Any, where: str) -> _Template:
    if not isinstance(text, str) or not text.strip():
        raise GrammarError(f"{where}: {text!r} must be a text that is not empty")
    try:
        fields = list(string.Formatter().parse(text))
    except ValueError as error:
        raise GrammarError(f"{where}: {text!r}: {error}") from None
    for _, name, form, conversion in fields:
        if name is not None and (not name.isidentifier() or form or conversion):
            raise GrammarError(f"{where}: {text!r}: a slot is a plain name in braces")
    return _Template(tuple((literal, name) for literal, name, _, _ in fields))


def _written(template: _Template) -> str:
    return "".join(literal + (f"{{{name}}}" if name is not None else "") for literal, name in template.parts)
