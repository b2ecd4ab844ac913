"""JSON, JSON Lines and CSV: what other programs read."""

from __future__ import annotations

import csv
import gc
import io
import json
import tracemalloc
import weakref
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from detector.report.inputs import AuditedInput
from detector.report.renderers import RENDERERS, UnknownFormat, render, render_all
from detector.report.report import SCHEMA_VERSION, Report
from detector.report.safe_text import safe_json

Make = Callable[..., AuditedInput]
SCHEMA = json.loads(files("detector.report").joinpath("schema.json").read_text("utf-8"))


def validator(definition: str | None = None) -> jsonschema.Draft202012Validator:
    schema = SCHEMA if definition is None else {"$ref": f"{SCHEMA['$id']}#/$defs/{definition}", "$defs": {"all": SCHEMA}}
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    return jsonschema.Draft202012Validator(schema)


@pytest.fixture
def run(page: Make, unreadable: Make) -> list[AuditedInput]:
    return [
        page("a.html", "<p>Quiet</p> ⟪赌场|slots⟫ ⟪more⟫", url="https://a.example/"),
        page("b.html", "quiet"),
        page("c.html", "⟪x⟫", verdict="suspicious", score=0.5, byte_start=None, byte_end=None, reasons=()),
        unreadable("d.html", "no such file"),
    ]


def written(name: str, inputs: list[AuditedInput]) -> str:
    out = io.StringIO()
    render(name, inputs, out)
    return out.getvalue()


def test_every_report_keeps_to_the_published_schema(run: list[AuditedInput]) -> None:
    for audited in run:
        if audited.report is not None:
            validator().validate(audited.report.to_dict())
    assert SCHEMA["$defs"]["page"]["properties"]["schema"]["const"] == SCHEMA_VERSION


@pytest.mark.parametrize(
    "change",
    [
        {"verdict": "dirty"},
        {"score": 1.5},
        {"extra": 1},
        {"schema": "0.9"},
        {"findings": [{}]},
        {"findings": None},
    ],
)
def test_the_schema_refuses_what_is_not_a_report(change: dict[str, Any], run: list[AuditedInput]) -> None:
    assert run[0].report is not None
    assert not validator().is_valid(run[0].report.to_dict() | change)


def test_jsonl_is_a_row_an_input_in_order(run: list[AuditedInput]) -> None:
    rows = [json.loads(line) for line in written("jsonl", run).splitlines()]
    assert [row["name"] for row in rows] == ["a.html", "b.html", "c.html", "d.html"]
    assert rows[0]["findings"][0]["text"] == "赌场|slots"
    assert rows[3] == {"name": "d.html", "seconds": 0.0, "error": "no such file"}
    for row in rows:
        validator("input").validate(row)


def test_json_is_one_document_with_a_summary(run: list[AuditedInput]) -> None:
    document = json.loads(written("json", run))
    validator("document").validate(document)
    assert [row["name"] for row in document["inputs"]] == ["a.html", "b.html", "c.html", "d.html"]
    assert document["summary"]["findings"] == 3


def test_json_of_a_run_of_nothing_is_a_document_too() -> None:
    validator("document").validate(json.loads(written("json", [])))


@pytest.mark.parametrize("name", ["json", "jsonl", "csv", "sarif"])
def test_no_unsafe_character_of_a_page_reaches_the_output(name: str, page: Make) -> None:
    attack = "\x1b[2J\u202e\x9b\u2028\U000e0041\ud800"
    text = written(name, [page(attack, f"⟪{attack}⟫", visibility=attack, url=attack)])
    assert [c for c in text if c in attack.replace("[2J", "")] == []


