"""`detector label` asks about findings one by one; what it writes is what `detector train --add` reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from detector.cli import main
from detector.training.corrected import bring_together, sha256_of
from detector.training.labels import read_labels
from tests.cli.stub import StubAuditor

PAGE = "<p>Our school.</p><p>⟪cheap pills⟫</p><p>⟪win big⟫ and <b>call</b> Zorin</p>"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_text(PAGE, "utf-8")
    return path


def ask(monkeypatch: pytest.MonkeyPatch, answers: str, *arguments: str | Path) -> Result:
    monkeypatch.setattr("detector.cli.label.make_auditor", lambda *_: StubAuditor())
    return CliRunner().invoke(main, ["label", *map(str, arguments)], input=answers)


def test_answers_are_written_as_labels(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "labels.jsonl"
    done = ask(monkeypatch, "s\nn\ncall Zorin\n\n", page, "--out", out)
    assert done.exit_code == 0, done.output
    labels = read_labels([out])
    assert [(label.text, label.spam) for label in labels] == [("cheap pills", True), ("win big", False), ("call Zorin", True)]
    assert {label.sha256 for label in labels} == {sha256_of(PAGE)}
    together = bring_together(labels).pages[0]
    assert [PAGE[a:b] for a, b in together.spam] == ["⟪cheap pills⟫", "call</b> Zorin"]
    assert [PAGE[a:b] for a, b in together.clean] == ["⟪win big⟫"]


def test_what_was_answered_is_not_asked_again(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "labels.jsonl"
    ask(monkeypatch, "s\nq\n", page, "--out", out)
    done = ask(monkeypatch, "n\n\n", page, "--out", out)
    assert "cheap pills" not in done.stderr.partition("1 to look at")[2].partition("[s]pam")[0].partition("⟪")[0]
    assert [label.spam for label in read_labels([out])] == [True, False]


def test_text_that_is_not_in_the_page_is_asked_for_again(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "labels.jsonl"
    done = ask(monkeypatch, "k\nm\nnever written\nOur school\n\nk\n\n", page, "--out", out)
    assert "not in the page" in done.stderr
    assert [label.text for label in read_labels([out])] == ["Our school"]


def test_a_copy_is_kept_by_which_the_page_is_found_again(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, kept = tmp_path / "labels.jsonl", tmp_path / "kept"
    ask(monkeypatch, "s\nk\n\n", page, "--out", out, "--keep", kept)
    page.unlink()
    assert bring_together(read_labels([out]), [str(kept)]).pages[0].source == PAGE


def test_a_labels_file_that_is_none_is_2_and_left_alone(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "labels.jsonl"
    out.write_text("notes\n", "utf-8")
    done = ask(monkeypatch, "s\n", page, "--out", out)
    assert done.exit_code == 2
    assert "labels.jsonl:1" in done.stderr
    assert out.read_text("utf-8") == "notes\n"


def test_page_text_reaches_the_terminal_escaped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.html"
    page.write_text("<p>⟪pills\x1b]0;owned\x07⟫</p>", "utf-8")
    done = ask(monkeypatch, "k\n\n", page, "--out", tmp_path / "labels.jsonl")
    assert "\x1b]" not in done.output and "\\x1b]" in done.output


def test_each_line_is_json_on_its_own(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "labels.jsonl"
    ask(monkeypatch, "s\ns\n\n", page, "--out", out)
    assert [json.loads(line)["label"] for line in out.read_text("ascii").splitlines()] == ["spam", "spam"]
