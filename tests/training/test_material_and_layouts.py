"""Labels are exact, bad data is named by file and line, and no text stands in two folds."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from detector.training import disguise, layouts
from detector.training.hosts import host_pages
from detector.training.infect import Material, infect
from detector.training.material import DataError, counts, read_phrases, read_texts

DATA = Path(__file__).parents[2] / "training_data"
TEXTS = read_texts(DATA / "texts")
PHRASES = read_phrases(DATA / "phrases")
HOST = host_pages(TEXTS, 1, 5)[0]


@pytest.mark.parametrize("name", sorted(layouts.LAYOUTS))
def test_ranges_of_a_layout_hold_exactly_what_was_put_in(name: str) -> None:
    rng = random.Random(3)
    kind = layouts.KINDS[name][0]
    payload = layouts.Payload(kind, ("fast loans here", "cheap watches now", "lucky casino club"))
    made = layouts.LAYOUTS[name](HOST, payload, rng)
    if made is None:
        pytest.skip("this host offers no place for the layout")
    page, ranges = layouts.apply(HOST, made)
    assert ranges
    left, at = [], 0
    for a, b in ranges:
        left.append(page[at:a])
        at = b
    assert "lucky casino" not in "".join(left)


@pytest.mark.parametrize("name", sorted(disguise.DISGUISES))
def test_a_disguise_is_read_through_by_normalisation(name: str) -> None:
    from detector.page.page import read_page
    from detector.segmentation.normalise import normalise

    disguised = disguise.DISGUISES[name]("lucky casino 快速贷款", random.Random(2))
    read = "".join(map(chr, normalise(read_page(disguised, "text/plain")).code))
    assert sum(c in read for c in set("luckycasino")) >= 7


def test_every_row_of_the_shipped_data_is_valid_and_no_text_repeats() -> None:
    assert len(TEXTS) > 2500
    assert len({t.text for t in TEXTS}) == len(TEXTS)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("{", "not a labelled text"),
        ('{"text": "", "label": "spam"}', "must be a string"),
        ('{"text": "x", "label": "ham"}', "'label'"),
        ('{"text": "x", "label": "spam", "category": "cats"}', "'category'"),
        ("[]", "not a labelled text"),
    ],
)
def test_bad_rows_are_named_by_file_and_line(tmp_path: Path, row: str, says: str) -> None:
    (tmp_path / "mine.jsonl").write_text('{"text": "fine", "label": "clean"}\n' + row + "\n", encoding="utf-8")
    with pytest.raises(DataError, match=f"mine.jsonl:2: .*{says}"):
        read_texts(tmp_path)


def test_infecting_is_the_same_for_the_same_seed() -> None:
    material = Material(PHRASES, TEXTS)
    a, b = (infect(HOST, "h", material, random.Random(11)) for _ in range(2))
    assert a == b


def test_shipped_rows_are_valid_by_the_published_schema_and_what_the_reader_refuses_is_not() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator(json.loads((DATA / "texts.schema.json").read_text("utf-8")))
    for path in sorted((DATA / "texts").glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines()[::25]:
            validator.validate(json.loads(line))
    for row in ({"text": "", "label": "spam"}, {"text": "x", "label": "ham"}, {"text": "x", "label": "spam", "category": "cats"}, []):
        assert not validator.is_valid(row)
    assert not validator.is_valid({"text": "x", "label": "spam"})


def test_counts_are_a_table_by_batch_and_by_category(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "mine.jsonl").write_text(
        '{"text": "fine", "label": "clean", "lang": "en"}\n{"text": "bet", "label": "spam", "category": "gambling", "lang": "en"}\n',
        "utf-8",
    )
    (tmp_path / "phrases").mkdir()
    (tmp_path / "phrases" / "some.tsv").write_text("phrase\tcategory\nbet now\tgambling\n", "utf-8")
    found = counts(tmp_path)
    assert "| `mine` | 1 | 1 | en 2 |" in found
    assert "| gambling | 1 | 1 |" in found
