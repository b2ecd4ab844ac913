"""Options from detector.toml and pyproject.toml: the command line goes before, and what cannot be used is named with its file."""

from __future__ import annotations

from pathlib import Path

import pytest

from detector.cli.config import OWN_FILE, SHARED_FILE, _options_of_audit
from tests.cli.conftest import Run


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, text: str) -> None:
    Path(name).write_text(f"[tool.detector]\n{text}" if name == SHARED_FILE else text, "utf-8")


@pytest.mark.parametrize("name", [OWN_FILE, SHARED_FILE])
def test_options_of_the_file_hold(run: Run, pages: Path, name: str) -> None:
    write(name, 'fail-on = "suspicious"\nexclude = ["a-*"]\nformat = ["csv"]\nquiet = true\njobs = 1\n')
    result = run("audit", pages)
    assert result.exit_code == 1
    assert result.stdout.startswith("name,url") and "a-injected" not in result.stdout


def test_the_command_line_goes_before(run: Run, pages: Path) -> None:
    write(OWN_FILE, 'fail-on = "suspicious"\nexclude = ["a-*", "b-*"]\n')
    assert run("audit", pages).exit_code == 0
    assert run("audit", pages, "--exclude", "a-*").exit_code == 1
    assert run("audit", pages, "--exclude", "a-*", "--fail-on", "injected").exit_code == 0


def test_of_two_options_that_exclude_each_other_the_command_lines_counts(run: Run, pages: Path) -> None:
    write(OWN_FILE, "threshold = 3.5\nverbose = true\n")
    result = run("audit", pages / "c-clean.html", "--false-alarm-rate", "0.01", "-q")
    assert (result.exit_code, result.stderr) == (0, "")


def test_the_own_file_goes_before_the_shared_one(run: Run, pages: Path) -> None:
    write(OWN_FILE, 'format = ["csv"]\n')
    write(SHARED_FILE, 'format = ["json"]\n')
    assert run("audit", pages).stdout.startswith("name,url")


def test_a_file_by_its_name_and_none_at_all(run: Run, pages: Path) -> None:
    write(OWN_FILE, 'format = ["csv"]\n')
    Path("other.toml").write_text('format = ["json"]\n', "utf-8")
    assert run("audit", pages, "--config", "other.toml").stdout.startswith("{")
    assert "3 pages audited" in run("audit", pages, "--no-config").stdout
    assert "missing.toml" in run("audit", pages, "--config", "missing.toml").stderr


def test_a_file_in_what_is_audited_or_above_is_not_read(run: Run, pages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (pages / OWN_FILE).write_text('exclude = ["*"]\n', "utf-8")
    assert run("audit", pages).exit_code == 1
    write(OWN_FILE, 'exclude = ["*"]\n')
    (pages / OWN_FILE).unlink()
    monkeypatch.chdir(pages)
    assert run("audit", ".").exit_code == 1


def test_each_command_takes_the_options_that_it_has(run: Run, pages: Path) -> None:
    write(OWN_FILE, 'fail-on = "suspicious"\nexclude = ["a-*"]\n')
    assert "b-suspicious" in run("clean", pages, "--diff").stdout
    assert "a-injected" not in run("explain", pages).stdout
    assert "a-injected" not in run("baseline", pages).stdout


@pytest.mark.parametrize(
    "text, named",
    [
        ('fail_on = "suspicious"', "unknown option 'fail_on': choose from allow-private"),
        ("resume = 'x'", "unknown option 'resume'"),
        ("jobs = 'many'", "jobs must be a number, not 'many'"),
        ("jobs = true", "jobs must be a number, not True"),
        ("jobs = -1", "jobs: -1 is not in the range"),
        ("false-alarm-rate = 2", "false-alarm-rate: 2.0 is not in the range"),
        ("fail-on = 'clean'", "fail-on: 'clean' is not one of"),
        ("exclude = 'a-*'", "exclude must be a list of texts"),
        ("quiet = 1", "quiet must be true or false"),
        ("column = 3", "column must be a text"),
    ],
)
@pytest.mark.parametrize("name", [OWN_FILE, SHARED_FILE])
def test_what_cannot_be_used_is_2_and_named_with_its_file(run: Run, pages: Path, name: str, text: str, named: str) -> None:
    write(name, text)
    result = run("audit", pages)
    assert result.exit_code == 2
    assert f"{name}: {named}" in result.stderr


def test_toml_that_is_broken_is_told_where_it_is_ours(run: Run, pages: Path) -> None:
    Path(SHARED_FILE).write_text("[tool\n", "utf-8")
    assert run("audit", pages).exit_code == 1
    Path(OWN_FILE).write_text("[tool\n", "utf-8")
    result = run("audit", pages)
    assert result.exit_code == 2
    assert f"{OWN_FILE}: is not valid TOML" in result.stderr


def test_help_is_given_whatever_the_file_says(run: Run) -> None:
    write(OWN_FILE, "no such")
    assert run("audit", "--help").exit_code == 0


def test_every_option_of_audit_but_three_may_stand_in_a_file() -> None:
    assert {"format", "fail-on", "baseline", "jobs", "model", "crawl", "no-robots"} <= _options_of_audit().keys()
    assert not {"config", "no-config", "resume"} & _options_of_audit().keys()
