"""The two READMEs say the same, and what they say of the command line and the library is so."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest

from detector.cli import main
from tests.cli.conftest import ROOT

_BLOCK = re.compile(r"```(?:sh|python)\n(.*?)```", re.DOTALL)
_COMMENT = re.compile(r"\s*#.*")


def code_lines(name: str) -> list[str]:
    """Lines of code without comments, in which the two languages may differ."""
    text = (ROOT / name).read_text("utf-8")
    return [_COMMENT.sub("", line).replace("reason.zh", "reason.en") for block in _BLOCK.findall(text) for line in block.splitlines()]


def commands() -> list[str]:
    return [line for line in code_lines("README.md") if line.startswith("detector ")]


def test_both_have_the_same_commands_sections_and_tables() -> None:
    assert code_lines("README.md") == code_lines("README.zh.md")
    english, chinese = ((ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh.md"))
    for mark in ("\n## ", "\n| "):
        assert english.count(mark) == chinese.count(mark)


@pytest.mark.parametrize("line", commands())
def test_every_command_is_one_that_the_command_line_takes(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("site", "old", "new", "training_data", "my_model"):
        (tmp_path / folder).mkdir()
    for file in ("page.html", "labels.jsonl", "baseline.json", "my_model/model.npz"):
        (tmp_path / file).touch()
    monkeypatch.chdir(tmp_path)
    name, *arguments = shlex.split(line.partition(">")[0])[1:]
    command = main.get_command(click.Context(main), name)
    assert command is not None
    command.make_context(name, arguments)


def test_the_first_command_audits_a_page_that_ships() -> None:
    first = code_lines("README.md")[0]
    assert (ROOT / first.split()[-1]).is_file()


def test_the_example_of_the_library_runs_and_prints_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    page = (ROOT / "tests" / "examples" / "infected-article.html").read_text("utf-8")
    names: dict[str, Any] = {"html": page}
    exec(example, names)
    verdict, finding, reasons = capsys.readouterr().out.splitlines()
    assert verdict.split()[0] == "injected" and "gambling off-screen" in finding and reasons
    (found,) = names["report"].findings
    assert names["cleaned"] == page[: found.start] + page[found.end :]
    assert names["auditor"].audit(page).verdict == "injected"
