"""`detector explain`: findings with their reasons, and the blocks that weighed most."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run


def test_findings_reasons_and_blocks_are_shown(run: Run, pages: Path) -> None:
    result = run("explain", pages / "a-injected.html")
    assert result.exit_code == 0
    assert "cheap pills online" in result.stdout
    assert "+2.5 It is a run of keywords, not sentences." in result.stdout
    assert "1 most suspicious of 1 blocks" in result.stdout


def test_blocks_can_be_left_out(run: Run, pages: Path) -> None:
    assert "most suspicious" not in run("explain", pages / "a-injected.html", "--blocks", "0").stdout


def test_page_text_cannot_act_on_a_terminal_nor_as_markup(run: Run) -> None:
    stdout = run("explain", "-", input="⟪[red]casino[/red] \x1b[2J⟫".encode()).stdout
    assert "\x1b" not in stdout
    assert "[red]casino" in stdout


def test_a_missing_page_is_3(run: Run, tmp_path: Path) -> None:
    result = run("explain", tmp_path / "missing.html")
    assert result.exit_code == 3
    assert "missing.html: not-found" in result.stderr


def test_words_are_shown_as_they_are_read_where_asked_for(run: Run) -> None:
    page = "⟪无·码·視·頻 ＣＡＳＩＮＯ⟫".encode()
    assert "casino" in run("explain", "-", "--tokens", "--blocks", "0", input=page).stdout
    assert "casino" not in run("explain", "-", "--blocks", "0", input=page).stdout
    assert "1 finding\n" in run("explain", "-", input=page).stdout
