"""`detector baseline` accepts what is found; `detector audit --baseline` then tells what is new."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.fixture
def baseline(run: Run, pages: Path, tmp_path: Path) -> Path:
    path = tmp_path / "baseline.json"
    assert run("baseline", pages, "--output", path).exit_code == 0
    return path


def test_what_was_accepted_is_left_out_and_counted(run: Run, pages: Path, baseline: Path) -> None:
    result = run("audit", pages, "--baseline", baseline, "--fail-on", "suspicious")
    assert result.exit_code == 0
    assert "cheap pills" not in result.stdout
    assert "3 clean" in result.stdout and "2 accepted by the baseline" in result.stdout


def test_what_is_new_is_told_and_only_that(run: Run, pages: Path, baseline: Path) -> None:
    page = pages / "a-injected.html"
    page.write_text("<h1>New heading</h1>\n" + page.read_text("utf-8") + "<p>⟪essays written for you⟫</p>", "utf-8")
    result = run("audit", pages, "--baseline", baseline, "--format", "json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert [finding["text"] for row in told["inputs"] for finding in row["findings"]] == ["essays written for you"]
    assert told["inputs"][0]["accepted"] == 1 and told["summary"]["accepted"] == 2


def test_the_same_text_on_another_page_is_new(run: Run, pages: Path, baseline: Path) -> None:
    (pages / "d.html").write_text("<p>⟪cheap pills online⟫</p>", "utf-8")
    assert run("audit", pages, "--baseline", baseline).exit_code == 1


def test_another_spelling_of_the_path_is_the_same_page(run: Run, pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "b.json").write_text(run("baseline", "site").stdout, "utf-8")
    assert run("audit", "./site/", "--baseline", "b.json").exit_code == 0


def test_the_file_can_be_read_by_people_and_is_the_same_for_the_same_pages(run: Run, pages: Path, baseline: Path) -> None:
    text = baseline.read_text("utf-8")
    assert text == run("baseline", pages, "-q").stdout
    rows = json.loads(text)["findings"]
    assert [row["text"] for row in rows] == ["cheap pills online", "?win big"]
    assert sum("fingerprint" in line for line in text.splitlines()) == 2


def test_a_page_injected_as_a_whole_can_be_accepted(run: Run, pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from tests.cli.stub import StubAuditor

    audit = StubAuditor.audit
    monkeypatch.setattr(StubAuditor, "audit", lambda self, *page: replace(audit(self, *page), findings=()))
    path = tmp_path / "baseline.json"
    run("baseline", pages, "--output", path)
    assert run("audit", pages).exit_code == 1
    assert run("audit", pages, "--baseline", path).exit_code == 0


def test_an_input_that_cannot_be_read_is_3_and_named(run: Run, pages: Path) -> None:
    result = run("baseline", pages, pages / "missing.html")
    assert result.exit_code == 3
    assert "missing.html: not-found" in result.stderr
    assert len(json.loads(result.stdout)["findings"]) == 2


@pytest.mark.parametrize("content", [None, "", "{}", "[]", '{"format": "detector-baseline-1", "findings": [{}]}'])
def test_a_file_that_is_no_baseline_is_2_and_named(run: Run, pages: Path, tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "b.json"
    if content is not None:
        path.write_text(content, "utf-8")
    result = run("audit", pages, "--baseline", path)
    assert result.exit_code == 2
    assert str(path) in result.stderr