def cells(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_csv_is_a_row_a_finding_and_a_row_an_input_without(run: list[AuditedInput]) -> None:
    rows = cells(written("csv", run))
    assert [(row["name"], row["status"], row["text"]) for row in rows] == [
        ("a.html", "injected", "赌场|slots"),
        ("a.html", "injected", "more"),
        ("b.html", "clean", ""),
        ("c.html", "suspicious", "x"),
        ("d.html", "unreadable", ""),
    ]
    assert (rows[0]["line"], rows[0]["column"], rows[0]["start"], rows[0]["end"]) == ("1", "14", "13", "21")
    assert rows[4]["error"] == "no such file"


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "|cmd", "%0a", "\t=1", "\r\n=1", "  =1", "＝1+1", "＠x", "\u3000＋1"])
def test_csv_takes_no_text_of_a_page_for_a_formula(formula: str, page: Make) -> None:
    text = written("csv", [page(formula, f"⟪{formula}⟫", url=formula, visibility=formula, category=formula)])
    for row in cells(text):
        for column in ("name", "url", "text", "visibility", "category"):
            assert row[column].startswith("'"), column


def test_csv_keeps_numbers_as_numbers(page: Make) -> None:
    (row,) = cells(written("csv", [page("a", "⟪x⟫", probability=1e-7)]))
    assert float(row["probability"]) == 0.0


def test_csv_keeps_a_row_on_a_line_and_its_cells_apart(page: Make) -> None:
    text = written("csv", [page('a,"b"', '⟪one,\n"two"\r\nthree⟫')])
    assert len(text.splitlines()) == 2
    assert cells(text)[0]["name"] == 'a,"b"'
    assert cells(text)[0]["text"] == 'one, "two" three'


def test_an_unknown_format_is_named_before_anything_is_read() -> None:
    def never() -> Iterator[AuditedInput]:
        raise AssertionError("read")
        yield

    with pytest.raises(UnknownFormat, match=r"'xml'.*jsonl"):
        render("xml", never(), io.StringIO())


def test_several_formats_are_written_from_one_stream(run: list[AuditedInput]) -> None:
    outs = {name: io.StringIO() for name in ("json", "jsonl", "csv")}
    render_all(list(outs.items()), iter(run))
    assert {name: out.getvalue() for name, out in outs.items()} == {name: written(name, run) for name in outs}


def test_a_run_that_breaks_off_leaves_whole_documents(run: list[AuditedInput]) -> None:
    def broken() -> Iterator[AuditedInput]:
        yield run[0]
        raise KeyboardInterrupt

    outs = {name: io.StringIO() for name in ("json", "sarif", "html")}
    with pytest.raises(KeyboardInterrupt):
        render_all(list(outs.items()), broken())
    assert json.loads(outs["json"].getvalue())["summary"]["pages"] == 1
    assert len(json.loads(outs["sarif"].getvalue())["runs"][0]["results"]) == 2
    assert outs["html"].getvalue().endswith("</html>")


class Nowhere(io.StringIO):
    def write(self, text: str) -> int:
        return len(text)


@pytest.mark.parametrize("name", RENDERERS)
def test_no_renderer_keeps_a_report(name: str, page: Make) -> None:
    renderer = RENDERERS[name](Nowhere())
    audited = page("a", "quiet ⟪spam⟫ " * 10)
    assert audited.report is not None
    report: weakref.ref[Report] = weakref.ref(audited.report)
    renderer.write(audited)
    del audited
    gc.collect()
    assert report() is None


@pytest.mark.parametrize("name", ["text", "json", "jsonl", "csv", "sarif"])
def test_memory_is_flat_in_the_number_of_inputs(name: str, page: Make) -> None:
    renderer = RENDERERS[name](Nowhere())
    audited = page("a", "quiet ⟪spam⟫ " * 20)
    for _ in range(5):
        renderer.write(audited)
    tracemalloc.start()
    for _ in range(100):
        renderer.write(audited)
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown < 150_000  # a tenth of what it wrote


def test_rows_can_be_encoded_whatever_the_page_holds(page: Make) -> None:
    assert safe_json(page("\udce4.html", "⟪\ud800⟫").to_dict()).encode("utf-8")
