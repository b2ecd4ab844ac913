"""The phrase grammar invents many distinct phrases, always the same ones for a seed, and refuses a grammar it could not follow."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from detector.report.report import CATEGORIES
from detector.training.grammar import PSEUDO_SLOTS, Grammar, GrammarError

SHIPPED = Path(__file__).parents[2] / "training_data" / "phrases" / "grammar.json"
GRAMMAR, AGAIN = Grammar.load(SHIPPED), Grammar.load(SHIPPED)
DOCUMENT = json.loads(SHIPPED.read_text(encoding="utf-8"))
PAIRS = [(category, language) for category in GRAMMAR.categories() for language in GRAMMAR.languages(category)]


def written(tmp_path: Path, document: Any) -> Path:
    path = tmp_path / "grammar.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def only(templates: list[Any], **slots: Any) -> dict[str, Any]:
    return {"loans": {"en": {"templates": templates, "slots": slots}}}


def test_every_category_has_a_grammar_but_prompt_injection_which_is_written_in_sentences() -> None:
    assert set(GRAMMAR.categories()) == set(CATEGORIES) - {"prompt-injection"}


@pytest.mark.parametrize(("category", "language"), PAIRS)
def test_at_least_nine_of_ten_phrases_are_distinct(category: str, language: str) -> None:
    phrases = GRAMMAR.phrases(category, language, 500, random.Random(7))
    assert len(phrases) == 500
    assert len(set(phrases)) >= 450


@pytest.mark.parametrize(("category", "language"), PAIRS)
def test_phrases_are_as_short_as_keywords_and_leave_no_slot_open(category: str, language: str) -> None:
    phrases = GRAMMAR.phrases(category, language, 500, random.Random(11))
    assert not [p for p in phrases if not p or p != p.strip() or "{" in p or "}" in p or "\n" in p]
    lengths = sorted(map(len, phrases))
    assert lengths[250] <= 40
    assert lengths[-1] <= 130


@pytest.mark.parametrize(("category", "language"), PAIRS)
def test_the_same_seed_gives_the_same_phrases(category: str, language: str) -> None:
    first, second = (grammar.phrases(category, language, 20, random.Random(3)) for grammar in (GRAMMAR, AGAIN))
    assert first == second
    assert first != GRAMMAR.phrases(category, language, 20, random.Random(4))


@pytest.mark.parametrize(("category", "language"), PAIRS)
def test_templates_are_many_and_nothing_is_listed_twice(category: str, language: str) -> None:
    entry = DOCUMENT[category][language]
    assert len(entry["templates"]) >= 15
    for fillers in [entry["templates"], *entry["slots"].values()]:
        assert len(fillers) == len(set(fillers))


def test_english_is_written_in_several_cases() -> None:
    phrases = GRAMMAR.phrases("pharma", "en", 400, random.Random(1))
    assert any(p.isupper() for p in phrases)
    assert any(p.islower() for p in phrases)
    assert any(p.istitle() for p in phrases)


@pytest.mark.parametrize("name", PSEUDO_SLOTS)
def test_invented_slots_differ_from_draw_to_draw(tmp_path: Path, name: str) -> None:
    grammar = Grammar.load(written(tmp_path, only([f"{{{name}}}"])))
    assert len(set(grammar.phrases("loans", "en", 200, random.Random(5)))) >= 10


def test_fillers_may_name_slots_and_own_slots_go_before_common_ones(tmp_path: Path) -> None:
    document = only(["{offer} {city}"], offer=["loan {amount}"], amount=["5"], city=["here"])
    document["$common"] = {"en": {"slots": {"city": ["there"]}}}
    phrases = Grammar.load(written(tmp_path, document)).phrases("loans", "en", 50, random.Random(1))
    assert "loan 5 here" in {phrase.lower() for phrase in phrases}
    assert not [phrase for phrase in phrases if "there" in phrase.lower()]


def test_a_frame_stands_around_some_phrases(tmp_path: Path) -> None:
    document = only(["loan"])
    document["$common"] = {"en": {"frames": ["<{phrase}>"]}}
    framed = [p for p in Grammar.load(written(tmp_path, document)).phrases("loans", "en", 500, random.Random(1)) if p.startswith("<")]
    assert 10 < len(framed) < 100


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "must be an object, not list"),
        ({}, "no categories"),
        ({"knitting": {}}, "'knitting' is no category"),
        ({"loans": {"en": []}}, "loans/en: must be an object"),
        (only([]), "templates: must be a list"),
        (only([" "]), "must be a text that is not empty"),
        (only(["{ofer} loan"], offer=["cheap"]), "names the slot 'ofer'"),
        (only(["{offer} loan"], offer=[]), "slot 'offer': must be a list"),
        (only(["loan"], offer=["cheap"]), "slot 'offer' is named by no template"),
        (only(["{offer}"], offer=["big {size}"], size=["{offer}"]), "offer → size → offer"),
        (only(["{offer"], offer=["cheap"]), "expected '}'"),
        (only(["{offer:>9}"], offer=["cheap"]), "a plain name in braces"),
        (only(["{brand}"], brand=["Acme"]), "slot 'brand' is invented"),
        ({"loans": {"en": {"template": ["loan"]}}}, "unknown keys template"),
        ({**only(["loan"]), "$common": {"en": {"frames": ["frame"]}}}, "must name {phrase} once"),
    ],
)
def test_a_grammar_that_cannot_be_followed_is_refused_by_name(tmp_path: Path, document: Any, message: str) -> None:
    with pytest.raises(GrammarError) as refused:
        Grammar.load(written(tmp_path, document))
    assert message in str(refused.value)


def test_what_is_not_json_is_refused_with_the_name_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_bytes(b"\xff{")
    with pytest.raises(GrammarError, match=r"broken\.json"):
        Grammar.load(path)


def test_unknown_names_and_a_negative_count_are_refused() -> None:
    rng = random.Random(0)
    with pytest.raises(KeyError, match="knitting"):
        GRAMMAR.languages("knitting")
    with pytest.raises(KeyError, match="xx"):
        GRAMMAR.phrases("loans", "xx", 1, rng)
    with pytest.raises(ValueError, match="-1"):
        GRAMMAR.phrases("loans", "en", -1, rng)
    assert GRAMMAR.phrases("loans", "en", 0, rng) == []
