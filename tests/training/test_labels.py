"""labels.jsonl is one documented format, whoever writes it; a line that cannot be used is named by file and line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from detector.training.corrected import bring_together, locate, sha256_of
from detector.training.labels import SCHEMA, Label, append_labels, read_labels
from detector.training.material import DataError

SCHEMA_OF_A_LINE = json.loads(SCHEMA.read_text("utf-8"))
# as detector/report/templates/scripts/corrections.js writes it
FROM_THE_REPORT = '{"url":"https://example.com/","sha256":null,"start":null,"end":null,"text":"cheap pills","label":"spam"}'
GOOD: dict[str, Any] = {"url": "a.html", "sha256": "0" * 64, "start": 3, "end": 9, "text": "pills", "label": "clean"}

BAD = [
    ("{", "is not JSON"),
    ("[]", "must be an object"),
    ('"x"', "must be an object"),
    (json.dumps({**GOOD, "url": ""}), "'url'"),
    (json.dumps({**GOOD, "url": 5}), "'url'"),
    (json.dumps({**GOOD, "sha256": "abc"}), "'sha256'"),
    (json.dumps({**GOOD, "start": None}), "both"),
    (json.dumps({**GOOD, "start": -1}), "whole numbers"),
    (json.dumps({**GOOD, "start": True}), "whole numbers"),
    (json.dumps({**GOOD, "start": 1.5}), "whole numbers"),
    (json.dumps({**GOOD, "text": " "}), "'text'"),
    (json.dumps({**GOOD, "label": "ham"}), "'label'"),
    (json.dumps({**GOOD, "category": "cats"}), "'category'"),
    (json.dumps({**GOOD, "colour": "red"}), "unknown key 'colour'"),
    (json.dumps({k: v for k, v in GOOD.items() if k != "label"}), "label is missing"),
]


def written(folder: Path, *lines: str) -> Path:
    path = folder / "labels.jsonl"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def test_what_the_report_exports_and_what_the_command_writes_is_valid(tmp_path: Path) -> None:
    path = written(tmp_path, FROM_THE_REPORT)
    append_labels([Label("b.html", "a" * 64, 1, 4, "贷款\x1b[31m", True, "loans")], path)
    for line in path.read_text("utf-8").splitlines():
        jsonschema.validate(json.loads(line), SCHEMA_OF_A_LINE)
    one, other = read_labels([path])
    assert (one.page, one.start, one.spam) == ("https://example.com/", None, True)
    assert (other.text, other.category, other.where) == ("贷款\x1b[31m", "loans", f"{path}:2")


@pytest.mark.parametrize(("line", "says"), BAD)
def test_a_bad_line_is_named_by_file_and_line(tmp_path: Path, line: str, says: str) -> None:
    with pytest.raises(DataError, match=rf"labels\.jsonl:2: .*{says}"):
        read_labels([written(tmp_path, FROM_THE_REPORT, line)])


@pytest.mark.parametrize("line", [line for line, says in BAD if says not in ("is not JSON", "both")])
def test_the_schema_refuses_the_same_lines(line: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(json.loads(line), SCHEMA_OF_A_LINE)


def test_a_file_without_a_line_or_none_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no labels"):
        read_labels([written(tmp_path, "")])
    with pytest.raises(DataError, match=r"missing\.jsonl"):
        read_labels([tmp_path / "missing.jsonl"])


PAGE = "<p>Our &amp; your school.</p><p>Cheap <b>pills</b>\n on&#108;ine here.</p>"


def label(tmp_path: Path, **given: Any) -> Label:
    row = {**GOOD, "url": str(tmp_path / "page.html"), "sha256": sha256_of(PAGE), "label": "spam", **given}
    return read_labels([written(tmp_path, json.dumps(row))])[0]


def test_a_page_is_found_by_its_path_or_by_its_content_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE, "utf-8")
    by_path = bring_together([label(tmp_path)])
    assert by_path.pages[0].spam == ((3, 9),)
    elsewhere = tmp_path / "saved"
    elsewhere.mkdir()
    (tmp_path / "page.html").rename(elsewhere / "other-name.html")
    by_content = bring_together([label(tmp_path, url="https://example.com/")], [str(elsewhere)])
    assert by_content.pages[0].source == PAGE
    missing = bring_together([label(tmp_path, url="https://example.com/")])
    assert not missing.pages and len(missing.without_page) == 1


def test_pasted_text_is_found_through_markup_and_character_references() -> None:
    from detector.features.scene import read_scene
    from detector.page.page import read_page

    scene = read_scene(read_page(PAGE))
    found = locate(scene, "Cheap pills online")
    assert found is not None
    assert PAGE[slice(*found)] == "Cheap <b>pills</b>\n on&#108;ine"
    assert locate(scene, "cheap watches") is None


def test_offsets_of_a_page_that_has_changed_are_not_used(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<p>New.</p>" + PAGE, "utf-8")
    page = bring_together([label(tmp_path, start=3, end=21, text="Cheap pills")]).pages[0]
    assert [page.source[a:b] for a, b in page.spam] == ["Cheap <b>pills"]


def test_a_stretch_outside_its_page_or_a_text_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE, "utf-8")
    with pytest.raises(DataError, match=r"labels\.jsonl:1: 'end' is 9999"):
        bring_together([label(tmp_path, end=9999)])
    with pytest.raises(DataError, match=r"labels\.jsonl:1: this text is not in the page"):
        bring_together([label(tmp_path, start=None, end=None, text="never written")])
