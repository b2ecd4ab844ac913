"""``detector compare``: what only one of two saved copies has."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import EXAMPLES, Run, RunProcess

HONEST = "<!doctype html><html><body><p>The library opens at ten.</p><p>Read {} times.</p>{}</body></html>"


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    path = tmp_path / "bot.html"
    path.write_text(HONEST.format(17, '<div style="display:none">⟪cheap watches online⟫</div><p>A new note.</p>'), "utf-8")
    return path


@pytest.fixture
def browser(tmp_path: Path) -> Path:
    path = tmp_path / "browser.html"
    path.write_text(HONEST.format(99, "<p>Something for people alone.</p>"), "utf-8")
    return path


def test_both_sides_are_listed_with_their_places(run: Run, bot: Path, browser: Path) -> None:
    result = run("compare", bot, browser)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0].startswith(str(bot)) and lines[0].endswith("injected") and "2 texts" in lines[0]
    assert any(f"{bot}:1:" in line and "cheap watches online" in line and "not displayed" in line for line in lines)
    assert any(f"{browser}:1:" in line and "Something for people alone" in line for line in lines)
    assert "The library opens" not in result.stdout and "times" not in result.stdout


def test_spam_that_both_copies_have_is_no_difference(run: Run, bot: Path) -> None:
    result = run("compare", bot, bot)
    assert result.exit_code == 0
    assert "0 texts that" in result.stdout and "clean" in result.stdout


def test_differences_that_are_no_spam_do_not_fail(run: Run, browser: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.html"
    other.write_text(HONEST.format(3, "<p>Another advertisement today.</p>"), "utf-8")
    assert run("compare", browser, other).exit_code == 0


def test_suspicion_fails_where_that_is_asked_for(run: Run, browser: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.html"
    other.write_text(HONEST.format(3, "<p>⟪?win big today⟫</p>"), "utf-8")
    assert run("compare", other, browser).exit_code == 0
    assert run("compare", other, browser, "--fail-on", "suspicious").exit_code == 1


def test_json_has_spans_that_are_exact(run: Run, bot: Path, browser: Path) -> None:
    result = run("compare", bot, browser, "--format", "json")
    first, second = json.loads(result.stdout)["copies"]
    source = bot.read_text("utf-8")
    assert [source[d["start"] : d["end"]] for d in first["differences"]] == ["cheap watches online", "A new note"]
    assert [d["found"] for d in first["differences"]] == [True, False]
    assert (first["verdict_of_differences"], second["verdict_of_differences"]) == ("injected", "clean")
    assert first["findings"][0]["text"] == "cheap watches online"
    assert 0 < second["share"] < 1


def test_standard_input_can_be_one_copy(run: Run, bot: Path, browser: Path) -> None:
    assert run("compare", "-", browser, input=bot.read_bytes()).exit_code == 1
    assert run("compare", "-", "-", input=b"").exit_code == 2


def test_a_copy_that_cannot_be_read_and_one_of_many_pages(run: Run, browser: Path, pages: Path) -> None:
    assert run("compare", browser, "no-such.html").exit_code == 3
    assert run("compare", browser, pages).exit_code == 2


def test_page_text_cannot_drive_the_terminal(run: Run, browser: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.html"
    other.write_text("<p>red \x1b[31m and \u202e turned text</p>", "utf-8")
    assert "\x1b" not in run("compare", other, browser).stdout and "\u202e" not in run("compare", other, browser).stdout


def test_with_the_real_auditor_the_dump_is_what_only_the_infected_copy_has(
    process: RunProcess, shipped_model: Path, tmp_path: Path
) -> None:
    infected = EXAMPLES / "infected-article.html"
    clean = tmp_path / "clean.html"
    clean.write_bytes(process("clean", infected).stdout)
    result = process("compare", infected, clean, "--format", "json")
    assert result.returncode == 1
    first, second = json.loads(result.stdout)["copies"]
    assert any(d["found"] and d["visibility"] == "off-screen" for d in first["differences"])
    assert second["differences"] == []
