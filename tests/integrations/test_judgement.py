"""What all engines are told of a page, and batches of Arrow rows."""

from __future__ import annotations

import json

import pytest

from detector.integrations.judgement import FINDING_FIELDS, at_least, checked_level, judge, main_category
from tests.integrations.pages import CLEAN, INFECTED, ROWS, plain, told

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install 'detector[parquet]'")


class Broken:
    def audit(self, *_: object) -> None:
        raise RuntimeError("a defect")


def test_a_judgement_is_plain_values() -> None:
    judged = judge(INFECTED.encode(), clean=True)
    assert judged["verdict"] == "injected" and judged["error"] is None
    assert [set(finding) for finding in judged["findings"]] == [set(FINDING_FIELDS)]
    assert main_category(judged["findings"]) == judged["findings"][0]["category"]
    assert json.loads(json.dumps({**judged, "cleaned": ""}))["score"] == judged["score"]


def test_a_defect_of_the_auditor_is_told_and_the_page_handed_on() -> None:
    judged = judge(INFECTED, auditor=Broken(), clean=True)  # type: ignore[arg-type]
    assert "a defect" in judged["error"]
    assert (judged["verdict"], judged["cleaned"]) == (None, INFECTED)


def test_levels() -> None:
    assert at_least("injected", "suspicious") and at_least("injected", "injected")
    assert not at_least("suspicious", "injected") and not at_least("clean", "suspicious") and not at_least(None, "suspicious")
    with pytest.raises(ValueError, match="suspicious, injected"):
        checked_level("clean")


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_arrow_rows_get_the_verdicts_of_the_plain_call(kind: pa.DataType) -> None:
    from detector.integrations.arrow import BatchAudit

    table = pa.Table.from_pylist(ROWS).set_column(2, "html", pa.array([row["html"] for row in ROWS], kind))
    for batch in (table, table.to_batches()[0]):
        judged = BatchAudit("html", "url", clean=True)(batch)
        assert type(judged) is type(batch)
        assert judged.schema.field("detector_cleaned").type == kind
        assert [told(row) for row in judged.to_pylist()] == [plain(row["html"]) for row in ROWS]


def test_binary_rows_have_byte_offsets() -> None:
    from detector.integrations.arrow import BatchAudit

    content = INFECTED.encode("utf-16")
    (row,) = BatchAudit(keep=False)(pa.table({"html": [content]})).to_pylist()
    assert "html" not in row
    (finding,) = row["detector_findings"]
    assert content[finding["byte_start"] : finding["byte_end"]].decode("utf-16-le") == INFECTED[finding["start"] : finding["end"]]


def test_wrong_columns_are_named() -> None:
    from detector.integrations.arrow import BatchAudit

    table = pa.table({"html": [CLEAN], "n": [1], "detector_score": [0.5]})
    with pytest.raises(KeyError, match="there are: html, n"):
        BatchAudit("body")(table)
    with pytest.raises(TypeError, match="int64"):
        BatchAudit("n")(table)
    with pytest.raises(ValueError, match="detector_score"):
        BatchAudit()(table)
