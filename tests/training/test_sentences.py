"""Templates of sentences: filled with phrases of their own fold and language, always the same way; a bad one is refused by file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from detector.training.material import DataError, LabelledText, Phrase, fold_of
from detector.training.sentences import CLEAN_DRAWS, SPAM_DRAWS, filled, read_sentences

PILLS = "Order {p} from {brand}, {price} a box, write to {contact}."
HELP = "For questions about {h} our office in {city} is open."
FOLD = fold_of(PILLS)


def written(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "sentences.tsv"
    path.write_text("\n".join(["template\tlabel\tlanguage\tkind", *rows]) + "\n", encoding="utf-8")
    return path


def topic(fold: int) -> LabelledText:
    return LabelledText("garden tools\nbird food", False, None, "en", "list", "mine", fold)


def test_a_spam_template_is_filled_with_phrases_of_its_fold_and_keeps_their_category(tmp_path: Path) -> None:
    templates = read_sentences(written(tmp_path, f"{PILLS}\tspam\ten\tcomment"))
    phrases = [Phrase("blue pills", "pharma", True, "en", FOLD), Phrase("red shoes", "replica", True, "en", (FOLD + 1) % 6)]
    texts = filled(templates, phrases, [])
    assert 0 < len(texts) <= SPAM_DRAWS
    assert {t.category for t in texts} == {"pharma"} and all("blue pills" in t.text for t in texts)
    assert {t.fold for t in texts} == {FOLD} and {t.kind for t in texts} == {"comment"}
    assert texts == filled(templates, phrases, [])


def test_a_clean_template_is_filled_with_honest_topics(tmp_path: Path) -> None:
    texts = filled(read_sentences(written(tmp_path, f"{HELP}\tclean\ten\tsentence")), [], [topic(fold_of(HELP))])
    assert 0 < len(texts) <= CLEAN_DRAWS
    assert all(not t.spam and t.category is None and ("garden tools" in t.text or "bird food" in t.text) for t in texts)


def test_without_phrases_of_its_fold_and_language_a_template_says_nothing(tmp_path: Path) -> None:
    templates = read_sentences(written(tmp_path, f"{PILLS}\tspam\ten\tsentence", f"{HELP}\tclean\ten\tsentence"))
    russian = Phrase("таблетки", "pharma", True, "ru", FOLD)
    assert filled(templates, [russian], [topic((fold_of(HELP) + 1) % 6)]) == []


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("Buy {q} now\tspam\ten\tsentence", "slot 'q'"),
        ("Buy now\tspam\ten\tsentence", "names {p}"),
        ("Ask us about {p}\tclean\ten\tsentence", "a clean one does not"),
        ("Buy {p\tspam\ten\tsentence", "expected"),
        ("Buy {p}\tham\ten\tsentence", "label"),
    ],
)
def test_a_template_that_cannot_be_used_is_refused_by_file_and_line(tmp_path: Path, row: str, complaint: str) -> None:
    path = written(tmp_path, row)
    with pytest.raises(DataError, match=r"sentences\.tsv:2") as refused:
        read_sentences(path)
    assert complaint in str(refused.value)


def test_no_file_is_no_templates(tmp_path: Path) -> None:
    assert read_sentences(tmp_path / "sentences.tsv") == []
